import { notConnected } from "../../errors/index.js";
import type { EventListener } from "../../events.js";
import type { ResolvedConfig } from "../config/config.js";
import { Pool } from "../pool/pool.js";
import type { Statement } from "../protocol/statement.js";
import { Admission } from "./admission.js";
import { AdmittedExecutor, type ExecutorParts } from "./admitted-executor.js";
import { Dispatcher } from "./dispatch.js";
import type { BatchedOperation, Executor, InteractiveWork, Reader, RowMaintenance } from "./executor.js";
import { MAINTENANCE_WAIT_MILLIS, MaintenanceQueues } from "./row-maintenance.js";
import { SchemaStatements } from "./schema-statements.js";
import { StatementRunner } from "./statement-runner.js";
import { TransactionRunner } from "./transaction-runner.js";

/** Admits calls while the driver is connected, runs their statements on a pool, and shuts down gracefully. */
export class PoolExecutor implements Executor {
  /** The statements of the driver's schema. */
  readonly statements: SchemaStatements;
  /** Runs the statements of calls that were admitted, even during a shutdown. */
  readonly admitted: Executor;
  readonly #config: ResolvedConfig;
  readonly #pool: Pool;
  readonly #admission = new Admission();
  readonly #parts: ExecutorParts;

  constructor(config: ResolvedConfig) {
    const statements = new SchemaStatements(config.schema);
    const pool = new Pool(config);
    const gate = this.#admission.admitted;
    const transactions = new TransactionRunner(pool, statements, gate);
    const acquireMillis = MAINTENANCE_WAIT_MILLIS;
    this.statements = statements;
    this.#config = config;
    this.#pool = pool;
    this.#parts = {
      pool,
      statements,
      runner: new StatementRunner(pool, statements),
      transactions,
      maintenance: new MaintenanceQueues((work) => gate.run(() => transactions.run(work, { acquireMillis }))),
      dispatcher: new Dispatcher(config, pool, (pipeline) => new AdmittedExecutor(this.#parts, pipeline)),
      gate,
      isReadCommitted: true,
    };
    this.admitted = new AdmittedExecutor(this.#parts, null);
  }

  /** Opens the pool. @param listener - receives its events; must not throw */
  open(listener: EventListener): void {
    this.#pool.open(listener);
    this.#admission.open();
  }

  /** @param isolation - the level of a statement outside a transaction, by the settings of the server, the database or the role */
  setDefaultIsolation(isolation: string | null): void {
    this.#parts.isReadCommitted = isolation === "read committed";
  }

  /** Refuses new calls and fails those in flight. Call {@link close} afterwards. */
  abort(): void {
    this.#admission.close();
    this.#pool.abort();
  }

  /** Shuts down gracefully: refuses new calls, drains those in flight for at most `query_timeout`, and closes the pool. */
  async close(): Promise<void> {
    if (!this.#pool.isOpen) return;
    this.#admission.close();
    await this.#admission.drained(this.#config.queryTimeoutMillis);
    this.#pool.abort();
    this.#parts.transactions.abandonCallerWork(notConnected());
    // Calls that are still queued settle before the pool can be opened again: they must not run on the next one.
    const closed = this.#pool.close();
    await this.#admission.drained(this.#config.connectionTimeoutMillis);
    await closed;
  }

  /**
   * Runs a call of several statements. Once it is admitted, a graceful shutdown drains all of them: those that it sends on
   * {@link admitted}, also later ones.
   *
   * @throws PevensieError NOT_CONNECTED
   */
  admit<T>(call: () => Promise<T>): Promise<T> {
    return this.#admission.run(call);
  }

  get maxInFlight(): number {
    return this.#pool.max;
  }

  get isDistributed(): boolean {
    return this.statements.isDistributed;
  }

  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.admit(() => this.admitted.read(statement, params));
  }

  writeIdempotent<Params, Row>(
    statement: Statement<Params, Row>,
    params: Params,
    again?: () => Params,
  ): Promise<Row[]> {
    return this.admit(() => this.admitted.writeIdempotent(statement, params, again));
  }

  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.admit(() => this.admitted.write(statement, params));
  }

  compareAndWrite<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.admit(() => this.admitted.compareAndWrite(statement, params));
  }

  writeReadCommitted<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.admit(() => this.admitted.writeReadCommitted(statement, params));
  }

  /** Runs reads as {@link StatementRunner.sequence} does. */
  sequence<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.admit(() => this.#parts.runner.sequence(work));
  }

  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return this.admit(() => this.admitted.transaction(work));
  }

  interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    return this.admit(() => this.admitted.interactive(client, work));
  }

  maintain<Row>(kind: RowMaintenance<Row>, rows: readonly Row[]): Promise<void> {
    return this.admitted.maintain(kind, rows);
  }

  batch<Input, Output>(operation: BatchedOperation<Input, Output>): (input: Input) => Promise<Output> {
    return this.#parts.dispatcher.batch(operation, this.#admission);
  }
}
