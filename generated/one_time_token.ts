// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/one_time_token.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type one_time_token_type = 'password-reset';

export type DateOrString = Date | string;

/** 'CreateOneTimeToken' parameters type */
export interface ICreateOneTimeTokenParams {
  id: string;
  tokenHash: string;
  tokenType: one_time_token_type;
  ttlSeconds: number;
  userId: string;
}

/** 'CreateOneTimeToken' return type */
export interface ICreateOneTimeTokenResult {
  id: string;
}

/** 'CreateOneTimeToken' query type */
export interface ICreateOneTimeTokenQuery {
  params: ICreateOneTimeTokenParams;
  result: ICreateOneTimeTokenResult;
}

const createOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"id":true,"tokenType":true,"tokenHash":true,"ttlSeconds":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":185,"b":192}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":404,"b":407}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":418,"b":428}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":475,"b":485}]},{"name":"ttlSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":549,"b":560}]}],"statement":"-- Takes the place of the live token of that user and type. No row: the user does not exist, is deleted, or is banned.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id = :userId!::uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until <= current_timestamp)\n  for share\n)\ninsert into pevensie.one_time_token (id, token_type, user_id, token_hash, expires_at)\nselect\n  :id!::uuid,\n  :tokenType!::pevensie.one_time_token_type,\n  owner.id,\n  :tokenHash!::text,\n  current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds!::double precision)\nfrom owner\non conflict (user_id, token_type) where deleted_at is null and used_at is null\ndo update set\n  id = excluded.id,\n  created_at = excluded.created_at,\n  expires_at = excluded.expires_at,\n  token_hash = excluded.token_hash\nreturning id"};

/**
 * Query generated from SQL:
 * ```
 * -- Takes the place of the live token of that user and type. No row: the user does not exist, is deleted, or is banned.
 * with owner as (
 *   select id from pevensie."user"
 *   where
 *     id = :userId!::uuid
 *     and deleted_at is null
 *     and (banned_until is null or banned_until <= current_timestamp)
 *   for share
 * )
 * insert into pevensie.one_time_token (id, token_type, user_id, token_hash, expires_at)
 * select
 *   :id!::uuid,
 *   :tokenType!::pevensie.one_time_token_type,
 *   owner.id,
 *   :tokenHash!::text,
 *   current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds!::double precision)
 * from owner
 * on conflict (user_id, token_type) where deleted_at is null and used_at is null
 * do update set
 *   id = excluded.id,
 *   created_at = excluded.created_at,
 *   expires_at = excluded.expires_at,
 *   token_hash = excluded.token_hash
 * returning id
 * ```
 */
export const createOneTimeToken = new PreparedQuery<ICreateOneTimeTokenParams,ICreateOneTimeTokenResult>(createOneTimeTokenIR);


/** 'GetOneTimeTokenOwner' parameters type */
export interface IGetOneTimeTokenOwnerParams {
  tokenHash: string;
  tokenType: one_time_token_type;
}

/** 'GetOneTimeTokenOwner' return type */
export interface IGetOneTimeTokenOwnerResult {
  userId: string;
}

/** 'GetOneTimeTokenOwner' query type */
export interface IGetOneTimeTokenOwnerQuery {
  params: IGetOneTimeTokenOwnerParams;
  result: IGetOneTimeTokenOwnerResult;
}

const getOneTimeTokenOwnerIR: any = {"usedParamSet":{"tokenType":true,"tokenHash":true},"params":[{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":163,"b":173}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":230,"b":240}]}],"statement":"-- Whose a live token is, for whoever has nothing but the token.\nselect token.user_id as \"userId\"\nfrom pevensie.one_time_token as token\nwhere\n  token.token_type = :tokenType!::pevensie.one_time_token_type\n  and token.token_hash = :tokenHash!::text\n  and token.deleted_at is null\n  and token.used_at is null\n  and token.expires_at > current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * -- Whose a live token is, for whoever has nothing but the token.
 * select token.user_id as "userId"
 * from pevensie.one_time_token as token
 * where
 *   token.token_type = :tokenType!::pevensie.one_time_token_type
 *   and token.token_hash = :tokenHash!::text
 *   and token.deleted_at is null
 *   and token.used_at is null
 *   and token.expires_at > current_timestamp
 * ```
 */
export const getOneTimeTokenOwner = new PreparedQuery<IGetOneTimeTokenOwnerParams,IGetOneTimeTokenOwnerResult>(getOneTimeTokenOwnerIR);


/** 'ValidateOneTimeToken' parameters type */
export interface IValidateOneTimeTokenParams {
  tokenHash: string;
  tokenType: one_time_token_type;
  userId: string;
}

/** 'ValidateOneTimeToken' return type */
export interface IValidateOneTimeTokenResult {
  id: string;
}

/** 'ValidateOneTimeToken' query type */
export interface IValidateOneTimeTokenQuery {
  params: IValidateOneTimeTokenParams;
  result: IValidateOneTimeTokenResult;
}

const validateOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"tokenType":true,"tokenHash":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":136,"b":143}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":176,"b":186}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":243,"b":253}]}],"statement":"select token.id\nfrom pevensie.one_time_token as token\njoin pevensie.\"user\" as owner on owner.id = token.user_id\nwhere\n  token.user_id = :userId!::uuid\n  and token.token_type = :tokenType!::pevensie.one_time_token_type\n  and token.token_hash = :tokenHash!::text\n  and token.deleted_at is null\n  and token.used_at is null\n  and token.expires_at > current_timestamp\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until <= current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * select token.id
 * from pevensie.one_time_token as token
 * join pevensie."user" as owner on owner.id = token.user_id
 * where
 *   token.user_id = :userId!::uuid
 *   and token.token_type = :tokenType!::pevensie.one_time_token_type
 *   and token.token_hash = :tokenHash!::text
 *   and token.deleted_at is null
 *   and token.used_at is null
 *   and token.expires_at > current_timestamp
 *   and owner.deleted_at is null
 *   and (owner.banned_until is null or owner.banned_until <= current_timestamp)
 * ```
 */
export const validateOneTimeToken = new PreparedQuery<IValidateOneTimeTokenParams,IValidateOneTimeTokenResult>(validateOneTimeTokenIR);


/** 'UseOneTimeToken' parameters type */
export interface IUseOneTimeTokenParams {
  tokenHash: string;
  tokenType: one_time_token_type;
  userId: string;
}

/** 'UseOneTimeToken' return type */
export interface IUseOneTimeTokenResult {
  id: string;
}

/** 'UseOneTimeToken' query type */
export interface IUseOneTimeTokenQuery {
  params: IUseOneTimeTokenParams;
  result: IUseOneTimeTokenResult;
}

const useOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"tokenType":true,"tokenHash":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":168,"b":175}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":433,"b":443}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":500,"b":510}]}],"statement":"-- The owner's row is locked before the token's, in the order of whoever deletes or changes the user.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id = :userId!::uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until <= current_timestamp)\n  for share\n)\nupdate pevensie.one_time_token as token\nset used_at = current_timestamp\nfrom owner\nwhere\n  token.user_id = owner.id\n  and token.token_type = :tokenType!::pevensie.one_time_token_type\n  and token.token_hash = :tokenHash!::text\n  and token.deleted_at is null\n  and token.used_at is null\n  and token.expires_at > current_timestamp\nreturning token.id"};

/**
 * Query generated from SQL:
 * ```
 * -- The owner's row is locked before the token's, in the order of whoever deletes or changes the user.
 * with owner as (
 *   select id from pevensie."user"
 *   where
 *     id = :userId!::uuid
 *     and deleted_at is null
 *     and (banned_until is null or banned_until <= current_timestamp)
 *   for share
 * )
 * update pevensie.one_time_token as token
 * set used_at = current_timestamp
 * from owner
 * where
 *   token.user_id = owner.id
 *   and token.token_type = :tokenType!::pevensie.one_time_token_type
 *   and token.token_hash = :tokenHash!::text
 *   and token.deleted_at is null
 *   and token.used_at is null
 *   and token.expires_at > current_timestamp
 * returning token.id
 * ```
 */
export const useOneTimeToken = new PreparedQuery<IUseOneTimeTokenParams,IUseOneTimeTokenResult>(useOneTimeTokenIR);


/** 'DeleteOneTimeToken' parameters type */
export interface IDeleteOneTimeTokenParams {
  tokenHash: string;
  tokenType: one_time_token_type;
  userId: string;
}

/** 'DeleteOneTimeToken' return type */
export type IDeleteOneTimeTokenResult = void;

/** 'DeleteOneTimeToken' query type */
export interface IDeleteOneTimeTokenQuery {
  params: IDeleteOneTimeTokenParams;
  result: IDeleteOneTimeTokenResult;
}

const deleteOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"tokenType":true,"tokenHash":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":84,"b":91}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":118,"b":128}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":179,"b":189}]}],"statement":"update pevensie.one_time_token\nset deleted_at = current_timestamp\nwhere\n  user_id = :userId!::uuid\n  and token_type = :tokenType!::pevensie.one_time_token_type\n  and token_hash = :tokenHash!::text\n  and deleted_at is null\n  and used_at is null"};

/**
 * Query generated from SQL:
 * ```
 * update pevensie.one_time_token
 * set deleted_at = current_timestamp
 * where
 *   user_id = :userId!::uuid
 *   and token_type = :tokenType!::pevensie.one_time_token_type
 *   and token_hash = :tokenHash!::text
 *   and deleted_at is null
 *   and used_at is null
 * ```
 */
export const deleteOneTimeToken = new PreparedQuery<IDeleteOneTimeTokenParams,IDeleteOneTimeTokenResult>(deleteOneTimeTokenIR);


/** 'RemoveExpiredOneTimeTokens' parameters type */
export interface IRemoveExpiredOneTimeTokensParams {
  batchSize: number;
  from: DateOrString;
}

/** 'RemoveExpiredOneTimeTokens' return type */
export interface IRemoveExpiredOneTimeTokensResult {
  milliseconds: number | null;
  removed: number | null;
  until: Date | null;
}

/** 'RemoveExpiredOneTimeTokens' query type */
export interface IRemoveExpiredOneTimeTokensQuery {
  params: IRemoveExpiredOneTimeTokensParams;
  result: IRemoveExpiredOneTimeTokensResult;
}

const removeExpiredOneTimeTokensIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":296,"b":301}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":382,"b":392}]}],"statement":"-- One batch of a sweep, oldest first, from where the last one ended. Rows that somebody else holds are left to them.\n-- The milliseconds are those of the server, without the network's and the commit's.\nwith expired as (\n  select id, expires_at from pevensie.one_time_token\n  where expires_at >= :from!::timestamptz and expires_at <= current_timestamp\n  order by expires_at\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.one_time_token as token\n  using expired\n  where token.id = expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  pg_catalog.max(expires_at) as until,\n  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, oldest first, from where the last one ended. Rows that somebody else holds are left to them.
 * -- The milliseconds are those of the server, without the network's and the commit's.
 * with expired as (
 *   select id, expires_at from pevensie.one_time_token
 *   where expires_at >= :from!::timestamptz and expires_at <= current_timestamp
 *   order by expires_at
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.one_time_token as token
 *   using expired
 *   where token.id = expired.id
 *   returning expired.expires_at
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   pg_catalog.max(expires_at) as until,
 *   pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds
 * from removed
 * ```
 */
export const removeExpiredOneTimeTokens = new PreparedQuery<IRemoveExpiredOneTimeTokensParams,IRemoveExpiredOneTimeTokensResult>(removeExpiredOneTimeTokensIR);


