import pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import type { PevensieEvent } from "../../src/events.js";
import { expireSession } from "../../src/testing/index.js";
import { createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { useServer } from "../support/fault-server.js";
import { IMPATIENT } from "../support/patience.js";
import { watched } from "../support/watched.js";

const database = useDatabase();
const own = () => ({ connectionString: database.url, max: 1 });
const LOST = { type: "connection-lost", code: "CONNECTION_UNAVAILABLE" };
const HEALED = { type: "connection-healed" };

/** The outcome of a call whose connection is ended while it waits for a lock, which is then released. */
async function cutWhile(lock: string, call: () => Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const { outcome } = await whileHolding(database.url, lock, async () => {
    const pending = Promise.allSettled([call()]);
    await terminate(database.pool, await waitForBlockedBackend(database.pool));
    return { outcome: pending };
  });
  return (await outcome)[0];
}

const LOCK_USERS = 'lock table pevensie."user"';

describe("connection-lost and connection-healed", () => {
  test("are emitted for a connection that is ended during a write, and for the next statement", async () => {
    await watched(own(), async ({ auth, ofAuth }) => {
      const user = await createUser(auth, { password: null });
      await cutWhile(LOCK_USERS, () => auth.setUserRole(user.id, "lost"));
      expect(ofAuth).toEqual([LOST]);
      await auth.getUserById(user.id);
      await auth.getUserById(user.id);
      expect(ofAuth).toEqual([LOST, HEALED]);
    });
  });

  test("each loss is emitted once, however many calls it affects, and so is each healing", async () => {
    await watched({ connectionString: database.url, max: 4 }, async ({ auth, ofAuth }) => {
      const user = await createUser(auth, { password: null });
      for (let round = 0; round < 2; round += 1) {
        ofAuth.length = 0;
        await whileHolding(database.url, LOCK_USERS, async () => {
          const calls = Promise.allSettled([1, 2, 3, 4].map((role) => auth.setUserRole(user.id, String(role))));
          const waiting = async () =>
            (
              await database.rows(
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
              )
            ).length;
          for (let ended = 0; ended < 4; ) ended += await waiting();
          await calls;
        });
        await Promise.all([1, 2, 3].map(() => auth.getUserById(user.id)));
        expect(ofAuth).toEqual([LOST, HEALED]);
      }
    });
  });

  test("are emitted for a transaction as well", async () => {
    await watched(own(), async ({ auth, ofAuth }) => {
      const user = await createUser(auth, { password: null });
      await cutWhile(LOCK_USERS, () => auth.deleteUserById(user.id));
      expect(ofAuth).toEqual([LOST]);
      await auth.deleteUserById(user.id);
      expect(ofAuth.slice(0, 2)).toEqual([LOST, HEALED]);
    });
  });

  test("connection-healed is not emitted for a connection that was opened before the loss", async () => {
    await watched({ connectionString: database.url, max: 2 }, async ({ auth, ofAuth }) => {
      const user = await createUser(auth, { password: null });
      let [begun, goOn] = [() => {}, () => {}];
      const isBegun = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const mayGoOn = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const older = auth.withTransaction(async (inner) => {
        begun();
        await mayGoOn;
        await inner.getUserById(user.id);
      });
      await isBegun;
      await cutWhile('select from pevensie."user" for update', () => auth.setUserRole(user.id, "lost"));
      goOn();
      await older;
      expect(ofAuth).toEqual([LOST]);
      await auth.getUserById(user.id);
      expect(ofAuth).toEqual([LOST, HEALED]);
    });
  });

  test("connection-healed is not emitted for a client of the caller's", async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await watched(own(), async ({ auth, ofAuth }) => {
      const user = await createUser(auth, { password: null });
      await cutWhile(LOCK_USERS, () => auth.deleteUserById(user.id));
      await auth.withTransaction((inner) => inner.getUserById(user.id), { client });
      expect(ofAuth).toEqual([LOST]);
    });
    await client.end();
  });

  test("are emitted for a response timeout", async () => {
    await watched({ ...own(), ...IMPATIENT }, async ({ auth, cache, ofAuth, ofCache }) => {
      const user = await createUser(auth, { password: null });
      await whileHolding(database.url, `${LOCK_USERS}; lock table pevensie.cache`, async () => {
        expect(await codeOf(auth.getUserById(user.id))).toBe("TIMEOUT");
        expect(await codeOf(cache.set("type", "key", "value"))).toBe("OUTCOME_UNKNOWN");
      });
      await auth.getUserById(user.id);
      await cache.get("type", "key");
      expect(ofAuth).toEqual([{ type: "connection-lost", code: "TIMEOUT" }, HEALED]);
      expect(ofCache).toEqual([{ type: "connection-lost", code: "OUTCOME_UNKNOWN" }, HEALED]);
    });
  });

  test("are emitted for an acquire timeout of an exhausted pool", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    try {
      await watched({ pool, ...IMPATIENT }, async ({ cache, ofCache }) => {
        const held = await pool.connect();
        expect(await codeOf(cache.get("type", "key"))).toBe("TIMEOUT");
        held.release();
        await cache.get("type", "key");
        expect(ofCache).toEqual([{ type: "connection-lost", code: "TIMEOUT" }, HEALED]);
      });
    } finally {
      await endPool(pool);
    }
  });

  test("are not emitted for the removal of an expired session that acquires no connection", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    try {
      await watched({ pool }, async ({ auth, ofAuth }) => {
        const user = await createUser(auth, { password: null });
        const session = await auth.createSession({ userId: user.id });
        await expireSession({ connectionString: database.url }, session.id);
        const before = await pool.connect();
        const lookup = auth.getSession(session.id);
        await expect.poll(() => pool.waitingCount).toBe(1);
        const after = pool.connect();
        before.release();
        // The removal is queued behind `after`, for a second.
        expect(await lookup).toBeNull();
        await expect.poll(() => pool.waitingCount).toBe(0);
        (await after).release();
        await auth.getUserById(user.id);
        expect(ofAuth).toEqual([]);
        expect(await database.rows("select from pevensie.session where id = $1", [session.id])).toHaveLength(1);
      });
    } finally {
      await endPool(pool);
    }
  });

  test("are not emitted for an application's own error in a transaction", async () => {
    await watched(own(), async ({ auth, ofAuth }) => {
      await expect(auth.withTransaction(() => Promise.reject(new RangeError("own")))).rejects.toThrow(RangeError);
      await auth.getUserById("0190163d-8694-739b-aea5-966c26f8ad90");
      expect(ofAuth).toEqual([]);
    });
  });

  test("are not emitted for an error that the server returns", async () => {
    await watched(own(), async ({ auth, ofAuth }) => {
      const user = await createUser(auth, { password: null });
      expect(await codeOf(createUser(auth, { email: user.email, password: null }))).toBe("EMAIL_TAKEN");
      expect(ofAuth).toEqual([]);
    });
  });

  test("are not emitted for a statement that the server cancels (57014)", async () => {
    const config = { ...own(), connectionParameters: { statement_timeout: "2000" } };
    await watched(config, async ({ auth, ofAuth }) => {
      await whileHolding(database.url, LOCK_USERS, async () => {
        expect(await codeOf(auth.listUsers())).toBe("TIMEOUT");
      });
      expect(ofAuth).toEqual([]);
    });
  });
});

describe("with a server of its own", () => {
  const server = useServer();

  test("are emitted when it is killed and restarted", async () => {
    await watched({ connectionString: server.current.url(), max: 2 }, async ({ auth, cache, ofAuth, ofCache }) => {
      const user = await createUser(auth, { password: null });
      await cache.set("type", "key", "value");
      await server.current.kill();
      for (const call of [() => auth.getUserById(user.id), () => cache.get("type", "key")]) {
        await expect.poll(() => codeOf(call()).catch(() => "answered")).toBe(LOST.code);
      }
      await server.current.boot();
      await auth.getUserById(user.id);
      await cache.get("type", "key");
      for (const events of [ofAuth, ofCache]) {
        expect(events.filter(({ type }) => type !== "retry")).toEqual([LOST, HEALED]);
      }
    });
  });

  test("are emitted when only transactions are attempted while the server is down", async () => {
    const pool = new pg.Pool({ connectionString: server.current.url(), max: 1 });
    try {
      await watched({ pool }, async ({ auth, ofAuth }) => {
        const transaction = () => auth.withTransaction((inside) => inside.getUserByEmail("nobody@example.com"));
        await transaction();
        await server.current.kill();
        // The connection that was lost while idle is gone: every transaction has to open another one.
        await expect.poll(() => pool.totalCount).toBe(0);
        for (let attempt = 0; attempt < 2; attempt += 1) {
          expect(await codeOf(transaction())).toBe(LOST.code);
          expect(ofAuth).toEqual([LOST]);
        }
        await server.current.boot();
        await transaction();
        expect(ofAuth).toEqual([LOST, HEALED]);
      });
    } finally {
      await endPool(pool);
    }
  });
});

describe("retry", () => {
  test("is emitted for a read after a lost connection", async () => {
    await watched(own(), async ({ auth, ofAuth }) => {
      const user = await createUser(auth, { password: null });
      const outcome = await cutWhile(LOCK_USERS, () => auth.getUserByPhoneNumber("none"));
      expect(outcome).toMatchObject({ status: "fulfilled", value: null });
      const retry = { type: "retry", reason: "57P01", statement: "getUserByPhoneNumber" };
      expect(ofAuth).toEqual([LOST, retry, HEALED]);
      expect(user.phoneNumber).toBeNull();
    });
  });

  test("is emitted for a statement that the connection has forgotten", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    try {
      await watched({ pool }, async ({ auth, ofAuth }) => {
        const user = await createUser(auth, { password: null });
        await auth.setUserRole(user.id, "x");
        await pool.query("deallocate all");
        await auth.setUserRole(user.id, "y");
        expect(ofAuth).toEqual([{ type: "retry", reason: "26000", statement: "updateUser" }]);
      });
    } finally {
      await endPool(pool);
    }
  });

  describe("is emitted for a conflict with another transaction in", () => {
    beforeAll(async () => {
      await database.pool.query(`
        create sequence public.losses;
        create function public.lose() returns trigger language plpgsql as $$
        begin
          if nextval('public.losses') <= 2 then raise exception using errcode = '40P01', message = 'as asked'; end if;
          return coalesce(new, old);
        end
        $$`);
    });

    test.each([
      ["a statement", "update", "updateUser"],
      ["a transaction", "delete", "transaction"],
    ])("%s", async (_, kind, statement) => {
      const table = kind === "update" ? 'pevensie."user"' : "pevensie.session";
      await watched(own(), async ({ auth, ofAuth }) => {
        const user = await createUser(auth, { password: null });
        await auth.createSession({ userId: user.id });
        await database.pool.query(`alter sequence public.losses restart;
          create trigger lose before ${kind} on ${table} for each row execute function public.lose()`);
        try {
          await (kind === "update" ? auth.setUserRole(user.id, "x") : auth.deleteUserById(user.id));
        } finally {
          await database.pool.query(`drop trigger lose on ${table}`);
        }
        const retry = { type: "retry", reason: "40P01", statement };
        expect(ofAuth.slice(0, 2)).toEqual([retry, retry]);
        expect(ofAuth.filter(({ type }) => type === "retry")).toHaveLength(2);
      });
    });
  });
});

describe("slow-query", () => {
  const slow = (events: readonly PevensieEvent[]) => events.filter((event) => event.type === "slow-query");

  test("is emitted for a statement that waits for a lock for longer than slowQueryMillis, and no other", async () => {
    await watched({ ...own(), slowQueryMillis: 40 }, async ({ auth, cache, ofAuth, ofCache }) => {
      const user = await createUser(auth, { password: null });
      for (const [lock, call] of [
        [LOCK_USERS, () => auth.setUserRole(user.id, "slow")],
        ["lock table pevensie.cache", () => cache.set("type", "key", "value")],
      ] as const) {
        const { outcome } = await whileHolding(database.url, lock, async () => {
          const pending = Promise.allSettled([call()]);
          await waitForBlockedBackend(database.pool);
          await database.rows("select pg_sleep(0.1)");
          return { outcome: pending };
        });
        expect(await outcome).toMatchObject([{ status: "fulfilled" }]);
      }
      expect(slow(ofAuth)).toContainEqual({
        type: "slow-query",
        statement: "updateUser",
        milliseconds: expect.any(Number),
      });
      expect(slow(ofCache)).toContainEqual({
        type: "slow-query",
        statement: "setCacheEntry",
        milliseconds: expect.any(Number),
      });
    });
  });

  test("0 reports every statement, those of connect() included; a large number reports none", async () => {
    await watched({ ...own(), slowQueryMillis: 0 }, async ({ cache, ofCache }) => {
      await cache.set("type", "key", "value");
      await cache.get("type", "key");
      expect(slow(ofCache).map((event) => "statement" in event && event.statement)).toEqual([
        "getModuleVersions",
        "setCacheEntry",
        "getSmallCacheEntry",
      ]);
    });
    await watched({ ...own(), slowQueryMillis: 2_000_000_000 }, async ({ cache, ofCache }) => {
      await cache.set("type", "key", "value");
      expect(ofCache).toEqual([]);
    });
  });

  test("is emitted for a statement in a transaction, too", async () => {
    await watched({ ...own(), slowQueryMillis: 0 }, async ({ auth, ofAuth }) => {
      const user = await createUser(auth, { password: null });
      ofAuth.length = 0;
      await auth.deleteUserById(user.id);
      await auth.withTransaction((inside) => inside.getUserById(user.id));
      const statements = slow(ofAuth).map((event) => "statement" in event && event.statement);
      expect(statements).toEqual(expect.arrayContaining(["deleteUser", "endUserAccess", "getUserById"]));
    });
  });

  test("is emitted if each statement runs in a transaction because of the DateStyle", async () => {
    const connectionParameters = { DateStyle: "German, DMY" };
    await watched({ ...own(), connectionParameters, slowQueryMillis: 0 }, async ({ cache, ofCache }) => {
      await cache.set("type", "key", "value");
      expect(slow(ofCache)).toContainEqual(expect.objectContaining({ statement: "setCacheEntry" }));
    });
  });
});
