import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { type } from "arktype";
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Cache, type CacheCodec, createCache } from "../../src/cache/index.js";
import { type PevensieEvent, WithheldError } from "../../src/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { computation, connectCache, intercept } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { PATIENT } from "../support/patience.js";

const database = useDatabase();
const events: PevensieEvent[] = [];
let cache: Cache;
beforeAll(async () => {
  const driver = createCacheDriver({ ...PATIENT, connectionString: database.url });
  cache = await createCache({ driver, onEvent: (event) => events.push(event) }).connect();
});
afterAll(() => cache.disconnect());
beforeEach(() => {
  events.length = 0;
});

/** How many values of a type were refused. */
const refusals = (resourceType: string) =>
  events.filter((event) => event.type === "cached-value-refused" && event.resourceType === resourceType).length;

interface Profile {
  readonly name: string;
  readonly age: number;
}

const SCHEMAS = {
  zod: z.object({ name: z.string(), age: z.number().int() }),
  valibot: v.object({ name: v.string(), age: v.pipe(v.number(), v.integer()) }),
  arktype: type({ name: "string", age: "number.integer" }),
};
const AGES: CacheCodec<Profile> = {
  encode: ({ name, age }) => `${age} ${name}`,
  decode: (text) => {
    const [, age, name] = /^(\d+) (.+)$/.exec(text) ?? [];
    if (age === undefined || name === undefined) throw new Error("no profile");
    return { name, age: Number(age) };
  },
};
const ADA: Profile = { name: "Ada", age: 36 };
const BOB: Profile = { name: "Bob", age: 7 };

const RESOURCES = {
  ...Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, schema]) => [
      name,
      (resourceType: string) => cache.resource<Profile>(resourceType, { schema, ttlSeconds: 60 }),
    ]),
  ),
  codec: (resourceType: string) => cache.resource<Profile>(resourceType, { codec: AGES, ttlSeconds: 60 }),
};

describe("JSON, by default", () => {
  test("G56: values round-trip through every function", async () => {
    const resourceType = randomUUID();
    const values = cache.resource<unknown>(resourceType, { ttlSeconds: null });
    const given = new Map<string, unknown>([
      ["object", { a: [1, null, { b: "\u{1f600}" }] }],
      ["text", "text"],
      ["empty", ""],
      ["zero", 0],
      ["false", false],
      ["null", null],
    ]);
    await values.setMany(given);
    await expect(values.getMany([...given.keys(), "absent"])).resolves.toEqual(given);
    for (const [key, value] of given) {
      await expect(values.get(key)).resolves.toEqual(value);
      await expect(values.getEntry(key)).resolves.toEqual({ value, expiresAt: null, tags: [] });
      await expect(values.getOrSet(key, () => "never")).resolves.toEqual(value);
      await expect(values.setIfAbsent(key, "never")).resolves.toBe(false);
      await expect(cache.get(resourceType, key)).resolves.toBe(JSON.stringify(value));
    }
    await expect(values.get("absent")).resolves.toBeNull();
    await expect(values.getEntry("absent")).resolves.toBeNull();
    expect(events.filter((event) => event.type === "cached-value-refused")).toEqual([]);
  });

  test("G56: the other functions are those of the cache for the type", async () => {
    const resourceType = randomUUID();
    const values = cache.resource<number>(resourceType);
    await expect(values.setIfAbsent("a", 1)).resolves.toBe(true);
    await values.set("b", 2);
    await cache.set("another type", "c", "3");
    const keys: string[] = [];
    for await (const key of values.keys({ after: "a" })) keys.push(key);
    expect(keys).toEqual(["b"]);
    await expect(values.has("a")).resolves.toBe(true);
    await expect(values.touch("a", { ttlSeconds: 60 })).resolves.toBe(true);
    await expect(values.getEntry("a")).resolves.toMatchObject({ expiresAt: expect.any(Date) });
    await expect(values.delete("a")).resolves.toBe(true);
    await expect(values.deleteMany(["a", "b"])).resolves.toBe(1);
    await values.set("b", 2);
    await expect(values.clear()).resolves.toBe(1);
    await expect(values.has("b")).resolves.toBe(false);
  });

  test.each([undefined, () => 1, Symbol("s")])(
    "G56: %s is no JSON: INVALID_INPUT value, and nothing is stored",
    async (value) => {
      const values = cache.resource<unknown>(randomUUID(), { ttlSeconds: 60 });
      const refused = { code: "INVALID_INPUT", field: "value" };
      await expect(values.set("a", value)).rejects.toMatchObject(refused);
      await expect(values.setIfAbsent("a", value)).rejects.toMatchObject(refused);
      await expect(
        values.setMany([
          ["b", 1],
          ["a", value],
        ]),
      ).rejects.toMatchObject(refused);
      await expect(values.getOrSet("a", () => value)).rejects.toMatchObject(refused);
      await expect(values.getMany(["a", "b"])).resolves.toEqual(new Map());
    },
  );

  test("G56: a value that JSON refuses is INVALID_INPUT value, with the error withheld as its cause", async () => {
    const values = cache.resource<bigint>(randomUUID());
    const error: unknown = await values.set("a", 1n).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "INVALID_INPUT", field: "value", cause: expect.any(WithheldError) });
    expect(((error as Error).cause as WithheldError).reveal()).toBeInstanceOf(TypeError);
  });
});

describe.each(Object.entries(RESOURCES))("%s", (_, resource) => {
  test("G56: values round-trip through every function", async () => {
    const profiles = resource(randomUUID());
    await profiles.set("a", ADA);
    await expect(profiles.setIfAbsent("b", BOB)).resolves.toBe(true);
    await profiles.setMany([["c", ADA]]);
    await expect(profiles.getOrSet("d", () => BOB)).resolves.toEqual(BOB);
    await expect(profiles.get("a")).resolves.toEqual(ADA);
    await expect(profiles.getEntry("b")).resolves.toMatchObject({ value: BOB });
    await expect(profiles.getOrSet("c", () => BOB)).resolves.toEqual(ADA);
    await expect(profiles.getMany(["a", "d"])).resolves.toEqual(
      new Map([
        ["a", ADA],
        ["d", BOB],
      ]),
    );
  });

  test.each(["", "null", "{", '{"name":"Ada","age":"36"}', '{"name":"Ada"}'])(
    "G56: a stored %j is a miss and an event, until getOrSet replaces it",
    async (text) => {
      const resourceType = randomUUID();
      const profiles = resource(resourceType);
      await cache.set(resourceType, "refused", text, { ttlSeconds: 60 });
      await profiles.set("accepted", BOB);
      await expect(profiles.get("refused")).resolves.toBeNull();
      expect(refusals(resourceType)).toBe(1);
      await expect(profiles.getEntry("refused")).resolves.toBeNull();
      expect(refusals(resourceType)).toBe(2);
      await expect(profiles.getMany(["refused", "accepted"])).resolves.toEqual(new Map([["accepted", BOB]]));
      expect(refusals(resourceType)).toBe(3);
      await expect(profiles.has("refused")).resolves.toBe(true);
      await expect(profiles.getOrSet("refused", () => ADA)).resolves.toEqual(ADA);
      expect(refusals(resourceType)).toBe(4);
      await expect(profiles.get("refused")).resolves.toEqual(ADA);
      await expect(profiles.getOrSet("refused", () => BOB)).resolves.toEqual(ADA);
      expect(refusals(resourceType)).toBe(4);
    },
  );

  test("G56: concurrent calls that find a refused value all get the new one", async () => {
    const resourceType = randomUUID();
    const profiles = resource(resourceType);
    await cache.set(resourceType, "key", "refused", { ttlSeconds: 60 });
    const calls = Array.from({ length: 50 }, () => profiles.getOrSet("key", () => ADA));
    await expect(Promise.all(calls)).resolves.toEqual(calls.map(() => ADA));
  });
});

describe("schemas", () => {
  test.each(Object.entries(SCHEMAS))(
    "G56: a computed value that %s refuses is INVALID_INPUT produce",
    async (_, schema) => {
      const resourceType = randomUUID();
      const profiles = cache.resource<Profile>(resourceType, { schema, ttlSeconds: 60 });
      let calls = 0;
      const produce = () => {
        calls += 1;
        return { name: "Ada", age: 1.5 };
      };
      await expect(profiles.getOrSet("key", produce)).rejects.toMatchObject({
        code: "INVALID_INPUT",
        field: "produce",
      });
      expect(calls).toBe(1);
      await expect(profiles.has("key")).resolves.toBe(false);
      expect(refusals(resourceType)).toBe(0);
      await expect(profiles.getOrSet("key", () => ADA)).resolves.toEqual(ADA);
    },
  );

  test("G56: where what is stored is refused again and again, calls share a value that is validated", async () => {
    // Another process is faster each time.
    await using other = await connectCache({ connectionString: database.url }, {}, (driver) =>
      intercept(driver, "get", async () => '"of another release"'),
    );
    const schema = z.object({ name: z.string() });
    const values = other.resource<unknown>(randomUUID(), { schema, ttlSeconds: 60 });
    const produce = vi.fn(async () => {
      await sleep(100);
      return { name: "Ada", secret: 1 };
    });
    const got = await Promise.all(Array.from({ length: 10 }, () => values.getOrSet("key", produce)));
    expect(got).toEqual(got.map(() => ({ name: "Ada" })));
    expect(new Set(got).size).toBe(10);
    expect(produce).toHaveBeenCalledTimes(1);
    await expect(values.getOrSet("key", () => ({ name: 42 }))).rejects.toMatchObject({
      code: "INVALID_INPUT",
      field: "produce",
    });
  });

  test("G56: an asynchronous schema is waited for, and its output is the value", async () => {
    const resourceType = randomUUID();
    const schema = z.string().transform(async (text) => new Date(text));
    const dates = cache.resource<Date>(resourceType, { schema, ttlSeconds: 60 });
    const date = new Date("2026-01-02T03:04:05.678Z");
    await dates.set("key", date);
    await expect(dates.get("key")).resolves.toEqual(date);
    await expect(dates.getMany(["key"])).resolves.toEqual(new Map([["key", date]]));
    await expect(dates.getOrSet("other", () => date)).resolves.toEqual(date);
    await cache.set(resourceType, "key", "5");
    await expect(dates.get("key")).resolves.toBeNull();
  });
});

describe("an expired value within its grace that is refused", () => {
  const TERMS = { ttlSeconds: 60, graceSeconds: 600 };
  const schema = z.object({ name: z.string() });

  /** Returns the resource type of an entry "key" that has expired. */
  async function expired(): Promise<string> {
    const resourceType = randomUUID();
    await cache.getOrSet(resourceType, "key", () => '"of another release"', TERMS);
    await database.rows("update pevensie.cache set expires_at = now() where resource_type = $1", [resourceType]);
    return resourceType;
  }

  test("G50: one call computes the next one, and the others wait for it", async () => {
    const resourceType = await expired();
    const values = cache.resource(resourceType, { schema, ...TERMS });
    const produce = vi.fn(async () => {
      await sleep(200);
      return { name: "Ada", secret: 1 };
    });
    const calls = Array.from({ length: 20 }, () => values.getOrSet("key", produce));
    await expect(Promise.all(calls)).resolves.toEqual(calls.map(() => ({ name: "Ada" })));
    expect(produce).toHaveBeenCalledTimes(1);
    await expect(values.get("key")).resolves.toEqual({ name: "Ada" });
    expect(refusals(resourceType)).toBeGreaterThan(0);
  });

  test("G50: calls wait for another process that computes the next one", async () => {
    const resourceType = await expired();
    await using other = await connectCache({ connectionString: database.url });
    const next = computation();
    const refresh = other.getOrSet(resourceType, "key", next.produce, TERMS);
    await next.begun;
    const values = cache.resource(resourceType, { schema, ...TERMS });
    const produce = vi.fn(() => ({ name: "never" }));
    const calls = Array.from({ length: 20 }, () => values.getOrSet("key", produce));
    await expect.poll(() => refusals(resourceType)).toBe(20);
    next.resolve('{"name":"Ada"}');
    await expect(Promise.all([refresh, ...calls])).resolves.toEqual([
      '{"name":"Ada"}',
      ...calls.map(() => ({ name: "Ada" })),
    ]);
    expect(produce).not.toHaveBeenCalled();
  });

  test("G56: is not served when produce fails, which is called once", async () => {
    const values = cache.resource<unknown>(await expired(), { schema, ...TERMS });
    const error = new Error("no value");
    const failing = vi.fn(() => Promise.reject(error));
    await expect(values.getOrSet("key", failing)).rejects.toBe(error);
    expect(failing).toHaveBeenCalledTimes(1);
    const wrong = vi.fn(() => ({ name: 42 }));
    await expect(values.getOrSet("key", wrong)).rejects.toMatchObject({ code: "INVALID_INPUT", field: "produce" });
    expect(wrong).toHaveBeenCalledTimes(1);
  });

  test("G50: one that is accepted is served while another call computes the next one", async () => {
    const resourceType = await expired();
    const values = cache.resource<string>(resourceType, TERMS);
    const next = computation();
    const refresh = values.getOrSet("key", next.produce);
    await next.begun;
    await expect(values.getOrSet("key", () => "never")).resolves.toBe("of another release");
    next.resolve("next");
    await expect(refresh).resolves.toBe("next");
    expect(refusals(resourceType)).toBe(0);
  });
});

describe("codecs", () => {
  test("G56: an error of encode is INVALID_INPUT value, and what it quotes is not shown", async () => {
    const thrown = new Error("cannot encode my-secret");
    const codec: CacheCodec<string> = {
      encode: () => {
        throw thrown;
      },
      decode: (text) => text,
    };
    const values = cache.resource(randomUUID(), { codec, ttlSeconds: 60 });
    for (const call of [values.set("key", "a"), values.getOrSet("key", () => "a")]) {
      const error: unknown = await call.catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "INVALID_INPUT", field: "value", cause: expect.any(WithheldError) });
      expect(((error as Error).cause as WithheldError).reveal()).toBe(thrown);
      expect(inspect(error)).not.toContain("my-secret");
    }
  });

  test("G56: what encode returns has to be text", async () => {
    const codec = { encode: () => 5 as never, decode: (text: string) => text };
    const values = cache.resource(randomUUID(), { codec });
    await expect(values.set("key", "a")).rejects.toMatchObject({ code: "INVALID_INPUT", field: "value" });
  });
});

describe("getOrSet", () => {
  test("G56: every caller gets an object of its own", async () => {
    const values = cache.resource<{ list: number[] }>(randomUUID(), { ttlSeconds: 60 });
    const produced = { list: [1] };
    const calls = Array.from({ length: 20 }, () => values.getOrSet("key", () => produced));
    const got = await Promise.all(calls);
    expect(new Set([produced, ...got]).size).toBe(21);
    for (const [index, value] of got.entries()) value.list.push(index);
    expect(got.map(({ list }) => list)).toEqual(got.map((_, index) => [1, index]));
    expect(produced).toEqual({ list: [1] });
    await expect(values.get("key")).resolves.toEqual({ list: [1] });
  });

  test.each([undefined, null, "text", {}])(
    "a produce that is no function is refused also for a hit: %j",
    async (produce) => {
      const values = cache.resource<number>(randomUUID(), { ttlSeconds: 60 });
      await values.set("key", 1);
      const refused = { code: "INVALID_INPUT", field: "produce" };
      await expect(values.getOrSet("key", produce as never)).rejects.toMatchObject(refused);
      await expect(values.getOrSet("absent", produce as never)).rejects.toMatchObject(refused);
    },
  );

  test("G56: the error of produce is the call's", async () => {
    const values = cache.resource<number>(randomUUID(), { ttlSeconds: 60 });
    const error = new Error("no value");
    const produce = () => Promise.reject(error);
    await expect(values.getOrSet("key", produce)).rejects.toBe(error);
    await expect(values.getOrSet("key", () => 1)).resolves.toBe(1);
  });
});
