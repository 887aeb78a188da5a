import type { PostgresQuery, PostgresResult } from "../../pg-interface.js";
import { isPromise } from "../../promise.js";
import type { TransactionQuery } from "../../transaction-client.js";
import type { Connection } from "./connection.js";
import { Deadline } from "./deadlines.js";
import { wireTypes } from "./decode.js";
import { ExtendedQuery, type Rows } from "./extended-query.js";
import { isClosedByPeer, isUnsent, submit } from "./pg-internals.js";
import { ResponseTimeout } from "./response-timeout.js";
import {
  CancelledReplicationWait,
  isConnectionLoss,
  isReadOnlyRefusal,
  isStalePlan,
  sqlStateOf,
} from "./server-errors.js";
import type { Statement, Value } from "./statement.js";

/**
 * Runs a statement, prepared under its name or parsed for this execution alone.
 *
 * @throws the server's own error, or {@link ResponseTimeout}
 */
export function query<Row>(
  connection: Connection,
  statement: Statement<never, Row>,
  values: Value[],
  timeoutMillis: number,
  isNamed: boolean,
): Promise<{ readonly rows: Row[] }> {
  // Discards a cancelled wait of the caller's own statements. Pipelined connections run none.
  connection.takeCancelledWait();
  if (connection.isVerified) {
    const extended = new ExtendedQuery<Row>(connection, statement, values, isNamed);
    return respond<Rows<Row>>(connection, timeoutMillis, (callback) => {
      extended.callback = callback;
      submit(connection.client, extended);
    });
  }
  const { name, text } = statement;
  const config =
    isNamed && connection.prepared.addUnlessFull(name)
      ? { name, text, values, types: wireTypes }
      : { text, values, types: wireTypes };
  return send(connection, config, timeoutMillis) as Promise<{ readonly rows: Row[] }>;
}

/** What is in flight on a connection before a query: nothing, queries that have been sent, or one that has not. */
export type Predecessors = "none" | "sent" | "unsent";

/**
 * Sends a query after those in flight on its connection. If one of those has not been sent yet, the pipeline sends this one later.
 * Throws as {@link query} does.
 *
 * It is not given the query before this one: the callback of each query would keep its predecessor, and thereby all of them, in memory.
 */
export function sendInOrder<Row>(
  connection: Connection,
  predecessors: Predecessors,
  query: ExtendedQuery<Row>,
  timeoutMillis: number,
): Promise<Rows<Row>> {
  return respond<Rows<Row>>(connection, timeoutMillis, (callback) => {
    query.callback = callback;
    if (predecessors === "none") submit(connection.client, query);
    else if (predecessors === "sent") query.sendPipelined();
  });
}

/** Sends a command of a transaction and returns the server's command tag. Throws as {@link query} does. */
export async function sendCommand(connection: Connection, text: string, timeoutMillis: number): Promise<string> {
  return (await send(connection, { text }, timeoutMillis)).command;
}

/** Sends a caller's own SQL. Values are parsed as the pool or client does. Throws as {@link query} does. */
export function sendCallerQuery(
  connection: Connection,
  query: TransactionQuery,
  timeoutMillis: number,
): Promise<PostgresResult> {
  const { text, values = [], rowMode, types } = query;
  // The extended protocol accepts one statement only: a second one could end the transaction.
  const config = { text, values: [...values], rowMode, types, queryMode: "extended" };
  return send(connection, config as PostgresQuery, timeoutMillis);
}

/** What a caller's SQL may leave on a connection. Our prepared statements stay, which `discard all` would remove. */
const RESET = `close all; reset session authorization; reset role; reset all; discard temp; discard sequences; unlisten *;
  select pg_catalog.pg_advisory_unlock_all();
  select name from pg_catalog.pg_prepared_statements where from_sql`;

/** Undoes what a caller's SQL left on a connection, or closes the connection where that is not possible. */
export async function resetConnection(connection: Connection, timeoutMillis: number): Promise<void> {
  try {
    const results: unknown = await send(connection, { text: RESET }, timeoutMillis);
    const prepared = (results as readonly PostgresResult[]).at(-1);
    if (prepared?.rowCount !== 0) connection.close();
  } catch {
    connection.close();
  }
}

/** pg's form of `query` with a callback. Others return a promise all the same. */
interface CallbackClient {
  query(config: PostgresQuery, callback: (error: unknown, result?: PostgresResult) => void): unknown;
}

function send(connection: Connection, config: PostgresQuery, timeoutMillis: number): Promise<PostgresResult> {
  // Discards a cancelled wait of the caller's own statements. Pipelined connections run none.
  connection.takeCancelledWait();
  return respond<PostgresResult>(connection, timeoutMillis, (callback) => {
    const answer = (connection.client as unknown as CallbackClient).query(config, callback);
    // A wrapper of pg's may do both, and resolve with undefined.
    if (isPromise(answer)) answer.then((result) => result && callback(null, result as PostgresResult), callback);
  });
}

/** Resolves with what a client calls back with, or rejects with {@link ResponseTimeout}. Closes connections that are unusable then. */
function respond<T>(
  connection: Connection,
  timeoutMillis: number,
  send: (callback: (error: unknown, result?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      deadline.cancel();
      if (sqlStateOf(error) !== undefined) connection.answered();
      // The statement may still run, the connection is lost, or its prepared plan no longer fits.
      if (error instanceof ResponseTimeout) connection.abandon();
      else if (isEndFromOutside(error)) connection.lose();
      else if (isConnectionLoss(error) || isStalePlan(error)) connection.close();
      // Every write would fail on it, and another connection may lead to the primary.
      if (isReadOnlyRefusal(error)) connection.retire();
      reject(error);
    };
    const deadline = new Deadline(timeoutMillis, () => fail(new ResponseTimeout(timeoutMillis, connection)));
    try {
      send((error, result) => {
        if (error) return fail(error);
        if (connection.takeCancelledWait()) return fail(new CancelledReplicationWait());
        deadline.cancel();
        connection.answered();
        resolve(result as T);
      });
    } catch (error) {
      // It is not known how much of the query was sent.
      connection.close();
      deadline.cancel();
      reject(error);
    }
  });
}

/** The server's function that ends a connection (FATAL). Unlike the severity, its name is not translated (`lc_messages`). */
const ENDING_CONNECTION = "ProcessInterrupts";

/** Returns whether the error shows that the server, or something on the way to it, has ended the connection. */
function isEndFromOutside(error: unknown): boolean {
  if (sqlStateOf(error) !== undefined) {
    // An ERROR leaves the connection open: it may be about a connection of the server's own, to another server.
    const { severity, routine } = error as { severity?: unknown; routine?: unknown };
    return isConnectionLoss(error) && (severity === "FATAL" || routine === ENDING_CONNECTION);
  }
  // Node's socket errors have a `syscall`. Any other error without a SQLSTATE may be a mistake in a caller's query.
  return isClosedByPeer(error) || typeof (error as { syscall?: unknown } | null)?.syscall === "string";
}

/** Returns whether the error shows that the connection has ended, before a statement was sent or after it. */
export function isEndOfConnection(error: unknown): boolean {
  return isEndFromOutside(error) || isUnsent(error);
}
