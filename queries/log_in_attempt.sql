/* @name recordLogInFailure */
-- Beyond the free failures each one is followed by twice the delay of the one before. All take the keys in one order, so that
-- none waits for another that waits for it.
insert into pevensie.log_in_attempt as attempt (key, failures, failures_expire_at, expires_at)
select
  given.key, 1,
  current_timestamp + pg_catalog.make_interval(secs => :rememberSeconds!::double precision),
  current_timestamp + pg_catalog.make_interval(secs => :rememberSeconds!::double precision)
from pg_catalog.unnest(:keys!::text[]) as given (key)
order by given.key collate "C"
on conflict (key) do update set
  failures = case when least(attempt.failures_expire_at, attempt.expires_at) > current_timestamp then attempt.failures + 1 else 1 end,
  failures_expire_at = excluded.failures_expire_at,
  blocked_until = (
    select
      case when attempt.failures >= limits.free and least(attempt.failures_expire_at, attempt.expires_at) > current_timestamp then
        current_timestamp + pg_catalog.make_interval(secs => least(
          limits.longest_seconds,
          :firstDelaySeconds!::double precision * pg_catalog.power(2, least(attempt.failures - limits.free, 30))
        ))
      end
    from unnest(:keys!::text[], :free!::int[], :longestSeconds!::double precision[]) as limits (key, free, longest_seconds)
    where limits.key = attempt.key
  ),
  expires_at = greatest(attempt.expires_at, excluded.expires_at);

/* @name forgetLogInFailures */
-- After a success. What has failed from the address on other accounts stays counted.
delete from pevensie.log_in_attempt
where key = :accountKey!::text;

/* @name removeExpiredLogInAttempts */
-- One batch of a sweep. Rows that somebody else holds are left to them.
with expired as (
  select key from pevensie.log_in_attempt
  where expires_at <= current_timestamp
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.log_in_attempt as attempt
  using expired
  where attempt.key = expired.key
  returning attempt.key
)
select
  pg_catalog.count(*)::int as removed,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds
from removed;
