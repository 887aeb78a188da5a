import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { ProduceContext } from "../../src/cache/index.js";
import { aborted, computation, useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";

/** A computation loses its lease: its value is not stored, its signal is aborted, and later calls do not get its value. */

const database = useDatabase();
const caches = useTwoCaches(database.url);
const TTL = { ttlSeconds: 60 };

interface Loss {
  /** What happens to the entry while its value is computed. */
  readonly happens: (key: string) => Promise<unknown>;
  /** The value that is stored then. */
  readonly leaves: string | null;
}

const tagOf = (key: string) => `tag of ${key}`;
const expireLease = (key: string) =>
  database.rows("update pevensie.cache_lease set expires_at = now() where key = $1", [key]);

const LOSSES: Readonly<Record<string, Loss>> = {
  delete: { happens: (key) => caches.other.delete(key, key), leaves: null },
  deleteMany: { happens: (key) => caches.other.deleteMany(key, [key, "another"]), leaves: null },
  clear: { happens: (key) => caches.other.clear(key), leaves: null },
  set: { happens: (key) => caches.other.set(key, key, "set"), leaves: "set" },
  "set with tags": { happens: (key) => caches.other.set(key, key, "set", { tags: [tagOf(key)] }), leaves: "set" },
  setMany: { happens: (key) => caches.other.setMany(key, [[key, "set"]]), leaves: "set" },
  setIfAbsent: { happens: (key) => caches.other.setIfAbsent(key, key, "set"), leaves: "set" },
  increment: { happens: (key) => caches.other.increment(key, key), leaves: "1" },
  "set and delete": {
    happens: async (key) => {
      await caches.other.set(key, key, "set");
      await caches.other.delete(key, key);
    },
    leaves: null,
  },
  invalidateTags: { happens: (key) => caches.other.invalidateTags([tagOf(key), "another"]), leaves: null },
  "a lease that has expired and was replaced": {
    happens: async (key) => {
      await expireLease(key);
      await caches.other.getOrSet(key, key, () => "the other's", TTL);
    },
    leaves: "the other's",
  },
};

describe.each(Object.entries(LOSSES))("%s while a value is computed", (_, { happens, leaves }) => {
  test("G51: aborts its signal; the caller gets the value, and it is not stored", async () => {
    const key = randomUUID();
    const late = computation();
    const options = { ...TTL, tags: [tagOf(key)], leaseSeconds: 86_400 };
    const call = caches.one.getOrSet(key, key, late.produce, options);
    const signal = await late.begun;
    expect(signal.aborted).toBe(false);
    await happens(key);
    await expect.poll(() => signal.aborted, { timeout: 60_000 }).toBe(true);
    late.resolve("late");
    await expect(call).resolves.toBe("late");
    await expect(caches.one.get(key, key)).resolves.toBe(leaves);
    await expect.poll(() => database.rows("select from pevensie.cache_lease where key = $1", [key])).toEqual([]);
  });

  test("G51: a value that arrives before the signal is aborted is not stored either", async () => {
    const key = randomUUID();
    const late = computation();
    const call = caches.one.getOrSet(key, key, late.produce, { ...TTL, graceSeconds: 60, tags: [tagOf(key)] });
    await late.begun;
    await happens(key);
    late.resolve("late");
    await expect(call).resolves.toBe("late");
    await expect(caches.one.get(key, key)).resolves.toBe(leaves);
    // Nothing remains of it that could be served as an expired value.
    const produce = vi.fn(() => "newest");
    await expect(caches.one.getOrSet(key, key, produce, TTL)).resolves.toBe(leaves ?? "newest");
  });

  test("G51: a computation that ends with its signal has its caller take the current value", async () => {
    const key = randomUUID();
    const obedient = computation({ obeys: true });
    const produce = vi.fn().mockImplementationOnce(obedient.produce).mockReturnValue("second");
    const options = { ...TTL, tags: [tagOf(key)], leaseSeconds: 86_400, waitMillis: 86_400_000 };
    const call = caches.one.getOrSet(key, key, produce, options);
    await obedient.begun;
    await happens(key);
    await expect(call).resolves.toBe(leaves ?? "second");
    await expect(caches.one.get(key, key)).resolves.toBe(leaves ?? "second");
  });
});

test("G51: a lease that has expired and was not replaced still stores the value", async () => {
  const key = randomUUID();
  const slow = computation();
  const call = caches.one.getOrSet("page", key, slow.produce, TTL);
  const signal = await slow.begun;
  await expireLease(key);
  await aborted(signal);
  slow.resolve("slow");
  await expect(call).resolves.toBe("slow");
  await expect(caches.other.get("page", key)).resolves.toBe("slow");
});

test("G51: the signal is aborted when the lease has lasted leaseSeconds, and stays unaborted until something happens", async () => {
  const key = randomUUID();
  const slow = computation();
  const call = caches.one.getOrSet("page", key, slow.produce, { ...TTL, leaseSeconds: 1 });
  const signal = await slow.begun;
  await aborted(signal);
  const kept = computation();
  const other = caches.one.getOrSet("page", `${key} kept`, kept.produce, TTL);
  const keptSignal = await kept.begun;
  // Two looks at a lease are half a second apart: it was looked at by then.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(keptSignal.aborted).toBe(false);
  kept.resolve("kept");
  slow.resolve("slow");
  await expect(Promise.all([call, other])).resolves.toEqual(["slow", "kept"]);
});

test("G51: a sweep leaves a computation its lease", async () => {
  const key = randomUUID();
  const swept = computation();
  const call = caches.one.getOrSet("page", key, swept.produce, TTL);
  const signal = await swept.begun;
  await caches.other.removeExpired();
  swept.resolve("value");
  await expect(call).resolves.toBe("value");
  expect(signal.aborted).toBe(false);
  await expect(caches.other.get("page", key)).resolves.toBe("value");
});

test("G51: a sweep that evicts leaves a computation its lease", async () => {
  const entries = Array.from({ length: 40 }, (_, index) => index);
  await Promise.all(entries.map((index) => caches.other.set("evicted", `${index}`, "", { ttlSeconds: 60 + index })));
  const key = randomUUID();
  const swept = computation();
  const call = caches.one.getOrSet("page", key, swept.produce, TTL);
  await swept.begun;
  await expect(caches.other.removeExpired({ maxEntries: 20 })).resolves.toBeGreaterThanOrEqual(20);
  swept.resolve("value");
  await expect(call).resolves.toBe("value");
  await expect(caches.other.get("page", key)).resolves.toBe("value");
});

test("G51: a computation that ends with its signal gives up its lease: another process does not wait until that expires", async () => {
  const key = randomUUID();
  const obedient = computation({ obeys: true });
  const produce = vi.fn().mockImplementationOnce(obedient.produce).mockReturnValue("second");
  const options = { ...TTL, leaseSeconds: 86_400, waitMillis: 86_400_000 };
  const call = caches.one.getOrSet("page", key, produce, options);
  await obedient.begun;
  await caches.other.delete("page", key);
  await expect(call).resolves.toBe("second");
  await expect(caches.other.get("page", key)).resolves.toBe("second");
});

test("G51: a call whose computations have ended with their signals twice computes for itself, unaborted, and stores nothing", async () => {
  const key = randomUUID();
  const [first, second, third] = [
    computation({ obeys: true }),
    computation({ obeys: true }),
    computation({ obeys: true }),
  ] as const;
  const produce = vi.fn().mockImplementation(third.produce);
  for (const { produce: once } of [first, second]) produce.mockImplementationOnce(once);
  const options = { ...TTL, tags: [tagOf(key)], waitMillis: 86_400_000 };
  const call = caches.one.getOrSet("page", key, produce, options);
  for (const { begun } of [first, second]) {
    await begun;
    await caches.other.invalidateTags([tagOf(key)]);
  }
  const signal = await third.begun;
  await caches.other.invalidateTags([tagOf(key)]);
  await expect.poll(() => database.rows("select from pevensie.cache_lease where key = $1", [key])).toEqual([]);
  // A call that was made meanwhile has a lease of its own.
  await expect(caches.one.getOrSet("page", key, () => "newest", options)).resolves.toBe("newest");
  third.resolve("value");
  await expect(call).resolves.toBe("value");
  expect(signal.aborted).toBe(false);
  expect(produce).toHaveBeenCalledTimes(3);
  await expect(caches.other.get("page", key)).resolves.toBe("newest");
});

const rejectsWith = (errorOf: (signal: AbortSignal) => unknown) => (signal: AbortSignal) =>
  new Promise<string>((_, reject) => {
    signal.addEventListener("abort", () => reject(errorOf(signal)), { once: true });
  });
const ABORTIONS: Readonly<Record<string, (signal: AbortSignal) => Promise<string>>> = {
  "the reason of its signal, as of fetch": rejectsWith(({ reason }) => reason),
  "an AbortError of Node's own": (signal) => sleep(86_400_000, "never", { signal }),
  "an AbortError without a cause": rejectsWith(() => Object.assign(new Error("aborted"), { name: "AbortError" })),
  "another error whose cause is the reason": rejectsWith(({ reason }) => new Error("aborted", { cause: reason })),
};

test.each(Object.entries(ABORTIONS))("G51: a computation ends with its signal: %s", async (_, untilAborted) => {
  const key = randomUUID();
  let onBegun = () => {};
  const begun = new Promise<void>((resolve) => {
    onBegun = resolve;
  });
  const abortable = ({ signal }: ProduceContext) => {
    const value = untilAborted(signal);
    onBegun();
    return value;
  };
  const produce = vi.fn().mockImplementationOnce(abortable).mockReturnValue("second");
  const call = caches.one.getOrSet("page", key, produce, { ...TTL, waitMillis: 86_400_000 });
  await begun;
  await caches.other.delete("page", key);
  await expect(call).resolves.toBe("second");
});

test("G51: an AbortError of a computation whose signal is not aborted is its failure", async () => {
  const timeout = () => Promise.reject(Object.assign(new Error("too slow"), { name: "AbortError" }));
  await expect(caches.one.getOrSet("page", randomUUID(), timeout, TTL)).rejects.toThrow("too slow");
});
