/* @name listUsers */
select
  id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil"
from pevensie."user"
where
  deleted_at is null
  and (
    :everyone!::boolean
    or id = any (:ids!::uuid[])
    or exists (select from pg_catalog.unnest(:idPatterns!::text[]) as pattern where id::text like pattern)
    or exists (select from pg_catalog.unnest(:emailPatterns!::text[]) as pattern where email like pattern)
    or exists (select from pg_catalog.unnest(:phoneNumberPatterns!::text[]) as pattern where phone_number like pattern)
  )
order by id
limit :limit!::bigint offset :offset!::bigint;

/* @name getUserById */
select
  id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil"
from pevensie."user"
where id = :id!::uuid and deleted_at is null;

/* @name getUserByEmail */
select
  id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil"
from pevensie."user"
where email = :email!::text and deleted_at is null;

/* @name getUserByPhoneNumber */
select
  id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil"
from pevensie."user"
where phone_number = :phoneNumber!::text and deleted_at is null;

/* @name getUsersById */
select
  id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil"
from pevensie."user"
where id = any ((select :ids!::uuid[])::uuid[]) and deleted_at is null;

/* @name getUsersByEmail */
select
  id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil"
from pevensie."user"
where email = any ((select :emails!::text[])::text[]) and deleted_at is null;

/* @name getCredentialsByEmail */
-- What a log-in has to know, always in one row: for how long no attempt must be made, how many failures there are to forget,
-- and the user, if there is one (coalesce with one argument tells pgtyped that there may be none). Failures on the account from
-- anywhere (:accountKey) do not count at an address (:trustKey) where it was logged in to before, nor, up to a flood of them,
-- at one that has not failed on it itself: a stranger elsewhere must not lock the owner out. The hash is for verification
-- alone: keep it out of responses and logs.
select
  delay."retryAfterSeconds",
  delay.failures,
  coalesce(account.id) as id,
  coalesce(account.created_at) as "createdAt",
  coalesce(account.updated_at) as "updatedAt",
  coalesce(account.deleted_at) as "deletedAt",
  coalesce(account.role) as role,
  coalesce(account.email) as email,
  coalesce(account.email_confirmed_at) as "emailConfirmedAt",
  coalesce(account.phone_number) as "phoneNumber",
  coalesce(account.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  coalesce(account.last_sign_in) as "lastSignIn",
  coalesce(account.app_metadata) as "appMetadata",
  coalesce(account.user_metadata) as "userMetadata",
  coalesce(account.banned_until) as "bannedUntil",
  coalesce(account.password_hash) as "passwordHash",
  coalesce(account.banned_until > current_timestamp, false) as banned
from (
  select
    pg_catalog.ceil(extract(epoch from pg_catalog.max(blocked_until) filter (where blocked_until > current_timestamp) - current_timestamp))::int
      as "retryAfterSeconds",
    coalesce(pg_catalog.sum(failures) filter (where failures_expire_at > current_timestamp), 0)::int as failures
  from pevensie.log_in_attempt
  where
    key = any (:keys!::text[])
    and expires_at > current_timestamp
    and (
      key <> :accountKey::text
      or :trustKey::text is null
      or not exists (
        select from pevensie.log_in_attempt as trusted
        where trusted.key = :trustKey::text and trusted.succeeded_at is not null and trusted.expires_at > current_timestamp
      )
      and (
        failures >= :floodFailures!::int
        or exists (
          select from pevensie.log_in_attempt as own
          where
            own.key = :trustKey::text
            and own.failures > 0
            and least(own.failures_expire_at, own.expires_at) > current_timestamp
        )
      )
    )
) as delay
left join pevensie."user" as account on account.email = :email!::text and account.deleted_at is null;

/* @name getUserStanding */
select coalesce(banned_until > current_timestamp, false) as banned
from pevensie."user"
where id = :userId!::uuid and deleted_at is null;

/* @name createUser */
insert into pevensie."user" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)
values (
  :id!::uuid, :role::text, :email!::text, :phoneNumber::text, :passwordHash::text, :appMetadata!::jsonb, :userMetadata!::jsonb
)
returning
  id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil";

/* @name updateUser */
-- Changes the columns whose "set" parameter is true. A changed email or phone number is not confirmed. The email before is
-- read under the same lock that the update takes.
with before as (
  select id, email from pevensie."user" where id = :id!::uuid and deleted_at is null for no key update
)
update pevensie."user" as account
set
  updated_at = current_timestamp,
  role = case when :setRole!::boolean then :role::text else account.role end,
  email = case when :setEmail!::boolean then :email::text else account.email end,
  email_confirmed_at = case
    when :setEmailConfirmedAt!::boolean then :emailConfirmedAt::timestamptz
    when :setEmail!::boolean and account.email <> :email::text then null
    else account.email_confirmed_at
  end,
  phone_number = case when :setPhoneNumber!::boolean then :phoneNumber::text else account.phone_number end,
  phone_number_confirmed_at = case
    when :setPhoneNumberConfirmedAt!::boolean then :phoneNumberConfirmedAt::timestamptz
    when :setPhoneNumber!::boolean and account.phone_number is distinct from :phoneNumber::text then null
    else account.phone_number_confirmed_at
  end,
  password_hash = case when :setPasswordHash!::boolean then :passwordHash::text else account.password_hash end,
  last_sign_in = case when :setLastSignIn!::boolean then :lastSignIn::timestamptz else account.last_sign_in end,
  app_metadata = case when :setAppMetadata!::boolean then :appMetadata::jsonb else account.app_metadata end,
  user_metadata = case when :setUserMetadata!::boolean then :userMetadata::jsonb else account.user_metadata end,
  banned_until = case when :setBannedUntil!::boolean then :bannedUntil::timestamptz else account.banned_until end
from before
where account.id = before.id
returning
  account.id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  account.email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil",
  coalesce(banned_until > current_timestamp, false) as banned,
  account.email <> before.email as "emailChanged";

/* @name replacePasswordHash */
-- Replaces a hash that is outdated, unless the password has been changed meanwhile.
update pevensie."user"
set password_hash = :newPasswordHash!::text, updated_at = current_timestamp
where id = :id!::uuid and password_hash = :passwordHash!::text and deleted_at is null;

/* @name deleteUser */
-- The first statement of two: end the user's access in the next one of the same transaction.
update pevensie."user"
set deleted_at = current_timestamp, updated_at = current_timestamp
where id = :id!::uuid and deleted_at is null
returning
  id,
  created_at as "createdAt",
  updated_at as "updatedAt",
  deleted_at as "deletedAt",
  role,
  email,
  email_confirmed_at as "emailConfirmedAt",
  phone_number as "phoneNumber",
  phone_number_confirmed_at as "phoneNumberConfirmedAt",
  last_sign_in as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  banned_until as "bannedUntil";

/* @name endUserAccess */
-- Ends a user's sessions and voids the live tokens. It has to be a statement of its own, after the one that changed or
-- locked the user's row: only then does its snapshot hold what was committed while that one waited.
with ended as (
  delete from pevensie.session
  where :endSessions!::boolean and user_id = :userId!::uuid and id is distinct from :keepSessionId::uuid
)
update pevensie.one_time_token
set deleted_at = current_timestamp
where user_id = :userId!::uuid and deleted_at is null and used_at is null;
