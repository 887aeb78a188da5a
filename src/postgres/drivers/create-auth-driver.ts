import type { AuthDriver } from "../../auth/driver/index.js";
import { type AuthDriverConfig, resolveAuthConfig } from "../config/auth-config.js";
import { PostgresAuthDriver, ReplicatedAuthDriver } from "./auth/auth-driver.js";
import { Replica } from "./auth/replica.js";
import { Lifecycle } from "./lifecycle.js";

/**
 * Creates an auth driver for PostgreSQL. It uses the tables `user`, `session`, `one_time_token` and others of the
 * schema, by default `pevensie`, through its own pool or the caller's. With `replica`, lists of users are read there.
 *
 * @throws PevensieError INVALID_INPUT naming the setting that is wrong
 */
export function createAuthDriver(config?: AuthDriverConfig): AuthDriver {
  const { primary, replica, maxAgeMillis } = resolveAuthConfig(config);
  const lifecycle = new Lifecycle(primary, "auth");
  if (replica === null) return new PostgresAuthDriver(lifecycle);
  return new ReplicatedAuthDriver(lifecycle, new Replica(replica, lifecycle.executor, maxAgeMillis));
}
