/* @name createUserToken */
-- Has to follow a statement of the same transaction that has locked the user's row (lockUser), so that calls for one user are
-- serialised. With :isLate, which lockUser has returned, the token is created expired: it was requested under the old access. Deletes all
-- but the newest of the tokens that the new one replaces, by the database's clock: ids have the time of the process that made them. Returns
-- no row if the user is deleted or banned.
with owner as (
  select id, email from pevensie."user"
  where
    id operator(pg_catalog.=) :userId!::pg_catalog.uuid
    and deleted_at is null
    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
),
replaced as (
  delete from pevensie.user_token as token
  using (
    select earlier.id
    from pevensie.user_token as earlier
    join owner on owner.id operator(pg_catalog.=) earlier.user_id
    where
      earlier.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
      and coalesce(earlier.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
      and earlier.token_hash operator(pg_catalog.<>) :tokenHash!::pg_catalog.text
    order by earlier.created_at desc, earlier.id desc
    offset :keep!::int
  ) as oldest
  where token.id operator(pg_catalog.=) oldest.id
)
insert into pevensie.user_token
  (id, created_at, expires_at, user_id, token_type, purpose, email, payload, token_hash, attempts_left)
select
  :id!::pg_catalog.uuid,
  -- Not the transaction's start, which may be long past: tokens are ordered as their transactions locked the user's row. A late token
  -- expires at current_timestamp, with which every lookup compares.
  pg_catalog.statement_timestamp(),
  case
    when :isLate!::boolean then current_timestamp
    else pg_catalog.statement_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision)
  end,
  owner.id,
  :tokenType!::pg_catalog.text,
  :purpose::pg_catalog.text,
  coalesce(:email::pg_catalog.text, owner.email),
  :payload::pg_catalog.jsonb,
  :tokenHash!::pg_catalog.text,
  :attempts::int
from owner
-- A code may happen to be the one that it replaces: its hash is the same for no other user.
on conflict (token_hash) do update set
  id = excluded.id,
  created_at = excluded.created_at,
  expires_at = excluded.expires_at,
  attempts_left = excluded.attempts_left
returning id;

/* @name lockEmail */
-- Serialises requests for one address until the transaction ends, whether or not a user has it. The seed is that of
-- lockIdentity: with the same hash, one would only wait for the other.
select pg_catalog.pg_advisory_xact_lock(
  pg_catalog.hashtextextended(:email!::pg_catalog.text, 7365646972)
) as "locked";

/* @name createNoToken */
-- A record in the write-ahead log, so that the commit waits for the disk as after createUserToken, which takes longer by what it writes.
select pg_catalog.pg_logical_emit_message(true, 'pevensie', pg_catalog.repeat(' ', 200)) as "lsn!";

/* @name getUserToken */
-- A live token of a user who is neither deleted nor banned. It is void once the user has another email than it was sent to; one
-- for a change of the email is sent to the new address.
select
  token.user_id as "userId",
  token.email,
  token.payload,
  extract(epoch from token.expires_at) as "expiresAt!"
from pevensie.user_token as token
join pevensie."user" as owner on owner.id operator(pg_catalog.=) token.user_id
where
  token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
  and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
  and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
  and token.expires_at operator(pg_catalog.>) current_timestamp
  and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)
  and owner.deleted_at is null
  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp);

/* @name useUserToken */
-- Voids the user's other tokens of that type and purpose. The user's row is locked first, as by a deletion or a change of the
-- user; that also keeps two uses from waiting for each other's tokens.
with owner as (
  select account.id, account.email
  from pevensie.user_token as token
  join pevensie."user" as account on account.id operator(pg_catalog.=) token.user_id
  where
    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
    and (:userId::pg_catalog.uuid is null or account.id operator(pg_catalog.=) :userId::pg_catalog.uuid)
    and account.deleted_at is null
    and (account.banned_until is null or account.banned_until operator(pg_catalog.<=) current_timestamp)
  for no key update of account
),
used as (
  delete from pevensie.user_token as token
  using owner
  where
    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
    and token.user_id operator(pg_catalog.=) owner.id
    and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
    and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
    and token.expires_at operator(pg_catalog.>) current_timestamp
    and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)
  returning token.user_id, token.token_hash, token.email, token.payload
),
others as (
  delete from pevensie.user_token as token
  using used
  where
    token.user_id operator(pg_catalog.=) used.user_id
    and token.token_hash operator(pg_catalog.<>) used.token_hash
    and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
    and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
)
select user_id as "userId", email, payload from used;

/* @name deleteUserToken */
delete from pevensie.user_token
where
  token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
  and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)
  and token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
  and coalesce(purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '');

/* @name spendLogInCode */
-- Compares a code and counts the attempt, in one statement: concurrent guesses are counted one after the other. Without a live
-- code it writes to the log, so that it costs the same.
with compared as (
  update pevensie.user_token as code
  set attempts_left = code.attempts_left operator(pg_catalog.-) 1
  from pevensie."user" as owner
  where
    owner.email operator(pg_catalog.=) :email!::pg_catalog.text
    and owner.deleted_at is null
    and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
    and code.user_id operator(pg_catalog.=) owner.id
    and code.token_type operator(pg_catalog.=) 'log-in-code'
    and code.email operator(pg_catalog.=) owner.email
    and code.expires_at operator(pg_catalog.>) current_timestamp
    and code.attempts_left operator(pg_catalog.>) 0
  returning
    code.user_id as "userId",
    code.token_hash as "tokenHash",
    code.token_hash operator(pg_catalog.=) any (:codeHashes!::pg_catalog.text[]) as matches
)
select "userId", "tokenHash", matches from compared
union all
select null, null, null
from (
  select pg_catalog.pg_logical_emit_message(true, 'pevensie', pg_catalog.repeat(' ', 200)) as lsn
  where not exists (select from compared)
) as equal_cost
where lsn is null;

/* @name removeExpiredUserTokens */
-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
-- The milliseconds are measured on the server, without network and commit.
with expired as (
  select id, expires_at from pevensie.user_token
  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
  order by expires_at
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.user_token as token
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
