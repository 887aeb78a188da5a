import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type Cache,
  type CacheResource,
  createCache,
  type ResourceOptions,
  type SetOptions,
} from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { lookedUp } from "../support/computation.js";
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

/** The functions that store a value with options. */
const STORE: Readonly<
  Record<string, (resource: CacheResource<number>, key: string, options?: SetOptions) => Promise<unknown>>
> = {
  set: (resource, key, options) => resource.set(key, 1, options),
  setIfAbsent: (resource, key, options) => resource.setIfAbsent(key, 1, options),
  setMany: (resource, key, options) => resource.setMany([[key, 1]], options),
  getOrSet: (resource, key, options) => resource.getOrSet(key, () => 1, options),
};

interface Terms {
  readonly seconds: number | null;
  readonly tags: readonly string[] | null;
}

/** An entry's terms when it was stored. The clock of the entry is not this one, so seconds are rounded to hundreds. */
async function termsOf(key: string): Promise<Terms | undefined> {
  const [row] = await database.rows<Terms>(
    `select round(extract(epoch from expires_at - now())::numeric, -3)::float8 as seconds, to_jsonb(tags) as tags
    from pevensie.cache where key = $1`,
    [key],
  );
  return row;
}

describe.each(Object.entries(STORE))("%s", (_, store) => {
  test.each<[string, ResourceOptions<number>, SetOptions | undefined, Terms]>([
    ["the defaults apply", { ttlSeconds: 5000, tags: ["a"] }, undefined, { seconds: 5000, tags: ["a"] }],
    ["the defaults apply to empty options", { ttlMillis: 5_000_000 }, {}, { seconds: 5000, tags: null }],
    [
      "the defaults apply where a call says undefined",
      { ttlSeconds: 5000, tags: ["a"] },
      { ttlSeconds: undefined, ttlMillis: undefined, tags: undefined },
      { seconds: 5000, tags: ["a"] },
    ],
    ["null does not expire", { ttlSeconds: null }, undefined, { seconds: null, tags: null }],
    [
      "ttlSeconds of the call replaces that of the resource",
      { ttlSeconds: 5000, tags: ["a"] },
      { ttlSeconds: 9000 },
      { seconds: 9000, tags: ["a"] },
    ],
    [
      "ttlMillis of the call replaces ttlSeconds of the resource",
      { ttlSeconds: 5000 },
      { ttlMillis: 9_000_000 },
      { seconds: 9000, tags: null },
    ],
    [
      "ttlSeconds of the call replaces ttlMillis of the resource",
      { ttlMillis: 5_000_000 },
      { ttlSeconds: 9000 },
      { seconds: 9000, tags: null },
    ],
    [
      "a ttl of null replaces that of the resource",
      { ttlSeconds: 5000 },
      { ttlSeconds: null },
      { seconds: null, tags: null },
    ],
    ["so it does for milliseconds", { ttlSeconds: 5000 }, { ttlMillis: null }, { seconds: null, tags: null }],
    [
      "a ttl of null replaces that of the resource in milliseconds",
      { ttlMillis: 5_000_000 },
      { ttlSeconds: null },
      { seconds: null, tags: null },
    ],
    [
      "tags of the call replace those of the resource",
      { ttlSeconds: 5000, tags: ["a", "b"] },
      { tags: ["c"] },
      { seconds: 5000, tags: ["c"] },
    ],
    [
      "tags of null replace those of the resource",
      { ttlSeconds: 5000, tags: ["a"] },
      { tags: null },
      { seconds: 5000, tags: null },
    ],
    [
      "no tags replace those of the resource",
      { ttlSeconds: 5000, tags: ["a"] },
      { tags: [] },
      { seconds: 5000, tags: null },
    ],
  ])("G56: %s", async (_name, defaults, options, terms) => {
    const key = randomUUID();
    await store(cache.resource<number>("type", defaults), key, options);
    await expect(termsOf(key)).resolves.toEqual(terms);
  });

  test("G56: a mistake in a call's options is INVALID_INPUT before any SQL", async () => {
    const resource = cache.resource<number>("type", { ttlSeconds: 60 });
    for (const [options, field] of [
      [{ ttlSeconds: 0 }, "ttlSeconds"],
      [{ ttlMillis: 0.5 }, "ttlMillis"],
      [{ ttlSeconds: 1, ttlMillis: 1 }, "ttlMillis"],
      [{ tags: "text" }, "tags"],
      [{ schema: z.number() }, "schema"],
      [{ ttl: 1 }, "ttl"],
      [5, "options"],
      [null, "options"],
    ] as [never, string][]) {
      const sent = await statementsOf(observed, () =>
        expect(store(resource, "key", options)).rejects.toMatchObject({ code: "INVALID_INPUT", field }),
      );
      expect(sent).toEqual([]);
    }
  });
});

describe("getOrSet", () => {
  test("G56: some option has to say when a value expires", async () => {
    const resource = cache.resource<number>("type");
    const sent = await statementsOf(observed, () =>
      expect(resource.getOrSet("key", () => 1)).rejects.toMatchObject({ code: "INVALID_INPUT", field: "ttlSeconds" }),
    );
    expect(sent).toEqual([]);
    await expect(resource.getOrSet(randomUUID(), () => 1, { ttlMillis: 5_000 })).resolves.toBe(1);
  });

  test.each<[string, ResourceOptions<number>, Parameters<CacheResource<number>["getOrSet"]>[2], number | null]>([
    ["defaults", { ttlSeconds: 60, graceSeconds: 5000 }, {}, 5000],
    ["those of a call", { ttlSeconds: 60, graceSeconds: 5000 }, { graceSeconds: 9000 }, 9000],
    ["those of a call that says undefined", { ttlSeconds: 60, graceSeconds: 5000 }, { graceSeconds: undefined }, 5000],
    ["a call's grace of 0", { ttlSeconds: 60, graceSeconds: 5000 }, { graceSeconds: 0 }, null],
  ])("G56: the grace is that of the options: %s", async (_, defaults, options, grace) => {
    const key = randomUUID();
    await cache.resource<number>("type", defaults).getOrSet(key, () => 1, options);
    await expect(
      database.rows(
        "select extract(epoch from stale_until - expires_at)::float8 as grace from pevensie.cache where key = $1",
        [key],
      ),
    ).resolves.toEqual([{ grace }]);
  });

  test("G56: leaseSeconds and waitMillis are those of the resource, and of a call before them", async () => {
    const resource = cache.resource<number>("type", { ttlSeconds: 60, leaseSeconds: 5000, waitMillis: 0 });
    for (const [options, lease] of [
      [{}, 5000],
      [{ leaseSeconds: 9000 }, 9000],
    ] as const) {
      const key = randomUUID();
      let left: number | undefined;
      const produce = async () => {
        const [row] = await database.rows<{ left: number }>(
          "select round(extract(epoch from expires_at - now())::numeric, -3)::float8 as left from pevensie.cache_lease where key = $1",
          [key],
        );
        left = row?.left;
        // With a waitMillis of 0 this call computes the value for itself, though another one does so.
        return resource.getOrSet(key, () => 2);
      };
      await expect(resource.getOrSet(key, produce, options)).resolves.toBe(2);
      expect(left).toBe(lease);
    }
    await lookedUp(cache);
  });
});

describe("options of a resource", () => {
  test("G56: inherited ones apply, and those of an accessor", async () => {
    class Terms {
      get ttlSeconds() {
        return 5000;
      }
      readonly tags = ["a"];
    }
    for (const options of [Object.create({ ttlSeconds: 5000, tags: ["a"] }) as ResourceOptions<number>, new Terms()]) {
      const key = randomUUID();
      await cache.resource<number>("type", options).set(key, 1);
      await expect(termsOf(key)).resolves.toEqual({ seconds: 5000, tags: ["a"] });
    }
  });

  const wrong: readonly [ResourceOptions<unknown>, string][] = [
    [{ ttlSeconds: 0 }, "ttlSeconds"],
    [{ ttlSeconds: 1, ttlMillis: 1 }, "ttlMillis"],
    [{ ttlMillis: 1.5 }, "ttlMillis"],
    [{ graceSeconds: -1 }, "graceSeconds"],
    [{ leaseSeconds: 0 }, "leaseSeconds"],
    [{ waitMillis: -1 }, "waitMillis"],
    [{ tags: "text" }, "tags"],
    [{ tags: [""] }, "tags"],
    [{ codec: { encode: String, decode: String }, schema: z.string() }, "schema"],
    [{ schema: {} as never }, "schema"],
    [{ schema: null as never }, "schema"],
    [{ schema: "text" as never }, "schema"],
    [{ schema: { "~standard": {} } as never }, "schema"],
    [{ codec: {} as never }, "codec"],
    [{ codec: null as never }, "codec"],
    [{ codec: { encode: String } as never }, "codec"],
    [{ codec: { decode: String } as never }, "codec"],
    [{ ttl: 60 } as never, "ttl"],
    [null as never, "options"],
    [5 as never, "options"],
    [[] as never, "options"],
  ];
  test.each(wrong)("G56: %j is INVALID_INPUT: %s", (options, field) => {
    expect(() => cache.resource("type", options)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
  });

  test("G56: a type that is no text of at most 1,024 bytes is INVALID_INPUT resourceType", () => {
    for (const resourceType of [5, null, undefined, "a".repeat(1025), "\0", "\ud800"] as string[]) {
      expect(() => cache.resource(resourceType)).toThrow(
        expect.objectContaining({ code: "INVALID_INPUT", field: "resourceType" }),
      );
    }
  });
});

test("G56: tags of a call that come from an iterator are those of the value that replaces a refused one", async () => {
  const key = randomUUID();
  const profiles = cache.resource("profile", { schema: z.object({ name: z.string() }), ttlSeconds: null });
  function* tags() {
    yield "profiles";
    yield `profile ${key}`;
  }
  await cache.set("profile", key, JSON.stringify({ fullName: "Lucy" }));
  const lucy = await profiles.getOrSet(key, () => ({ name: "Lucy" }), { tags: tags() });
  expect(lucy).toEqual({ name: "Lucy" });
  await expect(profiles.getEntry(key)).resolves.toMatchObject({ tags: ["profiles", `profile ${key}`] });
});
