/* @name listUsers */
select
  account.id,
  extract(epoch from account.created_at) as "createdAt!",
  extract(epoch from account.updated_at) as "updatedAt!",
  extract(epoch from account.deleted_at) as "deletedAt",
  account.role,
  account.email,
  extract(epoch from account.email_confirmed_at) as "emailConfirmedAt",
  account.phone_number as "phoneNumber",
  extract(epoch from account.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from account.last_sign_in) as "lastSignIn",
  account.app_metadata as "appMetadata",
  account.user_metadata as "userMetadata",
  extract(epoch from account.banned_until) as "bannedUntil"
from pevensie."user" as account
where
  case
    when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null
    when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'
      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp
    when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null
    else true
  end
  and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)
  and (:after::pg_catalog.uuid is null or account.id operator(pg_catalog.>) :after::pg_catalog.uuid)
order by account.id
limit :limit!::bigint offset :offset!::bigint;

/* @name listMatchingUsers */
-- listUsers for patterns, any of which has to match. Those of emails that begin with literal text are looked up in an index,
-- between two bounds; the wide ones read every user, as those of ids and phone numbers do. Each of these is skipped without a
-- pattern: the planner may otherwise read the users first.
with matching as (
  select account.id
  from pevensie."user" as account
  where account.id operator(pg_catalog.=) any (:ids!::pg_catalog.uuid[])
  union
  select account.id
  from pg_catalog.unnest(:idPatterns!::pg_catalog.text[]) as pattern
  join pevensie."user" as account on account.id::pg_catalog.text operator(pg_catalog.~~) pattern
  where pg_catalog.cardinality(:idPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
  union
  select account.id
  from
    rows from (
      pg_catalog.unnest(:emailPatterns!::pg_catalog.text[]),
      pg_catalog.unnest(:emailsFrom!::pg_catalog.text[]),
      pg_catalog.unnest(:emailsBelow!::pg_catalog.text[])
    ) as given (pattern, lowest, above)
  join pevensie."user" as account
    on
      account.email operator(pg_catalog.~>=~) given.lowest
      and account.email operator(pg_catalog.~<~) given.above
      and account.email operator(pg_catalog.~~) given.pattern
  union
  select account.id
  from pg_catalog.unnest(:wideEmailPatterns!::pg_catalog.text[]) as pattern
  join pevensie."user" as account on account.email operator(pg_catalog.~~) pattern
  where pg_catalog.cardinality(:wideEmailPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
  union
  select account.id
  from pg_catalog.unnest(:phoneNumberPatterns!::pg_catalog.text[]) as pattern
  join pevensie."user" as account on account.phone_number operator(pg_catalog.~~) pattern
  where pg_catalog.cardinality(:phoneNumberPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
)
select
  account.id,
  extract(epoch from account.created_at) as "createdAt!",
  extract(epoch from account.updated_at) as "updatedAt!",
  extract(epoch from account.deleted_at) as "deletedAt",
  account.role,
  account.email,
  extract(epoch from account.email_confirmed_at) as "emailConfirmedAt",
  account.phone_number as "phoneNumber",
  extract(epoch from account.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from account.last_sign_in) as "lastSignIn",
  account.app_metadata as "appMetadata",
  account.user_metadata as "userMetadata",
  extract(epoch from account.banned_until) as "bannedUntil"
from matching
join pevensie."user" as account on account.id operator(pg_catalog.=) matching.id
where
  case
    when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null
    when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'
      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp
    when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null
    else true
  end
  and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)
  and (:after::pg_catalog.uuid is null or account.id operator(pg_catalog.>) :after::pg_catalog.uuid)
order by account.id
limit :limit!::bigint offset :offset!::bigint;

/* @name countUsers */
select pg_catalog.count(*) as "count!"
from pevensie."user" as account
where
  case
    when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null
    when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'
      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp
    when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null
    else true
  end
  and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text);

/* @name countMatchingUsers */
with matching as (
  select account.id
  from pevensie."user" as account
  where account.id operator(pg_catalog.=) any (:ids!::pg_catalog.uuid[])
  union
  select account.id
  from pg_catalog.unnest(:idPatterns!::pg_catalog.text[]) as pattern
  join pevensie."user" as account on account.id::pg_catalog.text operator(pg_catalog.~~) pattern
  where pg_catalog.cardinality(:idPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
  union
  select account.id
  from
    rows from (
      pg_catalog.unnest(:emailPatterns!::pg_catalog.text[]),
      pg_catalog.unnest(:emailsFrom!::pg_catalog.text[]),
      pg_catalog.unnest(:emailsBelow!::pg_catalog.text[])
    ) as given (pattern, lowest, above)
  join pevensie."user" as account
    on
      account.email operator(pg_catalog.~>=~) given.lowest
      and account.email operator(pg_catalog.~<~) given.above
      and account.email operator(pg_catalog.~~) given.pattern
  union
  select account.id
  from pg_catalog.unnest(:wideEmailPatterns!::pg_catalog.text[]) as pattern
  join pevensie."user" as account on account.email operator(pg_catalog.~~) pattern
  where pg_catalog.cardinality(:wideEmailPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
  union
  select account.id
  from pg_catalog.unnest(:phoneNumberPatterns!::pg_catalog.text[]) as pattern
  join pevensie."user" as account on account.phone_number operator(pg_catalog.~~) pattern
  where pg_catalog.cardinality(:phoneNumberPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
)
select pg_catalog.count(*) as "count!"
from matching
join pevensie."user" as account on account.id operator(pg_catalog.=) matching.id
where
  case
    when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null
    when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'
      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp
    when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null
    else true
  end
  and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text);

/* @name getUserById */
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil"
from pevensie."user"
where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null;

/* @name getUserByPasswordHash */
-- The user whose password was verified; none if it was changed meanwhile, or the user banned or deleted.
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil"
from pevensie."user"
where
  id operator(pg_catalog.=) :id!::pg_catalog.uuid
  and password_hash operator(pg_catalog.=) any (:passwordHashes!::pg_catalog.text[])
  and deleted_at is null
  and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp);

/* @name getUserByEmail */
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil"
from pevensie."user"
where email operator(pg_catalog.=) :email!::pg_catalog.text and deleted_at is null;

/* @name getUserByPhoneNumber */
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil"
from pevensie."user"
where phone_number operator(pg_catalog.=) :phoneNumber!::pg_catalog.text and deleted_at is null;

/* @name getUsersById */
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil"
from pevensie."user"
where id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[]) and deleted_at is null;

/* @name getUsersByEmail */
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil"
from pevensie."user"
where email operator(pg_catalog.=) any ((select :emails!::pg_catalog.text[])::pg_catalog.text[]) and deleted_at is null;

/* @name getCredentialsByEmail */
-- Returns exactly one row: the wait in seconds until the given budgets of failed logins admit an attempt; the user's exemptions
-- from them; and the user, if there is one. A device token is void once the user has another device_tokens_valid_from than at its issue.
-- Nobody chooses that time, so a token of another schema or database is void even if a user there has the same id. Metadata is left
-- out: reading it would make the response time reveal its size.
-- coalesce with one argument tells pgtyped that a value can be null.
select
  shared."waitSeconds",
  shared."localWaitSeconds",
  coalesce(account.id) as "userId",
  coalesce(account.password_hash) as "passwordHash",
  coalesce(account.banned_until operator(pg_catalog.>) current_timestamp, false) as banned,
  coalesce(known.budget_key) as "knownBudgetKey",
  coalesce(
    known.expires_at operator(pg_catalog.>) (
      current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :freshSeconds!::double precision)
    ),
    false
  ) as "knownIsFresh",
  extract(epoch from known_budget.expires_at operator(pg_catalog.-) current_timestamp) as "knownSpentSeconds",
  coalesce(
    account.id operator(pg_catalog.=) :deviceUserId::pg_catalog.uuid
    and coalesce(account.device_tokens_valid_from, '-infinity') operator(pg_catalog.=)
      coalesce(pg_catalog.to_timestamp(:deviceValidFrom::double precision), '-infinity')
    and pg_catalog.to_timestamp(:deviceIssuedAt::double precision) operator(pg_catalog.>)
      (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(days => 365)),
    false
  ) as "deviceIsKnown",
  extract(epoch from device_budget.expires_at operator(pg_catalog.-) current_timestamp) as "deviceSpentSeconds",
  coalesce(anywhere.budget_key) as "anywhereBudgetKey",
  extract(epoch from anywhere_budget.expires_at operator(pg_catalog.-) current_timestamp) as "anywhereSpentSeconds"
from (
  select
    pg_catalog.max(budget.wait_seconds) as "waitSeconds",
    pg_catalog.max(budget.wait_seconds) filter (where budget.local) as "localWaitSeconds"
  from (
    select
      given.local,
      extract(epoch from stored.expires_at operator(pg_catalog.-) current_timestamp)
        operator(pg_catalog.-) given.admitting_seconds as wait_seconds
    from
      rows from (
        pg_catalog.unnest(:keys!::pg_catalog.text[]),
        pg_catalog.unnest(:admittingSeconds!::pg_catalog.numeric[]),
        pg_catalog.unnest(:local!::boolean[])
      ) as given (key, admitting_seconds, local)
    join pevensie.log_in_budget as stored on stored.key operator(pg_catalog.=) given.key
  ) as budget
) as shared
left join pevensie."user" as account
  on account.email operator(pg_catalog.=) :email!::pg_catalog.text and account.deleted_at is null
left join pevensie.log_in_exemption as known
  on
    known.user_id operator(pg_catalog.=) account.id
    and known.scope operator(pg_catalog.=) :knownScope::pg_catalog.text
    and known.expires_at operator(pg_catalog.>) current_timestamp
left join pevensie.log_in_budget as known_budget on known_budget.key operator(pg_catalog.=) known.budget_key
left join pevensie.log_in_budget as device_budget on device_budget.key operator(pg_catalog.=) :deviceBudgetKey::pg_catalog.text
left join pevensie.log_in_exemption as anywhere
  on
    anywhere.user_id operator(pg_catalog.=) account.id
    and anywhere.scope operator(pg_catalog.=) :anywhereScope!::pg_catalog.text
    and anywhere.expires_at operator(pg_catalog.>) current_timestamp
left join pevensie.log_in_budget as anywhere_budget on anywhere_budget.key operator(pg_catalog.=) anywhere.budget_key;

/* @name getUserStanding */
select coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned
from pevensie."user"
where id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null;

/* @name getUserAccess */
-- The access stamp (docs/architecture.md, Terms) as one text. An email that is changed and changed back is not noticed. A call that changes
-- access compares the version with the one that it has read at its start.
select
  email,
  pg_catalog.concat((extract(epoch from device_tokens_valid_from))::pg_catalog.text, ' ', email) as "accessVersion!"
from pevensie."user"
where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null;

/* @name createUser */
insert into pevensie."user" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)
values (
  :id!::pg_catalog.uuid,
  :role::pg_catalog.text,
  :email!::pg_catalog.text,
  :phoneNumber::pg_catalog.text,
  :passwordHash::pg_catalog.text,
  :appMetadata!::pg_catalog.jsonb,
  :userMetadata!::pg_catalog.jsonb
)
returning
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil";

/* @name createUserUnlessTaken */
-- createUser without an error if the email or the phone number is taken: the error's DETAIL would write the value to the
-- server's log. No row: another live user has one of them, or the row violates an index of the application's own.
insert into pevensie."user" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)
values (
  :id!::pg_catalog.uuid,
  :role::pg_catalog.text,
  :email!::pg_catalog.text,
  :phoneNumber::pg_catalog.text,
  :passwordHash::pg_catalog.text,
  :appMetadata!::pg_catalog.jsonb,
  :userMetadata!::pg_catalog.jsonb
)
on conflict do nothing
returning
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil";

/* @name refuseTaken */
-- Raises a unique violation without DETAIL if another live user has the email or the phone number. Does nothing for an unknown
-- user, unless it is a new one. Reads no table itself, so that Citus runs the function on the node that receives the statement.
select pevensie.refuse_taken(
  :id!::pg_catalog.uuid, :email::pg_catalog.text, :phoneNumber::pg_catalog.text, :isNew!::boolean
) as refused;

/* @name updateUser */
-- Changes the columns whose "set" parameter is true. A changed email or phone number is unconfirmed. The previous email and the
-- version of the user's access are read under the lock that the update takes. Returns no row if a version is given and differs.
with locked as (
  select id, email, device_tokens_valid_from from pevensie."user"
  where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
  for no key update
),
before as (
  select
    id,
    email,
    pg_catalog.concat((extract(epoch from device_tokens_valid_from))::pg_catalog.text, ' ', email) as access_version,
    current_timestamp as now,
    pg_catalog.clock_timestamp() as changed_at
  from locked
)
update pevensie."user" as account
set
  updated_at = before.now,
  role = case when :setRole!::boolean then :role::pg_catalog.text else account.role end,
  email = case when :setEmail!::boolean then :email::pg_catalog.text else account.email end,
  email_confirmed_at = case
    when :setEmailConfirmedAt!::boolean then :emailConfirmedAt::pg_catalog.timestamptz
    when :setEmail!::boolean and account.email operator(pg_catalog.<>) :email::pg_catalog.text then null
    else account.email_confirmed_at
  end,
  phone_number = case when :setPhoneNumber!::boolean then :phoneNumber::pg_catalog.text else account.phone_number end,
  phone_number_confirmed_at = case
    when :setPhoneNumberConfirmedAt!::boolean then :phoneNumberConfirmedAt::pg_catalog.timestamptz
    when
      :setPhoneNumber!::boolean
      and coalesce(
        account.phone_number operator(pg_catalog.<>) :phoneNumber::pg_catalog.text,
        account.phone_number is not null or :phoneNumber::pg_catalog.text is not null
      )
    then null
    else account.phone_number_confirmed_at
  end,
  password_hash = case when :setPasswordHash!::boolean then :passwordHash::pg_catalog.text else account.password_hash end,
  last_sign_in = case when :setLastSignIn!::boolean then :lastSignIn::pg_catalog.timestamptz else account.last_sign_in end,
  app_metadata = case when :setAppMetadata!::boolean then :appMetadata::pg_catalog.jsonb else account.app_metadata end,
  user_metadata = case when :setUserMetadata!::boolean then :userMetadata::pg_catalog.jsonb else account.user_metadata end,
  banned_until = case when :setBannedUntil!::boolean then :bannedUntil::pg_catalog.timestamptz else account.banned_until end,
  device_tokens_valid_from = case
    when :setPasswordHash!::boolean or (
      :setBannedUntil!::boolean and :bannedUntil::pg_catalog.timestamptz operator(pg_catalog.>) before.now
    )
    then before.changed_at
    else account.device_tokens_valid_from
  end
from before
where
  account.id operator(pg_catalog.=) before.id
  and (
    :accessVersion::pg_catalog.text is null
    or before.access_version operator(pg_catalog.=) :accessVersion::pg_catalog.text
  )
returning
  account.id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  account.email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil",
  coalesce(account.banned_until operator(pg_catalog.>) before.now, false) as banned,
  account.email operator(pg_catalog.<>) before.email as "emailChanged";

/* @name replacePasswordHash */
-- Replaces an outdated hash, unless the password has been changed concurrently.
update pevensie."user"
set password_hash = :newPasswordHash!::pg_catalog.text, updated_at = current_timestamp
where
  id operator(pg_catalog.=) :id!::pg_catalog.uuid
  and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text
  and deleted_at is null;

/* @name deleteUser */
-- The first of two statements: endUserAccess has to follow in the same transaction. Of users who are deleted in one transaction, each has
-- another deleted_at: the indices of emails and phone numbers are unique by it.
update pevensie."user"
set
  deleted_at = pg_catalog.clock_timestamp(),
  updated_at = current_timestamp,
  device_tokens_valid_from = pg_catalog.clock_timestamp()
where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
returning
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil";

/* @name endUserAccess */
-- Ends a user's sessions and login exemptions, if the parameters say so, and voids the live tokens. It has to be a separate statement,
-- after the one that changed or locked the user's row: only then does its snapshot include what was committed while that one waited.
with ended as (
  delete from pevensie.session
  where
    :endSessions!::boolean
    and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true
),
deleted_exemptions as (
  delete from pevensie.log_in_exemption
  where :endExemptions!::boolean and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
),
voided as (
  delete from pevensie.user_token where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
)
update pevensie.one_time_token
set deleted_at = current_timestamp
where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null and used_at is null;

/* @name lockUserByEmail */
-- Blocks the creation of sessions and tokens for the user, and changes of the user, until the transaction ends. No row for a
-- banned user.
select
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil"
from pevensie."user"
where
  email operator(pg_catalog.=) :email!::pg_catalog.text
  and deleted_at is null
  and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
for no key update;

/* @name confirmUserEmail */
update pevensie."user"
set email_confirmed_at = coalesce(email_confirmed_at, clock.now), updated_at = clock.now
from (select current_timestamp as now) as clock
where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
returning
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil";

/* @name proveMailbox */
-- For a user whose mailbox nobody had proved: whoever set the password may have been a stranger. No row if somebody had. The
-- first of two statements: endUserAccess has to follow in the same transaction.
update pevensie."user"
set
  email_confirmed_at = current_timestamp,
  updated_at = current_timestamp,
  password_hash = null,
  device_tokens_valid_from = pg_catalog.clock_timestamp()
where
  id operator(pg_catalog.=) :id!::pg_catalog.uuid
  and email_confirmed_at is null
  and deleted_at is null
returning id;

/* @name changeConfirmedEmail */
-- Has to follow a statement of the same transaction that has locked the user's row.
with before as (
  select id, email from pevensie."user"
  where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
)
update pevensie."user" as account
set email = :email!::pg_catalog.text, email_confirmed_at = current_timestamp, updated_at = current_timestamp
from before
where account.id operator(pg_catalog.=) before.id
returning
  account.id,
  extract(epoch from account.created_at) as "createdAt!",
  extract(epoch from account.updated_at) as "updatedAt!",
  extract(epoch from account.deleted_at) as "deletedAt",
  account.role,
  account.email,
  extract(epoch from account.email_confirmed_at) as "emailConfirmedAt",
  account.phone_number as "phoneNumber",
  extract(epoch from account.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from account.last_sign_in) as "lastSignIn",
  account.app_metadata as "appMetadata",
  account.user_metadata as "userMetadata",
  extract(epoch from account.banned_until) as "bannedUntil",
  before.email as "previousEmail";

/* @name restoreUser */
update pevensie."user"
set deleted_at = null, updated_at = current_timestamp
where id operator(pg_catalog.=) :id!::pg_catalog.uuid
returning
  id,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from updated_at) as "updatedAt!",
  extract(epoch from deleted_at) as "deletedAt",
  role,
  email,
  extract(epoch from email_confirmed_at) as "emailConfirmedAt",
  phone_number as "phoneNumber",
  extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
  extract(epoch from last_sign_in) as "lastSignIn",
  app_metadata as "appMetadata",
  user_metadata as "userMetadata",
  extract(epoch from banned_until) as "bannedUntil";

/* @name getDeletedUserNames */
-- The email and the phone number that a deleted user would have again.
select email, phone_number as "phoneNumber"
from pevensie."user"
where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is not null
for no key update;

/* @name eraseUser */
delete from pevensie."user"
where id operator(pg_catalog.=) :id!::pg_catalog.uuid
returning id;

/* @name importUsers */
-- Inserts those whose id, email and phone number nobody has.
-- An erased user may have had the id: the device tokens of that user stay void.
-- jsonb_to_recordset turns JSON null into SQL NULL, also for a column of type jsonb.
insert into pevensie."user" (
  id,
  created_at,
  role,
  email,
  email_confirmed_at,
  phone_number,
  password_hash,
  app_metadata,
  user_metadata,
  device_tokens_valid_from
)
select
  given.id,
  coalesce(given.created_at, current_timestamp),
  given.role,
  given.email,
  given.email_confirmed_at,
  given.phone_number,
  given.password_hash,
  '{}',
  coalesce(given.user_metadata, 'null'::pg_catalog.jsonb),
  pg_catalog.clock_timestamp()
from pg_catalog.jsonb_to_recordset(:users!::pg_catalog.jsonb) as given (
  place int,
  id pg_catalog.uuid,
  created_at pg_catalog.timestamptz,
  role pg_catalog.text,
  email pg_catalog.text,
  email_confirmed_at pg_catalog.timestamptz,
  phone_number pg_catalog.text,
  password_hash pg_catalog.text,
  user_metadata pg_catalog.jsonb
)
order by given.place
on conflict do nothing
returning id;

/* @name lockImports */
-- One import at a time writes: two that insert the same emails in different orders would deadlock. The number is this lock's own; those of
-- lockIdentity and lockEmail are hashes.
select pg_catalog.pg_advisory_xact_lock(7365646973) as "locked";

/* @name getTakenNames */
-- Which of some emails and phone numbers live users have.
select email, phone_number as "phoneNumber"
from pevensie."user"
where
  deleted_at is null
  and (
    email operator(pg_catalog.=) any (:emails!::pg_catalog.text[])
    or phone_number operator(pg_catalog.=) any (:phoneNumbers!::pg_catalog.text[])
  );
