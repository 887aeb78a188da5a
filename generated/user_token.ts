// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/user_token.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type DateOrString = Date | string;

/** A type of parameters or columns. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'CreateUserToken' parameters type */
export interface ICreateUserTokenParams {
  attempts?: number | null | void;
  email?: string | null | void;
  id: string;
  isLate: boolean;
  keep: number;
  payload?: Json | null | void;
  purpose?: string | null | void;
  tokenHash: string;
  tokenType: string;
  ttlSeconds: number;
  userId: string;
}

/** 'CreateUserToken' return type */
export interface ICreateUserTokenResult {
  id: string;
}

/** 'CreateUserToken' query type */
export interface ICreateUserTokenQuery {
  params: ICreateUserTokenParams;
  result: ICreateUserTokenResult;
}

const createUserTokenIR: any = {"usedParamSet":{"userId":true,"tokenType":true,"purpose":true,"tokenHash":true,"keep":true,"id":true,"isLate":true,"ttlSeconds":true,"email":true,"payload":true,"attempts":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":545,"b":552}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":943,"b":953},{"a":1916,"b":1926}]},{"name":"purpose","required":false,"transform":{"type":"scalar"},"locs":[{"a":1044,"b":1051},{"a":1948,"b":1955}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":1128,"b":1138},{"a":2057,"b":2067}]},{"name":"keep","required":true,"transform":{"type":"scalar"},"locs":[{"a":1222,"b":1227}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":1445,"b":1448}]},{"name":"isLate","required":true,"transform":{"type":"scalar"},"locs":[{"a":1724,"b":1731}]},{"name":"ttlSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1863,"b":1874}]},{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":1986,"b":1991}]},{"name":"payload","required":false,"transform":{"type":"scalar"},"locs":[{"a":2027,"b":2034}]},{"name":"attempts","required":false,"transform":{"type":"scalar"},"locs":[{"a":2089,"b":2097}]}],"statement":"-- Has to follow a statement of the same transaction that has locked the user's row (lockUser), so that calls for one user are\n-- serialised. With :isLate, which lockUser has returned, the token is created expired: it was requested under the old access. Deletes all\n-- but the newest of the tokens that the new one replaces, by the database's clock: ids have the time of the process that made them. Returns\n-- no row if the user is deleted or banned.\nwith owner as (\n  select id, email from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n),\nreplaced as (\n  delete from pevensie.user_token as token\n  using (\n    select earlier.id\n    from pevensie.user_token as earlier\n    join owner on owner.id operator(pg_catalog.=) earlier.user_id\n    where\n      earlier.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text\n      and coalesce(earlier.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')\n      and earlier.token_hash operator(pg_catalog.<>) :tokenHash!::pg_catalog.text\n    order by earlier.created_at desc, earlier.id desc\n    offset :keep!::int\n  ) as oldest\n  where token.id operator(pg_catalog.=) oldest.id\n)\ninsert into pevensie.user_token\n  (id, created_at, expires_at, user_id, token_type, purpose, email, payload, token_hash, attempts_left)\nselect\n  :id!::pg_catalog.uuid,\n  -- Not the transaction's start, which may be long past: tokens are ordered as their transactions locked the user's row. A late token\n  -- expires at current_timestamp, with which every lookup compares.\n  pg_catalog.statement_timestamp(),\n  case\n    when :isLate!::boolean then current_timestamp\n    else pg_catalog.statement_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision)\n  end,\n  owner.id,\n  :tokenType!::pg_catalog.text,\n  :purpose::pg_catalog.text,\n  coalesce(:email::pg_catalog.text, owner.email),\n  :payload::pg_catalog.jsonb,\n  :tokenHash!::pg_catalog.text,\n  :attempts::int\nfrom owner\n-- A code may happen to be the one that it replaces: its hash is the same for no other user.\non conflict (token_hash) do update set\n  id = excluded.id,\n  created_at = excluded.created_at,\n  expires_at = excluded.expires_at,\n  attempts_left = excluded.attempts_left\nreturning id"};

/**
 * Query generated from SQL:
 * ```
 * -- Has to follow a statement of the same transaction that has locked the user's row (lockUser), so that calls for one user are
 * -- serialised. With :isLate, which lockUser has returned, the token is created expired: it was requested under the old access. Deletes all
 * -- but the newest of the tokens that the new one replaces, by the database's clock: ids have the time of the process that made them. Returns
 * -- no row if the user is deleted or banned.
 * with owner as (
 *   select id, email from pevensie."user"
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 * ),
 * replaced as (
 *   delete from pevensie.user_token as token
 *   using (
 *     select earlier.id
 *     from pevensie.user_token as earlier
 *     join owner on owner.id operator(pg_catalog.=) earlier.user_id
 *     where
 *       earlier.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
 *       and coalesce(earlier.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
 *       and earlier.token_hash operator(pg_catalog.<>) :tokenHash!::pg_catalog.text
 *     order by earlier.created_at desc, earlier.id desc
 *     offset :keep!::int
 *   ) as oldest
 *   where token.id operator(pg_catalog.=) oldest.id
 * )
 * insert into pevensie.user_token
 *   (id, created_at, expires_at, user_id, token_type, purpose, email, payload, token_hash, attempts_left)
 * select
 *   :id!::pg_catalog.uuid,
 *   -- Not the transaction's start, which may be long past: tokens are ordered as their transactions locked the user's row. A late token
 *   -- expires at current_timestamp, with which every lookup compares.
 *   pg_catalog.statement_timestamp(),
 *   case
 *     when :isLate!::boolean then current_timestamp
 *     else pg_catalog.statement_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision)
 *   end,
 *   owner.id,
 *   :tokenType!::pg_catalog.text,
 *   :purpose::pg_catalog.text,
 *   coalesce(:email::pg_catalog.text, owner.email),
 *   :payload::pg_catalog.jsonb,
 *   :tokenHash!::pg_catalog.text,
 *   :attempts::int
 * from owner
 * -- A code may happen to be the one that it replaces: its hash is the same for no other user.
 * on conflict (token_hash) do update set
 *   id = excluded.id,
 *   created_at = excluded.created_at,
 *   expires_at = excluded.expires_at,
 *   attempts_left = excluded.attempts_left
 * returning id
 * ```
 */
export const createUserToken = new PreparedQuery<ICreateUserTokenParams,ICreateUserTokenResult>(createUserTokenIR);


/** 'LockEmail' parameters type */
export interface ILockEmailParams {
  email: string;
}

/** 'LockEmail' return type */
export interface ILockEmailResult {
  locked: undefined | null;
}

/** 'LockEmail' query type */
export interface ILockEmailQuery {
  params: ILockEmailParams;
  result: ILockEmailResult;
}

const lockEmailIR: any = {"usedParamSet":{"email":true},"params":[{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":260,"b":266}]}],"statement":"-- Serialises requests for one address until the transaction ends, whether or not a user has it. The seed is that of\n-- lockIdentity: with the same hash, one would only wait for the other.\nselect pg_catalog.pg_advisory_xact_lock(\n  pg_catalog.hashtextextended(:email!::pg_catalog.text, 7365646972)\n) as \"locked\""};

/**
 * Query generated from SQL:
 * ```
 * -- Serialises requests for one address until the transaction ends, whether or not a user has it. The seed is that of
 * -- lockIdentity: with the same hash, one would only wait for the other.
 * select pg_catalog.pg_advisory_xact_lock(
 *   pg_catalog.hashtextextended(:email!::pg_catalog.text, 7365646972)
 * ) as "locked"
 * ```
 */
export const lockEmail = new PreparedQuery<ILockEmailParams,ILockEmailResult>(lockEmailIR);


/** 'CreateNoToken' parameters type */
export type ICreateNoTokenParams = void;

/** 'CreateNoToken' return type */
export interface ICreateNoTokenResult {
  lsn: unknown;
}

/** 'CreateNoToken' query type */
export interface ICreateNoTokenQuery {
  params: ICreateNoTokenParams;
  result: ICreateNoTokenResult;
}

const createNoTokenIR: any = {"usedParamSet":{},"params":[],"statement":"-- A record in the write-ahead log, so that the commit waits for the disk as after createUserToken, which takes longer by what it writes.\nselect pg_catalog.pg_logical_emit_message(true, 'pevensie', pg_catalog.repeat(' ', 200)) as \"lsn!\""};

/**
 * Query generated from SQL:
 * ```
 * -- A record in the write-ahead log, so that the commit waits for the disk as after createUserToken, which takes longer by what it writes.
 * select pg_catalog.pg_logical_emit_message(true, 'pevensie', pg_catalog.repeat(' ', 200)) as "lsn!"
 * ```
 */
export const createNoToken = new PreparedQuery<ICreateNoTokenParams,ICreateNoTokenResult>(createNoTokenIR);


/** 'GetUserToken' parameters type */
export interface IGetUserTokenParams {
  purpose?: string | null | void;
  tokenHash: string;
  tokenType: string;
}

/** 'GetUserToken' return type */
export interface IGetUserTokenResult {
  email: string;
  expiresAt: string;
  payload: Json | null;
  userId: string;
}

/** 'GetUserToken' query type */
export interface IGetUserTokenQuery {
  params: IGetUserTokenParams;
  result: IGetUserTokenResult;
}

const getUserTokenIR: any = {"usedParamSet":{"tokenHash":true,"tokenType":true,"purpose":true},"params":[{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":470,"b":480}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":545,"b":555}]},{"name":"purpose","required":false,"transform":{"type":"scalar"},"locs":[{"a":640,"b":647}]}],"statement":"-- A live token of a user who is neither deleted nor banned. It is void once the user has another email than it was sent to; one\n-- for a change of the email is sent to the new address.\nselect\n  token.user_id as \"userId\",\n  token.email,\n  token.payload,\n  extract(epoch from token.expires_at) as \"expiresAt!\"\nfrom pevensie.user_token as token\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) token.user_id\nwhere\n  token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n  and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text\n  and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')\n  and token.expires_at operator(pg_catalog.>) current_timestamp\n  and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * -- A live token of a user who is neither deleted nor banned. It is void once the user has another email than it was sent to; one
 * -- for a change of the email is sent to the new address.
 * select
 *   token.user_id as "userId",
 *   token.email,
 *   token.payload,
 *   extract(epoch from token.expires_at) as "expiresAt!"
 * from pevensie.user_token as token
 * join pevensie."user" as owner on owner.id operator(pg_catalog.=) token.user_id
 * where
 *   token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *   and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
 *   and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
 *   and token.expires_at operator(pg_catalog.>) current_timestamp
 *   and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)
 *   and owner.deleted_at is null
 *   and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
 * ```
 */
export const getUserToken = new PreparedQuery<IGetUserTokenParams,IGetUserTokenResult>(getUserTokenIR);


/** 'UseUserToken' parameters type */
export interface IUseUserTokenParams {
  purpose?: string | null | void;
  tokenHash: string;
  tokenType: string;
  userId?: string | null | void;
}

/** 'UseUserToken' return type */
export interface IUseUserTokenResult {
  email: string;
  payload: Json | null;
  userId: string;
}

/** 'UseUserToken' query type */
export interface IUseUserTokenQuery {
  params: IUseUserTokenParams;
  result: IUseUserTokenResult;
}

const useUserTokenIR: any = {"usedParamSet":{"tokenHash":true,"userId":true,"tokenType":true,"purpose":true},"params":[{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":423,"b":433},{"a":850,"b":860}]},{"name":"userId","required":false,"transform":{"type":"scalar"},"locs":[{"a":461,"b":467},{"a":531,"b":537}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":981,"b":991},{"a":1608,"b":1618}]},{"name":"purpose","required":false,"transform":{"type":"scalar"},"locs":[{"a":1078,"b":1085},{"a":1705,"b":1712}]}],"statement":"-- Voids the user's other tokens of that type and purpose. The user's row is locked first, as by a deletion or a change of the\n-- user; that also keeps two uses from waiting for each other's tokens.\nwith owner as (\n  select account.id, account.email\n  from pevensie.user_token as token\n  join pevensie.\"user\" as account on account.id operator(pg_catalog.=) token.user_id\n  where\n    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n    and (:userId::pg_catalog.uuid is null or account.id operator(pg_catalog.=) :userId::pg_catalog.uuid)\n    and account.deleted_at is null\n    and (account.banned_until is null or account.banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update of account\n),\nused as (\n  delete from pevensie.user_token as token\n  using owner\n  where\n    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n    and token.user_id operator(pg_catalog.=) owner.id\n    and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text\n    and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')\n    and token.expires_at operator(pg_catalog.>) current_timestamp\n    and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)\n  returning token.user_id, token.token_hash, token.email, token.payload\n),\nothers as (\n  delete from pevensie.user_token as token\n  using used\n  where\n    token.user_id operator(pg_catalog.=) used.user_id\n    and token.token_hash operator(pg_catalog.<>) used.token_hash\n    and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text\n    and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')\n)\nselect user_id as \"userId\", email, payload from used"};

/**
 * Query generated from SQL:
 * ```
 * -- Voids the user's other tokens of that type and purpose. The user's row is locked first, as by a deletion or a change of the
 * -- user; that also keeps two uses from waiting for each other's tokens.
 * with owner as (
 *   select account.id, account.email
 *   from pevensie.user_token as token
 *   join pevensie."user" as account on account.id operator(pg_catalog.=) token.user_id
 *   where
 *     token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *     and (:userId::pg_catalog.uuid is null or account.id operator(pg_catalog.=) :userId::pg_catalog.uuid)
 *     and account.deleted_at is null
 *     and (account.banned_until is null or account.banned_until operator(pg_catalog.<=) current_timestamp)
 *   for no key update of account
 * ),
 * used as (
 *   delete from pevensie.user_token as token
 *   using owner
 *   where
 *     token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *     and token.user_id operator(pg_catalog.=) owner.id
 *     and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
 *     and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
 *     and token.expires_at operator(pg_catalog.>) current_timestamp
 *     and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)
 *   returning token.user_id, token.token_hash, token.email, token.payload
 * ),
 * others as (
 *   delete from pevensie.user_token as token
 *   using used
 *   where
 *     token.user_id operator(pg_catalog.=) used.user_id
 *     and token.token_hash operator(pg_catalog.<>) used.token_hash
 *     and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
 *     and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
 * )
 * select user_id as "userId", email, payload from used
 * ```
 */
export const useUserToken = new PreparedQuery<IUseUserTokenParams,IUseUserTokenResult>(useUserTokenIR);


/** 'DeleteUserToken' parameters type */
export interface IDeleteUserTokenParams {
  purpose?: string | null | void;
  tokenHash: string;
  tokenType: string;
  userId?: string | null | void;
}

/** 'DeleteUserToken' return type */
export type IDeleteUserTokenResult = void;

/** 'DeleteUserToken' query type */
export interface IDeleteUserTokenQuery {
  params: IDeleteUserTokenParams;
  result: IDeleteUserTokenResult;
}

const deleteUserTokenIR: any = {"usedParamSet":{"tokenHash":true,"userId":true,"tokenType":true,"purpose":true},"params":[{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":74,"b":84}]},{"name":"userId","required":false,"transform":{"type":"scalar"},"locs":[{"a":110,"b":116},{"a":177,"b":183}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":243,"b":253}]},{"name":"purpose","required":false,"transform":{"type":"scalar"},"locs":[{"a":332,"b":339}]}],"statement":"delete from pevensie.user_token\nwhere\n  token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n  and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)\n  and token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text\n  and coalesce(purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')"};

/**
 * Query generated from SQL:
 * ```
 * delete from pevensie.user_token
 * where
 *   token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *   and (:userId::pg_catalog.uuid is null or user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)
 *   and token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text
 *   and coalesce(purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')
 * ```
 */
export const deleteUserToken = new PreparedQuery<IDeleteUserTokenParams,IDeleteUserTokenResult>(deleteUserTokenIR);


/** 'SpendLogInCode' parameters type */
export interface ISpendLogInCodeParams {
  codeHashes: stringArray;
  email: string;
}

/** 'SpendLogInCode' return type */
export interface ISpendLogInCodeResult {
  matches: boolean | null;
  tokenHash: string | null;
  userId: string | null;
}

/** 'SpendLogInCode' query type */
export interface ISpendLogInCodeQuery {
  params: ISpendLogInCodeParams;
  result: ISpendLogInCodeResult;
}

const spendLogInCodeIR: any = {"usedParamSet":{"email":true,"codeHashes":true},"params":[{"name":"email","required":true,"transform":{"type":"scalar"},"locs":[{"a":386,"b":392}]},{"name":"codeHashes","required":true,"transform":{"type":"scalar"},"locs":[{"a":956,"b":967}]}],"statement":"-- Compares a code and counts the attempt, in one statement: concurrent guesses are counted one after the other. Without a live\n-- code it writes to the log, so that it costs the same.\nwith compared as (\n  update pevensie.user_token as code\n  set attempts_left = code.attempts_left operator(pg_catalog.-) 1\n  from pevensie.\"user\" as owner\n  where\n    owner.email operator(pg_catalog.=) :email!::pg_catalog.text\n    and owner.deleted_at is null\n    and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)\n    and code.user_id operator(pg_catalog.=) owner.id\n    and code.token_type operator(pg_catalog.=) 'log-in-code'\n    and code.email operator(pg_catalog.=) owner.email\n    and code.expires_at operator(pg_catalog.>) current_timestamp\n    and code.attempts_left operator(pg_catalog.>) 0\n  returning\n    code.user_id as \"userId\",\n    code.token_hash as \"tokenHash\",\n    code.token_hash operator(pg_catalog.=) any (:codeHashes!::pg_catalog.text[]) as matches\n)\nselect \"userId\", \"tokenHash\", matches from compared\nunion all\nselect null, null, null\nfrom (\n  select pg_catalog.pg_logical_emit_message(true, 'pevensie', pg_catalog.repeat(' ', 200)) as lsn\n  where not exists (select from compared)\n) as equal_cost\nwhere lsn is null"};

/**
 * Query generated from SQL:
 * ```
 * -- Compares a code and counts the attempt, in one statement: concurrent guesses are counted one after the other. Without a live
 * -- code it writes to the log, so that it costs the same.
 * with compared as (
 *   update pevensie.user_token as code
 *   set attempts_left = code.attempts_left operator(pg_catalog.-) 1
 *   from pevensie."user" as owner
 *   where
 *     owner.email operator(pg_catalog.=) :email!::pg_catalog.text
 *     and owner.deleted_at is null
 *     and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
 *     and code.user_id operator(pg_catalog.=) owner.id
 *     and code.token_type operator(pg_catalog.=) 'log-in-code'
 *     and code.email operator(pg_catalog.=) owner.email
 *     and code.expires_at operator(pg_catalog.>) current_timestamp
 *     and code.attempts_left operator(pg_catalog.>) 0
 *   returning
 *     code.user_id as "userId",
 *     code.token_hash as "tokenHash",
 *     code.token_hash operator(pg_catalog.=) any (:codeHashes!::pg_catalog.text[]) as matches
 * )
 * select "userId", "tokenHash", matches from compared
 * union all
 * select null, null, null
 * from (
 *   select pg_catalog.pg_logical_emit_message(true, 'pevensie', pg_catalog.repeat(' ', 200)) as lsn
 *   where not exists (select from compared)
 * ) as equal_cost
 * where lsn is null
 * ```
 */
export const spendLogInCode = new PreparedQuery<ISpendLogInCodeParams,ISpendLogInCodeResult>(spendLogInCodeIR);


/** 'RemoveExpiredUserTokens' parameters type */
export interface IRemoveExpiredUserTokensParams {
  batchSize: number;
  from: DateOrString;
}

/** 'RemoveExpiredUserTokens' return type */
export interface IRemoveExpiredUserTokensResult {
  milliseconds: string | null;
  removed: number | null;
  until: string | null;
}

/** 'RemoveExpiredUserTokens' query type */
export interface IRemoveExpiredUserTokensQuery {
  params: IRemoveExpiredUserTokensParams;
  result: IRemoveExpiredUserTokensResult;
}

const removeExpiredUserTokensIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":314,"b":319}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":432,"b":442}]}],"statement":"-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.\n-- The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select id, expires_at from pevensie.user_token\n  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.user_token as token\n  using expired\n  where token.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
 * -- The milliseconds are measured on the server, without network and commit.
 * with expired as (
 *   select id, expires_at from pevensie.user_token
 *   where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
 *   order by expires_at
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.user_token as token
 *   using expired
 *   where token.id operator(pg_catalog.=) expired.id
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
export const removeExpiredUserTokens = new PreparedQuery<IRemoveExpiredUserTokensParams,IRemoveExpiredUserTokensResult>(removeExpiredUserTokensIR);


