import { beforeEach, expect, test } from "vitest";
import type { LeaseAttempt } from "../../src/cache/driver.js";
import type { Cache } from "../../src/cache/index.js";
import { PevensieError } from "../../src/errors/index.js";
import {
  computation,
  connectCache,
  type HeldResults,
  holdCalls,
  holdResults,
  intercept,
} from "../support/computation.js";
import { useDatabase } from "../support/database.js";

/** Attempts to acquire a lease that are queued: few statements of leases are in flight, and those of other keys may come first. */

const database = useDatabase();
const LONG = { ttlSeconds: 60, leaseSeconds: 86_400, waitMillis: 86_400_000 };
beforeEach(() => database.pool.query("truncate pevensie.cache, pevensie.cache_lease"));

/** A cache that gets no answer of the selected attempts to acquire a lease before the test says so. */
async function connectHolding(isHeld: (attempt: LeaseAttempt) => boolean): Promise<[Cache, HeldResults]> {
  let results = {} as HeldResults;
  const cache = await connectCache({ connectionString: database.url }, {}, (driver) => {
    const [holding, held] = holdResults(driver, "acquireLease", (attempt) => isHeld(attempt as LeaseAttempt));
    results = held;
    return holding;
  });
  return [cache, results];
}

/** A call of the cache while another process computes the value, which then fails. */
async function missUntilAnotherFails(
  cache: Cache,
  other: Cache,
  outcomes: readonly string[],
): Promise<{ readonly call: Promise<string> }> {
  const slow = computation();
  const failed = other.getOrSet("page", "key", slow.produce, LONG);
  await slow.begun;
  const call = cache.getOrSet("page", "key", () => "its own", LONG);
  await expect.poll(() => outcomes).toContain("held");
  slow.reject(new Error("on purpose"));
  await expect(failed).rejects.toThrow("on purpose");
  return { call };
}

test("G50: a call whose attempts are queued gets the value that another process has stored", async () => {
  await using other = await connectCache({ connectionString: database.url });
  let attempts = 0;
  const [cache, results] = await connectHolding(() => {
    attempts += 1;
    return attempts > 1;
  });
  const slow = computation();
  const computed = other.getOrSet("page", "key", slow.produce, LONG);
  await slow.begun;
  const call = cache.getOrSet("page", "key", () => "its own", LONG);
  await results.held;
  slow.resolve("the other's");
  await expect(call).resolves.toBe("the other's");
  await computed;
  results.release();
  await cache.disconnect();
});

test("G51: a lease that is acquired after the value was found is given up", async () => {
  await using other = await connectCache({ connectionString: database.url });
  const outcomes: string[] = [];
  const [cache, results] = await connectHolding(({ outcome }) => {
    outcomes.push(outcome);
    return outcome === "acquired";
  });
  const { call } = await missUntilAnotherFails(cache, other, outcomes);
  await results.held;
  await other.set("page", "key", "set");
  await expect(call).resolves.toBe("set");
  // It waits for the attempt, and for the lease to be given up.
  const end = cache.disconnect();
  await new Promise((resolve) => setTimeout(resolve, 100));
  results.release();
  await end;
  expect(await database.rows("select from pevensie.cache_lease")).toEqual([]);
});

test("G51: a lease that is acquired after the lookup of the value has failed is given up", async () => {
  await using other = await connectCache({ connectionString: database.url });
  const outcomes: string[] = [];
  let held: HeldResults | undefined;
  let isFailing = false;
  await using cache = await connectCache({ connectionString: database.url }, {}, (driver) => {
    const [holding, results] = holdResults(driver, "acquireLease", (attempt) => {
      const { outcome } = attempt as LeaseAttempt;
      outcomes.push(outcome);
      return outcome === "acquired";
    });
    held = results;
    return intercept(holding, "get", async (call) => {
      if (isFailing) throw new PevensieError("TIMEOUT", "no connection");
      return call();
    });
  });
  const { call } = await missUntilAnotherFails(cache, other, outcomes);
  await held?.held;
  isFailing = true;
  await expect(call).rejects.toMatchObject({ code: "TIMEOUT" });
  held?.release();
  await expect.poll(() => database.rows("select from pevensie.cache_lease")).toEqual([]);
});

test("G50: a call whose first attempt is queued computes for itself after waitMillis", async () => {
  const [cache, results] = await connectHolding(() => true);
  await expect(cache.getOrSet("page", "key", () => "its own", { ...LONG, waitMillis: 20 })).resolves.toBe("its own");
  results.release();
  await cache.disconnect();
  expect(await database.rows("select from pevensie.cache_lease")).toEqual([]);
});

test("G51: the lease lasts leaseSeconds from when its statement was sent, however long that was queued", async () => {
  let held: Pick<HeldResults, "release"> | undefined;
  await using cache = await connectCache({ connectionString: database.url }, {}, (driver) => {
    const [holding, calls] = holdCalls(driver, "acquireLease");
    held = calls;
    return holding;
  });
  const slow = computation();
  const call = cache.getOrSet("page", "key", slow.produce, { ...LONG, leaseSeconds: 3 });
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  held?.release();
  const signal = await slow.begun;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(signal.aborted).toBe(false);
  slow.resolve("value");
  await expect(call).resolves.toBe("value");
  await expect(cache.get("page", "key")).resolves.toBe("value");
});
