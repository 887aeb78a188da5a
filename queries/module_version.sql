/* @name getModuleVersions */
select
  module,
  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
  pg_catalog.current_setting('DateStyle') as "dateStyle",
  pg_catalog.array_to_string(pg_catalog.current_schemas(true), ',') as schemas
from pevensie.module_version;

/* @name setTransactionSettings */
-- For the transaction; NULL leaves a setting as it is. Says what was set before, which therefore comes first.
select
  pg_catalog.current_setting('transaction_isolation') as isolation,
  pg_catalog.current_setting('DateStyle') as "dateStyle",
  pg_catalog.current_setting('search_path') as "searchPath",
  pg_catalog.array_to_string(pg_catalog.current_schemas(true), ',') as schemas,
  pg_catalog.set_config('DateStyle', coalesce(:dateStyle::pg_catalog.text, pg_catalog.current_setting('DateStyle')), true)
    as "newDateStyle",
  pg_catalog.set_config('search_path', coalesce(:searchPath::pg_catalog.text, pg_catalog.current_setting('search_path')), true)
    as "newSearchPath";
