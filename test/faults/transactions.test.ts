import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { resolveConfig } from "../../src/postgres/config/config.js";
import { PoolExecutor } from "../../src/postgres/execution/pool-executor.js";
import type { Statement } from "../../src/postgres/protocol/statement.js";
import { asRead, authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate } from "../support/fault-blockers.js";
import { errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";

const database = useDatabase();

/** One connection, so that the next call is on the one whose transaction failed. */
let pool: pg.Pool;
let auth: Auth;

beforeEach(async () => {
  await database.pool.query(`drop schema public cascade; create schema public; truncate pevensie."user" cascade`);
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  auth = await authOn({ pool }).connect();
});
afterEach(async () => {
  await auth.disconnect();
  await endPool(pool);
});

const statement = (text: string): Statement<void, unknown> => ({
  name: "test",
  label: "test",
  text,
  parameters: [],
});

async function withExecutor<T>(work: (own: PoolExecutor) => Promise<T>): Promise<T> {
  const own = new PoolExecutor(resolveConfig({ pool }));
  own.open(() => {});
  try {
    return await work(own);
  } finally {
    await own.close();
  }
}

async function pidOf(): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid as number;
}

/** The connection is the same as before, and no transaction is open on it. */
async function expectClean(pid: number): Promise<void> {
  expect(await pidOf()).toBe(pid);
  const { rows } = await pool.query(
    "select now() = statement_timestamp() as outside, pg_current_xact_id_if_assigned() as xid",
  );
  expect(rows).toEqual([{ outside: true, xid: null }]);
}

const raising = (state: string) => `
  create function public.refuse() returns trigger language plpgsql as $$
  begin
    raise exception using errcode = '${state}', message = 'refused';
  end
  $$;`;

test("F6: a commit that fails rejects the transaction, and leaves nothing", async () => {
  await database.pool.query(`${raising("23514")}
    create constraint trigger refuse after update on pevensie."user" deferrable initially deferred
      for each row execute function public.refuse();`);
  const user = await createUser(auth);
  const session = await auth.createSession({ userId: user.id });
  const pid = await pidOf();
  for (const change of [() => auth.deleteUserById(user.id), () => auth.setUserPassword(user.id, null)]) {
    const error = await errorOf(change());
    expect(error.code).toBe("CONSTRAINT_VIOLATED");
    expect(error.cause).toMatchObject({ code: "23514" });
    await expectClean(pid);
  }
  expect(await auth.getUserById(user.id)).toEqual(user);
  expect(await auth.getSession(session.id)).toEqual(asRead(session));
});

test("F6: a failed statement undoes those before it, and its error rejects the transaction", async () => {
  await database.pool.query(`${raising("P0001")}
    create trigger refuse before delete on pevensie.session for each row execute function public.refuse();`);
  const user = await createUser(auth);
  const session = await auth.createSession({ userId: user.id });
  const pid = await pidOf();
  const changes = [
    () => auth.deleteUserById(user.id),
    () => auth.setUserPassword(user.id, "another password"),
    () => auth.updateUser(user.id, { bannedUntil: new Date(8.64e15) }),
    () => auth.createSession({ userId: user.id, deleteOtherSessions: true }),
  ];
  for (const change of changes) {
    const error = await errorOf(change());
    expect(error.code).toBe("DATABASE_ERROR");
    expect(error.cause).toMatchObject({ code: "P0001" });
    await expectClean(pid);
  }
  expect(await auth.getUserById(user.id)).toEqual(user);
  expect(await auth.getSession(session.id)).toEqual(asRead(session));
  expect(await database.rows("select id from pevensie.session")).toHaveLength(1);
});

test("F6: a commit that Postgres answers with ROLLBACK rejects the transaction", async () => {
  const pid = await pidOf();
  await withExecutor(async (own) => {
    await database.pool.query("create table public.written (value int)");
    const call = own.transaction(async (transaction) => {
      await transaction.write(statement("insert into public.written values (1)"), undefined);
      // Work that swallows an error does not notice that the transaction has failed.
      await transaction.write(statement("select 1 / 0"), undefined).catch(() => {});
      return "done";
    });
    expect((await errorOf(call)).code).toBe("DATABASE_ERROR");
    expect(await database.rows("select value from public.written")).toEqual([]);
  });
  await expectClean(pid);
});

test("F6: the work's own error rejects the transaction, and everything is undone", async () => {
  const pid = await pidOf();
  await withExecutor(async (own) => {
    await database.pool.query("create table public.written (value int)");
    const call = own.transaction(async (transaction) => {
      await transaction.write(statement("insert into public.written values (1)"), undefined);
      throw new RangeError("the work's own");
    });
    await expect(call).rejects.toThrow(new RangeError("the work's own"));
    expect(await database.rows("select value from public.written")).toEqual([]);
  });
  await expectClean(pid);
});

test("F6: rejects with the first error also if the rollback fails, and closes the connection", async () => {
  const pid = await pidOf();
  await withExecutor(async (own) => {
    const call = own.transaction(async () => {
      await terminate(database.pool, pid);
      throw new RangeError("the first");
    });
    await expect(call).rejects.toThrow(new RangeError("the first"));
  });
  expect(await pidOf()).not.toBe(pid);
  expect(await auth.listUsers()).toEqual([]);
});

test("F6: a transaction sees what was committed while it waited, whatever the default isolation is", async () => {
  await withExecutor(async (own) => {
    await pool.query("set default_transaction_isolation = 'serializable'");
    const [row] = await own.transaction((transaction) =>
      transaction.read(statement("select current_setting('transaction_isolation') as isolation"), undefined),
    );
    expect(row).toEqual({ isolation: "read committed" });
  });
});
