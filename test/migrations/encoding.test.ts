import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { describeCatalog } from "../support/catalog.js";
import { databaseUrl, onServer, useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";

const fresh = useDatabase();
const names: string[] = [];

afterAll(async () => {
  for (const name of names) await onServer(`drop database ${name} with (force)`);
});

// Neither has the letters that a normal form is made of: emails are left alone there, which is said.
test.each(["LATIN1", "SQL_ASCII"])("a database in %s is migrated, with a warning", async (encoding) => {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await onServer(`create database ${name} template template0 encoding '${encoding}' locale 'C'`);
  names.push(name);
  const { warnings } = await migrate({ modules: ["auth", "cache"], apply: true, connectionString: databaseUrl(name) });
  expect(warnings).toEqual([expect.stringContaining("UTF8")]);
  const pool = new pg.Pool({ connectionString: databaseUrl(name) });
  try {
    expect(await describeCatalog(pool)).toBe(await describeCatalog(fresh.pool));
  } finally {
    await endPool(pool);
  }
});
