import { notConnected } from "../../errors/index.js";
import { ignoreError } from "../../promise.js";
import { withTimeout } from "../protocol/deadlines.js";

/** Admits calls while the driver is connected, and counts those in flight, so that a graceful shutdown can drain them. */
export class Admission {
  #isOpen = false;
  #inFlight = 0;
  #onDrained: (() => void) | undefined;

  open(): void {
    this.#isOpen = true;
  }

  /** Refuses calls from now on. Those in flight go on. */
  close(): void {
    this.#isOpen = false;
  }

  /** Admits a call. It has to leave. @throws PevensieError NOT_CONNECTED */
  enter(): void {
    if (!this.#isOpen) throw notConnected();
    this.#inFlight += 1;
  }

  /** Counts work on behalf of a call that was admitted; it is not refused during a shutdown. It has to leave. */
  enterAdmitted(): void {
    this.#inFlight += 1;
  }

  leave(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#onDrained?.();
  }

  /** Rejects with NOT_CONNECTED during and after a shutdown. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#isOpen ? this.runAdmitted(work) : Promise.reject(notConnected());
  }

  /** Runs work on behalf of a call that was admitted; it is not refused during a shutdown. */
  async runAdmitted<T>(work: () => Promise<T>): Promise<T> {
    this.enterAdmitted();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  /** Resolves when no call is in flight, or after the timeout. */
  async drained(timeoutMillis: number): Promise<void> {
    if (this.#inFlight === 0) return;
    const drained = new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    });
    await withTimeout(drained, timeoutMillis).catch(ignoreError);
    this.#onDrained = undefined;
  }
}
