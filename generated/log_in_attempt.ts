// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/log_in_attempt.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type numberArray = (number)[];

export type stringArray = (string)[];

/** 'RecordLogInFailure' parameters type */
export interface IRecordLogInFailureParams {
  firstDelaySeconds: number;
  free: numberArray;
  keys: stringArray;
  longestSeconds: numberArray;
  rememberSeconds: number;
}

/** 'RecordLogInFailure' return type */
export type IRecordLogInFailureResult = void;

/** 'RecordLogInFailure' query type */
export interface IRecordLogInFailureQuery {
  params: IRecordLogInFailureParams;
  result: IRecordLogInFailureResult;
}

const recordLogInFailureIR: any = {"usedParamSet":{"rememberSeconds":true,"keys":true,"firstDelaySeconds":true,"free":true,"longestSeconds":true},"params":[{"name":"rememberSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":345,"b":361},{"a":438,"b":454}]},{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":498,"b":503},{"a":1193,"b":1198}]},{"name":"firstDelaySeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1053,"b":1071}]},{"name":"free","required":true,"transform":{"type":"scalar"},"locs":[{"a":1209,"b":1214}]},{"name":"longestSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1224,"b":1239}]}],"statement":"-- Beyond the free failures each one is followed by twice the delay of the one before. All take the keys in one order, so that\n-- none waits for another that waits for it.\ninsert into pevensie.log_in_attempt as attempt (key, failures, failures_expire_at, expires_at)\nselect\n  given.key, 1,\n  current_timestamp + pg_catalog.make_interval(secs => :rememberSeconds!::double precision),\n  current_timestamp + pg_catalog.make_interval(secs => :rememberSeconds!::double precision)\nfrom pg_catalog.unnest(:keys!::text[]) as given (key)\norder by given.key collate \"C\"\non conflict (key) do update set\n  failures = case when least(attempt.failures_expire_at, attempt.expires_at) > current_timestamp then attempt.failures + 1 else 1 end,\n  failures_expire_at = excluded.failures_expire_at,\n  blocked_until = (\n    select\n      case when attempt.failures >= limits.free and least(attempt.failures_expire_at, attempt.expires_at) > current_timestamp then\n        current_timestamp + pg_catalog.make_interval(secs => least(\n          limits.longest_seconds,\n          :firstDelaySeconds!::double precision * pg_catalog.power(2, least(attempt.failures - limits.free, 30))\n        ))\n      end\n    from unnest(:keys!::text[], :free!::int[], :longestSeconds!::double precision[]) as limits (key, free, longest_seconds)\n    where limits.key = attempt.key\n  ),\n  expires_at = greatest(attempt.expires_at, excluded.expires_at)"};

/**
 * Query generated from SQL:
 * ```
 * -- Beyond the free failures each one is followed by twice the delay of the one before. All take the keys in one order, so that
 * -- none waits for another that waits for it.
 * insert into pevensie.log_in_attempt as attempt (key, failures, failures_expire_at, expires_at)
 * select
 *   given.key, 1,
 *   current_timestamp + pg_catalog.make_interval(secs => :rememberSeconds!::double precision),
 *   current_timestamp + pg_catalog.make_interval(secs => :rememberSeconds!::double precision)
 * from pg_catalog.unnest(:keys!::text[]) as given (key)
 * order by given.key collate "C"
 * on conflict (key) do update set
 *   failures = case when least(attempt.failures_expire_at, attempt.expires_at) > current_timestamp then attempt.failures + 1 else 1 end,
 *   failures_expire_at = excluded.failures_expire_at,
 *   blocked_until = (
 *     select
 *       case when attempt.failures >= limits.free and least(attempt.failures_expire_at, attempt.expires_at) > current_timestamp then
 *         current_timestamp + pg_catalog.make_interval(secs => least(
 *           limits.longest_seconds,
 *           :firstDelaySeconds!::double precision * pg_catalog.power(2, least(attempt.failures - limits.free, 30))
 *         ))
 *       end
 *     from unnest(:keys!::text[], :free!::int[], :longestSeconds!::double precision[]) as limits (key, free, longest_seconds)
 *     where limits.key = attempt.key
 *   ),
 *   expires_at = greatest(attempt.expires_at, excluded.expires_at)
 * ```
 */
export const recordLogInFailure = new PreparedQuery<IRecordLogInFailureParams,IRecordLogInFailureResult>(recordLogInFailureIR);


/** 'ForgetLogInFailures' parameters type */
export interface IForgetLogInFailuresParams {
  accountKey: string;
}

/** 'ForgetLogInFailures' return type */
export type IForgetLogInFailuresResult = void;

/** 'ForgetLogInFailures' query type */
export interface IForgetLogInFailuresQuery {
  params: IForgetLogInFailuresParams;
  result: IForgetLogInFailuresResult;
}

const forgetLogInFailuresIR: any = {"usedParamSet":{"accountKey":true},"params":[{"name":"accountKey","required":true,"transform":{"type":"scalar"},"locs":[{"a":134,"b":145}]}],"statement":"-- After a success. What has failed from the address on other accounts stays counted.\ndelete from pevensie.log_in_attempt\nwhere key = :accountKey!::text"};

/**
 * Query generated from SQL:
 * ```
 * -- After a success. What has failed from the address on other accounts stays counted.
 * delete from pevensie.log_in_attempt
 * where key = :accountKey!::text
 * ```
 */
export const forgetLogInFailures = new PreparedQuery<IForgetLogInFailuresParams,IForgetLogInFailuresResult>(forgetLogInFailuresIR);


/** 'RemoveExpiredLogInAttempts' parameters type */
export interface IRemoveExpiredLogInAttemptsParams {
  batchSize: number;
}

/** 'RemoveExpiredLogInAttempts' return type */
export interface IRemoveExpiredLogInAttemptsResult {
  milliseconds: number | null;
  removed: number | null;
}

/** 'RemoveExpiredLogInAttempts' query type */
export interface IRemoveExpiredLogInAttemptsQuery {
  params: IRemoveExpiredLogInAttemptsParams;
  result: IRemoveExpiredLogInAttemptsResult;
}

const removeExpiredLogInAttemptsIR: any = {"usedParamSet":{"batchSize":true},"params":[{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":181,"b":191}]}],"statement":"-- One batch of a sweep. Rows that somebody else holds are left to them.\nwith expired as (\n  select key from pevensie.log_in_attempt\n  where expires_at <= current_timestamp\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.log_in_attempt as attempt\n  using expired\n  where attempt.key = expired.key\n  returning attempt.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep. Rows that somebody else holds are left to them.
 * with expired as (
 *   select key from pevensie.log_in_attempt
 *   where expires_at <= current_timestamp
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.log_in_attempt as attempt
 *   using expired
 *   where attempt.key = expired.key
 *   returning attempt.key
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000 as milliseconds
 * from removed
 * ```
 */
export const removeExpiredLogInAttempts = new PreparedQuery<IRemoveExpiredLogInAttemptsParams,IRemoveExpiredLogInAttemptsResult>(removeExpiredLogInAttemptsIR);


