/* @name createOneTimeToken */
-- Takes the place of the live token of that user and type. No row: the user does not exist, is deleted, or is banned.
with owner as (
  select id from pevensie."user"
  where
    id = :userId!::uuid
    and deleted_at is null
    and (banned_until is null or banned_until <= current_timestamp)
  for share
)
insert into pevensie.one_time_token (id, token_type, user_id, token_hash, expires_at)
select
  :id!::uuid,
  :tokenType!::pevensie.one_time_token_type,
  owner.id,
  :tokenHash!::text,
  current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds!::double precision)
from owner
on conflict (user_id, token_type) where deleted_at is null and used_at is null
do update set
  id = excluded.id,
  created_at = excluded.created_at,
  expires_at = excluded.expires_at,
  token_hash = excluded.token_hash
returning id;

/* @name getOneTimeTokenOwner */
-- Whose a live token is, for whoever has nothing but the token.
select token.user_id as "userId"
from pevensie.one_time_token as token
where
  token.token_type = :tokenType!::pevensie.one_time_token_type
  and token.token_hash = :tokenHash!::text
  and token.deleted_at is null
  and token.used_at is null
  and token.expires_at > current_timestamp;

/* @name validateOneTimeToken */
select token.id
from pevensie.one_time_token as token
join pevensie."user" as owner on owner.id = token.user_id
where
  token.user_id = :userId!::uuid
  and token.token_type = :tokenType!::pevensie.one_time_token_type
  and token.token_hash = :tokenHash!::text
  and token.deleted_at is null
  and token.used_at is null
  and token.expires_at > current_timestamp
  and owner.deleted_at is null
  and (owner.banned_until is null or owner.banned_until <= current_timestamp);

/* @name useOneTimeToken */
-- The owner's row is locked before the token's, in the order of whoever deletes or changes the user.
with owner as (
  select id from pevensie."user"
  where
    id = :userId!::uuid
    and deleted_at is null
    and (banned_until is null or banned_until <= current_timestamp)
  for share
)
update pevensie.one_time_token as token
set used_at = current_timestamp
from owner
where
  token.user_id = owner.id
  and token.token_type = :tokenType!::pevensie.one_time_token_type
  and token.token_hash = :tokenHash!::text
  and token.deleted_at is null
  and token.used_at is null
  and token.expires_at > current_timestamp
returning token.id;

/* @name deleteOneTimeToken */
update pevensie.one_time_token
set deleted_at = current_timestamp
where
  user_id = :userId!::uuid
  and token_type = :tokenType!::pevensie.one_time_token_type
  and token_hash = :tokenHash!::text
  and deleted_at is null
  and used_at is null;

/* @name removeExpiredOneTimeTokens */
-- One batch of a sweep, oldest first, from where the last one ended. Rows that somebody else holds are left to them.
-- The milliseconds are those of the server, without the network's and the commit's.
with expired as (
  select id, expires_at from pevensie.one_time_token
  where expires_at >= :from!::timestamptz and expires_at <= current_timestamp
  order by expires_at
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.one_time_token as token
  using expired
  where token.id = expired.id
  returning expired.expires_at
)
select
  pg_catalog.count(*)::int as removed,
  pg_catalog.max(expires_at) as until,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds
from removed;
