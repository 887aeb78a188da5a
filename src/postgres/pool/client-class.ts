import pg from "pg";
import { Connection, ignoreError } from "../protocol/connection.js";
import { deadlineIn } from "../protocol/deadlines.js";
import { connectionOf } from "../protocol/pg-internals.js";
import type { Servers } from "./servers.js";

/** pg's callback: with an error, or with null and the client. */
type OnConnected = (error: Error | null, client?: pg.Client) => void;

/**
 * Returns the client class of pools that this package makes. Each client is for one server, and fails to connect to one that is
 * unsuitable.
 *
 * The time to connect is limited by this package's timers. Those of pg and pg-pool end connections whose answer a blocked event
 * loop has not read yet, and do not fire under an application's fake timers. Of several servers, none can take the time of all.
 */
export function clientClass(servers: Servers, timeoutMillis: number): typeof pg.Client {
  const attemptMillis = Math.ceil(timeoutMillis / servers.count);
  return class extends pg.Client {
    readonly #candidate: ReturnType<Servers["next"]>;

    constructor(config?: pg.ClientConfig) {
      const candidate = servers.next();
      // pg-pool makes the password a property that is not enumerable.
      super({ ...config, password: config?.password, ...candidate.address });
      this.#candidate = candidate;
      // Before the server reports its settings.
      Connection.of(this);
      const { stream } = connectionOf(this);
      const deadline = deadlineIn(attemptMillis, () => stream.destroy());
      this.once("connect", deadline.cancel).once("end", deadline.cancel);
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

    #check(callback: OnConnected): OnConnected {
      return (error, client) => {
        const refusal = error ?? servers.refusalOf(Connection.of(this));
        if (refusal === undefined) {
          servers.accept(this.#candidate);
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
