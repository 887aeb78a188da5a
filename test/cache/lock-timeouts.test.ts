import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as queries from "../../generated/index.js";
import { useDatabase } from "../support/database.js";
import { waitForBlockedBackend } from "../support/fault-blockers.js";

/** Statements that wait for a locked row: for how long, whatever plan PostgreSQL makes for them, and what they hold by then. */

const database = useDatabase();
const TYPE = "type";
const LOCK = "begin; select from pevensie.cache where key = 'locked' for update";
const entry = { resourceType: TYPE, key: "locked" };
const columns = { resourceTypes: [TYPE, TYPE], keys: ["another", "locked"] };

interface Bound {
  readonly lockTimeout?: string;
}
const statements: Readonly<Record<string, (client: pg.Client, bound: Bound) => Promise<unknown>>> = {
  setCacheEntry: (client, bound) => queries.setCacheEntry.run({ ...entry, value: "new", ...bound }, client),
  deleteCacheEntry: (client, bound) => queries.deleteCacheEntry.run({ ...entry, ...bound }, client),
  setCacheEntries: (client, bound) =>
    queries.setCacheEntries.run({ ...columns, values: ["new", "new"], ttlsSeconds: [0, 0], ...bound }, client),
  deleteCacheEntries: (client, bound) => queries.deleteCacheEntries.run({ ...columns, ...bound }, client),
  deleteCacheEntriesWithValues: (client, bound) =>
    queries.deleteCacheEntriesWithValues.run({ ...columns, values: ["old", "old"], ...bound }, client),
};

let holder: pg.Client;
let client: pg.Client;
beforeEach(async () => {
  await database.pool.query("truncate pevensie.cache");
  await database.pool.query("insert into pevensie.cache values ($1, 'locked', 'old'), ($1, 'another', 'old')", [TYPE]);
  holder = new pg.Client({ connectionString: database.url });
  client = new pg.Client({ connectionString: database.url });
  await Promise.all([holder.connect(), client.connect()]);
  await holder.query(LOCK);
});
afterEach(async () => {
  await holder.end();
  await client.end();
});

async function settingNow(): Promise<string> {
  const { rows } = await client.query<{ lock_timeout: string }>("show lock_timeout");
  return rows[0]?.lock_timeout as string;
}

describe.each(["force_custom_plan", "force_generic_plan"])("with %s", (mode) => {
  test.each(Object.entries(statements))("%s waits no longer than lockTimeout", async (_, run) => {
    // Without a bound of its own, the statement would be cancelled (57014) before the session's lock_timeout.
    await client.query(`set plan_cache_mode = ${mode}; set statement_timeout = '10s'; set lock_timeout = '15s'`);
    await expect(run(client, { lockTimeout: "50ms" })).rejects.toMatchObject({ code: "55P03" });
    expect(await settingNow()).toBe("15s");
    expect(await database.rows("select value from pevensie.cache")).toEqual([{ value: "old" }, { value: "old" }]);
    await holder.query("commit");
    await run(client, { lockTimeout: "50ms" });
    expect(await settingNow()).toBe("15s");
    expect(await database.rows("select from pevensie.cache where key = 'locked' and value = 'old'")).toEqual([]);
  });

  test.each(Object.entries(statements))("%s leaves the setting as it is without one", async (_, run) => {
    await client.query(`set plan_cache_mode = ${mode}; set statement_timeout = '20s'; set lock_timeout = '60ms'`);
    await expect(run(client, {})).rejects.toMatchObject({ code: "55P03" });
    expect(await settingNow()).toBe("60ms");
  });
});

const inWrongOrder = { resourceTypes: [TYPE, TYPE], keys: ["unlocked", "locked"] };
test.each([
  [
    "setCacheEntries",
    () => queries.setCacheEntries.run({ ...inWrongOrder, values: ["new", "new"], ttlsSeconds: [0, 0] }, client),
  ],
  ["deleteCacheEntries", () => queries.deleteCacheEntries.run(inWrongOrder, client)],
])("%s locks rows in the order of their keys, in whatever order they are given", async (_, run) => {
  // A plan that reads the table in its own order meets them in the wrong one, too.
  await holder.query("rollback");
  await database.pool.query("truncate pevensie.cache");
  await database.pool.query("insert into pevensie.cache values ($1, 'unlocked', 'old'), ($1, 'locked', 'old')", [TYPE]);
  await holder.query(LOCK);
  const written = run();
  await waitForBlockedBackend(database.pool);
  // The row is after the one that is waited for.
  await database.rows("select from pevensie.cache where key = 'unlocked' for update nowait");
  await holder.query("commit");
  await written;
  expect(await database.rows("select from pevensie.cache where value = 'old'")).toEqual([]);
});
