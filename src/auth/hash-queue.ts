import { PevensieError } from "../errors/index.js";

/** A bound on how much runs at once, and on how much waits. */
export interface QueueLimits {
  /** How many run at once. */
  readonly running: number;
  /** How many may wait; one more is turned away. */
  readonly waiting: number;
}

/** Runs tasks in the order they come, a few at a time, and turns them away once too many wait. */
export class HashQueue {
  readonly #limits: QueueLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** @throws OVERLOADED without having run the task */
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
    if (this.#waiting.length >= this.#limits.waiting) {
      throw new PevensieError("OVERLOADED", "Too many passwords are waiting to be hashed: try again later.");
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
