import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cache, createCache, type RateLimitOptions } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { admitLimitedCalls } from "../../src/postgres/queries.js";
import { useDatabase } from "../support/database.js";
import { ALMOST_LIMITS } from "../support/limit-texts.js";
import { PATIENT } from "../support/patience.js";
import { runTogether } from "../support/process.js";

const database = useDatabase();
let cache: Cache;
beforeAll(async () => {
  cache = await createCache({ driver: createCacheDriver({ ...PATIENT, connectionString: database.url }) }).connect();
});
afterAll(() => cache.disconnect());

/** 31 days: ten calls are so far apart that the time that a test takes is far less than one of them takes up. */
const WINDOW = 2_678_400;
const TEN: RateLimitOptions = { limit: 10, windowSeconds: WINDOW };
/** The seconds that a call of {@link TEN} takes up. */
const EMISSION = WINDOW / 10;

const call = (key: string, options: Partial<RateLimitOptions> = {}) =>
  cache.rateLimit("limit", key, { ...TEN, ...options });
const allowed = (remaining: number) => ({ allowed: true, remaining, retryAfterSeconds: 0 });
const refused = (remaining: number) => ({ allowed: false, remaining });

/** As if so much time had passed. */
async function passTime(key: string, seconds: number): Promise<void> {
  const arrival = "split_part(value, ':', 2)";
  await database.rows(
    `update pevensie.cache set
      value = 'limit:' || ${arrival}::bigint - ($2::float8 * 1e9)::bigint || substr(value, 7 + length(${arrival})),
      expires_at = expires_at - $2::float8 * interval '1 second'
    where key = $1`,
    [key, seconds],
  );
}

test("G54: calls of different costs take effect in their order, and later calls do not overtake them", async () => {
  const key = randomUUID();
  const calls = Array.from({ length: 20 }, (_, index) => call(key, { cost: index % 2 === 0 ? 1 : 3 }));
  await nextTurn();
  const later = Array.from({ length: 5 }, () => call(key));
  const admitted = (await Promise.all([...calls, ...later])).map((result) => result.allowed);
  // 1, 3, 1 and 3 leave 2 of 10, which the calls of cost 1 that follow take.
  const expected = calls.map((_, index) => index < 4 || index === 4 || index === 6);
  expect(admitted).toEqual([...expected, ...later.map(() => false)]);
});

describe("1,000 calls in 4 processes", () => {
  test("G54: a limit of 100 admits exactly 100", async () => {
    const env = {
      DATABASE_URL: database.url,
      FUNCTION: "rateLimit",
      KEY: randomUUID(),
      LIMIT: "100",
      CALLS: "250",
    };
    const outcomes = await runTogether("cache-calls.ts", 4, env);
    expect(outcomes.map(({ stderr, status }) => ({ stderr, status }))).toEqual(
      outcomes.map(() => ({ stderr: "", status: 0 })),
    );
    const results = outcomes.flatMap(({ stdout }) => JSON.parse(stdout) as { allowed: boolean; remaining: number }[]);
    const admitted = results.filter((result) => result.allowed);
    expect(admitted).toHaveLength(100);
    // A statement that waited for the row counts from when it began, so that its rest may be one less.
    expect(admitted.every(({ remaining }) => remaining >= 0 && remaining <= 99)).toBe(true);
    const others = results.filter((result) => !result.allowed);
    expect(others).toHaveLength(900);
    expect(others.every(({ remaining }) => remaining === 0)).toBe(true);
  });
});

describe("as time passes", () => {
  test("G54: no more calls than the rate are admitted, and no more than the limit after any time", async () => {
    const key = randomUUID();
    const admittedOf20 = async () => {
      const results = await Promise.all(Array.from({ length: 20 }, () => call(key)));
      return results.filter((result) => result.allowed).length;
    };
    await expect(admittedOf20()).resolves.toBe(10);
    await expect(admittedOf20()).resolves.toBe(0);
    for (const [emissions, admitted] of [
      [0.5, 0],
      [0.5, 1],
      [3, 3],
      [2.5, 2],
      [9, 9],
      [20, 10],
      [1000, 10],
    ] as const) {
      await passTime(key, emissions * EMISSION);
      await expect(admittedOf20()).resolves.toBe(admitted);
    }
  });

  test("G54: retryAfterSeconds is when the next call is admitted", async () => {
    for (const cost of [1, 3, 10]) {
      const key = randomUUID();
      await expect(call(key, { cost: 10 })).resolves.toEqual(allowed(0));
      const { retryAfterSeconds, ...rest } = await call(key, { cost });
      expect(rest).toEqual(refused(0));
      expect(retryAfterSeconds).toBeLessThanOrEqual(cost * EMISSION);
      expect(retryAfterSeconds).toBeGreaterThan(cost * EMISSION - 170);
      // Whole milliseconds.
      expect(Math.round(retryAfterSeconds * 1000) / 1000).toBe(retryAfterSeconds);
      await passTime(key, retryAfterSeconds - EMISSION / 2);
      await expect(call(key, { cost })).resolves.toMatchObject({ allowed: false });
      await passTime(key, EMISSION / 2);
      await expect(call(key, { cost })).resolves.toMatchObject({ allowed: true });
    }
  });

  test("G54: every sequence of calls has the results of the generic cell rate algorithm", async () => {
    const step = fc.record({ cost: fc.integer({ min: 1, max: 10 }), halfEmissions: fc.integer({ min: 0, max: 8 }) });
    const sequences = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const key = randomUUID();
      // Twice the emissions that are taken up.
      let taken = 0;
      for (const { cost, halfEmissions } of steps) {
        if (halfEmissions > 0) await passTime(key, (halfEmissions * EMISSION) / 2);
        taken = Math.max(0, taken - halfEmissions);
        const fits = taken + 2 * cost <= 20;
        if (fits) taken += 2 * cost;
        await expect(call(key, { cost })).resolves.toMatchObject({
          allowed: fits,
          remaining: Math.floor((20 - taken) / 2),
        });
      }
    });
    await fc.assert(sequences, { numRuns: 40 });
  });
});

describe("calls that are made together", () => {
  test("G54: equal ones have the results of calls one after another", async () => {
    const key = randomUUID();
    await expect(Promise.all(Array.from({ length: 4 }, () => call(key, { cost: 3 })))).resolves.toMatchObject([
      allowed(7),
      allowed(4),
      allowed(1),
      refused(1),
    ]);
  });

  test("G54: different costs have the results of calls one after another", async () => {
    const key = randomUUID();
    const costs = [1, 2, 1, 1, 6, 5, 1, 1];
    await expect(Promise.all(costs.map((cost) => call(key, { cost })))).resolves.toMatchObject([
      allowed(9),
      allowed(7),
      allowed(6),
      allowed(5),
      refused(5),
      allowed(0),
      refused(0),
      refused(0),
    ]);
  });

  test("G54: different limits and windows apply to what is taken up", async () => {
    const key = randomUUID();
    const options = [{}, { limit: 20 }, {}, { windowSeconds: WINDOW / 2 }, { limit: 2 }];
    await expect(Promise.all(options.map((each) => call(key, each)))).resolves.toMatchObject([
      allowed(9),
      // Of 20 halves, two and one are taken up.
      allowed(17),
      // Two and a half, rounded to calls of this limit.
      allowed(7),
      // 2.5 of 5, of which it takes up a half: two fit, four are left.
      allowed(4),
      // Three of ten, and five more.
      allowed(0),
    ]);
  });

  test("G54: calls for other keys and types have limits of their own", async () => {
    const keys = [randomUUID(), randomUUID()];
    const calls = keys.flatMap((key) =>
      ["a", "b"].flatMap((resourceType) =>
        Array.from({ length: 3 }, () => cache.rateLimit(resourceType, key, { limit: 2, windowSeconds: WINDOW })),
      ),
    );
    const results = await Promise.all(calls);
    expect(results.map((result) => result.allowed)).toEqual(
      Array.from({ length: 4 }, () => [true, true, false]).flat(),
    );
  });

  test("G54: a key that is used for something else concerns its own calls alone", async () => {
    const [text, key] = [randomUUID(), randomUUID()];
    await cache.set("limit", text, "text", { tags: [text] });
    const results = await Promise.allSettled([call(text), call(key), call(text, { cost: 2 }), call(key, { cost: 2 })]);
    expect(results).toMatchObject([
      { reason: { code: "WRONG_VALUE_TYPE" } },
      { value: allowed(9) },
      { reason: { code: "WRONG_VALUE_TYPE" } },
      { value: allowed(7) },
    ]);
    await expect(cache.getEntry("limit", text)).resolves.toEqual({ value: "text", expiresAt: null, tags: [text] });
  });
});

test.each(ALMOST_LIMITS)("G54: %s is no limit, and stays as it is", async (text) => {
  const key = randomUUID();
  await cache.set("limit", key, text);
  await expect(call(key)).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
  await expect(cache.get("limit", key)).resolves.toBe(text);
  await database.rows("update pevensie.cache set expires_at = now() where key = $1", [key]);
  await expect(call(key)).resolves.toEqual(allowed(9));
});

describe("an entry with tags", () => {
  const stateOf = (key: string) => database.rows("select tags, snapshot from pevensie.cache where key = $1", [key]);

  test("G54: is no limit, even if it looks like one", async () => {
    const key = randomUUID();
    const text = `limit:${Date.now() + 1e9}000000:1:1:1:1`;
    await cache.set("limit", key, text, { tags: [key] });
    await expect(call(key)).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
    await expect(cache.get("limit", key)).resolves.toBe(text);
  });

  test.each(["text", `limit:${Date.now() + 1e12}000000:1:1:1:1`])(
    "G54: is replaced once its tags are invalidated, or it has expired: %s",
    async (text) => {
      for (const end of ["invalidated", "expired"]) {
        const key = randomUUID();
        await cache.set("limit", key, text, { tags: [key] });
        if (end === "invalidated") await cache.invalidateTags([key]);
        else await database.rows("update pevensie.cache set expires_at = now() where key = $1", [key]);
        await expect(call(key)).resolves.toEqual(allowed(9));
        await expect(stateOf(key)).resolves.toEqual([{ tags: null, snapshot: null }]);
        await expect(call(key)).resolves.toEqual(allowed(8));
      }
    },
  );
});

test("G54: what a limit without an expiry has taken up stays", async () => {
  const key = randomUUID();
  await call(key, { cost: 4 });
  await database.rows("update pevensie.cache set expires_at = null where key = $1", [key]);
  await expect(call(key)).resolves.toEqual(allowed(5));
});

test("G54: statements for the same limits in another order do not deadlock", async () => {
  const keys = Array.from({ length: 200 }, () => randomUUID()).sort();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  try {
    const admit = (given: readonly string[]) =>
      admitLimitedCalls.run(
        {
          resourceTypes: given.map(() => "limit"),
          keys: [...given],
          emissions: given.map(() => 1),
          tolerances: given.map(() => 1_000_000_000_000),
          counts: given.map(() => 1),
          lockTimeout: null,
        },
        pool,
      );
    await admit(keys);
    for (let round = 0; round < 50; round += 1) {
      const answers = await Promise.all([keys, keys.toReversed(), keys, keys.toReversed()].map(admit));
      for (const answer of answers) expect(answer).toHaveLength(keys.length);
    }
  } finally {
    await pool.end();
  }
});

test("G54: a driver refuses a cost beyond the limit, at a limit that is new or in use", async () => {
  const driver = createCacheDriver({ ...PATIENT, connectionString: database.url });
  await driver.connect();
  try {
    const name = { resourceType: "limit", key: randomUUID() };
    const limited = (cost: number) => driver.rateLimit(name, { limit: 1, windowSeconds: WINDOW, cost });
    await expect(limited(2)).resolves.toMatchObject({ allowed: false });
    await expect(limited(1)).resolves.toMatchObject({ allowed: true });
    await expect(limited(2)).resolves.toMatchObject({ allowed: false });
  } finally {
    await driver.disconnect();
  }
});

describe("what is taken up", () => {
  const arrivalOf = async (key: string) => (await cache.get("limit", key))?.split(":")[1];

  test("G54: is nothing for refused calls", async () => {
    const key = randomUUID();
    await call(key, { cost: 8 });
    const arrival = await arrivalOf(key);
    await expect(call(key, { cost: 3 })).resolves.toMatchObject(refused(2));
    await Promise.all(Array.from({ length: 20 }, () => call(key, { cost: 3 })));
    await expect(arrivalOf(key)).resolves.toBe(arrival);
    await expect(call(key, { cost: 2 })).resolves.toEqual(allowed(0));
  });

  test("G54: fits into the window, though it does not divide by the limit", async () => {
    for (const limit of [1, 3, 7, 999_983]) {
      const key = randomUUID();
      await expect(call(key, { limit, windowSeconds: 100_000, cost: limit })).resolves.toEqual(allowed(0));
      await expect(call(key, { limit, windowSeconds: 100_000, cost: limit })).resolves.toMatchObject({
        allowed: false,
      });
    }
  });

  test("G54: the entry expires when nothing is taken up any more", async () => {
    const key = randomUUID();
    await call(key, { cost: 4 });
    const [row] = await database.rows<{ difference: number }>(
      `select abs(extract(epoch from expires_at) - split_part(value, ':', 2)::numeric / 1e9)::float8 as difference
      from pevensie.cache where key = $1`,
      [key],
    );
    expect(row?.difference).toBeLessThan(0.000_002);
    await passTime(key, 4 * EMISSION);
    await expect(cache.get("limit", key)).resolves.toBeNull();
    await expect(call(key)).resolves.toEqual(allowed(9));
  });
});

/** In a transaction the clock stands still. */
describe("at one moment", () => {
  const NANOSECONDS = 1_000_000_000;
  const tolerance = 10 * NANOSECONDS;
  /**
   * Admits calls with the given nanoseconds taken up (null: no entry).
   *
   * @returns how many are admitted; what is taken up then, as the value says and by its arrival time; and whether the entry expires in the
   * microsecond after it
   */
  async function admit(takenUp: number | null, count: number, emission = NANOSECONDS): Promise<unknown[]> {
    const client = await database.pool.connect();
    const key = randomUUID();
    try {
      await client.query("begin");
      if (takenUp !== null) {
        await client.query(
          `insert into pevensie.cache (resource_type, key, value, expires_at) values ('limit', $1,
            'limit:' || (extract(epoch from now()) * 1000000)::bigint * 1000 + $2 || ':1:1:1:1', now() + interval '1 hour')`,
          [key, takenUp],
        );
      }
      const names = { resourceTypes: ["limit"], keys: [key], lockTimeout: null };
      const numbers = { emissions: [emission], tolerances: [tolerance], counts: [count] };
      const [row] = await admitLimitedCalls.run({ ...names, ...numbers }, client);
      const { rows } = await client.query<{ taken_up: string; expires: boolean }>(
        `select
          split_part(value, ':', 2)::bigint - (extract(epoch from now()) * 1000000)::bigint * 1000 as taken_up,
          (extract(epoch from expires_at) * 1000000)::bigint * 1000 - split_part(value, ':', 2)::bigint between 0 and 999 as expires
        from pevensie.cache where resource_type = 'limit' and key = $1`,
        [key],
      );
      const [, , admitted, takenUpThen] = row?.value.split(":") ?? [];
      return [Number(admitted), Number(takenUpThen), Number(rows[0]?.taken_up), rows[0]?.expires];
    } finally {
      await client.query("rollback");
      client.release();
    }
  }

  test.each([
    [tolerance - NANOSECONDS, 1, 1],
    [tolerance - NANOSECONDS, 5, 1],
    [tolerance - NANOSECONDS + 1, 5, 0],
    [tolerance, 5, 0],
    [tolerance + 1, 5, 0],
    [5 * tolerance, 5, 0],
    [1, 20, 9],
    [0, 20, 10],
    [-1, 20, 10],
    [-tolerance, 20, 10],
  ])("G54: with %d ns of 10 s taken up, of %d calls of 1 s %d are admitted", async (takenUp, count, admitted) => {
    const after = Math.max(0, takenUp) + admitted * NANOSECONDS;
    await expect(admit(takenUp, count)).resolves.toEqual([admitted, after, after, true]);
  });

  test.each([
    [1, 1],
    [10, 10],
    [20, 10],
  ])("G54: without an entry, of %d calls of 1 s in 10 s %d are admitted", async (count, admitted) => {
    const after = admitted * NANOSECONDS;
    await expect(admit(null, count)).resolves.toEqual([admitted, after, after, true]);
  });

  test.each([null, 0, 1])(
    "G54: with %s ns taken up, the entry expires no nanosecond before the arrival time",
    async (takenUp) => {
      const emission = NANOSECONDS + 1;
      const after = (takenUp ?? 0) + emission;
      await expect(admit(takenUp, 1, emission)).resolves.toEqual([1, after, after, true]);
    },
  );
});
