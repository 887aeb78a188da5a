import { type CacheBackdoor, endCacheGrace, expireCacheEntry, expireCacheLease } from "../../src/testing/index.js";
import type { TestDatabase } from "./database.js";

/** The backdoor of a test file's database. */
export function cacheBackdoor(database: TestDatabase): CacheBackdoor {
  return {
    expire: (key) => expireCacheEntry(database.pool, key),
    endGrace: (key) => endCacheGrace(database.pool, key),
    expireLease: (key) => expireCacheLease(database.pool, key),
    isKept: async ({ resourceType, key }) => {
      const text = "select from pevensie.cache where resource_type = $1 and key = $2";
      return (await database.rows(text, [resourceType, key])).length > 0;
    },
  };
}
