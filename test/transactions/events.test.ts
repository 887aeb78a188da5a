import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
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
const failure = new RangeError("the work's own");

let auth: Auth;
let user: User;
beforeAll(async () => {
  auth = await authOn({ pool }, { onEvent: (event) => events.push(event) }).connect();
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(pool);
});
beforeEach(async () => {
  user = await createUser(auth);
  events.length = 0;
});

/** Something that every event of an auth's own comes from, and those events. */
async function everything(inside: Pick<Auth, "setUserPassword" | "logInUser" | "deleteSession">) {
  await inside.setUserPassword(user.id, PASSWORD);
  await inside.logInUser({ email: user.email, password: "not the password" });
  await inside.deleteSession(user.id);
}
const expectedEvents = () => [
  { type: "password-changed", userId: user.id },
  { type: "session-ended", reason: "password-changed", userId: user.id },
  { type: "log-in-failed", reason: "wrong-email-or-password", userId: user.id, ip: null },
  { type: "session-ended", reason: "log-out", userId: null },
];

test("events are emitted after the commit, in order", async () => {
  await auth.withTransaction(async (inside) => {
    await everything(inside);
    expect(events).toEqual([]);
  });
  expect(events).toEqual(expectedEvents());
});

test("no event is emitted while the commit is in flight", async () => {
  let seen: readonly PevensieEvent[] | undefined;
  const refusal = { event: 'update on pevensie."user"', atCommit: true, state: "23514" };
  await whileRefusing(database, refusal, async () => {
    await expect(auth.withTransaction(everything)).rejects.toMatchObject({ code: "CONSTRAINT_VIOLATED" });
    seen = [...events];
  });
  expect(seen).toEqual([]);
});

test("no event is emitted after a rollback", async () => {
  const call = auth.withTransaction(async (inside) => {
    await everything(inside);
    throw failure;
  });
  await expect(call).rejects.toBe(failure);
  expect(events).toEqual([]);
});

test("no event is emitted after a commit that is refused", async () => {
  const call = auth.withTransaction(async (inside, client) => {
    await everything(inside);
    await own.add(client, "bad").catch(() => {});
  });
  await expect(call).rejects.toMatchObject({ code: "23514" });
  expect(events).toEqual([]);
});

test("events of a nested transaction are emitted after the outer commit; those of a failed one are not", async () => {
  await auth.withTransaction(async (outer) => {
    await outer.withTransaction((inner) => inner.deleteSession(user.id));
    expect(events).toEqual([]);
    const failed = outer.withTransaction(async (inner) => {
      await everything(inner);
      throw failure;
    });
    await expect(failed).rejects.toBe(failure);
  });
  expect(events).toEqual([{ type: "session-ended", reason: "log-out", userId: null }]);
});

test("events of retried work are emitted once", async () => {
  let runs = 0;
  await auth.withTransaction(async (inside, client) => {
    runs += 1;
    await everything(inside);
    if (runs === 1) await client.query("do $$ begin raise exception using errcode = '40001'; end $$");
  });
  expect(runs).toBe(2);
  expect(events).toEqual([{ type: "retry", reason: "40001", statement: "transaction" }, ...expectedEvents()]);
});

test("on a borrowed client events are emitted once the work has succeeded", async () => {
  const client = await database.pool.connect();
  try {
    await client.query("begin");
    await auth.withTransaction((inside) => inside.deleteSession(user.id), { client });
    expect(events).toEqual([{ type: "session-ended", reason: "log-out", userId: null }]);
    await client.query("rollback");
  } finally {
    client.release();
  }
});
