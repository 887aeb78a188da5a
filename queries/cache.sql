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
on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at;

/* @name getCacheEntry */
select value, coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key operator(pg_catalog.=) :key!::pg_catalog.text;

/* @name getSmallCacheEntry */
-- getCacheEntry, but a value of more than 4 MiB is NULL although the entry has not expired. The size of a value is known without
-- reading it. A parameter in place of the number would take the server three microseconds.
select
  case when pg_catalog.octet_length(value) operator(pg_catalog.>) 4194304 then null else value end as value,
  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key operator(pg_catalog.=) :key!::pg_catalog.text;

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
where key operator(pg_catalog.=) :key!::pg_catalog.text
order by resource_type;

/* @name deleteCacheEntry */
-- The timeout as in setCacheEntry. A row is filtered before it is locked, so the timeout is set if there is one to lock.
delete from pevensie.cache
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
  and (
    :lockTimeout::pg_catalog.text is null
    or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
  );

/* @name getCacheEntries */
-- getCacheEntry for many names. The position is that of the requested name in the arrays. The value of an expired entry is
-- NULL. So is a value of more bytes than :largest, whose position is negative. Each array is in a subselect, so that the plan
-- does not depend on its length: otherwise PostgreSQL would replan every call with fewer elements than the generic plan
-- assumes.
select
  (
    case
      when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4
        then operator(pg_catalog.-) asked.position
      else asked.position
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
  ) with ordinality as asked (resource_type, key, position)
join pevensie.cache as cache
  on cache.resource_type operator(pg_catalog.=) asked.resource_type and cache.key operator(pg_catalog.=) asked.key;

/* @name setCacheEntries */
-- setCacheEntry for many distinct names; a ttl of 0 means none. All multi-row writes lock rows in the same order, so that they
-- cannot deadlock. In a select list, unlike in a from clause, unnest keeps no copy of the rows. "offset 0" keeps the plan from
-- depending on the length of the arrays. The timeout as in setCacheEntry.
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
on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at;

/* @name deleteCacheEntries */
-- The timeout as in setCacheEntry. The subselect is evaluated once, for the first row that is found; no row is locked before all
-- were found. A planner cannot know that the concatenation is never NULL.
with doomed as (
  select cache.resource_type, cache.key
  from
    rows from (
      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
      pg_catalog.unnest((select :keys!::pg_catalog.text[]))
    ) as given (resource_type, key)
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
using doomed
where cache.resource_type operator(pg_catalog.=) doomed.resource_type and cache.key operator(pg_catalog.=) doomed.key;

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
  where cache.expires_at operator(pg_catalog.<=) current_timestamp
  for update of cache skip locked
)
delete from pevensie.cache as cache
using expired
where
  cache.resource_type operator(pg_catalog.=) expired.resource_type
  and cache.key operator(pg_catalog.=) expired.key
  and cache.expires_at operator(pg_catalog.<=) current_timestamp;

/* @name getCachePages */
-- The number of pages of the table, at which a sweep ends.
select
  (
    pg_catalog.pg_relation_size('pevensie.cache'::pg_catalog.regclass)
    operator(pg_catalog./) pg_catalog.current_setting('block_size')::int
  )::int as pages;

/* @name removeExpiredCacheEntries */
-- One batch of a sweep, in a range of pages. There is no index on expires_at: with one, every upsert would have to write to it,
-- and none could be a HOT update. Rows that another transaction has locked are skipped.
with expired as (
  select ctid as place from pevensie.cache
  where
    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', :fromPage!::int)::pg_catalog.tid
    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', :toPage!::int)::pg_catalog.tid
    and expires_at operator(pg_catalog.<=) current_timestamp
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.cache as cache
  where
    cache.ctid operator(pg_catalog.=) any (array(select place from expired))
    and cache.expires_at operator(pg_catalog.<=) current_timestamp
  returning cache.key
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
