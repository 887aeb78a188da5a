import * as statements from "#generated/statements.js";
import type { CacheKey } from "../../../cache/driver.js";
import { entryNameOf } from "../../../cache/entry-name.js";
import { PevensieError } from "../../../errors/index.js";
import { type BatchResult, DeferredResult, type Executor, failed, NOT_APPLIED } from "../../execution/executor.js";
import { isLockTimeout } from "../../protocol/server-errors.js";
import { columnsOf, groupByName, lockTimeoutOf, ttlSecondsOf, writeOf } from "./names.js";
import { writeByState } from "./placement.js";

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
  const sumOfEach = groupByName(calls, sums, newSum);
  const given = [...sums.values()];
  const rows = await writeByState(executor, statements.incrementCacheEntries, {
    ...columnsOf(given.map(({ first }) => first)),
    addends: given.map(({ total }) => String(total)),
    ttlsSeconds: given.map(({ first }) => ttlSecondsOf(first.ttlMillis)),
    lockTimeout: lockTimeoutOf(lockTimeoutMillis),
  });
  for (const row of rows) sums.get(entryNameOf(row))?.recordStored(Number(row.value));
  const refused = given.filter((sum) => sum.isRefused);
  if (refused.length > 0) await applyFirst(executor, refused, lockTimeoutMillis);
  return calls.map((call, index) => sumOfEach[index]?.resultOf(call) ?? NOT_APPLIED);
}

function newSum(call: Increment): Sum {
  return new Sum(call);
}

/** Calls for one name that one statement carries out. A class, not an object literal: see `shapeOf`. */
class Sum {
  readonly first: Increment;
  total: number;
  /** How many calls it has. */
  count = 1;
  /** Whether a later call did not fit, so that none after it may be added. */
  #isClosed = false;
  /** The entry before the next call whose result is asked for. */
  #value: number | undefined;
  /** If the sum was refused: the result of its first call alone, and whether that call does not fit. */
  #firstResult: BatchResult<number> = NOT_APPLIED;
  #doesNotFit = false;

  constructor(first: Increment) {
    this.first = first;
    this.total = first.by;
  }

  /** Adds a later call, or returns false. With equal signs, every partial sum is within the total, so checking the total is enough. */
  add({ by }: Increment): boolean {
    const total = this.total + by;
    const turnsBack = this.total < 0 !== by < 0 && by !== 0 && this.total !== 0;
    if (this.#isClosed || turnsBack || !Number.isSafeInteger(total)) {
      this.#isClosed = true;
      return false;
    }
    this.total = total;
    this.count += 1;
    return true;
  }

  /** @param value - of the entry, after all calls */
  recordStored(value: number): void {
    this.#value = value - this.total;
  }

  get isRefused(): boolean {
    return this.#value === undefined;
  }

  /** Records the result of the first call alone. If it does not fit, those that add at least as much do not either. */
  recordFirst(result: BatchResult<number>, doesNotFit: boolean): void {
    this.#firstResult = result;
    this.#doesNotFit = doesNotFit;
  }

  /** Returns the result of a call: the value after its increment. To be asked once for each call, in their order. */
  resultOf(call: Increment): BatchResult<number> {
    if (this.#value !== undefined) {
      this.#value += call.by;
      return this.#value;
    }
    if (call === this.first) return this.#firstResult;
    return this.#doesNotFit && Math.abs(call.by) >= Math.abs(this.first.by) ? failed(notIncrementable()) : NOT_APPLIED;
  }
}

/**
 * Handles sums that were refused, because the entry is no whole number or the result is too large. Single calls may still fit: the first
 * call of each sum is applied alone, and the others are queued again, except those that cannot fit if the first does not.
 */
async function applyFirst(executor: Executor, refused: readonly Sum[], lockTimeoutMillis?: number): Promise<void> {
  for (const sum of refused) if (sum.count === 1) sum.recordFirst(failed(notIncrementable()), true);
  const sums = refused.filter((sum) => sum.count > 1);
  if (sums.length === 0) return;
  const firsts = sums.map(({ first }) => first);
  try {
    const results = await increment(executor, firsts, lockTimeoutMillis);
    for (const [index, sum] of sums.entries()) {
      const result = results[index] as BatchResult<number>;
      sum.recordFirst(result, result instanceof DeferredResult);
    }
  } catch (error) {
    // The statement for the other names has taken effect, so its calls must not be repeated.
    for (const sum of sums) sum.recordFirst(isLockTimeout(error) ? NOT_APPLIED : failed(error), false);
  }
}

function notIncrementable(): PevensieError {
  return new PevensieError(
    "WRONG_VALUE_TYPE",
    "The cache entry is no whole number, or the sum would be beyond 2^53 - 1. Nothing was changed.",
  );
}
