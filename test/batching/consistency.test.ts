import { describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { authOn, createUser, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { PATIENT } from "../support/patience.js";

const database = useDatabase();
const auth = useAuth(database.url);
const ROUNDS = 200;
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const events: PevensieEvent[] = [];
const newCache = (batching = true): Promise<Cache> =>
  createCache({
    driver: createCacheDriver({ ...PATIENT, connectionString: database.url, batching }),
    onEvent: (event) => events.push(event),
  }).connect();

describe.each([true, false])("with batching: %s", (batching) => {
  test(`a session that was ended before the call is not found, ${ROUNDS} rounds`, async () => {
    await using reader = await authOn({ connectionString: database.url, batching }).connect();
    await using writer = await authOn({ connectionString: database.url, max: 1 }).connect();
    const user = await createUser(writer, { password: null });
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await writer.createSession({ userId: user.id });
      // Lookups that are in flight or queued when the session is ended.
      const before = times(1 + (round % 5)).map(() => reader.getSession(id));
      await writer.deleteSession(id);
      expect(await reader.getSession(id)).toBeNull();
      for (const session of await Promise.all(before)) expect(session === null || session.id === id).toBe(true);
    }
  });

  test(`a value that was written before the call is read, ${ROUNDS} rounds`, async () => {
    await using reader = await newCache(batching);
    await using writer = await newCache(batching);
    const key = `batching: ${batching}`;
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = times(1 + (round % 5)).map(() => reader.get("type", key));
      await writer.set("type", key, String(round));
      const after = [reader.get("type", key), reader.getMany("type", [key]), reader.getAll(key)] as const;
      const [value, many, all] = await Promise.all(after);
      expect([value, many.get(key), all.get("type")]).toEqual(new Array(3).fill(String(round)));
      for (const old of await Promise.all(before)) {
        expect([round === 0 ? null : String(round - 1), String(round)]).toContain(old);
      }
    }
  });

  test("a call reads a user as changed before it", async () => {
    await using reader = await authOn({ connectionString: database.url, batching }).connect();
    const user = await createUser(auth.current, { password: null });
    for (let round = 0; round < 50; round += 1) {
      const before = times(1 + (round % 5)).map(() => reader.getUserById(user.id));
      await auth.current.setUserRole(user.id, String(round));
      const [byId, byEmail] = await Promise.all([reader.getUserById(user.id), reader.getUserByEmail(user.email)]);
      expect([byId?.role, byEmail?.role]).toEqual([String(round), String(round)]);
      await Promise.all(before);
    }
  });
});

test(`two calls that write the same keys in opposite orders never fail, ${ROUNDS} rounds`, async () => {
  await using one = await newCache();
  await using other = await newCache();
  events.length = 0;
  const keys = times(40).map((index) => `key ${index}`);
  const backwards = keys.toReversed();
  const pairs = (names: readonly string[], value: string) => names.map((key) => [key, value] as const);
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all([
      ...keys.map((key) => one.set("crossing", key, "one", { ttlSeconds: 60 })),
      ...backwards.map((key) => other.set("crossing", key, "other")),
      one.setMany("crossing", pairs(backwards, "many of one")),
      other.setMany("crossing", pairs(keys, "many of other")),
      ...(round % 3 === 0 ? backwards.map((key) => one.delete("crossing", key)) : []),
      ...(round % 3 === 1 ? [other.deleteMany("crossing", keys)] : []),
      other.getMany("crossing", backwards),
      ...keys.map((key) => one.get("crossing", key)),
    ]);
    if (round % 10 === 0) await database.rows("update pevensie.cache set expires_at = now()");
  }
  // Nor are they retried: no two calls deadlock.
  expect(events.filter(({ type }) => type === "retry")).toEqual([]);
  await one.setMany("crossing", pairs(keys, "last"));
  expect(new Set((await other.getMany("crossing", keys)).values())).toEqual(new Set(["last"]));
});

test("100,000 concurrent calls each get their own response", async () => {
  await using cache = await newCache();
  const keys = times(1000).map((index) => `key ${index}`);
  await cache.setMany(
    "load",
    keys.map((key) => [key, `value of ${key}`]),
  );
  const calls = times(100_000).map((index) => cache.get("load", `key ${(index * 17) % 1250}`));
  const values = await Promise.all(calls);
  const wrong = values.filter((value, index) => {
    const number = (index * 17) % 1250;
    return value !== (number < 1000 ? `value of key ${number}` : null);
  });
  expect(wrong).toEqual([]);
  expect(values).toHaveLength(100_000);
});

test("100,000 concurrent sets all take effect", async () => {
  await using cache = await newCache();
  await Promise.all(times(100_000).map((index) => cache.set("written", `key ${index % 5000}`, String(index))));
  const rows = await database.rows<{ key: string; value: string }>(
    "select key, value from pevensie.cache where resource_type = 'written'",
  );
  expect(rows).toHaveLength(5000);
  const wrong = rows.filter(({ key, value }) => `key ${Number(value) % 5000}` !== key || !(Number(value) < 100_000));
  expect(wrong).toEqual([]);
});
