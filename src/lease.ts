import { notConnected } from "./errors/index.js";

/** Gives access to a driver until {@link Lease.end}. Later, another auth or cache may connect the same driver. */
export class Lease<Driver extends { disconnect(): Promise<void> }> {
  #driver: Driver;
  #ended: Promise<void> | undefined;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Returns the driver. After the end, returns an object whose every function rejects with NOT_CONNECTED. */
  get driver(): Driver {
    return this.#driver;
  }

  /** Disconnects the driver once and drops the reference to it. If that fails, it can be called again. */
  end(): Promise<void> {
    this.#ended ??= this.#disconnect().catch((error: unknown) => {
      this.#ended = undefined;
      throw error;
    });
    return this.#ended;
  }

  async #disconnect(): Promise<void> {
    await this.#driver.disconnect();
    this.#driver = new Proxy({} as Driver, { get: () => () => Promise.reject(notConnected()) });
  }
}
