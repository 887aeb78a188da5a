import pg from "pg";
import { describe, expect, test } from "vitest";
import { updateUser } from "../../generated/statements.js";
import { sqlInSchema } from "../../src/postgres/config/schema.js";
import { SchemaStatements } from "../../src/postgres/execution/schema-statements.js";
import { createAuthDriver, createCacheDriver, migrate, migrateAllSchemas } from "../../src/postgres/index.js";
import { expireSession, startTestDatabase } from "../../src/testing/index.js";
import { authOn, createUser } from "../support/auth.js";
import { describeCatalog } from "../support/catalog.js";
import { QUERIES, statementOf } from "../support/catalog-queries.js";
import { useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";
import { compiledCli, runCli, runProgram } from "../support/process.js";
import { AWKWARD_SCHEMA, createTenant, newSchema, quoted, schemasOf } from "../support/tenants.js";

const database = useDatabase({ empty: true });
const fresh = useDatabase();

/** Nothing listens on port 1: what fails otherwise has tried to connect. */
const UNREACHABLE = "postgresql://postgres@127.0.0.1:1/postgres";

const REFUSED: readonly (readonly [string, unknown])[] = [
  ["empty", ""],
  ["64 bytes long", "a".repeat(64)],
  ["64 bytes long in fewer characters", "ü".repeat(32)],
  ["with a NUL character", "a\0b"],
  ["with a lone surrogate", "a\ud800"],
  ["of PostgreSQL's own", "pg_catalog"],
  ["of PostgreSQL's own by its prefix", "pg_tenant"],
  ["of the standard's", "information_schema"],
  ["null", null],
  ["a number", 42],
  ["an array", ["a"]],
];

describe("G80: a schema's name that PostgreSQL would not keep as it is", () => {
  test.each(REFUSED)("%s is refused before any SQL", async (_, schema) => {
    const config = { connectionString: UNREACHABLE, schema: schema as string };
    const refusal = expect.objectContaining({ code: "INVALID_INPUT", field: "schema" });
    expect(() => createAuthDriver(config)).toThrow(refusal);
    expect(() => createCacheDriver(config)).toThrow(refusal);
    expect(() => createAuthDriver({ pool: new pg.Pool(), schema: schema as string })).toThrow(refusal);
    await expect(migrate({ modules: ["auth"], apply: true, ...config })).rejects.toThrow(refusal);
    await expect(startTestDatabase({ server: UNREACHABLE, schema: schema as string })).rejects.toThrow(refusal);
    await expect(expireSession(config, "01950000-0000-7000-8000-000000000000")).rejects.toThrow(refusal);
  });
});

describe("G80: a schema's name is data", () => {
  test.each([
    AWKWARD_SCHEMA,
    'x"; drop schema other cascade; --',
    "x'; drop schema other cascade; --",
    "$$; drop schema other cascade; $$",
    "%I.%s",
    "\\0041\\u0041",
    "select",
    "Pevensie",
    "pevensie.",
    "a.pevensie.b",
    "x-pevensie.y",
    "create schema if not exists pevensie",
    "a.b",
    "ü".repeat(31),
  ])("%j", async (schema) => {
    await database.pool.query("drop schema if exists other cascade; create schema other; create table other.kept ()");
    const before = await schemasOf(database.pool);
    await createTenant(database.url, schema);
    await createTenant(database.url, schema);
    await using auth = await authOn({ connectionString: database.url, schema }).connect();
    const { email, id } = await createUser(auth);
    const rows = await database.rows(`select id, email from ${quoted(schema)}."user"`);
    expect(rows).toEqual([{ id, email }]);
    await expect(createUser(auth, { email })).rejects.toMatchObject({ code: "EMAIL_TAKEN", cause: { schema } });
    expect(await auth.removeExpired()).toMatchObject({ sessions: 0 });
    const { schemas } = await migrateAllSchemas({ modules: ["auth", "cache"], connectionString: database.url });
    expect(schemas).toContainEqual({ schema, migrations: [], sql: "", warnings: [], error: null });
    expect(await schemasOf(database.pool)).toEqual([...before, schema].sort());
    await database.pool.query(`select from other.kept; drop schema ${quoted(schema)} cascade`);
  });
});

test("G80: the printed SQL creates the schema, in one simple query", async () => {
  const options = { modules: ["auth", "cache"], connectionString: database.url, schema: AWKWARD_SCHEMA } as const;
  const { sql } = await migrate(options);
  await database.pool.query(sql);
  expect(await migrate(options)).toMatchObject({ migrations: [], sql: "" });
  await database.pool.query(`drop schema ${quoted(AWKWARD_SCHEMA)} cascade`);
});

test("G80: a schema has the catalog of the default one", async () => {
  await database.pool.query("drop schema if exists pevensie cascade");
  await createTenant(database.url, "tenant_42");
  await database.pool.query("alter schema tenant_42 rename to pevensie");
  const catalog = await describeCatalog(database.pool);
  const renamed = catalog.replaceAll('"tenant_42"', "pevensie").replaceAll("'tenant_42'", "'pevensie'");
  expect(renamed).toBe(await describeCatalog(fresh.pool));
});

describe("G80: the statements of a schema", () => {
  const own = new SchemaStatements(AWKWARD_SCHEMA);

  test("name no other one, under names of their own that fit an identifier", () => {
    const statements = QUERIES.map(({ name }) => own.of(statementOf(name)));
    for (const { name, text } of statements) {
      expect(Buffer.byteLength(name)).toBeLessThan(64);
      expect(text).not.toMatch(/\bpevensie\b(?!')/);
    }
    const others = QUERIES.map(({ name }) => new SchemaStatements(newSchema()).of(statementOf(name)));
    expect(new Set([...statements, ...others].map(({ name }) => name)).size).toBe(QUERIES.length * 2);
  });

  test("are made once, and those of the default schema are the generated ones", () => {
    expect(own.of(updateUser)).toBe(own.of(updateUser));
    expect(new SchemaStatements("pevensie").of(updateUser)).toBe(updateUser);
  });

  test("are accepted by Postgres", async () => {
    await createTenant(database.url, AWKWARD_SCHEMA);
    const client = await database.pool.connect();
    try {
      for (const { name } of QUERIES) {
        await client.query(`prepare checked as ${own.of(statementOf(name)).text}`);
        await client.query("deallocate checked");
      }
    } finally {
      client.release();
    }
    await database.pool.query(`drop schema ${quoted(AWKWARD_SCHEMA)} cascade`);
  });
});

test("G80: SQL for the default schema stays as it is", () => {
  expect(sqlInSchema("select from pevensie.session", "pevensie")).toBe("select from pevensie.session");
});

test("G80: a schema without migrations is SCHEMA_OUTDATED, with the command for it", async () => {
  const auth = authOn({ connectionString: database.url, schema: "tenant-7" });
  await expect(auth.connect()).rejects.toMatchObject({
    code: "SCHEMA_OUTDATED",
    message: expect.stringContaining("migrate --apply --schema tenant-7 auth"),
  });
});

test.each(["-Tenant", `a "b" 'c' $(exit 3) \`exit 4\` $HOME \\ ü`])(
  "G80: a shell runs the command for a schema without migrations, whatever its name: %s",
  async (schema) => {
    const auth = authOn({ connectionString: database.url, schema });
    const { message } = await errorOf(auth.connect());
    const [, command = ""] = /run "npx pevensie (.+)"\.$/.exec(message) ?? [];
    const program = `DATABASE_URL=${database.url} ${process.execPath} ${compiledCli()}`;
    expect(await runProgram("/bin/sh", ["-c", `${program} ${command}`], "")).toMatchObject({ status: 0 });
    await (await auth.connect()).disconnect();
  },
);

test("G80: --schema of the command creates, checks and sweeps it", async () => {
  const schema = newSchema();
  const run = (...args: string[]) => runCli([...args, "--addr", database.url, "--schema", schema, "auth", "cache"]);
  expect(await run("migrate", "--check")).toMatchObject({ status: 1 });
  expect(await run("migrate", "--apply")).toMatchObject({
    status: 0,
    stderr: expect.stringContaining("applied: base"),
  });
  expect(await run("migrate", "--check")).toMatchObject({ status: 0 });
  await database.pool.query(
    `insert into ${schema}.cache (resource_type, key, value, expires_at) values ('a', 'b', 'c', now())`,
  );
  expect(await run("sweep")).toMatchObject({ status: 0, stderr: expect.stringContaining("removed 1 expired entries") });
  expect(await runCli(["migrate", "--addr", database.url, "--schema", "", "auth"])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^pevensie: schema [^\n]+\n$/),
  });
});
