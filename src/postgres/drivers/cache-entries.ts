import * as statements from "#generated/statements.js";
import type { CacheKey } from "../../cache/driver.js";
import type { BatchedOperation, Executor } from "../execution/executor.js";
import { TextArray } from "../protocol/encode.js";

export interface CacheEntry extends CacheKey {
  readonly value: string;
  /** Null: the entry never expires. */
  readonly ttlSeconds: number | null;
}

/** Writes an entry. Of several entries with the same name, the last counts. */
export const cacheSet = {
  mode: "writes",
  conflictKeyOf: hashOf,
  payloadSizeOf: ({ value }) => value.length,

  async one(executor, { resourceType, key, value, ttlSeconds }, lockTimeoutMillis) {
    const lockTimeout = settingOf(lockTimeoutMillis);
    await executor.write(statements.setCacheEntry, { resourceType, key, value, ttlSeconds, lockTimeout });
  },

  async many(executor, entries, lockTimeoutMillis?: number) {
    const last = lastOfEachName(entries);
    await executor.write(statements.setCacheEntries, {
      ...columnsOf(last),
      values: TextArray.from(last, ({ value }) => value),
      ttlsSeconds: last.map(({ ttlSeconds }) => ttlSeconds ?? 0),
      lockTimeout: settingOf(lockTimeoutMillis),
    });
    return new Array<void>(entries.length);
  },
} satisfies BatchedOperation<CacheEntry, void>;

/** Deletes an entry, if it exists. */
export const cacheDelete: BatchedOperation<CacheKey, void> = {
  mode: "writes",
  conflictKeyOf: hashOf,

  async one(executor, { resourceType, key }, lockTimeoutMillis) {
    await executor.write(statements.deleteCacheEntry, { resourceType, key, lockTimeout: settingOf(lockTimeoutMillis) });
  },

  async many(executor, keys, lockTimeoutMillis) {
    await deleteEntries(executor, columnsOf(keys), lockTimeoutMillis);
    return new Array<void>(keys.length);
  },
};

/** Names of entries, as parallel arrays for a statement. */
export interface NameColumns {
  readonly resourceTypes: string[];
  readonly keys: string[];
}

export async function deleteEntries(executor: Executor, names: NameColumns, lockTimeoutMillis?: number): Promise<void> {
  await executor.write(statements.deleteCacheEntries, { ...names, lockTimeout: settingOf(lockTimeoutMillis) });
}

/** Returns the value of lock_timeout; null keeps the connection's. */
function settingOf(lockTimeoutMillis: number | undefined): string | null {
  return lockTimeoutMillis === undefined ? null : `${lockTimeoutMillis}ms`;
}

/** Returns the conflict key of a name. Most different names have different keys. */
function hashOf({ resourceType, key }: CacheKey): number {
  return hashOn(hashOn(0, resourceType), key);
}

function hashOn(start: number, text: string): number {
  let hash = start;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

export function columnsOf(keys: readonly CacheKey[]): NameColumns {
  return { resourceTypes: keys.map(({ resourceType }) => resourceType), keys: keys.map(({ key }) => key) };
}

/** Returns the name as one string. PostgreSQL text contains no NUL, so it separates type and key unambiguously. */
export function nameOf({ resourceType, key }: CacheKey): string {
  return `${resourceType}\0${key}`;
}

/**
 * Returns the last entry of each name, since an upsert cannot affect a row twice. The result is sorted like the
 * statement for most keys, so PostgreSQL has little to sort.
 */
function lastOfEachName(entries: readonly CacheEntry[]): readonly CacheEntry[] {
  const last = new Map(entries.map((entry) => [nameOf(entry), entry]));
  return [...last.values()].sort(
    (one, other) => compare(one.resourceType, other.resourceType) || compare(one.key, other.key),
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
