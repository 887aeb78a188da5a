import * as queries from "../../generated/index.js";
import type { CacheKey } from "../cache/driver.js";
import type { Batchable } from "./batcher.js";
import type { Executor } from "./executor.js";
import { prepare } from "./statement.js";

const statements = {
  set: prepare("setCacheEntry", queries.setCacheEntry),
  setMany: prepare("setCacheEntries", queries.setCacheEntries, ["values"]),
  get: prepare("getCacheEntry", queries.getCacheEntry),
  getMany: prepare("getCacheEntries", queries.getCacheEntries),
  delete: prepare("deleteCacheEntry", queries.deleteCacheEntry),
  deleteMany: prepare("deleteCacheEntries", queries.deleteCacheEntries),
  deleteExpired: prepare("deleteExpiredCacheEntry", queries.deleteExpiredCacheEntry),
  deleteManyExpired: prepare("deleteExpiredCacheEntries", queries.deleteExpiredCacheEntries),
};

export interface CacheEntry extends CacheKey {
  readonly value: string;
  /** Null never expires. */
  readonly ttlSeconds: number | null;
}

/** A live value; null for an entry that is not there, and for an expired one, which is removed. */
export const cacheGet: Batchable<CacheKey, string | null> = {
  traffic: "look-ups",

  async one(executor, { resourceType, key }) {
    const [entry] = await executor.read(statements.get, { resourceType, key });
    if (entry === undefined) return null;
    if (!entry.expired) return entry.value;
    await executor.write(statements.deleteExpired, { resourceType, key });
    return null;
  },

  many: (executor, keys) => getEntries(executor, columnsOf(keys)),
};

/** Writes an entry; of several for one name the last one counts. */
export const cacheSet = {
  traffic: "writes",
  orderOf: hashOf,
  weightOf: ({ value }) => value.length,

  async one(executor, { resourceType, key, value, ttlSeconds }) {
    await executor.write(statements.set, { resourceType, key, value, ttlSeconds });
  },

  async many(executor, entries) {
    const last = lastOfEachName(entries);
    await executor.write(statements.setMany, {
      ...columnsOf(last),
      values: last.map(({ value }) => value),
      ttlsSeconds: last.map(({ ttlSeconds }) => ttlSeconds ?? 0),
    });
    return new Array<void>(entries.length);
  },
} satisfies Batchable<CacheEntry, void>;

/** Removes an entry, if it is there. */
export const cacheDelete: Batchable<CacheKey, void> = {
  traffic: "writes",
  orderOf: hashOf,

  async one(executor, { resourceType, key }) {
    await executor.write(statements.delete, { resourceType, key });
  },

  async many(executor, keys) {
    await deleteEntries(executor, columnsOf(keys));
    return new Array<void>(keys.length);
  },
};

/** Names of entries, the way that arrays of a statement have them. */
export interface NameColumns {
  readonly resourceTypes: string[];
  readonly keys: string[];
}

/** A step of a bulk call: the values of {@link getEntries}. */
export const cacheGetMany: Batchable<NameColumns, (string | null)[]> = {
  traffic: "bulk",
  one: getEntries,
};

/** The live values of many entries, in the order of their names; those that have expired are removed. */
async function getEntries(executor: Executor, names: NameColumns): Promise<(string | null)[]> {
  const rows = await executor.read(statements.getMany, names);
  const values: (string | null)[] = new Array(names.keys.length).fill(null);
  const expired: NameColumns = { resourceTypes: [], keys: [] };
  for (const { position, value } of rows) {
    const index = Number(position) - 1;
    values[index] = value;
    if (value !== null) continue;
    expired.resourceTypes.push(names.resourceTypes[index] as string);
    expired.keys.push(names.keys[index] as string);
  }
  if (expired.keys.length > 0) await executor.write(statements.deleteManyExpired, expired);
  return values;
}

export async function deleteEntries(executor: Executor, names: NameColumns): Promise<void> {
  await executor.write(statements.deleteMany, names);
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

function columnsOf(keys: readonly CacheKey[]): NameColumns {
  return { resourceTypes: keys.map(({ resourceType }) => resourceType), keys: keys.map(({ key }) => key) };
}

/**
 * An upsert cannot touch a row twice; texts of Postgres hold no NUL, so that one tells type and key apart. In the order of the
 * statement, for most keys, so that Postgres finds little to sort.
 */
function lastOfEachName(entries: readonly CacheEntry[]): readonly CacheEntry[] {
  const last = new Map(entries.map((entry) => [`${entry.resourceType}\0${entry.key}`, entry]));
  return [...last.values()].sort(
    (one, other) => compare(one.resourceType, other.resourceType) || compare(one.key, other.key),
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
