import { settleAll } from "../../../promise.js";
import { now } from "../../../timers.js";
import { lockWaitLimit } from "../../execution/lock-retries.js";
import { LockWaitQueue, type LockWaitQueueOptions } from "../../execution/lock-wait-queue.js";
import type { PoolExecutor } from "../../execution/pool-executor.js";
import { isLockTimeout } from "../../protocol/server-errors.js";

/**
 * Bounds on one chunk of a bulk call, in rows and in approximate characters. They bound memory here and in the server.
 */
const MAX_CHUNK_ROWS = 512;
const MAX_CHUNK_TEXT = 4 * 1024 * 1024;

/** Chunks of a call in flight concurrently: the server executes one while this process reads the other's response. */
const CHUNKS_IN_FLIGHT = 2;

/** Runs calls that concern many entries, as statements for a chunk of them each. */
export class BulkCalls {
  readonly #executor: PoolExecutor;
  readonly #queue: LockWaitQueue;
  readonly #maxLockWaitMillis: number;

  /** @param maxLockWaitMillis - how long a statement waits for locked rows */
  constructor(
    executor: PoolExecutor,
    times: Pick<LockWaitQueueOptions, "lockTimeoutMillis" | "queueTimeoutMillis">,
    maxLockWaitMillis: number,
  ) {
    this.#executor = executor;
    this.#queue = new LockWaitQueue({ ...times, limit: lockWaitLimit(executor.maxInFlight), ranks: 1 });
    this.#maxLockWaitMillis = maxLockWaitMillis;
  }

  /**
   * Calls `work` for chunks of the items, and returns its results in their order. After the first failure, no further chunk is sent. The
   * call is admitted as a whole: a graceful shutdown drains its queued chunks, too.
   *
   * @param lengthOf - approximate characters of an item
   */
  mapChunks<T, R>(
    items: readonly T[],
    lengthOf: (item: T) => number,
    work: (chunk: readonly T[]) => Promise<R>,
  ): Promise<R[]> {
    return this.#executor.admit(() => this.#mapAdmitted(inChunks(items, lengthOf), work));
  }

  async #mapAdmitted<T, R>(chunks: Generator<T>, work: (chunk: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    // On a small pool, a chunk must not wait for a connection that another chunk of the same call holds.
    const inFlight = Math.min(CHUNKS_IN_FLIGHT, this.#executor.maxInFlight);
    let begun = 0;
    const goOn = async () => {
      for (let next = chunks.next(); next.done !== true; next = chunks.next()) {
        const place = begun;
        begun += 1;
        try {
          results[place] = await work(next.value);
        } catch (error) {
          chunks.return(undefined);
          throw error;
        }
      }
    };
    await settleAll(Array.from({ length: inFlight }, goOn));
    return results;
  }

  /** Repeats a statement, which changes nothing if it meets a locked row, until the row is free. */
  async untilUnlocked<T>(run: (lockTimeoutMillis: number) => Promise<T>): Promise<T> {
    const deadline = now() + this.#maxLockWaitMillis;
    for (;;) {
      try {
        return await this.#queue.run(0, run, deadline);
      } catch (error) {
        if (!isLockTimeout(error) || now() >= deadline) throw error;
      }
    }
  }
}

/** Splits the items, in order, into chunks of bounded number and text. The chunks are as few and as even as possible. */
function* inChunks<T>(items: readonly T[], lengthOf: (item: T) => number): Generator<readonly T[]> {
  const chunks = Math.ceil(items.length / MAX_CHUNK_ROWS);
  const rows = Math.ceil(items.length / chunks);
  let start = 0;
  let length = 0;
  for (let end = 1; end <= items.length; end += 1) {
    length += lengthOf(items[end - 1] as T);
    if (end - start < rows && length < MAX_CHUNK_TEXT && end < items.length) continue;
    yield items.slice(start, end);
    start = end;
    length = 0;
  }
}
