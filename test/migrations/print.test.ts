import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { describeCatalog } from "../support/catalog.js";
import { restoreOriginal } from "../support/catalog-original.js";
import { useDatabase } from "../support/database.js";
import { runProgram } from "../support/process.js";

const fresh = useDatabase();
const database = useDatabase({ empty: true });

const hasPsql = spawnSync("psql", ["--version"]).status === 0;

const print = () => migrate({ modules: ["auth", "cache"], connectionString: database.url });
const psql = (sql: string, ...flags: string[]) => runProgram("psql", ["-X", "-q", ...flags, database.url], sql);

beforeEach(async () => {
  await database.pool.query("drop schema if exists pevensie cascade");
});

test("printing changes nothing", async () => {
  const printed = await print();
  expect(printed.applied).toBe(false);
  expect(printed.migrations.map(({ module }) => module)).toContain("cache");
  expect(await database.rows("select to_regnamespace('pevensie') as schema")).toEqual([{ schema: null }]);
});

test("the printed SQL is the SQL that an apply runs", async () => {
  const printed = await print();
  const applied = await migrate({ modules: ["auth", "cache"], apply: true, connectionString: database.url });
  expect(applied.sql).toBe(printed.sql);
  expect(applied.migrations).toEqual(printed.migrations);
});

test("in one simple query, the printed SQL makes the same catalog", async () => {
  const client = await database.pool.connect();
  try {
    await client.query((await print()).sql);
    expect(await client.query("select now() = statement_timestamp() as outside").then(({ rows }) => rows)).toEqual([
      { outside: true },
    ]);
  } finally {
    client.release();
  }
  expect(await describeCatalog(database.pool)).toBe(await describeCatalog(fresh.pool));
  expect((await print()).sql).toBe("");
});

test("on an original's database, too", async () => {
  await restoreOriginal(database.pool);
  await database.pool.query((await print()).sql);
  expect(await describeCatalog(database.pool)).toBe(await describeCatalog(fresh.pool));
});

test("the printed SQL of one module, and then of the other, makes the same catalog", async () => {
  for (const module of ["cache", "auth"] as const) {
    const { sql } = await migrate({ modules: [module], connectionString: database.url });
    await database.pool.query(sql);
  }
  expect(await describeCatalog(database.pool)).toBe(await describeCatalog(fresh.pool));
});

test("run twice in a simple query, the second one fails and changes nothing", async () => {
  const { sql } = await print();
  const client = await database.pool.connect();
  try {
    await client.query(sql);
    const before = await describeCatalog(database.pool);
    await expect(client.query(sql)).rejects.toThrow();
    expect(await describeCatalog(database.pool)).toBe(before);
  } finally {
    client.release(true);
  }
});

describe.skipIf(!hasPsql)("through psql", () => {
  test("the printed SQL makes the same catalog", async () => {
    expect(await psql((await print()).sql, "-v", "ON_ERROR_STOP=1")).toMatchObject({ status: 0, stderr: "" });
    expect(await describeCatalog(database.pool)).toBe(await describeCatalog(fresh.pool));
  });

  test("under another client_encoding the printed SQL creates the schema of the same name", async () => {
    const schema = "Ü ł";
    const { sql } = await migrate({ modules: ["cache"], connectionString: database.url, schema });
    const outcome = await psql(`\\encoding LATIN1\n${sql}`, "-v", "ON_ERROR_STOP=1");
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    expect(await migrate({ modules: ["cache"], connectionString: database.url, schema })).toMatchObject({ sql: "" });
    await database.pool.query('drop schema "Ü ł" cascade');
  });

  test.each([
    ["stopping at the first error", ["-v", "ON_ERROR_STOP=1"]],
    ["going on after an error", []],
  ])("piped twice, %s: the second one fails and changes nothing", async (_, flags) => {
    await restoreOriginal(database.pool);
    const { sql } = await print();
    expect(await psql(sql, "-v", "ON_ERROR_STOP=1")).toMatchObject({ status: 0 });
    const rows = () => database.rows(`select id, email, updated_at, xmin from pevensie."user" order by id`);
    const [catalog, users] = [await describeCatalog(database.pool), await rows()];
    const { stderr } = await psql(sql, ...flags);
    expect(stderr).toContain("ERROR:");
    expect(await describeCatalog(database.pool)).toBe(catalog);
    expect(await rows()).toEqual(users);
  });
});
