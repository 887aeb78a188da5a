import { describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const disconnected = () => createCache({ driver: createCacheDriver({ connectionString: database.url }) });

const CALLS: Readonly<Record<string, (cache: Cache) => Promise<unknown>>> = {
  set: (cache) => cache.set("type", "key", "value"),
  get: (cache) => cache.get("type", "key"),
  getAll: (cache) => cache.getAll("key"),
  delete: (cache) => cache.delete("type", "key"),
  getMany: (cache) => cache.getMany("type", ["key"]),
  setMany: (cache) => cache.setMany("type", [["key", "value"]]),
  deleteMany: (cache) => cache.deleteMany("type", ["key"]),
  removeExpired: (cache) => cache.removeExpired(),
  setIfAbsent: (cache) => cache.setIfAbsent("type", "key", "value"),
  getEntry: (cache) => cache.getEntry("type", "key"),
  has: (cache) => cache.has("type", "key"),
  touch: (cache) => cache.touch("type", "key", { ttlSeconds: 60 }),
  getOrSet: (cache) => cache.getOrSet("type", "key", () => "value", { ttlSeconds: 60 }),
  invalidateTags: (cache) => cache.invalidateTags(["tag"]),
  increment: (cache) => cache.increment("type", "key"),
  rateLimit: (cache) => cache.rateLimit("type", "key", { limit: 1, windowSeconds: 1 }),
  clear: (cache) => cache.clear("type"),
  keys: async (cache) => {
    for await (const _ of cache.keys("type")) break;
  },
};

describe("connecting and disconnecting", () => {
  test.each(Object.entries(CALLS))("%s after disconnect() is NOT_CONNECTED", async (_, call) => {
    const cache = await disconnected().connect();
    await cache.disconnect();
    await expect(call(cache)).rejects.toMatchObject({ name: "PevensieError", code: "NOT_CONNECTED" });
  });

  test("the list above has every function", async () => {
    await using cache = await disconnected().connect();
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(cache));
    expect(names.filter((name) => !["constructor", "disconnect", "resource"].includes(name)).sort()).toEqual(
      Object.keys(CALLS).sort(),
    );
  });

  test("a second connect() is ALREADY_CONNECTED", async () => {
    const unconnected = disconnected();
    const cache = await unconnected.connect();
    await expect(unconnected.connect()).rejects.toMatchObject({ code: "ALREADY_CONNECTED" });
    await expect(cache.get("type", "key")).resolves.toBeNull();
    await cache.disconnect();
  });

  test("the object that disconnect() returns can connect again; disconnect() is idempotent, also concurrently", async () => {
    const first = await disconnected().connect();
    await first.set("type", "key", "value");
    const [again] = await Promise.all([first.disconnect(), first.disconnect()]);
    const second = await again.connect();
    await expect(second.get("type", "key")).resolves.toBe("value");
    // The old object stays disconnected, and does not affect the new one.
    await expect(first.get("type", "key")).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    await first.disconnect();
    await expect(second.get("type", "key")).resolves.toBe("value");
    await second.disconnect();
    await expect(second.disconnect()).resolves.toHaveProperty("connect");
  });

  test("await using disconnects", async () => {
    let escaped: Cache;
    {
      await using cache = await disconnected().connect();
      await expect(cache.get("type", "absent")).resolves.toBeNull();
      escaped = cache;
    }
    await expect(escaped.get("type", "absent")).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  });

  test("a value that is not a driver, and an unknown option, are refused immediately", () => {
    for (const driver of [undefined, null, {}, "postgres"] as never[]) {
      expect(() => createCache({ driver })).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: "driver" }),
      );
    }
    const driver = createCacheDriver({ connectionString: database.url });
    expect(() => createCache({ driver, ttlSeconds: 60 } as never)).toThrowError(
      expect.objectContaining({ code: "INVALID_INPUT", field: "ttlSeconds" }),
    );
  });
});
