// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/replica.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type NumberOrString = number | string;

/** 'GetPrimaryPosition' parameters type */
export type IGetPrimaryPositionParams = void;

/** 'GetPrimaryPosition' return type */
export interface IGetPrimaryPositionResult {
  position: string;
}

/** 'GetPrimaryPosition' query type */
export interface IGetPrimaryPositionQuery {
  params: IGetPrimaryPositionParams;
  result: IGetPrimaryPositionResult;
}

const getPrimaryPositionIR: any = {"usedParamSet":{},"params":[],"statement":"-- How far the primary has written its WAL: every commit that was acknowledged by now comes before. Not the flushed position, which\n-- asynchronous commits are ahead of.\nselect pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.text as \"position!\""};

/**
 * Query generated from SQL:
 * ```
 * -- How far the primary has written its WAL: every commit that was acknowledged by now comes before. Not the flushed position, which
 * -- asynchronous commits are ahead of.
 * select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.text as "position!"
 * ```
 */
export const getPrimaryPosition = new PreparedQuery<IGetPrimaryPositionParams,IGetPrimaryPositionResult>(getPrimaryPositionIR);


/** 'GetReplicaState' parameters type */
export interface IGetReplicaStateParams {
  position: NumberOrString;
}

/** 'GetReplicaState' return type */
export interface IGetReplicaStateResult {
  hasReplayed: boolean;
  isStandby: boolean;
}

/** 'GetReplicaState' query type */
export interface IGetReplicaStateQuery {
  params: IGetReplicaStateParams;
  result: IGetReplicaStateResult;
}

const getReplicaStateIR: any = {"usedParamSet":{"position":true},"params":[{"name":"position","required":true,"transform":{"type":"scalar"},"locs":[{"a":359,"b":368}]}],"statement":"-- Whether a standby has replayed everything before a position. The statements that follow on the same connection see it. The snapshot\n-- of this one may be older than what it answers.\nselect\n  pg_catalog.pg_is_in_recovery() as \"isStandby!\",\n  coalesce(\n    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0') operator(pg_catalog.>=)\n      :position!::pg_catalog.numeric,\n    false\n  ) as \"hasReplayed!\""};

/**
 * Query generated from SQL:
 * ```
 * -- Whether a standby has replayed everything before a position. The statements that follow on the same connection see it. The snapshot
 * -- of this one may be older than what it answers.
 * select
 *   pg_catalog.pg_is_in_recovery() as "isStandby!",
 *   coalesce(
 *     pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0') operator(pg_catalog.>=)
 *       :position!::pg_catalog.numeric,
 *     false
 *   ) as "hasReplayed!"
 * ```
 */
export const getReplicaState = new PreparedQuery<IGetReplicaStateParams,IGetReplicaStateResult>(getReplicaStateIR);


