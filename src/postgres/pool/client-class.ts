import pg from "pg";
import { notConnected } from "../../errors/index.js";
import { ignoreError } from "../../promise.js";
import type { ResolvedConfig } from "../config/config.js";
import { Connection } from "../protocol/connection.js";
import { Deadline } from "../protocol/deadlines.js";
import { destroyIdleStream, destroyStream, requestCancel } from "../protocol/pg-internals.js";
import { isRefusedParameter } from "../protocol/server-errors.js";
import { ConnectTimeout, RefusedParameter } from "./connect-errors.js";
import type { Candidate, Servers } from "./servers.js";

/** A `statement_timeout` that is sent at start-up, except to poolers that refuse it. */
export interface StatementLimit {
  /** The settings with which pg sends it. */
  readonly settings: Pick<pg.ClientConfig, "options" | "statement_timeout">;
  /** The indexes of the servers that have refused it. */
  readonly refusedBy: Set<number>;
}

/** How long the server may take to accept a request to cancel, in milliseconds. `disconnect()` waits for that. */
const CANCEL_TIMEOUT_MILLIS = 2_000;

/** How long the socket of an ended client may be idle before it is destroyed, in milliseconds. */
const END_TIMEOUT_MILLIS = 1_000;

/** The clients that are connecting. A shutdown destroys their sockets, since pg-pool's `end()` would wait for them. */
export class ConnectAttempts {
  readonly #clients = new Set<pg.Client>();

  add(client: pg.Client): void {
    this.#clients.add(client);
  }

  remove(client: pg.Client): void {
    this.#clients.delete(client);
  }

  abort(): void {
    for (const client of this.#clients) destroyStream(client, notConnected());
  }
}

/** Returns pg's configuration of a pool that this package makes. */
export function pgPoolConfig(config: ResolvedConfig, Client: typeof pg.Client): pg.PoolConfig {
  return {
    ...config.client,
    max: config.max,
    idleTimeoutMillis: config.idleTimeoutMillis,
    maxLifetimeSeconds: config.maxLifetimeSeconds,
    Client,
  };
}

/** pg's callback: with an error, or with null and the client. */
type OnConnected = (error: Error | null, client?: pg.Client) => void;

/**
 * Returns the client class of pools that this package makes. Each client is for one server, and fails to connect to one that is
 * unsuitable.
 *
 * The time to connect is limited by this package's timers. Those of pg and pg-pool end connections whose answer a blocked event
 * loop has not read yet, and do not fire under an application's fake timers.
 */
export function clientClass(
  servers: Servers,
  timeoutMillis: number,
  limit?: StatementLimit,
  attempts = new ConnectAttempts(),
): typeof pg.Client {
  return class extends pg.Client {
    readonly #candidate: Candidate;
    readonly #config: pg.ClientConfig;
    readonly #sendsLimit: boolean;

    constructor(config?: pg.ClientConfig) {
      const candidate = servers.next();
      const sendsLimit = limit !== undefined && !limit.refusedBy.has(candidate.index);
      // pg-pool makes the password non-enumerable, so the spread omits it.
      const clientConfig = { ...config, password: config?.password, ...candidate.address };
      super(sendsLimit ? { ...clientConfig, ...limit.settings } : clientConfig);
      this.#candidate = candidate;
      this.#config = clientConfig;
      this.#sendsLimit = sendsLimit;
      // Created before connecting, to record the settings that the server reports at start-up.
      const connection = Connection.of(this);
      if (connection.isVerified) connection.onAbandoned = () => this.#cancel();
      const attemptMillis = servers.attemptMillis(timeoutMillis);
      const deadline = new Deadline(attemptMillis, () => destroyStream(this, new ConnectTimeout()));
      attempts.add(this);
      const endAttempt = () => {
        deadline.cancel();
        attempts.remove(this);
      };
      this.once("connect", endAttempt).once("end", endAttempt);
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: OnConnected): void;
    override connect(callback?: OnConnected): Promise<pg.Client> | undefined {
      if (callback !== undefined) {
        super.connect(this.#check(callback));
        return undefined;
      }
      return new Promise((resolve, reject) => {
        this.connect((error) => (error ? reject(error) : resolve(this)));
      });
    }

    override end(): Promise<void>;
    override end(callback: (error: Error) => void): void;
    override end(callback?: (error: Error) => void): Promise<void> | undefined {
      destroyIdleStream(this, END_TIMEOUT_MILLIS);
      return callback === undefined ? super.end() : (super.end(callback) as undefined);
    }

    /** A wait for a synchronous standby ends neither with the connection nor by `statement_timeout`, which a commit suspends. */
    #cancel(): Promise<void> {
      const canceller = new pg.Client(this.#config);
      const deadline = new Deadline(CANCEL_TIMEOUT_MILLIS, () => destroyStream(canceller, new ConnectTimeout()));
      return new Promise((resolve) => {
        requestCancel(this, canceller, () => {
          deadline.cancel();
          resolve();
        });
      });
    }

    #check(callback: OnConnected): OnConnected {
      return (error, client) => {
        if (error && limit !== undefined && isRefusedParameter(error)) {
          const { index } = this.#candidate;
          if (this.#sendsLimit) {
            // The next attempt omits it, and goes to the same server.
            limit.refusedBy.add(index);
            return callback(new RefusedParameter(error));
          }
          // Refused without it, too: for another reason, such as a pooler that is full.
          limit.refusedBy.delete(index);
        }
        const refusal = error ?? servers.refusalOf(Connection.of(this));
        if (refusal === undefined) {
          servers.accept(this.#candidate);
          Connection.of(this).opened();
          return callback(null, client);
        }
        servers.passOver(this.#candidate);
        if (!error) {
          this.on("error", ignoreError);
          this.end().catch(ignoreError);
        }
        callback(refusal);
      };
    }
  } as typeof pg.Client;
}
