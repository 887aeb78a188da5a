// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/module_version.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type module = 'auth' | 'base' | 'cache';

/** 'GetModuleVersions' parameters type */
export type IGetModuleVersionsParams = void;

/** 'GetModuleVersions' return type */
export interface IGetModuleVersionsResult {
  hasCitus: boolean;
  isolation: string | null;
  module: module;
  version: string | null;
}

/** 'GetModuleVersions' query type */
export interface IGetModuleVersionsQuery {
  params: IGetModuleVersionsParams;
  result: IGetModuleVersionsResult;
}

const getModuleVersionsIR: any = {"usedParamSet":{},"params":[],"statement":"-- The isolation level is that of every statement outside a transaction.\nselect\n  module,\n  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,\n  pg_catalog.current_setting('transaction_isolation') as isolation,\n  pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger') is not null as \"hasCitus!\"\nfrom pevensie.module_version"};

/**
 * Query generated from SQL:
 * ```
 * -- The isolation level is that of every statement outside a transaction.
 * select
 *   module,
 *   pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
 *   pg_catalog.current_setting('transaction_isolation') as isolation,
 *   pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger') is not null as "hasCitus!"
 * from pevensie.module_version
 * ```
 */
export const getModuleVersions = new PreparedQuery<IGetModuleVersionsParams,IGetModuleVersionsResult>(getModuleVersionsIR);


/** 'ListSchemas' parameters type */
export type IListSchemasParams = void;

/** 'ListSchemas' return type */
export interface IListSchemasResult {
  name: string;
}

/** 'ListSchemas' query type */
export interface IListSchemasQuery {
  params: IListSchemasParams;
  result: IListSchemasResult;
}

const listSchemasIR: any = {"usedParamSet":{},"params":[],"statement":"-- Schemas with the package's tables: module_version has a column of the enum module of the same schema.\nselect namespace.nspname::pg_catalog.text as \"name!\"\nfrom pg_catalog.pg_class as class\njoin pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) class.relnamespace\njoin pg_catalog.pg_attribute as attribute on attribute.attrelid operator(pg_catalog.=) class.oid\njoin pg_catalog.pg_type as type on type.oid operator(pg_catalog.=) attribute.atttypid\nwhere\n  class.relname operator(pg_catalog.=) 'module_version'\n  and class.relkind operator(pg_catalog.=) any ('{r,p}'::pg_catalog.\"char\"[])\n  and attribute.attname operator(pg_catalog.=) 'module'\n  and type.typname operator(pg_catalog.=) 'module'\n  and type.typnamespace operator(pg_catalog.=) namespace.oid\norder by namespace.nspname"};

/**
 * Query generated from SQL:
 * ```
 * -- Schemas with the package's tables: module_version has a column of the enum module of the same schema.
 * select namespace.nspname::pg_catalog.text as "name!"
 * from pg_catalog.pg_class as class
 * join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) class.relnamespace
 * join pg_catalog.pg_attribute as attribute on attribute.attrelid operator(pg_catalog.=) class.oid
 * join pg_catalog.pg_type as type on type.oid operator(pg_catalog.=) attribute.atttypid
 * where
 *   class.relname operator(pg_catalog.=) 'module_version'
 *   and class.relkind operator(pg_catalog.=) any ('{r,p}'::pg_catalog."char"[])
 *   and attribute.attname operator(pg_catalog.=) 'module'
 *   and type.typname operator(pg_catalog.=) 'module'
 *   and type.typnamespace operator(pg_catalog.=) namespace.oid
 * order by namespace.nspname
 * ```
 */
export const listSchemas = new PreparedQuery<IListSchemasParams,IListSchemasResult>(listSchemasIR);


