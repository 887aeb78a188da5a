import * as statements from "#generated/statements.js";
import type { CacheKey } from "../../cache/driver.js";
import { PevensieError } from "../../errors/index.js";
import { type BatchResult, DeferredResult, type Executor, NOT_APPLIED } from "../execution/executor.js";
import { isLockTimeout } from "../protocol/errors.js";
import { columnsOf, lockTimeoutOf, nameOf, ttlSecondsOf, writeOf } from "./cache-names.js";
import { writeByState } from "./cache-placement.js";

export interface Increment extends CacheKey {
  readonly by: number;
  readonly ttlMillis: number | null;
}

/** Adds to a whole number. */
export const cacheIncrement = writeOf(increment);

/** Sums the calls for one name while their signs are equal and the sum is a safe integer. Later calls for the name are not applied. */
async function increment(
  executor: Executor,
  calls: readonly Increment[],
  lockTimeoutMillis?: number,
): Promise<BatchResult<number>[]> {
  const sums = new Map<string, Sum>();
  const later: number[] = [];
  for (const [index, call] of calls.entries()) {
    const sum = sums.get(nameOf(call));
    if (sum === undefined) sums.set(nameOf(call), { first: call, calls: [index], total: call.by, isClosed: false });
    else if (!addTo(sum, call, index)) later.push(index);
  }
  const given = [...sums.values()];
  const rows = await writeByState(executor, statements.incrementCacheEntries, {
    ...columnsOf(given.map(({ first }) => first)),
    addends: given.map(({ total }) => String(total)),
    ttlsSeconds: given.map(({ first }) => ttlSecondsOf(first.ttlMillis)),
    lockTimeout: lockTimeoutOf(lockTimeoutMillis),
  });
  const values = new Map(rows.map((row) => [nameOf(row), Number(row.value)]));
  const results = new Array<BatchResult<number>>(calls.length);
  for (const [name, sum] of sums) {
    const value = values.get(name);
    if (value !== undefined) shareOut(sum, value, calls, results);
    else await makeFirst(executor, sum, calls, results, lockTimeoutMillis);
  }
  for (const index of later) results[index] = NOT_APPLIED;
  return results;
}

/** Calls for one name that one statement carries out. */
interface Sum {
  readonly first: Increment;
  /** Their indexes. */
  readonly calls: number[];
  total: number;
  /** Whether a later call did not fit, so that none after it may be added. */
  isClosed: boolean;
}

/** A sum of one sign is extreme at its end: if the end is within bounds, so is the way. */
function addTo(sum: Sum, { by }: Increment, index: number): boolean {
  const total = sum.total + by;
  const turnsBack = sum.total < 0 !== by < 0 && by !== 0 && sum.total !== 0;
  if (sum.isClosed || turnsBack || !Number.isSafeInteger(total)) {
    sum.isClosed = true;
    return false;
  }
  sum.calls.push(index);
  sum.total = total;
  return true;
}

/** Gives each call the value after it. */
function shareOut(sum: Sum, value: number, calls: readonly Increment[], results: BatchResult<number>[]): void {
  let after = value - sum.total;
  for (const index of sum.calls) {
    after += (calls[index] as Increment).by;
    results[index] = after;
  }
}

/**
 * The entry is no whole number, or the sum is too large. Then some of several calls may still fit: the first one is made alone, and the
 * others come after it.
 */
async function makeFirst(
  executor: Executor,
  sum: Sum,
  calls: readonly Increment[],
  results: BatchResult<number>[],
  lockTimeoutMillis: number | undefined,
): Promise<void> {
  const [first, ...others] = sum.calls as [number, ...number[]];
  results[first] =
    others.length === 0
      ? failed(notIncrementable())
      : await cacheIncrement
          .one(executor, calls[first] as Increment, lockTimeoutMillis)
          // The statement for the other names has taken effect, so its calls must not be repeated.
          .catch((error: unknown) => (isLockTimeout(error) ? NOT_APPLIED : failed(error)));
  for (const index of others) results[index] = NOT_APPLIED;
}

/** Returns the result of a call that fails. Its rejection is handled later. */
function failed(error: unknown): DeferredResult<number> {
  const output = Promise.reject(error);
  output.catch(() => {});
  return new DeferredResult(output);
}

function notIncrementable(): PevensieError {
  return new PevensieError(
    "WRONG_VALUE_TYPE",
    "The cache entry is no whole number, or the sum would be beyond 2^53 - 1. Nothing was changed.",
  );
}
