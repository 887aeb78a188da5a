import type { AuthDriver } from "../auth/driver.js";
import type { EventListener } from "../events.js";
import { PostgresAuthStore } from "./auth-store.js";
import { type PostgresDriverConfig, resolveConfig } from "./config.js";
import { Connection } from "./connection.js";

/**
 * An auth driver on Postgres: the tables `pevensie.user`, `session` and `one_time_token`, in a pool of its own or in the
 * caller's.
 *
 * @throws PevensieError INVALID_INPUT naming the setting that is wrong
 */
export function createAuthDriver(config?: PostgresDriverConfig): AuthDriver {
  return new PostgresAuthDriver(new Connection(resolveConfig(config), "auth"));
}

class PostgresAuthDriver extends PostgresAuthStore implements AuthDriver {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super(connection.database);
    this.#connection = connection;
  }

  connect(): Promise<void> {
    return this.#connection.connect();
  }

  disconnect(): Promise<void> {
    return this.#connection.disconnect();
  }

  observe(listener: EventListener): void {
    this.#connection.database.observe(listener);
  }
}
