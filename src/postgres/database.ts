import pg from "pg";
import { notConnected, PevensieError } from "../errors/index.js";
import type { EventListener } from "../events.js";
import { type Batchable, type BatchHost, batched } from "./batcher.js";
import { abort, ignoreError, isAborted, NoAnswer, query, translate, within } from "./client.js";
import { MAX_TIMEOUT, type ResolvedConfig } from "./config.js";
import { connectWithin, Waits } from "./connecting.js";
import { isConnectionLoss, isFaultOfOneRow, isStalePlan, type StatementKind, sqlStateOf } from "./errors.js";
import { canExecute } from "./execution.js";
import type { Executor, InteractiveWork } from "./executor.js";
import { type LineHost, Lines, MAX_LINES } from "./lines.js";
import { SqlState } from "./sqlstate.js";
import { bind, type Statement } from "./statement.js";
import { runOnCallersClient, runTransaction, type TransactionSettings } from "./transaction.js";
import { UnreadableTimestamp } from "./wire.js";

/** How many batches of writes of a kind are under way at once, each on a connection of its own. */
const WRITES_AT_ONCE = 3;

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
  /** Whether the connections' settings are harmless to our statements. */
  #harmless = true;
  /** Whether the connections take statements of ours as they are, one before the other is answered. */
  #executes = false;
  /** Whether the last attempt to use a connection lost it, or found none. */
  #lost = false;
  #emit: EventListener = () => {};
  #pending = 0;
  #onIdle: (() => void) | undefined;
  readonly #checkedOut = new Set<pg.PoolClient>();
  readonly #waits = new Waits();

  constructor(config: ResolvedConfig) {
    this.#config = config;
  }

  /** Makes the pool, or takes up the caller's. */
  open(): void {
    this.#closing = false;
    this.#named = true;
    this.#harmless = true;
    this.#pool = this.#config.callerPool ?? this.#createPool();
    hear(this.#pool);
  }

  #createPool(): pg.Pool {
    const pool = new pg.Pool({
      ...this.#config.client,
      max: this.#config.max,
      idleTimeoutMillis: this.#config.idleTimeoutMillis,
      // Our own timer comes first and tells why; this one makes pg give up its attempt to connect, and forget who waits.
      connectionTimeoutMillis: Math.min(this.#config.connectionTimeoutMillis + 250, MAX_TIMEOUT),
    });
    return pool.on("connect", (client) => client.on("error", ignoreError));
  }

  /** Sends events of connections and statements to a listener that never throws. */
  observe(listener: EventListener): void {
    this.#emit = listener;
  }

  /** From now on statements run in a transaction that sets what they need first: the connections have other settings. */
  setSettingsPerTransaction(): void {
    this.#harmless = false;
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
    this.#waits.end(notConnected());
    this.#pool = undefined;
    if (pool === this.#config.callerPool) stopHearing(pool);
    else await within(pool.end(), this.#config.connectionTimeoutMillis).catch(ignoreError);
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
    return this.#admit(() =>
      client === undefined ? this.#transaction(work) : runOnCallersClient(client, this.#transactionSettings, work),
    );
  }

  batch<Input, Output>(batchable: Batchable<Input, Output>): (input: Input) => Promise<Output> {
    if (!this.#config.batching) return (input) => batchable.one(this, input);
    const { traffic } = batchable;
    return batched(batchable, this.#batchHost(traffic === "writes" ? null : new Lines(this.#lineHost, traffic)));
  }

  /** Calls are admitted one by one; their statements are then run for them, even while the database is closing. */
  #batchHost(lines: Lines | null): BatchHost {
    const executor: Executor = {
      connections: this.connections,
      read: (statement, params) => this.#run("read", statement, params, lines ?? "admitted"),
      write: (statement, params) => this.#run("write", statement, params, "admitted"),
      transaction: (work) => this.#transaction(work),
      interactive: (client, work) => this.interactive(client, work),
      batch: (batchable) => (input) => batchable.one(executor, input),
    };
    const most = Math.min(lines === null ? WRITES_AT_ONCE : MAX_LINES, this.connections);
    return {
      executor,
      roomBeside: (underWay) =>
        lines !== null && this.#pipelines ? Math.min(lines.room, lines.capacity - underWay) : most - underWay,
      enter: () => this.#enter(),
      leave: () => this.#leave(),
      isFaultOfOneRow,
      forUnsent,
      patienceMillis: this.#config.connectionTimeoutMillis,
    };
  }

  /** Whatever has entered is waited for when the database closes; from then on nothing enters. */
  #enter(): void {
    if (this.#pool === undefined || this.#closing) throw notConnected();
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
    return this.#config.callerPool === null && this.#executes && this.#named && this.#harmless;
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
      for (let attempt = 1; this.#harmless; attempt += 1) {
        // A second attempt prepares nothing: what was prepared may be why there is one.
        const named = this.#named && attempt === 1;
        try {
          const answer = named && this.#pipelines && route instanceof Lines ? route.run(statement, values) : null;
          if (answer) return (await answer).rows;
          const client = await this.#checkOut();
          try {
            const start = performance.now();
            const { rows } = await query<Row>(client, statement, values, this.#config.queryTimeoutMillis, named);
            this.#succeeded(statement.label, performance.now() - start);
            return rows;
          } finally {
            this.#giveBack(client);
          }
        } catch (error) {
          if (this.#mayReadInTransaction(error, kind)) continue;
          const again = this.#mayRunAgain(error, kind, attempt, named);
          const translated = this.#translate(error, kind);
          this.#failed(translated, again ? statement.label : null);
          if (!again) throw translated;
        }
      }
      return await this.#transaction((transaction) => transaction[kind](statement, params));
    } finally {
      if (route === "to be admitted") this.#leave();
    }
  }

  /** Whether the DateStyle was changed since connect() looked; what cannot be read is then read in a transaction. */
  #mayReadInTransaction(error: unknown, kind: StatementKind): boolean {
    if (!(error instanceof UnreadableTimestamp)) return false;
    this.#harmless = false;
    return kind === "read";
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

  async #transaction<T>(work: InteractiveWork<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const client = await this.#checkOut();
      try {
        return await runTransaction(client, this.#transactionSettings, work);
      } catch (error) {
        const state = sqlStateOf(error instanceof PevensieError ? error.cause : error);
        const lost = state !== undefined && LOST_TO_ANOTHER.has(state);
        const again = lost && attempt < TRANSACTION_ATTEMPTS;
        // What is no error of ours comes from the work, and tells nothing of the connection.
        if (error instanceof PevensieError || again)
          this.#failed(this.#translate(error, "read"), again ? "transaction" : null);
        if (!again) throw error;
      } finally {
        this.#giveBack(client);
      }
    }
  }

  get #transactionSettings(): TransactionSettings {
    return {
      timeout: this.#config.queryTimeoutMillis,
      harmless: this.#harmless,
      onStatement: (label, milliseconds) => this.#succeeded(label, milliseconds),
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
    const lost = UNANSWERED.has(error.code);
    if (lost && !this.#lost) this.#emit({ type: "connection-lost", code: error.code });
    this.#lost ||= lost;
    const reason = sqlStateOf(error.cause) ?? "connection-lost";
    if (retried !== null) this.#emit({ type: "retry", reason, statement: retried });
  }

  /** A connection for some work; every one is to be given back. */
  #checkOut(): Promise<pg.PoolClient> {
    const pool = this.#pool;
    if (pool === undefined) return Promise.reject(notConnected());
    return connectWithin(pool, this.#config.connectionTimeoutMillis, this.#lendOut, this.#waits);
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

  #translate(error: unknown, kind: StatementKind): PevensieError {
    return translate(error, kind, this.#config.queryTimeoutMillis);
  }
}

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

/** A call that waited for a server that did not answer: nothing of it was sent, whatever became of those before it. */
function forUnsent(error: unknown): PevensieError | undefined {
  if (!(error instanceof PevensieError && UNANSWERED.has(error.code))) return undefined;
  return new PevensieError("TIMEOUT", "Postgres did not answer those before; nothing was sent.", {
    cause: error.cause,
  });
}
