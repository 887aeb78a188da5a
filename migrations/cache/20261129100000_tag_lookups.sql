-- The same answer from the index alone: a snapshot misses the transactions from its xmax on, and those that were in progress, which come
-- after its xmin. Before, PostgreSQL read the whole table, since it expected to find an invalidation soon. Where the first row by the
-- order of the index is asked for, the planner of every version takes it from there. Transactions in progress are looked for only if
-- the tag was invalidated since xmin: there may be many.
create or replace function pevensie.cache_tags_are_current(tags text[], snapshot pg_catalog.pg_snapshot) returns boolean
language sql stable parallel safe
return not exists (
  select
  from pg_catalog.unnest(tags) as wanted(tag)
  cross join lateral (
    select invalidation.xact_id
    from pevensie.cache_invalidation as invalidation
    where invalidation.tag operator(pg_catalog.=) wanted.tag
    order by invalidation.tag desc, invalidation.xact_id desc
    limit 1
  ) as latest
  where
    latest.xact_id operator(pg_catalog.>=) pg_catalog.pg_snapshot_xmin(snapshot)
    and (
      latest.xact_id operator(pg_catalog.>=) pg_catalog.pg_snapshot_xmax(snapshot)
      or exists (
        select
        from
          pg_catalog.pg_snapshot_xip(snapshot) as missed(xact_id)
          cross join lateral (
            select
            from pevensie.cache_invalidation as invalidation
            where
              invalidation.tag operator(pg_catalog.=) wanted.tag
              and invalidation.xact_id operator(pg_catalog.=) missed.xact_id
            order by invalidation.tag, invalidation.xact_id
            limit 1
          ) as invalidated
      )
    )
);
