/* @name createSession */
-- No row: the user does not exist, is deleted, or is banned. The lock conflicts with every change of the user's row, so
-- that who deletes the user waits for this session and ends it, or is waited for and seen here.
with owner as (
  select id from pevensie."user"
  where
    id = :userId!::uuid
    and deleted_at is null
    and (banned_until is null or banned_until <= current_timestamp)
  for share
)
insert into pevensie.session (id, expires_at, user_id, ip, user_agent)
select
  :id!::uuid,
  current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds::double precision),
  owner.id,
  :ip::inet,
  :userAgent::text
from owner
returning
  id,
  created_at as "createdAt",
  expires_at as "expiresAt",
  user_id as "userId",
  pg_catalog.host(ip) as ip,
  user_agent as "userAgent";

/* @name lockUser */
-- Holds off whoever creates sessions or tokens for the user, and whoever changes the user, until the transaction ends.
select id
from pevensie."user"
where id = :userId!::uuid and deleted_at is null
for no key update;

/* @name deleteOtherSessions */
delete from pevensie.session
where user_id = :userId!::uuid and id <> :keepSessionId!::uuid;

/* @name logIn */
-- Records the sign-in and creates the session, if the user is still live, not banned, and has the hash that was verified;
-- then forgets the failures on the account, and keeps in mind from where it was logged in to (:trustKey).
with signed_in as (
  update pevensie."user"
  set
    last_sign_in = current_timestamp,
    updated_at = current_timestamp,
    password_hash = coalesce(:newPasswordHash::text, password_hash)
  where
    id = :userId!::uuid
    and password_hash = :passwordHash!::text
    and deleted_at is null
    and (banned_until is null or banned_until <= current_timestamp)
  returning
    id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,
    last_sign_in, app_metadata, user_metadata, banned_until
),
created as (
  insert into pevensie.session (id, expires_at, user_id, ip, user_agent)
  select
    :sessionId!::uuid,
    current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds!::double precision),
    signed_in.id,
    :ip::inet,
    :userAgent::text
  from signed_in
  returning id, created_at, expires_at, user_id, ip, user_agent
),
forgotten as (
  delete from pevensie.log_in_attempt
  where key = :accountKey::text and exists (select from signed_in)
),
trusted as (
  insert into pevensie.log_in_attempt (key, failures, succeeded_at, expires_at)
  select
    :trustKey::text, 0, current_timestamp,
    current_timestamp + pg_catalog.make_interval(secs => :trustSeconds!::double precision)
  from signed_in
  where :trustKey::text is not null
  on conflict (key) do update set
    failures = 0, failures_expire_at = null, blocked_until = null, succeeded_at = excluded.succeeded_at, expires_at = excluded.expires_at
)
select
  signed_in.id,
  signed_in.created_at as "createdAt",
  signed_in.updated_at as "updatedAt",
  signed_in.deleted_at as "deletedAt",
  signed_in.role,
  signed_in.email,
  signed_in.email_confirmed_at as "emailConfirmedAt",
  signed_in.phone_number as "phoneNumber",
  signed_in.phone_number_confirmed_at as "phoneNumberConfirmedAt",
  signed_in.last_sign_in as "lastSignIn",
  signed_in.app_metadata as "appMetadata",
  signed_in.user_metadata as "userMetadata",
  signed_in.banned_until as "bannedUntil",
  created.id as "sessionId",
  created.created_at as "sessionCreatedAt",
  created.expires_at as "sessionExpiresAt",
  pg_catalog.host(created.ip) as "sessionIp",
  created.user_agent as "sessionUserAgent"
from signed_in, created;

/* @name getSession */
-- A session that is bound to an ip or a user agent is found only when the same one is presented.
select
  id,
  created_at as "createdAt",
  expires_at as "expiresAt",
  user_id as "userId",
  pg_catalog.host(ip) as ip,
  user_agent as "userAgent",
  coalesce(expires_at <= current_timestamp, false) as expired
from pevensie.session
where
  id = :id!::uuid
  and (ip is null or ip = :ip::inet)
  and (user_agent is null or user_agent = :userAgent::text);

/* @name deleteSession */
delete from pevensie.session
where id = :id!::uuid;

/* @name deleteExpiredSession */
delete from pevensie.session
where id = :id!::uuid and expires_at <= current_timestamp;

/* @name getSessionsById */
-- For many at once, whoever presents them: what a session is bound to has to be compared with that.
select
  id,
  created_at as "createdAt",
  expires_at as "expiresAt",
  user_id as "userId",
  ip,
  user_agent as "userAgent",
  coalesce(expires_at <= current_timestamp, false) as expired
from pevensie.session
where id = any ((select :ids!::uuid[])::uuid[]);

/* @name deleteExpiredSessions */
-- Rows that somebody else is deleting are left to them.
with expired as (
  select id from pevensie.session
  where id = any ((select :ids!::uuid[])::uuid[]) and expires_at <= current_timestamp
  for update skip locked
)
delete from pevensie.session as session
using expired
where session.id = expired.id;

/* @name removeExpiredSessions */
-- One batch of a sweep, oldest first, from where the last one ended. Rows that somebody else holds are left to them.
-- The milliseconds are those of the server, without the network's and the commit's.
with expired as (
  select id, expires_at from pevensie.session
  where expires_at >= :from!::timestamptz and expires_at <= current_timestamp
  order by expires_at
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.session as session
  using expired
  where session.id = expired.id
  returning expired.expires_at
)
select
  pg_catalog.count(*)::int as removed,
  pg_catalog.max(expires_at) as until,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds
from removed;
