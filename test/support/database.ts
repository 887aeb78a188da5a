import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { type TestDatabase as StartedDatabase, startTestDatabase } from "../../src/testing/index.js";

/** A database of one test file, and a pool on it that knows nothing of the package. */
export interface TestDatabase {
  readonly url: string;
  /** The schema of the package's tables. */
  readonly schema: string;
  /** For looking at rows and changing them behind the package's back. */
  readonly pool: pg.Pool;
  /** The rows of a statement, for looking behind the scenes. */
  rows<T = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<T[]>;
}

interface DatabaseOptions {
  readonly empty?: boolean;
  /** The schema of the package's tables. Default: "pevensie". */
  readonly schema?: string;
}

/**
 * A fresh database for the test file, from the migrated template, or with nothing in it; it is dropped in the end.
 * Call it at the file's top level, and use what it gives inside tests.
 */
export function useDatabase(options: DatabaseOptions = {}): TestDatabase {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const url = databaseUrl(name);
  const pool = new pg.Pool({ connectionString: url });
  pool.on("error", () => {});
  beforeAll(async () => {
    await createDatabase(name, options);
  });
  afterAll(async () => {
    await pool.end();
    await onServer(`drop database if exists ${name} with (force)`);
  });
  const { schema = "pevensie" } = options;
  return { url, schema, pool, rows: async (text, values = []) => (await pool.query(text, [...values])).rows };
}

/** The connection string of a database on the server of this run. */
export function databaseUrl(name: string): string {
  return Object.assign(new URL(inject("serverUrl")), { pathname: `/${name}` }).href;
}

/** Makes a database: a copy of the migrated template, or an empty one. */
export function createDatabase(name: string, options: DatabaseOptions = {}): Promise<StartedDatabase> {
  return startTestDatabase({ name, server: inject("serverUrl"), ...options });
}

/** Runs a statement as the server's administrator. */
export async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("serverUrl") });
  await client.connect();
  await client.query(statement);
  await client.end();
}
