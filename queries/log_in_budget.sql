/* @name spendLogInBudgets */
-- Postpones the time at which each budget is full again. Every call locks keys in the same order, so that calls cannot
-- deadlock. The time of the statement is a column of the row, and intervals are added in UTC: Citus accepts only immutable functions in
-- ON CONFLICT.
insert into pevensie.log_in_budget as budget (key, expires_at, spent_at)
select
  given.key,
  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.restore_seconds),
  current_timestamp
from
  rows from (
    pg_catalog.unnest(:keys!::pg_catalog.text[]),
    pg_catalog.unnest(:restoreSeconds!::double precision[])
  ) as given (key, restore_seconds)
order by given.key collate pg_catalog."C"
on conflict (key) do update set
  expires_at = (
    (greatest(budget.expires_at, excluded.spent_at) at time zone 'UTC')
      operator(pg_catalog.+) (excluded.expires_at operator(pg_catalog.-) excluded.spent_at)
  ) at time zone 'UTC',
  spent_at = excluded.spent_at;

/* @name removeExpiredLogInBudgets */
-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
-- The milliseconds are measured on the server, without network and commit.
with expired as (
  select key, expires_at from pevensie.log_in_budget
  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
  order by expires_at
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.log_in_budget as budget
  using expired
  where budget.key operator(pg_catalog.=) expired.key
  returning expired.expires_at
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.max(expires_at)) as until,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
