-- API keys. Only the hash of a key is stored, and its first characters, by which its owner recognises it.
create table pevensie.api_key (
  id uuid primary key,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  user_id uuid not null references pevensie."user" (id) on delete cascade,
  name text not null,
  start text not null,
  scopes text[] not null default '{}',
  key_hash text collate pg_catalog."C" not null check (key_hash <> '')
) with (fillfactor = 90);

create unique index api_key_key_hash_idx on pevensie.api_key (key_hash);
create index api_key_user_id_idx on pevensie.api_key (user_id);
create index api_key_expires_at_idx on pevensie.api_key (expires_at);
