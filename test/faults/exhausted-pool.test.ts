import pg from "pg";
import { describe, expect, test } from "vitest";
import { createPool, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf, errorOf, timed } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";
import { IMPATIENT, PATIENT, SLACK } from "../support/patience.js";

const database = useDatabase();
/** The acquire timeout. */
const TIMEOUT = { connectionTimeoutMillis: IMPATIENT.connectionTimeoutMillis };

test("F5: a call on an exhausted pool fails with TIMEOUT in time, and the pool works again afterwards", async () => {
  const config = { connectionString: database.url, max: 1, ...TIMEOUT };
  await withDrivers(config, async (auth) => {
    const user = await createUser(auth);
    const held = await whileHolding(database.url, `lock table pevensie."user" in access exclusive mode`, async () => {
      const call = auth.getUserById(user.id);
      await waitForBlockedBackend(database.pool);
      for (const other of [
        () => auth.createSession({ userId: user.id }),
        () => auth.listUsers(),
        () => auth.deleteUserById(user.id),
      ]) {
        const { value, elapsed } = await timed(() => codeOf(other()));
        expect(value).toBe("TIMEOUT");
        expect(elapsed).toBeLessThan(config.connectionTimeoutMillis + SLACK);
      }
      return { call };
    });
    expect(await held.call).toEqual(user);
    expect(await auth.listUsers()).toEqual([user]);
  });
});

/** A pool of which only what is documented can be seen. */
function withoutQueue(pool: pg.Pool): pg.Pool {
  return new Proxy(pool, {
    get(target, name) {
      const value: unknown = name === "_pendingQueue" ? undefined : Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test.each(["a pool of its own", "a caller's pool", "a caller's pool that hides its queue"])(
  "F5: thousands of timed-out acquires on %s leave it usable",
  async (whose) => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const own = { connectionString: database.url, max: 1, ...TIMEOUT };
    try {
      const callers = { pool: whose.endsWith("queue") ? withoutQueue(pool) : pool, ...TIMEOUT };
      await withDrivers(whose.startsWith("a caller's") ? callers : own, async (auth) => {
        const user = await createUser(auth);
        const first = await whileHolding(
          database.url,
          `lock table pevensie."user" in access exclusive mode`,
          async () => {
            const call = auth.getUserById(user.id);
            await waitForBlockedBackend(database.pool);
            const codes = await Promise.all(
              Array.from({ length: 5000 }, () => codeOf(auth.getUserByPhoneNumber("+1"))),
            );
            expect(new Set(codes)).toEqual(new Set(["TIMEOUT"]));
            return { call };
          },
        );
        expect(await first.call).toEqual(user);
        expect(await auth.getUserByPhoneNumber("+1")).toBeNull();
        expect(await auth.listUsers({ filters: { id: [user.id] } })).toEqual([user]);
      });
    } finally {
      await endPool(pool);
    }
  },
);

test("F5: acquires that have timed out leave the queue of the pool", async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  try {
    await withDrivers({ pool, ...TIMEOUT }, async (auth) => {
      const client = await pool.connect();
      const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(auth.getUserByPhoneNumber("+1"))));
      expect(new Set(codes)).toEqual(new Set(["TIMEOUT"]));
      expect(pool.waitingCount).toBe(0);
      client.release();
    });
  } finally {
    await endPool(pool);
  }
});

test("F5: where a caller's pool times out before the driver does, the error says how long the call waited", async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1, ...TIMEOUT });
  try {
    await withDrivers({ pool, ...PATIENT }, async (auth) => {
      const client = await pool.connect();
      const error = await errorOf(auth.listUsers());
      client.release();
      expect(error.code).toBe("TIMEOUT");
      const [, waited] = /^Timed out after (\d+) ms .* raise max/.exec(error.message) ?? [];
      expect(Number(waited)).toBeLessThan(PATIENT.connectionTimeoutMillis);
    });
  } finally {
    await endPool(pool);
  }
});

test("F4: a call on a caller's pool that is ended in the same turn fails with a typed error", async () => {
  const pool = new pg.Pool({ connectionString: database.url });
  await withDrivers({ pool, ...TIMEOUT }, async (_, cache) => {
    await cache.getAll("key");
    const { value, elapsed } = await timed(() => {
      const call = codeOf(cache.getAll("key"));
      void pool.end();
      return call;
    });
    expect(["TIMEOUT", "CONNECTION_UNAVAILABLE"]).toContain(value);
    expect(elapsed).toBeLessThan(TIMEOUT.connectionTimeoutMillis + SLACK);
  });
});

test("F4: calls on a caller's pool that has ended fail with CONNECTION_UNAVAILABLE, since nothing was sent", async () => {
  const pool = new pg.Pool({ connectionString: database.url });
  await withDrivers({ pool, ...TIMEOUT }, async (auth, cache) => {
    await pool.end();
    for (const call of [
      () => cache.get("type", "key"),
      () => cache.set("type", "key", "value"),
      () => auth.deleteSession(crypto.randomUUID()),
      () => auth.deleteUserById(crypto.randomUUID()),
      () => auth.withTransaction(async () => {}),
    ]) {
      expect(await codeOf(call())).toBe("CONNECTION_UNAVAILABLE");
    }
  });
});

describe("F5: a caller's pool that is exhausted", () => {
  test.each([
    ["waits as long as ours", {}, TIMEOUT],
    ["gives up sooner than we do", TIMEOUT, PATIENT],
  ])("and %s fails with TIMEOUT in time, and works again afterwards", async (_, ofPool, ofDriver) => {
    const pool = new pg.Pool({ connectionString: database.url, max: 2, ...ofPool });
    try {
      await withDrivers({ pool, ...ofDriver }, async (auth, cache) => {
        const user = await createUser(auth);
        const clients = [await pool.connect(), await pool.connect()];
        for (const call of [() => auth.getUserById(user.id), () => cache.set("type", "key", "value")]) {
          const { value, elapsed } = await timed(() => codeOf(call()));
          expect(value).toBe("TIMEOUT");
          expect(elapsed).toBeLessThan(TIMEOUT.connectionTimeoutMillis + SLACK);
        }
        for (const client of clients) client.release();
        // Connections that came too late for those calls were released immediately.
        await expect.poll(() => [pool.waitingCount, pool.idleCount]).toEqual([0, 2]);
        expect(await auth.getUserById(user.id)).toEqual(user);
        expect(await cache.get("type", "key")).toBeNull();
      });
    } finally {
      await endPool(pool);
    }
  });
});

describe("F5: no call acquires a second connection while it holds one", () => {
  /** Calls every function several times concurrently. */
  async function walkTogether(config: PostgresDriverConfig): Promise<void> {
    await withDrivers(config, async (auth, cache) => {
      await Promise.all([1, 2, 3, 4].flatMap(() => [walkAuth(auth), walkCache(cache)]));
    });
  }

  test("F5: with pools of one connection each", async () => {
    await walkTogether({ connectionString: database.url, max: 1 });
  });

  test("F5: with one connection for everything", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    try {
      await walkTogether({ pool });
      expect(pool.totalCount).toBe(1);
    } finally {
      await endPool(pool);
    }
  });
});

test("F4: calls that wait for a connection of createPool are rejected when it ends, with the reason", async () => {
  const pool = createPool({ connectionString: database.url, max: 1 });
  await withDrivers({ pool, ...PATIENT }, async (auth) => {
    const client = await pool.connect();
    const calls = [auth.listUsers(), pool.query("select 1")].map(errorOf);
    await expect.poll(() => pool.waitingCount).toBe(2);
    const ended = pool.end();
    const errors = [...(await Promise.all(calls)), await errorOf(auth.listUsers())];
    client.release();
    await ended;
    for (const { code, message } of errors) {
      expect(code).toBe("CONNECTION_UNAVAILABLE");
      expect(message).toContain("The pool was ended");
    }
  });
});
