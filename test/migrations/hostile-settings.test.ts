import { randomBytes } from "node:crypto";
import pg from "pg";
import { beforeEach, expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { describeCatalog } from "../support/catalog.js";
import { restoreOriginal } from "../support/catalog-original.js";
import { onServer, useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";

const fresh = useDatabase();
const database = useDatabase({ empty: true });
const name = new URL(database.url).pathname.slice(1);

/** The settings with which the next connections to the database start. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  "DateStyle SQL, DMY": ["datestyle = 'SQL, DMY'"],
  "DateStyle German": ["datestyle = 'German'"],
  "DateStyle Postgres, YMD": ["datestyle = 'Postgres, YMD'"],
  "a TimeZone far in the east": ["timezone = 'Pacific/Kiritimati'"],
  "a TimeZone of odd minutes": ["timezone = 'Asia/Kathmandu'"],
  "an IntervalStyle": ["intervalstyle = 'sql_standard'"],
  "an empty search_path": ["search_path = ''"],
  "a hostile search_path": ["search_path = 'hostile, pg_catalog'"],
  "strings without standard conformance": ["standard_conforming_strings = off", "backslash_quote = off"],
  "row security off": ["row_security = off"],
  "deferrable serializable transactions": [
    "default_transaction_isolation = serializable",
    "default_transaction_deferrable = on",
  ],
  "a short statement_timeout": ["statement_timeout = '1ms'"],
  "no messages but errors": ["client_min_messages = error"],
};

/** Stands before pg_catalog in the hostile search_path. */
const DECOYS = `
  create schema hostile;
  create function hostile.now() returns timestamptz language sql as $$ select timestamptz '1999-01-01' $$;
  create function hostile.lower(text) returns text language sql as $$ select 'hostile' $$;
  create function hostile.gen_random_uuid() returns uuid language sql as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
  create function hostile.format(text, text, text) returns text language sql as $$ select 'hostile' $$;
  create function hostile.uuid7() returns uuid language sql as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
  create function hostile.clock_timestamp() returns timestamptz language sql as $$ select timestamptz '1999-01-01' $$;
  create table hostile."user" (id int);
  create table hostile.session (id int);
  create table hostile.cache (id int);
  create table hostile.module_version (id int);
  create type hostile.module as enum ('hostile');
  create domain hostile.text as int;
  create domain hostile.uuid as int;`;

beforeEach(async () => {
  await onServer(`alter database ${name} reset all`);
  const administrator = new pg.Client({ connectionString: database.url });
  await administrator.connect();
  await administrator.query("drop schema if exists pevensie cascade; drop schema if exists hostile cascade");
  await administrator.query(DECOYS);
  await administrator.end();
});

/** The catalog, seen over a connection with settings of the server's own. */
async function catalog(): Promise<string> {
  await onServer(`alter database ${name} reset all`);
  const pool = new pg.Pool({ connectionString: database.url });
  try {
    return await describeCatalog(pool);
  } finally {
    await endPool(pool);
  }
}

async function set(settings: readonly string[]): Promise<void> {
  for (const setting of settings) await onServer(`alter database ${name} set ${setting}`);
}

test.each(Object.entries(SETTINGS))("F11: an empty database with %s is migrated", async (_, settings) => {
  await set(settings);
  const { migrations } = await migrate({ modules: ["auth", "cache"], apply: true, connectionString: database.url });
  expect(migrations.length).toBeGreaterThan(0);
  const again = await migrate({ modules: ["auth", "cache"], connectionString: database.url });
  expect(again.migrations).toEqual([]);
  expect(await catalog()).toBe(await describeCatalog(fresh.pool));
});

test.each(Object.entries(SETTINGS))("F11: an original's database with %s is adopted", async (_, settings) => {
  await restoreOriginal(database.pool);
  await set(settings);
  const result = await migrate({ modules: ["auth", "cache"], apply: true, connectionString: database.url });
  expect(result.warnings).toHaveLength(4);
  expect(await catalog()).toBe(await describeCatalog(fresh.pool));
  const users = await database.rows<{ email: string }>(`select email from pevensie."user" order by id limit 6`);
  expect(users.map(({ email }) => email)).toEqual([
    "susan@example.com",
    "lucy@example.com",
    "édmund@example.com",
    "jill@example.com",
    "οδυσσευς@example.com",
    "i̇dil@example.com",
  ]);
});

test("F11: the settings of a role change nothing either", async () => {
  const role = `role_${randomBytes(8).toString("hex")}`;
  await onServer(`create role ${role} login superuser password 'pevensie'`);
  try {
    await onServer(`alter role ${role} set datestyle = 'German'`);
    await onServer(`alter role ${role} set search_path = hostile, pg_catalog`);
    const connectionString = Object.assign(new URL(database.url), { username: role, password: "pevensie" }).href;
    await migrate({ modules: ["auth", "cache"], apply: true, connectionString });
    expect(await catalog()).toBe(await describeCatalog(fresh.pool));
  } finally {
    await database.pool.query(`reassign owned by ${role} to current_user`);
    await onServer(`drop role ${role}`);
  }
});

test("F11: the printed SQL does the same under hostile settings", async () => {
  const { sql } = await migrate({ modules: ["auth", "cache"], connectionString: database.url });
  await set(["datestyle = 'SQL, DMY'", "timezone = 'Asia/Kathmandu'", "search_path = 'hostile, pg_catalog'"]);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
  expect(await catalog()).toBe(await describeCatalog(fresh.pool));
});
