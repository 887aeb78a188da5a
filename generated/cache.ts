// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/cache.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type numberArray = (number)[];

export type stringArray = (string)[];

/** 'SetCacheEntry' parameters type */
export interface ISetCacheEntryParams {
  key: string;
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

const setCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"value":true,"ttlSeconds":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":78,"b":91}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":102,"b":106}]},{"name":"value","required":true,"transform":{"type":"scalar"},"locs":[{"a":117,"b":123}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":154,"b":164}]}],"statement":"insert into pevensie.cache (resource_type, key, value, expires_at)\nvalues (\n  :resourceType!::text,\n  :key!::text,\n  :value!::text,\n  current_timestamp + :ttlSeconds::double precision * interval '1 second'\n)\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * insert into pevensie.cache (resource_type, key, value, expires_at)
 * values (
 *   :resourceType!::text,
 *   :key!::text,
 *   :value!::text,
 *   current_timestamp + :ttlSeconds::double precision * interval '1 second'
 * )
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

const getCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":116,"b":129}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":147,"b":151}]}],"statement":"select value, coalesce(expires_at <= current_timestamp, false) as expired\nfrom pevensie.cache\nwhere resource_type = :resourceType!::text and key = :key!::text"};

/**
 * Query generated from SQL:
 * ```
 * select value, coalesce(expires_at <= current_timestamp, false) as expired
 * from pevensie.cache
 * where resource_type = :resourceType!::text and key = :key!::text
 * ```
 */
export const getCacheEntry = new PreparedQuery<IGetCacheEntryParams,IGetCacheEntryResult>(getCacheEntryIR);


/** 'GetCacheEntriesByKey' parameters type */
export interface IGetCacheEntriesByKeyParams {
  key: string;
}

/** 'GetCacheEntriesByKey' return type */
export interface IGetCacheEntriesByKeyResult {
  expired: boolean | null;
  resourceType: string;
  value: string;
}

/** 'GetCacheEntriesByKey' query type */
export interface IGetCacheEntriesByKeyQuery {
  params: IGetCacheEntriesByKeyParams;
  result: IGetCacheEntriesByKeyResult;
}

const getCacheEntriesByKeyIR: any = {"usedParamSet":{"key":true},"params":[{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":139,"b":143}]}],"statement":"select resource_type as \"resourceType\", value, coalesce(expires_at <= current_timestamp, false) as expired\nfrom pevensie.cache\nwhere key = :key!::text\norder by resource_type"};

/**
 * Query generated from SQL:
 * ```
 * select resource_type as "resourceType", value, coalesce(expires_at <= current_timestamp, false) as expired
 * from pevensie.cache
 * where key = :key!::text
 * order by resource_type
 * ```
 */
export const getCacheEntriesByKey = new PreparedQuery<IGetCacheEntriesByKeyParams,IGetCacheEntriesByKeyResult>(getCacheEntriesByKeyIR);


/** 'DeleteCacheEntry' parameters type */
export interface IDeleteCacheEntryParams {
  key: string;
  resourceType: string;
}

/** 'DeleteCacheEntry' return type */
export type IDeleteCacheEntryResult = void;

/** 'DeleteCacheEntry' query type */
export interface IDeleteCacheEntryQuery {
  params: IDeleteCacheEntryParams;
  result: IDeleteCacheEntryResult;
}

const deleteCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":49,"b":62}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":80,"b":84}]}],"statement":"delete from pevensie.cache\nwhere resource_type = :resourceType!::text and key = :key!::text"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.cache
 * where resource_type = :resourceType!::text and key = :key!::text
 * ```
 */
export const deleteCacheEntry = new PreparedQuery<IDeleteCacheEntryParams,IDeleteCacheEntryResult>(deleteCacheEntryIR);


/** 'DeleteExpiredCacheEntry' parameters type */
export interface IDeleteExpiredCacheEntryParams {
  key: string;
  resourceType: string;
}

/** 'DeleteExpiredCacheEntry' return type */
export type IDeleteExpiredCacheEntryResult = void;

/** 'DeleteExpiredCacheEntry' query type */
export interface IDeleteExpiredCacheEntryQuery {
  params: IDeleteExpiredCacheEntryParams;
  result: IDeleteExpiredCacheEntryResult;
}

const deleteExpiredCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":49,"b":62}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":80,"b":84}]}],"statement":"delete from pevensie.cache\nwhere resource_type = :resourceType!::text and key = :key!::text and expires_at <= current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.cache
 * where resource_type = :resourceType!::text and key = :key!::text and expires_at <= current_timestamp
 * ```
 */
export const deleteExpiredCacheEntry = new PreparedQuery<IDeleteExpiredCacheEntryParams,IDeleteExpiredCacheEntryResult>(deleteExpiredCacheEntryIR);


/** 'DeleteExpiredCacheEntriesByKey' parameters type */
export interface IDeleteExpiredCacheEntriesByKeyParams {
  key: string;
}

/** 'DeleteExpiredCacheEntriesByKey' return type */
export type IDeleteExpiredCacheEntriesByKeyResult = void;

/** 'DeleteExpiredCacheEntriesByKey' query type */
export interface IDeleteExpiredCacheEntriesByKeyQuery {
  params: IDeleteExpiredCacheEntriesByKeyParams;
  result: IDeleteExpiredCacheEntriesByKeyResult;
}

const deleteExpiredCacheEntriesByKeyIR: any = {"usedParamSet":{"key":true},"params":[{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":39,"b":43}]}],"statement":"delete from pevensie.cache\nwhere key = :key!::text and expires_at <= current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.cache
 * where key = :key!::text and expires_at <= current_timestamp
 * ```
 */
export const deleteExpiredCacheEntriesByKey = new PreparedQuery<IDeleteExpiredCacheEntriesByKeyParams,IDeleteExpiredCacheEntriesByKeyResult>(deleteExpiredCacheEntriesByKeyIR);


/** 'GetCacheEntries' parameters type */
export interface IGetCacheEntriesParams {
  keys: stringArray;
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

const getCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":495,"b":509}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":529,"b":534}]}],"statement":"-- getCacheEntry for many at once: the rows say at which position of the arrays their entry was asked for; the value of an\n-- expired one is NULL. Arrays stand in a select of their own, so that a plan cannot depend on how long they are: one that\n-- did would be made anew at every call with fewer elements than the plan for any array is made for.\nselect asked.position::int as position, case when cache.expires_at <= current_timestamp then null else cache.value end as value\nfrom unnest((select :resourceTypes!::text[]), (select :keys!::text[]))\n  with ordinality as asked (resource_type, key, position)\njoin pevensie.cache as cache on cache.resource_type = asked.resource_type and cache.key = asked.key"};

/**
 * Query generated from SQL:
 * ```
 * -- getCacheEntry for many at once: the rows say at which position of the arrays their entry was asked for; the value of an
 * -- expired one is NULL. Arrays stand in a select of their own, so that a plan cannot depend on how long they are: one that
 * -- did would be made anew at every call with fewer elements than the plan for any array is made for.
 * select asked.position::int as position, case when cache.expires_at <= current_timestamp then null else cache.value end as value
 * from unnest((select :resourceTypes!::text[]), (select :keys!::text[]))
 *   with ordinality as asked (resource_type, key, position)
 * join pevensie.cache as cache on cache.resource_type = asked.resource_type and cache.key = asked.key
 * ```
 */
export const getCacheEntries = new PreparedQuery<IGetCacheEntriesParams,IGetCacheEntriesResult>(getCacheEntriesIR);


/** 'SetCacheEntries' parameters type */
export interface ISetCacheEntriesParams {
  keys: stringArray;
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

const setCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"values":true,"ttlsSeconds":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":756,"b":770}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":809,"b":814}]},{"name":"values","required":true,"transform":{"type":"scalar"},"locs":[{"a":843,"b":850}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":881,"b":893}]}],"statement":"-- setCacheEntry for many at once, each name once; a ttl of 0 stands for none. All that write many rows take them in one\n-- order, so that none waits for another that waits for it. In a select list, unlike in a from, unnest keeps no copy of the\n-- rows; \"offset 0\" keeps a plan from depending on how long the arrays are.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  current_timestamp + nullif(given.ttl_seconds, 0) * interval '1 second'\nfrom\n  (\n    select\n      unnest(arrays.resource_types) as resource_type,\n      unnest(arrays.keys) as key,\n      unnest(arrays.values) as value,\n      unnest(arrays.ttls_seconds) as ttl_seconds\n    from\n      (\n        select\n          :resourceTypes!::text[] as resource_types,\n          :keys!::text[] as keys,\n          :values!::text[] as values,\n          :ttlsSeconds!::double precision[] as ttls_seconds\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate \"C\", given.key collate \"C\"\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * -- setCacheEntry for many at once, each name once; a ttl of 0 stands for none. All that write many rows take them in one
 * -- order, so that none waits for another that waits for it. In a select list, unlike in a from, unnest keeps no copy of the
 * -- rows; "offset 0" keeps a plan from depending on how long the arrays are.
 * insert into pevensie.cache (resource_type, key, value, expires_at)
 * select
 *   given.resource_type,
 *   given.key,
 *   given.value,
 *   current_timestamp + nullif(given.ttl_seconds, 0) * interval '1 second'
 * from
 *   (
 *     select
 *       unnest(arrays.resource_types) as resource_type,
 *       unnest(arrays.keys) as key,
 *       unnest(arrays.values) as value,
 *       unnest(arrays.ttls_seconds) as ttl_seconds
 *     from
 *       (
 *         select
 *           :resourceTypes!::text[] as resource_types,
 *           :keys!::text[] as keys,
 *           :values!::text[] as values,
 *           :ttlsSeconds!::double precision[] as ttls_seconds
 *         offset 0
 *       ) as arrays
 *   ) as given
 * order by given.resource_type collate "C", given.key collate "C"
 * on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at
 * ```
 */
export const setCacheEntries = new PreparedQuery<ISetCacheEntriesParams,ISetCacheEntriesResult>(setCacheEntriesIR);


/** 'DeleteCacheEntries' parameters type */
export interface IDeleteCacheEntriesParams {
  keys: stringArray;
  resourceTypes: stringArray;
}

/** 'DeleteCacheEntries' return type */
export type IDeleteCacheEntriesResult = void;

/** 'DeleteCacheEntries' query type */
export interface IDeleteCacheEntriesQuery {
  params: IDeleteCacheEntriesParams;
  result: IDeleteCacheEntriesResult;
}

const deleteCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":79,"b":93}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":113,"b":118}]}],"statement":"with doomed as (\n  select cache.resource_type, cache.key\n  from unnest((select :resourceTypes!::text[]), (select :keys!::text[])) as given (resource_type, key)\n  join pevensie.cache as cache on cache.resource_type = given.resource_type and cache.key = given.key\n  order by cache.resource_type collate \"C\", cache.key collate \"C\"\n  for update of cache\n)\ndelete from pevensie.cache as cache\nusing doomed\nwhere cache.resource_type = doomed.resource_type and cache.key = doomed.key"};

/**
 * Query generated from SQL:
 * ```
 * with doomed as (
 *   select cache.resource_type, cache.key
 *   from unnest((select :resourceTypes!::text[]), (select :keys!::text[])) as given (resource_type, key)
 *   join pevensie.cache as cache on cache.resource_type = given.resource_type and cache.key = given.key
 *   order by cache.resource_type collate "C", cache.key collate "C"
 *   for update of cache
 * )
 * delete from pevensie.cache as cache
 * using doomed
 * where cache.resource_type = doomed.resource_type and cache.key = doomed.key
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

const deleteExpiredCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":184,"b":198}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":218,"b":223}]}],"statement":"-- Rows that somebody else is writing or deleting are left to them: a value written meanwhile survives.\nwith expired as (\n  select cache.resource_type, cache.key\n  from unnest((select :resourceTypes!::text[]), (select :keys!::text[])) as given (resource_type, key)\n  join pevensie.cache as cache on cache.resource_type = given.resource_type and cache.key = given.key\n  where cache.expires_at <= current_timestamp\n  for update of cache skip locked\n)\ndelete from pevensie.cache as cache\nusing expired\nwhere\n  cache.resource_type = expired.resource_type and cache.key = expired.key and cache.expires_at <= current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * -- Rows that somebody else is writing or deleting are left to them: a value written meanwhile survives.
 * with expired as (
 *   select cache.resource_type, cache.key
 *   from unnest((select :resourceTypes!::text[]), (select :keys!::text[])) as given (resource_type, key)
 *   join pevensie.cache as cache on cache.resource_type = given.resource_type and cache.key = given.key
 *   where cache.expires_at <= current_timestamp
 *   for update of cache skip locked
 * )
 * delete from pevensie.cache as cache
 * using expired
 * where
 *   cache.resource_type = expired.resource_type and cache.key = expired.key and cache.expires_at <= current_timestamp
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

const getCachePagesIR: any = {"usedParamSet":{},"params":[],"statement":"-- How many pages the table has: the end of a sweep through them.\nselect (pg_catalog.pg_relation_size('pevensie.cache') / pg_catalog.current_setting('block_size')::int)::int as pages"};

/**
 * Query generated from SQL:
 * ```
 * -- How many pages the table has: the end of a sweep through them.
 * select (pg_catalog.pg_relation_size('pevensie.cache') / pg_catalog.current_setting('block_size')::int)::int as pages
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
  milliseconds: number | null;
  removed: number | null;
}

/** 'RemoveExpiredCacheEntries' query type */
export interface IRemoveExpiredCacheEntriesQuery {
  params: IRemoveExpiredCacheEntriesParams;
  result: IRemoveExpiredCacheEntriesResult;
}

const removeExpiredCacheEntriesIR: any = {"usedParamSet":{"fromPage":true,"toPage":true,"batchSize":true},"params":[{"name":"fromPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":327,"b":336}]},{"name":"toPage","required":true,"transform":{"type":"scalar"},"locs":[{"a":392,"b":399}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":460,"b":470}]}],"statement":"-- One batch of a sweep, in a range of pages: there is no index on expires_at, since with one every upsert would have to\n-- write to it (and none could be a HOT update). Rows that somebody else holds are left to them.\nwith expired as (\n  select ctid as place from pevensie.cache\n  where\n    ctid >= pg_catalog.format('(%s,0)', :fromPage!::int)::tid\n    and ctid < pg_catalog.format('(%s,0)', :toPage!::int)::tid\n    and expires_at <= current_timestamp\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache as cache\n  where cache.ctid = any (array(select place from expired)) and cache.expires_at <= current_timestamp\n  returning cache.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, in a range of pages: there is no index on expires_at, since with one every upsert would have to
 * -- write to it (and none could be a HOT update). Rows that somebody else holds are left to them.
 * with expired as (
 *   select ctid as place from pevensie.cache
 *   where
 *     ctid >= pg_catalog.format('(%s,0)', :fromPage!::int)::tid
 *     and ctid < pg_catalog.format('(%s,0)', :toPage!::int)::tid
 *     and expires_at <= current_timestamp
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.cache as cache
 *   where cache.ctid = any (array(select place from expired)) and cache.expires_at <= current_timestamp
 *   returning cache.key
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds
 * from removed
 * ```
 */
export const removeExpiredCacheEntries = new PreparedQuery<IRemoveExpiredCacheEntriesParams,IRemoveExpiredCacheEntriesResult>(removeExpiredCacheEntriesIR);


