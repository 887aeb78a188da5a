import { invalidInput } from "../../errors/index.js";
import type { PostgresClient } from "../../pg-interface.js";
import { ignoreError } from "../../promise.js";
import { now } from "../../timers.js";
import { isVerified, onNotice, onParameterStatus } from "./pg-internals.js";
import { PreparedStatements } from "./prepared-statements.js";

/** With these values of client_encoding, the server reads and writes UTF-8 as it is. */
const UTF8_ENCODINGS: readonly string[] = ["UTF8", "SQL_ASCII"];

/** When the server last answered a statement on one of several connections. */
export interface Activity {
  answeredAt: number;
}

/** A client, and everything that the package has learned of its connection. */
export class Connection {
  static readonly #ofClients = new WeakMap<PostgresClient, Connection>();

  /** Returns the one object of a client. */
  static of(client: PostgresClient): Connection {
    let connection = Connection.#ofClients.get(client);
    if (connection === undefined) {
      connection = new Connection(client);
      Connection.#ofClients.set(client, connection);
    }
    return connection;
  }

  readonly client: PostgresClient;
  /** Whether statements can be sent through pg's internals; if not, they go through its public API. */
  readonly isVerified: boolean;
  /** The statements of this package that the server has prepared on it. */
  readonly prepared = new PreparedStatements();
  #openedAt = now();
  #isClosed = false;
  #lostAt: number | undefined;
  #abandonedAt: number | undefined;
  #activity: Activity | undefined;
  #isRetired = false;
  #isBorrowed = false;
  #isUnusable = false;
  #hasCancelledWait = false;
  /** Called by {@link closeAndCancel}: has the server cancel what is in flight. */
  onAbandoned: (() => Promise<void>) | undefined;
  /** The last value of each setting that the server has reported (ParameterStatus) since this object was made. */
  readonly reported: Readonly<Record<string, string>>;

  private constructor(client: PostgresClient) {
    this.client = client;
    this.isVerified = isVerified(client);
    const reported: Record<string, string> = Object.create(null);
    onParameterStatus(client, (name, value) => {
      reported[name] = value;
    });
    this.reported = reported;
    // The name of the server's function: unlike the text, it is not translated.
    onNotice(client, ({ routine }) => {
      if (routine === "SyncRepWaitForLSN") this.#hasCancelledWait = true;
    });
  }

  /** When the connection was ready for use; for a client of a pool that this package has not made, when it was first seen. */
  get openedAt(): number {
    return this.#openedAt;
  }

  /** Records that the connection is ready for use. */
  opened(): void {
    this.#openedAt = now();
  }

  /** Returns whether a wait for a synchronous standby was cancelled since the last call of this method. */
  takeCancelledWait(): boolean {
    const hasCancelledWait = this.#hasCancelledWait;
    this.#hasCancelledWait = false;
    return hasCancelledWait;
  }

  /**
   * Whether the server has reported that it refuses writes: it is a standby, or read-only by default. PostgreSQL 14 and newer
   * report both settings at start-up and whenever they change; a pooler may not.
   */
  get isReadOnly(): boolean {
    const { in_hot_standby: standby, default_transaction_read_only: fenced } = this.reported;
    return standby === "on" || fenced === "on";
  }

  /** Whether {@link close} was called: nothing can be sent any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** When a call found that the server, or something on the way to it, had ended the connection; undefined before. */
  get lostAt(): number | undefined {
    return this.#lostAt;
  }

  /** Records in `activity` when statements on this connection are answered. */
  recordAnswers(activity: Activity): void {
    this.#activity = activity;
  }

  /** Records that the server has answered a statement, also with an error. */
  answered(): void {
    if (this.#activity !== undefined) this.#activity.answeredAt = now();
  }

  /** When a response timed out on it; undefined before. */
  get abandonedAt(): number | undefined {
    return this.#abandonedAt;
  }

  /** Whether the connection must not return to its pool, which {@link close} and {@link retire} cause. */
  get isDiscarded(): boolean {
    return this.#isClosed || this.#isRetired;
  }

  /** Has the pool close the connection when it is released. What is in flight on it is answered. */
  retire(): void {
    this.#isRetired = true;
  }

  /** Whether a failure during the current or last {@link borrow} would have closed the connection if the package owned it. */
  get isUnusable(): boolean {
    return this.#isUnusable;
  }

  /** Closes the connection: everything in flight on it fails. A borrowed connection stays the caller's, and open. */
  close(): void {
    if (this.#isBorrowed) {
      this.#isUnusable = true;
      return;
    }
    this.#isClosed = true;
    const client = this.client as { end?(): Promise<void> };
    // Another implementation of a pool's client may have none: it is released as unusable all the same.
    if (typeof client.end === "function") Promise.resolve(client.end()).catch(ignoreError);
  }

  /** Closes a connection that was ended from outside. */
  lose(): void {
    this.#lostAt ??= now();
    this.close();
  }

  /** Closes the connection after a response timeout, and has the server cancel what it has not answered. */
  abandon(): void {
    if (this.#isBorrowed || this.#isClosed) return;
    this.#abandonedAt = now();
    void this.closeAndCancel();
  }

  /** Closes the connection, and has the server cancel what it has not answered. Resolves when the server has taken the request, or its time is over. */
  async closeAndCancel(): Promise<void> {
    if (this.#isBorrowed || this.#isClosed) return;
    const cancelled = this.onAbandoned?.();
    this.close();
    await cancelled;
  }

  /**
   * Closes the connection once the server reports another client_encoding (ParameterStatus). pg reads and writes UTF-8 in any
   * case, so every later text would be stored or read wrongly.
   */
  closeOnForeignEncoding(): void {
    onParameterStatus(this.client, (name, value) => {
      if (name === "client_encoding" && !UTF8_ENCODINGS.includes(value)) this.close();
    });
  }

  /** Runs some work on a connection that is borrowed from the caller: meanwhile it is not closed. */
  async borrow<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isBorrowed) throw invalidInput("client", "is in use by another transaction that was given it");
    this.#isBorrowed = true;
    this.#isUnusable = false;
    try {
      return await work();
    } finally {
      this.#isBorrowed = false;
    }
  }
}
