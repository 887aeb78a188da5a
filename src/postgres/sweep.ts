import { setTimeout as sleep } from "node:timers/promises";
import * as queries from "../../generated/index.js";
import { END_OF_TIME } from "../input/values.js";
import type { Executor } from "./executor.js";
import { prepare, type Statement } from "./statement.js";
import { formatTimestamptz } from "./wire.js";

const statements = {
  removeExpiredSessions: prepare("removeExpiredSessions", queries.removeExpiredSessions),
  removeExpiredOneTimeTokens: prepare("removeExpiredOneTimeTokens", queries.removeExpiredOneTimeTokens),
  removeExpiredLogInAttempts: prepare("removeExpiredLogInAttempts", queries.removeExpiredLogInAttempts),
  getCachePages: prepare("getCachePages", queries.getCachePages),
  removeExpiredCacheEntries: prepare("removeExpiredCacheEntries", queries.removeExpiredCacheEntries),
};

/** One mebibyte of pages: few enough to be read in a moment, enough to hold a batch. */
const PAGES_AT_ONCE = 128;

type ByExpiry = Statement<{ from: string; batchSize: number }, { expiresAt: Date | null }>;

export function removeExpiredSessions(executor: Executor, batchSize: number): Promise<number> {
  return removeByExpiry(executor, statements.removeExpiredSessions as ByExpiry, batchSize);
}

export function removeExpiredOneTimeTokens(executor: Executor, batchSize: number): Promise<number> {
  return removeByExpiry(executor, statements.removeExpiredOneTimeTokens as ByExpiry, batchSize);
}

/** The table is small, since an hour without failures expires a row: it needs no index to sweep it by. */
export async function removeExpiredLogInAttempts(executor: Executor, batchSize: number): Promise<number> {
  for (let removed = 0; ; ) {
    const rows = await atEase(() => executor.write(statements.removeExpiredLogInAttempts, { batchSize }));
    removed += rows.length;
    if (rows.length < batchSize) return removed;
  }
}

/** Along the index, each batch from where the one before it ended: what is removed already is not looked at again. */
async function removeByExpiry(executor: Executor, statement: ByExpiry, batchSize: number): Promise<number> {
  let removed = 0;
  for (let from = new Date(-END_OF_TIME); ; ) {
    const params = { from: formatTimestamptz(from), batchSize };
    const rows = await atEase(() => executor.write(statement, params));
    removed += rows.length;
    if (rows.length < batchSize) return removed;
    from = rows.at(-1)?.expiresAt ?? from;
  }
}

/** Through the table's pages, range by range, a range again as long as it gives full batches. */
export async function removeExpiredCacheEntries(executor: Executor, batchSize: number): Promise<number> {
  const [size] = await executor.read(statements.getCachePages, undefined);
  const pages = size?.pages ?? 0;
  let removed = 0;
  for (let fromPage = 0; fromPage < pages; ) {
    const params = { fromPage, toPage: fromPage + PAGES_AT_ONCE, batchSize };
    const [row] = await atEase(() => executor.write(statements.removeExpiredCacheEntries, params));
    const count = row?.removed ?? 0;
    removed += count;
    if (count < batchSize) fromPage += PAGES_AT_ONCE;
  }
  return removed;
}

/** Rests as long as the work took: a sweep leaves at least half of the server's time to those who wait for it. */
async function atEase<T>(work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  await sleep(performance.now() - start);
  return result;
}
