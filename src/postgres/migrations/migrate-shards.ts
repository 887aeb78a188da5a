import { requireBoolean, requireOptions } from "../../input/values.js";
import { settleAll } from "../../promise.js";
import { type CacheShardConfig, resolveShards } from "../config/shards.js";
import { withSubject } from "../protocol/call-errors.js";
import { type MigrateResult, migrate } from "./migrate.js";

/** Options of {@link migrateShards}. */
export interface MigrateShardsOptions {
  /** The servers, as in `createCacheDriver`. */
  readonly shards: readonly CacheShardConfig[];
  /** True applies the migrations; false only plans them. Default: false. */
  readonly apply?: boolean | undefined;
}

/**
 * Applies the pending migrations of the cache to all shards, or plans them, as `migrate` does for one database. The shards do not depend
 * on each other: those that can be migrated are, and the first failure is thrown then.
 *
 * @returns the outcomes by the names of the shards
 * @throws PevensieError as `migrate`; its message names the shard
 * @example
 * const results = await migrateShards({
 *   shards: [
 *     { name: "a", connectionString: process.env.CACHE_A },
 *     { name: "b", connectionString: process.env.CACHE_B },
 *   ],
 *   apply: true,
 * });
 */
export async function migrateShards(options: MigrateShardsOptions): Promise<ReadonlyMap<string, MigrateResult>> {
  const { shards, apply = false } = requireOptions(options, "options", ["shards", "apply"]);
  const isApplied = requireBoolean(apply, "apply");
  const results = await settleAll(
    resolveShards(shards).map(async ({ name, settings }) => {
      try {
        return [name, await migrate({ ...settings, modules: ["cache"], apply: isApplied })] as const;
      } catch (error) {
        throw withSubject(`Shard ${name}`, error);
      }
    }),
  );
  return new Map(results);
}
