import type { CacheDriver } from "../../cache/driver.js";
import { resolveCacheConfig, type ShardedCacheConfig } from "../config/cache-config.js";
import type { PostgresDriverConfig } from "../config/config.js";
import { PostgresCacheDriver } from "./cache/cache-driver.js";
import { CacheShard } from "./cache/shards/shard.js";
import { ShardedCacheDriver } from "./cache/shards/sharded-cache-driver.js";

/**
 * Creates a cache driver for PostgreSQL. It uses the tables `cache`, `cache_lease` and `cache_invalidation` of the schema, by default
 * `pevensie`, through its own pool or the caller's. With `shards`, the entries are spread over several servers by their keys.
 *
 * @throws PevensieError INVALID_INPUT naming the setting that is wrong
 * @example
 * const driver = createCacheDriver({
 *   shards: [
 *     { name: "a", connectionString: process.env.CACHE_A },
 *     { name: "b", connectionString: process.env.CACHE_B },
 *   ],
 * });
 */
export function createCacheDriver(config?: PostgresDriverConfig | ShardedCacheConfig): CacheDriver {
  const resolved = resolveCacheConfig(config);
  if ("single" in resolved) return new PostgresCacheDriver(resolved.single);
  const shards = resolved.shards.map(({ name, config }) => new CacheShard(name, new PostgresCacheDriver(config)));
  return new ShardedCacheDriver(shards, resolved.onUnavailable);
}
