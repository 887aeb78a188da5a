// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/module_version.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type module = 'auth' | 'base' | 'cache';

/** 'GetModuleVersions' parameters type */
export type IGetModuleVersionsParams = void;

/** 'GetModuleVersions' return type */
export interface IGetModuleVersionsResult {
  dateStyle: string | null;
  module: module;
  version: string | null;
}

/** 'GetModuleVersions' query type */
export interface IGetModuleVersionsQuery {
  params: IGetModuleVersionsParams;
  result: IGetModuleVersionsResult;
}

const getModuleVersionsIR: any = {"usedParamSet":{},"params":[],"statement":"select\n  module,\n  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,\n  pg_catalog.current_setting('DateStyle') as \"dateStyle\"\nfrom pevensie.module_version"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   module,
 *   pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
 *   pg_catalog.current_setting('DateStyle') as "dateStyle"
 * from pevensie.module_version
 * ```
 */
export const getModuleVersions = new PreparedQuery<IGetModuleVersionsParams,IGetModuleVersionsResult>(getModuleVersionsIR);


/** 'SetDateStyle' parameters type */
export interface ISetDateStyleParams {
  dateStyle: string;
}

/** 'SetDateStyle' return type */
export interface ISetDateStyleResult {
  current: string | null;
  isolation: string | null;
  previous: string | null;
}

/** 'SetDateStyle' query type */
export interface ISetDateStyleQuery {
  params: ISetDateStyleParams;
  result: ISetDateStyleResult;
}

const setDateStyleIR: any = {"usedParamSet":{"dateStyle":true},"params":[{"name":"dateStyle","required":true,"transform":{"type":"scalar"},"locs":[{"a":282,"b":292}]}],"statement":"-- For the transaction. Timestamps are read in ISO style; a connection of somebody else's gets its own style back.\nselect\n  pg_catalog.current_setting('transaction_isolation') as isolation,\n  pg_catalog.current_setting('DateStyle') as previous,\n  pg_catalog.set_config('DateStyle', :dateStyle!::text, true) as current"};

/**
 * Query generated from SQL:
 * ```
 * -- For the transaction. Timestamps are read in ISO style; a connection of somebody else's gets its own style back.
 * select
 *   pg_catalog.current_setting('transaction_isolation') as isolation,
 *   pg_catalog.current_setting('DateStyle') as previous,
 *   pg_catalog.set_config('DateStyle', :dateStyle!::text, true) as current
 * ```
 */
export const setDateStyle = new PreparedQuery<ISetDateStyleParams,ISetDateStyleResult>(setDateStyleIR);


