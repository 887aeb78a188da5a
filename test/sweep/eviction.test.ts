import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import type { PevensieEvent } from "../../src/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { ALMOST_LIMITS } from "../support/limit-texts.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { PATIENT } from "../support/patience.js";
import { runCli } from "../support/process.js";

const database = useDatabase();
const observed = observedPool({ connectionString: database.url });
const events: PevensieEvent[] = [];
let cache: Cache;
beforeAll(async () => {
  const driver = createCacheDriver({ ...PATIENT, pool: observed.pool });
  cache = await createCache({ driver, onEvent: (event) => events.push(event) }).connect();
});
afterAll(async () => {
  await cache.disconnect();
  await endPool(observed.pool);
});
beforeEach(async () => {
  await database.rows("truncate pevensie.cache");
  events.length = 0;
});

/**
 * Inserts entries whose keys are from `from` on, and which expire in the given hours each. The values fill pages, in an order that is not
 * that of the expiry.
 */
async function insert(from: number, to: number): Promise<void> {
  await database.rows(
    `insert into pevensie.cache (resource_type, key, value, expires_at)
    select 'page', hour, repeat('v', 500), now() + hour * interval '1 hour'
    from generate_series($1::int, $2::int) as hour order by md5(hour::text)`,
    [from, to],
  );
}

async function insertEndless(count: number): Promise<void> {
  await database.rows(
    "insert into pevensie.cache (resource_type, key, value) select 'endless', key, 'v' from generate_series(1, $1::int) as key",
    [count],
  );
}

async function hoursLeft(): Promise<number[]> {
  const rows = await database.rows<{ hour: number }>(
    "select key::int as hour from pevensie.cache where resource_type = 'page' order by 1",
  );
  return rows.map(({ hour }) => hour);
}

async function countEndless(): Promise<number> {
  return (await database.rows("select from pevensie.cache where resource_type = 'endless'")).length;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe("removeExpired with maxEntries", () => {
  test.each([1, 3, 7, 1000])(
    "F14: evicts what expires soonest down to the bound, in batches of %d",
    async (batchSize) => {
      await insert(1, 200);
      await expect(cache.removeExpired({ maxEntries: 120, batchSize })).resolves.toBe(80);
      await expect(hoursLeft()).resolves.toEqual(numbers(81, 200));
      await expect(cache.removeExpired({ maxEntries: 120, batchSize })).resolves.toBe(0);
      await expect(cache.removeExpired({ maxEntries: 119, batchSize })).resolves.toBe(1);
      await expect(hoursLeft()).resolves.toEqual(numbers(82, 200));
    },
  );

  test.each(["limit: 5 items", ...ALMOST_LIMITS])("F14: evicts text that is almost a rate limit: %s", async (text) => {
    for (const key of numbers(1, 60)) await cache.set("text", `${key}`, text, { ttlSeconds: 3600 + key });
    await expect(cache.removeExpired({ maxEntries: 20 })).resolves.toBe(40);
  });

  test("F14: no batch removes more than batchSize", async () => {
    await database.rows(`
      create function public.forbid() returns trigger language plpgsql as $$ begin
        if (select count(*) from removed) > 7 then raise 'too many'; end if;
        return null;
      end $$;
      create trigger forbid after delete on pevensie.cache referencing old table as removed
        for each statement execute function public.forbid()`);
    try {
      await insert(1, 100);
      await expect(cache.removeExpired({ maxEntries: 10, batchSize: 7 })).resolves.toBe(90);
      await insert(101, 200);
      await expect(cache.removeExpired({ maxEntries: 10, batchSize: 8 })).rejects.toMatchObject({
        code: "DATABASE_ERROR",
      });
    } finally {
      await database.rows("drop trigger forbid on pevensie.cache; drop function public.forbid");
    }
  });

  test("F14: evicts entries without an expiry last", async () => {
    await insert(1, 30);
    await insertEndless(50);
    await cache.removeExpired({ maxEntries: 60 });
    await expect(hoursLeft()).resolves.toEqual(numbers(21, 30));
    await expect(countEndless()).resolves.toBe(50);
    await cache.removeExpired({ maxEntries: 50 });
    await expect(hoursLeft()).resolves.toEqual([]);
    await expect(countEndless()).resolves.toBe(50);
    await expect(cache.removeExpired({ maxEntries: 12, batchSize: 5 })).resolves.toBe(38);
    await expect(countEndless()).resolves.toBe(12);
  });

  test("F14: evicts no rate limit, and does not count them", async () => {
    // They come first, in the order of the pages and by their expiry.
    const limit = { limit: 1, windowSeconds: 1800 };
    for (const key of numbers(1, 20)) await cache.rateLimit("limit", `${key}`, limit);
    await insert(1, 30);
    await expect(cache.removeExpired({ maxEntries: 10 })).resolves.toBe(20);
    await expect(hoursLeft()).resolves.toEqual(numbers(21, 30));
    await expect(cache.rateLimit("limit", "7", limit)).resolves.toMatchObject({ allowed: false });
  });

  test("F14: of entries that expire at the same time the bound is left", async () => {
    await cache.setMany(
      "page",
      numbers(1, 40).map((key) => [`${key}`, "value"]),
      { ttlSeconds: 60 },
    );
    await expect(cache.removeExpired({ maxEntries: 25, batchSize: 4 })).resolves.toBe(15);
    await expect(hoursLeft()).resolves.toHaveLength(25);
  });

  test("F14: removes expired entries before it counts, and reports both", async () => {
    await insert(-20, 30);
    await expect(cache.removeExpired({ maxEntries: 25, batchSize: 5 })).resolves.toBe(26);
    await expect(hoursLeft()).resolves.toEqual(numbers(6, 30));
    expect(events.filter(({ type }) => type === "sweep")).toEqual([
      { type: "sweep", removed: { entries: 21, evicted: 5 } },
    ]);
  });

  test("F14: evicts nothing from a table that is small enough, or empty", async () => {
    await expect(cache.removeExpired({ maxEntries: 1 })).resolves.toBe(0);
    await insert(1, 10);
    for (const maxEntries of [10, 11, 1e12]) await expect(cache.removeExpired({ maxEntries })).resolves.toBe(0);
    await expect(hoursLeft()).resolves.toEqual(numbers(1, 10));
  });

  test("F14: without maxEntries nothing is evicted, and no statement counts entries", async () => {
    await insert(1, 10);
    for (const maxEntries of [undefined, null]) {
      const sent = await statementsOf(observed, () => expect(cache.removeExpired({ maxEntries })).resolves.toBe(0));
      expect(sent.filter((text) => text.includes("tablesample"))).toEqual([]);
    }
    await expect(hoursLeft()).resolves.toEqual(numbers(1, 10));
    expect(events.at(-1)).toEqual({ type: "sweep", removed: { entries: 0 } });
  });

  test("F14: skips entries that are locked", async () => {
    await insert(1, 10);
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      await client.query("select from pevensie.cache where key = '2' for update");
      await expect(cache.removeExpired({ maxEntries: 5 })).resolves.toBe(4);
      await expect(hoursLeft()).resolves.toEqual([2, ...numbers(6, 10)]);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("F14: concurrent sweeps leave at most the bound, and count what they remove", async () => {
    await insert(1, 100);
    const counts = await Promise.all(numbers(1, 6).map(() => cache.removeExpired({ maxEntries: 40, batchSize: 9 })));
    const left = await hoursLeft();
    expect(left.length).toBeLessThanOrEqual(40);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100 - left.length);
  });
});

describe("pevensie sweep --max-entries", () => {
  test("F14: evicts, and reports on standard error", async () => {
    await insert(-5, 30);
    const args = ["sweep", "--addr", database.url, "--max-entries", "10", "--batch-size", "4", "cache"];
    await expect(runCli(args)).resolves.toMatchObject({
      status: 0,
      stdout: "",
      stderr: "cache: removed 6 expired entries and evicted 20\n",
    });
    await expect(hoursLeft()).resolves.toEqual(numbers(21, 30));
    const again = ["sweep", "--addr", database.url, "--max-entries", "1000000000000", "auth", "cache"];
    const { status, stderr } = await runCli(again);
    expect(status).toBe(0);
    expect(stderr).toContain("cache: removed 0 expired entries and evicted 0\n");
  });

  test.each(["0", "-1", "1.5", "1e3", "many", "1000000000001", ""])(
    "F14: %j is an error of one line",
    async (count) => {
      await insert(1, 3);
      const outcome = await runCli(["sweep", "--addr", database.url, `--max-entries=${count}`, "cache"]);
      expect(outcome).toMatchObject({ status: 1, stdout: "" });
      expect(outcome.stderr).toMatch(/^pevensie: .*--max-entries.*\n$/);
      await expect(hoursLeft()).resolves.toEqual([1, 2, 3]);
    },
  );

  test("F14: is for the cache", async () => {
    const outcome = await runCli(["sweep", "--addr", database.url, "--max-entries", "5", "auth"]);
    expect(outcome).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("--max-entries") });
  });
});
