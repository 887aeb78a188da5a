/* @name setCacheEntry */
insert into pevensie.cache (resource_type, key, value, expires_at)
values (
  :resourceType!::text,
  :key!::text,
  :value!::text,
  current_timestamp + :ttlSeconds::double precision * interval '1 second'
)
on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at;

/* @name getCacheEntry */
select value, coalesce(expires_at <= current_timestamp, false) as expired
from pevensie.cache
where resource_type = :resourceType!::text and key = :key!::text;

/* @name getCacheEntriesByKey */
select resource_type as "resourceType", value, coalesce(expires_at <= current_timestamp, false) as expired
from pevensie.cache
where key = :key!::text
order by resource_type;

/* @name deleteCacheEntry */
delete from pevensie.cache
where resource_type = :resourceType!::text and key = :key!::text;

/* @name deleteExpiredCacheEntry */
delete from pevensie.cache
where resource_type = :resourceType!::text and key = :key!::text and expires_at <= current_timestamp;

/* @name deleteExpiredCacheEntriesByKey */
delete from pevensie.cache
where key = :key!::text and expires_at <= current_timestamp;

/* @name getCacheEntries */
-- getCacheEntry for many at once: the rows say at which position of the arrays their entry was asked for; the value of an
-- expired one is NULL. Arrays stand in a select of their own, so that a plan cannot depend on how long they are: one that
-- did would be made anew at every call with fewer elements than the plan for any array is made for.
select asked.position::int as position, case when cache.expires_at <= current_timestamp then null else cache.value end as value
from unnest((select :resourceTypes!::text[]), (select :keys!::text[]))
  with ordinality as asked (resource_type, key, position)
join pevensie.cache as cache on cache.resource_type = asked.resource_type and cache.key = asked.key;

/* @name setCacheEntries */
-- setCacheEntry for many at once, each name once; a ttl of 0 stands for none. All that write many rows take them in one
-- order, so that none waits for another that waits for it. In a select list, unlike in a from, unnest keeps no copy of the
-- rows; "offset 0" keeps a plan from depending on how long the arrays are.
insert into pevensie.cache (resource_type, key, value, expires_at)
select
  given.resource_type,
  given.key,
  given.value,
  current_timestamp + nullif(given.ttl_seconds, 0) * interval '1 second'
from
  (
    select
      unnest(arrays.resource_types) as resource_type,
      unnest(arrays.keys) as key,
      unnest(arrays.values) as value,
      unnest(arrays.ttls_seconds) as ttl_seconds
    from
      (
        select
          :resourceTypes!::text[] as resource_types,
          :keys!::text[] as keys,
          :values!::text[] as values,
          :ttlsSeconds!::double precision[] as ttls_seconds
        offset 0
      ) as arrays
  ) as given
order by given.resource_type collate "C", given.key collate "C"
on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at;

/* @name deleteCacheEntries */
with doomed as (
  select cache.resource_type, cache.key
  from unnest((select :resourceTypes!::text[]), (select :keys!::text[])) as given (resource_type, key)
  join pevensie.cache as cache on cache.resource_type = given.resource_type and cache.key = given.key
  order by cache.resource_type collate "C", cache.key collate "C"
  for update of cache
)
delete from pevensie.cache as cache
using doomed
where cache.resource_type = doomed.resource_type and cache.key = doomed.key;

/* @name deleteExpiredCacheEntries */
-- Rows that somebody else is writing or deleting are left to them: a value written meanwhile survives.
with expired as (
  select cache.resource_type, cache.key
  from unnest((select :resourceTypes!::text[]), (select :keys!::text[])) as given (resource_type, key)
  join pevensie.cache as cache on cache.resource_type = given.resource_type and cache.key = given.key
  where cache.expires_at <= current_timestamp
  for update of cache skip locked
)
delete from pevensie.cache as cache
using expired
where
  cache.resource_type = expired.resource_type and cache.key = expired.key and cache.expires_at <= current_timestamp;

/* @name getCachePages */
-- How many pages the table has: the end of a sweep through them.
select (pg_catalog.pg_relation_size('pevensie.cache') / pg_catalog.current_setting('block_size')::int)::int as pages;

/* @name removeExpiredCacheEntries */
-- One batch of a sweep, in a range of pages: there is no index on expires_at, since with one every upsert would have to
-- write to it (and none could be a HOT update). Rows that somebody else holds are left to them.
with expired as (
  select ctid as place from pevensie.cache
  where
    ctid >= pg_catalog.format('(%s,0)', :fromPage!::int)::tid
    and ctid < pg_catalog.format('(%s,0)', :toPage!::int)::tid
    and expires_at <= current_timestamp
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.cache as cache
  where cache.ctid = any (array(select place from expired)) and cache.expires_at <= current_timestamp
  returning cache.key
)
select
  pg_catalog.count(*)::int as removed,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds
from removed;
