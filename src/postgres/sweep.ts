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

/** A batch is to take so long: whoever waits for a processor or a page that it holds waits no longer. */
const BATCH_MILLISECONDS = 0.3;

/** Batches are not made smaller than this: a commit of each takes its time, too. */
const SMALLEST_BATCH = 10;

/** The rest after a batch, in times of what it took: three quarters of the server's time are left to others. */
const REST = 3;

/** How a sweep goes about it: in batches that are soon over, with rests between them. */
class Pace {
  readonly #largest: number;
  #batchSize: number;

  constructor(batchSize: number) {
    this.#largest = batchSize;
    this.#batchSize = batchSize;
  }

  /** Of the next batch. */
  get batchSize(): number {
    return this.#batchSize;
  }

  /** Runs a batch, and rests. */
  async keep<T>(batch: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await batch();
    const took = performance.now() - start;
    const fitting = Math.max(SMALLEST_BATCH, Math.round(this.#batchSize * Math.min(2, BATCH_MILLISECONDS / took)));
    this.#batchSize = Math.min(this.#largest, fitting);
    await sleep(took * REST);
    return result;
  }
}

type ByExpiry = Statement<{ from: string; batchSize: number }, { expiresAt: Date | null }>;

export function removeExpiredSessions(executor: Executor, batchSize: number): Promise<number> {
  return removeByExpiry(executor, statements.removeExpiredSessions as ByExpiry, batchSize);
}

export function removeExpiredOneTimeTokens(executor: Executor, batchSize: number): Promise<number> {
  return removeByExpiry(executor, statements.removeExpiredOneTimeTokens as ByExpiry, batchSize);
}

/** The table is small, since an hour without failures expires a row: it needs no index to sweep it by. */
export async function removeExpiredLogInAttempts(executor: Executor, batchSize: number): Promise<number> {
  const pace = new Pace(batchSize);
  for (let removed = 0; ; ) {
    const size = pace.batchSize;
    const rows = await pace.keep(() => executor.write(statements.removeExpiredLogInAttempts, { batchSize: size }));
    removed += rows.length;
    if (rows.length < size) return removed;
  }
}

/** Along the index, each batch from where the one before it ended: what is removed already is not looked at again. */
async function removeByExpiry(executor: Executor, statement: ByExpiry, batchSize: number): Promise<number> {
  const pace = new Pace(batchSize);
  let removed = 0;
  for (let from = new Date(-END_OF_TIME); ; ) {
    const params = { from: formatTimestamptz(from), batchSize: pace.batchSize };
    const rows = await pace.keep(() => executor.write(statement, params));
    removed += rows.length;
    if (rows.length < params.batchSize) return removed;
    from = rows.at(-1)?.expiresAt ?? from;
  }
}

/** Through the table's pages, range by range, a range again as long as it gives full batches. */
export async function removeExpiredCacheEntries(executor: Executor, batchSize: number): Promise<number> {
  const [size] = await executor.read(statements.getCachePages, undefined);
  const pages = size?.pages ?? 0;
  const pace = new Pace(batchSize);
  let removed = 0;
  for (let fromPage = 0; fromPage < pages; ) {
    const params = { fromPage, toPage: fromPage + PAGES_AT_ONCE, batchSize: pace.batchSize };
    const [row] = await pace.keep(() => executor.write(statements.removeExpiredCacheEntries, params));
    const count = row?.removed ?? 0;
    removed += count;
    if (count < params.batchSize) fromPage += PAGES_AT_ONCE;
  }
  return removed;
}
