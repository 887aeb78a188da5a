-- Users, their sessions, and one-time tokens. Users and tokens are deleted softly.
create type pevensie.one_time_token_type as enum ('password-reset');

create table pevensie."user" (
  id uuid primary key default pevensie.uuid7(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  role text,
  email text not null,
  password_hash text,
  email_confirmed_at timestamptz,
  phone_number text,
  phone_number_confirmed_at timestamptz,
  last_sign_in timestamptz,
  app_metadata jsonb not null default '{}',
  user_metadata jsonb not null,
  banned_until timestamptz
);

create unique index user_email_unique_idx
  on pevensie."user" (email, deleted_at) nulls not distinct
  where email is not null;

create unique index user_phone_number_unique_idx
  on pevensie."user" (phone_number, deleted_at) nulls not distinct
  where phone_number is not null;

create table pevensie.session (
  id uuid primary key default pevensie.uuid7(),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  user_id uuid not null references pevensie."user" (id) on delete cascade,
  ip inet,
  user_agent text
);

create table pevensie.one_time_token (
  id uuid primary key default pevensie.uuid7(),
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  expires_at timestamptz not null,
  used_at timestamptz,
  token_type pevensie.one_time_token_type not null,
  user_id uuid not null references pevensie."user" (id) on delete cascade,
  token_hash text not null check (token_hash <> '')
);

create index one_time_token_token_hash_idx
  on pevensie.one_time_token using hash (token_hash);

create unique index one_time_token_user_id_token_type_unique_idx
  on pevensie.one_time_token (user_id, token_type, deleted_at) nulls not distinct;
