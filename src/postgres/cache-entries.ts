import * as queries from "../../generated/index.js";
import type { CacheKey } from "../cache/driver.js";
import type { Batchable } from "./batcher.js";
import type { Executor } from "./executor.js";
import { prepare } from "./statement.js";

const statements = {
  set: prepare("setCacheEntry", queries.setCacheEntry),
  setMany: prepare("setCacheEntries", queries.setCacheEntries, ["values"]),
  delete: prepare("deleteCacheEntry", queries.deleteCacheEntry),
  deleteMany: prepare("deleteCacheEntries", queries.deleteCacheEntries),
};

export interface CacheEntry extends CacheKey {
  readonly value: string;
  /** Null never expires. */
  readonly ttlSeconds: number | null;
}

/** Writes an entry; of several for one name the last one counts. */
export const cacheSet = {
  traffic: "writes",
  orderOf: hashOf,
  weightOf: ({ value }) => value.length,

  async one(executor, { resourceType, key, value, ttlSeconds }, lockTimeoutMillis) {
    await executor.write(statements.set, { resourceType, key, value, ttlSeconds, lockTimeoutMillis });
  },

  async many(executor, entries, lockTimeoutMillis?: number) {
    const last = lastOfEachName(entries);
    await executor.write(statements.setMany, {
      ...columnsOf(last),
      values: last.map(({ value }) => value),
      ttlsSeconds: last.map(({ ttlSeconds }) => ttlSeconds ?? 0),
      lockTimeoutMillis,
    });
    return new Array<void>(entries.length);
  },
} satisfies Batchable<CacheEntry, void>;

/** Removes an entry, if it is there. */
export const cacheDelete: Batchable<CacheKey, void> = {
  traffic: "writes",
  orderOf: hashOf,

  async one(executor, { resourceType, key }, lockTimeoutMillis) {
    await executor.write(statements.delete, { resourceType, key, lockTimeoutMillis });
  },

  async many(executor, keys, lockTimeoutMillis) {
    await deleteEntries(executor, columnsOf(keys), lockTimeoutMillis);
    return new Array<void>(keys.length);
  },
};

/** Names of entries, the way that arrays of a statement have them. */
export interface NameColumns {
  readonly resourceTypes: string[];
  readonly keys: string[];
}

export async function deleteEntries(executor: Executor, names: NameColumns, lockTimeoutMillis?: number): Promise<void> {
  await executor.write(statements.deleteMany, { ...names, lockTimeoutMillis });
}

/** Different for most names that differ. */
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

/** Texts of Postgres hold no NUL, so that one tells type and key apart. */
export function nameOf({ resourceType, key }: CacheKey): string {
  return `${resourceType}\0${key}`;
}

/**
 * An upsert cannot touch a row twice. In the order of the statement, for most keys, so that Postgres finds little to sort.
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
