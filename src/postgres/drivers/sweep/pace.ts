import { sleep } from "../../../timers.js";

/**
 * Target duration of a batch on the server, in milliseconds. It bounds how long others wait for a processor or a page.
 */
const BATCH_MILLISECONDS = 0.2;

/** Minimum batch size: every batch also costs a commit. */
const SMALLEST_BATCH = 10;

/** The pause after a batch, as a multiple of its time on the server: four fifths of the time are left to other work. */
const PAUSE_FACTOR = 4;

/** What a batch returns. */
export interface Batch {
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
export class Pace {
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

/**
 * Removes rows in batches until one has removed fewer rows than its size. Each batch starts at the cursor that the previous one returned.
 *
 * @returns how many rows were removed
 */
export function sweepUntilShortBatch<C, B extends Batch>(
  pace: Pace,
  first: C,
  run: (cursor: C, batchSize: number) => Promise<B[]>,
  next: (batch: B) => C | null,
): Promise<number> {
  return sweepFrom(pace, first, (cursor) => pace.runFullBatch((size) => run(cursor, size)), next);
}

/**
 * Removes rows in batches until one returns no cursor for the next one: a batch may remove none of the rows that it scans.
 *
 * @returns how many rows were removed
 */
export function sweepToEnd<C, B extends Batch>(
  pace: Pace,
  first: C,
  run: (cursor: C, batchSize: number) => Promise<B[]>,
  next: (batch: B) => C | null,
): Promise<number> {
  return sweepFrom(pace, first, (cursor) => pace.run((size) => run(cursor, size)), next);
}

/** @param runBatch - returns undefined for the last batch */
async function sweepFrom<C, B>(
  pace: Pace,
  first: C,
  runBatch: (cursor: C) => Promise<B | undefined>,
  next: (batch: B) => C | null,
): Promise<number> {
  for (let cursor: C | null = first; cursor !== null && pace.continues; ) {
    const batch: B | undefined = await runBatch(cursor);
    cursor = batch === undefined ? null : next(batch);
  }
  return pace.removed;
}
