/* @name getModuleVersions */
select
  module,
  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version
from pevensie.module_version;
