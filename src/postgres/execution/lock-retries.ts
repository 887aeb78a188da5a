/**
 * How long a batch of writes waits for a locked row before its calls are retried one by one, in milliseconds: many times as long
 * as another batch holds a row, and shorter than PostgreSQL's deadlock_timeout.
 */
const LOCK_TIMEOUT_MILLIS = 100;

/** Returns how long a write waits for a locked row before it is retried, in milliseconds. Several attempts fit into the time of a call. */
export function lockTimeoutMillisOf(queryTimeoutMillis: number): number {
  return Math.min(LOCK_TIMEOUT_MILLIS, Math.ceil(queryTimeoutMillis / 4));
}

/** Returns how many statements may wait for locks: half of the connections at most, so that other calls find the rest. */
export function lockWaitLimit(maxInFlight: number): number {
  return Math.max(1, Math.floor(maxInFlight / 2));
}

/** Runs a statement that may time out waiting for a lock. Never rejects. */
type Retry = () => Promise<void>;

/**
 * Runs the statements of calls that met a locked row, a few at a time: they must not occupy the connections that other calls
 * need. Each one releases its connection when it does not get the lock soon, so more calls than these can wait.
 */
export class LockRetries {
  readonly #limit: number;
  #inFlight = 0;
  /** Calls that have not been run by themselves: most of them are for rows that are not locked. */
  readonly #first: Retry[] = [];
  readonly #repeated: Retry[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(retry: Retry, isFirst: boolean): void {
    (isFirst ? this.#first : this.#repeated).push(retry);
    this.#next();
  }

  #next(): void {
    if (this.#inFlight === this.#limit) return;
    const retry = this.#first.shift() ?? this.#repeated.shift();
    if (retry === undefined) return;
    this.#inFlight += 1;
    void retry().then(() => {
      this.#inFlight -= 1;
      this.#next();
    });
  }
}
