-- One-time tokens, except those for resetting a password: one_time_token admits one live row for each user and type, and the
-- previous release relies on that. A row is a live token; using or voiding it deletes the row.
create table pevensie.user_token (
  id uuid primary key,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  user_id uuid not null references pevensie."user" (id) on delete cascade,
  token_type text collate pg_catalog."C" not null
    check (token_type in ('email-confirmation', 'email-change', 'log-in', 'log-in-code', 'application')),
  -- The application's own, for the type 'application'.
  purpose text collate pg_catalog."C",
  -- The mailbox that the token is sent to.
  email text not null,
  payload jsonb,
  token_hash text collate pg_catalog."C" not null check (token_hash <> ''),
  -- For codes, which are short enough to be guessed.
  attempts_left int
);

create unique index user_token_token_hash_idx on pevensie.user_token (token_hash);
create index user_token_user_id_idx on pevensie.user_token (user_id, token_type);
create index user_token_expires_at_idx on pevensie.user_token (expires_at);

-- The payloads of a row's tokens, by their hash. The previous release leaves those of earlier tokens where they are.
alter table pevensie.one_time_token add column payloads jsonb not null default '{}';
