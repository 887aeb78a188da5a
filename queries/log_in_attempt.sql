/* @name reserveLogInAttempt */
-- Counts an attempt as failed before it is made, so that any number of them at once, in any number of processes, get no
-- more tries than one after the other. None is counted if one of its keys is blocked. The key of the account as such does not
-- count where the account was logged in to from the same address (:trustKey) before.
with given as (
  select key, free, base_seconds, cap_seconds
  from unnest(:keys!::text[], :free!::int[], :baseSeconds!::double precision[], :capSeconds!::double precision[])
    as limits (key, free, base_seconds, cap_seconds)
  where
    key <> :accountKey!::text
    or not exists (
      select from pevensie.log_in_attempt
      where key = :trustKey::text and succeeded_at is not null and expires_at > current_timestamp
    )
),
held as (
  select key, blocked_until from pevensie.log_in_attempt
  where key in (select key from given)
  order by key
  for update
),
blocked as (
  select max(blocked_until) as until from held where blocked_until > pg_catalog.clock_timestamp()
),
counted as (
  insert into pevensie.log_in_attempt as attempt (key, failures, blocked_until, expires_at)
  select
    given.key, 1,
    case when given.free < 1 then pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => given.base_seconds) end,
    pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => :rememberSeconds!::double precision)
  from given
  where (select until from blocked) is null
  order by given.key
  on conflict (key) do update set
    failures = case when attempt.expires_at <= pg_catalog.clock_timestamp() then 1 else attempt.failures + 1 end,
    blocked_until = (
      select case when attempt.failures >= limits.free and attempt.expires_at > pg_catalog.clock_timestamp() then
        pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => least(
          limits.cap_seconds, limits.base_seconds * pg_catalog.power(2, least(attempt.failures - limits.free, 30))
        ))
      end
      from given as limits where limits.key = attempt.key
    ),
    expires_at = greatest(attempt.expires_at, excluded.expires_at)
  where attempt.blocked_until is null or attempt.blocked_until <= pg_catalog.clock_timestamp()
  returning attempt.key
)
select
  (select pg_catalog.count(*) from counted) = (select pg_catalog.count(*) from given) as admitted,
  greatest(1, ceil(extract(epoch from (select until from blocked) - pg_catalog.clock_timestamp())))::int as "retryAfterSeconds";

/* @name forgiveLogInAttempt */
-- Takes an attempt back that did not fail: failures on the account are forgotten, those from the address are one less, and
-- the account is known to be used from there.
with forgotten as (
  delete from pevensie.log_in_attempt where key = :accountKey::text
),
forgiven as (
  update pevensie.log_in_attempt
  set failures = greatest(failures - 1, 0), blocked_until = null
  where key = :addressKey::text
)
insert into pevensie.log_in_attempt (key, failures, succeeded_at, expires_at)
select
  :trustKey::text, 0, current_timestamp,
  current_timestamp + pg_catalog.make_interval(secs => :trustSeconds!::double precision)
where :trustKey::text is not null
on conflict (key) do update set
  failures = 0, blocked_until = null, succeeded_at = excluded.succeeded_at, expires_at = excluded.expires_at;

/* @name removeExpiredLogInAttempts */
-- One batch of a sweep. Rows that somebody else holds are left to them.
with expired as (
  select key from pevensie.log_in_attempt
  where expires_at <= current_timestamp
  limit :batchSize!::int
  for update skip locked
)
delete from pevensie.log_in_attempt as attempt
using expired
where attempt.key = expired.key
returning attempt.expires_at as "expiresAt";
