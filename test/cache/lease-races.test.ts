import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CacheDriver, CacheKey } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { waitForBlockedBackend } from "../support/fault-blockers.js";
import { PATIENT } from "../support/patience.js";

/** What happens to an entry while a statement of its lease waits for a row. */

const database = useDatabase();
let driver: CacheDriver;
let client: pg.Client;
beforeAll(async () => {
  driver = createCacheDriver({ connectionString: database.url, ...PATIENT });
  client = new pg.Client({ connectionString: database.url });
  await Promise.all([driver.connect(), client.connect()]);
});
afterAll(() => Promise.all([driver.disconnect(), client.end()]));

const LIVE = "insert into pevensie.cache values ('page', $1, 'live') on conflict (resource_type, key) do update set value = 'live', expires_at = null, stale_until = null"; // biome-ignore format: one line
const computed = { value: "computed", ttlMillis: null, graceMillis: 0, tags: null };

/** A key with an expired lease. */
async function withExpiredLease(): Promise<{ resourceType: string; key: string }> {
  const key = { resourceType: "page", key: randomUUID() };
  await driver.acquireLease(key, 60);
  await database.rows("update pevensie.cache_lease set expires_at = now() where key = $1", [key.key]);
  return key;
}

/**
 * Acquires an expired lease while a transaction that has locked its row goes on. An attempt waits for a locked row for 100 ms: where the
 * commit came later, on a busy machine, nothing of this happened, and another lease is taken.
 */
async function acquireMeanwhile(lock: string, change: (key: CacheKey) => Promise<void>) {
  for (;;) {
    const key = await withExpiredLease();
    await client.query("begin");
    await client.query(lock, [key.key]);
    const attempt = driver.acquireLease(key, 60);
    await waitForBlockedBackend(database.pool);
    await change(key);
    await client.query("commit");
    const outcome = await attempt;
    if (outcome.outcome !== "locked") return { key, outcome };
  }
}

test("G51: a value that is stored while a lease is acquired is not replaced, and the lease is given up", async () => {
  const { key, outcome } = await acquireMeanwhile(
    "select from pevensie.cache_lease where key = $1 for update",
    async ({ key }) => void (await client.query(LIVE, [key])),
  );
  expect(outcome).toEqual({ outcome: "live" });
  await expect(driver.get(key)).resolves.toBe("live");
  await expect(database.rows("select from pevensie.cache_lease where key = $1", [key.key])).resolves.toEqual([]);
});

test("G51: a lease that is replaced while another is acquired belongs to one of them", async () => {
  const token = randomUUID();
  const { key, outcome } = await acquireMeanwhile(
    `update pevensie.cache_lease set token = '${token}', expires_at = now() + interval '1 minute' where key = $1`,
    async () => {},
  );
  expect(outcome).toEqual({ outcome: "held", remainingMillis: null, isStale: false });
  await expect(database.rows("select token from pevensie.cache_lease where key = $1", [key.key])).resolves.toEqual([
    { token },
  ]);
});

test.each([
  ["set", LIVE, "live"],
  ["deleted", "delete from pevensie.cache where key = $1", null],
])("a value is not stored if the entry is %s while it is stored", async (_, change, left) => {
  const key = { resourceType: "page", key: randomUUID() };
  const lease = await driver.acquireLease(key, 60);
  const token = lease.outcome === "acquired" ? lease.token : "";
  await client.query("begin");
  await client.query(change, [key.key]);
  const stored = driver.storeComputed(key, token, computed);
  await waitForBlockedBackend(database.pool);
  await client.query("commit");
  await expect(stored).resolves.toBe(false);
  await expect(driver.get(key)).resolves.toBe(left);
});
