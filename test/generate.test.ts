import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as generated from "../generated/index.js";
import { differences, generate } from "../scripts/generate.js";
import { prepare } from "../src/postgres/statement.js";
import { QUERIES, sampleParameters } from "./support/catalog-queries.js";
import { createDatabase, databaseUrl, onServer, useDatabase } from "./support/database.js";
import { ROOT, runProgram } from "./support/process.js";

const database = useDatabase();

const GENERATED = join(ROOT, "generated");
const exported: ReadonlyMap<string, unknown> = new Map(Object.entries(generated));

/** Runs some work on a database of the current schema with something altered. */
async function withAlteredSchema<T>(statement: string, work: (url: string) => T | Promise<T>): Promise<T> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await createDatabase(name);
  const client = new pg.Client({ connectionString: databaseUrl(name) });
  try {
    await client.connect();
    await client.query(statement);
    await client.end();
    return await work(databaseUrl(name));
  } finally {
    await onServer(`drop database ${name} with (force)`);
  }
}

test("generated/ is what the queries and the schema make", () => {
  const files = generate(database.url);
  expect([...files.keys()]).toContain("user.ts");
  expect(differences(files, GENERATED)).toEqual([]);
}, 60_000);

test("a file that is changed, missing or left over is a difference", () => {
  const committed = new Map(readdirSync(GENERATED).map((name) => [name, readFileSync(join(GENERATED, name), "utf8")]));
  expect(differences(committed, GENERATED)).toEqual([]);
  const files = new Map([...committed, ["user.ts", "changed"], ["new.ts", ""]]);
  files.delete("cache.ts");
  expect(differences(files, GENERATED).sort()).toEqual(["cache.ts", "new.ts", "user.ts"]);
});

test("a column that is dropped makes generation fail", async () => {
  const drop = `alter table pevensie."user" drop column email_confirmed_at`;
  await withAlteredSchema(drop, (url) => {
    expect(() => generate(url)).toThrow(/email_confirmed_at/);
  });
}, 60_000);

describe("types", () => {
  const folder = mkdtempSync(join(tmpdir(), "pevensie-types-"));

  beforeAll(() => {
    for (const entry of ["src", "generated", "package.json", "tsconfig.json"]) {
      cpSync(join(ROOT, entry), join(folder, entry), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const config = { extends: "./tsconfig.json", include: ["src", "generated"] };
    writeFileSync(join(folder, "tsconfig.src.json"), JSON.stringify(config));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const compile = () =>
    runProgram(
      process.execPath,
      [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", join(folder, "tsconfig.src.json")],
      "",
    );

  test("the code compiles with what is generated", async () => {
    expect(await compile()).toMatchObject({ status: 0, stdout: "" });
  }, 60_000);

  test("a column that becomes nullable changes the types, and the code compiles no longer", async () => {
    const alter = `alter table pevensie."user" alter column email drop not null`;
    const files = await withAlteredSchema(alter, (url) => generate(url));
    expect(differences(files, GENERATED)).toContain("user.ts");
    for (const [name, text] of files) writeFileSync(join(folder, "generated", name), text);
    const { status, stdout } = await compile();
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/\bsrc\/postgres\/[\w-]+\.ts.*error TS2322/);
  }, 60_000);
});

test("every query is exported by generated/index.ts", () => {
  expect(QUERIES.length).toBeGreaterThan(20);
  expect([...exported.keys()].sort()).toEqual(QUERIES.map(({ name }) => name).sort());
});

describe("a column is nullable in its type exactly when it is in the table", () => {
  test.each(QUERIES)("$name", async ({ name, file }) => {
    const query = exported.get(name) as Parameters<typeof prepare>[1];
    const { text } = prepare(name, query);
    const client = await database.pool.connect();
    let fields: pg.FieldDef[];
    try {
      await client.query("begin");
      fields = (await client.query(text, await sampleParameters(client, text))).fields;
    } finally {
      await client.query("rollback");
      client.release();
    }
    const types = resultTypes(readFileSync(join(GENERATED, file.replace(/\.sql$/, ".ts")), "utf8"), name);
    expect(fields.map((field) => field.name).sort()).toEqual([...types.keys()].sort());
    for (const { name: column, tableID, columnID } of fields) {
      if (tableID === 0) continue;
      const [attribute] = await database.rows<{ attnotnull: boolean }>(
        "select attnotnull from pg_attribute where attrelid = $1 and attnum = $2",
        [tableID, columnID],
      );
      expect({ column, nullable: types.get(column)?.includes("| null") }).toEqual({
        column,
        nullable: attribute?.attnotnull === false,
      });
    }
  });
});

/** The properties of a query's result type, with their types. */
function resultTypes(source: string, query: string): Map<string, string> {
  const type = `I${query.charAt(0).toUpperCase()}${query.slice(1)}Result`;
  if (new RegExp(`export type ${type} = void;`).test(source)) return new Map();
  const [, body] = new RegExp(`export interface ${type} \\{\\n([^}]*)\\}`).exec(source) ?? [];
  if (body === undefined) throw new Error(`there is no type ${type}`);
  return new Map([...body.matchAll(/^ {2}(\w+): (.+);$/gm)].map(([, name, text]) => [name as string, text as string]));
}
