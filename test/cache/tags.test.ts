import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

const database = useDatabase();
const observed = observedPool({ connectionString: database.url });
let cache: Cache;
beforeAll(async () => {
  cache = await createCache({ driver: createCacheDriver({ pool: observed.pool }) }).connect();
});
afterAll(async () => {
  await cache.disconnect();
  await endPool(observed.pool);
});

async function keysOf(resourceType: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of cache.keys(resourceType)) keys.push(key);
  return keys;
}

/** An entry with the tags "a <key>" and "b <key>", of which the second was invalidated. */
async function invalidated(value = "value"): Promise<string> {
  const key = randomUUID();
  await cache.set(key, key, value, { ttlSeconds: 60, tags: [`a ${key}`, `b ${key}`] });
  await expect(cache.get(key, key)).resolves.toBe(value);
  await cache.invalidateTags([`b ${key}`, "no entry's"]);
  return key;
}
const isKept = async (key: string) =>
  (await database.rows("select from pevensie.cache where key = $1", [key])).length > 0;

describe("an entry with an invalidated tag", () => {
  const lookups: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    "get is null": async (key) => expect(await cache.get(key, key)).toBeNull(),
    "get is null among several": async (key) =>
      expect(await Promise.all([key, key, key, key].map((each) => cache.get(each, key)))).toEqual([
        null,
        null,
        null,
        null,
      ]),
    "getMany leaves it out": async (key) => expect(await cache.getMany(key, [key, "other"])).toEqual(new Map()),
    "getAll leaves it out": async (key) => expect(await cache.getAll(key)).toEqual(new Map()),
    "getEntry is null": async (key) => expect(await cache.getEntry(key, key)).toBeNull(),
    "has is false": async (key) => expect(await cache.has(key, key)).toBe(false),
    "keys leaves it out": async (key) => expect(await keysOf(key)).toEqual([]),
    "touch is false": async (key) => expect(await cache.touch(key, key, { ttlSeconds: 60 })).toBe(false),
    "delete is false": async (key) => expect(await cache.delete(key, key)).toBe(false),
    "deleteMany does not count it": async (key) => expect(await cache.deleteMany(key, [key])).toBe(0),
    "clear does not count it": async (key) => expect(await cache.clear(key)).toBe(0),
    "setIfAbsent replaces it": async (key) => {
      expect(await cache.setIfAbsent(key, key, "new", { ttlSeconds: 60 })).toBe(true);
      expect(await cache.getEntry(key, key)).toMatchObject({ value: "new", tags: [] });
    },
    "getOrSet computes it anew": async (key) => {
      expect(await cache.getOrSet(key, key, () => "new", { ttlSeconds: 60, tags: [`b ${key}`] })).toBe("new");
      expect(await cache.getEntry(key, key)).toMatchObject({ value: "new", tags: [`b ${key}`] });
    },
    "set replaces it": async (key) => {
      await cache.set(key, key, "new", { tags: [`b ${key}`] });
      expect(await cache.get(key, key)).toBe("new");
    },
    "a sweep removes it": async (key) => {
      expect(await cache.removeExpired()).toBeGreaterThanOrEqual(1);
      expect(await isKept(key)).toBe(false);
    },
  };
  test.each(Object.entries(lookups))("is a miss: %s", async (_, look) => {
    const key = await invalidated();
    await expect(isKept(key)).resolves.toBe(true);
    await look(key);
  });

  test("G52: is a miss for a value of more than 4 MiB", async () => {
    const key = await invalidated("v".repeat(5 * 1024 * 1024));
    await expect(cache.get(key, key)).resolves.toBeNull();
    await expect(cache.getMany(key, [key])).resolves.toEqual(new Map());
  });

  test("G52: is a miss between two statements that fetch a large value", async () => {
    const key = randomUUID();
    await cache.set(key, key, "v".repeat(5 * 1024 * 1024), { tags: [key] });
    let reads = 0;
    observed.before = (text) => {
      if (!text.includes("from pevensie.cache")) return undefined;
      reads += 1;
      return reads === 2 ? database.rows("insert into pevensie.cache_invalidation values ($1, pg_current_xact_id())", [key]) : undefined; // biome-ignore format: one line
    };
    const value = await cache.get(key, key);
    observed.before = undefined;
    expect(reads).toBe(2);
    expect(value).toBeNull();
  });

  test("G52: counts as absent for a counter and for a limit", async () => {
    const counter = await invalidated("41");
    await expect(cache.increment(counter, counter, { by: 2 })).resolves.toBe(2);
    const live = randomUUID();
    await cache.set(live, live, "41", { tags: [live] });
    await expect(cache.increment(live, live)).resolves.toBe(42);
    await cache.invalidateTags([live]);
    await expect(cache.get(live, live)).resolves.toBeNull();
  });
});

describe("an entry whose tags were not invalidated", () => {
  test("G52: stays, whatever other tags were, and so do those without tags", async () => {
    const key = randomUUID();
    await cache.set(key, "tagged", "t", { tags: [`a ${key}`, `b ${key}`] });
    await cache.set(key, "untagged", "u");
    await cache.set(key, "empty", "e", { tags: [] });
    await cache.setMany(key, [["many", "m"]], { tags: [`a ${key}`] });
    await cache.invalidateTags([key, `a ${key} `, `A ${key}`, `%`, `b`]);
    await expect(keysOf(key)).resolves.toEqual(["empty", "many", "tagged", "untagged"]);
    await cache.removeExpired();
    await expect(cache.getMany(key, ["tagged", "untagged", "empty", "many"])).resolves.toEqual(
      new Map(Object.entries({ tagged: "t", untagged: "u", empty: "e", many: "m" })),
    );
    await cache.invalidateTags([`a ${key}`]);
    await expect(keysOf(key)).resolves.toEqual(["empty", "untagged"]);
  });

  test("G52: has the tags of its last value", async () => {
    const key = randomUUID();
    await cache.set(key, key, "first", { tags: ["x", "y", "x"] });
    await expect(cache.getEntry(key, key)).resolves.toEqual({ value: "first", expiresAt: null, tags: ["x", "y"] });
    await cache.set(key, key, "second", { tags: new Set(["z"]) });
    await expect(cache.getEntry(key, key)).resolves.toMatchObject({ tags: ["z"] });
    await cache.set(key, key, "third");
    await cache.invalidateTags(["x", "y", "z"]);
    await expect(cache.getEntry(key, key)).resolves.toEqual({ value: "third", expiresAt: null, tags: [] });
    const special = ['"', "\\", "{a,b}", "NULL", "'", "\u{1f600}", " ", "[]", "null"];
    await cache.set(key, key, "fourth", { tags: special });
    await expect(cache.getEntry(key, key)).resolves.toMatchObject({ tags: special });
    for (const tag of special) {
      await cache.set(key, key, "fifth", { tags: special });
      await cache.invalidateTags([tag]);
      await expect(cache.get(key, key)).resolves.toBeNull();
    }
  });
});

test("G52: a value that is set with others has none of the tags of the one before", async () => {
  const key = randomUUID();
  await cache.set(key, key, "first", { tags: [key] });
  await cache.setMany(key, [
    [key, "second"],
    ["other", "second"],
  ]);
  await cache.invalidateTags([key]);
  await expect(cache.getEntry(key, key)).resolves.toEqual({ value: "second", expiresAt: null, tags: [] });
});

describe("limits", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `${index} `.padEnd(255, "\u00e9"));
  test("G52: an entry may have 32 tags of 255 characters", async () => {
    const tags = many(32);
    await cache.set("type", "key", "value", { tags: [...tags, ...tags] });
    await expect(cache.getEntry("type", "key")).resolves.toMatchObject({ tags });
    await cache.invalidateTags(tags);
    await expect(cache.get("type", "key")).resolves.toBeNull();
    await cache.invalidateTags([]);
  });

  test.each([
    ["33 tags", many(33)],
    ["a tag of 256 characters", ["v".repeat(256)]],
    ["an empty tag", [""]],
    ["a tag with NUL", ["a\0b"]],
    ["a tag with a lone surrogate", ["a", "\ud800"]],
    ["a tag that is no text", [5]],
    ["a text", "abc"],
    ["a number", 5],
  ] as const)("%s: INVALID_INPUT, before any SQL", async (_, given) => {
    const tags = given as unknown as string[];
    const calls: (() => Promise<unknown>)[] = [
      () => cache.set("type", "key", "value", { tags }),
      () => cache.setIfAbsent("type", "key", "value", { tags }),
      () => cache.setMany("type", [["key", "value"]], { tags }),
      () => cache.getOrSet("type", "key", () => "value", { ttlSeconds: 60, tags }),
      () => cache.invalidateTags(tags),
    ];
    for (const call of calls) {
      const statements = await statementsOf(observed, () =>
        expect(call()).rejects.toMatchObject({ code: "INVALID_INPUT", field: "tags" }),
      );
      expect(statements).toEqual([]);
    }
  });
});
