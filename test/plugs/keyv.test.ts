import { keyvIteratorTests, default as keyvTestSuite } from "@keyv/test-suite";
import { Keyv } from "keyv";
import * as vitest from "vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { PevensieError } from "../../src/errors/index.js";
import { createKeyvStore } from "../../src/plugs/keyv.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const connect = () => createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
let cache: Cache;
beforeAll(async () => {
  cache = await connect();
});
afterAll(() => cache.disconnect());

const invalid = (field: string) => expect.objectContaining({ code: "INVALID_INPUT", field });

/** A Keyv whose failures reject, with a namespace of its own. */
const keyvOf = (namespace: string, options: { cache?: Cache; useKeyPrefix?: boolean } = {}) =>
  new Keyv({
    store: createKeyvStore(options.cache ?? cache),
    namespace,
    throwOnErrors: true,
    useKeyPrefix: options.useKeyPrefix ?? false,
  });

/** The remaining time to live of the only entry of a namespace, in milliseconds. */
const ttlOf = async (namespace: string) => {
  const [row] = await database.rows<{ ttl: string | null }>(
    "select extract(epoch from expires_at - now()) * 1000 as ttl from pevensie.cache where resource_type = $1",
    [`keyv:${namespace}`],
  );
  if (row === undefined) throw new Error("no entry");
  return row.ttl === null ? null : Number(row.ttl);
};

describe("the test suite of Keyv", () => {
  keyvTestSuite(vitest, Keyv, () => createKeyvStore(cache));
  keyvIteratorTests(vitest, Keyv, () => createKeyvStore(cache));
});

describe("namespaces", () => {
  test("are resource types of their own", async () => {
    await keyvOf("types").set("key", 1);
    await keyvOf("prefixed", { useKeyPrefix: true }).set("key", 1);
    await createKeyvStore(cache, { resourceType: "mine" }).set("key", "1");
    expect(
      await database.rows(
        `select resource_type, key from pevensie.cache
         where resource_type in ('keyv:types', 'keyv:prefixed', 'mine') order by resource_type`,
      ),
    ).toEqual([
      { resource_type: "keyv:prefixed", key: "prefixed:key" },
      { resource_type: "keyv:types", key: "key" },
      { resource_type: "mine", key: "key" },
    ]);
  });

  test("clear() of one leaves the other, also where one is a prefix of the other", async () => {
    const keyvs = [keyvOf("a"), keyvOf("a:b"), keyvOf("ab")] as const;
    for (const keyv of keyvs) await keyv.set("key", keyv.namespace);
    await keyvs[0].clear();
    expect(await Promise.all(keyvs.map((keyv) => keyv.get("key")))).toEqual([undefined, "a:b", "ab"]);
  });

  test("an iteration over more entries than are read at a time yields each once", async () => {
    const keyv = keyvOf("many");
    const entries = Array.from({ length: 700 }, (_, index) => ({ key: `key:${index}`, value: index }));
    await keyv.setMany(entries);
    const found = new Map<string, number>();
    for await (const [key, value] of keyv.iterator?.(undefined) ?? []) found.set(key, value);
    expect(found).toEqual(new Map(entries.map(({ key, value }) => [key, value])));
  });
});

describe("times to live", () => {
  test.each([
    ["0", 0],
    ["undefined", undefined],
    ["Infinity", Number.POSITIVE_INFINITY],
  ])("%s does not expire", async (name, ttl) => {
    const keyv = keyvOf(`forever ${name}`);
    await keyv.set("key", 1, ttl);
    expect(await ttlOf(`forever ${name}`)).toBeNull();
    expect(await keyv.get("key")).toBe(1);
  });

  test("are in milliseconds", async () => {
    await keyvOf("millis").set("key", 1, 59_999);
    const ttl = await ttlOf("millis");
    expect(ttl).toBeGreaterThan(30_000);
    expect(ttl).toBeLessThanOrEqual(59_999);
  });

  test("a fraction of a millisecond is rounded up", async () => {
    // Rounded down it would be 0, and nothing stored.
    await keyvOf("fraction").set("key", 1, 0.4);
    expect(await ttlOf("fraction")).toBeLessThanOrEqual(1);
  });

  test("a negative one deletes what was there", async () => {
    const keyv = keyvOf("negative");
    await keyv.set("key", "old");
    await keyv.set("key", "new", -1);
    expect(await keyv.get("key")).toBeUndefined();
    await keyv.setMany([
      { key: "kept", value: 1, ttl: 60_000 },
      { key: "gone", value: 2, ttl: -1 },
      { key: "forever", value: 3 },
    ]);
    expect(await keyv.getMany(["kept", "gone", "forever"])).toEqual([1, undefined, 3]);
  });

  test.each([[Number.NaN], [1e18], ["1000"]])("%s is refused", async (ttl) => {
    const store = createKeyvStore(cache);
    await expect(store.set("key", "value", ttl as number)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(await store.has?.("key")).toBe(false);
  });
});

describe("many entries", () => {
  test("setMany() resolves to true for each, and the last of equal keys counts", async () => {
    const keyv = keyvOf("set many");
    const entries = [
      { key: "a", value: 1 },
      { key: "b", value: 2, ttl: 60_000 },
      { key: "a", value: 3, ttl: 60_000 },
    ];
    expect(await keyv.setMany(entries)).toEqual([true, true, true]);
    expect(await keyv.get(["a", "b", "c"])).toEqual([3, 2, undefined]);
    expect(await keyv.hasMany(["c", "b", "a", "b"])).toEqual([false, true, true, true]);
  });

  test("entries with equal keys and different times to live are no race", async () => {
    const calls: unknown[] = [];
    const recording: Cache = Object.create(cache, {
      setMany: {
        value: async (_type: string, entries: Iterable<unknown>, options: unknown) => {
          calls.push([[...entries], options]);
        },
      },
    });
    await createKeyvStore(recording).setMany?.([
      { key: "a", value: "1" },
      { key: "b", value: "2" },
      { key: "a", value: "3", ttl: 1000 },
    ]);
    expect(calls).toEqual([
      [[["a", "3"]], { ttlMillis: 1000 }],
      [[["b", "2"]], { ttlMillis: null }],
    ]);
  });

  test("deleteMany() resolves to whether every key had an entry", async () => {
    const keyv = keyvOf("delete many");
    await keyv.setMany(["a", "b", "c"].map((key) => ({ key, value: 1 })));
    expect(await keyv.deleteMany(["a", "b", "a"])).toBe(true);
    expect(await keyv.deleteMany(["c", "d"])).toBe(false);
    expect(await keyv.has("c")).toBe(false);
  });
});

describe("misuse", () => {
  test.each([
    ["a key of 1,025 bytes", "k".repeat(1025)],
    ["a key with a NUL character", "a\0b"],
    ["a key with a lone surrogate", "\ud800"],
  ])("%s is INVALID_INPUT", async (_, key) => {
    const keyv = keyvOf("bad keys");
    await expect(keyv.set(key, 1)).rejects.toThrow(invalid("key"));
    await expect(keyv.get(key)).rejects.toThrow(invalid("key"));
    await expect(keyv.setMany([{ key, value: 1 }])).rejects.toThrow(invalid("key"));
    await expect(keyv.getMany([key])).rejects.toThrow(invalid("key"));
    await expect(keyv.has(key)).rejects.toThrow(invalid("key"));
    await expect(keyv.delete([key])).rejects.toThrow(invalid("key"));
  });

  test("without throwOnErrors each failure is one event, that of get() included", async () => {
    const keyv = new Keyv({ store: createKeyvStore(cache) });
    const errors: unknown[] = [];
    keyv.on("error", (error) => errors.push(error));
    expect(await keyv.get("a\0b")).toBeUndefined();
    expect(await keyv.set("a\0b", 1)).toBe(false);
    expect(await keyv.delete("a\0b")).toBe(false);
    expect(errors).toEqual([invalid("key"), invalid("key"), invalid("key")]);
  });

  test("a listener that throws does not replace the error", async () => {
    const store = createKeyvStore(cache);
    store.on("error", () => {
      throw new Error("of a listener");
    });
    await expect(store.get("a\0b")).rejects.toThrow(invalid("key"));
  });

  test("a value of 16 MiB is stored, and a larger one INVALID_INPUT", async () => {
    const keyv = keyvOf("large");
    const overhead = JSON.stringify({ value: "" }).length;
    const largest = "v".repeat(16 * 1024 * 1024 - overhead);
    await keyv.set("key", largest);
    expect((await keyv.get<string>("key"))?.length).toBe(largest.length);
    await expect(keyv.set("key", `${largest}v`)).rejects.toThrow(invalid("value"));
    await keyv.clear();
  });

  test("a Keyv without serialization is INVALID_INPUT", async () => {
    const keyv = keyvOf("objects");
    keyv.serialize = undefined;
    await expect(keyv.set("key", 1)).rejects.toThrow(invalid("value"));
  });

  test("calls that are not awaited take effect, and end before the cache is disconnected", async () => {
    const other = await connect();
    const keyv = keyvOf("unawaited", { cache: other });
    const calls = Array.from({ length: 50 }, (_, index) => keyv.set(`key ${index}`, index));
    // Keyv serializes first.
    await new Promise(setImmediate);
    await other.disconnect();
    expect(await Promise.all(calls)).toEqual(calls.map(() => true));
    await expect(keyv.get("key 1")).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    await expect(keyv.set("key 1", 1)).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    await expect(keyv.clear()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    expect(await keyvOf("unawaited").getMany(["key 0", "key 49"])).toEqual([0, 49]);
  });

  test("disconnect() of a Keyv leaves the cache connected", async () => {
    const keyv = keyvOf("disconnected");
    await keyv.disconnect();
    expect(await keyv.set("key", 1)).toBe(true);
  });

  test("a cache that is not connected and unknown options are refused", () => {
    const pending = createCache({ driver: createCacheDriver({ connectionString: database.url }) });
    expect(() => createKeyvStore(pending as unknown as Cache)).toThrow(invalid("cache"));
    expect(() => createKeyvStore(undefined as unknown as Cache)).toThrow(PevensieError);
    expect(() => createKeyvStore(cache, { namespace: "a" } as object)).toThrow(invalid("namespace"));
    expect(() => createKeyvStore(cache, { resourceType: "a\0b" })).toThrow(invalid("resourceType"));
    expect(() => createKeyvStore(cache, { resourceType: undefined })).not.toThrow();
  });
});
