import type { IGetCacheEntryParams, IGetSmallCacheEntryResult } from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { CacheKey } from "../../../cache/driver.js";
import { entryNameOf } from "../../../cache/entry-name.js";
import {
  type BatchedOperation,
  DeferredResult,
  type Executor,
  outputOf,
  type Result,
  type RowMaintenance,
} from "../../execution/executor.js";
import { nullAfterDeletion } from "../../execution/row-maintenance.js";
import { columnsOf, type NameColumns } from "./names.js";

/**
 * Maximum total size of the values in a response, in bytes: the responses behind it on the connection must arrive in
 * time. The batcher's bound on payload sizes and the one of the query getSmallCacheEntry are the same.
 */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** When a value is larger than its share of a response, its next share is larger by this factor. */
const SHARE_GROWTH = 8;

const expiredEntries: RowMaintenance<CacheKey> = {
  keyOf: entryNameOf,
  run: (transaction, keys) => transaction.write(statements.deleteExpiredCacheEntries, columnsOf(keys)),
};

/** An entry whose value was left out of a response because of its size. */
interface LargeEntry extends CacheKey {
  /** Bytes of the next response reserved for the value. An entry that needs a whole response is requested alone. */
  readonly share: number;
}

type GetLarge = (entry: LargeEntry) => Promise<string | null>;

/** The lookups of a cache driver. Values are null for absent and expired entries; the latter are deleted. */
export class CacheLookups {
  /** Limited to a few at a time, so that each response has enough bandwidth to arrive in time. */
  readonly #getLarge: GetLarge;
  readonly get: (key: CacheKey) => Promise<string | null>;
  /** Returns the values in the order of the names. */
  readonly getMany: (names: NameColumns) => Promise<(string | null)[]>;
  /** Returns the live values under a key, by resource type. */
  readonly getAll: (key: string) => Promise<Map<string, string>>;

  /** @param admitted - for calls that were admitted: later statements of the same call, and the chunks of a bulk call */
  constructor(executor: Executor, admitted: Executor) {
    const getLarge = (entry: LargeEntry) => this.#getLarge(entry);
    this.#getLarge = admitted.batch(largeEntries(getLarge));
    this.get = executor.batch(oneAmongMany(getLarge));
    this.getMany = admitted.batch(manyTogether(getLarge));
    this.getAll = executor.batch(allUnderOneKey(getLarge));
  }
}

function allUnderOneKey(getLarge: GetLarge): BatchedOperation<string, Map<string, string>> {
  return {
    mode: "unbatched",
    async one(executor, key) {
      const rows = await executor.read(statements.getCacheEntriesByKey, { key, largest: MAX_ANSWER_BYTES });
      const answers = rows.map(({ resourceType, value, expired }) => {
        const name = { resourceType, key };
        if (expired) return removed(executor, name);
        return value ?? new DeferredResult(getLarge({ ...name, share: largerShare(rows.length) }));
      });
      const values = await allOf(answers);
      const live = new Map<string, string>();
      for (const [index, { resourceType }] of rows.entries()) {
        const value = values[index];
        if (typeof value === "string") live.set(resourceType, value);
      }
      return live;
    },
  };
}

function oneAmongMany(getLarge: GetLarge): BatchedOperation<CacheKey, string | null> {
  return {
    mode: "lookups",
    one: (executor, key) => readOne(executor, key, getLarge),
    many: (executor, keys) => readMany(executor, columnsOf(keys), getLarge),
  };
}

function manyTogether(getLarge: GetLarge): BatchedOperation<NameColumns, (string | null)[]> {
  return {
    mode: "bulk",
    async one(executor, names) {
      const values = allOf(await readMany(executor, names, getLarge));
      return values instanceof Promise ? new DeferredResult(values) : values;
    },
  };
}

/** The second statement decides the result: the value may have changed, expired or been deleted since the first. */
function largeEntries(getLarge: GetLarge): BatchedOperation<LargeEntry, string | null> {
  return {
    mode: "large-answers",
    payloadSizeOf: ({ share }) => share,
    one: (executor, entry) => readOne(executor, entry, null),
    many: (executor, entries) => readMany(executor, columnsOf(entries), getLarge),
  };
}

/** @param getLarge - for a value that is too large for a response; null accepts any size */
async function readOne(
  executor: Executor,
  { resourceType, key }: CacheKey,
  getLarge: GetLarge | null,
): Promise<Result<string | null>> {
  const statement = getLarge === null ? statements.getCacheEntry : statements.getSmallCacheEntry;
  const [row] = await executor.read<IGetCacheEntryParams, IGetSmallCacheEntryResult>(statement, { resourceType, key });
  if (row === undefined) return null;
  const name = { resourceType, key };
  if (row.expired) return removed(executor, name);
  if (row.value !== null || getLarge === null) return row.value;
  return new DeferredResult(getLarge({ ...name, share: MAX_ANSWER_BYTES }));
}

/** {@link readOne} for many entries, in the order of their names. */
async function readMany(executor: Executor, names: NameColumns, getLarge: GetLarge): Promise<Result<string | null>[]> {
  const count = names.keys.length;
  const largest = Math.floor(MAX_ANSWER_BYTES / count);
  const rows = await executor.read(statements.getCacheEntries, { ...names, largest });
  const answers: Result<string | null>[] = new Array(count).fill(null);
  const getLargeOnce = onceForEach(getLarge);
  for (const { position, value } of rows) {
    const index = Math.abs(Number(position)) - 1;
    if (value !== null) answers[index] = value;
    else if (Number(position) > 0) answers[index] = removed(executor, nameAt(names, index));
    else answers[index] = new DeferredResult(getLargeOnce({ ...nameAt(names, index), share: largerShare(count) }));
  }
  return answers;
}

/** Returns the next share of a value that was too large for its share of a response with this many values. */
function largerShare(count: number): number {
  return Math.min(MAX_ANSWER_BYTES, Math.ceil((MAX_ANSWER_BYTES / count) * SHARE_GROWTH));
}

/** Returns a function that fetches each entry once: calls of one statement for the same entry share its value. */
function onceForEach(getLarge: GetLarge): GetLarge {
  const values = new Map<string, Promise<string | null>>();
  return (entry) => {
    const name = entryNameOf(entry);
    const value = values.get(name) ?? getLarge(entry);
    values.set(name, value);
    return value;
  };
}

function removed(executor: Executor, name: CacheKey): DeferredResult<null> {
  return nullAfterDeletion(executor, expiredEntries, [name]);
}

function nameAt({ resourceTypes, keys }: NameColumns, index: number): CacheKey {
  return { resourceType: resourceTypes[index] as string, key: keys[index] as string };
}

/** Returns the values of all answers, without a promise if no answer is deferred, which is the usual case. */
function allOf(answers: Result<string | null>[]): (string | null)[] | Promise<(string | null)[]> {
  return answers.some((answer) => answer instanceof DeferredResult)
    ? Promise.all(answers.map(outputOf))
    : (answers as (string | null)[]);
}
