import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createAuthDriver, createCacheDriver } from "../../src/postgres/index.js";
import { asRead, authOn, createUser, PASSWORD } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { backendsWaiting, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { codeOf, timed } from "../support/fault-outcome.js";
import { IMPATIENT, SLACK } from "../support/patience.js";
import { runFixture } from "../support/process.js";

const database = useDatabase();
const config = { connectionString: database.url };

/** Every connection to the database but those of the test's own pool. */
async function othersConnections(): Promise<number> {
  const rows = await database.rows(
    "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name = 'under test'",
  );
  return rows.length;
}
const named = { ...config, connectionParameters: { application_name: "under test" } };

describe("with queries in flight", () => {
  const LOCK = `lock table pevensie."user" in access exclusive mode`;

  test("F12: disconnect() refuses new calls, drains those in flight, then closes", async () => {
    const auth = await authOn(named).connect();
    const user = await createUser(auth);
    const { call, disconnected } = await whileHolding(database.url, LOCK, async () => {
      const call = auth.getUserById(user.id);
      await waitForBlockedBackend(database.pool);
      const disconnected = auth.disconnect();
      expect(await codeOf(auth.getUserById(user.id))).toBe("NOT_CONNECTED");
      expect(await codeOf(auth.deleteUserById(user.id))).toBe("NOT_CONNECTED");
      expect(await othersConnections()).toBeGreaterThan(0);
      return { call, disconnected };
    });
    expect(await call).toEqual(user);
    await disconnected;
    await expect.poll(othersConnections).toBe(0);
  });

  test("F12: a transaction in flight is completed", async () => {
    const auth = await authOn(named).connect();
    const user = await createUser(auth);
    await auth.createSession({ userId: user.id });
    const lock = "lock table pevensie.session in share mode";
    const { call, disconnected } = await whileHolding(database.url, lock, async () => {
      const call = auth.deleteUserById(user.id);
      await waitForBlockedBackend(database.pool);
      return { call, disconnected: auth.disconnect() };
    });
    expect((await call).deletedAt).not.toBeNull();
    await disconnected;
    expect(await database.rows("select from pevensie.session where user_id = $1", [user.id])).toHaveLength(0);
  });

  test("F12: a login in flight, between its statements, is completed or fails with NOT_CONNECTED", async () => {
    const auth = await authOn(named).connect();
    const user = await createUser(auth);
    const call = auth.logInUser({ email: user.email, password: PASSWORD }).then(
      (loggedIn) => loggedIn?.user.id,
      (error: { code: string }) => error.code,
    );
    await auth.disconnect();
    expect([user.id, "NOT_CONNECTED"]).toContain(await call);
    await expect.poll(othersConnections).toBe(0);
  });

  test("F12: calls that do not end are rejected at the deadline, with a typed error", async () => {
    const auth = await authOn({ ...named, ...IMPATIENT }).connect();
    const user = await createUser(auth);
    await whileHolding(database.url, LOCK, async () => {
      const calls = [codeOf(auth.getUserById(user.id)), codeOf(auth.setUserRole(user.id, "late"))];
      const { elapsed } = await timed(async () => {
        await auth.disconnect();
      });
      expect(elapsed).toBeLessThan(IMPATIENT.query_timeout + SLACK);
      for (const code of await Promise.all(calls)) {
        expect(["TIMEOUT", "OUTCOME_UNKNOWN", "CONNECTION_UNAVAILABLE", "NOT_CONNECTED"]).toContain(code);
      }
    });
    await expect.poll(othersConnections).toBe(0);
  });

  test("F12: many calls made immediately before are all answered", async () => {
    const cache = await createCache({ driver: createCacheDriver(named) }).connect();
    const calls = Array.from({ length: 100 }, (_, index) => cache.set("flight", String(index), "value"));
    await Promise.all([cache.disconnect(), ...calls]);
    expect(await database.rows("select from pevensie.cache where resource_type = 'flight'")).toHaveLength(100);
  });

  describe.each([1, 2, 10])("with %d connections", (max) => {
    const bulk = { ...named, max };
    const KEYS = Array.from({ length: 3000 }, (_, index) => `k${index}`);
    const SOME = KEYS.slice(0, 20);
    const stored = () => database.rows("select from pevensie.cache where resource_type = 'bulk'");
    const FILL = "insert into pevensie.cache (resource_type, key, value) select 'bulk', unnest($1::text[]), 'v'";

    /** Bulk calls, and how many entries are left once all of them have been answered. */
    const calls: Readonly<Record<string, (cache: Cache) => readonly [Promise<unknown>[], number]>> = {
      "setMany, twenty times": (cache) => [SOME.map((key) => cache.setMany("bulk", [[key, "v"]])), KEYS.length],
      "setMany with tags, twenty times": (cache) => [
        SOME.map((key) => cache.setMany("bulk", [[key, "v"]], { tags: ["tag"] })),
        KEYS.length,
      ],
      "deleteMany, twenty times": (cache) => [SOME.map((key) => cache.deleteMany("bulk", [key])), KEYS.length - 20],
      "setMany of many entries": (cache) => [
        [cache.setMany("bulk", new Map(KEYS.map((key) => [key, "w"])))],
        KEYS.length,
      ],
      "deleteMany of many keys": (cache) => [[cache.deleteMany("bulk", KEYS)], 0],
      "getMany of many keys": (cache) => [[cache.getMany("bulk", KEYS)], KEYS.length],
      clear: (cache) => [[cache.clear("bulk")], 0],
    };

    test.each(Object.entries(calls))("F12: all chunks of %s, queued ones included, are sent", async (_, make) => {
      for (const batching of [true, false]) {
        await database.pool.query("truncate pevensie.cache");
        await database.pool.query(FILL, [KEYS]);
        const cache = await createCache({ driver: createCacheDriver({ ...bulk, batching }) }).connect();
        const [made, left] = make(cache);
        const outcomes = Promise.allSettled(made);
        // A turn in which those are sent for which there is a place.
        if (batching) await new Promise(setImmediate);
        await cache.disconnect();
        expect((await outcomes).filter(({ status }) => status === "rejected")).toEqual([]);
        expect(await stored()).toHaveLength(left);
      }
    });
  });

  test("F12: queued chunks of bulk calls are rejected at the deadline, and none is sent later", async () => {
    const cache = await createCache({ driver: createCacheDriver({ ...named, ...IMPATIENT, max: 2 }) }).connect();
    const codes = await whileHolding(database.url, "lock table pevensie.cache in access exclusive mode", async () => {
      const calls = Array.from({ length: 20 }, (_, index) => codeOf(cache.setMany("late", [[`k${index}`, "v"]])));
      await expect.poll(() => backendsWaiting(database.pool)).not.toEqual([]);
      await cache.disconnect();
      return Promise.all(calls);
    });
    for (const code of codes) expect(["TIMEOUT", "OUTCOME_UNKNOWN", "NOT_CONNECTED"]).toContain(code);
    await expect.poll(othersConnections).toBe(0);
    // The server may still have executed those that it did not answer.
    const written = await database.rows("select from pevensie.cache where resource_type = 'late'");
    expect(written.length).toBeLessThanOrEqual(codes.filter((code) => code === "OUTCOME_UNKNOWN").length);
  });
});

describe("repeated and concurrent", () => {
  const kinds = [
    ["auth", () => createAuthDriver(named)],
    ["cache", () => createCacheDriver(named)],
  ] as const;

  test.each(kinds)(
    "F12: %s: disconnect() is idempotent, also concurrently and without a connection",
    async (_, create) => {
      const driver = create();
      await driver.disconnect();
      await driver.connect();
      await Promise.all([driver.disconnect(), driver.disconnect()]);
      await driver.disconnect();
      await expect.poll(othersConnections).toBe(0);
    },
  );

  test.each(kinds)("F12: %s: of two concurrent connects, one fails with ALREADY_CONNECTED", async (_, create) => {
    const driver = create();
    const [first, second] = await Promise.allSettled([driver.connect(), driver.connect()]);
    expect(first).toMatchObject({ status: "fulfilled" });
    expect(second).toMatchObject({ status: "rejected", reason: { code: "ALREADY_CONNECTED" } });
    expect(await codeOf(driver.connect())).toBe("ALREADY_CONNECTED");
    await driver.disconnect();
    await expect.poll(othersConnections).toBe(0);
  });

  test.each(kinds)(
    "F12: %s: connecting while disconnecting succeeds or fails with a typed error, and leaves no connection",
    async (_, create) => {
      const driver = create();
      await driver.connect();
      const disconnected = driver.disconnect();
      const outcome = await driver.connect().then(
        () => "connected",
        (error: { code: string }) => error.code,
      );
      expect(["connected", "ALREADY_CONNECTED"]).toContain(outcome);
      await disconnected;
      await driver.disconnect();
      await expect.poll(othersConnections).toBe(0);
    },
  );

  test.each(kinds)(
    "F12: %s: disconnecting while connecting succeeds or fails with a typed error, and leaves no connection",
    async (_, create) => {
      const driver = create();
      const [connected, disconnected] = await Promise.allSettled([driver.connect(), driver.disconnect()]);
      expect(disconnected.status).toBe("fulfilled");
      if (connected.status === "rejected") expect(connected.reason).toMatchObject({ code: "NOT_CONNECTED" });
      await driver.disconnect();
      await expect.poll(othersConnections).toBe(0);
    },
  );

  test.each(kinds)("F12: %s: the same driver connects again after it has disconnected", async (_, create) => {
    const driver = create();
    for (let round = 0; round < 3; round += 1) {
      await driver.connect();
      expect(await othersConnections()).toBeGreaterThan(0);
      await driver.disconnect();
    }
    await expect.poll(othersConnections).toBe(0);
  });

  test("F12: the object that disconnect() returns connects again, and the old object then works, too", async () => {
    const auth = await authOn(named).connect();
    const user = await createUser(auth);
    const disconnected = await auth.disconnect();
    expect(await codeOf(auth.getUserById(user.id))).toBe("NOT_CONNECTED");
    const again = await disconnected.connect();
    expect(await again.getUserById(user.id)).toEqual(user);
    await again.disconnect();
  });

  test("F12: pending acquires are rejected with NOT_CONNECTED, and none is left after reconnecting", async () => {
    const auth = await authOn({ ...named, max: 1, query_timeout: IMPATIENT.query_timeout }).connect();
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    let isHeld = false;
    const holding = auth.withTransaction(async (_, client) => {
      for (;;) {
        await client.query("select pg_catalog.pg_sleep(0.05)");
        isHeld = true;
      }
    });
    await expect.poll(() => isHeld).toBe(true);
    const waiting: Promise<string>[] = [];
    for (let call = 0; call < 8; call += 1) {
      waiting.push(codeOf(auth.getSession(session.id)), codeOf(auth.deleteSession(session.id)));
      await sleep(10);
    }
    const outcomes = Promise.allSettled([holding]);
    const again = await (await auth.disconnect()).connect();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["NOT_CONNECTED"]));
    expect(await again.getSession(session.id)).toEqual(asRead(session));
    await outcomes;
    await again.disconnect();
  });

  test("F12: a disposed auth and cache are disconnected", async () => {
    let cache: Cache;
    {
      await using disposed = await createCache({ driver: createCacheDriver(named) }).connect();
      cache = disposed;
      await cache.set("type", "key", "value");
    }
    expect(await codeOf(cache.get("type", "key"))).toBe("NOT_CONNECTED");
    await expect.poll(othersConnections).toBe(0);
  });
});

test.each(["exit-config.ts", "exit-pool.ts"])(
  "F12: a process exits by itself after disconnect() (%s)",
  async (fixture) => {
    const outcome = await runFixture(fixture, { DATABASE_URL: database.url });
    expect(outcome).toMatchObject({ status: 0, signal: null, stdout: "disconnected\n", stderr: "" });
  },
);

test("F12: a process exits by itself after a connect() that failed", async () => {
  const url = Object.assign(new URL(database.url), { pathname: "/no_such_database" }).href;
  const outcome = await runFixture("exit-failed.ts", { DATABASE_URL: url });
  expect(outcome).toMatchObject({ status: 0, signal: null, stdout: "CONNECTION_UNAVAILABLE\n", stderr: "" });
});
