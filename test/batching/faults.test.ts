import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { now } from "../../src/timers.js";
import { asRead, authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { IMPATIENT } from "../support/patience.js";
import { TcpProxy } from "../support/tcp-proxy.js";

/** The time that the package reads. A test stops it so that no statement becomes slow, however busy the machine is. */
const clock = vi.hoisted((): { stoppedAt: number | undefined } => ({ stoppedAt: undefined }));
vi.mock("../../src/timers.js", async (original) => {
  const timers = await original<typeof import("../../src/timers.js")>();
  return { ...timers, now: () => clock.stoppedAt ?? timers.now() };
});

const database = useDatabase();

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  clock.stoppedAt = undefined;
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** An auth and a cache behind a proxy. */
async function throughProxy<T>(work: (proxy: TcpProxy, auth: Auth, cache: Cache) => Promise<T>): Promise<T> {
  const proxy = await TcpProxy.start(database.url);
  cleanUps.push(() => proxy.stop());
  const config = { connectionString: proxy.url, ...IMPATIENT };
  return withDrivers(config, (auth, cache) => work(proxy, auth, cache));
}

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Makes concurrent calls, so that those of the next turn share statements from the first one on. */
async function startBatching(call: () => Promise<unknown>): Promise<void> {
  await Promise.all(times(5).map(call));
}

/** The number of calls by outcome: "answered", or the code of an error. */
async function tally(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(calls)) {
    const what = outcome.status === "fulfilled" ? "answered" : (outcome.reason as { code: string }).code;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

describe("one row at fault", () => {
  const constrain = "alter table pevensie.cache add constraint no_bad_value check (value <> 'bad')";

  test.each([1, 2, 16, 100, 600])("among %i fails alone, its neighbours succeed", async (count) => {
    await database.pool.query(constrain);
    cleanUps.push(() => database.pool.query("alter table pevensie.cache drop constraint no_bad_value"));
    const type = `of ${count}`;
    const bad = Math.floor(count / 3);
    await withDrivers({ connectionString: database.url }, async (_, cache) => {
      const outcomes = await Promise.allSettled(
        times(count).map((index) => cache.set(type, `key ${index}`, index === bad ? "bad" : `value ${index}`)),
      );
      outcomes.forEach((outcome, index) => {
        if (index !== bad) expect(outcome.status).toBe("fulfilled");
        else expect(outcome).toMatchObject({ status: "rejected", reason: { code: "CONSTRAINT_VIOLATED" } });
      });
      const kept = await cache.getMany(
        type,
        times(count).map((index) => `key ${index}`),
      );
      expect(kept.size).toBe(count - 1);
      for (const [key, value] of kept) expect(value).toBe(key.replace("key", "value"));
    });
  });

  test("is found by halving: a few statements, not one for each call", async () => {
    await database.pool.query(constrain);
    cleanUps.push(() => database.pool.query("alter table pevensie.cache drop constraint no_bad_value"));
    const observed = observedPool({ connectionString: database.url });
    await using cache = await createCache({ driver: createCacheDriver({ pool: observed.pool }) }).connect();
    cleanUps.push(() => endPool(observed.pool));
    const sent = await statementsOf(observed, () =>
      tally(times(512).map((index) => cache.set("halving", `key ${index}`, index === 300 ? "bad" : "good"))),
    );
    expect(sent.length).toBeLessThan(30);
  });

  test("all at fault: each call is rejected", async () => {
    await database.pool.query(constrain);
    cleanUps.push(() => database.pool.query("alter table pevensie.cache drop constraint no_bad_value"));
    await withDrivers({ connectionString: database.url }, async (_, cache) => {
      const calls = times(40).map((index) => cache.set("all", `key ${index}`, "bad"));
      expect(await tally(calls)).toEqual({ CONSTRAINT_VIOLATED: 40 });
    });
  });
});

test("G33: metadata that is too deep to be copied fails no lookup, also if a batch has its user twice", async () => {
  await withDrivers({ connectionString: database.url }, async (auth) => {
    const users = await Promise.all(times(6).map(() => createUser(auth, { password: null })));
    const sessions = await Promise.all(users.map(({ id }) => auth.createSession({ userId: id })));
    const metadata = "[".repeat(6000) + "]".repeat(6000);
    await database.rows('update pevensie."user" set user_metadata = $2 where id = $1', [users[3]?.id, metadata]);
    expect(() => structuredClone(JSON.parse(metadata))).toThrow(RangeError);
    const lookups = [
      (place: number) => auth.getUserById(users[place]?.id as string),
      (place: number) => auth.getUserByEmail(users[place]?.email as string),
      async (place: number) => (await auth.getSessionWithUser(sessions[place]?.id as string))?.user ?? null,
    ];
    for (const lookUp of lookups) {
      await startBatching(() => lookUp(0));
      const places = times(6).flatMap((place) => [place, place, place]);
      const found = await Promise.all(places.map(lookUp));
      expect(found.map((user) => user?.id)).toEqual(places.map((place) => users[place]?.id));
    }
  });
});

describe("a connection that is lost during a batch", () => {
  test("reads are retried once, and answered", async () => {
    await throughProxy(async (proxy, auth, cache) => {
      const user = await createUser(auth, { password: null });
      const session = await auth.createSession({ userId: user.id });
      await cache.set("type", "key", "value");
      const reads = {
        getUsersById: () => auth.getUserById(user.id),
        getUsersByEmail: () => auth.getUserByEmail(user.email),
        getSessionsById: () => auth.getSession(session.id),
        getCacheEntries: () => cache.get("type", "key"),
      };
      for (const [name, read] of Object.entries(reads)) {
        const expected = name === "getSessionsById" ? asRead(session) : await read();
        await startBatching(read);
        proxy.cuts = 0;
        proxy.cutReplyTo(`pevensie_${name}_`);
        expect(await Promise.all(times(10).map(() => read()))).toEqual(new Array(10).fill(expected));
        expect(proxy.cuts).toBe(1);
      }
    });
  });

  test("reads whose retry is lost too each fail with CONNECTION_UNAVAILABLE", async () => {
    await throughProxy(async (proxy, _, cache) => {
      await cache.set("type", "key", "value");
      await startBatching(() => cache.get("type", "key"));
      // Three statements on one connection share the calls, and each is retried on a connection of its own.
      clock.stoppedAt = now();
      proxy.cutReplyTo("lost for good", 4);
      expect(await tally(times(20).map(() => cache.get("lost for good", "key")))).toEqual({
        CONNECTION_UNAVAILABLE: 20,
      });
      expect(proxy.cuts).toBe(4);
      expect(await cache.get("type", "key")).toBe("value");
    });
  });

  test("writes each fail with OUTCOME_UNKNOWN, and are not retried", async () => {
    await throughProxy(async (proxy, _, cache) => {
      await startBatching(() => cache.set("type", "key", "value"));
      await startBatching(() => cache.delete("type", "key"));
      await database.pool.query("create table public.written (at int); truncate pevensie.cache");
      await database.pool.query(`
        create function public.note() returns trigger language plpgsql as
          $$ begin insert into public.written values (1); return null; end $$;
        create trigger note after insert or delete on pevensie.cache for each statement execute function public.note()`);
      cleanUps.push(() => database.pool.query("drop function public.note cascade; drop table public.written"));
      proxy.cutReplyTo("pevensie_setCacheEntries_");
      // So few calls are of one statement.
      const sets = times(7).map((index) => cache.set("lost", `${index} key`, "value"));
      expect(await tally(sets)).toEqual({ OUTCOME_UNKNOWN: 7 });
      expect(await database.rows("select from public.written")).toHaveLength(1);
      proxy.cutReplyTo("pevensie_deleteCacheEntries_");
      const deletes = times(7).map((index) => cache.delete("lost", `${index} key`));
      expect(await tally(deletes)).toEqual({ OUTCOME_UNKNOWN: 7 });
      expect(await database.rows("select from public.written")).toHaveLength(2);
      expect(proxy.cuts).toBe(2);
    });
  });
});

describe("a wrapper of pg's query", () => {
  const refusal = new Error("refused by the wrapper");
  const refusals: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw refusal;
    },
    rejects: () => new Promise((_, reject) => setTimeout(reject, 20, refusal)),
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each(Object.entries(refusals))(
    "that %s once: the lookups of that statement and those queued behind it are retried, and answered",
    async (_, refuse) => {
      await withDrivers({ connectionString: database.url, ...IMPATIENT }, async (_auth, cache) => {
        await cache.set("type", "key", "value");
        await startBatching(() => cache.get("type", "key"));
        // Three statements share the calls, and wait for one connection.
        vi.spyOn(pg.Client.prototype, "query").mockImplementationOnce(refuse as never);
        expect(await tally(times(20).map(() => cache.get("type", "key")))).toEqual({ answered: 20 });
      });
    },
  );
});

describe("a server that stops responding", () => {
  test("queued calls are rejected together with those in flight, and not batch after batch", async () => {
    await throughProxy(async (proxy, _, cache) => {
      await cache.set("type", "key", "value");
      await startBatching(() => cache.get("type", "key"));
      proxy.stall();
      const before = proxy.accepted;
      const calls = times(20_000).map(() => cache.get("type", "key"));
      // On a busy machine a batch may have waited for a second connection, which times out as well.
      const { TIMEOUT: timedOut = 0, CONNECTION_UNAVAILABLE: unconnected = 0 } = await tally(calls);
      expect(timedOut + unconnected).toBe(20_000);
      // A second connection, attempts to open it, and requests to cancel what was given up. In turn, 40 batches would each have waited for
      // a connection of their own.
      expect(proxy.accepted - before).toBeLessThan(10);
      proxy.pass();
      expect(await cache.get("type", "key")).toBe("value");
    });
  });

  test("writes in flight fail with OUTCOME_UNKNOWN, queued ones with an error that says they had no effect", async () => {
    await throughProxy(async (proxy, _, cache) => {
      await startBatching(() => cache.set("type", "key", "value"));
      proxy.stall();
      const outcomes = await tally(times(20_000).map((index) => cache.set("silent", `key ${index}`, "value")));
      const { OUTCOME_UNKNOWN: sent = 0, TIMEOUT: timedOut = 0, CONNECTION_UNAVAILABLE: unconnected = 0 } = outcomes;
      expect(sent).toBeGreaterThan(0);
      // Three statements of 512 at most.
      expect(sent).toBeLessThanOrEqual(1536);
      // Where a batch has waited for a second connection, as on a busy machine, its calls have the other of the two codes.
      expect(sent + timedOut + unconnected).toBe(20_000);
    });
  });
});

describe("disconnect()", () => {
  test("waits for queued calls, and refuses those after it", async () => {
    const cache = await createCache({
      driver: createCacheDriver({ connectionString: database.url, max: 2 }),
    }).connect();
    await cache.set("type", "key", "value");
    const gets = times(10_000).map(() => cache.get("type", "key"));
    const sets = times(2_000).map((index) => cache.set("late", `key ${index}`, "value"));
    const disconnected = cache.disconnect();
    expect(await codeOf(cache.get("type", "key"))).toBe("NOT_CONNECTED");
    expect(await codeOf(cache.set("type", "key", "late"))).toBe("NOT_CONNECTED");
    expect(await tally(gets)).toEqual({ answered: 10_000 });
    expect(await tally(sets)).toEqual({ answered: 2_000 });
    await disconnected;
    expect(await database.rows("select from pevensie.cache where resource_type = 'late'")).toHaveLength(2_000);
  });

  test("rejects calls that the server does not answer in time", async () => {
    const config = { connectionString: database.url, ...IMPATIENT };
    const auth = await authOn(config).connect();
    const user = await createUser(auth, { password: null });
    await whileHolding(database.url, 'lock table pevensie."user"', async () => {
      const calls = times(3_000).map((index) => auth.getUserById(index === 0 ? user.id : randomUUID()));
      const outcomes = tally(calls);
      await auth.disconnect();
      const { answered, ...refused } = await outcomes;
      expect(answered).toBeUndefined();
      expect(Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(3_000);
    });
  });
});
