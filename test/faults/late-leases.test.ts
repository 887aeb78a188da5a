import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cache } from "../../src/cache/index.js";
import { aborted, computation, connectCache, useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { TcpProxy } from "../support/tcp-proxy.js";

/** The request for a lease whose response is lost is repeated; the first copy of it may reach the server at any later time. */

const database = useDatabase();
const caches = useTwoCaches(database.url);
const ACQUIRE = "acquireCacheLease";
const LONG = { ttlSeconds: 3600, leaseSeconds: 86_400, waitMillis: 86_400_000 };
let proxy: TcpProxy;
let cache: Cache;
beforeAll(async () => {
  proxy = await TcpProxy.start(database.url);
  cache = await connectCache({ connectionString: proxy.url });
});
afterAll(async () => {
  await cache.disconnect();
  await proxy.stop();
});

const CHANGES: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
  "a deletion": (key) => caches.other.delete("page", key),
  "an invalidation": (key) => caches.other.invalidateTags([key]),
};

describe.each(Object.entries(CHANGES))("a first copy that arrives after %s", (_, change) => {
  /** A computation under the lease of the repetition. */
  async function begin(key: string) {
    const late = proxy.delay(ACQUIRE);
    const slow = computation();
    const call = cache.getOrSet("page", key, slow.produce, { ...LONG, tags: [key] });
    await late.lost;
    const signal = await slow.begun;
    return { late, slow, call, signal };
  }

  test("G51: while the lease is held: the value from before is not stored", async () => {
    const key = randomUUID();
    const { late, slow, call } = await begin(key);
    await change(key);
    await late.deliver();
    slow.resolve("before");
    await expect(call).resolves.toBe("before");
    await expect(caches.one.get("page", key)).resolves.toBeNull();
  });

  test("G51: when the lease has expired: the value from before is not stored", async () => {
    const key = randomUUID();
    const { late, slow, call } = await begin(key);
    await change(key);
    await database.rows("update pevensie.cache_lease set expires_at = now() where key = $1", [key]);
    await late.deliver();
    slow.resolve("before");
    await expect(call).resolves.toBe("before");
    await expect(caches.one.get("page", key)).resolves.toBeNull();
  });

  test("G51: after the lease was given up: the value from before is not stored", async () => {
    const key = randomUUID();
    const { late, slow, call, signal } = await begin(key);
    await change(key);
    await aborted(signal);
    await expect.poll(() => database.rows("select from pevensie.cache_lease where key = $1", [key])).toEqual([]);
    await late.deliver();
    slow.resolve("before");
    await expect(call).resolves.toBe("before");
    await expect(caches.one.get("page", key)).resolves.toBeNull();
  });
});

test("G51: a lease whose response is lost is acquired again: the call does not wait until it expires", async () => {
  const key = randomUUID();
  proxy.cutReplyTo(ACQUIRE);
  const cuts = proxy.cuts;
  await expect(cache.getOrSet("page", key, () => "value", LONG)).resolves.toBe("value");
  expect(proxy.cuts).toBe(cuts + 1);
  await expect(caches.one.get("page", key)).resolves.toBe("value");
});

test("G51: a lease whose response is lost is given up if a value was set meanwhile: a later call need not wait for it", async () => {
  const key = randomUUID();
  const late = proxy.delay(ACQUIRE);
  const call = cache.getOrSet("page", key, () => "never", LONG);
  await late.lost;
  proxy.stall();
  await late.deliver();
  await caches.other.set("page", key, "set");
  proxy.pass();
  await expect(call).resolves.toBe("set");
  await expect(database.rows("select from pevensie.cache_lease where key = $1", [key])).resolves.toEqual([]);
});
