import { notConnected } from "../../errors/index.js";
import { ignoreError } from "../../promise.js";
import { withTimeout } from "../protocol/deadlines.js";

/** Where calls are admitted, and counted while they are in flight. */
export interface Gate {
  /** Admits a call, or throws. It has to leave. */
  enter(): void;
  leave(): void;
  /** Runs work as a call, or rejects. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Counts calls in flight, and refuses none. */
class InFlight implements Gate {
  #count = 0;
  #onDrained: (() => void) | undefined;

  enter(): void {
    this.#count += 1;
  }

  leave(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onDrained?.();
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  async drained(timeoutMillis: number): Promise<void> {
    if (this.#count === 0) return;
    const drained = new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    });
    await withTimeout(drained, timeoutMillis).catch(ignoreError);
    this.#onDrained = undefined;
  }
}

/** Admits calls while the driver is connected, and counts those in flight, so that a graceful shutdown can drain them. */
export class Admission implements Gate {
  #isOpen = false;
  readonly #inFlight = new InFlight();
  /** For work on behalf of a call that was admitted: it is not refused during a shutdown. */
  readonly admitted: Gate = this.#inFlight;

  open(): void {
    this.#isOpen = true;
  }

  /** Refuses calls from now on. Those in flight go on. */
  close(): void {
    this.#isOpen = false;
  }

  /** @throws PevensieError NOT_CONNECTED during and after a shutdown */
  enter(): void {
    if (!this.#isOpen) throw notConnected();
    this.#inFlight.enter();
  }

  leave(): void {
    this.#inFlight.leave();
  }

  /** Rejects with NOT_CONNECTED during and after a shutdown. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#isOpen ? this.#inFlight.run(work) : Promise.reject(notConnected());
  }

  /** Resolves when no call is in flight, or after the timeout. */
  drained(timeoutMillis: number): Promise<void> {
    return this.#inFlight.drained(timeoutMillis);
  }
}
