import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { getCacheEntry, getSmallCacheEntry } from "../../src/postgres/queries.js";
import { cacheBackdoor } from "../support/cache-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { hostileText, isStorable } from "../support/texts.js";

const database = useDatabase();
const backdoor = cacheBackdoor(database);
const observed = observedPool({ connectionString: database.url });
let cache: Cache;
beforeAll(async () => {
  cache = await createCache({ driver: createCacheDriver({ pool: observed.pool }) }).connect();
});
afterAll(async () => {
  await cache.disconnect();
  await endPool(observed.pool);
});
beforeEach(() => {
  observed.before = undefined;
});

describe("entries", () => {
  test.each([
    ["one with tags after one without", null, ["tag"]],
    ["one without tags after one with", ["tag"], null],
  ])("of concurrent sets of one key the last one counts, and has its own terms: %s", async (_, first, second) => {
    for (let round = 0; round < 50; round += 1) {
      const [key, other] = [randomUUID(), randomUUID()];
      const sets = [
        // What comes before may be sent alone, so that the two meet in the queue or in one statement.
        ...(round % 2 === 0 ? [] : [cache.set("type", other, "busy")]),
        cache.set("type", key, "first", { tags: first, ttlSeconds: 60 }),
        cache.set("type", key, "second", { tags: second }),
      ];
      await Promise.all(sets);
      expect(await cache.getEntry("type", key)).toEqual({ value: "second", expiresAt: null, tags: second ?? [] });
    }
  });

  test("an entry without tags that is set together with one that has some is invalidated by none", async () => {
    const [tagged, plain] = [randomUUID(), randomUUID()];
    await Promise.all([
      cache.set("type", randomUUID(), "busy"),
      cache.set("type", tagged, "1", { tags: [tagged] }),
      cache.set("type", plain, "2"),
    ]);
    const rows = await database.rows("select tags, snapshot from pevensie.cache where key = $1", [plain]);
    expect(rows).toEqual([{ tags: null, snapshot: null }]);
    await cache.invalidateTags([tagged]);
    expect(await cache.getMany("type", [tagged, plain])).toEqual(new Map([[plain, "2"]]));
  });

  test("G29: pairs of type and key are independent, also if their concatenations are equal", async () => {
    const pairs = [
      ["a", "b:c"],
      ["a:b", "c"],
      ["a", "b"],
      ["b", "a"],
      ["", "ab"],
      ["ab", ""],
      ["", ""],
      ["A", "b"],
      ["a ", "b"],
      ["a", " b"],
      ["é", "b"],
      ["e\u0301", "b"],
    ] as const;
    for (const [index, [type, key]] of pairs.entries()) await cache.set(type, key, String(index));
    for (const [index, [type, key]] of pairs.entries()) await expect(cache.get(type, key)).resolves.toBe(String(index));
    for (const [index, [type, key]] of pairs.entries()) {
      await cache.delete(type, key);
      await expect(cache.get(type, key)).resolves.toBeNull();
      for (const [other, [type, key]] of pairs.slice(index + 1).entries()) {
        await expect(cache.get(type, key)).resolves.toBe(String(index + 1 + other));
      }
    }
  });

  test("two resource types share a key, and getAll returns both", async () => {
    const key = randomUUID();
    await cache.set("user", key, "u");
    await cache.set("page", key, "p", { ttlSeconds: 60 });
    await expect(cache.getAll(key)).resolves.toEqual(
      new Map([
        ["page", "p"],
        ["user", "u"],
      ]),
    );
    await cache.delete("user", key);
    await expect(cache.getAll(key)).resolves.toEqual(new Map([["page", "p"]]));
    await expect(cache.getAll(`${key}?`)).resolves.toEqual(new Map());
  });

  test("setting overwrites value and expiry", async () => {
    const key = randomUUID();
    await cache.set("page", key, "short", { ttlSeconds: 60 });
    await cache.set("page", key, "endless");
    const expiry = "select expires_at from pevensie.cache where key = $1";
    await expect(database.rows(expiry, [key])).resolves.toEqual([{ expires_at: null }]);
    await cache.set("page", key, "short again", { ttlSeconds: 60 });
    await expect(database.rows(expiry, [key])).resolves.toEqual([{ expires_at: expect.any(Date) }]);
    await expect(cache.get("page", key)).resolves.toBe("short again");
    await cache.set("page", key, "endless again", { ttlSeconds: null });
    await expect(database.rows(expiry, [key])).resolves.toEqual([{ expires_at: null }]);
  });

  test("G2: any value, type and key round-trips unchanged, or is refused naming the field", async () => {
    await database.rows("create table public.canary (id int)");
    const property = fc.asyncProperty(hostileText, hostileText, hostileText, async (type, key, value) => {
      const bad = Object.entries({ resourceType: type, key, value }).find(([, text]) => !isStorable(text));
      if (bad) {
        await expect(cache.set(type, key, value)).rejects.toMatchObject({ code: "INVALID_INPUT", field: bad[0] });
        return;
      }
      await cache.set(type, key, value);
      await expect(cache.get(type, key)).resolves.toBe(value);
      expect((await cache.getAll(key)).get(type)).toBe(value);
      await cache.delete(type, key);
      await expect(cache.get(type, key)).resolves.toBeNull();
    });
    await fc.assert(property, { numRuns: 200 });
    const texts = fc.uniqueArray(hostileText.filter(isStorable), { minLength: 2, maxLength: 40 });
    const concurrent = fc.asyncProperty(texts, async (keys) => {
      await Promise.all(keys.map((key) => cache.set(key, key, key)));
      await expect(Promise.all(keys.map((key) => cache.get(key, key)))).resolves.toEqual(keys);
      await cache.setMany(
        "many",
        keys.map((key) => [key, key]),
      );
      await expect(cache.getMany("many", keys)).resolves.toEqual(new Map(keys.map((key) => [key, key])));
      await Promise.all(keys.map((key) => cache.delete(key, key)));
      await cache.deleteMany("many", keys);
      await expect(cache.getMany("many", keys)).resolves.toEqual(new Map());
    });
    await fc.assert(concurrent, { numRuns: 50 });
    // G6: none of it was executed.
    await expect(database.rows("select from public.canary")).resolves.toEqual([]);
  });
});

describe("expiry", () => {
  async function expired(): Promise<{ resourceType: string; key: string }> {
    const entry = { resourceType: "page", key: randomUUID() };
    await cache.set(entry.resourceType, entry.key, "old", { ttlSeconds: 60 });
    await backdoor.expire(entry);
    return entry;
  }

  test("reading an expired entry returns null and deletes it", async () => {
    const [one, other] = [await expired(), await expired()];
    await expect(cache.get(one.resourceType, one.key)).resolves.toBeNull();
    await expect(cache.getAll(other.key)).resolves.toEqual(new Map());
    await expect(backdoor.isKept(one)).resolves.toBe(false);
    await expect(backdoor.isKept(other)).resolves.toBe(false);
  });

  test.each([
    ["getCacheEntry", getCacheEntry],
    ["getSmallCacheEntry", getSmallCacheEntry],
  ] as const)("at the very moment of its expiry an entry is expired: %s", async (_, query) => {
    const entry = { resourceType: "page", key: randomUUID() };
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      await client.query(
        "insert into pevensie.cache values ($1, $2, 'value', current_timestamp)",
        Object.values(entry),
      );
      await expect(query.run(entry, client)).resolves.toEqual([{ value: "value", expired: true }]);
      await client.query("update pevensie.cache set expires_at = current_timestamp + interval '1 microsecond'");
      await expect(query.run(entry, client)).resolves.toEqual([{ value: "value", expired: false }]);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("G29: a fresh value survives a concurrent read of the expired one", async () => {
    for (const read of [
      async ({ resourceType, key }: { resourceType: string; key: string }) => cache.get(resourceType, key),
      async ({ key }: { key: string }) => (await cache.getAll(key)).get("page") ?? null,
      async ({ key }: { key: string }) => (await cache.getMany("page", [key])).get("page") ?? null,
      // Most of several concurrent calls share a statement.
      async ({ key }: { key: string }) => {
        const keys = ["absent", "absent", "absent", key];
        return (await Promise.all(keys.map((each) => cache.get("page", each))))[3] ?? null;
      },
    ]) {
      const entry = await expired();
      let removals = 0;
      // The new value is written after the old one was read, and before it is removed.
      observed.before = (text) => {
        if (removals > 0 || !text.includes("delete from pevensie.cache")) return undefined;
        removals += 1;
        return database.rows("update pevensie.cache set value = 'fresh', expires_at = now() + interval '1 day'");
      };
      await expect(read(entry)).resolves.toBeNull();
      expect(removals).toBe(1);
      observed.before = undefined;
      await expect(cache.get(entry.resourceType, entry.key)).resolves.toBe("fresh");
    }
  });
});

describe("input validation", () => {
  async function expectRefused(field: string, call: () => Promise<unknown>): Promise<void> {
    const statements = await statementsOf(observed, () =>
      expect(call()).rejects.toMatchObject({ name: "PevensieError", code: "INVALID_INPUT", field }),
    );
    expect(statements).toEqual([]);
  }

  test("G1: arguments that are not text are refused before any SQL", async () => {
    for (const value of [
      undefined,
      null,
      5,
      5n,
      true,
      {},
      ["a"],
      [],
      new String("a"),
      Symbol("s"),
      () => "a",
    ] as never[]) {
      await expectRefused("resourceType", () => cache.set(value, "key", "value"));
      await expectRefused("key", () => cache.set("type", value, "value"));
      await expectRefused("value", () => cache.set("type", "key", value));
      await expectRefused("resourceType", () => cache.get(value, "key"));
      await expectRefused("key", () => cache.get("type", value));
      await expectRefused("key", () => cache.getAll(value));
      await expectRefused("resourceType", () => cache.delete(value, "key"));
      await expectRefused("key", () => cache.delete("type", value));
      await expectRefused("resourceType", () => cache.getMany(value, ["key"]));
      await expectRefused("key", () => cache.getMany("type", ["key", value]));
      await expectRefused("key", () => cache.deleteMany("type", [value]));
      await expectRefused("key", () => cache.setMany("type", [[value, "value"]]));
      await expectRefused("value", () => cache.setMany("type", [["key", value]]));
    }
  });

  test("G1: keys and entries that are not a list are refused: a text is not the list of its letters", async () => {
    for (const value of ["abc", 5, null, undefined, {}] as never[]) {
      await expectRefused("keys", () => cache.getMany("type", value));
      await expectRefused("keys", () => cache.deleteMany("type", value));
      await expectRefused("entries", () => cache.setMany("type", value));
    }
    await expectRefused("entries", () => cache.setMany("type", ["kv"] as never));
    for (const batchSize of [0, -1, 1.5, 100_001, "10"] as number[]) {
      await expectRefused("batchSize", () => cache.removeExpired({ batchSize }));
    }
  });

  test('G5: a ttl of 0, -1, 1.5, NaN, Infinity, 2**53 or "60" is refused', async () => {
    for (const ttlSeconds of [
      0,
      -1,
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      "60",
      3_155_760_001,
    ] as number[]) {
      await expectRefused("ttlSeconds", () => cache.set("type", "key", "value", { ttlSeconds }));
      await expectRefused("ttlSeconds", () => cache.setMany("type", [["key", "value"]], { ttlSeconds }));
    }
    await expectRefused("ttl", () => cache.set("type", "key", "value", { ttl: 60 } as never));
    await expectRefused("options", () => cache.set("type", "key", "value", 60 as never));
    await expectRefused("options", () => cache.set("type", "key", "value", null as never));
  });

  test("a type and a key may have 1,024 bytes of UTF-8 each, and no more", async () => {
    // Random text, which no compression makes fit into the index.
    const random = () => Array.from({ length: 1024 }, () => Math.floor(Math.random() * 36).toString(36)).join("");
    const wide = "\u{1f600}".repeat(256);
    for (const [type, key] of [
      [random(), random()],
      [wide, wide],
    ] as const) {
      await cache.set(type, key, "value");
      await expect(cache.get(type, key)).resolves.toBe("value");
      await expect(cache.getAll(key)).resolves.toEqual(new Map([[type, "value"]]));
      await expectRefused("resourceType", () => cache.set(`${type}a`, key, "value"));
      await expectRefused("key", () => cache.set(type, `${key}a`, "value"));
      await expectRefused("key", () => cache.get(type, `${key}a`));
      await expectRefused("key", () => cache.getAll(`${key}a`));
    }
  });

  test("a value may have 16 MiB of UTF-8, and no more", async () => {
    const value = "v".repeat(16 * 1024 * 1024);
    await cache.set("large", "value", value);
    expect((await cache.get("large", "value")) === value).toBe(true);
    await expectRefused("value", () => cache.set("large", "value", `${value}v`));
    await expectRefused("value", () => cache.set("large", "value", "é".repeat(8 * 1024 * 1024 + 1)));
  });
});
