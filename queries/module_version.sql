/* @name getModuleVersions */
-- The isolation level is that of every statement outside a transaction.
select
  module,
  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
  pg_catalog.current_setting('transaction_isolation') as isolation
from pevensie.module_version;
