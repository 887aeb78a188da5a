import { randomBytes } from "node:crypto";
import type pg from "pg";
import { migrate } from "../../src/postgres/index.js";
import { PATIENT } from "./patience.js";

/** A schema whose name has everything that means something to SQL: in identifiers, literals, bodies of functions and `format`. */
export const AWKWARD_SCHEMA = `Tenant "42"'s $$ %s; \\ --/* ü\n`;

/** The name of a schema that no other test has. */
export const newSchema = (): string => `tenant_${randomBytes(6).toString("hex")}`;

/** Creates a schema with the tables of both modules, and returns its name. */
export async function createTenant(connectionString: string, schema = newSchema()): Promise<string> {
  const { connectionTimeoutMillis } = PATIENT;
  await migrate({ modules: ["auth", "cache"], apply: true, connectionString, schema, connectionTimeoutMillis });
  return schema;
}

/** A schema's name in SQL of a test, which knows nothing of the package's quoting. */
export const quoted = (schema: string): string => `"${schema.replaceAll('"', '""')}"`;

/** The names of the schemas that have the package's tables, or other tables of applications. */
export async function schemasOf(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    "select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public') order by 1",
  );
  return rows.map(({ name }) => name);
}
