import { invalidInput } from "../../errors/index.js";
import { requireOptions } from "../../input/values.js";
import { type PostgresDriverConfig, type ResolvedConfig, resolveConfig } from "./config.js";
import { type CacheShardConfig, type ResolvedShard, resolveShards } from "./shards.js";

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

/** A validated configuration of a cache on one server. */
export interface ResolvedSingleCache {
  readonly single: ResolvedConfig;
}

/** A validated configuration of a cache over several servers. */
export interface ResolvedShardedCache {
  readonly shards: readonly ResolvedShard[];
  readonly onUnavailable: "miss" | "error";
}

/** Validates the configuration of a cache driver. @throws PevensieError INVALID_INPUT */
export function resolveCacheConfig(
  config: PostgresDriverConfig | ShardedCacheConfig | undefined,
): ResolvedSingleCache | ResolvedShardedCache {
  if (!isSharded(config)) return { single: resolveConfig(config) };
  const { shards, onUnavailable = "miss" } = requireOptions(config, "config", ["shards", "onUnavailable"]);
  const resolved = resolveShards(shards);
  if (onUnavailable !== "miss" && onUnavailable !== "error") {
    throw invalidInput("onUnavailable", 'must be "miss" or "error"');
  }
  return { shards: resolved, onUnavailable };
}

/** `shards: undefined` counts as well: a list that is not set must not lead to a local server. */
function isSharded(config: unknown): config is ShardedCacheConfig {
  return typeof config === "object" && config !== null && "shards" in config;
}
