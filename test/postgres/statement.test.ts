import type { PreparedQuery } from "@pgtyped/runtime";
import { describe, expect, test } from "vitest";
import * as generated from "../../generated/index.js";
import { updateUser } from "../../generated/statements.js";
import { bind } from "../../src/postgres/protocol/statement.js";
import { QUERIES, statementOf } from "../support/catalog-queries.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const exported: ReadonlyMap<string, unknown> = new Map(Object.entries(generated));
const queryOf = (name: string) => exported.get(name) as PreparedQuery<Record<string, unknown>, unknown>;

/** What pgtyped itself sends for a query and its parameters. */
async function sentBy(query: PreparedQuery<Record<string, unknown>, unknown>, params: Record<string, unknown>) {
  const sent: { text: string; values: readonly unknown[] }[] = [];
  await query.run(params, {
    query: (text: string, values: unknown[]) => {
      sent.push({ text, values });
      return Promise.resolve({ rows: [], rowCount: 0 });
    },
  });
  return sent;
}

/** Without lines that are comments, none of which may be part of a literal, and without hints of nullability. */
function bare(text: string): string {
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trimStart().startsWith("--")) expect(kept.join("\n").split("'").length % 2).toBe(1);
    else kept.push(line);
  }
  return kept.join("\n").replaceAll(/"(\w+)!"/g, '"$1"');
}

describe("a generated statement sends what pgtyped would, without comments and hints of nullability", () => {
  test.each(QUERIES)("$name", async ({ name }) => {
    const statement = statementOf(name);
    const params = Object.fromEntries(statement.parameters.map((parameter, index) => [parameter, `value ${index}`]));
    const values = bind(statement, params);
    const [sent] = await sentBy(queryOf(name), params);
    expect({ text: statement.text, values }).toEqual({ ...sent, text: bare(sent?.text ?? "") });
    expect(statement.text).not.toMatch(/[!?]"|--|\/\*/);
    expect(new Set(values).size).toBe(statement.parameters.length);
    expect(statement.label).toBe(name);
  });
});

test("the names of statements fit PostgreSQL's limit for identifiers and differ from each other", () => {
  const names = QUERIES.map(({ name }) => statementOf(name).name);
  expect(new Set(names).size).toBe(QUERIES.length);
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThan(64);
});

test("a parameter that is absent or undefined is NULL; other falsy values are not", () => {
  const values = bind(updateUser, { id: "x", setRole: false, role: "", setEmail: true, email: undefined } as never);
  const byName = new Map(updateUser.parameters.map((name, index) => [name, values[index]]));
  expect(byName.get("id")).toBe("x");
  expect(byName.get("setRole")).toBe("false");
  expect(byName.get("role")).toBe("");
  expect(byName.get("email")).toBeNull();
  expect(byName.get("phoneNumber")).toBeNull();
});

test("a parameter with the name of an inherited property is not read from the prototype", () => {
  const statement = { name: "x", label: "x", text: "select $1", parameters: ["missing"] as const };
  expect(bind(statement, {} as { missing: string })).toEqual([null]);
});

test("Postgres accepts every statement", async () => {
  const client = await database.pool.connect();
  try {
    for (const { name } of QUERIES) await client.query(`prepare ${name} as ${statementOf(name).text}`);
    const { rows } = await client.query("select name from pg_prepared_statements");
    expect(rows).toHaveLength(QUERIES.length);
  } finally {
    client.release(true);
  }
});
