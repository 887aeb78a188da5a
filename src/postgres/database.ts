import pg from "pg";
import { notConnected, PevensieError } from "../errors/index.js";
import type { EventListener } from "../events.js";
import { now } from "../timers.js";
import { type Batchable, type BatchHost, batched, outputOf, type Traffic } from "./batcher.js";
import { CallersWork } from "./callers-work.js";
import {
  abort,
  abortOnOtherEncoding,
  ignoreError,
  isAborted,
  NoAnswer,
  query,
  resetConnection,
  translate,
  within,
} from "./client.js";
import type { ResolvedConfig } from "./config.js";
import { clientWithin, connectWithin, Waits } from "./connecting.js";
import {
  isConnectionLoss,
  isFaultOfOneRow,
  isLockTimeout,
  isStalePlan,
  type StatementKind,
  sqlStateOf,
} from "./errors.js";
import { canExecute } from "./execution.js";
import type { Executor, InteractiveWork } from "./executor.js";
import { type LineHost, Lines, MAX_LINES } from "./lines.js";
import { LockRetries } from "./lock-retries.js";
import { REMOVAL_TIMEOUT_MILLIS, type Removal, Removals } from "./removal.js";
import { SqlState } from "./sqlstate.js";
import { bind, type Statement } from "./statement.js";
import { runOnCallersClient, runTransaction, type TransactionSettings } from "./transaction.js";
import type { Control } from "./transaction-control.js";

/** How many statements of a kind that is not pipelined are in flight, each on a connection of its own. */
const STATEMENTS_AT_ONCE = {
  writes: 3,
  // More would share the same bandwidth, and each take longer.
  "large answers": 2,
};

/**
 * How long a batch of writes waits for a locked row before its calls go on by themselves, in milliseconds: many times as long
 * as another batch holds a row, and shorter than PostgreSQL's deadlock_timeout.
 */
const LOCK_TIMEOUT_MILLIS = 100;

/** How often a transaction that lost to another one (40001, 40P01) is tried. */
const TRANSACTION_ATTEMPTS = 4;

const LOST_TO_ANOTHER: ReadonlySet<string> = new Set([SqlState.serializationFailure, SqlState.deadlockDetected]);

/** What a server, or a pooler in between, answers when it does not know a prepared statement, or knows another. */
const NAMES_UNSUPPORTED: ReadonlySet<string> = new Set([
  SqlState.invalidStatementName,
  SqlState.duplicatePreparedStatement,
]);

const UNANSWERED: ReadonlySet<string> = new Set(["CONNECTION_UNAVAILABLE", "TIMEOUT", "OUTCOME_UNKNOWN"]);

/**
 * A pool, its own or the caller's, and the rules for running statements on it: time-outs, what is tried again, what a
 * lost answer means, and a tidy end.
 */
export class Database implements Executor {
  readonly #config: ResolvedConfig;
  #pool: pg.Pool | undefined;
  #closing = false;
  /** False once a server or pooler has refused a prepared statement. */
  #named = true;
  /** Whether the connections take statements of ours as they are, one before the other is answered. */
  #executes = false;
  /** Whether the last attempt to use a connection lost it, or found none. */
  #lost = false;
  #emit: EventListener = () => {};
  #pending = 0;
  #onIdle: (() => void) | undefined;
  readonly #checkedOut = new Set<pg.PoolClient>();
  readonly #callersWork = new CallersWork();
  readonly #waits = new Waits();
  readonly #lockRetries: LockRetries;
  readonly #removals = new Removals((work) => this.#remove(work));

  constructor(config: ResolvedConfig) {
    this.#config = config;
    this.#lockRetries = new LockRetries(Math.max(1, Math.floor(this.connections / 2)));
  }

  /** Makes the pool, or takes up the caller's. */
  open(): void {
    this.#closing = false;
    this.#named = true;
    this.#pool = this.#config.callerPool ?? this.#createPool();
    hear(this.#pool);
  }

  #createPool(): pg.Pool {
    const pool = new pg.Pool({
      ...this.#config.client,
      max: this.#config.max,
      idleTimeoutMillis: this.#config.idleTimeoutMillis,
      Client: clientWithin(this.#config.connectionTimeoutMillis),
    });
    return pool.on("connect", (client) => {
      client.on("error", ignoreError);
      abortOnOtherEncoding(client);
    });
  }

  /** Sends events of connections and statements to a listener that never throws. */
  observe(listener: EventListener): void {
    this.#emit = listener;
  }

  /**
   * Refuses new statements, waits for those under way as long as they may take, ends what is left, and closes the pool
   * if it is our own.
   */
  async close(): Promise<void> {
    const pool = this.#pool;
    if (pool === undefined) return;
    this.#closing = true;
    await this.#idleWithin(this.#config.queryTimeoutMillis);
    for (const client of this.#checkedOut) abort(client);
    this.#callersWork.abandon(notConnected());
    this.#waits.end(notConnected());
    this.#pool = undefined;
    // Calls still queued settle before a later open(): they must not run on its pool.
    const settled = this.#idleWithin(this.#config.connectionTimeoutMillis);
    if (pool === this.#config.callerPool) stopHearing(pool);
    else await within(pool.end(), this.#config.connectionTimeoutMillis).catch(ignoreError);
    await settled;
  }

  async #idleWithin(milliseconds: number): Promise<void> {
    if (this.#pending === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    await within(idle, milliseconds).catch(ignoreError);
    this.#onIdle = undefined;
  }

  get connections(): number {
    return this.#config.callerPool?.options.max ?? this.#config.max;
  }

  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#run("read", statement, params);
  }

  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#run("write", statement, params);
  }

  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return this.#admit(() => this.#transaction(work));
  }

  interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    const settling: InteractiveWork<T> = (...given) => this.#callersWork.run(() => work(...given));
    return this.#admit(() =>
      client === undefined
        ? this.#transaction(settling)
        : runOnCallersClient(client, this.#transactionSettings(), settling),
    );
  }

  removeExpired<Row>(removal: Removal<Row>, rows: readonly Row[]): Promise<void> {
    return this.#removals.add(removal, rows);
  }

  async #remove(work: (transaction: Executor) => Promise<void>): Promise<void> {
    this.#reenter();
    try {
      await this.#transaction(work, REMOVAL_TIMEOUT_MILLIS);
    } finally {
      this.#leave();
    }
  }

  batch<Input, Output>(batchable: Batchable<Input, Output>): (input: Input) => Promise<Output> {
    const { traffic } = batchable;
    // The bound on large answers in flight holds without batching, too.
    if (traffic === "alone" || (!this.#config.batching && traffic !== "large answers")) {
      const executor = this.#admittedExecutor(null);
      return (input) => this.#admit(async () => outputOf(await batchable.one(executor, input)));
    }
    return batched(batchable, this.#batchHost(traffic));
  }

  /** For calls that have been admitted: all of their statements are run, even while the database is closing. */
  #admittedExecutor(lines: Lines | null): Executor {
    const executor: Executor = {
      connections: this.connections,
      read: (statement, params) => this.#run("read", statement, params, lines ?? "admitted"),
      write: (statement, params) => this.#run("write", statement, params, "admitted"),
      transaction: (work) => this.#transaction(work),
      interactive: (client, work) => this.interactive(client, work),
      removeExpired: (removal, rows) => this.removeExpired(removal, rows),
      batch: (batchable) => (input) => batchable.one(executor, input).then(outputOf),
    };
    return executor;
  }

  #batchHost(traffic: Exclude<Traffic, "alone">): BatchHost {
    const isPipelined = traffic !== "writes" && traffic !== "large answers";
    const lines = isPipelined ? new Lines(this.#lineHost, traffic) : null;
    const most = Math.min(isPipelined ? MAX_LINES : STATEMENTS_AT_ONCE[traffic], this.connections);
    return {
      executor: this.#admittedExecutor(lines),
      roomBeside: (underWay) =>
        lines !== null && this.#pipelines ? Math.min(lines.room, lines.capacity - underWay) : most - underWay,
      enter: traffic === "large answers" ? () => this.#reenter() : () => this.#enter(),
      leave: () => this.#leave(),
      isFaultOfOneRow,
      forUnsent,
      patienceMillis: this.#config.connectionTimeoutMillis,
      isLockTimeout,
      // Several attempts fit into the time of a call.
      lockTimeoutMillis: Math.min(LOCK_TIMEOUT_MILLIS, Math.ceil(this.#config.queryTimeoutMillis / 4)),
      lockPatienceMillis: this.#config.queryTimeoutMillis,
      lockRetries: this.#lockRetries,
    };
  }

  /** Whatever has entered is waited for when the database closes; from then on nothing enters. */
  #enter(): void {
    if (this.#pool === undefined || this.#closing) throw notConnected();
    this.#pending += 1;
  }

  /** Part of a call that has entered: waited for, too, and not refused while the database is closing. */
  #reenter(): void {
    this.#pending += 1;
  }

  #leave(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#onIdle?.();
  }

  async #admit<T>(work: () => Promise<T>): Promise<T> {
    this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  get #lineHost(): LineHost {
    return {
      checkOut: () => this.#checkOut(),
      giveBack: (client) => this.#giveBack(client),
      isContended: () => (this.#pool?.waitingCount ?? 0) > 0,
      timeout: this.#config.queryTimeoutMillis,
      onStatement: (label, milliseconds) => this.#succeeded(label, milliseconds),
    };
  }

  /**
   * Whether statements can be sent ahead of the answers to others: prepared ones, on connections that can, and that nobody
   * else has a hold of. On a pool of the caller's, a handler of its events may at any time send statements of its own.
   */
  get #pipelines(): boolean {
    return this.#config.callerPool === null && this.#executes && this.#named;
  }

  /** @param route - whether the call has been admitted already; and the lines that it may take */
  async #run<Params, Row>(
    kind: StatementKind,
    statement: Statement<Params, Row>,
    params: Params,
    route: "to be admitted" | "admitted" | Lines = "to be admitted",
  ): Promise<Row[]> {
    if (route === "to be admitted") this.#enter();
    try {
      const values = bind(statement, params);
      for (let attempt = 1; ; attempt += 1) {
        // A second attempt prepares nothing: what was prepared may be why there is one.
        const named = this.#named && attempt === 1;
        try {
          const answer = named && this.#pipelines && route instanceof Lines ? route.run(statement, values) : null;
          if (answer) return (await answer).rows;
          const client = await this.#checkOut();
          try {
            const start = now();
            const { rows } = await query<Row>(client, statement, values, this.#config.queryTimeoutMillis, named);
            this.#succeeded(statement.label, now() - start);
            return rows;
          } finally {
            this.#giveBack(client);
          }
        } catch (error) {
          const again = this.#mayRunAgain(error, kind, attempt, named);
          const translated = this.#translate(error, kind);
          this.#failed(translated, again ? statement.label : null);
          if (!again) throw translated;
        }
      }
    } finally {
      if (route === "to be admitted") this.#leave();
    }
  }

  /** Whether a statement outside a transaction is run again; it is the only place that decides so. */
  #mayRunAgain(error: unknown, kind: StatementKind, attempt: number, named: boolean): boolean {
    const state = sqlStateOf(error);
    if (state !== undefined && LOST_TO_ANOTHER.has(state)) return attempt < TRANSACTION_ATTEMPTS;
    if (attempt > 1) return false;
    if (state !== undefined && named && NAMES_UNSUPPORTED.has(state)) {
      this.#named = false;
      return true;
    }
    if (isStalePlan(error)) return named;
    const answered = error instanceof NoAnswer || error instanceof PevensieError;
    return kind === "read" && !answered && isConnectionLoss(error);
  }

  async #transaction<T>(work: InteractiveWork<T>, acquireMillis = this.#config.connectionTimeoutMillis): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const client = await this.#checkOut(acquireMillis);
      let leftovers: Leftovers = "none";
      const onCallersStatement = (control: Control | null) => {
        if (leftovers !== "unknown") leftovers = control === "deallocation" ? "unknown" : "resettable";
      };
      try {
        return await runTransaction(client, this.#transactionSettings(onCallersStatement), work);
      } catch (error) {
        const state = sqlStateOf(error instanceof PevensieError ? error.cause : error);
        const lost = state !== undefined && LOST_TO_ANOTHER.has(state);
        const again = lost && attempt < TRANSACTION_ATTEMPTS;
        // What is no error of ours comes from the work, and tells nothing of the connection.
        if (error instanceof PevensieError || again)
          this.#failed(this.#translate(error, "read"), again ? "transaction" : null);
        if (!again) throw error;
      } finally {
        this.#giveBackReset(client, leftovers);
      }
    }
  }

  #transactionSettings(onCallersStatement: TransactionSettings["onCallersStatement"] = () => {}): TransactionSettings {
    return {
      timeout: this.#config.queryTimeoutMillis,
      onStatement: (label, milliseconds) => this.#succeeded(label, milliseconds),
      onCallersStatement,
    };
  }

  #succeeded(statement: string, milliseconds: number): void {
    if (milliseconds >= this.#config.slowQueryMillis) this.#emit({ type: "slow-query", statement, milliseconds });
    if (!this.#lost) return;
    this.#lost = false;
    this.#emit({ type: "connection-healed" });
  }

  /** @param retried - what is run again for it, if anything is */
  #failed(error: PevensieError, retried: string | null): void {
    const lost = isUnanswered(error);
    if (lost && !this.#lost) this.#emit({ type: "connection-lost", code: error.code });
    this.#lost ||= lost;
    const reason = sqlStateOf(error.cause) ?? "connection-lost";
    if (retried !== null) this.#emit({ type: "retry", reason, statement: retried });
  }

  /** A connection for some work; every one is to be given back. */
  #checkOut(acquireMillis = this.#config.connectionTimeoutMillis): Promise<pg.PoolClient> {
    const pool = this.#pool;
    if (pool === undefined) return Promise.reject(notConnected());
    return connectWithin(pool, acquireMillis, this.#lendOut, this.#waits);
  }

  readonly #lendOut = (client: pg.PoolClient): void => {
    this.#executes = canExecute(client);
    if (this.#config.callerPool) client.on("error", ignoreError);
    this.#checkedOut.add(client);
  };

  /** Back to the pool, or out of it where the connection's state is in doubt. */
  #giveBack(client: pg.PoolClient): void {
    this.#checkedOut.delete(client);
    if (this.#config.callerPool) client.off("error", ignoreError);
    client.release(isAborted(client));
  }

  /** Gives a connection back after a caller's SQL. The caller does not wait until our own pool's is reset. */
  #giveBackReset(client: pg.PoolClient, leftovers: Leftovers): void {
    const isOurs = this.#config.callerPool === null;
    if (isOurs && leftovers === "unknown") abort(client);
    if (!isOurs || leftovers === "none" || isAborted(client)) {
      this.#giveBack(client);
      return;
    }
    this.#pending += 1;
    void resetConnection(client, this.#config.queryTimeoutMillis).then(() => {
      this.#giveBack(client);
      this.#leave();
    });
  }

  #translate(error: unknown, kind: StatementKind): PevensieError {
    return translate(error, kind, this.#config.queryTimeoutMillis);
  }
}

/** What a transaction leaves on its connection; "unknown" where our prepared statements may be gone. */
type Leftovers = "none" | "resettable" | "unknown";

/** How many databases use a pool: the first to come hears its errors for all of them, and the last to go stops. */
const users = new WeakMap<pg.Pool, number>();

function hear(pool: pg.Pool): void {
  const others = users.get(pool) ?? 0;
  if (others === 0) pool.on("error", ignoreError);
  users.set(pool, others + 1);
}

function stopHearing(pool: pg.Pool): void {
  const others = (users.get(pool) ?? 1) - 1;
  if (others === 0) pool.off("error", ignoreError);
  users.set(pool, others);
}

function isUnanswered(error: PevensieError): boolean {
  return UNANSWERED.has(error.code) && !isLockTimeout(error);
}

/** A call that waited for a server that did not answer: nothing of it was sent, whatever became of those before it. */
function forUnsent(error: unknown): PevensieError | undefined {
  if (!(error instanceof PevensieError && isUnanswered(error))) return undefined;
  return new PevensieError("TIMEOUT", "Postgres did not answer those before; nothing was sent.", {
    cause: error.cause,
  });
}
