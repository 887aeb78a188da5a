/* @name lockIdentity */
-- Serialises the logins and links of one identity until the transaction ends. The seed keeps the hashes apart from those of an
-- application's own advisory locks on the same texts.
select pg_catalog.pg_advisory_xact_lock(
  pg_catalog.hashtextextended(
    pg_catalog.concat(:issuer!::pg_catalog.text, ' ', :subject!::pg_catalog.text), 7365646972
  )
) as "locked";

/* @name getIdentityOwner */
-- The user of an identity, unless the user is deleted.
select
  owner.id as "userId",
  coalesce(owner.banned_until operator(pg_catalog.>) current_timestamp, false) as banned
from pevensie.identity as identity
join pevensie."user" as owner on owner.id operator(pg_catalog.=) identity.user_id
where
  identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
  and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text
  and owner.deleted_at is null;

/* @name getEmailOwner */
select
  id as "userId",
  email_confirmed_at is not null as "isConfirmed!",
  coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned
from pevensie."user"
where email operator(pg_catalog.=) :email!::pg_catalog.text and deleted_at is null
for no key update;

/* @name saveIdentity */
-- Takes an identity over from a deleted user. Returns no row if it is another live user's.
insert into pevensie.identity as identity (issuer, subject, user_id, email, last_used_at)
values (
  :issuer!::pg_catalog.text,
  :subject!::pg_catalog.text,
  :userId!::pg_catalog.uuid,
  :email::pg_catalog.text,
  case when :isUsed!::boolean then current_timestamp end
)
on conflict (issuer, subject) do update set
  user_id = excluded.user_id,
  email = coalesce(excluded.email, identity.email),
  last_used_at = coalesce(excluded.last_used_at, identity.last_used_at)
where
  identity.user_id operator(pg_catalog.=) excluded.user_id
  or not exists (
    select from pevensie."user" as owner
    where owner.id operator(pg_catalog.=) identity.user_id and owner.deleted_at is null
  )
returning
  issuer,
  subject,
  email,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from last_used_at) as "lastUsedAt";

/* @name useIdentity */
-- Records a login with an identity. Returns no row if it is not the user's any more.
update pevensie.identity
set last_used_at = current_timestamp, email = coalesce(:email::pg_catalog.text, email)
where
  issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
  and subject operator(pg_catalog.=) :subject!::pg_catalog.text
  and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
returning issuer;

/* @name listIdentities */
-- Oldest first.
select
  issuer,
  subject,
  email,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from last_used_at) as "lastUsedAt"
from pevensie.identity
where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
order by created_at, issuer, subject;

/* @name deleteIdentity */
-- Has to follow a statement of the same transaction that has locked the user's row.
delete from pevensie.identity
where
  issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
  and subject operator(pg_catalog.=) :subject!::pg_catalog.text
  and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
returning issuer;

/* @name getOtherLogInMethod */
-- Whether a user has an identity, and can log in without it and without a token by mail. A deleted user may be restored.
select
  exists (
    select from pevensie.identity as identity
    where
      identity.user_id operator(pg_catalog.=) account.id
      and identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
      and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text
  ) as "hasIdentity!",
  password_hash is not null
  or exists (
    select from pevensie.identity as identity
    where
      identity.user_id operator(pg_catalog.=) account.id
      and not (
        identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
        and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text
      )
  ) as "hasOther!"
from pevensie."user" as account
where id operator(pg_catalog.=) :userId!::pg_catalog.uuid;

/* @name endUnprovedMethods */
-- For a user whose mailbox has just been proved for the first time: removes the identities and API keys of whoever signed up. Has
-- to follow proveMailbox in the same transaction.
with revoked as (
  delete from pevensie.api_key where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
)
delete from pevensie.identity where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid;
