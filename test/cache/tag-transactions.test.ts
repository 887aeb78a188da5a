import { randomUUID } from "node:crypto";
import type { EventEmitter } from "node:events";
import pg from "pg";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useAuth } from "../support/auth.js";
import { computation, useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { codeOf } from "../support/fault-outcome.js";

/** Transactions that change data and invalidate its tag, in every order with a call that reads the data and stores it. */

const database = useDatabase();
const caches = useTwoCaches(database.url);
const auth = useAuth(database.url);
let key: string;
let client: pg.Client;
let another: pg.Client;

beforeAll(() => database.pool.query("create table public.article (id text primary key, title text not null)"));
beforeEach(async () => {
  key = randomUUID();
  await database.pool.query("insert into public.article values ($1, 'old')", [key]);
  client = new pg.Client({ connectionString: database.url });
  another = new pg.Client({ connectionString: database.url });
  await Promise.all([client.connect(), another.connect()]);
});
afterEach(() => Promise.all([client.end(), another.end()]));

const titleOf = async (id: string) =>
  (await database.rows<{ title: string }>("select title from public.article where id = $1", [id]))[0]?.title as string;
const change = (on: pg.Client, title = "new") =>
  on.query("update public.article set title = $2 where id = $1", [key, title]);
async function invalidate(on: pg.Client): Promise<void> {
  await caches.other.invalidateTags([key], { client: on });
  // A younger transaction ends first, so that the order of their beginnings is not that of their ends.
  await database.pool.query("select pg_current_xact_id()");
}
const read = () => caches.one.getOrSet("article", key, () => titleOf(key), { ttlSeconds: 60, tags: [key] });
const cached = () => caches.other.get("article", key);

/** A call that has acquired its lease, and is about to read the data. */
async function begin(): Promise<() => Promise<string>> {
  const reading = computation();
  const call = caches.one.getOrSet("article", key, reading.produce, { ttlSeconds: 60, tags: [key] });
  await reading.begun;
  return async () => {
    reading.resolve(await titleOf(key));
    return call;
  };
}

describe.each(["read committed", "repeatable read", "serializable"])("at the isolation level %s", (level) => {
  beforeEach(() => client.query(`begin isolation level ${level}`));

  test("G52: a value that was stored before the invalidation is a miss from its commit on", async () => {
    await expect(read()).resolves.toBe("old");
    await change(client);
    await invalidate(client);
    await expect(cached()).resolves.toBe("old");
    await client.query("commit");
    await expect(cached()).resolves.toBeNull();
    await expect(read()).resolves.toBe("new");
    await expect(cached()).resolves.toBe("new");
  });

  test("G52: a value that is read and stored between the invalidation and its commit is a miss", async () => {
    await change(client);
    await invalidate(client);
    await expect(read()).resolves.toBe("old");
    await expect(cached()).resolves.toBe("old");
    await client.query("commit");
    await expect(cached()).resolves.toBeNull();
    await expect(read()).resolves.toBe("new");
  });

  test("G52: a value that is read before the invalidation, and stored before its commit, is a miss", async () => {
    const finish = await begin();
    await change(client);
    await invalidate(client);
    await expect(finish()).resolves.toBe("old");
    await client.query("commit");
    await expect(cached()).resolves.toBeNull();
  });

  test("G52: a value that is read before the commit, and stored after it, is not stored", async () => {
    const reading = computation();
    await change(client);
    await invalidate(client);
    const call = caches.one.getOrSet("article", key, reading.produce, { ttlSeconds: 60, tags: [key] });
    await reading.begun;
    const title = await titleOf(key);
    await client.query("commit");
    reading.resolve(title);
    await expect(call).resolves.toBe("old");
    await expect(cached()).resolves.toBeNull();
  });

  test("G52: a value that is stored after the change, and before the invalidation, is a miss", async () => {
    await change(client);
    await expect(read()).resolves.toBe("old");
    await invalidate(client);
    await client.query("commit");
    await expect(cached()).resolves.toBeNull();
  });

  test("G52: a value that is read after the commit survives", async () => {
    await change(client);
    await invalidate(client);
    await client.query("commit");
    await expect(read()).resolves.toBe("new");
    await expect(cached()).resolves.toBe("new");
  });

  test("G52: a rollback takes the invalidation back", async () => {
    await expect(read()).resolves.toBe("old");
    await change(client);
    await invalidate(client);
    await client.query("rollback");
    await expect(cached()).resolves.toBe("old");
  });

  test("G52: a value that was set with tags before the commit is a miss", async () => {
    await change(client);
    await invalidate(client);
    await caches.one.set("article", key, await titleOf(key), { tags: [key] });
    const absent = `${key} absent`;
    await caches.one.setIfAbsent("article", absent, await titleOf(key), { tags: [key] });
    await expect(cached()).resolves.toBe("old");
    await client.query("commit");
    await expect(cached()).resolves.toBeNull();
    await expect(caches.other.get("article", absent)).resolves.toBeNull();
  });

  test("G52: an invalidation of a tag that was invalidated after the transaction began does not fail it", async () => {
    await caches.other.invalidateTags([key]);
    await client.query("select from pevensie.cache_invalidation");
    // These remove the one that the transaction's snapshot has, once no transaction elsewhere is older.
    const rows = () => database.rows("select xact_id from pevensie.cache_invalidation where tag = $1", [key]);
    const [first] = await rows();
    await expect.poll(() => caches.other.invalidateTags([key]).then(rows)).not.toContainEqual(first);
    await expect(read()).resolves.toBe("old");
    await invalidate(client);
    await client.query("commit");
    await expect(cached()).resolves.toBeNull();
  });
});

test("G52: two serializable transactions that invalidate different tags do not fail each other", async () => {
  await client.query("begin isolation level serializable");
  await another.query("begin isolation level serializable");
  await caches.other.invalidateTags([`${key} one`], { client });
  await caches.other.invalidateTags([`${key} other`], { client: another });
  await client.query("commit");
  await expect(another.query("commit")).resolves.toMatchObject({ command: "COMMIT" });
});

test("G52: an invalidation leaves no listener on its client", async () => {
  const listeners = () => (client as unknown as EventEmitter).listenerCount("error");
  const call = caches.other.invalidateTags([key], { client });
  expect(listeners()).toBe(1);
  await call;
  expect(listeners()).toBe(0);
});

test("G52: an error event after a failed invalidation ends no process; the next one that succeeds leaves no listener", async () => {
  const events = client as unknown as EventEmitter;
  await client.query("begin read only");
  await expect(caches.other.invalidateTags([key], { client })).rejects.toThrow();
  expect(() => events.emit("error", new Error("Connection terminated unexpectedly"))).not.toThrow();
  await client.query("rollback");
  await caches.other.invalidateTags([key], { client });
  expect(events.listenerCount("error")).toBe(0);
});

test("G52: the loss of a client during an invalidation is a typed error, also without a listener", async () => {
  const lost = new pg.Client({ connectionString: database.url });
  await lost.connect();
  try {
    await lost.query("begin");
    const { rows } = await lost.query<{ pid: number }>("select pg_backend_pid() as pid");
    // The server ends the connection while the invalidation waits.
    await another.query("begin; lock table pevensie.cache_invalidation in access exclusive mode");
    const code = codeOf(caches.other.invalidateTags([key], { client: lost }));
    await database.rows("select pg_terminate_backend($1, 10000)", [rows[0]?.pid]);
    expect(await code).toMatch(/^(CONNECTION_UNAVAILABLE|OUTCOME_UNKNOWN)$/);
    // pg reports the end of the connection once more.
    await expect(lost.query("select 1")).rejects.toThrow();
  } finally {
    await another.query("rollback");
    await lost.end();
  }
});

describe("savepoints", () => {
  beforeEach(() => client.query("begin"));

  test("G52: an invalidation that is rolled back to a savepoint has no effect", async () => {
    await expect(read()).resolves.toBe("old");
    await client.query("savepoint s");
    await invalidate(client);
    await client.query("rollback to savepoint s; commit");
    await expect(cached()).resolves.toBe("old");
  });

  test("G52: an invalidation within a savepoint that is released is effective with the commit", async () => {
    await client.query("savepoint s");
    await change(client);
    await invalidate(client);
    await client.query("release savepoint s");
    await expect(read()).resolves.toBe("old");
    await client.query("commit");
    await expect(cached()).resolves.toBeNull();
  });

  test("G52: the second invalidation of a transaction takes nothing from the first, also if it is rolled back", async () => {
    for (const end of ["release savepoint s", "rollback to savepoint s"]) {
      await expect(read()).resolves.toBe("old");
      await invalidate(client);
      await client.query("savepoint s");
      await invalidate(client);
      await client.query(`${end}; commit; begin`);
      await expect(cached()).resolves.toBeNull();
    }
  });
});

test.each(["read committed", "repeatable read", "serializable"])(
  "two transactions that invalidate the same tag do not wait for each other; each is effective with its commit: %s",
  async (level) => {
    await client.query(`begin isolation level ${level}`);
    await caches.other.invalidateTags([key]);
    await another.query(`begin isolation level ${level}`);
    await another.query("set local lock_timeout = '10s'");
    await client.query("set local lock_timeout = '10s'");
    await invalidate(client);
    await invalidate(another);
    await invalidate(client);
    await client.query("commit");
    await expect(read()).resolves.toBe("old");
    await expect(cached()).resolves.toBe("old");
    await another.query("commit");
    await expect(cached()).resolves.toBeNull();
  },
);

test("G52: an invalidation that supersedes earlier ones and is rolled back leaves them in effect", async () => {
  await expect(read()).resolves.toBe("old");
  await caches.other.invalidateTags([key]);
  await client.query("begin");
  await invalidate(client);
  await client.query("rollback");
  await expect(cached()).resolves.toBeNull();
});

test("G52: an invalidation that supersedes earlier ones and is rolled back to a savepoint leaves them in effect", async () => {
  await expect(read()).resolves.toBe("old");
  await caches.other.invalidateTags([key]);
  await client.query("begin; savepoint s");
  await invalidate(client);
  await client.query("rollback to savepoint s; commit");
  await expect(cached()).resolves.toBeNull();
});

test.each(["commit", "rollback"])(
  "of two invalidations that see the same earlier one, the %s of the second takes nothing from it while the first is open",
  async (end) => {
    await expect(read()).resolves.toBe("old");
    await caches.other.invalidateTags([key]);
    await client.query("begin");
    await another.query("begin");
    await invalidate(client);
    await invalidate(another);
    await another.query(end);
    await expect(cached()).resolves.toBeNull();
    await client.query("rollback");
    await expect(cached()).resolves.toBeNull();
    await expect(read()).resolves.toBe("old");
    await expect(cached()).resolves.toBe("old");
  },
);

test("G52: an invalidation that supersedes those that a value has not seen keeps it a miss", async () => {
  // The transaction's id is older than the value; its invalidation is younger.
  await client.query("begin");
  await change(client);
  await expect(read()).resolves.toBe("old");
  await another.query("begin");
  await invalidate(another);
  await another.query("commit");
  await invalidate(client);
  await expect(cached()).resolves.toBeNull();
  await client.query("commit");
  await expect(cached()).resolves.toBeNull();
  await caches.other.invalidateTags([key]);
  await expect(cached()).resolves.toBeNull();
});

test("G52: a pg client without a transaction invalidates immediately", async () => {
  await expect(read()).resolves.toBe("old");
  await invalidate(client);
  await expect(cached()).resolves.toBeNull();
  const pooled = await database.pool.connect();
  await expect(read()).resolves.toBe("old");
  await caches.other.invalidateTags([key], { client: pooled });
  pooled.release();
  await expect(cached()).resolves.toBeNull();
});

test("G52: the client of auth.withTransaction commits it or rolls it back", async () => {
  await expect(read()).resolves.toBe("old");
  const failed = auth.current.withTransaction(async (_, transaction) => {
    await transaction.query("update public.article set title = 'new' where id = $1", [key]);
    await caches.other.invalidateTags([key], { client: transaction });
    throw new Error("on purpose");
  });
  await expect(failed).rejects.toThrow("on purpose");
  await expect(cached()).resolves.toBe("old");
  await auth.current.withTransaction(async (_, transaction) => {
    await transaction.query("update public.article set title = 'new' where id = $1", [key]);
    await caches.other.invalidateTags([key], { client: transaction });
    await expect(cached()).resolves.toBe("old");
  });
  await expect(cached()).resolves.toBeNull();
  await expect(read()).resolves.toBe("new");
});

test("G52: a transaction that has failed refuses the invalidation", async () => {
  await client.query("begin");
  await expect(client.query("select 1 / 0")).rejects.toMatchObject({ code: "22012" });
  await expect(invalidate(client)).rejects.toMatchObject({ name: "PevensieError", code: "DATABASE_ERROR" });
  await client.query("rollback");
});

test("G52: a pool, and what is no client, is INVALID_INPUT before any SQL", async () => {
  const pool = new pg.Pool({ connectionString: database.url });
  await expect(read()).resolves.toBe("old");
  for (const given of [pool, {}, 5, "client", { query: 5 }, () => {}] as never[]) {
    const call = caches.other.invalidateTags([key], { client: given });
    await expect(call).rejects.toMatchObject({ code: "INVALID_INPUT", field: "client" });
  }
  expect(pool.totalCount).toBe(0);
  await pool.end();
  await expect(cached()).resolves.toBe("old");
  await expect(caches.other.invalidateTags([key], { transaction: client } as never)).rejects.toMatchObject({
    code: "INVALID_INPUT",
    field: "transaction",
  });
});
