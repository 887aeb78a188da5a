/** A bound on how much runs at once, and on how much waits. */
export interface QueueLimits {
  /** How many run at once. */
  readonly running: number;
  /** How many may wait; one more is turned away. */
  readonly waiting: number;
}

/** Runs tasks in the order they come, a few at a time, and turns them away once too many wait. */
export class Queue {
  readonly #limits: QueueLimits;
  readonly #refusal: () => Error;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param refusal - what those are told who are turned away */
  constructor(limits: QueueLimits, refusal: () => Error) {
    this.#limits = limits;
    this.#refusal = refusal;
  }

  /** One that turns nobody away. */
  static unbounded(running: number): Queue {
    return new Queue({ running, waiting: Number.POSITIVE_INFINITY }, () => new Error("the queue has no bound"));
  }

  /** @throws the refusal, without having run the task */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.running) this.#running += 1;
    else await this.#turn();
    try {
      return await task();
    } finally {
      // The place goes to whoever waits longest, or is free.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#limits.waiting) throw this.#refusal();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
