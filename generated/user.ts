// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/user.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type DateOrString = Date | string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type NumberOrString = number | string;

export type stringArray = (string)[];

/** 'ListUsers' parameters type */
export interface IListUsersParams {
  emailPatterns: stringArray;
  everyone: boolean;
  idPatterns: stringArray;
  ids: stringArray;
  limit: NumberOrString;
  offset: NumberOrString;
  phoneNumberPatterns: stringArray;
}

/** 'ListUsers' return type */
export interface IListUsersResult {
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
  updatedAt: Date;
  userMetadata: Json;
}

/** 'ListUsers' query type */
export interface IListUsersQuery {
  params: IListUsersParams;
  result: IListUsersResult;
}

const listUsersIR: any = {"usedParamSet":{"everyone":true,"ids":true,"idPatterns":true,"emailPatterns":true,"phoneNumberPatterns":true,"limit":true,"offset":true},"params":[{"name":"everyone","required":true,"transform":{"type":"scalar"},"locs":[{"a":443,"b":452}]},{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":480,"b":484}]},{"name":"idPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":540,"b":551}]},{"name":"emailPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":647,"b":661}]},{"name":"phoneNumberPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":754,"b":774}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":851,"b":857}]},{"name":"offset","required":true,"transform":{"type":"scalar"},"locs":[{"a":874,"b":881}]}],"statement":"select\n  id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere\n  deleted_at is null\n  and (\n    :everyone!::boolean\n    or id = any (:ids!::uuid[])\n    or exists (select from pg_catalog.unnest(:idPatterns!::text[]) as pattern where id::text like pattern)\n    or exists (select from pg_catalog.unnest(:emailPatterns!::text[]) as pattern where email like pattern)\n    or exists (select from pg_catalog.unnest(:phoneNumberPatterns!::text[]) as pattern where phone_number like pattern)\n  )\norder by id\nlimit :limit!::bigint offset :offset!::bigint"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil"
 * from pevensie."user"
 * where
 *   deleted_at is null
 *   and (
 *     :everyone!::boolean
 *     or id = any (:ids!::uuid[])
 *     or exists (select from pg_catalog.unnest(:idPatterns!::text[]) as pattern where id::text like pattern)
 *     or exists (select from pg_catalog.unnest(:emailPatterns!::text[]) as pattern where email like pattern)
 *     or exists (select from pg_catalog.unnest(:phoneNumberPatterns!::text[]) as pattern where phone_number like pattern)
 *   )
 * order by id
 * limit :limit!::bigint offset :offset!::bigint
 * ```
 */
export const listUsers = new PreparedQuery<IListUsersParams,IListUsersResult>(listUsersIR);


/** 'GetUserById' parameters type */
export interface IGetUserByIdParams {
  id: string;
}

/** 'GetUserById' return type */
export interface IGetUserByIdResult {
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
  updatedAt: Date;
  userMetadata: Json;
}

/** 'GetUserById' query type */
export interface IGetUserByIdQuery {
  params: IGetUserByIdParams;
  result: IGetUserByIdResult;
}

const getUserByIdIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":415,"b":418}]}],"statement":"select\n  id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere id = :id!::uuid and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil"
 * from pevensie."user"
 * where id = :id!::uuid and deleted_at is null
 * ```
 */
export const getUserById = new PreparedQuery<IGetUserByIdParams,IGetUserByIdResult>(getUserByIdIR);


/** 'GetUserByEmail' parameters type */
export interface IGetUserByEmailParams {
  email: string;
}

/** 'GetUserByEmail' return type */
export interface IGetUserByEmailResult {
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
  updatedAt: Date;
  userMetadata: Json;
}

/** 'GetUserByEmail' query type */
export interface IGetUserByEmailQuery {
  params: IGetUserByEmailParams;
  result: IGetUserByEmailResult;
}

const getUserByEmailIR: any = {"usedParamSet":{"email":true},"params":[{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":418,"b":424}]}],"statement":"select\n  id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere email = :email!::text and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil"
 * from pevensie."user"
 * where email = :email!::text and deleted_at is null
 * ```
 */
export const getUserByEmail = new PreparedQuery<IGetUserByEmailParams,IGetUserByEmailResult>(getUserByEmailIR);


/** 'GetUserByPhoneNumber' parameters type */
export interface IGetUserByPhoneNumberParams {
  phoneNumber: string;
}

/** 'GetUserByPhoneNumber' return type */
export interface IGetUserByPhoneNumberResult {
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
  updatedAt: Date;
  userMetadata: Json;
}

/** 'GetUserByPhoneNumber' query type */
export interface IGetUserByPhoneNumberQuery {
  params: IGetUserByPhoneNumberParams;
  result: IGetUserByPhoneNumberResult;
}

const getUserByPhoneNumberIR: any = {"usedParamSet":{"phoneNumber":true},"params":[{"name":"phoneNumber","required":true,"transform":{"type":"scalar"},"locs":[{"a":425,"b":437}]}],"statement":"select\n  id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere phone_number = :phoneNumber!::text and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil"
 * from pevensie."user"
 * where phone_number = :phoneNumber!::text and deleted_at is null
 * ```
 */
export const getUserByPhoneNumber = new PreparedQuery<IGetUserByPhoneNumberParams,IGetUserByPhoneNumberResult>(getUserByPhoneNumberIR);


/** 'GetUsersById' parameters type */
export interface IGetUsersByIdParams {
  ids: stringArray;
}

/** 'GetUsersById' return type */
export interface IGetUsersByIdResult {
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
  updatedAt: Date;
  userMetadata: Json;
}

/** 'GetUsersById' query type */
export interface IGetUsersByIdQuery {
  params: IGetUsersByIdParams;
  result: IGetUsersByIdResult;
}

const getUsersByIdIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":428,"b":432}]}],"statement":"select\n  id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere id = any ((select :ids!::uuid[])::uuid[]) and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil"
 * from pevensie."user"
 * where id = any ((select :ids!::uuid[])::uuid[]) and deleted_at is null
 * ```
 */
export const getUsersById = new PreparedQuery<IGetUsersByIdParams,IGetUsersByIdResult>(getUsersByIdIR);


/** 'GetUsersByEmail' parameters type */
export interface IGetUsersByEmailParams {
  emails: stringArray;
}

/** 'GetUsersByEmail' return type */
export interface IGetUsersByEmailResult {
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
  updatedAt: Date;
  userMetadata: Json;
}

/** 'GetUsersByEmail' query type */
export interface IGetUsersByEmailQuery {
  params: IGetUsersByEmailParams;
  result: IGetUsersByEmailResult;
}

const getUsersByEmailIR: any = {"usedParamSet":{"emails":true},"params":[{"name":"emails","required":true,"transform":{"type":"scalar"},"locs":[{"a":431,"b":438}]}],"statement":"select\n  id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere email = any ((select :emails!::text[])::text[]) and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil"
 * from pevensie."user"
 * where email = any ((select :emails!::text[])::text[]) and deleted_at is null
 * ```
 */
export const getUsersByEmail = new PreparedQuery<IGetUsersByEmailParams,IGetUsersByEmailResult>(getUsersByEmailIR);


/** 'GetCredentialsByEmail' parameters type */
export interface IGetCredentialsByEmailParams {
  accountKey?: string | null | void;
  email: string;
  floodFailures: number;
  keys: stringArray;
  trustKey?: string | null | void;
}

/** 'GetCredentialsByEmail' return type */
export interface IGetCredentialsByEmailResult {
  appMetadata: Json | null;
  banned: boolean | null;
  bannedUntil: Date | null;
  createdAt: Date | null;
  deletedAt: Date | null;
  email: string | null;
  emailConfirmedAt: Date | null;
  failures: number | null;
  id: string | null;
  lastSignIn: Date | null;
  passwordHash: string | null;
  phoneNumber: string | null;
  phoneNumberConfirmedAt: Date | null;
  retryAfterSeconds: number | null;
  role: string | null;
  updatedAt: Date | null;
  userMetadata: Json | null;
}

/** 'GetCredentialsByEmail' query type */
export interface IGetCredentialsByEmailQuery {
  params: IGetCredentialsByEmailParams;
  result: IGetCredentialsByEmailResult;
}

const getCredentialsByEmailIR: any = {"usedParamSet":{"keys":true,"accountKey":true,"trustKey":true,"floodFailures":true,"email":true},"params":[{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":1719,"b":1724}]},{"name":"accountKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":1797,"b":1807}]},{"name":"trustKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":1824,"b":1832},{"a":1953,"b":1961},{"a":2221,"b":2229}]},{"name":"floodFailures","required":true,"transform":{"type":"scalar"},"locs":[{"a":2089,"b":2103}]},{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":2443,"b":2449}]}],"statement":"-- What a log-in has to know, always in one row: for how long no attempt must be made, how many failures there are to forget,\n-- and the user, if there is one (coalesce with one argument tells pgtyped that there may be none). Failures on the account from\n-- anywhere (:accountKey) do not count at an address (:trustKey) where it was logged in to before, nor, up to a flood of them,\n-- at one that has not failed on it itself: a stranger elsewhere must not lock the owner out. The hash is for verification\n-- alone: keep it out of responses and logs.\nselect\n  delay.\"retryAfterSeconds\",\n  delay.failures,\n  coalesce(account.id) as id,\n  coalesce(account.created_at) as \"createdAt\",\n  coalesce(account.updated_at) as \"updatedAt\",\n  coalesce(account.deleted_at) as \"deletedAt\",\n  coalesce(account.role) as role,\n  coalesce(account.email) as email,\n  coalesce(account.email_confirmed_at) as \"emailConfirmedAt\",\n  coalesce(account.phone_number) as \"phoneNumber\",\n  coalesce(account.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  coalesce(account.last_sign_in) as \"lastSignIn\",\n  coalesce(account.app_metadata) as \"appMetadata\",\n  coalesce(account.user_metadata) as \"userMetadata\",\n  coalesce(account.banned_until) as \"bannedUntil\",\n  coalesce(account.password_hash) as \"passwordHash\",\n  coalesce(account.banned_until > current_timestamp, false) as banned\nfrom (\n  select\n    pg_catalog.ceil(extract(epoch from pg_catalog.max(blocked_until) filter (where blocked_until > current_timestamp) - current_timestamp))::int\n      as \"retryAfterSeconds\",\n    coalesce(pg_catalog.sum(failures) filter (where failures_expire_at > current_timestamp), 0)::int as failures\n  from pevensie.log_in_attempt\n  where\n    key = any (:keys!::text[])\n    and expires_at > current_timestamp\n    and (\n      key <> :accountKey::text\n      or :trustKey::text is null\n      or not exists (\n        select from pevensie.log_in_attempt as trusted\n        where trusted.key = :trustKey::text and trusted.succeeded_at is not null and trusted.expires_at > current_timestamp\n      )\n      and (\n        failures >= :floodFailures!::int\n        or exists (\n          select from pevensie.log_in_attempt as own\n          where\n            own.key = :trustKey::text\n            and own.failures > 0\n            and least(own.failures_expire_at, own.expires_at) > current_timestamp\n        )\n      )\n    )\n) as delay\nleft join pevensie.\"user\" as account on account.email = :email!::text and account.deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * -- What a log-in has to know, always in one row: for how long no attempt must be made, how many failures there are to forget,
 * -- and the user, if there is one (coalesce with one argument tells pgtyped that there may be none). Failures on the account from
 * -- anywhere (:accountKey) do not count at an address (:trustKey) where it was logged in to before, nor, up to a flood of them,
 * -- at one that has not failed on it itself: a stranger elsewhere must not lock the owner out. The hash is for verification
 * -- alone: keep it out of responses and logs.
 * select
 *   delay."retryAfterSeconds",
 *   delay.failures,
 *   coalesce(account.id) as id,
 *   coalesce(account.created_at) as "createdAt",
 *   coalesce(account.updated_at) as "updatedAt",
 *   coalesce(account.deleted_at) as "deletedAt",
 *   coalesce(account.role) as role,
 *   coalesce(account.email) as email,
 *   coalesce(account.email_confirmed_at) as "emailConfirmedAt",
 *   coalesce(account.phone_number) as "phoneNumber",
 *   coalesce(account.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
 *   coalesce(account.last_sign_in) as "lastSignIn",
 *   coalesce(account.app_metadata) as "appMetadata",
 *   coalesce(account.user_metadata) as "userMetadata",
 *   coalesce(account.banned_until) as "bannedUntil",
 *   coalesce(account.password_hash) as "passwordHash",
 *   coalesce(account.banned_until > current_timestamp, false) as banned
 * from (
 *   select
 *     pg_catalog.ceil(extract(epoch from pg_catalog.max(blocked_until) filter (where blocked_until > current_timestamp) - current_timestamp))::int
 *       as "retryAfterSeconds",
 *     coalesce(pg_catalog.sum(failures) filter (where failures_expire_at > current_timestamp), 0)::int as failures
 *   from pevensie.log_in_attempt
 *   where
 *     key = any (:keys!::text[])
 *     and expires_at > current_timestamp
 *     and (
 *       key <> :accountKey::text
 *       or :trustKey::text is null
 *       or not exists (
 *         select from pevensie.log_in_attempt as trusted
 *         where trusted.key = :trustKey::text and trusted.succeeded_at is not null and trusted.expires_at > current_timestamp
 *       )
 *       and (
 *         failures >= :floodFailures!::int
 *         or exists (
 *           select from pevensie.log_in_attempt as own
 *           where
 *             own.key = :trustKey::text
 *             and own.failures > 0
 *             and least(own.failures_expire_at, own.expires_at) > current_timestamp
 *         )
 *       )
 *     )
 * ) as delay
 * left join pevensie."user" as account on account.email = :email!::text and account.deleted_at is null
 * ```
 */
export const getCredentialsByEmail = new PreparedQuery<IGetCredentialsByEmailParams,IGetCredentialsByEmailResult>(getCredentialsByEmailIR);


/** 'GetUserStanding' parameters type */
export interface IGetUserStandingParams {
  userId: string;
}

/** 'GetUserStanding' return type */
export interface IGetUserStandingResult {
  banned: boolean | null;
}

/** 'GetUserStanding' query type */
export interface IGetUserStandingQuery {
  params: IGetUserStandingParams;
  result: IGetUserStandingResult;
}

const getUserStandingIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":99,"b":106}]}],"statement":"select coalesce(banned_until > current_timestamp, false) as banned\nfrom pevensie.\"user\"\nwhere id = :userId!::uuid and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select coalesce(banned_until > current_timestamp, false) as banned
 * from pevensie."user"
 * where id = :userId!::uuid and deleted_at is null
 * ```
 */
export const getUserStanding = new PreparedQuery<IGetUserStandingParams,IGetUserStandingResult>(getUserStandingIR);


/** 'CreateUser' parameters type */
export interface ICreateUserParams {
  appMetadata: Json;
  email: string;
  id: string;
  passwordHash?: string | null | void;
  phoneNumber?: string | null | void;
  role?: string | null | void;
  userMetadata: Json;
}

/** 'CreateUser' return type */
export interface ICreateUserResult {
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
  updatedAt: Date;
  userMetadata: Json;
}

/** 'CreateUser' query type */
export interface ICreateUserQuery {
  params: ICreateUserParams;
  result: ICreateUserResult;
}

const createUserIR: any = {"usedParamSet":{"id":true,"role":true,"email":true,"phoneNumber":true,"passwordHash":true,"appMetadata":true,"userMetadata":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":115,"b":118}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":127,"b":131}]},{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":140,"b":146}]},{"name":"phoneNumber","required":false,"transform":{"type":"scalar"},"locs":[{"a":155,"b":166}]},{"name":"passwordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":175,"b":187}]},{"name":"appMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":196,"b":208}]},{"name":"userMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":218,"b":231}]}],"statement":"insert into pevensie.\"user\" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)\nvalues (\n  :id!::uuid, :role::text, :email!::text, :phoneNumber::text, :passwordHash::text, :appMetadata!::jsonb, :userMetadata!::jsonb\n)\nreturning\n  id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\""};

/**
 * Query generated from SQL:
 * ```
 * insert into pevensie."user" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)
 * values (
 *   :id!::uuid, :role::text, :email!::text, :phoneNumber::text, :passwordHash::text, :appMetadata!::jsonb, :userMetadata!::jsonb
 * )
 * returning
 *   id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil"
 * ```
 */
export const createUser = new PreparedQuery<ICreateUserParams,ICreateUserResult>(createUserIR);


/** 'UpdateUser' parameters type */
export interface IUpdateUserParams {
  appMetadata?: Json | null | void;
  bannedUntil?: DateOrString | null | void;
  email?: string | null | void;
  emailConfirmedAt?: DateOrString | null | void;
  id: string;
  lastSignIn?: DateOrString | null | void;
  passwordHash?: string | null | void;
  phoneNumber?: string | null | void;
  phoneNumberConfirmedAt?: DateOrString | null | void;
  role?: string | null | void;
  setAppMetadata: boolean;
  setBannedUntil: boolean;
  setEmail: boolean;
  setEmailConfirmedAt: boolean;
  setLastSignIn: boolean;
  setPasswordHash: boolean;
  setPhoneNumber: boolean;
  setPhoneNumberConfirmedAt: boolean;
  setRole: boolean;
  setUserMetadata: boolean;
  userMetadata?: Json | null | void;
}

/** 'UpdateUser' return type */
export interface IUpdateUserResult {
  appMetadata: Json;
  banned: boolean | null;
  bannedUntil: Date | null;
  createdAt: Date;
  deletedAt: Date | null;
  email: string;
  emailChanged: boolean | null;
  emailConfirmedAt: Date | null;
  id: string;
  lastSignIn: Date | null;
  phoneNumber: string | null;
  phoneNumberConfirmedAt: Date | null;
  role: string | null;
  updatedAt: Date;
  userMetadata: Json;
}

/** 'UpdateUser' query type */
export interface IUpdateUserQuery {
  params: IUpdateUserParams;
  result: IUpdateUserResult;
}

const updateUserIR: any = {"usedParamSet":{"id":true,"setRole":true,"role":true,"setEmail":true,"email":true,"setEmailConfirmedAt":true,"emailConfirmedAt":true,"setPhoneNumber":true,"phoneNumber":true,"setPhoneNumberConfirmedAt":true,"phoneNumberConfirmedAt":true,"setPasswordHash":true,"passwordHash":true,"setLastSignIn":true,"lastSignIn":true,"setAppMetadata":true,"appMetadata":true,"setUserMetadata":true,"userMetadata":true,"setBannedUntil":true,"bannedUntil":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":243,"b":246}]},{"name":"setRole","required":true,"transform":{"type":"scalar"},"locs":[{"a":388,"b":396}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":412,"b":416}]},{"name":"setEmail","required":true,"transform":{"type":"scalar"},"locs":[{"a":467,"b":476},{"a":642,"b":651}]},{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":492,"b":497},{"a":683,"b":688}]},{"name":"setEmailConfirmedAt","required":true,"transform":{"type":"scalar"},"locs":[{"a":566,"b":586}]},{"name":"emailConfirmedAt","required":false,"transform":{"type":"scalar"},"locs":[{"a":602,"b":618}]},{"name":"setPhoneNumber","required":true,"transform":{"type":"scalar"},"locs":[{"a":776,"b":791},{"a":989,"b":1004}]},{"name":"phoneNumber","required":false,"transform":{"type":"scalar"},"locs":[{"a":807,"b":818},{"a":1057,"b":1068}]},{"name":"setPhoneNumberConfirmedAt","required":true,"transform":{"type":"scalar"},"locs":[{"a":901,"b":927}]},{"name":"phoneNumberConfirmedAt","required":false,"transform":{"type":"scalar"},"locs":[{"a":943,"b":965}]},{"name":"setPasswordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":1164,"b":1180}]},{"name":"passwordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":1196,"b":1208}]},{"name":"setLastSignIn","required":true,"transform":{"type":"scalar"},"locs":[{"a":1275,"b":1289}]},{"name":"lastSignIn","required":false,"transform":{"type":"scalar"},"locs":[{"a":1305,"b":1315}]},{"name":"setAppMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":1388,"b":1403}]},{"name":"appMetadata","required":false,"transform":{"type":"scalar"},"locs":[{"a":1419,"b":1430}]},{"name":"setUserMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":1498,"b":1514}]},{"name":"userMetadata","required":false,"transform":{"type":"scalar"},"locs":[{"a":1530,"b":1542}]},{"name":"setBannedUntil","required":true,"transform":{"type":"scalar"},"locs":[{"a":1610,"b":1625}]},{"name":"bannedUntil","required":false,"transform":{"type":"scalar"},"locs":[{"a":1641,"b":1652}]}],"statement":"-- Changes the columns whose \"set\" parameter is true. A changed email or phone number is not confirmed. The email before is\n-- read under the same lock that the update takes.\nwith before as (\n  select id, email from pevensie.\"user\" where id = :id!::uuid and deleted_at is null for no key update\n)\nupdate pevensie.\"user\" as account\nset\n  updated_at = current_timestamp,\n  role = case when :setRole!::boolean then :role::text else account.role end,\n  email = case when :setEmail!::boolean then :email::text else account.email end,\n  email_confirmed_at = case\n    when :setEmailConfirmedAt!::boolean then :emailConfirmedAt::timestamptz\n    when :setEmail!::boolean and account.email <> :email::text then null\n    else account.email_confirmed_at\n  end,\n  phone_number = case when :setPhoneNumber!::boolean then :phoneNumber::text else account.phone_number end,\n  phone_number_confirmed_at = case\n    when :setPhoneNumberConfirmedAt!::boolean then :phoneNumberConfirmedAt::timestamptz\n    when :setPhoneNumber!::boolean and account.phone_number is distinct from :phoneNumber::text then null\n    else account.phone_number_confirmed_at\n  end,\n  password_hash = case when :setPasswordHash!::boolean then :passwordHash::text else account.password_hash end,\n  last_sign_in = case when :setLastSignIn!::boolean then :lastSignIn::timestamptz else account.last_sign_in end,\n  app_metadata = case when :setAppMetadata!::boolean then :appMetadata::jsonb else account.app_metadata end,\n  user_metadata = case when :setUserMetadata!::boolean then :userMetadata::jsonb else account.user_metadata end,\n  banned_until = case when :setBannedUntil!::boolean then :bannedUntil::timestamptz else account.banned_until end\nfrom before\nwhere account.id = before.id\nreturning\n  account.id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  account.email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\",\n  coalesce(banned_until > current_timestamp, false) as banned,\n  account.email <> before.email as \"emailChanged\""};

/**
 * Query generated from SQL:
 * ```
 * -- Changes the columns whose "set" parameter is true. A changed email or phone number is not confirmed. The email before is
 * -- read under the same lock that the update takes.
 * with before as (
 *   select id, email from pevensie."user" where id = :id!::uuid and deleted_at is null for no key update
 * )
 * update pevensie."user" as account
 * set
 *   updated_at = current_timestamp,
 *   role = case when :setRole!::boolean then :role::text else account.role end,
 *   email = case when :setEmail!::boolean then :email::text else account.email end,
 *   email_confirmed_at = case
 *     when :setEmailConfirmedAt!::boolean then :emailConfirmedAt::timestamptz
 *     when :setEmail!::boolean and account.email <> :email::text then null
 *     else account.email_confirmed_at
 *   end,
 *   phone_number = case when :setPhoneNumber!::boolean then :phoneNumber::text else account.phone_number end,
 *   phone_number_confirmed_at = case
 *     when :setPhoneNumberConfirmedAt!::boolean then :phoneNumberConfirmedAt::timestamptz
 *     when :setPhoneNumber!::boolean and account.phone_number is distinct from :phoneNumber::text then null
 *     else account.phone_number_confirmed_at
 *   end,
 *   password_hash = case when :setPasswordHash!::boolean then :passwordHash::text else account.password_hash end,
 *   last_sign_in = case when :setLastSignIn!::boolean then :lastSignIn::timestamptz else account.last_sign_in end,
 *   app_metadata = case when :setAppMetadata!::boolean then :appMetadata::jsonb else account.app_metadata end,
 *   user_metadata = case when :setUserMetadata!::boolean then :userMetadata::jsonb else account.user_metadata end,
 *   banned_until = case when :setBannedUntil!::boolean then :bannedUntil::timestamptz else account.banned_until end
 * from before
 * where account.id = before.id
 * returning
 *   account.id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   account.email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil",
 *   coalesce(banned_until > current_timestamp, false) as banned,
 *   account.email <> before.email as "emailChanged"
 * ```
 */
export const updateUser = new PreparedQuery<IUpdateUserParams,IUpdateUserResult>(updateUserIR);


/** 'ReplacePasswordHash' parameters type */
export interface IReplacePasswordHashParams {
  id: string;
  newPasswordHash: string;
  passwordHash: string;
}

/** 'ReplacePasswordHash' return type */
export type IReplacePasswordHashResult = void;

/** 'ReplacePasswordHash' query type */
export interface IReplacePasswordHashQuery {
  params: IReplacePasswordHashParams;
  result: IReplacePasswordHashResult;
}

const replacePasswordHashIR: any = {"usedParamSet":{"newPasswordHash":true,"id":true,"passwordHash":true},"params":[{"name":"newPasswordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":128,"b":144}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":195,"b":198}]},{"name":"passwordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":226,"b":239}]}],"statement":"-- Replaces a hash that is outdated, unless the password has been changed meanwhile.\nupdate pevensie.\"user\"\nset password_hash = :newPasswordHash!::text, updated_at = current_timestamp\nwhere id = :id!::uuid and password_hash = :passwordHash!::text and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * -- Replaces a hash that is outdated, unless the password has been changed meanwhile.
 * update pevensie."user"
 * set password_hash = :newPasswordHash!::text, updated_at = current_timestamp
 * where id = :id!::uuid and password_hash = :passwordHash!::text and deleted_at is null
 * ```
 */
export const replacePasswordHash = new PreparedQuery<IReplacePasswordHashParams,IReplacePasswordHashResult>(replacePasswordHashIR);


/** 'DeleteUser' parameters type */
export interface IDeleteUserParams {
  id: string;
}

/** 'DeleteUser' return type */
export interface IDeleteUserResult {
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
  updatedAt: Date;
  userMetadata: Json;
}

/** 'DeleteUser' query type */
export interface IDeleteUserQuery {
  params: IDeleteUserParams;
  result: IDeleteUserResult;
}

const deleteUserIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":195,"b":198}]}],"statement":"-- The first statement of two: end the user's access in the next one of the same transaction.\nupdate pevensie.\"user\"\nset deleted_at = current_timestamp, updated_at = current_timestamp\nwhere id = :id!::uuid and deleted_at is null\nreturning\n  id,\n  created_at as \"createdAt\",\n  updated_at as \"updatedAt\",\n  deleted_at as \"deletedAt\",\n  role,\n  email,\n  email_confirmed_at as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  phone_number_confirmed_at as \"phoneNumberConfirmedAt\",\n  last_sign_in as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  banned_until as \"bannedUntil\""};

/**
 * Query generated from SQL:
 * ```
 * -- The first statement of two: end the user's access in the next one of the same transaction.
 * update pevensie."user"
 * set deleted_at = current_timestamp, updated_at = current_timestamp
 * where id = :id!::uuid and deleted_at is null
 * returning
 *   id,
 *   created_at as "createdAt",
 *   updated_at as "updatedAt",
 *   deleted_at as "deletedAt",
 *   role,
 *   email,
 *   email_confirmed_at as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   phone_number_confirmed_at as "phoneNumberConfirmedAt",
 *   last_sign_in as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   banned_until as "bannedUntil"
 * ```
 */
export const deleteUser = new PreparedQuery<IDeleteUserParams,IDeleteUserResult>(deleteUserIR);


/** 'EndUserAccess' parameters type */
export interface IEndUserAccessParams {
  endSessions: boolean;
  keepSessionId?: string | null | void;
  userId: string;
}

/** 'EndUserAccess' return type */
export type IEndUserAccessResult = void;

/** 'EndUserAccess' query type */
export interface IEndUserAccessQuery {
  params: IEndUserAccessParams;
  result: IEndUserAccessResult;
}

const endUserAccessIR: any = {"usedParamSet":{"endSessions":true,"userId":true,"keepSessionId":true},"params":[{"name":"endSessions","required":true,"transform":{"type":"scalar"},"locs":[{"a":276,"b":288}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":313,"b":320},{"a":457,"b":464}]},{"name":"keepSessionId","required":false,"transform":{"type":"scalar"},"locs":[{"a":352,"b":365}]}],"statement":"-- Ends a user's sessions and voids the live tokens. It has to be a statement of its own, after the one that changed or\n-- locked the user's row: only then does its snapshot hold what was committed while that one waited.\nwith ended as (\n  delete from pevensie.session\n  where :endSessions!::boolean and user_id = :userId!::uuid and id is distinct from :keepSessionId::uuid\n)\nupdate pevensie.one_time_token\nset deleted_at = current_timestamp\nwhere user_id = :userId!::uuid and deleted_at is null and used_at is null"};

/**
 * Query generated from SQL:
 * ```
 * -- Ends a user's sessions and voids the live tokens. It has to be a statement of its own, after the one that changed or
 * -- locked the user's row: only then does its snapshot hold what was committed while that one waited.
 * with ended as (
 *   delete from pevensie.session
 *   where :endSessions!::boolean and user_id = :userId!::uuid and id is distinct from :keepSessionId::uuid
 * )
 * update pevensie.one_time_token
 * set deleted_at = current_timestamp
 * where user_id = :userId!::uuid and deleted_at is null and used_at is null
 * ```
 */
export const endUserAccess = new PreparedQuery<IEndUserAccessParams,IEndUserAccessResult>(endUserAccessIR);


