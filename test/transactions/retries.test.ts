import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TransactionClient } from "../../src/auth/driver/index.js";
import type { Auth, AuthFunctions, User } from "../../src/auth/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { authOn, createUser, PASSWORD } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { useOwnRows } from "../support/own-rows.js";
import { whileRefusing } from "../support/refusals.js";

const database = useDatabase();
const own = useOwnRows(database);
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
const events: PevensieEvent[] = [];

let auth: Auth;
let user: User;
beforeAll(async () => {
  auth = await authOn({ pool }, { onEvent: (event) => events.push(event) }).connect();
  user = await createUser(auth, { password: null });
  await database.pool.query(`
    create function public.fail_with(state text) returns void language plpgsql as $$
    begin
      raise exception using errcode = state, message = 'as asked';
    end
    $$`);
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(pool);
});
beforeEach(async () => {
  events.length = 0;
  await database.pool.query("truncate public.own");
});

const failWith = (client: TransactionClient, state: string) => client.query("select public.fail_with($1)", [state]);
const retries = () => events.filter(({ type }) => type === "retry");

/** Work that fails so often with a SQLSTATE before it succeeds; it returns how often it ran. */
function failing(state: string, times: number) {
  const runs: number[] = [];
  const work = async (inside: AuthFunctions, client: TransactionClient) => {
    runs.push(runs.length + 1);
    await own.add(client, `run ${runs.length}`);
    await inside.setUserRole(user.id, `run ${runs.length}`);
    if (runs.length <= times) await failWith(client, state);
    return runs.length;
  };
  return { runs, work };
}

test.each(["40001", "40P01"])("F7: %s runs the work again, from the start", async (state) => {
  const { runs, work } = failing(state, 2);
  expect(await auth.withTransaction(work)).toBe(3);
  expect(runs).toEqual([1, 2, 3]);
  expect(await own.names()).toEqual(["run 3"]);
  expect(await auth.getUserById(user.id)).toMatchObject({ role: "run 3" });
  expect(retries()).toEqual(Array(2).fill({ type: "retry", reason: state, statement: "transaction" }));
});

test.each(["40001", "40P01"])("F7: %s at the commit runs the work again", async (state) => {
  let runs = 0;
  const refusal = { event: "insert on public.own", atCommit: true, state, when: "new.name = 'first run'" };
  await whileRefusing(database, refusal, () =>
    auth.withTransaction(async (_, client) => {
      runs += 1;
      await own.add(client, runs === 1 ? "first run" : "second run");
    }),
  );
  expect(runs).toBe(2);
  expect(await own.names()).toEqual(["second run"]);
});

test("F7: the fourth failure rejects the transaction", async () => {
  const { runs, work } = failing("40001", 99);
  await expect(auth.withTransaction(work)).rejects.toMatchObject({ code: "40001" });
  expect(runs).toHaveLength(4);
  expect(await own.names()).toEqual([]);
});

test("F7: the work runs again although it swallowed the failure", async () => {
  let runs = 0;
  await auth.withTransaction(async (_, client) => {
    runs += 1;
    if (runs === 1) await failWith(client, "40001").catch(() => {});
    else await own.add(client, "kept");
  });
  expect(runs).toBe(2);
  expect(await own.names()).toEqual(["kept"]);
});

test("F7: a serialization failure in a nested transaction reruns the whole work, unless the outer one handles it", async () => {
  const runs = { outer: 0, inner: 0 };
  const work = (handled: boolean) =>
    auth.withTransaction(async (outer) => {
      runs.outer += 1;
      const nested = outer.withTransaction(async (_, client) => {
        runs.inner += 1;
        if (runs.inner === 1) await failWith(client, "40001");
      });
      await (handled ? nested.catch(() => {}) : nested);
    });
  await work(false);
  expect(runs).toEqual({ outer: 2, inner: 2 });
  Object.assign(runs, { outer: 0, inner: 0 });
  await work(true);
  expect(runs).toEqual({ outer: 1, inner: 1 });
});

test.each(["23505", "55P03", "57014", "P0001", "25P02"])("F7: %s runs nothing again", async (state) => {
  const { runs, work } = failing(state, 99);
  await expect(auth.withTransaction(work)).rejects.toMatchObject({ code: state });
  expect(runs).toHaveLength(1);
  expect(retries()).toEqual([]);
});

test("F7: the work's own errors run nothing again, whatever they look like", async () => {
  for (const error of [new RangeError("own"), Object.assign(new Error("own"), { code: "40001" })]) {
    let runs = 0;
    const call = auth.withTransaction(async () => {
      runs += 1;
      throw error;
    });
    await expect(call).rejects.toBe(error);
    expect(runs).toBe(1);
  }
});

test("F7: two transactions that deadlock both commit in the end", async () => {
  await using other = await authOn({ connectionString: database.url, max: 1 }).connect();
  const [first, second] = [user, await createUser(auth, { password: null })];
  let waiting = 0;
  let bothHold = () => {};
  const held = new Promise<void>((resolve) => {
    bothHold = resolve;
  });
  const cross = (by: Auth, one: User, two: User, role: string) =>
    by.withTransaction(async (inside) => {
      await inside.setUserRole(one.id, role);
      waiting += 1;
      if (waiting === 2) bothHold();
      await held;
      await inside.setUserRole(two.id, role);
    });
  await Promise.all([cross(auth, first, second, "a"), cross(other, second, first, "b")]);
  const roles = [(await auth.getUserById(first.id))?.role, (await auth.getUserById(second.id))?.role];
  // The aborted one ran again after the other, and so wrote last.
  expect([
    ["a", "a"],
    ["b", "b"],
  ]).toContainEqual(roles);
  // On a busy machine it may take its row again before the other one wakes up, and be aborted once more.
  expect(waiting).toBeGreaterThanOrEqual(3);
});

describe("concurrent transactions for one user", () => {
  const RESET = { tokenType: "password-reset", ttlSeconds: 60 } as const;
  /** Calls that lock the user's row. The transaction that makes one changes the user later. */
  const calls: Readonly<Record<string, (userId: string) => Promise<(inside: AuthFunctions) => Promise<unknown>>>> = {
    "create a session": async (userId) => (inside) => inside.createSession({ userId, ttlSeconds: 60 }),
    "create an API key": async (userId) => (inside) => inside.createApiKey({ userId, name: "key" }),
    "create a token for a reset": async (userId) => (inside) => inside.createOneTimeToken({ userId, ...RESET }),
    "use a token for a reset": async (userId) => {
      const token = await auth.createOneTimeToken({ userId, ...RESET });
      // The second one finds it used.
      return (inside) => inside.useOneTimeToken({ tokenType: RESET.tokenType, token }).catch(() => null);
    },
    "enter the password again": async (userId) => {
      const { id: sessionId } = await auth.createSession({ userId });
      return (inside) => inside.reauthenticate({ sessionId, password: PASSWORD, ip: "192.0.2.1" });
    },
  };

  test.each(Object.entries(calls))(
    "F7: that %s and change the user wait for one another, without a deadlock",
    async (_, prepare) => {
      const seen: PevensieEvent[] = [];
      await using other = await authOn(
        { connectionString: database.url },
        { onEvent: (event) => seen.push(event) },
      ).connect();
      const subject = await createUser(other);
      const call = await prepare(subject.id);
      let made = 0;
      let release = () => {};
      const both = new Promise<void>((resolve) => {
        release = resolve;
      });
      const transaction = () =>
        other.withTransaction(async (inside) => {
          await call(inside);
          made += 1;
          // The other transaction has the time to lock the row, too, if the lock lets it.
          if (made === 2) release();
          await Promise.race([both, sleep(300)]);
          await inside.setUserRole(subject.id, "changed");
        });
      await Promise.all([transaction(), transaction()]);
      expect(seen.filter(({ type }) => type === "retry")).toEqual([]);
      expect(await other.getUserById(subject.id)).toMatchObject({ role: "changed" });
    },
  );
});
