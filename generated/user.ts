// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/user.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type DateOrString = Date | string;

/** A type of parameters or columns. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A type of parameters or columns. */
export type NumberOrString = number | string;

/** A type of parameters or columns. */
export type NumberOrStringArray = (NumberOrString)[];

/** A type of parameters or columns. */
export type booleanArray = (boolean)[];

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'ListUsers' parameters type */
export interface IListUsersParams {
  after?: string | null | void;
  limit: NumberOrString;
  offset: NumberOrString;
  role?: string | null | void;
  state: string;
}

/** 'ListUsers' return type */
export interface IListUsersResult {
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

/** 'ListUsers' query type */
export interface IListUsersQuery {
  params: IListUsersParams;
  result: IListUsersResult;
}

const listUsersIR: any = {"usedParamSet":{"state":true,"role":true,"after":true,"limit":true,"offset":true},"params":[{"name":"state","required":true,"transform":{"type":"scalar"},"locs":[{"a":683,"b":689},{"a":779,"b":785},{"a":949,"b":955}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":1070,"b":1074},{"a":1140,"b":1144}]},{"name":"after","required":false,"transform":{"type":"scalar"},"locs":[{"a":1171,"b":1176},{"a":1240,"b":1245}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":1291,"b":1297}]},{"name":"offset","required":true,"transform":{"type":"scalar"},"locs":[{"a":1314,"b":1321}]}],"statement":"select\n  account.id,\n  extract(epoch from account.created_at) as \"createdAt!\",\n  extract(epoch from account.updated_at) as \"updatedAt!\",\n  extract(epoch from account.deleted_at) as \"deletedAt\",\n  account.role,\n  account.email,\n  extract(epoch from account.email_confirmed_at) as \"emailConfirmedAt\",\n  account.phone_number as \"phoneNumber\",\n  extract(epoch from account.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from account.last_sign_in) as \"lastSignIn\",\n  account.app_metadata as \"appMetadata\",\n  account.user_metadata as \"userMetadata\",\n  extract(epoch from account.banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\" as account\nwhere\n  case\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'\n      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null\n    else true\n  end\n  and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)\n  and (:after::pg_catalog.uuid is null or account.id operator(pg_catalog.>) :after::pg_catalog.uuid)\norder by account.id\nlimit :limit!::bigint offset :offset!::bigint"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   account.id,
 *   extract(epoch from account.created_at) as "createdAt!",
 *   extract(epoch from account.updated_at) as "updatedAt!",
 *   extract(epoch from account.deleted_at) as "deletedAt",
 *   account.role,
 *   account.email,
 *   extract(epoch from account.email_confirmed_at) as "emailConfirmedAt",
 *   account.phone_number as "phoneNumber",
 *   extract(epoch from account.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
 *   extract(epoch from account.last_sign_in) as "lastSignIn",
 *   account.app_metadata as "appMetadata",
 *   account.user_metadata as "userMetadata",
 *   extract(epoch from account.banned_until) as "bannedUntil"
 * from pevensie."user" as account
 * where
 *   case
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'
 *       then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null
 *     else true
 *   end
 *   and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)
 *   and (:after::pg_catalog.uuid is null or account.id operator(pg_catalog.>) :after::pg_catalog.uuid)
 * order by account.id
 * limit :limit!::bigint offset :offset!::bigint
 * ```
 */
export const listUsers = new PreparedQuery<IListUsersParams,IListUsersResult>(listUsersIR);


/** 'ListMatchingUsers' parameters type */
export interface IListMatchingUsersParams {
  after?: string | null | void;
  emailPatterns: stringArray;
  emailsBelow: stringArray;
  emailsFrom: stringArray;
  idPatterns: stringArray;
  ids: stringArray;
  limit: NumberOrString;
  offset: NumberOrString;
  phoneNumberPatterns: stringArray;
  role?: string | null | void;
  state: string;
  wideEmailPatterns: stringArray;
}

/** 'ListMatchingUsers' return type */
export interface IListMatchingUsersResult {
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

/** 'ListMatchingUsers' query type */
export interface IListMatchingUsersQuery {
  params: IListMatchingUsersParams;
  result: IListMatchingUsersResult;
}

const listMatchingUsersIR: any = {"usedParamSet":{"ids":true,"idPatterns":true,"emailPatterns":true,"emailsFrom":true,"emailsBelow":true,"wideEmailPatterns":true,"phoneNumberPatterns":true,"state":true,"role":true,"after":true,"limit":true,"offset":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":433,"b":437}]},{"name":"idPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":512,"b":523},{"a":684,"b":695}]},{"name":"emailPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":817,"b":831}]},{"name":"emailsFrom","required":true,"transform":{"type":"scalar"},"locs":[{"a":878,"b":889}]},{"name":"emailsBelow","required":true,"transform":{"type":"scalar"},"locs":[{"a":936,"b":948}]},{"name":"wideEmailPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":1286,"b":1304},{"a":1451,"b":1469}]},{"name":"phoneNumberPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":1569,"b":1589},{"a":1743,"b":1763}]},{"name":"state","required":true,"transform":{"type":"scalar"},"locs":[{"a":2558,"b":2564},{"a":2654,"b":2660},{"a":2824,"b":2830}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":2945,"b":2949},{"a":3015,"b":3019}]},{"name":"after","required":false,"transform":{"type":"scalar"},"locs":[{"a":3046,"b":3051},{"a":3115,"b":3120}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":3166,"b":3172}]},{"name":"offset","required":true,"transform":{"type":"scalar"},"locs":[{"a":3189,"b":3196}]}],"statement":"-- listUsers for patterns, any of which has to match. Those of emails that begin with literal text are looked up in an index,\n-- between two bounds; the wide ones read every user, as those of ids and phone numbers do. Each of these is skipped without a\n-- pattern: the planner may otherwise read the users first.\nwith matching as (\n  select account.id\n  from pevensie.\"user\" as account\n  where account.id operator(pg_catalog.=) any (:ids!::pg_catalog.uuid[])\n  union\n  select account.id\n  from pg_catalog.unnest(:idPatterns!::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.id::pg_catalog.text operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality(:idPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0\n  union\n  select account.id\n  from\n    rows from (\n      pg_catalog.unnest(:emailPatterns!::pg_catalog.text[]),\n      pg_catalog.unnest(:emailsFrom!::pg_catalog.text[]),\n      pg_catalog.unnest(:emailsBelow!::pg_catalog.text[])\n    ) as given (pattern, lowest, above)\n  join pevensie.\"user\" as account\n    on\n      account.email operator(pg_catalog.~>=~) given.lowest\n      and account.email operator(pg_catalog.~<~) given.above\n      and account.email operator(pg_catalog.~~) given.pattern\n  union\n  select account.id\n  from pg_catalog.unnest(:wideEmailPatterns!::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.email operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality(:wideEmailPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0\n  union\n  select account.id\n  from pg_catalog.unnest(:phoneNumberPatterns!::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.phone_number operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality(:phoneNumberPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0\n)\nselect\n  account.id,\n  extract(epoch from account.created_at) as \"createdAt!\",\n  extract(epoch from account.updated_at) as \"updatedAt!\",\n  extract(epoch from account.deleted_at) as \"deletedAt\",\n  account.role,\n  account.email,\n  extract(epoch from account.email_confirmed_at) as \"emailConfirmedAt\",\n  account.phone_number as \"phoneNumber\",\n  extract(epoch from account.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from account.last_sign_in) as \"lastSignIn\",\n  account.app_metadata as \"appMetadata\",\n  account.user_metadata as \"userMetadata\",\n  extract(epoch from account.banned_until) as \"bannedUntil\"\nfrom matching\njoin pevensie.\"user\" as account on account.id operator(pg_catalog.=) matching.id\nwhere\n  case\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'\n      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null\n    else true\n  end\n  and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)\n  and (:after::pg_catalog.uuid is null or account.id operator(pg_catalog.>) :after::pg_catalog.uuid)\norder by account.id\nlimit :limit!::bigint offset :offset!::bigint"};

/**
 * Query generated from SQL:
 * ```
 * -- listUsers for patterns, any of which has to match. Those of emails that begin with literal text are looked up in an index,
 * -- between two bounds; the wide ones read every user, as those of ids and phone numbers do. Each of these is skipped without a
 * -- pattern: the planner may otherwise read the users first.
 * with matching as (
 *   select account.id
 *   from pevensie."user" as account
 *   where account.id operator(pg_catalog.=) any (:ids!::pg_catalog.uuid[])
 *   union
 *   select account.id
 *   from pg_catalog.unnest(:idPatterns!::pg_catalog.text[]) as pattern
 *   join pevensie."user" as account on account.id::pg_catalog.text operator(pg_catalog.~~) pattern
 *   where pg_catalog.cardinality(:idPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
 *   union
 *   select account.id
 *   from
 *     rows from (
 *       pg_catalog.unnest(:emailPatterns!::pg_catalog.text[]),
 *       pg_catalog.unnest(:emailsFrom!::pg_catalog.text[]),
 *       pg_catalog.unnest(:emailsBelow!::pg_catalog.text[])
 *     ) as given (pattern, lowest, above)
 *   join pevensie."user" as account
 *     on
 *       account.email operator(pg_catalog.~>=~) given.lowest
 *       and account.email operator(pg_catalog.~<~) given.above
 *       and account.email operator(pg_catalog.~~) given.pattern
 *   union
 *   select account.id
 *   from pg_catalog.unnest(:wideEmailPatterns!::pg_catalog.text[]) as pattern
 *   join pevensie."user" as account on account.email operator(pg_catalog.~~) pattern
 *   where pg_catalog.cardinality(:wideEmailPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
 *   union
 *   select account.id
 *   from pg_catalog.unnest(:phoneNumberPatterns!::pg_catalog.text[]) as pattern
 *   join pevensie."user" as account on account.phone_number operator(pg_catalog.~~) pattern
 *   where pg_catalog.cardinality(:phoneNumberPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
 * )
 * select
 *   account.id,
 *   extract(epoch from account.created_at) as "createdAt!",
 *   extract(epoch from account.updated_at) as "updatedAt!",
 *   extract(epoch from account.deleted_at) as "deletedAt",
 *   account.role,
 *   account.email,
 *   extract(epoch from account.email_confirmed_at) as "emailConfirmedAt",
 *   account.phone_number as "phoneNumber",
 *   extract(epoch from account.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
 *   extract(epoch from account.last_sign_in) as "lastSignIn",
 *   account.app_metadata as "appMetadata",
 *   account.user_metadata as "userMetadata",
 *   extract(epoch from account.banned_until) as "bannedUntil"
 * from matching
 * join pevensie."user" as account on account.id operator(pg_catalog.=) matching.id
 * where
 *   case
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'
 *       then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null
 *     else true
 *   end
 *   and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)
 *   and (:after::pg_catalog.uuid is null or account.id operator(pg_catalog.>) :after::pg_catalog.uuid)
 * order by account.id
 * limit :limit!::bigint offset :offset!::bigint
 * ```
 */
export const listMatchingUsers = new PreparedQuery<IListMatchingUsersParams,IListMatchingUsersResult>(listMatchingUsersIR);


/** 'CountUsers' parameters type */
export interface ICountUsersParams {
  role?: string | null | void;
  state: string;
}

/** 'CountUsers' return type */
export interface ICountUsersResult {
  count: string;
}

/** 'CountUsers' query type */
export interface ICountUsersQuery {
  params: ICountUsersParams;
  result: ICountUsersResult;
}

const countUsersIR: any = {"usedParamSet":{"state":true,"role":true},"params":[{"name":"state","required":true,"transform":{"type":"scalar"},"locs":[{"a":93,"b":99},{"a":189,"b":195},{"a":359,"b":365}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":480,"b":484},{"a":550,"b":554}]}],"statement":"select pg_catalog.count(*) as \"count!\"\nfrom pevensie.\"user\" as account\nwhere\n  case\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'\n      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null\n    else true\n  end\n  and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)"};

/**
 * Query generated from SQL:
 * ```
 * select pg_catalog.count(*) as "count!"
 * from pevensie."user" as account
 * where
 *   case
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'
 *       then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null
 *     else true
 *   end
 *   and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)
 * ```
 */
export const countUsers = new PreparedQuery<ICountUsersParams,ICountUsersResult>(countUsersIR);


/** 'CountMatchingUsers' parameters type */
export interface ICountMatchingUsersParams {
  emailPatterns: stringArray;
  emailsBelow: stringArray;
  emailsFrom: stringArray;
  idPatterns: stringArray;
  ids: stringArray;
  phoneNumberPatterns: stringArray;
  role?: string | null | void;
  state: string;
  wideEmailPatterns: stringArray;
}

/** 'CountMatchingUsers' return type */
export interface ICountMatchingUsersResult {
  count: string;
}

/** 'CountMatchingUsers' query type */
export interface ICountMatchingUsersQuery {
  params: ICountMatchingUsersParams;
  result: ICountMatchingUsersResult;
}

const countMatchingUsersIR: any = {"usedParamSet":{"ids":true,"idPatterns":true,"emailPatterns":true,"emailsFrom":true,"emailsBelow":true,"wideEmailPatterns":true,"phoneNumberPatterns":true,"state":true,"role":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":120,"b":124}]},{"name":"idPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":199,"b":210},{"a":371,"b":382}]},{"name":"emailPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":504,"b":518}]},{"name":"emailsFrom","required":true,"transform":{"type":"scalar"},"locs":[{"a":565,"b":576}]},{"name":"emailsBelow","required":true,"transform":{"type":"scalar"},"locs":[{"a":623,"b":635}]},{"name":"wideEmailPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":973,"b":991},{"a":1138,"b":1156}]},{"name":"phoneNumberPatterns","required":true,"transform":{"type":"scalar"},"locs":[{"a":1256,"b":1276},{"a":1430,"b":1450}]},{"name":"state","required":true,"transform":{"type":"scalar"},"locs":[{"a":1655,"b":1661},{"a":1751,"b":1757},{"a":1921,"b":1927}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":2042,"b":2046},{"a":2112,"b":2116}]}],"statement":"with matching as (\n  select account.id\n  from pevensie.\"user\" as account\n  where account.id operator(pg_catalog.=) any (:ids!::pg_catalog.uuid[])\n  union\n  select account.id\n  from pg_catalog.unnest(:idPatterns!::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.id::pg_catalog.text operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality(:idPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0\n  union\n  select account.id\n  from\n    rows from (\n      pg_catalog.unnest(:emailPatterns!::pg_catalog.text[]),\n      pg_catalog.unnest(:emailsFrom!::pg_catalog.text[]),\n      pg_catalog.unnest(:emailsBelow!::pg_catalog.text[])\n    ) as given (pattern, lowest, above)\n  join pevensie.\"user\" as account\n    on\n      account.email operator(pg_catalog.~>=~) given.lowest\n      and account.email operator(pg_catalog.~<~) given.above\n      and account.email operator(pg_catalog.~~) given.pattern\n  union\n  select account.id\n  from pg_catalog.unnest(:wideEmailPatterns!::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.email operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality(:wideEmailPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0\n  union\n  select account.id\n  from pg_catalog.unnest(:phoneNumberPatterns!::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.phone_number operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality(:phoneNumberPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0\n)\nselect pg_catalog.count(*) as \"count!\"\nfrom matching\njoin pevensie.\"user\" as account on account.id operator(pg_catalog.=) matching.id\nwhere\n  case\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'\n      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp\n    when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null\n    else true\n  end\n  and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)"};

/**
 * Query generated from SQL:
 * ```
 * with matching as (
 *   select account.id
 *   from pevensie."user" as account
 *   where account.id operator(pg_catalog.=) any (:ids!::pg_catalog.uuid[])
 *   union
 *   select account.id
 *   from pg_catalog.unnest(:idPatterns!::pg_catalog.text[]) as pattern
 *   join pevensie."user" as account on account.id::pg_catalog.text operator(pg_catalog.~~) pattern
 *   where pg_catalog.cardinality(:idPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
 *   union
 *   select account.id
 *   from
 *     rows from (
 *       pg_catalog.unnest(:emailPatterns!::pg_catalog.text[]),
 *       pg_catalog.unnest(:emailsFrom!::pg_catalog.text[]),
 *       pg_catalog.unnest(:emailsBelow!::pg_catalog.text[])
 *     ) as given (pattern, lowest, above)
 *   join pevensie."user" as account
 *     on
 *       account.email operator(pg_catalog.~>=~) given.lowest
 *       and account.email operator(pg_catalog.~<~) given.above
 *       and account.email operator(pg_catalog.~~) given.pattern
 *   union
 *   select account.id
 *   from pg_catalog.unnest(:wideEmailPatterns!::pg_catalog.text[]) as pattern
 *   join pevensie."user" as account on account.email operator(pg_catalog.~~) pattern
 *   where pg_catalog.cardinality(:wideEmailPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
 *   union
 *   select account.id
 *   from pg_catalog.unnest(:phoneNumberPatterns!::pg_catalog.text[]) as pattern
 *   join pevensie."user" as account on account.phone_number operator(pg_catalog.~~) pattern
 *   where pg_catalog.cardinality(:phoneNumberPatterns!::pg_catalog.text[]) operator(pg_catalog.>) 0
 * )
 * select pg_catalog.count(*) as "count!"
 * from matching
 * join pevensie."user" as account on account.id operator(pg_catalog.=) matching.id
 * where
 *   case
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'banned'
 *       then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp
 *     when :state!::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null
 *     else true
 *   end
 *   and (:role::pg_catalog.text is null or account.role operator(pg_catalog.=) :role::pg_catalog.text)
 * ```
 */
export const countMatchingUsers = new PreparedQuery<ICountMatchingUsersParams,ICountMatchingUsersResult>(countMatchingUsersIR);


/** 'GetUserById' parameters type */
export interface IGetUserByIdParams {
  id: string;
}

/** 'GetUserById' return type */
export interface IGetUserByIdResult {
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

/** 'GetUserById' query type */
export interface IGetUserByIdQuery {
  params: IGetUserByIdParams;
  result: IGetUserByIdResult;
}

const getUserByIdIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":578,"b":581}]}],"statement":"select\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
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
 * from pevensie."user"
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
 * ```
 */
export const getUserById = new PreparedQuery<IGetUserByIdParams,IGetUserByIdResult>(getUserByIdIR);


/** 'GetUserByPasswordHash' parameters type */
export interface IGetUserByPasswordHashParams {
  id: string;
  passwordHashes: stringArray;
}

/** 'GetUserByPasswordHash' return type */
export interface IGetUserByPasswordHashResult {
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

/** 'GetUserByPasswordHash' query type */
export interface IGetUserByPasswordHashQuery {
  params: IGetUserByPasswordHashParams;
  result: IGetUserByPasswordHashResult;
}

const getUserByPasswordHashIR: any = {"usedParamSet":{"id":true,"passwordHashes":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":686,"b":689}]},{"name":"passwordHashes","required":true,"transform":{"type":"scalar"},"locs":[{"a":756,"b":771}]}],"statement":"-- The user whose password was verified; none if it was changed meanwhile, or the user banned or deleted.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere\n  id operator(pg_catalog.=) :id!::pg_catalog.uuid\n  and password_hash operator(pg_catalog.=) any (:passwordHashes!::pg_catalog.text[])\n  and deleted_at is null\n  and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * -- The user whose password was verified; none if it was changed meanwhile, or the user banned or deleted.
 * select
 *   id,
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
 * from pevensie."user"
 * where
 *   id operator(pg_catalog.=) :id!::pg_catalog.uuid
 *   and password_hash operator(pg_catalog.=) any (:passwordHashes!::pg_catalog.text[])
 *   and deleted_at is null
 *   and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 * ```
 */
export const getUserByPasswordHash = new PreparedQuery<IGetUserByPasswordHashParams,IGetUserByPasswordHashResult>(getUserByPasswordHashIR);


/** 'GetUserByEmail' parameters type */
export interface IGetUserByEmailParams {
  email: string;
}

/** 'GetUserByEmail' return type */
export interface IGetUserByEmailResult {
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

/** 'GetUserByEmail' query type */
export interface IGetUserByEmailQuery {
  params: IGetUserByEmailParams;
  result: IGetUserByEmailResult;
}

const getUserByEmailIR: any = {"usedParamSet":{"email":true},"params":[{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":581,"b":587}]}],"statement":"select\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere email operator(pg_catalog.=) :email!::pg_catalog.text and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
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
 * from pevensie."user"
 * where email operator(pg_catalog.=) :email!::pg_catalog.text and deleted_at is null
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

/** 'GetUserByPhoneNumber' query type */
export interface IGetUserByPhoneNumberQuery {
  params: IGetUserByPhoneNumberParams;
  result: IGetUserByPhoneNumberResult;
}

const getUserByPhoneNumberIR: any = {"usedParamSet":{"phoneNumber":true},"params":[{"name":"phoneNumber","required":true,"transform":{"type":"scalar"},"locs":[{"a":588,"b":600}]}],"statement":"select\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere phone_number operator(pg_catalog.=) :phoneNumber!::pg_catalog.text and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
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
 * from pevensie."user"
 * where phone_number operator(pg_catalog.=) :phoneNumber!::pg_catalog.text and deleted_at is null
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

/** 'GetUsersById' query type */
export interface IGetUsersByIdQuery {
  params: IGetUsersByIdParams;
  result: IGetUsersByIdResult;
}

const getUsersByIdIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":591,"b":595}]}],"statement":"select\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[]) and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
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
 * from pevensie."user"
 * where id operator(pg_catalog.=) any ((select :ids!::pg_catalog.uuid[])::pg_catalog.uuid[]) and deleted_at is null
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

/** 'GetUsersByEmail' query type */
export interface IGetUsersByEmailQuery {
  params: IGetUsersByEmailParams;
  result: IGetUsersByEmailResult;
}

const getUsersByEmailIR: any = {"usedParamSet":{"emails":true},"params":[{"name":"emails","required":true,"transform":{"type":"scalar"},"locs":[{"a":594,"b":601}]}],"statement":"select\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere email operator(pg_catalog.=) any ((select :emails!::pg_catalog.text[])::pg_catalog.text[]) and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   id,
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
 * from pevensie."user"
 * where email operator(pg_catalog.=) any ((select :emails!::pg_catalog.text[])::pg_catalog.text[]) and deleted_at is null
 * ```
 */
export const getUsersByEmail = new PreparedQuery<IGetUsersByEmailParams,IGetUsersByEmailResult>(getUsersByEmailIR);


/** 'GetCredentialsByEmail' parameters type */
export interface IGetCredentialsByEmailParams {
  admittingSeconds: NumberOrStringArray;
  anywhereScope: string;
  deviceBudgetKey?: string | null | void;
  deviceIssuedAt?: number | null | void;
  deviceUserId?: string | null | void;
  deviceValidFrom?: number | null | void;
  email: string;
  freshSeconds: number;
  keys: stringArray;
  knownScope?: string | null | void;
  local: booleanArray;
}

/** 'GetCredentialsByEmail' return type */
export interface IGetCredentialsByEmailResult {
  anywhereBudgetKey: string | null;
  anywhereSpentSeconds: string | null;
  banned: boolean | null;
  deviceIsKnown: boolean | null;
  deviceSpentSeconds: string | null;
  knownBudgetKey: string | null;
  knownIsFresh: boolean | null;
  knownSpentSeconds: string | null;
  localWaitSeconds: string | null;
  passwordHash: string | null;
  userId: string | null;
  waitSeconds: string | null;
}

/** 'GetCredentialsByEmail' query type */
export interface IGetCredentialsByEmailQuery {
  params: IGetCredentialsByEmailParams;
  result: IGetCredentialsByEmailResult;
}

const getCredentialsByEmailIR: any = {"usedParamSet":{"freshSeconds":true,"deviceUserId":true,"deviceValidFrom":true,"deviceIssuedAt":true,"keys":true,"admittingSeconds":true,"local":true,"email":true,"knownScope":true,"deviceBudgetKey":true,"anywhereScope":true},"params":[{"name":"freshSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":964,"b":977}]},{"name":"deviceUserId","required":false,"transform":{"type":"scalar"},"locs":[{"a":1199,"b":1211}]},{"name":"deviceValidFrom","required":false,"transform":{"type":"scalar"},"locs":[{"a":1356,"b":1371}]},{"name":"deviceIssuedAt","required":false,"transform":{"type":"scalar"},"locs":[{"a":1438,"b":1452}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":2315,"b":2320}]},{"name":"admittingSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":2369,"b":2386}]},{"name":"local","required":true,"transform":{"type":"scalar"},"locs":[{"a":2438,"b":2444}]},{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":2701,"b":2707}]},{"name":"knownScope","required":false,"transform":{"type":"scalar"},"locs":[{"a":2902,"b":2912}]},{"name":"deviceBudgetKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":3200,"b":3215}]},{"name":"anywhereScope","required":true,"transform":{"type":"scalar"},"locs":[{"a":3388,"b":3402}]}],"statement":"-- Returns exactly one row: the wait in seconds until the given budgets of failed logins admit an attempt; the user's exemptions\n-- from them; and the user, if there is one. A device token is void once the user has another device_tokens_valid_from than at its issue.\n-- Nobody chooses that time, so a token of another schema or database is void even if a user there has the same id. Metadata is left\n-- out: reading it would make the response time reveal its size.\n-- coalesce with one argument tells pgtyped that a value can be null.\nselect\n  shared.\"waitSeconds\",\n  shared.\"localWaitSeconds\",\n  coalesce(account.id) as \"userId\",\n  coalesce(account.password_hash) as \"passwordHash\",\n  coalesce(account.banned_until operator(pg_catalog.>) current_timestamp, false) as banned,\n  coalesce(known.budget_key) as \"knownBudgetKey\",\n  coalesce(\n    known.expires_at operator(pg_catalog.>) (\n      current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :freshSeconds!::double precision)\n    ),\n    false\n  ) as \"knownIsFresh\",\n  extract(epoch from known_budget.expires_at operator(pg_catalog.-) current_timestamp) as \"knownSpentSeconds\",\n  coalesce(\n    account.id operator(pg_catalog.=) :deviceUserId::pg_catalog.uuid\n    and coalesce(account.device_tokens_valid_from, '-infinity') operator(pg_catalog.=)\n      coalesce(pg_catalog.to_timestamp(:deviceValidFrom::double precision), '-infinity')\n    and pg_catalog.to_timestamp(:deviceIssuedAt::double precision) operator(pg_catalog.>)\n      (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(days => 365)),\n    false\n  ) as \"deviceIsKnown\",\n  extract(epoch from device_budget.expires_at operator(pg_catalog.-) current_timestamp) as \"deviceSpentSeconds\",\n  coalesce(anywhere.budget_key) as \"anywhereBudgetKey\",\n  extract(epoch from anywhere_budget.expires_at operator(pg_catalog.-) current_timestamp) as \"anywhereSpentSeconds\"\nfrom (\n  select\n    pg_catalog.max(budget.wait_seconds) as \"waitSeconds\",\n    pg_catalog.max(budget.wait_seconds) filter (where budget.local) as \"localWaitSeconds\"\n  from (\n    select\n      given.local,\n      extract(epoch from stored.expires_at operator(pg_catalog.-) current_timestamp)\n        operator(pg_catalog.-) given.admitting_seconds as wait_seconds\n    from\n      rows from (\n        pg_catalog.unnest(:keys!::pg_catalog.text[]),\n        pg_catalog.unnest(:admittingSeconds!::pg_catalog.numeric[]),\n        pg_catalog.unnest(:local!::boolean[])\n      ) as given (key, admitting_seconds, local)\n    join pevensie.log_in_budget as stored on stored.key operator(pg_catalog.=) given.key\n  ) as budget\n) as shared\nleft join pevensie.\"user\" as account\n  on account.email operator(pg_catalog.=) :email!::pg_catalog.text and account.deleted_at is null\nleft join pevensie.log_in_exemption as known\n  on\n    known.user_id operator(pg_catalog.=) account.id\n    and known.scope operator(pg_catalog.=) :knownScope::pg_catalog.text\n    and known.expires_at operator(pg_catalog.>) current_timestamp\nleft join pevensie.log_in_budget as known_budget on known_budget.key operator(pg_catalog.=) known.budget_key\nleft join pevensie.log_in_budget as device_budget on device_budget.key operator(pg_catalog.=) :deviceBudgetKey::pg_catalog.text\nleft join pevensie.log_in_exemption as anywhere\n  on\n    anywhere.user_id operator(pg_catalog.=) account.id\n    and anywhere.scope operator(pg_catalog.=) :anywhereScope!::pg_catalog.text\n    and anywhere.expires_at operator(pg_catalog.>) current_timestamp\nleft join pevensie.log_in_budget as anywhere_budget on anywhere_budget.key operator(pg_catalog.=) anywhere.budget_key"};

/**
 * Query generated from SQL:
 * ```
 * -- Returns exactly one row: the wait in seconds until the given budgets of failed logins admit an attempt; the user's exemptions
 * -- from them; and the user, if there is one. A device token is void once the user has another device_tokens_valid_from than at its issue.
 * -- Nobody chooses that time, so a token of another schema or database is void even if a user there has the same id. Metadata is left
 * -- out: reading it would make the response time reveal its size.
 * -- coalesce with one argument tells pgtyped that a value can be null.
 * select
 *   shared."waitSeconds",
 *   shared."localWaitSeconds",
 *   coalesce(account.id) as "userId",
 *   coalesce(account.password_hash) as "passwordHash",
 *   coalesce(account.banned_until operator(pg_catalog.>) current_timestamp, false) as banned,
 *   coalesce(known.budget_key) as "knownBudgetKey",
 *   coalesce(
 *     known.expires_at operator(pg_catalog.>) (
 *       current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :freshSeconds!::double precision)
 *     ),
 *     false
 *   ) as "knownIsFresh",
 *   extract(epoch from known_budget.expires_at operator(pg_catalog.-) current_timestamp) as "knownSpentSeconds",
 *   coalesce(
 *     account.id operator(pg_catalog.=) :deviceUserId::pg_catalog.uuid
 *     and coalesce(account.device_tokens_valid_from, '-infinity') operator(pg_catalog.=)
 *       coalesce(pg_catalog.to_timestamp(:deviceValidFrom::double precision), '-infinity')
 *     and pg_catalog.to_timestamp(:deviceIssuedAt::double precision) operator(pg_catalog.>)
 *       (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(days => 365)),
 *     false
 *   ) as "deviceIsKnown",
 *   extract(epoch from device_budget.expires_at operator(pg_catalog.-) current_timestamp) as "deviceSpentSeconds",
 *   coalesce(anywhere.budget_key) as "anywhereBudgetKey",
 *   extract(epoch from anywhere_budget.expires_at operator(pg_catalog.-) current_timestamp) as "anywhereSpentSeconds"
 * from (
 *   select
 *     pg_catalog.max(budget.wait_seconds) as "waitSeconds",
 *     pg_catalog.max(budget.wait_seconds) filter (where budget.local) as "localWaitSeconds"
 *   from (
 *     select
 *       given.local,
 *       extract(epoch from stored.expires_at operator(pg_catalog.-) current_timestamp)
 *         operator(pg_catalog.-) given.admitting_seconds as wait_seconds
 *     from
 *       rows from (
 *         pg_catalog.unnest(:keys!::pg_catalog.text[]),
 *         pg_catalog.unnest(:admittingSeconds!::pg_catalog.numeric[]),
 *         pg_catalog.unnest(:local!::boolean[])
 *       ) as given (key, admitting_seconds, local)
 *     join pevensie.log_in_budget as stored on stored.key operator(pg_catalog.=) given.key
 *   ) as budget
 * ) as shared
 * left join pevensie."user" as account
 *   on account.email operator(pg_catalog.=) :email!::pg_catalog.text and account.deleted_at is null
 * left join pevensie.log_in_exemption as known
 *   on
 *     known.user_id operator(pg_catalog.=) account.id
 *     and known.scope operator(pg_catalog.=) :knownScope::pg_catalog.text
 *     and known.expires_at operator(pg_catalog.>) current_timestamp
 * left join pevensie.log_in_budget as known_budget on known_budget.key operator(pg_catalog.=) known.budget_key
 * left join pevensie.log_in_budget as device_budget on device_budget.key operator(pg_catalog.=) :deviceBudgetKey::pg_catalog.text
 * left join pevensie.log_in_exemption as anywhere
 *   on
 *     anywhere.user_id operator(pg_catalog.=) account.id
 *     and anywhere.scope operator(pg_catalog.=) :anywhereScope!::pg_catalog.text
 *     and anywhere.expires_at operator(pg_catalog.>) current_timestamp
 * left join pevensie.log_in_budget as anywhere_budget on anywhere_budget.key operator(pg_catalog.=) anywhere.budget_key
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

const getUserStandingIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":141,"b":148}]}],"statement":"select coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * select coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned
 * from pevensie."user"
 * where id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null
 * ```
 */
export const getUserStanding = new PreparedQuery<IGetUserStandingParams,IGetUserStandingResult>(getUserStandingIR);


/** 'GetUserAccess' parameters type */
export interface IGetUserAccessParams {
  id: string;
}

/** 'GetUserAccess' return type */
export interface IGetUserAccessResult {
  accessVersion: string;
  email: string;
}

/** 'GetUserAccess' query type */
export interface IGetUserAccessQuery {
  params: IGetUserAccessParams;
  result: IGetUserAccessResult;
}

const getUserAccessIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":402,"b":405}]}],"statement":"-- The access stamp (docs/architecture.md, Terms) as one text. An email that is changed and changed back is not noticed. A call that changes\n-- access compares the version with the one that it has read at its start.\nselect\n  email,\n  pg_catalog.concat((extract(epoch from device_tokens_valid_from))::pg_catalog.text, ' ', email) as \"accessVersion!\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * -- The access stamp (docs/architecture.md, Terms) as one text. An email that is changed and changed back is not noticed. A call that changes
 * -- access compares the version with the one that it has read at its start.
 * select
 *   email,
 *   pg_catalog.concat((extract(epoch from device_tokens_valid_from))::pg_catalog.text, ' ', email) as "accessVersion!"
 * from pevensie."user"
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
 * ```
 */
export const getUserAccess = new PreparedQuery<IGetUserAccessParams,IGetUserAccessResult>(getUserAccessIR);


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

/** 'CreateUser' query type */
export interface ICreateUserQuery {
  params: ICreateUserParams;
  result: ICreateUserResult;
}

const createUserIR: any = {"usedParamSet":{"id":true,"role":true,"email":true,"phoneNumber":true,"passwordHash":true,"appMetadata":true,"userMetadata":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":115,"b":118}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":140,"b":144}]},{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":166,"b":172}]},{"name":"phoneNumber","required":false,"transform":{"type":"scalar"},"locs":[{"a":194,"b":205}]},{"name":"passwordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":227,"b":239}]},{"name":"appMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":261,"b":273}]},{"name":"userMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":296,"b":309}]}],"statement":"insert into pevensie.\"user\" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)\nvalues (\n  :id!::pg_catalog.uuid,\n  :role::pg_catalog.text,\n  :email!::pg_catalog.text,\n  :phoneNumber::pg_catalog.text,\n  :passwordHash::pg_catalog.text,\n  :appMetadata!::pg_catalog.jsonb,\n  :userMetadata!::pg_catalog.jsonb\n)\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\""};

/**
 * Query generated from SQL:
 * ```
 * insert into pevensie."user" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)
 * values (
 *   :id!::pg_catalog.uuid,
 *   :role::pg_catalog.text,
 *   :email!::pg_catalog.text,
 *   :phoneNumber::pg_catalog.text,
 *   :passwordHash::pg_catalog.text,
 *   :appMetadata!::pg_catalog.jsonb,
 *   :userMetadata!::pg_catalog.jsonb
 * )
 * returning
 *   id,
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
export const createUser = new PreparedQuery<ICreateUserParams,ICreateUserResult>(createUserIR);


/** 'CreateUserUnlessTaken' parameters type */
export interface ICreateUserUnlessTakenParams {
  appMetadata: Json;
  email: string;
  id: string;
  passwordHash?: string | null | void;
  phoneNumber?: string | null | void;
  role?: string | null | void;
  userMetadata: Json;
}

/** 'CreateUserUnlessTaken' return type */
export interface ICreateUserUnlessTakenResult {
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

/** 'CreateUserUnlessTaken' query type */
export interface ICreateUserUnlessTakenQuery {
  params: ICreateUserUnlessTakenParams;
  result: ICreateUserUnlessTakenResult;
}

const createUserUnlessTakenIR: any = {"usedParamSet":{"id":true,"role":true,"email":true,"phoneNumber":true,"passwordHash":true,"appMetadata":true,"userMetadata":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":352,"b":355}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":377,"b":381}]},{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":403,"b":409}]},{"name":"phoneNumber","required":false,"transform":{"type":"scalar"},"locs":[{"a":431,"b":442}]},{"name":"passwordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":464,"b":476}]},{"name":"appMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":498,"b":510}]},{"name":"userMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":533,"b":546}]}],"statement":"-- createUser without an error if the email or the phone number is taken: the error's DETAIL would write the value to the\n-- server's log. No row: another live user has one of them, or the row violates an index of the application's own.\ninsert into pevensie.\"user\" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)\nvalues (\n  :id!::pg_catalog.uuid,\n  :role::pg_catalog.text,\n  :email!::pg_catalog.text,\n  :phoneNumber::pg_catalog.text,\n  :passwordHash::pg_catalog.text,\n  :appMetadata!::pg_catalog.jsonb,\n  :userMetadata!::pg_catalog.jsonb\n)\non conflict do nothing\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\""};

/**
 * Query generated from SQL:
 * ```
 * -- createUser without an error if the email or the phone number is taken: the error's DETAIL would write the value to the
 * -- server's log. No row: another live user has one of them, or the row violates an index of the application's own.
 * insert into pevensie."user" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)
 * values (
 *   :id!::pg_catalog.uuid,
 *   :role::pg_catalog.text,
 *   :email!::pg_catalog.text,
 *   :phoneNumber::pg_catalog.text,
 *   :passwordHash::pg_catalog.text,
 *   :appMetadata!::pg_catalog.jsonb,
 *   :userMetadata!::pg_catalog.jsonb
 * )
 * on conflict do nothing
 * returning
 *   id,
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
export const createUserUnlessTaken = new PreparedQuery<ICreateUserUnlessTakenParams,ICreateUserUnlessTakenResult>(createUserUnlessTakenIR);


/** 'RefuseTaken' parameters type */
export interface IRefuseTakenParams {
  email?: string | null | void;
  id: string;
  isNew: boolean;
  phoneNumber?: string | null | void;
}

/** 'RefuseTaken' return type */
export interface IRefuseTakenResult {
  refused: undefined | null;
}

/** 'RefuseTaken' query type */
export interface IRefuseTakenQuery {
  params: IRefuseTakenParams;
  result: IRefuseTakenResult;
}

const refuseTakenIR: any = {"usedParamSet":{"id":true,"email":true,"phoneNumber":true,"isNew":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":289,"b":292}]},{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":312,"b":317}]},{"name":"phoneNumber","required":false,"transform":{"type":"scalar"},"locs":[{"a":337,"b":348}]},{"name":"isNew","required":true,"transform":{"type":"scalar"},"locs":[{"a":368,"b":374}]}],"statement":"-- Raises a unique violation without DETAIL if another live user has the email or the phone number. Does nothing for an unknown\n-- user, unless it is a new one. Reads no table itself, so that Citus runs the function on the node that receives the statement.\nselect pevensie.refuse_taken(\n  :id!::pg_catalog.uuid, :email::pg_catalog.text, :phoneNumber::pg_catalog.text, :isNew!::boolean\n) as refused"};

/**
 * Query generated from SQL:
 * ```
 * -- Raises a unique violation without DETAIL if another live user has the email or the phone number. Does nothing for an unknown
 * -- user, unless it is a new one. Reads no table itself, so that Citus runs the function on the node that receives the statement.
 * select pevensie.refuse_taken(
 *   :id!::pg_catalog.uuid, :email::pg_catalog.text, :phoneNumber::pg_catalog.text, :isNew!::boolean
 * ) as refused
 * ```
 */
export const refuseTaken = new PreparedQuery<IRefuseTakenParams,IRefuseTakenResult>(refuseTakenIR);


/** 'UpdateUser' parameters type */
export interface IUpdateUserParams {
  accessVersion?: string | null | void;
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
  bannedUntil: string | null;
  createdAt: string;
  deletedAt: string | null;
  email: string;
  emailChanged: boolean | null;
  emailConfirmedAt: string | null;
  id: string;
  lastSignIn: string | null;
  phoneNumber: string | null;
  phoneNumberConfirmedAt: string | null;
  role: string | null;
  updatedAt: string;
  userMetadata: Json;
}

/** 'UpdateUser' query type */
export interface IUpdateUserQuery {
  params: IUpdateUserParams;
  result: IUpdateUserResult;
}

const updateUserIR: any = {"usedParamSet":{"id":true,"setRole":true,"role":true,"setEmail":true,"email":true,"setEmailConfirmedAt":true,"emailConfirmedAt":true,"setPhoneNumber":true,"phoneNumber":true,"setPhoneNumberConfirmedAt":true,"phoneNumberConfirmedAt":true,"setPasswordHash":true,"passwordHash":true,"setLastSignIn":true,"lastSignIn":true,"setAppMetadata":true,"appMetadata":true,"setUserMetadata":true,"userMetadata":true,"setBannedUntil":true,"bannedUntil":true,"accessVersion":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":375,"b":378}]},{"name":"setRole","required":true,"transform":{"type":"scalar"},"locs":[{"a":778,"b":786}]},{"name":"role","required":false,"transform":{"type":"scalar"},"locs":[{"a":802,"b":806}]},{"name":"setEmail","required":true,"transform":{"type":"scalar"},"locs":[{"a":868,"b":877},{"a":1065,"b":1074}]},{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":893,"b":898},{"a":1127,"b":1132}]},{"name":"setEmailConfirmedAt","required":true,"transform":{"type":"scalar"},"locs":[{"a":978,"b":998}]},{"name":"emailConfirmedAt","required":false,"transform":{"type":"scalar"},"locs":[{"a":1014,"b":1030}]},{"name":"setPhoneNumber","required":true,"transform":{"type":"scalar"},"locs":[{"a":1231,"b":1246},{"a":1472,"b":1487}]},{"name":"phoneNumber","required":false,"transform":{"type":"scalar"},"locs":[{"a":1262,"b":1273},{"a":1571,"b":1582},{"a":1646,"b":1657}]},{"name":"setPhoneNumberConfirmedAt","required":true,"transform":{"type":"scalar"},"locs":[{"a":1367,"b":1393}]},{"name":"phoneNumberConfirmedAt","required":false,"transform":{"type":"scalar"},"locs":[{"a":1409,"b":1431}]},{"name":"setPasswordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":1788,"b":1804},{"a":2420,"b":2436}]},{"name":"passwordHash","required":false,"transform":{"type":"scalar"},"locs":[{"a":1820,"b":1832}]},{"name":"setLastSignIn","required":true,"transform":{"type":"scalar"},"locs":[{"a":1910,"b":1924}]},{"name":"lastSignIn","required":false,"transform":{"type":"scalar"},"locs":[{"a":1940,"b":1950}]},{"name":"setAppMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":2034,"b":2049}]},{"name":"appMetadata","required":false,"transform":{"type":"scalar"},"locs":[{"a":2065,"b":2076}]},{"name":"setUserMetadata","required":true,"transform":{"type":"scalar"},"locs":[{"a":2155,"b":2171}]},{"name":"userMetadata","required":false,"transform":{"type":"scalar"},"locs":[{"a":2187,"b":2199}]},{"name":"setBannedUntil","required":true,"transform":{"type":"scalar"},"locs":[{"a":2278,"b":2293},{"a":2458,"b":2473}]},{"name":"bannedUntil","required":false,"transform":{"type":"scalar"},"locs":[{"a":2309,"b":2320},{"a":2488,"b":2499}]},{"name":"accessVersion","required":false,"transform":{"type":"scalar"},"locs":[{"a":2716,"b":2729},{"a":2808,"b":2821}]}],"statement":"-- Changes the columns whose \"set\" parameter is true. A changed email or phone number is unconfirmed. The previous email and the\n-- version of the user's access are read under the lock that the update takes. Returns no row if a version is given and differs.\nwith locked as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null\n  for no key update\n),\nbefore as (\n  select\n    id,\n    email,\n    pg_catalog.concat((extract(epoch from device_tokens_valid_from))::pg_catalog.text, ' ', email) as access_version,\n    current_timestamp as now,\n    pg_catalog.clock_timestamp() as changed_at\n  from locked\n)\nupdate pevensie.\"user\" as account\nset\n  updated_at = before.now,\n  role = case when :setRole!::boolean then :role::pg_catalog.text else account.role end,\n  email = case when :setEmail!::boolean then :email::pg_catalog.text else account.email end,\n  email_confirmed_at = case\n    when :setEmailConfirmedAt!::boolean then :emailConfirmedAt::pg_catalog.timestamptz\n    when :setEmail!::boolean and account.email operator(pg_catalog.<>) :email::pg_catalog.text then null\n    else account.email_confirmed_at\n  end,\n  phone_number = case when :setPhoneNumber!::boolean then :phoneNumber::pg_catalog.text else account.phone_number end,\n  phone_number_confirmed_at = case\n    when :setPhoneNumberConfirmedAt!::boolean then :phoneNumberConfirmedAt::pg_catalog.timestamptz\n    when\n      :setPhoneNumber!::boolean\n      and coalesce(\n        account.phone_number operator(pg_catalog.<>) :phoneNumber::pg_catalog.text,\n        account.phone_number is not null or :phoneNumber::pg_catalog.text is not null\n      )\n    then null\n    else account.phone_number_confirmed_at\n  end,\n  password_hash = case when :setPasswordHash!::boolean then :passwordHash::pg_catalog.text else account.password_hash end,\n  last_sign_in = case when :setLastSignIn!::boolean then :lastSignIn::pg_catalog.timestamptz else account.last_sign_in end,\n  app_metadata = case when :setAppMetadata!::boolean then :appMetadata::pg_catalog.jsonb else account.app_metadata end,\n  user_metadata = case when :setUserMetadata!::boolean then :userMetadata::pg_catalog.jsonb else account.user_metadata end,\n  banned_until = case when :setBannedUntil!::boolean then :bannedUntil::pg_catalog.timestamptz else account.banned_until end,\n  device_tokens_valid_from = case\n    when :setPasswordHash!::boolean or (\n      :setBannedUntil!::boolean and :bannedUntil::pg_catalog.timestamptz operator(pg_catalog.>) before.now\n    )\n    then before.changed_at\n    else account.device_tokens_valid_from\n  end\nfrom before\nwhere\n  account.id operator(pg_catalog.=) before.id\n  and (\n    :accessVersion::pg_catalog.text is null\n    or before.access_version operator(pg_catalog.=) :accessVersion::pg_catalog.text\n  )\nreturning\n  account.id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  account.email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\",\n  coalesce(account.banned_until operator(pg_catalog.>) before.now, false) as banned,\n  account.email operator(pg_catalog.<>) before.email as \"emailChanged\""};

/**
 * Query generated from SQL:
 * ```
 * -- Changes the columns whose "set" parameter is true. A changed email or phone number is unconfirmed. The previous email and the
 * -- version of the user's access are read under the lock that the update takes. Returns no row if a version is given and differs.
 * with locked as (
 *   select id, email, device_tokens_valid_from from pevensie."user"
 *   where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
 *   for no key update
 * ),
 * before as (
 *   select
 *     id,
 *     email,
 *     pg_catalog.concat((extract(epoch from device_tokens_valid_from))::pg_catalog.text, ' ', email) as access_version,
 *     current_timestamp as now,
 *     pg_catalog.clock_timestamp() as changed_at
 *   from locked
 * )
 * update pevensie."user" as account
 * set
 *   updated_at = before.now,
 *   role = case when :setRole!::boolean then :role::pg_catalog.text else account.role end,
 *   email = case when :setEmail!::boolean then :email::pg_catalog.text else account.email end,
 *   email_confirmed_at = case
 *     when :setEmailConfirmedAt!::boolean then :emailConfirmedAt::pg_catalog.timestamptz
 *     when :setEmail!::boolean and account.email operator(pg_catalog.<>) :email::pg_catalog.text then null
 *     else account.email_confirmed_at
 *   end,
 *   phone_number = case when :setPhoneNumber!::boolean then :phoneNumber::pg_catalog.text else account.phone_number end,
 *   phone_number_confirmed_at = case
 *     when :setPhoneNumberConfirmedAt!::boolean then :phoneNumberConfirmedAt::pg_catalog.timestamptz
 *     when
 *       :setPhoneNumber!::boolean
 *       and coalesce(
 *         account.phone_number operator(pg_catalog.<>) :phoneNumber::pg_catalog.text,
 *         account.phone_number is not null or :phoneNumber::pg_catalog.text is not null
 *       )
 *     then null
 *     else account.phone_number_confirmed_at
 *   end,
 *   password_hash = case when :setPasswordHash!::boolean then :passwordHash::pg_catalog.text else account.password_hash end,
 *   last_sign_in = case when :setLastSignIn!::boolean then :lastSignIn::pg_catalog.timestamptz else account.last_sign_in end,
 *   app_metadata = case when :setAppMetadata!::boolean then :appMetadata::pg_catalog.jsonb else account.app_metadata end,
 *   user_metadata = case when :setUserMetadata!::boolean then :userMetadata::pg_catalog.jsonb else account.user_metadata end,
 *   banned_until = case when :setBannedUntil!::boolean then :bannedUntil::pg_catalog.timestamptz else account.banned_until end,
 *   device_tokens_valid_from = case
 *     when :setPasswordHash!::boolean or (
 *       :setBannedUntil!::boolean and :bannedUntil::pg_catalog.timestamptz operator(pg_catalog.>) before.now
 *     )
 *     then before.changed_at
 *     else account.device_tokens_valid_from
 *   end
 * from before
 * where
 *   account.id operator(pg_catalog.=) before.id
 *   and (
 *     :accessVersion::pg_catalog.text is null
 *     or before.access_version operator(pg_catalog.=) :accessVersion::pg_catalog.text
 *   )
 * returning
 *   account.id,
 *   extract(epoch from created_at) as "createdAt!",
 *   extract(epoch from updated_at) as "updatedAt!",
 *   extract(epoch from deleted_at) as "deletedAt",
 *   role,
 *   account.email,
 *   extract(epoch from email_confirmed_at) as "emailConfirmedAt",
 *   phone_number as "phoneNumber",
 *   extract(epoch from phone_number_confirmed_at) as "phoneNumberConfirmedAt",
 *   extract(epoch from last_sign_in) as "lastSignIn",
 *   app_metadata as "appMetadata",
 *   user_metadata as "userMetadata",
 *   extract(epoch from banned_until) as "bannedUntil",
 *   coalesce(account.banned_until operator(pg_catalog.>) before.now, false) as banned,
 *   account.email operator(pg_catalog.<>) before.email as "emailChanged"
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

const replacePasswordHashIR: any = {"usedParamSet":{"newPasswordHash":true,"id":true,"passwordHash":true},"params":[{"name":"newPasswordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":124,"b":140}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":225,"b":228}]},{"name":"passwordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":290,"b":303}]}],"statement":"-- Replaces an outdated hash, unless the password has been changed concurrently.\nupdate pevensie.\"user\"\nset password_hash = :newPasswordHash!::pg_catalog.text, updated_at = current_timestamp\nwhere\n  id operator(pg_catalog.=) :id!::pg_catalog.uuid\n  and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text\n  and deleted_at is null"};

/**
 * Query generated from SQL:
 * ```
 * -- Replaces an outdated hash, unless the password has been changed concurrently.
 * update pevensie."user"
 * set password_hash = :newPasswordHash!::pg_catalog.text, updated_at = current_timestamp
 * where
 *   id operator(pg_catalog.=) :id!::pg_catalog.uuid
 *   and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text
 *   and deleted_at is null
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

/** 'DeleteUser' query type */
export interface IDeleteUserQuery {
  params: IDeleteUserParams;
  result: IDeleteUserResult;
}

const deleteUserIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":416,"b":419}]}],"statement":"-- The first of two statements: endUserAccess has to follow in the same transaction. Of users who are deleted in one transaction, each has\n-- another deleted_at: the indices of emails and phone numbers are unique by it.\nupdate pevensie.\"user\"\nset\n  deleted_at = pg_catalog.clock_timestamp(),\n  updated_at = current_timestamp,\n  device_tokens_valid_from = pg_catalog.clock_timestamp()\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\""};

/**
 * Query generated from SQL:
 * ```
 * -- The first of two statements: endUserAccess has to follow in the same transaction. Of users who are deleted in one transaction, each has
 * -- another deleted_at: the indices of emails and phone numbers are unique by it.
 * update pevensie."user"
 * set
 *   deleted_at = pg_catalog.clock_timestamp(),
 *   updated_at = current_timestamp,
 *   device_tokens_valid_from = pg_catalog.clock_timestamp()
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
 * returning
 *   id,
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
export const deleteUser = new PreparedQuery<IDeleteUserParams,IDeleteUserResult>(deleteUserIR);


/** 'EndUserAccess' parameters type */
export interface IEndUserAccessParams {
  endExemptions: boolean;
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

const endUserAccessIR: any = {"usedParamSet":{"endSessions":true,"userId":true,"keepSessionId":true,"endExemptions":true},"params":[{"name":"endSessions","required":true,"transform":{"type":"scalar"},"locs":[{"a":329,"b":341}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":391,"b":398},{"a":632,"b":639},{"a":744,"b":751},{"a":875,"b":882}]},{"name":"keepSessionId","required":false,"transform":{"type":"scalar"},"locs":[{"a":452,"b":465}]},{"name":"endExemptions","required":true,"transform":{"type":"scalar"},"locs":[{"a":572,"b":586}]}],"statement":"-- Ends a user's sessions and login exemptions, if the parameters say so, and voids the live tokens. It has to be a separate statement,\n-- after the one that changed or locked the user's row: only then does its snapshot include what was committed while that one waited.\nwith ended as (\n  delete from pevensie.session\n  where\n    :endSessions!::boolean\n    and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true\n),\ndeleted_exemptions as (\n  delete from pevensie.log_in_exemption\n  where :endExemptions!::boolean and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n),\nvoided as (\n  delete from pevensie.user_token where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n)\nupdate pevensie.one_time_token\nset deleted_at = current_timestamp\nwhere user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null and used_at is null"};

/**
 * Query generated from SQL:
 * ```
 * -- Ends a user's sessions and login exemptions, if the parameters say so, and voids the live tokens. It has to be a separate statement,
 * -- after the one that changed or locked the user's row: only then does its snapshot include what was committed while that one waited.
 * with ended as (
 *   delete from pevensie.session
 *   where
 *     :endSessions!::boolean
 *     and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and (id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true
 * ),
 * deleted_exemptions as (
 *   delete from pevensie.log_in_exemption
 *   where :endExemptions!::boolean and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * ),
 * voided as (
 *   delete from pevensie.user_token where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * )
 * update pevensie.one_time_token
 * set deleted_at = current_timestamp
 * where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid and deleted_at is null and used_at is null
 * ```
 */
export const endUserAccess = new PreparedQuery<IEndUserAccessParams,IEndUserAccessResult>(endUserAccessIR);


/** 'LockUserByEmail' parameters type */
export interface ILockUserByEmailParams {
  email: string;
}

/** 'LockUserByEmail' return type */
export interface ILockUserByEmailResult {
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

/** 'LockUserByEmail' query type */
export interface ILockUserByEmailQuery {
  params: ILockUserByEmailParams;
  result: ILockUserByEmailResult;
}

const lockUserByEmailIR: any = {"usedParamSet":{"email":true},"params":[{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":725,"b":731}]}],"statement":"-- Blocks the creation of sessions and tokens for the user, and changes of the user, until the transaction ends. No row for a\n-- banned user.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere\n  email operator(pg_catalog.=) :email!::pg_catalog.text\n  and deleted_at is null\n  and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\nfor no key update"};

/**
 * Query generated from SQL:
 * ```
 * -- Blocks the creation of sessions and tokens for the user, and changes of the user, until the transaction ends. No row for a
 * -- banned user.
 * select
 *   id,
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
 * from pevensie."user"
 * where
 *   email operator(pg_catalog.=) :email!::pg_catalog.text
 *   and deleted_at is null
 *   and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 * for no key update
 * ```
 */
export const lockUserByEmail = new PreparedQuery<ILockUserByEmailParams,ILockUserByEmailResult>(lockUserByEmailIR);


/** 'ConfirmUserEmail' parameters type */
export interface IConfirmUserEmailParams {
  id: string;
}

/** 'ConfirmUserEmail' return type */
export interface IConfirmUserEmailResult {
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

/** 'ConfirmUserEmail' query type */
export interface IConfirmUserEmailQuery {
  params: IConfirmUserEmailParams;
  result: IConfirmUserEmailResult;
}

const confirmUserEmailIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":192,"b":195}]}],"statement":"update pevensie.\"user\"\nset email_confirmed_at = coalesce(email_confirmed_at, clock.now), updated_at = clock.now\nfrom (select current_timestamp as now) as clock\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\""};

/**
 * Query generated from SQL:
 * ```
 * update pevensie."user"
 * set email_confirmed_at = coalesce(email_confirmed_at, clock.now), updated_at = clock.now
 * from (select current_timestamp as now) as clock
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
 * returning
 *   id,
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
export const confirmUserEmail = new PreparedQuery<IConfirmUserEmailParams,IConfirmUserEmailResult>(confirmUserEmailIR);


/** 'ProveMailbox' parameters type */
export interface IProveMailboxParams {
  id: string;
}

/** 'ProveMailbox' return type */
export interface IProveMailboxResult {
  id: string;
}

/** 'ProveMailbox' query type */
export interface IProveMailboxQuery {
  params: IProveMailboxParams;
  result: IProveMailboxResult;
}

const proveMailboxIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":426,"b":429}]}],"statement":"-- For a user whose mailbox nobody had proved: whoever set the password may have been a stranger. No row if somebody had. The\n-- first of two statements: endUserAccess has to follow in the same transaction.\nupdate pevensie.\"user\"\nset\n  email_confirmed_at = current_timestamp,\n  updated_at = current_timestamp,\n  password_hash = null,\n  device_tokens_valid_from = pg_catalog.clock_timestamp()\nwhere\n  id operator(pg_catalog.=) :id!::pg_catalog.uuid\n  and email_confirmed_at is null\n  and deleted_at is null\nreturning id"};

/**
 * Query generated from SQL:
 * ```
 * -- For a user whose mailbox nobody had proved: whoever set the password may have been a stranger. No row if somebody had. The
 * -- first of two statements: endUserAccess has to follow in the same transaction.
 * update pevensie."user"
 * set
 *   email_confirmed_at = current_timestamp,
 *   updated_at = current_timestamp,
 *   password_hash = null,
 *   device_tokens_valid_from = pg_catalog.clock_timestamp()
 * where
 *   id operator(pg_catalog.=) :id!::pg_catalog.uuid
 *   and email_confirmed_at is null
 *   and deleted_at is null
 * returning id
 * ```
 */
export const proveMailbox = new PreparedQuery<IProveMailboxParams,IProveMailboxResult>(proveMailboxIR);


/** 'ChangeConfirmedEmail' parameters type */
export interface IChangeConfirmedEmailParams {
  email: string;
  id: string;
}

/** 'ChangeConfirmedEmail' return type */
export interface IChangeConfirmedEmailResult {
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
  previousEmail: string;
  role: string | null;
  updatedAt: string;
  userMetadata: Json;
}

/** 'ChangeConfirmedEmail' query type */
export interface IChangeConfirmedEmailQuery {
  params: IChangeConfirmedEmailParams;
  result: IChangeConfirmedEmailResult;
}

const changeConfirmedEmailIR: any = {"usedParamSet":{"id":true,"email":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":176,"b":179}]},{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":269,"b":275}]}],"statement":"-- Has to follow a statement of the same transaction that has locked the user's row.\nwith before as (\n  select id, email from pevensie.\"user\"\n  where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null\n)\nupdate pevensie.\"user\" as account\nset email = :email!::pg_catalog.text, email_confirmed_at = current_timestamp, updated_at = current_timestamp\nfrom before\nwhere account.id operator(pg_catalog.=) before.id\nreturning\n  account.id,\n  extract(epoch from account.created_at) as \"createdAt!\",\n  extract(epoch from account.updated_at) as \"updatedAt!\",\n  extract(epoch from account.deleted_at) as \"deletedAt\",\n  account.role,\n  account.email,\n  extract(epoch from account.email_confirmed_at) as \"emailConfirmedAt\",\n  account.phone_number as \"phoneNumber\",\n  extract(epoch from account.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from account.last_sign_in) as \"lastSignIn\",\n  account.app_metadata as \"appMetadata\",\n  account.user_metadata as \"userMetadata\",\n  extract(epoch from account.banned_until) as \"bannedUntil\",\n  before.email as \"previousEmail\""};

/**
 * Query generated from SQL:
 * ```
 * -- Has to follow a statement of the same transaction that has locked the user's row.
 * with before as (
 *   select id, email from pevensie."user"
 *   where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null
 * )
 * update pevensie."user" as account
 * set email = :email!::pg_catalog.text, email_confirmed_at = current_timestamp, updated_at = current_timestamp
 * from before
 * where account.id operator(pg_catalog.=) before.id
 * returning
 *   account.id,
 *   extract(epoch from account.created_at) as "createdAt!",
 *   extract(epoch from account.updated_at) as "updatedAt!",
 *   extract(epoch from account.deleted_at) as "deletedAt",
 *   account.role,
 *   account.email,
 *   extract(epoch from account.email_confirmed_at) as "emailConfirmedAt",
 *   account.phone_number as "phoneNumber",
 *   extract(epoch from account.phone_number_confirmed_at) as "phoneNumberConfirmedAt",
 *   extract(epoch from account.last_sign_in) as "lastSignIn",
 *   account.app_metadata as "appMetadata",
 *   account.user_metadata as "userMetadata",
 *   extract(epoch from account.banned_until) as "bannedUntil",
 *   before.email as "previousEmail"
 * ```
 */
export const changeConfirmedEmail = new PreparedQuery<IChangeConfirmedEmailParams,IChangeConfirmedEmailResult>(changeConfirmedEmailIR);


/** 'RestoreUser' parameters type */
export interface IRestoreUserParams {
  id: string;
}

/** 'RestoreUser' return type */
export interface IRestoreUserResult {
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

/** 'RestoreUser' query type */
export interface IRestoreUserQuery {
  params: IRestoreUserParams;
  result: IRestoreUserResult;
}

const restoreUserIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":109,"b":112}]}],"statement":"update pevensie.\"user\"\nset deleted_at = null, updated_at = current_timestamp\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt!\",\n  extract(epoch from updated_at) as \"updatedAt!\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\""};

/**
 * Query generated from SQL:
 * ```
 * update pevensie."user"
 * set deleted_at = null, updated_at = current_timestamp
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid
 * returning
 *   id,
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
export const restoreUser = new PreparedQuery<IRestoreUserParams,IRestoreUserResult>(restoreUserIR);


/** 'GetDeletedUserNames' parameters type */
export interface IGetDeletedUserNamesParams {
  id: string;
}

/** 'GetDeletedUserNames' return type */
export interface IGetDeletedUserNamesResult {
  email: string;
  phoneNumber: string | null;
}

/** 'GetDeletedUserNames' query type */
export interface IGetDeletedUserNamesQuery {
  params: IGetDeletedUserNamesParams;
  result: IGetDeletedUserNamesResult;
}

const getDeletedUserNamesIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":169,"b":172}]}],"statement":"-- The email and the phone number that a deleted user would have again.\nselect email, phone_number as \"phoneNumber\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is not null\nfor no key update"};

/**
 * Query generated from SQL:
 * ```
 * -- The email and the phone number that a deleted user would have again.
 * select email, phone_number as "phoneNumber"
 * from pevensie."user"
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is not null
 * for no key update
 * ```
 */
export const getDeletedUserNames = new PreparedQuery<IGetDeletedUserNamesParams,IGetDeletedUserNamesResult>(getDeletedUserNamesIR);


/** 'EraseUser' parameters type */
export interface IEraseUserParams {
  id: string;
}

/** 'EraseUser' return type */
export interface IEraseUserResult {
  id: string;
}

/** 'EraseUser' query type */
export interface IEraseUserQuery {
  params: IEraseUserParams;
  result: IEraseUserResult;
}

const eraseUserIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":60,"b":63}]}],"statement":"delete from pevensie.\"user\"\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid\nreturning id"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie."user"
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid
 * returning id
 * ```
 */
export const eraseUser = new PreparedQuery<IEraseUserParams,IEraseUserResult>(eraseUserIR);


/** 'ImportUsers' parameters type */
export interface IImportUsersParams {
  users: Json;
}

/** 'ImportUsers' return type */
export interface IImportUsersResult {
  id: string;
}

/** 'ImportUsers' query type */
export interface IImportUsersQuery {
  params: IImportUsersParams;
  result: IImportUsersResult;
}

const importUsersIR: any = {"usedParamSet":{"users":true},"params":[{"name":"users","required":true,"transform":{"type":"scalar"},"locs":[{"a":716,"b":722}]}],"statement":"-- Inserts those whose id, email and phone number nobody has.\n-- An erased user may have had the id: the device tokens of that user stay void.\n-- jsonb_to_recordset turns JSON null into SQL NULL, also for a column of type jsonb.\ninsert into pevensie.\"user\" (\n  id,\n  created_at,\n  role,\n  email,\n  email_confirmed_at,\n  phone_number,\n  password_hash,\n  app_metadata,\n  user_metadata,\n  device_tokens_valid_from\n)\nselect\n  given.id,\n  coalesce(given.created_at, current_timestamp),\n  given.role,\n  given.email,\n  given.email_confirmed_at,\n  given.phone_number,\n  given.password_hash,\n  '{}',\n  coalesce(given.user_metadata, 'null'::pg_catalog.jsonb),\n  pg_catalog.clock_timestamp()\nfrom pg_catalog.jsonb_to_recordset(:users!::pg_catalog.jsonb) as given (\n  place int,\n  id pg_catalog.uuid,\n  created_at pg_catalog.timestamptz,\n  role pg_catalog.text,\n  email pg_catalog.text,\n  email_confirmed_at pg_catalog.timestamptz,\n  phone_number pg_catalog.text,\n  password_hash pg_catalog.text,\n  user_metadata pg_catalog.jsonb\n)\norder by given.place\non conflict do nothing\nreturning id"};

/**
 * Query generated from SQL:
 * ```
 * -- Inserts those whose id, email and phone number nobody has.
 * -- An erased user may have had the id: the device tokens of that user stay void.
 * -- jsonb_to_recordset turns JSON null into SQL NULL, also for a column of type jsonb.
 * insert into pevensie."user" (
 *   id,
 *   created_at,
 *   role,
 *   email,
 *   email_confirmed_at,
 *   phone_number,
 *   password_hash,
 *   app_metadata,
 *   user_metadata,
 *   device_tokens_valid_from
 * )
 * select
 *   given.id,
 *   coalesce(given.created_at, current_timestamp),
 *   given.role,
 *   given.email,
 *   given.email_confirmed_at,
 *   given.phone_number,
 *   given.password_hash,
 *   '{}',
 *   coalesce(given.user_metadata, 'null'::pg_catalog.jsonb),
 *   pg_catalog.clock_timestamp()
 * from pg_catalog.jsonb_to_recordset(:users!::pg_catalog.jsonb) as given (
 *   place int,
 *   id pg_catalog.uuid,
 *   created_at pg_catalog.timestamptz,
 *   role pg_catalog.text,
 *   email pg_catalog.text,
 *   email_confirmed_at pg_catalog.timestamptz,
 *   phone_number pg_catalog.text,
 *   password_hash pg_catalog.text,
 *   user_metadata pg_catalog.jsonb
 * )
 * order by given.place
 * on conflict do nothing
 * returning id
 * ```
 */
export const importUsers = new PreparedQuery<IImportUsersParams,IImportUsersResult>(importUsersIR);


/** 'LockImports' parameters type */
export type ILockImportsParams = void;

/** 'LockImports' return type */
export interface ILockImportsResult {
  locked: undefined | null;
}

/** 'LockImports' query type */
export interface ILockImportsQuery {
  params: ILockImportsParams;
  result: ILockImportsResult;
}

const lockImportsIR: any = {"usedParamSet":{},"params":[],"statement":"-- One import at a time writes: two that insert the same emails in different orders would deadlock. The number is this lock's own; those of\n-- lockIdentity and lockEmail are hashes.\nselect pg_catalog.pg_advisory_xact_lock(7365646973) as \"locked\""};

/**
 * Query generated from SQL:
 * ```
 * -- One import at a time writes: two that insert the same emails in different orders would deadlock. The number is this lock's own; those of
 * -- lockIdentity and lockEmail are hashes.
 * select pg_catalog.pg_advisory_xact_lock(7365646973) as "locked"
 * ```
 */
export const lockImports = new PreparedQuery<ILockImportsParams,ILockImportsResult>(lockImportsIR);


/** 'GetTakenNames' parameters type */
export interface IGetTakenNamesParams {
  emails: stringArray;
  phoneNumbers: stringArray;
}

/** 'GetTakenNames' return type */
export interface IGetTakenNamesResult {
  email: string;
  phoneNumber: string | null;
}

/** 'GetTakenNames' query type */
export interface IGetTakenNamesQuery {
  params: IGetTakenNamesParams;
  result: IGetTakenNamesResult;
}

const getTakenNamesIR: any = {"usedParamSet":{"emails":true,"phoneNumbers":true},"params":[{"name":"emails","required":true,"transform":{"type":"scalar"},"locs":[{"a":197,"b":204}]},{"name":"phoneNumbers","required":true,"transform":{"type":"scalar"},"locs":[{"a":274,"b":287}]}],"statement":"-- Which of some emails and phone numbers live users have.\nselect email, phone_number as \"phoneNumber\"\nfrom pevensie.\"user\"\nwhere\n  deleted_at is null\n  and (\n    email operator(pg_catalog.=) any (:emails!::pg_catalog.text[])\n    or phone_number operator(pg_catalog.=) any (:phoneNumbers!::pg_catalog.text[])\n  )"};

/**
 * Query generated from SQL:
 * ```
 * -- Which of some emails and phone numbers live users have.
 * select email, phone_number as "phoneNumber"
 * from pevensie."user"
 * where
 *   deleted_at is null
 *   and (
 *     email operator(pg_catalog.=) any (:emails!::pg_catalog.text[])
 *     or phone_number operator(pg_catalog.=) any (:phoneNumbers!::pg_catalog.text[])
 *   )
 * ```
 */
export const getTakenNames = new PreparedQuery<IGetTakenNamesParams,IGetTakenNamesResult>(getTakenNamesIR);


