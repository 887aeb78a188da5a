/* @name grantLogInExemptions */
-- Grants only while the password is the one that was verified or set. FOR NO KEY UPDATE serialises with every change of the user's row:
-- a concurrent password change either deletes these rows or is seen here. An existing row keeps its budget: a login does not restore one.
with owner as (
  select id from pevensie."user"
  where
    id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text
    and deleted_at is null
    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
  for no key update
)
insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)
select
  owner.id,
  given.scope,
  given.budget_key,
  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.ttl_seconds)
from
  owner,
  rows from (
    pg_catalog.unnest(:scopes!::pg_catalog.text[]),
    pg_catalog.unnest(:budgetKeys!::pg_catalog.text[]),
    pg_catalog.unnest(:ttlsSeconds!::double precision[])
  ) as given (scope, budget_key, ttl_seconds)
order by given.scope collate pg_catalog."C"
on conflict (user_id, scope) do update set expires_at = excluded.expires_at;

/* @name removeExpiredLogInExemptions */
-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
-- The milliseconds are measured on the server, without network and commit.
with expired as (
  select user_id, scope, expires_at from pevensie.log_in_exemption
  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
  order by expires_at
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.log_in_exemption as exemption
  using expired
  where
    exemption.user_id operator(pg_catalog.=) expired.user_id
    and exemption.scope operator(pg_catalog.=) expired.scope
  returning expired.expires_at
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.max(expires_at)) as until,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
