// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/cache_lease.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'AcquireCacheLease' parameters type */
export interface IAcquireCacheLeaseParams {
  key: string;
  leaseSeconds: number;
  lockTimeout: string;
  lostToken: string;
  resourceType: string;
  token: string;
}

/** 'AcquireCacheLease' return type */
export interface IAcquireCacheLeaseResult {
  isLeased: boolean;
  isLive: boolean;
  isPlaced: boolean;
  isStale: boolean;
  remainingMillis: string | null;
}

/** 'AcquireCacheLease' query type */
export interface IAcquireCacheLeaseQuery {
  params: IAcquireCacheLeaseParams;
  result: IAcquireCacheLeaseResult;
}

const acquireCacheLeaseIR: any = {"usedParamSet":{"resourceType":true,"key":true,"lostToken":true,"token":true,"leaseSeconds":true,"lockTimeout":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":974,"b":987},{"a":1247,"b":1260},{"a":1599,"b":1612}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":1041,"b":1045},{"a":1314,"b":1318},{"a":1636,"b":1640}]},{"name":"lostToken","required":true,"transform":{"type":"scalar"},"locs":[{"a":1435,"b":1445},{"a":2381,"b":2391}]},{"name":"token","required":true,"transform":{"type":"scalar"},"locs":[{"a":1664,"b":1670}]},{"name":"leaseSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1736,"b":1749}]},{"name":"lockTimeout","required":true,"transform":{"type":"scalar"},"locs":[{"a":2030,"b":2042}]}],"statement":"-- Acquires the right to compute a missing value, unless another has it, or there is a value. A token is sent once: a request that arrives\n-- late, when a repetition was answered, must not renew the lease of the value that is computed by then. A repetition takes over the\n-- lease of :lostToken, whose response was lost; otherwise that is the token itself.\n--\n-- The lease is acquired first, and then the entry's row gets a new version: an absent, expired or invalidated value is replaced by a\n-- placeholder, which expired long ago, and a stale one stays. If a value was stored meanwhile, the row is not placed, and the lease\n-- is not needed. Fails (55P03) after the lock timeout if another transaction has locked the row.\nwith entry as (\n  select\n    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true) as is_live,\n    stale_until operator(pg_catalog.>) current_timestamp as is_stale\n  from pevensie.cache\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\n),\nother as (\n  select expires_at from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and expires_at operator(pg_catalog.>) current_timestamp\n    and token operator(pg_catalog.<>) :lostToken!::pg_catalog.uuid\n),\nleased as (\n  insert into pevensie.cache_lease as lease (resource_type, key, token, expires_at, snapshot, acquired_by)\n  select\n    :resourceType!::pg_catalog.text,\n    :key!::pg_catalog.text,\n    :token!::pg_catalog.uuid,\n    current_timestamp operator(pg_catalog.+) (:leaseSeconds!::double precision operator(pg_catalog.*) interval '1 second'),\n    pg_catalog.pg_current_snapshot(),\n    pg_catalog.pg_current_xact_id()\n  where\n    not exists (select from entry where is_live)\n    and not exists (select from other)\n    and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null\n  on conflict (resource_type, key) do update set\n    token = excluded.token,\n    expires_at = excluded.expires_at,\n    snapshot = excluded.snapshot,\n    acquired_by = excluded.acquired_by\n  where\n    lease.expires_at operator(pg_catalog.<=) current_timestamp\n    or lease.token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid\n  returning lease.resource_type, lease.key\n),\nplaced as (\n  insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)\n  select leased.resource_type, leased.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz\n  from leased\n  on conflict (resource_type, key) do update set\n    (value, expires_at, stale_until, tags, snapshot) = (\n      select cache.value, cache.expires_at, cache.stale_until, cache.tags, cache.snapshot\n      where\n        cache.stale_until operator(pg_catalog.>) current_timestamp\n        and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n      union all\n      select excluded.value, excluded.expires_at, excluded.stale_until, null, null\n      limit 1\n    )\n  where\n    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n  returning true\n)\nselect\n  exists (select from leased) as \"isLeased!\",\n  exists (select from placed) as \"isPlaced!\",\n  exists (select from entry where is_live) as \"isLive!\",\n  exists (select from entry where is_stale and not is_live) as \"isStale!\",\n  (\n    select extract(epoch from expires_at operator(pg_catalog.-) current_timestamp) operator(pg_catalog.*) 1000 from other\n  ) as \"remainingMillis\""};

/**
 * Query generated from SQL:
 * ```
 * -- Acquires the right to compute a missing value, unless another has it, or there is a value. A token is sent once: a request that arrives
 * -- late, when a repetition was answered, must not renew the lease of the value that is computed by then. A repetition takes over the
 * -- lease of :lostToken, whose response was lost; otherwise that is the token itself.
 * --
 * -- The lease is acquired first, and then the entry's row gets a new version: an absent, expired or invalidated value is replaced by a
 * -- placeholder, which expired long ago, and a stale one stays. If a value was stored meanwhile, the row is not placed, and the lease
 * -- is not needed. Fails (55P03) after the lock timeout if another transaction has locked the row.
 * with entry as (
 *   select
 *     coalesce(expires_at operator(pg_catalog.>) current_timestamp, true) as is_live,
 *     stale_until operator(pg_catalog.>) current_timestamp as is_stale
 *   from pevensie.cache
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
 * ),
 * other as (
 *   select expires_at from pevensie.cache_lease
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and expires_at operator(pg_catalog.>) current_timestamp
 *     and token operator(pg_catalog.<>) :lostToken!::pg_catalog.uuid
 * ),
 * leased as (
 *   insert into pevensie.cache_lease as lease (resource_type, key, token, expires_at, snapshot, acquired_by)
 *   select
 *     :resourceType!::pg_catalog.text,
 *     :key!::pg_catalog.text,
 *     :token!::pg_catalog.uuid,
 *     current_timestamp operator(pg_catalog.+) (:leaseSeconds!::double precision operator(pg_catalog.*) interval '1 second'),
 *     pg_catalog.pg_current_snapshot(),
 *     pg_catalog.pg_current_xact_id()
 *   where
 *     not exists (select from entry where is_live)
 *     and not exists (select from other)
 *     and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null
 *   on conflict (resource_type, key) do update set
 *     token = excluded.token,
 *     expires_at = excluded.expires_at,
 *     snapshot = excluded.snapshot,
 *     acquired_by = excluded.acquired_by
 *   where
 *     lease.expires_at operator(pg_catalog.<=) current_timestamp
 *     or lease.token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid
 *   returning lease.resource_type, lease.key
 * ),
 * placed as (
 *   insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)
 *   select leased.resource_type, leased.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz
 *   from leased
 *   on conflict (resource_type, key) do update set
 *     (value, expires_at, stale_until, tags, snapshot) = (
 *       select cache.value, cache.expires_at, cache.stale_until, cache.tags, cache.snapshot
 *       where
 *         cache.stale_until operator(pg_catalog.>) current_timestamp
 *         and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 *       union all
 *       select excluded.value, excluded.expires_at, excluded.stale_until, null, null
 *       limit 1
 *     )
 *   where
 *     cache.expires_at operator(pg_catalog.<=) current_timestamp
 *     or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 *   returning true
 * )
 * select
 *   exists (select from leased) as "isLeased!",
 *   exists (select from placed) as "isPlaced!",
 *   exists (select from entry where is_live) as "isLive!",
 *   exists (select from entry where is_stale and not is_live) as "isStale!",
 *   (
 *     select extract(epoch from expires_at operator(pg_catalog.-) current_timestamp) operator(pg_catalog.*) 1000 from other
 *   ) as "remainingMillis"
 * ```
 */
export const acquireCacheLease = new PreparedQuery<IAcquireCacheLeaseParams,IAcquireCacheLeaseResult>(acquireCacheLeaseIR);


/** 'IsCacheLeaseHeld' parameters type */
export interface IIsCacheLeaseHeldParams {
  key: string;
  resourceType: string;
  tags?: stringArray | null | void;
  token: string;
}

/** 'IsCacheLeaseHeld' return type */
export interface IIsCacheLeaseHeldResult {
  isHeld: boolean;
}

/** 'IsCacheLeaseHeld' query type */
export interface IIsCacheLeaseHeldQuery {
  params: IIsCacheLeaseHeldParams;
  result: IIsCacheLeaseHeldResult;
}

const isCacheLeaseHeldIR: any = {"usedParamSet":{"resourceType":true,"key":true,"token":true,"tags":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":327,"b":340}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":402,"b":406}]},{"name":"token","required":true,"transform":{"type":"scalar"},"locs":[{"a":470,"b":476}]},{"name":"tags","required":false,"transform":{"type":"scalar"},"locs":[{"a":692,"b":696}]}],"statement":"-- Whether a value would be stored under the lease.\nselect\n  exists (\n    select from pevensie.cache_lease as lease\n    join pevensie.cache as cache\n      on cache.resource_type operator(pg_catalog.=) lease.resource_type and cache.key operator(pg_catalog.=) lease.key\n    where\n      lease.resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n      and lease.key operator(pg_catalog.=) :key!::pg_catalog.text\n      and lease.token operator(pg_catalog.=) :token!::pg_catalog.uuid\n      and lease.expires_at operator(pg_catalog.>) current_timestamp\n      and cache.xmin operator(pg_catalog.=) lease.acquired_by::pg_catalog.xid\n      and coalesce(pevensie.cache_tags_are_current(:tags::pg_catalog.text[], lease.snapshot), true)\n  ) as \"isHeld!\""};

/**
 * Query generated from SQL:
 * ```
 * -- Whether a value would be stored under the lease.
 * select
 *   exists (
 *     select from pevensie.cache_lease as lease
 *     join pevensie.cache as cache
 *       on cache.resource_type operator(pg_catalog.=) lease.resource_type and cache.key operator(pg_catalog.=) lease.key
 *     where
 *       lease.resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *       and lease.key operator(pg_catalog.=) :key!::pg_catalog.text
 *       and lease.token operator(pg_catalog.=) :token!::pg_catalog.uuid
 *       and lease.expires_at operator(pg_catalog.>) current_timestamp
 *       and cache.xmin operator(pg_catalog.=) lease.acquired_by::pg_catalog.xid
 *       and coalesce(pevensie.cache_tags_are_current(:tags::pg_catalog.text[], lease.snapshot), true)
 *   ) as "isHeld!"
 * ```
 */
export const isCacheLeaseHeld = new PreparedQuery<IIsCacheLeaseHeldParams,IIsCacheLeaseHeldResult>(isCacheLeaseHeldIR);


/** 'StoreUnderCacheLease' parameters type */
export interface IStoreUnderCacheLeaseParams {
  graceSeconds?: number | null | void;
  key: string;
  lockTimeout: string;
  resourceType: string;
  tags?: stringArray | null | void;
  token: string;
  ttlSeconds?: number | null | void;
  value: string;
}

/** 'StoreUnderCacheLease' return type */
export interface IStoreUnderCacheLeaseResult {
  isStored: boolean;
}

/** 'StoreUnderCacheLease' query type */
export interface IStoreUnderCacheLeaseQuery {
  params: IStoreUnderCacheLeaseParams;
  result: IStoreUnderCacheLeaseResult;
}

const storeUnderCacheLeaseIR: any = {"usedParamSet":{"resourceType":true,"key":true,"token":true,"lockTimeout":true,"value":true,"ttlSeconds":true,"graceSeconds":true,"tags":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":394,"b":407}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":461,"b":465}]},{"name":"token","required":true,"transform":{"type":"scalar"},"locs":[{"a":521,"b":527}]},{"name":"lockTimeout","required":true,"transform":{"type":"scalar"},"locs":[{"a":592,"b":604}]},{"name":"value","required":true,"transform":{"type":"scalar"},"locs":[{"a":743,"b":749}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":830,"b":840},{"a":973,"b":983}]},{"name":"graceSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":1077,"b":1089}]},{"name":"tags","required":false,"transform":{"type":"scalar"},"locs":[{"a":1163,"b":1167},{"a":1212,"b":1216},{"a":1520,"b":1524}]}],"statement":"-- Stores a value, and gives up the lease. Returns no row, and stores nothing, if the lease was replaced, the entry was set or deleted\n-- since the lease was acquired, or one of the tags was invalidated. Fails (55P03) after the lock timeout if another transaction has\n-- locked one of the rows.\nwith held as (\n  delete from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and token operator(pg_catalog.=) :token!::pg_catalog.uuid\n    and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null\n  returning resource_type, key, snapshot, acquired_by\n)\nupdate pevensie.cache as cache\nset\n  value = :value!::pg_catalog.text,\n  expires_at =\n    current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second'),\n  stale_until =\n    current_timestamp\n      operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')\n      operator(pg_catalog.+) (:graceSeconds::double precision operator(pg_catalog.*) interval '1 second'),\n  tags = :tags::pg_catalog.text[],\n  snapshot = case when :tags::pg_catalog.text[] is not null then held.snapshot end\nfrom held\nwhere\n  cache.resource_type operator(pg_catalog.=) held.resource_type\n  and cache.key operator(pg_catalog.=) held.key\n  and cache.xmin operator(pg_catalog.=) held.acquired_by::pg_catalog.xid\n  and coalesce(pevensie.cache_tags_are_current(:tags::pg_catalog.text[], held.snapshot), true)\nreturning true as \"isStored!\""};

/**
 * Query generated from SQL:
 * ```
 * -- Stores a value, and gives up the lease. Returns no row, and stores nothing, if the lease was replaced, the entry was set or deleted
 * -- since the lease was acquired, or one of the tags was invalidated. Fails (55P03) after the lock timeout if another transaction has
 * -- locked one of the rows.
 * with held as (
 *   delete from pevensie.cache_lease
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and token operator(pg_catalog.=) :token!::pg_catalog.uuid
 *     and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null
 *   returning resource_type, key, snapshot, acquired_by
 * )
 * update pevensie.cache as cache
 * set
 *   value = :value!::pg_catalog.text,
 *   expires_at =
 *     current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second'),
 *   stale_until =
 *     current_timestamp
 *       operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')
 *       operator(pg_catalog.+) (:graceSeconds::double precision operator(pg_catalog.*) interval '1 second'),
 *   tags = :tags::pg_catalog.text[],
 *   snapshot = case when :tags::pg_catalog.text[] is not null then held.snapshot end
 * from held
 * where
 *   cache.resource_type operator(pg_catalog.=) held.resource_type
 *   and cache.key operator(pg_catalog.=) held.key
 *   and cache.xmin operator(pg_catalog.=) held.acquired_by::pg_catalog.xid
 *   and coalesce(pevensie.cache_tags_are_current(:tags::pg_catalog.text[], held.snapshot), true)
 * returning true as "isStored!"
 * ```
 */
export const storeUnderCacheLease = new PreparedQuery<IStoreUnderCacheLeaseParams,IStoreUnderCacheLeaseResult>(storeUnderCacheLeaseIR);


/** 'ReleaseCacheLease' parameters type */
export interface IReleaseCacheLeaseParams {
  key: string;
  lockTimeout: string;
  resourceType: string;
  token: string;
}

/** 'ReleaseCacheLease' return type */
export type IReleaseCacheLeaseResult = void;

/** 'ReleaseCacheLease' query type */
export interface IReleaseCacheLeaseQuery {
  params: IReleaseCacheLeaseParams;
  result: IReleaseCacheLeaseResult;
}

const releaseCacheLeaseIR: any = {"usedParamSet":{"resourceType":true,"key":true,"token":true,"lockTimeout":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":371,"b":384}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":438,"b":442}]},{"name":"token","required":true,"transform":{"type":"scalar"},"locs":[{"a":498,"b":504}]},{"name":"lockTimeout","required":true,"transform":{"type":"scalar"},"locs":[{"a":629,"b":641}]}],"statement":"-- Gives up the lease, and removes its placeholder unless another transaction has locked that: nothing depends on it. A lease that has\n-- expired can be replaced already, and until then its value be stored. Fails (55P03) after the lock timeout if the lease is locked.\nwith released as (\n  delete from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and token operator(pg_catalog.=) :token!::pg_catalog.uuid\n    and expires_at operator(pg_catalog.>) current_timestamp\n    and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null\n  returning resource_type, key, acquired_by\n),\nplaceholder as (\n  select cache.resource_type, cache.key\n  from released\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) released.resource_type and cache.key operator(pg_catalog.=) released.key\n  where\n    cache.xmin operator(pg_catalog.=) released.acquired_by::pg_catalog.xid\n    and cache.stale_until operator(pg_catalog.=) '-infinity'::pg_catalog.timestamptz\n  for update of cache skip locked\n)\ndelete from pevensie.cache as cache\nusing placeholder\nwhere\n  cache.resource_type operator(pg_catalog.=) placeholder.resource_type\n  and cache.key operator(pg_catalog.=) placeholder.key"};

/**
 * Query generated from SQL:
 * ```
 * -- Gives up the lease, and removes its placeholder unless another transaction has locked that: nothing depends on it. A lease that has
 * -- expired can be replaced already, and until then its value be stored. Fails (55P03) after the lock timeout if the lease is locked.
 * with released as (
 *   delete from pevensie.cache_lease
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and token operator(pg_catalog.=) :token!::pg_catalog.uuid
 *     and expires_at operator(pg_catalog.>) current_timestamp
 *     and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null
 *   returning resource_type, key, acquired_by
 * ),
 * placeholder as (
 *   select cache.resource_type, cache.key
 *   from released
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) released.resource_type and cache.key operator(pg_catalog.=) released.key
 *   where
 *     cache.xmin operator(pg_catalog.=) released.acquired_by::pg_catalog.xid
 *     and cache.stale_until operator(pg_catalog.=) '-infinity'::pg_catalog.timestamptz
 *   for update of cache skip locked
 * )
 * delete from pevensie.cache as cache
 * using placeholder
 * where
 *   cache.resource_type operator(pg_catalog.=) placeholder.resource_type
 *   and cache.key operator(pg_catalog.=) placeholder.key
 * ```
 */
export const releaseCacheLease = new PreparedQuery<IReleaseCacheLeaseParams,IReleaseCacheLeaseResult>(releaseCacheLeaseIR);


/** 'RemoveExpiredCacheLeases' parameters type */
export interface IRemoveExpiredCacheLeasesParams {
  batchSize: number;
}

/** 'RemoveExpiredCacheLeases' return type */
export interface IRemoveExpiredCacheLeasesResult {
  milliseconds: string | null;
  removed: number | null;
}

/** 'RemoveExpiredCacheLeases' query type */
export interface IRemoveExpiredCacheLeasesQuery {
  params: IRemoveExpiredCacheLeasesParams;
  result: IRemoveExpiredCacheLeasesResult;
}

const removeExpiredCacheLeasesIR: any = {"usedParamSet":{"batchSize":true},"params":[{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":217,"b":227}]}],"statement":"-- Of processes that died, for keys that nobody has asked for since.\nwith expired as (\n  select resource_type, key, token from pevensie.cache_lease\n  where expires_at operator(pg_catalog.<=) current_timestamp\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache_lease as lease\n  using expired\n  where\n    lease.resource_type operator(pg_catalog.=) expired.resource_type\n    and lease.key operator(pg_catalog.=) expired.key\n    and lease.token operator(pg_catalog.=) expired.token\n  returning lease.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- Of processes that died, for keys that nobody has asked for since.
 * with expired as (
 *   select resource_type, key, token from pevensie.cache_lease
 *   where expires_at operator(pg_catalog.<=) current_timestamp
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.cache_lease as lease
 *   using expired
 *   where
 *     lease.resource_type operator(pg_catalog.=) expired.resource_type
 *     and lease.key operator(pg_catalog.=) expired.key
 *     and lease.token operator(pg_catalog.=) expired.token
 *   returning lease.key
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
 *     operator(pg_catalog.*) 1000 as milliseconds
 * from removed
 * ```
 */
export const removeExpiredCacheLeases = new PreparedQuery<IRemoveExpiredCacheLeasesParams,IRemoveExpiredCacheLeasesResult>(removeExpiredCacheLeasesIR);


