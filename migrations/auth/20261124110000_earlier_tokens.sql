-- The tokens of a live row before its newest one, newest first, each with its expiry. A row is one set: using or voiding the
-- row ends all of them, also where the previous release does it.
alter table pevensie.one_time_token
  add column earlier_hashes text[] not null default '{}',
  add column earlier_expire_at timestamptz[] not null default '{}';

-- For lookups by the token alone. Without fastupdate: every lookup would read the list of pending entries.
create index one_time_token_earlier_hashes_idx
  on pevensie.one_time_token using gin (earlier_hashes)
  with (fastupdate = off)
  where deleted_at is null and used_at is null and earlier_hashes <> '{}';
