-- The cache. Unlogged: fast to write; emptied by a crash of the server, and not readable on a standby.
create unlogged table pevensie.cache (
  resource_type text not null,
  key text not null unique,
  value text not null,
  expires_at timestamptz,
  primary key (resource_type, key)
);
