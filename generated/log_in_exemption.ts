// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/log_in_exemption.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type DateOrString = Date | string;

/** A type of parameters or columns. */
export type numberArray = (number)[];

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'GrantLogInExemptions' parameters type */
export interface IGrantLogInExemptionsParams {
  budgetKeys: stringArray;
  passwordHash: string;
  scopes: stringArray;
  ttlsSeconds: numberArray;
  userId: string;
}

/** 'GrantLogInExemptions' return type */
export type IGrantLogInExemptionsResult = void;

/** 'GrantLogInExemptions' query type */
export interface IGrantLogInExemptionsQuery {
  params: IGrantLogInExemptionsParams;
  result: IGrantLogInExemptionsResult;
}

const grantLogInExemptionsIR: any = {"usedParamSet":{"userId":true,"passwordHash":true,"scopes":true,"budgetKeys":true,"ttlsSeconds":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":363,"b":370}]},{"name":"passwordHash","required":true,"transform":{"type":"scalar"},"locs":[{"a":434,"b":447}]},{"name":"scopes","required":true,"transform":{"type":"scalar"},"locs":[{"a":882,"b":889}]},{"name":"budgetKeys","required":true,"transform":{"type":"scalar"},"locs":[{"a":934,"b":945}]},{"name":"ttlsSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":990,"b":1002}]}],"statement":"-- Grants only while the password is the one that was verified or set. FOR NO KEY UPDATE serialises with every change of the user's row:\n-- a concurrent password change either deletes these rows or is seen here. An existing row keeps its budget: a login does not restore one.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\ninsert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)\nselect\n  owner.id,\n  given.scope,\n  given.budget_key,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.ttl_seconds)\nfrom\n  owner,\n  rows from (\n    pg_catalog.unnest(:scopes!::pg_catalog.text[]),\n    pg_catalog.unnest(:budgetKeys!::pg_catalog.text[]),\n    pg_catalog.unnest(:ttlsSeconds!::double precision[])\n  ) as given (scope, budget_key, ttl_seconds)\norder by given.scope collate pg_catalog.\"C\"\non conflict (user_id, scope) do update set expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * -- Grants only while the password is the one that was verified or set. FOR NO KEY UPDATE serialises with every change of the user's row:
 * -- a concurrent password change either deletes these rows or is seen here. An existing row keeps its budget: a login does not restore one.
 * with owner as (
 *   select id from pevensie."user"
 *   where
 *     id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *     and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text
 *     and deleted_at is null
 *     and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)
 *   for no key update
 * )
 * insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)
 * select
 *   owner.id,
 *   given.scope,
 *   given.budget_key,
 *   current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.ttl_seconds)
 * from
 *   owner,
 *   rows from (
 *     pg_catalog.unnest(:scopes!::pg_catalog.text[]),
 *     pg_catalog.unnest(:budgetKeys!::pg_catalog.text[]),
 *     pg_catalog.unnest(:ttlsSeconds!::double precision[])
 *   ) as given (scope, budget_key, ttl_seconds)
 * order by given.scope collate pg_catalog."C"
 * on conflict (user_id, scope) do update set expires_at = excluded.expires_at
 * ```
 */
export const grantLogInExemptions = new PreparedQuery<IGrantLogInExemptionsParams,IGrantLogInExemptionsResult>(grantLogInExemptionsIR);


/** 'RemoveExpiredLogInExemptions' parameters type */
export interface IRemoveExpiredLogInExemptionsParams {
  batchSize: number;
  from: DateOrString;
}

/** 'RemoveExpiredLogInExemptions' return type */
export interface IRemoveExpiredLogInExemptionsResult {
  milliseconds: string | null;
  removed: number | null;
  until: string | null;
}

/** 'RemoveExpiredLogInExemptions' query type */
export interface IRemoveExpiredLogInExemptionsQuery {
  params: IRemoveExpiredLogInExemptionsParams;
  result: IRemoveExpiredLogInExemptionsResult;
}

const removeExpiredLogInExemptionsIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":332,"b":337}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":450,"b":460}]}],"statement":"-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.\n-- The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select user_id, scope, expires_at from pevensie.log_in_exemption\n  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.log_in_exemption as exemption\n  using expired\n  where\n    exemption.user_id operator(pg_catalog.=) expired.user_id\n    and exemption.scope operator(pg_catalog.=) expired.scope\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
 * -- The milliseconds are measured on the server, without network and commit.
 * with expired as (
 *   select user_id, scope, expires_at from pevensie.log_in_exemption
 *   where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
 *   order by expires_at
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.log_in_exemption as exemption
 *   using expired
 *   where
 *     exemption.user_id operator(pg_catalog.=) expired.user_id
 *     and exemption.scope operator(pg_catalog.=) expired.scope
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
export const removeExpiredLogInExemptions = new PreparedQuery<IRemoveExpiredLogInExemptionsParams,IRemoveExpiredLogInExemptionsResult>(removeExpiredLogInExemptionsIR);


