import { now } from "../../timers.js";
import { isLockTimeout } from "../protocol/errors.js";

/** Runs a statement that fails after it has waited this long for a locked row. */
type LockableWork<T> = (lockTimeoutMillis: number) => Promise<T>;

interface QueuedWork {
  readonly queuedAt: number;
  /** Never rejects. */
  readonly start: (lockTimeoutMillis: number) => Promise<void>;
  readonly reject: (error: unknown) => void;
}

/** While others are queued, a statement waits for a locked row for this part of the lock timeout. */
const CONTENDED_SHARE = 10;

/** How long statements are queued behind others that wait for locks, in milliseconds. */
const QUEUE_MILLIS = 1000;

/**
 * Runs statements that are not batched and may wait for rows that other transactions have locked, a few at a time: they must not
 * occupy the connections that other calls need.
 */
export class LockLane {
  readonly #limit: number;
  readonly #lockTimeoutMillis: number;
  /** By rank. */
  readonly #queues: QueuedWork[][];
  #inFlight = 0;

  /**
   * @param limit - how many statements are in flight
   * @param lockTimeoutMillis - how long one waits for a locked row, unless others are queued
   * @param ranks - queued statements of a lower rank are sent first
   */
  constructor(limit: number, lockTimeoutMillis: number, ranks: number) {
    this.#limit = limit;
    this.#lockTimeoutMillis = lockTimeoutMillis;
    this.#queues = Array.from({ length: ranks }, () => []);
  }

  /** Rejects with the error of a lock timeout (55P03) also if the statement was queued for long behind others that met locked rows. */
  run<T>(rank: number, work: LockableWork<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = async (lockTimeoutMillis: number) => {
        try {
          resolve(await work(lockTimeoutMillis));
        } catch (error) {
          reject(error);
          if (isLockTimeout(error)) this.#rejectOverdue(error);
        }
      };
      this.#queues[rank]?.push({ queuedAt: now(), start, reject });
      this.#next();
    });
  }

  #next(): void {
    while (this.#inFlight < this.#limit) {
      const work = this.#queues.find(({ length }) => length > 0)?.shift();
      if (work === undefined) return;
      this.#inFlight += 1;
      const isContended = this.#queues.some(({ length }) => length > 0);
      const lockTimeoutMillis = isContended
        ? Math.ceil(this.#lockTimeoutMillis / CONTENDED_SHARE)
        : this.#lockTimeoutMillis;
      void work.start(lockTimeoutMillis).then(() => {
        this.#inFlight -= 1;
        this.#next();
      });
    }
  }

  #rejectOverdue(error: unknown): void {
    const earliest = now() - QUEUE_MILLIS;
    for (const queue of this.#queues) {
      // The oldest come first.
      while ((queue[0]?.queuedAt ?? Number.POSITIVE_INFINITY) <= earliest) queue.shift()?.reject(error);
    }
  }
}
