import { PevensieError } from "../../../../errors/index.js";
import type { EventListener } from "../../../../events.js";
import { Circuit } from "../../circuit.js";
import type { PostgresCacheDriver } from "../cache-driver.js";

/** What a probe looks for. Whether it exists does not matter, nor whether the key belongs to the shard. */
const PROBED = { resourceType: "", key: "" };

/** One server of a sharded cache, behind a circuit breaker. */
export class CacheShard {
  readonly name: string;
  readonly #driver: PostgresCacheDriver;
  readonly #circuit: Circuit;
  #listener: EventListener = () => {};

  constructor(name: string, driver: PostgresCacheDriver) {
    this.name = name;
    this.#driver = driver;
    this.#circuit = new Circuit({
      subject: `The cache's server ${name}`,
      connect: () => driver.connect(this.#listener),
      disconnect: () => driver.disconnect(),
      probe: () => driver.has(PROBED),
      onOpen: (reason) => {
        const code = reason instanceof PevensieError ? reason.code : "DATABASE_ERROR";
        this.#listener({ type: "cache-shard-unavailable", shard: name, code });
      },
      onClose: () => this.#listener({ type: "cache-shard-available", shard: name }),
    });
  }

  connect(listener: EventListener): Promise<void> {
    this.#listener = listener;
    return this.#circuit.connect();
  }

  /** Refuses calls until the server answers, after a failure to connect. */
  suspend(reason: unknown): void {
    this.#circuit.suspend(reason);
  }

  disconnect(): Promise<void> {
    return this.#circuit.disconnect();
  }

  /**
   * Calls the driver.
   *
   * @throws CONNECTION_UNAVAILABLE immediately while the server does not answer
   */
  run<T>(call: (driver: PostgresCacheDriver) => Promise<T>): Promise<T> {
    return this.#circuit.run(() => call(this.#driver));
  }
}
