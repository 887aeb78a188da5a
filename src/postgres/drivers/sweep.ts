import * as statements from "#generated/statements.js";
import { END_OF_TIME } from "../../input/values.js";
import { sleep } from "../../timers.js";
import type { Executor } from "../execution/executor.js";
import { formatTimestamptz } from "../protocol/encode.js";
import type { Statement } from "../protocol/statement.js";
import { toDateOrNull } from "./rows.js";

/** One mebibyte of pages: few enough to be read in a moment, enough to hold a batch. */
const PAGES_AT_ONCE = 128;

/** A batch is to take the server so long: whoever waits for a processor or a page that it holds waits no longer. */
const BATCH_MILLISECONDS = 0.2;

/** Batches are not made smaller than this: a commit of each takes its time, too. */
const SMALLEST_BATCH = 10;

/** The rest after a batch, in times of what it took the server: four fifths of its time are left to others. */
const REST = 4;

interface Batch {
  readonly removed: number | null;
  /** What it took the server. How far away that is, or how busy this process, says nothing of how large a batch may be. */
  readonly milliseconds: string | null;
}

/** How a sweep goes about it: in batches that are soon over, with rests between them. */
class Pace {
  readonly #largest: number;
  #batchSize: number;
  #removed = 0;

  constructor(batchSize: number) {
    this.#largest = batchSize;
    this.#batchSize = Math.min(batchSize, SMALLEST_BATCH);
  }

  /** In all batches. */
  get removed(): number {
    return this.#removed;
  }

  /** Runs a batch, and rests; undefined once there was less to remove than it could have. */
  async keep<B extends Batch>(run: (batchSize: number) => Promise<B[]>): Promise<B | undefined> {
    const size = this.#batchSize;
    const [batch] = await run(size);
    const removed = batch?.removed ?? 0;
    const took = Number(batch?.milliseconds ?? 0);
    this.#removed += removed;
    const fitting = Math.max(SMALLEST_BATCH, Math.round(size * Math.min(2, BATCH_MILLISECONDS / took)));
    this.#batchSize = Math.min(this.#largest, fitting);
    await sleep(took * REST);
    return removed < size ? undefined : batch;
  }
}

type ByExpiry = Statement<{ from: string; batchSize: number }, Batch & { until: string | null }>;

export function removeExpiredSessions(executor: Executor, batchSize: number): Promise<number> {
  return removeByExpiry(executor, statements.removeExpiredSessions as ByExpiry, batchSize);
}

export function removeExpiredOneTimeTokens(executor: Executor, batchSize: number): Promise<number> {
  return removeByExpiry(executor, statements.removeExpiredOneTimeTokens as ByExpiry, batchSize);
}

/** Removes budgets that are whole again, and exemptions that have expired. */
export async function removeExpiredLogInAttempts(executor: Executor, batchSize: number): Promise<number> {
  const budgets = await removeByExpiry(executor, statements.removeExpiredLogInBudgets as ByExpiry, batchSize);
  return budgets + (await removeByExpiry(executor, statements.removeExpiredLogInExemptions as ByExpiry, batchSize));
}

/** Along the index, each batch from where the one before it ended: what is removed already is not looked at again. */
async function removeByExpiry(executor: Executor, statement: ByExpiry, batchSize: number): Promise<number> {
  const pace = new Pace(batchSize);
  for (let from: Date | null = new Date(-END_OF_TIME); from; ) {
    const start = formatTimestamptz(from);
    const batch = await pace.keep((size) => executor.write(statement, { from: start, batchSize: size }));
    from = toDateOrNull(batch?.until ?? null);
  }
  return pace.removed;
}

/** Through the table's pages, range by range, a range again as long as it gives full batches. */
export async function removeExpiredCacheEntries(executor: Executor, batchSize: number): Promise<number> {
  const [size] = await executor.read(statements.getCachePages, undefined);
  const pages = size?.pages ?? 0;
  const pace = new Pace(batchSize);
  for (let fromPage = 0; fromPage < pages; ) {
    const range = { fromPage, toPage: fromPage + PAGES_AT_ONCE };
    const batch = await pace.keep((size) =>
      executor.write(statements.removeExpiredCacheEntries, { ...range, batchSize: size }),
    );
    if (batch === undefined) fromPage = range.toPage;
  }
  return pace.removed;
}
