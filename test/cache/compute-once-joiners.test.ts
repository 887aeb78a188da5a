import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  computation,
  connectCache,
  type HeldResults,
  holdResults,
  lookedUp,
  useTwoCaches,
} from "../support/computation.js";
import { useDatabase } from "../support/database.js";

/** A call shares a computation that is in flight, unless something has happened to the entry before the call. */

const database = useDatabase();
const caches = useTwoCaches(database.url);
const TTL = { ttlSeconds: 60 };

const CHANGES: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
  "a deletion": (key) => caches.one.delete(key, key),
  "a deletion by another process": (key) => caches.other.delete(key, key),
  "the end of clear": (key) => caches.other.clear(key),
  "an invalidation": (key) => caches.one.invalidateTags([key]),
  "an invalidation by another process": (key) => caches.other.invalidateTags([key]),
  "the commit of an invalidation": async (key) => {
    const client = await database.pool.connect();
    await client.query("begin");
    await caches.other.invalidateTags([key], { client });
    await client.query("commit");
    client.release();
  },
  "a value that was set and deleted": async (key) => {
    await caches.other.set(key, key, "set");
    await caches.other.delete(key, key);
  },
};

describe.each(Object.entries(CHANGES))("after %s", (_, change) => {
  test("G51: a call does not get the value whose computation began before; calls that were made with it do", async () => {
    const key = randomUUID();
    const options = { ...TTL, tags: [key] };
    const [before, after] = [computation(), computation()];
    const first = caches.one.getOrSet(key, key, before.produce, options);
    const second = caches.one.getOrSet(key, key, before.produce, options);
    await before.begun;
    await lookedUp(caches.one);
    await change(key);
    const third = caches.one.getOrSet(key, key, after.produce, options);
    await lookedUp(caches.one);
    before.resolve("before");
    await expect(first).resolves.toBe("before");
    await expect(second).resolves.toBe("before");
    await after.begun;
    after.resolve("after");
    await expect(third).resolves.toBe("after");
    await expect(caches.other.get(key, key)).resolves.toBe("after");
    expect([before.calls, after.calls]).toEqual([1, 1]);
  });

  test("G51: a call does not get an expired value within its grace that was there before", async () => {
    const key = randomUUID();
    const options = { ...TTL, graceSeconds: 60, tags: [key] };
    await caches.one.getOrSet(key, key, () => "expired", options);
    await database.rows("update pevensie.cache set expires_at = now() where key = $1", [key]);
    const [before, after] = [computation(), computation()];
    const first = caches.one.getOrSet(key, key, before.produce, options);
    await before.begun;
    await expect(caches.one.getOrSet(key, key, after.produce, options)).resolves.toBe("expired");
    await change(key);
    const third = caches.one.getOrSet(key, key, after.produce, options);
    await lookedUp(caches.one);
    before.resolve("before");
    await expect(first).resolves.toBe("before");
    await after.begun;
    after.resolve("after");
    await expect(third).resolves.toBe("after");
  });

  test("G51: a call does not share what another call computes for itself since before", async () => {
    const key = randomUUID();
    const options = { ...TTL, tags: [key], waitMillis: 0 };
    const elsewhere = computation();
    const leased = caches.other.getOrSet(key, key, elsewhere.produce, options);
    await elsewhere.begun;
    const [before, after] = [computation(), computation()];
    const first = caches.one.getOrSet(key, key, before.produce, options);
    await before.begun;
    await change(key);
    const second = caches.one.getOrSet(key, key, after.produce, options);
    await after.begun;
    // The computation that began before ends first, and does not end what the later one is.
    before.resolve("before");
    await expect(first).resolves.toBe("before");
    after.resolve("after");
    await expect(second).resolves.toBe("after");
    elsewhere.resolve("elsewhere");
    await leased;
  });
});

test("G51: a call that is made after a value was set gets that, though a computation is in flight", async () => {
  const key = randomUUID();
  const before = computation();
  const first = caches.one.getOrSet("page", key, before.produce, TTL);
  await before.begun;
  await caches.other.set("page", key, "set");
  await expect(caches.one.getOrSet("page", key, () => "never", TTL)).resolves.toBe("set");
  before.resolve("before");
  await expect(first).resolves.toBe("before");
  await expect(caches.one.get("page", key)).resolves.toBe("set");
});

test("G51: a call does not get a value that was stored and deleted before the call, when the response arrives after it", async () => {
  const key = randomUUID();
  let results = {} as HeldResults;
  await using cache = await connectCache({ connectionString: database.url }, {}, (driver) => {
    const [holding, held] = holdResults(driver, "storeComputed");
    results = held;
    return holding;
  });
  const first = cache.getOrSet("page", key, () => "before", TTL);
  await results.held;
  await expect(caches.other.get("page", key)).resolves.toBe("before");
  const second = cache.getOrSet("page", key, () => "never", TTL);
  await expect(second).resolves.toBe("before");
  await caches.other.delete("page", key);
  const third = cache.getOrSet("page", key, () => "after", TTL);
  await lookedUp(cache);
  results.release();
  await expect(first).resolves.toBe("before");
  await expect(third).resolves.toBe("after");
});

test("G51: a call does not get a value that was read and deleted before the call, when the response arrives after it", async () => {
  const key = randomUUID();
  const elsewhere = computation();
  const leased = caches.other.getOrSet("page", key, elsewhere.produce, TTL);
  await elsewhere.begun;
  let results = {} as HeldResults;
  await using cache = await connectCache({ connectionString: database.url }, {}, (driver) => {
    const [holding, held] = holdResults(driver, "get", (value) => value === "before");
    results = held;
    return holding;
  });
  const waiting = cache.getOrSet("page", key, () => "never", TTL);
  await lookedUp(cache);
  elsewhere.resolve("before");
  await leased;
  await results.held;
  await caches.other.delete("page", key);
  const later = cache.getOrSet("page", key, () => "after", TTL);
  await lookedUp(cache);
  results.release();
  await expect(waiting).resolves.toBe("before");
  await expect(later).resolves.toBe("after");
});

test("G51: a computation that has lost its lease keeps no later call of its process waiting", async () => {
  const key = randomUUID();
  const lost = computation();
  const first = caches.one.getOrSet("page", key, lost.produce, TTL);
  const signal = await lost.begun;
  const joined = caches.one.getOrSet("page", key, () => "second", { ...TTL, waitMillis: 86_400_000 });
  await lookedUp(caches.one);
  // Another process replaced the lease, stored a value, and that was deleted.
  await database.rows("delete from pevensie.cache_lease where key = $1", [key]);
  await caches.other.delete("page", key);
  await expect(joined).resolves.toBe("second");
  expect(signal.aborted).toBe(true);
  lost.resolve("lost");
  await expect(first).resolves.toBe("lost");
  await expect(caches.other.get("page", key)).resolves.toBe("second");
});
