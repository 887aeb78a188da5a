/* @name createApiKey */
-- Returns no row if the user does not exist, is deleted or is banned. FOR NO KEY UPDATE serialises with deletion and bans. If another
-- transaction changed the user's access after this statement's snapshot, the key is created expired. Compares the access stamp
-- (docs/architecture.md, Terms).
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
insert into pevensie.api_key (id, expires_at, user_id, name, start, scopes, key_hash)
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
  :name!::pg_catalog.text,
  :start!::pg_catalog.text,
  :scopes!::pg_catalog.text[],
  :keyHash!::pg_catalog.text
from owner
join requested on requested.id operator(pg_catalog.=) owner.id
returning
  id,
  user_id as "userId",
  name,
  start,
  pg_catalog.to_jsonb(scopes) as "scopes!",
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  extract(epoch from last_used_at) as "lastUsedAt";

/* @name getApiKeyWithUser */
-- No row for an expired key, or for a key of a deleted or banned user. NULL is sent without a value: it means that there are no scopes, and
-- that the use of the key need not be recorded.
select
  api_key.id,
  api_key.user_id as "userId",
  api_key.name,
  api_key.start,
  case when api_key.scopes operator(pg_catalog.<>) '{}' then pg_catalog.array_to_json(api_key.scopes) end as "scopes",
  extract(epoch from api_key.created_at) as "createdAt!",
  extract(epoch from api_key.expires_at) as "expiresAt",
  extract(epoch from api_key.last_used_at) as "lastUsedAt",
  case
    when api_key.last_used_at operator(pg_catalog.>) (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))
    then null
    else true
  end as "touchDue",
  owner.json as "user",
  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as "largeAppMetadata",
  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as "largeUserMetadata"
from pevensie.api_key as api_key
join pevensie."user" as owner on owner.id operator(pg_catalog.=) api_key.user_id
where
  api_key.key_hash operator(pg_catalog.=) :keyHash!::pg_catalog.text
  and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)
  and owner.deleted_at is null
  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp);

/* @name getApiKeysWithUsers */
-- getApiKeyWithUser for many keys. The subquery is executed once for all rows.
select
  api_key.id,
  api_key.user_id as "userId",
  api_key.name,
  api_key.start,
  case when api_key.scopes operator(pg_catalog.<>) '{}' then pg_catalog.array_to_json(api_key.scopes) end as "scopes",
  extract(epoch from api_key.created_at) as "createdAt!",
  extract(epoch from api_key.expires_at) as "expiresAt",
  extract(epoch from api_key.last_used_at) as "lastUsedAt",
  api_key.key_hash as "keyHash",
  case
    when api_key.last_used_at operator(pg_catalog.>)
      (select current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))
    then null
    else true
  end as "touchDue",
  owner.json as "user",
  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as "largeAppMetadata",
  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as "largeUserMetadata"
from pevensie.api_key as api_key
join pevensie."user" as owner on owner.id operator(pg_catalog.=) api_key.user_id
where
  api_key.key_hash operator(pg_catalog.=) any ((select :keyHashes!::pg_catalog.text[])::pg_catalog.text[])
  and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)
  and owner.deleted_at is null
  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp);

/* @name touchApiKeys */
-- Records that keys were used, unless that has been done a short while ago. Skips rows that another transaction has locked.
with due as (
  select id from pevensie.api_key
  where
    id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
    and coalesce(
      last_used_at operator(pg_catalog.<=) (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1)), true
    )
  for no key update skip locked
)
update pevensie.api_key as api_key
set last_used_at = current_timestamp
from due
where api_key.id operator(pg_catalog.=) due.id;

/* @name listApiKeys */
-- Live keys, newest first by the database's clock: ids have the time of the process that made them.
select
  id,
  user_id as "userId",
  name,
  start,
  pg_catalog.to_jsonb(scopes) as "scopes!",
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from expires_at) as "expiresAt",
  extract(epoch from last_used_at) as "lastUsedAt"
from pevensie.api_key
where
  user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
  and (expires_at is null or expires_at operator(pg_catalog.>) current_timestamp)
order by created_at desc, id desc;

/* @name deleteApiKey */
delete from pevensie.api_key
where
  id operator(pg_catalog.=) :id!::pg_catalog.uuid
  and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid);

/* @name removeExpiredApiKeys */
-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
-- The milliseconds are measured on the server, without network and commit.
with expired as (
  select id, expires_at from pevensie.api_key
  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
  order by expires_at
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.api_key as api_key
  using expired
  where api_key.id operator(pg_catalog.=) expired.id
  returning expired.expires_at
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.max(expires_at)) as until,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
