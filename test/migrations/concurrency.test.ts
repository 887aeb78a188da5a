import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { ADVISORY_LOCK } from "../../src/postgres/migrations/plan.js";
import { describeCatalog } from "../support/catalog.js";
import { createDatabase, databaseUrl, onServer, useDatabase } from "../support/database.js";
import { backendsWaiting } from "../support/fault-blockers.js";
import { endPool } from "../support/fault-pool.js";
import { runFixture } from "../support/process.js";

const fresh = useDatabase();

/** Compares the catalog of a database with a fresh one. */
async function expectFreshCatalog(name: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl(name) });
  try {
    expect(await describeCatalog(pool)).toBe(await describeCatalog(fresh.pool));
  } finally {
    await endPool(pool);
  }
}

/** Acquires the advisory lock of migrations in a database. `release` polls until it blocks the given number of sessions. */
async function holdLock(name: string): Promise<{ release(blocked: number): Promise<void> }> {
  const client = new pg.Client({ connectionString: databaseUrl(name) });
  client.on("error", () => {});
  await client.connect();
  await client.query(`select pg_advisory_lock(${ADVISORY_LOCK})`);
  return {
    release: async (blocked) => {
      while ((await backendsWaiting(client)).length !== blocked) await sleep(5);
      await client.end();
    },
  };
}

/** Runs some work on an empty database, and compares what has become of it with a fresh one. */
async function onEmptyDatabase(work: (url: string, name: string) => Promise<void>): Promise<void> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await createDatabase(name, { empty: true });
  try {
    await work(databaseUrl(name), name);
    await expectFreshCatalog(name);
  } finally {
    await onServer(`drop database ${name} with (force)`);
  }
}

test("F10: eight processes migrate an empty database concurrently, 20 rounds: all succeed, one of them applies the migrations", async () => {
  const names = Array.from({ length: 20 }, () => `test_${randomBytes(8).toString("hex")}`);
  for (const name of names) await createDatabase(name, { empty: true });
  try {
    const gates = await Promise.all(names.map(holdLock));
    const env = { ADDRESSES: JSON.stringify(names.map(databaseUrl)) };
    const running = Promise.all(Array.from({ length: 8 }, () => runFixture("migrate-each.ts", env)));
    for (const gate of gates) await Promise.race([gate.release(8), running]);
    const outcomes = await running;
    expect(outcomes.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      Array(8).fill({ status: 0, stderr: "" }),
    );
    const applied = outcomes.map(({ stdout }) => JSON.parse(stdout) as number[]);
    for (const [round, name] of names.entries()) {
      expect(applied.filter((counts) => counts[round] !== 0)).toHaveLength(1);
      await expectFreshCatalog(name);
    }
  } finally {
    for (const name of names) await onServer(`drop database ${name} with (force)`);
  }
});

test("F10: concurrent callers with different modules each get the modules they requested", async () => {
  await onEmptyDatabase(async (url) => {
    const wanted = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? ("auth" as const) : ("cache" as const)));
    const call = (module: "auth" | "cache") => migrate({ modules: [module], apply: true, connectionString: url });
    const results = await Promise.all(wanted.map(call));
    for (const module of ["base", "auth", "cache"] as const) {
      const appliers = results.filter(({ migrations }) => migrations.some((migration) => migration.module === module));
      expect(appliers).toHaveLength(1);
    }
  });
});

// Under these a transaction's view is that of its first statement, which is the one that waits for the lock.
test.each(["repeatable read", "serializable"])("F10: whatever the default isolation is: %s", async (isolation) => {
  await onEmptyDatabase(async (url, name) => {
    await onServer(`alter database ${name} set default_transaction_isolation = '${isolation}'`);
    const call = () => migrate({ modules: ["auth", "cache"], apply: true, connectionString: url });
    const results = await Promise.all(Array.from({ length: 8 }, call));
    expect(results.filter(({ migrations }) => migrations.length > 0)).toHaveLength(1);
  });
});
