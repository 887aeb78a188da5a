/* @name getModuleVersions */
-- The isolation level is that of every statement outside a transaction.
select
  module,
  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
  pg_catalog.current_setting('transaction_isolation') as isolation,
  pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger') is not null as "hasCitus!"
from pevensie.module_version;

/* @name listSchemas */
-- Schemas with the package's tables: module_version has a column of the enum module of the same schema.
select namespace.nspname::pg_catalog.text as "name!"
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) class.relnamespace
join pg_catalog.pg_attribute as attribute on attribute.attrelid operator(pg_catalog.=) class.oid
join pg_catalog.pg_type as type on type.oid operator(pg_catalog.=) attribute.atttypid
where
  class.relname operator(pg_catalog.=) 'module_version'
  and class.relkind operator(pg_catalog.=) any ('{r,p}'::pg_catalog."char"[])
  and attribute.attname operator(pg_catalog.=) 'module'
  and type.typname operator(pg_catalog.=) 'module'
  and type.typnamespace operator(pg_catalog.=) namespace.oid
order by namespace.nspname;
