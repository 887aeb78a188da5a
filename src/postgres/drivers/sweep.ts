import type { IClearCacheEntriesResult } from "#generated/index.js";
import * as statements from "#generated/statements.js";
import { END_OF_TIME } from "../../input/values.js";
import { sleep } from "../../timers.js";
import type { Executor } from "../execution/executor.js";
import { formatTimestamptz } from "../protocol/encode.js";
import type { Statement } from "../protocol/statement.js";
import { toDateOrNull } from "../protocol/times.js";

/** 1 MiB of pages: few enough to be read quickly, enough to hold a batch. */
const PAGES_PER_RANGE = 128;

/**
 * Target duration of a batch on the server, in milliseconds. It bounds how long others wait for a processor or a page.
 */
const BATCH_MILLISECONDS = 0.2;

/** Minimum batch size: every batch also costs a commit. */
const SMALLEST_BATCH = 10;

/** The pause after a batch, as a multiple of its time on the server: four fifths of the time are left to other work. */
const PAUSE_FACTOR = 4;

interface Batch {
  readonly removed: number | null;
  /** The time on the server. Network latency and the load of this process do not affect how large a batch may be. */
  readonly milliseconds: string | null;
}

/** How the rows of one kind are removed. */
export interface SweepOptions {
  /** Maximum number of rows removed at a time. */
  readonly batchSize: number;
  /** Once it is aborted, no further batch is run. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch. */
  readonly onRemoved?: ((rows: number) => void) | undefined;
}

/** Paces a sweep: short batches with pauses between them. */
class Pace {
  readonly #options: SweepOptions;
  #batchSize: number;
  #removed = 0;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#batchSize = Math.min(options.batchSize, SMALLEST_BATCH);
  }

  /** Whether a further batch may be run. */
  get continues(): boolean {
    return this.#options.signal?.aborted !== true;
  }

  /** The number of rows removed in all batches. */
  get removed(): number {
    return this.#removed;
  }

  /** Runs a batch and pauses. Returns undefined if the batch removed fewer rows than its size. */
  async runFullBatch<B extends Batch>(run: (batchSize: number) => Promise<B[]>): Promise<B | undefined> {
    const size = this.#batchSize;
    const batch = await this.run(run);
    return (batch?.removed ?? 0) < size ? undefined : batch;
  }

  /** Runs a batch and pauses. */
  async run<B extends Batch>(run: (batchSize: number) => Promise<B[]>): Promise<B | undefined> {
    const size = this.#batchSize;
    const [batch] = await run(size);
    const removed = batch?.removed ?? 0;
    const took = Number(batch?.milliseconds ?? 0);
    this.#removed += removed;
    this.#options.onRemoved?.(removed);
    const fitting = Math.max(SMALLEST_BATCH, Math.round(size * Math.min(2, BATCH_MILLISECONDS / took)));
    this.#batchSize = Math.min(this.#options.batchSize, fitting);
    if (this.continues) await sleep(took * PAUSE_FACTOR);
    return batch;
  }
}

type ByExpiry = Statement<{ from: string; batchSize: number }, Batch & { until: string | null }>;

/** Removes sessions past their end, and those that have been idle for too long. */
export async function removeExpiredSessions(executor: Executor, options: SweepOptions): Promise<number> {
  const ended = await removeByExpiry(executor, statements.removeExpiredSessions as ByExpiry, options);
  return ended + (await removeIdleSessions(executor, options));
}

export async function removeExpiredOneTimeTokens(executor: Executor, options: SweepOptions): Promise<number> {
  const resets = await removeByExpiry(executor, statements.removeExpiredOneTimeTokens as ByExpiry, options);
  return resets + (await removeByExpiry(executor, statements.removeExpiredUserTokens as ByExpiry, options));
}

export function removeExpiredApiKeys(executor: Executor, options: SweepOptions): Promise<number> {
  return removeByExpiry(executor, statements.removeExpiredApiKeys as ByExpiry, options);
}

/** Removes full budgets and expired exemptions. */
export async function removeExpiredLogInAttempts(executor: Executor, options: SweepOptions): Promise<number> {
  const budgets = await removeByExpiry(executor, statements.removeExpiredLogInBudgets as ByExpiry, options);
  return budgets + (await removeByExpiry(executor, statements.removeExpiredLogInExemptions as ByExpiry, options));
}

/** Follows the index. Each batch starts where the previous one ended, so that removed rows are not scanned again. */
function removeByExpiry(executor: Executor, statement: ByExpiry, options: SweepOptions): Promise<number> {
  return sweepFrom(
    new Pace(options),
    new Date(-END_OF_TIME),
    (from, size) => executor.write(statement, { from: formatTimestamptz(from), batchSize: size }),
    ({ until }) => toDateOrNull(until),
  );
}

/** No id comes before it. */
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Scans the sessions with an idle timeout, by id: an index on the time when they were last read would slow every update of it. */
function removeIdleSessions(executor: Executor, options: SweepOptions): Promise<number> {
  return sweepFrom(
    new Pace(options),
    FIRST_ID,
    (after, size) => executor.write(statements.removeIdleSessions, { after, batchSize: size }),
    ({ lastId }) => lastId,
    false,
  );
}

/**
 * Removes rows in batches, each of which starts at the cursor that the previous one returned.
 *
 * @param next - returns the cursor of the next batch; null if there is none
 * @param endsAtShortBatch - whether a batch that removed fewer rows than its size is the last one
 * @returns how many rows were removed
 */
async function sweepFrom<C, B extends Batch>(
  pace: Pace,
  first: C,
  run: (cursor: C, size: number) => Promise<B[]>,
  next: (batch: B) => C | null,
  endsAtShortBatch = true,
): Promise<number> {
  for (let cursor: C | null = first; cursor !== null && pace.continues; ) {
    const start: C = cursor;
    const runBatch = (size: number) => run(start, size);
    const batch = await (endsAtShortBatch ? pace.runFullBatch(runBatch) : pace.run(runBatch));
    cursor = batch === undefined ? null : next(batch);
  }
  return pace.removed;
}

/** Removes expired and invalidated entries, and then what nothing depends on any more. */
export async function removeExpiredCacheEntries(executor: Executor, options: SweepOptions): Promise<number> {
  const removed = await removeByPage(executor, options, (range) =>
    executor.write(statements.removeExpiredCacheEntries, range),
  );
  // Only entries are counted, not leases and invalidations.
  const unreported = { ...options, onRemoved: undefined };
  await sweepFrom(
    new Pace(unreported),
    // Leases have no cursor: a batch takes any that have expired.
    true,
    (_, size) => executor.write(statements.removeExpiredCacheLeases, { batchSize: size }),
    () => true,
  );
  await sweepFrom(
    new Pace(unreported),
    "",
    (from, size) => executor.write(statements.removeSeenCacheInvalidations, { from, batchSize: size }),
    ({ lastTag }) => lastTag,
  );
  return removed;
}

/** How many pages are read for an estimate: the whole table up to 16 MiB. */
const SAMPLED_PAGES = 2048;

/** An estimate of how many entries there are, and of when they expire. */
export interface ExpirySample {
  readonly entries: number;
  /** The latest expiry in each of 1,000 equal parts of the entries, in seconds since 1970, ascending. Infinity: never. */
  readonly expiries: readonly number[];
}

/** Into how many parts a sample divides the entries. */
const PARTS = 1000;

async function countEntries(executor: Executor): Promise<{ readonly percent: number; readonly entries: number }> {
  const pages = await pagesOfCache(executor);
  const percent = Math.min(100, (SAMPLED_PAGES / Math.max(1, pages)) * 100);
  const [sample] = await executor.read(statements.countCacheSample, { percent });
  return { percent, entries: Math.round(((sample?.sampled ?? 0) / percent) * 100) };
}

/** Estimates from a sample how many entries there are, and when they expire. */
export async function sampleCacheExpiries(executor: Executor): Promise<ExpirySample> {
  const { percent, entries } = await countEntries(executor);
  const fractions = Array.from({ length: PARTS }, (_, index) => (index + 1) / PARTS);
  const rows = await executor.read(statements.getCacheSampleExpiries, { percent, fractions });
  return { entries, expiries: rows.map(({ untilSeconds }) => Number(untilSeconds)) };
}

/** Removes the entries that expire soonest, until the estimate of their number is at most `maxEntries`. */
export async function evictCacheEntries(
  executor: Executor,
  options: SweepOptions,
  maxEntries: number,
): Promise<number> {
  const { percent, entries } = await countEntries(executor);
  const excess = entries - maxEntries;
  if (excess <= 0) return 0;
  const [expiry] = await executor.read(statements.getCacheSampleExpiry, { percent, fraction: excess / entries });
  const untilSeconds = expiry?.untilSeconds ?? null;
  if (untilSeconds === null) return 0;
  let evicted = 0;
  for (const isLastPass of [false, true]) {
    const evict = (range: PageRange) =>
      executor.write(statements.evictCacheEntries, { ...range, untilSeconds, isLastPass });
    evicted += await removeByPage(executor, options, evict, excess - evicted);
  }
  return evicted;
}

interface PageRange {
  readonly fromPage: number;
  readonly toPage: number;
  readonly batchSize: number;
}

/**
 * Scans the cache's pages, one range after another, until `limit` rows are removed. A range is repeated as long as it yields full batches.
 */
async function removeByPage(
  executor: Executor,
  options: SweepOptions,
  remove: (range: PageRange) => Promise<Batch[]>,
  limit = Number.POSITIVE_INFINITY,
): Promise<number> {
  const pages = await pagesOfCache(executor);
  const pace = new Pace(options);
  for (let fromPage = 0; fromPage < pages && pace.removed < limit && pace.continues; ) {
    const toPage = fromPage + PAGES_PER_RANGE;
    const batch = await pace.runFullBatch((size) =>
      remove({ fromPage, toPage, batchSize: Math.min(size, limit - pace.removed) }),
    );
    if (batch === undefined) fromPage = toPage;
  }
  return pace.removed;
}

async function pagesOfCache(executor: Executor): Promise<number> {
  const [size] = await executor.read(statements.getCachePages, undefined);
  return size?.pages ?? 0;
}

/**
 * Deletes every entry of a type. Each batch starts where the previous one ended.
 *
 * @param clear - deletes one batch
 * @returns how many were live
 */
export async function clearCache(
  resourceType: string,
  clear: (params: { resourceType: string; from: string; batchSize: number }) => Promise<IClearCacheEntriesResult[]>,
): Promise<number> {
  let live = 0;
  for (let from: string | null = ""; from !== null; ) {
    const start: string = from;
    const [batch]: IClearCacheEntriesResult[] = await clear({ resourceType, from: start, batchSize: CLEARED_AT_ONCE });
    live += batch?.live ?? 0;
    from = batch?.found === CLEARED_AT_ONCE ? batch.lastKey : null;
  }
  return live;
}

/** How many rows a batch of {@link clearCache} locks. */
const CLEARED_AT_ONCE = 1000;
