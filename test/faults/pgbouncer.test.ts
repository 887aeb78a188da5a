import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";
import { IMPATIENT } from "../support/patience.js";
import { hasPgBouncer, type PgBouncer, startPgBouncer } from "../support/process-pgbouncer.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const database = useDatabase();

describe.skipIf(!hasPgBouncer)("through PgBouncer in transaction mode, with two connections to the server", () => {
  let bouncer: PgBouncer;

  beforeAll(async () => {
    bouncer = await startPgBouncer(database.url);
  });
  afterAll(() => bouncer?.stop());

  test("F8: several callers concurrently use every function, with a plain connection string", async () => {
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map(() =>
        withDrivers({ connectionString: bouncer.url }, async (auth, cache) => {
          await Promise.all([walkAuth(auth), walkCache(cache), walkAuth(auth), walkCache(cache)]);
        }),
      ),
    );
  });

  test("F8: successive drivers share connections on which others have prepared statements", async () => {
    for (let round = 0; round < 3; round += 1) {
      await withDrivers({ connectionString: bouncer.url, max: 3 }, async (auth, cache) => {
        await Promise.all([walkAuth(auth), walkCache(cache), walkCache(cache)]);
      });
    }
  });

  test("F8: with a caller's pool", async () => {
    const pool = new pg.Pool({ connectionString: bouncer.url, max: 5 });
    try {
      await withDrivers({ pool }, async (auth, cache) => {
        await Promise.all([walkAuth(auth), walkCache(cache), walkAuth(auth), walkCache(cache)]);
      });
    } finally {
      await endPool(pool);
    }
  });

  test("F8: with a DateStyle of the server's that is not ISO", async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.pool.query(`alter database ${name} set datestyle = 'German'`);
    const other = await startPgBouncer(database.url);
    try {
      await withDrivers({ connectionString: other.url }, async (auth, cache) => {
        await Promise.all([walkAuth(auth), walkCache(cache), walkAuth(auth), walkCache(cache)]);
      });
    } finally {
      await other.stop();
      await database.pool.query(`alter database ${name} reset all`);
    }
  });

  test("F8: recovers when the connections between pooler and server are closed", async () => {
    await withDrivers({ connectionString: bouncer.url }, async (auth, cache) => {
      const user = await createUser(auth);
      await database.pool.query(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      expect(await auth.getUserById(user.id)).toEqual(user);
      expect(await cache.get("type", "absent")).toBeNull();
      await auth.setUserRole(user.id, "still here");
    });
  });

  test("F8: start-up parameters that it refuses are sent only if they are configured", async () => {
    const connectionParameters = { application_name: "shop" };
    const auth = authOn({ connectionString: bouncer.url, connectionParameters, connectionTimeoutMillis: 2000 });
    expect(await codeOf(auth.connect())).toBe("CONNECTION_UNAVAILABLE");
  });
});

describe.skipIf(!hasPgBouncer)("migrating through PgBouncer", () => {
  const empty = useDatabase({ empty: true });

  test("F8: several concurrently", async () => {
    const bouncer = await startPgBouncer(empty.url);
    try {
      const apply = () => migrate({ modules: ["auth", "cache"], apply: true, connectionString: bouncer.url });
      const results = await Promise.all([apply(), apply(), apply(), apply()]);
      expect(results.filter(({ migrations }) => migrations.length > 0)).toHaveLength(1);
      await withDrivers({ connectionString: bouncer.url }, walkBoth);
    } finally {
      await bouncer.stop();
    }
  });
});

describe.skipIf(!hasPgBouncer)("migrating through PgBouncer as one of several hosts", () => {
  const empty = useDatabase({ empty: true });

  test("F8: finds it beside one that refuses connections", async () => {
    const bouncer = await startPgBouncer(empty.url);
    const absent = await TcpProxy.start(empty.url);
    const { port } = absent;
    await absent.stop();
    try {
      const connectionString = bouncer.url.replace(/(@[^/]+)/, `$1,127.0.0.1:${port}`);
      const { connectionTimeoutMillis } = IMPATIENT;
      const result = await migrate({ modules: ["auth"], apply: true, connectionString, connectionTimeoutMillis });
      expect(result.migrations.length).toBeGreaterThan(0);
    } finally {
      await bouncer.stop();
    }
  });
});

async function walkBoth(auth: Parameters<typeof walkAuth>[0], cache: Parameters<typeof walkCache>[0]): Promise<void> {
  await Promise.all([walkAuth(auth), walkCache(cache)]);
}
