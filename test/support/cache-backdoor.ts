import type { CacheBackdoor } from "../contracts/cache-driver.js";
import type { TestDatabase } from "./database.js";

/** The backdoor of a test file's database. */
export function cacheBackdoor(database: TestDatabase): CacheBackdoor {
  return {
    expire: async ({ resourceType, key }) => {
      await database.rows("update pevensie.cache set expires_at = now() where resource_type = $1 and key = $2", [
        resourceType,
        key,
      ]);
    },
    isKept: async ({ resourceType, key }) => {
      const text = "select from pevensie.cache where resource_type = $1 and key = $2";
      return (await database.rows(text, [resourceType, key])).length > 0;
    },
  };
}
