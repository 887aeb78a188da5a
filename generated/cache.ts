// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/cache.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type numberArray = (number)[];

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'SetCacheEntry' parameters type */
export interface ISetCacheEntryParams {
  key: string;
  lockTimeout?: string | null | void;
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

const setCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"value":true,"ttlSeconds":true,"lockTimeout":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":346,"b":359}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":381,"b":385}]},{"name":"value","required":true,"transform":{"type":"scalar"},"locs":[{"a":407,"b":413}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":477,"b":487}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":559,"b":570},{"a":640,"b":651}]}],"statement":"-- With :lockTimeout, a value of lock_timeout such as '100ms', fails (55P03) after waiting that long for a locked row; NULL keeps\n-- the current setting. It is set until the transaction ends, and before anything is locked: PostgreSQL reads it when it\n-- begins to wait.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  :resourceType!::pg_catalog.text,\n  :key!::pg_catalog.text,\n  :value!::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')\nwhere\n  :lockTimeout::pg_catalog.text is null\n  or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * -- With :lockTimeout, a value of lock_timeout such as '100ms', fails (55P03) after waiting that long for a locked row; NULL keeps
 * -- the current setting. It is set until the transaction ends, and before anything is locked: PostgreSQL reads it when it
 * -- begins to wait.
 * insert into pevensie.cache (resource_type, key, value, expires_at)
 * select
 *   :resourceType!::pg_catalog.text,
 *   :key!::pg_catalog.text,
 *   :value!::pg_catalog.text,
 *   current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')
 * where
 *   :lockTimeout::pg_catalog.text is null
 *   or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
 * on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at
 * ```
 */
export const setCacheEntry = new PreparedQuery<ISetCacheEntryParams,ISetCacheEntryResult>(setCacheEntryIR);


/** 'GetCacheEntry' parameters type */
export interface IGetCacheEntryParams {
  key: string;
  resourceType: string;
}

/** 'GetCacheEntry' return type */
export interface IGetCacheEntryResult {
  expired: boolean | null;
  value: string;
}

/** 'GetCacheEntry' query type */
export interface IGetCacheEntryQuery {
  params: IGetCacheEntryParams;
  result: IGetCacheEntryResult;
}

const getCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":160,"b":173}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":223,"b":227}]}],"statement":"select value, coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key operator(pg_catalog.=) :key!::pg_catalog.text"};

/**
 * Query generated from SQL:
 * ```
 * select value, coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
 * from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key operator(pg_catalog.=) :key!::pg_catalog.text
 * ```
 */
export const getCacheEntry = new PreparedQuery<IGetCacheEntryParams,IGetCacheEntryResult>(getCacheEntryIR);


/** 'GetSmallCacheEntry' parameters type */
export interface IGetSmallCacheEntryParams {
  key: string;
  resourceType: string;
}

/** 'GetSmallCacheEntry' return type */
export interface IGetSmallCacheEntryResult {
  expired: boolean | null;
  value: string | null;
}

/** 'GetSmallCacheEntry' query type */
export interface IGetSmallCacheEntryQuery {
  params: IGetSmallCacheEntryParams;
  result: IGetSmallCacheEntryResult;
}

const getSmallCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":486,"b":499}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":549,"b":553}]}],"statement":"-- getCacheEntry, but a value of more than 4 MiB is NULL although the entry has not expired. The size of a value is known without\n-- reading it. A parameter in place of the number would take the server three microseconds.\nselect\n  case when pg_catalog.octet_length(value) operator(pg_catalog.>) 4194304 then null else value end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key operator(pg_catalog.=) :key!::pg_catalog.text"};

/**
 * Query generated from SQL:
 * ```
 * -- getCacheEntry, but a value of more than 4 MiB is NULL although the entry has not expired. The size of a value is known without
 * -- reading it. A parameter in place of the number would take the server three microseconds.
 * select
 *   case when pg_catalog.octet_length(value) operator(pg_catalog.>) 4194304 then null else value end as value,
 *   coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
 * from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key operator(pg_catalog.=) :key!::pg_catalog.text
 * ```
 */
export const getSmallCacheEntry = new PreparedQuery<IGetSmallCacheEntryParams,IGetSmallCacheEntryResult>(getSmallCacheEntryIR);


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

const getCacheEntriesByKeyIR: any = {"usedParamSet":{"largest":true,"key":true},"params":[{"name":"largest","required":false,"transform":{"type":"scalar"},"locs":[{"a":265,"b":272}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":528,"b":532}]}],"statement":"-- A value of more than its share of :largest bytes is returned as NULL although the entry has not expired; without :largest,\n-- none is.\nselect\n  resource_type as \"resourceType\",\n  case\n    when\n      pg_catalog.octet_length(value)\n        operator(pg_catalog.>) (:largest::pg_catalog.int4 operator(pg_catalog./) (pg_catalog.count(*) over ()))\n      then null\n    else value\n  end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere key operator(pg_catalog.=) :key!::pg_catalog.text\norder by resource_type"};

/**
 * Query generated from SQL:
 * ```
 * -- A value of more than its share of :largest bytes is returned as NULL although the entry has not expired; without :largest,
 * -- none is.
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
  lockTimeout?: string | null | void;
  resourceType: string;
}

/** 'DeleteCacheEntry' return type */
export type IDeleteCacheEntryResult = void;

/** 'DeleteCacheEntry' query type */
export interface IDeleteCacheEntryQuery {
  params: IDeleteCacheEntryParams;
  result: IDeleteCacheEntryResult;
}

const deleteCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"lockTimeout":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":194,"b":207}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":259,"b":263}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":294,"b":305},{"a":377,"b":388}]}],"statement":"-- The timeout as in setCacheEntry. A row is filtered before it is locked, so the timeout is set if there is one to lock.\ndelete from pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\n  and (\n    :lockTimeout::pg_catalog.text is null\n    or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n  )"};

/**
 * Query generated from SQL:
 * ```
 * -- The timeout as in setCacheEntry. A row is filtered before it is locked, so the timeout is set if there is one to lock.
 * delete from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and (
 *     :lockTimeout::pg_catalog.text is null
 *     or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
 *   )
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

const getCacheEntriesIR: any = {"usedParamSet":{"largest":true,"resourceTypes":true,"keys":true},"params":[{"name":"largest","required":false,"transform":{"type":"scalar"},"locs":[{"a":475,"b":482},{"a":762,"b":769}]},{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":883,"b":897}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":951,"b":956}]}],"statement":"-- getCacheEntry for many names. The position is that of the requested name in the arrays. The value of an expired entry is\n-- NULL. So is a value of more bytes than :largest, whose position is negative. Each array is in a subselect, so that the plan\n-- does not depend on its length: otherwise PostgreSQL would replan every call with fewer elements than the generic plan\n-- assumes.\nselect\n  (\n    case\n      when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4\n        then operator(pg_catalog.-) asked.position\n      else asked.position\n    end\n  )::int as position,\n  case\n    when cache.expires_at operator(pg_catalog.<=) current_timestamp then null\n    when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4 then null\n    else cache.value\n  end as value\nfrom\n  rows from (\n    pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n    pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n  ) with ordinality as asked (resource_type, key, position)\njoin pevensie.cache as cache\n  on cache.resource_type operator(pg_catalog.=) asked.resource_type and cache.key operator(pg_catalog.=) asked.key"};

/**
 * Query generated from SQL:
 * ```
 * -- getCacheEntry for many names. The position is that of the requested name in the arrays. The value of an expired entry is
 * -- NULL. So is a value of more bytes than :largest, whose position is negative. Each array is in a subselect, so that the plan
 * -- does not depend on its length: otherwise PostgreSQL would replan every call with fewer elements than the generic plan
 * -- assumes.
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
  lockTimeout?: string | null | void;
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

const setCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"values":true,"ttlsSeconds":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":918,"b":932}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":982,"b":987}]},{"name":"values","required":true,"transform":{"type":"scalar"},"locs":[{"a":1027,"b":1034}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1076,"b":1088}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":1150,"b":1161},{"a":1239,"b":1250}]}],"statement":"-- setCacheEntry for many distinct names; a ttl of 0 means none. All multi-row writes lock rows in the same order, so that they\n-- cannot deadlock. In a select list, unlike in a from clause, unnest keeps no copy of the rows. \"offset 0\" keeps the plan from\n-- depending on the length of the arrays. The timeout as in setCacheEntry.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds\n    from\n      (\n        select\n          :resourceTypes!::pg_catalog.text[] as resource_types,\n          :keys!::pg_catalog.text[] as keys,\n          :values!::pg_catalog.text[] as values,\n          :ttlsSeconds!::double precision[] as ttls_seconds\n        where\n          :lockTimeout::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * -- setCacheEntry for many distinct names; a ttl of 0 means none. All multi-row writes lock rows in the same order, so that they
 * -- cannot deadlock. In a select list, unlike in a from clause, unnest keeps no copy of the rows. "offset 0" keeps the plan from
 * -- depending on the length of the arrays. The timeout as in setCacheEntry.
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
 *           :lockTimeout::pg_catalog.text is null
 *           or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
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
  lockTimeout?: string | null | void;
  resourceTypes: stringArray;
}

/** 'DeleteCacheEntries' return type */
export type IDeleteCacheEntriesResult = void;

/** 'DeleteCacheEntries' query type */
export interface IDeleteCacheEntriesQuery {
  params: IDeleteCacheEntriesParams;
  result: IDeleteCacheEntriesResult;
}

const deleteCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":317,"b":331}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":387,"b":392}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":673,"b":684},{"a":716,"b":727}]}],"statement":"-- The timeout as in setCacheEntry. The subselect is evaluated once, for the first row that is found; no row is locked before all\n-- were found. A planner cannot know that the concatenation is never NULL.\nwith doomed as (\n  select cache.resource_type, cache.key\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n    ) as given (resource_type, key)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    coalesce(\n      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) cache.key is not null\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n)\ndelete from pevensie.cache as cache\nusing doomed\nwhere cache.resource_type operator(pg_catalog.=) doomed.resource_type and cache.key operator(pg_catalog.=) doomed.key"};

/**
 * Query generated from SQL:
 * ```
 * -- The timeout as in setCacheEntry. The subselect is evaluated once, for the first row that is found; no row is locked before all
 * -- were found. A planner cannot know that the concatenation is never NULL.
 * with doomed as (
 *   select cache.resource_type, cache.key
 *   from
 *     rows from (
 *       pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[]))
 *     ) as given (resource_type, key)
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 *   where
 *     coalesce(
 *       (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),
 *       ''
 *     ) operator(pg_catalog.||) cache.key is not null
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

const deleteExpiredCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":223,"b":237}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":293,"b":298}]}],"statement":"-- Skips rows that another transaction is writing or deleting: a value that is written concurrently survives.\nwith expired as (\n  select cache.resource_type, cache.key\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n    ) as given (resource_type, key)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where cache.expires_at operator(pg_catalog.<=) current_timestamp\n  for update of cache skip locked\n)\ndelete from pevensie.cache as cache\nusing expired\nwhere\n  cache.resource_type operator(pg_catalog.=) expired.resource_type\n  and cache.key operator(pg_catalog.=) expired.key\n  and cache.expires_at operator(pg_catalog.<=) current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * -- Skips rows that another transaction is writing or deleting: a value that is written concurrently survives.
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

const getCachePagesIR: any = {"usedParamSet":{},"params":[],"statement":"-- The number of pages of the table, at which a sweep ends.\nselect\n  (\n    pg_catalog.pg_relation_size('pevensie.cache'::pg_catalog.regclass)\n    operator(pg_catalog./) pg_catalog.current_setting('block_size')::int\n  )::int as pages"};

/**
 * Query generated from SQL:
 * ```
 * -- The number of pages of the table, at which a sweep ends.
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

const removeExpiredCacheEntriesIR: any = {"usedParamSet":{"fromPage":true,"toPage":true,"batchSize":true},"params":[{"name":"fromPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":348,"b":357}]},{"name":"toPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":445,"b":452}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":545,"b":555}]}],"statement":"-- One batch of a sweep, in a range of pages. There is no index on expires_at: with one, every upsert would have to write to it,\n-- and none could be a HOT update. Rows that another transaction has locked are skipped.\nwith expired as (\n  select ctid as place from pevensie.cache\n  where\n    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid\n    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid\n    and expires_at operator(pg_catalog.<=) current_timestamp\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache as cache\n  where\n    cache.ctid operator(pg_catalog.=) any (array(select place from expired))\n    and cache.expires_at operator(pg_catalog.<=) current_timestamp\n  returning cache.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, in a range of pages. There is no index on expires_at: with one, every upsert would have to write to it,
 * -- and none could be a HOT update. Rows that another transaction has locked are skipped.
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


