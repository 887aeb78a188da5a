import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { onServer, useDatabase } from "../support/database.js";
import { waitForBlockedBackend } from "../support/fault-blockers.js";
import { errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { hasPgBouncer, startPgBouncer } from "../support/process-pgbouncer.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const database = useDatabase({ empty: true });
const modules = ["auth", "cache"] as const;

/** A role with settings of its own, so that only the connections of migrate() have them. */
const role = `hurried_${randomBytes(8).toString("hex")}`;
const connectionString = Object.assign(new URL(database.url), { username: role, password: "pevensie" }).href;
const setForRole = (setting: string) => onServer(`alter role ${role} set ${setting}`);

type Query = (this: pg.Client, ...args: unknown[]) => unknown;
const original = pg.Client.prototype.query as Query;

/** Changes each statement that a client of the role sends, or lets something happen before it. */
function interceptQueries(intercept: (text: string, client: pg.Client) => string | Promise<string>): void {
  const intercepted: Query = async function (query, ...rest) {
    if (this.user !== role) return original.call(this, query, ...rest);
    const { text, ...config } = typeof query === "string" ? { text: query } : (query as { text: string });
    return original.call(this, { ...config, text: await intercept(text, this) }, ...rest);
  };
  vi.spyOn(pg.Client.prototype, "query").mockImplementation(intercepted as never);
}

/** Makes as many of the first statements as given take longer than the role's statement_timeout allows. */
function slowDown(statements: number, slowed: (text: string) => string): () => number {
  let sent = 0;
  interceptQueries((text) => {
    sent += 1;
    return sent <= statements ? slowed(text) : text;
  });
  return () => sent;
}

const before = (text: string) => `select pg_catalog.pg_sleep(0.1); ${text}`;
const afterItsFirst = (text: string) => text.replace(";", "; select pg_catalog.pg_sleep(0.1);");

beforeAll(() => onServer(`create role ${role} login superuser password 'pevensie'`));
afterAll(async () => {
  await database.pool.query(`reassign owned by ${role} to current_user`);
  await onServer(`drop role ${role}`);
});

beforeEach(async () => {
  await onServer(`alter role ${role} reset all`);
  await database.pool.query("drop schema if exists pevensie cascade");
});
afterEach(() => {
  vi.restoreAllMocks();
});

const isMigrated = async () => (await migrate({ modules, connectionString: database.url })).migrations.length === 0;

test("F11: planning waits for a lock longer than the role's statement_timeout", async () => {
  await migrate({ modules, apply: true, connectionString: database.url });
  await setForRole("statement_timeout = '1ms'");
  const holder = await database.pool.connect();
  try {
    await holder.query("begin; lock table pevensie.module_version in access exclusive mode");
    const planned = migrate({ modules, connectionString });
    // Fails as soon as planning does.
    await Promise.race([planned, waitForBlockedBackend(database.pool)]);
    await holder.query("select pg_catalog.pg_sleep(0.1)");
    await holder.query("commit");
    expect((await planned).migrations).toEqual([]);
  } finally {
    holder.release(true);
  }
});

/** Longer than any statement_timeout of these tests. */
const takeLonger = (client: pg.Client) => original.call(client, "select pg_catalog.pg_sleep(0.02)");

test("F11: the role's statement_timeout applies to no statement on a connection owned by migrate()", async () => {
  await setForRole("statement_timeout = '1ms'");
  interceptQueries(async (text, client) => {
    await takeLonger(client);
    return text;
  });
  await migrate({ modules, apply: true, connectionString });
  vi.restoreAllMocks();
  expect(await isMigrated()).toBe(true);
});

test("F11: a statement_timeout of the caller's settings is overridden, and the others are kept", async () => {
  const url = `${connectionString}?statement_timeout=1`;
  const connectionParameters = { statement_timeout: "1ms", application_name: "a name with blanks" };
  const names = new Set<string>();
  interceptQueries(async (text, client) => {
    const { rows } = await (original.call(client, "show application_name") as Promise<pg.QueryResult>);
    names.add(rows[0].application_name);
    await takeLonger(client);
    return text;
  });
  await migrate({ modules, apply: true, connectionString: url, connectionParameters });
  vi.restoreAllMocks();
  expect([...names]).toEqual(["a name with blanks"]);
  expect(await isMigrated()).toBe(true);
});

describe.each<[string, (text: string) => string]>([
  ["before it has begun", before],
  ["once it has begun", afterItsFirst],
])("F11: on a caller's pool, a transaction that is cancelled %s", (_, slowed) => {
  let pool: pg.Pool;

  beforeEach(async () => {
    await setForRole("statement_timeout = '1ms'");
    pool = new pg.Pool({ connectionString, max: 1 });
  });
  afterEach(() => endPool(pool));

  test.each([false, true])("is retried (apply: %s)", async (apply) => {
    const sent = slowDown(5, slowed);
    const { migrations, warnings } = await migrate({ modules, apply, pool });
    vi.restoreAllMocks();
    expect(sent()).toBeGreaterThan(6);
    expect(migrations.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
    expect(await isMigrated()).toBe(apply);
  });

  test("fails if it is cancelled each time", async () => {
    slowDown(Number.POSITIVE_INFINITY, slowed);
    const error = await errorOf(migrate({ modules, apply: true, pool }));
    expect(error.code).toBe("MIGRATION_FAILED");
    expect(error.cause).toMatchObject({ code: "57014" });
  });
});

test("F11: no timeout of the role applies during a migration", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select name from pg_settings
     where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`,
  );
  const names = rows.map(({ name }) => name);
  for (const name of names) await setForRole(`${name} = '1h'`);
  let settings: unknown[] = [];
  interceptQueries(async (text, client) => {
    if (text !== "commit") return text;
    const shown = names.map((name) => `pg_catalog.current_setting('${name}') as ${name}`);
    const result = original.call(client, `select ${shown.join(", ")}`) as Promise<pg.QueryResult>;
    settings = (await result).rows;
    return text;
  });
  await migrate({ modules, apply: true, connectionString });
  expect(settings).toEqual([Object.fromEntries(names.map((name) => [name, "0"]))]);
});

test.each(["08P01", "0A000"])("F8: a pooler that refuses start-up parameters with %s is sent none", async (state) => {
  await setForRole("statement_timeout = '1ms'");
  const proxy = await TcpProxy.start(connectionString);
  try {
    proxy.refuseNext(state, 1);
    slowDown(2, before);
    await migrate({ modules, apply: true, connectionString: proxy.url });
    expect(proxy.accepted).toBe(2);
  } finally {
    vi.restoreAllMocks();
    await proxy.stop();
  }
  expect(await isMigrated()).toBe(true);
});

test.skipIf(!hasPgBouncer)("F8: a database is migrated through PgBouncer", async () => {
  const bouncer = await startPgBouncer(database.url);
  try {
    await migrate({ modules, apply: true, connectionString: bouncer.url });
  } finally {
    await bouncer.stop();
  }
  expect(await isMigrated()).toBe(true);
});
