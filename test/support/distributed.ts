import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import { type TestDatabase, useDatabase } from "./database.js";
import { createTenant, newSchema, quoted } from "./tenants.js";

/** The connection string of a Citus server, which `npm run test:citus` sets. */
export const CITUS_URL = process.env["CITUS_URL"];

/**
 * A schema that is distributed: on the Citus server of the run, or one that looks like it on plain PostgreSQL, where drivers send the
 * same statements.
 */
export function useDistributedSchema(): TestDatabase {
  return CITUS_URL === undefined ? usePretendedSchema() : useCitusSchema(CITUS_URL);
}

function usePretendedSchema(): TestDatabase {
  const database = useDatabase({ schema: newSchema() });
  beforeAll(() => pretendToDistribute(database));
  return database;
}

/** Gives a schema what drivers recognise a distributed one by. */
export async function pretendToDistribute({ pool, schema }: Pick<TestDatabase, "pool" | "schema">): Promise<void> {
  await pool.query(`
    create or replace function pg_catalog.citus_truncate_trigger() returns trigger
    language plpgsql as 'begin return null; end';
    create trigger truncate_trigger_1 after truncate on ${quoted(schema)}.module_version
    execute function pg_catalog.citus_truncate_trigger();
  `);
}

function useCitusSchema(url: string): TestDatabase {
  const pool = new pg.Pool({ connectionString: url });
  pool.on("error", () => {});
  const schema = newSchema();
  beforeAll(async () => {
    await createTenant(url, schema);
    await distribute(pool, schema);
  });
  afterAll(async () => {
    await pool.query(`drop schema if exists ${quoted(schema)} cascade`);
    await pool.end();
  });
  return { url, schema, pool, rows: async (text, values = []) => (await pool.query(text, [...values])).rows };
}

export async function distribute(pool: pg.Pool, schema: string): Promise<void> {
  await pool.query("select citus_schema_distribute($1::text::regnamespace)", [quoted(schema)]);
}
