import { PevensieError } from "../../errors/index.js";
import { ignoreError } from "../../promise.js";

/** How a driver is disconnected. */
export interface Disconnection {
  /** Ends the attempt to connect that is in progress. */
  abort(): void;
  /** Drains the calls in flight and closes the connections. */
  close(): Promise<void>;
}

/** Whether a driver is disconnected, connecting, connected or disconnecting. */
export class ConnectionState {
  #state: "disconnected" | "connecting" | "connected" | "disconnecting" = "disconnected";
  /** Settles at the end of the last attempt to connect. */
  #attempt: Promise<void> = Promise.resolve();
  #disconnected: Promise<void> = Promise.resolve();

  /**
   * Begins an attempt to connect, and waits for it.
   *
   * @param open - calls {@link markConnected} or {@link markDisconnected} at its end
   * @throws PevensieError ALREADY_CONNECTED unless it is disconnected
   */
  async connect(open: () => Promise<void>): Promise<void> {
    if (this.#state !== "disconnected") {
      throw new PevensieError("ALREADY_CONNECTED", "The driver is connected already. Call connect() once per driver.");
    }
    this.#state = "connecting";
    this.#attempt = open();
    await this.#attempt;
  }

  markConnected(): void {
    this.#state = "connected";
  }

  markDisconnected(): void {
    this.#state = "disconnected";
  }

  get isConnected(): boolean {
    return this.#state === "connected";
  }

  get isDisconnecting(): boolean {
    return this.#state === "disconnecting";
  }

  /** Closes what is connected, or aborts the attempt to connect in progress and waits for its end. Idempotent. */
  disconnect({ abort, close }: Disconnection): Promise<void> {
    if (this.#state === "connecting") {
      this.#state = "disconnecting";
      this.#disconnected = this.#attempt.catch(ignoreError);
      abort();
    }
    if (this.#state === "connected") {
      this.#state = "disconnecting";
      this.#disconnected = close().finally(() => this.markDisconnected());
    }
    return this.#disconnected;
  }
}
