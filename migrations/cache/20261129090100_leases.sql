-- Who computes a missing value. A lease that has expired can be replaced; only the owner of the token stores the value.
--
-- snapshot: from before the value was computed. acquired_by: the transaction that acquired the lease. It also wrote the entry's row, so
-- the row has another xmin once somebody has set or deleted the entry.
create unlogged table pevensie.cache_lease (
  resource_type text not null,
  key text not null,
  token uuid not null,
  expires_at timestamptz not null,
  snapshot pg_catalog.pg_snapshot not null,
  acquired_by pg_catalog.xid8 not null,
  primary key (resource_type, key)
);
