/**
 * Everything that is used of pg and pg-pool beyond their documentation. Verified with pg 8.18.0 to 8.23.1 and the versions of
 * pg-pool that belong to them; `npm run test:pg` repeats that. Older versions throw an uncaught TypeError for rows that arrive
 * after a connection has failed.
 *
 * @module
 */
import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type pg from "pg";
import type { PostgresClient, PostgresPool } from "../../pg-interface.js";
import { isPromise } from "../../promise.js";
import { destroyWhenIdle } from "../../timers.js";
import type { Value } from "./statement.js";

/** pg's `Connection`: the messages of PostgreSQL's protocol. pg-cursor uses the same methods. Verified with pg 8.18.0, 8.23.1. */
export interface PgConnection extends EventEmitter {
  /** The text of the statements that the server has prepared, by name. */
  readonly parsedStatements: Record<string, string | undefined>;
  readonly stream: Duplex;
  close(message: { type: "S"; name: string }): void;
  parse(message: { name: string; text: string; types: readonly number[] }): void;
  bind(message: {
    statement: string;
    values: readonly Value[];
    valueMapper(value: Value): string | Buffer | null;
  }): void;
  describe(message: { type: "P"; name: string }): void;
  execute(message: object): void;
  sync(): void;
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: unknown): void;
}

interface PgClient {
  readonly connection?: Partial<PgConnection>;
  /** True on clients that pipeline their own queries. Verified with pg 8.23.1; older versions do not have it. */
  readonly pipeline?: boolean;
  /** The queries that pg has not sent. Verified with pg 8.18.0, 8.23.1. */
  readonly _queryQueue?: readonly unknown[];
}

interface PgPool {
  /** The requests for a connection that pg-pool has not answered. Verified with pg-pool 3.11.0, 3.14.0. */
  readonly _pendingQueue?: unknown[];
}

const METHODS = [
  "close",
  "parse",
  "bind",
  "describe",
  "execute",
  "sync",
  "connect",
  "requestSsl",
  "cancel",
  "on",
  "once",
  "emit",
] as const;

/**
 * Returns whether a client has what this module relies on. pg-native's clients have not, and clients that pipeline by
 * themselves send queries when this package does not expect it.
 */
export function isVerified(client: PostgresClient): boolean {
  const { connection, pipeline } = client as unknown as PgClient;
  return (
    pipeline !== true &&
    typeof connection?.parsedStatements === "object" &&
    typeof connection.stream?.destroy === "function" &&
    METHODS.every((method) => typeof connection[method] === "function") &&
    Array.isArray(queriesOf(client))
  );
}

/** Returns the connection of a client, which pg's types leave out. */
export function connectionOf(client: PostgresClient): PgConnection {
  return (client as unknown as { connection: PgConnection }).connection;
}

/** Returns whether the server has prepared a statement on the connection. */
export function hasPrepared(connection: PgConnection, name: string): boolean {
  return connection.parsedStatements[name] !== undefined;
}

/** Closes a prepared statement, with the messages that are sent next. */
export function closeStatement(connection: PgConnection, name: string): void {
  connection.close({ type: "S", name });
  delete connection.parsedStatements[name];
}

/** Returns whether pg has queued a query. Those of this package are submitted one at a time: it is a foreign one. */
export function hasQueuedQuery(client: PostgresClient): boolean {
  return (queriesOf(client)?.length ?? 0) > 0;
}

function queriesOf(client: PostgresClient): readonly unknown[] | undefined {
  return (client as unknown as PgClient)._queryQueue;
}

/** Returns the requests that wait for a connection of a pool, in their order; a new array where pg-pool has none. */
export function pendingRequestsOf(pool: PostgresPool): unknown[] {
  return (pool as unknown as PgPool)._pendingQueue ?? [];
}

/** pg-pool's message for a request after the pool has ended. Verified with pg-pool 3.11.0, 3.14.0. */
const POOL_ENDED = "Cannot use a pool after calling end on the pool";

/** Returns whether a pool has refused a request for a connection because it has ended. */
export function isPoolEnded(error: unknown): boolean {
  return (error as { message?: unknown } | null)?.message === POOL_ENDED;
}

/** Rejects the requests that wait for a connection of a pool that is ending: pg-pool never answers them. */
export function rejectPendingRequests(pool: PostgresPool): void {
  for (const request of pendingRequestsOf(pool).splice(0)) {
    (request as { callback(error: Error): void }).callback(new Error(POOL_ENDED));
  }
}

/** pg-pool's message where no client became free within the pool's own timeout. Verified with pg-pool 3.11.0, 3.14.0. */
const POOL_TIMEOUT = "timeout exceeded when trying to connect";

/** Returns whether a pool has timed out with every client in use. An attempt to connect that fails has another error. */
export function isPoolTimeout(error: unknown): boolean {
  return (error as { message?: unknown } | null)?.message === POOL_TIMEOUT;
}

/** Calls back with each setting that the server reports (ParameterStatus), on clients that are not verified, too. */
export function onParameterStatus(client: PostgresClient, listener: (name: string, value: string) => void): void {
  const { connection } = client as unknown as PgClient;
  connection?.on?.("parameterStatus", (status: { parameterName: string; parameterValue: string }) =>
    listener(status.parameterName, status.parameterValue),
  );
}

/** pg's message for a statement after the connection was lost. Verified with pg 8.18.0, 8.23.1. */
const NOT_QUERYABLE = "Client has encountered a connection error and is not queryable";

/** pg's messages for a statement that it has not sent, since the connection was lost or ended before. Verified with pg 8.18.0, 8.23.1. */
const UNSENT: ReadonlySet<unknown> = new Set([NOT_QUERYABLE, "Client was closed and is not queryable"]);

/** pg's messages for a statement that was in flight, and for a later one. Verified with pg 8.18.0, 8.23.1. */
const CLOSED_BY_PEER: ReadonlySet<unknown> = new Set(["Connection terminated unexpectedly", NOT_QUERYABLE]);

/** Returns whether a connection was closed by the other side, without an error of the server's. pg's own error for that has no code. */
export function isClosedByPeer(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === undefined ? CLOSED_BY_PEER.has(message) : code === "ECONNRESET" || code === "EPIPE";
}

/** Returns whether pg has refused to send a statement, because the connection was lost or ended before. */
export function isUnsent(error: unknown): boolean {
  return UNSENT.has((error as { message?: unknown } | null)?.message);
}

/** Calls back with each warning or other notice of the server, on clients that are not verified, too. */
export function onNotice(client: PostgresClient, listener: (notice: { readonly routine?: string }) => void): void {
  (client as unknown as PgClient).connection?.on?.("notice", listener);
}

/** What pg's clients know of the server. Verified with pg 8.18.0, 8.23.1. */
interface Address {
  readonly host: string;
  readonly port: number;
  readonly ssl: unknown;
  readonly sslNegotiation?: string;
  /** Null before the server has sent it. */
  readonly processID: number | null;
  readonly secretKey: unknown;
}

/**
 * Asks the server to cancel the statement of a client (PostgreSQL documentation, "Canceling Requests in Progress"), over the connection
 * of `canceller`, which serves nothing else. Calls `onClosed` when that connection is closed, or immediately if the server has sent no
 * process ID.
 */
export function requestCancel(client: PostgresClient, canceller: PostgresClient, onClosed: () => void): void {
  const { processID, secretKey } = client as unknown as Address;
  if (typeof processID !== "number") {
    onClosed();
    return;
  }
  const { host, port, ssl, sslNegotiation } = canceller as unknown as Address;
  const connection = connectionOf(canceller);
  const send = () => connection.cancel(processID, secretKey);
  connection.on("error", () => {});
  connection.stream.once("close", onClosed);
  connection.once("connect", () => {
    if (!ssl) send();
    else if (sslNegotiation !== "direct") connection.requestSsl();
  });
  connection.once("sslconnect", send);
  if (host.startsWith("/")) connection.connect(`${host}/.s.PGSQL.${port}`);
  else connection.connect(port, host);
}

/** Calls back after pg has handled the server's next ReadyForQuery. */
export function onceReadyForQuery(client: PostgresClient, listener: () => void): void {
  connectionOf(client).once("readyForQuery", listener);
}

/** Fails everything on a connection before anything more is read from it. */
export function failConnection(client: PostgresClient, error: Error): void {
  const connection = connectionOf(client);
  connection.emit("error", error);
  connection.stream.destroy();
}

/** Destroys the socket of a client. Does nothing for pg-native's clients, which expose none. */
export function destroyStream(client: PostgresClient, error: Error): void {
  const { connection } = client as unknown as PgClient;
  // The stream of a client that never connects has no listener.
  connection?.stream?.on("error", () => {}).destroy(error);
}

/**
 * Destroys the socket of a client once it has been idle for `milliseconds`. Otherwise a socket to a server that is gone keeps the process alive
 * until TCP gives up, after about a quarter of an hour.
 */
export function destroyIdleStream(client: PostgresClient, milliseconds: number): void {
  const stream = (client as unknown as PgClient).connection?.stream;
  if (stream !== undefined) destroyWhenIdle(stream, milliseconds);
}

/** Runs a statement object of this package through pg, which accepts what has a `submit` method (as pg-cursor's has). */
export function submit(client: PostgresClient, query: { callback(error: unknown): void }): void {
  const answer: unknown = (client as pg.ClientBase).query(query as unknown as pg.Submittable);
  // An asynchronous wrapper of pg's function: an unhandled rejection would end the process.
  if (isPromise(answer)) answer.then(undefined, (error) => query.callback(error));
}
