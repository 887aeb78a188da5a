// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/cache.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

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

const setCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"value":true,"ttlSeconds":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":78,"b":91}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":102,"b":106}]},{"name":"value","required":true,"transform":{"type":"scalar"},"locs":[{"a":117,"b":123}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":187,"b":197}]}],"statement":"insert into pevensie.cache (resource_type, key, value, expires_at)\nvalues (\n  :resourceType!::text,\n  :key!::text,\n  :value!::text,\n  current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds::double precision)\n)\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * insert into pevensie.cache (resource_type, key, value, expires_at)
 * values (
 *   :resourceType!::text,
 *   :key!::text,
 *   :value!::text,
 *   current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds::double precision)
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


