/* @name setCacheEntry */
-- With :lockTimeout, a value of lock_timeout such as '100ms', fails (55P03) after waiting that long for a locked row; NULL keeps
-- the current setting. It is set until the transaction ends, and before anything is locked: PostgreSQL reads it when it
-- begins to wait.
insert into pevensie.cache (resource_type, key, value, expires_at)
select
  :resourceType!::pg_catalog.text,
  :key!::pg_catalog.text,
  :value!::pg_catalog.text,
  current_timestamp operator(pg_catalog.+) (:ttlSeconds::double precision operator(pg_catalog.*) interval '1 second')
where
  :lockTimeout::pg_catalog.text is null
  or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
on conflict (resource_type, key) do update set
  value = excluded.value, expires_at = excluded.expires_at, stale_until = null, tags = null, snapshot = null;

/* @name getCacheEntry */
-- Returns no row for an entry whose tags were invalidated, nor for an expired one with grace: those are not removed by lookups. The
-- function is called for tagged entries alone, and takes some four microseconds; a subquery in its place would take the server two to
-- five in every statement.
select value, coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))
  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot));

/* @name getSmallCacheEntry */
-- getCacheEntry, but a value of more than 4 MiB is NULL although the entry has not expired. The size of a value is known without
-- reading it. A parameter in place of the number would take the server three microseconds.
select
  case when pg_catalog.octet_length(value) operator(pg_catalog.>) 4194304 then null else value end as value,
  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))
  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot));

/* @name getCacheEntriesByKey */
-- A value of more than its share of :largest bytes is returned as NULL although the entry has not expired; without :largest,
-- none is.
select
  resource_type as "resourceType",
  case
    when
      pg_catalog.octet_length(value)
        operator(pg_catalog.>) (:largest::pg_catalog.int4 operator(pg_catalog./) (pg_catalog.count(*) over ()))
      then null
    else value
  end as value,
  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
from pevensie.cache
where
  key operator(pg_catalog.=) :key!::pg_catalog.text
  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))
  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
order by resource_type;

/* @name deleteCacheEntry */
-- Sets lock_timeout as setCacheEntry does. A row is filtered before it is locked, so the timeout is set if there is one to lock.
delete from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
  and (
    :lockTimeout::pg_catalog.text is null
    or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
  )
returning
  coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot)) as "wasLive!";

/* @name getCacheEntries */
-- getCacheEntry for many names. The position is that of the requested name in the arrays. The value of an expired entry is
-- NULL. So is a value of more bytes than :largest, whose position is negative. Each array is in a subselect, so that the plan
-- does not depend on its length: otherwise PostgreSQL would replan every call with fewer elements than the generic plan
-- assumes.
select
  (
    case
      when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4
        then operator(pg_catalog.-) given.position
      else given.position
    end
  )::int as position,
  case
    when cache.expires_at operator(pg_catalog.<=) current_timestamp then null
    when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4 then null
    else cache.value
  end as value
from
  rows from (
    pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
    pg_catalog.unnest((select :keys!::pg_catalog.text[]))
  ) with ordinality as given (resource_type, key, position)
join pevensie.cache as cache
  on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
where
  (cache.stale_until is null or coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true))
  and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot));

/* @name setCacheEntries */
-- setCacheEntry for many distinct names; a ttl of 0 means none. All multi-row writes lock rows in the same order, so that they
-- cannot deadlock. In a select list, unlike in a from clause, unnest keeps no copy of the rows. "offset 0" keeps the plan from
-- depending on the length of the arrays. Sets lock_timeout as setCacheEntry does.
insert into pevensie.cache (resource_type, key, value, expires_at)
select
  given.resource_type,
  given.key,
  given.value,
  case
    when given.ttl_seconds operator(pg_catalog.<>) 0
      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
  end
from
  (
    select
      pg_catalog.unnest(arrays.resource_types) as resource_type,
      pg_catalog.unnest(arrays.keys) as key,
      pg_catalog.unnest(arrays.values) as value,
      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds
    from
      (
        select
          :resourceTypes!::pg_catalog.text[] as resource_types,
          :keys!::pg_catalog.text[] as keys,
          :values!::pg_catalog.text[] as values,
          :ttlsSeconds!::double precision[] as ttls_seconds
        where
          :lockTimeout::pg_catalog.text is null
          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
        offset 0
      ) as arrays
  ) as given
order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
on conflict (resource_type, key) do update set
  value = excluded.value, expires_at = excluded.expires_at, stale_until = null, tags = null, snapshot = null;

/* @name deleteCacheEntries */
-- Returns the positions of the names that had entries. The first condition is the lock-timeout filter, which is always true: it sets
-- lock_timeout, once, before the first row is locked. Concatenating the key, which is never NULL, keeps the planner from removing it.
with deletable as (
  select
    cache.resource_type,
    cache.key,
    given.position,
    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live
  from
    rows from (
      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
      pg_catalog.unnest((select :keys!::pg_catalog.text[]))
    ) with ordinality as given (resource_type, key, position)
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
  where
    coalesce(
      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),
      ''
    ) operator(pg_catalog.||) cache.key is not null
  order by cache.resource_type collate pg_catalog."C", cache.key collate pg_catalog."C"
  for update of cache
)
delete from pevensie.cache as cache
using deletable
where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key
returning deletable.position::int as "position!", deletable.is_live as "wasLive!";

/* @name deleteCacheEntriesWithValues */
-- deleteCacheEntries, with its lock-timeout filter, for live entries that have the given values. The row of an expired one may belong to a
-- lease. Returns the positions of the entries that were deleted.
with deletable as (
  select cache.resource_type, cache.key, given.position
  from
    rows from (
      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
      pg_catalog.unnest((select :keys!::pg_catalog.text[])),
      pg_catalog.unnest((select :values!::pg_catalog.text[]))
    ) with ordinality as given (resource_type, key, value, position)
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
  where
    coalesce(
      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),
      ''
    ) operator(pg_catalog.||) cache.key is not null
    and cache.value operator(pg_catalog.=) given.value
    and coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
  order by cache.resource_type collate pg_catalog."C", cache.key collate pg_catalog."C"
  for update of cache
)
delete from pevensie.cache as cache
using deletable
where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key
returning deletable.position::int as "position!";

/* @name deleteExpiredCacheEntries */
-- Skips rows that another transaction is writing or deleting: a value that is written concurrently survives.
with expired as (
  select cache.resource_type, cache.key
  from
    rows from (
      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
      pg_catalog.unnest((select :keys!::pg_catalog.text[]))
    ) as given (resource_type, key)
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
  where cache.expires_at operator(pg_catalog.<=) current_timestamp and cache.stale_until is null
  for update of cache skip locked
)
delete from pevensie.cache as cache
using expired
where
  cache.resource_type operator(pg_catalog.=) expired.resource_type
  and cache.key operator(pg_catalog.=) expired.key
  and cache.expires_at operator(pg_catalog.<=) current_timestamp
  and cache.stale_until is null;

/* @name getCachePages */
-- The number of pages of the table, at which a sweep ends.
select
  (
    pg_catalog.pg_relation_size('pevensie.cache'::pg_catalog.regclass)
    operator(pg_catalog./) pg_catalog.current_setting('block_size')::int
  )::int as pages;

/* @name removeExpiredCacheEntries */
-- One batch of a sweep, in a range of pages. There is no index on expires_at: with one, every upsert would have to write to it,
-- and none could be a HOT update. Rows that another transaction has locked are skipped. An expired row with grace is kept until the
-- grace ends, and while its value is computed.
with expired as (
  select ctid as place from pevensie.cache as cache
  where
    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid
    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid
    and (
      (
        expires_at operator(pg_catalog.<=) current_timestamp
        and (
          stale_until is null
          or (
            stale_until operator(pg_catalog.<=) current_timestamp
            and not exists (
              select from pevensie.cache_lease as lease
              where
                lease.resource_type operator(pg_catalog.=) cache.resource_type
                and lease.key operator(pg_catalog.=) cache.key
                and lease.expires_at operator(pg_catalog.>) current_timestamp
            )
          )
        )
      )
      or (tags is not null and not pevensie.cache_tags_are_current(tags, snapshot))
    )
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.cache as cache
  where cache.ctid operator(pg_catalog.=) any (array(select place from expired))
  returning cache.key
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;

/* @name countCacheSample */
-- The number of entries in some of the table's pages, always the same ones, rate limits left out. These have the shape that
-- admitLimitedCalls knows. A longer value is none, and is not read. Citus would send null to another node for a parameter that stands in
-- tablesample alone.
select pg_catalog.count(*)::int as "sampled!"
from pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)
where
  :percent!::double precision operator(pg_catalog.>) 0
  and case
    when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100
      then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
    else true
  end;

/* @name getCacheSampleExpiry */
-- The expiry, in seconds since 1970, before which this fraction of the sampled entries expire. Entries without one come last.
select
  extract(
    epoch from pg_catalog.percentile_disc(:fraction!::double precision)
      within group (order by coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))
  ) as "untilSeconds"
from pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)
where
  :percent!::double precision operator(pg_catalog.>) 0
  and case
    when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100
      then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
    else true
  end;

/* @name getCacheSampleExpiries */
-- The same for many fractions.
select extract(epoch from (quantile.expiry)) as "untilSeconds"
from (
  select
    pg_catalog.percentile_disc(:fractions!::double precision[])
      within group (order by coalesce(expires_at, 'infinity'::pg_catalog.timestamptz)) as expiries
  from pevensie.cache tablesample system ((:percent!::double precision)::real) repeatable (0)
  where
    :percent!::double precision operator(pg_catalog.>) 0
    and case
      when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100
        then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
      else true
    end
) as sampled
cross join lateral pg_catalog.unnest(sampled.expiries) with ordinality as quantile(expiry, place)
order by quantile.place;

/* @name evictCacheEntries */
-- One batch of an eviction, in a range of pages: entries that expire no later than a time, but for those whose value is being computed,
-- and for rate limits, which it would reset. The first pass leaves those that expire at that very time.
with deletable as (
  select ctid as place from pevensie.cache as cache
  where
    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid
    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid
    and extract(epoch from coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))
      operator(pg_catalog.<=) :untilSeconds!::pg_catalog.numeric
    and (
      :isLastPass!::boolean
      or extract(epoch from coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))
        operator(pg_catalog.<>) :untilSeconds!::pg_catalog.numeric
    )
    and case
      when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100
        then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
      else true
    end
    and not exists (
      select from pevensie.cache_lease as lease
      where
        lease.resource_type operator(pg_catalog.=) cache.resource_type
        and lease.key operator(pg_catalog.=) cache.key
        and lease.expires_at operator(pg_catalog.>) current_timestamp
    )
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.cache as cache
  where cache.ctid operator(pg_catalog.=) any (array(select place from deletable))
  returning cache.key
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;

/* @name getCacheEntryDetails */
select value, extract(epoch from expires_at) as "expiresAt", pg_catalog.to_jsonb(tags) as tags
from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot));

/* @name getStaleCacheEntry */
-- The value of an expired entry within its grace.
select value
from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
  and expires_at operator(pg_catalog.<=) current_timestamp
  and stale_until operator(pg_catalog.>) current_timestamp
  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot));

/* @name hasCacheEntry */
select true as "isLive!"
from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot));

/* @name listCacheKeys */
-- A page of the keys with a live entry, in the order of the index.
select key
from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.>=) coalesce(:after::pg_catalog.text, '')
  and (:after::pg_catalog.text is null or key operator(pg_catalog.<>) :after::pg_catalog.text)
  and pg_catalog.starts_with(key, :prefix!::pg_catalog.text)
  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
order by key
limit :limit!::int;

/* @name clearCacheEntries */
-- One batch of the entries of a type, from where the previous one ended. Has the lock-timeout filter of deleteCacheEntries.
with page as (
  select resource_type, key from pevensie.cache
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.>=) coalesce(:from::pg_catalog.text, '')
    and coalesce(
      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),
      ''
    ) operator(pg_catalog.||) key is not null
  order by key
  limit :batchSize!::int
),
deletable as (
  select
    cache.resource_type,
    cache.key,
    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live
  from page
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) page.resource_type and cache.key operator(pg_catalog.=) page.key
  order by cache.key collate pg_catalog."C"
  for update of cache
),
deleted as (
  delete from pevensie.cache as cache
  using deletable
  where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key
  returning deletable.is_live
)
select
  (select pg_catalog.count(*) from page)::int as "found!",
  (select pg_catalog.max(key) from page) as "lastKey",
  (select pg_catalog.count(*) from deleted where is_live)::int as "live!";

/* @name setTaggedCacheEntries */
-- setCacheEntries with the tags of each entry as a JSON array, which may be empty. The value counts as computed when the statement began.
insert into pevensie.cache (resource_type, key, value, expires_at, tags, snapshot)
select
  given.resource_type,
  given.key,
  given.value,
  case
    when given.ttl_seconds operator(pg_catalog.<>) 0
      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
  end,
  case
    when given.tags operator(pg_catalog.<>) '[]'
      then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))
  end,
  case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end
from
  (
    select
      pg_catalog.unnest(arrays.resource_types) as resource_type,
      pg_catalog.unnest(arrays.keys) as key,
      pg_catalog.unnest(arrays.values) as value,
      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds,
      pg_catalog.unnest(arrays.tags) as tags
    from
      (
        select
          :resourceTypes!::pg_catalog.text[] as resource_types,
          :keys!::pg_catalog.text[] as keys,
          :values!::pg_catalog.text[] as values,
          :ttlsSeconds!::double precision[] as ttls_seconds,
          :tags!::pg_catalog.text[] as tags
        where
          :lockTimeout::pg_catalog.text is null
          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
        offset 0
      ) as arrays
  ) as given
order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
on conflict (resource_type, key) do update set
  value = excluded.value,
  expires_at = excluded.expires_at,
  stale_until = null,
  tags = excluded.tags,
  snapshot = excluded.snapshot;

/* @name setCacheEntriesIfAbsent */
-- setTaggedCacheEntries, but live entries stay as they are. Returns the names that were set.
insert into pevensie.cache as cache (resource_type, key, value, expires_at, tags, snapshot)
select
  given.resource_type,
  given.key,
  given.value,
  case
    when given.ttl_seconds operator(pg_catalog.<>) 0
      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
  end,
  case
    when given.tags operator(pg_catalog.<>) '[]'
      then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))
  end,
  case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end
from
  (
    select
      pg_catalog.unnest(arrays.resource_types) as resource_type,
      pg_catalog.unnest(arrays.keys) as key,
      pg_catalog.unnest(arrays.values) as value,
      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds,
      pg_catalog.unnest(arrays.tags) as tags
    from
      (
        select
          :resourceTypes!::pg_catalog.text[] as resource_types,
          :keys!::pg_catalog.text[] as keys,
          :values!::pg_catalog.text[] as values,
          :ttlsSeconds!::double precision[] as ttls_seconds,
          :tags!::pg_catalog.text[] as tags
        where
          :lockTimeout::pg_catalog.text is null
          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
        offset 0
      ) as arrays
  ) as given
order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
on conflict (resource_type, key) do update set
  value = excluded.value,
  expires_at = excluded.expires_at,
  stale_until = null,
  tags = excluded.tags,
  snapshot = excluded.snapshot
where
  cache.expires_at operator(pg_catalog.<=) current_timestamp
  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
returning cache.resource_type as "resourceType", cache.key;

/* @name touchCacheEntries */
-- Changes when live entries expire; a ttl of 0 means never, and ends the grace for good. Otherwise the grace keeps its length. Returns the
-- positions of the names whose entries were live. Has the lock-timeout filter of deleteCacheEntries.
with locked as (
  select
    cache.resource_type,
    cache.key,
    given.position,
    case
      when given.ttl_seconds operator(pg_catalog.<>) 0
        then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
    end as expires_at,
    case
      when given.ttl_seconds operator(pg_catalog.<>) 0
        then
          current_timestamp
            operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
            operator(pg_catalog.+) (cache.stale_until operator(pg_catalog.-) cache.expires_at)
    end as stale_until
  from
    rows from (
      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
      pg_catalog.unnest((select :keys!::pg_catalog.text[])),
      pg_catalog.unnest((select :ttlsSeconds!::double precision[]))
    ) with ordinality as given (resource_type, key, ttl_seconds, position)
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
  where
    coalesce(
      (select pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) where :lockTimeout::pg_catalog.text is not null),
      ''
    ) operator(pg_catalog.||) cache.key is not null
    and coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
    and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
  order by cache.resource_type collate pg_catalog."C", cache.key collate pg_catalog."C"
  for update of cache
),
touched as (
  update pevensie.cache as cache
  set expires_at = locked.expires_at, stale_until = locked.stale_until
  from locked
  where cache.resource_type operator(pg_catalog.=) locked.resource_type and cache.key operator(pg_catalog.=) locked.key
  returning locked.position
)
select coalesce(pg_catalog.string_agg(position::pg_catalog.text, ','), '') as "positions!" from touched;

/* @name incrementCacheEntries */
-- Adds to whole numbers. An absent entry is 0, and then gets the ttl; 0 means none. Returns no row for an entry whose value is no whole
-- number, or would become one that a double does not hold exactly; it stays as it is.
insert into pevensie.cache as cache (resource_type, key, value, expires_at)
select
  given.resource_type,
  given.key,
  given.addend,
  case
    when given.ttl_seconds operator(pg_catalog.<>) 0
      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
  end
from
  (
    select
      pg_catalog.unnest(arrays.resource_types) as resource_type,
      pg_catalog.unnest(arrays.keys) as key,
      pg_catalog.unnest(arrays.addends) as addend,
      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds
    from
      (
        select
          :resourceTypes!::pg_catalog.text[] as resource_types,
          :keys!::pg_catalog.text[] as keys,
          :addends!::pg_catalog.text[] as addends,
          :ttlsSeconds!::double precision[] as ttls_seconds
        where
          :lockTimeout::pg_catalog.text is null
          or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
        offset 0
      ) as arrays
  ) as given
order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
on conflict (resource_type, key) do update set
  (value, expires_at, stale_until, tags, snapshot) = (
    select
      (cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)::pg_catalog.text,
      cache.expires_at,
      cache.stale_until,
      cache.tags,
      cache.snapshot
    where
      coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
    union all
    select excluded.value, excluded.expires_at, null, null, null::pg_catalog.pg_snapshot
    limit 1
  )
where
  cache.expires_at operator(pg_catalog.<=) current_timestamp
  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
  or case
    when cache.value operator(pg_catalog.~) '^(0|-?[1-9][0-9]{0,15})$'
      then pg_catalog.abs(cache.value::bigint) operator(pg_catalog.<=) 9007199254740991
        and pg_catalog.abs(cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)
          operator(pg_catalog.<=) 9007199254740991
    else false
  end
returning cache.resource_type as "resourceType", cache.key, cache.value;

/* @name admitLimitedCalls */
-- The generic cell rate algorithm (ITU-T I.371) for some calls of each name, of which it admits the first ones. docs/architecture.md,
-- "Stored rate limits", has the form of the value. The entry expires at the arrival time: from then on, nothing is taken up, and the
-- entry gets the values of a new one. Returns no row for a live entry that is something else; it stays as it is. A longer value is no
-- limit, and is not searched. The length of the arrival time is compared by itself: PostgreSQL makes the states of a regular expression
-- anew for each row, and [0-9]{18} would take a sixth of a row's time.
insert into pevensie.cache as cache (resource_type, key, value, expires_at)
select
  given.resource_type,
  given.key,
  pg_catalog.concat_ws(
    ':',
    'limit',
    given.now operator(pg_catalog.+) (given.admitted operator(pg_catalog.*) given.emission),
    given.admitted,
    given.admitted operator(pg_catalog.*) given.emission,
    given.tolerance,
    given.count
  ),
  pg_catalog.to_timestamp(
    (
      (given.now operator(pg_catalog.+) (given.admitted operator(pg_catalog.*) given.emission) operator(pg_catalog.+) 999)
      operator(pg_catalog./) 1000
    )::double precision operator(pg_catalog./) 1000000
  )
from
  (
    select
      calls.resource_type,
      calls.key,
      calls.emission,
      calls.tolerance,
      calls.count,
      calls.now,
      least(calls.count, calls.tolerance operator(pg_catalog./) calls.emission) as admitted
    from
      (
        select
          pg_catalog.unnest(arrays.resource_types) as resource_type,
          pg_catalog.unnest(arrays.keys) as key,
          pg_catalog.unnest(arrays.emissions) as emission,
          pg_catalog.unnest(arrays.tolerances) as tolerance,
          pg_catalog.unnest(arrays.counts) as count,
          arrays.now
        from
          (
            select
              :resourceTypes!::pg_catalog.text[] as resource_types,
              :keys!::pg_catalog.text[] as keys,
              :emissions!::bigint[] as emissions,
              :tolerances!::bigint[] as tolerances,
              :counts!::bigint[] as counts,
              (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000 as now
            where
              :lockTimeout::pg_catalog.text is null
              or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
            offset 0
          ) as arrays
      ) as calls
  ) as given
order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
on conflict (resource_type, key) do update set
  (value, expires_at, stale_until, tags, snapshot) = (
    select
      case
        when decided.arrival is null then excluded.value
        else
          pg_catalog.concat_ws(
            ':',
            'limit',
            decided.arrival operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission),
            decided.admitted,
            decided.arrival operator(pg_catalog.-) decided.now
              operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission),
            decided.tolerance,
            decided.count
          )
      end,
      case
        when decided.arrival is null then excluded.expires_at
        else
          pg_catalog.to_timestamp(
            (
              (
                decided.arrival
                operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission)
                operator(pg_catalog.+) 999
              )
              operator(pg_catalog./) 1000
            )::double precision operator(pg_catalog./) 1000000
          )
      end,
      null::pg_catalog.timestamptz,
      null::pg_catalog.text[],
      null::pg_catalog.pg_snapshot
    from
      (
        select
          given.*,
          least(
            given.count,
            greatest(
              0,
              case
                when given.emission operator(pg_catalog.<>) 0
                then
                  (given.tolerance operator(pg_catalog.-) (given.arrival operator(pg_catalog.-) given.now))
                  operator(pg_catalog./) given.emission
              end
            )
          ) as admitted
        from
          (
            select
              clock.now,
              case
                when clock.is_live then greatest(clock.now, pg_catalog.split_part(cache.value, ':', 2)::bigint)
              end as arrival,
              case
                when clock.is_live
                then
                  pg_catalog.split_part(excluded.value, ':', 4)::bigint
                  operator(pg_catalog./) greatest(1, pg_catalog.split_part(excluded.value, ':', 3)::bigint)
              end as emission,
              case when clock.is_live then pg_catalog.split_part(excluded.value, ':', 5)::bigint end as tolerance,
              case when clock.is_live then pg_catalog.split_part(excluded.value, ':', 6)::bigint end as count
            from
              (
                select
                  (
                    select (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000
                  ) as now,
                  coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null as is_live
              ) as clock
            offset 0
          ) as given
        offset 0
      ) as decided
  )
where
  cache.expires_at operator(pg_catalog.<=) current_timestamp
  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
  or (
    cache.tags is null
    and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100
    and cache.value operator(pg_catalog.~) '^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
    and pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19
  )
returning cache.resource_type as "resourceType", cache.key, cache.value;
