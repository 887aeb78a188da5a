import { getTransactionSettings, setStatementTimeout } from "#generated/statements.js";
import { invalidInput, isPevensieError } from "../../errors/index.js";
import {
  type PostgresClient,
  type PostgresPoolClient,
  type PostgresQueryable,
  requireClient,
} from "../../pg-interface.js";
import { Connection } from "../protocol/connection.js";
import { serverErrorOf, sqlStateOf } from "../protocol/server-errors.js";
import { SqlState } from "../protocol/sqlstate.js";
import { bind, type Statement } from "../protocol/statement.js";
import { translateStatementError } from "../protocol/statement-errors.js";
import type { Executor, InteractiveWork } from "./executor.js";
import type { SchemaStatements } from "./schema-statements.js";
import { StatementQueue } from "./statement-queue.js";
import { runTransaction, SAVEPOINT, Transaction, type TransactionSettings } from "./transaction.js";

/**
 * A borrowed connection must not be closed, so the server cancels statements that take too long. This is how much longer the
 * client waits for it to say so, in milliseconds, before the connection counts as lost.
 */
const SERVER_GRACE_MILLIS = 1_000;

/** Runs some work on a client that is borrowed from the caller: in the transaction that is open on it, or in a new one. */
export async function runOnBorrowedClient<T>(
  client: unknown,
  settings: TransactionSettings,
  work: InteractiveWork<T>,
): Promise<T> {
  requireClient(client);
  const connection = Connection.of(client as unknown as PostgresClient);
  const patient = { ...settings, timeoutMillis: settings.timeoutMillis + SERVER_GRACE_MILLIS };
  // The transaction or savepoint has begun: a failure of the work is followed by a rollback, which finds out whether it is answered.
  let hasBegun = false;
  const run = async () => {
    const queue = new StatementQueue(connection, patient.timeoutMillis, settings.statements.schema);
    if (!(await isInTransaction(queue))) {
      return runTransaction(connection, patient, async (transaction, transactionClient) => {
        hasBegun = true;
        await limitStatements(transaction, settings.timeoutMillis);
        return work(transaction, transactionClient);
      });
    }
    const inSavepoint: InteractiveWork<T> = async (inner, transactionClient) => {
      hasBegun = true;
      const { isolation, restore } = await limitStatements(inner, settings.timeoutMillis);
      if (isolation !== "read committed") {
        throw invalidInput("client", "must be in a transaction with the isolation level read committed");
      }
      const result = await work(inner, transactionClient);
      await restore();
      return result;
    };
    return new Transaction(queue, patient).nested(inSavepoint, { isOutermost: true });
  };
  return surviving(
    client,
    () => connection.borrow(run),
    () => hasBegun && !connection.isUnusable,
  );
}

/** Runs one statement on a client of the caller's, within whatever transaction is open on it. */
export async function runOnClient<Params, Row>(
  client: unknown,
  statements: SchemaStatements,
  statement: Statement<Params, Row>,
  params: Params,
): Promise<Row[]> {
  requireClient(client);
  return surviving(client, async () => {
    try {
      const { rows } = await client.query(statements.of(statement).text, bind(statement, params));
      return rows as Row[];
    } catch (error) {
      throw isPevensieError(error) ? error : translateStatementError(error, "once", statements.schema);
    }
  });
}

/** How many calls use a client now. */
const calls = new WeakMap<PostgresQueryable, number>();

/**
 * pg emits 'error' on a client that loses its connection, which ends the process if nobody listens. Nothing else listens with this function,
 * so that removing it removes no other listener of the package.
 */
const ignoreLoss = () => {};

/**
 * Runs some work on a client that may lose its connection meanwhile: the statements that fail report it. The event may follow the failure.
 * After one, the listener stays until a later call on the client succeeds, unless the connection is known to be usable.
 */
async function surviving<T>(
  client: PostgresQueryable,
  work: () => Promise<T>,
  isUsable: () => boolean = () => false,
): Promise<T> {
  calls.set(client, (calls.get(client) ?? 0) + 1);
  // The caller may have removed all listeners since the last call.
  ignoreLosses(client, false);
  ignoreLosses(client, true);
  let isDone = false;
  try {
    const result = await work();
    isDone = true;
    return result;
  } finally {
    const others = (calls.get(client) ?? 1) - 1;
    calls.set(client, others);
    if ((isDone || isUsable()) && others === 0) ignoreLosses(client, false);
  }
}

function ignoreLosses(client: PostgresQueryable, ignores: boolean): void {
  const emitter = client as Partial<Pick<PostgresPoolClient, "on" | "off">>;
  try {
    if (ignores) emitter.on?.("error", ignoreLoss);
    else emitter.off?.("error", ignoreLoss);
  } catch {
    // A client of another implementation may have no such events.
  }
}

/** Only a transaction can have savepoints: elsewhere the server refuses the command, which has no other effect. */
async function isInTransaction(queue: StatementQueue): Promise<boolean> {
  try {
    await queue.command(`savepoint ${SAVEPOINT}`, "idempotent");
  } catch (error) {
    if (sqlStateOf(serverErrorOf(error)) === SqlState.noActiveTransaction) return false;
    throw error;
  }
  await queue.command(`release savepoint ${SAVEPOINT}`, "idempotent");
  return true;
}

/** Has the server cancel statements that take longer, unless it cancels them earlier already. */
async function limitStatements(transaction: Executor, timeoutMillis: number) {
  const [before] = await transaction.read(getTransactionSettings, undefined);
  const { isolation = null, statementTimeout = 0 } = before ?? {};
  const set = (milliseconds: number) => transaction.writeIdempotent(setStatementTimeout, { milliseconds });
  if (statementTimeout !== null && statementTimeout > 0 && statementTimeout <= timeoutMillis) {
    return { isolation, restore: async () => {} };
  }
  await set(timeoutMillis);
  return { isolation, restore: () => set(statementTimeout ?? 0) };
}
