import { notConnected } from "./errors/index.js";

/** A driver for as long as its user is connected. Later, it may be connected for somebody else. */
export class Lease<Driver extends { disconnect(): Promise<void> }> {
  #driver: Driver;
  #ended: Promise<void> | undefined;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** The driver; once it was let go of, something of which every function rejects with NOT_CONNECTED. */
  get driver(): Driver {
    return this.#driver;
  }

  /** Disconnects the driver, once, and lets go of it. Where that fails, it can be tried again. */
  end(): Promise<void> {
    this.#ended ??= this.#letGo().catch((error: unknown) => {
      this.#ended = undefined;
      throw error;
    });
    return this.#ended;
  }

  async #letGo(): Promise<void> {
    await this.#driver.disconnect();
    this.#driver = new Proxy({} as Driver, { get: () => () => Promise.reject(notConnected()) });
  }
}
