-- stale_until: an expired value may be served until then, while a newer one is computed. Null in entries without grace. Lookups do
-- not remove an expired row that has one: whoever computes the value recognises by its version that nobody has changed the entry.
--
-- tags and snapshot: both, or neither. The snapshot is from before the value was computed.
alter table pevensie.cache
  add column stale_until timestamptz,
  add column tags text[],
  add column snapshot pg_catalog.pg_snapshot;

-- The oldest snapshot in the cache: invalidations that every snapshot sees need not be kept. Entries without tags are not in it.
create index cache_snapshot_idx on pevensie.cache (pg_catalog.pg_snapshot_xmin(snapshot)) where snapshot is not null;

-- The transactions that invalidated a tag. One row for each, so that they do not wait for each other.
create unlogged table pevensie.cache_invalidation (
  tag text not null,
  xact_id pg_catalog.xid8 not null,
  invalidated_at timestamptz not null default current_timestamp,
  primary key (tag, xact_id)
);

-- Whether no invalidation of the tags is missing in the snapshot. The time at which a transaction invalidated a tag would not tell:
-- it is visible only after its commit, and a value that is computed in between is of old data. The body is parsed here, so no
-- search_path affects it.
create function pevensie.cache_tags_are_current(tags text[], snapshot pg_catalog.pg_snapshot) returns boolean
language sql stable parallel safe
return not exists (
  select from pevensie.cache_invalidation as invalidation
  where
    invalidation.tag operator(pg_catalog.=) any (tags)
    and not pg_catalog.pg_visible_in_snapshot(invalidation.xact_id, snapshot)
);
