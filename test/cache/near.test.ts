import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Cache, createCache, type NearOptions } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { connectCache, type HeldResults, holdResults } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { runFixture } from "../support/process.js";

/** How far the package's clock is ahead of the real one, in milliseconds. */
const clock = vi.hoisted(() => ({ ahead: 0 }));
vi.mock("../../src/timers.js", async (original) => {
  const real = await original<typeof import("../../src/timers.js")>();
  return { ...real, now: () => real.now() + clock.ahead };
});

const database = useDatabase();
const observed = observedPool({ connectionString: database.url });
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LASTING: NearOptions = { maxEntries: 1000, maxAgeMillis: DAY };
let cache: Cache;
beforeAll(async () => {
  cache = await createCache({ driver: createCacheDriver({ pool: observed.pool }), near: LASTING }).connect();
});
afterAll(async () => {
  await cache.disconnect();
  await endPool(observed.pool);
});

/** Changes a value as another process does: the cache is not notified. */
async function changeElsewhere(key: string, value: string): Promise<void> {
  const changed = await database.rows("update pevensie.cache set value = $2 where key = $1 returning key", [
    key,
    value,
  ]);
  expect(changed).toHaveLength(1);
}

/** An entry that the cache has read. Its type is its key, and its tag is too. */
async function readEntry(value = "1"): Promise<string> {
  const key = randomUUID();
  await cache.set(key, key, value, { tags: [key] });
  await expect(cache.get(key, key)).resolves.toBe(value);
  return key;
}

async function withNear(near: NearOptions, work: (cache: Cache) => Promise<void>): Promise<void> {
  await using other = await createCache({ driver: createCacheDriver({ pool: observed.pool }), near }).connect();
  await work(other);
}

describe("a hit", () => {
  const hits: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    get: async (key) => expect(await cache.get(key, key)).toBe("1"),
    getMany: async (key) => expect(await cache.getMany(key, [key, key])).toEqual(new Map([[key, "1"]])),
    getOrSet: async (key) => expect(await cache.getOrSet(key, key, () => "2", { ttlSeconds: null })).toBe("1"),
    "get of a resource": async (key) => expect(await cache.resource<number>(key).get(key)).toBe(1),
  };
  test.each(Object.entries(hits))("G55: sends no statement: %s", async (_, read) => {
    const key = await readEntry();
    await changeElsewhere(key, "3");
    await expect(statementsOf(observed, () => read(key))).resolves.toEqual([]);
  });

  test("G55: the values that getMany and getOrSet have read are kept", async () => {
    const keys = [randomUUID(), randomUUID()] as const;
    await cache.setMany(
      "page",
      keys.map((key) => [key, key]),
    );
    await expect(cache.getMany("page", [keys[0], "absent"])).resolves.toEqual(new Map([[keys[0], keys[0]]]));
    await expect(cache.getOrSet("page", keys[1], () => "2", { ttlSeconds: null })).resolves.toBe(keys[1]);
    const sent = await statementsOf(observed, async () => {
      for (const key of keys) await expect(cache.get("page", key)).resolves.toBe(key);
    });
    expect(sent).toEqual([]);
  });

  test("G55: is that of its type and key alone", async () => {
    await cache.set("a", "bc", "1");
    await cache.set("ab", "c", "2");
    for (let count = 0; count < 2; count += 1) {
      await expect(cache.get("a", "bc")).resolves.toBe("1");
      await expect(cache.get("ab", "c")).resolves.toBe("2");
    }
  });

  test("G55: an empty value is one", async () => {
    const key = await readEntry("");
    const sent = await statementsOf(observed, () => expect(cache.get(key, key)).resolves.toBe(""));
    expect(sent).toEqual([]);
  });

  test("G55: a miss is none: what another process sets is seen by the next lookup", async () => {
    const key = randomUUID();
    await expect(cache.get(key, key)).resolves.toBeNull();
    await expect(cache.getMany(key, [key])).resolves.toEqual(new Map());
    await database.rows("insert into pevensie.cache (resource_type, key, value) values ($1, $1, 'new')", [key]);
    await expect(cache.get(key, key)).resolves.toBe("new");
  });

  test("G55: getEntry, has and getAll ask the database", async () => {
    const key = await readEntry();
    await changeElsewhere(key, "2");
    await expect(cache.getEntry(key, key)).resolves.toMatchObject({ value: "2" });
    await expect(cache.getAll(key)).resolves.toEqual(new Map([[key, "2"]]));
    await database.rows("delete from pevensie.cache where key = $1", [key]);
    await expect(cache.has(key, key)).resolves.toBe(false);
  });
});

describe("the age of a value", () => {
  test("G55: a value is served until it is maxAgeMillis old, and then read again", async () => {
    await withNear({ maxEntries: 10, maxAgeMillis: HOUR }, async (other) => {
      const key = randomUUID();
      await cache.set(key, key, "old");
      await expect(other.get(key, key)).resolves.toBe("old");
      await changeElsewhere(key, "new");
      // Less than the age by more than a test takes.
      clock.ahead += HOUR - 10 * MINUTE;
      await expect(other.get(key, key)).resolves.toBe("old");
      clock.ahead += 10 * MINUTE;
      await expect(other.get(key, key)).resolves.toBe("new");
    });
  });

  test("G55: the age is counted from before the lookup", async () => {
    let results: HeldResults | undefined;
    const near = { maxEntries: 10, maxAgeMillis: HOUR };
    await using other = await connectCache({ pool: observed.pool }, { near }, (driver) => {
      const [holding, held] = holdResults(driver, "get");
      results = held;
      return holding;
    });
    const key = randomUUID();
    await cache.set(key, key, "old");
    const lookup = other.get(key, key);
    await results?.held;
    await changeElsewhere(key, "new");
    clock.ahead += HOUR;
    results?.release();
    await expect(lookup).resolves.toBe("old");
    await expect(other.get(key, key)).resolves.toBe("new");
  });
});

/** Changes of an entry "1" with the tag and type of its key, and what a lookup finds then. */
const WRITES: Readonly<Record<string, [(by: Cache, key: string) => Promise<unknown>, string | null]>> = {
  set: [(by, key) => by.set(key, key, "2"), "2"],
  "set of a resource": [(by, key) => by.resource<number>(key).set(key, 2), "2"],
  setMany: [(by, key) => by.setMany(key, [[key, "2"]]), "2"],
  increment: [(by, key) => by.increment(key, key), "2"],
  delete: [(by, key) => by.delete(key, key), null],
  deleteMany: [(by, key) => by.deleteMany(key, [key]), null],
  clear: [(by, key) => by.clear(key), null],
  invalidateTags: [(by, key) => by.invalidateTags([key]), null],
  setIfAbsent: [
    async (by, key) => {
      // Another process deletes the entry, which the cache still has.
      await database.rows("delete from pevensie.cache where key = $1", [key]);
      await by.setIfAbsent(key, key, "2");
    },
    "2",
  ],
};

describe.each(Object.entries(WRITES))("%s by the cache", (name, [write, found]) => {
  const isAbsentBefore = name === "setIfAbsent";

  test("G55: is seen by the next lookup", async () => {
    const key = await readEntry();
    await write(cache, key);
    await expect(cache.get(key, key)).resolves.toBe(found);
    await expect(cache.getMany(key, [key])).resolves.toEqual(new Map(found === null ? [] : [[key, found]]));
  });

  test("G55: is seen after it, though a lookup that began before it is answered with the old value", async () => {
    let results: HeldResults | undefined;
    await using other = await connectCache({ pool: observed.pool }, { near: LASTING }, (driver) => {
      const [holding, held] = holdResults(driver, "get", (value) => value === "1");
      results = held;
      return holding;
    });
    const key = randomUUID();
    await cache.set(key, key, "1", { tags: [key] });
    const lookup = other.get(key, key);
    await results?.held;
    await write(other, key);
    results?.release();
    await expect(lookup).resolves.toBe("1");
    await expect(other.get(key, key)).resolves.toBe(found);
  });

  test("G55: is seen after it, though a lookup that began and ended during it has found the old value", async () => {
    const key = await readEntry();
    let onSending = () => {};
    let release = () => {};
    const sending = new Promise<void>((resolve) => {
      onSending = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    observed.before = () => {
      observed.before = undefined;
      onSending();
      return released;
    };
    const writing = write(cache, key);
    await sending;
    await expect(cache.get(key, key)).resolves.toBe(isAbsentBefore ? null : "1");
    release();
    await writing;
    await expect(cache.get(key, key)).resolves.toBe(found);
  });
});

test("G55: rateLimit by the cache is seen by the next lookup", async () => {
  const key = randomUUID();
  const limit = { limit: 3, windowSeconds: 3600 };
  await cache.rateLimit("limit", key, limit);
  const first = await cache.get("limit", key);
  await cache.rateLimit("limit", key, limit);
  const second = await cache.get("limit", key);
  expect(second).not.toBe(first);
  await expect(cache.getEntry("limit", key)).resolves.toMatchObject({ value: second });
});

test("G55: an eviction by the cache is seen by the next lookups", async () => {
  const keys = Array.from({ length: 20 }, () => randomUUID());
  await cache.setMany("evicted", keys.map((key) => [key, "1"] as const), { ttlSeconds: 1000 }); // biome-ignore format: one line
  await expect(cache.getMany("evicted", keys)).resolves.toHaveProperty("size", 20);
  await cache.removeExpired({ maxEntries: 1 });
  const left = await database.rows<{ key: string }>("select key from pevensie.cache where resource_type = 'evicted'");
  await expect(cache.getMany("evicted", keys)).resolves.toEqual(new Map(left.map(({ key }) => [key, "1"])));
  expect(left.length).toBeLessThan(20);
});

describe("maxEntries", () => {
  test("G55: the values that were read longest ago are evicted first", async () => {
    await withNear({ maxEntries: 2, maxAgeMillis: DAY }, async (other) => {
      const keys = ["a", "b", "c"].map((letter) => `${letter} ${randomUUID()}`) as [string, string, string];
      const [a, b, c] = keys;
      for (const key of keys) await cache.set("page", key, "old");
      for (const key of [a, b, a, c]) await expect(other.get("page", key)).resolves.toBe("old");
      for (const key of keys) await changeElsewhere(key, "new");
      await expect(other.get("page", a)).resolves.toBe("old");
      await expect(other.get("page", c)).resolves.toBe("old");
      await expect(other.get("page", b)).resolves.toBe("new");
    });
  });
});

describe("without near", () => {
  test.each([undefined, null])("G55: every lookup asks the database: %s", async (near) => {
    await using other = await createCache({ driver: createCacheDriver({ pool: observed.pool }), near }).connect();
    const key = await readEntry();
    await expect(other.get(key, key)).resolves.toBe("1");
    await changeElsewhere(key, "2");
    await expect(other.get(key, key)).resolves.toBe("2");
  });
});

test("G55: a cache that connects again has forgotten its values, and keeps its options", async () => {
  const driver = createCacheDriver({ pool: observed.pool });
  const first = await createCache({ driver, near: LASTING }).connect();
  const key = await readEntry();
  await expect(first.get(key, key)).resolves.toBe("1");
  const disconnected = await first.disconnect();
  await changeElsewhere(key, "2");
  await using again = await disconnected.connect();
  await expect(again.get(key, key)).resolves.toBe("2");
  await changeElsewhere(key, "3");
  await expect(again.get(key, key)).resolves.toBe("2");
});

describe("invalid options", () => {
  const driver = createCacheDriver({ pool: observed.pool });
  const create = (near: unknown) => () => createCache({ driver, near: near as never });
  test.each([
    ["near.maxEntries", 0, 10_000_001],
    ["near.maxAgeMillis", 0, 86_400_001],
  ] as const)("G55: %s is a whole number within its limits, or INVALID_INPUT", (field, low, high) => {
    for (const value of [low, high, -1, 1.5, Number.NaN, "10", null, undefined, 10n]) {
      const near = { maxEntries: 10, maxAgeMillis: 10, [field.slice("near.".length)]: value };
      expect(create(near)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
    }
    for (const value of [low + 1, high - 1]) {
      const near = { maxEntries: 10, maxAgeMillis: 10, [field.slice("near.".length)]: value };
      expect(create(near)).not.toThrow();
    }
  });

  test("G55: near is an object with these options, or INVALID_INPUT", () => {
    for (const near of [5, "near", true, [], () => {}]) {
      expect(create(near)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "near" }));
    }
    const unknown = { maxEntries: 1, maxAgeMillis: 1, ttl: 1 };
    expect(create(unknown)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "ttl" }));
  });
});

test("G55: without the package lru-cache, connecting is INVALID_INPUT near, and says what to install", async () => {
  const { stdout, stderr, status } = await runFixture("without-lru-cache.ts", { DATABASE_URL: database.url });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  expect(JSON.parse(stdout)).toMatchObject({
    code: "INVALID_INPUT",
    field: "near",
    message: expect.stringContaining("npm install lru-cache"),
  });
});

test("a resource whose value in the tier is refused returns the one that another process has stored meanwhile", async () => {
  const key = await readEntry("of an earlier release");
  await changeElsewhere(key, '"good"');
  const values = cache.resource<string>(key, { ttlSeconds: 60 });
  const calls = Array.from({ length: 3 }, () => values.getOrSet(key, () => "computed"));
  await expect(Promise.all(calls)).resolves.toEqual(["good", "good", "good"]);
  await expect(values.get(key)).resolves.toBe("good");
  await expect(cache.getEntry(key, key)).resolves.toMatchObject({ value: '"good"' });
});

test("a resource replaces a value that is refused in the tier and in the database", async () => {
  const key = await readEntry("of an earlier release");
  const values = cache.resource<string>(key, { ttlSeconds: 60 });
  await expect(values.getOrSet(key, () => "computed")).resolves.toBe("computed");
  await expect(cache.getEntry(key, key)).resolves.toMatchObject({ value: '"computed"' });
});
