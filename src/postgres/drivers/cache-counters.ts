import * as statements from "#generated/statements.js";
import type { CacheKey } from "../../cache/driver.js";
import { PevensieError } from "../../errors/index.js";
import { type BatchResult, DeferredResult, type Executor, NOT_MADE, outputOf } from "../execution/executor.js";
import { columnsOf, lockTimeoutOf, nameOf, ttlSecondsOf, writeOf } from "./cache-names.js";
import { writeByState } from "./cache-placement.js";

export interface Increment extends CacheKey {
  readonly by: number;
  readonly ttlMillis: number | null;
}

/** Adds to a whole number. */
export const cacheIncrement = writeOf(increment);

/** The calls for one name are summed as far as their sums do not turn back. The others are not made. */
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
    else refuse(executor, sum, calls, results);
  }
  for (const index of later) results[index] = NOT_MADE;
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

/** The entry is no whole number, or the sum is too large. Then some of several calls may still fit, so each is made by itself. */
function refuse(executor: Executor, sum: Sum, calls: readonly Increment[], results: BatchResult<number>[]): void {
  let before: Promise<unknown> = Promise.resolve();
  for (const index of sum.calls) {
    const result = before.then(async () => {
      if (sum.calls.length === 1) throw notIncrementable();
      return outputOf(await cacheIncrement.one(executor, calls[index] as Increment));
    });
    before = result.catch(() => {});
    results[index] = new DeferredResult(result);
  }
}

function notIncrementable(): PevensieError {
  return new PevensieError(
    "WRONG_VALUE_TYPE",
    "The cache entry is no whole number, or the sum would be beyond 2^53 - 1. Nothing was changed.",
  );
}
