import { randomBytes } from "node:crypto";
import pg from "pg";
import { expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { describeCatalog } from "../support/catalog.js";
import { createDatabase, databaseUrl, onServer, useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { runCli } from "../support/process.js";

const fresh = useDatabase();

/** Runs some work on an empty database, and compares what has become of it with a fresh one. */
async function onEmptyDatabase(work: (url: string, name: string) => Promise<void>): Promise<void> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await createDatabase(name, { empty: true });
  const pool = new pg.Pool({ connectionString: databaseUrl(name) });
  try {
    await work(databaseUrl(name), name);
    expect(await describeCatalog(pool)).toBe(await describeCatalog(fresh.pool));
  } finally {
    await endPool(pool);
    await onServer(`drop database ${name} with (force)`);
  }
}

test("F10: eight processes migrate an empty database concurrently, 20 rounds: all succeed, one of them applies the migrations", async () => {
  for (let round = 1; round <= 20; round += 1) {
    await onEmptyDatabase(async (url) => {
      const args = ["migrate", "--apply", "--addr", url, "auth", "cache"];
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => runCli(args)));
      expect(outcomes.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual(Array(8).fill(0));
      expect(outcomes.filter(({ stderr }) => stderr.includes("applied: base"))).toHaveLength(1);
    });
  }
}, 900_000);

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
