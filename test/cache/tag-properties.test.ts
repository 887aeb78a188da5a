import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cache } from "../../src/cache/index.js";
import { useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";

const database = useDatabase();
const caches = useTwoCaches(database.url);
const ITEMS = 3;
const pool = new pg.Pool({ connectionString: database.url, max: 12 });
beforeAll(() => database.pool.query("create table public.item (id int primary key, version int not null)"));
afterAll(() => endPool(pool));

const pause = fc.integer({ min: 0, max: 3 });
const transaction = fc.record({
  kind: fc.constant("transaction" as const),
  item: fc.nat(ITEMS - 1),
  isolation: fc.constantFrom("read committed", "read committed", "repeatable read", "serializable"),
  invalidatesFirst: fc.boolean(),
  inSavepoint: fc.boolean(),
  commits: fc.boolean(),
  pauses: fc.tuple(pause, pause, pause),
});
const reading = fc.record({
  kind: fc.constant("reading" as const),
  item: fc.nat(ITEMS - 1),
  isOther: fc.boolean(),
  graceSeconds: fc.constantFrom(0, 60),
  ttlMillis: fc.constantFrom(1, 60_000, 60_000, 60_000),
  waitMillis: fc.constantFrom(0, 5, 10_000),
  pauses: fc.tuple(pause, pause),
});
type Transaction = typeof transaction extends fc.Arbitrary<infer T> ? T : never;
type Reading = typeof reading extends fc.Arbitrary<infer T> ? T : never;

const sleep = (milliseconds: number) =>
  milliseconds === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The versions that were committed, as far as their commit has been answered. */
let committed: number[] = [];

async function change({ item, isolation, invalidatesFirst, inSavepoint, commits, pauses }: Transaction): Promise<void> {
  const client = await pool.connect();
  const invalidate = () => caches.one.invalidateTags([`item ${item}`], { client });
  try {
    await client.query(`begin isolation level ${isolation}`);
    if (inSavepoint) await client.query("savepoint s");
    if (invalidatesFirst) await invalidate();
    await sleep(pauses[0]);
    const { rows } = await client.query<{ version: number }>(
      "update public.item set version = version + 1 where id = $1 returning version",
      [item],
    );
    await sleep(pauses[1]);
    if (!invalidatesFirst) await invalidate();
    if (inSavepoint) await client.query("release savepoint s");
    await sleep(pauses[2]);
    await client.query(commits ? "commit" : "rollback");
    if (commits) committed[item] = Math.max(committed[item] as number, rows[0]?.version as number);
  } catch (error) {
    await client.query("rollback");
    // Transactions at other levels may have to give way to each other.
    const { code, cause } = error as { code?: string; cause?: { code?: string } };
    if (code !== "40001" && cause?.code !== "40001") throw error;
  } finally {
    client.release();
  }
}

async function read({ item, isOther, pauses, graceSeconds, ttlMillis, waitMillis }: Reading): Promise<void> {
  const cache: Cache = isOther ? caches.other : caches.one;
  const produce = async () => {
    await sleep(pauses[0]);
    const { rows } = await pool.query<{ version: number }>("select version from public.item where id = $1", [item]);
    await sleep(pauses[1]);
    return String(rows[0]?.version);
  };
  const atLeast = committed[item] as number;
  const value = await cache.getOrSet("item", String(item), produce, {
    graceSeconds,
    ttlMillis,
    waitMillis,
    tags: [`item ${item}`, "items"],
  });
  expect(Number(value)).toBeGreaterThanOrEqual(atLeast);
  // The same for a plain lookup.
  const nowAtLeast = committed[item] as number;
  const cached = await cache.get("item", String(item));
  if (cached !== null) expect(Number(cached)).toBeGreaterThanOrEqual(nowAtLeast);
}

test("G52: a call that is made after a commit never gets older data, whatever transactions and calls are concurrent", async () => {
  const strand = fc.array(fc.oneof({ weight: 1, arbitrary: transaction }, { weight: 2, arbitrary: reading }), {
    minLength: 10,
    maxLength: 30,
  });
  const strands = fc.array(strand, { minLength: 6, maxLength: 6 });
  const property = fc.asyncProperty(strands, async (concurrent) => {
    await database.pool.query("truncate public.item, pevensie.cache, pevensie.cache_lease");
    await database.pool.query("insert into public.item select n, 0 from generate_series(0, $1 - 1) as n", [ITEMS]);
    committed = new Array<number>(ITEMS).fill(0);
    await Promise.all(
      concurrent.map(async (steps) => {
        for (const step of steps) await (step.kind === "reading" ? read(step) : change(step));
      }),
    );
    for (let item = 0; item < ITEMS; item += 1) {
      const [row] = await database.rows<{ version: number }>("select version from public.item where id = $1", [item]);
      const produce = () => String(row?.version);
      const tags = [`item ${item}`, "items"];
      await expect(caches.one.getOrSet("item", String(item), produce, { ttlSeconds: 60, tags })).resolves.toBe(
        produce(),
      );
    }
  });
  await fc.assert(property, { numRuns: 30, endOnFailure: true });
});
