import * as statements from "#generated/statements.js";
import type { Executor } from "../../execution/executor.js";
import { type PageRange, pagesOfCache, removeByPage } from "./cache-pages.js";
import type { SweepOptions } from "./pace.js";

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
