/** Runs a statement that may fail for a lock; it never rejects. */
type Attempt = () => Promise<void>;

/**
 * The statements of calls that have met a locked row, a few at a time: they must not occupy the connections that all others
 * need. Each gives its connection back when it has not got the lock soon, so that more calls than these can wait.
 */
export class LockRetries {
  readonly #limit: number;
  #inFlight = 0;
  /** Calls whose statement was shared with the one that has met the lock. Most are for rows that are not locked. */
  readonly #first: Attempt[] = [];
  readonly #repeated: Attempt[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(attempt: Attempt, isFirst: boolean): void {
    (isFirst ? this.#first : this.#repeated).push(attempt);
    this.#next();
  }

  #next(): void {
    if (this.#inFlight === this.#limit) return;
    const attempt = this.#first.shift() ?? this.#repeated.shift();
    if (attempt === undefined) return;
    this.#inFlight += 1;
    void attempt().then(() => {
      this.#inFlight -= 1;
      this.#next();
    });
  }
}
