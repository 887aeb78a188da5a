import { createStorage, prefixStorage, type StorageValue } from "unstorage";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createUnstorageDriver, type UnstorageDriverOptions } from "../../src/plugs/unstorage.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const connect = () => createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
let cache: Cache;
beforeAll(async () => {
  cache = await connect();
});
afterAll(() => cache.disconnect());
/** The server's time before a test stores anything. */
let startedAt = "";
beforeEach(async () => {
  await database.pool.query("truncate pevensie.cache");
  const [row] = await database.rows<{ now: string }>("select clock_timestamp()::text as now");
  startedAt = row?.now ?? "";
});

const storageOf = (options?: UnstorageDriverOptions) =>
  createStorage({ driver: createUnstorageDriver(cache, options) });
const invalid = (field: string) => expect.objectContaining({ code: "INVALID_INPUT", field });

/** Expects entries with these keys and times to live, in seconds, however much time has passed since they were stored. */
async function expectTtls(expected: Readonly<Record<string, number | null>>): Promise<void> {
  const rows = await database.rows<{ key: string; least: number | null; most: number | null }>(
    `select key, extract(epoch from expires_at - now())::float8 as least,
       extract(epoch from expires_at - $1::timestamptz)::float8 as most
     from pevensie.cache`,
    [startedAt],
  );
  expect(rows.map(({ key }) => key).sort()).toEqual(Object.keys(expected).sort());
  for (const { key, least, most } of rows) {
    const ttl = expected[key] ?? null;
    if (ttl === null) expect([least, most], key).toEqual([null, null]);
    else {
      expect(least ?? Number.POSITIVE_INFINITY, key).toBeLessThanOrEqual(ttl);
      expect(most, key).toBeGreaterThanOrEqual(ttl);
    }
  }
}

describe("items", () => {
  test("are set, found, read and removed, with the types of their values", async () => {
    const storage = storageOf();
    expect(await storage.hasItem("a:b")).toBe(false);
    expect(await storage.getItem("a:b")).toBeNull();
    for (const value of ["text", 0, false, null, { nested: [1, "two"] }, [], ""]) {
      await storage.setItem("a:b", value);
      expect(await storage.hasItem("a/b")).toBe(true);
      expect(await storage.getItem("a:b")).toEqual(value);
    }
    await storage.removeItem("a:b");
    await storage.removeItem("a:b");
    expect(await storage.hasItem("a:b")).toBe(false);
  });

  test("many are set with times to live of their own, and read in the order asked for", async () => {
    const storage = storageOf();
    await storage.setItems<StorageValue>(
      [
        { key: "a", value: 1 },
        { key: "b", value: "two", options: { ttl: 600 } },
        { key: "c", value: 3, options: { ttl: 0 } },
        { key: "d", value: 4, options: { ttl: -1 } },
        { key: "a", value: { last: true } },
      ],
      { ttl: 60 },
    );
    await expectTtls({ a: 60, b: 600, c: null });
    expect(await storage.getItems(["c", "missing", { key: "a" }, "b", "c"])).toEqual([
      { key: "c", value: 3 },
      { key: "missing", value: null },
      { key: "a", value: { last: true } },
      { key: "b", value: "two" },
      { key: "c", value: 3 },
    ]);
  });

  test("many are set with the common time to live where theirs is undefined or null", async () => {
    const storage = storageOf({ ttl: 30 });
    const items = [
      { key: "undefined", value: 1, options: { ttl: undefined } },
      { key: "null", value: 1, options: { ttl: null } },
      { key: "none", value: 1, options: {} },
      { key: "forever", value: 1, options: { ttl: 0 } },
    ];
    await storage.setItems<StorageValue>(items, { ttl: 60 });
    await expectTtls({ undefined: 60, null: 60, none: 60, forever: null });
    await storage.setItems<StorageValue>(items);
    await expectTtls({ undefined: 30, null: 30, none: 30, forever: null });
  });

  test("raw values come back: bytes as a Buffer, text as text", async () => {
    const storage = storageOf();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await storage.setItemRaw("bytes", bytes, { ttl: 60 });
    await storage.setItemRaw("text", "plain");
    expect(await storage.getItemRaw<Buffer>("bytes")).toEqual(Buffer.from(bytes));
    expect(await storage.getItemRaw("text")).toBe("plain");
    expect(await storage.getItemRaw("missing")).toBeNull();
    await expectTtls({ bytes: 60, text: null });
  });
});

describe("times to live", () => {
  test.each([
    ["none", undefined, null],
    ["0", 0, null],
    ["Infinity", Number.POSITIVE_INFINITY, null],
    ["90", 90, 90],
    ["a fraction", 59.9999, 60],
  ])("%s", async (_, ttl, expected) => {
    await storageOf().setItem("key", 1, { ttl });
    await expectTtls({ key: expected });
  });

  test("that of the driver holds without one of the call", async () => {
    const storage = storageOf({ ttl: 30 });
    await storage.setItem("default", 1);
    await storage.setItem("own", 1, { ttl: 90 });
    await storage.setItem("forever", 1, { ttl: 0 });
    await storage.setItem("null", 1, { ttl: null });
    await expectTtls({ default: 30, own: 90, forever: null, null: 30 });
  });

  test("a negative one removes the item", async () => {
    const storage = storageOf();
    await storage.setItem("key", "old");
    await storage.setItem("key", "new", { ttl: -1 });
    expect(await storage.hasItem("key")).toBe(false);
  });

  test.each([["60"], [Number.NaN], [1e15]])("%s is refused", async (ttl) => {
    await expect(storageOf().setItem("key", 1, { ttl })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expectTtls({});
  });

  test("expired items are absent everywhere", async () => {
    const storage = storageOf();
    await storage.setItem("key", 1, { ttl: 60 });
    await database.pool.query("update pevensie.cache set expires_at = now() - interval '1 second'");
    expect(await storage.getKeys()).toEqual([]);
    expect(await storage.getItems(["key"])).toEqual([{ key: "key", value: null }]);
    expect(await storage.getMeta("key")).toEqual({});
    expect(await storage.hasItem("key")).toBe(false);
  });
});

describe("metadata", () => {
  test("has the expiry of an item that expires", async () => {
    const storage = storageOf();
    await storage.setItem("forever", 1);
    await storage.setItem("key", 1, { ttl: 60 });
    const { expiresAt, ttl, ...rest } = await storage.getMeta("key");
    expect(rest).toEqual({});
    expect(Math.abs((expiresAt as Date).getTime() - Date.now() - 60_000)).toBeLessThan(30_000);
    expect(ttl).toBeGreaterThanOrEqual(((expiresAt as Date).getTime() - Date.now()) / 1000);
    expect(ttl).toBeLessThanOrEqual(60);
    expect(await storage.getMeta("forever")).toEqual({});
    expect(await storage.getMeta("missing")).toEqual({});
  });

  test("of the application is kept with the item, and not among the keys", async () => {
    const storage = storageOf();
    await storage.setItem("key", 1);
    await storage.setMeta("key", { author: "Lucy" });
    expect(await storage.getMeta("key")).toEqual({ author: "Lucy" });
    expect(await storage.getKeys()).toEqual(["key"]);
    await storage.removeItem("key", { removeMeta: true });
    await expectTtls({});
  });
});

describe("keys", () => {
  test("are those below the base, to the depth asked for", async () => {
    const storage = storageOf();
    for (const key of ["a", "a:b", "a:b:c", "ab:c", "b:a:b"]) await storage.setItem(key, 1);
    expect((await storage.getKeys()).sort()).toEqual(["a", "a:b", "a:b:c", "ab:c", "b:a:b"]);
    expect((await storage.getKeys("a")).sort()).toEqual(["a:b", "a:b:c"]);
    expect((await storage.getKeys(undefined, { maxDepth: 1 })).sort()).toEqual(["a", "a:b", "ab:c"]);
    expect(await storage.getKeys("a", { maxDepth: 1 })).toEqual(["a:b"]);
    expect(await storage.getKeys("%")).toEqual([]);
  });

  test("clear(base) of the driver removes what is below the base, however much that is", async () => {
    const driver = createUnstorageDriver(cache);
    const storage = createStorage({ driver });
    await storage.setItems(Array.from({ length: 1100 }, (_, index) => ({ key: `a:${index}`, value: index })));
    for (const key of ["a", "ab:c", "b:a:b"]) await storage.setItem(key, 1);
    await driver.clear?.("a:", {});
    expect((await storage.getKeys()).sort()).toEqual(["a", "ab:c", "b:a:b"]);
    await storage.clear();
    await storage.clear();
    expect(await storage.getKeys()).toEqual([]);
  });

  test("drivers with different resource types are mounted beside each other", async () => {
    const storage = storageOf().mount("sessions", createUnstorageDriver(cache, { resourceType: "sessions" }));
    await storage.setItem("key", 1);
    await storage.setItem("sessions:key", 2);
    expect((await storage.getKeys()).sort()).toEqual(["key", "sessions:key"]);
    expect(await storage.getItems(["key", "sessions:key"])).toEqual([
      { key: "key", value: 1 },
      { key: "sessions:key", value: 2 },
    ]);
    await storage.clear("sessions");
    expect(await storage.getKeys()).toEqual(["key"]);
  });

  test("prefixStorage keeps to its prefix", async () => {
    // storage.clear() reaches the drivers that are mounted at or below the prefix.
    const storage = storageOf().mount("inner", createUnstorageDriver(cache, { resourceType: "inner" }));
    const prefixed = prefixStorage(storage, "inner");
    await storage.setItem("key", "outer");
    await prefixed.setItem("key", "inner", { ttl: 60 });
    await prefixed.setItems([{ key: "other", value: 1 }]);
    expect(await storage.getItem("inner:key")).toBe("inner");
    expect((await prefixed.getKeys()).sort()).toEqual(["key", "other"]);
    expect(await prefixed.getItems(["key", "missing"])).toEqual([
      { key: "key", value: "inner" },
      { key: "missing", value: null },
    ]);
    await prefixed.clear();
    expect(await storage.getKeys()).toEqual(["key"]);
  });
});

describe("misuse", () => {
  test.each([
    ["of 1,025 bytes", "k".repeat(1025)],
    ["with a NUL character", "a\0b"],
  ])("a key %s is INVALID_INPUT", async (_, key) => {
    const storage = storageOf();
    await expect(storage.setItem(key, 1)).rejects.toThrow(invalid("key"));
    await expect(storage.getItem(key)).rejects.toThrow(invalid("key"));
    await expect(storage.hasItem(key)).rejects.toThrow(invalid("key"));
    await expect(storage.getItems([key])).rejects.toThrow(invalid("key"));
    await expect(storage.setItems([{ key, value: 1 }])).rejects.toThrow(invalid("key"));
    await expect(storage.removeItem(key)).rejects.toThrow(invalid("key"));
    await expect(storage.getMeta(key)).rejects.toThrow(invalid("key"));
  });

  test("a value of more than 16 MiB is INVALID_INPUT, and bytes take a third more", async () => {
    const storage = storageOf();
    await expect(storage.setItem("key", "v".repeat(16 * 1024 * 1024 + 1))).rejects.toThrow(invalid("value"));
    await expect(storage.setItemRaw("key", Buffer.alloc(13 * 1024 * 1024))).rejects.toThrow(invalid("value"));
    await expect(storage.setItem("key", "a\0b")).rejects.toThrow(invalid("value"));
    await expectTtls({});
  });

  test("dispose() leaves the cache connected", async () => {
    await storageOf().dispose();
    expect(await storageOf().hasItem("key")).toBe(false);
  });

  test("calls after the cache was disconnected are NOT_CONNECTED", async () => {
    const other = await connect();
    const storage = createStorage({ driver: createUnstorageDriver(other) });
    const unawaited = storage.setItem("key", 1);
    await new Promise(setImmediate);
    await other.disconnect();
    await unawaited;
    expect(await storageOf().getItem("key")).toBe(1);
    const disconnected = { code: "NOT_CONNECTED" };
    await expect(storage.getItem("key")).rejects.toMatchObject(disconnected);
    await expect(storage.setItems([{ key: "key", value: 1 }])).rejects.toMatchObject(disconnected);
    await expect(storage.getKeys()).rejects.toMatchObject(disconnected);
    await expect(storage.clear()).rejects.toMatchObject(disconnected);
  });

  test("a cache that is not connected and unknown options are refused", () => {
    const pending = createCache({ driver: createCacheDriver({ connectionString: database.url }) });
    expect(() => createUnstorageDriver(pending as unknown as Cache)).toThrow(invalid("cache"));
    expect(() => createUnstorageDriver(cache, { base: "a" } as object)).toThrow(invalid("base"));
    expect(() => createUnstorageDriver(cache, { ttl: Number.NaN })).toThrow(invalid("ttl"));
    expect(createUnstorageDriver(cache, { resourceType: undefined, ttl: undefined }).getInstance?.()).toBe(cache);
  });
});
