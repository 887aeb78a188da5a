// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/distributed.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A type of parameters or columns. */
export type NumberOrString = number | string;

/** A type of parameters or columns. */
export type NumberOrStringArray = (NumberOrString)[];

/** A type of parameters or columns. */
export type numberArray = (number)[];

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'IsSchemaDistributed' parameters type */
export type IIsSchemaDistributedParams = void;

/** 'IsSchemaDistributed' return type */
export interface IIsSchemaDistributedResult {
  isDistributed: boolean;
}

/** 'IsSchemaDistributed' query type */
export interface IIsSchemaDistributedQuery {
  params: IIsSchemaDistributedParams;
  result: IIsSchemaDistributedResult;
}

const isSchemaDistributedIR: any = {"usedParamSet":{},"params":[],"statement":"-- Every table that Citus distributes has a trigger of this function, also on the nodes without the table's rows.\nselect exists (\n  select from pg_catalog.pg_trigger\n  where\n    tgrelid operator(pg_catalog.=) 'pevensie.module_version'::pg_catalog.regclass\n    and tgfoid operator(pg_catalog.=) pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')\n) as \"isDistributed!\""};

/**
 * Query generated from SQL:
 * ```
 * -- Every table that Citus distributes has a trigger of this function, also on the nodes without the table's rows.
 * select exists (
 *   select from pg_catalog.pg_trigger
 *   where
 *     tgrelid operator(pg_catalog.=) 'pevensie.module_version'::pg_catalog.regclass
 *     and tgfoid operator(pg_catalog.=) pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')
 * ) as "isDistributed!"
 * ```
 */
export const isSchemaDistributed = new PreparedQuery<IIsSchemaDistributedParams,IIsSchemaDistributedResult>(isSchemaDistributedIR);


/** 'CitusDeleteUser' parameters type */
export interface ICitusDeleteUserParams {
  id: string;
}

/** 'CitusDeleteUser' return type */
export interface ICitusDeleteUserResult {
  appMetadata: Json;
  bannedUntil: string | null;
  createdAt: string;
  deletedAt: string | null;
  email: string;
  emailConfirmedAt: string | null;
  id: string;
  lastSignIn: string | null;
  phoneNumber: string | null;
  phoneNumberConfirmedAt: string | null;
  role: string | null;
  updatedAt: string;
  userMetadata: Json;
}

/** 'CitusDeleteUser' query type */
export interface ICitusDeleteUserQuery {
  params: ICitusDeleteUserParams;
  result: ICitusDeleteUserResult;
}

const citusDeleteUserIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":201,"b":204}]}],"statement":"-- deleteUser. The time at which the row was locked comes from a CTE: Citus takes no volatile function in an UPDATE.\nwith locked as (\n  select id from pevensie.\"user\"\n  where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null\n  for no key update\n),\nchanged as (\n  select id, pg_catalog.clock_timestamp() as at from locked\n)\nupdate pevensie.\"user\" as account\nset deleted_at = changed.at, updated_at = current_timestamp, device_tokens_valid_from = changed.at\nfrom changed\nwhere account.id operator(pg_catalog.=) changed.id and account.deleted_at is null\nreturning\n  account.id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\""};

/**
 * Query generated from SQL:
 * ```
 * -- deleteUser. The time at which the row was locked comes from a CTE: Citus takes no volatile function in an UPDATE.
 * with locked as (
 *   select id from pevensie."user"
 *   where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
 *   for no key update
 * ),
 * changed as (
 *   select id, pg_catalog.clock_timestamp() as at from locked
 * )
 * update pevensie."user" as account
 * set deleted_at = changed.at, updated_at = current_timestamp, device_tokens_valid_from = changed.at
 * from changed
 * where account.id operator(pg_catalog.=) changed.id and account.deleted_at is null
 * returning
 *   account.id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from updated_at) as "updatedAt!",
 *   extract(epoch from deleted_at) as "deletedAt",
 *   role,
 *   email,
 *   extract(epoch from email_confirmed_at) as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
 *   extract(epoch from last_sign_in) as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   extract(epoch from banned_until) as "bannedUntil"
 * ```
 */
export const citusDeleteUser = new PreparedQuery<ICitusDeleteUserParams,ICitusDeleteUserResult>(citusDeleteUserIR);


/** 'CitusProveMailbox' parameters type */
export interface ICitusProveMailboxParams {
  id: string;
}

/** 'CitusProveMailbox' return type */
export interface ICitusProveMailboxResult {
  id: string;
}

/** 'CitusProveMailbox' query type */
export interface ICitusProveMailboxQuery {
  params: ICitusProveMailboxParams;
  result: ICitusProveMailboxResult;
}

const citusProveMailboxIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":133,"b":136}]}],"statement":"-- proveMailbox; the time as in citusDeleteUser.\nwith locked as (\n  select id from pevensie.\"user\"\n  where id operator(pg_catalog.=) :id!::pg_catalog.uuid and email_confirmed_at is null and deleted_at is null\n  for no key update\n),\nchanged as (\n  select id, pg_catalog.clock_timestamp() as at from locked\n)\nupdate pevensie.\"user\" as account\nset\n  email_confirmed_at = current_timestamp,\n  updated_at = current_timestamp,\n  password_hash = null,\n  device_tokens_valid_from = changed.at\nfrom changed\nwhere\n  account.id operator(pg_catalog.=) changed.id\n  and account.email_confirmed_at is null\n  and account.deleted_at is null\nreturning account.id"};

/**
 * Query generated from SQL:
 * ```
 * -- proveMailbox; the time as in citusDeleteUser.
 * with locked as (
 *   select id from pevensie."user"
 *   where id operator(pg_catalog.=) :id!::pg_catalog.uuid and email_confirmed_at is null and deleted_at is null
 *   for no key update
 * ),
 * changed as (
 *   select id, pg_catalog.clock_timestamp() as at from locked
 * )
 * update pevensie."user" as account
 * set
 *   email_confirmed_at = current_timestamp,
 *   updated_at = current_timestamp,
 *   password_hash = null,
 *   device_tokens_valid_from = changed.at
 * from changed
 * where
 *   account.id operator(pg_catalog.=) changed.id
 *   and account.email_confirmed_at is null
 *   and account.deleted_at is null
 * returning account.id
 * ```
 */
export const citusProveMailbox = new PreparedQuery<ICitusProveMailboxParams,ICitusProveMailboxResult>(citusProveMailboxIR);


/** 'CitusEndUserAccess' parameters type */
export interface ICitusEndUserAccessParams {
  endExemptions: boolean;
  endSessions: boolean;
  keepSessionId?: string | null | void;
  userId: string;
}

/** 'CitusEndUserAccess' return type */
export type ICitusEndUserAccessResult = void;

/** 'CitusEndUserAccess' query type */
export interface ICitusEndUserAccessQuery {
  params: ICitusEndUserAccessParams;
  result: ICitusEndUserAccessResult;
}

const citusEndUserAccessIR: any = {"usedParamSet":{"endSessions":true,"userId":true,"keepSessionId":true,"endExemptions":true},"params":[{"name":"endSessions","required":true,"transform":{"type":"scalar"},"locs":[{"a":238,"b":250}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":272,"b":279},{"a":555,"b":562},{"a":683,"b":690},{"a":814,"b":821}]},{"name":"keepSessionId","required":false,"transform":{"type":"scalar"},"locs":[{"a":349,"b":362}]},{"name":"endExemptions","required":true,"transform":{"type":"scalar"},"locs":[{"a":519,"b":533}]}],"statement":"-- endUserAccess. A condition that is false whatever the row is would keep Citus from executing any part of the statement, silently.\nwith ended as (\n  delete from pevensie.session\n  where\n    user_id operator(pg_catalog.=) any (case when :endSessions!::boolean then array[:userId!::pg_catalog.uuid] else '{}' end)\n    and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true\n),\ndeleted_exemptions as (\n  delete from pevensie.log_in_exemption\n  where\n    user_id operator(pg_catalog.=) any (case when :endExemptions!::boolean then array[:userId!::pg_catalog.uuid] else '{}' end)\n),\nvoided as (\n  delete from pevensie.user_token where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n)\nupdate pevensie.one_time_token\nset deleted_at = current_timestamp\nwhere user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null and used_at is null"};

/**
 * Query generated from SQL:
 * ```
 * -- endUserAccess. A condition that is false whatever the row is would keep Citus from executing any part of the statement, silently.
 * with ended as (
 *   delete from pevensie.session
 *   where
 *     user_id operator(pg_catalog.=) any (case when :endSessions!::boolean then array[:userId!::pg_catalog.uuid] else '{}' end)
 *     and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true
 * ),
 * deleted_exemptions as (
 *   delete from pevensie.log_in_exemption
 *   where
 *     user_id operator(pg_catalog.=) any (case when :endExemptions!::boolean then array[:userId!::pg_catalog.uuid] else '{}' end)
 * ),
 * voided as (
 *   delete from pevensie.user_token where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * )
 * update pevensie.one_time_token
 * set deleted_at = current_timestamp
 * where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null and used_at is null
 * ```
 */
export const citusEndUserAccess = new PreparedQuery<ICitusEndUserAccessParams,ICitusEndUserAccessResult>(citusEndUserAccessIR);


/** 'CitusSaveIdentity' parameters type */
export interface ICitusSaveIdentityParams {
  email?: string | null | void;
  issuer: string;
  isUsed: boolean;
  subject: string;
  userId: string;
}

/** 'CitusSaveIdentity' return type */
export interface ICitusSaveIdentityResult {
  createdAt: string;
  email: string | null;
  issuer: string;
  lastUsedAt: string | null;
  subject: string;
}

/** 'CitusSaveIdentity' query type */
export interface ICitusSaveIdentityQuery {
  params: ICitusSaveIdentityParams;
  result: ICitusSaveIdentityResult;
}

const citusSaveIdentityIR: any = {"usedParamSet":{"issuer":true,"subject":true,"userId":true,"email":true,"isUsed":true},"params":[{"name":"issuer","required":true,"transform":{"type":"scalar"},"locs":[{"a":318,"b":325},{"a":628,"b":635}]},{"name":"subject","required":true,"transform":{"type":"scalar"},"locs":[{"a":392,"b":400},{"a":657,"b":665}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":468,"b":475},{"a":687,"b":694}]},{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":716,"b":721}]},{"name":"isUsed","required":true,"transform":{"type":"scalar"},"locs":[{"a":753,"b":760}]}],"statement":"-- saveIdentity. It has to follow lockIdentity in the same transaction: Citus takes no subquery in ON CONFLICT.\nwith taken as (\n  select owner.id\n  from pevensie.identity as identity\n  join pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) identity.user_id\n  where\n    identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text\n    and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text\n    and identity.user_id operator(pg_catalog.<>) :userId!::pg_catalog.uuid\n    and owner.deleted_at is null\n)\ninsert into pevensie.identity as identity (issuer, subject, user_id, email, last_used_at)\nselect\n  :issuer!::pg_catalog.text,\n  :subject!::pg_catalog.text,\n  :userId!::pg_catalog.uuid,\n  :email::pg_catalog.text,\n  case when :isUsed!::boolean then current_timestamp end\nwhere not exists (select from taken)\non conflict (issuer, subject) do update set\n  user_id = excluded.user_id,\n  email = coalesce(excluded.email, identity.email),\n  last_used_at = coalesce(excluded.last_used_at, identity.last_used_at)\nreturning\n  issuer,\n  subject,\n  email,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from last_used_at) as \"lastUsedAt\""};

/**
 * Query generated from SQL:
 * ```
 * -- saveIdentity. It has to follow lockIdentity in the same transaction: Citus takes no subquery in ON CONFLICT.
 * with taken as (
 *   select owner.id
 *   from pevensie.identity as identity
 *   join pevensie."user" as owner on owner.id operator(pg_catalog.=) identity.user_id
 *   where
 *     identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
 *     and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text
 *     and identity.user_id operator(pg_catalog.<>) :userId!::pg_catalog.uuid
 *     and owner.deleted_at is null
 * )
 * insert into pevensie.identity as identity (issuer, subject, user_id, email, last_used_at)
 * select
 *   :issuer!::pg_catalog.text,
 *   :subject!::pg_catalog.text,
 *   :userId!::pg_catalog.uuid,
 *   :email::pg_catalog.text,
 *   case when :isUsed!::boolean then current_timestamp end
 * where not exists (select from taken)
 * on conflict (issuer, subject) do update set
 *   user_id = excluded.user_id,
 *   email = coalesce(excluded.email, identity.email),
 *   last_used_at = coalesce(excluded.last_used_at, identity.last_used_at)
 * returning
 *   issuer,
 *   subject,
 *   email,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from last_used_at) as "lastUsedAt"
 * ```
 */
export const citusSaveIdentity = new PreparedQuery<ICitusSaveIdentityParams,ICitusSaveIdentityResult>(citusSaveIdentityIR);


/** 'CitusGetCachePages' parameters type */
export type ICitusGetCachePagesParams = void;

/** 'CitusGetCachePages' return type */
export interface ICitusGetCachePagesResult {
  pages: number | null;
}

/** 'CitusGetCachePages' query type */
export interface ICitusGetCachePagesQuery {
  params: ICitusGetCachePagesParams;
  result: ICitusGetCachePagesResult;
}

const citusGetCachePagesIR: any = {"usedParamSet":{},"params":[],"statement":"-- getCachePages for the shard, which holds the rows: the distributed table itself is empty. Returns no row if there are no entries.\nselect\n  (\n    pg_catalog.pg_relation_size(tableoid) operator(pg_catalog./) pg_catalog.current_setting('block_size')::int\n  )::int as pages\nfrom pevensie.cache\nlimit 1"};

/**
 * Query generated from SQL:
 * ```
 * -- getCachePages for the shard, which holds the rows: the distributed table itself is empty. Returns no row if there are no entries.
 * select
 *   (
 *     pg_catalog.pg_relation_size(tableoid) operator(pg_catalog./) pg_catalog.current_setting('block_size')::int
 *   )::int as pages
 * from pevensie.cache
 * limit 1
 * ```
 */
export const citusGetCachePages = new PreparedQuery<ICitusGetCachePagesParams,ICitusGetCachePagesResult>(citusGetCachePagesIR);


/** 'CitusDeleteCacheEntry' parameters type */
export interface ICitusDeleteCacheEntryParams {
  key: string;
  lockTimeout?: string | null | void;
  resourceType: string;
}

/** 'CitusDeleteCacheEntry' return type */
export interface ICitusDeleteCacheEntryResult {
  wasLive: boolean;
}

/** 'CitusDeleteCacheEntry' query type */
export interface ICitusDeleteCacheEntryQuery {
  params: ICitusDeleteCacheEntryParams;
  result: ICitusDeleteCacheEntryResult;
}

const citusDeleteCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"lockTimeout":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":370,"b":383}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":437,"b":441}]},{"name":"lockTimeout","required":false,"transform":{"type":"scalar"},"locs":[{"a":476,"b":487},{"a":561,"b":572}]}],"statement":"-- deleteCacheEntry; whether the entry was live is decided when its row is locked.\nwith deletable as (\n  select\n    resource_type,\n    key,\n    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (tags is null or pevensie.cache_tags_are_current(tags, snapshot)) as is_live\n  from pevensie.cache\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and (\n      :lockTimeout::pg_catalog.text is null\n      or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null\n    )\n  for update\n)\ndelete from pevensie.cache as cache\nusing deletable\nwhere cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key\nreturning deletable.is_live as \"wasLive!\""};

/**
 * Query generated from SQL:
 * ```
 * -- deleteCacheEntry; whether the entry was live is decided when its row is locked.
 * with deletable as (
 *   select
 *     resource_type,
 *     key,
 *     coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)
 *       and (tags is null or pevensie.cache_tags_are_current(tags, snapshot)) as is_live
 *   from pevensie.cache
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and (
 *       :lockTimeout::pg_catalog.text is null
 *       or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true) is not null
 *     )
 *   for update
 * )
 * delete from pevensie.cache as cache
 * using deletable
 * where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key
 * returning deletable.is_live as "wasLive!"
 * ```
 */
export const citusDeleteCacheEntry = new PreparedQuery<ICitusDeleteCacheEntryParams,ICitusDeleteCacheEntryResult>(citusDeleteCacheEntryIR);


/** 'CitusInvalidateCacheTags' parameters type */
export interface ICitusInvalidateCacheTagsParams {
  tags: stringArray;
}

/** 'CitusInvalidateCacheTags' return type */
export type ICitusInvalidateCacheTagsResult = void;

/** 'CitusInvalidateCacheTags' query type */
export interface ICitusInvalidateCacheTagsQuery {
  params: ICitusInvalidateCacheTagsParams;
  result: ICitusInvalidateCacheTagsResult;
}

const citusInvalidateCacheTagsIR: any = {"usedParamSet":{"tags":true},"params":[{"name":"tags","required":true,"transform":{"type":"scalar"},"locs":[{"a":162,"b":167}]}],"statement":"-- invalidateCacheTags; earlier invalidations are left to sweeps.\ninsert into pevensie.cache_invalidation (tag, xact_id, invalidated_at)\nselect pg_catalog.unnest(:tags!::pg_catalog.text[]), pg_catalog.pg_current_xact_id(), pg_catalog.clock_timestamp()\non conflict (tag, xact_id) do nothing"};

/**
 * Query generated from SQL:
 * ```
 * -- invalidateCacheTags; earlier invalidations are left to sweeps.
 * insert into pevensie.cache_invalidation (tag, xact_id, invalidated_at)
 * select pg_catalog.unnest(:tags!::pg_catalog.text[]), pg_catalog.pg_current_xact_id(), pg_catalog.clock_timestamp()
 * on conflict (tag, xact_id) do nothing
 * ```
 */
export const citusInvalidateCacheTags = new PreparedQuery<ICitusInvalidateCacheTagsParams,ICitusInvalidateCacheTagsResult>(citusInvalidateCacheTagsIR);


/** 'PlaceCacheEntries' parameters type */
export interface IPlaceCacheEntriesParams {
  keys: stringArray;
  resourceTypes: stringArray;
}

/** 'PlaceCacheEntries' return type */
export type IPlaceCacheEntriesResult = void;

/** 'PlaceCacheEntries' query type */
export interface IPlaceCacheEntriesQuery {
  params: IPlaceCacheEntriesParams;
  result: IPlaceCacheEntriesResult;
}

const placeCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":441,"b":455}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":500,"b":505}]}],"statement":"-- Locks the rows of the names, and creates those that do not exist, as entries that expired long ago. Existing rows are updated to lock\n-- them: otherwise another transaction could delete them.\ninsert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)\nselect given.resource_type, given.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz\nfrom\n  rows from (\n    pg_catalog.unnest(:resourceTypes!::pg_catalog.text[]),\n    pg_catalog.unnest(:keys!::pg_catalog.text[])\n  ) as given (resource_type, key)\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set value = cache.value"};

/**
 * Query generated from SQL:
 * ```
 * -- Locks the rows of the names, and creates those that do not exist, as entries that expired long ago. Existing rows are updated to lock
 * -- them: otherwise another transaction could delete them.
 * insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)
 * select given.resource_type, given.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz
 * from
 *   rows from (
 *     pg_catalog.unnest(:resourceTypes!::pg_catalog.text[]),
 *     pg_catalog.unnest(:keys!::pg_catalog.text[])
 *   ) as given (resource_type, key)
 * order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"
 * on conflict (resource_type, key) do update set value = cache.value
 * ```
 */
export const placeCacheEntries = new PreparedQuery<IPlaceCacheEntriesParams,IPlaceCacheEntriesResult>(placeCacheEntriesIR);


/** 'CitusSetCacheEntriesIfAbsent' parameters type */
export interface ICitusSetCacheEntriesIfAbsentParams {
  keys: stringArray;
  resourceTypes: stringArray;
  tags: stringArray;
  ttlsSeconds: numberArray;
  values: stringArray;
}

/** 'CitusSetCacheEntriesIfAbsent' return type */
export interface ICitusSetCacheEntriesIfAbsentResult {
  key: string;
  resourceType: string;
}

/** 'CitusSetCacheEntriesIfAbsent' query type */
export interface ICitusSetCacheEntriesIfAbsentQuery {
  params: ICitusSetCacheEntriesIfAbsentParams;
  result: ICitusSetCacheEntriesIfAbsentResult;
}

const citusSetCacheEntriesIfAbsentIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"values":true,"ttlsSeconds":true,"tags":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":226,"b":240}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":296,"b":301}]},{"name":"values","required":true,"transform":{"type":"scalar"},"locs":[{"a":357,"b":364}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":420,"b":432}]},{"name":"tags","required":true,"transform":{"type":"scalar"},"locs":[{"a":489,"b":494}]}],"statement":"-- setCacheEntriesIfAbsent for rows that placeCacheEntries has locked.\nwith given as (\n  select asked.resource_type, asked.key, asked.value, asked.ttl_seconds, asked.tags\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[])),\n      pg_catalog.unnest((select :values!::pg_catalog.text[])),\n      pg_catalog.unnest((select :ttlsSeconds!::double precision[])),\n      pg_catalog.unnest((select :tags!::pg_catalog.text[]))\n    ) as asked (resource_type, key, value, ttl_seconds, tags)\n),\nabsent as (\n  select\n    given.resource_type,\n    given.key,\n    given.value,\n    case\n      when given.ttl_seconds operator(pg_catalog.<>) 0\n        then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n    end as expires_at,\n    case\n      when given.tags operator(pg_catalog.<>) '[]'\n        then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))\n    end as tags\n  from given\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n)\nupdate pevensie.cache as cache\nset\n  value = absent.value,\n  expires_at = absent.expires_at,\n  stale_until = null,\n  tags = absent.tags,\n  snapshot = case when absent.tags is not null then clock.snapshot end\nfrom absent, (select pg_catalog.pg_current_snapshot() as snapshot) as clock\nwhere cache.resource_type operator(pg_catalog.=) absent.resource_type and cache.key operator(pg_catalog.=) absent.key\nreturning cache.resource_type as \"resourceType\", cache.key"};

/**
 * Query generated from SQL:
 * ```
 * -- setCacheEntriesIfAbsent for rows that placeCacheEntries has locked.
 * with given as (
 *   select asked.resource_type, asked.key, asked.value, asked.ttl_seconds, asked.tags
 *   from
 *     rows from (
 *       pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :values!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :ttlsSeconds!::double precision[])),
 *       pg_catalog.unnest((select :tags!::pg_catalog.text[]))
 *     ) as asked (resource_type, key, value, ttl_seconds, tags)
 * ),
 * absent as (
 *   select
 *     given.resource_type,
 *     given.key,
 *     given.value,
 *     case
 *       when given.ttl_seconds operator(pg_catalog.<>) 0
 *         then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')
 *     end as expires_at,
 *     case
 *       when given.tags operator(pg_catalog.<>) '[]'
 *         then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))
 *     end as tags
 *   from given
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 *   where
 *     cache.expires_at operator(pg_catalog.<=) current_timestamp
 *     or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 * )
 * update pevensie.cache as cache
 * set
 *   value = absent.value,
 *   expires_at = absent.expires_at,
 *   stale_until = null,
 *   tags = absent.tags,
 *   snapshot = case when absent.tags is not null then clock.snapshot end
 * from absent, (select pg_catalog.pg_current_snapshot() as snapshot) as clock
 * where cache.resource_type operator(pg_catalog.=) absent.resource_type and cache.key operator(pg_catalog.=) absent.key
 * returning cache.resource_type as "resourceType", cache.key
 * ```
 */
export const citusSetCacheEntriesIfAbsent = new PreparedQuery<ICitusSetCacheEntriesIfAbsentParams,ICitusSetCacheEntriesIfAbsentResult>(citusSetCacheEntriesIfAbsentIR);


/** 'CitusIncrementCacheEntries' parameters type */
export interface ICitusIncrementCacheEntriesParams {
  addends: stringArray;
  keys: stringArray;
  resourceTypes: stringArray;
  ttlsSeconds: numberArray;
}

/** 'CitusIncrementCacheEntries' return type */
export interface ICitusIncrementCacheEntriesResult {
  key: string;
  resourceType: string;
  value: string;
}

/** 'CitusIncrementCacheEntries' query type */
export interface ICitusIncrementCacheEntriesQuery {
  params: ICitusIncrementCacheEntriesParams;
  result: ICitusIncrementCacheEntriesResult;
}

const citusIncrementCacheEntriesIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"addends":true,"ttlsSeconds":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":213,"b":227}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":283,"b":288}]},{"name":"addends","required":true,"transform":{"type":"scalar"},"locs":[{"a":344,"b":352}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":408,"b":420}]}],"statement":"-- incrementCacheEntries for rows that placeCacheEntries has locked.\nwith given as (\n  select asked.resource_type, asked.key, asked.addend, asked.ttl_seconds\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[])),\n      pg_catalog.unnest((select :addends!::pg_catalog.text[])),\n      pg_catalog.unnest((select :ttlsSeconds!::double precision[]))\n    ) as asked (resource_type, key, addend, ttl_seconds)\n),\nfound as (\n  select\n    given.resource_type,\n    given.key,\n    given.addend,\n    given.ttl_seconds,\n    cache.value,\n    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live\n  from given\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n),\ncounted as (\n  select\n    resource_type,\n    key,\n    is_live,\n    case\n      when is_live\n        then (value::bigint operator(pg_catalog.+) addend::bigint)::pg_catalog.text\n      else addend\n    end as value,\n    case\n      when ttl_seconds operator(pg_catalog.<>) 0\n        then current_timestamp operator(pg_catalog.+) (ttl_seconds operator(pg_catalog.*) interval '1 second')\n    end as expires_at\n  from found\n  where\n    case\n      when not is_live then true\n      when value operator(pg_catalog.~) '^(0|-?[1-9][0-9]{0,15})$'\n        then pg_catalog.abs(value::bigint) operator(pg_catalog.<=) 9007199254740991\n          and pg_catalog.abs(value::bigint operator(pg_catalog.+) addend::bigint) operator(pg_catalog.<=) 9007199254740991\n      else false\n    end\n)\nupdate pevensie.cache as cache\nset\n  value = counted.value,\n  expires_at = case when counted.is_live then cache.expires_at else counted.expires_at end,\n  stale_until = case when counted.is_live then cache.stale_until end,\n  tags = case when counted.is_live then cache.tags end,\n  snapshot = case when counted.is_live then cache.snapshot end\nfrom counted\nwhere cache.resource_type operator(pg_catalog.=) counted.resource_type and cache.key operator(pg_catalog.=) counted.key\nreturning cache.resource_type as \"resourceType\", cache.key, cache.value"};

/**
 * Query generated from SQL:
 * ```
 * -- incrementCacheEntries for rows that placeCacheEntries has locked.
 * with given as (
 *   select asked.resource_type, asked.key, asked.addend, asked.ttl_seconds
 *   from
 *     rows from (
 *       pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :addends!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :ttlsSeconds!::double precision[]))
 *     ) as asked (resource_type, key, addend, ttl_seconds)
 * ),
 * found as (
 *   select
 *     given.resource_type,
 *     given.key,
 *     given.addend,
 *     given.ttl_seconds,
 *     cache.value,
 *     coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)
 *       and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live
 *   from given
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 * ),
 * counted as (
 *   select
 *     resource_type,
 *     key,
 *     is_live,
 *     case
 *       when is_live
 *         then (value::bigint operator(pg_catalog.+) addend::bigint)::pg_catalog.text
 *       else addend
 *     end as value,
 *     case
 *       when ttl_seconds operator(pg_catalog.<>) 0
 *         then current_timestamp operator(pg_catalog.+) (ttl_seconds operator(pg_catalog.*) interval '1 second')
 *     end as expires_at
 *   from found
 *   where
 *     case
 *       when not is_live then true
 *       when value operator(pg_catalog.~) '^(0|-?[1-9][0-9]{0,15})$'
 *         then pg_catalog.abs(value::bigint) operator(pg_catalog.<=) 9007199254740991
 *           and pg_catalog.abs(value::bigint operator(pg_catalog.+) addend::bigint) operator(pg_catalog.<=) 9007199254740991
 *       else false
 *     end
 * )
 * update pevensie.cache as cache
 * set
 *   value = counted.value,
 *   expires_at = case when counted.is_live then cache.expires_at else counted.expires_at end,
 *   stale_until = case when counted.is_live then cache.stale_until end,
 *   tags = case when counted.is_live then cache.tags end,
 *   snapshot = case when counted.is_live then cache.snapshot end
 * from counted
 * where cache.resource_type operator(pg_catalog.=) counted.resource_type and cache.key operator(pg_catalog.=) counted.key
 * returning cache.resource_type as "resourceType", cache.key, cache.value
 * ```
 */
export const citusIncrementCacheEntries = new PreparedQuery<ICitusIncrementCacheEntriesParams,ICitusIncrementCacheEntriesResult>(citusIncrementCacheEntriesIR);


/** 'CitusAdmitLimitedCalls' parameters type */
export interface ICitusAdmitLimitedCallsParams {
  counts: NumberOrStringArray;
  emissions: NumberOrStringArray;
  keys: stringArray;
  resourceTypes: stringArray;
  tolerances: NumberOrStringArray;
}

/** 'CitusAdmitLimitedCalls' return type */
export interface ICitusAdmitLimitedCallsResult {
  key: string;
  resourceType: string;
  value: string;
}

/** 'CitusAdmitLimitedCalls' query type */
export interface ICitusAdmitLimitedCallsQuery {
  params: ICitusAdmitLimitedCallsParams;
  result: ICitusAdmitLimitedCallsResult;
}

const citusAdmitLimitedCallsIR: any = {"usedParamSet":{"resourceTypes":true,"keys":true,"emissions":true,"tolerances":true,"counts":true},"params":[{"name":"resourceTypes","required":true,"transform":{"type":"scalar"},"locs":[{"a":361,"b":375}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":431,"b":436}]},{"name":"emissions","required":true,"transform":{"type":"scalar"},"locs":[{"a":492,"b":502}]},{"name":"tolerances","required":true,"transform":{"type":"scalar"},"locs":[{"a":549,"b":560}]},{"name":"counts","required":true,"transform":{"type":"scalar"},"locs":[{"a":607,"b":614}]}],"statement":"-- admitLimitedCalls for rows that placeCacheEntries has locked.\nwith given as (\n  select\n    asked.resource_type,\n    asked.key,\n    asked.emission,\n    asked.tolerance,\n    asked.count,\n    (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000 as now\n  from\n    rows from (\n      pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),\n      pg_catalog.unnest((select :keys!::pg_catalog.text[])),\n      pg_catalog.unnest((select :emissions!::bigint[])),\n      pg_catalog.unnest((select :tolerances!::bigint[])),\n      pg_catalog.unnest((select :counts!::bigint[]))\n    ) as asked (resource_type, key, emission, tolerance, count)\n),\nfound as (\n  select\n    given.resource_type,\n    given.key,\n    given.emission,\n    given.tolerance,\n    given.count,\n    given.now,\n    greatest(\n      given.now,\n      case\n        when coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null\n          then pg_catalog.split_part(cache.value, ':', 2)::bigint\n      end\n    ) as arrival\n  from given\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n    or (\n      cache.tags is null\n      and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100\n      and cache.value operator(pg_catalog.~) '^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n      and pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19\n    )\n),\nadmitted as (\n  select\n    resource_type,\n    key,\n    emission,\n    tolerance,\n    count,\n    now,\n    arrival,\n    least(\n      count,\n      greatest(\n        0,\n        (tolerance operator(pg_catalog.-) (arrival operator(pg_catalog.-) now)) operator(pg_catalog./) emission\n      )\n    ) as admitted\n  from found\n),\ndecided as (\n  select\n    resource_type,\n    key,\n    pg_catalog.concat_ws(\n      ':',\n      'limit',\n      arrival operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission),\n      admitted,\n      arrival operator(pg_catalog.-) now operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission),\n      tolerance,\n      count\n    ) as value,\n    current_timestamp operator(pg_catalog.+) (\n      (\n        (\n          arrival\n          operator(pg_catalog.-) now\n          operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission)\n          operator(pg_catalog.+) 999\n        )\n        operator(pg_catalog./) 1000\n      )::double precision operator(pg_catalog.*) interval '1 microsecond'\n    ) as expires_at\n  from admitted\n)\nupdate pevensie.cache as cache\nset value = decided.value, expires_at = decided.expires_at, stale_until = null, tags = null, snapshot = null\nfrom decided\nwhere cache.resource_type operator(pg_catalog.=) decided.resource_type and cache.key operator(pg_catalog.=) decided.key\nreturning cache.resource_type as \"resourceType\", cache.key, cache.value"};

/**
 * Query generated from SQL:
 * ```
 * -- admitLimitedCalls for rows that placeCacheEntries has locked.
 * with given as (
 *   select
 *     asked.resource_type,
 *     asked.key,
 *     asked.emission,
 *     asked.tolerance,
 *     asked.count,
 *     (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000 as now
 *   from
 *     rows from (
 *       pg_catalog.unnest((select :resourceTypes!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :keys!::pg_catalog.text[])),
 *       pg_catalog.unnest((select :emissions!::bigint[])),
 *       pg_catalog.unnest((select :tolerances!::bigint[])),
 *       pg_catalog.unnest((select :counts!::bigint[]))
 *     ) as asked (resource_type, key, emission, tolerance, count)
 * ),
 * found as (
 *   select
 *     given.resource_type,
 *     given.key,
 *     given.emission,
 *     given.tolerance,
 *     given.count,
 *     given.now,
 *     greatest(
 *       given.now,
 *       case
 *         when coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null
 *           then pg_catalog.split_part(cache.value, ':', 2)::bigint
 *       end
 *     ) as arrival
 *   from given
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key
 *   where
 *     cache.expires_at operator(pg_catalog.<=) current_timestamp
 *     or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 *     or (
 *       cache.tags is null
 *       and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100
 *       and cache.value operator(pg_catalog.~) '^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'
 *       and pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19
 *     )
 * ),
 * admitted as (
 *   select
 *     resource_type,
 *     key,
 *     emission,
 *     tolerance,
 *     count,
 *     now,
 *     arrival,
 *     least(
 *       count,
 *       greatest(
 *         0,
 *         (tolerance operator(pg_catalog.-) (arrival operator(pg_catalog.-) now)) operator(pg_catalog./) emission
 *       )
 *     ) as admitted
 *   from found
 * ),
 * decided as (
 *   select
 *     resource_type,
 *     key,
 *     pg_catalog.concat_ws(
 *       ':',
 *       'limit',
 *       arrival operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission),
 *       admitted,
 *       arrival operator(pg_catalog.-) now operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission),
 *       tolerance,
 *       count
 *     ) as value,
 *     current_timestamp operator(pg_catalog.+) (
 *       (
 *         (
 *           arrival
 *           operator(pg_catalog.-) now
 *           operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission)
 *           operator(pg_catalog.+) 999
 *         )
 *         operator(pg_catalog./) 1000
 *       )::double precision operator(pg_catalog.*) interval '1 microsecond'
 *     ) as expires_at
 *   from admitted
 * )
 * update pevensie.cache as cache
 * set value = decided.value, expires_at = decided.expires_at, stale_until = null, tags = null, snapshot = null
 * from decided
 * where cache.resource_type operator(pg_catalog.=) decided.resource_type and cache.key operator(pg_catalog.=) decided.key
 * returning cache.resource_type as "resourceType", cache.key, cache.value
 * ```
 */
export const citusAdmitLimitedCalls = new PreparedQuery<ICitusAdmitLimitedCallsParams,ICitusAdmitLimitedCallsResult>(citusAdmitLimitedCallsIR);


/** 'GetCacheLeaseState' parameters type */
export interface IGetCacheLeaseStateParams {
  key: string;
  lostToken: string;
  resourceType: string;
}

/** 'GetCacheLeaseState' return type */
export interface IGetCacheLeaseStateResult {
  isLive: boolean;
  isStale: boolean;
  remainingMillis: string | null;
}

/** 'GetCacheLeaseState' query type */
export interface IGetCacheLeaseStateQuery {
  params: IGetCacheLeaseStateParams;
  result: IGetCacheLeaseStateResult;
}

const getCacheLeaseStateIR: any = {"usedParamSet":{"resourceType":true,"key":true,"lostToken":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":514,"b":527},{"a":908,"b":921}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":581,"b":585},{"a":975,"b":979}]},{"name":"lostToken","required":true,"transform":{"type":"scalar"},"locs":[{"a":1096,"b":1106}]}],"statement":"-- Returns the state that acquireCacheLease returns when it acquires no lease.\nselect\n  coalesce(entry.is_live, false) as \"isLive!\",\n  coalesce(entry.is_stale and not entry.is_live, false) as \"isStale!\",\n  other.remaining as \"remainingMillis\"\nfrom (select true) as one\nleft join (\n  select\n    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true) as is_live,\n    stale_until operator(pg_catalog.>) current_timestamp as is_stale\n  from pevensie.cache\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\n) as entry on true\nleft join (\n  select extract(epoch from expires_at operator(pg_catalog.-) current_timestamp) operator(pg_catalog.*) 1000 as remaining\n  from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and expires_at operator(pg_catalog.>) current_timestamp\n    and token operator(pg_catalog.<>) :lostToken!::pg_catalog.uuid\n) as other on true"};

/**
 * Query generated from SQL:
 * ```
 * -- Returns the state that acquireCacheLease returns when it acquires no lease.
 * select
 *   coalesce(entry.is_live, false) as "isLive!",
 *   coalesce(entry.is_stale and not entry.is_live, false) as "isStale!",
 *   other.remaining as "remainingMillis"
 * from (select true) as one
 * left join (
 *   select
 *     coalesce(expires_at operator(pg_catalog.>) current_timestamp, true) as is_live,
 *     stale_until operator(pg_catalog.>) current_timestamp as is_stale
 *   from pevensie.cache
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))
 * ) as entry on true
 * left join (
 *   select extract(epoch from expires_at operator(pg_catalog.-) current_timestamp) operator(pg_catalog.*) 1000 as remaining
 *   from pevensie.cache_lease
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and expires_at operator(pg_catalog.>) current_timestamp
 *     and token operator(pg_catalog.<>) :lostToken!::pg_catalog.uuid
 * ) as other on true
 * ```
 */
export const getCacheLeaseState = new PreparedQuery<IGetCacheLeaseStateParams,IGetCacheLeaseStateResult>(getCacheLeaseStateIR);


/** 'PlaceCacheLease' parameters type */
export interface IPlaceCacheLeaseParams {
  key: string;
  resourceType: string;
  token: string;
}

/** 'PlaceCacheLease' return type */
export type IPlaceCacheLeaseResult = void;

/** 'PlaceCacheLease' query type */
export interface IPlaceCacheLeaseQuery {
  params: IPlaceCacheLeaseParams;
  result: IPlaceCacheLeaseResult;
}

const placeCacheLeaseIR: any = {"usedParamSet":{"resourceType":true,"key":true,"token":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":211,"b":224}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":246,"b":250}]},{"name":"token","required":true,"transform":{"type":"scalar"},"locs":[{"a":272,"b":278}]}],"statement":"-- Locks the row of a lease, and creates it, as one that expired long ago, if it does not exist.\ninsert into pevensie.cache_lease as lease (resource_type, key, token, expires_at, snapshot, acquired_by)\nselect\n  :resourceType!::pg_catalog.text,\n  :key!::pg_catalog.text,\n  :token!::pg_catalog.uuid,\n  '-infinity'::pg_catalog.timestamptz,\n  pg_catalog.pg_current_snapshot(),\n  '0'::pg_catalog.xid8\non conflict (resource_type, key) do update set acquired_by = lease.acquired_by"};

/**
 * Query generated from SQL:
 * ```
 * -- Locks the row of a lease, and creates it, as one that expired long ago, if it does not exist.
 * insert into pevensie.cache_lease as lease (resource_type, key, token, expires_at, snapshot, acquired_by)
 * select
 *   :resourceType!::pg_catalog.text,
 *   :key!::pg_catalog.text,
 *   :token!::pg_catalog.uuid,
 *   '-infinity'::pg_catalog.timestamptz,
 *   pg_catalog.pg_current_snapshot(),
 *   '0'::pg_catalog.xid8
 * on conflict (resource_type, key) do update set acquired_by = lease.acquired_by
 * ```
 */
export const placeCacheLease = new PreparedQuery<IPlaceCacheLeaseParams,IPlaceCacheLeaseResult>(placeCacheLeaseIR);


/** 'PlaceLeasedCacheEntry' parameters type */
export interface IPlaceLeasedCacheEntryParams {
  key: string;
  lostToken: string;
  resourceType: string;
}

/** 'PlaceLeasedCacheEntry' return type */
export type IPlaceLeasedCacheEntryResult = void;

/** 'PlaceLeasedCacheEntry' query type */
export interface IPlaceLeasedCacheEntryQuery {
  params: IPlaceLeasedCacheEntryParams;
  result: IPlaceLeasedCacheEntryResult;
}

const placeLeasedCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true,"lostToken":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":355,"b":368}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":422,"b":426}]},{"name":"lostToken","required":true,"transform":{"type":"scalar"},"locs":[{"a":552,"b":562}]}],"statement":"-- placeCacheEntries for the entry of a lease that placeCacheLease has locked, if no other caller holds it: a new version of the row\n-- would void the lease. An INSERT that selects from the table itself is a syntax error in Citus 13.2.\nwith lease as (\n  select resource_type, key from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and (\n      expires_at operator(pg_catalog.<=) current_timestamp\n      or token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid\n    )\n  for update\n)\ninsert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)\nselect lease.resource_type, lease.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz\nfrom lease\non conflict (resource_type, key) do update set value = cache.value"};

/**
 * Query generated from SQL:
 * ```
 * -- placeCacheEntries for the entry of a lease that placeCacheLease has locked, if no other caller holds it: a new version of the row
 * -- would void the lease. An INSERT that selects from the table itself is a syntax error in Citus 13.2.
 * with lease as (
 *   select resource_type, key from pevensie.cache_lease
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and (
 *       expires_at operator(pg_catalog.<=) current_timestamp
 *       or token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid
 *     )
 *   for update
 * )
 * insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)
 * select lease.resource_type, lease.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz
 * from lease
 * on conflict (resource_type, key) do update set value = cache.value
 * ```
 */
export const placeLeasedCacheEntry = new PreparedQuery<IPlaceLeasedCacheEntryParams,IPlaceLeasedCacheEntryResult>(placeLeasedCacheEntryIR);


/** 'CitusAcquireCacheLease' parameters type */
export interface ICitusAcquireCacheLeaseParams {
  key: string;
  leaseSeconds: number;
  lostToken: string;
  resourceType: string;
  token: string;
}

/** 'CitusAcquireCacheLease' return type */
export interface ICitusAcquireCacheLeaseResult {
  isStale: boolean;
}

/** 'CitusAcquireCacheLease' query type */
export interface ICitusAcquireCacheLeaseQuery {
  params: ICitusAcquireCacheLeaseParams;
  result: ICitusAcquireCacheLeaseResult;
}

const citusAcquireCacheLeaseIR: any = {"usedParamSet":{"resourceType":true,"key":true,"lostToken":true,"token":true,"leaseSeconds":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":386,"b":399}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":453,"b":457}]},{"name":"lostToken","required":true,"transform":{"type":"scalar"},"locs":[{"a":583,"b":593}]},{"name":"token","required":true,"transform":{"type":"scalar"},"locs":[{"a":1981,"b":1987}]},{"name":"leaseSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":2064,"b":2077}]}],"statement":"-- acquireCacheLease for rows that placeCacheLease and placeLeasedCacheEntry have locked. The transaction id is that of the node with the\n-- rows, which the new version of the entry's row has. Returns no row if another caller holds the lease, or if there is a value.\nwith lease as (\n  select resource_type, key from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n    and (\n      expires_at operator(pg_catalog.<=) current_timestamp\n      or token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid\n    )\n),\nentry as (\n  select\n    cache.resource_type,\n    cache.key,\n    coalesce(\n      cache.stale_until operator(pg_catalog.>) current_timestamp\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)),\n      false\n    ) as is_stale\n  from lease\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) lease.resource_type and cache.key operator(pg_catalog.=) lease.key\n  where\n    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n),\nplaced as (\n  update pevensie.cache as cache\n  set\n    value = case when entry.is_stale then cache.value else '' end,\n    expires_at = case when entry.is_stale then cache.expires_at else '-infinity'::pg_catalog.timestamptz end,\n    stale_until = case when entry.is_stale then cache.stale_until else '-infinity'::pg_catalog.timestamptz end,\n    tags = case when entry.is_stale then cache.tags end,\n    snapshot = case when entry.is_stale then cache.snapshot end\n  from entry\n  where cache.resource_type operator(pg_catalog.=) entry.resource_type and cache.key operator(pg_catalog.=) entry.key\n  returning cache.resource_type, cache.key, cache.xmin::pg_catalog.text::pg_catalog.xid8 as version, entry.is_stale\n)\nupdate pevensie.cache_lease as lease\nset\n  token = :token!::pg_catalog.uuid,\n  expires_at = current_timestamp operator(pg_catalog.+) (:leaseSeconds!::double precision operator(pg_catalog.*) interval '1 second'),\n  snapshot = pg_catalog.pg_current_snapshot(),\n  acquired_by = placed.version\nfrom placed\nwhere lease.resource_type operator(pg_catalog.=) placed.resource_type and lease.key operator(pg_catalog.=) placed.key\nreturning placed.is_stale as \"isStale!\""};

/**
 * Query generated from SQL:
 * ```
 * -- acquireCacheLease for rows that placeCacheLease and placeLeasedCacheEntry have locked. The transaction id is that of the node with the
 * -- rows, which the new version of the entry's row has. Returns no row if another caller holds the lease, or if there is a value.
 * with lease as (
 *   select resource_type, key from pevensie.cache_lease
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *     and (
 *       expires_at operator(pg_catalog.<=) current_timestamp
 *       or token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid
 *     )
 * ),
 * entry as (
 *   select
 *     cache.resource_type,
 *     cache.key,
 *     coalesce(
 *       cache.stale_until operator(pg_catalog.>) current_timestamp
 *       and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)),
 *       false
 *     ) as is_stale
 *   from lease
 *   join pevensie.cache as cache
 *     on cache.resource_type operator(pg_catalog.=) lease.resource_type and cache.key operator(pg_catalog.=) lease.key
 *   where
 *     cache.expires_at operator(pg_catalog.<=) current_timestamp
 *     or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))
 * ),
 * placed as (
 *   update pevensie.cache as cache
 *   set
 *     value = case when entry.is_stale then cache.value else '' end,
 *     expires_at = case when entry.is_stale then cache.expires_at else '-infinity'::pg_catalog.timestamptz end,
 *     stale_until = case when entry.is_stale then cache.stale_until else '-infinity'::pg_catalog.timestamptz end,
 *     tags = case when entry.is_stale then cache.tags end,
 *     snapshot = case when entry.is_stale then cache.snapshot end
 *   from entry
 *   where cache.resource_type operator(pg_catalog.=) entry.resource_type and cache.key operator(pg_catalog.=) entry.key
 *   returning cache.resource_type, cache.key, cache.xmin::pg_catalog.text::pg_catalog.xid8 as version, entry.is_stale
 * )
 * update pevensie.cache_lease as lease
 * set
 *   token = :token!::pg_catalog.uuid,
 *   expires_at = current_timestamp operator(pg_catalog.+) (:leaseSeconds!::double precision operator(pg_catalog.*) interval '1 second'),
 *   snapshot = pg_catalog.pg_current_snapshot(),
 *   acquired_by = placed.version
 * from placed
 * where lease.resource_type operator(pg_catalog.=) placed.resource_type and lease.key operator(pg_catalog.=) placed.key
 * returning placed.is_stale as "isStale!"
 * ```
 */
export const citusAcquireCacheLease = new PreparedQuery<ICitusAcquireCacheLeaseParams,ICitusAcquireCacheLeaseResult>(citusAcquireCacheLeaseIR);


/** 'RemovePlacedCacheLease' parameters type */
export interface IRemovePlacedCacheLeaseParams {
  key: string;
  resourceType: string;
}

/** 'RemovePlacedCacheLease' return type */
export type IRemovePlacedCacheLeaseResult = void;

/** 'RemovePlacedCacheLease' query type */
export interface IRemovePlacedCacheLeaseQuery {
  params: IRemovePlacedCacheLeaseParams;
  result: IRemovePlacedCacheLeaseResult;
}

const removePlacedCacheLeaseIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":177,"b":190}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":242,"b":246}]}],"statement":"-- Removes the row that placeCacheLease has locked and nobody has a lease under: there is a value.\ndelete from pevensie.cache_lease\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\n  and expires_at operator(pg_catalog.<=) current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * -- Removes the row that placeCacheLease has locked and nobody has a lease under: there is a value.
 * delete from pevensie.cache_lease
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   and expires_at operator(pg_catalog.<=) current_timestamp
 * ```
 */
export const removePlacedCacheLease = new PreparedQuery<IRemovePlacedCacheLeaseParams,IRemovePlacedCacheLeaseResult>(removePlacedCacheLeaseIR);


/** 'CitusRemoveSeenInvalidations' parameters type */
export interface ICitusRemoveSeenInvalidationsParams {
  batchSize: number;
  from: string;
}

/** 'CitusRemoveSeenInvalidations' return type */
export interface ICitusRemoveSeenInvalidationsResult {
  lastTag: string | null;
  milliseconds: string | null;
  removed: number | null;
}

/** 'CitusRemoveSeenInvalidations' query type */
export interface ICitusRemoveSeenInvalidationsQuery {
  params: ICitusRemoveSeenInvalidationsParams;
  result: ICitusRemoveSeenInvalidationsResult;
}

const citusRemoveSeenInvalidationsIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":747,"b":752}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":981,"b":991}]}],"statement":"-- removeSeenCacheInvalidations. The transactions are those of the node that statements are sent to. Its snapshot is what Citus puts in\n-- place of the call in a DELETE; in a SELECT it would be that of the node with the rows.\nwith oldest as (\n  select\n    least(\n      (\n        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache\n        where snapshot is not null\n        order by pg_catalog.pg_snapshot_xmin(snapshot)\n        limit 1\n      ),\n      (\n        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache_lease\n        order by pg_catalog.pg_snapshot_xmin(snapshot)\n        limit 1\n      )\n    ) as xmin\n),\nseen as (\n  select tag, xact_id from pevensie.cache_invalidation\n  where\n    tag operator(pg_catalog.>=) :from!::pg_catalog.text\n    and (xact_id operator(pg_catalog.<) (select xmin from oldest)) is not false\n    and invalidated_at operator(pg_catalog.<) (current_timestamp operator(pg_catalog.-) interval '1 hour')\n  order by tag\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache_invalidation as invalidation\n  using seen\n  where\n    invalidation.tag operator(pg_catalog.=) seen.tag\n    and invalidation.xact_id operator(pg_catalog.=) seen.xact_id\n    and invalidation.xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())\n  returning invalidation.tag\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  pg_catalog.max(tag) as \"lastTag\",\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- removeSeenCacheInvalidations. The transactions are those of the node that statements are sent to. Its snapshot is what Citus puts in
 * -- place of the call in a DELETE; in a SELECT it would be that of the node with the rows.
 * with oldest as (
 *   select
 *     least(
 *       (
 *         select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache
 *         where snapshot is not null
 *         order by pg_catalog.pg_snapshot_xmin(snapshot)
 *         limit 1
 *       ),
 *       (
 *         select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache_lease
 *         order by pg_catalog.pg_snapshot_xmin(snapshot)
 *         limit 1
 *       )
 *     ) as xmin
 * ),
 * seen as (
 *   select tag, xact_id from pevensie.cache_invalidation
 *   where
 *     tag operator(pg_catalog.>=) :from!::pg_catalog.text
 *     and (xact_id operator(pg_catalog.<) (select xmin from oldest)) is not false
 *     and invalidated_at operator(pg_catalog.<) (current_timestamp operator(pg_catalog.-) interval '1 hour')
 *   order by tag
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.cache_invalidation as invalidation
 *   using seen
 *   where
 *     invalidation.tag operator(pg_catalog.=) seen.tag
 *     and invalidation.xact_id operator(pg_catalog.=) seen.xact_id
 *     and invalidation.xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
 *   returning invalidation.tag
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   pg_catalog.max(tag) as "lastTag",
 *   extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
 *     operator(pg_catalog.*) 1000 as milliseconds
 * from removed
 * ```
 */
export const citusRemoveSeenInvalidations = new PreparedQuery<ICitusRemoveSeenInvalidationsParams,ICitusRemoveSeenInvalidationsResult>(citusRemoveSeenInvalidationsIR);


