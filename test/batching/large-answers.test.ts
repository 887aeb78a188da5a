import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { useAnswers } from "../support/answers.js";
import { useDatabase } from "../support/database.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool } from "../support/observed-pool.js";

/** Values that would make a response too large are left out of it, and fetched a few at a time. */

const database = useDatabase();
const answers = useAnswers();
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const MiB = 1024 * 1024;
/** The bound on a response, with a margin for what is sent besides the values. */
const LARGEST_ANSWER = 4 * MiB + 4_096;
const names = times(12).map((index) => `large ${index}`);
const textOf = (key: string, bytes = 1.5 * MiB) => key.padEnd(bytes, "*");

beforeAll(async () => {
  await using cache = await createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
  for (const key of names) {
    await cache.set("type", key, textOf(key));
    await cache.set(key, "under one key", textOf(key));
  }
  for (const key of ["huge 0", "huge 1", "huge 2"]) await cache.set("type", key, textOf(key, 5 * MiB));
  for (const key of times(12).map(String)) await cache.set("type", key, key);
});

/** Whether two lists of long texts are the same, without printing them. */
function expectSame(found: readonly unknown[], expected: readonly unknown[]): void {
  expect(found.map((value, index) => value === expected[index])).toEqual(expected.map(() => true));
  expect(found).toHaveLength(expected.length);
}

const own = { connectionString: database.url, query_timeout: 60_000 };
const CONFIGS: Readonly<Record<string, PostgresDriverConfig>> = {
  "a pool of the driver's": own,
  "a pool of one connection": { ...own, max: 1 },
  "no batching": { ...own, batching: false },
};

describe.each(Object.entries(CONFIGS))("with %s", (_, config) => {
  async function withCache(work: (cache: Cache) => Promise<unknown>): Promise<void> {
    await using cache = await createCache({ driver: createCacheDriver(config) }).connect();
    await work(cache);
    for (const { bytes, rows } of answers.all) {
      if (rows > 1) expect(bytes).toBeLessThanOrEqual(LARGEST_ANSWER);
    }
    expect(answers.mostInFlight(({ bytes }) => bytes > 4 * MiB)).toBeLessThanOrEqual(2);
  }

  test("G33: concurrent gets of large values and small ones each get their own value", async () => {
    await withCache(async (cache) => {
      const keys = [...names, ...times(12).map(String)];
      const found = await Promise.all(keys.map((key) => cache.get("type", key)));
      expectSame(
        found,
        keys.map((key) => (key.startsWith("large") ? textOf(key) : key)),
      );
    });
  });

  test("G33: getMany of large values and small ones returns them all", async () => {
    await withCache(async (cache) => {
      const found = await cache.getMany("type", [...names, "7", "absent"]);
      expect([...found.keys()]).toEqual([...names, "7"]);
      expectSame([...found.values()], [...names.map((name) => textOf(name)), "7"]);
    });
  });

  test("G33: getAll of large values returns them all, by type in order", async () => {
    await withCache(async (cache) => {
      const found = await cache.getAll("under one key");
      const types = names.toSorted();
      expect([...found.keys()]).toEqual(types);
      expectSame(
        [...found.values()],
        types.map((type) => textOf(type)),
      );
    });
  });

  test("G33: values over the size limit of a response are fetched alone, two at a time", async () => {
    await withCache(async (cache) => {
      const keys = times(6).map((index) => `huge ${index % 3}`);
      const expected = keys.map((key) => textOf(key, 5 * MiB));
      expectSame(await Promise.all(keys.map((key) => cache.get("type", key))), expected);
      const found = await cache.getMany("type", new Set(keys));
      expectSame([...found.values()], expected.slice(0, 3));
    });
  });
});

test("G33: calls for one large value that share a statement share the value, too", async () => {
  await using cache = await createCache({ driver: createCacheDriver(own) }).connect();
  const found = await Promise.all(times(40).map(() => cache.get("type", "large 0")));
  expectSame(
    found,
    times(40).map(() => textOf("large 0")),
  );
  const withoutValue = answers.all.filter(({ rows, bytes }) => rows > 0 && bytes < MiB);
  const withValue = answers.all.filter(({ bytes }) => bytes >= MiB);
  // The first call is sent alone, and answered directly.
  expect(withValue.length).toBeLessThanOrEqual(1 + withoutValue.length);
});

describe("a value that was left out of a response", () => {
  const observed = observedPool({ connectionString: database.url, max: 4 });
  let cache: Cache;
  let resume: () => void;
  beforeAll(async () => {
    cache = await createCache({ driver: createCacheDriver({ pool: observed.pool, query_timeout: 60_000 }) }).connect();
  });
  afterAll(async () => {
    await cache.disconnect();
    await endPool(observed.pool);
  });
  beforeEach(async () => {
    observed.before = undefined;
    await cache.set("type", "held", textOf("held", 5 * MiB), { ttlSeconds: 60 });
  });

  /** Asks for the value and small ones by one statement; the second one, for the value, is held back until `resume` is called. */
  async function askWithSmallOnes(): Promise<{ held: Promise<string | null> }> {
    await Promise.all(times(8).map((index) => cache.get("type", String(index))));
    const gate = new Promise<void>((resolve) => {
      resume = resolve;
    });
    let statements = 0;
    observed.before = () => {
      statements += 1;
      return statements > 1 ? gate : undefined;
    };
    const calls = ["1", "held", "2"].map((key) => cache.get("type", key));
    expect([await calls[0], await calls[2]]).toEqual(["1", "2"]);
    await expect.poll(() => statements).toBe(2);
    return { held: calls[1] as Promise<string | null> };
  }

  test("G33: is fetched while small ones of the same batch are answered already", async () => {
    const { held } = await askWithSmallOnes();
    resume();
    expect((await held) === textOf("held", 5 * MiB)).toBe(true);
  });

  test.each([
    ["changes", "update pevensie.cache set value = 'changed' where key = 'held'", "changed"],
    ["is deleted", "delete from pevensie.cache where key = 'held'", null],
    ["expires", "update pevensie.cache set expires_at = now() where key = 'held'", null],
  ])("G33: and %s meanwhile is returned as it is then", async (_, change, expected) => {
    const { held } = await askWithSmallOnes();
    await database.rows(change);
    resume();
    expect(await held).toBe(expected);
    if (expected === null) expect(await database.rows("select from pevensie.cache where key = 'held'")).toEqual([]);
  });

  test("G33: and grows meanwhile is returned as it is then", async () => {
    const { held } = await askWithSmallOnes();
    await database.rows("update pevensie.cache set value = repeat('x', 6000000) where key = 'held'");
    resume();
    expect((await held)?.length).toBe(6_000_000);
  });

  test("G33: and cannot be fetched fails its own call alone", async () => {
    const { held } = await askWithSmallOnes();
    await database.rows("alter table pevensie.cache rename to gone");
    try {
      resume();
      expect(await codeOf(held)).toBe("SCHEMA_OUTDATED");
    } finally {
      await database.rows("alter table pevensie.gone rename to cache");
    }
    expect(await cache.get("type", "3")).toBe("3");
  });
});

describe("a value that is left out of a response after disconnect() was called", () => {
  const calls: Readonly<Record<string, readonly [batching: boolean, call: (cache: Cache) => Promise<unknown>]>> = {
    get: [true, (cache) => cache.get("type", "huge 0")],
    "get without batching": [false, (cache) => cache.get("type", "huge 0")],
    getMany: [true, async (cache) => (await cache.getMany("type", ["huge 0"])).get("huge 0")],
    getAll: [true, async (cache) => (await cache.getAll("huge 0")).get("type")],
  };

  test.each(Object.entries(calls))("F12: is still fetched for %s", async (_, [batching, call]) => {
    const observed = observedPool({ connectionString: database.url });
    onTestFinished(() => endPool(observed.pool));
    const config = { pool: observed.pool, query_timeout: 60_000, batching };
    const cache = await createCache({ driver: createCacheDriver(config) }).connect();
    let resume = () => {};
    const gate = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const before = observed.statements.length;
    observed.before = () => gate;
    const found = Promise.all([call(cache)]);
    await expect.poll(() => observed.statements.length).toBeGreaterThan(before);
    const disconnected = cache.disconnect();
    resume();
    expectSame(await found, [textOf("huge 0", 5 * MiB)]);
    await disconnected;
  });
});
