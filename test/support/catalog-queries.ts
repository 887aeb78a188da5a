import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import * as statements from "../../generated/statements.js";
import { ROOT } from "./process.js";

/** Every query of the drivers in queries/, by the name that its comment gives it. */
export const QUERIES: readonly { readonly name: string; readonly file: string }[] = readdirSync(join(ROOT, "queries"))
  .filter((file) => file !== "testing.sql")
  .sort()
  .flatMap((file) =>
    [...readFileSync(join(ROOT, "queries", file), "utf8").matchAll(/@name (\w+)/g)].map(([, name]) => ({
      name: name as string,
      file,
    })),
  );

type AnyStatement = statements.Statement<Record<string, unknown>, unknown>;

const STATEMENTS: ReadonlyMap<string, unknown> = new Map(Object.entries(statements));

/** Returns the generated statement of a query. */
export function statementOf(name: string): AnyStatement {
  const statement = STATEMENTS.get(name);
  if (statement === undefined) throw new Error(`generated/statements.ts lacks ${name}`);
  return statement as AnyStatement;
}

/** A value of each type that a parameter of ours has. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  bigint: 1,
  boolean: false,
  "double precision": 1,
  inet: "192.0.2.1",
  integer: 1,
  // Also a list of no rows, for the query that inserts some.
  jsonb: "[]",
  numeric: "1",
  "pevensie.one_time_token_type": "password-reset",
  real: 1,
  // Also a value of lock_timeout, for the queries that set it.
  text: "1",
  "timestamp with time zone": "2000-01-01 00:00:00+00",
  uuid: "01950000-0000-7000-8000-000000000000",
};

/** Values that Postgres takes for the parameters of a query, so that it can run. Lists are empty. */
export async function sampleParameters(client: pg.ClientBase, text: string): Promise<unknown[]> {
  await client.query(`prepare sample as ${text}`);
  const { rows } = await client.query<{ types: string[] }>(
    "select parameter_types::text[] as types from pg_prepared_statements where name = 'sample'",
  );
  await client.query("deallocate sample");
  const types = rows[0]?.types ?? [];
  return types.map((type) => {
    if (type.endsWith("[]")) return [];
    const known = type.replace(/^.*\.(?=one_time_token_type$)/, "pevensie.");
    if (!(known in SAMPLES)) throw new Error(`there is no sample of type ${type}`);
    return SAMPLES[known];
  });
}
