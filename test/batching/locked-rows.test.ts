import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { createCacheDriver, type PostgresConfig } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { backendsWaiting, waitForBlockedBackend } from "../support/fault-blockers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { PATIENT } from "../support/patience.js";

/** Rows that the transaction of another client has locked. */

const database = useDatabase();
const times = (count: number) => Array.from({ length: count }, (_, index) => index);
const TYPE = "type";

let cache: Cache;
let holder: pg.Client;
let events: PevensieEvent[];
beforeEach(async () => {
  await database.pool.query("truncate pevensie.cache");
  holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query("begin");
});
afterEach(async () => {
  await holder.end();
  await cache.disconnect();
});

async function open(config: Partial<PostgresConfig> = {}): Promise<void> {
  events = [];
  const driver = createCacheDriver({ ...PATIENT, connectionString: database.url, query_timeout: 10_000, ...config });
  cache = await createCache({ driver, onEvent: (event) => events.push(event) }).connect();
}

/** Writes rows and locks them until {@link release}. */
async function lock(...keys: readonly string[]): Promise<void> {
  await database.pool.query("insert into pevensie.cache select $1, key, 'old' from unnest($2::text[]) as key", [
    TYPE,
    keys,
  ]);
  await holder.query("select from pevensie.cache where resource_type = $1 and key = any ($2) for update", [TYPE, keys]);
}

async function release(): Promise<void> {
  await holder.query("commit");
}

async function stored(): Promise<Record<string, string>> {
  const rows = await database.rows<{ key: string; value: string }>("select key, value from pevensie.cache");
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

const set = (key: string, value = "new") => cache.set(TYPE, key, value);
const remove = (key: string) => cache.delete(TYPE, key);

/** The outcome of a call that is still pending. */
function watch(call: Promise<unknown>): { readonly isSettled: () => boolean; readonly call: Promise<unknown> } {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  call.then(settle, settle);
  return { isSettled: () => settled, call };
}

describe("G33: of eight calls in one tick, one for a locked row", () => {
  test.each(times(8))("sets: the others take effect, number %i waits for the lock", async (locked) => {
    await open();
    const keys = times(8).map((index) => `key ${index}`);
    await lock(keys[locked] as string);
    const calls = keys.map((key) => watch(set(key)));
    const [waiting] = calls.splice(locked, 1);
    await Promise.all(calls.map(({ call }) => call));
    expect(waiting?.isSettled()).toBe(false);
    expect(await stored()).toEqual(Object.fromEntries(keys.map((key, at) => [key, at === locked ? "old" : "new"])));
    await release();
    await waiting?.call;
    expect(await stored()).toEqual(Object.fromEntries(keys.map((key) => [key, "new"])));
    expect(events).toEqual([]);
  });

  test.each([0, 3, 7])("deletes: the others take effect, number %i waits for the lock", async (locked) => {
    await open();
    const keys = times(8).map((index) => `key ${index}`);
    await Promise.all(keys.filter((_, index) => index !== locked).map((key) => set(key)));
    await lock(keys[locked] as string);
    const calls = keys.map((key) => watch(remove(key)));
    const [waiting] = calls.splice(locked, 1);
    await Promise.all(calls.map(({ call }) => call));
    expect(waiting?.isSettled()).toBe(false);
    expect(await stored()).toEqual({ [keys[locked] as string]: "old" });
    await release();
    await waiting?.call;
    expect(await stored()).toEqual({});
  });

  test("a row that is being inserted counts as locked", async () => {
    await open();
    await holder.query("insert into pevensie.cache values ($1, 'key 5', 'of the holder')", [TYPE]);
    const calls = times(8).map((index) => watch(set(`key ${index}`)));
    const [waiting] = calls.splice(5, 1);
    await Promise.all(calls.map(({ call }) => call));
    expect(waiting?.isSettled()).toBe(false);
    await release();
    await waiting?.call;
    expect(await stored()).toMatchObject({ "key 5": "new" });
  });

  test("a row at fault fails alone, and calls for one key keep their order", async () => {
    await open();
    await database.pool.query("alter table pevensie.cache add constraint no_bad_value check (value <> 'bad')");
    try {
      await lock("locked");
      const calls = [set("bad", "bad"), set("other"), set("locked", "good"), set("another"), set("locked", "bad")];
      const outcomes = Promise.allSettled(calls);
      await Promise.all([calls[1], calls[3]]);
      await release();
      const [atFault, , locked, , last] = await outcomes;
      expect(atFault).toMatchObject({ reason: { code: "CONSTRAINT_VIOLATED" } });
      expect(locked).toMatchObject({ status: "fulfilled" });
      expect(last).toMatchObject({ reason: { code: "CONSTRAINT_VIOLATED" } });
      expect(await stored()).toEqual({ other: "new", another: "new", locked: "good" });
    } finally {
      await database.pool.query("alter table pevensie.cache drop constraint no_bad_value");
    }
  });
});

describe.each([10, 4, 2, 1])("G33: with a pool of %i", (max) => {
  test.each([3, 10])("while %i rows are locked, calls for others succeed", async (count) => {
    await open({ max, query_timeout: 20_000 });
    const toSet = times(count).map((index) => `set ${index}`);
    const toDelete = times(count).map((index) => `delete ${index}`);
    await lock(...toSet, ...toDelete);
    await set("read", "value");
    // Each by itself first, so that each takes a statement of its own.
    const waiting = [];
    for (const index of times(count)) {
      waiting.push(watch(set(toSet[index] as string)), watch(remove(toDelete[index] as string)));
      await new Promise(setImmediate);
    }
    const unrelated = () => times(48).flatMap((index) => [set(`key ${index}`), remove(`removed ${index}`)]);
    await Promise.all(unrelated());
    await Promise.all(unrelated());
    expect(await cache.get(TYPE, "read")).toBe("value");
    expect(waiting.filter(({ isSettled }) => isSettled())).toEqual([]);
    expect(await database.rows("select from pevensie.cache where value = 'new'")).toHaveLength(48);
    await release();
    await Promise.all(waiting.map(({ call }) => call));
    const values = await stored();
    expect(toSet.map((key) => values[key])).toEqual(toSet.map(() => "new"));
    expect(toDelete.map((key) => values[key])).toEqual(toDelete.map(() => undefined));
  });
});

test("G33: the other calls of a statement are sent before calls that wait for locks are retried", async () => {
  await open({ max: 1 });
  const locked = times(3).map((index) => `locked ${index}`);
  await lock(...locked);
  await Promise.all([set("one"), set("two")]);
  const waiting = locked.map((key) => watch(set(key)));
  await Promise.all(times(20).map((index) => set(`key ${index}`)));
  expect(waiting.filter(({ isSettled }) => isSettled())).toEqual([]);
  await release();
  await Promise.all(waiting.map(({ call }) => call));
});

test("G33: calls that wait for locks use at most half of the connections", async () => {
  await open({ max: 4 });
  const locked = times(20).map((index) => `locked ${index}`);
  await lock(...locked);
  const waiting = Promise.all(locked.map((key) => set(key)));
  await set("other");
  for (const _ of times(50)) expect((await backendsWaiting(database.pool)).length).toBeLessThanOrEqual(2);
  await release();
  await waiting;
});

describe("calls for one key", () => {
  test("take effect in their order after the lock is released", async () => {
    await open();
    await lock("key");
    const settled: number[] = [];
    const calls = [];
    for (const index of times(10)) {
      calls.push(set("key", String(index)).then(() => settled.push(index)));
      if (index % 3 === 0) await set(`other ${index}`);
    }
    await release();
    await Promise.all(calls);
    expect(settled).toEqual(times(10));
    expect(await stored()).toMatchObject({ key: "9" });
  });

  test("succeed by the thousands after the lock is released", async () => {
    await open();
    await lock("key");
    const calls = times(3_000).map((index) => set("key", String(index)));
    await set("other");
    calls.push(...times(3_000).map((index) => set("key", String(3_000 + index))));
    await set("other");
    await release();
    await Promise.all(calls);
    expect(await stored()).toEqual({ key: "5999", other: "new" });
  });

  test("of different keys with equal conflict keys all take effect", async () => {
    await open();
    await lock("Aa");
    const calls = [set("Aa"), set("BB"), set("other")];
    await calls[2];
    const later = set("BB", "later");
    await release();
    await Promise.all([...calls, later]);
    expect(await stored()).toEqual({ Aa: "new", BB: "later", other: "new" });
  });
});

describe("a lock that is not released", () => {
  test.each([1, 2, 10])("is TIMEOUT after query_timeout, and nothing is changed, with a pool of %i", async (max) => {
    await open({ max, query_timeout: 2_000 });
    await lock("key", "other key");
    const calls = [set("key"), set("key", "later"), remove("other key"), set("free")].map((call) => watch(call));
    await calls.pop()?.call;
    for (const { call } of calls) {
      const error = await errorOf(call);
      expect(error).toMatchObject({ code: "TIMEOUT", cause: { code: "55P03" } });
      expect(error.message).toContain("changed nothing");
    }
    // No call is left that would write it later.
    expect(await backendsWaiting(database.pool)).toEqual([]);
    await release();
    expect(await stored()).toEqual({ key: "old", "other key": "old", free: "new" });
    await set("key");
    expect(await stored()).toMatchObject({ key: "new" });
    expect(events).toEqual([]);
  });

  test("is TIMEOUT for every one of thousands of calls", async () => {
    await open({ max: 2, query_timeout: 2_000 });
    const locked = times(300).map((index) => `key ${index}`);
    await lock(...locked);
    const calls = times(3_000).map((index) => codeOf(set(locked[index % 300] as string)));
    await set("free");
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["TIMEOUT"]));
    expect(await database.rows("select from pevensie.cache where value = 'new'")).toHaveLength(1);
  });
});

describe("disconnect()", () => {
  test("waits for calls that wait for a lock", async () => {
    await open();
    await lock("key");
    const call = set("key");
    await set("other");
    const disconnected = watch(cache.disconnect());
    expect(await codeOf(set("late"))).toBe("NOT_CONNECTED");
    expect(disconnected.isSettled()).toBe(false);
    await release();
    await Promise.all([call, disconnected.call]);
    expect(await stored()).toEqual({ key: "new", other: "new" });
  });

  test("rejects calls whose lock is not released", async () => {
    await open({ query_timeout: 2_000, max: 1 });
    await lock("key", "other key");
    const outcomes = Promise.allSettled([set("key"), set("key"), set("other key"), remove("key")]);
    await set("free");
    await cache.disconnect();
    for (const outcome of await outcomes) expect(outcome.status).toBe("rejected");
  });
});

test("setMany and deleteMany wait for a lock, and take effect then", async () => {
  await open();
  await lock("key 3");
  const entries = times(8).map((index) => [`key ${index}`, "new"] as const);
  const written = watch(cache.setMany(TYPE, entries));
  await waitForBlockedBackend(database.pool);
  expect(written.isSettled()).toBe(false);
  await release();
  await written.call;
  expect(await stored()).toEqual(Object.fromEntries(entries));
  await holder.query("begin");
  await holder.query("select from pevensie.cache where key = 'key 3' for update");
  const removed = watch(cache.deleteMany(TYPE, Object.keys(Object.fromEntries(entries))));
  await waitForBlockedBackend(database.pool);
  expect(removed.isSettled()).toBe(false);
  await release();
  await removed.call;
  expect(await stored()).toEqual({});
});
