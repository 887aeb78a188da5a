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
  schemas: string | null;
  version: string | null;
}

/** 'GetModuleVersions' query type */
export interface IGetModuleVersionsQuery {
  params: IGetModuleVersionsParams;
  result: IGetModuleVersionsResult;
}

const getModuleVersionsIR: any = {"usedParamSet":{},"params":[],"statement":"select\n  module,\n  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,\n  pg_catalog.current_setting('DateStyle') as \"dateStyle\",\n  pg_catalog.array_to_string(pg_catalog.current_schemas(true), ',') as schemas\nfrom pevensie.module_version"};

/**
 * Query generated from SQL:
 * ```
 * select
 *   module,
 *   pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
 *   pg_catalog.current_setting('DateStyle') as "dateStyle",
 *   pg_catalog.array_to_string(pg_catalog.current_schemas(true), ',') as schemas
 * from pevensie.module_version
 * ```
 */
export const getModuleVersions = new PreparedQuery<IGetModuleVersionsParams,IGetModuleVersionsResult>(getModuleVersionsIR);


/** 'SetTransactionSettings' parameters type */
export interface ISetTransactionSettingsParams {
  dateStyle?: string | null | void;
  searchPath?: string | null | void;
}

/** 'SetTransactionSettings' return type */
export interface ISetTransactionSettingsResult {
  dateStyle: string | null;
  isolation: string | null;
  newDateStyle: string | null;
  newSearchPath: string | null;
  schemas: string | null;
  searchPath: string | null;
}

/** 'SetTransactionSettings' query type */
export interface ISetTransactionSettingsQuery {
  params: ISetTransactionSettingsParams;
  result: ISetTransactionSettingsResult;
}

const setTransactionSettingsIR: any = {"usedParamSet":{"dateStyle":true,"searchPath":true},"params":[{"name":"dateStyle","required":false,"transform":{"type":"scalar"},"locs":[{"a":431,"b":440}]},{"name":"searchPath","required":false,"transform":{"type":"scalar"},"locs":[{"a":579,"b":589}]}],"statement":"-- For the transaction; NULL leaves a setting as it is. Says what was set before, which therefore comes first.\nselect\n  pg_catalog.current_setting('transaction_isolation') as isolation,\n  pg_catalog.current_setting('DateStyle') as \"dateStyle\",\n  pg_catalog.current_setting('search_path') as \"searchPath\",\n  pg_catalog.array_to_string(pg_catalog.current_schemas(true), ',') as schemas,\n  pg_catalog.set_config('DateStyle', coalesce(:dateStyle::pg_catalog.text, pg_catalog.current_setting('DateStyle')), true)\n    as \"newDateStyle\",\n  pg_catalog.set_config('search_path', coalesce(:searchPath::pg_catalog.text, pg_catalog.current_setting('search_path')), true)\n    as \"newSearchPath\""};

/**
 * Query generated from SQL:
 * ```
 * -- For the transaction; NULL leaves a setting as it is. Says what was set before, which therefore comes first.
 * select
 *   pg_catalog.current_setting('transaction_isolation') as isolation,
 *   pg_catalog.current_setting('DateStyle') as "dateStyle",
 *   pg_catalog.current_setting('search_path') as "searchPath",
 *   pg_catalog.array_to_string(pg_catalog.current_schemas(true), ',') as schemas,
 *   pg_catalog.set_config('DateStyle', coalesce(:dateStyle::pg_catalog.text, pg_catalog.current_setting('DateStyle')), true)
 *     as "newDateStyle",
 *   pg_catalog.set_config('search_path', coalesce(:searchPath::pg_catalog.text, pg_catalog.current_setting('search_path')), true)
 *     as "newSearchPath"
 * ```
 */
export const setTransactionSettings = new PreparedQuery<ISetTransactionSettingsParams,ISetTransactionSettingsResult>(setTransactionSettingsIR);


