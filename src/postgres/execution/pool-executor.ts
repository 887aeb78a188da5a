import { changedConcurrently, notConnected, PevensieError } from "../../errors/index.js";
import type { EventListener } from "../../events.js";
import { now } from "../../timers.js";
import type { ResolvedConfig } from "../config/config.js";
import { UnsuitableServer } from "../pool/connect-errors.js";
import { Pipeline } from "../pool/pipeline.js";
import { Pool } from "../pool/pool.js";
import { isUnanswered } from "../protocol/call-errors.js";
import type { Connection } from "../protocol/connection.js";
import { query, resetConnection } from "../protocol/pg-client.js";
import { ResponseTimeout } from "../protocol/response-timeout.js";
import { isReadOnlyRefusal } from "../protocol/server-errors.js";
import { bind, type Statement } from "../protocol/statement.js";
import type { StatementKind } from "../protocol/statement-errors.js";
import { translateStatementError } from "../protocol/statement-errors.js";
import { Admission, type Gate } from "./admission.js";
import { batched } from "./batcher.js";
import { runOnBorrowedClient } from "./borrowed-client.js";
import { CallerWork } from "./caller-work.js";
import {
  type BatchedOperation,
  type DispatchMode,
  type Executor,
  type InteractiveWork,
  outputOf,
  type Reader,
  type RowMaintenance,
} from "./executor.js";
import { LockRetries, lockWaitLimit } from "./lock-retries.js";
import { afterStatement, afterTransaction, isAbortedForAnother, MAX_ATTEMPTS } from "./retry-policy.js";
import { MAINTENANCE_WAIT_MILLIS, MaintenanceQueues } from "./row-maintenance.js";
import { SchemaStatements } from "./schema-statements.js";
import { FixedSlots, PipelineSlots, type Slots } from "./slots.js";
import { runTransaction, type TransactionSettings } from "./transaction.js";
import type { TransactionControl } from "./transaction-control.js";

/** How many statements are in flight, each on a connection of its own. */
const STATEMENTS_IN_FLIGHT = {
  writes: 3,
  // More would share the same bandwidth, and each take longer.
  "large-answers": 2,
  sequences: 3,
};

/**
 * How long a batch of writes waits for a locked row before its calls are retried one by one, in milliseconds: many times as long
 * as another batch holds a row, and shorter than PostgreSQL's deadlock_timeout.
 */
const LOCK_TIMEOUT_MILLIS = 100;

/** Returns how long a write waits for a locked row before it is retried, in milliseconds. Several attempts fit into the time of a call. */
export function lockTimeoutMillisOf(queryTimeoutMillis: number): number {
  return Math.min(LOCK_TIMEOUT_MILLIS, Math.ceil(queryTimeoutMillis / 4));
}

/** What a transaction leaves on its connection. After `unknown`, this package's prepared statements may be gone. */
type Leftovers = "none" | "resettable" | "unknown";

/** Runs statements on a pool: acquires the connections, retries, batches, and shuts down gracefully. */
export class PoolExecutor implements Executor {
  /** The statements of the driver's schema. */
  readonly statements: SchemaStatements;
  readonly #config: ResolvedConfig;
  readonly #pool: Pool;
  readonly #admission = new Admission();
  readonly #callerWork = new CallerWork();
  readonly #lockRetries: LockRetries;
  #isReadCommitted = true;
  /** Runs the statements of calls that were admitted, even during a shutdown. */
  readonly admitted: Executor;
  readonly #maintenance = new MaintenanceQueues((work) => this.#maintainInTransaction(work));

  constructor(config: ResolvedConfig) {
    this.statements = new SchemaStatements(config.schema);
    this.#config = config;
    this.#pool = new Pool(config);
    this.admitted = this.#admitted(null);
    this.#lockRetries = new LockRetries(lockWaitLimit(this.maxInFlight));
  }

  /** Opens the pool. @param listener - receives its events; must not throw */
  open(listener: EventListener): void {
    this.#pool.open(listener);
    this.#admission.open();
  }

  /** @param isolation - the level of a statement outside a transaction, by the settings of the server, the database or the role */
  setDefaultIsolation(isolation: string | null): void {
    this.#isReadCommitted = isolation === "read committed";
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
    this.#callerWork.rejectAll(notConnected());
    // Calls that are still queued settle before the pool can be opened again: they must not run on the next one.
    const closed = this.#pool.close();
    await this.#admission.drained(this.#config.connectionTimeoutMillis);
    await closed;
  }

  get maxInFlight(): number {
    return this.#pool.max;
  }

  get isDistributed(): boolean {
    return this.statements.isDistributed;
  }

  async read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#admission.run(() => this.#run("idempotent", statement, params));
  }

  async writeIdempotent<Params, Row>(
    statement: Statement<Params, Row>,
    params: Params,
    again?: () => Params,
  ): Promise<Row[]> {
    return this.#admission.run(() => this.#run("idempotent", statement, params, null, again));
  }

  async write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#admission.run(() => this.#run("once", statement, params));
  }

  async compareAndWrite<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#admission.run(() => this.#compareAndWrite(statement, params));
  }

  async writeReadCommitted<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#admission.run(() => this.#writeReadCommitted(statement, params));
  }

  /**
   * Runs reads one after the other on one connection. After a stale plan or refused statement names, runs all of `work` once more, without
   * names. A lost connection is not retried: the caller goes to the primary.
   *
   * @param work - may run twice
   */
  sequence<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#admission.run(() => this.#sequence(work));
  }

  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return this.#admission.run(() => this.#transaction(work));
  }

  interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    return this.#admission.run(() => this.#interactive(client, work));
  }

  #interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    const abandonable: InteractiveWork<T> = (...given) => this.#callerWork.run(() => work(...given));
    return client === undefined
      ? this.#transaction(abandonable)
      : runOnBorrowedClient(client, this.#borrowedSettings(), abandonable);
  }

  maintain<Row>(kind: RowMaintenance<Row>, rows: readonly Row[]): Promise<void> {
    // An attempt would fail, and cost the lookup two round trips and the pool a connection.
    return this.#pool.isReadOnly ? Promise.resolve() : this.#maintenance.add(kind, rows);
  }

  async #maintainInTransaction(work: (transaction: Executor) => Promise<void>): Promise<void> {
    await this.#admission.admitted.run(() => this.#transaction(work, MAINTENANCE_WAIT_MILLIS));
  }

  batch<Input, Output>(operation: BatchedOperation<Input, Output>): (input: Input) => Promise<Output> {
    return this.#batch(operation, this.#admission);
  }

  #batch<Input, Output>(operation: BatchedOperation<Input, Output>, gate: Gate): (input: Input) => Promise<Output> {
    const { mode } = operation;
    // Large answers in flight are bounded without batching, too.
    if (mode === "unbatched" || (!this.#config.batching && mode !== "large-answers")) {
      const executor = this.admitted;
      return (input) => gate.run(async () => outputOf(await operation.one(executor, input)));
    }
    const { connectionTimeoutMillis, queryTimeoutMillis } = this.#config;
    return batched(operation, {
      ...this.#dispatch(mode),
      gate,
      queueTimeoutMillis: connectionTimeoutMillis,
      lockTimeoutMillis: lockTimeoutMillisOf(queryTimeoutMillis),
      maxLockWaitMillis: queryTimeoutMillis,
      lockRetries: this.#lockRetries,
    });
  }

  #dispatch(mode: Exclude<DispatchMode, "unbatched">): { executor: Executor; slots: Slots } {
    if (mode === "writes" || mode === "large-answers" || mode === "sequences") {
      const limit = Math.min(STATEMENTS_IN_FLIGHT[mode], this.maxInFlight);
      return { executor: this.admitted, slots: new FixedSlots(limit) };
    }
    const pipeline = new Pipeline(this.#pool, mode);
    return { executor: this.#admitted(pipeline), slots: new PipelineSlots(this.#pool, pipeline) };
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

  /** Returns an executor for calls that were admitted: all of their statements are run, even during a shutdown. */
  #admitted(pipeline: Pipeline | null): Executor {
    const { statements } = this;
    return {
      maxInFlight: this.maxInFlight,
      get isDistributed() {
        return statements.isDistributed;
      },
      read: (statement, params) => this.#run("idempotent", statement, params, pipeline),
      writeIdempotent: (statement, params, again) => this.#run("idempotent", statement, params, null, again),
      write: (statement, params) => this.#run("once", statement, params),
      compareAndWrite: (statement, params) => this.#compareAndWrite(statement, params),
      writeReadCommitted: (statement, params) => this.#writeReadCommitted(statement, params),
      transaction: (work) => this.#transaction(work),
      interactive: (client, work) => this.#interactive(client, work),
      maintain: (kind, rows) => this.maintain(kind, rows),
      batch: (operation) => this.#batch(operation, this.#admission.admitted),
    };
  }

  async #run<Params, Row>(
    kind: StatementKind,
    generated: Statement<Params, Row>,
    params: Params,
    pipeline: Pipeline | null = null,
    again: () => Params = () => params,
    maxAttempts = MAX_ATTEMPTS,
  ): Promise<Row[]> {
    const statement = this.statements.of(generated);
    let values = bind(statement, params);
    let isElsewhere = false;
    for (let number = 1; ; number += 1) {
      // A retry prepares nothing: a prepared statement may be why there is one.
      const isNamed = this.#pool.acceptsNames && number === 1;
      try {
        const pipelined =
          isNamed && pipeline !== null && this.#pool.canPipeline ? pipeline.run(statement, values) : null;
        if (pipelined !== null) return (await pipelined).rows;
        const connection = await this.#pool.acquire();
        try {
          const start = now();
          const { rows } = await query<Row>(connection, statement, values, this.#config.queryTimeoutMillis, isNamed);
          this.#pool.succeeded(statement.label, now() - start, connection);
          return rows;
        } catch (error) {
          if (isReadOnlyRefusal(error)) this.#pool.noteRefusal(connection);
          throw error;
        } finally {
          this.#pool.release(connection);
        }
      } catch (error) {
        const { seeksPrimary } = this.#pool;
        const overdue = error instanceof ResponseTimeout ? error.connection : undefined;
        const isUnresponsive = overdue !== undefined && this.#pool.isUnresponsive(overdue);
        const attempt = { kind, number, maxAttempts, isNamed, isElsewhere, seeksPrimary, isUnresponsive };
        const decision = afterStatement(error, attempt);
        if (decision === "retry-without-names") this.#pool.disableNames();
        isElsewhere ||= decision === "retry-elsewhere";
        const translated = this.#translate(error, kind);
        this.#pool.health.failed(translated, decision === "fail" ? null : statement.label);
        if (decision === "fail") throw translated;
        values = bind(statement, again());
      }
    }
  }

  async #compareAndWrite<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    try {
      return await this.#writeReadCommitted(statement, params, 1);
    } catch (error) {
      throw isAbortedForAnother(error) ? changedConcurrently() : error;
    }
  }

  /** Runs a write in a transaction, which takes two more round trips, only where the default isolation is not READ COMMITTED. */
  #writeReadCommitted<Params, Row>(
    statement: Statement<Params, Row>,
    params: Params,
    maxAttempts = MAX_ATTEMPTS,
  ): Promise<Row[]> {
    return this.#isReadCommitted
      ? this.#run("once", statement, params, null, undefined, maxAttempts)
      : this.#transaction((transaction) => transaction.write(statement, params), undefined, maxAttempts);
  }

  async #sequence<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    const { queryTimeoutMillis } = this.#config;
    for (let number = 1; ; number += 1) {
      const isNamed = this.#pool.acceptsNames && number === 1;
      let label: string | null = null;
      try {
        const connection = await this.#pool.acquire();
        const read: Reader["read"] = async <Params, Row>(generated: Statement<Params, Row>, params: Params) => {
          const start = now();
          const statement = this.statements.of(generated);
          const values = bind(statement, params);
          label = statement.label;
          const { rows } = await query<Row>(connection, statement, values, queryTimeoutMillis, isNamed);
          this.#pool.succeeded(statement.label, now() - start, connection);
          return rows;
        };
        try {
          return await work({ read });
        } finally {
          this.#pool.release(connection);
        }
      } catch (error) {
        // `isElsewhere` rules out another attempt after a lost connection: the caller repeats the lookup on the primary instead.
        const attempt = {
          kind: "idempotent",
          number,
          maxAttempts: 1,
          isNamed,
          isElsewhere: true,
          seeksPrimary: false,
          isUnresponsive: false,
        } as const;
        const decision = afterStatement(error, attempt);
        if (decision === "fail") throw this.#reported(error);
        if (decision === "retry-without-names") this.#pool.disableNames();
        this.#pool.health.failed(this.#translate(error, "idempotent"), label);
      }
    }
  }

  async #transaction<T>(
    work: InteractiveWork<T>,
    acquireMillis = this.#config.connectionTimeoutMillis,
    maxAttempts = MAX_ATTEMPTS,
  ): Promise<T> {
    let unsuitableSince: number | undefined;
    let isElsewhere = false;
    // Counts only the runs that the server aborted, not replaced connections.
    for (let attempt = 1; ; ) {
      const connection = await this.#pool.acquire(acquireMillis).catch((error: unknown) => {
        // Maintenance, which waits for a shorter time, fails on a pool that is only busy.
        throw acquireMillis < this.#config.connectionTimeoutMillis ? error : this.#reported(error);
      });
      let leftovers: Leftovers = "none";
      let hasBegun = false;
      const checked: InteractiveWork<T> = (...given) => {
        // The answer to `begin` may have reported that the server no longer accepts writes.
        this.#pool.requireSuitable(connection);
        hasBegun = true;
        return work(...given);
      };
      const onCallerStatement = (control: TransactionControl | null) => {
        if (leftovers !== "unknown") leftovers = control === "deallocation" ? "unknown" : "resettable";
      };
      try {
        return await runTransaction(connection, this.#transactionSettings(onCallerStatement), checked);
      } catch (error) {
        if (error instanceof UnsuitableServer) {
          connection.retire();
          unsuitableSince ??= now();
          if (now() - unsuitableSince < acquireMillis) continue;
          throw this.#reported(this.#pool.connectError(error));
        }
        unsuitableSince = undefined;
        // The connection was lost while idle, as in a restart of the server, and the work has not begun.
        const wasIdle: boolean = !hasBegun && !isElsewhere && isLost(error);
        isElsewhere ||= wasIdle;
        const retried = wasIdle || afterTransaction(error, { number: attempt, maxAttempts }) === "retry";
        // An error that is not this package's comes from the work, and says nothing of the connection.
        if (error instanceof PevensieError || retried) {
          this.#pool.health.failed(this.#translate(error, "idempotent"), retried ? "transaction" : null);
        }
        if (!retried) throw error;
        if (!wasIdle) attempt += 1;
      } finally {
        this.#releaseAfter(connection, leftovers);
      }
    }
  }

  #transactionSettings(onCallerStatement: TransactionSettings["onCallerStatement"] = () => {}): TransactionSettings {
    return {
      timeoutMillis: this.#config.queryTimeoutMillis,
      statements: this.statements,
      onStatement: (label, milliseconds, connection) => this.#pool.succeeded(label, milliseconds, connection),
      onCallerStatement,
    };
  }

  /** Returns the settings for a caller's client. Its statements emit no connection-healed: they say nothing about the pool's connections. */
  #borrowedSettings(): TransactionSettings {
    const onStatement = (label: string, milliseconds: number) =>
      this.#pool.health.succeeded(label, milliseconds, false);
    return { ...this.#transactionSettings(), onStatement };
  }

  /** Releases a connection after a transaction. The caller does not wait until an owned one was reset. */
  #releaseAfter(connection: Connection, leftovers: Leftovers): void {
    const { isOwned } = this.#pool;
    if (isOwned && leftovers === "unknown") connection.close();
    if (!isOwned || leftovers === "none" || connection.isDiscarded) {
      this.#pool.release(connection);
      return;
    }
    this.#admission.admitted.enter();
    void resetConnection(connection, this.#config.queryTimeoutMillis).then(() => {
      this.#pool.release(connection);
      this.#admission.admitted.leave();
    });
  }

  /** Reports the error of reads or of a transaction that are not retried, and returns it in the form that callers receive. */
  #reported(error: unknown): PevensieError {
    const translated = this.#translate(error, "idempotent");
    this.#pool.health.failed(translated, null);
    return translated;
  }

  #translate(error: unknown, kind: StatementKind): PevensieError {
    return translateStatementError(error, kind, this.#config.schema);
  }
}

function isLost(error: unknown): boolean {
  return isUnanswered(error) && error.code === "CONNECTION_UNAVAILABLE";
}
