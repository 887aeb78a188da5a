import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Cache } from "../../src/cache/index.js";
import type { TestDatabase } from "./database.js";
import { codeOf } from "./fault-outcome.js";

/** Calls what a cache does beside storing and reading values, and holds each answer against what it should be. */
export async function walkCacheFunctions(cache: Cache): Promise<void> {
  const type = randomUUID();
  await walkEntries(cache, type);
  await walkComputing(cache, type);
  await walkCounting(cache, type);
  const typed = cache.resource<{ name: string }>(`${type} typed`, { ttlSeconds: 3600 });
  expect(await typed.getOrSet("key", () => ({ name: "Lucy" }))).toEqual({ name: "Lucy" });
  expect(await typed.get("key")).toEqual({ name: "Lucy" });
  // A value that is refused is deleted.
  await cache.set(`${type} typed`, "refused", "no JSON", { ttlSeconds: 3600 });
  expect(await typed.getOrSet("refused", () => ({ name: "Edmund" }))).toEqual({ name: "Edmund" });
}

async function walkEntries(cache: Cache, type: string): Promise<void> {
  expect(await cache.setIfAbsent(type, "key", "first", { ttlMillis: 3_600_000, tags: ["one", `${type} tag`] })).toBe(
    true,
  );
  expect(await cache.setIfAbsent(type, "key", "second")).toBe(false);
  expect(await cache.has(type, "key")).toBe(true);
  expect(await cache.has(type, "absent")).toBe(false);
  expect(await cache.touch(type, "key", { ttlSeconds: null })).toBe(true);
  const entry = { value: "first", expiresAt: null, tags: ["one", `${type} tag`] };
  expect(await cache.getEntry(type, "key")).toEqual(entry);
  expect(await cache.getMany(type, ["key"])).toEqual(new Map([["key", "first"]]));
  await cache.invalidateTags([`${type} tag`, "unknown"]);
  expect(await Promise.all([cache.get(type, "key"), cache.get(type, "absent")])).toEqual([null, null]);
  expect(await cache.getEntry(type, "key")).toBeNull();
  expect(await cache.touch(type, "key", { ttlSeconds: 60 })).toBe(false);
  expect(await cache.delete(type, "key")).toBe(false);
  const keys = ["B", "a", "ü", "\\", "NULL"];
  await cache.setMany(
    type,
    keys.map((key) => [key, key] as const),
    { tags: ["many"] },
  );
  const listed: string[] = [];
  for await (const key of cache.keys(type, { after: "" })) listed.push(key);
  expect(listed.sort()).toEqual([...keys].sort());
  expect(await cache.deleteMany(type, ["a", "absent"])).toBe(1);
  expect(await cache.clear(type)).toBe(4);
}

async function walkComputing(cache: Cache, type: string): Promise<void> {
  let count = 0;
  const produce = () => {
    count += 1;
    return `value ${count}`;
  };
  const options = { ttlSeconds: 3600, graceSeconds: 60, tags: [`${type} tag`] };
  const values = [1, 2, 3].map(() => cache.getOrSet(type, "computed", produce, options));
  expect(await Promise.all(values)).toEqual(["value 1", "value 1", "value 1"]);
  await cache.invalidateTags([`${type} tag`]);
  expect(await cache.getOrSet(type, "computed", produce, options)).toBe("value 2");
  const failing = cache.getOrSet(type, "failing", () => Promise.reject(new RangeError("no value")), options);
  await expect(failing).rejects.toThrow(new RangeError("no value"));
  expect(await cache.clear(type)).toBe(1);
}

async function walkCounting(cache: Cache, type: string): Promise<void> {
  expect(await cache.increment(type, "count", { by: 5, ttlSeconds: 3600 })).toBe(5);
  const sums = await Promise.all([1, 2, -4].map((by) => cache.increment(type, "count", { by })));
  expect(sums).toEqual([6, 8, 4]);
  await cache.set(type, "text", "no number");
  expect(await codeOf(cache.increment(type, "text"))).toBe("WRONG_VALUE_TYPE");
  const limit = { limit: 2, windowSeconds: 3600 };
  const calls = await Promise.all([1, 2, 3].map(() => cache.rateLimit(type, "limit", limit)));
  expect(calls.map(({ allowed }) => allowed)).toEqual([true, true, false]);
  expect(calls[2]?.retryAfterSeconds).toBeGreaterThan(1000);
  expect(await codeOf(cache.rateLimit(type, "text", limit))).toBe("WRONG_VALUE_TYPE");
}

/** What only time leads to: a stale value, an expired lease, a sweep that evicts. */
export async function walkStaleEntries(cache: Cache, database: TestDatabase): Promise<void> {
  const type = randomUUID();
  const options = { ttlSeconds: 3600, graceSeconds: 3600, tags: ["stale"] };
  await cache.getOrSet(type, "key", () => "old", options);
  await database.rows(
    `update pevensie.cache set expires_at = expires_at - interval '1 h', stale_until = stale_until - interval '1 h'
     where resource_type = $1`,
    [type],
  );
  expect(await cache.get(type, "key")).toBeNull();
  expect(await cache.getOrSet(type, "key", () => Promise.reject(new Error("no value")), options)).toBe("old");
  let isHeld = () => {};
  const begun = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  const computed = cache.getOrSet(
    type,
    "key",
    ({ signal }) => {
      isHeld();
      return new Promise<string>((resolve) => {
        signal.addEventListener("abort", () => resolve("late"));
      });
    },
    options,
  );
  await begun;
  expect(await cache.getOrSet(type, "key", () => "another's", options)).toBe("old");
  await database.rows("delete from pevensie.cache_lease where resource_type = $1", [type]);
  expect(await computed).toBe("late");
  expect(await cache.get(type, "key")).toBeNull();
  await database.rows(
    `insert into pevensie.cache_lease (resource_type, key, token, expires_at, snapshot, acquired_by)
     values ($1, 'dead', gen_random_uuid(), now(), pg_current_snapshot(), pg_current_xact_id())`,
    [type],
  );
  await cache.set(type, "soon", "gone", { ttlSeconds: 60 });
  await cache.set(type, "later", "kept");
  expect(await cache.removeExpired({ maxEntries: 1 })).toBeGreaterThan(0);
  expect(await cache.get(type, "soon")).toBeNull();
  expect(await database.rows("select from pevensie.cache_lease where resource_type = $1", [type])).toEqual([]);
  await cache.clear(type);
}
