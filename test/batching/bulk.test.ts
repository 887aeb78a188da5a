import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { storableText } from "../support/texts.js";

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
beforeEach(() => database.rows("truncate pevensie.cache"));

const times = (count: number) => Array.from({ length: count }, (_, index) => index);
const stored = () =>
  database.rows<{ key: string; value: string; ends: boolean }>(
    'select key, value, expires_at is not null as ends from pevensie.cache order by key collate "C"',
  );

describe("bulk calls", () => {
  test("handle 100,000 keys in a bounded number of statements", async () => {
    const entries = new Map(times(100_000).map((index) => [`key ${index}`, `value ${index}`]));
    const set = await statementsOf(observed, () => cache.setMany("type", entries));
    expect(set.length).toBeGreaterThan(1);
    expect(set.length).toBeLessThanOrEqual(100_000 / 500);
    let found = new Map<string, string>();
    const get = await statementsOf(observed, async () => {
      found = await cache.getMany("type", entries.keys());
    });
    expect(get.length).toBeLessThanOrEqual(100_000 / 500);
    expect(found.size).toBe(100_000);
    expect([...entries].every(([key, value]) => found.get(key) === value)).toBe(true);
    const half = [...entries.keys()].filter((_, index) => index % 2 === 0);
    expect((await statementsOf(observed, () => cache.deleteMany("type", half))).length).toBeLessThanOrEqual(
      100_000 / 500,
    );
    const left = await cache.getMany("type", entries.keys());
    expect(left.size).toBe(50_000);
    expect(half.some((key) => left.has(key))).toBe(false);
  });

  test("send large values in chunks of bounded size", async () => {
    const entries = times(12).map((index) => [`key ${index}`, String(index).repeat(1024 * 1024)] as const);
    const sent = await statementsOf(observed, () => cache.setMany("type", entries));
    expect(sent.length).toBeGreaterThan(2);
    expect(await cache.getMany("type", new Map(entries).keys())).toEqual(new Map(entries));
  });

  test("use the last one of duplicates", async () => {
    await cache.setMany("type", [
      ["a", "first"],
      ["b", "only"],
      ["a", "last"],
    ]);
    const expected = new Map([
      ["a", "last"],
      ["b", "only"],
    ]);
    expect(await cache.getMany("type", ["a", "a", "b", "a"])).toEqual(expected);
    await cache.deleteMany("type", ["a", "a"]);
    expect(await stored()).toEqual([{ key: "b", value: "only", ends: false }]);
  });

  test("overwrite value and expiry, for one resource type only", async () => {
    await cache.set("type", "a", "old", { ttlSeconds: 60 });
    await cache.set("other", "a", "other");
    await cache.setMany("type", [["a", "new"]]);
    expect(await stored()).toContainEqual({ key: "a", value: "new", ends: false });
    await cache.setMany("type", [["a", "newer"]], { ttlSeconds: 60 });
    expect(await stored()).toContainEqual({ key: "a", value: "newer", ends: true });
    await cache.deleteMany("type", ["a"]);
    expect(await stored()).toEqual([{ key: "a", value: "other", ends: false }]);
  });

  test("send no statement for no keys", async () => {
    const sent = await statementsOf(observed, async () => {
      expect(await cache.getMany("type", [])).toEqual(new Map());
      await cache.setMany("type", new Map());
      await cache.deleteMany("type", new Set());
    });
    expect(sent).toEqual([]);
  });

  test("accept lists, sets, maps, their iterators and generators", async () => {
    const entries = new Map([
      ["a", "1"],
      ["b", "2"],
    ]);
    function* generated<T>(items: Iterable<T>) {
      yield* items;
    }
    const sources = [entries, [...entries], entries.entries(), new Set(entries), generated(entries)];
    for (const source of sources) {
      await cache.setMany("type", source);
      const keys = [[...entries.keys()], new Set(entries.keys()), entries.keys(), generated(entries.keys())];
      for (const names of keys) expect(await cache.getMany("type", names)).toEqual(entries);
      await cache.deleteMany("type", generated(entries.keys()));
      expect(await stored()).toEqual([]);
    }
  });

  test("leave out expired entries, and delete them", async () => {
    const keys = times(20).map((index) => `key ${index}`);
    await cache.setMany(
      "type",
      keys.map((key) => [key, "value"]),
      { ttlSeconds: 60 },
    );
    await cache.set("other", "key 1", "stays", { ttlSeconds: 60 });
    await database.rows(`update pevensie.cache set expires_at = now() where substr(key, 5)::int % 2 = 1`);
    const live = keys.filter((_, index) => index % 2 === 0);
    const found = await cache.getMany("type", [...keys, "absent"]);
    expect([...found.keys()].toSorted()).toEqual(live.toSorted());
    expect((await stored()).map(({ key }) => key)).toEqual(["key 1", ...live].toSorted());
  });
});

describe("refused before any SQL", () => {
  const many = times(500).map((index) => `key ${index}`);
  const badKeys: readonly unknown[] = ["k".repeat(1025), "\0", "\ud800", 1, null, undefined, ["a"]];

  test.each(badKeys.map((key) => [key]))("a bad key among many (%j)", async (bad) => {
    const keys = [...many, bad] as string[];
    const calls = [
      () => cache.getMany("type", keys),
      () => cache.deleteMany("type", keys),
      () =>
        cache.setMany(
          "type",
          keys.map((key) => [key, "value"]),
        ),
    ];
    for (const call of calls) {
      const refused = () => expect(call()).rejects.toMatchObject({ code: "INVALID_INPUT", field: "key" });
      expect(await statementsOf(observed, refused)).toEqual([]);
    }
  });

  test.each([
    [[["a", 1]], "value"],
    [[["a", "\0"]], "value"],
    [[["a"]], "value"],
    [["ab"], "entries"],
    [[{ key: "a" }], "entries"],
    ["ab", "entries"],
    [{ a: "b" }, "entries"],
    [null, "entries"],
  ])("entries such as %j", async (entries, field) => {
    const call = () =>
      expect(cache.setMany("type", entries as never)).rejects.toMatchObject({ code: "INVALID_INPUT", field });
    expect(await statementsOf(observed, call)).toEqual([]);
  });

  test.each(["text", null, undefined, 1, {}])("keys such as %j", async (keys) => {
    for (const call of [() => cache.getMany("type", keys as never), () => cache.deleteMany("type", keys as never)]) {
      const refused = () => expect(call()).rejects.toMatchObject({ code: "INVALID_INPUT", field: "keys" });
      expect(await statementsOf(observed, refused)).toEqual([]);
    }
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53, "60"])("a ttl of %s", async (ttlSeconds) => {
    const call = cache.setMany("type", [["a", "b"]], { ttlSeconds: ttlSeconds as number });
    await expect(call).rejects.toMatchObject({ code: "INVALID_INPUT", field: "ttlSeconds" });
  });
});

describe("G6: any text round-trips", () => {
  const entries = fc.uniqueArray(fc.tuple(storableText, storableText), {
    selector: ([key]) => key,
    minLength: 2,
    maxLength: 40,
  });
  const awkward = [
    "NULL",
    "null",
    '""',
    "{}",
    '{"a","b"}',
    "\\",
    "\\\\",
    '\\"',
    "''",
    " ",
    "\n",
    ",",
    "\\N",
    "é",
    "e\u0301",
  ];

  test("in batches", async () => {
    await fc.assert(
      fc.asyncProperty(storableText, entries, async (type, given) => {
        await Promise.all(given.map(([key, value]) => cache.set(type, key, value)));
        const values = await Promise.all(given.map(([key]) => cache.get(type, key)));
        expect(values).toEqual(given.map(([, value]) => value));
        await Promise.all(given.map(([key]) => cache.delete(type, key)));
        expect(await stored()).toEqual([]);
      }),
      { numRuns: 100, examples: [["NULL", awkward.map((text) => [text, text])]] },
    );
  });

  test("in bulk", async () => {
    await fc.assert(
      fc.asyncProperty(storableText, entries, async (type, given) => {
        await cache.setMany(type, given);
        expect(await cache.getMany(type, new Map(given).keys())).toEqual(new Map(given));
        await cache.deleteMany(type, new Map(given).keys());
        expect(await stored()).toEqual([]);
      }),
      { numRuns: 100, examples: [["{}", awkward.map((text) => [text, text])]] },
    );
  });
});
