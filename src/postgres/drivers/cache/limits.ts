import * as statements from "#generated/statements.js";
import type { CacheKey, LimitedCall, RateLimitResult } from "../../../cache/driver.js";
import { entryNameOf } from "../../../cache/entry-name.js";
import { PevensieError } from "../../../errors/index.js";
import { shapeOf } from "../../../shape.js";
import { type BatchResult, type Executor, failed, NOT_APPLIED } from "../../execution/executor.js";
import { columnsOf, groupByName, lockTimeoutOf, writeOf } from "./names.js";
import { writeByState } from "./placement.js";

export interface CallToLimit extends CacheKey, LimitedCall {}

/** Admits calls by the generic cell rate algorithm. */
export const cacheRateLimit = writeOf(admit);

/** Calls whose limit or cost differs from an earlier one for the same name are not applied. */
async function admit(
  executor: Executor,
  calls: readonly CallToLimit[],
  lockTimeoutMillis?: number,
): Promise<BatchResult<RateLimitResult>[]> {
  const groups = new Map<string, EqualCalls>();
  const groupOfEach = groupByName(calls, groups, newGroup);
  const given = [...groups.values()];
  const rows = await writeByState(executor, statements.admitLimitedCalls, {
    ...columnsOf(given.map(({ call }) => call)),
    emissions: given.map(({ call }) => emissionOf(call) * call.cost),
    tolerances: given.map(({ call }) => call.windowSeconds * NANOSECONDS),
    counts: given.map(({ count }) => count),
    lockTimeout: lockTimeoutOf(lockTimeoutMillis),
  });
  for (const row of rows) groups.get(entryNameOf(row))?.recordDecision(row.value);
  return groupOfEach.map((group) => group?.next() ?? NOT_APPLIED);
}

function newGroup(call: CallToLimit): EqualCalls {
  return new EqualCalls(call);
}

/** Equal calls for one name, of which the statement admits the first ones. A class, not an object literal: see `shapeOf`. */
class EqualCalls {
  readonly call: CallToLimit;
  /** How many there are. */
  count = 1;
  /** Whether another call for the name was not equal, so that none after it may be added. */
  #isClosed = false;
  /** How many were admitted; undefined if the entry is no limit. */
  #admitted: number | undefined;
  /** The nanoseconds that are taken up after all of them. */
  #takenUp = 0;
  /** How many results were returned. */
  #returned = 0;

  constructor(call: CallToLimit) {
    this.call = call;
  }

  /** Adds a later call, or returns false. */
  add({ limit, windowSeconds, cost }: CallToLimit): boolean {
    const { call } = this;
    const isEqual = call.limit === limit && call.windowSeconds === windowSeconds && call.cost === cost;
    if (this.#isClosed || !isEqual) {
      this.#isClosed = true;
      return false;
    }
    this.count += 1;
    return true;
  }

  /** @param value - of the entry after all calls: see the statement */
  recordDecision(value: string): void {
    const [, , admitted, takenUp] = value.split(":", 4);
    this.#admitted = Number(admitted);
    this.#takenUp = Number(takenUp);
  }

  /** Returns the result of the next call. To be asked once for each of them. */
  next(): BatchResult<RateLimitResult> {
    if (this.#admitted === undefined) return failed(notALimit());
    const place = this.#returned;
    this.#returned += 1;
    return resultOf(this.call, place, this.#admitted, this.#takenUp);
  }
}

/** The nanoseconds that a call of cost 1 takes up, rounded down: as many as the limit fit into the window. */
function emissionOf({ limit, windowSeconds }: LimitedCall): number {
  return Math.floor((windowSeconds * NANOSECONDS) / limit);
}

/** The longest window has fewer nanoseconds than 2^53. */
const NANOSECONDS = 1e9;

const RESULT = shapeOf("allowed", "remaining", "retryAfterSeconds");

/**
 * @param place - of the call among equal ones, of which the first `admitted` were admitted
 * @param takenUp - the nanoseconds that are taken up after all of them
 */
function resultOf(call: CallToLimit, place: number, admitted: number, takenUp: number): RateLimitResult {
  const tolerance = call.windowSeconds * NANOSECONDS;
  const emission = emissionOf(call);
  const allowed = place < admitted;
  const taken = allowed ? takenUp - (admitted - place - 1) * emission * call.cost : takenUp;
  const retryAfterMillis = (taken + emission * call.cost - tolerance) / 1e6;
  return {
    ...RESULT,
    allowed,
    remaining: Math.max(0, Math.min(call.limit, Math.floor((tolerance - taken) / emission))),
    retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil(retryAfterMillis)) / 1000,
  };
}

function notALimit(): PevensieError {
  return new PevensieError(
    "WRONG_VALUE_TYPE",
    "The cache entry is no rate limit. Nothing was changed; use a resource type for rate limits alone.",
  );
}
