import { invalidInput, PevensieError, transactionEnded } from "../../errors/index.js";
import { now } from "../../timers.js";
import type { TransactionClient, TransactionQuery, TransactionResult } from "../../transaction-client.js";
import type { Connection } from "../protocol/connection.js";
import { isEndOfConnection, query, sendCallerQuery, sendCommand } from "../protocol/pg-client.js";
import { ResponseTimeout } from "../protocol/response-timeout.js";
import { serverErrorOf, sqlStateOf } from "../protocol/server-errors.js";
import { SqlState } from "../protocol/sqlstate.js";
import { bind, type Statement } from "../protocol/statement.js";
import { CallerWork } from "./caller-work.js";
import { type BatchedOperation, type Executor, type InteractiveWork, outputOf } from "./executor.js";
import type { SchemaStatements } from "./schema-statements.js";
import { StatementQueue } from "./statement-queue.js";
import { controlIn, type TransactionControl } from "./transaction-control.js";

/**
 * READ COMMITTED: the second statement has to see what the first one waited for with its lock. After a query, PostgreSQL refuses to
 * change the isolation level (25001), which SQL of the caller's could do. `read write` would override `default_transaction_read_only`,
 * by which a primary is fenced.
 */
const BEGIN = "begin isolation level read committed; select";

export const SAVEPOINT = "pevensie";

/** How the statements of a transaction are run. */
export interface TransactionSettings {
  /** How long each one may take, in milliseconds. */
  readonly timeoutMillis: number;
  readonly statements: SchemaStatements;
  /** Called for each one that has succeeded. */
  onStatement(label: string, milliseconds: number, connection: Connection): void;
  /** Called for each of the caller's own statements, before it is sent. */
  onCallerStatement(control: TransactionControl | null): void;
}

/** Runs some work between `begin` and `commit`. Rolls back if it fails, and throws its error. */
export async function runTransaction<T>(
  connection: Connection,
  settings: TransactionSettings,
  work: InteractiveWork<T>,
): Promise<T> {
  const queue = new StatementQueue(connection, settings.timeoutMillis, settings.statements.schema);
  const transaction = new Transaction(queue, settings);
  let result: T;
  try {
    await queue.command(BEGIN, "idempotent");
    result = await work(transaction, transaction.client);
  } catch (error) {
    transaction.end();
    await queue.rollBack("rollback");
    throw error;
  }
  transaction.end();
  await commit(queue, transaction, settings.statements.isDistributed);
  return result;
}

async function commit(queue: StatementQueue, transaction: Transaction, isDistributed: boolean): Promise<void> {
  await queue.idle();
  if (queue.broken !== undefined) {
    await queue.rollBack("rollback");
    throw transaction.firstError ?? queue.broken;
  }
  const outcome = await queue.command("commit", "once").catch((error: PevensieError) => {
    throw isDistributed && sqlStateOf(error.cause) === SqlState.internalError ? ambiguousCommit(error.cause) : error;
  });
  // PostgreSQL answers ROLLBACK to the commit of a failed transaction.
  if (outcome !== "COMMIT") throw transaction.firstError ?? rolledBack();
}

/**
 * Returns the error of a commit in a distributed schema that was answered with `internal_error` (XX000). That is how Citus
 * reports the loss of a worker during the commit, which may have taken effect there.
 */
function ambiguousCommit(cause: unknown): PevensieError {
  return new PevensieError(
    "OUTCOME_UNKNOWN",
    "Postgres answered the commit with an internal error (XX000): Citus may have lost a worker. Check whether the transaction took effect before repeating it.",
    { cause },
  );
}

/** Runs statements on one connection, in a transaction or in a savepoint of one. */
export class Transaction implements Executor {
  readonly #queue: StatementQueue;
  readonly #settings: TransactionSettings;
  readonly #outer: Transaction | undefined;
  readonly #depth: number;
  #hasEnded = false;
  #firstError: unknown;
  readonly #nestedWork = new CallerWork();

  constructor(queue: StatementQueue, settings: TransactionSettings, outer?: Transaction) {
    this.#queue = queue;
    this.#settings = settings;
    this.#outer = outer;
    this.#depth = outer === undefined ? 0 : outer.#depth + 1;
  }

  /** Statements of a transaction come one after the other. */
  readonly maxInFlight = 1;

  get isDistributed(): boolean {
    return this.#settings.statements.isDistributed;
  }

  /** The error after which the transaction cannot be committed. */
  get firstError(): unknown {
    return this.#firstError;
  }

  /** The client for the caller's own SQL. It throws the database's own errors, except where the connection is lost. */
  get client(): TransactionClient {
    const query = async (given: string | TransactionQuery, values: readonly unknown[] = []) =>
      this.#runCallerQuery(typeof given === "string" ? { text: given, values } : given);
    return { query } as TransactionClient;
  }

  async #runCallerQuery(query: TransactionQuery): Promise<TransactionResult<unknown>> {
    const control = controlIn(query.text);
    if (control === "boundary") throw invalidInput("text", "must not begin or end a transaction");
    const { rows, rowCount, command } = await this.#guard(async () => {
      try {
        return await this.#send((connection, timeoutMillis) => {
          this.#settings.onCallerStatement(control);
          return sendCallerQuery(connection, query, timeoutMillis);
        });
      } catch (error) {
        // These concern the connection, and not the query: nothing of the transaction takes effect.
        const isLost = error instanceof ResponseTimeout || isEndOfConnection(error);
        throw isLost ? this.#queue.translate(error, "idempotent") : error;
      }
    });
    if (control === "back to a savepoint") this.#firstError = undefined;
    return { rows, rowCount: rowCount ?? 0, command };
  }

  get #isOver(): boolean {
    const outer = this.#outer;
    return this.#hasEnded || (outer ? outer.#isOver : false);
  }

  #requireLive(): void {
    if (this.#isOver) throw transactionEnded();
  }

  /** Refuses statements from now on, also queued ones, and rejects what awaits nested work. */
  end(): void {
    this.#hasEnded = true;
    this.#nestedWork.rejectAll(transactionEnded());
  }

  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#guard(async () => {
      try {
        return await this.#send(async (connection, timeoutMillis) => {
          const start = now();
          const inSchema = this.#settings.statements.of(statement);
          const { rows } = await query<Row>(connection, inSchema, bind(inSchema, params), timeoutMillis, false);
          this.#settings.onStatement(statement.label, now() - start, connection);
          return rows;
        });
      } catch (error) {
        // Idempotent: nothing takes effect before the commit, so the outcome is not ambiguous.
        throw this.#queue.translate(error, "idempotent");
      }
    });
  }

  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.read(statement, params);
  }

  writeIdempotent<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.read(statement, params);
  }

  /** The transaction is READ COMMITTED, and whoever repeats it makes another call. */
  compareAndWrite<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.read(statement, params);
  }

  /** The transaction is READ COMMITTED. */
  writeReadCommitted<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.read(statement, params);
  }

  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return work(this);
  }

  /** Not in a transaction: it may be read-only, and it would hold the locks until its end. */
  maintain(): Promise<void> {
    return Promise.resolve();
  }

  batch<Input, Output>(operation: BatchedOperation<Input, Output>): (input: Input) => Promise<Output> {
    return (input) => operation.one(this, input).then(outputOf);
  }

  async interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    if (client !== undefined) throw invalidInput("client", "cannot be given inside a transaction, which has one");
    return this.nested((inner, client) => this.#nestedWork.run(() => work(inner, client)));
  }

  /**
   * Runs a nested transaction: when it fails, its changes are undone, and this one can go on.
   *
   * @param isOutermost - whether this package sends no later command that would undo its changes
   */
  async nested<T>(work: InteractiveWork<T>, { isOutermost = false } = {}): Promise<T> {
    // A name for each depth: an inner savepoint of the same name would hide the outer one.
    const savepoint = `${SAVEPOINT}_${this.#depth}`;
    await this.#command(`savepoint ${savepoint}`);
    const inner = new Transaction(this.#queue, this.#settings, this);
    try {
      const result = await work(inner, inner.client);
      // The work has caught an error, after which the server refuses to release the savepoint.
      if (inner.#firstError !== undefined) throw inner.#firstError;
      inner.end();
      await this.#command(`release savepoint ${savepoint}`);
      return result;
    } catch (error) {
      inner.end();
      const isRolledBack = this.#isOver || (this.#queue.broken !== undefined && !isOutermost);
      // One message: pg warns of a second one that queues on a borrowed client behind an unanswered statement.
      const goBack = `rollback to savepoint ${savepoint}; release savepoint ${savepoint}`;
      if (!isRolledBack) await this.#queue.rollBack(goBack);
      throw error;
    }
  }

  async #command(text: string): Promise<void> {
    await this.#guard(async () => {
      try {
        await this.#send((connection, timeoutMillis) => sendCommand(connection, text, timeoutMillis));
      } catch (error) {
        throw this.#queue.translate(error, "idempotent");
      }
    });
  }

  /** Sends a statement when it is its turn, unless the transaction has ended by then. */
  #send<T>(send: (connection: Connection, timeoutMillis: number) => Promise<T>): Promise<T> {
    return this.#queue.run((connection, timeoutMillis) => {
      this.#requireLive();
      return send(connection, timeoutMillis);
    });
  }

  /** After the first error, PostgreSQL refuses every statement (25P02): later calls fail with that error. */
  async #guard<T>(run: () => Promise<T>): Promise<T> {
    this.#requireLive();
    try {
      return await run();
    } catch (error) {
      const state = sqlStateOf(serverErrorOf(error));
      if (state === SqlState.inFailedTransaction && this.#firstError !== undefined) throw this.#firstError;
      this.#firstError ??= error;
      throw error;
    }
  }
}

function rolledBack(): PevensieError {
  return new PevensieError("DATABASE_ERROR", "Postgres rolled the transaction back instead of committing it.");
}
