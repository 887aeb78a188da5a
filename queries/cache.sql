/* @name setCacheEntry */
insert into pevensie.cache (resource_type, key, value, expires_at)
values (
  :resourceType!::text,
  :key!::text,
  :value!::text,
  current_timestamp + pg_catalog.make_interval(secs => :ttlSeconds::double precision)
)
on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at;

/* @name getCacheEntry */
select value, coalesce(expires_at <= current_timestamp, false) as expired
from pevensie.cache
where resource_type = :resourceType!::text and key = :key!::text;

/* @name getCacheEntriesByKey */
select resource_type as "resourceType", value, coalesce(expires_at <= current_timestamp, false) as expired
from pevensie.cache
where key = :key!::text
order by resource_type;

/* @name deleteCacheEntry */
delete from pevensie.cache
where resource_type = :resourceType!::text and key = :key!::text;

/* @name deleteExpiredCacheEntry */
delete from pevensie.cache
where resource_type = :resourceType!::text and key = :key!::text and expires_at <= current_timestamp;

/* @name deleteExpiredCacheEntriesByKey */
delete from pevensie.cache
where key = :key!::text and expires_at <= current_timestamp;
