import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Auth, ImportProgress, UserImport } from "../../src/auth/index.js";
import { authOn, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { gate, useOwnRows } from "../support/own-rows.js";

const database = useDatabase();
const own = useOwnRows(database);
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
const failure = new RangeError("the callback's own");

let auth: Auth;
beforeAll(async () => {
  auth = await authOn({ pool, connectionTimeoutMillis: 2_000 }).connect();
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(pool);
});
beforeEach(async () => {
  await database.pool.query('truncate public.own, pevensie."user" cascade');
});

const COUNT = 'select count(*)::int as count from pevensie."user"';
const countUsers = async () => (await database.rows<{ count: number }>(COUNT))[0]?.count;
const record = (): UserImport<never> => ({ email: uniqueEmail() });

test("G31: the iterable and onProgress of an import can use its transaction", async () => {
  const counts: unknown[] = [];
  const result = await auth.withTransaction((inner, client) => {
    async function* users() {
      for (const name of ["first", "second", "third"]) {
        await own.add(client, name);
        await inner.withTransaction((_, nestedClient) => own.add(nestedClient, `${name}, nested`));
        await inner.getUserByEmail("nobody@example.com");
        yield record();
      }
    }
    const onProgress = async ({ imported }: ImportProgress) => {
      const { rows } = await client.query<{ count: number }>(COUNT);
      counts.push([imported, rows[0]?.count]);
    };
    return inner.importUsers(users(), { chunkSize: 1, onProgress });
  });
  expect(result).toEqual({ imported: 3, refused: [] });
  expect(counts).toEqual([1, 2, 3, 3].map((count) => [count, count]));
  expect(await own.names()).toHaveLength(6);
  expect(await countUsers()).toBe(3);
});

test("G31: promises of users that an import iterates over can use its transaction", async () => {
  const result = await auth.withTransaction((inner, client) => {
    const users = ["first", "second"].map(async (name) => {
      await own.add(client, name);
      await own.add(client, `${name}, again`);
      return record();
    });
    return inner.importUsers(users as never);
  });
  expect(result).toEqual({ imported: 2, refused: [] });
  expect(await own.names()).toHaveLength(4);
});

test("G31: an iterable that is closed early can use the transaction of the import", async () => {
  await auth.withTransaction(async (inner, client) => {
    async function* users() {
      try {
        yield record();
        yield record();
      } finally {
        await own.add(client, "closed");
      }
    }
    const onProgress = () => {
      throw failure;
    };
    await expect(inner.importUsers(users(), { chunkSize: 1, onProgress })).rejects.toBe(failure);
    await own.add(client, "after");
  });
  expect(await own.names()).toEqual(["after", "closed"]);
  expect(await countUsers()).toBe(1);
});

test("G31: an import that waits for no promise takes effect in the place of the call", async () => {
  const progress: number[] = [];
  const onProgress = ({ imported }: ImportProgress) => progress.push(imported);
  const counts = await auth.withTransaction(async (inner, client) => {
    const before = client.query<{ count: number }>(COUNT);
    void inner.importUsers([record(), record(), record()], { chunkSize: 1, onProgress });
    const after = client.query<{ count: number }>(COUNT);
    await inner.withTransaction((_, nestedClient) => own.add(nestedClient, "nested"));
    return (await Promise.all([before, after])).map(({ rows }) => rows[0]?.count);
  });
  expect(counts).toEqual([0, 3]);
  expect(progress).toEqual([1, 2, 3, 3]);
});

/** Users of which the second one comes once `goOn` is open; `waits` is open from the moment when the import waits for it. */
async function* twoUsers(waits: { open(): void }, goOn: Promise<unknown>) {
  yield record();
  waits.open();
  await goOn;
  yield record();
}

test("G31: an import that waits for its iterable is completed when the work has resolved", async () => {
  const [waits, goOn] = [gate(), gate()];
  const call = auth.withTransaction(async (inner) => {
    void inner.importUsers(twoUsers(waits, goOn.opened), { chunkSize: 1 });
    await waits.opened;
  });
  await waits.opened;
  await database.pool.query("select");
  goOn.open();
  await call;
  expect(await countUsers()).toBe(2);
});

test("G31: an import that waits for its iterable is refused when the work has thrown", async () => {
  const [waits, goOn] = [gate(), gate()];
  let outcome: Promise<string> | undefined;
  const call = auth.withTransaction(async (inner) => {
    outcome = codeOf(inner.importUsers(twoUsers(waits, goOn.opened), { chunkSize: 1 }));
    await waits.opened;
    throw failure;
  });
  await expect(call).rejects.toBe(failure);
  goOn.open();
  expect(await outcome).toBe("NOT_CONNECTED");
  expect(await countUsers()).toBe(0);
});

test("G31: an iterable that calls the transaction after its work has resolved is refused, and fails it", async () => {
  const [waits, goOn] = [gate(), gate()];
  const call = auth.withTransaction(async (inner, client) => {
    const late = goOn.opened.then(() => own.add(client, "late"));
    void inner.importUsers(twoUsers(waits, late), { chunkSize: 1 });
    await waits.opened;
  });
  await waits.opened;
  await database.pool.query("select");
  goOn.open();
  expect(await codeOf(call)).toBe("NOT_CONNECTED");
  expect(await own.names()).toEqual([]);
  expect(await countUsers()).toBe(0);
});

test("G31: a chunk of an import is refused while a nested transaction is open", async () => {
  const [waits, goOn] = [gate(), gate()];
  await auth.withTransaction(async (outer, client) => {
    const call = errorOf(outer.importUsers(twoUsers(waits, goOn.opened), { chunkSize: 1 }));
    await waits.opened;
    await outer.withTransaction(async (_, nestedClient) => {
      goOn.open();
      expect(await call).toMatchObject({ code: "INVALID_INPUT", field: "auth" });
      await own.add(nestedClient, "nested");
    });
    await own.add(client, "outer");
  });
  expect(await own.names()).toEqual(["nested", "outer"]);
  expect(await countUsers()).toBe(1);
});
