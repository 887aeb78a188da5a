import { changedConcurrently } from "../../errors/index.js";
import type { Pipeline } from "../pool/pipeline.js";
import type { Pool } from "../pool/pool.js";
import type { Statement } from "../protocol/statement.js";
import type { Gate } from "./admission.js";
import type { Dispatcher } from "./dispatch.js";
import type { BatchedOperation, Executor, InteractiveWork, RowMaintenance } from "./executor.js";
import { isAbortedForAnother, MAX_ATTEMPTS } from "./retry-policy.js";
import type { MaintenanceQueues } from "./row-maintenance.js";
import type { SchemaStatements } from "./schema-statements.js";
import { IDEMPOTENT, ONCE, type StatementRunner } from "./statement-runner.js";
import type { TransactionRunner } from "./transaction-runner.js";

/** What the executors of one driver share. */
export interface ExecutorParts {
  readonly pool: Pool;
  readonly statements: SchemaStatements;
  readonly runner: StatementRunner;
  readonly transactions: TransactionRunner;
  readonly maintenance: MaintenanceQueues;
  readonly dispatcher: Dispatcher;
  /** Counts the calls of batches. */
  readonly gate: Gate;
  /** Whether a statement outside a transaction is READ COMMITTED, by the settings of the server, the database or the role. */
  isReadCommitted: boolean;
}

/** Runs the statements of calls that were admitted: all of them, even during a shutdown. */
export class AdmittedExecutor implements Executor {
  readonly #parts: ExecutorParts;
  /** The runner's function: a method here would be one more call on the way of every lookup. */
  readonly read: Executor["read"];

  /** @param pipeline - where lookups are sent first; null: nowhere */
  constructor(parts: ExecutorParts, pipeline: Pipeline | null) {
    this.#parts = parts;
    this.read = parts.runner.reader(pipeline);
  }

  get maxInFlight(): number {
    return this.#parts.pool.max;
  }

  get isDistributed(): boolean {
    return this.#parts.statements.isDistributed;
  }

  writeIdempotent<Params, Row>(
    statement: Statement<Params, Row>,
    params: Params,
    again?: () => Params,
  ): Promise<Row[]> {
    return this.#parts.runner.run(statement, params, again === undefined ? IDEMPOTENT : { ...IDEMPOTENT, again });
  }

  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#parts.runner.run(statement, params, ONCE);
  }

  async compareAndWrite<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    try {
      return await this.#writeReadCommitted(statement, params, 1);
    } catch (error) {
      throw isAbortedForAnother(error) ? changedConcurrently() : error;
    }
  }

  writeReadCommitted<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#writeReadCommitted(statement, params, MAX_ATTEMPTS);
  }

  /** Runs a write in a transaction, which takes two more round trips, only where the default isolation is not READ COMMITTED. */
  #writeReadCommitted<Params, Row>(
    statement: Statement<Params, Row>,
    params: Params,
    maxAttempts: number,
  ): Promise<Row[]> {
    const { isReadCommitted, runner, transactions } = this.#parts;
    return isReadCommitted
      ? runner.run(statement, params, { ...ONCE, maxAttempts })
      : transactions.run((transaction) => transaction.write(statement, params), { maxAttempts });
  }

  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return this.#parts.transactions.run(work);
  }

  interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    return this.#parts.transactions.interactive(client, work);
  }

  maintain<Row>(kind: RowMaintenance<Row>, rows: readonly Row[]): Promise<void> {
    const { pool, maintenance } = this.#parts;
    // An attempt would fail, and cost the lookup two round trips and the pool a connection.
    return pool.isReadOnly ? Promise.resolve() : maintenance.add(kind, rows);
  }

  batch<Input, Output>(operation: BatchedOperation<Input, Output>): (input: Input) => Promise<Output> {
    return this.#parts.dispatcher.batch(operation, this.#parts.gate);
  }
}
