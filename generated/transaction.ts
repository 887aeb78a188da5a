// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/transaction.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** 'GetTransactionSettings' parameters type */
export type IGetTransactionSettingsParams = void;

/** 'GetTransactionSettings' return type */
export interface IGetTransactionSettingsResult {
  isolation: string | null;
  statementTimeout: number | null;
}

/** 'GetTransactionSettings' query type */
export interface IGetTransactionSettingsQuery {
  params: IGetTransactionSettingsParams;
  result: IGetTransactionSettingsResult;
}

const getTransactionSettingsIR: any = {"usedParamSet":{},"params":[],"statement":"-- The timeout is in milliseconds; 0 means none.\nselect\n  pg_catalog.current_setting('transaction_isolation') as isolation,\n  setting::pg_catalog.int4 as \"statementTimeout\"\nfrom pg_catalog.pg_settings\nwhere name operator(pg_catalog.=) 'statement_timeout'"};

/**
 * Query generated from SQL:
 * ```
 * -- The timeout is in milliseconds; 0 means none.
 * select
 *   pg_catalog.current_setting('transaction_isolation') as isolation,
 *   setting::pg_catalog.int4 as "statementTimeout"
 * from pg_catalog.pg_settings
 * where name operator(pg_catalog.=) 'statement_timeout'
 * ```
 */
export const getTransactionSettings = new PreparedQuery<IGetTransactionSettingsParams,IGetTransactionSettingsResult>(getTransactionSettingsIR);


/** 'SetStatementTimeout' parameters type */
export interface ISetStatementTimeoutParams {
  milliseconds: number;
}

/** 'SetStatementTimeout' return type */
export interface ISetStatementTimeoutResult {
  statementTimeout: string | null;
}

/** 'SetStatementTimeout' query type */
export interface ISetStatementTimeoutQuery {
  params: ISetStatementTimeoutParams;
  result: ISetStatementTimeoutResult;
}

const setStatementTimeoutIR: any = {"usedParamSet":{"milliseconds":true},"params":[{"name":"milliseconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":132,"b":145}]}],"statement":"-- Applies until the transaction ends, or rolls back to a savepoint before it.\nselect\n  pg_catalog.set_config('statement_timeout', (:milliseconds!::pg_catalog.int4)::pg_catalog.text, true) as \"statementTimeout\""};

/**
 * Query generated from SQL:
 * ```
 * -- Applies until the transaction ends, or rolls back to a savepoint before it.
 * select
 *   pg_catalog.set_config('statement_timeout', (:milliseconds!::pg_catalog.int4)::pg_catalog.text, true) as "statementTimeout"
 * ```
 */
export const setStatementTimeout = new PreparedQuery<ISetStatementTimeoutParams,ISetStatementTimeoutResult>(setStatementTimeoutIR);


/** 'SetRemovalSettings' parameters type */
export interface ISetRemovalSettingsParams {
  lockTimeoutMillis: number;
}

/** 'SetRemovalSettings' return type */
export interface ISetRemovalSettingsResult {
  lockTimeout: string | null;
  synchronousCommit: string | null;
}

/** 'SetRemovalSettings' query type */
export interface ISetRemovalSettingsQuery {
  params: ISetRemovalSettingsParams;
  result: ISetRemovalSettingsResult;
}

const setRemovalSettingsIR: any = {"usedParamSet":{"lockTimeoutMillis":true},"params":[{"name":"lockTimeoutMillis","required":true,"transform":{"type":"scalar"},"locs":[{"a":241,"b":259}]}],"statement":"-- Applies until the transaction ends. A statement that waits longer for a lock fails (55P03). The commit waits for no standby:\n-- an expired row that reappears after a crash is removed again.\nselect\n  pg_catalog.set_config('lock_timeout', (:lockTimeoutMillis!::pg_catalog.int4)::pg_catalog.text, true) as \"lockTimeout\",\n  pg_catalog.set_config('synchronous_commit', 'off', true) as \"synchronousCommit\""};

/**
 * Query generated from SQL:
 * ```
 * -- Applies until the transaction ends. A statement that waits longer for a lock fails (55P03). The commit waits for no standby:
 * -- an expired row that reappears after a crash is removed again.
 * select
 *   pg_catalog.set_config('lock_timeout', (:lockTimeoutMillis!::pg_catalog.int4)::pg_catalog.text, true) as "lockTimeout",
 *   pg_catalog.set_config('synchronous_commit', 'off', true) as "synchronousCommit"
 * ```
 */
export const setRemovalSettings = new PreparedQuery<ISetRemovalSettingsParams,ISetRemovalSettingsResult>(setRemovalSettingsIR);


