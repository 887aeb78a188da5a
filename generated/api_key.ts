// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/api_key.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type DateOrString = Date | string;

/** A type of parameters or columns. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'CreateApiKey' parameters type */
export interface ICreateApiKeyParams {
  id: string;
  keyHash: string;
  name: string;
  scopes: stringArray;
  start: string;
  ttlSeconds?: number | null | void;
  userId: string;
}

/** 'CreateApiKey' return type */
export interface ICreateApiKeyResult {
  createdAt: string;
  expiresAt: string | null;
  id: string;
  lastUsedAt: string | null;
  name: string;
  scopes: Json;
  start: string;
  userId: string;
}

/** 'CreateApiKey' query type */
export interface ICreateApiKeyQuery {
  params: ICreateApiKeyParams;
  result: ICreateApiKeyResult;
}

const createApiKeyIR: any = {"usedParamSet":{"userId":true,"id":true,"ttlSeconds":true,"name":true,"start":true,"scopes":true,"keyHash":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":417,"b":424},{"a":561,"b":568}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":820,"b":823}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":1180,"b":1190}]},{"name":"name","required":true,"transform":{"type":"scalar"},"locs":[{"a":1232,"b":1237}]},{"name":"start","required":true,"transform":{"type":"scalar"},"locs":[{"a":1259,"b":1265}]},{"name":"scopes","required":true,"transform":{"type":"scalar"},"locs":[{"a":1287,"b":1294}]},{"name":"keyHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":1318,"b":1326}]}],"statement":"-- Returns no row if the user does not exist, is deleted or is banned. FOR NO KEY UPDATE serialises with deletion and bans. If another\n-- transaction changed the user's access after this statement's snapshot, the key is created expired. Compares the access stamp\n-- (docs/architecture.md, Terms).\nwith requested as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n),\nowner as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\ninsert into pevensie.api_key (id, expires_at, user_id, name, start, scopes, key_hash)\nselect\n  :id!::pg_catalog.uuid,\n  case\n    when\n      owner.email operator(pg_catalog.<>) requested.email\n      or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)\n        coalesce(requested.device_tokens_valid_from, '-infinity')\n    then current_timestamp\n    else current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision)\n  end,\n  owner.id,\n  :name!::pg_catalog.text,\n  :start!::pg_catalog.text,\n  :scopes!::pg_catalog.text[],\n  :keyHash!::pg_catalog.text\nfrom owner\njoin requested on requested.id operator(pg_catalog.=) owner.id\nreturning\n  id,\n  user_id as \"userId\",\n  name,\n  start,\n  pg_catalog.to_jsonb(scopes) as \"scopes!\",\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  extract(epoch from last_used_at) as \"lastUsedAt\""};

/**
 * Query generated from SQL:
 * ```
 * -- Returns no row if the user does not exist, is deleted or is banned. FOR NO KEY UPDATE serialises with deletion and bans. If another
 * -- transaction changed the user's access after this statement's snapshot, the key is created expired. Compares the access stamp
 * -- (docs/architecture.md, Terms).
 * with requested as (
 *   select id, email, device_tokens_valid_from from pevensie."user"
 *   where id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * ),
 * owner as (
 *   select id, email, device_tokens_valid_from from pevensie."user"
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 *   for no key update
 * )
 * insert into pevensie.api_key (id, expires_at, user_id, name, start, scopes, key_hash)
 * select
 *   :id!::pg_catalog.uuid,
 *   case
 *     when
 *       owner.email operator(pg_catalog.<>) requested.email
 *       or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)
 *         coalesce(requested.device_tokens_valid_from, '-infinity')
 *     then current_timestamp
 *     else current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision)
 *   end,
 *   owner.id,
 *   :name!::pg_catalog.text,
 *   :start!::pg_catalog.text,
 *   :scopes!::pg_catalog.text[],
 *   :keyHash!::pg_catalog.text
 * from owner
 * join requested on requested.id operator(pg_catalog.=) owner.id
 * returning
 *   id,
 *   user_id as "userId",
 *   name,
 *   start,
 *   pg_catalog.to_jsonb(scopes) as "scopes!",
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   extract(epoch from last_used_at) as "lastUsedAt"
 * ```
 */
export const createApiKey = new PreparedQuery<ICreateApiKeyParams,ICreateApiKeyResult>(createApiKeyIR);


/** 'GetApiKeyWithUser' parameters type */
export interface IGetApiKeyWithUserParams {
  keyHash: string;
}

/** 'GetApiKeyWithUser' return type */
export interface IGetApiKeyWithUserResult {
  createdAt: string;
  expiresAt: string | null;
  id: string;
  largeAppMetadata: Json | null;
  largeUserMetadata: Json | null;
  lastUsedAt: string | null;
  name: string;
  scopes: Json | null;
  start: string;
  touchDue: boolean | null;
  user: string;
  userId: string;
}

/** 'GetApiKeyWithUser' query type */
export interface IGetApiKeyWithUserQuery {
  params: IGetApiKeyWithUserParams;
  result: IGetApiKeyWithUserResult;
}

const getApiKeyWithUserIR: any = {"usedParamSet":{"keyHash":true},"params":[{"name":"keyHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":1150,"b":1158}]}],"statement":"-- No row for an expired key, or for a key of a deleted or banned user. NULL is sent without a value: it means that there are no scopes, and\n-- that the use of the key need not be recorded.\nselect\n  api_key.id,\n  api_key.user_id as \"userId\",\n  api_key.name,\n  api_key.start,\n  case when api_key.scopes operator(pg_catalog.<>) '{}' then pg_catalog.array_to_json(api_key.scopes) end as \"scopes\",\n  extract(epoch from api_key.created_at) as \"createdAt!\",\n  extract(epoch from api_key.expires_at) as \"expiresAt\",\n  extract(epoch from api_key.last_used_at) as \"lastUsedAt\",\n  case\n    when api_key.last_used_at operator(pg_catalog.>) (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))\n    then null\n    else true\n  end as \"touchDue\",\n  owner.json as \"user\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as \"largeAppMetadata\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as \"largeUserMetadata\"\nfrom pevensie.api_key as api_key\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) api_key.user_id\nwhere\n  api_key.key_hash operator(pg_catalog.=) :keyHash!::pg_catalog.text\n  and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * -- No row for an expired key, or for a key of a deleted or banned user. NULL is sent without a value: it means that there are no scopes, and
 * -- that the use of the key need not be recorded.
 * select
 *   api_key.id,
 *   api_key.user_id as "userId",
 *   api_key.name,
 *   api_key.start,
 *   case when api_key.scopes operator(pg_catalog.<>) '{}' then pg_catalog.array_to_json(api_key.scopes) end as "scopes",
 *   extract(epoch from api_key.created_at) as "createdAt!",
 *   extract(epoch from api_key.expires_at) as "expiresAt",
 *   extract(epoch from api_key.last_used_at) as "lastUsedAt",
 *   case
 *     when api_key.last_used_at operator(pg_catalog.>) (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))
 *     then null
 *     else true
 *   end as "touchDue",
 *   owner.json as "user",
 *   case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as "largeAppMetadata",
 *   case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as "largeUserMetadata"
 * from pevensie.api_key as api_key
 * join pevensie."user" as owner on owner.id operator(pg_catalog.=) api_key.user_id
 * where
 *   api_key.key_hash operator(pg_catalog.=) :keyHash!::pg_catalog.text
 *   and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)
 *   and owner.deleted_at is null
 *   and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
 * ```
 */
export const getApiKeyWithUser = new PreparedQuery<IGetApiKeyWithUserParams,IGetApiKeyWithUserResult>(getApiKeyWithUserIR);


/** 'GetApiKeysWithUsers' parameters type */
export interface IGetApiKeysWithUsersParams {
  keyHashes: stringArray;
}

/** 'GetApiKeysWithUsers' return type */
export interface IGetApiKeysWithUsersResult {
  createdAt: string;
  expiresAt: string | null;
  id: string;
  keyHash: string;
  largeAppMetadata: Json | null;
  largeUserMetadata: Json | null;
  lastUsedAt: string | null;
  name: string;
  scopes: Json | null;
  start: string;
  touchDue: boolean | null;
  user: string;
  userId: string;
}

/** 'GetApiKeysWithUsers' query type */
export interface IGetApiKeysWithUsersQuery {
  params: IGetApiKeysWithUsersParams;
  result: IGetApiKeysWithUsersResult;
}

const getApiKeysWithUsersIR: any = {"usedParamSet":{"keyHashes":true},"params":[{"name":"keyHashes","required":true,"transform":{"type":"scalar"},"locs":[{"a":1099,"b":1109}]}],"statement":"-- getApiKeyWithUser for many keys. The subquery is executed once for all rows.\nselect\n  api_key.id,\n  api_key.user_id as \"userId\",\n  api_key.name,\n  api_key.start,\n  case when api_key.scopes operator(pg_catalog.<>) '{}' then pg_catalog.array_to_json(api_key.scopes) end as \"scopes\",\n  extract(epoch from api_key.created_at) as \"createdAt!\",\n  extract(epoch from api_key.expires_at) as \"expiresAt\",\n  extract(epoch from api_key.last_used_at) as \"lastUsedAt\",\n  api_key.key_hash as \"keyHash\",\n  case\n    when api_key.last_used_at operator(pg_catalog.>)\n      (select current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))\n    then null\n    else true\n  end as \"touchDue\",\n  owner.json as \"user\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as \"largeAppMetadata\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as \"largeUserMetadata\"\nfrom pevensie.api_key as api_key\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) api_key.user_id\nwhere\n  api_key.key_hash operator(pg_catalog.=) any ((select :keyHashes!::pg_catalog.text[])::pg_catalog.text[])\n  and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * -- getApiKeyWithUser for many keys. The subquery is executed once for all rows.
 * select
 *   api_key.id,
 *   api_key.user_id as "userId",
 *   api_key.name,
 *   api_key.start,
 *   case when api_key.scopes operator(pg_catalog.<>) '{}' then pg_catalog.array_to_json(api_key.scopes) end as "scopes",
 *   extract(epoch from api_key.created_at) as "createdAt!",
 *   extract(epoch from api_key.expires_at) as "expiresAt",
 *   extract(epoch from api_key.last_used_at) as "lastUsedAt",
 *   api_key.key_hash as "keyHash",
 *   case
 *     when api_key.last_used_at operator(pg_catalog.>)
 *       (select current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))
 *     then null
 *     else true
 *   end as "touchDue",
 *   owner.json as "user",
 *   case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as "largeAppMetadata",
 *   case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as "largeUserMetadata"
 * from pevensie.api_key as api_key
 * join pevensie."user" as owner on owner.id operator(pg_catalog.=) api_key.user_id
 * where
 *   api_key.key_hash operator(pg_catalog.=) any ((select :keyHashes!::pg_catalog.text[])::pg_catalog.text[])
 *   and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)
 *   and owner.deleted_at is null
 *   and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
 * ```
 */
export const getApiKeysWithUsers = new PreparedQuery<IGetApiKeysWithUsersParams,IGetApiKeysWithUsersResult>(getApiKeysWithUsersIR);


/** 'TouchApiKeys' parameters type */
export interface ITouchApiKeysParams {
  ids: stringArray;
}

/** 'TouchApiKeys' return type */
export type ITouchApiKeysResult = void;

/** 'TouchApiKeys' query type */
export interface ITouchApiKeysQuery {
  params: ITouchApiKeysParams;
  result: ITouchApiKeysResult;
}

const touchApiKeysIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":224,"b":228}]}],"statement":"-- Records that keys were used, unless that has been done a short while ago. Skips rows that another transaction has locked.\nwith due as (\n  select id from pevensie.api_key\n  where\n    id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])\n    and coalesce(\n      last_used_at operator(pg_catalog.<=) (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1)), true\n    )\n  for no key update skip locked\n)\nupdate pevensie.api_key as api_key\nset last_used_at = current_timestamp\nfrom due\nwhere api_key.id operator(pg_catalog.=) due.id"};

/**
 * Query generated from SQL:
 * ```
 * -- Records that keys were used, unless that has been done a short while ago. Skips rows that another transaction has locked.
 * with due as (
 *   select id from pevensie.api_key
 *   where
 *     id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
 *     and coalesce(
 *       last_used_at operator(pg_catalog.<=) (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1)), true
 *     )
 *   for no key update skip locked
 * )
 * update pevensie.api_key as api_key
 * set last_used_at = current_timestamp
 * from due
 * where api_key.id operator(pg_catalog.=) due.id
 * ```
 */
export const touchApiKeys = new PreparedQuery<ITouchApiKeysParams,ITouchApiKeysResult>(touchApiKeysIR);


/** 'ListApiKeys' parameters type */
export interface IListApiKeysParams {
  userId: string;
}

/** 'ListApiKeys' return type */
export interface IListApiKeysResult {
  createdAt: string;
  expiresAt: string | null;
  id: string;
  lastUsedAt: string | null;
  name: string;
  scopes: Json;
  start: string;
  userId: string;
}

/** 'ListApiKeys' query type */
export interface IListApiKeysQuery {
  params: IListApiKeysParams;
  result: IListApiKeysResult;
}

const listApiKeysIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":409,"b":416}]}],"statement":"-- Live keys, newest first by the database's clock: ids have the time of the process that made them.\nselect\n  id,\n  user_id as \"userId\",\n  name,\n  start,\n  pg_catalog.to_jsonb(scopes) as \"scopes!\",\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  extract(epoch from last_used_at) as \"lastUsedAt\"\nfrom pevensie.api_key\nwhere\n  user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  and (expires_at is null or expires_at operator(pg_catalog.>) current_timestamp)\norder by created_at desc, id desc"};

/**
 * Query generated from SQL:
 * ```
 * -- Live keys, newest first by the database's clock: ids have the time of the process that made them.
 * select
 *   id,
 *   user_id as "userId",
 *   name,
 *   start,
 *   pg_catalog.to_jsonb(scopes) as "scopes!",
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   extract(epoch from last_used_at) as "lastUsedAt"
 * from pevensie.api_key
 * where
 *   user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *   and (expires_at is null or expires_at operator(pg_catalog.>) current_timestamp)
 * order by created_at desc, id desc
 * ```
 */
export const listApiKeys = new PreparedQuery<IListApiKeysParams,IListApiKeysResult>(listApiKeysIR);


/** 'DeleteApiKey' parameters type */
export interface IDeleteApiKeyParams {
  id: string;
  userId?: string | null | void;
}

/** 'DeleteApiKey' return type */
export type IDeleteApiKeyResult = void;

/** 'DeleteApiKey' query type */
export interface IDeleteApiKeyQuery {
  params: IDeleteApiKeyParams;
  result: IDeleteApiKeyResult;
}

const deleteApiKeyIR: any = {"usedParamSet":{"id":true,"userId":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":63,"b":66}]},{"name":"userId","required":false,"transform":{"type":"scalar"},"locs":[{"a":92,"b":98},{"a":159,"b":165}]}],"statement":"delete from pevensie.api_key\nwhere\n  id operator(pg_catalog.=) :id!::pg_catalog.uuid\n  and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.api_key
 * where
 *   id operator(pg_catalog.=) :id!::pg_catalog.uuid
 *   and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)
 * ```
 */
export const deleteApiKey = new PreparedQuery<IDeleteApiKeyParams,IDeleteApiKeyResult>(deleteApiKeyIR);


/** 'RemoveExpiredApiKeys' parameters type */
export interface IRemoveExpiredApiKeysParams {
  batchSize: number;
  from: DateOrString;
}

/** 'RemoveExpiredApiKeys' return type */
export interface IRemoveExpiredApiKeysResult {
  milliseconds: string | null;
  removed: number | null;
  until: string | null;
}

/** 'RemoveExpiredApiKeys' query type */
export interface IRemoveExpiredApiKeysQuery {
  params: IRemoveExpiredApiKeysParams;
  result: IRemoveExpiredApiKeysResult;
}

const removeExpiredApiKeysIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":311,"b":316}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":429,"b":439}]}],"statement":"-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.\n-- The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select id, expires_at from pevensie.api_key\n  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.api_key as api_key\n  using expired\n  where api_key.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
 * -- The milliseconds are measured on the server, without network and commit.
 * with expired as (
 *   select id, expires_at from pevensie.api_key
 *   where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
 *   order by expires_at
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.api_key as api_key
 *   using expired
 *   where api_key.id operator(pg_catalog.=) expired.id
 *   returning expired.expires_at
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   extract(epoch from pg_catalog.max(expires_at)) as until,
 *   extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
 *     operator(pg_catalog.*) 1000 as milliseconds
 * from removed
 * ```
 */
export const removeExpiredApiKeys = new PreparedQuery<IRemoveExpiredApiKeysParams,IRemoveExpiredApiKeysResult>(removeExpiredApiKeysIR);


