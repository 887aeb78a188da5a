// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/module_version.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type module = 'auth' | 'base' | 'cache';

/** 'GetModuleVersions' parameters type */
export type IGetModuleVersionsParams = void;

/** 'GetModuleVersions' return type */
export interface IGetModuleVersionsResult {
  isolation: string | null;
  module: module;
  version: string | null;
}

/** 'GetModuleVersions' query type */
export interface IGetModuleVersionsQuery {
  params: IGetModuleVersionsParams;
  result: IGetModuleVersionsResult;
}

const getModuleVersionsIR: any = {"usedParamSet":{},"params":[],"statement":"-- The isolation level is that of every statement outside a transaction.\nselect\n  module,\n  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,\n  pg_catalog.current_setting('transaction_isolation') as isolation\nfrom pevensie.module_version"};

/**
 * Query generated from SQL:
 * ```
 * -- The isolation level is that of every statement outside a transaction.
 * select
 *   module,
 *   pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
 *   pg_catalog.current_setting('transaction_isolation') as isolation
 * from pevensie.module_version
 * ```
 */
export const getModuleVersions = new PreparedQuery<IGetModuleVersionsParams,IGetModuleVersionsResult>(getModuleVersionsIR);


