// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/one_time_token.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type one_time_token_type = 'password-reset';

/** A type of parameters or columns. */
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

const createOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"id":true,"tokenType":true,"tokenHash":true,"ttlSeconds":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":440,"b":447},{"a":558,"b":565}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":830,"b":833}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":855,"b":865}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":912,"b":922}]},{"name":"ttlSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1018,"b":1029}]}],"statement":"-- Adds a token to the live row of that user and type, which keeps the previous four. Returns no row if the user does not exist,\n-- is deleted or is banned. A statement that waited for a change of the email was requested for the old address: the email in\n-- the snapshot differs from that in the locked row, and the token is void from the start.\nwith requested as (\n  select id, email from pevensie.\"user\"\n  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n),\nowner as (\n  select id, email from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for share\n)\ninsert into pevensie.one_time_token as token (id, token_type, user_id, token_hash, expires_at, deleted_at)\nselect\n  :id!::pg_catalog.uuid,\n  :tokenType!::pevensie.one_time_token_type,\n  owner.id,\n  :tokenHash!::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision),\n  case when owner.email operator(pg_catalog.<>) requested.email then current_timestamp end\nfrom owner\njoin requested on requested.id operator(pg_catalog.=) owner.id\non conflict (user_id, token_type) where deleted_at is null and used_at is null\ndo update set\n  id = excluded.id,\n  created_at = excluded.created_at,\n  expires_at = excluded.expires_at,\n  token_hash = excluded.token_hash,\n  earlier_hashes = (pg_catalog.array_prepend(token.token_hash, token.earlier_hashes))[1:4],\n  earlier_expire_at = (pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))[1:4]\nreturning id"};

/**
 * Query generated from SQL:
 * ```
 * -- Adds a token to the live row of that user and type, which keeps the previous four. Returns no row if the user does not exist,
 * -- is deleted or is banned. A statement that waited for a change of the email was requested for the old address: the email in
 * -- the snapshot differs from that in the locked row, and the token is void from the start.
 * with requested as (
 *   select id, email from pevensie."user"
 *   where id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 * ),
 * owner as (
 *   select id, email from pevensie."user"
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 *   for share
 * )
 * insert into pevensie.one_time_token as token (id, token_type, user_id, token_hash, expires_at, deleted_at)
 * select
 *   :id!::pg_catalog.uuid,
 *   :tokenType!::pevensie.one_time_token_type,
 *   owner.id,
 *   :tokenHash!::pg_catalog.text,
 *   current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision),
 *   case when owner.email operator(pg_catalog.<>) requested.email then current_timestamp end
 * from owner
 * join requested on requested.id operator(pg_catalog.=) owner.id
 * on conflict (user_id, token_type) where deleted_at is null and used_at is null
 * do update set
 *   id = excluded.id,
 *   created_at = excluded.created_at,
 *   expires_at = excluded.expires_at,
 *   token_hash = excluded.token_hash,
 *   earlier_hashes = (pg_catalog.array_prepend(token.token_hash, token.earlier_hashes))[1:4],
 *   earlier_expire_at = (pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))[1:4]
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
  userId: string | null;
}

/** 'GetOneTimeTokenOwner' query type */
export interface IGetOneTimeTokenOwnerQuery {
  params: IGetOneTimeTokenOwnerParams;
  result: IGetOneTimeTokenOwnerResult;
}

const getOneTimeTokenOwnerIR: any = {"usedParamSet":{"tokenHash":true,"tokenType":true},"params":[{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":379,"b":389},{"a":539,"b":549},{"a":658,"b":668}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":874,"b":884}]}],"statement":"-- The user of a live token, for a caller that has only the token. Each half uses its own index. Materialized, since the planner\n-- would otherwise read all live tokens of the type if the table was never analysed.\nwith holder as materialized (\n  select user_id, token_type, deleted_at, used_at, expires_at\n  from pevensie.one_time_token\n  where token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n  union all\n  select\n    user_id, token_type, deleted_at, used_at,\n    earlier_expire_at[pg_catalog.array_position(earlier_hashes, :tokenHash!::pg_catalog.text)]\n  from pevensie.one_time_token\n  where\n    earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]\n    and earlier_hashes operator(pg_catalog.<>) '{}'\n    and deleted_at is null\n    and used_at is null\n)\nselect user_id as \"userId\"\nfrom holder\nwhere\n  token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type\n  and deleted_at is null\n  and used_at is null\n  and expires_at operator(pg_catalog.>) current_timestamp"};

/**
 * Query generated from SQL:
 * ```
 * -- The user of a live token, for a caller that has only the token. Each half uses its own index. Materialized, since the planner
 * -- would otherwise read all live tokens of the type if the table was never analysed.
 * with holder as materialized (
 *   select user_id, token_type, deleted_at, used_at, expires_at
 *   from pevensie.one_time_token
 *   where token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *   union all
 *   select
 *     user_id, token_type, deleted_at, used_at,
 *     earlier_expire_at[pg_catalog.array_position(earlier_hashes, :tokenHash!::pg_catalog.text)]
 *   from pevensie.one_time_token
 *   where
 *     earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]
 *     and earlier_hashes operator(pg_catalog.<>) '{}'
 *     and deleted_at is null
 *     and used_at is null
 * )
 * select user_id as "userId"
 * from holder
 * where
 *   token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type
 *   and deleted_at is null
 *   and used_at is null
 *   and expires_at operator(pg_catalog.>) current_timestamp
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

const validateOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"tokenType":true,"tokenHash":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":178,"b":185}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":250,"b":260}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":403,"b":413},{"a":577,"b":587}]}],"statement":"select token.id\nfrom pevensie.one_time_token as token\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) token.user_id\nwhere\n  token.user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n    and token.expires_at operator(pg_catalog.>) current_timestamp\n    or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, :tokenHash!::pg_catalog.text)]\n      operator(pg_catalog.>) current_timestamp\n  )\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * select token.id
 * from pevensie.one_time_token as token
 * join pevensie."user" as owner on owner.id operator(pg_catalog.=) token.user_id
 * where
 *   token.user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *   and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type
 *   and token.deleted_at is null
 *   and token.used_at is null
 *   and (
 *     token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *     and token.expires_at operator(pg_catalog.>) current_timestamp
 *     or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, :tokenHash!::pg_catalog.text)]
 *       operator(pg_catalog.>) current_timestamp
 *   )
 *   and owner.deleted_at is null
 *   and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
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

const useOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"tokenType":true,"tokenHash":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":225,"b":232}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":564,"b":574}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":717,"b":727},{"a":891,"b":901}]}],"statement":"-- Uses the row, and with it every token in it. The user's row is locked before the token's, as by a deletion or a change of the\n-- user.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for share\n)\nupdate pevensie.one_time_token as token\nset used_at = current_timestamp\nfrom owner\nwhere\n  token.user_id operator(pg_catalog.=) owner.id\n  and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n    and token.expires_at operator(pg_catalog.>) current_timestamp\n    or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, :tokenHash!::pg_catalog.text)]\n      operator(pg_catalog.>) current_timestamp\n  )\nreturning token.id"};

/**
 * Query generated from SQL:
 * ```
 * -- Uses the row, and with it every token in it. The user's row is locked before the token's, as by a deletion or a change of the
 * -- user.
 * with owner as (
 *   select id from pevensie."user"
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 *   for share
 * )
 * update pevensie.one_time_token as token
 * set used_at = current_timestamp
 * from owner
 * where
 *   token.user_id operator(pg_catalog.=) owner.id
 *   and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type
 *   and token.deleted_at is null
 *   and token.used_at is null
 *   and (
 *     token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *     and token.expires_at operator(pg_catalog.>) current_timestamp
 *     or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, :tokenHash!::pg_catalog.text)]
 *       operator(pg_catalog.>) current_timestamp
 *   )
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

const deleteOneTimeTokenIR: any = {"usedParamSet":{"tokenHash":true,"userId":true,"tokenType":true},"params":[{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":960,"b":970},{"a":1273,"b":1283},{"a":1360,"b":1370}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":1048,"b":1055}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":1120,"b":1130}]}],"statement":"-- Removes one token from its row. The row is void if none is left; otherwise the newest remaining token becomes its token.\nupdate pevensie.one_time_token as token\nset (deleted_at, token_hash, expires_at, earlier_hashes, earlier_expire_at) = (\n  select\n    case when kept.hashes is null then current_timestamp end,\n    coalesce(kept.hashes[1], token.token_hash),\n    coalesce(kept.expiries[1], token.expires_at),\n    coalesce(kept.hashes[2:5], '{}'),\n    coalesce(kept.expiries[2:5], '{}')\n  from (\n    select\n      pg_catalog.array_agg(each.hash order by each.place) as hashes,\n      pg_catalog.array_agg(each.expires_at order by each.place) as expiries\n    from rows from (\n      pg_catalog.unnest(pg_catalog.array_prepend(token.token_hash, token.earlier_hashes)),\n      pg_catalog.unnest(pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))\n    ) with ordinality as each (hash, expires_at, place)\n    where each.hash operator(pg_catalog.<>) :tokenHash!::pg_catalog.text\n  ) as kept\n)\nwhere\n  token.user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n    or token.earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]\n  )"};

/**
 * Query generated from SQL:
 * ```
 * -- Removes one token from its row. The row is void if none is left; otherwise the newest remaining token becomes its token.
 * update pevensie.one_time_token as token
 * set (deleted_at, token_hash, expires_at, earlier_hashes, earlier_expire_at) = (
 *   select
 *     case when kept.hashes is null then current_timestamp end,
 *     coalesce(kept.hashes[1], token.token_hash),
 *     coalesce(kept.expiries[1], token.expires_at),
 *     coalesce(kept.hashes[2:5], '{}'),
 *     coalesce(kept.expiries[2:5], '{}')
 *   from (
 *     select
 *       pg_catalog.array_agg(each.hash order by each.place) as hashes,
 *       pg_catalog.array_agg(each.expires_at order by each.place) as expiries
 *     from rows from (
 *       pg_catalog.unnest(pg_catalog.array_prepend(token.token_hash, token.earlier_hashes)),
 *       pg_catalog.unnest(pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))
 *     ) with ordinality as each (hash, expires_at, place)
 *     where each.hash operator(pg_catalog.<>) :tokenHash!::pg_catalog.text
 *   ) as kept
 * )
 * where
 *   token.user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *   and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type
 *   and token.deleted_at is null
 *   and token.used_at is null
 *   and (
 *     token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *     or token.earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]
 *   )
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
  milliseconds: string | null;
  removed: number | null;
  until: string | null;
}

/** 'RemoveExpiredOneTimeTokens' query type */
export interface IRemoveExpiredOneTimeTokensQuery {
  params: IRemoveExpiredOneTimeTokensParams;
  result: IRemoveExpiredOneTimeTokensResult;
}

const removeExpiredOneTimeTokensIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":353,"b":358}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":549,"b":559}]}],"statement":"-- One batch of a sweep, oldest first, from where the previous one ended. Locked rows are skipped, and so are rows with an\n-- earlier token that has not expired. The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select id, expires_at from pevensie.one_time_token\n  where\n    expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz\n    and expires_at operator(pg_catalog.<=) current_timestamp\n    and current_timestamp operator(pg_catalog.>=) all (earlier_expire_at)\n  order by expires_at\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.one_time_token as token\n  using expired\n  where token.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, oldest first, from where the previous one ended. Locked rows are skipped, and so are rows with an
 * -- earlier token that has not expired. The milliseconds are measured on the server, without network and commit.
 * with expired as (
 *   select id, expires_at from pevensie.one_time_token
 *   where
 *     expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz
 *     and expires_at operator(pg_catalog.<=) current_timestamp
 *     and current_timestamp operator(pg_catalog.>=) all (earlier_expire_at)
 *   order by expires_at
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.one_time_token as token
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
export const removeExpiredOneTimeTokens = new PreparedQuery<IRemoveExpiredOneTimeTokensParams,IRemoveExpiredOneTimeTokensResult>(removeExpiredOneTimeTokensIR);


