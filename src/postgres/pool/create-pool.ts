import pg from "pg";
import { invalidInput } from "../../errors/index.js";
import type { PostgresPool } from "../../pg-interface.js";
import { ignoreError } from "../../promise.js";
import { defaultConfig, type PostgresConfig, type ResolvedConfig, resolveConfig } from "../config/config.js";
import { Connection } from "../protocol/connection.js";
import { rejectPendingRequests } from "../protocol/pg-internals.js";
import { acquire } from "./acquire.js";
import { clientClass, pgPoolConfig } from "./client-class.js";
import { setCreatedPool } from "./created-pools.js";
import { Servers } from "./servers.js";

/** Settings of drivers, which a pool has no use for. */
const DRIVER_KEYS: readonly Exclude<keyof PostgresConfig, keyof PoolSettings>[] = [
  "query_timeout",
  "batching",
  "slowQueryMillis",
  "schema",
];

/** Settings of a pool for {@link createPool}, as in {@link PostgresConfig}. */
export type PoolSettings = {
  readonly [K in Exclude<keyof PostgresConfig, "query_timeout" | "batching" | "slowQueryMillis" | "schema">]?:
    | PostgresConfig[K]
    | undefined;
};

/**
 * Creates a `pg.Pool` that connects as a driver's own pool does: to the primary among several hosts, searched for until
 * `connectionTimeoutMillis`. Drivers and the application's own queries can share it; whoever creates it ends it. The loss of an
 * idle connection does not end the process.
 *
 * `connect()` and `query()` reject with CONNECTION_UNAVAILABLE or TIMEOUT if no connection is acquired in time.
 *
 * @throws PevensieError INVALID_INPUT naming the setting that is wrong
 * @example
 * const pool = createPool({ connectionString: "postgresql://shop@one,two/shop", max: 20 });
 * const driver = createAuthDriver({ pool });
 */
export function createPool(settings: PoolSettings = {}): pg.Pool {
  const config = resolveConfig(settings);
  if (config.client === null) throw invalidInput("pool", "cannot be used here: pass an existing pool to the driver");
  const given: Partial<PostgresConfig> = settings as Partial<PostgresConfig>;
  const defaults = defaultConfig();
  for (const key of DRIVER_KEYS) {
    if (given[key] === undefined || given[key] === defaults[key]) continue;
    throw invalidInput(key, "would be ignored: it is a setting of the drivers that use the pool");
  }
  return new SearchingPool(config);
}

type OnClient = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (destroy?: boolean | Error) => void,
) => void;

class SearchingPool extends pg.Pool {
  readonly #servers: Servers;
  readonly #timeoutMillis: number;
  /** This pool, with the `connect` of pg. */
  readonly #connecting: PostgresPool;

  constructor(config: ResolvedConfig) {
    const servers = new Servers(config);
    super(pgPoolConfig(config, clientClass(servers, config.connectionTimeoutMillis)));
    this.#servers = servers;
    this.#timeoutMillis = config.connectionTimeoutMillis;
    this.#connecting = Object.create(this, { connect: { value: (callback: OnClient) => super.connect(callback) } });
    setCreatedPool(this, { servers, connecting: this.#connecting, timeoutMillis: this.#timeoutMillis });
    this.on("error", ignoreError);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: OnClient): void;
  override connect(callback?: OnClient): Promise<pg.PoolClient> | undefined {
    const options = { timeoutMillis: this.#timeoutMillis, servers: this.#servers };
    const acquired = acquire(this.#connecting, options, (client) => {
      const refusal = this.#servers.refusalOf(Connection.of(client));
      if (refusal !== undefined) throw refusal;
      return client as unknown as pg.PoolClient;
    });
    if (callback === undefined) return acquired;
    acquired.then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error, undefined, () => {}),
    );
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | undefined {
    const ended = callback === undefined ? super.end() : (super.end(callback) as undefined);
    rejectPendingRequests(this.#connecting);
    return ended;
  }
}
