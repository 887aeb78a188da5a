import pg from "pg";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Auth, Session } from "../../src/auth/index.js";
import type { Cache } from "../../src/cache/index.js";
import type { PostgresDriverConfig } from "../../src/postgres/index.js";
import { asRead, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { endPool } from "../support/fault-pool.js";
import { type ObservedPool, observedPool } from "../support/observed-pool.js";

/** A lookup deletes the expired rows that it finds if it can; it is answered whatever prevents the deletion. */

const database = useDatabase();
const poolOfOne = new pg.Pool({ connectionString: database.url, max: 1 });
afterAll(() => endPool(poolOfOne));

const times = (count: number) => Array.from({ length: count }, (_, index) => index);
const UNKNOWN = "0190163d-8694-739b-aea5-966c26f8ad90";
const EXPIRE = `
  update pevensie.cache set expires_at = now() where value = 'expired';
  update pevensie.session set expires_at = now() where user_agent = 'expired'`;

interface Fixture {
  readonly auth: Auth;
  readonly cache: Cache;
  readonly live: Session;
  readonly expired: Session;
}

/** An auth and a cache, and of sessions and entries one each that is live and one that has expired. */
async function withExpiredRows<T>(config: PostgresDriverConfig, work: (fixture: Fixture) => Promise<T>): Promise<T> {
  return withDrivers(config, async (auth, cache) => {
    const { id: userId } = await createUser(auth, { password: null });
    const live = await auth.createSession({ userId });
    const expired = await auth.createSession({ userId, userAgent: "expired", ttlSeconds: 60 });
    await cache.set("type", "live", "live");
    await cache.set("other", "expired", "live");
    await cache.set("type", "expired", "expired", { ttlSeconds: 60 });
    await database.rows(EXPIRE);
    return work({ auth, cache, live, expired });
  });
}

async function kept(): Promise<{ entries: number; sessions: number }> {
  const [counts] = await database.rows<{ entries: number; sessions: number }>(
    `select (select count(*)::int from pevensie.cache where value = 'expired') as entries,
       (select count(*)::int from pevensie.session where user_agent = 'expired') as sessions`,
  );
  return counts ?? { entries: Number.NaN, sessions: Number.NaN };
}

beforeEach(async () => {
  await database.rows("truncate pevensie.cache, pevensie.session");
});

interface Lookup {
  readonly call: (fixture: Fixture) => Promise<unknown>;
  readonly answer: (fixture: Fixture) => unknown;
}

const present = ({ expired }: Fixture) => [expired.id, { userAgent: "expired" }] as const;

/** A call among others that are answered by the same statement. */
const amongTwenty = <T>(live: () => Promise<T>, expired: () => Promise<T>) =>
  Promise.all(times(20).map((index) => (index === 10 ? expired() : live())));
const oneOfTwenty = (live: unknown) => times(20).map((index) => (index === 10 ? null : live));

const LOOKUPS: Readonly<Record<string, Lookup>> = {
  "cache.get": { call: ({ cache }) => cache.get("type", "expired"), answer: () => null },
  "cache.get, among live ones": {
    call: ({ cache }) =>
      amongTwenty(
        () => cache.get("type", "live"),
        () => cache.get("type", "expired"),
      ),
    answer: () => oneOfTwenty("live"),
  },
  "cache.getAll": { call: ({ cache }) => cache.getAll("expired"), answer: () => new Map([["other", "live"]]) },
  "cache.getMany": {
    call: ({ cache }) => cache.getMany("type", ["expired", "live"]),
    answer: () => new Map([["live", "live"]]),
  },
  "auth.getSession": { call: (fixture) => fixture.auth.getSession(...present(fixture)), answer: () => null },
  "auth.getSession, among live ones": {
    call: (fixture) =>
      amongTwenty(
        () => fixture.auth.getSession(fixture.live.id),
        () => fixture.auth.getSession(...present(fixture)),
      ),
    answer: ({ live }) => oneOfTwenty(asRead(live)),
  },
};

const own = { connectionString: database.url, query_timeout: 2_000 };
const CONFIGS: Readonly<Record<string, PostgresDriverConfig>> = {
  "a pool of the driver's": own,
  "a pool of one connection": { ...own, max: 1 },
  "a pool of the caller's, of one connection": { pool: poolOfOne, query_timeout: 2_000 },
  "no batching": { ...own, batching: false },
};

const HOLDERS: Readonly<Record<string, string>> = {
  "locked by another transaction": `
    select from pevensie.cache where value = 'expired' for update;
    select from pevensie.session where user_agent = 'expired' for update`,
  "in a table that an index is created on": "lock table pevensie.cache, pevensie.session in share mode",
};

/** Returns how many of a lookup's expired rows are left. */
const left = (name: string) => async () => (await kept())[name.startsWith("cache") ? "entries" : "sessions"];

describe.each(Object.entries(HOLDERS))("an expired row that is %s", (_, lock) => {
  describe.each(Object.entries(CONFIGS))("with %s", (_, config) => {
    test.each(Object.entries(LOOKUPS))("G33: %s is answered while the lock is held", async (name, { call, answer }) => {
      await withExpiredRows(config, async (fixture) => {
        await whileHolding(database.url, lock, async () => {
          expect(await call(fixture)).toEqual(answer(fixture));
          expect(await kept()).toEqual({ entries: 1, sessions: 1 });
        });
        expect(await call(fixture)).toEqual(answer(fixture));
        await expect.poll(left(name)).toBe(0);
      });
    });
  });

  test("G33: neither fails nor blocks a transaction that looks it up", async () => {
    await withExpiredRows(own, async (fixture) => {
      await whileHolding(database.url, lock, async () => {
        const found = await fixture.auth.withTransaction(async (inside) => [
          await inside.getSession(...present(fixture)),
          await inside.getSession(fixture.live.id),
        ]);
        expect(found).toEqual([null, asRead(fixture.live)]);
      });
    });
  });
});

describe.each(Object.entries(CONFIGS))("with %s", (_, config) => {
  test.each(Object.entries(LOOKUPS))(
    "G33: %s deletes the expired row before it is answered",
    async (name, { call }) => {
      let hasAwaitedDeletion = false;
      for (let attempt = 0; attempt < 5 && !hasAwaitedDeletion; attempt += 1) {
        await withExpiredRows(config, async (fixture) => {
          const start = performance.now();
          await call(fixture);
          // A lookup waits for the deletion for a second at most. If it took less, the deletion has ended.
          hasAwaitedDeletion = performance.now() - start < 900;
          if (hasAwaitedDeletion) expect(await left(name)()).toBe(0);
          else await expect.poll(left(name)).toBe(0);
        });
      }
      expect(hasAwaitedDeletion, "an attempt ended within 900 ms").toBe(true);
    },
  );
});

test("G33: a locked expired row does not prevent the deletion of others", async () => {
  await withExpiredRows(own, async ({ auth, cache, expired }) => {
    await cache.set("type", "locked", "expired", { ttlSeconds: 60 });
    const locked = await auth.createSession({ userId: expired.userId, userAgent: "expired", ttlSeconds: 60 });
    await database.rows(EXPIRE);
    const lock = `
      select from pevensie.cache where key = 'locked' for update;
      select from pevensie.session where id = '${locked.id}' for update`;
    await whileHolding(database.url, lock, async () => {
      expect(await cache.getMany("type", ["locked", "expired"])).toEqual(new Map());
      // The first call is sent alone, the others share a statement, and a removal.
      const ids = [UNKNOWN, UNKNOWN, locked.id, expired.id];
      const found = await Promise.all(ids.map((id) => auth.getSession(id, { userAgent: "expired" })));
      expect(found).toEqual([null, null, null, null]);
      await expect.poll(kept).toEqual({ entries: 1, sessions: 1 });
    });
  });
});

test("G33: a deletion that waits for a lock on the table releases its connection while the lock is held", async () => {
  // Longer than the calls wait for the connection: only the deletion's own timeout releases it earlier.
  await withExpiredRows({ ...own, max: 1, query_timeout: 170_000 }, async ({ auth, cache, live, expired }) => {
    await whileHolding(database.url, "lock table pevensie.cache, pevensie.session in share mode", async () => {
      expect(await cache.get("type", "expired")).toBeNull();
      expect(await cache.get("type", "live")).toBe("live");
      expect(await auth.getSession(expired.id, { userAgent: "expired" })).toBeNull();
      expect(await auth.getSession(live.id)).toEqual(asRead(live));
    });
  });
});

describe("in read-only transactions", () => {
  test.each(Object.entries(LOOKUPS))("G33: %s is answered as elsewhere", async (_, { call, answer }) => {
    const readOnly = { ...own, connectionParameters: { default_transaction_read_only: "on" } };
    await withExpiredRows(own, async ({ live, expired }) => {
      await withDrivers(readOnly, async (auth, cache) => {
        const fixture = { auth, cache, live, expired };
        expect(await call(fixture)).toEqual(answer(fixture));
      });
    });
  });

  test("G33: a caller's read-only transaction continues after a lookup of an expired session", async () => {
    await withExpiredRows(own, async (fixture) => {
      const client = await database.pool.connect();
      try {
        await client.query("begin read only");
        const found = await fixture.auth.withTransaction((inside) => inside.getSession(...present(fixture)), {
          client,
        });
        expect(found).toBeNull();
        expect((await client.query("commit")).command).toBe("COMMIT");
      } finally {
        client.release();
      }
    });
  });
});

describe("while a deletion", () => {
  let observed: ObservedPool;
  let resume: () => void;
  const isRemoval = (text: string) => text.includes("delete from");

  /** Removals are sent once `resume` is called. */
  async function withHeldRemovals(max: number, work: (fixture: Fixture) => Promise<void>): Promise<void> {
    observed = observedPool({ connectionString: database.url, max });
    const held = new Promise<void>((resolve) => {
      resume = resolve;
    });
    try {
      await withExpiredRows({ pool: observed.pool }, async (fixture) => {
        observed.before = (text) => (isRemoval(text) ? held : undefined);
        await work(fixture);
        resume();
      });
    } finally {
      resume();
      await endPool(observed.pool);
    }
  }

  test("G33: is blocked, live rows of the same batch are answered, and the expired one is null", async () => {
    await withHeldRemovals(10, async ({ cache }) => {
      await Promise.all(times(5).map(() => cache.get("type", "absent")));
      const answers: unknown[] = [];
      const calls = ["live", "expired", "live", "live"].map(async (key) => {
        answers.push(await cache.get("type", key));
      });
      await expect.poll(() => observed.statements.some(isRemoval)).toBe(true);
      await expect.poll(() => answers.length).toBeGreaterThanOrEqual(3);
      expect(answers.slice(0, 3)).toEqual(["live", "live", "live"]);
      await Promise.all(calls);
      expect(answers[3]).toBeNull();
      expect(await kept()).toMatchObject({ entries: 1 });
    });
    expect(await kept()).toMatchObject({ entries: 0 });
  });

  test("G33: is blocked, others wait for it in one statement, however many rows have expired", async () => {
    await withHeldRemovals(10, async ({ cache }) => {
      const keys = times(300).map((index) => `key ${index}`);
      await cache.setMany(
        "flood",
        keys.map((key) => [key, "expired"]),
        { ttlSeconds: 60 },
      );
      await database.rows(EXPIRE);
      const first = cache.get("type", "expired");
      await expect.poll(() => observed.statements.filter(isRemoval)).toHaveLength(1);
      const flood = keys.flatMap((key) => [cache.get("flood", key), cache.get("flood", key)]);
      expect(await Promise.all(flood)).toEqual(new Array(600).fill(null));
      expect(await first).toBeNull();
      expect(observed.statements.filter(isRemoval)).toHaveLength(1);
      resume();
      await expect.poll(kept).toMatchObject({ entries: 0 });
      expect(observed.statements.filter(isRemoval)).toHaveLength(2);
    });
  });

  test("G33: cannot get a connection, the lookup is answered", async () => {
    await withHeldRemovals(1, async ({ cache }) => {
      const found = cache.get("type", "expired");
      // Another client acquires the connection as soon as the lookup has released it.
      const client = await observed.pool.connect();
      expect(await found).toBeNull();
      resume();
      client.release();
      expect(await cache.get("type", "live")).toBe("live");
    });
  });

  test("F12: is in flight, disconnect() waits for it", async () => {
    await withHeldRemovals(10, async ({ auth, expired }) => {
      const found = auth.getSession(expired.id, { userAgent: "expired" });
      await expect.poll(() => observed.statements.some(isRemoval)).toBe(true);
      let isDisconnected = false;
      const disconnected = auth.disconnect().then(() => {
        isDisconnected = true;
      });
      expect(await found).toBeNull();
      expect(isDisconnected).toBe(false);
      resume();
      await disconnected;
      expect(await kept()).toMatchObject({ sessions: 0 });
    });
  });
});
