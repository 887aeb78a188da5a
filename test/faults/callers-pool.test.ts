import type { EventEmitter } from "node:events";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";
import { IMPATIENT } from "../support/patience.js";

const database = useDatabase();

let pool: pg.Pool;
let clients: Set<pg.PoolClient>;

beforeEach(() => {
  // Without an idle timeout: a connection may stay unused for long.
  pool = new pg.Pool({ connectionString: database.url, max: 4, idleTimeoutMillis: 0 });
  clients = new Set();
  pool.on("connect", (client) => clients.add(client));
});
afterEach(() => endPool(pool));

/** How many listeners there are to each event. */
function listenersOf(emitter: EventEmitter): Record<string, number> {
  return Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));
}

/** Every connection of the pool, each with a listener count, while they lie idle. */
async function idleClients(): Promise<Record<string, number>[]> {
  await expect.poll(() => pool.idleCount).toBe(pool.totalCount);
  return [...clients].map(listenersOf);
}

test("F12: a caller's pool is not ended, and neither it nor its connections keep a listener of the package", async () => {
  const held = await Promise.all([1, 2, 3, 4].map(() => pool.connect()));
  for (const client of held) client.release();
  const before = { pool: listenersOf(pool), clients: await idleClients() };
  expect(before.clients).toHaveLength(4);
  for (let round = 0; round < 3; round += 1) {
    await withDrivers({ pool }, async (auth, cache) => {
      await Promise.all([walkAuth(auth), walkCache(cache), walkAuth(auth), walkCache(cache)]);
    });
  }
  expect({ pool: listenersOf(pool), clients: await idleClients() }).toEqual(before);
  expect([pool.ending, pool.ended]).toEqual([false, false]);
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("F12: while a driver uses it, listeners do not accumulate", async () => {
  await withDrivers({ pool }, async (auth) => {
    const user = await createUser(auth);
    const during = { pool: listenersOf(pool), clients: await idleClients() };
    for (let round = 0; round < 50; round += 1) await auth.setUserRole(user.id, String(round));
    await codeOf(createUser(auth, { email: user.email }));
    expect({ pool: listenersOf(pool), clients: await idleClients() }).toEqual(during);
  });
});

test("F12: disconnecting one driver does not disconnect another on the same pool", async () => {
  const [first, second] = [await authOn({ pool }).connect(), await authOn({ pool }).connect()];
  const user = await createUser(first);
  await first.disconnect();
  expect(await second.getUserById(user.id)).toEqual(user);
  // The listener that keeps the process alive is still there for the second one.
  await database.pool.query(
    "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  expect(await second.getUserById(user.id)).toEqual(user);
  await second.disconnect();
  expect(pool.listenerCount("error")).toBe(0);
});

test("F12: any number of drivers on one pool share one error listener", async () => {
  const auths = await Promise.all(Array.from({ length: 12 }, () => authOn({ pool }).connect()));
  expect(pool.listenerCount("error")).toBe(1);
  for (const auth of auths.slice(1)) await auth.disconnect();
  expect(pool.listenerCount("error")).toBe(1);
  await auths[0]?.disconnect();
  expect(pool.listenerCount("error")).toBe(0);
});

test("F12: at its deadline the driver does not end the application's own queries on the pool", async () => {
  const auth = await authOn({ pool, query_timeout: IMPATIENT.query_timeout }).connect();
  const own = pool.query("select pg_sleep(4), 'mine' as whose");
  await auth.disconnect();
  expect((await own).rows).toMatchObject([{ whose: "mine" }]);
});

test("F12: an acquired connection that is lost is removed from the pool, without a listener", async () => {
  await withDrivers({ pool }, async (auth) => {
    const user = await createUser(auth);
    await whileHolding(database.url, `lock table pevensie."user" in share mode`, async () => {
      const code = codeOf(auth.setUserRole(user.id, "dead"));
      await terminate(database.pool, await waitForBlockedBackend(database.pool));
      expect(await code).toBe("CONNECTION_UNAVAILABLE");
    });
    await auth.setUserRole(user.id, "alive");
  });
  for (const client of clients) expect(listenersOf(client)["error"] ?? 0).toBeLessThanOrEqual(1);
  expect(pool.listenerCount("error")).toBe(0);
});

test("F12: calls on a pool that the application has ended fail with a typed error, and disconnect() succeeds", async () => {
  const own = new pg.Pool({ connectionString: database.url });
  const auth = await authOn({ pool: own }).connect();
  await endPool(own);
  expect(await codeOf(auth.listUsers())).toBe("CONNECTION_UNAVAILABLE");
  await auth.disconnect();
});
