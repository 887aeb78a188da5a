import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type pg from "pg";
import type { TransactionQuery } from "../auth/driver.js";
import { invalidInput, PevensieError } from "../errors/index.js";
import { deadlineIn } from "./deadlines.js";
import { isConnectionLoss, isStalePlan, type StatementKind, translateStatementError } from "./errors.js";
import { canExecute, Execution, type Rows } from "./execution.js";
import type { Statement, Value } from "./statement.js";
import { wireTypes } from "./wire.js";

/** No answer came in time. A connection that owes one has to be given up, since it may still come. */
export class NoAnswer extends Error {}

/** Connections that must not go back to their pool. */
const aborted = new WeakSet<pg.ClientBase>();

/** Clients of the caller's: not ours to cut, whatever happens on them. */
const lent = new WeakSet<pg.ClientBase>();

/** A crash that this prevents: an `error` event of a connection, or of an idle one through its pool, that nobody hears. */
export const ignoreError = () => {};

/** The part of pg's connection that is used here (pg 8.23). */
export interface Connection extends EventEmitter {
  readonly stream: Duplex;
}

/** Returns the connection of a client, which pg's types leave out. */
export function connectionOf(client: pg.ClientBase): Connection {
  return (client as unknown as { connection: Connection }).connection;
}

/** With these, a server takes and sends UTF-8 as it is. */
const UTF8_ENCODINGS: readonly unknown[] = ["UTF8", "SQL_ASCII"];

/**
 * Closes the connection once the server reports another client_encoding (ParameterStatus). pg reads and writes UTF-8 in any
 * case, so that every later text would be stored or read wrongly.
 */
export function abortOnOtherEncoding(client: pg.ClientBase): void {
  connectionOf(client).on("parameterStatus", (status: { parameterName: string; parameterValue: string }) => {
    if (status.parameterName === "client_encoding" && !UTF8_ENCODINGS.includes(status.parameterValue)) abort(client);
  });
}

/** Runs a statement, prepared under its name or not. The error is the server's own, or {@link NoAnswer}. */
export function query<Row>(
  client: pg.ClientBase,
  statement: Statement<never, Row>,
  values: Value[],
  timeout: number,
  named: boolean,
): Promise<{ readonly rows: Row[] }> {
  if (canExecute(client)) {
    const execution = new Execution<Row>(statement, values, named);
    return answered<Rows<Row>>(client, timeout, (callback) => {
      execution.callback = callback;
      client.query(execution as unknown as pg.Submittable);
    });
  }
  const { name, text } = statement;
  const config = named ? { name, text, values, types: wireTypes } : { text, values, types: wireTypes };
  return send(client, config, timeout) as Promise<{ readonly rows: Row[] }>;
}

/** Sends a command of a transaction and returns the server's tag for it. The error is as that of {@link query}. */
export async function sendCommand(client: pg.ClientBase, text: string, timeout: number): Promise<string> {
  return (await send(client, { text }, timeout)).command;
}

/** Sends the caller's own SQL, parsed as the pool or client does. The error is as that of {@link query}. */
export function sendOwn(client: pg.ClientBase, query: TransactionQuery, timeout: number): Promise<pg.QueryResult> {
  const { text, values = [], rowMode, types } = query;
  // Extended, so that the server takes one statement only: another one could end the transaction.
  const config = { text, values: [...values], rowMode, types, queryMode: "extended" };
  return send(client, config as pg.QueryConfig, timeout);
}

/** What a caller's SQL may leave on a connection. Our prepared statements stay, which `discard all` would remove. */
const RESET = `close all; reset session authorization; reset role; reset all; discard temp; discard sequences; unlisten *;
  select pg_catalog.pg_advisory_unlock_all();
  select name from pg_catalog.pg_prepared_statements where from_sql`;

/** Undoes what a caller's SQL left on a connection, or cuts the connection where that is not possible. */
export async function resetConnection(client: pg.ClientBase, timeout: number): Promise<void> {
  try {
    const results: unknown = await send(client, { text: RESET }, timeout);
    const prepared = (results as readonly pg.QueryResult[]).at(-1);
    if (prepared?.rowCount !== 0) abort(client);
  } catch {
    abort(client);
  }
}

function send(client: pg.ClientBase, config: pg.QueryConfig, timeout: number): Promise<pg.QueryResult> {
  return answered(client, timeout, (callback) => client.query(config, callback));
}

/** What a client calls back with, or {@link NoAnswer} if it takes too long. */
export function answered<T>(
  client: pg.ClientBase,
  timeout: number,
  ask: (callback: (error: unknown, result?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      deadline.cancel();
      // The statement may still run, the connection is gone, or its prepared plan no longer fits.
      if (error instanceof NoAnswer || isConnectionLoss(error) || isStalePlan(error)) {
        abort(client);
      }
      reject(error);
    };
    const deadline = deadlineIn(timeout, () => fail(new NoAnswer()));
    try {
      ask((error, result) => {
        if (error) return fail(error);
        deadline.cancel();
        resolve(result as T);
      });
    } catch (error) {
      // Nobody knows what was sent of it.
      abort(client);
      fail(error);
    }
  });
}

/** What callers get of an error: a time-out's meaning depends on what the statement was for. */
export function translate(error: unknown, kind: StatementKind, timeout: number): PevensieError {
  if (!(error instanceof NoAnswer)) return translateStatementError(error, kind);
  return kind === "read"
    ? new PevensieError("TIMEOUT", `Postgres did not answer within ${timeout} ms.`)
    : new PevensieError(
        "OUTCOME_UNKNOWN",
        `Postgres did not answer within ${timeout} ms: look whether the write took effect.`,
      );
}

/** Cuts a connection: whatever waits on it fails, and its pool will not use it again. */
export function abort(client: pg.ClientBase): void {
  if (lent.has(client)) return;
  aborted.add(client);
  (client as unknown as { end(): Promise<void> }).end().catch(ignoreError);
}

/** Whether the connection has been cut. */
export function isAborted(client: pg.ClientBase): boolean {
  return aborted.has(client);
}

/** The promise's outcome, or {@link NoAnswer} if it takes too long. */
export function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = deadlineIn(milliseconds, () => reject(new NoAnswer()));
    promise.then(resolve, reject).finally(deadline.cancel);
  });
}

/** Runs something on a client of the caller's, which keeps it whatever comes of it. */
export async function lend<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  if (lent.has(client)) throw invalidInput("client", "is in use by another transaction that was given it");
  lent.add(client);
  try {
    return await work();
  } finally {
    lent.delete(client);
  }
}
