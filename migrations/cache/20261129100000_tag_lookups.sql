-- The same answer from the index alone: a snapshot misses the transactions from its xmax on, and those that were in progress. Before,
-- PostgreSQL read the whole table, since it expected to find an invalidation soon. A range with two bounds is estimated to have few
-- rows, which makes it use the index; the upper one is the largest transaction id.
create or replace function pevensie.cache_tags_are_current(tags text[], snapshot pg_catalog.pg_snapshot) returns boolean
language sql stable parallel safe
return
  not exists (
    select from pevensie.cache_invalidation as invalidation
    where
      invalidation.tag operator(pg_catalog.=) any (tags)
      and invalidation.xact_id operator(pg_catalog.>=) pg_catalog.pg_snapshot_xmax(snapshot)
      and invalidation.xact_id operator(pg_catalog.<=) '18446744073709551615'::pg_catalog.xid8
  )
  and not exists (
    select from pevensie.cache_invalidation as invalidation
    where
      invalidation.tag operator(pg_catalog.=) any (tags)
      and invalidation.xact_id operator(pg_catalog.=) any (array(select pg_catalog.pg_snapshot_xip(snapshot)))
  );
