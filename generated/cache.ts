// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/cache.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type numberArray = (number)[];

export type stringArray = (string)[];

/** 'SetCacheEntry' parameters type */
export interface ISetCacheEntryParams {
  key: string;
  lockTimeoutMillis?: number | null | void;
  resourceType: string;
  ttlSeconds?: number | null | void;
  value: string;
}

/** 'SetCacheEntry' return type */
export type ISetCacheEntryResult = void;

/** 'SetCacheEntry' query type */
export interface ISetCacheEntryQuery {
  params: ISetCacheEntryParams;
  result: ISetCacheEntryResult;
}

const setCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"value":true,"ttlSeconds":true,"lockTimeoutMillis":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":317,"b":330}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":352,"b":356}]},{"name":"value","required":true,"transform":{"type":"scalar"},"locs":[{"a":378,"b":384}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":448,"b":458}]},{"name":"lockTimeoutMillis","required":false,"transform":{"type":"scalar"},"locs":[{"a":594,"b":611}]}],"statement":"-- With a lockTimeoutMillis it waits no longer than that for a locked row, and fails (55P03). The time-out is set until the\n-- transaction ends, before anything is locked: PostgreSQL reads it when it begins to wait. NULL leaves it as it is.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  :resourceType!::pg_catalog.text,\n  :key!::pg_catalog.text,\n  :value!::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')\nwhere\n  pg_catalog.set_config(\n    'lock_timeout',\n    coalesce(\n      (:lockTimeoutMillis::pg_catalog.int4)::pg_catalog.text, pg_catalog.current_setting('lock_timeout')\n    ),\n    true\n  ) is not null\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * -- With a lockTimeoutMillis it waits no longer than that for a locked row, and fails (55P03). The time-out is set until the
 * -- transaction ends, before anything is locked: PostgreSQL reads it when it begins to wait. NULL leaves it as it is.
 * insert into pevensie.cache (resource_type, key, value, expires_at)
 * select
 *   :resourceType!::pg_catalog.text,
 *   :key!::pg_catalog.text,
 *   :value!::pg_catalog.text,
 *   current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')
 * where
 *   pg_catalog.set_config(
 *     'lock_timeout',
 *     coalesce(
 *       (:lockTimeoutMillis::pg_catalog.int4)::pg_catalog.text, pg_catalog.current_setting('lock_timeout')
 *     ),
 *     true
 *   ) is not null
 * on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at
 * ```
 */
export const setCacheEntry = new PreparedQuery<ISetCacheEntryParams,ISetCacheEntryResult>(setCacheEntryIR);


/** 'GetCacheEntry' parameters type */
export interface IGetCacheEntryParams {
  key: string;
  largest?: number | null | void;
  resourceType: string;
}

/** 'GetCacheEntry' return type */
export interface IGetCacheEntryResult {
  expired: boolean | null;
  value: string | null;
}

/** 'GetCacheEntry' query type */
export interface IGetCacheEntryQuery {
  params: IGetCacheEntryParams;
  result: IGetCacheEntryResult;
}

const getCacheEntryIR: any = {"usedParamSet":{"largest":true,"resourceType":true,"key":true},"params":[{"name":"largest","required":false,"transform":{"type":"scalar"},"locs":[{"a":243,"b":250}]},{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":452,"b":465}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":515,"b":519}]}],"statement":"-- A value of more bytes than :largest is left out: NULL, though the entry has not expired. Without :largest none is. The size\n-- of a value is known without reading it.\nselect\n  case when pg_catalog.octet_length(value) operator(pg_catalog.>) :largest::pg_catalog.int4 then null else value end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key operator(pg_catalog.=) :key!::pg_catalog.text"};

/**
 * Query generated from SQL:
 * ```
 * -- A value of more bytes than :largest is left out: NULL, though the entry has not expired. Without :largest none is. The size
 * -- of a value is known without reading it.
 * select
 *   case when pg_catalog.octet_length(value) operator(pg_catalog.>) :largest::pg_catalog.int4 then null else value end as value,
 *   coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
 * from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key operator(pg_catalog.=) :key!::pg_catalog.text
 * ```
 */
export const getCacheEntry = new PreparedQuery<IGetCacheEntryParams,IGetCacheEntryResult>(getCacheEntryIR);


/** 'GetCacheEntriesByKey' parameters type */
export interface IGetCacheEntriesByKeyParams {
  key: string;
  largest?: number | null | void;
}

/** 'GetCacheEntriesByKey' return type */
export interface IGetCacheEntriesByKeyResult {
  expired: boolean | null;
  resourceType: string;
  value: string | null;
}

/** 'GetCacheEntriesByKey' query type */
export interface IGetCacheEntriesByKeyQuery {
  params: IGetCacheEntriesByKeyParams;
  result: IGetCacheEntriesByKeyResult;
}

const getCacheEntriesByKeyIR: any = {"usedParamSet":{"largest":true,"key":true},"params":[{"name":"largest","required":false,"transform":{"type":"scalar"},"locs":[{"a":258,"b":265}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":521,"b":525}]}],"statement":"-- A value of more than its share of :largest bytes is left out: NULL, though the entry has not expired. Without :largest none is.\nselect\n  resource_type as \"resourceType\",\n  case\n    when\n      pg_catalog.octet_length(value)\n        operator(pg_catalog.>) (:largest::pg_catalog.int4 operator(pg_catalog./) (pg_catalog.count(*) over ()))\n      then null\n    else value\n  end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere key operator(pg_catalog.=) :key!::pg_catalog.text\norder by resource_type"};

/**
 * Query generated from SQL:
 * ```
 * -- A value of more than its share of :largest bytes is left out: NULL, though the entry has not expired. Without :largest none is.
 * select
 *   resource_type as "resourceType",
 *   case
 *     when
 *       pg_catalog.octet_length(value)
 *         operator(pg_catalog.>) (:largest::pg_catalog.int4 operator(pg_catalog./) (pg_catalog.count(*) over ()))
 *       then null
 *     else value
 *   end as value,
 *   coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
 * from pevensie.cache
 * where key operator(pg_catalog.=) :key!::pg_catalog.text
 * order by resource_type
 * ```
 */
export const getCacheEntriesByKey = new PreparedQuery<IGetCacheEntriesByKeyParams,IGetCacheEntriesByKeyResult>(getCacheEntriesByKeyIR);


/** 'DeleteCacheEntry' parameters type */
export interface IDeleteCacheEntryParams {
  key: string;
  lockTimeoutMillis?: number | null | void;
  resourceType: string;
}

/** 'DeleteCacheEntry' return type */
export type IDeleteCacheEntryResult = void;

/** 'DeleteCacheEntry' query type */
export interface IDeleteCacheEntryQuery {
  params: IDeleteCacheEntryParams;
  result: IDeleteCacheEntryResult;
}

const deleteCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"lockTimeoutMillis":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":223,"b":236}]},{"name":"lockTimeoutMillis","required":false,"transform":{"type":"scalar"},"locs":[{"a":347,"b":364}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":526,"b":530}]}],"statement":"-- The time-out as in setCacheEntry. A subselect without a reference to the row is evaluated once, before the first row is\n-- looked for.\ndelete from pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) (\n    select :resourceType!::pg_catalog.text\n    where\n      pg_catalog.set_config(\n        'lock_timeout',\n        coalesce(\n          (:lockTimeoutMillis::pg_catalog.int4)::pg_catalog.text, pg_catalog.current_setting('lock_timeout')\n        ),\n        true\n      ) is not null\n  )\n  and key operator(pg_catalog.=) :key!::pg_catalog.text"};

/**
 * Query generated from SQL:
 * ```
 * -- The time-out as in setCacheEntry. A subselect without a reference to the row is evaluated once, before the first row is
 * -- looked for.
 * delete from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) (
 *     select :resourceType!::pg_catalog.text
 *     where
 *       pg_catalog.set_config(
 *         'lock_timeout',
 *         coalesce(
 *           (:lockTimeoutMillis::pg_catalog.int4)::pg_catalog.text, pg_catalog.current_setting('lock_timeout')
 *         ),
 *         true
 *       ) is not null
 *   )
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 * ```
 */
export const deleteCacheEntry = new PreparedQuery<IDeleteCacheEntryParams,IDeleteCacheEntryResult>(deleteCacheEntryIR);


/** 'GetCacheEntries' parameters type */
export interface IGetCacheEntriesParams {
  keys: stringArray;
  largest?: number | null | void;
  resourceTypes: stringArray;
}

/** 'GetCacheEntries' return type */
export interface IGetCacheEntriesResult {
  position: number | null;
  value: string | null;
}

/** 'GetCacheEntries' query type */
export interface IGetCacheEntriesQuery {
  params: IGetCacheEntriesParams;
  result: IGetCacheEntriesResult;
}

const getCacheEntriesIR: any = {"usedParamSet":{"largest":true,"resourceTypes":true,"keys":true},"params":[{"name":"largest","required":false,"transform":{"type":"scalar"},"locs":[{"a":511,"b":518},{"a":798,"b":805}]},{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":919,"b":933}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":987,"b":992}]}],"statement":"-- getCacheEntry for many at once: the rows say at which position of the arrays their entry was asked for; the value of an\n-- expired one is NULL. So is one of more bytes than :largest: then the position is negative. Arrays stand in a select of\n-- their own, so that a plan cannot depend on how long they are: one that did would be made anew at every call with fewer\n-- elements than the plan for any array is made for.\nselect\n  (\n    case\n      when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4\n        then operator(pg_catalog.-) asked.position\n      else asked.position\n    end\n  )::int as position,\n  case\n    when cache.expires_at operator(pg_catalog.<=) current_timestamp then null\n    when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4 then null\n    else cache.value\n  end as value\nfrom\n  rows from (\n    pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n    pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n  ) with ordinality as asked (resource_type, key, position)\njoin pevensie.cache as cache\n  on cache.resource_type operator(pg_catalog.=) asked.resource_type and cache.key operator(pg_catalog.=) asked.key"};

/**
 * Query generated from SQL:
 * ```
 * -- getCacheEntry for many at once: the rows say at which position of the arrays their entry was asked for; the value of an
 * -- expired one is NULL. So is one of more bytes than :largest: then the position is negative. Arrays stand in a select of
 * -- their own, so that a plan cannot depend on how long they are: one that did would be made anew at every call with fewer
 * -- elements than the plan for any array is made for.
 * select
 *   (
 *     case
 *       when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4
 *         then operator(pg_catalog.-) asked.position
 *       else asked.position
 *     end
 *   )::int as position,
 *   case
 *     when cache.expires_at operator(pg_catalog.<=) current_timestamp then null
 *     when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4 then null
 *     else cache.value
 *   end as value
 * from
 *   rows from (
 *     pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *     pg_catalog.unnest((select :keys!::pg_catalog.text[]))
 *   ) with ordinality as asked (resource_type, key, position)
 * join pevensie.cache as cache
 *   on cache.resource_type operator(pg_catalog.=) asked.resource_type and cache.key operator(pg_catalog.=) asked.key
 * ```
 */
export const getCacheEntries = new PreparedQuery<IGetCacheEntriesParams,IGetCacheEntriesResult>(getCacheEntriesIR);


/** 'SetCacheEntries' parameters type */
export interface ISetCacheEntriesParams {
  keys: stringArray;
  lockTimeoutMillis?: number | null | void;
  resourceTypes: stringArray;
  ttlsSeconds: numberArray;
  values: stringArray;
}

/** 'SetCacheEntries' return type */
export type ISetCacheEntriesResult = void;

/** 'SetCacheEntries' query type */
export interface ISetCacheEntriesQuery {
  params: ISetCacheEntriesParams;
  result: ISetCacheEntriesResult;
}

const setCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"values":true,"ttlsSeconds":true,"lockTimeoutMillis":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":942,"b":956}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":1006,"b":1011}]},{"name":"values","required":true,"transform":{"type":"scalar"},"locs":[{"a":1051,"b":1058}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1100,"b":1112}]},{"name":"lockTimeoutMillis","required":false,"transform":{"type":"scalar"},"locs":[{"a":1262,"b":1279}]}],"statement":"-- setCacheEntry for many at once, each name once; a ttl of 0 stands for none. All that write many rows take them in one\n-- order, so that none waits for another that waits for it. In a select list, unlike in a from, unnest keeps no copy of the\n-- rows; \"offset 0\" keeps a plan from depending on how long the arrays are. The time-out as in setCacheEntry.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds\n    from\n      (\n        select\n          :resourceTypes!::pg_catalog.text[] as resource_types,\n          :keys!::pg_catalog.text[] as keys,\n          :values!::pg_catalog.text[] as values,\n          :ttlsSeconds!::double precision[] as ttls_seconds\n        where\n          pg_catalog.set_config(\n            'lock_timeout',\n            coalesce(\n              (:lockTimeoutMillis::pg_catalog.int4)::pg_catalog.text, pg_catalog.current_setting('lock_timeout')\n            ),\n            true\n          ) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * -- setCacheEntry for many at once, each name once; a ttl of 0 stands for none. All that write many rows take them in one
 * -- order, so that none waits for another that waits for it. In a select list, unlike in a from, unnest keeps no copy of the
 * -- rows; "offset 0" keeps a plan from depending on how long the arrays are. The time-out as in setCacheEntry.
 * insert into pevensie.cache (resource_type, key, value, expires_at)
 * select
 *   given.resource_type,
 *   given.key,
 *   given.value,
 *   case
 *     when given.ttl_seconds operator(pg_catalog.<>) 0
 *       then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
 *   end
 * from
 *   (
 *     select
 *       pg_catalog.unnest(arrays.resource_types) as resource_type,
 *       pg_catalog.unnest(arrays.keys) as key,
 *       pg_catalog.unnest(arrays.values) as value,
 *       pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds
 *     from
 *       (
 *         select
 *           :resourceTypes!::pg_catalog.text[] as resource_types,
 *           :keys!::pg_catalog.text[] as keys,
 *           :values!::pg_catalog.text[] as values,
 *           :ttlsSeconds!::double precision[] as ttls_seconds
 *         where
 *           pg_catalog.set_config(
 *             'lock_timeout',
 *             coalesce(
 *               (:lockTimeoutMillis::pg_catalog.int4)::pg_catalog.text, pg_catalog.current_setting('lock_timeout')
 *             ),
 *             true
 *           ) is not null
 *         offset 0
 *       ) as arrays
 *   ) as given
 * order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
 * on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at
 * ```
 */
export const setCacheEntries = new PreparedQuery<ISetCacheEntriesParams,ISetCacheEntriesResult>(setCacheEntriesIR);


/** 'DeleteCacheEntries' parameters type */
export interface IDeleteCacheEntriesParams {
  keys: stringArray;
  lockTimeoutMillis?: number | null | void;
  resourceTypes: stringArray;
}

/** 'DeleteCacheEntries' return type */
export type IDeleteCacheEntriesResult = void;

/** 'DeleteCacheEntries' query type */
export interface IDeleteCacheEntriesQuery {
  params: IDeleteCacheEntriesParams;
  result: IDeleteCacheEntriesResult;
}

const deleteCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"lockTimeoutMillis":true,"keys":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":169,"b":183}]},{"name":"lockTimeoutMillis","required":false,"transform":{"type":"scalar"},"locs":[{"a":326,"b":343}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":537,"b":542}]}],"statement":"-- The time-out as in setCacheEntry.\nwith doomed as (\n  select cache.resource_type, cache.key\n  from\n    rows from (\n      pg_catalog.unnest(\n        (\n          select :resourceTypes!::pg_catalog.text[]\n          where\n            pg_catalog.set_config(\n              'lock_timeout',\n              coalesce(\n                (:lockTimeoutMillis::pg_catalog.int4)::pg_catalog.text, pg_catalog.current_setting('lock_timeout')\n              ),\n              true\n            ) is not null\n        )\n      ),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n    ) as given (resource_type, key)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n)\ndelete from pevensie.cache as cache\nusing doomed\nwhere cache.resource_type operator(pg_catalog.=) doomed.resource_type and cache.key operator(pg_catalog.=) doomed.key"};

/**
 * Query generated from SQL:
 * ```
 * -- The time-out as in setCacheEntry.
 * with doomed as (
 *   select cache.resource_type, cache.key
 *   from
 *     rows from (
 *       pg_catalog.unnest(
 *         (
 *           select :resourceTypes!::pg_catalog.text[]
 *           where
 *             pg_catalog.set_config(
 *               'lock_timeout',
 *               coalesce(
 *                 (:lockTimeoutMillis::pg_catalog.int4)::pg_catalog.text, pg_catalog.current_setting('lock_timeout')
 *               ),
 *               true
 *             ) is not null
 *         )
 *       ),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[]))
 *     ) as given (resource_type, key)
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 *   order by cache.resource_type collate pg_catalog."C", cache.key collate pg_catalog."C"
 *   for update of cache
 * )
 * delete from pevensie.cache as cache
 * using doomed
 * where cache.resource_type operator(pg_catalog.=) doomed.resource_type and cache.key operator(pg_catalog.=) doomed.key
 * ```
 */
export const deleteCacheEntries = new PreparedQuery<IDeleteCacheEntriesParams,IDeleteCacheEntriesResult>(deleteCacheEntriesIR);


/** 'DeleteExpiredCacheEntries' parameters type */
export interface IDeleteExpiredCacheEntriesParams {
  keys: stringArray;
  resourceTypes: stringArray;
}

/** 'DeleteExpiredCacheEntries' return type */
export type IDeleteExpiredCacheEntriesResult = void;

/** 'DeleteExpiredCacheEntries' query type */
export interface IDeleteExpiredCacheEntriesQuery {
  params: IDeleteExpiredCacheEntriesParams;
  result: IDeleteExpiredCacheEntriesResult;
}

const deleteExpiredCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":217,"b":231}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":287,"b":292}]}],"statement":"-- Rows that somebody else is writing or deleting are left to them: a value written meanwhile survives.\nwith expired as (\n  select cache.resource_type, cache.key\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n    ) as given (resource_type, key)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where cache.expires_at operator(pg_catalog.<=) current_timestamp\n  for update of cache skip locked\n)\ndelete from pevensie.cache as cache\nusing expired\nwhere\n  cache.resource_type operator(pg_catalog.=) expired.resource_type\n  and cache.key operator(pg_catalog.=) expired.key\n  and cache.expires_at operator(pg_catalog.<=) current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * -- Rows that somebody else is writing or deleting are left to them: a value written meanwhile survives.
 * with expired as (
 *   select cache.resource_type, cache.key
 *   from
 *     rows from (
 *       pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[]))
 *     ) as given (resource_type, key)
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 *   where cache.expires_at operator(pg_catalog.<=) current_timestamp
 *   for update of cache skip locked
 * )
 * delete from pevensie.cache as cache
 * using expired
 * where
 *   cache.resource_type operator(pg_catalog.=) expired.resource_type
 *   and cache.key operator(pg_catalog.=) expired.key
 *   and cache.expires_at operator(pg_catalog.<=) current_timestamp
 * ```
 */
export const deleteExpiredCacheEntries = new PreparedQuery<IDeleteExpiredCacheEntriesParams,IDeleteExpiredCacheEntriesResult>(deleteExpiredCacheEntriesIR);


/** 'GetCachePages' parameters type */
export type IGetCachePagesParams = void;

/** 'GetCachePages' return type */
export interface IGetCachePagesResult {
  pages: number | null;
}

/** 'GetCachePages' query type */
export interface IGetCachePagesQuery {
  params: IGetCachePagesParams;
  result: IGetCachePagesResult;
}

const getCachePagesIR: any = {"usedParamSet":{},"params":[],"statement":"-- How many pages the table has: the end of a sweep through them.\nselect\n  (\n    pg_catalog.pg_relation_size('pevensie.cache'::pg_catalog.regclass)\n    operator(pg_catalog./) pg_catalog.current_setting('block_size')::int\n  )::int as pages"};

/**
 * Query generated from SQL:
 * ```
 * -- How many pages the table has: the end of a sweep through them.
 * select
 *   (
 *     pg_catalog.pg_relation_size('pevensie.cache'::pg_catalog.regclass)
 *     operator(pg_catalog./) pg_catalog.current_setting('block_size')::int
 *   )::int as pages
 * ```
 */
export const getCachePages = new PreparedQuery<IGetCachePagesParams,IGetCachePagesResult>(getCachePagesIR);


/** 'RemoveExpiredCacheEntries' parameters type */
export interface IRemoveExpiredCacheEntriesParams {
  batchSize: number;
  fromPage: number;
  toPage: number;
}

/** 'RemoveExpiredCacheEntries' return type */
export interface IRemoveExpiredCacheEntriesResult {
  milliseconds: string | null;
  removed: number | null;
}

/** 'RemoveExpiredCacheEntries' query type */
export interface IRemoveExpiredCacheEntriesQuery {
  params: IRemoveExpiredCacheEntriesParams;
  result: IRemoveExpiredCacheEntriesResult;
}

const removeExpiredCacheEntriesIR: any = {"usedParamSet":{"fromPage":true,"toPage":true,"batchSize":true},"params":[{"name":"fromPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":348,"b":357}]},{"name":"toPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":445,"b":452}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":545,"b":555}]}],"statement":"-- One batch of a sweep, in a range of pages: there is no index on expires_at, since with one every upsert would have to\n-- write to it (and none could be a HOT update). Rows that somebody else holds are left to them.\nwith expired as (\n  select ctid as place from pevensie.cache\n  where\n    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid\n    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid\n    and expires_at operator(pg_catalog.<=) current_timestamp\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache as cache\n  where\n    cache.ctid operator(pg_catalog.=) any (array(select place from expired))\n    and cache.expires_at operator(pg_catalog.<=) current_timestamp\n  returning cache.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, in a range of pages: there is no index on expires_at, since with one every upsert would have to
 * -- write to it (and none could be a HOT update). Rows that somebody else holds are left to them.
 * with expired as (
 *   select ctid as place from pevensie.cache
 *   where
 *     ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid
 *     and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid
 *     and expires_at operator(pg_catalog.<=) current_timestamp
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.cache as cache
 *   where
 *     cache.ctid operator(pg_catalog.=) any (array(select place from expired))
 *     and cache.expires_at operator(pg_catalog.<=) current_timestamp
 *   returning cache.key
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
 *     operator(pg_catalog.*) 1000 as milliseconds
 * from removed
 * ```
 */
export const removeExpiredCacheEntries = new PreparedQuery<IRemoveExpiredCacheEntriesParams,IRemoveExpiredCacheEntriesResult>(removeExpiredCacheEntriesIR);


