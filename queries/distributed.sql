/* @name isSchemaDistributed */
-- Every table that Citus distributes has a trigger of this function, also on the nodes without the table's rows.
select exists (
  select from pg_catalog.pg_trigger
  where
    tgrelid operator(pg_catalog.=) 'pevensie.module_version'::pg_catalog.regclass
    and tgfoid operator(pg_catalog.=) pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')
) as "isDistributed!";

/* @name citusDeleteUser */
-- deleteUser. The time at which the row was locked comes from a CTE: Citus takes no volatile function in an UPDATE.
with locked as (
  select id from pevensie."user"
  where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
  for no key update
),
changed as (
  select id, pg_catalog.clock_timestamp() as at from locked
)
update pevensie."user" as account
set deleted_at = changed.at, updated_at = current_timestamp, device_tokens_valid_from = changed.at
from changed
where account.id operator(pg_catalog.=) changed.id and account.deleted_at is null
returning
  account.id,
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

/* @name citusProveMailbox */
-- proveMailbox; the time as in citusDeleteUser.
with locked as (
  select id from pevensie."user"
  where id operator(pg_catalog.=) :id!::pg_catalog.uuid and email_confirmed_at is null and deleted_at is null
  for no key update
),
changed as (
  select id, pg_catalog.clock_timestamp() as at from locked
)
update pevensie."user" as account
set
  email_confirmed_at = current_timestamp,
  updated_at = current_timestamp,
  password_hash = null,
  device_tokens_valid_from = changed.at
from changed
where
  account.id operator(pg_catalog.=) changed.id
  and account.email_confirmed_at is null
  and account.deleted_at is null
returning account.id;

/* @name citusEndUserAccess */
-- endUserAccess. A condition that is false whatever the row is would keep Citus from executing any part of the statement, silently.
with ended as (
  delete from pevensie.session
  where
    user_id operator(pg_catalog.=) any (case when :endSessions!::boolean then array[:userId!::pg_catalog.uuid] else '{}' end)
    and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true
),
deleted_exemptions as (
  delete from pevensie.log_in_exemption
  where
    user_id operator(pg_catalog.=) any (case when :endExemptions!::boolean then array[:userId!::pg_catalog.uuid] else '{}' end)
),
voided as (
  delete from pevensie.user_token where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
)
update pevensie.one_time_token
set deleted_at = current_timestamp
where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null and used_at is null;

/* @name citusSaveIdentity */
-- saveIdentity. It has to follow lockIdentity in the same transaction: Citus takes no subquery in ON CONFLICT.
with taken as (
  select owner.id
  from pevensie.identity as identity
  join pevensie."user" as owner on owner.id operator(pg_catalog.=) identity.user_id
  where
    identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
    and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text
    and identity.user_id operator(pg_catalog.<>) :userId!::pg_catalog.uuid
    and owner.deleted_at is null
)
insert into pevensie.identity as identity (issuer, subject, user_id, email, last_used_at)
select
  :issuer!::pg_catalog.text,
  :subject!::pg_catalog.text,
  :userId!::pg_catalog.uuid,
  :email::pg_catalog.text,
  case when :isUsed!::boolean then current_timestamp end
where not exists (select from taken)
on conflict (issuer, subject) do update set
  user_id = excluded.user_id,
  email = coalesce(excluded.email, identity.email),
  last_used_at = coalesce(excluded.last_used_at, identity.last_used_at)
returning
  issuer,
  subject,
  email,
  extract(epoch from created_at) as "createdAt!",
  extract(epoch from last_used_at) as "lastUsedAt";

/* @name citusGetCachePages */
-- getCachePages for the shard, which holds the rows: the distributed table itself is empty. Returns no row if there are no entries.
select
  (
    pg_catalog.pg_relation_size(tableoid) operator(pg_catalog./) pg_catalog.current_setting('block_size')::int
  )::int as pages
from pevensie.cache
limit 1;

/* @name citusDeleteCacheEntry */
-- deleteCacheEntry; whether the entry was live is decided when its row is locked.
with deletable as (
  select
    resource_type,
    key,
    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
      and (tags is null or pevensie.cache_tags_are_current(tags, snapshot)) as is_live
  from pevensie.cache
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and (
      :lockTimeout::pg_catalog.text is null
      or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
    )
  for update
)
delete from pevensie.cache as cache
using deletable
where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key
returning deletable.is_live as "wasLive!";

/* @name citusInvalidateCacheTags */
-- invalidateCacheTags; earlier invalidations are left to sweeps.
insert into pevensie.cache_invalidation (tag, xact_id, invalidated_at)
select pg_catalog.unnest(:tags!::pg_catalog.text[]), pg_catalog.pg_current_xact_id(), pg_catalog.clock_timestamp()
on conflict (tag, xact_id) do nothing;

/* @name placeCacheEntries */
-- Locks the rows of the names, and creates those that do not exist, as entries that expired long ago. Existing rows are updated to lock
-- them: otherwise another transaction could delete them.
insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)
select given.resource_type, given.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz
from
  rows from (
    pg_catalog.unnest(:resourceTypes!::pg_catalog.text[]),
    pg_catalog.unnest(:keys!::pg_catalog.text[])
  ) as given (resource_type, key)
order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
on conflict (resource_type, key) do update set value = cache.value;

/* @name citusSetCacheEntriesIfAbsent */
-- setCacheEntriesIfAbsent for rows that placeCacheEntries has locked.
with given as (
  select asked.resource_type, asked.key, asked.value, asked.ttl_seconds, asked.tags
  from
    rows from (
      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
      pg_catalog.unnest((select :keys!::pg_catalog.text[])),
      pg_catalog.unnest((select :values!::pg_catalog.text[])),
      pg_catalog.unnest((select :ttlsSeconds!::double precision[])),
      pg_catalog.unnest((select :tags!::pg_catalog.text[]))
    ) as asked (resource_type, key, value, ttl_seconds, tags)
),
absent as (
  select
    given.resource_type,
    given.key,
    given.value,
    case
      when given.ttl_seconds operator(pg_catalog.<>) 0
        then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
    end as expires_at,
    case
      when given.tags operator(pg_catalog.<>) '[]'
        then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))
    end as tags
  from given
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
  where
    cache.expires_at operator(pg_catalog.<=) current_timestamp
    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
)
update pevensie.cache as cache
set
  value = absent.value,
  expires_at = absent.expires_at,
  stale_until = null,
  tags = absent.tags,
  snapshot = case when absent.tags is not null then clock.snapshot end
from absent, (select pg_catalog.pg_current_snapshot() as snapshot) as clock
where cache.resource_type operator(pg_catalog.=) absent.resource_type and cache.key operator(pg_catalog.=) absent.key
returning cache.resource_type as "resourceType", cache.key;

/* @name citusIncrementCacheEntries */
-- incrementCacheEntries for rows that placeCacheEntries has locked.
with given as (
  select asked.resource_type, asked.key, asked.addend, asked.ttl_seconds
  from
    rows from (
      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
      pg_catalog.unnest((select :keys!::pg_catalog.text[])),
      pg_catalog.unnest((select :addends!::pg_catalog.text[])),
      pg_catalog.unnest((select :ttlsSeconds!::double precision[]))
    ) as asked (resource_type, key, addend, ttl_seconds)
),
found as (
  select
    given.resource_type,
    given.key,
    given.addend,
    given.ttl_seconds,
    cache.value,
    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live
  from given
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
),
counted as (
  select
    resource_type,
    key,
    is_live,
    case
      when is_live
        then (value::bigint operator(pg_catalog.+) addend::bigint)::pg_catalog.text
      else addend
    end as value,
    case
      when ttl_seconds operator(pg_catalog.<>) 0
        then current_timestamp operator(pg_catalog.+) (ttl_seconds operator(pg_catalog.*) interval '1 second')
    end as expires_at
  from found
  where
    case
      when not is_live then true
      when value operator(pg_catalog.~) '^(0|-?[1-9][0-9]{0,15})$'
        then pg_catalog.abs(value::bigint) operator(pg_catalog.<=) 9007199254740991
          and pg_catalog.abs(value::bigint operator(pg_catalog.+) addend::bigint) operator(pg_catalog.<=) 9007199254740991
      else false
    end
)
update pevensie.cache as cache
set
  value = counted.value,
  expires_at = case when counted.is_live then cache.expires_at else counted.expires_at end,
  stale_until = case when counted.is_live then cache.stale_until end,
  tags = case when counted.is_live then cache.tags end,
  snapshot = case when counted.is_live then cache.snapshot end
from counted
where cache.resource_type operator(pg_catalog.=) counted.resource_type and cache.key operator(pg_catalog.=) counted.key
returning cache.resource_type as "resourceType", cache.key, cache.value;

/* @name citusAdmitLimitedCalls */
-- admitLimitedCalls for rows that placeCacheEntries has locked.
with given as (
  select
    asked.resource_type,
    asked.key,
    asked.emission,
    asked.tolerance,
    asked.count,
    (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000 as now
  from
    rows from (
      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
      pg_catalog.unnest((select :keys!::pg_catalog.text[])),
      pg_catalog.unnest((select :emissions!::bigint[])),
      pg_catalog.unnest((select :tolerances!::bigint[])),
      pg_catalog.unnest((select :counts!::bigint[]))
    ) as asked (resource_type, key, emission, tolerance, count)
),
found as (
  select
    given.resource_type,
    given.key,
    given.emission,
    given.tolerance,
    given.count,
    given.now,
    greatest(
      given.now,
      case
        when coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null
          then pg_catalog.split_part(cache.value, ':', 2)::bigint
      end
    ) as arrival
  from given
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
  where
    cache.expires_at operator(pg_catalog.<=) current_timestamp
    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
    or (
      cache.tags is null
      and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100
      and cache.value operator(pg_catalog.~) '^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
      and pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19
    )
),
admitted as (
  select
    resource_type,
    key,
    emission,
    tolerance,
    count,
    now,
    arrival,
    least(
      count,
      greatest(
        0,
        (tolerance operator(pg_catalog.-) (arrival operator(pg_catalog.-) now)) operator(pg_catalog./) emission
      )
    ) as admitted
  from found
),
decided as (
  select
    resource_type,
    key,
    pg_catalog.concat_ws(
      ':',
      'limit',
      arrival operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission),
      admitted,
      arrival operator(pg_catalog.-) now operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission),
      tolerance,
      count
    ) as value,
    current_timestamp operator(pg_catalog.+) (
      (
        (
          arrival
          operator(pg_catalog.-) now
          operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission)
          operator(pg_catalog.+) 999
        )
        operator(pg_catalog./) 1000
      )::double precision operator(pg_catalog.*) interval '1 microsecond'
    ) as expires_at
  from admitted
)
update pevensie.cache as cache
set value = decided.value, expires_at = decided.expires_at, stale_until = null, tags = null, snapshot = null
from decided
where cache.resource_type operator(pg_catalog.=) decided.resource_type and cache.key operator(pg_catalog.=) decided.key
returning cache.resource_type as "resourceType", cache.key, cache.value;

/* @name getCacheLeaseState */
-- Returns the state that acquireCacheLease returns when it acquires no lease.
select
  coalesce(entry.is_live, false) as "isLive!",
  coalesce(entry.is_stale and not entry.is_live, false) as "isStale!",
  other.remaining as "remainingMillis"
from (select true) as one
left join (
  select
    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true) as is_live,
    stale_until operator(pg_catalog.>) current_timestamp as is_stale
  from pevensie.cache
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
) as entry on true
left join (
  select extract(epoch from expires_at operator(pg_catalog.-) current_timestamp) operator(pg_catalog.*) 1000 as remaining
  from pevensie.cache_lease
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and expires_at operator(pg_catalog.>) current_timestamp
    and token operator(pg_catalog.<>) :lostToken!::pg_catalog.uuid
) as other on true;

/* @name placeCacheLease */
-- Locks the row of a lease, and creates it, as one that expired long ago, if it does not exist.
insert into pevensie.cache_lease as lease (resource_type, key, token, expires_at, snapshot, acquired_by)
select
  :resourceType!::pg_catalog.text,
  :key!::pg_catalog.text,
  :token!::pg_catalog.uuid,
  '-infinity'::pg_catalog.timestamptz,
  pg_catalog.pg_current_snapshot(),
  '0'::pg_catalog.xid8
on conflict (resource_type, key) do update set acquired_by = lease.acquired_by;

/* @name placeLeasedCacheEntry */
-- placeCacheEntries for the entry of a lease that placeCacheLease has locked, if no other caller holds it: a new version of the row
-- would void the lease. An INSERT that selects from the table itself is a syntax error in Citus 13.2.
with lease as (
  select resource_type, key from pevensie.cache_lease
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and (
      expires_at operator(pg_catalog.<=) current_timestamp
      or token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid
    )
  for update
)
insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)
select lease.resource_type, lease.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz
from lease
on conflict (resource_type, key) do update set value = cache.value;

/* @name citusAcquireCacheLease */
-- acquireCacheLease for rows that placeCacheLease and placeLeasedCacheEntry have locked. The transaction id is that of the node with the
-- rows, which the new version of the entry's row has. Returns no row if another caller holds the lease, or if there is a value.
with lease as (
  select resource_type, key from pevensie.cache_lease
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
    and (
      expires_at operator(pg_catalog.<=) current_timestamp
      or token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid
    )
),
entry as (
  select
    cache.resource_type,
    cache.key,
    coalesce(
      cache.stale_until operator(pg_catalog.>) current_timestamp
      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)),
      false
    ) as is_stale
  from lease
  join pevensie.cache as cache
    on cache.resource_type operator(pg_catalog.=) lease.resource_type and cache.key operator(pg_catalog.=) lease.key
  where
    cache.expires_at operator(pg_catalog.<=) current_timestamp
    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
),
placed as (
  update pevensie.cache as cache
  set
    value = case when entry.is_stale then cache.value else '' end,
    expires_at = case when entry.is_stale then cache.expires_at else '-infinity'::pg_catalog.timestamptz end,
    stale_until = case when entry.is_stale then cache.stale_until else '-infinity'::pg_catalog.timestamptz end,
    tags = case when entry.is_stale then cache.tags end,
    snapshot = case when entry.is_stale then cache.snapshot end
  from entry
  where cache.resource_type operator(pg_catalog.=) entry.resource_type and cache.key operator(pg_catalog.=) entry.key
  returning cache.resource_type, cache.key, cache.xmin::pg_catalog.text::pg_catalog.xid8 as version, entry.is_stale
)
update pevensie.cache_lease as lease
set
  token = :token!::pg_catalog.uuid,
  expires_at = current_timestamp operator(pg_catalog.+) (:leaseSeconds!::double precision operator(pg_catalog.*) interval '1 second'),
  snapshot = pg_catalog.pg_current_snapshot(),
  acquired_by = placed.version
from placed
where lease.resource_type operator(pg_catalog.=) placed.resource_type and lease.key operator(pg_catalog.=) placed.key
returning placed.is_stale as "isStale!";

/* @name removePlacedCacheLease */
-- Removes the row that placeCacheLease has locked and nobody has a lease under: there is a value.
delete from pevensie.cache_lease
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
  and expires_at operator(pg_catalog.<=) current_timestamp;

/* @name citusRemoveSeenInvalidations */
-- removeSeenCacheInvalidations. The transactions are those of the node that statements are sent to. Its snapshot is what Citus puts in
-- place of the call in a DELETE; in a SELECT it would be that of the node with the rows.
with oldest as (
  select
    least(
      (
        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache
        where snapshot is not null
        order by pg_catalog.pg_snapshot_xmin(snapshot)
        limit 1
      ),
      (
        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache_lease
        order by pg_catalog.pg_snapshot_xmin(snapshot)
        limit 1
      )
    ) as xmin
),
seen as (
  select tag, xact_id from pevensie.cache_invalidation
  where
    tag operator(pg_catalog.>=) :from!::pg_catalog.text
    and (xact_id operator(pg_catalog.<) (select xmin from oldest)) is not false
    and invalidated_at operator(pg_catalog.<) (current_timestamp operator(pg_catalog.-) interval '1 hour')
  order by tag
  limit :batchSize!::int
  for update skip locked
),
removed as (
  delete from pevensie.cache_invalidation as invalidation
  using seen
  where
    invalidation.tag operator(pg_catalog.=) seen.tag
    and invalidation.xact_id operator(pg_catalog.=) seen.xact_id
    and invalidation.xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
  returning invalidation.tag
)
select
  pg_catalog.count(*)::int as removed,
  pg_catalog.max(tag) as "lastTag",
  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
    operator(pg_catalog.*) 1000 as milliseconds
from removed;
