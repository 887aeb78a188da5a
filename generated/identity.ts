// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/identity.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** 'LockIdentity' parameters type */
export interface ILockIdentityParams {
  issuer: string;
  subject: string;
}

/** 'LockIdentity' return type */
export interface ILockIdentityResult {
  locked: undefined | null;
}

/** 'LockIdentity' query type */
export interface ILockIdentityQuery {
  params: ILockIdentityParams;
  result: ILockIdentityResult;
}

const lockIdentityIR: any = {"usedParamSet":{"issuer":true,"subject":true},"params":[{"name":"issuer","required":true,"transform":{"type":"scalar"},"locs":[{"a":277,"b":284}]},{"name":"subject","required":true,"transform":{"type":"scalar"},"locs":[{"a":309,"b":317}]}],"statement":"-- Serialises the logins and links of one identity until the transaction ends. The seed keeps the hashes apart from those of an\n-- application's own advisory locks on the same texts.\nselect pg_catalog.pg_advisory_xact_lock(\n  pg_catalog.hashtextextended(\n    pg_catalog.concat(:issuer!::pg_catalog.text, ' ', :subject!::pg_catalog.text), 7365646972\n  )\n) as \"locked\""};

/**
 * Query generated from SQL:
 * ```
 * -- Serialises the logins and links of one identity until the transaction ends. The seed keeps the hashes apart from those of an
 * -- application's own advisory locks on the same texts.
 * select pg_catalog.pg_advisory_xact_lock(
 *   pg_catalog.hashtextextended(
 *     pg_catalog.concat(:issuer!::pg_catalog.text, ' ', :subject!::pg_catalog.text), 7365646972
 *   )
 * ) as "locked"
 * ```
 */
export const lockIdentity = new PreparedQuery<ILockIdentityParams,ILockIdentityResult>(lockIdentityIR);


/** 'GetIdentityOwner' parameters type */
export interface IGetIdentityOwnerParams {
  issuer: string;
  subject: string;
}

/** 'GetIdentityOwner' return type */
export interface IGetIdentityOwnerResult {
  banned: boolean | null;
  userId: string;
}

/** 'GetIdentityOwner' query type */
export interface IGetIdentityOwnerQuery {
  params: IGetIdentityOwnerParams;
  result: IGetIdentityOwnerResult;
}

const getIdentityOwnerIR: any = {"usedParamSet":{"issuer":true,"subject":true},"params":[{"name":"issuer","required":true,"transform":{"type":"scalar"},"locs":[{"a":340,"b":347}]},{"name":"subject","required":true,"transform":{"type":"scalar"},"locs":[{"a":412,"b":420}]}],"statement":"-- The user of an identity, unless the user is deleted.\nselect\n  owner.id as \"userId\",\n  coalesce(owner.banned_until operator(pg_catalog.>) current_timestamp, false) as banned\nfrom pevensie.identity as identity\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) identity.user_id\nwhere\n  identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text\n  and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text\n  and owner.deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * -- The user of an identity, unless the user is deleted.
 * select
 *   owner.id as "userId",
 *   coalesce(owner.banned_until operator(pg_catalog.>) current_timestamp, false) as banned
 * from pevensie.identity as identity
 * join pevensie."user" as owner on owner.id operator(pg_catalog.=) identity.user_id
 * where
 *   identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
 *   and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text
 *   and owner.deleted_at is null
 * ```
 */
export const getIdentityOwner = new PreparedQuery<IGetIdentityOwnerParams,IGetIdentityOwnerResult>(getIdentityOwnerIR);


/** 'GetEmailOwner' parameters type */
export interface IGetEmailOwnerParams {
  email: string;
}

/** 'GetEmailOwner' return type */
export interface IGetEmailOwnerResult {
  banned: boolean | null;
  isConfirmed: boolean;
  userId: string;
}

/** 'GetEmailOwner' query type */
export interface IGetEmailOwnerQuery {
  params: IGetEmailOwnerParams;
  result: IGetEmailOwnerResult;
}

const getEmailOwnerIR: any = {"usedParamSet":{"email":true},"params":[{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":216,"b":222}]}],"statement":"select\n  id as \"userId\",\n  email_confirmed_at is not null as \"isConfirmed!\",\n  coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned\nfrom pevensie.\"user\"\nwhere email operator(pg_catalog.=) :email!::pg_catalog.text and deleted_at is null\nfor no key update"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id as "userId",
 *   email_confirmed_at is not null as "isConfirmed!",
 *   coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned
 * from pevensie."user"
 * where email operator(pg_catalog.=) :email!::pg_catalog.text and deleted_at is null
 * for no key update
 * ```
 */
export const getEmailOwner = new PreparedQuery<IGetEmailOwnerParams,IGetEmailOwnerResult>(getEmailOwnerIR);


/** 'SaveIdentity' parameters type */
export interface ISaveIdentityParams {
  email?: string | null | void;
  issuer: string;
  isUsed: boolean;
  subject: string;
  userId: string;
}

/** 'SaveIdentity' return type */
export interface ISaveIdentityResult {
  createdAt: string;
  email: string | null;
  issuer: string;
  lastUsedAt: string | null;
  subject: string;
}

/** 'SaveIdentity' query type */
export interface ISaveIdentityQuery {
  params: ISaveIdentityParams;
  result: ISaveIdentityResult;
}

const saveIdentityIR: any = {"usedParamSet":{"issuer":true,"subject":true,"userId":true,"email":true,"isUsed":true},"params":[{"name":"issuer","required":true,"transform":{"type":"scalar"},"locs":[{"a":193,"b":200}]},{"name":"subject","required":true,"transform":{"type":"scalar"},"locs":[{"a":222,"b":230}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":252,"b":259}]},{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":281,"b":286}]},{"name":"isUsed","required":true,"transform":{"type":"scalar"},"locs":[{"a":318,"b":325}]}],"statement":"-- Takes an identity over from a deleted user. Returns no row if it is another live user's.\ninsert into pevensie.identity as identity (issuer, subject, user_id, email, last_used_at)\nvalues (\n  :issuer!::pg_catalog.text,\n  :subject!::pg_catalog.text,\n  :userId!::pg_catalog.uuid,\n  :email::pg_catalog.text,\n  case when :isUsed!::boolean then current_timestamp end\n)\non conflict (issuer, subject) do update set\n  user_id = excluded.user_id,\n  email = coalesce(excluded.email, identity.email),\n  last_used_at = coalesce(excluded.last_used_at, identity.last_used_at)\nwhere\n  identity.user_id operator(pg_catalog.=) excluded.user_id\n  or not exists (\n    select from pevensie.\"user\" as owner\n    where owner.id operator(pg_catalog.=) identity.user_id and owner.deleted_at is null\n  )\nreturning\n  issuer,\n  subject,\n  email,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from last_used_at) as \"lastUsedAt\""};

/**
 * Query generated from SQL:
 * ```
 * -- Takes an identity over from a deleted user. Returns no row if it is another live user's.
 * insert into pevensie.identity as identity (issuer, subject, user_id, email, last_used_at)
 * values (
 *   :issuer!::pg_catalog.text,
 *   :subject!::pg_catalog.text,
 *   :userId!::pg_catalog.uuid,
 *   :email::pg_catalog.text,
 *   case when :isUsed!::boolean then current_timestamp end
 * )
 * on conflict (issuer, subject) do update set
 *   user_id = excluded.user_id,
 *   email = coalesce(excluded.email, identity.email),
 *   last_used_at = coalesce(excluded.last_used_at, identity.last_used_at)
 * where
 *   identity.user_id operator(pg_catalog.=) excluded.user_id
 *   or not exists (
 *     select from pevensie."user" as owner
 *     where owner.id operator(pg_catalog.=) identity.user_id and owner.deleted_at is null
 *   )
 * returning
 *   issuer,
 *   subject,
 *   email,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from last_used_at) as "lastUsedAt"
 * ```
 */
export const saveIdentity = new PreparedQuery<ISaveIdentityParams,ISaveIdentityResult>(saveIdentityIR);


/** 'UseIdentity' parameters type */
export interface IUseIdentityParams {
  email?: string | null | void;
  issuer: string;
  subject: string;
  userId: string;
}

/** 'UseIdentity' return type */
export interface IUseIdentityResult {
  issuer: string;
}

/** 'UseIdentity' query type */
export interface IUseIdentityQuery {
  params: IUseIdentityParams;
  result: IUseIdentityResult;
}

const useIdentityIR: any = {"usedParamSet":{"email":true,"issuer":true,"subject":true,"userId":true},"params":[{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":166,"b":171}]},{"name":"issuer","required":true,"transform":{"type":"scalar"},"locs":[{"a":236,"b":243}]},{"name":"subject","required":true,"transform":{"type":"scalar"},"locs":[{"a":299,"b":307}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":363,"b":370}]}],"statement":"-- Records a login with an identity. Returns no row if it is not the user's any more.\nupdate pevensie.identity\nset last_used_at = current_timestamp, email = coalesce(:email::pg_catalog.text, email)\nwhere\n  issuer operator(pg_catalog.=) :issuer!::pg_catalog.text\n  and subject operator(pg_catalog.=) :subject!::pg_catalog.text\n  and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\nreturning issuer"};

/**
 * Query generated from SQL:
 * ```
 * -- Records a login with an identity. Returns no row if it is not the user's any more.
 * update pevensie.identity
 * set last_used_at = current_timestamp, email = coalesce(:email::pg_catalog.text, email)
 * where
 *   issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
 *   and subject operator(pg_catalog.=) :subject!::pg_catalog.text
 *   and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * returning issuer
 * ```
 */
export const useIdentity = new PreparedQuery<IUseIdentityParams,IUseIdentityResult>(useIdentityIR);


/** 'ListIdentities' parameters type */
export interface IListIdentitiesParams {
  userId: string;
}

/** 'ListIdentities' return type */
export interface IListIdentitiesResult {
  createdAt: string;
  email: string | null;
  issuer: string;
  lastUsedAt: string | null;
  subject: string;
}

/** 'ListIdentities' query type */
export interface IListIdentitiesQuery {
  params: IListIdentitiesParams;
  result: IListIdentitiesResult;
}

const listIdentitiesIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":215,"b":222}]}],"statement":"-- Oldest first.\nselect\n  issuer,\n  subject,\n  email,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from last_used_at) as \"lastUsedAt\"\nfrom pevensie.identity\nwhere user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\norder by created_at, issuer, subject"};

/**
 * Query generated from SQL:
 * ```
 * -- Oldest first.
 * select
 *   issuer,
 *   subject,
 *   email,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from last_used_at) as "lastUsedAt"
 * from pevensie.identity
 * where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * order by created_at, issuer, subject
 * ```
 */
export const listIdentities = new PreparedQuery<IListIdentitiesParams,IListIdentitiesResult>(listIdentitiesIR);


/** 'DeleteIdentity' parameters type */
export interface IDeleteIdentityParams {
  issuer: string;
  subject: string;
  userId: string;
}

/** 'DeleteIdentity' return type */
export interface IDeleteIdentityResult {
  issuer: string;
}

/** 'DeleteIdentity' query type */
export interface IDeleteIdentityQuery {
  params: IDeleteIdentityParams;
  result: IDeleteIdentityResult;
}

const deleteIdentityIR: any = {"usedParamSet":{"issuer":true,"subject":true,"userId":true},"params":[{"name":"issuer","required":true,"transform":{"type":"scalar"},"locs":[{"a":153,"b":160}]},{"name":"subject","required":true,"transform":{"type":"scalar"},"locs":[{"a":216,"b":224}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":280,"b":287}]}],"statement":"-- Has to follow a statement of the same transaction that has locked the user's row.\ndelete from pevensie.identity\nwhere\n  issuer operator(pg_catalog.=) :issuer!::pg_catalog.text\n  and subject operator(pg_catalog.=) :subject!::pg_catalog.text\n  and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\nreturning issuer"};

/**
 * Query generated from SQL:
 * ```
 * -- Has to follow a statement of the same transaction that has locked the user's row.
 * delete from pevensie.identity
 * where
 *   issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
 *   and subject operator(pg_catalog.=) :subject!::pg_catalog.text
 *   and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * returning issuer
 * ```
 */
export const deleteIdentity = new PreparedQuery<IDeleteIdentityParams,IDeleteIdentityResult>(deleteIdentityIR);


/** 'GetOtherLogInMethod' parameters type */
export interface IGetOtherLogInMethodParams {
  issuer: string;
  subject: string;
  userId: string;
}

/** 'GetOtherLogInMethod' return type */
export interface IGetOtherLogInMethodResult {
  hasIdentity: boolean;
  hasOther: boolean;
}

/** 'GetOtherLogInMethod' query type */
export interface IGetOtherLogInMethodQuery {
  params: IGetOtherLogInMethodParams;
  result: IGetOtherLogInMethodResult;
}

const getOtherLogInMethodIR: any = {"usedParamSet":{"issuer":true,"subject":true,"userId":true},"params":[{"name":"issuer","required":true,"transform":{"type":"scalar"},"locs":[{"a":302,"b":309},{"a":646,"b":653}]},{"name":"subject","required":true,"transform":{"type":"scalar"},"locs":[{"a":378,"b":386},{"a":724,"b":732}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":842,"b":849}]}],"statement":"-- Whether a user has an identity, and can log in without it and without a token by mail. A deleted user may be restored.\nselect\n  exists (\n    select from pevensie.identity as identity\n    where\n      identity.user_id operator(pg_catalog.=) account.id\n      and identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text\n      and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text\n  ) as \"hasIdentity!\",\n  password_hash is not null\n  or exists (\n    select from pevensie.identity as identity\n    where\n      identity.user_id operator(pg_catalog.=) account.id\n      and not (\n        identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text\n        and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text\n      )\n  ) as \"hasOther!\"\nfrom pevensie.\"user\" as account\nwhere id operator(pg_catalog.=) :userId!::pg_catalog.uuid"};

/**
 * Query generated from SQL:
 * ```
 * -- Whether a user has an identity, and can log in without it and without a token by mail. A deleted user may be restored.
 * select
 *   exists (
 *     select from pevensie.identity as identity
 *     where
 *       identity.user_id operator(pg_catalog.=) account.id
 *       and identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
 *       and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text
 *   ) as "hasIdentity!",
 *   password_hash is not null
 *   or exists (
 *     select from pevensie.identity as identity
 *     where
 *       identity.user_id operator(pg_catalog.=) account.id
 *       and not (
 *         identity.issuer operator(pg_catalog.=) :issuer!::pg_catalog.text
 *         and identity.subject operator(pg_catalog.=) :subject!::pg_catalog.text
 *       )
 *   ) as "hasOther!"
 * from pevensie."user" as account
 * where id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * ```
 */
export const getOtherLogInMethod = new PreparedQuery<IGetOtherLogInMethodParams,IGetOtherLogInMethodResult>(getOtherLogInMethodIR);


/** 'EndUnprovedMethods' parameters type */
export interface IEndUnprovedMethodsParams {
  userId: string;
}

/** 'EndUnprovedMethods' return type */
export type IEndUnprovedMethodsResult = void;

/** 'EndUnprovedMethods' query type */
export interface IEndUnprovedMethodsQuery {
  params: IEndUnprovedMethodsParams;
  result: IEndUnprovedMethodsResult;
}

const endUnprovedMethodsIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":268,"b":275},{"a":363,"b":370}]}],"statement":"-- For a user whose mailbox has just been proved for the first time: removes the identities and API keys of whoever signed up. Has\n-- to follow proveMailbox in the same transaction.\nwith revoked as (\n  delete from pevensie.api_key where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n)\ndelete from pevensie.identity where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid"};

/**
 * Query generated from SQL:
 * ```
 * -- For a user whose mailbox has just been proved for the first time: removes the identities and API keys of whoever signed up. Has
 * -- to follow proveMailbox in the same transaction.
 * with revoked as (
 *   delete from pevensie.api_key where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * )
 * delete from pevensie.identity where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * ```
 */
export const endUnprovedMethods = new PreparedQuery<IEndUnprovedMethodsParams,IEndUnprovedMethodsResult>(endUnprovedMethodsIR);


