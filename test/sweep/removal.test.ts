import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import * as queries from "../../src/postgres/queries.js";
import { asRead, authOn, createUser, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { EXPIRING, type Expiring, insertion, useExpiringRows } from "../support/expiring-rows.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

const database = useDatabase();
const rows = useExpiringRows(database);
const auth = useAuth(database.url);
const observed = observedPool({ connectionString: database.url });
let cache: Cache;
beforeAll(async () => {
  cache = await createCache({ driver: createCacheDriver({ pool: observed.pool }) }).connect();
});
afterAll(async () => {
  await cache.disconnect();
  await endPool(observed.pool);
});

/** The counts that a sweep returns: both tables of tokens count as one, and budgets and exemptions both count as logins. */
type Swept = Record<"session" | "one_time_token" | "api_key" | "logins" | "cache", number>;

/** Sweeps everything. @returns how many rows were removed */
async function sweep(batchSize?: number): Promise<Swept> {
  const options = batchSize === undefined ? {} : { batchSize };
  const { sessions, oneTimeTokens, apiKeys, logInAttempts } = await auth.current.removeExpired(options);
  const entries = await cache.removeExpired(options);
  return {
    session: sessions,
    one_time_token: oneTimeTokens,
    api_key: apiKeys,
    logins: logInAttempts,
    cache: entries,
  };
}

/** The result of a sweep that removed this number of rows of each table. */
const all = (count: number): Swept => ({
  session: count,
  one_time_token: 2 * count,
  api_key: count,
  logins: 2 * count,
  cache: count,
});
const mayBeEndless = (table: Expiring) => ["session", "api_key", "cache"].includes(table);

describe("what is removed", () => {
  test("F14: expired rows, and never a live row", async () => {
    const expired = fc.constantFrom("'-infinity'", "now()", "now() - interval '1 microsecond'", "'0044-03-15 BC'");
    const past = fc.integer({ min: 1, max: 2_000_000_000 }).map((seconds) => `now() - interval '${seconds} seconds'`);
    const live = fc.constantFrom("'infinity'", "now() + interval '1 hour'", "'9999-12-31'", null);
    const expiries = fc.array(fc.oneof(expired, past, live), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(expiries, fc.integer({ min: 1, max: 8 }), async (given, batchSize) => {
        for (const table of EXPIRING) {
          await rows.insert(table, mayBeEndless(table) ? given : given.filter((expiry) => expiry !== null));
        }
        const isLive = "expires_at is null or expires_at > now() + interval '30 minutes'";
        const alive = await Promise.all(EXPIRING.map((table) => rows.count(table, isLive)));
        const dead = await Promise.all(EXPIRING.map((table) => rows.count(table, `not (${isLive})`)));
        const [session = 0, reset = 0, token = 0, key = 0, budget = 0, exemption = 0, entry = 0] = dead;
        const expected = {
          session,
          one_time_token: reset + token,
          api_key: key,
          logins: budget + exemption,
          cache: entry,
        };
        expect(await sweep(batchSize)).toEqual(expected);
        expect(await Promise.all(EXPIRING.map((table) => rows.count(table)))).toEqual(alive);
        expect(await Promise.all(EXPIRING.map((table) => rows.count(table, isLive)))).toEqual(alive);
        await database.rows(`truncate ${EXPIRING.map((table) => `pevensie.${table}`).join(", ")}`);
      }),
      { numRuns: 25 },
    );
  });

  test("F14: a row that expires now, and not one that expires a microsecond later", async () => {
    const removed = await auth.current.withTransaction(async (inside, client) => {
      // Within a transaction the time stands still.
      for (const table of EXPIRING.filter((expiring) => expiring !== "cache")) {
        await client.query(insertion(table, "3", "current_timestamp"));
        await client.query(insertion(table, "2", "current_timestamp + interval '1 microsecond'"));
      }
      const counts = await inside.removeExpired();
      const { rows: left } = await client.query(`
        select (select count(*)::int from pevensie.session) as sessions,
          (select count(*)::int from pevensie.one_time_token) as tokens,
          (select count(*)::int from pevensie.user_token) as "userTokens",
          (select count(*)::int from pevensie.api_key) as "apiKeys",
          (select count(*)::int from pevensie.log_in_budget) as budgets,
          (select count(*)::int from pevensie.log_in_exemption) as exemptions`);
      expect(left).toEqual([{ sessions: 2, tokens: 2, userTokens: 2, apiKeys: 2, budgets: 2, exemptions: 2 }]);
      return counts;
    });
    expect(removed).toEqual({ sessions: 3, oneTimeTokens: 6, apiKeys: 3, logInAttempts: 6 });
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      await client.query(insertion("cache", "3", "current_timestamp"));
      await client.query(insertion("cache", "2", "current_timestamp + interval '1 microsecond'"));
      const params = { fromPage: 0, toPage: 100, batchSize: 100 };
      expect(await queries.removeExpiredCacheEntries.run(params, client)).toEqual([
        { removed: 3, milliseconds: expect.stringMatching(/^\d+\.\d+$/) },
      ]);
      const { rows: left } = await client.query("select from pevensie.cache");
      expect(left).toHaveLength(2);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("F14: by the public functions: expired sessions, tokens and entries, and no live ones", async () => {
    const user = await createUser(auth.current, { password: null });
    const sessions = [
      await auth.current.createSession({ userId: user.id, ttlSeconds: 60 }),
      await auth.current.createSession({ userId: user.id, ttlSeconds: 60 }),
      await auth.current.createSession({ userId: user.id }),
    ] as const;
    await database.rows("update pevensie.session set expires_at = now() where id = $1", [sessions[0].id]);
    const owner = { userId: user.id, tokenType: "password-reset" } as const;
    const token = await auth.current.createOneTimeToken({ ...owner, ttlSeconds: 60 });
    await cache.set("type", "live", "value", { ttlSeconds: 60 });
    await cache.set("type", "endless", "value");
    await cache.set("type", "expired", "value", { ttlSeconds: 60 });
    await database.rows("update pevensie.cache set expires_at = now() where key = 'expired'");
    expect(await sweep()).toEqual({ session: 1, one_time_token: 0, api_key: 0, logins: 0, cache: 1 });
    expect(await auth.current.getSession(sessions[0].id)).toBeNull();
    for (const session of sessions.slice(1)) expect(await auth.current.getSession(session.id)).toEqual(asRead(session));
    expect(await auth.current.validateOneTimeToken({ ...owner, token })).toBe(true);
    expect((await cache.getMany("type", ["live", "endless", "expired"])).size).toBe(2);
  });

  test.each(["'-infinity'", "'0044-03-15 BC'", "'4713-01-01 BC'", "'0001-01-01'"])(
    "F14: rows that expired at %s, batch after batch",
    async (expiry) => {
      for (const table of EXPIRING) await rows.insertMany(table, 5, expiry);
      expect(await sweep(1)).toEqual(all(5));
    },
  );

  test("F14: nothing, if no row has expired", async () => {
    expect(await sweep()).toEqual(all(0));
    for (const table of EXPIRING) await rows.insertMany(table, 10, "'infinity'");
    expect(await sweep()).toEqual(all(0));
    for (const table of EXPIRING) expect(await rows.count(table)).toBe(10);
  });
});

describe("in batches", () => {
  test.each([1, 7, 12, 50, 1000])("F14: of %i rows at most", async (batchSize) => {
    await database.pool.query(`
      create table public.batch (of text, size int);
      create function public.note_batch() returns trigger language plpgsql as $$
      begin
        insert into public.batch select tg_table_name, count(*) from removed;
        return null;
      end
      $$`);
    try {
      for (const table of EXPIRING) {
        await database.rows(`create trigger note_batch after delete on pevensie.${table}
          referencing old table as removed for each statement execute function public.note_batch()`);
        await rows.insertMany(table, 50, "now()");
        await rows.insertMany(table, 5, "'infinity'");
      }
      expect(await sweep(batchSize)).toEqual(all(50));
      const batches = await database.rows<{ of: Expiring; largest: number; sum: number }>(
        "select of, max(size) as largest, sum(size)::int as sum from public.batch group by of",
      );
      expect(batches).toHaveLength(EXPIRING.length);
      for (const { largest, sum } of batches) {
        // They begin small, and grow where they are soon over.
        expect(largest).toBeGreaterThanOrEqual(Math.min(batchSize, 10));
        expect(largest).toBeLessThanOrEqual(batchSize);
        expect(sum).toBe(50);
      }
    } finally {
      await database.pool.query("drop function public.note_batch cascade; drop table public.batch");
    }
  });

  test("F14: of 1,000 by default, each a statement of its own and no transaction", async () => {
    await rows.insertMany("cache", 2500, "now()");
    const sent = await statementsOf(observed, () => cache.removeExpired());
    expect(sent.filter((text) => text.includes("skip locked")).length).toBeGreaterThanOrEqual(3);
    expect(sent.join()).not.toMatch(/^(begin|commit)/m);
    expect(await rows.count("cache")).toBe(0);
  });

  test("F14: many rows that expire at exactly the same time", async () => {
    for (const table of EXPIRING) await rows.insertMany(table, 500, "'2000-01-01 00:00:00.123456+00'");
    expect(await sweep(10)).toEqual(all(500));
  });

  test.each([0, -1, 1.5, 100_001, Number.NaN, "10", null])("a batch size of %s is refused", async (batchSize) => {
    const options = { batchSize: batchSize as number };
    const refused = { code: "INVALID_INPUT", field: "batchSize" };
    await expect(auth.current.removeExpired(options)).rejects.toMatchObject(refused);
    await expect(cache.removeExpired(options)).rejects.toMatchObject(refused);
  });
});

describe("concurrently with others", () => {
  test("F14: four concurrent processes together remove each row once, and no live one", async () => {
    const expired = 20_000;
    for (const table of EXPIRING) {
      await rows.insertMany(table, expired, "now() - n * interval '1 millisecond'");
      await rows.insertMany(table, 1_000, "'infinity'");
    }
    const auths: Auth[] = await Promise.all(
      [1, 2, 3, 4].map(() => authOn({ connectionString: database.url, max: 1 }).connect()),
    );
    const caches = await Promise.all(
      [1, 2, 3, 4].map(() =>
        createCache({ driver: createCacheDriver({ connectionString: database.url, max: 1 }) }).connect(),
      ),
    );
    try {
      const [ofAuth, ofCache] = await Promise.all([
        Promise.all(auths.map((each) => each.removeExpired({ batchSize: 100 }))),
        Promise.all(caches.map((each) => each.removeExpired({ batchSize: 100 }))),
      ]);
      const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
      expect({
        session: sum(ofAuth.map(({ sessions }) => sessions)),
        one_time_token: sum(ofAuth.map(({ oneTimeTokens }) => oneTimeTokens)),
        api_key: sum(ofAuth.map(({ apiKeys }) => apiKeys)),
        logins: sum(ofAuth.map(({ logInAttempts }) => logInAttempts)),
        cache: sum(ofCache),
      }).toEqual(all(expired));
      for (const table of EXPIRING) expect(await rows.count(table)).toBe(1_000);
    } finally {
      await Promise.all([...auths, ...caches].map((each) => each.disconnect()));
    }
  });

  test("F14: rows locked by another transaction are skipped, and removed by the next sweep", async () => {
    for (const table of EXPIRING) await rows.insertMany(table, 20, "now()");
    const holder = await database.pool.connect();
    try {
      await holder.query("begin");
      for (const table of EXPIRING) await holder.query(`select from pevensie.${table} limit 3 for key share`);
      // It skips locked rows: a sweep that waited for them would hang here.
      expect(await sweep(7)).toEqual(all(17));
    } finally {
      await holder.query("rollback");
      holder.release();
    }
    expect(await sweep()).toEqual(all(3));
  });

  test("F14: a value that is being written survives, whether the write commits or not", async () => {
    const keys = ["committed", "rolled back"];
    await Promise.all(keys.map((key) => cache.set("type", key, "old", { ttlSeconds: 60 })));
    await database.rows("update pevensie.cache set expires_at = now()");
    for (const key of keys) {
      const holder = await database.pool.connect();
      try {
        await holder.query("begin");
        await queries.setCacheEntry.run({ resourceType: "type", key, value: "new", ttlSeconds: 60 }, holder);
        await cache.removeExpired();
        await holder.query(key === "committed" ? "commit" : "rollback");
      } finally {
        holder.release();
      }
    }
    expect(await cache.get("type", "committed")).toBe("new");
    expect(await cache.get("type", "rolled back")).toBeNull();
  });

  test("F14: values that are written during sweeps survive, 100 rounds", async () => {
    await using other = await createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
    const keys = Array.from({ length: 60 }, (_, index) => `key ${index}`);
    for (let round = 0; round < 100; round += 1) {
      await cache.setMany(
        "type",
        keys.map((key) => [key, "old"]),
        { ttlSeconds: 60 },
      );
      await database.rows("update pevensie.cache set expires_at = now()");
      const written = keys.filter((_, index) => (index + round) % 3 === 0);
      const value = `of round ${round}`;
      await Promise.all([
        other.removeExpired({ batchSize: 5 }),
        cache.removeExpired(),
        ...written.slice(0, 10).map((key) => cache.set("type", key, value, { ttlSeconds: 60 })),
        cache.setMany(
          "type",
          written.slice(10).map((key) => [key, value]),
        ),
        cache.getMany("type", keys),
        ...keys.map((key) => other.get("type", key)),
      ]);
      expect(await cache.getMany("type", keys)).toEqual(new Map(written.map((key) => [key, value])));
    }
  });

  test("F14: a session that is extended during a sweep survives", async () => {
    await rows.insertMany("session", 10, "now()");
    const holder = await database.pool.connect();
    try {
      await holder.query("begin; update pevensie.session set expires_at = 'infinity' where user_agent in ('1', '2')");
      expect((await auth.current.removeExpired({ batchSize: 3 })).sessions).toBe(8);
      await holder.query("commit");
    } finally {
      holder.release();
    }
    expect((await auth.current.removeExpired()).sessions).toBe(0);
    expect(await rows.count("session")).toBe(2);
  });
});
