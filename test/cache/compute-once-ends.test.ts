import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { LeaseAttempt } from "../../src/cache/driver.js";
import {
  computation,
  connectCache,
  type HeldResults,
  holdResults,
  lookedUp,
  useTwoCaches,
} from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";

const database = useDatabase();
const caches = useTwoCaches(database.url);
const TTL = { ttlSeconds: 60 };
const LONG = { ...TTL, leaseSeconds: 86_400, waitMillis: 86_400_000 };
afterEach(() => {
  vi.useRealTimers();
});

describe("disconnect() while a value is computed", () => {
  test("G51: aborts the signal, and the caller gets the value, which is not stored; that is no event", async () => {
    const key = randomUUID();
    const onEvent = vi.fn();
    const cache = await connectCache({ connectionString: database.url }, { onEvent });
    const last = computation();
    const call = cache.getOrSet("page", key, last.produce, LONG);
    const signal = await last.begun;
    const end = cache.disconnect();
    expect(signal.aborted).toBe(true);
    await end;
    last.resolve("value");
    await expect(call).resolves.toBe("value");
    expect(onEvent).not.toHaveBeenCalled();
    await expect(caches.one.get("page", key)).resolves.toBeNull();
  });

  test("G51: gives up the lease: another process that waits computes the value", async () => {
    const key = randomUUID();
    const cache = await connectCache({ connectionString: database.url });
    const last = computation();
    const call = cache.getOrSet("page", key, last.produce, LONG);
    await last.begun;
    const produce = vi.fn(() => "the other's");
    const waiting = caches.one.getOrSet("page", key, produce, LONG);
    await lookedUp(caches.one);
    expect(produce).not.toHaveBeenCalled();
    await cache.disconnect();
    await expect(waiting).resolves.toBe("the other's");
    last.resolve("late");
    await expect(call).resolves.toBe("late");
    await expect(caches.one.get("page", key)).resolves.toBe("the other's");
  });

  test("G51: rejects the calls that wait, and the caller whose computation ends with its signal, with NOT_CONNECTED", async () => {
    const [own, others] = [randomUUID(), randomUUID()];
    const elsewhere = computation();
    const leased = caches.one.getOrSet("page", others, elsewhere.produce, TTL);
    await elsewhere.begun;
    const cache = await connectCache({ connectionString: database.url });
    const obedient = computation({ obeys: true });
    const calls = [cache.getOrSet("page", own, obedient.produce, LONG)];
    await obedient.begun;
    const produce = vi.fn(() => "never");
    calls.push(cache.getOrSet("page", own, produce, LONG), cache.getOrSet("page", others, produce, LONG));
    await lookedUp(cache);
    const outcomes = Promise.allSettled(calls);
    await cache.disconnect();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "NOT_CONNECTED" } });
    }
    expect(produce).not.toHaveBeenCalled();
    elsewhere.resolve("value");
    await leased;
  });

  test("G51: begins no computation of a call that has waited long enough", async () => {
    const key = randomUUID();
    const elsewhere = computation();
    const leased = caches.one.getOrSet("page", key, elsewhere.produce, LONG);
    await elsewhere.begun;
    let results = {} as HeldResults;
    const cache = await connectCache({ connectionString: database.url }, {}, (driver) => {
      const [holding, held] = holdResults(driver, "acquireLease");
      results = held;
      return holding;
    });
    const produce = vi.fn(() => "never");
    const call = cache.getOrSet("page", key, produce, { ...TTL, waitMillis: 0 }).catch(({ code }) => code);
    await results.held;
    const end = cache.disconnect();
    results.release();
    await end;
    await expect(call).resolves.toBe("NOT_CONNECTED");
    expect(produce).not.toHaveBeenCalled();
    elsewhere.resolve("value");
    await leased;
  });

  test("G51: aborts the signal of a call that computes a value for itself", async () => {
    const key = randomUUID();
    const elsewhere = computation();
    const leased = caches.one.getOrSet("page", key, elsewhere.produce, LONG);
    await elsewhere.begun;
    const cache = await connectCache({ connectionString: database.url });
    const [obedient, other] = [computation({ obeys: true }), computation()];
    const call = cache.getOrSet("page", key, obedient.produce, { ...TTL, waitMillis: 0 });
    await obedient.begun;
    // It was made later, so it does not share the other's.
    await caches.one.delete("page", key);
    const later = cache.getOrSet("page", key, other.produce, { ...TTL, waitMillis: 0 });
    const signal = await other.begun;
    const outcome = expect(call).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    await cache.disconnect();
    expect(signal.aborted).toBe(true);
    await outcome;
    other.resolve("value");
    await expect(later).resolves.toBe("value");
    elsewhere.resolve("value");
    await leased;
  });

  test("G51: does not wait for the computation, nor does anything of it fail later", async () => {
    const key = randomUUID();
    const cache = await connectCache({ connectionString: database.url });
    const last = computation();
    const call = cache.getOrSet("page", key, last.produce, { ...LONG, leaseSeconds: 1 });
    await last.begun;
    await Promise.all([cache.disconnect(), cache.disconnect()]);
    // The lease would have been looked at twice. An unhandled rejection would fail the run.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    last.resolve("value");
    await expect(call).resolves.toBe("value");
  });
});

describe("disconnect() while a lease is acquired", () => {
  test("G51: leaves no lease behind, and the signal of a computation that begins is aborted", async () => {
    const key = randomUUID();
    const cache = await connectCache({ connectionString: database.url });
    const signals: AbortSignal[] = [];
    const produce = vi.fn(({ signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return "value";
    });
    let end: Promise<unknown> = Promise.resolve();
    let call: Promise<string | undefined> = Promise.resolve(undefined);
    await whileHolding(database.url, "lock table pevensie.cache_lease", async () => {
      call = cache.getOrSet("page", key, produce, LONG).catch((error: { code: string }) => error.code);
      await waitForBlockedBackend(database.pool);
      end = cache.disconnect();
    });
    await end;
    expect(["value", "NOT_CONNECTED"]).toContain(await call);
    expect(signals.filter(({ aborted }) => !aborted)).toEqual([]);
    await expect(database.rows("select from pevensie.cache_lease where key = $1", [key])).resolves.toEqual([]);
  });
});

test("G51: disconnect() leaves no lease behind that a later attempt acquires, also while its call looks for the value", async () => {
  const key = randomUUID();
  const elsewhere = computation();
  const leased = caches.one.getOrSet("page", key, elsewhere.produce, LONG);
  await elsewhere.begun;
  let attempts = {} as HeldResults;
  let lookups = {} as HeldResults;
  let holdsLookups = false;
  let onAnswer = () => {};
  const answered = new Promise<void>((resolve) => {
    onAnswer = resolve;
  });
  const cache = await connectCache({ connectionString: database.url }, {}, (driver) => {
    const isAcquired = (result: unknown) => {
      onAnswer();
      return (result as LeaseAttempt).outcome === "acquired";
    };
    const [holding, held] = holdResults(driver, "acquireLease", isAcquired);
    attempts = held;
    const [holdingBoth, heldLookups] = holdResults(holding, "get", () => holdsLookups);
    lookups = heldLookups;
    return holdingBoth;
  });
  const produce = vi.fn(() => "never");
  const call = cache.getOrSet("page", key, produce, LONG).catch(({ code }) => code);
  await answered;
  elsewhere.reject(new Error("on purpose"));
  await expect(leased).rejects.toThrow("on purpose");
  await attempts.held;
  holdsLookups = true;
  await lookups.held;
  const end = cache.disconnect();
  attempts.release();
  await end;
  await expect(database.rows("select from pevensie.cache_lease where key = $1", [key])).resolves.toEqual([]);
  lookups.release();
  await expect(call).resolves.toBe("NOT_CONNECTED");
  expect(produce).not.toHaveBeenCalled();
});

describe("with fake timers", () => {
  test("G51: a value is computed, waited for, and computed without a lease", async () => {
    vi.useFakeTimers();
    const key = randomUUID();
    const slow = computation();
    const call = caches.one.getOrSet("page", key, slow.produce, TTL);
    await slow.begun;
    const waiting = caches.other.getOrSet("page", key, () => "never", LONG);
    await expect(caches.other.getOrSet("page", key, () => "own", { ...TTL, waitMillis: 20 })).resolves.toBe("own");
    slow.resolve("value");
    await expect(Promise.all([call, waiting])).resolves.toEqual(["value", "value"]);
  });

  test("G51: a lost lease is noticed", async () => {
    vi.useFakeTimers();
    const key = randomUUID();
    const obedient = computation({ obeys: true });
    const produce = vi.fn().mockImplementationOnce(obedient.produce).mockReturnValue("second");
    const call = caches.one.getOrSet("page", key, produce, { ...TTL, leaseSeconds: 1, waitMillis: 86_400_000 });
    await obedient.begun;
    await caches.other.delete("page", key);
    await expect(call).resolves.toBe("second");
  });
});
