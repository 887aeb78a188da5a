// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/one_time_token.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type one_time_token_type = 'password-reset';

/** A type of parameters or columns. */
export type DateOrString = Date | string;

/** A type of parameters or columns. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** 'CreateOneTimeToken' parameters type */
export interface ICreateOneTimeTokenParams {
  id: string;
  payload?: Json | null | void;
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

const createOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"id":true,"tokenType":true,"tokenHash":true,"ttlSeconds":true,"payload":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":492,"b":499},{"a":636,"b":643}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":926,"b":929}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":951,"b":961}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":1008,"b":1018},{"a":1508,"b":1518}]},{"name":"ttlSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1114,"b":1125}]},{"name":"payload","required":false,"transform":{"type":"scalar"},"locs":[{"a":1424,"b":1431},{"a":1538,"b":1545}]}],"statement":"-- Adds a token to the live row of that user and type, which keeps the previous four. Returns no row if the user does not exist,\n-- is deleted or is banned. If another transaction changed the user's access after this statement's snapshot, the token is void from the\n-- start: it was requested under the old access. Compares the access stamp (docs/architecture.md, Terms).\nwith requested as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n),\nowner as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\ninsert into pevensie.one_time_token as token (id, token_type, user_id, token_hash, expires_at, deleted_at, payloads)\nselect\n  :id!::pg_catalog.uuid,\n  :tokenType!::pevensie.one_time_token_type,\n  owner.id,\n  :tokenHash!::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision),\n  case\n    when\n      owner.email operator(pg_catalog.<>) requested.email\n      or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)\n        coalesce(requested.device_tokens_valid_from, '-infinity')\n    then current_timestamp\n  end,\n  case\n    when :payload::pg_catalog.jsonb is null then '{}'\n    else pg_catalog.jsonb_build_object(:tokenHash!::pg_catalog.text, :payload::pg_catalog.jsonb)\n  end\nfrom owner\njoin requested on requested.id operator(pg_catalog.=) owner.id\non conflict (user_id, token_type) where deleted_at is null and used_at is null\ndo update set\n  id = excluded.id,\n  created_at = excluded.created_at,\n  expires_at = excluded.expires_at,\n  token_hash = excluded.token_hash,\n  earlier_hashes = pg_catalog.trim_array(\n    pg_catalog.array_prepend(token.token_hash, token.earlier_hashes),\n    greatest(pg_catalog.cardinality(token.earlier_hashes) operator(pg_catalog.-) 3, 0)\n  ),\n  earlier_expire_at = pg_catalog.trim_array(\n    pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at),\n    greatest(pg_catalog.cardinality(token.earlier_expire_at) operator(pg_catalog.-) 3, 0)\n  ),\n  payloads = excluded.payloads operator(pg_catalog.||) (\n    token.payloads operator(pg_catalog.-) coalesce(token.earlier_hashes[4], '')\n  )\nreturning id"};

/**
 * Query generated from SQL:
 * ```
 * -- Adds a token to the live row of that user and type, which keeps the previous four. Returns no row if the user does not exist,
 * -- is deleted or is banned. If another transaction changed the user's access after this statement's snapshot, the token is void from the
 * -- start: it was requested under the old access. Compares the access stamp (docs/architecture.md, Terms).
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
 * insert into pevensie.one_time_token as token (id, token_type, user_id, token_hash, expires_at, deleted_at, payloads)
 * select
 *   :id!::pg_catalog.uuid,
 *   :tokenType!::pevensie.one_time_token_type,
 *   owner.id,
 *   :tokenHash!::pg_catalog.text,
 *   current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => :ttlSeconds!::double precision),
 *   case
 *     when
 *       owner.email operator(pg_catalog.<>) requested.email
 *       or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)
 *         coalesce(requested.device_tokens_valid_from, '-infinity')
 *     then current_timestamp
 *   end,
 *   case
 *     when :payload::pg_catalog.jsonb is null then '{}'
 *     else pg_catalog.jsonb_build_object(:tokenHash!::pg_catalog.text, :payload::pg_catalog.jsonb)
 *   end
 * from owner
 * join requested on requested.id operator(pg_catalog.=) owner.id
 * on conflict (user_id, token_type) where deleted_at is null and used_at is null
 * do update set
 *   id = excluded.id,
 *   created_at = excluded.created_at,
 *   expires_at = excluded.expires_at,
 *   token_hash = excluded.token_hash,
 *   earlier_hashes = pg_catalog.trim_array(
 *     pg_catalog.array_prepend(token.token_hash, token.earlier_hashes),
 *     greatest(pg_catalog.cardinality(token.earlier_hashes) operator(pg_catalog.-) 3, 0)
 *   ),
 *   earlier_expire_at = pg_catalog.trim_array(
 *     pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at),
 *     greatest(pg_catalog.cardinality(token.earlier_expire_at) operator(pg_catalog.-) 3, 0)
 *   ),
 *   payloads = excluded.payloads operator(pg_catalog.||) (
 *     token.payloads operator(pg_catalog.-) coalesce(token.earlier_hashes[4], '')
 *   )
 * returning id
 * ```
 */
export const createOneTimeToken = new PreparedQuery<ICreateOneTimeTokenParams,ICreateOneTimeTokenResult>(createOneTimeTokenIR);


/** 'GetOneTimeToken' parameters type */
export interface IGetOneTimeTokenParams {
  tokenHash: string;
  tokenType: one_time_token_type;
}

/** 'GetOneTimeToken' return type */
export interface IGetOneTimeTokenResult {
  expiresAt: string;
  payload: Json | null;
  userId: string;
}

/** 'GetOneTimeToken' query type */
export interface IGetOneTimeTokenQuery {
  params: IGetOneTimeTokenParams;
  result: IGetOneTimeTokenResult;
}

const getOneTimeTokenIR: any = {"usedParamSet":{"tokenHash":true,"tokenType":true},"params":[{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":383,"b":393},{"a":543,"b":553},{"a":676,"b":686},{"a":948,"b":958}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":1129,"b":1139}]}],"statement":"-- A live token of a user who is neither deleted nor banned. Each half uses its own index. Materialized, since the planner would\n-- otherwise read all live tokens of the type if the table was never analysed.\nwith holder as materialized (\n  select user_id, token_type, deleted_at, used_at, expires_at, payloads\n  from pevensie.one_time_token\n  where token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n  union all\n  select\n    user_id, token_type, deleted_at, used_at,\n    earlier_expire_at[pg_catalog.array_position(earlier_hashes, :tokenHash!::pg_catalog.text)],\n    payloads\n  from pevensie.one_time_token\n  where\n    earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]\n    and earlier_hashes operator(pg_catalog.<>) '{}'\n    and deleted_at is null\n    and used_at is null\n)\nselect\n  holder.user_id as \"userId!\",\n  extract(epoch from holder.expires_at) as \"expiresAt!\",\n  holder.payloads operator(pg_catalog.->) :tokenHash!::pg_catalog.text as payload\nfrom holder\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) holder.user_id\nwhere\n  holder.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type\n  and holder.deleted_at is null\n  and holder.used_at is null\n  and holder.expires_at operator(pg_catalog.>) current_timestamp\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)"};

/**
 * Query generated from SQL:
 * ```
 * -- A live token of a user who is neither deleted nor banned. Each half uses its own index. Materialized, since the planner would
 * -- otherwise read all live tokens of the type if the table was never analysed.
 * with holder as materialized (
 *   select user_id, token_type, deleted_at, used_at, expires_at, payloads
 *   from pevensie.one_time_token
 *   where token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text
 *   union all
 *   select
 *     user_id, token_type, deleted_at, used_at,
 *     earlier_expire_at[pg_catalog.array_position(earlier_hashes, :tokenHash!::pg_catalog.text)],
 *     payloads
 *   from pevensie.one_time_token
 *   where
 *     earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]
 *     and earlier_hashes operator(pg_catalog.<>) '{}'
 *     and deleted_at is null
 *     and used_at is null
 * )
 * select
 *   holder.user_id as "userId!",
 *   extract(epoch from holder.expires_at) as "expiresAt!",
 *   holder.payloads operator(pg_catalog.->) :tokenHash!::pg_catalog.text as payload
 * from holder
 * join pevensie."user" as owner on owner.id operator(pg_catalog.=) holder.user_id
 * where
 *   holder.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type
 *   and holder.deleted_at is null
 *   and holder.used_at is null
 *   and holder.expires_at operator(pg_catalog.>) current_timestamp
 *   and owner.deleted_at is null
 *   and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)
 * ```
 */
export const getOneTimeToken = new PreparedQuery<IGetOneTimeTokenParams,IGetOneTimeTokenResult>(getOneTimeTokenIR);


/** 'UseOneTimeToken' parameters type */
export interface IUseOneTimeTokenParams {
  tokenHash: string;
  tokenType: one_time_token_type;
  userId: string;
}

/** 'UseOneTimeToken' return type */
export interface IUseOneTimeTokenResult {
  payload: Json | null;
  userId: string;
}

/** 'UseOneTimeToken' query type */
export interface IUseOneTimeTokenQuery {
  params: IUseOneTimeTokenParams;
  result: IUseOneTimeTokenResult;
}

const useOneTimeTokenIR: any = {"usedParamSet":{"userId":true,"tokenType":true,"tokenHash":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":225,"b":232}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":572,"b":582}]},{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":725,"b":735},{"a":899,"b":909},{"a":1061,"b":1071}]}],"statement":"-- Uses the row, and with it every token in it. The user's row is locked before the token's, as by a deletion or a change of the\n-- user.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\nupdate pevensie.one_time_token as token\nset used_at = current_timestamp\nfrom owner\nwhere\n  token.user_id operator(pg_catalog.=) owner.id\n  and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n    and token.expires_at operator(pg_catalog.>) current_timestamp\n    or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, :tokenHash!::pg_catalog.text)]\n      operator(pg_catalog.>) current_timestamp\n  )\nreturning\n  token.user_id as \"userId\",\n  token.payloads operator(pg_catalog.->) :tokenHash!::pg_catalog.text as payload"};

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
 *   for no key update
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
 * returning
 *   token.user_id as "userId",
 *   token.payloads operator(pg_catalog.->) :tokenHash!::pg_catalog.text as payload
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

const deleteOneTimeTokenIR: any = {"usedParamSet":{"tokenHash":true,"userId":true,"tokenType":true},"params":[{"name":"tokenHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":564,"b":574},{"a":1063,"b":1073},{"a":1376,"b":1386},{"a":1463,"b":1473}]},{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":1151,"b":1158}]},{"name":"tokenType","required":true,"transform":{"type":"scalar"},"locs":[{"a":1223,"b":1233}]}],"statement":"-- Removes one token, and its payload, from its row. The row is void if none is left; otherwise the newest remaining token becomes its\n-- token.\nupdate pevensie.one_time_token as token\nset (deleted_at, token_hash, expires_at, earlier_hashes, earlier_expire_at, payloads) = (\n  select\n    case when kept.hashes is null then current_timestamp end,\n    coalesce(kept.hashes[1], token.token_hash),\n    coalesce(kept.expiries[1], token.expires_at),\n    coalesce(kept.hashes[2:5], '{}'),\n    coalesce(kept.expiries[2:5], '{}'),\n    token.payloads operator(pg_catalog.-) :tokenHash!::pg_catalog.text\n  from (\n    select\n      pg_catalog.array_agg(each.hash order by each.place) as hashes,\n      pg_catalog.array_agg(each.expires_at order by each.place) as expiries\n    from rows from (\n      pg_catalog.unnest(pg_catalog.array_prepend(token.token_hash, token.earlier_hashes)),\n      pg_catalog.unnest(pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))\n    ) with ordinality as each (hash, expires_at, place)\n    where each.hash operator(pg_catalog.<>) :tokenHash!::pg_catalog.text\n  ) as kept\n)\nwhere\n  token.user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  and token.token_type operator(pg_catalog.=) :tokenType!::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) :tokenHash!::pg_catalog.text\n    or token.earlier_hashes operator(pg_catalog.@>) array[:tokenHash!::pg_catalog.text]\n  )"};

/**
 * Query generated from SQL:
 * ```
 * -- Removes one token, and its payload, from its row. The row is void if none is left; otherwise the newest remaining token becomes its
 * -- token.
 * update pevensie.one_time_token as token
 * set (deleted_at, token_hash, expires_at, earlier_hashes, earlier_expire_at, payloads) = (
 *   select
 *     case when kept.hashes is null then current_timestamp end,
 *     coalesce(kept.hashes[1], token.token_hash),
 *     coalesce(kept.expiries[1], token.expires_at),
 *     coalesce(kept.hashes[2:5], '{}'),
 *     coalesce(kept.expiries[2:5], '{}'),
 *     token.payloads operator(pg_catalog.-) :tokenHash!::pg_catalog.text
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


