import pg from "pg";
import { expect, test } from "vitest";
import type { Auth, TransactionClient } from "../../src/auth/index.js";
import { asRead, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";

const database = useDatabase();
const config = { connectionString: database.url };

/** Ends every connection of the database but those of the test's own pool, and waits until they have ended. */
async function terminateAll(): Promise<number> {
  const rows = await database.rows<{ ended: boolean }>(
    `select pg_terminate_backend(pid, 10000) as ended from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  expect(rows.every(({ ended }) => ended)).toBe(true);
  return rows.length;
}

test("F1: the loss of an idle connection does not end the process, and the next call succeeds", async () => {
  await withDrivers(config, async (auth, cache) => {
    const user = await createUser(auth);
    for (let round = 0; round < 5; round += 1) {
      expect(await terminateAll()).toBeGreaterThan(0);
      expect(await auth.getUserById(user.id)).toEqual(user);
      expect(await cache.get("type", "absent")).toBeNull();
      await cache.set("type", "key", String(round));
      expect(await cache.get("type", "key")).toBe(String(round));
    }
  });
});

test("F1: the next calls succeed after all idle connections are lost together", async () => {
  await withDrivers(config, async (auth) => {
    const users = await Promise.all(Array.from({ length: 12 }, () => createUser(auth)));
    // Writes take a connection each.
    const roles = await Promise.all(users.map(({ id }) => auth.setUserRole(id, "busy")));
    expect(await terminateAll()).toBeGreaterThan(2);
    expect(await Promise.all(users.map(({ id }) => auth.getUserById(id)))).toEqual(roles);
  });
});

test("F1: the loss of an idle connection of a caller's pool without other listeners does not end the process", async () => {
  const pool = new pg.Pool({ connectionString: database.url });
  try {
    await withDrivers({ pool }, async (auth) => {
      const user = await createUser(auth);
      expect(pool.idleCount).toBeGreaterThan(0);
      await terminateAll();
      expect(await auth.getUserById(user.id)).toEqual(user);
    });
  } finally {
    await endPool(pool);
  }
});

test("F1: a read is retried after its acquired connection is lost", async () => {
  await withDrivers(config, async (auth) => {
    const user = await createUser(auth);
    const read = await whileHolding(database.url, `lock table pevensie."user" in access exclusive mode`, async () => {
      const call = auth.getUserById(user.id);
      await terminate(database.pool, await waitForBlockedBackend(database.pool));
      // The second attempt waits for the same lock.
      await waitForBlockedBackend(database.pool);
      return { call };
    });
    expect(await read.call).toEqual(user);
  });
});

test("F1: a write whose acquired connection is lost fails with one typed error and changes nothing; the next call succeeds", async () => {
  await withDrivers(config, async (auth, cache) => {
    const user = await createUser(auth);
    const lock = `lock table pevensie."user", pevensie.cache in share mode`;
    for (const call of [() => cache.set("type", "dead", "x"), () => auth.setUserRole(user.id, "dead")]) {
      await whileHolding(database.url, lock, async () => {
        const code = codeOf(call());
        await terminate(database.pool, await waitForBlockedBackend(database.pool));
        expect(await code).toBe("CONNECTION_UNAVAILABLE");
      });
    }
    expect(await cache.get("type", "dead")).toBeNull();
    expect(await auth.getUserById(user.id)).toEqual(user);
    await auth.setUserRole(user.id, "alive");
  });
});

test("F1: a transaction whose acquired connection is lost fails with one typed error and changes nothing; the next call succeeds", async () => {
  await withDrivers(config, async (auth) => {
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    await whileHolding(database.url, "lock table pevensie.session in share mode", async () => {
      const code = codeOf(auth.deleteUserById(user.id));
      await terminate(database.pool, await waitForBlockedBackend(database.pool));
      expect(await code).toBe("CONNECTION_UNAVAILABLE");
    });
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await auth.getSession(session.id)).toEqual(asRead(session));
    expect((await auth.deleteUserById(user.id)).deletedAt).not.toBeNull();
  });
});

interface Held {
  readonly pid: number;
  readonly client: TransactionClient;
  end(): Promise<void>;
}

/** Opens a transaction, which keeps a connection. */
async function hold(auth: Auth): Promise<Held> {
  return new Promise((resolve, reject) => {
    const transaction = auth.withTransaction(async (_, client) => {
      const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
      await new Promise<void>((release) => {
        const end = () => {
          release();
          return transaction;
        };
        resolve({ pid: (rows[0] as { pid: number }).pid, client, end });
      });
    });
    transaction.catch(reject);
  });
}

test.each(["an owned pool", "a caller's pool"])(
  "F1: once a connection of %s is lost in a call, no older one is used again, and what is in flight on them ends",
  async (kind) => {
    const patient = { ...config, idleTimeoutMillis: 0 };
    const pool = kind === "a caller's pool" ? new pg.Pool(patient) : undefined;
    try {
      await withDrivers(pool === undefined ? patient : { pool }, async (auth) => {
        const held = await Promise.all(Array.from({ length: 5 }, () => hold(auth)));
        const [lost, kept, ...idle] = held as [Held, Held, ...Held[]];
        await Promise.all(idle.map(({ end }) => end()));
        const failed = lost.client.query("select pg_sleep(60)").catch((error: unknown) => error);
        const waits = () =>
          database.rows("select wait_event from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'", [
            lost.pid,
          ]);
        await expect.poll(waits, { interval: 10 }).toHaveLength(1);
        await terminate(database.pool, lost.pid);
        expect(await failed).toMatchObject({ code: "57P01" });
        await expect(lost.end()).rejects.toMatchObject({ code: "57P01" });
        const later = await Promise.all(Array.from({ length: 5 }, () => hold(auth)));
        const newPids = new Set(later.map(({ pid }) => pid));
        expect(held.filter(({ pid }) => newPids.has(pid))).toEqual([]);
        expect((await kept.client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
        await kept.end();
        const isOpen = () => database.rows("select from pg_stat_activity where pid = $1", [kept.pid]);
        await expect.poll(isOpen).toEqual([]);
        await Promise.all(later.map(({ end }) => end()));
        // Those that were opened later are used again, once they are reset.
        const isUsedAgain = async () => {
          const { pid, end } = await hold(auth);
          await end();
          const isKnown = newPids.has(pid);
          newPids.add(pid);
          return isKnown;
        };
        await expect.poll(isUsedAgain).toBe(true);
      });
    } finally {
      if (pool !== undefined) await endPool(pool);
    }
  },
);

test("F1: a connection that the driver closes itself ends the use of no other", async () => {
  await withDrivers({ ...config, idleTimeoutMillis: 0 }, async (auth) => {
    const [closed, kept] = (await Promise.all([hold(auth), hold(auth)])) as [Held, Held];
    await expect(closed.client.query("set client_encoding to latin1")).rejects.toThrow();
    await expect(closed.end()).rejects.toThrow();
    await kept.end();
    const isUsedAgain = async () => {
      const { pid, end } = await hold(auth);
      await end();
      return pid === kept.pid;
    };
    await expect.poll(isUsedAgain).toBe(true);
  });
});
