/* @name createSession */
-- Returns no row if the user does not exist, is deleted or is banned. FOR SHARE serialises with deletion and bans, so no
-- session outlives its user.
with owner as (
  select id from pevensie."user"
  where
    id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and deleted_at is null
    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
  for share
)
insert into pevensie.session (id, expires_at, user_id, ip, user_agent)
select
  :id!::pg_catalog.uuid,
  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision),
  owner.id,
  :ip::pg_catalog.inet,
  :userAgent::pg_catalog.text
from owner
returning
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  user_id as "userId",
  pg_catalog.host(ip) as ip,
  user_agent as "userAgent";

/* @name lockUser */
-- Blocks the creation of sessions and tokens for the user, and changes of the user, until the transaction ends.
select id
from pevensie."user"
where id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null
for no key update;

/* @name deleteOtherSessions */
delete from pevensie.session
where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and id operator(pg_catalog.<>) :keepSessionId!::pg_catalog.uuid;

/* @name logIn */
-- Records the sign-in and creates the session, if the user is live, not banned, and still has the hash that was verified. Then
-- grants the exemption of a known address (:scope), if one is given, and ends the session that the login replaces, even if it
-- belongs to another user. Budgets are not touched, so a login waits for no failed one.
with signed_in as (
  update pevensie."user"
  set
    last_sign_in = current_timestamp,
    updated_at = current_timestamp,
    password_hash = coalesce(:newPasswordHash::pg_catalog.text, password_hash)
  where
    id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text
    and deleted_at is null
    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
  returning
    id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,
    last_sign_in, app_metadata, user_metadata, banned_until
),
created as (
  insert into pevensie.session (id, expires_at, user_id, ip, user_agent)
  select
    :sessionId!::pg_catalog.uuid,
    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision),
    signed_in.id,
    :ip::pg_catalog.inet,
    :userAgent::pg_catalog.text
  from signed_in
  returning id, created_at, expires_at, user_id, ip, user_agent
),
granted as (
  insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)
  select
    signed_in.id,
    :scope::pg_catalog.text,
    :budgetKey::pg_catalog.text,
    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :exemptionSeconds::double precision)
  from signed_in
  where :scope::pg_catalog.text is not null
  on conflict (user_id, scope) do update set budget_key = excluded.budget_key, expires_at = excluded.expires_at
),
replaced as (
  delete from pevensie.session
  where id operator(pg_catalog.=) :replaceSessionId::pg_catalog.uuid and exists (select from signed_in)
  returning user_id
)
select
  signed_in.id,
  extract(epoch from signed_in.created_at) as "createdAt!",
  extract(epoch from signed_in.updated_at) as "updatedAt!",
  extract(epoch from signed_in.deleted_at) as "deletedAt",
  signed_in.role,
  signed_in.email,
  extract(epoch from signed_in.email_confirmed_at) as "emailConfirmedAt",
  signed_in.phone_number as "phoneNumber",
  extract(epoch from signed_in.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from signed_in.last_sign_in) as "lastSignIn",
  signed_in.app_metadata as "appMetadata",
  signed_in.user_metadata as "userMetadata",
  extract(epoch from signed_in.banned_until) as "bannedUntil",
  created.id as "sessionId",
  extract(epoch from created.created_at) as "sessionCreatedAt!",
  extract(epoch from created.expires_at) as "sessionExpiresAt",
  pg_catalog.host(created.ip) as "sessionIp",
  created.user_agent as "sessionUserAgent",
  (select user_id from replaced) as "replacedUserId"
from signed_in, created;

/* @name getSession */
-- The caller compares what a session is bound to (ip, user_agent) with what is presented.
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  user_id as "userId",
  ip,
  user_agent as "userAgent",
  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
from pevensie.session
where id operator(pg_catalog.=) :id!::pg_catalog.uuid;

/* @name deleteSession */
delete from pevensie.session
where id operator(pg_catalog.=) :id!::pg_catalog.uuid;

/* @name getSessionsById */
-- getSession for many ids.
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  user_id as "userId",
  ip,
  user_agent as "userAgent",
  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
from pevensie.session
where id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[]);

/* @name deleteExpiredSessions */
-- Skips rows that another transaction has locked.
with expired as (
  select id from pevensie.session
  where
    id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
    and expires_at operator(pg_catalog.<=) current_timestamp
  for update skip locked
)
delete from pevensie.session as session
using expired
where session.id operator(pg_catalog.=) expired.id;

/* @name removeExpiredSessions */
-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
-- The milliseconds are measured on the server, without network and commit.
with expired as (
  select id, expires_at from pevensie.session
  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
  order by expires_at
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.session as session
  using expired
  where session.id operator(pg_catalog.=) expired.id
  returning expired.expires_at
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.max(expires_at)) as until,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
