import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getUserById, updateUser } from "../../generated/statements.js";
import { type Auth, createAuth } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createAuthDriver, createCacheDriver } from "../../src/postgres/index.js";
import { asRead, COOKIE_KEY, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { waitForBlockedBackend } from "../support/fault-blockers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { PATIENT } from "../support/patience.js";

const database = useDatabase();

let pool: pg.Pool;
let auth: Auth;
let cache: Cache;

beforeEach(async () => {
  // A sequence is not rolled back: it counts attempts, not their outcomes.
  await database.pool.query(`
    drop schema public cascade;
    create schema public;
    truncate pevensie."user", pevensie.cache cascade;
    create sequence public.attempts;
    create function public.fault() returns trigger language plpgsql as $$
    begin
      if nextval('public.attempts') <= tg_argv[1]::int then
        raise exception using errcode = tg_argv[0], message = 'a fault';
      end if;
      return null;
    end
    $$;`);
  // PostgreSQL checks for a deadlock once in each wait for a lock. A test's rival has to wait by then.
  pool = new pg.Pool({ connectionString: database.url, max: 1, options: "-c deadlock_timeout=5s" });
  auth = await createAuth({ driver: createAuthDriver({ ...PATIENT, pool }), cookieKey: COOKIE_KEY }).connect();
  cache = await createCache({ driver: createCacheDriver({ ...PATIENT, pool }) }).connect();
});
afterEach(async () => {
  await auth.disconnect();
  await cache.disconnect();
  await endPool(pool);
});

/** The next statements of a kind on a table, as many as given, fail with a SQLSTATE. */
async function failNext(event: string, table: string, state: string, times: number): Promise<void> {
  await database.pool.query(
    `create trigger fault before ${event} on pevensie.${table} for each statement execute function public.fault('${state}', '${times}')`,
  );
}

async function attempts(): Promise<number> {
  const [row] = await database.rows<{ count: number }>(
    "select (last_value - (not is_called)::int)::int as count from public.attempts",
  );
  return row?.count as number;
}

const LOST_TO_ANOTHER = [
  ["40001", "a serialization failure"],
  ["40P01", "a deadlock"],
] as const;

describe("retried after losing to another transaction", () => {
  test.each(LOST_TO_ANOTHER)("F7: %s, %s, of a single write", async (state) => {
    await failNext("insert", "cache", state, 2);
    await cache.set("type", "key", "value");
    expect(await attempts()).toBe(3);
    expect(await cache.get("type", "key")).toBe("value");
  });

  test.each(LOST_TO_ANOTHER)("F7: %s, %s, of a whole transaction", async (state) => {
    const user = await createUser(auth);
    await auth.createSession({ userId: user.id });
    // The second statement fails: the first one must be retried as well.
    await failNext("delete", "session", state, 2);
    await auth.deleteUserById(user.id);
    expect(await attempts()).toBe(3);
    expect(await auth.getUserById(user.id)).toBeNull();
    expect(await database.rows("select from pevensie.session")).toHaveLength(0);
  });

  test.each(LOST_TO_ANOTHER)("F7: %s, %s, a limited number of times", async (state) => {
    const user = await createUser(auth);
    await failNext("insert", "cache", state, 1000);
    expect((await errorOf(cache.set("type", "key", "value"))).cause).toMatchObject({ code: state });
    expect(await attempts()).toBe(4);
    await failNext("update", '"user"', state, 1000);
    expect((await errorOf(auth.deleteUserById(user.id))).cause).toMatchObject({ code: state });
    expect(await attempts()).toBe(8);
  });

  test("F7: a real deadlock", async () => {
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    const rival = new pg.Client({ connectionString: database.url });
    await rival.connect();
    try {
      // The rival waits longer before it checks for a deadlock: the other one is the victim.
      await rival.query("begin; set local deadlock_timeout = '20s'");
      await rival.query("update pevensie.session set user_agent = 'rival' where id = $1", [session.id]);
      const deletion = auth.deleteUserById(user.id);
      await waitForBlockedBackend(database.pool);
      await rival.query(`update pevensie."user" set role = 'rival' where id = $1`, [user.id]);
      await rival.query("commit");
      expect(await deletion).toMatchObject({ id: user.id, role: "rival" });
      expect(await database.rows("select from pevensie.session")).toHaveLength(0);
    } finally {
      await rival.end();
    }
  });
});

describe("other errors are not retried", () => {
  const OTHERS = ["22012", "23514", "25006", "42501", "53100", "53200", "54001", "57014", "58030", "P0001", "XX000"];

  test.each(OTHERS)("F7: %s is tried once", async (state) => {
    const user = await createUser(auth);
    await failNext("insert", "cache", state, 1);
    expect((await errorOf(cache.set("type", "key", "value"))).cause).toMatchObject({ code: state });
    expect(await attempts()).toBe(1);
    await database.pool.query("select setval('public.attempts', 1, false)");
    await failNext("update", '"user"', state, 1);
    expect((await errorOf(auth.deleteUserById(user.id))).cause).toMatchObject({ code: state });
    expect(await attempts()).toBe(1);
  });

  test("F7: 55P03 is tried once, except by cache calls that share statements", async () => {
    const user = await createUser(auth);
    await failNext("insert", "cache", "55P03", 3);
    await cache.set("type", "key", "value");
    expect(await attempts()).toBe(4);
    await database.pool.query("select setval('public.attempts', 1, false)");
    await using alone = await createCache({
      driver: createCacheDriver({ ...PATIENT, pool, batching: false }),
    }).connect();
    expect(await errorOf(alone.set("type", "key", "value"))).toMatchObject({
      code: "TIMEOUT",
      cause: { code: "55P03" },
    });
    expect(await attempts()).toBe(1);
    await database.pool.query("select setval('public.attempts', 1, false)");
    await failNext("update", '"user"', "55P03", 1);
    expect(await errorOf(auth.deleteUserById(user.id))).toMatchObject({ code: "TIMEOUT", cause: { code: "55P03" } });
    expect(await attempts()).toBe(1);
  });

  test("F7: 0A000 for another reason than a prepared plan is tried once", async () => {
    await failNext("insert", "cache", "0A000", 1);
    expect((await errorOf(cache.set("type", "key", "value"))).cause).toMatchObject({ code: "0A000" });
    expect(await attempts()).toBe(1);
  });

  test("F7: a write that ends with a lost connection is tried once", async () => {
    for (const [index, [state, code]] of [
      ["08006", "OUTCOME_UNKNOWN"],
      ["57P01", "CONNECTION_UNAVAILABLE"],
      ["57P02", "OUTCOME_UNKNOWN"],
    ].entries()) {
      await database.pool.query("drop trigger if exists fault on pevensie.cache");
      await failNext("insert", "cache", state as string, 1000);
      expect(await codeOf(cache.set("type", "key", "value"))).toBe(code);
      expect(await attempts()).toBe(index + 1);
    }
  });
});

describe("prepared statements", () => {
  test("F7: 26000, a statement that the connection has forgotten, is handled", async () => {
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    await cache.set("type", "key", "value");
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await cache.get("type", "key")).toBe("value");
    await pool.query("deallocate all");
    expect(await auth.getUserById(user.id)).toEqual(user);
    await pool.query("deallocate all");
    expect(await auth.createSession({ userId: user.id })).toMatchObject({ userId: user.id });
    expect(await auth.getSession(session.id)).toEqual(asRead(session));
    await pool.query("deallocate all");
    expect(await cache.get("type", "key")).toBe("value");
    await cache.set("type", "key", "other");
    expect(await cache.get("type", "key")).toBe("other");
    expect(await database.rows("select from pevensie.session")).toHaveLength(2);
    expect(pool.totalCount).toBe(1);
  });

  test("F7: 42P05, a name that the connection already has for something else, is handled", async () => {
    const user = await createUser(auth);
    for (const { name } of [getUserById, updateUser]) await pool.query(`prepare "${name}" as select 'something else'`);
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await auth.setUserRole(user.id, "named")).toMatchObject({ role: "named" });
  });

  test("F7: 0A000, a plan that no longer fits the table, is handled", async () => {
    const user = await createUser(auth, { role: "queen" });
    const reads = () => auth.getUserById(user.id);
    const writes = () => auth.setUserRole(user.id, "queen");
    await reads();
    await writes();
    // PostgreSQL alters the type of no column that a generated one is made of.
    const [json] = await database.rows<{ expression: string }>(
      `select pg_get_expr(adbin, adrelid) as expression from pg_attrdef join pg_attribute on (attrelid, attnum) = (adrelid, adnum)
       where adrelid = 'pevensie."user"'::regclass and attname = 'json'`,
    );
    try {
      await database.pool.query(`alter table pevensie."user" drop column json`);
      await database.pool.query(`alter table pevensie."user" alter column role type varchar(300)`);
      expect(await reads()).toMatchObject({ id: user.id, role: "queen" });
      await database.pool.query(`alter table pevensie."user" alter column role type varchar(301)`);
      expect(await writes()).toMatchObject({ id: user.id, role: "queen" });
      await database.pool.query(`alter table pevensie."user" alter column role type varchar(302)`);
      expect(await auth.deleteUserById(user.id)).toMatchObject({ id: user.id, role: "queen" });
    } finally {
      await database.pool.query(
        `alter table pevensie."user" alter column role type text,
           add column json text not null generated always as (${json?.expression}) stored`,
      );
    }
  });

  test("F7: a write whose plan no longer fits takes effect once", async () => {
    const user = await createUser(auth);
    const owner = { userId: user.id, tokenType: "password-reset" } as const;
    await auth.createSession({ userId: user.id, userAgent: "one" });
    await auth.createOneTimeToken({ ...owner, ttlSeconds: 60 });
    try {
      await database.pool.query("alter table pevensie.session alter column user_agent type varchar(2000)");
      await auth.createSession({ userId: user.id, userAgent: "two" });
      expect(await database.rows("select user_agent from pevensie.session order by id")).toEqual([
        { user_agent: "one" },
        { user_agent: "two" },
      ]);
    } finally {
      await database.pool.query("alter table pevensie.session alter column user_agent type text");
    }
  });
});
