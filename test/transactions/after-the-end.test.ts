import type { EventEmitter } from "node:events";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TransactionClient } from "../../src/auth/driver/index.js";
import type { Auth, AuthFunctions, User } from "../../src/auth/index.js";
import { authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate } from "../support/fault-blockers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { gate, useOwnRows } from "../support/own-rows.js";
import { IMPATIENT } from "../support/patience.js";

const database = useDatabase();
const own = useOwnRows(database);
const pool = new pg.Pool({ connectionString: database.url, max: 1 });

let auth: Auth;
let user: User;
beforeAll(async () => {
  auth = await authOn({ pool, connectionTimeoutMillis: 2_000 }).connect();
  user = await createUser(auth, { password: null });
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(pool);
});
beforeEach(async () => {
  await database.pool.query("truncate public.own");
});

const failure = new RangeError("the work's own");

/** Ends of a transaction, by name. */
const ENDS: Readonly<Record<string, () => Promise<unknown>>> = {
  "is committed": async () => {},
  "is rolled back": () => Promise.reject(failure),
};

describe("calls after the end are refused", () => {
  async function expectRefused(late: AuthFunctions, client: TransactionClient): Promise<void> {
    expect(await codeOf(client.query("insert into public.own (name) values ('late')"))).toBe("NOT_CONNECTED");
    expect(await codeOf(late.setUserRole(user.id, "late"))).toBe("NOT_CONNECTED");
    expect(await codeOf(late.getUserById(user.id))).toBe("NOT_CONNECTED");
    expect(await codeOf(late.deleteUserById(user.id))).toBe("NOT_CONNECTED");
    expect(await codeOf(late.withTransaction(async (_, inner) => own.add(inner, "late")))).toBe("NOT_CONNECTED");
    expect(await own.names()).toEqual([]);
    expect(await auth.getUserById(user.id)).toEqual(user);
  }

  test.each(Object.entries(ENDS))("once the transaction %s", async (_, end) => {
    let late: [AuthFunctions, TransactionClient] | undefined;
    await auth
      .withTransaction(async (...given) => {
        late = given;
        await end();
      })
      .catch((error) => expect(error).toBe(failure));
    await expectRefused(...(late as NonNullable<typeof late>));
  });

  test.each(Object.entries(ENDS))("once a nested one %s, while the outer one goes on", async (_, end) => {
    await auth.withTransaction(async (outer) => {
      let late: [AuthFunctions, TransactionClient] | undefined;
      await outer
        .withTransaction(async (...given) => {
          late = given;
          await end();
        })
        .catch((error) => expect(error).toBe(failure));
      await expectRefusedInside(...(late as NonNullable<typeof late>));
      await outer.getUserById(user.id);
    });
  });

  async function expectRefusedInside(late: AuthFunctions, client: TransactionClient): Promise<void> {
    expect(await codeOf(client.query("insert into public.own (name) values ('late')"))).toBe("NOT_CONNECTED");
    expect(await codeOf(late.setUserRole(user.id, "late"))).toBe("NOT_CONNECTED");
  }

  test.each([
    ["resolves", ENDS["is committed"], { code: "INVALID_INPUT", field: "work" }],
    ["rejects", ENDS["is rolled back"], failure],
  ])("in nested work that is not awaited, once the outer one's %s", async (_, end, refusal) => {
    const [begun, goOn] = [gate(), gate()];
    let nested: Promise<unknown> = Promise.resolve();
    await expect(
      auth.withTransaction(async (outer) => {
        nested = Promise.allSettled([
          outer.withTransaction(async (_, client) => {
            begun.open();
            await goOn.opened;
            await own.add(client, "late");
          }),
        ]);
        await begun.opened;
        await end?.();
      }),
    ).rejects.toMatchObject(refusal);
    // Another transaction, on the same connection.
    await expect(
      auth.withTransaction(async (_, client) => {
        goOn.open();
        await expect(nested).resolves.toMatchObject([{ status: "rejected", reason: { code: "NOT_CONNECTED" } }]);
        await own.add(client, "another transaction's");
      }),
    ).resolves.toBeUndefined();
    expect(await own.names()).toEqual(["another transaction's"]);
  });
});

describe("the connection afterwards", () => {
  /** How many listeners there are to each event. */
  const listenersOf = (emitter: EventEmitter) =>
    Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));

  async function stateOf() {
    const client = await pool.connect();
    try {
      const { rows } = await client.query(`
        select pg_backend_pid() as pid, now() = statement_timestamp() as outside,
          pg_current_xact_id_if_assigned() as xid, current_setting('DateStyle') as style`);
      return { rows, client: listenersOf(client), pool: listenersOf(pool) };
    } finally {
      client.release();
    }
  }

  test("is the same, clean, and has no listener of the package", async () => {
    const before = await stateOf();
    const works: ((inside: AuthFunctions, client: TransactionClient) => Promise<unknown>)[] = [
      (inside) => inside.getUserById(user.id),
      () => Promise.reject(failure),
      (_, client) => own.add(client, "bad"),
      (_, client) => own.add(client, "bad").catch(() => {}),
      (inside) => inside.withTransaction(async (_, client) => own.add(client, "bad")),
      (inside) => inside.withTransaction((_, client) => own.add(client, "bad")).catch(() => {}),
      (_, client) => client.query("set local work_mem = '1MB'"),
    ];
    for (const work of works) {
      await Promise.allSettled([auth.withTransaction(work)]);
      expect(await stateOf()).toEqual(before);
    }
    expect(before.rows).toMatchObject([{ outside: true, xid: null }]);
  });

  test.each([
    "rollback",
    "ROLLBACK WORK",
    "commit",
    " commit and chain",
    "end",
    "abort",
    "begin",
    "start transaction",
    "prepare transaction 'x'",
    "; commit",
    "-- done\ncommit",
    "prepare/**/transaction 'x'",
    "start --\ntransaction",
    "rollback/* */work",
    "/* all /* of it */ -- is */ -- done\n/**/ commit -- now",
  ])("work cannot end the transaction by itself: %s is refused, and nothing is committed", async (text) => {
    const before = await stateOf();
    const call = auth.withTransaction(async (_, client) => {
      await own.add(client, "ended");
      await client.query(text);
    });
    expect(await errorOf(call)).toMatchObject({ code: "INVALID_INPUT", field: "text" });
    expect(await own.names()).toEqual([]);
    expect(await stateOf()).toEqual(before);
  });

  test("work may prepare statements, whatever their names begin with", async () => {
    await auth.withTransaction(async (_, client) => {
      await client.query("prepare transaction_plan as select 1 as one");
      expect((await client.query("execute transaction_plan")).rows).toEqual([{ one: 1 }]);
      await client.query("deallocate transaction_plan");
    });
  });

  test("work has savepoints of its own", async () => {
    await auth.withTransaction(async (_, client) => {
      await own.add(client, "kept");
      await client.query("savepoint mine");
      await own.add(client, "undone");
      await client.query("rollback to mine");
      await client.query("Rollback Work To Savepoint mine");
      await client.query("rollback/**/to mine");
      await client.query("release savepoint mine");
    });
    expect(await own.names()).toEqual(["kept"]);
  });

  test.each([false, true])("work goes back to a savepoint after an error (nested: %s)", async (nested) => {
    const work = async (inside: AuthFunctions, client: TransactionClient) => {
      await own.add(client, "kept");
      await client.query("savepoint mine");
      const taken = { email: user.email, password: null, userMetadata: {} };
      expect(await codeOf(inside.createUserWithEmail(taken))).toBe("EMAIL_TAKEN");
      await client.query("rollback to mine");
      expect(await inside.getUserById(user.id)).toEqual(user);
    };
    await auth.withTransaction((inside, client) => (nested ? inside.withTransaction(work) : work(inside, client)));
    expect(await own.names()).toEqual(["kept"]);
  });

  test("a statement that was refused before it was sent does not fail the transaction", async () => {
    const call = auth.withTransaction(async (_, client) => {
      expect(await codeOf(client.query("commit"))).toBe("INVALID_INPUT");
      await expect(client.query("select 1 / 0")).rejects.toMatchObject({ code: "22012" });
      await client.query("select 1");
    });
    await expect(call).rejects.toMatchObject({ code: "22012" });
  });

  test("several statements in one text are refused before any of them", async () => {
    const call = auth.withTransaction(async (_, client) => {
      await own.add(client, "before");
      await client.query("insert into public.own (name) values ('first'); commit");
    });
    await expect(call).rejects.toMatchObject({ code: "42601" });
    expect(await own.names()).toEqual([]);
  });

  test("is closed if it is lost during the work, and the next call gets another", async () => {
    const call = auth.withTransaction(async (inside, client) => {
      await own.add(client, "lost");
      const { rows } = await client.query("select pg_backend_pid() as pid");
      await terminate(database.pool, rows[0]?.["pid"] as number);
      await inside.getUserById(user.id);
    });
    expect(await codeOf(call)).toBe("CONNECTION_UNAVAILABLE");
    expect(await own.names()).toEqual([]);
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(pool.totalCount).toBe(1);
  });

  test("is closed after a response timeout, and the transaction is undone", async () => {
    await using hasty = await authOn({ pool, ...IMPATIENT }).connect();
    const call = hasty.withTransaction(async (_, client) => {
      await own.add(client, "too long");
      await client.query("select pg_sleep(60)");
    });
    await expect(call).rejects.toThrow();
    expect(await hasty.getUserById(user.id)).toEqual(user);
    expect(await own.names()).toEqual([]);
  });
});
