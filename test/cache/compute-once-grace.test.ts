import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Cache } from "../../src/cache/index.js";
import type { PevensieEvent } from "../../src/events.js";
import {
  computation,
  connectCache,
  type HeldResults,
  holdResults,
  intercept,
  lookedUp,
  useTwoCaches,
} from "../support/computation.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const caches = useTwoCaches(database.url);
const TERMS = { ttlSeconds: 60, graceSeconds: 60 };
const events: PevensieEvent[] = [];
let cache: Cache;
beforeAll(async () => {
  cache = await connectCache({ connectionString: database.url }, { onEvent: (event) => events.push(event) });
});
afterAll(() => cache.disconnect());
beforeEach(() => {
  events.length = 0;
});

/** The key of an expired value, "expired", within its grace. */
async function expired(tags: readonly string[] = []): Promise<string> {
  const key = randomUUID();
  await cache.getOrSet("page", key, () => "expired", { ...TERMS, tags });
  await database.rows("update pevensie.cache set expires_at = now() where key = $1", [key]);
  return key;
}
const endGrace = (key: string) => database.rows("update pevensie.cache set stale_until = now() where key = $1", [key]);
const isKept = async (key: string) =>
  (await database.rows("select from pevensie.cache where key = $1", [key])).length > 0;
const fails = () => {
  throw new Error("on purpose");
};

describe("an expired value within its grace", () => {
  test("G50: is returned immediately while one call computes the next one, which that call gets", async () => {
    const key = await expired();
    const next = computation();
    const refresh = cache.getOrSet("page", key, next.produce, TERMS);
    await next.begun;
    const produce = vi.fn(() => "never");
    for (const each of [cache, caches.one, caches.other]) {
      const calls = Array.from({ length: 20 }, () => each.getOrSet("page", key, produce, TERMS));
      await expect(Promise.all(calls)).resolves.toEqual(calls.map(() => "expired"));
    }
    expect(produce).not.toHaveBeenCalled();
    next.resolve("next");
    await expect(refresh).resolves.toBe("next");
    await expect(caches.one.getOrSet("page", key, produce, TERMS)).resolves.toBe("next");
    expect(next.calls).toBe(1);
    expect(events).toEqual([]);
  });

  test("G50: is no live value for any other function, and they leave it in place", async () => {
    const key = await expired();
    await expect(cache.get("page", key)).resolves.toBeNull();
    await expect(Promise.all([cache.get("page", key), cache.get("page", "x"), cache.get("page", "y")])).resolves.toEqual([null, null, null]); // biome-ignore format: one batch
    await expect(cache.getAll(key)).resolves.toEqual(new Map());
    await expect(cache.getMany("page", [key])).resolves.toEqual(new Map());
    await expect(cache.has("page", key)).resolves.toBe(false);
    await expect(cache.getEntry("page", key)).resolves.toBeNull();
    await expect(cache.touch("page", key, { ttlSeconds: 60 })).resolves.toBe(false);
    await expect(isKept(key)).resolves.toBe(true);
    await expect(caches.one.getOrSet("page", key, fails, TERMS)).resolves.toBe("expired");
    await expect(cache.delete("page", key)).resolves.toBe(false);
    await expect(isKept(key)).resolves.toBe(false);
  });

  test("G50: is served by the call whose computation fails, which emits refresh-failed, and by those that share it", async () => {
    const key = await expired();
    const error = new Error("on purpose");
    const failing = computation();
    const calls = [cache.getOrSet("page", key, failing.produce, TERMS)];
    await failing.begun;
    calls.push(cache.getOrSet("page", key, failing.produce, TERMS));
    await lookedUp(cache);
    failing.reject(error);
    await expect(Promise.all(calls)).resolves.toEqual(["expired", "expired"]);
    expect(events).toEqual([{ type: "refresh-failed", resourceType: "page", error }]);
    expect((events[0] as { error: unknown }).error).toBe(error);
    // The next call tries again.
    await expect(caches.other.getOrSet("page", key, () => "next", TERMS)).resolves.toBe("next");
  });

  test("G50: is not returned to a call that has begun to compute the next one while it was looked up", async () => {
    const key = await expired();
    let results = {} as HeldResults;
    await using slow = await connectCache({ connectionString: database.url }, {}, (driver) => {
      const [holding, held] = holdResults(driver, "getStale");
      results = held;
      return holding;
    });
    const [failing, next] = [computation(), computation()];
    const refresh = cache.getOrSet("page", key, failing.produce, TERMS);
    await failing.begun;
    const call = slow.getOrSet("page", key, next.produce, TERMS);
    await results.held;
    failing.reject(new Error("on purpose"));
    await expect(refresh).resolves.toBe("expired");
    await next.begun;
    results.release();
    next.resolve("next");
    await expect(call).resolves.toBe("next");
  });

  test("G50: that cannot be looked up fails no call that has begun to compute the next one meanwhile", async () => {
    const key = await expired();
    let onLookup = () => {};
    let failLookup = (_: Error) => {};
    const lookup = new Promise<void>((resolve) => {
      onLookup = resolve;
    });
    await using slow = await connectCache({ connectionString: database.url }, {}, (driver) =>
      intercept(driver, "getStale", async () => {
        onLookup();
        return new Promise((_, reject) => {
          failLookup = reject;
        });
      }),
    );
    const [failing, next] = [computation(), computation()];
    const refresh = cache.getOrSet("page", key, failing.produce, TERMS);
    await failing.begun;
    const call = slow.getOrSet("page", key, next.produce, TERMS);
    await lookup;
    failing.reject(new Error("on purpose"));
    await expect(refresh).resolves.toBe("expired");
    await next.begun;
    failLookup(new Error("lost"));
    next.resolve("next");
    await expect(call).resolves.toBe("next");
  });

  test("G50: is not served once its grace has ended: a failure is that of the call", async () => {
    const key = await expired();
    await endGrace(key);
    await expect(cache.getOrSet("page", key, fails, TERMS)).rejects.toThrow("on purpose");
    expect(events).toEqual([]);
    const again = await expired();
    const failing = computation();
    const call = cache.getOrSet("page", again, failing.produce, TERMS);
    await failing.begun;
    await endGrace(again);
    failing.reject(new Error("on purpose"));
    await expect(call).rejects.toThrow("on purpose");
  });

  test("G50: is not served after its grace: other processes wait for the next one", async () => {
    const key = await expired();
    const next = computation();
    const refresh = cache.getOrSet("page", key, next.produce, TERMS);
    await next.begun;
    await endGraceInTheSameVersion(key);
    const waiting = Promise.all([cache, caches.one].map((each) => each.getOrSet("page", key, () => "never", TERMS)));
    await lookedUp(caches.one);
    next.resolve("next");
    await expect(Promise.all([refresh, waiting])).resolves.toEqual(["next", ["next", "next"]]);
  });

  test("G50: is never served after an invalidation of its tags, before or while the next one is computed", async () => {
    const before = await expired(["before"]);
    await caches.one.invalidateTags(["before"]);
    await expect(cache.getOrSet("page", before, fails, TERMS)).rejects.toThrow("on purpose");
    expect(events).toEqual([]);

    const during = await expired(["during"]);
    const failing = computation();
    const refresh = cache.getOrSet("page", during, failing.produce, { ...TERMS, tags: ["other"] });
    await failing.begun;
    await expect(caches.other.getOrSet("page", during, () => "never", TERMS)).resolves.toBe("expired");
    await caches.one.invalidateTags(["during"]);
    const waiting = caches.one.getOrSet("page", during, () => "next", TERMS);
    await lookedUp(caches.one);
    failing.reject(new Error("on purpose"));
    await expect(refresh).rejects.toThrow("on purpose");
    await expect(waiting).resolves.toBe("next");
  });

  test("G50: is gone after a deletion, and after a value that was set without grace", async () => {
    const deleted = await expired();
    await caches.one.delete("page", deleted);
    await expect(cache.getOrSet("page", deleted, fails, TERMS)).rejects.toThrow("on purpose");
    for (const set of [
      (key: string) => caches.one.set("page", key, "set"),
      (key: string) => caches.one.set("page", key, "set", { tags: ["a"] }),
      (key: string) => caches.one.setMany("page", [[key, "set"]]),
      (key: string) => caches.one.setIfAbsent("page", key, "set"),
      (key: string) => caches.one.increment("page", key),
      (key: string) => caches.one.rateLimit("page", key, { limit: 1, windowSeconds: 60 }),
    ]) {
      const key = await expired();
      await set(key);
      await database.rows("update pevensie.cache set expires_at = now() where key = $1", [key]);
      await expect(cache.getOrSet("page", key, fails, TERMS)).rejects.toThrow("on purpose");
      await expect.poll(() => isKept(key)).toBe(false);
    }
  });

  test("G50: outlives a sweep until its grace ends, and while its value is computed", async () => {
    const key = await expired();
    await cache.removeExpired();
    await expect(isKept(key)).resolves.toBe(true);
    const next = computation();
    const refresh = cache.getOrSet("page", key, next.produce, TERMS);
    const signal = await next.begun;
    await endGraceInTheSameVersion(key);
    await cache.removeExpired();
    await expect(isKept(key)).resolves.toBe(true);
    next.reject(new Error("on purpose"));
    await expect(refresh).rejects.toThrow("on purpose");
    expect(signal.aborted).toBe(false);
    await expect.poll(() => cache.removeExpired().then(() => isKept(key))).toBe(false);
  });

  test("G50: keeps the length of its grace when it is touched before it expires", async () => {
    const key = randomUUID();
    await cache.getOrSet("page", key, () => "value", TERMS);
    await expect(cache.touch("page", key, { ttlSeconds: 3600 })).resolves.toBe(true);
    const grace =
      "select extract(epoch from stale_until - expires_at)::int as grace from pevensie.cache where key = $1";
    await expect(database.rows(grace, [key])).resolves.toEqual([{ grace: 60 }]);
    await expect(cache.touch("page", key, { ttlSeconds: null })).resolves.toBe(true);
    await expect(database.rows(grace, [key])).resolves.toEqual([{ grace: null }]);
  });
});

/** A row's new version would take the lease away. */
async function endGraceInTheSameVersion(key: string): Promise<void> {
  await endGrace(key);
  await database.rows(
    `update pevensie.cache_lease as lease set acquired_by = cache.xmin::text::xid8
     from pevensie.cache as cache where lease.key = $1 and cache.key = $1`,
    [key],
  );
}
