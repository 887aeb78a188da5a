/* @name createSession */
-- Returns no row if the user does not exist, is deleted or is banned. FOR NO KEY UPDATE serialises with deletion and bans, so no
-- session outlives its user. If another transaction changed the user's access after this statement's snapshot, the session is created
-- expired: it was requested under the old access. The access stamps of both versions of the row are compared (docs/architecture.md, Terms).
with requested as (
  select id, email, device_tokens_valid_from from pevensie."user"
  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid
),
owner as (
  select id, email, device_tokens_valid_from from pevensie."user"
  where
    id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and deleted_at is null
    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
  for no key update
)
insert into pevensie.session
  (id, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at)
select
  :id!::pg_catalog.uuid,
  case
    when
      owner.email operator(pg_catalog.<>) requested.email
      or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)
        coalesce(requested.device_tokens_valid_from, '-infinity')
    then current_timestamp
    else current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision)
  end,
  owner.id,
  :ip::pg_catalog.inet,
  :userAgent::pg_catalog.text,
  :recordedIp::pg_catalog.inet,
  :recordedUserAgent::pg_catalog.text,
  :idleSeconds::bigint,
  case
    when
      :idleSeconds::bigint is not null
      or :recordedIp::pg_catalog.inet is not null
      or :recordedUserAgent::pg_catalog.text is not null
    then current_timestamp
  end
from owner
join requested on requested.id operator(pg_catalog.=) owner.id
returning
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  user_id as "userId",
  ip,
  user_agent as "userAgent",
  case
    when last_seen_at is not null
    then pg_catalog.json_build_array(
      recorded_ip, recorded_user_agent, idle_seconds,
      extract(epoch from last_seen_at), extract(epoch from authenticated_at)
    )
  end as "details",
  extract(epoch from current_timestamp) as "now!";

/* @name lockUser */
-- Blocks the creation of sessions and tokens for the user, live or deleted, and changes of the user, until the transaction ends.
-- Returns whether another transaction changed the user's access after this statement's snapshot ("isLate"): then what follows was
-- requested under the old access. Compares the access stamp (docs/architecture.md, Terms).
with requested as (
  select id, email, device_tokens_valid_from from pevensie."user"
  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid
),
locked as (
  select id, email, deleted_at, device_tokens_valid_from from pevensie."user"
  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid
  for no key update
)
select
  locked.id,
  locked.deleted_at is not null as "isDeleted!",
  pg_catalog.concat((extract(epoch from locked.device_tokens_valid_from))::pg_catalog.text, ' ', locked.email) as "accessVersion!",
  locked.email operator(pg_catalog.<>) requested.email
    or coalesce(locked.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)
      coalesce(requested.device_tokens_valid_from, '-infinity') as "isLate!"
from locked
join requested on requested.id operator(pg_catalog.=) locked.id;

/* @name logIn */
-- Records the sign-in and creates the session, if the user is live, not banned, and still has the hash that was verified, if one was (a
-- login by a token or an identity verifies none). Then grants the exemption of a known address (:scope), if one is given and the device is
-- not known (a row that exists keeps its budget), and ends the session that the login replaces, even if it belongs to another user. Budgets
-- are not touched, so a login waits for no failed one. Whether the device is known is decided as in getCredentialsByEmail.
with signed_in as (
  update pevensie."user"
  set
    last_sign_in = current_timestamp,
    updated_at = current_timestamp,
    password_hash = coalesce(:newPasswordHash::pg_catalog.text, password_hash)
  where
    id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and (
      :passwordHash::pg_catalog.text is null or password_hash operator(pg_catalog.=) :passwordHash::pg_catalog.text
    )
    and deleted_at is null
    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
  returning
    id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,
    last_sign_in, app_metadata, user_metadata, banned_until, device_tokens_valid_from
),
device as (
  select
    coalesce(
      id operator(pg_catalog.=) :deviceUserId::pg_catalog.uuid
      and coalesce(device_tokens_valid_from, '-infinity') operator(pg_catalog.=)
        coalesce(pg_catalog.to_timestamp(:deviceValidFrom::double precision), '-infinity')
      and pg_catalog.to_timestamp(:deviceIssuedAt::double precision) operator(pg_catalog.>)
        (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(days => 365)),
      false
    ) as is_known
  from signed_in
),
created as (
  insert into pevensie.session
    (id, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at)
  select
    :sessionId!::pg_catalog.uuid,
    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision),
    signed_in.id,
    :ip::pg_catalog.inet,
    :userAgent::pg_catalog.text,
    :recordedIp::pg_catalog.inet,
    :recordedUserAgent::pg_catalog.text,
    :idleSeconds::bigint,
    case
      when
        :idleSeconds::bigint is not null
        or :recordedIp::pg_catalog.inet is not null
        or :recordedUserAgent::pg_catalog.text is not null
      then current_timestamp
    end
  from signed_in
  returning
    id, created_at, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at,
    authenticated_at
),
granted as (
  insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)
  select
    signed_in.id,
    :scope::pg_catalog.text,
    :budgetKey::pg_catalog.text,
    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :exemptionSeconds::double precision)
  from signed_in, device
  where :scope::pg_catalog.text is not null and not device.is_known
  on conflict (user_id, scope) do update set expires_at = excluded.expires_at
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
  created.ip as "sessionIp",
  created.user_agent as "sessionUserAgent",
  case
    when created.last_seen_at is not null
    then pg_catalog.json_build_array(
      created.recorded_ip, created.recorded_user_agent, created.idle_seconds,
      extract(epoch from created.last_seen_at), extract(epoch from created.authenticated_at)
    )
  end as "sessionDetails",
  extract(epoch from current_timestamp) as "sessionNow!",
  (select user_id from replaced) as "replacedUserId",
  device.is_known as "deviceIsKnown!",
  extract(epoch from pg_catalog.clock_timestamp()) as "loggedInAt!",
  extract(epoch from signed_in.device_tokens_valid_from) as "deviceTokensValidFrom"
from signed_in, created, device;

/* @name getSession */
-- The caller compares what a session is bound to (ip, user_agent) with what is presented, and its ends with the server's time.
-- "details" is one array of what most sessions lack: the recorded ip and user agent, the idle seconds, when the session was last
-- seen and when its user authenticated. It is null without last_seen_at, which a row with any of them has. A column for each would
-- make a lookup some 4 % slower, and an object with names would take about twice the time of the array.
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  user_id as "userId",
  ip,
  user_agent as "userAgent",
  case
    when last_seen_at is not null
    then pg_catalog.json_build_array(
      recorded_ip, recorded_user_agent, idle_seconds,
      extract(epoch from last_seen_at), extract(epoch from authenticated_at)
    )
  end as "details",
  extract(epoch from current_timestamp) as "now!"
from pevensie.session
where id operator(pg_catalog.=) :id!::pg_catalog.uuid;

/* @name deleteSession */
delete from pevensie.session
where
  id operator(pg_catalog.=) :id!::pg_catalog.uuid
  and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)
returning user_id as "userId";

/* @name deleteSessions */
delete from pevensie.session
where
  user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
  and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true
returning id;

/* @name listSessions */
-- Newest first.
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  user_id as "userId",
  ip,
  user_agent as "userAgent",
  case
    when last_seen_at is not null
    then pg_catalog.json_build_array(
      recorded_ip, recorded_user_agent, idle_seconds,
      extract(epoch from last_seen_at), extract(epoch from authenticated_at)
    )
  end as "details",
  (select (extract(epoch from current_timestamp))::pg_catalog.text) as "now!"
from pevensie.session
where
  user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
  and (expires_at is null or expires_at operator(pg_catalog.>) current_timestamp)
  and (
    idle_seconds is null
    or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.>) current_timestamp
  )
order by created_at desc, id desc;

/* @name touchSessions */
-- Postpones the idle timeout of sessions that were read, unless that has been done a short while ago (src/idle-timeout.ts has the
-- same rule). Skips rows that another transaction has locked.
with due as (
  select id from pevensie.session
  where
    id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
    and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => least(60, idle_seconds operator(pg_catalog./) 10.0))
      operator(pg_catalog.<=) current_timestamp
    and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.>) current_timestamp
  for no key update skip locked
)
update pevensie.session as session
set last_seen_at = current_timestamp
from due
where session.id operator(pg_catalog.=) due.id;

/* @name renewAuthentication */
-- Records that the session's user has proved the password again, if the user still has the hash that was verified.
with owner as (
  select id from pevensie."user"
  where
    id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text
    and deleted_at is null
    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
  for no key update
),
renewed as (
  update pevensie.session as session
  set authenticated_at = current_timestamp, last_seen_at = coalesce(session.last_seen_at, session.created_at)
  from owner
  where
    session.id operator(pg_catalog.=) :id!::pg_catalog.uuid
    and session.user_id operator(pg_catalog.=) owner.id
    and (session.expires_at is null or session.expires_at operator(pg_catalog.>) current_timestamp)
    and (
      session.idle_seconds is null
      or (current_timestamp operator(pg_catalog.-) session.last_seen_at)
        operator(pg_catalog.<) pg_catalog.make_interval(secs => session.idle_seconds)
    )
  returning
    session.id, session.created_at, session.expires_at, session.user_id, session.ip, session.user_agent, session.recorded_ip,
    session.recorded_user_agent, session.idle_seconds, session.last_seen_at, session.authenticated_at
)
select
  renewed.id,
  extract(epoch from renewed.created_at) as "createdAt!",
  extract(epoch from renewed.expires_at) as "expiresAt",
  renewed.user_id as "userId",
  renewed.ip,
  renewed.user_agent as "userAgent",
  case
    when renewed.last_seen_at is not null
    then pg_catalog.json_build_array(
      renewed.recorded_ip, renewed.recorded_user_agent, renewed.idle_seconds,
      extract(epoch from renewed.last_seen_at), extract(epoch from renewed.authenticated_at)
    )
  end as "details",
  extract(epoch from current_timestamp) as "now!"
from renewed;

/* @name getSessionWithUser */
-- No row for a deleted or banned user.
select
  session.id,
  extract(epoch from session.created_at) as "createdAt!",
  extract(epoch from session.expires_at) as "expiresAt",
  session.user_id as "userId",
  session.ip,
  session.user_agent as "userAgent",
  case
    when session.last_seen_at is not null
    then pg_catalog.json_build_array(
      session.recorded_ip, session.recorded_user_agent, session.idle_seconds,
      extract(epoch from session.last_seen_at), extract(epoch from session.authenticated_at)
    )
  end as "details",
  extract(epoch from current_timestamp) as "now!",
  owner.json as "user",
  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as "largeAppMetadata",
  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as "largeUserMetadata"
from pevensie.session as session
join pevensie."user" as owner on owner.id operator(pg_catalog.=) session.user_id
where
  session.id operator(pg_catalog.=) :id!::pg_catalog.uuid
  and owner.deleted_at is null
  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp);

/* @name getSessionsWithUsersById */
-- getSessionWithUser for many ids. The subquery is executed once for all rows.
select
  session.id,
  extract(epoch from session.created_at) as "createdAt!",
  extract(epoch from session.expires_at) as "expiresAt",
  session.user_id as "userId",
  session.ip,
  session.user_agent as "userAgent",
  case
    when session.last_seen_at is not null
    then pg_catalog.json_build_array(
      session.recorded_ip, session.recorded_user_agent, session.idle_seconds,
      extract(epoch from session.last_seen_at), extract(epoch from session.authenticated_at)
    )
  end as "details",
  (select (extract(epoch from current_timestamp))::pg_catalog.text) as "now!",
  owner.json as "user",
  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as "largeAppMetadata",
  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as "largeUserMetadata"
from pevensie.session as session
join pevensie."user" as owner on owner.id operator(pg_catalog.=) session.user_id
where
  session.id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
  and owner.deleted_at is null
  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp);

/* @name getSessionsById */
-- getSession for many ids. The subquery is executed once for all rows.
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  user_id as "userId",
  ip,
  user_agent as "userAgent",
  case
    when last_seen_at is not null
    then pg_catalog.json_build_array(
      recorded_ip, recorded_user_agent, idle_seconds,
      extract(epoch from last_seen_at), extract(epoch from authenticated_at)
    )
  end as "details",
  (select (extract(epoch from current_timestamp))::pg_catalog.text) as "now!"
from pevensie.session
where id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[]);

/* @name deleteExpiredSessions */
-- Skips rows that another transaction has locked.
with expired as (
  select id from pevensie.session
  where
    id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
    and (
      expires_at operator(pg_catalog.<=) current_timestamp
      or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.<=) current_timestamp
    )
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

/* @name removeIdleSessions */
-- One batch of a sweep over the sessions with an idle timeout, by id, from where the previous one ended. Rows that another
-- transaction has locked are skipped. The milliseconds are measured on the server, without network and commit.
with scanned as (
  select id from pevensie.session
  where idle_seconds is not null and id operator(pg_catalog.>) :after!::pg_catalog.uuid
  order by id
  limit :batchSize!::int
),
expired as (
  select session.id
  from pevensie.session as session
  join scanned on scanned.id operator(pg_catalog.=) session.id
  where
    session.last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => session.idle_seconds)
      operator(pg_catalog.<=) current_timestamp
  for update of session skip locked
),
removed as (
  delete from pevensie.session as session
  using expired
  where session.id operator(pg_catalog.=) expired.id
  returning session.id
)
select
  (select pg_catalog.count(*) from removed)::int as removed,
  (select id from scanned order by id desc limit 1) as "lastId",
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds;
