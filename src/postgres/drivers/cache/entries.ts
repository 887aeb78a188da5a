import * as statements from "#generated/statements.js";
import type { CacheKey, EntryTerms } from "../../../cache/driver.js";
import { entryNameOf } from "../../../cache/entry-name.js";
import type { BatchedOperation, Executor } from "../../execution/executor.js";
import { TextArray } from "../../protocol/encode.js";
import {
  columnsOf,
  conflictKeyOf,
  isInPositions,
  lastOfEachName,
  lockTimeoutOf,
  type NameColumns,
  ttlSecondsOf,
  writeOf,
} from "./names.js";
import { writeByState } from "./placement.js";

export interface EntryToSet extends CacheKey, EntryTerms {
  readonly value: string;
}

/**
 * Writes an entry. Of several entries with the same name, the last counts: those with tags and those without share the batches, so that
 * calls for one name take effect in their order.
 */
export const cacheSet: BatchedOperation<EntryToSet, void> = {
  ...writeOf(setEntries),
  payloadSizeOf: ({ value }) => value.length,

  async one(executor, entry, lockTimeoutMillis) {
    const { resourceType, key, value, ttlMillis, tags } = entry;
    if (tags !== null) return void (await setEntries(executor, [entry], lockTimeoutMillis));
    const ttlSeconds = ttlMillis === null ? null : ttlMillis / 1000;
    const lockTimeout = lockTimeoutOf(lockTimeoutMillis);
    await executor.write(statements.setCacheEntry, { resourceType, key, value, ttlSeconds, lockTimeout });
  },
};

export async function setEntries(
  executor: Executor,
  entries: readonly EntryToSet[],
  lockTimeoutMillis?: number,
): Promise<undefined[]> {
  const last = lastOfEachName(entries);
  const params = { ...columnsOf(last), ...valueColumnsOf(last), lockTimeout: lockTimeoutOf(lockTimeoutMillis) };
  if (last.every(({ tags }) => tags === null)) await executor.write(statements.setCacheEntries, params);
  else await executor.write(statements.setTaggedCacheEntries, { ...params, tags: last.map(jsonTagsOf) });
  return new Array<undefined>(entries.length);
}

/** Writes an entry unless there is a live one. Of several calls for the same name, at most the first writes. */
export const cacheSetIfAbsent: BatchedOperation<EntryToSet, boolean> = {
  ...writeOf(setIfAbsent),
  payloadSizeOf: ({ value }) => value.length,
};

async function setIfAbsent(
  executor: Executor,
  entries: readonly EntryToSet[],
  lockTimeoutMillis?: number,
): Promise<boolean[]> {
  const first = lastOfEachName([...entries].reverse());
  const rows = await writeByState(executor, statements.setCacheEntriesIfAbsent, {
    ...columnsOf(first),
    ...valueColumnsOf(first),
    tags: first.map(jsonTagsOf),
    lockTimeout: lockTimeoutOf(lockTimeoutMillis),
  });
  const set = new Set(rows.map(entryNameOf));
  return entries.map((entry) => set.delete(entryNameOf(entry)));
}

/** Deletes an entry, if it exists. The result is whether it was live. */
export const cacheDelete: BatchedOperation<CacheKey, boolean> = {
  mode: "writes",
  conflictKeyOf,

  async one(executor, { resourceType, key }, lockTimeoutMillis) {
    const lockTimeout = lockTimeoutOf(lockTimeoutMillis);
    const [row] = await executor.write(statements.deleteCacheEntry, { resourceType, key, lockTimeout });
    return row?.wasLive === true;
  },

  many: (executor, keys, lockTimeoutMillis) => deleteEntries(executor, columnsOf(keys), lockTimeoutMillis),
};

/** @returns for each name, whether its entry was live */
export async function deleteEntries(
  executor: Executor,
  names: NameColumns,
  lockTimeoutMillis?: number,
): Promise<boolean[]> {
  const lockTimeout = lockTimeoutOf(lockTimeoutMillis);
  const rows = await executor.write(statements.deleteCacheEntries, { ...names, lockTimeout });
  const wereLive = new Array<boolean>(names.keys.length).fill(false);
  for (const { position, wasLive } of rows) wereLive[position - 1] = wasLive;
  return wereLive;
}

export interface EntryToMatch extends CacheKey {
  readonly value: string;
}

/** Deletes a live entry if it has the value. The result is whether it did. */
export const cacheDeleteValue: BatchedOperation<EntryToMatch, boolean> = {
  ...writeOf(deleteValues),
  payloadSizeOf: ({ value }) => value.length,
};

async function deleteValues(
  executor: Executor,
  entries: readonly EntryToMatch[],
  lockTimeoutMillis?: number,
): Promise<boolean[]> {
  const rows = await executor.write(statements.deleteCacheEntriesWithValues, {
    ...columnsOf(entries),
    values: TextArray.from(entries, ({ value }) => value),
    lockTimeout: lockTimeoutOf(lockTimeoutMillis),
  });
  const wereDeleted = new Array<boolean>(entries.length).fill(false);
  for (const { position } of rows) wereDeleted[position - 1] = true;
  return wereDeleted;
}

export interface EntryToTouch extends CacheKey {
  readonly ttlMillis: number | null;
}

/** Changes when a live entry expires. Of several calls for the same name, the last counts. */
export const cacheTouch = writeOf(touch);

async function touch(
  executor: Executor,
  entries: readonly EntryToTouch[],
  lockTimeoutMillis?: number,
): Promise<boolean[]> {
  const last = lastOfEachName(entries);
  const [row] = await executor.write(statements.touchCacheEntries, {
    ...columnsOf(last),
    ttlsSeconds: last.map(({ ttlMillis }) => ttlSecondsOf(ttlMillis)),
    lockTimeout: lockTimeoutOf(lockTimeoutMillis),
  });
  const isLive = isInPositions(row?.positions ?? "", last.length);
  const live = new Set(last.filter((_, index) => isLive[index]).map(entryNameOf));
  return entries.map((entry) => live.has(entryNameOf(entry)));
}

function valueColumnsOf(entries: readonly EntryToSet[]) {
  return {
    values: TextArray.from(entries, ({ value }) => value),
    ttlsSeconds: entries.map(({ ttlMillis }) => ttlSecondsOf(ttlMillis)),
  };
}

function jsonTagsOf({ tags }: EntryTerms): string {
  return JSON.stringify(tags ?? []);
}
