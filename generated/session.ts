// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/session.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type DateOrString = Date | string;

/** A type of parameters or columns. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'CreateSession' parameters type */
export interface ICreateSessionParams {
  id: string;
  ip?: string | null | void;
  ttlSeconds?: number | null | void;
  userAgent?: string | null | void;
  userId: string;
}

/** 'CreateSession' return type */
export interface ICreateSessionResult {
  createdAt: string;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  userAgent: string | null;
  userId: string;
}

/** 'CreateSession' query type */
export interface ICreateSessionQuery {
  params: ICreateSessionParams;
  result: ICreateSessionResult;
}

const createSessionIR: any = {"usedParamSet":{"userId":true,"id":true,"ttlSeconds":true,"ip":true,"userAgent":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":239,"b":246}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":475,"b":478}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":574,"b":584}]},{"name":"ip","required":false,"transform":{"type":"scalar"},"locs":[{"a":620,"b":622}]},{"name":"userAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":644,"b":653}]}],"statement":"-- Returns no row if the user does not exist, is deleted or is banned. FOR SHARE serialises with deletion and bans, so no\n-- session outlives its user.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for share\n)\ninsert into pevensie.session (id, expires_at, user_id, ip, user_agent)\nselect\n  :id!::pg_catalog.uuid,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision),\n  owner.id,\n  :ip::pg_catalog.inet,\n  :userAgent::pg_catalog.text\nfrom owner\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  pg_catalog.host(ip) as ip,\n  user_agent as \"userAgent\""};

/**
 * Query generated from SQL:
 * ```
 * -- Returns no row if the user does not exist, is deleted or is banned. FOR SHARE serialises with deletion and bans, so no
 * -- session outlives its user.
 * with owner as (
 *   select id from pevensie."user"
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 *   for share
 * )
 * insert into pevensie.session (id, expires_at, user_id, ip, user_agent)
 * select
 *   :id!::pg_catalog.uuid,
 *   current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision),
 *   owner.id,
 *   :ip::pg_catalog.inet,
 *   :userAgent::pg_catalog.text
 * from owner
 * returning
 *   id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   user_id as "userId",
 *   pg_catalog.host(ip) as ip,
 *   user_agent as "userAgent"
 * ```
 */
export const createSession = new PreparedQuery<ICreateSessionParams,ICreateSessionResult>(createSessionIR);


/** 'LockUser' parameters type */
export interface ILockUserParams {
  userId: string;
}

/** 'LockUser' return type */
export interface ILockUserResult {
  id: string;
}

/** 'LockUser' query type */
export interface ILockUserQuery {
  params: ILockUserParams;
  result: ILockUserResult;
}

const lockUserIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":176,"b":183}]}],"statement":"-- Blocks the creation of sessions and tokens for the user, and changes of the user, until the transaction ends.\nselect id\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null\nfor no key update"};

/**
 * Query generated from SQL:
 * ```
 * -- Blocks the creation of sessions and tokens for the user, and changes of the user, until the transaction ends.
 * select id
 * from pevensie."user"
 * where id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null
 * for no key update
 * ```
 */
export const lockUser = new PreparedQuery<ILockUserParams,ILockUserResult>(lockUserIR);


/** 'DeleteOtherSessions' parameters type */
export interface IDeleteOtherSessionsParams {
  keepSessionId: string;
  userId: string;
}

/** 'DeleteOtherSessions' return type */
export type IDeleteOtherSessionsResult = void;

/** 'DeleteOtherSessions' query type */
export interface IDeleteOtherSessionsQuery {
  params: IDeleteOtherSessionsParams;
  result: IDeleteOtherSessionsResult;
}

const deleteOtherSessionsIR: any = {"usedParamSet":{"userId":true,"keepSessionId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":66,"b":73}]},{"name":"keepSessionId","required":true,"transform":{"type":"scalar"},"locs":[{"a":123,"b":137}]}],"statement":"delete from pevensie.session\nwhere user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and id operator(pg_catalog.<>) :keepSessionId!::pg_catalog.uuid"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.session
 * where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and id operator(pg_catalog.<>) :keepSessionId!::pg_catalog.uuid
 * ```
 */
export const deleteOtherSessions = new PreparedQuery<IDeleteOtherSessionsParams,IDeleteOtherSessionsResult>(deleteOtherSessionsIR);


/** 'LogIn' parameters type */
export interface ILogInParams {
  budgetKey?: string | null | void;
  exemptionSeconds?: number | null | void;
  ip?: string | null | void;
  newPasswordHash?: string | null | void;
  passwordHash: string;
  replaceSessionId?: string | null | void;
  scope?: string | null | void;
  sessionId: string;
  ttlSeconds: number;
  userAgent?: string | null | void;
  userId: string;
}

/** 'LogIn' return type */
export interface ILogInResult {
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
  replacedUserId: string | null;
  role: string | null;
  sessionCreatedAt: string;
  sessionExpiresAt: string | null;
  sessionId: string;
  sessionIp: string | null;
  sessionUserAgent: string | null;
  updatedAt: string;
  userMetadata: Json;
}

/** 'LogIn' query type */
export interface ILogInQuery {
  params: ILogInParams;
  result: ILogInResult;
}

const logInIR: any = {"usedParamSet":{"newPasswordHash":true,"userId":true,"passwordHash":true,"sessionId":true,"ttlSeconds":true,"ip":true,"userAgent":true,"scope":true,"budgetKey":true,"exemptionSeconds":true,"replaceSessionId":true},"params":[{"name":"newPasswordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":498,"b":513}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":586,"b":593}]},{"name":"passwordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":657,"b":670}]},{"name":"sessionId","required":true,"transform":{"type":"scalar"},"locs":[{"a":1097,"b":1107}]},{"name":"ttlSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1205,"b":1216}]},{"name":"ip","required":false,"transform":{"type":"scalar"},"locs":[{"a":1260,"b":1262}]},{"name":"userAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":1286,"b":1295}]},{"name":"scope","required":false,"transform":{"type":"scalar"},"locs":[{"a":1523,"b":1528},{"a":1721,"b":1726}]},{"name":"budgetKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":1552,"b":1561}]},{"name":"exemptionSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":1659,"b":1675}]},{"name":"replaceSessionId","required":false,"transform":{"type":"scalar"},"locs":[{"a":1951,"b":1967}]}],"statement":"-- Records the sign-in and creates the session, if the user is live, not banned, and still has the hash that was verified. Then\n-- grants the exemption of a known address (:scope), if one is given, and ends the session that the login replaces, even if it\n-- belongs to another user. Budgets are not touched, so a login waits for no failed one.\nwith signed_in as (\n  update pevensie.\"user\"\n  set\n    last_sign_in = current_timestamp,\n    updated_at = current_timestamp,\n    password_hash = coalesce(:newPasswordHash::pg_catalog.text, password_hash)\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  returning\n    id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,\n    last_sign_in, app_metadata, user_metadata, banned_until\n),\ncreated as (\n  insert into pevensie.session (id, expires_at, user_id, ip, user_agent)\n  select\n    :sessionId!::pg_catalog.uuid,\n    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision),\n    signed_in.id,\n    :ip::pg_catalog.inet,\n    :userAgent::pg_catalog.text\n  from signed_in\n  returning id, created_at, expires_at, user_id, ip, user_agent\n),\ngranted as (\n  insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)\n  select\n    signed_in.id,\n    :scope::pg_catalog.text,\n    :budgetKey::pg_catalog.text,\n    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :exemptionSeconds::double precision)\n  from signed_in\n  where :scope::pg_catalog.text is not null\n  on conflict (user_id, scope) do update set budget_key = excluded.budget_key, expires_at = excluded.expires_at\n),\nreplaced as (\n  delete from pevensie.session\n  where id operator(pg_catalog.=) :replaceSessionId::pg_catalog.uuid and exists (select from signed_in)\n  returning user_id\n)\nselect\n  signed_in.id,\n  extract(epoch from signed_in.created_at) as \"createdAt!\",\n  extract(epoch from signed_in.updated_at) as \"updatedAt!\",\n  extract(epoch from signed_in.deleted_at) as \"deletedAt\",\n  signed_in.role,\n  signed_in.email,\n  extract(epoch from signed_in.email_confirmed_at) as \"emailConfirmedAt\",\n  signed_in.phone_number as \"phoneNumber\",\n  extract(epoch from signed_in.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from signed_in.last_sign_in) as \"lastSignIn\",\n  signed_in.app_metadata as \"appMetadata\",\n  signed_in.user_metadata as \"userMetadata\",\n  extract(epoch from signed_in.banned_until) as \"bannedUntil\",\n  created.id as \"sessionId\",\n  extract(epoch from created.created_at) as \"sessionCreatedAt!\",\n  extract(epoch from created.expires_at) as \"sessionExpiresAt\",\n  pg_catalog.host(created.ip) as \"sessionIp\",\n  created.user_agent as \"sessionUserAgent\",\n  (select user_id from replaced) as \"replacedUserId\"\nfrom signed_in, created"};

/**
 * Query generated from SQL:
 * ```
 * -- Records the sign-in and creates the session, if the user is live, not banned, and still has the hash that was verified. Then
 * -- grants the exemption of a known address (:scope), if one is given, and ends the session that the login replaces, even if it
 * -- belongs to another user. Budgets are not touched, so a login waits for no failed one.
 * with signed_in as (
 *   update pevensie."user"
 *   set
 *     last_sign_in = current_timestamp,
 *     updated_at = current_timestamp,
 *     password_hash = coalesce(:newPasswordHash::pg_catalog.text, password_hash)
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 *   returning
 *     id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,
 *     last_sign_in, app_metadata, user_metadata, banned_until
 * ),
 * created as (
 *   insert into pevensie.session (id, expires_at, user_id, ip, user_agent)
 *   select
 *     :sessionId!::pg_catalog.uuid,
 *     current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision),
 *     signed_in.id,
 *     :ip::pg_catalog.inet,
 *     :userAgent::pg_catalog.text
 *   from signed_in
 *   returning id, created_at, expires_at, user_id, ip, user_agent
 * ),
 * granted as (
 *   insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)
 *   select
 *     signed_in.id,
 *     :scope::pg_catalog.text,
 *     :budgetKey::pg_catalog.text,
 *     current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :exemptionSeconds::double precision)
 *   from signed_in
 *   where :scope::pg_catalog.text is not null
 *   on conflict (user_id, scope) do update set budget_key = excluded.budget_key, expires_at = excluded.expires_at
 * ),
 * replaced as (
 *   delete from pevensie.session
 *   where id operator(pg_catalog.=) :replaceSessionId::pg_catalog.uuid and exists (select from signed_in)
 *   returning user_id
 * )
 * select
 *   signed_in.id,
 *   extract(epoch from signed_in.created_at) as "createdAt!",
 *   extract(epoch from signed_in.updated_at) as "updatedAt!",
 *   extract(epoch from signed_in.deleted_at) as "deletedAt",
 *   signed_in.role,
 *   signed_in.email,
 *   extract(epoch from signed_in.email_confirmed_at) as "emailConfirmedAt",
 *   signed_in.phone_number as "phoneNumber",
 *   extract(epoch from signed_in.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
 *   extract(epoch from signed_in.last_sign_in) as "lastSignIn",
 *   signed_in.app_metadata as "appMetadata",
 *   signed_in.user_metadata as "userMetadata",
 *   extract(epoch from signed_in.banned_until) as "bannedUntil",
 *   created.id as "sessionId",
 *   extract(epoch from created.created_at) as "sessionCreatedAt!",
 *   extract(epoch from created.expires_at) as "sessionExpiresAt",
 *   pg_catalog.host(created.ip) as "sessionIp",
 *   created.user_agent as "sessionUserAgent",
 *   (select user_id from replaced) as "replacedUserId"
 * from signed_in, created
 * ```
 */
export const logIn = new PreparedQuery<ILogInParams,ILogInResult>(logInIR);


/** 'GetSession' parameters type */
export interface IGetSessionParams {
  id: string;
}

/** 'GetSession' return type */
export interface IGetSessionResult {
  createdAt: string;
  expired: boolean | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  userAgent: string | null;
  userId: string;
}

/** 'GetSession' query type */
export interface IGetSessionQuery {
  params: IGetSessionParams;
  result: IGetSessionResult;
}

const getSessionIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":398,"b":401}]}],"statement":"-- The caller compares what a session is bound to (ip, user_agent) with what is presented.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.session\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid"};

/**
 * Query generated from SQL:
 * ```
 * -- The caller compares what a session is bound to (ip, user_agent) with what is presented.
 * select
 *   id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   user_id as "userId",
 *   ip,
 *   user_agent as "userAgent",
 *   coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
 * from pevensie.session
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid
 * ```
 */
export const getSession = new PreparedQuery<IGetSessionParams,IGetSessionResult>(getSessionIR);


/** 'DeleteSession' parameters type */
export interface IDeleteSessionParams {
  id: string;
}

/** 'DeleteSession' return type */
export type IDeleteSessionResult = void;

/** 'DeleteSession' query type */
export interface IDeleteSessionQuery {
  params: IDeleteSessionParams;
  result: IDeleteSessionResult;
}

const deleteSessionIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":61,"b":64}]}],"statement":"delete from pevensie.session\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.session
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid
 * ```
 */
export const deleteSession = new PreparedQuery<IDeleteSessionParams,IDeleteSessionResult>(deleteSessionIR);


/** 'GetSessionsById' parameters type */
export interface IGetSessionsByIdParams {
  ids: stringArray;
}

/** 'GetSessionsById' return type */
export interface IGetSessionsByIdResult {
  createdAt: string;
  expired: boolean | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  userAgent: string | null;
  userId: string;
}

/** 'GetSessionsById' query type */
export interface IGetSessionsByIdQuery {
  params: IGetSessionsByIdParams;
  result: IGetSessionsByIdResult;
}

const getSessionsByIdIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":348,"b":352}]}],"statement":"-- getSession for many ids.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.session\nwhere id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])"};

/**
 * Query generated from SQL:
 * ```
 * -- getSession for many ids.
 * select
 *   id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   user_id as "userId",
 *   ip,
 *   user_agent as "userAgent",
 *   coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired
 * from pevensie.session
 * where id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
 * ```
 */
export const getSessionsById = new PreparedQuery<IGetSessionsByIdParams,IGetSessionsByIdResult>(getSessionsByIdIR);


/** 'DeleteExpiredSessions' parameters type */
export interface IDeleteExpiredSessionsParams {
  ids: stringArray;
}

/** 'DeleteExpiredSessions' return type */
export type IDeleteExpiredSessionsResult = void;

/** 'DeleteExpiredSessions' query type */
export interface IDeleteExpiredSessionsQuery {
  params: IDeleteExpiredSessionsParams;
  result: IDeleteExpiredSessionsResult;
}

const deleteExpiredSessionsIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":154,"b":158}]}],"statement":"-- Skips rows that another transaction has locked.\nwith expired as (\n  select id from pevensie.session\n  where\n    id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])\n    and expires_at operator(pg_catalog.<=) current_timestamp\n  for update skip locked\n)\ndelete from pevensie.session as session\nusing expired\nwhere session.id operator(pg_catalog.=) expired.id"};

/**
 * Query generated from SQL:
 * ```
 * -- Skips rows that another transaction has locked.
 * with expired as (
 *   select id from pevensie.session
 *   where
 *     id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
 *     and expires_at operator(pg_catalog.<=) current_timestamp
 *   for update skip locked
 * )
 * delete from pevensie.session as session
 * using expired
 * where session.id operator(pg_catalog.=) expired.id
 * ```
 */
export const deleteExpiredSessions = new PreparedQuery<IDeleteExpiredSessionsParams,IDeleteExpiredSessionsResult>(deleteExpiredSessionsIR);


/** 'RemoveExpiredSessions' parameters type */
export interface IRemoveExpiredSessionsParams {
  batchSize: number;
  from: DateOrString;
}

/** 'RemoveExpiredSessions' return type */
export interface IRemoveExpiredSessionsResult {
  milliseconds: string | null;
  removed: number | null;
  until: string | null;
}

/** 'RemoveExpiredSessions' query type */
export interface IRemoveExpiredSessionsQuery {
  params: IRemoveExpiredSessionsParams;
  result: IRemoveExpiredSessionsResult;
}

const removeExpiredSessionsIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":311,"b":316}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":429,"b":439}]}],"statement":"-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.\n-- The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select id, expires_at from pevensie.session\n  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.session as session\n  using expired\n  where session.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
 * -- The milliseconds are measured on the server, without network and commit.
 * with expired as (
 *   select id, expires_at from pevensie.session
 *   where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
 *   order by expires_at
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.session as session
 *   using expired
 *   where session.id operator(pg_catalog.=) expired.id
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
export const removeExpiredSessions = new PreparedQuery<IRemoveExpiredSessionsParams,IRemoveExpiredSessionsResult>(removeExpiredSessionsIR);


