import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { withDrivers } from "../support/fault-drivers.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";

const database = useDatabase();

interface Internals {
  connection: { describe(message: object): void; stream: { cork?: unknown; uncork?: unknown } };
}

let pool: pg.Pool;
let described: number;
beforeEach(() => {
  described = 0;
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on("connect", (client) => {
    const { connection } = client as unknown as Internals;
    const describeIt = connection.describe.bind(connection);
    connection.describe = (message) => {
      described += 1;
      describeIt(message);
    };
  });
});
afterEach(() => endPool(pool));

describe("a prepared statement", () => {
  test("has its columns described once per connection, with columns or without", async () => {
    await withDrivers({ pool }, async (auth) => {
      const user = await createUser(auth, { password: null });
      for (const call of [
        () => auth.getUserByPhoneNumber("+1"),
        () => auth.deleteSession(user.id),
        () => auth.createSession({ userId: user.id }),
      ]) {
        described = 0;
        for (let round = 0; round < 3; round += 1) await call();
        expect(described).toBe(1);
      }
    });
  });

  test("is prepared and described again after the application has discarded it", async () => {
    await withDrivers({ pool }, async (auth) => {
      const user = await createUser(auth, { password: null, phoneNumber: "+2" });
      expect(await auth.getUserByPhoneNumber("+2")).toEqual(user);
      await pool.query("discard all");
      expect(await auth.getUserByPhoneNumber("+2")).toEqual(user);
      expect(await auth.getUserByPhoneNumber("+2")).toEqual(user);
    });
  });
});

test("works on a stream that cannot be corked", async () => {
  pool.on("connect", (client) => {
    const { stream } = (client as unknown as Internals).connection;
    Object.assign(stream, { cork: undefined, uncork: undefined });
  });
  await withDrivers({ pool }, async (auth, cache) => {
    await walkAuth(auth);
    await walkCache(cache);
  });
});

test("a client that accepts only pg's own queries is given those", async () => {
  const pipelining = new pg.Pool({ connectionString: database.url, pipeline: true } as pg.PoolConfig);
  try {
    await withDrivers({ pool: pipelining }, async (auth, cache) => {
      await walkAuth(auth);
      await walkCache(cache);
    });
  } finally {
    await endPool(pipelining);
  }
});
