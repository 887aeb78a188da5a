import type { PreparedQuery } from "@pgtyped/runtime";
import { describe, expect, test } from "vitest";
import * as generated from "../../generated/index.js";
import { bind, prepare } from "../../src/postgres/statement.js";
import { QUERIES } from "../support/catalog-queries.js";
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

describe("a prepared statement sends what pgtyped would, but for its hints of nullability", () => {
  test.each(QUERIES)("$name", async ({ name }) => {
    const statement = prepare(name, queryOf(name));
    const params = Object.fromEntries(statement.parameters.map((parameter, index) => [parameter, `value ${index}`]));
    const values = bind(statement, params);
    const [sent] = await sentBy(queryOf(name), params);
    expect({ text: statement.text, values }).toEqual({ ...sent, text: sent?.text.replaceAll(/"(\w+)!"/g, '"$1"') });
    expect(statement.text).not.toMatch(/[!?]"/);
    expect(new Set(values).size).toBe(statement.parameters.length);
  });
});

test("names fit Postgres's limit for identifiers, are unlike each other, and change with the text", () => {
  const names = QUERIES.map(({ name }) => prepare(name, queryOf(name)).name);
  expect(new Set(names).size).toBe(QUERIES.length);
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThan(64);
  const first = prepare("same", queryOf("getUserById")).name;
  expect(prepare("same", queryOf("getUserById")).name).toBe(first);
  expect(prepare("same", queryOf("getUserByEmail")).name).not.toBe(first);
});

test("a parameter that is absent or undefined is NULL; what is falsy is not", () => {
  const statement = prepare("updateUser", generated.updateUser);
  const values = bind(statement, { id: "x", setRole: false, role: "", setEmail: true, email: undefined } as never);
  const byName = new Map(statement.parameters.map((name, index) => [name, values[index]]));
  expect(byName.get("id")).toBe("x");
  expect(byName.get("setRole")).toBe("false");
  expect(byName.get("role")).toBe("");
  expect(byName.get("email")).toBeNull();
  expect(byName.get("phoneNumber")).toBeNull();
});

test("a parameter of a name that objects have by themselves is not taken from there", () => {
  const statement = { name: "x", label: "x", text: "select $1", parameters: ["missing"] as const, longTexts: [] };
  expect(bind(statement, {} as { missing: string })).toEqual([null]);
});

test("a text that no longer runs at once is noticed", () => {
  const lazy = { run: async () => [] } as unknown as PreparedQuery<unknown, unknown>;
  expect(() => prepare("lazy", lazy)).toThrow(/lazy/);
});

test("Postgres takes every statement", async () => {
  const client = await database.pool.connect();
  try {
    for (const { name } of QUERIES) await client.query(`prepare ${name} as ${prepare(name, queryOf(name)).text}`);
    const { rows } = await client.query("select name from pg_prepared_statements");
    expect(rows).toHaveLength(QUERIES.length);
  } finally {
    client.release(true);
  }
});
