import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cache, createCache, type GetOrSetOptions, type SetOptions } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool } from "../support/observed-pool.js";

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

async function expectRefused(field: string, call: () => Promise<unknown>): Promise<void> {
  const before = observed.statements.length;
  await expect(call()).rejects.toMatchObject({ name: "PevensieError", code: "INVALID_INPUT", field });
  expect(observed.statements.slice(before)).toEqual([]);
}

async function expectAccepted(call: () => Promise<unknown>): Promise<void> {
  const before = observed.statements.length;
  await call();
  expect(observed.statements.length).toBeGreaterThan(before);
}

/** Reads the keys of a type. */
async function readKeys(resourceType: string, options?: object): Promise<void> {
  for await (const _ of cache.keys(resourceType, options)) return;
}

const NEVER = () => {
  throw new Error("A refused call computes nothing.");
};
const LIMIT = { limit: 10, windowSeconds: 60 };
const getOrSet = (options: unknown) =>
  cache.getOrSet("type", `${Math.random()}`, () => "1", options as GetOrSetOptions);

const NO_TEXTS = [undefined, null, 5, 5n, true, {}, ["a"], new String("a"), Symbol("s"), () => "a"] as never[];
const UNSTORABLE = ["a\0b", "\ud800", "\udc00a"];

describe("names", () => {
  const CALLS: Readonly<Record<string, (resourceType: string, key: string) => Promise<unknown>>> = {
    setIfAbsent: (resourceType, key) => cache.setIfAbsent(resourceType, key, "1"),
    getEntry: (resourceType, key) => cache.getEntry(resourceType, key),
    has: (resourceType, key) => cache.has(resourceType, key),
    touch: (resourceType, key) => cache.touch(resourceType, key, { ttlSeconds: 60 }),
    getOrSet: (resourceType, key) => cache.getOrSet(resourceType, key, NEVER, { ttlSeconds: 60 }),
    increment: (resourceType, key) => cache.increment(resourceType, key),
    rateLimit: (resourceType, key) => cache.rateLimit(resourceType, key, LIMIT),
  };
  test.each(Object.entries(CALLS))("G1: %s refuses names that are no text of at most 1,024 bytes", async (_, call) => {
    for (const value of [...NO_TEXTS, ...UNSTORABLE, "a".repeat(1025), "é".repeat(513)]) {
      await expectRefused("resourceType", () => call(value, "key"));
      await expectRefused("key", () => call("type", value));
    }
  });

  test("G1: clear and keys refuse types that are no text of at most 1,024 bytes", async () => {
    for (const value of [...NO_TEXTS, ...UNSTORABLE, "a".repeat(1025)]) {
      await expectRefused("resourceType", () => cache.clear(value));
      await expectRefused("resourceType", () => readKeys(value));
    }
  });

  test("G1: setIfAbsent refuses values that are no text", async () => {
    for (const value of [...NO_TEXTS, ...UNSTORABLE]) {
      await expectRefused("value", () => cache.setIfAbsent("type", "key", value));
    }
  });

  test("G1: getOrSet refuses what is no function", async () => {
    for (const value of [undefined, null, "text", {}, Promise.resolve("1")] as never[]) {
      await expectRefused("produce", () => cache.getOrSet("type", "key", value, { ttlSeconds: 60 }));
    }
  });

  test("G1: keys refuses a prefix and a key to begin after that are no text of at most 1,024 bytes", async () => {
    for (const value of [5, {}, ["a"], true, ...UNSTORABLE, "a".repeat(1025)]) {
      await expectRefused("prefix", () => readKeys("type", { prefix: value }));
      await expectRefused("after", () => readKeys("type", { after: value }));
    }
    for (const value of [undefined, null, "", "a".repeat(1024)]) {
      await expectAccepted(() => readKeys("type", { prefix: value, after: value }));
    }
  });
});

/** A whole number: the calls that take it, and its limits. */
interface WholeNumber {
  readonly field: string;
  readonly min: number;
  readonly max: number;
  readonly call: (value: never) => Promise<unknown>;
  /** Whether undefined and null are right. */
  readonly undefined: boolean;
  readonly null: boolean;
}

const set = (options: SetOptions) => cache.set("type", "number", "1", options);
const TTL = { undefined: true, null: true } as const;
const SECONDS = { field: "ttlSeconds", min: 1, max: 3_155_760_000 } as const;
const MILLIS = { field: "ttlMillis", min: 1, max: 3_155_760_000_000 } as const;
const COUNT = 1_000_000;
const NUMBERS: Readonly<Record<string, WholeNumber>> = {
  "set: ttlMillis": { ...MILLIS, ...TTL, call: (ttlMillis) => set({ ttlMillis }) },
  "setIfAbsent: ttlSeconds": {
    ...SECONDS,
    ...TTL,
    call: (ttlSeconds) => cache.setIfAbsent("type", "key", "1", { ttlSeconds }),
  },
  "setIfAbsent: ttlMillis": {
    ...MILLIS,
    ...TTL,
    call: (ttlMillis) => cache.setIfAbsent("type", "key", "1", { ttlMillis }),
  },
  "setMany: ttlMillis": { ...MILLIS, ...TTL, call: (ttlMillis) => cache.setMany("type", [["a", "1"]], { ttlMillis }) },
  "increment: ttlSeconds": { ...SECONDS, ...TTL, call: (ttlSeconds) => cache.increment("n", "ttl", { ttlSeconds }) },
  "increment: ttlMillis": { ...MILLIS, ...TTL, call: (ttlMillis) => cache.increment("n", "ttl", { ttlMillis }) },
  "touch: ttlSeconds": {
    ...SECONDS,
    undefined: false,
    null: true,
    call: (ttlSeconds) => cache.touch("type", "key", { ttlSeconds }),
  },
  "touch: ttlMillis": {
    ...MILLIS,
    undefined: true,
    null: true,
    call: (ttlMillis) => cache.touch("type", "key", ttlMillis === undefined ? { ttlSeconds: 1 } : { ttlMillis }),
  },
  "getOrSet: ttlSeconds": {
    ...SECONDS,
    undefined: false,
    null: true,
    call: (ttlSeconds) => getOrSet({ ttlSeconds }),
  },
  "getOrSet: ttlMillis": {
    ...MILLIS,
    undefined: true,
    null: true,
    call: (ttlMillis) => getOrSet(ttlMillis === undefined ? { ttlSeconds: 1 } : { ttlMillis }),
  },
  "getOrSet: graceSeconds": {
    field: "graceSeconds",
    min: 0,
    max: 3_155_760_000,
    undefined: true,
    null: false,
    call: (graceSeconds) => getOrSet({ ttlSeconds: 60, graceSeconds }),
  },
  "getOrSet: leaseSeconds": {
    field: "leaseSeconds",
    min: 1,
    max: 86_400,
    undefined: true,
    null: false,
    call: (leaseSeconds) => getOrSet({ ttlSeconds: 60, leaseSeconds }),
  },
  "getOrSet: waitMillis": {
    field: "waitMillis",
    min: 0,
    max: 86_400_000,
    undefined: true,
    null: false,
    call: (waitMillis) => getOrSet({ ttlSeconds: 60, waitMillis }),
  },
  "rateLimit: limit": {
    field: "limit",
    min: 1,
    max: COUNT,
    undefined: false,
    null: false,
    call: (limit) => cache.rateLimit("limit", "limit", { windowSeconds: 60, limit }),
  },
  "rateLimit: windowSeconds": {
    field: "windowSeconds",
    min: 1,
    max: 2_678_400,
    undefined: false,
    null: false,
    call: (windowSeconds) => cache.rateLimit("limit", "window", { limit: 10, windowSeconds }),
  },
  "rateLimit: cost": {
    field: "cost",
    min: 1,
    max: 10,
    undefined: true,
    null: false,
    call: (cost) => cache.rateLimit("limit", "cost", { ...LIMIT, cost }),
  },
  "removeExpired: maxEntries": {
    field: "maxEntries",
    min: 1,
    max: 1e12,
    undefined: true,
    null: true,
    call: (maxEntries) => cache.removeExpired({ maxEntries }),
  },
};

describe.each(Object.entries(NUMBERS))("%s", (_, number) => {
  const { field, min, max, call } = number;
  test(`G5: is a whole number from ${min} to ${max}, or INVALID_INPUT`, async () => {
    const no = [
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "60",
      60n,
      true,
      {},
      [60],
      new Date(60),
      min - 1,
      max + 1,
      -5,
    ];
    if (!number.undefined) no.push(undefined as never);
    if (!number.null) no.push(null as never);
    for (const value of no) await expectRefused(field, () => call(value as never));
  });

  test("G5: is accepted within its limits", async () => {
    const yes: unknown[] = [min, max];
    if (number.undefined) yes.push(undefined);
    if (number.null) yes.push(null);
    for (const value of yes) await expectAccepted(() => call(value as never));
  });
});

describe("increment: by", () => {
  test("G1: is a whole number of at most 2^53 - 1, or INVALID_INPUT", async () => {
    for (const by of [0.5, Number.NaN, -Infinity, 2 ** 53, -(2 ** 53), "1", 1n, null, {}] as never[]) {
      await expectRefused("by", () => cache.increment("n", "by", { by }));
    }
    for (const by of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0, undefined]) {
      await expectAccepted(() => cache.increment("n", "by", { by }));
    }
  });
});

describe("ttlSeconds and ttlMillis", () => {
  const both = { ttlSeconds: 1, ttlMillis: 1000 };
  test("G5: together are INVALID_INPUT ttlMillis", async () => {
    await expectRefused("ttlMillis", () => set(both));
    await expectRefused("ttlMillis", () => cache.setIfAbsent("type", "key", "1", both));
    await expectRefused("ttlMillis", () => cache.setMany("type", [["key", "1"]], both));
    await expectRefused("ttlMillis", () => cache.touch("type", "key", both as never));
    await expectRefused("ttlMillis", () => cache.getOrSet("type", "key", NEVER, both as never));
    await expectRefused("ttlMillis", () => cache.increment("type", "key", both));
  });

  test("G5: one of them is required where an entry is computed or touched; null has to be meant", async () => {
    for (const options of [{}, { ttlSeconds: undefined }, { ttlSeconds: undefined, ttlMillis: undefined }]) {
      await expectRefused("ttlSeconds", () => cache.getOrSet("type", "key", NEVER, options as never));
      await expectRefused("ttlSeconds", () => cache.touch("type", "key", options as never));
    }
  });
});

describe("tags", () => {
  const CALLS: Readonly<Record<string, (tags: never) => Promise<unknown>>> = {
    set: (tags) => set({ tags }),
    setIfAbsent: (tags) => cache.setIfAbsent("type", "tags", "1", { tags }),
    setMany: (tags) => cache.setMany("type", [["key", "1"]], { tags }),
    getOrSet: (tags) => getOrSet({ ttlSeconds: 60, tags }),
    invalidateTags: (tags) => cache.invalidateTags(tags),
  };
  const many = (count: number) => Array.from({ length: count }, (_, index) => `tag ${index}`);
  test.each(Object.entries(CALLS))("G1: %s takes at most 32 texts of 1 to 255 characters", async (_, call) => {
    const letters = (count: number) => "\u{1f600}".repeat(count);
    for (const tags of [
      "text",
      5,
      {},
      true,
      many(33),
      [""],
      [letters(256)],
      ["a", "b\0"],
      ["\ud800"],
      [5],
      [null],
      [undefined],
      [["a"]],
    ] as never[]) {
      await expectRefused("tags", () => call(tags));
    }
    // Each counts once.
    for (const tags of [many(32), [...many(32), "tag 0"], new Set(["a"]), [letters(255)]] as never[]) {
      await expectAccepted(() => call(tags));
    }
  });

  test("G1: invalidateTags requires them", async () => {
    for (const tags of [undefined, null] as never[]) await expectRefused("tags", () => cache.invalidateTags(tags));
  });
});

describe("options", () => {
  const CALLS: Readonly<Record<string, (options: never) => Promise<unknown>>> = {
    setIfAbsent: (options) => cache.setIfAbsent("type", "key", "1", options),
    setMany: (options) => cache.setMany("type", [["key", "1"]], options),
    touch: (options) => cache.touch("type", "key", options as never),
    getOrSet: (options) => cache.getOrSet("type", "key", NEVER, options as never),
    increment: (options) => cache.increment("type", "key", options),
    rateLimit: (options) => cache.rateLimit("type", "key", options),
    invalidateTags: (options) => cache.invalidateTags(["tag"], options),
    keys: (options) => readKeys("type", options),
    removeExpired: (options) => cache.removeExpired(options),
  };
  test.each(Object.entries(CALLS))(
    "G1: %s refuses what is no object, and options that it does not have",
    async (_, call) => {
      for (const options of [null, 5, "text", [], true] as never[]) await expectRefused("options", () => call(options));
      await expectRefused("misspelt", () => call({ misspelt: 1 } as never));
    },
  );

  test("G1: invalidateTags refuses a client of null, which would be outside of the caller's transaction", async () => {
    await expectRefused("client", () => cache.invalidateTags(["tag"], { client: null as never }));
    await expectAccepted(() => cache.invalidateTags(["tag"], { client: undefined }));
  });

  test("G1: createCache refuses what is no object, no driver and no listener", () => {
    const driver = createCacheDriver({ pool: observed.pool });
    for (const [options, field] of [
      [undefined, "options"],
      [null, "options"],
      [{}, "driver"],
      [{ driver: {} }, "driver"],
      [{ driver, onEvent: "text" }, "onEvent"],
      [{ driver, onEvent: null }, "onEvent"],
      [{ driver, nearby: {} }, "nearby"],
    ] as [never, string][]) {
      expect(() => createCache(options)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
    }
  });
});
