import { setImmediate as nextTurn } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import type { Auth, TransactionClient } from "../../src/auth/index.js";
import type { PostgresClient, PostgresPool } from "../../src/postgres/index.js";
import { Connection } from "../../src/postgres/protocol/connection.js";
import { sendCommand } from "../../src/postgres/protocol/pg-client.js";
import { authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate, whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";

/** Connections that were opened before another one was lost. */

const database = useDatabase();
const MAX = 6;
const config = { connectionString: database.url, idleTimeoutMillis: 0, max: MAX };

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

const holdMany = (auth: Auth, count: number) => Promise.all(Array.from({ length: count }, () => hold(auth)));
const endAll = (held: readonly Held[]) => Promise.all(held.map(({ end }) => end()));

/** Expects that later transactions take one of these connections, once they are reset. */
async function expectUsedAgain(auth: Auth, pids: readonly number[]): Promise<void> {
  const isUsedAgain = async () => {
    // Acquires every connection of the pool, so that none is left out.
    const next = await holdMany(auth, MAX);
    await endAll(next);
    return next.some(({ pid }) => pids.includes(pid));
  };
  await expect.poll(isUsedAgain).toBe(true);
}

const isOpen = (pid: number) => database.rows("select from pg_stat_activity where pid = $1", [pid]);

test.each(["an owned pool", "a caller's pool"])(
  "F1: once a connection of %s is lost in a call, no older one is used again, and what is in flight on them ends",
  async (kind) => {
    const pool = kind === "a caller's pool" ? new pg.Pool(config) : undefined;
    try {
      await withDrivers(pool === undefined ? config : { pool }, async (auth) => {
        const held = await holdMany(auth, 5);
        const [lost, kept, ...idle] = held as [Held, Held, ...Held[]];
        await endAll(idle);
        const failed = lost.client.query("select pg_sleep(60)").catch((error: unknown) => error);
        const sleeps = () =>
          database.rows("select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'", [lost.pid]);
        await expect.poll(sleeps, { interval: 10 }).toHaveLength(1);
        await terminate(database.pool, lost.pid);
        const unavailable = { code: "CONNECTION_UNAVAILABLE", cause: { code: "57P01" } };
        expect(await failed).toMatchObject(unavailable);
        await expect(lost.end()).rejects.toMatchObject(unavailable);
        const later = await holdMany(auth, 5);
        const newPids = later.map(({ pid }) => pid);
        expect(held.filter(({ pid }) => newPids.includes(pid))).toEqual([]);
        expect((await kept.client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
        await kept.end();
        await expect.poll(() => isOpen(kept.pid)).toEqual([]);
        await endAll(later);
        await expectUsedAgain(auth, newPids);
      });
    } finally {
      if (pool !== undefined) await endPool(pool);
    }
  },
);

test("F1: a connection that ends between two statements of a transaction ends the use of older ones, too", async () => {
  await withDrivers(config, async (auth) => {
    const [lost, ...idle] = (await holdMany(auth, 4)) as [Held, ...Held[]];
    await endAll(idle);
    await terminate(database.pool, lost.pid);
    await expect(lost.client.query("select 1")).rejects.toThrow();
    await expect(lost.end()).rejects.toThrow();
    const later = await holdMany(auth, MAX);
    expect(later.filter(({ pid }) => idle.some((held) => held.pid === pid))).toEqual([]);
    await endAll(later);
  });
});

test("F1: a connection whose loss is noticed late ends the use of no newer one", async () => {
  await withDrivers(config, async (auth) => {
    const [first, late] = (await holdMany(auth, 2)) as [Held, Held];
    await terminate(database.pool, first.pid);
    await terminate(database.pool, late.pid);
    await expect(first.client.query("select 1")).rejects.toThrow();
    await expect(first.end()).rejects.toThrow();
    const newer = await holdMany(auth, 3);
    await endAll(newer);
    await expect(late.client.query("select 1")).rejects.toThrow();
    await expect(late.end()).rejects.toThrow();
    await expectUsedAgain(
      auth,
      newer.map(({ pid }) => pid),
    );
  });
});

const QUERY_ERRORS: Readonly<Record<string, readonly [string, unknown[]]>> = {
  "a value that cannot be sent": ["select $1::jsonb", [{ a: 1n }]],
  "an error of a connection to another server": [
    "do $$ begin raise exception using errcode = '08006', message = 'on purpose'; end $$",
    [],
  ],
};
test.each(Object.entries(QUERY_ERRORS))("F1: %s ends the use of no other connection", async (_, [text, values]) => {
  await withDrivers(config, async (auth) => {
    const [closed, kept] = (await holdMany(auth, 2)) as [Held, Held];
    await expect(closed.client.query(text, values)).rejects.toThrow();
    await expect(closed.end()).rejects.toThrow();
    await kept.end();
    await expectUsedAgain(auth, [kept.pid]);
  });
});

const ERRORS: Readonly<Record<string, readonly [isLoss: boolean, Partial<pg.DatabaseError>]>> = {
  "the end of a connection is its loss": [true, { severity: "FATAL", code: "57P01", routine: "ProcessInterrupts" }],
  "the end of a connection is its loss, also in Italian": [
    true,
    { severity: "FATALE", code: "57P01", routine: "ProcessInterrupts" },
  ],
  "the end of a connection by PgBouncer is its loss": [true, { severity: "FATAL", code: "08P01" }],
  "an error about another server is no loss": [
    false,
    { severity: "ERROR", code: "08006", routine: "pgfdw_report_error" },
  ],
  "an error about another server is no loss, also in Italian": [
    false,
    { severity: "ERRORE", code: "08006", routine: "pgfdw_report_error" },
  ],
};
test.each(Object.entries(ERRORS))("F1: %s", async (_, [isLoss, properties]) => {
  const error = Object.assign(new Error("on purpose"), properties);
  const client = { query: () => Promise.reject(error), on: () => {}, off: () => {} };
  const connection = Connection.of(client as unknown as PostgresClient);
  await expect(sendCommand(connection, "select", 10_000)).rejects.toBe(error);
  expect(connection.lostAt !== undefined).toBe(isLoss);
});

test("F1: a call that is not answered in time ends the use of no other connection", async () => {
  await withDrivers({ ...config, query_timeout: 2_000 }, async (auth) => {
    const user = await createUser(auth, { password: null });
    const [kept] = (await holdMany(auth, 1)) as [Held];
    await whileHolding(database.url, `lock table pevensie."user"`, async () => {
      expect(await codeOf(auth.getUserById(user.id))).toBe("TIMEOUT");
    });
    await kept.end();
    await expectUsedAgain(auth, [kept.pid]);
  });
});

test("F1: with target_session_attrs, a response timeout retires no other connection while other calls are answered", async () => {
  const connectionString = `${database.url}?target_session_attrs=read-write`;
  await withDrivers({ ...config, connectionString, query_timeout: 6_000 }, async (auth) => {
    const user = await createUser(auth, { password: null });
    const [kept] = (await holdMany(auth, 1)) as [Held];
    await whileHolding(database.url, `lock table pevensie."user"`, async () => {
      let isOver = false;
      const late = codeOf(auth.getUserById(user.id)).finally(() => {
        isOver = true;
      });
      while (!isOver) await auth.getSession(user.id);
      expect(await late).toBe("TIMEOUT");
    });
    await kept.end();
    await expectUsedAgain(auth, [kept.pid]);
  });
});

test("F1: a caller's pool that gives the same client again is used, also after an error that looks like a loss", async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  let isFailing = false;
  const shared = {
    query: async (query: never, values: never) => {
      if (isFailing) throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
      return client.query(query, Array.isArray(values) ? values : undefined);
    },
    on: () => {},
    off: () => {},
    release: () => {},
  };
  // Lets timers run between two attempts, so that a call that finds no other client can time out.
  const connect = async () => {
    await nextTurn();
    return shared;
  };
  const pool = { connect, on: () => {}, off: () => {} } as unknown as PostgresPool;
  const events: string[] = [];
  await using auth = await authOn({ pool }, { onEvent: ({ type }) => events.push(type) }).connect();
  const user = await createUser(auth, { password: null });
  isFailing = true;
  const failed = codeOf(auth.setUserRole(user.id, "lost"));
  expect(await failed).toBe("OUTCOME_UNKNOWN");
  isFailing = false;
  for (let call = 0; call < 3; call += 1) expect(await auth.getUserById(user.id)).toEqual(user);
  expect(events.filter((type) => type.startsWith("connection"))).toEqual(["connection-lost", "connection-healed"]);
  await client.end();
});
