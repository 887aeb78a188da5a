import { now, onNextTurn, setTimer, type Timer } from "../../timers.js";
import { ResponseTimeout } from "./response-timeout.js";

/**
 * A callback that runs unless it is cancelled in time. Like a timer, a deadline keeps the process alive until it is reached or cancelled.
 *
 * The callback runs only after the event loop has read its sockets once more. If the loop was blocked, the deadline is
 * postponed by that time, at most by its own length. What arrived in the meantime counts as in time.
 *
 * A class, not an object literal: each statement has a deadline, and V8 would allocate literals in its old generation after a burst
 * (docs/performance-notes.md).
 */
export class Deadline {
  readonly #milliseconds: number;
  readonly #onDeadline: () => void;
  readonly #due: number;
  #timer: Timer;
  #isCancelled = false;

  constructor(milliseconds: number, onDeadline: () => void) {
    this.#milliseconds = milliseconds;
    this.#onDeadline = onDeadline;
    this.#due = now() + milliseconds;
    this.#timer = setTimer(() => this.#onTimer(), milliseconds);
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#timer.close();
  }

  #onTimer(): void {
    // Timers fire late when the loop was blocked. Node's may also fire a fraction of a millisecond early.
    const difference = Math.abs(now() - this.#due);
    const expire = () =>
      onNextTurn(() => {
        if (!this.#isCancelled) this.#onDeadline();
      });
    this.#timer = setTimer(expire, Math.min(difference, this.#milliseconds));
  }
}

/** Resolves as the promise does, or rejects with {@link ResponseTimeout}. */
export function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = new Deadline(milliseconds, () => reject(new ResponseTimeout(milliseconds)));
    promise.then(resolve, reject).finally(() => deadline.cancel());
  });
}
