import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth, TransactionClient, User } from "../../src/auth/index.js";
import { Connection } from "../../src/postgres/protocol/connection.js";
import { resetConnection } from "../../src/postgres/protocol/pg-client.js";
import { authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";

const database = useDatabase();
const failure = new RangeError("the work's own");
/** Roles belong to the server, which other runs of this file may have in common with this one. */
const ROLE = `role_${randomBytes(8).toString("hex")}`;

/** A driver with one connection, and start-up parameters that have to survive. */
const connectionParameters = { "app.tenant": "narnia", work_mem: "7MB", search_path: "public, pg_catalog" };
let auth: Auth;
let user: User;
beforeAll(async () => {
  await database.pool.query(`create role ${ROLE}; grant usage on schema pevensie to ${ROLE}`);
  auth = await authOn({ connectionString: database.url, max: 1, connectionParameters }).connect();
  user = await createUser(auth, { password: null });
});
afterAll(async () => {
  await auth.disconnect();
  await database.pool.query(`drop owned by ${ROLE}; drop role ${ROLE}`);
});

/** What a caller may leave on a connection, and how the next one would notice. */
const LEFTOVERS: Readonly<Record<string, readonly [leave: string, look: string]>> = {
  "a setting": ["set work_mem = '9MB'", "select current_setting('work_mem') as value"],
  "a search_path": ["set search_path = pg_temp", "select current_setting('search_path') as value"],
  "a setting of the application's": ["set app.tenant = 'calormen'", "select current_setting('app.tenant') as value"],
  "a new setting of the application's": [
    "select set_config('app.user', 'edmund', false)",
    "select coalesce(current_setting('app.user', true), '') as value",
  ],
  "an encoding": ["set client_encoding = 'SQL_ASCII'", "select current_setting('client_encoding') as value"],
  "a role": [`set role ${ROLE}`, "select current_user::text as value"],
  "a session's user": [`set session authorization ${ROLE}`, "select session_user::text || current_user as value"],
  "a session's lock": [
    "select pg_advisory_lock(77)",
    "select count(*)::int as value from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()",
  ],
  "a temporary table": [
    "create temporary table leftover as select 1",
    "select to_regclass('pg_temp.leftover')::text as value",
  ],
  "a channel": ["listen leftover", "select count(*)::int as value from pg_listening_channels()"],
  "a cursor": [
    "declare leftover cursor with hold for select 1",
    "select count(*)::int as value from pg_cursors where name = 'leftover'",
  ],
  "a prepared statement": [
    "prepare leftover as select 1",
    "select count(*)::int as value from pg_prepared_statements where name = 'leftover'",
  ],
};

const valueNow = async (look: string) =>
  auth.withTransaction(async (_, client) => (await client.query<{ value: unknown }>(look)).rows[0]?.value);

describe("a caller's SQL leaves nothing on a connection of an owned pool", () => {
  test.each(Object.entries(LEFTOVERS))("G32: %s is gone after the commit", async (_, [leave, look]) => {
    const before = await valueNow(look);
    await auth.withTransaction(async (_auth, client) => {
      await client.query(leave);
      // A channel is listened to from the commit on.
      if (!leave.startsWith("listen")) expect((await client.query(look)).rows).not.toEqual([{ value: before }]);
    });
    expect(await valueNow(look)).toEqual(before);
    expect(await auth.getUserById(user.id)).toEqual(user);
  });

  test("G32: settings that survive a rollback are reset, too", async () => {
    const [leave, look] = LEFTOVERS["a session's lock"] as readonly [string, string];
    const call = auth.withTransaction(async (_, client) => {
      await client.query(leave);
      throw failure;
    });
    await expect(call).rejects.toBe(failure);
    expect(await valueNow(look)).toBe(0);
  });

  const backend = async (client: TransactionClient) =>
    (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;

  test("the package's prepared statements stay, on the same connection, with its initial parameters", async () => {
    await auth.getUserById(user.id);
    const look = () =>
      auth.withTransaction(async (_, client) => [
        await backend(client),
        (await client.query("select name from pg_prepared_statements order by name")).rows,
        (await client.query("select current_setting('app.tenant') as tenant, current_setting('work_mem') as memory"))
          .rows,
      ]);
    const before = await look();
    expect(before[1]).toContainEqual({ name: expect.stringMatching(/^pevensie_getUserById_/) });
    expect(before[2]).toEqual([{ tenant: "narnia", memory: "7MB" }]);
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await look()).toEqual(before);
  });

  test("a connection whose prepared statements the caller deallocated is replaced", async () => {
    await auth.getUserById(user.id);
    const before = await auth.withTransaction(async (_, client) => {
      await client.query("deallocate all");
      return backend(client);
    });
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await auth.withTransaction((_, client) => backend(client))).not.toBe(before);
  });

  test("a connection that cannot be reset is closed", async () => {
    const pool = new pg.Pool({ connectionString: database.url });
    try {
      const client = await pool.connect();
      await client.query("begin");
      await expect(client.query("select 1 / 0")).rejects.toThrow();
      await resetConnection(Connection.of(client), 5_000);
      expect(Connection.of(client).isClosed).toBe(true);
      client.release();
      expect(pool.totalCount).toBe(0);
    } finally {
      await endPool(pool);
    }
  });

  test("calls immediately after the reset are answered, and neither lost nor failed", async () => {
    for (let round = 0; round < 20; round += 1) {
      const transaction = auth.withTransaction((_, client) => client.query("set work_mem = '9MB'"));
      const beside = [auth.getUserById(user.id), auth.getUserByEmail(user.email), auth.listUsers()];
      await transaction;
      const after = [auth.getUserById(user.id), auth.getUserByEmail(user.email)];
      expect(await Promise.all(after)).toEqual([user, user]);
      await Promise.all(beside);
    }
  });

  test("an immediate disconnect() waits for the reset, and leaves no connection", async () => {
    const named = { ...connectionParameters, application_name: "leftovers" };
    const short = await authOn({ connectionString: database.url, max: 1, connectionParameters: named }).connect();
    await short.withTransaction((_, client) => client.query("select pg_advisory_lock(78)"));
    await short.disconnect();
    await expect
      .poll(() => database.rows("select from pg_stat_activity where application_name = 'leftovers'"))
      .toEqual([]);
  });
});

describe("a caller's own connections are left as its SQL left them", () => {
  test("on the caller's pool", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    try {
      await using onPool = await authOn({ pool }).connect();
      await onPool.withTransaction((_, client) => client.query("set work_mem = '9MB'"));
      expect((await pool.query("show work_mem")).rows).toEqual([{ work_mem: "9MB" }]);
    } finally {
      await endPool(pool);
    }
  });

  test.each(["select", "begin"])("on the caller's client, after %s", async (start) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(`set statement_timeout = '1h'; ${start}`);
      await auth.withTransaction((_, own) => own.query("set work_mem = '9MB'"), { client });
      expect((await client.query("show work_mem")).rows).toEqual([{ work_mem: "9MB" }]);
      expect((await client.query("show statement_timeout")).rows).toEqual([{ statement_timeout: "1h" }]);
    } finally {
      await client.end();
    }
  });
});
