import type pg from "pg";
import type { PostgresPool } from "../../pg-interface.js";
import { setPoolTimeout } from "../config/created-pools.js";
import type { ServerChoice } from "../config/hosts.js";
import { Servers } from "./servers.js";

/** A pool that `createPool` has made. */
interface CreatedPool {
  readonly servers: Servers;
  /** The pool with pg's own `connect`, which makes one attempt. */
  readonly connecting: PostgresPool;
  /** Its `connectionTimeoutMillis`. */
  readonly timeoutMillis: number;
}

const createdPools = new WeakMap<object, CreatedPool>();

/** Records a pool that this package has made. */
export function setCreatedPool(pool: pg.Pool, created: CreatedPool): void {
  createdPools.set(pool, created);
  setPoolTimeout(pool, created.timeoutMillis);
}

/** Returns the servers of a pool; for one that `createPool` did not make, a single server of any kind. */
export function serversOfPool(pool: object): Servers {
  return createdPools.get(pool)?.servers ?? new Servers({ servers: [{}], target: "any" });
}

/** Returns the servers of a configuration: those of its pool, or those that it names. */
export function serversOfConfig({
  callerPool,
  ...choice
}: ServerChoice & { readonly callerPool: PostgresPool | null }): Servers {
  return callerPool === null ? new Servers(choice) : serversOfPool(callerPool);
}

/**
 * Returns the pool to acquire from. The `connect` of `createPool` searches with the pool's own timeout; this one makes a single attempt, so
 * that the driver's timeout applies. A `connect` that the application has wrapped is still called.
 */
export function connectingPoolOf(pool: PostgresPool): PostgresPool {
  return Object.hasOwn(pool, "connect") ? pool : (createdPools.get(pool)?.connecting ?? pool);
}
