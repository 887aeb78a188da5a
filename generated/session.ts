// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/session.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type DateOrString = Date | string;

/** A type of parameters or columns. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A type of parameters or columns. */
export type NumberOrString = number | string;

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'CreateSession' parameters type */
export interface ICreateSessionParams {
  id: string;
  idleSeconds?: NumberOrString | null | void;
  ip?: string | null | void;
  recordedIp?: string | null | void;
  recordedUserAgent?: string | null | void;
  ttlSeconds?: number | null | void;
  userAgent?: string | null | void;
  userId: string;
}

/** 'CreateSession' return type */
export interface ICreateSessionResult {
  createdAt: string;
  details: Json | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  now: string;
  userAgent: string | null;
  userId: string;
}

/** 'CreateSession' query type */
export interface ICreateSessionQuery {
  params: ICreateSessionParams;
  result: ICreateSessionResult;
}

const createSessionIR: any = {"usedParamSet":{"userId":true,"id":true,"ttlSeconds":true,"ip":true,"userAgent":true,"recordedIp":true,"recordedUserAgent":true,"idleSeconds":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":526,"b":533},{"a":670,"b":677}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":978,"b":981}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":1338,"b":1348}]},{"name":"ip","required":false,"transform":{"type":"scalar"},"locs":[{"a":1390,"b":1392}]},{"name":"userAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":1414,"b":1423}]},{"name":"recordedIp","required":false,"transform":{"type":"scalar"},"locs":[{"a":1445,"b":1455},{"a":1602,"b":1612}]},{"name":"recordedUserAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":1477,"b":1494},{"a":1652,"b":1669}]},{"name":"idleSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":1516,"b":1527},{"a":1560,"b":1571}]}],"statement":"-- Returns no row if the user does not exist, is deleted or is banned. FOR NO KEY UPDATE serialises with deletion and bans, so no\n-- session outlives its user. If another transaction changed the user's access after this statement's snapshot, the session is created\n-- expired: it was requested under the old access. The access stamps of both versions of the row are compared (docs/architecture.md, Terms).\nwith requested as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n),\nowner as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\ninsert into pevensie.session\n  (id, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at)\nselect\n  :id!::pg_catalog.uuid,\n  case\n    when\n      owner.email operator(pg_catalog.<>) requested.email\n      or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)\n        coalesce(requested.device_tokens_valid_from, '-infinity')\n    then current_timestamp\n    else current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision)\n  end,\n  owner.id,\n  :ip::pg_catalog.inet,\n  :userAgent::pg_catalog.text,\n  :recordedIp::pg_catalog.inet,\n  :recordedUserAgent::pg_catalog.text,\n  :idleSeconds::bigint,\n  case\n    when\n      :idleSeconds::bigint is not null\n      or :recordedIp::pg_catalog.inet is not null\n      or :recordedUserAgent::pg_catalog.text is not null\n    then current_timestamp\n  end\nfrom owner\njoin requested on requested.id operator(pg_catalog.=) owner.id\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  case\n    when last_seen_at is not null\n    then pg_catalog.json_build_array(\n      recorded_ip, recorded_user_agent, idle_seconds,\n      extract(epoch from last_seen_at), extract(epoch from authenticated_at)\n    )\n  end as \"details\",\n  extract(epoch from current_timestamp) as \"now!\""};

/**
 * Query generated from SQL:
 * ```
 * -- Returns no row if the user does not exist, is deleted or is banned. FOR NO KEY UPDATE serialises with deletion and bans, so no
 * -- session outlives its user. If another transaction changed the user's access after this statement's snapshot, the session is created
 * -- expired: it was requested under the old access. The access stamps of both versions of the row are compared (docs/architecture.md, Terms).
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
 * insert into pevensie.session
 *   (id, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at)
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
 *   :ip::pg_catalog.inet,
 *   :userAgent::pg_catalog.text,
 *   :recordedIp::pg_catalog.inet,
 *   :recordedUserAgent::pg_catalog.text,
 *   :idleSeconds::bigint,
 *   case
 *     when
 *       :idleSeconds::bigint is not null
 *       or :recordedIp::pg_catalog.inet is not null
 *       or :recordedUserAgent::pg_catalog.text is not null
 *     then current_timestamp
 *   end
 * from owner
 * join requested on requested.id operator(pg_catalog.=) owner.id
 * returning
 *   id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   user_id as "userId",
 *   ip,
 *   user_agent as "userAgent",
 *   case
 *     when last_seen_at is not null
 *     then pg_catalog.json_build_array(
 *       recorded_ip, recorded_user_agent, idle_seconds,
 *       extract(epoch from last_seen_at), extract(epoch from authenticated_at)
 *     )
 *   end as "details",
 *   extract(epoch from current_timestamp) as "now!"
 * ```
 */
export const createSession = new PreparedQuery<ICreateSessionParams,ICreateSessionResult>(createSessionIR);


/** 'LockUser' parameters type */
export interface ILockUserParams {
  userId: string;
}

/** 'LockUser' return type */
export interface ILockUserResult {
  accessVersion: string;
  id: string;
  isDeleted: boolean;
  isLate: boolean;
}

/** 'LockUser' query type */
export interface ILockUserQuery {
  params: ILockUserParams;
  result: ILockUserResult;
}

const lockUserIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":473,"b":480},{"a":626,"b":633}]}],"statement":"-- Blocks the creation of sessions and tokens for the user, live or deleted, and changes of the user, until the transaction ends.\n-- Returns whether another transaction changed the user's access after this statement's snapshot (\"isLate\"): then what follows was\n-- requested under the old access. Compares the access stamp (docs/architecture.md, Terms).\nwith requested as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n),\nlocked as (\n  select id, email, deleted_at, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  for no key update\n)\nselect\n  locked.id,\n  locked.deleted_at is not null as \"isDeleted!\",\n  pg_catalog.concat((extract(epoch from locked.device_tokens_valid_from))::pg_catalog.text, ' ', locked.email) as \"accessVersion!\",\n  locked.email operator(pg_catalog.<>) requested.email\n    or coalesce(locked.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)\n      coalesce(requested.device_tokens_valid_from, '-infinity') as \"isLate!\"\nfrom locked\njoin requested on requested.id operator(pg_catalog.=) locked.id"};

/**
 * Query generated from SQL:
 * ```
 * -- Blocks the creation of sessions and tokens for the user, live or deleted, and changes of the user, until the transaction ends.
 * -- Returns whether another transaction changed the user's access after this statement's snapshot ("isLate"): then what follows was
 * -- requested under the old access. Compares the access stamp (docs/architecture.md, Terms).
 * with requested as (
 *   select id, email, device_tokens_valid_from from pevensie."user"
 *   where id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * ),
 * locked as (
 *   select id, email, deleted_at, device_tokens_valid_from from pevensie."user"
 *   where id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *   for no key update
 * )
 * select
 *   locked.id,
 *   locked.deleted_at is not null as "isDeleted!",
 *   pg_catalog.concat((extract(epoch from locked.device_tokens_valid_from))::pg_catalog.text, ' ', locked.email) as "accessVersion!",
 *   locked.email operator(pg_catalog.<>) requested.email
 *     or coalesce(locked.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)
 *       coalesce(requested.device_tokens_valid_from, '-infinity') as "isLate!"
 * from locked
 * join requested on requested.id operator(pg_catalog.=) locked.id
 * ```
 */
export const lockUser = new PreparedQuery<ILockUserParams,ILockUserResult>(lockUserIR);


/** 'LogIn' parameters type */
export interface ILogInParams {
  budgetKey?: string | null | void;
  deviceIssuedAt?: number | null | void;
  deviceUserId?: string | null | void;
  deviceValidFrom?: number | null | void;
  exemptionSeconds?: number | null | void;
  idleSeconds?: NumberOrString | null | void;
  ip?: string | null | void;
  newPasswordHash?: string | null | void;
  passwordHash?: string | null | void;
  recordedIp?: string | null | void;
  recordedUserAgent?: string | null | void;
  replaceSessionId?: string | null | void;
  scope?: string | null | void;
  sessionId: string;
  ttlSeconds?: number | null | void;
  userAgent?: string | null | void;
  userId: string;
}

/** 'LogIn' return type */
export interface ILogInResult {
  appMetadata: Json;
  bannedUntil: string | null;
  createdAt: string;
  deletedAt: string | null;
  deviceIsKnown: boolean;
  deviceTokensValidFrom: string | null;
  email: string;
  emailConfirmedAt: string | null;
  id: string;
  lastSignIn: string | null;
  loggedInAt: string;
  phoneNumber: string | null;
  phoneNumberConfirmedAt: string | null;
  replacedUserId: string | null;
  role: string | null;
  sessionCreatedAt: string;
  sessionDetails: Json | null;
  sessionExpiresAt: string | null;
  sessionId: string;
  sessionIp: string | null;
  sessionNow: string;
  sessionUserAgent: string | null;
  updatedAt: string;
  userMetadata: Json;
}

/** 'LogIn' query type */
export interface ILogInQuery {
  params: ILogInParams;
  result: ILogInResult;
}

const logInIR: any = {"usedParamSet":{"newPasswordHash":true,"userId":true,"passwordHash":true,"deviceUserId":true,"deviceValidFrom":true,"deviceIssuedAt":true,"sessionId":true,"ttlSeconds":true,"ip":true,"userAgent":true,"recordedIp":true,"recordedUserAgent":true,"idleSeconds":true,"scope":true,"budgetKey":true,"exemptionSeconds":true,"replaceSessionId":true},"params":[{"name":"newPasswordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":696,"b":711}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":784,"b":791}]},{"name":"passwordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":826,"b":838},{"a":905,"b":917}]},{"name":"deviceUserId","required":false,"transform":{"type":"scalar"},"locs":[{"a":1344,"b":1356}]},{"name":"deviceValidFrom","required":false,"transform":{"type":"scalar"},"locs":[{"a":1497,"b":1512}]},{"name":"deviceIssuedAt","required":false,"transform":{"type":"scalar"},"locs":[{"a":1581,"b":1595}]},{"name":"sessionId","required":true,"transform":{"type":"scalar"},"locs":[{"a":1944,"b":1954}]},{"name":"ttlSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":2052,"b":2062}]},{"name":"ip","required":false,"transform":{"type":"scalar"},"locs":[{"a":2106,"b":2108}]},{"name":"userAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":2132,"b":2141}]},{"name":"recordedIp","required":false,"transform":{"type":"scalar"},"locs":[{"a":2165,"b":2175},{"a":2334,"b":2344}]},{"name":"recordedUserAgent","required":false,"transform":{"type":"scalar"},"locs":[{"a":2199,"b":2216},{"a":2386,"b":2403}]},{"name":"idleSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":2240,"b":2251},{"a":2290,"b":2301}]},{"name":"scope","required":false,"transform":{"type":"scalar"},"locs":[{"a":2768,"b":2773},{"a":2974,"b":2979}]},{"name":"budgetKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":2797,"b":2806}]},{"name":"exemptionSeconds","required":false,"transform":{"type":"scalar"},"locs":[{"a":2904,"b":2920}]},{"name":"replaceSessionId","required":false,"transform":{"type":"scalar"},"locs":[{"a":3194,"b":3210}]}],"statement":"-- Records the sign-in and creates the session, if the user is live, not banned, and still has the hash that was verified, if one was (a\n-- login by a token or an identity verifies none). Then grants the exemption of a known address (:scope), if one is given and the device is\n-- not known (a row that exists keeps its budget), and ends the session that the login replaces, even if it belongs to another user. Budgets\n-- are not touched, so a login waits for no failed one. Whether the device is known is decided as in getCredentialsByEmail.\nwith signed_in as (\n  update pevensie.\"user\"\n  set\n    last_sign_in = current_timestamp,\n    updated_at = current_timestamp,\n    password_hash = coalesce(:newPasswordHash::pg_catalog.text, password_hash)\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and (\n      :passwordHash::pg_catalog.text is null or password_hash operator(pg_catalog.=) :passwordHash::pg_catalog.text\n    )\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  returning\n    id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,\n    last_sign_in, app_metadata, user_metadata, banned_until, device_tokens_valid_from\n),\ndevice as (\n  select\n    coalesce(\n      id operator(pg_catalog.=) :deviceUserId::pg_catalog.uuid\n      and coalesce(device_tokens_valid_from, '-infinity') operator(pg_catalog.=)\n        coalesce(pg_catalog.to_timestamp(:deviceValidFrom::double precision), '-infinity')\n      and pg_catalog.to_timestamp(:deviceIssuedAt::double precision) operator(pg_catalog.>)\n        (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(days => 365)),\n      false\n    ) as is_known\n  from signed_in\n),\ncreated as (\n  insert into pevensie.session\n    (id, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at)\n  select\n    :sessionId!::pg_catalog.uuid,\n    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision),\n    signed_in.id,\n    :ip::pg_catalog.inet,\n    :userAgent::pg_catalog.text,\n    :recordedIp::pg_catalog.inet,\n    :recordedUserAgent::pg_catalog.text,\n    :idleSeconds::bigint,\n    case\n      when\n        :idleSeconds::bigint is not null\n        or :recordedIp::pg_catalog.inet is not null\n        or :recordedUserAgent::pg_catalog.text is not null\n      then current_timestamp\n    end\n  from signed_in\n  returning\n    id, created_at, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at,\n    authenticated_at\n),\ngranted as (\n  insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)\n  select\n    signed_in.id,\n    :scope::pg_catalog.text,\n    :budgetKey::pg_catalog.text,\n    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :exemptionSeconds::double precision)\n  from signed_in, device\n  where :scope::pg_catalog.text is not null and not device.is_known\n  on conflict (user_id, scope) do update set expires_at = excluded.expires_at\n),\nreplaced as (\n  delete from pevensie.session\n  where id operator(pg_catalog.=) :replaceSessionId::pg_catalog.uuid and exists (select from signed_in)\n  returning user_id\n)\nselect\n  signed_in.id,\n  extract(epoch from signed_in.created_at) as \"createdAt!\",\n  extract(epoch from signed_in.updated_at) as \"updatedAt!\",\n  extract(epoch from signed_in.deleted_at) as \"deletedAt\",\n  signed_in.role,\n  signed_in.email,\n  extract(epoch from signed_in.email_confirmed_at) as \"emailConfirmedAt\",\n  signed_in.phone_number as \"phoneNumber\",\n  extract(epoch from signed_in.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from signed_in.last_sign_in) as \"lastSignIn\",\n  signed_in.app_metadata as \"appMetadata\",\n  signed_in.user_metadata as \"userMetadata\",\n  extract(epoch from signed_in.banned_until) as \"bannedUntil\",\n  created.id as \"sessionId\",\n  extract(epoch from created.created_at) as \"sessionCreatedAt!\",\n  extract(epoch from created.expires_at) as \"sessionExpiresAt\",\n  created.ip as \"sessionIp\",\n  created.user_agent as \"sessionUserAgent\",\n  case\n    when created.last_seen_at is not null\n    then pg_catalog.json_build_array(\n      created.recorded_ip, created.recorded_user_agent, created.idle_seconds,\n      extract(epoch from created.last_seen_at), extract(epoch from created.authenticated_at)\n    )\n  end as \"sessionDetails\",\n  extract(epoch from current_timestamp) as \"sessionNow!\",\n  (select user_id from replaced) as \"replacedUserId\",\n  device.is_known as \"deviceIsKnown!\",\n  extract(epoch from pg_catalog.clock_timestamp()) as \"loggedInAt!\",\n  extract(epoch from signed_in.device_tokens_valid_from) as \"deviceTokensValidFrom\"\nfrom signed_in, created, device"};

/**
 * Query generated from SQL:
 * ```
 * -- Records the sign-in and creates the session, if the user is live, not banned, and still has the hash that was verified, if one was (a
 * -- login by a token or an identity verifies none). Then grants the exemption of a known address (:scope), if one is given and the device is
 * -- not known (a row that exists keeps its budget), and ends the session that the login replaces, even if it belongs to another user. Budgets
 * -- are not touched, so a login waits for no failed one. Whether the device is known is decided as in getCredentialsByEmail.
 * with signed_in as (
 *   update pevensie."user"
 *   set
 *     last_sign_in = current_timestamp,
 *     updated_at = current_timestamp,
 *     password_hash = coalesce(:newPasswordHash::pg_catalog.text, password_hash)
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and (
 *       :passwordHash::pg_catalog.text is null or password_hash operator(pg_catalog.=) :passwordHash::pg_catalog.text
 *     )
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 *   returning
 *     id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,
 *     last_sign_in, app_metadata, user_metadata, banned_until, device_tokens_valid_from
 * ),
 * device as (
 *   select
 *     coalesce(
 *       id operator(pg_catalog.=) :deviceUserId::pg_catalog.uuid
 *       and coalesce(device_tokens_valid_from, '-infinity') operator(pg_catalog.=)
 *         coalesce(pg_catalog.to_timestamp(:deviceValidFrom::double precision), '-infinity')
 *       and pg_catalog.to_timestamp(:deviceIssuedAt::double precision) operator(pg_catalog.>)
 *         (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(days => 365)),
 *       false
 *     ) as is_known
 *   from signed_in
 * ),
 * created as (
 *   insert into pevensie.session
 *     (id, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at)
 *   select
 *     :sessionId!::pg_catalog.uuid,
 *     current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds::double precision),
 *     signed_in.id,
 *     :ip::pg_catalog.inet,
 *     :userAgent::pg_catalog.text,
 *     :recordedIp::pg_catalog.inet,
 *     :recordedUserAgent::pg_catalog.text,
 *     :idleSeconds::bigint,
 *     case
 *       when
 *         :idleSeconds::bigint is not null
 *         or :recordedIp::pg_catalog.inet is not null
 *         or :recordedUserAgent::pg_catalog.text is not null
 *       then current_timestamp
 *     end
 *   from signed_in
 *   returning
 *     id, created_at, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at,
 *     authenticated_at
 * ),
 * granted as (
 *   insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)
 *   select
 *     signed_in.id,
 *     :scope::pg_catalog.text,
 *     :budgetKey::pg_catalog.text,
 *     current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :exemptionSeconds::double precision)
 *   from signed_in, device
 *   where :scope::pg_catalog.text is not null and not device.is_known
 *   on conflict (user_id, scope) do update set expires_at = excluded.expires_at
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
 *   created.ip as "sessionIp",
 *   created.user_agent as "sessionUserAgent",
 *   case
 *     when created.last_seen_at is not null
 *     then pg_catalog.json_build_array(
 *       created.recorded_ip, created.recorded_user_agent, created.idle_seconds,
 *       extract(epoch from created.last_seen_at), extract(epoch from created.authenticated_at)
 *     )
 *   end as "sessionDetails",
 *   extract(epoch from current_timestamp) as "sessionNow!",
 *   (select user_id from replaced) as "replacedUserId",
 *   device.is_known as "deviceIsKnown!",
 *   extract(epoch from pg_catalog.clock_timestamp()) as "loggedInAt!",
 *   extract(epoch from signed_in.device_tokens_valid_from) as "deviceTokensValidFrom"
 * from signed_in, created, device
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
  details: Json | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  now: string;
  userAgent: string | null;
  userId: string;
}

/** 'GetSession' query type */
export interface IGetSessionQuery {
  params: IGetSessionParams;
  result: IGetSessionResult;
}

const getSessionIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":1005,"b":1008}]}],"statement":"-- The caller compares what a session is bound to (ip, user_agent) with what is presented, and its ends with the server's time.\n-- \"details\" is one array of what most sessions lack: the recorded ip and user agent, the idle seconds, when the session was last\n-- seen and when its user authenticated. It is null without last_seen_at, which a row with any of them has. A column for each would\n-- make a lookup some 4 % slower, and an object with names would take about twice the time of the array.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  case\n    when last_seen_at is not null\n    then pg_catalog.json_build_array(\n      recorded_ip, recorded_user_agent, idle_seconds,\n      extract(epoch from last_seen_at), extract(epoch from authenticated_at)\n    )\n  end as \"details\",\n  extract(epoch from current_timestamp) as \"now!\"\nfrom pevensie.session\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid"};

/**
 * Query generated from SQL:
 * ```
 * -- The caller compares what a session is bound to (ip, user_agent) with what is presented, and its ends with the server's time.
 * -- "details" is one array of what most sessions lack: the recorded ip and user agent, the idle seconds, when the session was last
 * -- seen and when its user authenticated. It is null without last_seen_at, which a row with any of them has. A column for each would
 * -- make a lookup some 4 % slower, and an object with names would take about twice the time of the array.
 * select
 *   id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   user_id as "userId",
 *   ip,
 *   user_agent as "userAgent",
 *   case
 *     when last_seen_at is not null
 *     then pg_catalog.json_build_array(
 *       recorded_ip, recorded_user_agent, idle_seconds,
 *       extract(epoch from last_seen_at), extract(epoch from authenticated_at)
 *     )
 *   end as "details",
 *   extract(epoch from current_timestamp) as "now!"
 * from pevensie.session
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid
 * ```
 */
export const getSession = new PreparedQuery<IGetSessionParams,IGetSessionResult>(getSessionIR);


/** 'DeleteSession' parameters type */
export interface IDeleteSessionParams {
  id: string;
  userId?: string | null | void;
}

/** 'DeleteSession' return type */
export interface IDeleteSessionResult {
  userId: string;
}

/** 'DeleteSession' query type */
export interface IDeleteSessionQuery {
  params: IDeleteSessionParams;
  result: IDeleteSessionResult;
}

const deleteSessionIR: any = {"usedParamSet":{"id":true,"userId":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":63,"b":66}]},{"name":"userId","required":false,"transform":{"type":"scalar"},"locs":[{"a":92,"b":98},{"a":159,"b":165}]}],"statement":"delete from pevensie.session\nwhere\n  id operator(pg_catalog.=) :id!::pg_catalog.uuid\n  and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)\nreturning user_id as \"userId\""};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.session
 * where
 *   id operator(pg_catalog.=) :id!::pg_catalog.uuid
 *   and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)
 * returning user_id as "userId"
 * ```
 */
export const deleteSession = new PreparedQuery<IDeleteSessionParams,IDeleteSessionResult>(deleteSessionIR);


/** 'DeleteSessions' parameters type */
export interface IDeleteSessionsParams {
  keepSessionId?: string | null | void;
  userId: string;
}

/** 'DeleteSessions' return type */
export interface IDeleteSessionsResult {
  id: string;
}

/** 'DeleteSessions' query type */
export interface IDeleteSessionsQuery {
  params: IDeleteSessionsParams;
  result: IDeleteSessionsResult;
}

const deleteSessionsIR: any = {"usedParamSet":{"userId":true,"keepSessionId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":68,"b":75}]},{"name":"keepSessionId","required":false,"transform":{"type":"scalar"},"locs":[{"a":127,"b":140}]}],"statement":"delete from pevensie.session\nwhere\n  user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true\nreturning id"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.session
 * where
 *   user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *   and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true
 * returning id
 * ```
 */
export const deleteSessions = new PreparedQuery<IDeleteSessionsParams,IDeleteSessionsResult>(deleteSessionsIR);


/** 'ListSessions' parameters type */
export interface IListSessionsParams {
  userId: string;
}

/** 'ListSessions' return type */
export interface IListSessionsResult {
  createdAt: string;
  details: Json | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  now: string;
  userAgent: string | null;
  userId: string;
}

/** 'ListSessions' query type */
export interface IListSessionsQuery {
  params: IListSessionsParams;
  result: IListSessionsResult;
}

const listSessionsIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":562,"b":569}]}],"statement":"-- Newest first.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  case\n    when last_seen_at is not null\n    then pg_catalog.json_build_array(\n      recorded_ip, recorded_user_agent, idle_seconds,\n      extract(epoch from last_seen_at), extract(epoch from authenticated_at)\n    )\n  end as \"details\",\n  (select (extract(epoch from current_timestamp))::pg_catalog.text) as \"now!\"\nfrom pevensie.session\nwhere\n  user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  and (expires_at is null or expires_at operator(pg_catalog.>) current_timestamp)\n  and (\n    idle_seconds is null\n    or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.>) current_timestamp\n  )\norder by created_at desc, id desc"};

/**
 * Query generated from SQL:
 * ```
 * -- Newest first.
 * select
 *   id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   user_id as "userId",
 *   ip,
 *   user_agent as "userAgent",
 *   case
 *     when last_seen_at is not null
 *     then pg_catalog.json_build_array(
 *       recorded_ip, recorded_user_agent, idle_seconds,
 *       extract(epoch from last_seen_at), extract(epoch from authenticated_at)
 *     )
 *   end as "details",
 *   (select (extract(epoch from current_timestamp))::pg_catalog.text) as "now!"
 * from pevensie.session
 * where
 *   user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *   and (expires_at is null or expires_at operator(pg_catalog.>) current_timestamp)
 *   and (
 *     idle_seconds is null
 *     or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.>) current_timestamp
 *   )
 * order by created_at desc, id desc
 * ```
 */
export const listSessions = new PreparedQuery<IListSessionsParams,IListSessionsResult>(listSessionsIR);


/** 'TouchSessions' parameters type */
export interface ITouchSessionsParams {
  ids: stringArray;
}

/** 'TouchSessions' return type */
export type ITouchSessionsResult = void;

/** 'TouchSessions' query type */
export interface ITouchSessionsQuery {
  params: ITouchSessionsParams;
  result: ITouchSessionsResult;
}

const touchSessionsIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":293,"b":297}]}],"statement":"-- Postpones the idle timeout of sessions that were read, unless that has been done a short while ago (src/idle-timeout.ts has the\n-- same rule). Skips rows that another transaction has locked.\nwith due as (\n  select id from pevensie.session\n  where\n    id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])\n    and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => least(60, idle_seconds operator(pg_catalog./) 10.0))\n      operator(pg_catalog.<=) current_timestamp\n    and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.>) current_timestamp\n  for no key update skip locked\n)\nupdate pevensie.session as session\nset last_seen_at = current_timestamp\nfrom due\nwhere session.id operator(pg_catalog.=) due.id"};

/**
 * Query generated from SQL:
 * ```
 * -- Postpones the idle timeout of sessions that were read, unless that has been done a short while ago (src/idle-timeout.ts has the
 * -- same rule). Skips rows that another transaction has locked.
 * with due as (
 *   select id from pevensie.session
 *   where
 *     id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
 *     and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => least(60, idle_seconds operator(pg_catalog./) 10.0))
 *       operator(pg_catalog.<=) current_timestamp
 *     and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.>) current_timestamp
 *   for no key update skip locked
 * )
 * update pevensie.session as session
 * set last_seen_at = current_timestamp
 * from due
 * where session.id operator(pg_catalog.=) due.id
 * ```
 */
export const touchSessions = new PreparedQuery<ITouchSessionsParams,ITouchSessionsResult>(touchSessionsIR);


/** 'RenewAuthentication' parameters type */
export interface IRenewAuthenticationParams {
  id: string;
  passwordHash: string;
  userId: string;
}

/** 'RenewAuthentication' return type */
export interface IRenewAuthenticationResult {
  createdAt: string;
  details: Json | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  now: string;
  userAgent: string | null;
  userId: string;
}

/** 'RenewAuthentication' query type */
export interface IRenewAuthenticationQuery {
  params: IRenewAuthenticationParams;
  result: IRenewAuthenticationResult;
}

const renewAuthenticationIR: any = {"usedParamSet":{"userId":true,"passwordHash":true,"id":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":203,"b":210}]},{"name":"passwordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":274,"b":287}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":664,"b":667}]}],"statement":"-- Records that the session's user has proved the password again, if the user still has the hash that was verified.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n),\nrenewed as (\n  update pevensie.session as session\n  set authenticated_at = current_timestamp, last_seen_at = coalesce(session.last_seen_at, session.created_at)\n  from owner\n  where\n    session.id operator(pg_catalog.=) :id!::pg_catalog.uuid\n    and session.user_id operator(pg_catalog.=) owner.id\n    and (session.expires_at is null or session.expires_at operator(pg_catalog.>) current_timestamp)\n    and (\n      session.idle_seconds is null\n      or (current_timestamp operator(pg_catalog.-) session.last_seen_at)\n        operator(pg_catalog.<) pg_catalog.make_interval(secs => session.idle_seconds)\n    )\n  returning\n    session.id, session.created_at, session.expires_at, session.user_id, session.ip, session.user_agent, session.recorded_ip,\n    session.recorded_user_agent, session.idle_seconds, session.last_seen_at, session.authenticated_at\n)\nselect\n  renewed.id,\n  extract(epoch from renewed.created_at) as \"createdAt!\",\n  extract(epoch from renewed.expires_at) as \"expiresAt\",\n  renewed.user_id as \"userId\",\n  renewed.ip,\n  renewed.user_agent as \"userAgent\",\n  case\n    when renewed.last_seen_at is not null\n    then pg_catalog.json_build_array(\n      renewed.recorded_ip, renewed.recorded_user_agent, renewed.idle_seconds,\n      extract(epoch from renewed.last_seen_at), extract(epoch from renewed.authenticated_at)\n    )\n  end as \"details\",\n  extract(epoch from current_timestamp) as \"now!\"\nfrom renewed"};

/**
 * Query generated from SQL:
 * ```
 * -- Records that the session's user has proved the password again, if the user still has the hash that was verified.
 * with owner as (
 *   select id from pevensie."user"
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 *   for no key update
 * ),
 * renewed as (
 *   update pevensie.session as session
 *   set authenticated_at = current_timestamp, last_seen_at = coalesce(session.last_seen_at, session.created_at)
 *   from owner
 *   where
 *     session.id operator(pg_catalog.=) :id!::pg_catalog.uuid
 *     and session.user_id operator(pg_catalog.=) owner.id
 *     and (session.expires_at is null or session.expires_at operator(pg_catalog.>) current_timestamp)
 *     and (
 *       session.idle_seconds is null
 *       or (current_timestamp operator(pg_catalog.-) session.last_seen_at)
 *         operator(pg_catalog.<) pg_catalog.make_interval(secs => session.idle_seconds)
 *     )
 *   returning
 *     session.id, session.created_at, session.expires_at, session.user_id, session.ip, session.user_agent, session.recorded_ip,
 *     session.recorded_user_agent, session.idle_seconds, session.last_seen_at, session.authenticated_at
 * )
 * select
 *   renewed.id,
 *   extract(epoch from renewed.created_at) as "createdAt!",
 *   extract(epoch from renewed.expires_at) as "expiresAt",
 *   renewed.user_id as "userId",
 *   renewed.ip,
 *   renewed.user_agent as "userAgent",
 *   case
 *     when renewed.last_seen_at is not null
 *     then pg_catalog.json_build_array(
 *       renewed.recorded_ip, renewed.recorded_user_agent, renewed.idle_seconds,
 *       extract(epoch from renewed.last_seen_at), extract(epoch from renewed.authenticated_at)
 *     )
 *   end as "details",
 *   extract(epoch from current_timestamp) as "now!"
 * from renewed
 * ```
 */
export const renewAuthentication = new PreparedQuery<IRenewAuthenticationParams,IRenewAuthenticationResult>(renewAuthenticationIR);


/** 'GetSessionWithUser' parameters type */
export interface IGetSessionWithUserParams {
  id: string;
}

/** 'GetSessionWithUser' return type */
export interface IGetSessionWithUserResult {
  createdAt: string;
  details: Json | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  largeAppMetadata: Json | null;
  largeUserMetadata: Json | null;
  now: string;
  user: string;
  userAgent: string | null;
  userId: string;
}

/** 'GetSessionWithUser' query type */
export interface IGetSessionWithUserQuery {
  params: IGetSessionWithUserParams;
  result: IGetSessionWithUserResult;
}

const getSessionWithUserIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":980,"b":983}]}],"statement":"-- No row for a deleted or banned user.\nselect\n  session.id,\n  extract(epoch from session.created_at) as \"createdAt!\",\n  extract(epoch from session.expires_at) as \"expiresAt\",\n  session.user_id as \"userId\",\n  session.ip,\n  session.user_agent as \"userAgent\",\n  case\n    when session.last_seen_at is not null\n    then pg_catalog.json_build_array(\n      session.recorded_ip, session.recorded_user_agent, session.idle_seconds,\n      extract(epoch from session.last_seen_at), extract(epoch from session.authenticated_at)\n    )\n  end as \"details\",\n  extract(epoch from current_timestamp) as \"now!\",\n  owner.json as \"user\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as \"largeAppMetadata\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as \"largeUserMetadata\"\nfrom pevensie.session as session\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) session.user_id\nwhere\n  session.id operator(pg_catalog.=) :id!::pg_catalog.uuid\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * -- No row for a deleted or banned user.
 * select
 *   session.id,
 *   extract(epoch from session.created_at) as "createdAt!",
 *   extract(epoch from session.expires_at) as "expiresAt",
 *   session.user_id as "userId",
 *   session.ip,
 *   session.user_agent as "userAgent",
 *   case
 *     when session.last_seen_at is not null
 *     then pg_catalog.json_build_array(
 *       session.recorded_ip, session.recorded_user_agent, session.idle_seconds,
 *       extract(epoch from session.last_seen_at), extract(epoch from session.authenticated_at)
 *     )
 *   end as "details",
 *   extract(epoch from current_timestamp) as "now!",
 *   owner.json as "user",
 *   case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as "largeAppMetadata",
 *   case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as "largeUserMetadata"
 * from pevensie.session as session
 * join pevensie."user" as owner on owner.id operator(pg_catalog.=) session.user_id
 * where
 *   session.id operator(pg_catalog.=) :id!::pg_catalog.uuid
 *   and owner.deleted_at is null
 *   and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
 * ```
 */
export const getSessionWithUser = new PreparedQuery<IGetSessionWithUserParams,IGetSessionWithUserResult>(getSessionWithUserIR);


/** 'GetSessionsWithUsersById' parameters type */
export interface IGetSessionsWithUsersByIdParams {
  ids: stringArray;
}

/** 'GetSessionsWithUsersById' return type */
export interface IGetSessionsWithUsersByIdResult {
  createdAt: string;
  details: Json | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  largeAppMetadata: Json | null;
  largeUserMetadata: Json | null;
  now: string;
  user: string;
  userAgent: string | null;
  userId: string;
}

/** 'GetSessionsWithUsersById' query type */
export interface IGetSessionsWithUsersByIdQuery {
  params: IGetSessionsWithUsersByIdParams;
  result: IGetSessionsWithUsersByIdResult;
}

const getSessionsWithUsersByIdIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":1061,"b":1065}]}],"statement":"-- getSessionWithUser for many ids. The subquery is executed once for all rows.\nselect\n  session.id,\n  extract(epoch from session.created_at) as \"createdAt!\",\n  extract(epoch from session.expires_at) as \"expiresAt\",\n  session.user_id as \"userId\",\n  session.ip,\n  session.user_agent as \"userAgent\",\n  case\n    when session.last_seen_at is not null\n    then pg_catalog.json_build_array(\n      session.recorded_ip, session.recorded_user_agent, session.idle_seconds,\n      extract(epoch from session.last_seen_at), extract(epoch from session.authenticated_at)\n    )\n  end as \"details\",\n  (select (extract(epoch from current_timestamp))::pg_catalog.text) as \"now!\",\n  owner.json as \"user\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as \"largeAppMetadata\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as \"largeUserMetadata\"\nfrom pevensie.session as session\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) session.user_id\nwhere\n  session.id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * -- getSessionWithUser for many ids. The subquery is executed once for all rows.
 * select
 *   session.id,
 *   extract(epoch from session.created_at) as "createdAt!",
 *   extract(epoch from session.expires_at) as "expiresAt",
 *   session.user_id as "userId",
 *   session.ip,
 *   session.user_agent as "userAgent",
 *   case
 *     when session.last_seen_at is not null
 *     then pg_catalog.json_build_array(
 *       session.recorded_ip, session.recorded_user_agent, session.idle_seconds,
 *       extract(epoch from session.last_seen_at), extract(epoch from session.authenticated_at)
 *     )
 *   end as "details",
 *   (select (extract(epoch from current_timestamp))::pg_catalog.text) as "now!",
 *   owner.json as "user",
 *   case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as "largeAppMetadata",
 *   case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as "largeUserMetadata"
 * from pevensie.session as session
 * join pevensie."user" as owner on owner.id operator(pg_catalog.=) session.user_id
 * where
 *   session.id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
 *   and owner.deleted_at is null
 *   and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
 * ```
 */
export const getSessionsWithUsersById = new PreparedQuery<IGetSessionsWithUsersByIdParams,IGetSessionsWithUsersByIdResult>(getSessionsWithUsersByIdIR);


/** 'GetSessionsById' parameters type */
export interface IGetSessionsByIdParams {
  ids: stringArray;
}

/** 'GetSessionsById' return type */
export interface IGetSessionsByIdResult {
  createdAt: string;
  details: Json | null;
  expiresAt: string | null;
  id: string;
  ip: string | null;
  now: string;
  userAgent: string | null;
  userId: string;
}

/** 'GetSessionsById' query type */
export interface IGetSessionsByIdQuery {
  params: IGetSessionsByIdParams;
  result: IGetSessionsByIdResult;
}

const getSessionsByIdIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":623,"b":627}]}],"statement":"-- getSession for many ids. The subquery is executed once for all rows.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  case\n    when last_seen_at is not null\n    then pg_catalog.json_build_array(\n      recorded_ip, recorded_user_agent, idle_seconds,\n      extract(epoch from last_seen_at), extract(epoch from authenticated_at)\n    )\n  end as \"details\",\n  (select (extract(epoch from current_timestamp))::pg_catalog.text) as \"now!\"\nfrom pevensie.session\nwhere id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])"};

/**
 * Query generated from SQL:
 * ```
 * -- getSession for many ids. The subquery is executed once for all rows.
 * select
 *   id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from expires_at) as "expiresAt",
 *   user_id as "userId",
 *   ip,
 *   user_agent as "userAgent",
 *   case
 *     when last_seen_at is not null
 *     then pg_catalog.json_build_array(
 *       recorded_ip, recorded_user_agent, idle_seconds,
 *       extract(epoch from last_seen_at), extract(epoch from authenticated_at)
 *     )
 *   end as "details",
 *   (select (extract(epoch from current_timestamp))::pg_catalog.text) as "now!"
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

const deleteExpiredSessionsIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":154,"b":158}]}],"statement":"-- Skips rows that another transaction has locked.\nwith expired as (\n  select id from pevensie.session\n  where\n    id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])\n    and (\n      expires_at operator(pg_catalog.<=) current_timestamp\n      or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.<=) current_timestamp\n    )\n  for update skip locked\n)\ndelete from pevensie.session as session\nusing expired\nwhere session.id operator(pg_catalog.=) expired.id"};

/**
 * Query generated from SQL:
 * ```
 * -- Skips rows that another transaction has locked.
 * with expired as (
 *   select id from pevensie.session
 *   where
 *     id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[])
 *     and (
 *       expires_at operator(pg_catalog.<=) current_timestamp
 *       or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.<=) current_timestamp
 *     )
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


/** 'RemoveIdleSessions' parameters type */
export interface IRemoveIdleSessionsParams {
  after: string;
  batchSize: number;
}

/** 'RemoveIdleSessions' return type */
export interface IRemoveIdleSessionsResult {
  lastId: string | null;
  milliseconds: string | null;
  removed: number | null;
}

/** 'RemoveIdleSessions' query type */
export interface IRemoveIdleSessionsQuery {
  params: IRemoveIdleSessionsParams;
  result: IRemoveIdleSessionsResult;
}

const removeIdleSessionsIR: any = {"usedParamSet":{"after":true,"batchSize":true},"params":[{"name":"after","required":true,"transform":{"type":"scalar"},"locs":[{"a":351,"b":357}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":398,"b":408}]}],"statement":"-- One batch of a sweep over the sessions with an idle timeout, by id, from where the previous one ended. Rows that another\n-- transaction has locked are skipped. The milliseconds are measured on the server, without network and commit.\nwith scanned as (\n  select id from pevensie.session\n  where idle_seconds is not null and id operator(pg_catalog.>) :after!::pg_catalog.uuid\n  order by id\n  limit :batchSize!::int\n),\nexpired as (\n  select session.id\n  from pevensie.session as session\n  join scanned on scanned.id operator(pg_catalog.=) session.id\n  where\n    session.last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => session.idle_seconds)\n      operator(pg_catalog.<=) current_timestamp\n  for update of session skip locked\n),\nremoved as (\n  delete from pevensie.session as session\n  using expired\n  where session.id operator(pg_catalog.=) expired.id\n  returning session.id\n)\nselect\n  (select pg_catalog.count(*) from removed)::int as removed,\n  (select id from scanned order by id desc limit 1) as \"lastId\",\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep over the sessions with an idle timeout, by id, from where the previous one ended. Rows that another
 * -- transaction has locked are skipped. The milliseconds are measured on the server, without network and commit.
 * with scanned as (
 *   select id from pevensie.session
 *   where idle_seconds is not null and id operator(pg_catalog.>) :after!::pg_catalog.uuid
 *   order by id
 *   limit :batchSize!::int
 * ),
 * expired as (
 *   select session.id
 *   from pevensie.session as session
 *   join scanned on scanned.id operator(pg_catalog.=) session.id
 *   where
 *     session.last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => session.idle_seconds)
 *       operator(pg_catalog.<=) current_timestamp
 *   for update of session skip locked
 * ),
 * removed as (
 *   delete from pevensie.session as session
 *   using expired
 *   where session.id operator(pg_catalog.=) expired.id
 *   returning session.id
 * )
 * select
 *   (select pg_catalog.count(*) from removed)::int as removed,
 *   (select id from scanned order by id desc limit 1) as "lastId",
 *   extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
 *     operator(pg_catalog.*) 1000 as milliseconds
 * ```
 */
export const removeIdleSessions = new PreparedQuery<IRemoveIdleSessionsParams,IRemoveIdleSessionsResult>(removeIdleSessionsIR);


