import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as generated from "../generated/index.js";
import { differences, generate } from "../scripts/generate.js";
import { generateMigrations } from "../scripts/generate-migrations.js";
import { QUERIES, sampleParameters, statementOf } from "./support/catalog-queries.js";
import { createDatabase, databaseUrl, onServer, useDatabase } from "./support/database.js";
import { ROOT, runProgram } from "./support/process.js";

const database = useDatabase();
// Sample parameters are of no user.
beforeAll(() => database.rows("alter table pevensie.identity drop constraint identity_user_id_fkey"));

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

test("generated/ matches the queries and the schema", () => {
  const files = generate(database.url);
  expect([...files.keys()]).toContain("user.ts");
  expect(differences(files, GENERATED)).toEqual([]);
});

test("a file that is changed, missing or left over is a difference", () => {
  const committed = new Map(readdirSync(GENERATED).map((name) => [name, readFileSync(join(GENERATED, name), "utf8")]));
  expect(differences(committed, GENERATED)).toEqual([]);
  const files = new Map([...committed, ["user.ts", "changed"], ["new.ts", ""]]);
  files.delete("cache.ts");
  expect(differences(files, GENERATED).sort()).toEqual(["cache.ts", "new.ts", "user.ts"]);
});

describe("the migrations", () => {
  const folder = mkdtempSync(join(tmpdir(), "pevensie-migrations-"));
  const committed = new Map(readdirSync(GENERATED).map((name) => [name, readFileSync(join(GENERATED, name), "utf8")]));
  const stale = () => differences(new Map([...committed, ...generateMigrations(folder)]), GENERATED);

  beforeEach(() => cpSync(join(ROOT, "migrations"), folder, { recursive: true }));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("a changed migration is a difference", () => {
    appendFileSync(join(folder, "cache", "20241222140532_cache.sql"), "select 1;");
    expect(stale()).toEqual(["migrations.ts"]);
  });

  test("a new migration is a difference, and changes its module's version", () => {
    writeFileSync(join(folder, "cache", "29990101000000_new.sql"), "select 1;");
    expect(stale().sort()).toEqual(["migrations.ts", "versions.ts"]);
  });

  test("a file whose name has no version fails", () => {
    writeFileSync(join(folder, "cache", "new.sql"), "select 1;");
    expect(stale).toThrow(/migrations\/cache\/new\.sql/);
  });
});

test("a column that is dropped makes generation fail", async () => {
  const drop = `alter table pevensie."user" drop column device_tokens_valid_from`;
  await withAlteredSchema(drop, (url) => {
    expect(() => generate(url)).toThrow(/device_tokens_valid_from/);
  });
});

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
  });

  test("a column that becomes nullable changes the types, and the code no longer compiles", async () => {
    const alter = `alter table pevensie."user" alter column email drop not null`;
    const files = await withAlteredSchema(alter, (url) => generate(url));
    expect(differences(files, GENERATED)).toContain("user.ts");
    for (const [name, text] of files) writeFileSync(join(folder, "generated", name), text);
    const { status, stdout } = await compile();
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/\bsrc\/postgres\/[\w/-]+\.ts.*error TS2322/);
  });
});

test("every query is exported by generated/index.ts", () => {
  expect(QUERIES.length).toBeGreaterThan(20);
  expect([...exported.keys()].sort()).toEqual(QUERIES.map(({ name }) => name).sort());
});

describe("a column is nullable in its type exactly when it is in the table", () => {
  test.each(QUERIES)("$name", async ({ name, file }) => {
    const { text } = statementOf(name);
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

/**
 * Types whose text is the same under every DateStyle, TimeZone, IntervalStyle, extra_float_digits, bytea_output and lc_monetary;
 * that of json and jsonb if it holds for the types inside.
 */
const SETTLED = new Set([
  "bool",
  "int4",
  "int8",
  "json",
  "jsonb",
  "numeric",
  "pg_lsn",
  "text",
  "uuid",
  "inet",
  "module",
  "void",
]);

test.each(QUERIES)("G32: $name returns no type whose text depends on a setting", async ({ name }) => {
  const { text } = statementOf(name);
  const client = await database.pool.connect();
  try {
    await client.query("begin");
    const { fields } = await client.query(text, await sampleParameters(client, text));
    const { rows } = await client.query<{ typname: string }>("select typname from pg_type where oid = any ($1)", [
      fields.map(({ dataTypeID }) => dataTypeID),
    ]);
    expect(rows.map(({ typname }) => typname).filter((type) => !SETTLED.has(type))).toEqual([]);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

/** Other expressions that are never NULL: tests for NULL, counts, and what is computed of columns that are never NULL. */
const CERTAIN: ReadonlySet<string> = new Set([
  "accessVersion",
  "authenticationAgeSeconds",
  "sessionAuthenticationAgeSeconds",
  "count",
  "hasIdentity",
  "hasOther",
  "hasCitus",
  "isDistributed",
  "isDeleted",
  "deviceIsKnown",
  "isLate",
  "loggedInAt",
  "now",
  "sessionNow",
  "isConfirmed",
  "isStandby",
  "hasReplayed",
  "name",
  "userId",
  "scopes",
  "keyScopes",
  "lsn",
  "wasLive",
  "positions",
  "sampled",
  "isLive",
  "isStale",
  "isLeased",
  "isPlaced",
  "isHeld",
  "isStored",
  "position",
  "timeline",
  "found",
  "live",
]);

test("a hint that an expression is never NULL stands at times of columns that are never NULL, and at each of them", async () => {
  const nullableIn = async (tables: readonly string[]) => {
    const rows = await database.rows<{ name: string; nullable: boolean }>(
      `select column_name as name, bool_or(is_nullable = 'YES') as nullable from information_schema.columns
       where table_schema = 'pevensie' and table_name = any ($1) and data_type = 'timestamp with time zone'
       group by column_name`,
      [tables],
    );
    return new Map(rows.map(({ name, nullable }) => [name, nullable]));
  };
  const ofTokens = await nullableIn(["one_time_token", "user_token"]);
  const ofOthers = await nullableIn(["user", "session", "api_key", "identity"]);
  for (const { name, file } of QUERIES) {
    const isNullable = file.includes("token") ? ofTokens : ofOthers;
    const { queryIR } = exported.get(name) as { queryIR: { statement: string } };
    const { statement } = queryIR;
    const selected = [
      ...statement.matchAll(/extract\(epoch from ((?:\w+\.)?)(\w+)(?: at time zone 'UTC')?\) as "\w+?(!?)"/g),
    ];
    const times = selected.filter(([, , column]) => column !== "current_timestamp");
    for (const [, alias = "", column = "", hint] of times) {
      // The row of a left join may not be there.
      const isOuter = alias !== "" && new RegExp(`left join \\S+ as ${alias.slice(0, -1)}\\b`).test(statement);
      const mayBeNull = isNullable.get(column) || isOuter;
      expect({ name, column, hint }).toEqual({ name, column, hint: mayBeNull ? "" : "!" });
    }
    const hints = [...statement.matchAll(/"(\w+)!"/g)].filter(([, column = ""]) => !CERTAIN.has(column));
    expect(hints).toHaveLength(times.filter(([, , , hint]) => hint === "!").length);
  }
});

/** The properties of a query's result type, with their types. */
function resultTypes(source: string, query: string): Map<string, string> {
  const type = `I${query.charAt(0).toUpperCase()}${query.slice(1)}Result`;
  if (new RegExp(`export type ${type} = void;`).test(source)) return new Map();
  const [, body] = new RegExp(`export interface ${type} \\{\\n([^}]*)\\}`).exec(source) ?? [];
  if (body === undefined) throw new Error(`there is no type ${type}`);
  return new Map([...body.matchAll(/^ {2}(\w+): (.+);$/gm)].map(([, name, text]) => [name as string, text as string]));
}
