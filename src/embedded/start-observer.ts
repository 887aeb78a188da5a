import { now, sleep } from "../timers.js";

/** A start that takes longer is reported. */
const NOTICE_MILLIS = 1000;

/** How the caller of a start follows it. */
export interface StartObserver {
  /** Receives what somebody at a terminal has to know, a line at a time. */
  readonly onNotice?: ((line: string) => void) | undefined;
  /** Aborts the start, which rejects with the signal's reason once what it has started is stopped. */
  readonly signal?: AbortSignal | undefined;
}

/** Pauses between the polls of one state. */
export class Polling {
  readonly #start = now();
  readonly #observer: StartObserver;
  #isReported = false;

  constructor(observer: StartObserver) {
    this.#observer = observer;
  }

  /** How long the polling has taken. */
  get millis(): number {
    return now() - this.#start;
  }

  /**
   * Pauses. Once this takes longer than a second, the observer receives what the start waits for.
   *
   * @throws the reason of the observer's signal
   */
  async pause(milliseconds: number, awaited: string): Promise<void> {
    const { onNotice, signal } = this.#observer;
    signal?.throwIfAborted();
    if (!this.#isReported && this.millis > NOTICE_MILLIS) {
      this.#isReported = true;
      onNotice?.(`waiting for ${awaited}`);
    }
    await sleep(milliseconds);
  }
}
