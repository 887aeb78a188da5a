/* @name createOneTimeToken */
-- Adds a token to the live row of that user and type, which keeps the previous four. Returns no row if the user does not exist,
-- is deleted or is banned. If another transaction changed the user's access after this statement's snapshot, the token is void from the
-- start: it was requested under the old access. Compares the access stamp (docs/architecture.md, Terms).
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
insert into pevensie.one_time_token as token (id, token_type, user_id, token_hash, expires_at, deleted_at, payloads)
select
  :id!::pg_catalog.uuid,
  :tokenType!::pevensie.one_time_token_type,
  owner.id,
  :tokenHash!::pg_catalog.text,
  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision),
  case
    when
      owner.email operator(pg_catalog.<>) requested.email
      or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)
        coalesce(requested.device_tokens_valid_from, '-infinity')
    then current_timestamp
  end,
  case
    when :payload::pg_catalog.jsonb is null then '{}'
    else pg_catalog.jsonb_build_object(:tokenHash!::pg_catalog.text, :payload::pg_catalog.jsonb)
  end
from owner
join requested on requested.id operator(pg_catalog.=) owner.id
on conflict (user_id, token_type) where deleted_at is null and used_at is null
do update set
  id = excluded.id,
  created_at = excluded.created_at,
  expires_at = excluded.expires_at,
  token_hash = excluded.token_hash,
  earlier_hashes = pg_catalog.trim_array(
    pg_catalog.array_prepend(token.token_hash, token.earlier_hashes),
    greatest(pg_catalog.cardinality(token.earlier_hashes) operator(pg_catalog.-) 3, 0)
  ),
  earlier_expire_at = pg_catalog.trim_array(
    pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at),
    greatest(pg_catalog.cardinality(token.earlier_expire_at) operator(pg_catalog.-) 3, 0)
  ),
  payloads = excluded.payloads operator(pg_catalog.||) (
    token.payloads operator(pg_catalog.-) coalesce(token.earlier_hashes[4], '')
  )
returning id;

/* @name getOneTimeToken */
-- A live token of a user who is neither deleted nor banned. Each half uses its own index. Materialized, since the planner would
-- otherwise read all live tokens of the type if the table was never analysed.
with holder as materialized (
  select user_id, token_type, deleted_at, used_at, expires_at, payloads
  from pevensie.one_time_token
  where token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
  union all
  select
    user_id, token_type, deleted_at, used_at,
    earlier_expire_at[pg_catalog.array_position(earlier_hashes, :tokenHash!::pg_catalog.text)],
    payloads
  from pevensie.one_time_token
  where
    earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]
    and earlier_hashes operator(pg_catalog.<>) '{}'
    and deleted_at is null
    and used_at is null
)
select
  holder.user_id as "userId!",
  extract(epoch from holder.expires_at) as "expiresAt!",
  holder.payloads operator(pg_catalog.->) :tokenHash!::pg_catalog.text as payload
from holder
join pevensie."user" as owner on owner.id operator(pg_catalog.=) holder.user_id
where
  holder.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type
  and holder.deleted_at is null
  and holder.used_at is null
  and holder.expires_at operator(pg_catalog.>) current_timestamp
  and owner.deleted_at is null
  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp);

/* @name useOneTimeToken */
-- Uses the row, and with it every token in it. The user's row is locked before the token's, as by a deletion or a change of the
-- user.
with owner as (
  select id from pevensie."user"
  where
    id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and deleted_at is null
    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
  for no key update
)
update pevensie.one_time_token as token
set used_at = current_timestamp
from owner
where
  token.user_id operator(pg_catalog.=) owner.id
  and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type
  and token.deleted_at is null
  and token.used_at is null
  and (
    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
    and token.expires_at operator(pg_catalog.>) current_timestamp
    or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, :tokenHash!::pg_catalog.text)]
      operator(pg_catalog.>) current_timestamp
  )
returning
  token.user_id as "userId",
  token.payloads operator(pg_catalog.->) :tokenHash!::pg_catalog.text as payload;

/* @name deleteOneTimeToken */
-- Removes one token, and its payload, from its row. The row is void if none is left; otherwise the newest remaining token becomes its
-- token.
update pevensie.one_time_token as token
set (deleted_at, token_hash, expires_at, earlier_hashes, earlier_expire_at, payloads) = (
  select
    case when kept.hashes is null then current_timestamp end,
    coalesce(kept.hashes[1], token.token_hash),
    coalesce(kept.expiries[1], token.expires_at),
    coalesce(kept.hashes[2:5], '{}'),
    coalesce(kept.expiries[2:5], '{}'),
    token.payloads operator(pg_catalog.-) :tokenHash!::pg_catalog.text
  from (
    select
      pg_catalog.array_agg(each.hash order by each.place) as hashes,
      pg_catalog.array_agg(each.expires_at order by each.place) as expiries
    from rows from (
      pg_catalog.unnest(pg_catalog.array_prepend(token.token_hash, token.earlier_hashes)),
      pg_catalog.unnest(pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))
    ) with ordinality as each (hash, expires_at, place)
    where each.hash operator(pg_catalog.<>) :tokenHash!::pg_catalog.text
  ) as kept
)
where
  token.user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
  and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type
  and token.deleted_at is null
  and token.used_at is null
  and (
    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
    or token.earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]
  );

/* @name removeExpiredOneTimeTokens */
-- One batch of a sweep, oldest first, from where the previous one ended. Locked rows are skipped, and so are rows with an
-- earlier token that has not expired. The milliseconds are measured on the server, without network and commit.
with expired as (
  select id, expires_at from pevensie.one_time_token
  where
    expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz
    and expires_at operator(pg_catalog.<=) current_timestamp
    and current_timestamp operator(pg_catalog.>=) all (earlier_expire_at)
  order by expires_at
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.one_time_token as token
  using expired
  where token.id operator(pg_catalog.=) expired.id
  returning expired.expires_at
)
select
  pg_catalog.count(*)::int as removed,
  extract(epoch from pg_catalog.max(expires_at)) as until,
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
