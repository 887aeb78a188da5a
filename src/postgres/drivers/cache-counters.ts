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

/**
 * Sums the calls for one name while their signs are equal and the sum is a safe integer. Later calls for the name are not applied. If a sum
 * is refused, its first call is tried alone.
 */
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
  const refused: Sum[] = [];
  for (const [name, sum] of sums) {
    const value = values.get(name);
    if (value !== undefined) shareOut(sum, value, calls, results);
    else refused.push(sum);
  }
  await applyFirst(executor, refused, calls, results, lockTimeoutMillis);
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

/** Adds a call to a sum. With equal signs, every partial sum is within the total, so checking the total is enough. */
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

/** Sets the result of each call: the value after its increment. */
function shareOut(sum: Sum, value: number, calls: readonly Increment[], results: BatchResult<number>[]): void {
  let after = value - sum.total;
  for (const index of sum.calls) {
    after += (calls[index] as Increment).by;
    results[index] = after;
  }
}

/**
 * Handles sums that were refused, because the entry is no whole number or the result is too large. Single calls may still fit: the first
 * call of each sum is applied alone, and the others are queued again. If the first does not fit, those that add at least as much fail, too.
 */
async function applyFirst(
  executor: Executor,
  refused: readonly Sum[],
  calls: readonly Increment[],
  results: BatchResult<number>[],
  lockTimeoutMillis: number | undefined,
): Promise<void> {
  for (const sum of refused) if (sum.calls.length === 1) results[sum.calls[0] as number] = failed(notIncrementable());
  const sums = refused.filter((sum) => sum.calls.length > 1);
  if (sums.length === 0) return;
  let error: unknown;
  const firsts = sums.map(({ first }) => first);
  const outcomes = await increment(executor, firsts, lockTimeoutMillis).catch((reason: unknown) => {
    // The statement for the other names has taken effect, so its calls must not be repeated.
    error = reason;
    return firsts.map(() => (isLockTimeout(reason) ? NOT_APPLIED : failed(reason)));
  });
  for (const [place, { first, calls: indexes }] of sums.entries()) {
    const outcome = outcomes[place] as BatchResult<number>;
    const doesNotFit = error === undefined && outcome instanceof DeferredResult;
    for (const index of indexes) {
      const { by } = calls[index] as Increment;
      results[index] = doesNotFit && Math.abs(by) >= Math.abs(first.by) ? failed(notIncrementable()) : NOT_APPLIED;
    }
    results[indexes[0] as number] = outcome;
  }
}

/** Returns the result of a call that fails. The no-op handler prevents an unhandled rejection: the batcher awaits the result later. */
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
