import { expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { describeCatalog } from "../support/catalog.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const empty = useDatabase({ empty: true });

test.each([true, false])("on a database that is up to date there is nothing to do (apply: %s)", async (apply) => {
  const before = await describeCatalog(database.pool);
  const rows = () => database.rows("select xmin, module, version from pevensie.module_version order by module");
  const versions = await rows();
  const result = await migrate({ modules: ["auth", "cache"], apply, connectionString: database.url });
  expect(result).toEqual({ applied: apply, migrations: [], sql: "", warnings: [] });
  expect(await describeCatalog(database.pool)).toBe(before);
  expect(await rows()).toEqual(versions);
});

test("a plan for another version records nothing", async () => {
  const { migrations } = await migrate({ modules: ["auth"], connectionString: empty.url });
  const last = migrations.at(-1)?.sql ?? "";
  const record = last.slice(last.lastIndexOf("do $$"));
  expect(record).toMatch(/^do \$\$/);
  const versions = () => database.rows("select module, version from pevensie.module_version order by module");
  const before = await versions();
  await expect(database.pool.query(record)).rejects.toThrow("is no longer at version");
  expect(await versions()).toEqual(before);
});

test("a caller's pool is used, and left unchanged", async () => {
  const listeners = database.pool.listenerCount("error");
  await migrate({ modules: ["auth"], apply: true, pool: database.pool });
  expect(database.pool.ended).toBe(false);
  expect(database.pool.listenerCount("error")).toBe(listeners);
  const client = await database.pool.connect();
  try {
    expect(client.listenerCount("notice")).toBe(0);
    expect((await client.query("select current_setting('search_path') as path")).rows).toEqual([
      { path: '"$user", public' },
    ]);
    expect((await client.query("select now() = statement_timestamp() as outside")).rows).toEqual([{ outside: true }]);
  } finally {
    client.release();
  }
});
