import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Auth, AuthFunctions, TransactionClient, User, WithTransactionOptions } from "../../src/auth/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool } from "../support/observed-pool.js";
import { gate, useOwnRows } from "../support/own-rows.js";

const database = useDatabase();
const own = useOwnRows(database);
/** The caller's pool: one connection, so that whatever is sent late is sent before the next call's statements. */
const observed = observedPool({ connectionString: database.url, max: 1 });
const failure = new RangeError("the work's own");

let onOwnPool: Auth;
let onCallersPool: Auth;
let user: User;
beforeAll(async () => {
  onOwnPool = await authOn({ connectionString: database.url, max: 1 }).connect();
  onCallersPool = await authOn({ pool: observed.pool }).connect();
});
afterAll(async () => {
  await onOwnPool.disconnect();
  await onCallersPool.disconnect();
  await endPool(observed.pool);
});
beforeEach(async () => {
  await database.pool.query("truncate public.own");
  user = await createUser(onOwnPool);
});

type Work<T> = (auth: AuthFunctions, client: TransactionClient) => Promise<T>;

/** Where a transaction runs. */
const PLACES: Readonly<Record<string, <T>(work: Work<T>) => Promise<T>>> = {
  "an owned pool": (work) => onOwnPool.withTransaction(work),
  "a caller's pool": (work) => onCallersPool.withTransaction(work),
  "a client in no transaction": (work) => onClient("select", (options) => onCallersPool.withTransaction(work, options)),
  "a client in a transaction": (work) => onClient("begin", (options) => onCallersPool.withTransaction(work, options)),
};

/** The caller commits in any case. */
async function onClient<T>(start: string, run: (options: WithTransactionOptions) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(start);
    return await run({ client });
  } finally {
    if (start === "begin") await client.query("commit");
    await client.end();
  }
}

const places = Object.entries(PLACES);
const lockOf = ({ id }: User) => `select from pevensie."user" where id = '${id}' for update`;
const rowOf = async (id: string) => (await database.rows('select * from pevensie."user" where id = $1', [id]))[0];

/** The package's statements that a pool has received, by what they change. */
const changesIn = (texts: readonly string[]) =>
  texts.flatMap(
    (text) =>
      /^(begin|commit|rollback|savepoint|release)|insert into [\w.]+|delete from [\w.]+|update [\w."]+/.exec(
        text,
      )?.[0] ?? [],
  );

describe.each(places)("on %s", (_, transact) => {
  test("G31: a call that is not awaited before the work throws in the same tick has no effect", async () => {
    const before = await rowOf(user.id);
    const call = transact(async (auth) => {
      void auth.deleteUserById(user.id);
      throw failure;
    });
    await expect(call).rejects.toBe(failure);
    await Promise.all([onOwnPool.listUsers(), onCallersPool.listUsers()]);
    expect(await rowOf(user.id)).toEqual(before);
  });

  test("G31: SQL that is not awaited before the work throws in the same tick has no effect", async () => {
    const call = transact(async (_auth, client) => {
      void client.query("insert into public.own (name) values ('first')");
      void client.query("insert into public.own (name) values ('second')");
      throw failure;
    });
    await expect(call).rejects.toBe(failure);
    await Promise.all([onOwnPool.listUsers(), onCallersPool.listUsers()]);
    expect(await own.names()).toEqual([]);
  });

  test("G31: calls that are not awaited have no effect, however many turns later the work rejects", async () => {
    const before = await rowOf(user.id);
    for (let turns = 0; turns < 24; turns += 1) {
      const call = transact(async (auth, client) => {
        void own.add(client, `before ${turns}`);
        void auth.deleteUserById(user.id);
        void own.add(client, `after ${turns}`);
        for (let turn = 0; turn < turns; turn += 1) await (turn < 12 ? undefined : new Promise(setImmediate));
        throw failure;
      });
      await expect(call).rejects.toBe(failure);
    }
    await Promise.all([onOwnPool.listUsers(), onCallersPool.listUsers()]);
    expect(await own.names()).toEqual([]);
    expect(await rowOf(user.id)).toEqual(before);
  });

  test("G31: calls that are not awaited when the work resolves are completed, in the order in which they were made", async () => {
    await transact(async (auth, client) => {
      void auth.setUserPassword(user.id, `new ${PASSWORD}`);
      void client.query(
        "insert into public.own (name) select 'hash: ' || (password_hash <> '') from pevensie.\"user\" where id = $1",
        [user.id],
      );
      void auth.createSession({ userId: user.id, deleteOtherSessions: true });
      void client.query(
        "insert into public.own (name) select 'sessions: ' || count(*) from pevensie.session where user_id = $1",
        [user.id],
      );
      void auth.deleteUserById(user.id);
      void client.query(
        "insert into public.own (name) select 'deleted: ' || (deleted_at is not null) from pevensie.\"user\" where id = $1",
        [user.id],
      );
    });
    expect(await own.names()).toEqual(["deleted: true", "hash: true", "sessions: 1"]);
    expect(await rowOf(user.id)).toMatchObject({ deleted_at: expect.any(Date) });
    expect(await database.rows("select from pevensie.session where user_id = $1", [user.id])).toEqual([]);
  });

  test("G31: a login that is not awaited is committed whole, hashing included", async () => {
    await transact(async (auth) => {
      void auth.logInUser({ email: user.email, password: PASSWORD });
    });
    expect(await database.rows("select from pevensie.session where user_id = $1", [user.id])).toHaveLength(1);
    expect(await rowOf(user.id)).toMatchObject({ last_sign_in: expect.any(Date) });
  });

  test("G31: the unhandled error of a call rejects the transaction, which is rolled back", async () => {
    const unknown = "0190163d-8694-739b-aea5-966c26f8ad90";
    const call = transact(async (auth, client) => {
      void auth.setUserRole(unknown, "nobody");
      await client.query("insert into public.own (name) values ('beside it')");
    });
    expect(await codeOf(call)).toBe("USER_NOT_FOUND");
    expect(await own.names()).toEqual([]);
    const taken = transact(async (auth, client) => {
      void client.query("insert into public.own (name) values ('before it')");
      void auth.createUserWithEmail({ email: user.email, password: null, userMetadata: {} });
      void client.query("insert into public.own (name) values ('after it')");
    });
    expect(await codeOf(taken)).toBe("EMAIL_TAKEN");
    expect(await own.names()).toEqual([]);
  });

  test("G31: a handled error of a call without effect does not fail the transaction", async () => {
    const codes: string[] = [];
    await transact(async (auth, client) => {
      void codeOf(auth.setUserRole("0190163d-8694-739b-aea5-966c26f8ad90", "nobody")).then((code) => codes.push(code));
      void client.query("insert into public.own (name) values ('beside it')");
    });
    expect(codes).toEqual(["USER_NOT_FOUND"]);
    expect(await own.names()).toEqual(["beside it"]);
  });

  test("G31: a call that is made while earlier calls are completed is refused", async () => {
    let late: Promise<unknown> = Promise.resolve();
    await transact(async (auth, client) => {
      const role = auth.setUserRole(user.id, "in time");
      late = role.then(() => codeOf(client.query("insert into public.own (name) values ('late')")));
    });
    expect(await late).toBe("NOT_CONNECTED");
    expect(await own.names()).toEqual([]);
    expect(await rowOf(user.id)).toMatchObject({ role: "in time" });
  });

  test("G31: the whole transaction is refused if a nested one is open when the outer work resolves", async () => {
    const [begun, goOn] = [gate(), gate()];
    let nested: Promise<unknown> = Promise.resolve();
    const call = transact(async (outer, client) => {
      await own.add(client, "outer");
      nested = Promise.allSettled([
        outer.withTransaction(async (_inner, innerClient) => {
          await own.add(innerClient, "first half");
          begun.open();
          await goOn.opened;
          await own.add(innerClient, "second half");
        }),
      ]);
      await begun.opened;
    });
    expect(await errorOf(call)).toMatchObject({ code: "INVALID_INPUT", field: "work" });
    goOn.open();
    expect(await nested).toMatchObject([{ status: "rejected", reason: { code: "NOT_CONNECTED" } }]);
    expect(await own.names()).toEqual([]);
  });

  test("G31: the whole transaction is refused if a nested one has not begun when the outer work resolves", async () => {
    let ran = false;
    const call = transact(async (outer, client) => {
      void own.add(client, "outer");
      void outer.withTransaction(async () => {
        ran = true;
      });
    });
    expect(await errorOf(call)).toMatchObject({ code: "INVALID_INPUT", field: "work" });
    expect(ran).toBe(false);
    expect(await own.names()).toEqual([]);
  });

  test("G31: inside a nested transaction every call on the outer one is refused immediately", async () => {
    const refusal = { code: "INVALID_INPUT", field: "auth" };
    await transact(async (outer, client) => {
      await outer.withTransaction(async (middle, middleClient) => {
        await middle.withTransaction(async (_inner, innerClient) => {
          for (const [auth, itsClient] of [
            [outer, client],
            [middle, middleClient],
          ] as const) {
            expect(await errorOf(auth.withTransaction(async () => {}))).toMatchObject(refusal);
            expect(await errorOf(auth.setUserRole(user.id, "outer"))).toMatchObject(refusal);
            expect(await errorOf(auth.getUserById(user.id))).toMatchObject(refusal);
            expect(await errorOf(itsClient.query("select 1"))).toMatchObject(refusal);
          }
          await own.add(innerClient, "inner");
        });
        await own.add(middleClient, "middle");
      });
      await own.add(client, "outer");
      await outer.getUserById(user.id);
    });
    expect(await own.names()).toEqual(["inner", "middle", "outer"]);
  });

  test("G31: a nested call that is refused for its arguments leaves calls on the outer one refused", async () => {
    const refusal = { code: "INVALID_INPUT", field: "auth" };
    await transact(async (outer, client) => {
      const nested = outer.withTransaction(async (_inner, innerClient) => {
        expect(await errorOf(outer.withTransaction(async () => {}))).toMatchObject(refusal);
        expect(await errorOf(outer.getUserById(user.id))).toMatchObject(refusal);
        await own.add(innerClient, "inner");
      });
      // It comes before the nested one has begun, and ends while that runs.
      const refused = outer.withTransaction(undefined as never);
      expect(await errorOf(refused)).toMatchObject({ code: "INVALID_INPUT", field: "work" });
      await nested;
      await own.add(client, "outer");
    });
    expect(await own.names()).toEqual(["inner", "outer"]);
  });

  test("G31: nested work's calls that are not awaited belong to the nested transaction", async () => {
    await transact(async (outer, client) => {
      const failing = outer.withTransaction(async (inner, innerClient) => {
        void inner.setUserRole(user.id, "undone");
        void own.add(innerClient, "undone");
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      await outer.withTransaction(async (inner, innerClient) => {
        void own.add(innerClient, "kept");
        void inner.setUserRole(user.id, "kept");
      });
      void own.add(client, "outer");
    });
    expect(await own.names()).toEqual(["kept", "outer"]);
    expect(await rowOf(user.id)).toMatchObject({ role: "kept" });
  });
});

describe("what is sent", () => {
  test("G31: nothing follows the rollback, and the statement in flight is answered before it", async () => {
    const first = observed.statements.length;
    const fail = gate();
    const { outcome } = await whileHolding(database.url, lockOf(user), async () => {
      const call = onCallersPool.withTransaction(async (auth) => {
        void auth.deleteUserById(user.id);
        await fail.opened;
        throw failure;
      });
      const outcome = Promise.allSettled([call]);
      await waitForBlockedBackend(database.pool);
      fail.open();
      await database.pool.query("select");
      expect(changesIn(observed.statements.slice(first))).toEqual(["begin", expect.stringMatching(/^update/)]);
      return { outcome };
    });
    expect(await outcome).toEqual([{ status: "rejected", reason: failure }]);
    await onCallersPool.getUserByPhoneNumber("nobody's");
    expect(changesIn(observed.statements.slice(first))).toEqual([
      "begin",
      expect.stringMatching(/^update/),
      "rollback",
    ]);
    expect(await rowOf(user.id)).toMatchObject({ deleted_at: null });
  });

  test("G31: a call of two statements whose first one is in flight when the work resolves is committed whole", async () => {
    await onOwnPool.createSession({ userId: user.id });
    const first = observed.statements.length;
    const done = await whileHolding(database.url, lockOf(user), async () => {
      const call = onCallersPool.withTransaction(async (auth) => {
        void auth.deleteUserById(user.id);
      });
      await waitForBlockedBackend(database.pool);
      return { call };
    });
    await done.call;
    expect(changesIn(observed.statements.slice(first))).toEqual([
      "begin",
      expect.stringMatching(/^update/),
      "delete from pevensie.session",
      "commit",
    ]);
    expect(await database.rows("select from pevensie.session where user_id = $1", [user.id])).toEqual([]);
  });

  test("G31: in a caller's transaction nothing follows the release of the savepoint, or the return to it", async () => {
    const caller = await observed.pool.connect();
    try {
      for (const end of [() => {}, () => Promise.reject(failure)]) {
        const first = observed.statements.length;
        await caller.query("begin");
        await onOwnPool
          .withTransaction(
            async (auth) => {
              void auth.setUserPassword(user.id, PASSWORD);
              void auth.deleteUserById(user.id);
              await end();
            },
            { client: caller },
          )
          .catch((error) => expect(error).toBe(failure));
        await caller.query("rollback");
        const sent = changesIn(observed.statements.slice(first));
        expect(sent.slice(-2)).toEqual([expect.stringMatching(/^(?:release|rollback)$/), "rollback"]);
      }
    } finally {
      caller.release();
    }
  });

  test("G31: calls left over from a retried attempt are refused, and are not part of the next attempt", async () => {
    const goOn = gate();
    const late: Promise<unknown>[] = [];
    let runs = 0;
    await onCallersPool.withTransaction(async (auth, client) => {
      runs += 1;
      const run = runs;
      if (run > 1) {
        goOn.open();
        await Promise.all(late);
        return void (await own.add(client, "second"));
      }
      late.push(
        goOn.opened.then(async () => {
          expect(await codeOf(own.add(client, "first, late"))).toBe("NOT_CONNECTED");
          expect(await codeOf(auth.setUserRole(user.id, "first, late"))).toBe("NOT_CONNECTED");
        }),
      );
      void auth.createUserWithEmail({ email: uniqueEmail(), password: PASSWORD, userMetadata: {}, role: "first" });
      void own.add(client, "first");
      await client.query("do $$ begin raise exception using errcode = '40001'; end $$");
    });
    expect(runs).toBe(2);
    expect(await own.names()).toEqual(["second"]);
    expect(await database.rows(`select role from pevensie."user" where role like 'first%'`)).toEqual([]);
  });
});

describe("calls that would wait for ever", () => {
  test("G31: the connected auth's own calls, in a transaction that has its only connection, time out", async () => {
    const config = { connectionString: database.url, max: 1, connectionTimeoutMillis: 2_000 };
    await using auth = await authOn(config).connect();
    const session = await auth.createSession({ userId: user.id });
    await auth.withTransaction(async (inside, client) => {
      const calls = [
        auth.getSession(session.id),
        auth.setUserRole(user.id, "outside"),
        auth.deleteUserById(user.id),
        auth.withTransaction(async () => {}),
      ];
      expect(await Promise.all(calls.map((call) => codeOf(call)))).toEqual(calls.map(() => "TIMEOUT"));
      const onItsClient = auth.withTransaction(async () => {}, { client });
      expect(await errorOf(onItsClient)).toMatchObject({ code: "INVALID_INPUT", field: "client" });
      await inside.setUserRole(user.id, "inside");
    });
    expect(await rowOf(user.id)).toMatchObject({ role: "inside", deleted_at: null });
  });

  test.each(["pool", "client"] as const)(
    "F12: disconnect() settles a transaction whose work never does (%s)",
    async (place) => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        const auth = await authOn({ connectionString: database.url, query_timeout: 2_000 }).connect();
        const begun = gate();
        const never = new Promise<never>(() => {});
        let nested: Promise<unknown> = never;
        const call = auth.withTransaction(
          async (outer, own) => {
            await own.query("insert into public.own (name) values ('hanging')");
            nested = outer.withTransaction(async () => {
              begun.open();
              await never;
            });
            await nested;
          },
          place === "client" ? { client } : {},
        );
        const outcome = codeOf(call);
        await begun.opened;
        await auth.disconnect();
        expect(await outcome).toBe("NOT_CONNECTED");
        expect(await codeOf(nested)).toBe("NOT_CONNECTED");
        expect(await own.names()).toEqual([]);
        if (place === "client") expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
      } finally {
        await client.end();
      }
    },
  );
});
