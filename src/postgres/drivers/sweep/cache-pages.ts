import * as statements from "#generated/statements.js";
import type { Executor } from "../../execution/executor.js";
import { type Batch, Pace, type SweepOptions } from "./pace.js";

/** 1 MiB of pages: few enough to be read quickly, enough to hold a batch. */
const PAGES_PER_RANGE = 128;

/** A range of the cache's pages, and how many rows to remove from it. */
export interface PageRange {
  readonly fromPage: number;
  readonly toPage: number;
  readonly batchSize: number;
}

/**
 * Scans the cache's pages, one range after another, until `limit` rows are removed. A range is repeated as long as it yields full batches.
 */
export async function removeByPage(
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

export async function pagesOfCache(executor: Executor): Promise<number> {
  const [size] = await executor.read(statements.getCachePages, undefined);
  return size?.pages ?? 0;
}
