import type { EventEmitter } from "node:events";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import * as queries from "../../src/postgres/queries.js";
import { authOn, createUser, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { useOwnRows } from "../support/own-rows.js";
import { IMPATIENT } from "../support/patience.js";

const database = useDatabase();
const own = useOwnRows(database);
/** The auth's own connections, which nothing here needs. */
const observed = observedPool({ connectionString: database.url, max: 1 });
const failure = new RangeError("the work's own");

let auth: Auth;
let user: User;
let client: pg.Client;
beforeAll(async () => {
  auth = await authOn({ pool: observed.pool, ...IMPATIENT }).connect();
  user = await createUser(auth, { password: null });
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(observed.pool);
});
beforeEach(async () => {
  await database.pool.query("truncate public.own");
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(() => client.end());

/** Expects the state of a connection to be the same before and after. */
async function stateOf() {
  const { rows } = await client.query(`select now() = statement_timestamp() as outside,
    current_setting('DateStyle') as style, current_setting('transaction_isolation') as isolation`);
  const events = client as unknown as EventEmitter;
  return { rows, listeners: events.eventNames().map((name) => [String(name), events.listenerCount(name)]) };
}

/** A user and a row, made in a transaction on the caller's client. */
const makeBoth = (name: string) =>
  auth.withTransaction(
    async (inside, given) => {
      await own.add(given, name);
      return inside.createUserWithEmail({ email: uniqueEmail(), password: null, userMetadata: {} });
    },
    { client },
  );

describe("a client in a transaction", () => {
  test("changes take effect with the caller's commit", async () => {
    await client.query("begin");
    const made = await makeBoth("theirs");
    expect(await auth.getUserById(made.id)).toBeNull();
    expect(await own.names()).toEqual([]);
    await client.query("commit");
    expect(await auth.getUserById(made.id)).toEqual(made);
    expect(await own.names()).toEqual(["theirs"]);
  });

  test("changes are undone with the caller's rollback", async () => {
    await client.query("begin");
    const made = await makeBoth("theirs");
    await client.query("rollback");
    expect(await auth.getUserById(made.id)).toBeNull();
    expect(await own.names()).toEqual([]);
  });

  test("a failure undoes what the work did, and leaves the caller's transaction usable", async () => {
    await client.query("begin; insert into public.own (name) values ('before')");
    const works = [
      () => Promise.reject(failure),
      () => auth.withTransaction((_, given) => own.add(given, "bad"), { client }),
      () => auth.withTransaction((_, given) => own.add(given, "bad").catch(() => {}), { client }),
    ];
    for (const work of works) {
      const call = auth.withTransaction(
        async (_, given) => {
          await own.add(given, "undone");
          await work();
        },
        { client },
      );
      await expect(call).rejects.toThrow();
    }
    const taken = { email: user.email, password: null, userMetadata: {} };
    const call = auth.withTransaction((inside) => inside.createUserWithEmail(taken), { client });
    expect(await codeOf(call)).toBe("EMAIL_TAKEN");
    await client.query("insert into public.own (name) values ('after'); commit");
    expect(await own.names()).toEqual(["after", "before"]);
  });

  test.each(["German, DMY", "SQL, MDY", "Postgres, YMD", "ISO, YMD"])(
    "its DateStyle (%s) is restored",
    async (style) => {
      await client.query(`set datestyle = '${style}'; set timezone = 'Asia/Kathmandu'; begin`);
      const before = await stateOf();
      expect(before.rows).toMatchObject([{ style, outside: false }]);
      const found = await auth.withTransaction((inside) => inside.getUserById(user.id), { client });
      expect(found).toEqual(user);
      expect(await stateOf()).toEqual(before);
      await expect(auth.withTransaction(() => Promise.reject(failure), { client })).rejects.toBe(failure);
      expect(await stateOf()).toEqual(before);
      await client.query("commit");
      expect(await stateOf()).toEqual({ ...before, rows: [{ ...before.rows[0], outside: true }] });
    },
  );

  test.each(["repeatable read", "serializable"])("one that is %s is refused, and stays usable", async (level) => {
    await client.query(`begin isolation level ${level}; insert into public.own (name) values ('${level}')`);
    let ran = false;
    const call = auth.withTransaction(
      async () => {
        ran = true;
      },
      { client },
    );
    expect(await errorOf(call)).toMatchObject({ code: "INVALID_INPUT", field: "client" });
    expect(ran).toBe(false);
    await client.query("commit");
    expect(await own.names()).toEqual([level]);
  });

  test("one that has failed already is a typed error, and stays the caller's to roll back", async () => {
    await client.query("begin");
    await expect(client.query("select 1 / 0")).rejects.toThrow();
    expect(await errorOf(makeBoth("failed"))).toMatchObject({ code: "DATABASE_ERROR", cause: { code: "25P02" } });
    await client.query("rollback");
    expect(await makeBoth("theirs")).toMatchObject({ deletedAt: null });
  });

  test("a caller's savepoint of the same name is still there", async () => {
    await client.query("begin; savepoint pevensie; insert into public.own (name) values ('theirs')");
    await makeBoth("ours");
    await client.query("rollback to savepoint pevensie; release savepoint pevensie; commit");
    expect(await own.names()).toEqual([]);
  });

  test("generated queries run on the client that the work is given, and on the caller's own", async () => {
    await client.query("begin");
    await auth.withTransaction(
      async (inside, given) => {
        await inside.setUserRole(user.id, "inside");
        const connection = given as unknown as pg.ClientBase;
        expect(await queries.getUserByEmail.run({ email: user.email }, connection)).toMatchObject([
          { id: user.id, role: "inside" },
        ]);
      },
      { client },
    );
    expect(await queries.getUserByEmail.run({ email: user.email }, client)).toMatchObject([{ role: "inside" }]);
    await client.query("rollback");
    expect(await auth.getUserById(user.id)).toEqual(user);
  });
});

describe("a client in no transaction", () => {
  test("gets one of its own, committed or rolled back", async () => {
    const before = await stateOf();
    const made = await makeBoth("own");
    expect(await auth.getUserById(made.id)).toEqual(made);
    await expect(makeBoth("bad")).rejects.toMatchObject({ code: "23514" });
    await expect(auth.withTransaction(() => Promise.reject(failure), { client })).rejects.toBe(failure);
    expect(await own.names()).toEqual(["own"]);
    expect(await stateOf()).toEqual(before);
  });

  test.each(["German, DMY", "SQL, MDY"])("with another DateStyle (%s) it works too, and keeps it", async (style) => {
    await client.query(`set datestyle = '${style}'`);
    const before = await stateOf();
    expect(await auth.withTransaction((inside) => inside.getUserById(user.id), { client })).toEqual(user);
    expect(await stateOf()).toEqual(before);
  });

  test("with another default isolation level it works too", async () => {
    await client.query("set default_transaction_isolation = 'serializable'");
    const before = await stateOf();
    await makeBoth("own");
    expect(await own.names()).toEqual(["own"]);
    expect(await stateOf()).toEqual(before);
  });
});

describe("a client in any case", () => {
  test("no connection of the auth's own is used", async () => {
    const held = await observed.pool.connect();
    try {
      await client.query("begin");
      expect(await statementsOf(observed, () => makeBoth("in one"))).toEqual([]);
      await client.query("commit");
      expect(await statementsOf(observed, () => makeBoth("in none"))).toEqual([]);
    } finally {
      held.release();
    }
    expect(await own.names()).toEqual(["in none", "in one"]);
  });

  test.each([
    ["in a transaction", "begin; insert into public.own (name) values ('theirs')", ["theirs"]],
    ["in none", "select", []],
  ])("a client %s is neither ended nor destroyed after a timeout", async (_, start, kept) => {
    await client.query(start);
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    const call = auth.withTransaction(
      async (_inside, given) => {
        await own.add(given, "undone");
        await given.query("select pg_sleep(60)");
      },
      { client },
    );
    await expect(call).rejects.toThrow();
    await database.rows("select pg_cancel_backend($1)", [rows[0]?.pid]);
    await client.query("commit");
    expect(await own.names()).toEqual(kept);
    expect(await makeBoth("again")).toMatchObject({ deletedAt: null });
  });

  test("a client that is lost is a typed error, also without a listener, and the auth goes on", async () => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    await client.query("begin");
    const call = auth.withTransaction(
      async (inside) => {
        await database.rows("select pg_terminate_backend($1, 10000)", [rows[0]?.pid]);
        await inside.getUserById(user.id);
      },
      { client },
    );
    expect(await codeOf(call)).toBe("CONNECTION_UNAVAILABLE");
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await codeOf(auth.withTransaction(async () => {}, { client }))).toBe("CONNECTION_UNAVAILABLE");
  });

  test("an error event after the loss of a client ends no process, whatever the work rejects with", async () => {
    const events = client as unknown as EventEmitter;
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    const call = auth.withTransaction(
      async () => {
        await database.rows("select pg_terminate_backend($1, 10000)", [rows[0]?.pid]);
        throw failure;
      },
      { client },
    );
    await expect(call).rejects.toBe(failure);
    expect(() => events.emit("error", new Error("Connection terminated unexpectedly"))).not.toThrow();
    events.removeAllListeners("error");
    expect(await codeOf(auth.withTransaction(async () => {}, { client }))).toBe("CONNECTION_UNAVAILABLE");
    expect(() => events.emit("error", new Error("Connection terminated unexpectedly"))).not.toThrow();
    expect(events.listenerCount("error")).toBe(1);
  });

  test("many calls at the same time add one listener", async () => {
    const events = client as unknown as EventEmitter;
    const transactions = Array.from({ length: 20 }, (_, index) => makeBoth(String(index)));
    expect(events.listenerCount("error")).toBe(1);
    const outcomes = await Promise.allSettled(transactions);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(events.listenerCount("error")).toBe(0);
  });

  test("a client whose events throw is used all the same", async () => {
    const refuse = () => {
      throw failure;
    };
    const odd = { query: client.query.bind(client), on: refuse, off: refuse };
    const made = await auth.withTransaction(
      (inside) => inside.createUserWithEmail({ email: uniqueEmail(), password: null, userMetadata: {} }),
      { client: odd as unknown as pg.Client },
    );
    expect(await auth.getUserById(made.id)).toEqual(made);
  });

  test("concurrent transactions on one client: one that is refused or fails leaves nothing, one that succeeds is kept", async () => {
    for (const start of ["begin", "select"]) {
      await client.query(start);
      const names = Array.from({ length: 6 }, (_, index) => `${start} ${index}`);
      const outcomes = await Promise.allSettled(
        names.map((name, index) =>
          auth.withTransaction(
            async (inside, given) => {
              await own.add(given, name);
              await inside.getUserById(user.id);
              if (index % 2 === 0) throw failure;
            },
            { client },
          ),
        ),
      );
      await client.query("commit");
      const kept = names.filter((_, index) => outcomes[index]?.status === "fulfilled");
      expect((await own.names()).filter((name) => name.startsWith(start))).toEqual(kept);
    }
  });

  test.each([null, 1, "client", {}, { query: 1 }])("a value that is not a client (%j) is refused", async (given) => {
    const call = auth.withTransaction(async () => {}, { client: given as never });
    expect(await errorOf(call)).toMatchObject({ code: "INVALID_INPUT", field: "client" });
  });
});
