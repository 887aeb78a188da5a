/* @name getModuleVersions */
select
  module,
  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
  pg_catalog.current_setting('DateStyle') as "dateStyle"
from pevensie.module_version;

/* @name setIsoDates */
-- Timestamps are read in ISO style; where the connection has another one, this sets it for the transaction.
select pg_catalog.set_config('DateStyle', 'ISO', true) as "dateStyle";
