import { parse } from "libpg-query";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCacheDriver, migrate } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { pretendToDistribute } from "../support/distributed.js";
import { endPool } from "../support/fault-pool.js";
import { type ObservedPool, observedPool, statementsOf } from "../support/observed-pool.js";

const [plain, distributed, empty] = [useDatabase(), useDatabase(), useDatabase({ empty: true })];
beforeAll(() => pretendToDistribute(distributed));
const ofPlain = observedPool({ connectionString: plain.url });
const ofDistributed = observedPool({ connectionString: distributed.url });
const ofEmpty = observedPool({ connectionString: empty.url });
afterAll(async () => {
  for (const { pool } of [ofPlain, ofDistributed, ofEmpty]) await endPool(pool);
});

async function statementsOfCalls(observed: ObservedPool): Promise<string[]> {
  const driver = createCacheDriver({ pool: observed.pool });
  const key = { resourceType: "counter", key: "key" };
  await driver.connect();
  const statements = await statementsOf(observed, async () => {
    expect(await driver.increment(key, 2, null)).toBe(2);
    expect(await driver.increment(key, 3, null)).toBe(5);
    expect(await driver.delete(key)).toBe(true);
    expect((await driver.acquireLease(key, 10)).outcome).toBe("acquired");
  });
  await driver.disconnect();
  return statements;
}

test("G85: a distributed schema gets statements that Citus accepts, and another one those that are faster", async () => {
  const elsewhere = await statementsOfCalls(ofPlain);
  expect(elsewhere).toHaveLength(4);
  expect(elsewhere.filter((text) => text.includes("set_config"))).toHaveLength(4);
  const there = await statementsOfCalls(ofDistributed);
  expect(there.filter((text) => /^begin/.test(text))).toHaveLength(3);
  expect(there.filter((text) => text.includes("set_config") || text.includes("cache_tags_are_current"))).toEqual([]);
});

test("G85: each message of a migration has one command", async () => {
  const statements = await statementsOf(ofEmpty, () =>
    migrate({ modules: ["auth", "cache"], apply: true, pool: ofEmpty.pool }),
  );
  const [first = "", ...others] = statements;
  expect(first).toMatch(/^begin/);
  expect(others.length).toBeGreaterThan(50);
  for (const text of others)
    expect({ text, commands: (await parse(text)).stmts?.length }).toEqual({ text, commands: 1 });
});
