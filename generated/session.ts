// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/session.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type DateOrString = Date | string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

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
  createdAt: Date;
  expiresAt: Date | null;
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

const createSessionIR: any = {"usedParamSet":{"userId":true,"id":true,"ttlSeconds":true,"ip":true,"userAgent":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":284,"b":291}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":488,"b":491}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":555,"b":565}]},{"name":"ip","required":false,"transform":{"type":"scalar"},"locs":[{"a":601,"b":603}]},{"name":"userAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":614,"b":623}]}],"statement":"-- No row: the user does not exist, is deleted, or is banned. The lock conflicts with every change of the user's row, so\n-- that who deletes the user waits for this session and ends it, or is waited for and seen here.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id = :userId!::uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until <= current_timestamp)\n  for share\n)\ninsert into pevensie.session (id, expires_at, user_id, ip, user_agent)\nselect\n  :id!::uuid,\n  current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds::double precision),\n  owner.id,\n  :ip::inet,\n  :userAgent::text\nfrom owner\nreturning\n  id,\n  created_at as \"createdAt\",\n  expires_at as \"expiresAt\",\n  user_id as \"userId\",\n  pg_catalog.host(ip) as ip,\n  user_agent as \"userAgent\""};

/**
 * Query generated from SQL:
 * ```
 * -- No row: the user does not exist, is deleted, or is banned. The lock conflicts with every change of the user's row, so
 * -- that who deletes the user waits for this session and ends it, or is waited for and seen here.
 * with owner as (
 *   select id from pevensie."user"
 *   where
 *     id = :userId!::uuid
 *     and deleted_at is null
 *     and (banned_until is null or banned_until <= current_timestamp)
 *   for share
 * )
 * insert into pevensie.session (id, expires_at, user_id, ip, user_agent)
 * select
 *   :id!::uuid,
 *   current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds::double precision),
 *   owner.id,
 *   :ip::inet,
 *   :userAgent::text
 * from owner
 * returning
 *   id,
 *   created_at as "createdAt",
 *   expires_at as "expiresAt",
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

const lockUserIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":162,"b":169}]}],"statement":"-- Holds off whoever creates sessions or tokens for the user, and whoever changes the user, until the transaction ends.\nselect id\nfrom pevensie.\"user\"\nwhere id = :userId!::uuid and deleted_at is null\nfor no key update"};

/**
 * Query generated from SQL:
 * ```
 * -- Holds off whoever creates sessions or tokens for the user, and whoever changes the user, until the transaction ends.
 * select id
 * from pevensie."user"
 * where id = :userId!::uuid and deleted_at is null
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

const deleteOtherSessionsIR: any = {"usedParamSet":{"userId":true,"keepSessionId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":45,"b":52}]},{"name":"keepSessionId","required":true,"transform":{"type":"scalar"},"locs":[{"a":70,"b":84}]}],"statement":"delete from pevensie.session\nwhere user_id = :userId!::uuid and id <> :keepSessionId!::uuid"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.session
 * where user_id = :userId!::uuid and id <> :keepSessionId!::uuid
 * ```
 */
export const deleteOtherSessions = new PreparedQuery<IDeleteOtherSessionsParams,IDeleteOtherSessionsResult>(deleteOtherSessionsIR);


/** 'LogIn' parameters type */
export interface ILogInParams {
  accountKey?: string | null | void;
  ip?: string | null | void;
  newPasswordHash?: string | null | void;
  passwordHash: string;
  sessionId: string;
  trustKey?: string | null | void;
  trustSeconds: number;
  ttlSeconds: number;
  userAgent?: string | null | void;
  userId: string;
}

/** 'LogIn' return type */
export interface ILogInResult {
  appMetadata: Json;
  bannedUntil: Date | null;
  createdAt: Date;
  deletedAt: Date | null;
  email: string;
  emailConfirmedAt: Date | null;
  id: string;
  lastSignIn: Date | null;
  phoneNumber: string | null;
  phoneNumberConfirmedAt: Date | null;
  role: string | null;
  sessionCreatedAt: Date;
  sessionExpiresAt: Date | null;
  sessionId: string;
  sessionIp: string | null;
  sessionUserAgent: string | null;
  updatedAt: Date;
  userMetadata: Json;
}

/** 'LogIn' query type */
export interface ILogInQuery {
  params: ILogInParams;
  result: ILogInResult;
}

const logInIR: any = {"usedParamSet":{"newPasswordHash":true,"userId":true,"passwordHash":true,"sessionId":true,"ttlSeconds":true,"ip":true,"userAgent":true,"accountKey":true,"trustKey":true,"trustSeconds":true},"params":[{"name":"newPasswordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":384,"b":399}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":440,"b":447}]},{"name":"passwordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":479,"b":492}]},{"name":"sessionId","required":true,"transform":{"type":"scalar"},"locs":[{"a":887,"b":897}]},{"name":"ttlSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":963,"b":974}]},{"name":"ip","required":false,"transform":{"type":"scalar"},"locs":[{"a":1018,"b":1020}]},{"name":"userAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":1033,"b":1042}]},{"name":"accountKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":1201,"b":1211}]},{"name":"trustKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":1363,"b":1371},{"a":1518,"b":1526}]},{"name":"trustSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1459,"b":1472}]}],"statement":"-- Records the sign-in and creates the session, if the user is still live, not banned, and has the hash that was verified;\n-- then forgets the failures on the account, and keeps in mind from where it was logged in to (:trustKey).\nwith signed_in as (\n  update pevensie.\"user\"\n  set\n    last_sign_in = current_timestamp,\n    updated_at = current_timestamp,\n    password_hash = coalesce(:newPasswordHash::text, password_hash)\n  where\n    id = :userId!::uuid\n    and password_hash = :passwordHash!::text\n    and deleted_at is null\n    and (banned_until is null or banned_until <= current_timestamp)\n  returning\n    id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,\n    last_sign_in, app_metadata, user_metadata, banned_until\n),\ncreated as (\n  insert into pevensie.session (id, expires_at, user_id, ip, user_agent)\n  select\n    :sessionId!::uuid,\n    current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds!::double precision),\n    signed_in.id,\n    :ip::inet,\n    :userAgent::text\n  from signed_in\n  returning id, created_at, expires_at, user_id, ip, user_agent\n),\nforgotten as (\n  delete from pevensie.log_in_attempt\n  where key = :accountKey::text and exists (select from signed_in)\n),\ntrusted as (\n  insert into pevensie.log_in_attempt (key, failures, succeeded_at, expires_at)\n  select\n    :trustKey::text, 0, current_timestamp,\n    current_timestamp + pg_catalog.make_interval(secs => :trustSeconds!::double precision)\n  from signed_in\n  where :trustKey::text is not null\n  on conflict (key) do update set\n    failures = 0, failures_expire_at = null, blocked_until = null, succeeded_at = excluded.succeeded_at, expires_at = excluded.expires_at\n)\nselect\n  signed_in.id,\n  signed_in.created_at as \"createdAt\",\n  signed_in.updated_at as \"updatedAt\",\n  signed_in.deleted_at as \"deletedAt\",\n  signed_in.role,\n  signed_in.email,\n  signed_in.email_confirmed_at as \"emailConfirmedAt\",\n  signed_in.phone_number as \"phoneNumber\",\n  signed_in.phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  signed_in.last_sign_in as \"lastSignIn\",\n  signed_in.app_metadata as \"appMetadata\",\n  signed_in.user_metadata as \"userMetadata\",\n  signed_in.banned_until as \"bannedUntil\",\n  created.id as \"sessionId\",\n  created.created_at as \"sessionCreatedAt\",\n  created.expires_at as \"sessionExpiresAt\",\n  pg_catalog.host(created.ip) as \"sessionIp\",\n  created.user_agent as \"sessionUserAgent\"\nfrom signed_in, created"};

/**
 * Query generated from SQL:
 * ```
 * -- Records the sign-in and creates the session, if the user is still live, not banned, and has the hash that was verified;
 * -- then forgets the failures on the account, and keeps in mind from where it was logged in to (:trustKey).
 * with signed_in as (
 *   update pevensie."user"
 *   set
 *     last_sign_in = current_timestamp,
 *     updated_at = current_timestamp,
 *     password_hash = coalesce(:newPasswordHash::text, password_hash)
 *   where
 *     id = :userId!::uuid
 *     and password_hash = :passwordHash!::text
 *     and deleted_at is null
 *     and (banned_until is null or banned_until <= current_timestamp)
 *   returning
 *     id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,
 *     last_sign_in, app_metadata, user_metadata, banned_until
 * ),
 * created as (
 *   insert into pevensie.session (id, expires_at, user_id, ip, user_agent)
 *   select
 *     :sessionId!::uuid,
 *     current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds!::double precision),
 *     signed_in.id,
 *     :ip::inet,
 *     :userAgent::text
 *   from signed_in
 *   returning id, created_at, expires_at, user_id, ip, user_agent
 * ),
 * forgotten as (
 *   delete from pevensie.log_in_attempt
 *   where key = :accountKey::text and exists (select from signed_in)
 * ),
 * trusted as (
 *   insert into pevensie.log_in_attempt (key, failures, succeeded_at, expires_at)
 *   select
 *     :trustKey::text, 0, current_timestamp,
 *     current_timestamp + pg_catalog.make_interval(secs => :trustSeconds!::double precision)
 *   from signed_in
 *   where :trustKey::text is not null
 *   on conflict (key) do update set
 *     failures = 0, failures_expire_at = null, blocked_until = null, succeeded_at = excluded.succeeded_at, expires_at = excluded.expires_at
 * )
 * select
 *   signed_in.id,
 *   signed_in.created_at as "createdAt",
 *   signed_in.updated_at as "updatedAt",
 *   signed_in.deleted_at as "deletedAt",
 *   signed_in.role,
 *   signed_in.email,
 *   signed_in.email_confirmed_at as "emailConfirmedAt",
 *   signed_in.phone_number as "phoneNumber",
 *   signed_in.phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   signed_in.last_sign_in as "lastSignIn",
 *   signed_in.app_metadata as "appMetadata",
 *   signed_in.user_metadata as "userMetadata",
 *   signed_in.banned_until as "bannedUntil",
 *   created.id as "sessionId",
 *   created.created_at as "sessionCreatedAt",
 *   created.expires_at as "sessionExpiresAt",
 *   pg_catalog.host(created.ip) as "sessionIp",
 *   created.user_agent as "sessionUserAgent"
 * from signed_in, created
 * ```
 */
export const logIn = new PreparedQuery<ILogInParams,ILogInResult>(logInIR);


/** 'GetSession' parameters type */
export interface IGetSessionParams {
  id: string;
  ip?: string | null | void;
  userAgent?: string | null | void;
}

/** 'GetSession' return type */
export interface IGetSessionResult {
  createdAt: Date;
  expired: boolean | null;
  expiresAt: Date | null;
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

const getSessionIR: any = {"usedParamSet":{"id":true,"ip":true,"userAgent":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":347,"b":350}]},{"name":"ip","required":false,"transform":{"type":"scalar"},"locs":[{"a":384,"b":386}]},{"name":"userAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":437,"b":446}]}],"statement":"-- A session that is bound to an ip or a user agent is found only when the same one is presented.\nselect\n  id,\n  created_at as \"createdAt\",\n  expires_at as \"expiresAt\",\n  user_id as \"userId\",\n  pg_catalog.host(ip) as ip,\n  user_agent as \"userAgent\",\n  coalesce(expires_at <= current_timestamp, false) as expired\nfrom pevensie.session\nwhere\n  id = :id!::uuid\n  and (ip is null or ip = :ip::inet)\n  and (user_agent is null or user_agent = :userAgent::text)"};

/**
 * Query generated from SQL:
 * ```
 * -- A session that is bound to an ip or a user agent is found only when the same one is presented.
 * select
 *   id,
 *   created_at as "createdAt",
 *   expires_at as "expiresAt",
 *   user_id as "userId",
 *   pg_catalog.host(ip) as ip,
 *   user_agent as "userAgent",
 *   coalesce(expires_at <= current_timestamp, false) as expired
 * from pevensie.session
 * where
 *   id = :id!::uuid
 *   and (ip is null or ip = :ip::inet)
 *   and (user_agent is null or user_agent = :userAgent::text)
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

const deleteSessionIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":40,"b":43}]}],"statement":"delete from pevensie.session\nwhere id = :id!::uuid"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.session
 * where id = :id!::uuid
 * ```
 */
export const deleteSession = new PreparedQuery<IDeleteSessionParams,IDeleteSessionResult>(deleteSessionIR);


/** 'DeleteExpiredSession' parameters type */
export interface IDeleteExpiredSessionParams {
  id: string;
}

/** 'DeleteExpiredSession' return type */
export type IDeleteExpiredSessionResult = void;

/** 'DeleteExpiredSession' query type */
export interface IDeleteExpiredSessionQuery {
  params: IDeleteExpiredSessionParams;
  result: IDeleteExpiredSessionResult;
}

const deleteExpiredSessionIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":40,"b":43}]}],"statement":"delete from pevensie.session\nwhere id = :id!::uuid and expires_at <= current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.session
 * where id = :id!::uuid and expires_at <= current_timestamp
 * ```
 */
export const deleteExpiredSession = new PreparedQuery<IDeleteExpiredSessionParams,IDeleteExpiredSessionResult>(deleteExpiredSessionIR);


/** 'GetSessionsById' parameters type */
export interface IGetSessionsByIdParams {
  ids: stringArray;
}

/** 'GetSessionsById' return type */
export interface IGetSessionsByIdResult {
  createdAt: Date;
  expired: boolean | null;
  expiresAt: Date | null;
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

const getSessionsByIdIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":338,"b":342}]}],"statement":"-- For many at once, whoever presents them: what a session is bound to has to be compared with that.\nselect\n  id,\n  created_at as \"createdAt\",\n  expires_at as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  coalesce(expires_at <= current_timestamp, false) as expired\nfrom pevensie.session\nwhere id = any ((select :ids!::uuid[])::uuid[])"};

/**
 * Query generated from SQL:
 * ```
 * -- For many at once, whoever presents them: what a session is bound to has to be compared with that.
 * select
 *   id,
 *   created_at as "createdAt",
 *   expires_at as "expiresAt",
 *   user_id as "userId",
 *   ip,
 *   user_agent as "userAgent",
 *   coalesce(expires_at <= current_timestamp, false) as expired
 * from pevensie.session
 * where id = any ((select :ids!::uuid[])::uuid[])
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

const deleteExpiredSessionsIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":135,"b":139}]}],"statement":"-- Rows that somebody else is deleting are left to them.\nwith expired as (\n  select id from pevensie.session\n  where id = any ((select :ids!::uuid[])::uuid[]) and expires_at <= current_timestamp\n  for update skip locked\n)\ndelete from pevensie.session as session\nusing expired\nwhere session.id = expired.id"};

/**
 * Query generated from SQL:
 * ```
 * -- Rows that somebody else is deleting are left to them.
 * with expired as (
 *   select id from pevensie.session
 *   where id = any ((select :ids!::uuid[])::uuid[]) and expires_at <= current_timestamp
 *   for update skip locked
 * )
 * delete from pevensie.session as session
 * using expired
 * where session.id = expired.id
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
  milliseconds: number | null;
  removed: number | null;
  until: Date | null;
}

/** 'RemoveExpiredSessions' query type */
export interface IRemoveExpiredSessionsQuery {
  params: IRemoveExpiredSessionsParams;
  result: IRemoveExpiredSessionsResult;
}

const removeExpiredSessionsIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":289,"b":294}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":375,"b":385}]}],"statement":"-- One batch of a sweep, oldest first, from where the last one ended. Rows that somebody else holds are left to them.\n-- The milliseconds are those of the server, without the network's and the commit's.\nwith expired as (\n  select id, expires_at from pevensie.session\n  where expires_at >= :from!::timestamptz and expires_at <= current_timestamp\n  order by expires_at\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.session as session\n  using expired\n  where session.id = expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  pg_catalog.max(expires_at) as until,\n  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, oldest first, from where the last one ended. Rows that somebody else holds are left to them.
 * -- The milliseconds are those of the server, without the network's and the commit's.
 * with expired as (
 *   select id, expires_at from pevensie.session
 *   where expires_at >= :from!::timestamptz and expires_at <= current_timestamp
 *   order by expires_at
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.session as session
 *   using expired
 *   where session.id = expired.id
 *   returning expired.expires_at
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   pg_catalog.max(expires_at) as until,
 *   pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds
 * from removed
 * ```
 */
export const removeExpiredSessions = new PreparedQuery<IRemoveExpiredSessionsParams,IRemoveExpiredSessionsResult>(removeExpiredSessionsIR);


