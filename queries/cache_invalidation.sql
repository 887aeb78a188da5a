/* @name invalidateCacheTags */
-- Takes effect with the commit of the transaction, for every value that was computed before that. Removes earlier invalidations that
-- the new one comprises: whoever sees it commit has seen them. Where another transaction does the same, both go on without waiting.
-- After a long transaction there may be many of them, which must not keep one caller waiting. The lower bound makes PostgreSQL
-- expect few rows, and use the index.
-- At other isolation levels nothing is read: a row that was removed concurrently, or a scan of the table, would fail one of two
-- transactions of the application.
with superseded as (
  select ctid as place from pevensie.cache_invalidation
  where
    tag operator(pg_catalog.=) any ((select :tags!::pg_catalog.text[])::pg_catalog.text[])
    and xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
    and xact_id operator(pg_catalog.>=) '0'::pg_catalog.xid8
    and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'
  limit 1000
  for update skip locked
),
removed as (
  delete from pevensie.cache_invalidation
  where
    ctid operator(pg_catalog.=) any (array(select place from superseded))
    and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'
)
insert into pevensie.cache_invalidation (tag, xact_id, invalidated_at)
select pg_catalog.unnest(:tags!::pg_catalog.text[]), pg_catalog.pg_current_xact_id(), pg_catalog.clock_timestamp()
on conflict (tag, xact_id) do nothing;

/* @name removeSeenCacheInvalidations */
-- One batch of a sweep, by tag: invalidations that the snapshot of every entry and of every lease sees, so that nothing depends on
-- them. They are kept for an hour in any case: a statement that stores an entry may not have committed yet.
with oldest as (
  select
    least(
      (
        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache
        where snapshot is not null
        order by pg_catalog.pg_snapshot_xmin(snapshot)
        limit 1
      ),
      (
        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache_lease
        order by pg_catalog.pg_snapshot_xmin(snapshot)
        limit 1
      ),
      pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
    ) as xmin
),
seen as (
  select tag, xact_id from pevensie.cache_invalidation
  where
    tag operator(pg_catalog.>=) :from!::pg_catalog.text
    and xact_id operator(pg_catalog.<) (select xmin from oldest)
    and invalidated_at operator(pg_catalog.<) (current_timestamp operator(pg_catalog.-) interval '1 hour')
  order by tag
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.cache_invalidation as invalidation
  using seen
  where
    invalidation.tag operator(pg_catalog.=) seen.tag and invalidation.xact_id operator(pg_catalog.=) seen.xact_id
  returning invalidation.tag
)
select
  pg_catalog.count(*)::int as removed,
  pg_catalog.max(tag) as "lastTag",
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
