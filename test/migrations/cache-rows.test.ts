import { beforeAll, expect, test } from "vitest";
import { createCache } from "../../src/cache/index.js";
import { createCacheDriver, migrate } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase({ empty: true });

/** The last version of the cache without grace, tags and leases. */
const BEFORE = "20261122080000";

beforeAll(async () => {
  const { migrations } = await migrate({ modules: ["cache"], apply: false, connectionString: database.url });
  for (const { module, version, sql } of migrations) {
    if (module === "base" || version <= BEFORE) await database.pool.query(sql);
  }
  await database.rows(
    `insert into pevensie.cache (resource_type, key, value, expires_at)
     values ('old', 'endless', 'kept', null), ('old', 'live', 'kept', now() + interval '1 h'), ('old', 'expired', 'gone', now())`,
  );
});

test("a cache of the version before keeps its rows, and has the new functions", async () => {
  await migrate({ modules: ["cache"], apply: true, connectionString: database.url });
  await using cache = await createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
  expect(await cache.getMany("old", ["endless", "live", "expired"])).toEqual(
    new Map([
      ["endless", "kept"],
      ["live", "kept"],
    ]),
  );
  expect(await cache.getEntry("old", "endless")).toEqual({ value: "kept", expiresAt: null, tags: [] });
  expect(await cache.touch("old", "endless", { ttlSeconds: 60 })).toBe(true);
  expect(await cache.getOrSet("old", "expired", () => "new", { ttlSeconds: 60, tags: ["tag"] })).toBe("new");
  await cache.invalidateTags(["tag"]);
  expect(await cache.clear("old")).toBe(2);
});
