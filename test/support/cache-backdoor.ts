import type { CacheKey } from "../../src/cache/index.js";
import type { CacheBackdoor } from "../contracts/cache-driver.js";
import type { TestDatabase } from "./database.js";

const OF_ENTRY = "resource_type = $1 and key = $2";

/** The backdoor of a test file's database. */
export function cacheBackdoor(database: TestDatabase): CacheBackdoor {
  /** The version of the row is what the lease knows it by. */
  const change = async (column: string, { resourceType, key }: CacheKey) => {
    await database.rows(
      `with changed as (update pevensie.cache set ${column} = now() where ${OF_ENTRY} returning true)
       update pevensie.cache_lease set acquired_by = pg_current_xact_id()
       from changed where ${OF_ENTRY}`,
      [resourceType, key],
    );
  };
  return {
    expire: (key) => change("expires_at", key),
    endGrace: (key) => change("stale_until", key),
    expireLease: async ({ resourceType, key }) => {
      await database.rows(`update pevensie.cache_lease set expires_at = now() where ${OF_ENTRY}`, [resourceType, key]);
    },
    isKept: async ({ resourceType, key }) => {
      const text = `select from pevensie.cache where ${OF_ENTRY}`;
      return (await database.rows(text, [resourceType, key])).length > 0;
    },
  };
}
