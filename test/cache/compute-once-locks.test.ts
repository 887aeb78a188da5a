import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Cache } from "../../src/cache/index.js";
import { computation, connectCache } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { backendsWaiting, waitForBlockedBackend } from "../support/fault-blockers.js";
import { IMPATIENT, PATIENT } from "../support/patience.js";

/** Rows that another transaction has locked for as long as a test takes. */

const database = useDatabase();
const HOUR = 3_600_000;
const LONG = { ttlSeconds: 60, leaseSeconds: 86_400, waitMillis: 86_400_000 };
/** The pool's default. */
const CONNECTIONS = 10;
const keys = Array.from({ length: 12 }, (_, index) => `key ${index}`);
let cache: Cache;
let holder: pg.Client;
beforeAll(async () => {
  // A statement that waits for a lock waits for longer than a test may take.
  cache = await connectCache({ connectionString: database.url, ...PATIENT, query_timeout: HOUR });
});
afterAll(() => cache.disconnect());
beforeEach(async () => {
  await database.pool.query("truncate pevensie.cache, pevensie.cache_lease");
  holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query("begin");
});
afterEach(() => holder.end());

const lockEntries = (type: string) =>
  holder.query("select from pevensie.cache where resource_type = $1 for update", [type]);
const lockLeases = () => holder.query("select from pevensie.cache_lease for update");

/** Other calls succeed at any time, and the most connections that are seen to wait for locks meanwhile. */
async function mostWaiting(): Promise<number> {
  let most = 0;
  await cache.set("unlocked", "key", "value");
  for (let sample = 0; sample < 20; sample += 1) {
    most = Math.max(most, (await backendsWaiting(database.pool)).length);
    await expect(cache.get("unlocked", "key")).resolves.toBe("value");
    await cache.set("unlocked", "key", "value");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return most;
}

describe("a row that is locked while its value is computed", { timeout: 60_000 }, () => {
  test("G33: the caller gets the value without waiting for the row, and it is not stored", async () => {
    const slow = computation();
    const call = cache.getOrSet("page", "key", slow.produce, LONG);
    await slow.begun;
    await lockEntries("page");
    slow.resolve("value");
    await expect(call).resolves.toBe("value");
    await holder.query("rollback");
    await expect(cache.get("page", "key")).resolves.toBeNull();
  });

  test("G33: the lease is given up all the same: another process does not wait until it expires", async () => {
    const slow = computation();
    const call = cache.getOrSet("page", "key", slow.produce, LONG);
    await slow.begun;
    await lockEntries("page");
    slow.reject(new Error("on purpose"));
    await expect(call).rejects.toThrow("on purpose");
    await expect.poll(() => database.rows("select from pevensie.cache_lease")).toEqual([]);
    await holder.query("rollback");
    await using other = await connectCache({ connectionString: database.url });
    await expect(other.getOrSet("page", "key", () => "the other's", LONG)).resolves.toBe("the other's");
  });

  test("G33: the caller gets the error without waiting for the lease to be given up", async () => {
    const slow = computation();
    const call = cache.getOrSet("page", "key", slow.produce, LONG);
    await slow.begun;
    await lockLeases();
    slow.reject(new Error("on purpose"));
    await expect(call).rejects.toThrow("on purpose");
  });

  test("G33: 12 of them occupy three connections at most, and their callers get their values", async () => {
    const slow = keys.map(() => computation());
    const calls = keys.map((key, index) => cache.getOrSet("page", key, slow[index]?.produce ?? (() => ""), LONG));
    await Promise.all(slow.map(({ begun }) => begun));
    await lockEntries("page");
    for (const { resolve } of slow) resolve("value");
    await expect(mostWaiting()).resolves.toBeLessThanOrEqual(3);
    await expect(Promise.all(calls)).resolves.toEqual(keys.map(() => "value"));
  });
});

test("G33: attempts to acquire the leases of 12 locked rows occupy three connections at most", async () => {
  await cache.setMany("page", keys.map((key) => [key, "expired"] as const)); // biome-ignore format: one line
  await database.pool.query("update pevensie.cache set expires_at = now()");
  await lockEntries("page");
  const calls = keys.map((key) => cache.getOrSet("page", key, () => "value", LONG));
  await expect(mostWaiting()).resolves.toBeLessThanOrEqual(3);
  // Another key goes before those that have been attempted.
  await expect(cache.getOrSet("page", "unlocked", () => "value", LONG)).resolves.toBe("value");
  await holder.query("rollback");
  await expect(Promise.all(calls)).resolves.toEqual(keys.map(() => "value"));
  // Calls that met locked rows for a second have stored nothing.
  await Promise.all(keys.map((key) => cache.getOrSet("page", key, () => "value", LONG)));
  await expect(cache.getMany("page", keys)).resolves.toEqual(new Map(keys.map((key) => [key, "value"])));
});

test("G33: of 150 bulk calls, that of a row that is not locked is stored", async () => {
  await cache.set("page", "key", "old");
  await lockEntries("page");
  await using small = await connectCache({ connectionString: database.url, ...PATIENT, max: 2, query_timeout: HOUR });
  const calls = Array.from({ length: 150 }, () => small.setMany("page", [["key", "new"]]));
  await small.setMany("unlocked", [["key", "value"]]);
  await holder.query("rollback");
  await Promise.all(calls);
});

const BULK: Readonly<Record<string, [(by: Cache) => Promise<unknown>, left: readonly unknown[]]>> = {
  setMany: [(by) => by.setMany("page", [["key", "new"]]), [{ value: "new" }]],
  "setMany with tags": [(by) => by.setMany("page", [["key", "new"]], { tags: ["a"] }), [{ value: "new" }]],
  deleteMany: [(by) => by.deleteMany("page", ["key"]), []],
  clear: [(by) => by.clear("page"), []],
};

describe.each(Object.entries(BULK))("%s of a locked row", (_, [run, left]) => {
  const rows = () => database.rows("select value from pevensie.cache where resource_type = 'page'");
  beforeEach(async () => {
    await cache.set("page", "key", "old");
    await lockEntries("page");
  });

  test("G33: waits for the row, and 20 calls leave half of the connections to others", async () => {
    const calls = Array.from({ length: 20 }, () => run(cache));
    await expect(mostWaiting()).resolves.toBeLessThanOrEqual(CONNECTIONS / 2);
    await expect(rows()).resolves.toEqual([{ value: "old" }]);
    await holder.query("rollback");
    await Promise.all(calls);
    await expect(rows()).resolves.toEqual(left);
  });

  test("G33: is repeated after a timeout that the server takes for a cancellation: the lock was granted at that moment", async () => {
    const call = run(cache);
    // A timeout may come first.
    for (let isCancelled = false; !isCancelled; ) {
      const pid = await waitForBlockedBackend(database.pool);
      const [row] = await database.rows<{ is: boolean }>(
        "select pg_cancel_backend(pid) as is from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'",
        [pid],
      );
      isCancelled = row?.is === true;
    }
    await holder.query("rollback");
    await call;
    await expect(rows()).resolves.toEqual(left);
  });

  test("G33: is TIMEOUT after query_timeout, and has changed nothing", async () => {
    await using impatient = await connectCache({ connectionString: database.url, ...IMPATIENT });
    const call = run(impatient);
    await waitForBlockedBackend(database.pool);
    await expect(call).rejects.toMatchObject({ code: "TIMEOUT", message: expect.stringContaining("lock") });
    await expect(rows()).resolves.toEqual([{ value: "old" }]);
  });
});
