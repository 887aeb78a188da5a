import type { CacheDriver } from "../../cache/driver.js";
import { invalidInput } from "../../errors/index.js";
import { requireOptions } from "../../input/values.js";
import { type PostgresDriverConfig, resolveConfig } from "../config/config.js";
import { type CacheShardConfig, resolveShards } from "../config/shards.js";
import { PostgresCacheDriver } from "./cache-driver.js";
import { CacheShard } from "./cache-shard.js";
import { ShardedCacheDriver } from "./sharded-cache-driver.js";

/** Configuration of a cache whose entries are spread over several servers. */
export interface ShardedCacheConfig {
  /** The servers, at least one. Each has the migrations of the module `cache`. */
  readonly shards: readonly CacheShardConfig[];
  /**
   * What a lookup does whose server does not answer: `"miss"` finds nothing, and `"error"` rejects. Calls that change something, or
   * return what only the server knows, reject in both cases; `getOrSet` computes the value with `"miss"`. Default: `"miss"`, since
   * whatever is cached can be computed, and one of several servers fails more often than a single one.
   */
  readonly onUnavailable?: "miss" | "error" | undefined;
}

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
  if (isSharded(config)) return createShardedDriver(config);
  return new PostgresCacheDriver(resolveConfig(config));
}

/** `shards: undefined` counts as well: a list that is not set must not lead to a local server. */
function isSharded(config: unknown): config is ShardedCacheConfig {
  return typeof config === "object" && config !== null && "shards" in config;
}

function createShardedDriver(config: ShardedCacheConfig): CacheDriver {
  const { shards, onUnavailable = "miss" } = requireOptions(config, "config", ["shards", "onUnavailable"]);
  const resolved = resolveShards(shards);
  if (onUnavailable !== "miss" && onUnavailable !== "error") {
    throw invalidInput("onUnavailable", 'must be "miss" or "error"');
  }
  return new ShardedCacheDriver(
    resolved.map(({ name, config }) => new CacheShard(name, new PostgresCacheDriver(config))),
    onUnavailable,
  );
}
