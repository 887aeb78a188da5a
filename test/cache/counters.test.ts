import { randomUUID } from "node:crypto";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { runTogether } from "../support/process.js";

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

const MAX = Number.MAX_SAFE_INTEGER;
const WRONG_TYPE = { code: "WRONG_VALUE_TYPE" };
const increments = (key: string, addends: readonly number[]) =>
  Promise.allSettled(addends.map((by) => cache.increment("count", key, { by })));
const valuesOf = (results: readonly PromiseSettledResult<number>[]) =>
  results.map((result) => (result.status === "fulfilled" ? result.value : (result.reason as { code: unknown }).code));

test("G53: 1,000 calls in 4 processes lose nothing, and each returns a value of its own", async () => {
  const key = randomUUID();
  const env = { DATABASE_URL: database.url, FUNCTION: "increment", KEY: key, CALLS: "250" };
  const outcomes = await runTogether("cache-calls.ts", 4, env);
  expect(outcomes.map(({ stderr, status }) => ({ stderr, status }))).toEqual(
    outcomes.map(() => ({ stderr: "", status: 0 })),
  );
  const values = outcomes.flatMap(({ stdout }) => JSON.parse(stdout) as number[]);
  expect(values.sort((one, other) => one - other)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  await expect(cache.get("count", key)).resolves.toBe("1000");
});

describe("calls that are made together", () => {
  test("G53: each returns the value after it, in the order of the calls", async () => {
    const key = randomUUID();
    await expect(increments(key, [5, 0, 1, 2 ** 40]).then(valuesOf)).resolves.toEqual([5, 5, 6, 6 + 2 ** 40]);
    const other = randomUUID();
    await expect(increments(other, [-5, -1, 0]).then(valuesOf)).resolves.toEqual([-5, -6, -6]);
  });

  test("G53: each has a value of its own if their signs are mixed, and no value leaves the bounds on the way", async () => {
    const key = randomUUID();
    await expect(increments(key, [3, -5, 7, 0, -100, 1]).then(valuesOf)).resolves.toEqual([3, -2, 5, 5, -95, -94]);
    await expect(cache.get("count", key)).resolves.toBe("-94");
    const large = randomUUID();
    // The sum is 0, but two of the calls do not fit.
    await expect(increments(large, [MAX, 1, -MAX, 1 - MAX, -2]).then(valuesOf)).resolves.toEqual([
      MAX,
      "WRONG_VALUE_TYPE",
      0,
      1 - MAX,
      "WRONG_VALUE_TYPE",
    ]);
    await expect(cache.get("count", large)).resolves.toBe(String(1 - MAX));
  });

  test("G53: take effect in their order, and later calls do not overtake them", async () => {
    const key = randomUUID();
    const addends = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? 3 : -1));
    const calls = [increments(key, addends)];
    for (let turn = 0; turn < 20; turn += 1) {
      await nextTurn();
      calls.push(increments(key, addends));
    }
    let sum = 0;
    const expected = calls.flatMap(() => addends).map((by) => (sum += by));
    expect((await Promise.all(calls)).flatMap(valuesOf)).toEqual(expected);
  });

  test("G53: take effect in their order where some of them do not fit", async () => {
    const key = randomUUID();
    await cache.set("count", key, String(MAX - 2));
    const addends = [1, 5, -4, 2, 2];
    const calls = [increments(key, addends)];
    for (let turn = 0; turn < 30; turn += 1) {
      await delay(1);
      calls.push(increments(key, addends));
    }
    let sum = MAX - 2;
    const expected = calls
      .flatMap(() => addends)
      .map((by) => {
        if (sum + by > MAX) return "WRONG_VALUE_TYPE";
        sum += by;
        return sum;
      });
    expect((await Promise.all(calls)).flatMap(valuesOf)).toEqual(expected);
  });

  test("G53: share a statement if their signs are equal", async () => {
    const key = randomUUID();
    const addends = Array.from({ length: 50 }, (_, index) => index + 1);
    const sent = await statementsOf(observed, () => increments(key, addends));
    expect(sent.filter((text) => text.includes("insert into pevensie.cache")).length).toBeLessThan(10);
    await expect(cache.get("count", key)).resolves.toBe(String((50 * 51) / 2));
  });

  test("G53: those that do not fit are WRONG_VALUE_TYPE, and the others count", async () => {
    const key = randomUUID();
    await cache.set("count", key, String(MAX - 5));
    await expect(increments(key, [4, 4, 1, 1]).then(valuesOf)).resolves.toEqual([
      MAX - 1,
      "WRONG_VALUE_TYPE",
      MAX,
      "WRONG_VALUE_TYPE",
    ]);
    await expect(cache.get("count", key)).resolves.toBe(String(MAX));
  });

  test("G53: of the driver are answered, whatever they add", async () => {
    const driver = createCacheDriver({ connectionString: database.url });
    await driver.connect();
    const answers = [1.5, 2 ** 53, 1e300, Number.NaN].map((by) =>
      Promise.race([
        driver.increment({ resourceType: "count", key: randomUUID() }, by, null).then(String, () => "refused"),
        delay(30_000, "no answer", { ref: false }),
      ]),
    );
    expect(await Promise.all(answers)).not.toContain("no answer");
    await driver.disconnect();
  });

  test("G53: an entry that is no number concerns the calls for it alone", async () => {
    const [text, number] = [randomUUID(), randomUUID()];
    await cache.set("count", text, "text");
    const [one, other] = await Promise.all([increments(text, [1, 2, -1]), increments(number, [1, 2, -1])]);
    expect(valuesOf(one)).toEqual(one.map(() => "WRONG_VALUE_TYPE"));
    expect(valuesOf(other)).toEqual([1, 3, 2]);
    await expect(cache.get("count", text)).resolves.toBe("text");
  });
});

describe("the entry", () => {
  const expiryOf = async (key: string) => (await cache.getEntry("count", key))?.expiresAt ?? null;

  test("G53: gets the ttl when it is created or has expired, and keeps its expiry and tags otherwise", async () => {
    const key = randomUUID();
    await cache.increment("count", key, { ttlMillis: 1_500_500 });
    const [row] = await database.rows<{ left: number }>(
      "select extract(epoch from expires_at - now())::float8 as left from pevensie.cache where key = $1",
      [key],
    );
    expect(row?.left).toBeLessThanOrEqual(1_500.5);
    expect(row?.left).toBeGreaterThan(1_500.5 - 170);
    const expiry = await expiryOf(key);
    await cache.increment("count", key, { ttlSeconds: 60 });
    await cache.increment("count", key);
    await expect(expiryOf(key)).resolves.toEqual(expiry);
    await database.rows("update pevensie.cache set expires_at = now() where key = $1", [key]);
    await expect(cache.increment("count", key)).resolves.toBe(1);
    await expect(expiryOf(key)).resolves.toBeNull();
    await cache.set("count", key, "7", { tags: [key] });
    await expect(cache.increment("count", key)).resolves.toBe(8);
    await expect(cache.getEntry("count", key)).resolves.toEqual({ value: "8", expiresAt: null, tags: [key] });
  });

  test("G53: counts as 0 once a tag is invalidated, and has no tags then", async () => {
    const key = randomUUID();
    await cache.set("count", key, "7", { tags: [key] });
    await cache.invalidateTags([key]);
    await expect(cache.increment("count", key, { by: -2 })).resolves.toBe(-2);
    await expect(cache.getEntry("count", key)).resolves.toEqual({ value: "-2", expiresAt: null, tags: [] });
  });

  test.each(["0", "-1", String(-MAX), String(MAX - 1), "1000000000000000"])(
    "G53: %s is a whole number",
    async (value) => {
      const key = randomUUID();
      await cache.set("count", key, value);
      await expect(cache.increment("count", key)).resolves.toBe(Number(value) + 1);
    },
  );

  test.each([
    "",
    " ",
    "text",
    "1.5",
    "007",
    "-0",
    "+1",
    "1 ",
    "1\n",
    "0x1",
    "٣",
    "9007199254740992",
    "-9007199254740992",
    "99999999999999999999",
  ])("G53: %j is no whole number: WRONG_VALUE_TYPE, and nothing changes", async (value) => {
    const key = randomUUID();
    await cache.set("count", key, value, { ttlSeconds: 60, tags: [key] });
    const before = await database.rows("select * from pevensie.cache where key = $1", [key]);
    await expect(cache.increment("count", key, { ttlSeconds: 600 })).rejects.toMatchObject(WRONG_TYPE);
    await expect(increments(key, [1, 2])).resolves.toMatchObject([{ reason: WRONG_TYPE }, { reason: WRONG_TYPE }]);
    await expect(database.rows("select * from pevensie.cache where key = $1", [key])).resolves.toEqual(before);
  });

  test.each([
    [MAX, 1],
    [MAX, MAX],
    [-MAX, -1],
    [-MAX, -MAX],
  ])(
    "G53: %d and %d add up to what no double holds exactly: WRONG_VALUE_TYPE, and nothing changes",
    async (value, by) => {
      const key = randomUUID();
      await expect(cache.increment("count", key, { by: value })).resolves.toBe(value);
      await expect(cache.increment("count", key, { by })).rejects.toMatchObject(WRONG_TYPE);
      await expect(cache.get("count", key)).resolves.toBe(String(value));
      await expect(cache.increment("count", key, { by: -value })).resolves.toBe(0);
    },
  );

  test("G53: adding 0, or -0, creates an entry of 0", async () => {
    for (const by of [0, -0]) {
      const key = randomUUID();
      await expect(cache.increment("count", key, { by })).resolves.toBe(0);
      await expect(cache.get("count", key)).resolves.toBe("0");
    }
  });
});
