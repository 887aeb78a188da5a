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


/** 'SetIsoDates' parameters type */
export type ISetIsoDatesParams = void;

/** 'SetIsoDates' return type */
export interface ISetIsoDatesResult {
  dateStyle: string | null;
}

/** 'SetIsoDates' query type */
export interface ISetIsoDatesQuery {
  params: ISetIsoDatesParams;
  result: ISetIsoDatesResult;
}

const setIsoDatesIR: any = {"usedParamSet":{},"params":[],"statement":"-- Timestamps are read in ISO style; where the connection has another one, this sets it for the transaction.\nselect pg_catalog.set_config('DateStyle', 'ISO', true) as \"dateStyle\""};

/**
 * Query generated from SQL:
 * ```
 * -- Timestamps are read in ISO style; where the connection has another one, this sets it for the transaction.
 * select pg_catalog.set_config('DateStyle', 'ISO', true) as "dateStyle"
 * ```
 */
export const setIsoDates = new PreparedQuery<ISetIsoDatesParams,ISetIsoDatesResult>(setIsoDatesIR);


