import * as statements from "#generated/statements.js";
import type { CacheKey, LimitedCall, RateLimitResult } from "../../cache/driver.js";
import { PevensieError } from "../../errors/index.js";
import { type BatchResult, DeferredResult, type Executor, NOT_APPLIED } from "../execution/executor.js";
import { columnsOf, lockTimeoutOf, nameOf, writeOf } from "./cache-names.js";
import { writeByState } from "./cache-placement.js";

export interface CallToLimit extends CacheKey, LimitedCall {}

/** Equal calls for one name, of which the statement admits the first ones. */
interface EqualCalls {
  readonly call: CallToLimit;
  /** Their indexes. */
  readonly indexes: number[];
  /** Whether another call for the name was not equal, so that none after it may be added. */
  isClosed: boolean;
}

/** Admits calls by the generic cell rate algorithm. */
export const cacheRateLimit = writeOf(admit);

/** Calls whose limit or cost differs from an earlier one for the same name are not applied. */
async function admit(
  executor: Executor,
  calls: readonly CallToLimit[],
  lockTimeoutMillis?: number,
): Promise<BatchResult<RateLimitResult>[]> {
  const groups = new Map<string, EqualCalls>();
  const later: number[] = [];
  for (const [index, call] of calls.entries()) {
    const group = groups.get(nameOf(call));
    if (group === undefined) groups.set(nameOf(call), { call, indexes: [index], isClosed: false });
    else if (!addTo(group, call, index)) later.push(index);
  }
  const given = [...groups.values()];
  const rows = await writeByState(executor, statements.admitLimitedCalls, {
    ...columnsOf(given.map(({ call }) => call)),
    emissions: given.map(({ call }) => emissionOf(call) * call.cost),
    tolerances: given.map(({ call }) => call.windowSeconds * NANOSECONDS),
    counts: given.map(({ indexes }) => indexes.length),
    lockTimeout: lockTimeoutOf(lockTimeoutMillis),
  });
  const rowsByName = new Map(rows.map((row) => [nameOf(row), row]));
  const results = new Array<BatchResult<RateLimitResult>>(calls.length);
  for (const [name, { call, indexes }] of groups) {
    const row = rowsByName.get(name);
    const admitted = Number(row?.value.split(":", 3)[2]);
    for (const [place, index] of indexes.entries()) {
      results[index] =
        row === undefined
          ? new DeferredResult(Promise.reject(notALimit()))
          : resultOf(call, place, admitted, Number(row.takenUp));
    }
  }
  for (const index of later) results[index] = NOT_APPLIED;
  return results;
}

function addTo(group: EqualCalls, { limit, windowSeconds, cost }: CallToLimit, index: number): boolean {
  const { call } = group;
  const isEqual = call.limit === limit && call.windowSeconds === windowSeconds && call.cost === cost;
  if (group.isClosed || !isEqual) {
    group.isClosed = true;
    return false;
  }
  group.indexes.push(index);
  return true;
}

/** The nanoseconds that a call of cost 1 takes up, rounded down: as many as the limit fit into the window. */
function emissionOf({ limit, windowSeconds }: LimitedCall): number {
  return Math.floor((windowSeconds * NANOSECONDS) / limit);
}

/** The longest window has fewer nanoseconds than 2^53. */
const NANOSECONDS = 1e9;

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
