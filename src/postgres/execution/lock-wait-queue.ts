import { now } from "../../timers.js";
import { overdueErrorOf } from "../protocol/call-errors.js";
import { isLockTimeout } from "../protocol/server-errors.js";

/** Runs a statement that fails after it has waited this long for a locked row. */
type LockableWork<T> = (lockTimeoutMillis: number) => Promise<T>;

/** How a {@link LockWaitQueue} sends statements. */
export interface LockWaitQueueOptions {
  /** How many statements are in flight. */
  readonly limit: number;
  /** How long one waits for a locked row, unless others are queued, in milliseconds. */
  readonly lockTimeoutMillis: number;
  /** How long a statement stays queued behind an unresponsive server, in milliseconds. */
  readonly queueTimeoutMillis: number;
  /** Queued statements of a lower rank are sent first, but for one in {@link LAST_RANK_TURN}. */
  readonly ranks: number;
}

interface QueuedWork {
  readonly queuedAt: number;
  /** How long it stays queued behind others that meet locked rows. */
  readonly lockDeadline: number;
  /** Never rejects. */
  readonly start: (lockTimeoutMillis: number) => Promise<void>;
  readonly reject: (error: unknown) => void;
}

/** While others are queued, a statement waits for a locked row for this part of the lock timeout. */
const CONTENDED_SHARE = 10;

/** One in this many statements is of the last rank that has any: without it, a steady load of the others would starve them. */
const LAST_RANK_TURN = 4;

/** Default time for which a statement is queued behind others that wait for locks, in milliseconds. */
const QUEUE_MILLIS = 1000;

/**
 * Runs statements that are not batched and may wait for rows that other transactions have locked, a few at a time: they must not
 * occupy the connections that other calls need.
 */
export class LockWaitQueue {
  readonly #options: LockWaitQueueOptions;
  /** By rank. */
  readonly #queues: QueuedWork[][];
  #inFlight = 0;
  #started = 0;

  constructor(options: LockWaitQueueOptions) {
    this.#options = options;
    this.#queues = Array.from({ length: options.ranks }, () => []);
  }

  /**
   * Rejects with the error of a lock timeout (55P03) also if another statement meets a locked row after `lockDeadline`, while this one
   * is still queued.
   */
  run<T>(rank: number, work: LockableWork<T>, lockDeadline = now() + QUEUE_MILLIS): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = async (lockTimeoutMillis: number) => {
        try {
          resolve(await work(lockTimeoutMillis));
        } catch (error) {
          reject(error);
          this.#rejectOverdue(error);
        }
      };
      this.#queues[rank]?.push({ queuedAt: now(), lockDeadline, start, reject });
      this.#next();
    });
  }

  #next(): void {
    const { limit, lockTimeoutMillis } = this.#options;
    while (this.#inFlight < limit) {
      const work = this.#take();
      if (work === undefined) return;
      this.#inFlight += 1;
      const isContended = this.#queues.some(({ length }) => length > 0);
      const waitMillis = isContended ? Math.ceil(lockTimeoutMillis / CONTENDED_SHARE) : lockTimeoutMillis;
      void work.start(waitMillis).then(() => {
        this.#inFlight -= 1;
        this.#next();
      });
    }
  }

  #take(): QueuedWork | undefined {
    const isQueued = ({ length }: QueuedWork[]) => length > 0;
    const isTurnOfLast = this.#started % LAST_RANK_TURN === LAST_RANK_TURN - 1;
    const queue = isTurnOfLast ? this.#queues.findLast(isQueued) : this.#queues.find(isQueued);
    if (queue !== undefined) this.#started += 1;
    return queue?.shift();
  }

  /** After a statement that met a locked row, or that the server did not answer. */
  #rejectOverdue(error: unknown): void {
    const time = now();
    const isLocked = isLockTimeout(error);
    const overdueError = isLocked ? error : overdueErrorOf(error);
    if (overdueError === undefined) return;
    const earliest = time - this.#options.queueTimeoutMillis;
    for (const queue of this.#queues) {
      for (const work of queue.splice(0)) {
        const isOverdue = isLocked ? work.lockDeadline <= time : work.queuedAt <= earliest;
        if (isOverdue) work.reject(overdueError);
        else queue.push(work);
      }
    }
  }
}
