// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/cache.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A type of parameters or columns. */
export type NumberOrString = number | string;

/** A type of parameters or columns. */
export type NumberOrStringArray = (NumberOrString)[];

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

const setCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"value":true,"ttlSeconds":true,"lockTimeout":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":346,"b":359}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":381,"b":385}]},{"name":"value","required":true,"transform":{"type":"scalar"},"locs":[{"a":407,"b":413}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":477,"b":487}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":559,"b":570},{"a":640,"b":651}]}],"statement":"-- With :lockTimeout, a value of lock_timeout such as '100ms', fails (55P03) after waiting that long for a locked row; NULL keeps\n-- the current setting. It is set until the transaction ends, and before anything is locked: PostgreSQL reads it when it\n-- begins to wait.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  :resourceType!::pg_catalog.text,\n  :key!::pg_catalog.text,\n  :value!::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')\nwhere\n  :lockTimeout::pg_catalog.text is null\n  or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\non conflict (resource_type, key) do update set\n  value = excluded.value, expires_at = excluded.expires_at, stale_until = null, tags = null, snapshot = null"};

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
 * on conflict (resource_type, key) do update set
 *   value = excluded.value, expires_at = excluded.expires_at, stale_until = null, tags = null, snapshot = null
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

const getCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":456,"b":469}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":521,"b":525}]}],"statement":"-- Returns no row for an entry whose tags were invalidated, nor for an expired one with grace: those are not removed by lookups. The\n-- function is called for tagged entries alone, and takes some four microseconds; a subquery in its place would take the server two to\n-- five in every statement.\nselect value, coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\n  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))"};

/**
 * Query generated from SQL:
 * ```
 * -- Returns no row for an entry whose tags were invalidated, nor for an expired one with grace: those are not removed by lookups. The
 * -- function is called for tagged entries alone, and takes some four microseconds; a subquery in its place would take the server two to
 * -- five in every statement.
 * select value, coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
 * from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))
 *   and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
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

const getSmallCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":486,"b":499}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":551,"b":555}]}],"statement":"-- getCacheEntry, but a value of more than 4 MiB is NULL although the entry has not expired. The size of a value is known without\n-- reading it. A parameter in place of the number would take the server three microseconds.\nselect\n  case when pg_catalog.octet_length(value) operator(pg_catalog.>) 4194304 then null else value end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\n  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))"};

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
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))
 *   and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
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

const getCacheEntriesByKeyIR: any = {"usedParamSet":{"largest":true,"key":true},"params":[{"name":"largest","required":false,"transform":{"type":"scalar"},"locs":[{"a":265,"b":272}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":530,"b":534}]}],"statement":"-- A value of more than its share of :largest bytes is returned as NULL although the entry has not expired; without :largest,\n-- none is.\nselect\n  resource_type as \"resourceType\",\n  case\n    when\n      pg_catalog.octet_length(value)\n        operator(pg_catalog.>) (:largest::pg_catalog.int4 operator(pg_catalog./) (pg_catalog.count(*) over ()))\n      then null\n    else value\n  end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  key operator(pg_catalog.=) :key!::pg_catalog.text\n  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\norder by resource_type"};

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
 * where
 *   key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))
 *   and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
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
export interface IDeleteCacheEntryResult {
  wasLive: boolean;
}

/** 'DeleteCacheEntry' query type */
export interface IDeleteCacheEntryQuery {
  params: IDeleteCacheEntryParams;
  result: IDeleteCacheEntryResult;
}

const deleteCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"lockTimeout":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":202,"b":215}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":267,"b":271}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":302,"b":313},{"a":385,"b":396}]}],"statement":"-- Sets lock_timeout as setCacheEntry does. A row is filtered before it is locked, so the timeout is set if there is one to lock.\ndelete from pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\n  and (\n    :lockTimeout::pg_catalog.text is null\n    or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n  )\nreturning\n  coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot)) as \"wasLive!\""};

/**
 * Query generated from SQL:
 * ```
 * -- Sets lock_timeout as setCacheEntry does. A row is filtered before it is locked, so the timeout is set if there is one to lock.
 * delete from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and (
 *     :lockTimeout::pg_catalog.text is null
 *     or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
 *   )
 * returning
 *   coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
 *     and (tags is null or pevensie.cache_tags_are_current(tags, snapshot)) as "wasLive!"
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

const getCacheEntriesIR: any = {"usedParamSet":{"largest":true,"resourceTypes":true,"keys":true},"params":[{"name":"largest","required":false,"transform":{"type":"scalar"},"locs":[{"a":475,"b":482},{"a":762,"b":769}]},{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":883,"b":897}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":951,"b":956}]}],"statement":"-- getCacheEntry for many names. The position is that of the requested name in the arrays. The value of an expired entry is\n-- NULL. So is a value of more bytes than :largest, whose position is negative. Each array is in a subselect, so that the plan\n-- does not depend on its length: otherwise PostgreSQL would replan every call with fewer elements than the generic plan\n-- assumes.\nselect\n  (\n    case\n      when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4\n        then operator(pg_catalog.-) given.position\n      else given.position\n    end\n  )::int as position,\n  case\n    when cache.expires_at operator(pg_catalog.<=) current_timestamp then null\n    when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4 then null\n    else cache.value\n  end as value\nfrom\n  rows from (\n    pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n    pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n  ) with ordinality as given (resource_type, key, position)\njoin pevensie.cache as cache\n  on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\nwhere\n  (cache.stale_until is null or coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true))\n  and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))"};

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
 *         then operator(pg_catalog.-) given.position
 *       else given.position
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
 *   ) with ordinality as given (resource_type, key, position)
 * join pevensie.cache as cache
 *   on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 * where
 *   (cache.stale_until is null or coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true))
 *   and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
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

const setCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"values":true,"ttlsSeconds":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":926,"b":940}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":990,"b":995}]},{"name":"values","required":true,"transform":{"type":"scalar"},"locs":[{"a":1035,"b":1042}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1084,"b":1096}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":1158,"b":1169},{"a":1247,"b":1258}]}],"statement":"-- setCacheEntry for many distinct names; a ttl of 0 means none. All multi-row writes lock rows in the same order, so that they\n-- cannot deadlock. In a select list, unlike in a from clause, unnest keeps no copy of the rows. \"offset 0\" keeps the plan from\n-- depending on the length of the arrays. Sets lock_timeout as setCacheEntry does.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds\n    from\n      (\n        select\n          :resourceTypes!::pg_catalog.text[] as resource_types,\n          :keys!::pg_catalog.text[] as keys,\n          :values!::pg_catalog.text[] as values,\n          :ttlsSeconds!::double precision[] as ttls_seconds\n        where\n          :lockTimeout::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  value = excluded.value, expires_at = excluded.expires_at, stale_until = null, tags = null, snapshot = null"};

/**
 * Query generated from SQL:
 * ```
 * -- setCacheEntry for many distinct names; a ttl of 0 means none. All multi-row writes lock rows in the same order, so that they
 * -- cannot deadlock. In a select list, unlike in a from clause, unnest keeps no copy of the rows. "offset 0" keeps the plan from
 * -- depending on the length of the arrays. Sets lock_timeout as setCacheEntry does.
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
 * on conflict (resource_type, key) do update set
 *   value = excluded.value, expires_at = excluded.expires_at, stale_until = null, tags = null, snapshot = null
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
export interface IDeleteCacheEntriesResult {
  position: number;
  wasLive: boolean;
}

/** 'DeleteCacheEntries' query type */
export interface IDeleteCacheEntriesQuery {
  params: IDeleteCacheEntriesParams;
  result: IDeleteCacheEntriesResult;
}

const deleteCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":596,"b":610}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":666,"b":671}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":978,"b":989},{"a":1021,"b":1032}]}],"statement":"-- Returns the positions of the names that had entries. The first condition is the lock-timeout filter, which is always true: it sets\n-- lock_timeout, once, before the first row is locked. Concatenating the key, which is never NULL, keeps the planner from removing it.\nwith deletable as (\n  select\n    cache.resource_type,\n    cache.key,\n    given.position,\n    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n    ) with ordinality as given (resource_type, key, position)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    coalesce(\n      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) cache.key is not null\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n)\ndelete from pevensie.cache as cache\nusing deletable\nwhere cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key\nreturning deletable.position::int as \"position!\", deletable.is_live as \"wasLive!\""};

/**
 * Query generated from SQL:
 * ```
 * -- Returns the positions of the names that had entries. The first condition is the lock-timeout filter, which is always true: it sets
 * -- lock_timeout, once, before the first row is locked. Concatenating the key, which is never NULL, keeps the planner from removing it.
 * with deletable as (
 *   select
 *     cache.resource_type,
 *     cache.key,
 *     given.position,
 *     coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
 *       and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live
 *   from
 *     rows from (
 *       pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[]))
 *     ) with ordinality as given (resource_type, key, position)
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
 * using deletable
 * where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key
 * returning deletable.position::int as "position!", deletable.is_live as "wasLive!"
 * ```
 */
export const deleteCacheEntries = new PreparedQuery<IDeleteCacheEntriesParams,IDeleteCacheEntriesResult>(deleteCacheEntriesIR);


/** 'DeleteCacheEntriesWithValues' parameters type */
export interface IDeleteCacheEntriesWithValuesParams {
  keys: stringArray;
  lockTimeout?: string | null | void;
  resourceTypes: stringArray;
  values: stringArray;
}

/** 'DeleteCacheEntriesWithValues' return type */
export interface IDeleteCacheEntriesWithValuesResult {
  position: number;
}

/** 'DeleteCacheEntriesWithValues' query type */
export interface IDeleteCacheEntriesWithValuesQuery {
  params: IDeleteCacheEntriesWithValuesParams;
  result: IDeleteCacheEntriesWithValuesResult;
}

const deleteCacheEntriesWithValuesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"values":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":337,"b":351}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":407,"b":412}]},{"name":"values","required":true,"transform":{"type":"scalar"},"locs":[{"a":468,"b":475}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":789,"b":800},{"a":832,"b":843}]}],"statement":"-- deleteCacheEntries, with its lock-timeout filter, for live entries that have the given values. The row of an expired one may belong to a\n-- lease. Returns the positions of the entries that were deleted.\nwith deletable as (\n  select cache.resource_type, cache.key, given.position\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[])),\n      pg_catalog.unnest((select :values!::pg_catalog.text[]))\n    ) with ordinality as given (resource_type, key, value, position)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    coalesce(\n      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) cache.key is not null\n    and cache.value operator(pg_catalog.=) given.value\n    and coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n)\ndelete from pevensie.cache as cache\nusing deletable\nwhere cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key\nreturning deletable.position::int as \"position!\""};

/**
 * Query generated from SQL:
 * ```
 * -- deleteCacheEntries, with its lock-timeout filter, for live entries that have the given values. The row of an expired one may belong to a
 * -- lease. Returns the positions of the entries that were deleted.
 * with deletable as (
 *   select cache.resource_type, cache.key, given.position
 *   from
 *     rows from (
 *       pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :values!::pg_catalog.text[]))
 *     ) with ordinality as given (resource_type, key, value, position)
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 *   where
 *     coalesce(
 *       (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),
 *       ''
 *     ) operator(pg_catalog.||) cache.key is not null
 *     and cache.value operator(pg_catalog.=) given.value
 *     and coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
 *   order by cache.resource_type collate pg_catalog."C", cache.key collate pg_catalog."C"
 *   for update of cache
 * )
 * delete from pevensie.cache as cache
 * using deletable
 * where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key
 * returning deletable.position::int as "position!"
 * ```
 */
export const deleteCacheEntriesWithValues = new PreparedQuery<IDeleteCacheEntriesWithValuesParams,IDeleteCacheEntriesWithValuesResult>(deleteCacheEntriesWithValuesIR);


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

const deleteExpiredCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":223,"b":237}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":293,"b":298}]}],"statement":"-- Skips rows that another transaction is writing or deleting: a value that is written concurrently survives.\nwith expired as (\n  select cache.resource_type, cache.key\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[]))\n    ) as given (resource_type, key)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where cache.expires_at operator(pg_catalog.<=) current_timestamp and cache.stale_until is null\n  for update of cache skip locked\n)\ndelete from pevensie.cache as cache\nusing expired\nwhere\n  cache.resource_type operator(pg_catalog.=) expired.resource_type\n  and cache.key operator(pg_catalog.=) expired.key\n  and cache.expires_at operator(pg_catalog.<=) current_timestamp\n  and cache.stale_until is null"};

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
 *   where cache.expires_at operator(pg_catalog.<=) current_timestamp and cache.stale_until is null
 *   for update of cache skip locked
 * )
 * delete from pevensie.cache as cache
 * using expired
 * where
 *   cache.resource_type operator(pg_catalog.=) expired.resource_type
 *   and cache.key operator(pg_catalog.=) expired.key
 *   and cache.expires_at operator(pg_catalog.<=) current_timestamp
 *   and cache.stale_until is null
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

const removeExpiredCacheEntriesIR: any = {"usedParamSet":{"fromPage":true,"toPage":true,"batchSize":true},"params":[{"name":"fromPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":449,"b":458}]},{"name":"toPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":546,"b":553}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":1248,"b":1258}]}],"statement":"-- One batch of a sweep, in a range of pages. There is no index on expires_at: with one, every upsert would have to write to it,\n-- and none could be a HOT update. Rows that another transaction has locked are skipped. An expired row with grace is kept until the\n-- grace ends, and while its value is computed.\nwith expired as (\n  select ctid as place from pevensie.cache as cache\n  where\n    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid\n    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid\n    and (\n      (\n        expires_at operator(pg_catalog.<=) current_timestamp\n        and (\n          stale_until is null\n          or (\n            stale_until operator(pg_catalog.<=) current_timestamp\n            and not exists (\n              select from pevensie.cache_lease as lease\n              where\n                lease.resource_type operator(pg_catalog.=) cache.resource_type\n                and lease.key operator(pg_catalog.=) cache.key\n                and lease.expires_at operator(pg_catalog.>) current_timestamp\n            )\n          )\n        )\n      )\n      or (tags is not null and not pevensie.cache_tags_are_current(tags, snapshot))\n    )\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache as cache\n  where cache.ctid operator(pg_catalog.=) any (array(select place from expired))\n  returning cache.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, in a range of pages. There is no index on expires_at: with one, every upsert would have to write to it,
 * -- and none could be a HOT update. Rows that another transaction has locked are skipped. An expired row with grace is kept until the
 * -- grace ends, and while its value is computed.
 * with expired as (
 *   select ctid as place from pevensie.cache as cache
 *   where
 *     ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid
 *     and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid
 *     and (
 *       (
 *         expires_at operator(pg_catalog.<=) current_timestamp
 *         and (
 *           stale_until is null
 *           or (
 *             stale_until operator(pg_catalog.<=) current_timestamp
 *             and not exists (
 *               select from pevensie.cache_lease as lease
 *               where
 *                 lease.resource_type operator(pg_catalog.=) cache.resource_type
 *                 and lease.key operator(pg_catalog.=) cache.key
 *                 and lease.expires_at operator(pg_catalog.>) current_timestamp
 *             )
 *           )
 *         )
 *       )
 *       or (tags is not null and not pevensie.cache_tags_are_current(tags, snapshot))
 *     )
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.cache as cache
 *   where cache.ctid operator(pg_catalog.=) any (array(select place from expired))
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


/** 'CountCacheSample' parameters type */
export interface ICountCacheSampleParams {
  percent: number;
}

/** 'CountCacheSample' return type */
export interface ICountCacheSampleResult {
  sampled: number;
}

/** 'CountCacheSample' query type */
export interface ICountCacheSampleQuery {
  params: ICountCacheSampleParams;
  result: ICountCacheSampleResult;
}

const countCacheSampleIR: any = {"usedParamSet":{"percent":true},"params":[{"name":"percent","required":true,"transform":{"type":"scalar"},"locs":[{"a":372,"b":380},{"a":431,"b":439}]}],"statement":"-- The number of entries in some of the table's pages, always the same ones, rate limits left out. These have the shape that\n-- admitLimitedCalls knows. A longer value is none, and is not read. Citus would send null to another node for a parameter that stands in\n-- tablesample alone.\nselect pg_catalog.count(*)::int as \"sampled!\"\nfrom pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)\nwhere\n  :percent!::double precision operator(pg_catalog.>) 0\n  and case\n    when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100\n      then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n    else true\n  end"};

/**
 * Query generated from SQL:
 * ```
 * -- The number of entries in some of the table's pages, always the same ones, rate limits left out. These have the shape that
 * -- admitLimitedCalls knows. A longer value is none, and is not read. Citus would send null to another node for a parameter that stands in
 * -- tablesample alone.
 * select pg_catalog.count(*)::int as "sampled!"
 * from pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)
 * where
 *   :percent!::double precision operator(pg_catalog.>) 0
 *   and case
 *     when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100
 *       then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
 *     else true
 *   end
 * ```
 */
export const countCacheSample = new PreparedQuery<ICountCacheSampleParams,ICountCacheSampleResult>(countCacheSampleIR);


/** 'GetCacheSampleExpiry' parameters type */
export interface IGetCacheSampleExpiryParams {
  fraction: number;
  percent: number;
}

/** 'GetCacheSampleExpiry' return type */
export interface IGetCacheSampleExpiryResult {
  untilSeconds: string | null;
}

/** 'GetCacheSampleExpiry' query type */
export interface IGetCacheSampleExpiryQuery {
  params: IGetCacheSampleExpiryParams;
  result: IGetCacheSampleExpiryResult;
}

const getCacheSampleExpiryIR: any = {"usedParamSet":{"fraction":true,"percent":true},"params":[{"name":"fraction","required":true,"transform":{"type":"scalar"},"locs":[{"a":187,"b":196}]},{"name":"percent","required":true,"transform":{"type":"scalar"},"locs":[{"a":367,"b":375},{"a":426,"b":434}]}],"statement":"-- The expiry, in seconds since 1970, before which this fraction of the sampled entries expire. Entries without one come last.\nselect\n  extract(\n    epoch from pg_catalog.percentile_disc(:fraction!::double precision)\n      within group (order by coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))\n  ) as \"untilSeconds\"\nfrom pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)\nwhere\n  :percent!::double precision operator(pg_catalog.>) 0\n  and case\n    when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100\n      then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n    else true\n  end"};

/**
 * Query generated from SQL:
 * ```
 * -- The expiry, in seconds since 1970, before which this fraction of the sampled entries expire. Entries without one come last.
 * select
 *   extract(
 *     epoch from pg_catalog.percentile_disc(:fraction!::double precision)
 *       within group (order by coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))
 *   ) as "untilSeconds"
 * from pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)
 * where
 *   :percent!::double precision operator(pg_catalog.>) 0
 *   and case
 *     when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100
 *       then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
 *     else true
 *   end
 * ```
 */
export const getCacheSampleExpiry = new PreparedQuery<IGetCacheSampleExpiryParams,IGetCacheSampleExpiryResult>(getCacheSampleExpiryIR);


/** 'GetCacheSampleExpiries' parameters type */
export interface IGetCacheSampleExpiriesParams {
  fractions: numberArray;
  percent: number;
}

/** 'GetCacheSampleExpiries' return type */
export interface IGetCacheSampleExpiriesResult {
  untilSeconds: string | null;
}

/** 'GetCacheSampleExpiries' query type */
export interface IGetCacheSampleExpiriesQuery {
  params: IGetCacheSampleExpiriesParams;
  result: IGetCacheSampleExpiriesResult;
}

const getCacheSampleExpiriesIR: any = {"usedParamSet":{"fractions":true,"percent":true},"params":[{"name":"fractions","required":true,"transform":{"type":"scalar"},"locs":[{"a":142,"b":152}]},{"name":"percent","required":true,"transform":{"type":"scalar"},"locs":[{"a":317,"b":325},{"a":380,"b":388}]}],"statement":"-- The same for many fractions.\nselect extract(epoch from (quantile.expiry)) as \"untilSeconds\"\nfrom (\n  select\n    pg_catalog.percentile_disc(:fractions!::double precision[])\n      within group (order by coalesce(expires_at, 'infinity'::pg_catalog.timestamptz)) as expiries\n  from pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)\n  where\n    :percent!::double precision operator(pg_catalog.>) 0\n    and case\n      when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100\n        then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n      else true\n    end\n) as sampled\ncross join lateral pg_catalog.unnest(sampled.expiries) with ordinality as quantile(expiry, place)\norder by quantile.place"};

/**
 * Query generated from SQL:
 * ```
 * -- The same for many fractions.
 * select extract(epoch from (quantile.expiry)) as "untilSeconds"
 * from (
 *   select
 *     pg_catalog.percentile_disc(:fractions!::double precision[])
 *       within group (order by coalesce(expires_at, 'infinity'::pg_catalog.timestamptz)) as expiries
 *   from pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)
 *   where
 *     :percent!::double precision operator(pg_catalog.>) 0
 *     and case
 *       when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100
 *         then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
 *       else true
 *     end
 * ) as sampled
 * cross join lateral pg_catalog.unnest(sampled.expiries) with ordinality as quantile(expiry, place)
 * order by quantile.place
 * ```
 */
export const getCacheSampleExpiries = new PreparedQuery<IGetCacheSampleExpiriesParams,IGetCacheSampleExpiriesResult>(getCacheSampleExpiriesIR);


/** 'EvictCacheEntries' parameters type */
export interface IEvictCacheEntriesParams {
  batchSize: number;
  fromPage: number;
  isLastPass: boolean;
  toPage: number;
  untilSeconds: NumberOrString;
}

/** 'EvictCacheEntries' return type */
export interface IEvictCacheEntriesResult {
  milliseconds: string | null;
  removed: number | null;
}

/** 'EvictCacheEntries' query type */
export interface IEvictCacheEntriesQuery {
  params: IEvictCacheEntriesParams;
  result: IEvictCacheEntriesResult;
}

const evictCacheEntriesIR: any = {"usedParamSet":{"fromPage":true,"toPage":true,"untilSeconds":true,"isLastPass":true,"batchSize":true},"params":[{"name":"fromPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":383,"b":392}]},{"name":"toPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":480,"b":487}]},{"name":"untilSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":626,"b":639},{"a":817,"b":830}]},{"name":"isLastPass","required":true,"transform":{"type":"scalar"},"locs":[{"a":677,"b":688}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":1352,"b":1362}]}],"statement":"-- One batch of an eviction, in a range of pages: entries that expire no later than a time, but for those whose value is being computed,\n-- and for rate limits, which it would reset. The first pass leaves those that expire at that very time.\nwith deletable as (\n  select ctid as place from pevensie.cache as cache\n  where\n    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid\n    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid\n    and extract(epoch from coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))\n      operator(pg_catalog.<=) :untilSeconds!::pg_catalog.numeric\n    and (\n      :isLastPass!::boolean\n      or extract(epoch from coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))\n        operator(pg_catalog.<>) :untilSeconds!::pg_catalog.numeric\n    )\n    and case\n      when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100\n        then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n      else true\n    end\n    and not exists (\n      select from pevensie.cache_lease as lease\n      where\n        lease.resource_type operator(pg_catalog.=) cache.resource_type\n        and lease.key operator(pg_catalog.=) cache.key\n        and lease.expires_at operator(pg_catalog.>) current_timestamp\n    )\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache as cache\n  where cache.ctid operator(pg_catalog.=) any (array(select place from deletable))\n  returning cache.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of an eviction, in a range of pages: entries that expire no later than a time, but for those whose value is being computed,
 * -- and for rate limits, which it would reset. The first pass leaves those that expire at that very time.
 * with deletable as (
 *   select ctid as place from pevensie.cache as cache
 *   where
 *     ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid
 *     and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid
 *     and extract(epoch from coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))
 *       operator(pg_catalog.<=) :untilSeconds!::pg_catalog.numeric
 *     and (
 *       :isLastPass!::boolean
 *       or extract(epoch from coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))
 *         operator(pg_catalog.<>) :untilSeconds!::pg_catalog.numeric
 *     )
 *     and case
 *       when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100
 *         then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
 *       else true
 *     end
 *     and not exists (
 *       select from pevensie.cache_lease as lease
 *       where
 *         lease.resource_type operator(pg_catalog.=) cache.resource_type
 *         and lease.key operator(pg_catalog.=) cache.key
 *         and lease.expires_at operator(pg_catalog.>) current_timestamp
 *     )
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.cache as cache
 *   where cache.ctid operator(pg_catalog.=) any (array(select place from deletable))
 *   returning cache.key
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
 *     operator(pg_catalog.*) 1000 as milliseconds
 * from removed
 * ```
 */
export const evictCacheEntries = new PreparedQuery<IEvictCacheEntriesParams,IEvictCacheEntriesResult>(evictCacheEntriesIR);


/** 'GetCacheEntryDetails' parameters type */
export interface IGetCacheEntryDetailsParams {
  key: string;
  resourceType: string;
}

/** 'GetCacheEntryDetails' return type */
export interface IGetCacheEntryDetailsResult {
  expiresAt: string | null;
  tags: Json | null;
  value: string;
}

/** 'GetCacheEntryDetails' query type */
export interface IGetCacheEntryDetailsQuery {
  params: IGetCacheEntryDetailsParams;
  result: IGetCacheEntryDetailsResult;
}

const getCacheEntryDetailsIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":160,"b":173}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":225,"b":229}]}],"statement":"select value, extract(epoch from expires_at) as \"expiresAt\", pg_catalog.to_jsonb(tags) as tags\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\n  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))"};

/**
 * Query generated from SQL:
 * ```
 * select value, extract(epoch from expires_at) as "expiresAt", pg_catalog.to_jsonb(tags) as tags
 * from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
 *   and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
 * ```
 */
export const getCacheEntryDetails = new PreparedQuery<IGetCacheEntryDetailsParams,IGetCacheEntryDetailsResult>(getCacheEntryDetailsIR);


/** 'GetStaleCacheEntry' parameters type */
export interface IGetStaleCacheEntryParams {
  key: string;
  resourceType: string;
}

/** 'GetStaleCacheEntry' return type */
export interface IGetStaleCacheEntryResult {
  value: string;
}

/** 'GetStaleCacheEntry' query type */
export interface IGetStaleCacheEntryQuery {
  params: IGetStaleCacheEntryParams;
  result: IGetStaleCacheEntryResult;
}

const getStaleCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":129,"b":142}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":194,"b":198}]}],"statement":"-- The value of an expired entry within its grace.\nselect value\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\n  and expires_at operator(pg_catalog.<=) current_timestamp\n  and stale_until operator(pg_catalog.>) current_timestamp\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))"};

/**
 * Query generated from SQL:
 * ```
 * -- The value of an expired entry within its grace.
 * select value
 * from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and expires_at operator(pg_catalog.<=) current_timestamp
 *   and stale_until operator(pg_catalog.>) current_timestamp
 *   and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
 * ```
 */
export const getStaleCacheEntry = new PreparedQuery<IGetStaleCacheEntryParams,IGetStaleCacheEntryResult>(getStaleCacheEntryIR);


/** 'HasCacheEntry' parameters type */
export interface IHasCacheEntryParams {
  key: string;
  resourceType: string;
}

/** 'HasCacheEntry' return type */
export interface IHasCacheEntryResult {
  isLive: boolean;
}

/** 'HasCacheEntry' query type */
export interface IHasCacheEntryQuery {
  params: IHasCacheEntryParams;
  result: IHasCacheEntryResult;
}

const hasCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":90,"b":103}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":155,"b":159}]}],"statement":"select true as \"isLive!\"\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\n  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))"};

/**
 * Query generated from SQL:
 * ```
 * select true as "isLive!"
 * from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
 *   and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
 * ```
 */
export const hasCacheEntry = new PreparedQuery<IHasCacheEntryParams,IHasCacheEntryResult>(hasCacheEntryIR);


/** 'ListCacheKeys' parameters type */
export interface IListCacheKeysParams {
  after?: string | null | void;
  limit: number;
  prefix: string;
  resourceType: string;
}

/** 'ListCacheKeys' return type */
export interface IListCacheKeysResult {
  key: string;
}

/** 'ListCacheKeys' query type */
export interface IListCacheKeysQuery {
  params: IListCacheKeysParams;
  result: IListCacheKeysResult;
}

const listCacheKeysIR: any = {"usedParamSet":{"resourceType":true,"after":true,"prefix":true,"limit":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":144,"b":157}]},{"name":"after","required":false,"transform":{"type":"scalar"},"locs":[{"a":219,"b":224},{"a":255,"b":260},{"a":318,"b":323}]},{"name":"prefix","required":true,"transform":{"type":"scalar"},"locs":[{"a":377,"b":384}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":569,"b":575}]}],"statement":"-- A page of the keys with a live entry, in the order of the index.\nselect key\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.>=) coalesce(:after::pg_catalog.text, '')\n  and (:after::pg_catalog.text is null or key operator(pg_catalog.<>) :after::pg_catalog.text)\n  and pg_catalog.starts_with(key, :prefix!::pg_catalog.text)\n  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\norder by key\nlimit :limit!::int"};

/**
 * Query generated from SQL:
 * ```
 * -- A page of the keys with a live entry, in the order of the index.
 * select key
 * from pevensie.cache
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.>=) coalesce(:after::pg_catalog.text, '')
 *   and (:after::pg_catalog.text is null or key operator(pg_catalog.<>) :after::pg_catalog.text)
 *   and pg_catalog.starts_with(key, :prefix!::pg_catalog.text)
 *   and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
 *   and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
 * order by key
 * limit :limit!::int
 * ```
 */
export const listCacheKeys = new PreparedQuery<IListCacheKeysParams,IListCacheKeysResult>(listCacheKeysIR);


/** 'ClearCacheEntries' parameters type */
export interface IClearCacheEntriesParams {
  batchSize: number;
  from?: string | null | void;
  lockTimeout?: string | null | void;
  resourceType: string;
}

/** 'ClearCacheEntries' return type */
export interface IClearCacheEntriesResult {
  found: number;
  lastKey: string | null;
  live: number;
}

/** 'ClearCacheEntries' query type */
export interface IClearCacheEntriesQuery {
  params: IClearCacheEntriesParams;
  result: IClearCacheEntriesResult;
}

const clearCacheEntriesIR: any = {"usedParamSet":{"resourceType":true,"from":true,"lockTimeout":true,"batchSize":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":237,"b":250}]},{"name":"from","required":false,"transform":{"type":"scalar"},"locs":[{"a":314,"b":318}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":412,"b":423},{"a":455,"b":466}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":577,"b":587}]}],"statement":"-- One batch of the entries of a type, from where the previous one ended. Has the lock-timeout filter of deleteCacheEntries.\nwith page as (\n  select resource_type, key from pevensie.cache\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.>=) coalesce(:from::pg_catalog.text, '')\n    and coalesce(\n      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) key is not null\n  order by key\n  limit :batchSize!::int\n),\ndeletable as (\n  select\n    cache.resource_type,\n    cache.key,\n    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live\n  from page\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) page.resource_type and cache.key operator(pg_catalog.=) page.key\n  order by cache.key collate pg_catalog.\"C\"\n  for update of cache\n),\ndeleted as (\n  delete from pevensie.cache as cache\n  using deletable\n  where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key\n  returning deletable.is_live\n)\nselect\n  (select pg_catalog.count(*) from page)::int as \"found!\",\n  (select pg_catalog.max(key) from page) as \"lastKey\",\n  (select pg_catalog.count(*) from deleted where is_live)::int as \"live!\""};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of the entries of a type, from where the previous one ended. Has the lock-timeout filter of deleteCacheEntries.
 * with page as (
 *   select resource_type, key from pevensie.cache
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.>=) coalesce(:from::pg_catalog.text, '')
 *     and coalesce(
 *       (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),
 *       ''
 *     ) operator(pg_catalog.||) key is not null
 *   order by key
 *   limit :batchSize!::int
 * ),
 * deletable as (
 *   select
 *     cache.resource_type,
 *     cache.key,
 *     coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
 *       and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live
 *   from page
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) page.resource_type and cache.key operator(pg_catalog.=) page.key
 *   order by cache.key collate pg_catalog."C"
 *   for update of cache
 * ),
 * deleted as (
 *   delete from pevensie.cache as cache
 *   using deletable
 *   where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key
 *   returning deletable.is_live
 * )
 * select
 *   (select pg_catalog.count(*) from page)::int as "found!",
 *   (select pg_catalog.max(key) from page) as "lastKey",
 *   (select pg_catalog.count(*) from deleted where is_live)::int as "live!"
 * ```
 */
export const clearCacheEntries = new PreparedQuery<IClearCacheEntriesParams,IClearCacheEntriesResult>(clearCacheEntriesIR);


/** 'SetTaggedCacheEntries' parameters type */
export interface ISetTaggedCacheEntriesParams {
  keys: stringArray;
  lockTimeout?: string | null | void;
  resourceTypes: stringArray;
  tags: stringArray;
  ttlsSeconds: numberArray;
  values: stringArray;
}

/** 'SetTaggedCacheEntries' return type */
export type ISetTaggedCacheEntriesResult = void;

/** 'SetTaggedCacheEntries' query type */
export interface ISetTaggedCacheEntriesQuery {
  params: ISetTaggedCacheEntriesParams;
  result: ISetTaggedCacheEntriesResult;
}

const setTaggedCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"values":true,"ttlsSeconds":true,"tags":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":1038,"b":1052}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":1102,"b":1107}]},{"name":"values","required":true,"transform":{"type":"scalar"},"locs":[{"a":1147,"b":1154}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1196,"b":1208}]},{"name":"tags","required":true,"transform":{"type":"scalar"},"locs":[{"a":1257,"b":1262}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":1315,"b":1326},{"a":1404,"b":1415}]}],"statement":"-- setCacheEntries with the tags of each entry as a JSON array, which may be empty. The value counts as computed when the statement began.\ninsert into pevensie.cache (resource_type, key, value, expires_at, tags, snapshot)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end,\n  case\n    when given.tags operator(pg_catalog.<>) '[]'\n      then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))\n  end,\n  case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds,\n      pg_catalog.unnest(arrays.tags) as tags\n    from\n      (\n        select\n          :resourceTypes!::pg_catalog.text[] as resource_types,\n          :keys!::pg_catalog.text[] as keys,\n          :values!::pg_catalog.text[] as values,\n          :ttlsSeconds!::double precision[] as ttls_seconds,\n          :tags!::pg_catalog.text[] as tags\n        where\n          :lockTimeout::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  value = excluded.value,\n  expires_at = excluded.expires_at,\n  stale_until = null,\n  tags = excluded.tags,\n  snapshot = excluded.snapshot"};

/**
 * Query generated from SQL:
 * ```
 * -- setCacheEntries with the tags of each entry as a JSON array, which may be empty. The value counts as computed when the statement began.
 * insert into pevensie.cache (resource_type, key, value, expires_at, tags, snapshot)
 * select
 *   given.resource_type,
 *   given.key,
 *   given.value,
 *   case
 *     when given.ttl_seconds operator(pg_catalog.<>) 0
 *       then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
 *   end,
 *   case
 *     when given.tags operator(pg_catalog.<>) '[]'
 *       then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))
 *   end,
 *   case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end
 * from
 *   (
 *     select
 *       pg_catalog.unnest(arrays.resource_types) as resource_type,
 *       pg_catalog.unnest(arrays.keys) as key,
 *       pg_catalog.unnest(arrays.values) as value,
 *       pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds,
 *       pg_catalog.unnest(arrays.tags) as tags
 *     from
 *       (
 *         select
 *           :resourceTypes!::pg_catalog.text[] as resource_types,
 *           :keys!::pg_catalog.text[] as keys,
 *           :values!::pg_catalog.text[] as values,
 *           :ttlsSeconds!::double precision[] as ttls_seconds,
 *           :tags!::pg_catalog.text[] as tags
 *         where
 *           :lockTimeout::pg_catalog.text is null
 *           or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
 *         offset 0
 *       ) as arrays
 *   ) as given
 * order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
 * on conflict (resource_type, key) do update set
 *   value = excluded.value,
 *   expires_at = excluded.expires_at,
 *   stale_until = null,
 *   tags = excluded.tags,
 *   snapshot = excluded.snapshot
 * ```
 */
export const setTaggedCacheEntries = new PreparedQuery<ISetTaggedCacheEntriesParams,ISetTaggedCacheEntriesResult>(setTaggedCacheEntriesIR);


/** 'SetCacheEntriesIfAbsent' parameters type */
export interface ISetCacheEntriesIfAbsentParams {
  keys: stringArray;
  lockTimeout?: string | null | void;
  resourceTypes: stringArray;
  tags: stringArray;
  ttlsSeconds: numberArray;
  values: stringArray;
}

/** 'SetCacheEntriesIfAbsent' return type */
export interface ISetCacheEntriesIfAbsentResult {
  key: string;
  resourceType: string;
}

/** 'SetCacheEntriesIfAbsent' query type */
export interface ISetCacheEntriesIfAbsentQuery {
  params: ISetCacheEntriesIfAbsentParams;
  result: ISetCacheEntriesIfAbsentResult;
}

const setCacheEntriesIfAbsentIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"values":true,"ttlsSeconds":true,"tags":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":1002,"b":1016}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":1066,"b":1071}]},{"name":"values","required":true,"transform":{"type":"scalar"},"locs":[{"a":1111,"b":1118}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1160,"b":1172}]},{"name":"tags","required":true,"transform":{"type":"scalar"},"locs":[{"a":1221,"b":1226}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":1279,"b":1290},{"a":1368,"b":1379}]}],"statement":"-- setTaggedCacheEntries, but live entries stay as they are. Returns the names that were set.\ninsert into pevensie.cache as cache (resource_type, key, value, expires_at, tags, snapshot)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end,\n  case\n    when given.tags operator(pg_catalog.<>) '[]'\n      then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))\n  end,\n  case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds,\n      pg_catalog.unnest(arrays.tags) as tags\n    from\n      (\n        select\n          :resourceTypes!::pg_catalog.text[] as resource_types,\n          :keys!::pg_catalog.text[] as keys,\n          :values!::pg_catalog.text[] as values,\n          :ttlsSeconds!::double precision[] as ttls_seconds,\n          :tags!::pg_catalog.text[] as tags\n        where\n          :lockTimeout::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  value = excluded.value,\n  expires_at = excluded.expires_at,\n  stale_until = null,\n  tags = excluded.tags,\n  snapshot = excluded.snapshot\nwhere\n  cache.expires_at operator(pg_catalog.<=) current_timestamp\n  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\nreturning cache.resource_type as \"resourceType\", cache.key"};

/**
 * Query generated from SQL:
 * ```
 * -- setTaggedCacheEntries, but live entries stay as they are. Returns the names that were set.
 * insert into pevensie.cache as cache (resource_type, key, value, expires_at, tags, snapshot)
 * select
 *   given.resource_type,
 *   given.key,
 *   given.value,
 *   case
 *     when given.ttl_seconds operator(pg_catalog.<>) 0
 *       then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
 *   end,
 *   case
 *     when given.tags operator(pg_catalog.<>) '[]'
 *       then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))
 *   end,
 *   case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end
 * from
 *   (
 *     select
 *       pg_catalog.unnest(arrays.resource_types) as resource_type,
 *       pg_catalog.unnest(arrays.keys) as key,
 *       pg_catalog.unnest(arrays.values) as value,
 *       pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds,
 *       pg_catalog.unnest(arrays.tags) as tags
 *     from
 *       (
 *         select
 *           :resourceTypes!::pg_catalog.text[] as resource_types,
 *           :keys!::pg_catalog.text[] as keys,
 *           :values!::pg_catalog.text[] as values,
 *           :ttlsSeconds!::double precision[] as ttls_seconds,
 *           :tags!::pg_catalog.text[] as tags
 *         where
 *           :lockTimeout::pg_catalog.text is null
 *           or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
 *         offset 0
 *       ) as arrays
 *   ) as given
 * order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
 * on conflict (resource_type, key) do update set
 *   value = excluded.value,
 *   expires_at = excluded.expires_at,
 *   stale_until = null,
 *   tags = excluded.tags,
 *   snapshot = excluded.snapshot
 * where
 *   cache.expires_at operator(pg_catalog.<=) current_timestamp
 *   or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 * returning cache.resource_type as "resourceType", cache.key
 * ```
 */
export const setCacheEntriesIfAbsent = new PreparedQuery<ISetCacheEntriesIfAbsentParams,ISetCacheEntriesIfAbsentResult>(setCacheEntriesIfAbsentIR);


/** 'TouchCacheEntries' parameters type */
export interface ITouchCacheEntriesParams {
  keys: stringArray;
  lockTimeout?: string | null | void;
  resourceTypes: stringArray;
  ttlsSeconds: numberArray;
}

/** 'TouchCacheEntries' return type */
export interface ITouchCacheEntriesResult {
  positions: string;
}

/** 'TouchCacheEntries' query type */
export interface ITouchCacheEntriesQuery {
  params: ITouchCacheEntriesParams;
  result: ITouchCacheEntriesResult;
}

const touchCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"ttlsSeconds":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":908,"b":922}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":978,"b":983}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1039,"b":1051}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":1372,"b":1383},{"a":1415,"b":1426}]}],"statement":"-- Changes when live entries expire; a ttl of 0 means never, and ends the grace for good. Otherwise the grace keeps its length. Returns the\n-- positions of the names whose entries were live. Has the lock-timeout filter of deleteCacheEntries.\nwith locked as (\n  select\n    cache.resource_type,\n    cache.key,\n    given.position,\n    case\n      when given.ttl_seconds operator(pg_catalog.<>) 0\n        then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n    end as expires_at,\n    case\n      when given.ttl_seconds operator(pg_catalog.<>) 0\n        then\n          current_timestamp\n            operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n            operator(pg_catalog.+) (cache.stale_until operator(pg_catalog.-) cache.expires_at)\n    end as stale_until\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[])),\n      pg_catalog.unnest((select :ttlsSeconds!::double precision[]))\n    ) with ordinality as given (resource_type, key, ttl_seconds, position)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    coalesce(\n      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) cache.key is not null\n    and coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n    and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n),\ntouched as (\n  update pevensie.cache as cache\n  set expires_at = locked.expires_at, stale_until = locked.stale_until\n  from locked\n  where cache.resource_type operator(pg_catalog.=) locked.resource_type and cache.key operator(pg_catalog.=) locked.key\n  returning locked.position\n)\nselect coalesce(pg_catalog.string_agg(position::pg_catalog.text, ','), '') as \"positions!\" from touched"};

/**
 * Query generated from SQL:
 * ```
 * -- Changes when live entries expire; a ttl of 0 means never, and ends the grace for good. Otherwise the grace keeps its length. Returns the
 * -- positions of the names whose entries were live. Has the lock-timeout filter of deleteCacheEntries.
 * with locked as (
 *   select
 *     cache.resource_type,
 *     cache.key,
 *     given.position,
 *     case
 *       when given.ttl_seconds operator(pg_catalog.<>) 0
 *         then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
 *     end as expires_at,
 *     case
 *       when given.ttl_seconds operator(pg_catalog.<>) 0
 *         then
 *           current_timestamp
 *             operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
 *             operator(pg_catalog.+) (cache.stale_until operator(pg_catalog.-) cache.expires_at)
 *     end as stale_until
 *   from
 *     rows from (
 *       pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :ttlsSeconds!::double precision[]))
 *     ) with ordinality as given (resource_type, key, ttl_seconds, position)
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 *   where
 *     coalesce(
 *       (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),
 *       ''
 *     ) operator(pg_catalog.||) cache.key is not null
 *     and coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
 *     and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 *   order by cache.resource_type collate pg_catalog."C", cache.key collate pg_catalog."C"
 *   for update of cache
 * ),
 * touched as (
 *   update pevensie.cache as cache
 *   set expires_at = locked.expires_at, stale_until = locked.stale_until
 *   from locked
 *   where cache.resource_type operator(pg_catalog.=) locked.resource_type and cache.key operator(pg_catalog.=) locked.key
 *   returning locked.position
 * )
 * select coalesce(pg_catalog.string_agg(position::pg_catalog.text, ','), '') as "positions!" from touched
 * ```
 */
export const touchCacheEntries = new PreparedQuery<ITouchCacheEntriesParams,ITouchCacheEntriesResult>(touchCacheEntriesIR);


/** 'IncrementCacheEntries' parameters type */
export interface IIncrementCacheEntriesParams {
  addends: stringArray;
  keys: stringArray;
  lockTimeout?: string | null | void;
  resourceTypes: stringArray;
  ttlsSeconds: numberArray;
}

/** 'IncrementCacheEntries' return type */
export interface IIncrementCacheEntriesResult {
  key: string;
  resourceType: string;
  value: string;
}

/** 'IncrementCacheEntries' query type */
export interface IIncrementCacheEntriesQuery {
  params: IIncrementCacheEntriesParams;
  result: IIncrementCacheEntriesResult;
}

const incrementCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"addends":true,"ttlsSeconds":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":823,"b":837}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":887,"b":892}]},{"name":"addends","required":true,"transform":{"type":"scalar"},"locs":[{"a":932,"b":940}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":983,"b":995}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":1057,"b":1068},{"a":1146,"b":1157}]}],"statement":"-- Adds to whole numbers. An absent entry is 0, and then gets the ttl; 0 means none. Returns no row for an entry whose value is no whole\n-- number, or would become one that a double does not hold exactly; it stays as it is.\ninsert into pevensie.cache as cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  given.addend,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.addends) as addend,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds\n    from\n      (\n        select\n          :resourceTypes!::pg_catalog.text[] as resource_types,\n          :keys!::pg_catalog.text[] as keys,\n          :addends!::pg_catalog.text[] as addends,\n          :ttlsSeconds!::double precision[] as ttls_seconds\n        where\n          :lockTimeout::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  (value, expires_at, stale_until, tags, snapshot) = (\n    select\n      (cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)::pg_catalog.text,\n      cache.expires_at,\n      cache.stale_until,\n      cache.tags,\n      cache.snapshot\n    where\n      coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n    union all\n    select excluded.value, excluded.expires_at, null, null, null::pg_catalog.pg_snapshot\n    limit 1\n  )\nwhere\n  cache.expires_at operator(pg_catalog.<=) current_timestamp\n  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n  or case\n    when cache.value operator(pg_catalog.~) '^(0|-?[1-9][0-9]{0,15})$'\n      then pg_catalog.abs(cache.value::bigint) operator(pg_catalog.<=) 9007199254740991\n        and pg_catalog.abs(cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)\n          operator(pg_catalog.<=) 9007199254740991\n    else false\n  end\nreturning cache.resource_type as \"resourceType\", cache.key, cache.value"};

/**
 * Query generated from SQL:
 * ```
 * -- Adds to whole numbers. An absent entry is 0, and then gets the ttl; 0 means none. Returns no row for an entry whose value is no whole
 * -- number, or would become one that a double does not hold exactly; it stays as it is.
 * insert into pevensie.cache as cache (resource_type, key, value, expires_at)
 * select
 *   given.resource_type,
 *   given.key,
 *   given.addend,
 *   case
 *     when given.ttl_seconds operator(pg_catalog.<>) 0
 *       then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
 *   end
 * from
 *   (
 *     select
 *       pg_catalog.unnest(arrays.resource_types) as resource_type,
 *       pg_catalog.unnest(arrays.keys) as key,
 *       pg_catalog.unnest(arrays.addends) as addend,
 *       pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds
 *     from
 *       (
 *         select
 *           :resourceTypes!::pg_catalog.text[] as resource_types,
 *           :keys!::pg_catalog.text[] as keys,
 *           :addends!::pg_catalog.text[] as addends,
 *           :ttlsSeconds!::double precision[] as ttls_seconds
 *         where
 *           :lockTimeout::pg_catalog.text is null
 *           or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
 *         offset 0
 *       ) as arrays
 *   ) as given
 * order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
 * on conflict (resource_type, key) do update set
 *   (value, expires_at, stale_until, tags, snapshot) = (
 *     select
 *       (cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)::pg_catalog.text,
 *       cache.expires_at,
 *       cache.stale_until,
 *       cache.tags,
 *       cache.snapshot
 *     where
 *       coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
 *       and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 *     union all
 *     select excluded.value, excluded.expires_at, null, null, null::pg_catalog.pg_snapshot
 *     limit 1
 *   )
 * where
 *   cache.expires_at operator(pg_catalog.<=) current_timestamp
 *   or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 *   or case
 *     when cache.value operator(pg_catalog.~) '^(0|-?[1-9][0-9]{0,15})$'
 *       then pg_catalog.abs(cache.value::bigint) operator(pg_catalog.<=) 9007199254740991
 *         and pg_catalog.abs(cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)
 *           operator(pg_catalog.<=) 9007199254740991
 *     else false
 *   end
 * returning cache.resource_type as "resourceType", cache.key, cache.value
 * ```
 */
export const incrementCacheEntries = new PreparedQuery<IIncrementCacheEntriesParams,IIncrementCacheEntriesResult>(incrementCacheEntriesIR);


/** 'AdmitLimitedCalls' parameters type */
export interface IAdmitLimitedCallsParams {
  counts: NumberOrStringArray;
  emissions: NumberOrStringArray;
  keys: stringArray;
  lockTimeout?: string | null | void;
  resourceTypes: stringArray;
  tolerances: NumberOrStringArray;
}

/** 'AdmitLimitedCalls' return type */
export interface IAdmitLimitedCallsResult {
  key: string;
  resourceType: string;
  value: string;
}

/** 'AdmitLimitedCalls' query type */
export interface IAdmitLimitedCallsQuery {
  params: IAdmitLimitedCallsParams;
  result: IAdmitLimitedCallsResult;
}

const admitLimitedCallsIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"emissions":true,"tolerances":true,"counts":true,"lockTimeout":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":1879,"b":1893}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":1947,"b":1952}]},{"name":"emissions","required":true,"transform":{"type":"scalar"},"locs":[{"a":1996,"b":2006}]},{"name":"tolerances","required":true,"transform":{"type":"scalar"},"locs":[{"a":2046,"b":2057}]},{"name":"counts","required":true,"transform":{"type":"scalar"},"locs":[{"a":2098,"b":2105}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":2288,"b":2299},{"a":2381,"b":2392}]}],"statement":"-- The generic cell rate algorithm (ITU-T I.371) for some calls of each name, of which it admits the first ones. docs/architecture.md,\n-- \"Stored rate limits\", has the form of the value. The entry expires at the arrival time: from then on, nothing is taken up, and the\n-- entry gets the values of a new one. Returns no row for a live entry that is something else; it stays as it is. A longer value is no\n-- limit, and is not searched. The length of the arrival time is compared by itself: PostgreSQL makes the states of a regular expression\n-- anew for each row, and [0-9]{18} would take a sixth of a row's time.\ninsert into pevensie.cache as cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  pg_catalog.concat_ws(\n    ':',\n    'limit',\n    given.now operator(pg_catalog.+) (given.admitted operator(pg_catalog.*) given.emission),\n    given.admitted,\n    given.admitted operator(pg_catalog.*) given.emission,\n    given.tolerance,\n    given.count\n  ),\n  pg_catalog.to_timestamp(\n    (\n      (given.now operator(pg_catalog.+) (given.admitted operator(pg_catalog.*) given.emission) operator(pg_catalog.+) 999)\n      operator(pg_catalog./) 1000\n    )::double precision operator(pg_catalog./) 1000000\n  )\nfrom\n  (\n    select\n      calls.resource_type,\n      calls.key,\n      calls.emission,\n      calls.tolerance,\n      calls.count,\n      calls.now,\n      least(calls.count, calls.tolerance operator(pg_catalog./) calls.emission) as admitted\n    from\n      (\n        select\n          pg_catalog.unnest(arrays.resource_types) as resource_type,\n          pg_catalog.unnest(arrays.keys) as key,\n          pg_catalog.unnest(arrays.emissions) as emission,\n          pg_catalog.unnest(arrays.tolerances) as tolerance,\n          pg_catalog.unnest(arrays.counts) as count,\n          arrays.now\n        from\n          (\n            select\n              :resourceTypes!::pg_catalog.text[] as resource_types,\n              :keys!::pg_catalog.text[] as keys,\n              :emissions!::bigint[] as emissions,\n              :tolerances!::bigint[] as tolerances,\n              :counts!::bigint[] as counts,\n              (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000 as now\n            where\n              :lockTimeout::pg_catalog.text is null\n              or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n            offset 0\n          ) as arrays\n      ) as calls\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  (value, expires_at, stale_until, tags, snapshot) = (\n    select\n      case\n        when decided.arrival is null then excluded.value\n        else\n          pg_catalog.concat_ws(\n            ':',\n            'limit',\n            decided.arrival operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission),\n            decided.admitted,\n            decided.arrival operator(pg_catalog.-) decided.now\n              operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission),\n            decided.tolerance,\n            decided.count\n          )\n      end,\n      case\n        when decided.arrival is null then excluded.expires_at\n        else\n          pg_catalog.to_timestamp(\n            (\n              (\n                decided.arrival\n                operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission)\n                operator(pg_catalog.+) 999\n              )\n              operator(pg_catalog./) 1000\n            )::double precision operator(pg_catalog./) 1000000\n          )\n      end,\n      null::pg_catalog.timestamptz,\n      null::pg_catalog.text[],\n      null::pg_catalog.pg_snapshot\n    from\n      (\n        select\n          given.*,\n          least(\n            given.count,\n            greatest(\n              0,\n              case\n                when given.emission operator(pg_catalog.<>) 0\n                then\n                  (given.tolerance operator(pg_catalog.-) (given.arrival operator(pg_catalog.-) given.now))\n                  operator(pg_catalog./) given.emission\n              end\n            )\n          ) as admitted\n        from\n          (\n            select\n              clock.now,\n              case\n                when clock.is_live then greatest(clock.now, pg_catalog.split_part(cache.value, ':', 2)::bigint)\n              end as arrival,\n              case\n                when clock.is_live\n                then\n                  pg_catalog.split_part(excluded.value, ':', 4)::bigint\n                  operator(pg_catalog./) greatest(1, pg_catalog.split_part(excluded.value, ':', 3)::bigint)\n              end as emission,\n              case when clock.is_live then pg_catalog.split_part(excluded.value, ':', 5)::bigint end as tolerance,\n              case when clock.is_live then pg_catalog.split_part(excluded.value, ':', 6)::bigint end as count\n            from\n              (\n                select\n                  (\n                    select (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000\n                  ) as now,\n                  coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null as is_live\n              ) as clock\n            offset 0\n          ) as given\n        offset 0\n      ) as decided\n  )\nwhere\n  cache.expires_at operator(pg_catalog.<=) current_timestamp\n  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n  or (\n    cache.tags is null\n    and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100\n    and cache.value operator(pg_catalog.~) '^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n    and pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19\n  )\nreturning cache.resource_type as \"resourceType\", cache.key, cache.value"};

/**
 * Query generated from SQL:
 * ```
 * -- The generic cell rate algorithm (ITU-T I.371) for some calls of each name, of which it admits the first ones. docs/architecture.md,
 * -- "Stored rate limits", has the form of the value. The entry expires at the arrival time: from then on, nothing is taken up, and the
 * -- entry gets the values of a new one. Returns no row for a live entry that is something else; it stays as it is. A longer value is no
 * -- limit, and is not searched. The length of the arrival time is compared by itself: PostgreSQL makes the states of a regular expression
 * -- anew for each row, and [0-9]{18} would take a sixth of a row's time.
 * insert into pevensie.cache as cache (resource_type, key, value, expires_at)
 * select
 *   given.resource_type,
 *   given.key,
 *   pg_catalog.concat_ws(
 *     ':',
 *     'limit',
 *     given.now operator(pg_catalog.+) (given.admitted operator(pg_catalog.*) given.emission),
 *     given.admitted,
 *     given.admitted operator(pg_catalog.*) given.emission,
 *     given.tolerance,
 *     given.count
 *   ),
 *   pg_catalog.to_timestamp(
 *     (
 *       (given.now operator(pg_catalog.+) (given.admitted operator(pg_catalog.*) given.emission) operator(pg_catalog.+) 999)
 *       operator(pg_catalog./) 1000
 *     )::double precision operator(pg_catalog./) 1000000
 *   )
 * from
 *   (
 *     select
 *       calls.resource_type,
 *       calls.key,
 *       calls.emission,
 *       calls.tolerance,
 *       calls.count,
 *       calls.now,
 *       least(calls.count, calls.tolerance operator(pg_catalog./) calls.emission) as admitted
 *     from
 *       (
 *         select
 *           pg_catalog.unnest(arrays.resource_types) as resource_type,
 *           pg_catalog.unnest(arrays.keys) as key,
 *           pg_catalog.unnest(arrays.emissions) as emission,
 *           pg_catalog.unnest(arrays.tolerances) as tolerance,
 *           pg_catalog.unnest(arrays.counts) as count,
 *           arrays.now
 *         from
 *           (
 *             select
 *               :resourceTypes!::pg_catalog.text[] as resource_types,
 *               :keys!::pg_catalog.text[] as keys,
 *               :emissions!::bigint[] as emissions,
 *               :tolerances!::bigint[] as tolerances,
 *               :counts!::bigint[] as counts,
 *               (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000 as now
 *             where
 *               :lockTimeout::pg_catalog.text is null
 *               or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
 *             offset 0
 *           ) as arrays
 *       ) as calls
 *   ) as given
 * order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
 * on conflict (resource_type, key) do update set
 *   (value, expires_at, stale_until, tags, snapshot) = (
 *     select
 *       case
 *         when decided.arrival is null then excluded.value
 *         else
 *           pg_catalog.concat_ws(
 *             ':',
 *             'limit',
 *             decided.arrival operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission),
 *             decided.admitted,
 *             decided.arrival operator(pg_catalog.-) decided.now
 *               operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission),
 *             decided.tolerance,
 *             decided.count
 *           )
 *       end,
 *       case
 *         when decided.arrival is null then excluded.expires_at
 *         else
 *           pg_catalog.to_timestamp(
 *             (
 *               (
 *                 decided.arrival
 *                 operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission)
 *                 operator(pg_catalog.+) 999
 *               )
 *               operator(pg_catalog./) 1000
 *             )::double precision operator(pg_catalog./) 1000000
 *           )
 *       end,
 *       null::pg_catalog.timestamptz,
 *       null::pg_catalog.text[],
 *       null::pg_catalog.pg_snapshot
 *     from
 *       (
 *         select
 *           given.*,
 *           least(
 *             given.count,
 *             greatest(
 *               0,
 *               case
 *                 when given.emission operator(pg_catalog.<>) 0
 *                 then
 *                   (given.tolerance operator(pg_catalog.-) (given.arrival operator(pg_catalog.-) given.now))
 *                   operator(pg_catalog./) given.emission
 *               end
 *             )
 *           ) as admitted
 *         from
 *           (
 *             select
 *               clock.now,
 *               case
 *                 when clock.is_live then greatest(clock.now, pg_catalog.split_part(cache.value, ':', 2)::bigint)
 *               end as arrival,
 *               case
 *                 when clock.is_live
 *                 then
 *                   pg_catalog.split_part(excluded.value, ':', 4)::bigint
 *                   operator(pg_catalog./) greatest(1, pg_catalog.split_part(excluded.value, ':', 3)::bigint)
 *               end as emission,
 *               case when clock.is_live then pg_catalog.split_part(excluded.value, ':', 5)::bigint end as tolerance,
 *               case when clock.is_live then pg_catalog.split_part(excluded.value, ':', 6)::bigint end as count
 *             from
 *               (
 *                 select
 *                   (
 *                     select (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000
 *                   ) as now,
 *                   coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null as is_live
 *               ) as clock
 *             offset 0
 *           ) as given
 *         offset 0
 *       ) as decided
 *   )
 * where
 *   cache.expires_at operator(pg_catalog.<=) current_timestamp
 *   or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 *   or (
 *     cache.tags is null
 *     and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100
 *     and cache.value operator(pg_catalog.~) '^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
 *     and pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19
 *   )
 * returning cache.resource_type as "resourceType", cache.key, cache.value
 * ```
 */
export const admitLimitedCalls = new PreparedQuery<IAdmitLimitedCallsParams,IAdmitLimitedCallsResult>(admitLimitedCallsIR);


