// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/log_in_attempt.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type numberArray = (number)[];

export type stringArray = (string)[];

/** 'ReserveLogInAttempt' parameters type */
export interface IReserveLogInAttemptParams {
  accountKey: string;
  baseSeconds: numberArray;
  capSeconds: numberArray;
  free: numberArray;
  keys: stringArray;
  rememberSeconds: number;
  trustKey?: string | null | void;
}

/** 'ReserveLogInAttempt' return type */
export interface IReserveLogInAttemptResult {
  admitted: boolean | null;
  retryAfterSeconds: number | null;
}

/** 'ReserveLogInAttempt' query type */
export interface IReserveLogInAttemptQuery {
  params: IReserveLogInAttemptParams;
  result: IReserveLogInAttemptResult;
}

const reserveLogInAttemptIR: any = {"usedParamSet":{"keys":true,"free":true,"baseSeconds":true,"capSeconds":true,"accountKey":true,"trustKey":true,"rememberSeconds":true},"params":[{"name":"keys","required":true,"transform":{"type":"scalar"},"locs":[{"a":410,"b":415}]},{"name":"free","required":true,"transform":{"type":"scalar"},"locs":[{"a":426,"b":431}]},{"name":"baseSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":441,"b":453}]},{"name":"capSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":476,"b":487}]},{"name":"accountKey","required":true,"transform":{"type":"scalar"},"locs":[{"a":582,"b":593}]},{"name":"trustKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":681,"b":689}]},{"name":"rememberSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":1344,"b":1360}]}],"statement":"-- Counts an attempt as failed before it is made, so that any number of them at once, in any number of processes, get no\n-- more tries than one after the other. None is counted if one of its keys is blocked. The key of the account as such does not\n-- count where the account was logged in to from the same address (:trustKey) before.\nwith given as (\n  select key, free, base_seconds, cap_seconds\n  from unnest(:keys!::text[], :free!::int[], :baseSeconds!::double precision[], :capSeconds!::double precision[])\n    as limits (key, free, base_seconds, cap_seconds)\n  where\n    key <> :accountKey!::text\n    or not exists (\n      select from pevensie.log_in_attempt\n      where key = :trustKey::text and succeeded_at is not null and expires_at > current_timestamp\n    )\n),\nheld as (\n  select key, blocked_until from pevensie.log_in_attempt\n  where key in (select key from given)\n  order by key\n  for update\n),\nblocked as (\n  select max(blocked_until) as until from held where blocked_until > pg_catalog.clock_timestamp()\n),\ncounted as (\n  insert into pevensie.log_in_attempt as attempt (key, failures, blocked_until, expires_at)\n  select\n    given.key, 1,\n    case when given.free < 1 then pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => given.base_seconds) end,\n    pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => :rememberSeconds!::double precision)\n  from given\n  where (select until from blocked) is null\n  order by given.key\n  on conflict (key) do update set\n    failures = case when attempt.expires_at <= pg_catalog.clock_timestamp() then 1 else attempt.failures + 1 end,\n    blocked_until = (\n      select case when attempt.failures >= limits.free and attempt.expires_at > pg_catalog.clock_timestamp() then\n        pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => least(\n          limits.cap_seconds, limits.base_seconds * pg_catalog.power(2, least(attempt.failures - limits.free, 30))\n        ))\n      end\n      from given as limits where limits.key = attempt.key\n    ),\n    expires_at = greatest(attempt.expires_at, excluded.expires_at)\n  where attempt.blocked_until is null or attempt.blocked_until <= pg_catalog.clock_timestamp()\n  returning attempt.key\n)\nselect\n  (select pg_catalog.count(*) from counted) = (select pg_catalog.count(*) from given) as admitted,\n  greatest(1, ceil(extract(epoch from (select until from blocked) - pg_catalog.clock_timestamp())))::int as \"retryAfterSeconds\""};

/**
 * Query generated from SQL:
 * ```
 * -- Counts an attempt as failed before it is made, so that any number of them at once, in any number of processes, get no
 * -- more tries than one after the other. None is counted if one of its keys is blocked. The key of the account as such does not
 * -- count where the account was logged in to from the same address (:trustKey) before.
 * with given as (
 *   select key, free, base_seconds, cap_seconds
 *   from unnest(:keys!::text[], :free!::int[], :baseSeconds!::double precision[], :capSeconds!::double precision[])
 *     as limits (key, free, base_seconds, cap_seconds)
 *   where
 *     key <> :accountKey!::text
 *     or not exists (
 *       select from pevensie.log_in_attempt
 *       where key = :trustKey::text and succeeded_at is not null and expires_at > current_timestamp
 *     )
 * ),
 * held as (
 *   select key, blocked_until from pevensie.log_in_attempt
 *   where key in (select key from given)
 *   order by key
 *   for update
 * ),
 * blocked as (
 *   select max(blocked_until) as until from held where blocked_until > pg_catalog.clock_timestamp()
 * ),
 * counted as (
 *   insert into pevensie.log_in_attempt as attempt (key, failures, blocked_until, expires_at)
 *   select
 *     given.key, 1,
 *     case when given.free < 1 then pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => given.base_seconds) end,
 *     pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => :rememberSeconds!::double precision)
 *   from given
 *   where (select until from blocked) is null
 *   order by given.key
 *   on conflict (key) do update set
 *     failures = case when attempt.expires_at <= pg_catalog.clock_timestamp() then 1 else attempt.failures + 1 end,
 *     blocked_until = (
 *       select case when attempt.failures >= limits.free and attempt.expires_at > pg_catalog.clock_timestamp() then
 *         pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => least(
 *           limits.cap_seconds, limits.base_seconds * pg_catalog.power(2, least(attempt.failures - limits.free, 30))
 *         ))
 *       end
 *       from given as limits where limits.key = attempt.key
 *     ),
 *     expires_at = greatest(attempt.expires_at, excluded.expires_at)
 *   where attempt.blocked_until is null or attempt.blocked_until <= pg_catalog.clock_timestamp()
 *   returning attempt.key
 * )
 * select
 *   (select pg_catalog.count(*) from counted) = (select pg_catalog.count(*) from given) as admitted,
 *   greatest(1, ceil(extract(epoch from (select until from blocked) - pg_catalog.clock_timestamp())))::int as "retryAfterSeconds"
 * ```
 */
export const reserveLogInAttempt = new PreparedQuery<IReserveLogInAttemptParams,IReserveLogInAttemptResult>(reserveLogInAttemptIR);


/** 'ForgiveLogInAttempt' parameters type */
export interface IForgiveLogInAttemptParams {
  accountKey?: string | null | void;
  addressKey?: string | null | void;
  trustKey?: string | null | void;
  trustSeconds: number;
}

/** 'ForgiveLogInAttempt' return type */
export type IForgiveLogInAttemptResult = void;

/** 'ForgiveLogInAttempt' query type */
export interface IForgiveLogInAttemptQuery {
  params: IForgiveLogInAttemptParams;
  result: IForgiveLogInAttemptResult;
}

const forgiveLogInAttemptIR: any = {"usedParamSet":{"accountKey":true,"addressKey":true,"trustKey":true,"trustSeconds":true},"params":[{"name":"accountKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":241,"b":251}]},{"name":"addressKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":388,"b":398}]},{"name":"trustKey","required":false,"transform":{"type":"scalar"},"locs":[{"a":495,"b":503},{"a":629,"b":637}]},{"name":"trustSeconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":589,"b":602}]}],"statement":"-- Takes an attempt back that did not fail: failures on the account are forgotten, those from the address are one less, and\n-- the account is known to be used from there.\nwith forgotten as (\n  delete from pevensie.log_in_attempt where key = :accountKey::text\n),\nforgiven as (\n  update pevensie.log_in_attempt\n  set failures = greatest(failures - 1, 0), blocked_until = null\n  where key = :addressKey::text\n)\ninsert into pevensie.log_in_attempt (key, failures, succeeded_at, expires_at)\nselect\n  :trustKey::text, 0, current_timestamp,\n  current_timestamp + pg_catalog.make_interval(secs => :trustSeconds!::double precision)\nwhere :trustKey::text is not null\non conflict (key) do update set\n  failures = 0, blocked_until = null, succeeded_at = excluded.succeeded_at, expires_at = excluded.expires_at"};

/**
 * Query generated from SQL:
 * ```
 * -- Takes an attempt back that did not fail: failures on the account are forgotten, those from the address are one less, and
 * -- the account is known to be used from there.
 * with forgotten as (
 *   delete from pevensie.log_in_attempt where key = :accountKey::text
 * ),
 * forgiven as (
 *   update pevensie.log_in_attempt
 *   set failures = greatest(failures - 1, 0), blocked_until = null
 *   where key = :addressKey::text
 * )
 * insert into pevensie.log_in_attempt (key, failures, succeeded_at, expires_at)
 * select
 *   :trustKey::text, 0, current_timestamp,
 *   current_timestamp + pg_catalog.make_interval(secs => :trustSeconds!::double precision)
 * where :trustKey::text is not null
 * on conflict (key) do update set
 *   failures = 0, blocked_until = null, succeeded_at = excluded.succeeded_at, expires_at = excluded.expires_at
 * ```
 */
export const forgiveLogInAttempt = new PreparedQuery<IForgiveLogInAttemptParams,IForgiveLogInAttemptResult>(forgiveLogInAttemptIR);


/** 'RemoveExpiredLogInAttempts' parameters type */
export interface IRemoveExpiredLogInAttemptsParams {
  batchSize: number;
}

/** 'RemoveExpiredLogInAttempts' return type */
export interface IRemoveExpiredLogInAttemptsResult {
  expiresAt: Date;
}

/** 'RemoveExpiredLogInAttempts' query type */
export interface IRemoveExpiredLogInAttemptsQuery {
  params: IRemoveExpiredLogInAttemptsParams;
  result: IRemoveExpiredLogInAttemptsResult;
}

const removeExpiredLogInAttemptsIR: any = {"usedParamSet":{"batchSize":true},"params":[{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":181,"b":191}]}],"statement":"-- One batch of a sweep. Rows that somebody else holds are left to them.\nwith expired as (\n  select key from pevensie.log_in_attempt\n  where expires_at <= current_timestamp\n  limit :batchSize!::int\n  for update skip locked\n)\ndelete from pevensie.log_in_attempt as attempt\nusing expired\nwhere attempt.key = expired.key\nreturning attempt.expires_at as \"expiresAt\""};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep. Rows that somebody else holds are left to them.
 * with expired as (
 *   select key from pevensie.log_in_attempt
 *   where expires_at <= current_timestamp
 *   limit :batchSize!::int
 *   for update skip locked
 * )
 * delete from pevensie.log_in_attempt as attempt
 * using expired
 * where attempt.key = expired.key
 * returning attempt.expires_at as "expiresAt"
 * ```
 */
export const removeExpiredLogInAttempts = new PreparedQuery<IRemoveExpiredLogInAttemptsParams,IRemoveExpiredLogInAttemptsResult>(removeExpiredLogInAttemptsIR);


