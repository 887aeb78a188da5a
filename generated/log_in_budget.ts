// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/log_in_budget.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type DateOrString = Date | string;

/** A type of parameters or columns. */
export type numberArray = (number)[];

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'SpendLogInBudgets' parameters type */
export interface ISpendLogInBudgetsParams {
  keys: stringArray;
  restoreSeconds: numberArray;
}

/** 'SpendLogInBudgets' return type */
export type ISpendLogInBudgetsResult = void;

/** 'SpendLogInBudgets' query type */
export interface ISpendLogInBudgetsQuery {
  params: ISpendLogInBudgetsParams;
  result: ISpendLogInBudgetsResult;
}

const spendLogInBudgetsIR: any = {"usedParamSet":{"keys":true,"restoreSeconds":true},"params":[{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":527,"b":532}]},{"name":"restoreSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":577,"b":592}]}],"statement":"-- Postpones the time at which each budget is full again. Every call locks keys in the same order, so that calls cannot\n-- deadlock. The time of the statement is a column of the row, and intervals are added in UTC: Citus accepts only immutable functions in\n-- ON CONFLICT.\ninsert into pevensie.log_in_budget as budget (key, expires_at, spent_at)\nselect\n  given.key,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.restore_seconds),\n  current_timestamp\nfrom\n  rows from (\n    pg_catalog.unnest(:keys!::pg_catalog.text[]),\n    pg_catalog.unnest(:restoreSeconds!::double precision[])\n  ) as given (key, restore_seconds)\norder by given.key collate pg_catalog.\"C\"\non conflict (key) do update set\n  expires_at = (\n    (greatest(budget.expires_at, excluded.spent_at) at time zone 'UTC')\n      operator(pg_catalog.+) (excluded.expires_at operator(pg_catalog.-) excluded.spent_at)\n  ) at time zone 'UTC',\n  spent_at = excluded.spent_at"};

/**
 * Query generated from SQL:
 * ```
 * -- Postpones the time at which each budget is full again. Every call locks keys in the same order, so that calls cannot
 * -- deadlock. The time of the statement is a column of the row, and intervals are added in UTC: Citus accepts only immutable functions in
 * -- ON CONFLICT.
 * insert into pevensie.log_in_budget as budget (key, expires_at, spent_at)
 * select
 *   given.key,
 *   current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.restore_seconds),
 *   current_timestamp
 * from
 *   rows from (
 *     pg_catalog.unnest(:keys!::pg_catalog.text[]),
 *     pg_catalog.unnest(:restoreSeconds!::double precision[])
 *   ) as given (key, restore_seconds)
 * order by given.key collate pg_catalog."C"
 * on conflict (key) do update set
 *   expires_at = (
 *     (greatest(budget.expires_at, excluded.spent_at) at time zone 'UTC')
 *       operator(pg_catalog.+) (excluded.expires_at operator(pg_catalog.-) excluded.spent_at)
 *   ) at time zone 'UTC',
 *   spent_at = excluded.spent_at
 * ```
 */
export const spendLogInBudgets = new PreparedQuery<ISpendLogInBudgetsParams,ISpendLogInBudgetsResult>(spendLogInBudgetsIR);


/** 'RemoveExpiredLogInBudgets' parameters type */
export interface IRemoveExpiredLogInBudgetsParams {
  batchSize: number;
  from: DateOrString;
}

/** 'RemoveExpiredLogInBudgets' return type */
export interface IRemoveExpiredLogInBudgetsResult {
  milliseconds: string | null;
  removed: number | null;
  until: string | null;
}

/** 'RemoveExpiredLogInBudgets' query type */
export interface IRemoveExpiredLogInBudgetsQuery {
  params: IRemoveExpiredLogInBudgetsParams;
  result: IRemoveExpiredLogInBudgetsResult;
}

const removeExpiredLogInBudgetsIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":318,"b":323}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":436,"b":446}]}],"statement":"-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.\n-- The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select key, expires_at from pevensie.log_in_budget\n  where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.log_in_budget as budget\n  using expired\n  where budget.key operator(pg_catalog.=) expired.key\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.
 * -- The milliseconds are measured on the server, without network and commit.
 * with expired as (
 *   select key, expires_at from pevensie.log_in_budget
 *   where expires_at operator(pg_catalog.>=) :from!::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp
 *   order by expires_at
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.log_in_budget as budget
 *   using expired
 *   where budget.key operator(pg_catalog.=) expired.key
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
export const removeExpiredLogInBudgets = new PreparedQuery<IRemoveExpiredLogInBudgetsParams,IRemoveExpiredLogInBudgetsResult>(removeExpiredLogInBudgetsIR);


