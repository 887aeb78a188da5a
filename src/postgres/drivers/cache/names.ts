import type { CacheKey } from "../../../cache/driver.js";
import { entryNameOf } from "../../../cache/entry-name.js";
import type { BatchedOperation, BatchResult, Executor, Result } from "../../execution/executor.js";

/** Names of entries, as parallel arrays for a statement. */
export interface NameColumns {
  readonly resourceTypes: string[];
  readonly keys: string[];
}

export function columnsOf(names: readonly CacheKey[]): NameColumns {
  return { resourceTypes: names.map(({ resourceType }) => resourceType), keys: names.map(({ key }) => key) };
}

/**
 * Adds each call to the group of its name, and creates a group for the first call of a name. The caller passes the map and
 * functions of its module, so that no object is allocated for the result and no closure for each statement.
 *
 * @param groups - receives the groups by name
 * @returns the group of each call; null for a call that its group refuses
 */
export function groupByName<Call extends CacheKey, Group extends { add(call: Call): boolean }>(
  calls: readonly Call[],
  groups: Map<string, Group>,
  create: (call: Call) => Group,
): (Group | null)[] {
  return calls.map((call) => {
    const name = entryNameOf(call);
    const group = groups.get(name);
    if (group !== undefined) return group.add(call) ? group : null;
    const created = create(call);
    groups.set(name, created);
    return created;
  });
}

/** Returns the conflict key of a name. Most different names have different keys. */
export function conflictKeyOf({ resourceType, key }: CacheKey): number {
  return hashOn(hashOn(0, resourceType), key);
}

function hashOn(start: number, text: string): number {
  let hash = start;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/**
 * Returns the last item of each name, since a statement cannot change a row twice. The result is sorted like the
 * statement for most keys, so PostgreSQL has little to sort.
 */
export function lastOfEachName<Item extends CacheKey>(items: readonly Item[]): readonly Item[] {
  const last = new Map<string, Item>();
  for (const item of items) last.set(entryNameOf(item), item);
  return [...last.values()].sort(
    (one, other) => compare(one.resourceType, other.resourceType) || compare(one.key, other.key),
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Returns the value of lock_timeout; null keeps the connection's. */
export function lockTimeoutOf(milliseconds: number): string;
export function lockTimeoutOf(milliseconds: number | undefined): string | null;
export function lockTimeoutOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : `${milliseconds}ms`;
}

/** Returns a time to live as the statements take it; 0 means none. */
export function ttlSecondsOf(ttlMillis: number | null): number {
  return ttlMillis === null ? 0 : ttlMillis / 1000;
}

/** Returns which of the names are in the positions of a result: a comma-separated list, from 1. */
export function isInPositions(positions: string, count: number): boolean[] {
  const isIn = new Array<boolean>(count).fill(false);
  if (positions !== "") for (const position of positions.split(",")) isIn[Number(position) - 1] = true;
  return isIn;
}

/** Carries out calls in one statement, in the order of the inputs. */
type Many<Input, Output> = (
  executor: Executor,
  inputs: readonly Input[],
  lockTimeoutMillis?: number,
) => Promise<BatchResult<Output>[]>;

/** Returns a write of entries that sends a single call in the same statement as many. */
export function writeOf<Input extends CacheKey, Output>(many: Many<Input, Output>): BatchedOperation<Input, Output> {
  return {
    mode: "writes",
    conflictKeyOf,
    async one(executor, input, lockTimeoutMillis) {
      const [result] = await many(executor, [input], lockTimeoutMillis);
      return result as Result<Output>;
    },
    many,
  };
}
