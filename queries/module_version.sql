/* @name getModuleVersions */
select
  module,
  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,
  pg_catalog.current_setting('DateStyle') as "dateStyle"
from pevensie.module_version;

/* @name setDateStyle */
-- For the transaction. Timestamps are read in ISO style; a connection of somebody else's gets its own style back.
select
  pg_catalog.current_setting('transaction_isolation') as isolation,
  pg_catalog.current_setting('DateStyle') as previous,
  pg_catalog.set_config('DateStyle', :dateStyle!::text, true) as current;
