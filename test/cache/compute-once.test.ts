import { randomUUID } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import type { Cache } from "../../src/cache/index.js";
import { computation, connectCache, lookedUp, useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const caches = useTwoCaches(database.url);
const TTL = { ttlSeconds: 60 };
const leases = (key: string) => database.rows("select from pevensie.cache_lease where key = $1", [key]);
const times = <T>(count: number, call: () => T) => Array.from({ length: count }, call);

describe("computing a missing value", () => {
  test("G50: 200 concurrent calls of one process compute it once, and later calls not at all", async () => {
    const key = randomUUID();
    const produce = vi.fn(async () => "value");
    const calls = times(200, () => caches.one.getOrSet("page", key, produce, TTL));
    await expect(Promise.all(calls)).resolves.toEqual(times(200, () => "value"));
    await expect(caches.one.getOrSet("page", key, produce, TTL)).resolves.toBe("value");
    await expect(caches.other.getOrSet("page", key, produce, TTL)).resolves.toBe("value");
    expect(produce).toHaveBeenCalledTimes(1);
    await expect(leases(key)).resolves.toEqual([]);
  });

  test("G50: the value is stored with its expiry and tags", async () => {
    const key = randomUUID();
    await caches.one.getOrSet("page", key, () => "value", { ttlMillis: 60_500, tags: ["b", "a", "b"] });
    const entry = await caches.one.getEntry("page", key);
    expect(entry).toEqual({ value: "value", expiresAt: expect.any(Date), tags: ["b", "a"] });
    const [row] = await database.rows<{ lasts: number }>(
      "select extract(epoch from expires_at - now())::float8 as lasts from pevensie.cache where key = $1",
      [key],
    );
    expect(row?.lasts).toBeGreaterThan(0);
    expect(row?.lasts).toBeLessThanOrEqual(60.5);
    const endless = randomUUID();
    await caches.one.getOrSet("page", endless, () => "value", { ttlSeconds: null, graceSeconds: 60 });
    await expect(caches.one.getEntry("page", endless)).resolves.toEqual({ value: "value", expiresAt: null, tags: [] });
  });

  test("G50: an expired value without grace is computed anew, and counts as absent meanwhile", async () => {
    const key = randomUUID();
    await caches.one.set("page", key, "old", TTL);
    await database.rows("update pevensie.cache set expires_at = now() where key = $1", [key]);
    const anew = computation();
    const call = caches.one.getOrSet("page", key, anew.produce, TTL);
    await anew.begun;
    await expect(caches.other.get("page", key)).resolves.toBeNull();
    await expect(caches.other.has("page", key)).resolves.toBe(false);
    await expect(caches.other.getEntry("page", key)).resolves.toBeNull();
    await expect(caches.other.getAll(key)).resolves.toEqual(new Map());
    await expect(caches.other.getMany("page", [key])).resolves.toEqual(new Map());
    await expect(caches.other.touch("page", key, TTL)).resolves.toBe(false);
    const keys: string[] = [];
    for await (const each of caches.other.keys("page", { prefix: key })) keys.push(each);
    expect(keys).toEqual([]);
    anew.resolve("new");
    await expect(call).resolves.toBe("new");
    await expect(caches.other.get("page", key)).resolves.toBe("new");
  });

  test("G50: a call for another key may be made while a value is computed", async () => {
    const [outer, inner] = [randomUUID(), randomUUID()];
    const produce = async () => `outer of ${await caches.one.getOrSet("page", inner, () => "inner", TTL)}`;
    await expect(caches.one.getOrSet("page", outer, produce, TTL)).resolves.toBe("outer of inner");
    await expect(caches.one.get("page", inner)).resolves.toBe("inner");
  });

  test("G50: a call for the same key within its computation ends after waitMillis", async () => {
    const key = randomUUID();
    const produce = () => caches.one.getOrSet("page", key, () => "inner", { ...TTL, waitMillis: 50 });
    await expect(caches.one.getOrSet("page", key, produce, TTL)).resolves.toBe("inner");
    await expect(caches.one.get("page", key)).resolves.toBe("inner");
  });

  test("G50: resource types with the same key are computed separately", async () => {
    const key = randomUUID();
    const [page, image] = await Promise.all([
      caches.one.getOrSet("page", key, () => "p", TTL),
      caches.one.getOrSet("image", key, () => "i", TTL),
    ]);
    expect([page, image]).toEqual(["p", "i"]);
    await expect(caches.other.getAll(key)).resolves.toEqual(new Map([["page", "p"], ["image", "i"]])); // biome-ignore format: pairs
  });
});

describe("waiting for a value that another process computes", () => {
  async function whileComputing(work: (key: string, finish: (value: string) => Promise<void>) => Promise<void>) {
    const key = randomUUID();
    const elsewhere = computation();
    const call = caches.one.getOrSet("page", key, elsewhere.produce, TTL);
    await elsewhere.begun;
    await work(key, async (value) => {
      elsewhere.resolve(value);
      await call;
    });
    elsewhere.resolve("unless resolved");
    await call;
  }

  test("G50: holds no connection: with a pool of one, 50 calls wait while others are answered", async () => {
    await using cache: Cache = await connectCache({ connectionString: database.url, max: 1 });
    await whileComputing(async (key, finish) => {
      const produce = vi.fn(() => "own");
      const waiting = Promise.all(times(50, () => cache.getOrSet("page", key, produce, TTL)));
      await lookedUp(cache);
      for (let round = 0; round < 10; round += 1) {
        await cache.set("page", `${key} beside`, String(round));
        await expect(cache.get("page", `${key} beside`)).resolves.toBe(String(round));
      }
      await finish("value");
      await expect(waiting).resolves.toEqual(times(50, () => "value"));
      expect(produce).not.toHaveBeenCalled();
    });
  });

  test.each([0, 40])(
    "ends after waitMillis of %i: the calls of a process compute it once for themselves and store nothing",
    async (waitMillis) => {
      await whileComputing(async (key, finish) => {
        const own = computation();
        const calls = times(20, () => caches.other.getOrSet("page", key, own.produce, { ...TTL, waitMillis }));
        const signal = await own.begun;
        await lookedUp(caches.other);
        // Enough for every call to have waited long enough; where it is not, the others follow when this one has ended.
        await new Promise((resolve) => setTimeout(resolve, 250));
        expect(own.calls).toBe(1);
        own.resolve("own");
        await expect(Promise.all(calls)).resolves.toEqual(times(20, () => "own"));
        expect(signal.aborted).toBe(false);
        await expect(caches.other.get("page", key)).resolves.toBeNull();
        await finish("shared");
        await expect(caches.other.get("page", key)).resolves.toBe("shared");
      });
    },
  );

  test("G50: a value that a call computes for itself is checked, and its failure is the call's", async () => {
    await whileComputing(async (key) => {
      const call = (produce: () => string) => caches.other.getOrSet("page", key, produce, { ...TTL, waitMillis: 0 });
      await expect(call(() => 5 as never)).rejects.toMatchObject({ code: "INVALID_INPUT", field: "produce" });
      const failing = () => {
        throw new Error("on purpose");
      };
      await expect(call(failing)).rejects.toThrow("on purpose");
      await expect(call(() => "works again")).resolves.toBe("works again");
    });
  });

  test("G50: ends with the first call that computes it once the other process has failed", async () => {
    const key = randomUUID();
    const failing = computation();
    const failed = caches.one.getOrSet("page", key, failing.produce, TTL);
    await failing.begun;
    const produce = vi.fn(async () => "value");
    const waiting = Promise.all(times(20, () => caches.other.getOrSet("page", key, produce, TTL)));
    await lookedUp(caches.other);
    expect(produce).not.toHaveBeenCalled();
    failing.reject(new Error("on purpose"));
    await expect(failed).rejects.toThrow("on purpose");
    await expect(waiting).resolves.toEqual(times(20, () => "value"));
    expect(produce).toHaveBeenCalledTimes(1);
  });
});

describe("a call that has waited long enough", () => {
  test("G50: does not compute a value once it has returned, though the other process fails", async () => {
    const key = randomUUID();
    const failing = computation();
    const failed = caches.one.getOrSet("page", key, failing.produce, TTL);
    await failing.begun;
    const produce = vi.fn(() => "own");
    await expect(caches.other.getOrSet("page", key, produce, { ...TTL, waitMillis: 0 })).resolves.toBe("own");
    failing.reject(new Error("on purpose"));
    await expect(failed).rejects.toThrow("on purpose");
    // Several times as long as between two looks.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(produce).toHaveBeenCalledTimes(1);
    await expect(leases(key)).resolves.toEqual([]);
  });

  test("G50: computes a value once, however long that takes, if it has acquired the lease while it waited", async () => {
    const key = randomUUID();
    const failing = computation();
    const failed = caches.one.getOrSet("page", key, failing.produce, TTL);
    await failing.begun;
    const slow = computation();
    const call = caches.other.getOrSet("page", key, slow.produce, { ...TTL, waitMillis: 400 });
    await lookedUp(caches.other);
    failing.reject(new Error("on purpose"));
    await expect(failed).rejects.toThrow("on purpose");
    await slow.begun;
    await new Promise((resolve) => setTimeout(resolve, 600));
    slow.resolve("slow");
    await expect(call).resolves.toBe("slow");
    expect(slow.calls).toBe(1);
  });
});

describe("a computation that fails", () => {
  const large = "v".repeat(17 * 1024 * 1024);
  const failures: Readonly<Record<string, [produce: () => unknown, error: Record<string, unknown>]>> = {
    rejects: [() => Promise.reject(new Error("on purpose")), { message: "on purpose" }],
    "returns undefined": [() => undefined, { code: "INVALID_INPUT", field: "produce" }],
    "resolves to a number": [async () => 5, { code: "INVALID_INPUT", field: "produce" }],
    "returns 17 MiB": [() => large, { code: "INVALID_INPUT", field: "produce" }],
    "returns a lone surrogate": [() => "\ud800", { code: "INVALID_INPUT", field: "produce" }],
    "returns NUL": [() => "a\0b", { code: "INVALID_INPUT", field: "produce" }],
  };

  test.each(Object.entries(failures))(
    "%s: all its calls reject, nothing is left, the next call tries again",
    async (_, failure) => {
      const key = randomUUID();
      const [produce, error] = failure;
      const fail = vi.fn(async () => {
        // Later than the lookups of the calls that share it.
        await lookedUp(caches.one);
        return produce();
      });
      const calls = await Promise.allSettled(times(20, () => caches.one.getOrSet("page", key, fail as never, TTL)));
      for (const call of calls) expect(call).toMatchObject({ status: "rejected", reason: error });
      expect(fail).toHaveBeenCalledTimes(1);
      await expect.poll(() => leases(key)).toEqual([]);
      await expect(database.rows("select from pevensie.cache where key = $1", [key])).resolves.toEqual([]);
      await expect(caches.other.getOrSet("page", key, () => "works again", TTL)).resolves.toBe("works again");
    },
  );

  test("G50: throws synchronously: the call rejects, nothing is left, the next call tries again", async () => {
    const key = randomUUID();
    const throws = vi.fn(() => {
      throw new Error("on purpose");
    });
    for (let call = 1; call <= 3; call += 1) {
      await expect(caches.one.getOrSet("page", key, throws, TTL)).rejects.toThrow("on purpose");
      expect(throws).toHaveBeenCalledTimes(call);
    }
    await expect.poll(() => leases(key)).toEqual([]);
    await expect(caches.other.getOrSet("page", key, () => "works again", TTL)).resolves.toBe("works again");
  });
});
