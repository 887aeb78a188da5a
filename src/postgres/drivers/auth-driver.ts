import type { AuthDriver } from "../../auth/driver.js";
import type { EventListener } from "../../events.js";
import { type PostgresDriverConfig, resolveConfig } from "../config/config.js";
import { PostgresAuthStore } from "./auth-store.js";
import { Lifecycle } from "./lifecycle.js";

/**
 * Creates an auth driver for PostgreSQL. It uses the tables `user`, `session`, `one_time_token` and others of the
 * schema, by default `pevensie`, through its own pool or the caller's.
 *
 * @throws PevensieError INVALID_INPUT naming the setting that is wrong
 */
export function createAuthDriver(config?: PostgresDriverConfig): AuthDriver {
  return new PostgresAuthDriver(new Lifecycle(resolveConfig(config), "auth"));
}

class PostgresAuthDriver extends PostgresAuthStore implements AuthDriver {
  readonly #lifecycle: Lifecycle;

  constructor(lifecycle: Lifecycle) {
    super(lifecycle.executor);
    this.#lifecycle = lifecycle;
  }

  connect(listener?: EventListener): Promise<void> {
    return this.#lifecycle.connect(listener);
  }

  disconnect(): Promise<void> {
    return this.#lifecycle.disconnect();
  }
}
