import pg from "pg";
import { expect, test } from "vitest";
import { asRead, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";

const database = useDatabase();
const config = { connectionString: database.url };

const OTHERS = "datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()";

/** Ends every connection of the database but those of the test's own pool, waits until they have ended, and returns their number. */
async function terminateAll(): Promise<number> {
  const rows = await database.rows<{ ended: boolean }>(
    `select pg_terminate_backend(pid, 10000) as ended from pg_stat_activity where ${OTHERS}`,
  );
  expect(await database.rows(`select pid from pg_stat_activity where ${OTHERS}`)).toEqual([]);
  // `ended` is false for a connection that an earlier test closed and that is gone already.
  return rows.filter(({ ended }) => ended).length;
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
