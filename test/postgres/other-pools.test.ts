import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import {
  createAuthDriver,
  createCacheDriver,
  migrate,
  type PostgresClient,
  type PostgresPool,
  type PostgresPoolClient,
} from "../../src/postgres/index.js";
import { authOn, createUser, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";

/** Pools and clients that are not of pg's classes, but have what the drivers use of them. */

const database = useDatabase();

let pool: pg.Pool;
beforeEach(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
});
afterEach(() => endPool(pool));

/** The function `query` of a client, without its form with a callback. */
function promised(client: pg.PoolClient): PostgresClient["query"] {
  return (query, values) => client.query(query as string, Array.isArray(values) ? values : undefined);
}

/** A client with nothing but what {@link PostgresPoolClient} declares. Its functions know no callbacks. */
function bare(client: pg.PoolClient): PostgresPoolClient {
  return {
    query: promised(client),
    on: (event: "error" | "notice", listener: (given: never) => void) =>
      client.on(event as "error", listener as () => void),
    off: (event: "error" | "notice", listener: (given: never) => void) => client.off(event, listener as () => void),
    release: (destroy) => client.release(destroy),
  };
}

/** A pool with nothing but what {@link PostgresPool} requires. */
function barePool(): PostgresPool {
  return {
    connect: async () => bare(await pool.connect()),
    on: (event, listener) => pool.on(event, listener),
    off: (event, listener) => pool.off(event, listener),
  };
}

describe("G66: a pool of promises", () => {
  test("serves every function of auth and cache, and gets every client back", async () => {
    const own = barePool();
    await withDrivers({ pool: own }, async (auth, cache) => {
      await Promise.all([walkAuth(auth), walkCache(cache)]);
    });
    expect(pool.totalCount).toBeGreaterThan(0);
    await expect.poll(() => pool.idleCount).toBe(pool.totalCount);
    expect(pool.listenerCount("error")).toBe(0);
  });

  test("migrates", async () => {
    const { applied, migrations } = await migrate({ pool: barePool(), modules: ["auth"], apply: true });
    expect([applied, migrations]).toEqual([true, []]);
    await expect.poll(() => pool.idleCount).toBe(pool.totalCount);
  });

  test("passes on that it cannot connect", async () => {
    const failing = {
      ...barePool(),
      connect: () => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" })),
    };
    expect(await codeOf(authOn({ pool: failing }).connect())).toBe("CONNECTION_UNAVAILABLE");
  });

  test("reports once that its clients are not pg's", async () => {
    const events: string[] = [];
    const auth = await authOn({ pool: barePool() }, { onEvent: ({ type }) => events.push(type) }).connect();
    await createUser(auth, { password: null });
    await auth.disconnect();
    expect(events.filter((type) => type === "pg-not-verified")).toHaveLength(1);
  });
});

describe("a wrapped pool", () => {
  test.each([
    [
      "passes the callback on, and resolves with nothing",
      (connect: pg.Pool["connect"]) => {
        return async (callback: Parameters<pg.Pool["connect"]>[0]) => connect(callback);
      },
    ],
    [
      "calls back, and resolves with the client as well",
      (connect: pg.Pool["connect"]) => {
        return async (callback?: Parameters<pg.Pool["connect"]>[0]) => {
          const client = await (connect as () => Promise<pg.PoolClient>)();
          callback?.(undefined, client, () => client.release());
          return client;
        };
      },
    ],
  ])("that %s gives each client once", async (_, wrap) => {
    const inner = pool.connect.bind(pool) as pg.Pool["connect"];
    Object.assign(pool, { connect: wrap(inner) });
    await withDrivers({ pool }, async (auth) => {
      const users = await Promise.all(Array.from({ length: 12 }, () => createUser(auth, { password: null })));
      for (const user of users) expect(await auth.getUserById(user.id)).toEqual(user);
    });
    await expect.poll(() => pool.idleCount).toBe(pool.totalCount);
  });
});

test("G66: a client whose asynchronous query refuses the statements of pg's protocol is an error, and no unhandled rejection", async () => {
  class Refusing extends pg.Client {
    // biome-ignore lint/suspicious/noExplicitAny: of pg's overloads
    override async query(...given: any[]): Promise<any> {
      if (typeof given[0].submit === "function") throw new TypeError("only text");
      return super.query(given[0]);
    }
  }
  const refusing = new pg.Pool({ connectionString: database.url, max: 1, Client: Refusing });
  try {
    expect(await codeOf(authOn({ pool: refusing }).connect())).toBe("CONNECTION_UNAVAILABLE");
  } finally {
    await endPool(refusing);
  }
});

describe("G66: what is no pool", () => {
  test.each(["connect", "on", "off"] as const)("a pool without %s is refused, and so by migrate", async (name) => {
    const lacking = { ...barePool(), [name]: undefined } as unknown as PostgresPool;
    const refused = expect.objectContaining({ code: "INVALID_INPUT", field: "pool" });
    expect(() => createAuthDriver({ pool: lacking })).toThrow(refused);
    expect(() => createCacheDriver({ pool: lacking })).toThrow(refused);
    expect(await errorOf(migrate({ pool: lacking, modules: ["auth"] }))).toEqual(refused);
  });

  test.each(["query", "on", "off", "release"] as const)("a pool whose clients have no %s is refused", async (name) => {
    const lacking = {
      ...barePool(),
      connect: async () => {
        const client = await pool.connect();
        // Nothing else would return it.
        if (name === "release") client.release();
        return { ...bare(client), [name]: undefined } as unknown as PostgresPoolClient;
      },
    };
    const refused = expect.objectContaining({ code: "INVALID_INPUT", field: "pool" });
    expect(await errorOf(authOn({ pool: lacking }).connect())).toEqual(refused);
    expect(await errorOf(migrate({ pool: lacking, modules: ["auth"] }))).toEqual(refused);
    await expect.poll(() => pool.idleCount).toBe(pool.totalCount);
  });
});

describe("a client that knows no callbacks", () => {
  let cache: Cache;
  beforeEach(async () => {
    cache = await createCache({ driver: createCacheDriver({ pool }) }).connect();
  });
  afterEach(async () => {
    await cache.disconnect();
  });

  test("carries the transactions of an auth, and invalidations of a cache", async () => {
    const auth = await authOn({ pool }).connect();
    const acquired = await pool.connect();
    const client: PostgresClient = { query: promised(acquired) };
    await cache.set("page", "/", "text", { ttlSeconds: 60, tags: ["pages"] });
    const email = uniqueEmail();
    for (const end of ["rollback", "commit"]) {
      await client.query("begin");
      await auth.withTransaction((inside) => inside.createUserWithEmail({ email, password: null, userMetadata: {} }), {
        client,
      });
      await cache.invalidateTags(["pages"], { client });
      await client.query(end);
      const isCommitted = end === "commit";
      expect((await auth.getUserByEmail(email)) !== null).toBe(isCommitted);
      expect(await cache.get("page", "/")).toBe(isCommitted ? null : "text");
    }
    const alone = uniqueEmail();
    await auth.withTransaction(
      (inside) => inside.createUserWithEmail({ email: alone, password: null, userMetadata: {} }),
      { client },
    );
    expect(await auth.getUserByEmail(alone)).not.toBeNull();
    acquired.release();
    await auth.disconnect();
  });

  test("is refused if it cannot run statements, or is a pool", async () => {
    const auth = await authOn({ pool }).connect();
    for (const client of [null, {}, { query: "select 1" }, pool] as unknown as PostgresClient[]) {
      const refused = expect.objectContaining({ code: "INVALID_INPUT", field: "client" });
      expect(await errorOf(auth.withTransaction(async () => {}, { client }))).toEqual(refused);
      if (client !== null) expect(await errorOf(cache.invalidateTags(["pages"], { client }))).toEqual(refused);
    }
    await auth.disconnect();
  });
});
