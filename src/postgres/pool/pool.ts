import pg from "pg";
import { notConnected, type PevensieError } from "../../errors/index.js";
import type { EventListener } from "../../events.js";
import { type PostgresPool, type PostgresPoolClient, requirePoolClient } from "../../pg-interface.js";
import { ignoreError } from "../../promise.js";
import type { ResolvedConfig } from "../config/config.js";
import type { HostAddress } from "../config/hosts.js";
import { Connection } from "../protocol/connection.js";
import { withTimeout } from "../protocol/deadlines.js";
import { acquire, PendingAcquires } from "./acquire.js";
import { ConnectAttempts, clientClass, pgPoolConfig, type StatementLimit } from "./client-class.js";
import { connectError } from "./connect-errors.js";
import { connectingPoolOf, serversOfConfig } from "./created-pools.js";
import { Health } from "./health.js";
import { Retirement } from "./retirement.js";
import { Servers } from "./servers.js";

/** The connections of a driver: a pool that it owns, or one that it borrows from the caller. */
export class Pool {
  readonly health: Health;
  readonly retirement: Retirement;
  readonly #config: ResolvedConfig;
  #pool: PostgresPool | undefined;
  #servers: Servers;
  readonly #acquired = new Set<Connection>();
  readonly #pending = new PendingAcquires();
  readonly #attempts = new ConnectAttempts();
  #isAborted = false;
  /** The requests to cancel what {@link abort} has given up. */
  readonly #cancelled: Promise<void>[] = [];
  #isVerified = false;
  #isReadOnly = false;
  #hasReported = false;
  #acceptsNames = true;

  constructor(config: ResolvedConfig) {
    this.#config = config;
    this.#servers = new Servers(config);
    this.health = new Health(config.slowQueryMillis);
    this.retirement = new Retirement({
      acquired: this.#acquired,
      queryTimeoutMillis: config.queryTimeoutMillis,
      seeksPrimary: () => this.seeksPrimary,
      isSuitable: (connection) => this.#servers.refusalOf(connection) === undefined,
    });
  }

  /** Creates the owned pool, or listens to the borrowed one. */
  open(listener: EventListener): void {
    this.health.listen(listener);
    this.#isAborted = false;
    this.#acceptsNames = true;
    this.#isVerified = false;
    this.#isReadOnly = false;
    this.#hasReported = false;
    const { callerPool } = this.#config;
    this.#servers = serversOfConfig(this.#config);
    this.#servers.listen(this.#onPrimary);
    const pool = callerPool ?? this.#create();
    this.#pool = pool;
    listenForErrors(pool);
  }

  #create(): pg.Pool {
    const { connectionTimeoutMillis } = this.#config;
    const Client = clientClass(this.#servers, connectionTimeoutMillis, statementLimitOf(this.#config), this.#attempts);
    return new pg.Pool(pgPoolConfig(this.#config, Client)).on("connect", (client) => {
      client.on("error", ignoreError);
      Connection.of(client).closeOnForeignEncoding();
    });
  }

  get isOpen(): boolean {
    return this.#pool !== undefined;
  }

  get isOwned(): boolean {
    return this.#config.callerPool === null;
  }

  /** How many connections there can be. */
  get max(): number {
    const { callerPool, max } = this.#config;
    return callerPool === null ? max : (callerPool.options?.max ?? 1);
  }

  /** How long a statement may take, in milliseconds. */
  get queryTimeoutMillis(): number {
    return this.#config.queryTimeoutMillis;
  }

  /** How long an acquire waits for a connection, in milliseconds. */
  get connectionTimeoutMillis(): number {
    return this.#config.connectionTimeoutMillis;
  }

  /** Whether there are pending acquires. */
  get isContended(): boolean {
    return (this.#pool?.waitingCount ?? 0) > 0;
  }

  /** Whether statements are prepared under names. */
  get acceptsNames(): boolean {
    return this.#acceptsNames;
  }

  /** Whether the connection that was acquired last has reported that it is read-only. */
  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  /** Whether only connections to servers that accept writes are acquired. */
  get seeksPrimary(): boolean {
    return this.#servers.seeksPrimary;
  }

  /** A server or pooler has refused a prepared statement: later ones have no names. */
  disableNames(): void {
    this.#acceptsNames = false;
  }

  /**
   * Whether statements can be sent before earlier ones are answered: named ones, on verified connections of an owned pool. On
   * the caller's, a listener of its events may send queries of its own at any time.
   */
  get canPipeline(): boolean {
    return this.isOwned && this.#isVerified && this.#acceptsNames;
  }

  /**
   * Acquires a connection. It has to be released.
   *
   * @throws PevensieError CONNECTION_UNAVAILABLE, TIMEOUT, NOT_CONNECTED
   */
  acquire(timeoutMillis = this.#config.connectionTimeoutMillis): Promise<Connection> {
    if (this.#pool === undefined || this.#isAborted) return Promise.reject(notConnected());
    const { connectRetryMillis: retryMillis } = this.#config;
    const options = { timeoutMillis, retryMillis, servers: this.#servers, pending: this.#pending };
    return acquire(connectingPoolOf(this.#pool), options, this.#onAcquired);
  }

  readonly #onAcquired = (client: PostgresPoolClient): Connection => {
    if (!this.isOwned) requirePoolClient(client);
    const connection = Connection.of(client);
    this.retirement.admit(connection);
    this.requireSuitable(connection);
    this.#isVerified = connection.isVerified;
    this.#isReadOnly = connection.isReadOnly;
    if (!connection.isVerified) this.#reportUnverified();
    if (!this.isOwned) client.on("error", ignoreError);
    this.#acquired.add(connection);
    return connection;
  };

  readonly #onPrimary = ({ host = "", port }: Partial<HostAddress>) => {
    this.retirement.afterPrimaryChange();
    this.health.emit({ type: "primary-changed", host, port: port ?? null });
  };

  #reportUnverified(): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    this.health.emit({ type: "pg-not-verified" });
  }

  /** @throws UnsuitableServer for a connection to a server that no longer accepts writes, if the pool seeks one that does */
  requireSuitable(connection: Connection): void {
    const refusal = this.#servers.refusalOf(connection);
    if (refusal === undefined) return;
    this.health.emit({ type: "read-only-connection", reason: refusal.setting });
    throw refusal;
  }

  /** Returns the error that callers receive when they could not connect. */
  connectError(error: unknown): PevensieError {
    return connectError(error, this.#servers);
  }

  /** Records a statement that was answered. */
  succeeded(statement: string, milliseconds: number, connection: Connection): void {
    this.health.succeeded(statement, milliseconds, this.retirement.isCurrent(connection));
  }

  /** Returns a connection to the pool, which closes it if it is no longer usable. */
  release(connection: Connection): void {
    this.#acquired.delete(connection);
    this.retirement.afterUse(connection);
    const client = connection.client as PostgresPoolClient;
    if (!this.isOwned) client.off("error", ignoreError);
    client.release(connection.isDiscarded);
  }

  /** Fails statements in flight and pending acquires, and refuses new ones until the pool is opened again. */
  abort(): void {
    this.#isAborted = true;
    this.#attempts.abort();
    for (const connection of this.#acquired) this.#cancelled.push(connection.closeAndCancel());
    this.#pending.rejectAll(notConnected());
  }

  /** Closes the owned pool, or stops listening to the borrowed one. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#servers.stopListening(this.#onPrimary);
    if (pool === undefined) return;
    // The process may exit once this has resolved.
    await Promise.all(this.#cancelled.splice(0));
    if (!this.isOwned) return stopListening(pool);
    const ended = (pool as PostgresPool & pg.Pool).end();
    await withTimeout(ended, this.#config.connectionTimeoutMillis).catch(ignoreError);
  }
}

/**
 * How much longer than `query_timeout` the server lets a statement run, in milliseconds. Without this limit, a statement would keep
 * running, or waiting for a lock, after its call has failed.
 */
const STATEMENT_GRACE_MILLIS = 1_000;

/** Returns the limit for statements on the server, unless the configuration or the environment sets one. */
function statementLimitOf({ client, queryTimeoutMillis }: ResolvedConfig): StatementLimit | undefined {
  // pg reads PGOPTIONS only if it is given no options.
  const options = client?.options || process.env["PGOPTIONS"] || "";
  // The server reads names of settings in any case, and in `--statement-timeout=…` with hyphens.
  if (client?.statement_timeout || /statement[_-]timeout/i.test(options)) return undefined;
  const milliseconds = Math.min(queryTimeoutMillis + STATEMENT_GRACE_MILLIS, 2_147_483_647);
  return { settings: { statement_timeout: milliseconds }, refusedBy: new Set() };
}

/** The number of `Pool`s that use a pool of pg: the first one adds the error listener, the last one removes it. */
const users = new WeakMap<PostgresPool, number>();

function listenForErrors(pool: PostgresPool): void {
  const others = users.get(pool) ?? 0;
  if (others === 0) pool.on("error", ignoreError);
  users.set(pool, others + 1);
}

function stopListening(pool: PostgresPool): void {
  const others = (users.get(pool) ?? 1) - 1;
  if (others === 0) pool.off("error", ignoreError);
  users.set(pool, others);
}
