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
  timeline: string;
}

/** 'GetPrimaryPosition' query type */
export interface IGetPrimaryPositionQuery {
  params: IGetPrimaryPositionParams;
  result: IGetPrimaryPositionResult;
}

const getPrimaryPositionIR: any = {"usedParamSet":{},"params":[],"statement":"-- How far the primary has written its WAL: every commit that was acknowledged by now comes before. Not the flushed position, which\n-- asynchronous commits are ahead of. The names of WAL files begin with the timeline; each promotion begins a new timeline.\n-- At the end of a WAL page or segment, the insert position is already past the header of the next page (24 or 40 bytes), which a standby\n-- replays only with that page's first record. So the page's start is returned. That is safe for a record which ends within these 40 bytes:\n-- it began on the page before, and a standby that has reached the page's start has replayed it.\nselect\n  (\n    written.bytes operator(pg_catalog.-) case\n      when written.bytes operator(pg_catalog.%) written.page operator(pg_catalog.<=) 40\n        then written.bytes operator(pg_catalog.%) written.page\n      else 0\n    end\n  )::pg_catalog.text as \"position!\",\n  pg_catalog.left(pg_catalog.pg_walfile_name(written.lsn), 8) as \"timeline!\"\nfrom (\n  select\n    wal.lsn,\n    pg_catalog.pg_wal_lsn_diff(wal.lsn, '0/0') as bytes,\n    pg_catalog.current_setting('wal_block_size')::pg_catalog.numeric as page\n  from (select pg_catalog.pg_current_wal_insert_lsn() as lsn) as wal\n) as written"};

/**
 * Query generated from SQL:
 * ```
 * -- How far the primary has written its WAL: every commit that was acknowledged by now comes before. Not the flushed position, which
 * -- asynchronous commits are ahead of. The names of WAL files begin with the timeline; each promotion begins a new timeline.
 * -- At the end of a WAL page or segment, the insert position is already past the header of the next page (24 or 40 bytes), which a standby
 * -- replays only with that page's first record. So the page's start is returned. That is safe for a record which ends within these 40 bytes:
 * -- it began on the page before, and a standby that has reached the page's start has replayed it.
 * select
 *   (
 *     written.bytes operator(pg_catalog.-) case
 *       when written.bytes operator(pg_catalog.%) written.page operator(pg_catalog.<=) 40
 *         then written.bytes operator(pg_catalog.%) written.page
 *       else 0
 *     end
 *   )::pg_catalog.text as "position!",
 *   pg_catalog.left(pg_catalog.pg_walfile_name(written.lsn), 8) as "timeline!"
 * from (
 *   select
 *     wal.lsn,
 *     pg_catalog.pg_wal_lsn_diff(wal.lsn, '0/0') as bytes,
 *     pg_catalog.current_setting('wal_block_size')::pg_catalog.numeric as page
 *   from (select pg_catalog.pg_current_wal_insert_lsn() as lsn) as wal
 * ) as written
 * ```
 */
export const getPrimaryPosition = new PreparedQuery<IGetPrimaryPositionParams,IGetPrimaryPositionResult>(getPrimaryPositionIR);


/** 'GetReplicaState' parameters type */
export interface IGetReplicaStateParams {
  position: NumberOrString;
  timeline: string;
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

const getReplicaStateIR: any = {"usedParamSet":{"position":true,"timeline":true},"params":[{"name":"position","required":true,"transform":{"type":"scalar"},"locs":[{"a":580,"b":589}]},{"name":"timeline","required":true,"transform":{"type":"scalar"},"locs":[{"a":731,"b":740}]}],"statement":"-- Whether a standby has replayed everything before a position. The statements that follow on the same connection see it. The snapshot\n-- of this one may be older than what it answers.\n-- A standby of a former primary may have replayed more than the new one had received. Its timeline is that of its last restartpoint: a\n-- standby that follows a promotion may take checkpoint_timeout to show the new one.\nselect\n  pg_catalog.pg_is_in_recovery() as \"isStandby!\",\n  coalesce(\n    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0') operator(pg_catalog.>=)\n      :position!::pg_catalog.numeric,\n    false\n  ) and pg_catalog.lpad(pg_catalog.upper(pg_catalog.to_hex(timeline_id)), 8, '0') operator(pg_catalog.=)\n    :timeline!::pg_catalog.text as \"hasReplayed!\"\nfrom pg_catalog.pg_control_checkpoint()"};

/**
 * Query generated from SQL:
 * ```
 * -- Whether a standby has replayed everything before a position. The statements that follow on the same connection see it. The snapshot
 * -- of this one may be older than what it answers.
 * -- A standby of a former primary may have replayed more than the new one had received. Its timeline is that of its last restartpoint: a
 * -- standby that follows a promotion may take checkpoint_timeout to show the new one.
 * select
 *   pg_catalog.pg_is_in_recovery() as "isStandby!",
 *   coalesce(
 *     pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0') operator(pg_catalog.>=)
 *       :position!::pg_catalog.numeric,
 *     false
 *   ) and pg_catalog.lpad(pg_catalog.upper(pg_catalog.to_hex(timeline_id)), 8, '0') operator(pg_catalog.=)
 *     :timeline!::pg_catalog.text as "hasReplayed!"
 * from pg_catalog.pg_control_checkpoint()
 * ```
 */
export const getReplicaState = new PreparedQuery<IGetReplicaStateParams,IGetReplicaStateResult>(getReplicaStateIR);


