import type pg from "pg";
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

/** Runs a command of a transaction's; gives the server's word for what it did. */
export async function command(
  client: pg.ClientBase,
  text: string,
  kind: StatementKind,
  timeout: number,
): Promise<string> {
  try {
    return (await send(client, { text }, timeout)).command;
  } catch (error) {
    throw translate(error, kind, timeout);
  }
}

/** The caller's own SQL, with the pool's own type parsers; its errors are the database's own. */
export async function sendOwn(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
  timeout: number,
): Promise<pg.QueryResult> {
  try {
    // Extended, so that the server takes one statement only: another one could end the transaction.
    const config = { text, values: [...values], queryMode: "extended" };
    return await send(client, config, timeout);
  } catch (error) {
    throw error instanceof NoAnswer ? translate(error, "read", timeout) : error;
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

/** Ends a failed transaction; the error that made it fail stays the one that surfaces. */
export async function rollBack(client: pg.ClientBase, timeout: number): Promise<void> {
  if (!aborted.has(client)) await command(client, "rollback", "read", timeout).catch(() => abort(client));
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
    const timer = setTimeout(() => reject(new NoAnswer()), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
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
