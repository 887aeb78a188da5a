-- Accounts at identity providers (OpenID Connect Core, 2: issuer and subject together are unique and never reassigned).
create table pevensie.identity (
  issuer text collate pg_catalog."C" not null,
  subject text collate pg_catalog."C" not null,
  user_id uuid not null references pevensie."user" (id) on delete cascade,
  email text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  primary key (issuer, subject)
);

create index identity_user_id_idx on pevensie.identity (user_id);
