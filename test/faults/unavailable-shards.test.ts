import { afterEach, describe, expect, test } from "vitest";
import { type Cache, createCache, type DisconnectedCache } from "../../src/cache/index.js";
import { freePort } from "../../src/embedded/ports.js";
import type { PevensieEvent } from "../../src/index.js";
import { createAuthDriver, createCacheDriver, type ShardedCacheConfig } from "../../src/postgres/index.js";
import { computation } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { IMPATIENT } from "../support/patience.js";
import { keysOn } from "../support/shards.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const databases = { a: useDatabase(), b: useDatabase() };
const empty = useDatabase({ empty: true });
const [onA, onB] = ["a", "b"].map((name) => keysOn(name, ["a", "b"], 200)) as [string[], string[]];
const [keyA, keyB] = [onA[0], onB[0]] as [string, string];
const TTL = { ttlSeconds: 600 };

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function proxyOf(url = databases.b.url, port = 0): Promise<TcpProxy> {
  const proxy = await TcpProxy.start(url, port);
  cleanUps.push(() => proxy.stop());
  return proxy;
}

/** A cache over two servers, the second one at another address, and its events about servers. */
function cacheWith(
  urlOfB: string,
  { onUnavailable }: Pick<ShardedCacheConfig, "onUnavailable"> = {},
): { readonly disconnected: DisconnectedCache; readonly events: string[] } {
  const events: string[] = [];
  const onEvent = (event: PevensieEvent) => {
    if (event.type === "cache-shard-unavailable") events.push(`${event.shard} ${event.code}`);
    if (event.type === "cache-shard-available") events.push(`${event.shard} available`);
  };
  const shards = [
    { name: "a", connectionString: databases.a.url, ...IMPATIENT },
    { name: "b", connectionString: urlOfB, ...IMPATIENT },
  ];
  return { disconnected: createCache({ driver: createCacheDriver({ shards, onUnavailable }), onEvent }), events };
}

async function connected(urlOfB: string, options?: Pick<ShardedCacheConfig, "onUnavailable">) {
  const { disconnected, events } = cacheWith(urlOfB, options);
  const cache = await disconnected.connect();
  cleanUps.push(() => cache.disconnect());
  return { cache, events };
}

const unreachable = (port: number, url = databases.b.url) => Object.assign(new URL(url), { port: String(port) }).href;

async function readKeys(cache: Cache, resourceType: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of cache.keys(resourceType)) keys.push(key);
  return keys;
}

test("G74, F21: a server that does not answer is a miss for lookups, gets no further calls, and comes back by itself", async () => {
  const proxy = await proxyOf();
  const { cache, events } = await connected(proxy.url);
  await cache.set("page", keyA, "a", TTL);
  await cache.set("page", keyB, "b", TTL);
  proxy.stall();
  expect(await cache.get("page", keyB)).toBeNull();
  expect(events).toEqual(["b TIMEOUT"]);
  // Two seconds each, and the test's time would not be enough.
  for (const key of onB) expect(await cache.get("page", key)).toBeNull();
  for (const key of onB) expect(await codeOf(cache.set("page", key, "lost"))).toBe("CONNECTION_UNAVAILABLE");
  expect(await cache.getEntry("page", keyB)).toBeNull();
  expect(await cache.has("page", keyB)).toBe(false);
  expect(await cache.getAll(keyB)).toEqual(new Map());
  expect(await cache.getMany("page", [keyB, keyA])).toEqual(new Map([[keyA, "a"]]));
  expect(await readKeys(cache, "page")).toEqual([keyA]);
  expect(await cache.get("page", keyA)).toBe("a");
  expect(events).toEqual(["b TIMEOUT"]);
  proxy.pass();
  await expect.poll(() => events).toEqual(["b TIMEOUT", "b available"]);
  expect(await cache.get("page", keyB)).toBe("b");
  expect([...(await readKeys(cache, "page"))].sort()).toEqual([keyA, keyB].sort());
});

test("G74: what changes something, or only the server knows, rejects, and takes effect on the other servers", async () => {
  const proxy = await proxyOf();
  const { cache } = await connected(proxy.url);
  for (const key of [keyA, keyB]) await cache.set("type", key, "1", { ...TTL, tags: ["articles"] });
  proxy.stall();
  await cache.get("type", keyB);
  const refused = {
    code: "CONNECTION_UNAVAILABLE",
    message: expect.stringContaining("server b does not answer"),
  };
  for (const call of [
    () => cache.set("type", keyB, "2"),
    () => cache.setIfAbsent("type", keyB, "2"),
    () => cache.delete("type", keyB),
    () => cache.touch("type", keyB, TTL),
    () => cache.increment("type", keyB),
    () => cache.rateLimit("limit", keyB, { limit: 1, windowSeconds: 60 }),
    () => cache.removeExpired(),
  ]) {
    expect(await errorOf(call())).toMatchObject(refused);
  }
  expect(
    await errorOf(
      cache.setMany("many", [
        [keyA, "a"],
        [keyB, "b"],
      ]),
    ),
  ).toMatchObject(refused);
  expect(await cache.get("many", keyA)).toBe("a");
  expect(await errorOf(cache.deleteMany("many", [keyB, keyA]))).toMatchObject(refused);
  expect(await cache.get("many", keyA)).toBeNull();
});

test("G75: an invalidation that does not reach every server rejects, and has taken effect on the others", async () => {
  const proxy = await proxyOf();
  const { cache, events } = await connected(proxy.url);
  for (const key of [keyA, keyB]) await cache.set("tagged", key, "old", { ...TTL, tags: ["articles"] });
  proxy.stall();
  await cache.get("tagged", keyB);
  expect(await codeOf(cache.invalidateTags(["articles"]))).toBe("CONNECTION_UNAVAILABLE");
  expect(await cache.get("tagged", keyA)).toBeNull();
  proxy.pass();
  await expect.poll(() => events).toContain("b available");
  expect(await cache.get("tagged", keyB)).toBe("old");
  await cache.invalidateTags(["articles"]);
  expect(await cache.get("tagged", keyB)).toBeNull();
});

test("G74: getOrSet computes a value once for the calls of a process, and stores nothing", async () => {
  const proxy = await proxyOf();
  const { cache, events } = await connected(proxy.url);
  proxy.stall();
  await cache.get("computed", keyB);
  const value = computation();
  const calls = Array.from({ length: 5 }, () => cache.getOrSet("computed", keyB, value.produce, TTL));
  const signal = await value.begun;
  proxy.pass();
  await expect.poll(() => events).toContain("b available");
  value.resolve("value");
  expect(await Promise.all(calls)).toEqual(new Array(5).fill("value"));
  expect(value.calls).toBe(1);
  expect(signal.aborted).toBe(false);
  expect(await cache.get("computed", keyB)).toBeNull();
  expect(await cache.getOrSet("computed", keyB, () => "next", TTL)).toBe("next");
  expect(await cache.get("computed", keyB)).toBe("next");
});

test("G74: what was begun without the server stays undisturbed when it comes back, and is not stored", async () => {
  const proxy = await proxyOf();
  const driver = createCacheDriver({
    shards: [
      { name: "a", connectionString: databases.a.url, ...IMPATIENT },
      { name: "b", connectionString: proxy.url, ...IMPATIENT },
    ],
  });
  const events: string[] = [];
  await driver.connect(({ type }) => events.push(type));
  cleanUps.push(() => driver.disconnect());
  proxy.stall();
  const key = { resourceType: "begun", key: keyB };
  const attempt = await driver.acquireLease(key, 60);
  expect(attempt).toMatchObject({ outcome: "acquired", token: expect.any(String), isStale: false });
  const token = attempt.outcome === "acquired" ? attempt.token : "";
  expect(await driver.getStale(key)).toBeNull();
  proxy.pass();
  await expect.poll(() => events).toContain("cache-shard-available");
  expect(await driver.isLeaseHeld(key, token, null)).toBe(true);
  const computed = { value: "value", ttlMillis: 60_000, graceMillis: 0, tags: null };
  expect(await driver.storeComputed(key, token, computed)).toBe(false);
  await driver.releaseLease(key, token);
  expect(await driver.get(key)).toBeNull();
});

test('G74: with onUnavailable: "error" every call for the server rejects', async () => {
  const proxy = await proxyOf();
  const { cache, events } = await connected(proxy.url, { onUnavailable: "error" });
  proxy.stall();
  expect(await codeOf(cache.get("strict", keyB))).toBe("TIMEOUT");
  for (const call of [
    () => cache.get("strict", keyB),
    () => cache.getMany("strict", [keyA, keyB]),
    () => cache.getAll(keyB),
    () => cache.has("strict", keyB),
    () => cache.getOrSet("strict", keyB, () => "value", TTL),
    () => readKeys(cache, "strict"),
  ]) {
    expect(await codeOf(call())).toBe("CONNECTION_UNAVAILABLE");
  }
  expect(await cache.get("strict", keyA)).toBeNull();
  proxy.pass();
  await expect.poll(() => events).toEqual(["b TIMEOUT", "b available"]);
  expect(await cache.get("strict", keyB)).toBeNull();
});

test("F21: connect() does without a server that is absent, and uses it once it is there", async () => {
  const port = await freePort();
  const { cache, events } = await connected(unreachable(port));
  expect(events).toEqual(["b CONNECTION_UNAVAILABLE"]);
  expect(await cache.get("page", keyB)).toBeNull();
  expect(await codeOf(cache.set("page", keyB, "b"))).toBe("CONNECTION_UNAVAILABLE");
  await proxyOf(databases.b.url, port);
  await expect.poll(() => events).toContain("b available");
  await cache.set("page", keyB, "b", TTL);
  expect(await cache.get("page", keyB)).toBe("b");
});

test("F21: connect() rejects if no server answers, if one refuses, and with onUnavailable: error if one does not answer", async () => {
  const port = await freePort();
  const strict = cacheWith(unreachable(port), { onUnavailable: "error" });
  expect(await codeOf(strict.disconnected.connect())).toBe("CONNECTION_UNAVAILABLE");
  expect(strict.events).toEqual([]);
  for (const change of [{ password: "wrong" }, { pathname: "/no_such_database" }]) {
    const url = new URL(databases.b.url);
    Object.assign(url, change);
    const refusing = cacheWith(url.href);
    const message = expect.stringContaining("The cache's server b: ");
    expect(await errorOf(refusing.disconnected.connect())).toMatchObject({ code: "CONNECTION_UNAVAILABLE", message });
  }
  const outdated = cacheWith(empty.url);
  expect(await codeOf(outdated.disconnected.connect())).toBe("SCHEMA_OUTDATED");
  const none = createCache({
    driver: createCacheDriver({ shards: [{ connectionString: unreachable(port), ...IMPATIENT }] }),
  });
  expect(await codeOf(none.connect())).toBe("CONNECTION_UNAVAILABLE");
  // Each of them can be called again.
  await proxyOf(databases.b.url, port);
  const cache = await strict.disconnected.connect();
  cleanUps.push(() => cache.disconnect());
  expect(await cache.get("page", keyB)).not.toBe("absent");
});

test("F21: a server that comes back without the cache's tables rejects calls as SCHEMA_OUTDATED", async () => {
  const port = await freePort();
  const { cache } = await connected(unreachable(port, empty.url));
  await proxyOf(empty.url, port);
  const outcome = () => codeOf(cache.set("page", keyB, "b"));
  await expect.poll(outcome).toBe("SCHEMA_OUTDATED");
  expect(await codeOf(cache.get("page", keyB))).toBe("SCHEMA_OUTDATED");
});

test("F21: a write whose response is lost keeps no other call from its server", async () => {
  const proxy = await proxyOf();
  const { cache, events } = await connected(proxy.url);
  await cache.set("page", keyB, "first", TTL);
  proxy.cutReplyTo("marked value");
  expect(await codeOf(cache.set("page", keyB, "marked value"))).toBe("OUTCOME_UNKNOWN");
  await cache.set("page", keyB, "next", TTL);
  expect(await cache.get("page", keyB)).toBe("next");
  expect(events).toEqual([]);
});

test("F21: a statement that another transaction blocks makes no server unavailable", async () => {
  const { cache, events } = await connected(databases.b.url);
  await cache.set("locked", keyB, "1", TTL);
  const client = await databases.b.pool.connect();
  try {
    await client.query("begin");
    await client.query("update pevensie.cache set value = '2' where key = $1", [keyB]);
    expect(await codeOf(cache.set("locked", keyB, "3"))).toBe("TIMEOUT");
    expect(await cache.get("locked", keyB)).toBe("1");
  } finally {
    await client.query("rollback");
    client.release();
  }
  expect(events).toEqual([]);
});

test("F21: disconnect() ends while a server does not answer, and the cache can connect again", async () => {
  const proxy = await proxyOf();
  const { disconnected, events } = cacheWith(proxy.url);
  let cache = await disconnected.connect();
  proxy.stall();
  await cache.get("page", keyB);
  const again = await cache.disconnect();
  expect(await codeOf(cache.get("page", keyB))).toBe("NOT_CONNECTED");
  cache = await again.connect();
  expect(events).toEqual(["b TIMEOUT", "b CONNECTION_UNAVAILABLE"]);
  expect(await cache.get("page", keyB)).toBeNull();
  const last = await cache.disconnect();
  proxy.pass();
  cache = await last.connect();
  cleanUps.push(() => cache.disconnect());
  await cache.set("page", keyB, "b", TTL);
  expect(await cache.get("page", keyB)).toBe("b");
});

describe("F21: disconnect() does not wait for an attempt to connect to an unresponsive server", () => {
  /** Longer than the test's timeout. */
  const PATIENCE = { connectionTimeoutMillis: 600_000 };

  /** A server that accepts connections and never responds. */
  async function unresponsiveServer(port = 0): Promise<TcpProxy> {
    const silent = await proxyOf(databases.b.url, port);
    silent.stall();
    return silent;
  }

  const shards = (urlOfB: string) => [
    { name: "a", connectionString: databases.a.url },
    { name: "b", connectionString: urlOfB, ...PATIENCE },
  ];

  test("after connect(), when a probe connects", async () => {
    const port = await freePort();
    const driver = createCacheDriver({ shards: shards(unreachable(port)) });
    await driver.connect();
    const silent = await unresponsiveServer(port);
    await expect.poll(() => silent.accepted).toBeGreaterThan(0);
    await Promise.all([driver.disconnect(), driver.disconnect()]);
    silent.pass();
    await driver.connect();
    await driver.set({ resourceType: "page", key: keyB }, "b", { ttlMillis: 60_000, tags: null });
    await driver.disconnect();
  });

  const drivers = {
    "a cache": (url: string) => createCacheDriver({ connectionString: url, ...PATIENCE }),
    "a cache with shards": (url: string) => createCacheDriver({ shards: shards(url) }),
    "an auth": (url: string) => createAuthDriver({ connectionString: url, ...PATIENCE }),
    "an auth with a replica": (url: string) =>
      createAuthDriver({ connectionString: databases.a.url, replica: { connectionString: url, ...PATIENCE } }),
  };

  test.each(Object.entries(drivers))("during connect() of %s, which can connect again", async (_, create) => {
    const silent = await unresponsiveServer();
    const driver = create(silent.url);
    const outcome = codeOf(driver.connect());
    await expect.poll(() => silent.accepted).toBeGreaterThan(0);
    expect(await codeOf(driver.connect())).toBe("ALREADY_CONNECTED");
    await Promise.all([driver.disconnect(), driver.disconnect()]);
    expect(await outcome).toBe("NOT_CONNECTED");
    silent.pass();
    await driver.connect();
    await driver.disconnect();
  });

  test.each([
    ["cache-shard-unavailable", (url: string) => createCacheDriver({ shards: shards(url) })],
    [
      "replica-unavailable",
      (url: string) => createAuthDriver({ connectionString: databases.a.url, replica: { connectionString: url } }),
    ],
  ])("by a listener of %s during connect()", async (event, create) => {
    const driver = create(unreachable(await freePort()));
    let disconnected: Promise<void> | undefined;
    const connected = driver.connect(({ type }) => {
      if (type === event) disconnected ??= driver.disconnect();
    });
    expect(await codeOf(connected)).toBe("NOT_CONNECTED");
    expect(disconnected).toBeDefined();
    await disconnected;
  });
});
