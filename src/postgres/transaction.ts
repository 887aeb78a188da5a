import type pg from "pg";
import { getTransactionSettings, setStatementTimeout } from "../../generated/index.js";
import type { TransactionClient, TransactionQuery, TransactionResult } from "../auth/driver.js";
import { invalidInput, PevensieError, transactionEnded } from "../errors/index.js";
import { now } from "../timers.js";
import { type Batchable, outputOf } from "./batcher.js";
import { CallersWork } from "./callers-work.js";
import { lend, NoAnswer, query, sendCommand, sendOwn } from "./client.js";
import { sqlStateOf } from "./errors.js";
import type { Executor, InteractiveWork } from "./executor.js";
import { SqlState } from "./sqlstate.js";
import { bind, prepare, type Statement } from "./statement.js";
import { StatementQueue } from "./statement-queue.js";
import { type Control, controlIn } from "./transaction-control.js";

/** Two statements of ours, one after the other: what a lock of the first waited for has to be visible to the second. */
const BEGIN = "begin isolation level read committed read write";

const SAVEPOINT = "pevensie";

/**
 * On a caller's client, which is not ours to cut, the server is to end a statement that takes too long. It gets so many
 * milliseconds to say so before the client counts as lost.
 */
const SERVER_GRACE_MS = 1_000;

const statements = {
  getTransactionSettings: prepare("getTransactionSettings", getTransactionSettings),
  setStatementTimeout: prepare("setStatementTimeout", setStatementTimeout),
};

/** How the statements of a transaction are run. */
export interface TransactionSettings {
  /** How long each may take, in milliseconds. */
  readonly timeout: number;
  /** Called for each that has succeeded. */
  onStatement(label: string, milliseconds: number): void;
  /** Called for each of the caller's own, before it is sent. */
  onCallersStatement(control: Control | null): void;
}

/** Runs some work between `begin` and `commit`, or rolls back and lets its error surface. */
export async function runTransaction<T>(
  client: pg.ClientBase,
  settings: TransactionSettings,
  work: InteractiveWork<T>,
): Promise<T> {
  const queue = new StatementQueue(client, settings.timeout);
  const transaction = new Transaction(queue, settings);
  let result: T;
  try {
    await queue.command(BEGIN, "read");
    result = await work(transaction, transaction.callersClient);
  } catch (error) {
    transaction.end();
    await queue.rollBack("rollback");
    throw error;
  }
  transaction.end();
  await commit(queue, transaction);
  return result;
}

async function commit(queue: StatementQueue, transaction: Transaction): Promise<void> {
  await queue.idle();
  if (queue.broken !== undefined) {
    await queue.rollBack("rollback");
    throw transaction.firstError ?? queue.broken;
  }
  const outcome = await queue.command("commit", "write");
  // Postgres answers ROLLBACK to the commit of a transaction in which something has failed.
  if (outcome !== "COMMIT") throw transaction.firstError ?? rolledBack();
}

/** Runs some work on a client of the caller's: in the transaction that it is in, or in one of its own. */
export async function runOnCallersClient<T>(
  client: unknown,
  settings: TransactionSettings,
  work: InteractiveWork<T>,
): Promise<T> {
  const given = client as { query?: unknown; totalCount?: unknown } | null;
  // A pool has query() too, but sends each statement over any of its connections.
  if (typeof given?.query !== "function" || given.totalCount !== undefined) {
    throw invalidInput("client", "must be a pg client, such as pool.connect() gives, and no pool");
  }
  const own = client as pg.ClientBase;
  const patient = { ...settings, timeout: settings.timeout + SERVER_GRACE_MS };
  return lend(own, async () => {
    const queue = new StatementQueue(own, patient.timeout);
    if (!(await isInTransaction(queue))) {
      return runTransaction(own, patient, async (transaction, callersClient) => {
        await limitStatements(transaction, settings.timeout);
        return work(transaction, callersClient);
      });
    }
    const inSavepoint: InteractiveWork<T> = async (inner, callersClient) => {
      const { isolation, restore } = await limitStatements(inner, settings.timeout);
      if (isolation !== "read committed") {
        throw invalidInput("client", "must be in a transaction with the isolation level read committed");
      }
      const result = await work(inner, callersClient);
      await restore();
      return result;
    };
    return new Transaction(queue, patient).nested(inSavepoint, { isOutermost: true });
  });
}

/** A savepoint can be made in a transaction only: the server refuses it elsewhere, and nothing else happens. */
async function isInTransaction(queue: StatementQueue): Promise<boolean> {
  try {
    await queue.command(`savepoint ${SAVEPOINT}`, "read");
  } catch (error) {
    if (sqlStateOf((error as Error).cause) === SqlState.noActiveTransaction) return false;
    throw error;
  }
  await queue.command(`release savepoint ${SAVEPOINT}`, "read");
  return true;
}

/** Lets the server end statements that take longer, unless it ends them earlier anyway. */
async function limitStatements(transaction: Executor, timeout: number) {
  const [before] = await transaction.read(statements.getTransactionSettings, undefined);
  const { isolation = null, statementTimeout = 0 } = before ?? {};
  const set = (milliseconds: number) => transaction.read(statements.setStatementTimeout, { milliseconds });
  if (statementTimeout !== null && statementTimeout > 0 && statementTimeout <= timeout) {
    return { isolation, restore: async () => {} };
  }
  await set(timeout);
  return { isolation, restore: () => set(statementTimeout ?? 0) };
}

/** Statements on one connection, between the beginning and the end of a transaction, or of a savepoint in it. */
class Transaction implements Executor {
  readonly #queue: StatementQueue;
  readonly #settings: TransactionSettings;
  readonly #outer: Transaction | undefined;
  readonly #depth: number;
  #hasEnded = false;
  #firstError: unknown;
  readonly #nestedWork = new CallersWork();

  constructor(queue: StatementQueue, settings: TransactionSettings, outer?: Transaction) {
    this.#queue = queue;
    this.#settings = settings;
    this.#outer = outer;
    this.#depth = outer === undefined ? 0 : outer.#depth + 1;
  }

  /** Statements of a transaction come one after the other. */
  readonly connections = 1;

  /** Why the transaction cannot be committed any more. */
  get firstError(): unknown {
    return this.#firstError;
  }

  /** For the caller's own SQL; its errors are the database's own. */
  get callersClient(): TransactionClient {
    const query = async (given: string | TransactionQuery, values: readonly unknown[] = []) =>
      this.#queryOwn(typeof given === "string" ? { text: given, values } : given);
    return { query } as TransactionClient;
  }

  async #queryOwn(query: TransactionQuery): Promise<TransactionResult<unknown>> {
    const control = controlIn(query.text);
    if (control === "boundary") throw invalidInput("text", "must not begin or end a transaction");
    const { rows, rowCount } = await this.#guard(async () => {
      try {
        return await this.#send((client, timeout) => {
          this.#settings.onCallersStatement(control);
          return sendOwn(client, query, timeout);
        });
      } catch (error) {
        throw error instanceof NoAnswer ? this.#queue.translate(error, "read") : error;
      }
    });
    if (control === "back to a savepoint") this.#firstError = undefined;
    return { rows, rowCount: rowCount ?? 0 };
  }

  get #isOver(): boolean {
    const outer = this.#outer;
    return this.#hasEnded || (outer ? outer.#isOver : false);
  }

  #requireLive(): void {
    if (this.#isOver) throw transactionEnded();
  }

  /** Refuses statements from now on, also those that wait for their turn; what nested work waits for is rejected. */
  end(): void {
    this.#hasEnded = true;
    this.#nestedWork.abandon(transactionEnded());
  }

  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#guard(async () => {
      let start = 0;
      try {
        const { rows } = await this.#send((client, timeout) => {
          start = now();
          return query<Row>(client, statement, bind(statement, params), timeout, false);
        });
        this.#settings.onStatement(statement.label, now() - start);
        return rows;
      } catch (error) {
        // Nothing of a transaction takes effect before its commit: a lost answer leaves no doubt here.
        throw this.#queue.translate(error, "read");
      }
    });
  }

  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.read(statement, params);
  }

  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return work(this);
  }

  /** Not in a transaction: it may be read-only, and the locks that a removal takes would be held until its end. */
  removeExpired(): Promise<void> {
    return Promise.resolve();
  }

  batch<Input, Output>(batchable: Batchable<Input, Output>): (input: Input) => Promise<Output> {
    return (input) => batchable.one(this, input).then(outputOf);
  }

  async interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    if (client !== undefined) throw invalidInput("client", "cannot be given inside a transaction, which has one");
    return this.nested((inner, callersClient) => this.#nestedWork.run(() => work(inner, callersClient)));
  }

  /**
   * A transaction in this one: when it fails, what it did is undone, and this one can go on.
   *
   * @param isOutermost - whether no other command of ours follows that would undo what it did
   */
  async nested<T>(work: InteractiveWork<T>, { isOutermost = false } = {}): Promise<T> {
    // One name for each depth: a savepoint of the same name inside would hide this one.
    const savepoint = `${SAVEPOINT}_${this.#depth}`;
    await this.#command(`savepoint ${savepoint}`);
    const inner = new Transaction(this.#queue, this.#settings, this);
    try {
      const result = await work(inner, inner.callersClient);
      // An error that the work has kept to itself leaves nothing that could be kept.
      if (inner.#firstError !== undefined) throw inner.#firstError;
      inner.end();
      await this.#command(`release savepoint ${savepoint}`);
      return result;
    } catch (error) {
      inner.end();
      const isUndone = this.#isOver || (this.#queue.broken !== undefined && !isOutermost);
      // One message: pg warns of a second one that waits on a caller's client behind a statement without an answer.
      const goBack = `rollback to savepoint ${savepoint}; release savepoint ${savepoint}`;
      if (!isUndone) await this.#queue.rollBack(goBack);
      throw error;
    }
  }

  async #command(text: string): Promise<void> {
    await this.#guard(async () => {
      try {
        await this.#send((client, timeout) => sendCommand(client, text, timeout));
      } catch (error) {
        throw this.#queue.translate(error, "read");
      }
    });
  }

  /** Sends a statement in its turn, unless the transaction has ended by then. */
  #send<T>(send: (client: pg.ClientBase, timeout: number) => Promise<T>): Promise<T> {
    return this.#queue.run((client, timeout) => {
      this.#requireLive();
      return send(client, timeout);
    });
  }

  /** After the first error Postgres refuses every statement (25P02): that error is the one to report. */
  async #guard<T>(run: () => Promise<T>): Promise<T> {
    this.#requireLive();
    try {
      return await run();
    } catch (error) {
      const state = sqlStateOf(error) ?? sqlStateOf((error as Error).cause);
      if (state === SqlState.inFailedTransaction && this.#firstError !== undefined) throw this.#firstError;
      this.#firstError ??= error;
      throw error;
    }
  }
}

function rolledBack(): PevensieError {
  return new PevensieError("DATABASE_ERROR", "Postgres rolled the transaction back when it was to be committed.");
}
