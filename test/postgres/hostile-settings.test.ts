import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createCache } from "../../src/cache/index.js";
import { createCacheDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { authOn, createUser } from "../support/auth.js";
import { onServer, useDatabase } from "../support/database.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";
import { HOSTILE_SCHEMAS } from "../support/hostile-schema.js";

const database = useDatabase();
const name = new URL(database.url).pathname.slice(1);

const SETTINGS: Readonly<Record<string, string>> = {
  "a hostile search_path": "search_path = hostile, pg_catalog, pevensie",
  "an empty search_path": "search_path = ''",
  "a TimeZone in the far east": "timezone = 'Pacific/Kiritimati'",
  "a TimeZone in the west": "timezone = 'America/St_Johns'",
  "a TimeZone with seconds in its past": "timezone = 'Europe/Amsterdam'",
  "DateStyle SQL, DMY": "datestyle = 'SQL, DMY'",
  "DateStyle German": "datestyle = 'German'",
  "DateStyle Postgres": "datestyle = 'Postgres, MDY'",
  "DateStyle ISO, DMY": "datestyle = 'ISO, DMY'",
  "IntervalStyle sql_standard": "intervalstyle = 'sql_standard'",
  "IntervalStyle iso_8601": "intervalstyle = 'iso_8601'",
  "another lc_messages": "lc_messages = 'C.UTF-8'",
  "serializable transactions": "default_transaction_isolation = 'serializable'",
  "repeatable read": "default_transaction_isolation = 'repeatable read'",
  "strings without standard conformance": "standard_conforming_strings = off",
  "few digits of floats": "extra_float_digits = -15",
  "plans for any value": "plan_cache_mode = force_generic_plan",
  "arrays without NULLs": "array_nulls = off",
  transform_null_equals: "transform_null_equals = on",
};

beforeAll(() => database.pool.query(HOSTILE_SCHEMAS));
afterEach(() => onServer(`alter database ${name} reset all`));

/** Walks through every function of an auth and a cache on drivers of the given configuration. */
async function walk(config: PostgresDriverConfig): Promise<void> {
  await using auth = await authOn(config).connect();
  await using cache = await createCache({ driver: createCacheDriver(config) }).connect();
  await walkAuth(auth);
  await walkCache(cache);
}

async function walkOnCallersPool(connectionString: string): Promise<void> {
  const pool = new pg.Pool({ connectionString });
  try {
    await walk({ pool });
  } finally {
    await endPool(pool);
  }
}

describe("F9: settings of the database", () => {
  test.each(Object.entries(SETTINGS))("%s, with a config", async (_, setting) => {
    await onServer(`alter database ${name} set ${setting}`);
    await walk({ connectionString: database.url });
  });

  test.each(Object.entries(SETTINGS))("%s, with a caller's pool", async (_, setting) => {
    await onServer(`alter database ${name} set ${setting}`);
    await walkOnCallersPool(database.url);
  });
});

describe("F9: a hostile search_path, in a transaction with the caller's own SQL", () => {
  /** A decoy in the caller's search_path, which returns the opposite of what the package's statements need. */
  const isDeceived = async (client: { query(text: string): Promise<{ rows: { truth?: unknown }[] }> }) =>
    (await client.query("select 1 = 1 as truth")).rows[0]?.truth === false;

  async function walkTurns(config: PostgresDriverConfig, client?: pg.ClientBase): Promise<void> {
    await using auth = await authOn(config).connect();
    const user = await createUser(auth);
    await auth.withTransaction(
      async (inside, own) => {
        expect(await isDeceived(own)).toBe(true);
        expect(await inside.getUserById(user.id)).toEqual(user);
        expect(await isDeceived(own)).toBe(true);
        await expect(
          inside.withTransaction(async (nested, ownNested) => {
            expect(await nested.getUserByEmail(user.email)).toEqual(user);
            expect(await isDeceived(ownNested)).toBe(true);
            expect(await nested.setUserRole(user.id, "undone")).toMatchObject({ role: "undone" });
            throw new Error("undo");
          }),
        ).rejects.toThrow("undo");
        expect(await inside.getUserById(user.id)).toEqual(user);
        expect(await isDeceived(own)).toBe(true);
        await own.query("set local search_path = pg_catalog");
        expect(await inside.getUserById(user.id)).toEqual(user);
        expect(await isDeceived(own)).toBe(false);
        await own.query("set local search_path = hostile, pg_catalog");
        expect(await inside.getUserById(user.id)).toEqual(user);
        expect(await isDeceived(own)).toBe(true);
      },
      client === undefined ? {} : { client },
    );
  }

  test("a path that a nested transaction set and undid has no effect", async () => {
    await onServer(`alter database ${name} set search_path = hostile, pg_catalog`);
    await using auth = await authOn({ connectionString: database.url }).connect();
    const user = await createUser(auth);
    await auth.withTransaction(async (inside, own) => {
      expect(await inside.getUserById(user.id)).toEqual(user);
      const nested = inside.withTransaction(async (innermost, ownNested) => {
        await ownNested.query("set local search_path = public, hostile, pg_catalog");
        expect(await innermost.getUserById(user.id)).toEqual(user);
        throw new Error("undo");
      });
      await expect(nested).rejects.toThrow("undo");
      expect((await own.query("show search_path")).rows).toEqual([{ search_path: "hostile, pg_catalog" }]);
      await own.query("savepoint mine");
      expect(await codeOf(inside.setUserEmail(user.id, ""))).toBe("INVALID_INPUT");
      await expect(own.query("select 1 / 0")).rejects.toThrow();
      await own.query("rollback to savepoint mine");
      expect(await isDeceived(own)).toBe(true);
      expect(await inside.getUserById(user.id)).toEqual(user);
    });
  });

  test.each(["a pool", "a client in no transaction", "a client in a transaction"])("%s", async (whose) => {
    await onServer(`alter database ${name} set search_path = hostile, pg_catalog`);
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    const client = await pool.connect();
    try {
      if (whose === "a client in a transaction") await client.query("begin");
      await walkTurns({ pool }, whose === "a pool" ? undefined : client);
      expect(await isDeceived(client)).toBe(true);
      const { rows } = await client.query("show search_path");
      expect(rows).toEqual([{ search_path: "hostile, pg_catalog" }]);
      await client.query("rollback");
    } finally {
      client.release();
      await endPool(pool);
    }
  });
});

describe("F9: settings of the role", () => {
  const role = `role_${randomBytes(8).toString("hex")}`;
  afterAll(() => onServer(`drop role if exists ${role}`));

  test("change nothing either", async () => {
    await onServer(`create role ${role} login superuser password 'pevensie'`);
    await onServer(`alter role ${role} set datestyle = 'SQL, DMY'`);
    await onServer(`alter role ${role} set timezone = 'Asia/Kathmandu'`);
    await onServer(`alter role ${role} set search_path = ''`);
    const url = Object.assign(new URL(database.url), { username: role, password: "pevensie" }).href;
    await walk({ connectionString: url });
    await walkOnCallersPool(url);
  });
});

describe("F9: settings that the application sends itself", () => {
  test("as connectionParameters", async () => {
    const connectionParameters = {
      DateStyle: "German",
      TimeZone: "Asia/Kathmandu",
      search_path: "hostile, pg_catalog",
    };
    await walk({ connectionString: database.url, connectionParameters });
  });

  test("on the connections of its pool", async () => {
    const pool = new pg.Pool({ connectionString: database.url });
    pool.on("connect", (client) => {
      void client.query("set datestyle = 'Postgres, DMY'; set timezone = 'Asia/Kathmandu'; set search_path = ''");
    });
    try {
      await walk({ pool });
    } finally {
      await endPool(pool);
    }
  });
});
