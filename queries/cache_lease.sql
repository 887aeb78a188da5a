/* @name acquireCacheLease */
-- Acquires the right to compute a missing value, unless another has it, or there is a value. A token is sent once: a request that arrives
-- late, when a repetition was answered, must not renew the lease of the value that is computed by then. A repetition takes over the
-- lease of :lostToken, whose response was lost; otherwise that is the token itself.
--
-- The lease is acquired first, and then the entry's row gets a new version: an absent, expired or invalidated value is replaced by a
-- placeholder, which expired long ago, and a stale one stays. If a value was stored meanwhile, the row is not placed, and the lease
-- is not needed. Fails (55P03) after the lock timeout if another transaction has locked the row.
with entry as (
  select
    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true) as is_live,
    stale_until operator(pg_catalog.>) current_timestamp as is_stale
  from pevensie.cache
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
),
other as (
  select expires_at from pevensie.cache_lease
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and expires_at operator(pg_catalog.>) current_timestamp
    and token operator(pg_catalog.<>) :lostToken!::pg_catalog.uuid
),
leased as (
  insert into pevensie.cache_lease as lease (resource_type, key, token, expires_at, snapshot, acquired_by)
  select
    :resourceType!::pg_catalog.text,
    :key!::pg_catalog.text,
    :token!::pg_catalog.uuid,
    current_timestamp operator(pg_catalog.+) (:leaseSeconds!::double precision operator(pg_catalog.*) interval '1 second'),
    pg_catalog.pg_current_snapshot(),
    pg_catalog.pg_current_xact_id()
  where
    not exists (select from entry where is_live)
    and not exists (select from other)
    and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null
  on conflict (resource_type, key) do update set
    token = excluded.token,
    expires_at = excluded.expires_at,
    snapshot = excluded.snapshot,
    acquired_by = excluded.acquired_by
  where
    lease.expires_at operator(pg_catalog.<=) current_timestamp
    or lease.token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid
  returning lease.resource_type, lease.key
),
placed as (
  insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)
  select leased.resource_type, leased.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz
  from leased
  on conflict (resource_type, key) do update set
    (value, expires_at, stale_until, tags, snapshot) = (
      select cache.value, cache.expires_at, cache.stale_until, cache.tags, cache.snapshot
      where
        cache.stale_until operator(pg_catalog.>) current_timestamp
        and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
      union all
      select excluded.value, excluded.expires_at, excluded.stale_until, null, null
      limit 1
    )
  where
    cache.expires_at operator(pg_catalog.<=) current_timestamp
    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
  returning true
)
select
  exists (select from leased) as "isLeased!",
  exists (select from placed) as "isPlaced!",
  exists (select from entry where is_live) as "isLive!",
  exists (select from entry where is_stale and not is_live) as "isStale!",
  (
    select extract(epoch from expires_at operator(pg_catalog.-) current_timestamp) operator(pg_catalog.*) 1000 from other
  ) as "remainingMillis";

/* @name isCacheLeaseHeld */
-- Whether a value would be stored under the lease.
select
  exists (
    select from pevensie.cache_lease as lease
    join pevensie.cache as cache
      on cache.resource_type operator(pg_catalog.=) lease.resource_type and cache.key operator(pg_catalog.=) lease.key
    where
      lease.resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
      and lease.key operator(pg_catalog.=) :key!::pg_catalog.text
      and lease.token operator(pg_catalog.=) :token!::pg_catalog.uuid
      and lease.expires_at operator(pg_catalog.>) current_timestamp
      and cache.xmin operator(pg_catalog.=) lease.acquired_by::pg_catalog.xid
      and coalesce(pevensie.cache_tags_are_current(:tags::pg_catalog.text[], lease.snapshot), true)
  ) as "isHeld!";

/* @name storeUnderCacheLease */
-- Stores a value, and gives up the lease. Returns no row, and stores nothing, if the lease was replaced, the entry was set or deleted
-- since the lease was acquired, or one of the tags was invalidated. Fails (55P03) after the lock timeout if another transaction has
-- locked one of the rows.
with held as (
  delete from pevensie.cache_lease
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and token operator(pg_catalog.=) :token!::pg_catalog.uuid
    and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null
  returning resource_type, key, snapshot, acquired_by
)
update pevensie.cache as cache
set
  value = :value!::pg_catalog.text,
  expires_at =
    current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second'),
  stale_until =
    current_timestamp
      operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')
      operator(pg_catalog.+) (:graceSeconds::double precision operator(pg_catalog.*) interval '1 second'),
  tags = :tags::pg_catalog.text[],
  snapshot = case when :tags::pg_catalog.text[] is not null then held.snapshot end
from held
where
  cache.resource_type operator(pg_catalog.=) held.resource_type
  and cache.key operator(pg_catalog.=) held.key
  and cache.xmin operator(pg_catalog.=) held.acquired_by::pg_catalog.xid
  and coalesce(pevensie.cache_tags_are_current(:tags::pg_catalog.text[], held.snapshot), true)
returning true as "isStored!";

/* @name releaseCacheLease */
-- Gives up the lease, and removes its placeholder unless another transaction has locked that: nothing depends on it. A lease that has
-- expired can be replaced already, and until then its value be stored. Fails (55P03) after the lock timeout if the lease is locked.
with released as (
  delete from pevensie.cache_lease
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and token operator(pg_catalog.=) :token!::pg_catalog.uuid
    and expires_at operator(pg_catalog.>) current_timestamp
    and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null
  returning resource_type, key, acquired_by
),
placeholder as (
  select cache.resource_type, cache.key
  from released
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) released.resource_type and cache.key operator(pg_catalog.=) released.key
  where
    cache.xmin operator(pg_catalog.=) released.acquired_by::pg_catalog.xid
    and cache.stale_until operator(pg_catalog.=) '-infinity'::pg_catalog.timestamptz
  for update of cache skip locked
)
delete from pevensie.cache as cache
using placeholder
where
  cache.resource_type operator(pg_catalog.=) placeholder.resource_type
  and cache.key operator(pg_catalog.=) placeholder.key;

/* @name removeExpiredCacheLeases */
-- Of processes that died, for keys that nobody has asked for since.
with expired as (
  select resource_type, key, token from pevensie.cache_lease
  where expires_at operator(pg_catalog.<=) current_timestamp
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.cache_lease as lease
  using expired
  where
    lease.resource_type operator(pg_catalog.=) expired.resource_type
    and lease.key operator(pg_catalog.=) expired.key
    and lease.token operator(pg_catalog.=) expired.token
  returning lease.key
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
