import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { gate, useOwnRows } from "../support/own-rows.js";

/** Statements that take longer than they may. test/support/no-warnings.ts holds what pg warns of meanwhile. */

const database = useDatabase();
const own = useOwnRows(database);
const failure = new RangeError("the work's own");

let auth: Auth;
let patient: Auth;
let user: User;
beforeAll(async () => {
  auth = await authOn({ connectionString: database.url, max: 1, query_timeout: 2_000 }).connect();
  patient = await authOn({ connectionString: database.url }).connect();
  user = await createUser(patient, { password: null });
});
afterAll(async () => {
  await auth.disconnect();
  await patient.disconnect();
});
beforeEach(async () => {
  await database.pool.query("truncate public.own");
});

/** Runs some work on a client of the caller's, which then commits what there is. */
async function onClient(start: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(start);
    await work(client);
    await client.query("commit");
  } finally {
    await client.end();
  }
}

describe.each([
  ["in a transaction", "begin; insert into public.own (name) values ('theirs')", ["theirs"]],
  ["in none", "select", []],
] as const)("a caller's client %s", (_, start, kept) => {
  test("F4: is usable right after a statement that took too long, whose transaction is rolled back", async () => {
    await onClient(start, async (client) => {
      const call = auth.withTransaction(
        async (inside, given) => {
          await own.add(given, "undone");
          await inside.withTransaction(async (inner, innerGiven) => {
            void innerGiven.query("select pg_sleep(60)");
            void inner.setUserRole(user.id, "undone");
            void own.add(innerGiven, "undone, too");
          });
        },
        { client },
      );
      await expect(call).rejects.toMatchObject({ code: "57014" });
    });
    expect(await own.names()).toEqual(kept);
    expect(await patient.getUserById(user.id)).toEqual(user);
  });

  test("F4: is sent nothing but the rollback after a response timeout, and every call rejects with the first error", async () => {
    await onClient(start, async (client) => {
      const pid = (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;
      const [seen, sent]: [unknown[], string[]] = [[], []];
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      const recorded = (config: { text: string }, ...rest: unknown[]) => {
        sent.push(config.text);
        return query(config, ...rest);
      };
      Object.assign(client, { query: recorded });
      const call = auth.withTransaction(
        async (inside, given) => {
          await own.add(given, "undone");
          // The server must not cancel it by itself.
          await given.query("set local statement_timeout = 0");
          seen.push(await errorOf(given.query("select pg_sleep(60)")));
          seen.push(await errorOf(given.query("insert into public.own (name) values ('queued')")));
          seen.push(await errorOf(inside.setUserRole(user.id, "queued")));
          seen.push(await errorOf(inside.withTransaction(async () => {})));
        },
        { client },
      );
      const error = await errorOf(call);
      expect(error.code).toBe("TIMEOUT");
      expect(seen.every((each) => each === error)).toBe(true);
      expect(seen).toHaveLength(4);
      expect(sent.slice(-2)).toEqual(["select pg_sleep(60)", expect.stringMatching(/^rollback/)]);
      Object.assign(client, { query });
      await database.rows("select pg_cancel_backend($1)", [pid]);
      // The rollback is queued behind it; the caller's statements wait until the rollback is answered.
      const state = "select state, query from pg_stat_activity where pid = $1";
      const isRolledBack = { state: expect.stringMatching(/^idle/), query: expect.stringMatching(/^rollback/) };
      await expect.poll(() => database.rows(state, [pid])).toEqual([isRolledBack]);
    });
    expect(await own.names()).toEqual(kept);
    expect(await patient.getUserById(user.id)).toEqual(user);
  });

  test("keeps its own shorter statement_timeout", async () => {
    await onClient(`set statement_timeout = '700ms'; ${start}`, async (client) => {
      await auth.withTransaction(
        async (_auth, given) => {
          expect((await given.query("show statement_timeout")).rows).toEqual([{ statement_timeout: "700ms" }]);
        },
        { client },
      );
      expect((await client.query("show statement_timeout")).rows).toEqual([{ statement_timeout: "700ms" }]);
    });
  });
});

describe("an owned pool", () => {
  test("F4: a connection with a response timeout is closed, and its transaction is undone", async () => {
    const seen: unknown[] = [];
    const call = auth.withTransaction(async (inside, given) => {
      await own.add(given, "undone");
      seen.push(await errorOf(given.query("select pg_sleep(60)")));
      seen.push(await errorOf(inside.setUserRole(user.id, "queued")));
    });
    const error = await errorOf(call);
    expect(error.code).toBe("TIMEOUT");
    expect(seen).toEqual([error, error]);
    expect(await patient.getUserById(user.id)).toEqual(user);
    expect(await own.names()).toEqual([]);
  });
});

test("many concurrent calls, nested, failing and not, emit no process warning", async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  try {
    await using onPool = await authOn({ pool }).connect();
    const go = gate();
    const transactions = Array.from({ length: 12 }, (_, index) =>
      onPool
        .withTransaction(async (inside, client) => {
          await go.opened;
          const calls = Array.from({ length: 12 }, (_each, call) => [
            client.query("select $1::int as number", [call]),
            inside.getUserById(user.id),
            inside.deleteSession(user.id),
          ]);
          if (index % 3 === 0) void own.add(client, "bad");
          if (index % 3 === 1) throw failure;
          await Promise.all(calls.flat());
          await inside.withTransaction((inner) => inner.getUserById(user.id));
        })
        .catch((error: unknown) => error),
    );
    go.open();
    const outcomes = await Promise.all(transactions);
    expect(outcomes.filter((outcome) => outcome === failure)).toHaveLength(4);
    expect(await codeOf(onPool.setUserEmail(user.id, "no email"))).toBe("INVALID_INPUT");
  } finally {
    await pool.end();
  }
});
