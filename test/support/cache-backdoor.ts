import { type CacheBackdoor, endCacheGrace, expireCacheEntry, expireCacheLease } from "../../src/testing/index.js";
import type { TestDatabase } from "./database.js";
import { quoted } from "./tenants.js";

/** The backdoor of a test file's database. */
export function cacheBackdoor(database: TestDatabase): CacheBackdoor {
  const { url: connectionString, schema: name } = database;
  const connection = name === "pevensie" ? database.pool : { connectionString, schema: name };
  return {
    expire: (key) => expireCacheEntry(connection, key),
    endGrace: (key) => endCacheGrace(connection, key),
    expireLease: (key) => expireCacheLease(connection, key),
    isKept: async ({ resourceType, key }) => {
      const text = `select from ${quoted(database.schema)}.cache where resource_type = $1 and key = $2`;
      return (await database.rows(text, [resourceType, key])).length > 0;
    },
  };
}
