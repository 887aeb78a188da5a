import pg from "pg";
import { setIsoDates } from "../../generated/index.js";
import { PevensieError } from "../errors/index.js";
import type { ResolvedConfig } from "./config.js";
import { retryConnecting } from "./connecting.js";
import {
  isConnectionLoss,
  type StatementKind,
  sqlStateOf,
  translateConnectError,
  translateStatementError,
} from "./errors.js";
import type { Executor } from "./executor.js";
import { SqlState } from "./sqlstate.js";
import { bind, prepare, type Statement } from "./statement.js";
import { wireTypes } from "./wire.js";

/** A statement got no answer in time: its connection has to be given up, since the answer may still come. */
class NoAnswer extends Error {}

/** How often a transaction that lost to another one (40001, 40P01) is tried. */
const TRANSACTION_ATTEMPTS = 4;

const LOST_TO_ANOTHER: ReadonlySet<string> = new Set([SqlState.serializationFailure, SqlState.deadlockDetected]);

/** What a server, or a pooler in between, answers when it does not know a prepared statement, or knows another. */
const NAMES_UNSUPPORTED: ReadonlySet<string> = new Set([
  SqlState.invalidStatementName,
  SqlState.duplicatePreparedStatement,
]);

const isoDates = prepare("setIsoDates", setIsoDates);

/** Connections that must not go back to their pool. */
const aborted = new WeakSet<pg.PoolClient>();

/** A crash that this prevents: an `error` event of a connection, or of an idle one through its pool, that nobody hears. */
const ignoreError = () => {};

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
  /** Whether timestamps come in ISO style by themselves. */
  #isoByItself = true;
  #pending = 0;
  #onIdle: (() => void) | undefined;
  readonly #checkedOut = new Set<pg.PoolClient>();

  constructor(config: ResolvedConfig) {
    this.#config = config;
  }

  /** Makes the pool, or takes up the caller's. */
  open(): void {
    this.#closing = false;
    this.#named = true;
    this.#isoByItself = true;
    this.#pool = this.#config.callerPool ?? this.#createPool();
    this.#pool.on("error", ignoreError);
  }

  #createPool(): pg.Pool {
    return new pg.Pool({
      ...this.#config.client,
      max: this.#config.max,
      idleTimeoutMillis: this.#config.idleTimeoutMillis,
      // Our own timer comes first and tells why; this one makes pg give up its attempt to connect.
      connectionTimeoutMillis: this.#config.connectionTimeoutMillis + 250,
    });
  }

  /** From now on statements run in a transaction that sets the DateStyle first: the connections have another one. */
  setDateStylePerTransaction(): void {
    this.#isoByItself = false;
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
    this.#pool = undefined;
    if (pool === this.#config.callerPool) pool.off("error", ignoreError);
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

  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#run("read", statement, params);
  }

  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#run("write", statement, params);
  }

  async #run<Params, Row>(kind: StatementKind, statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    if (!this.#isoByItself) return this.transaction((transaction) => transaction[kind](statement, params));
    const values = bind(statement, params);
    for (let attempt = 1; ; attempt += 1) {
      // A second attempt prepares nothing: what was prepared may be why there is one.
      const named = this.#named && attempt === 1;
      try {
        return await this.#withClient((client) =>
          query<Row>(client, statement, values, this.#config.queryTimeoutMillis, named),
        );
      } catch (error) {
        if (!this.#mayRunAgain(error, kind, attempt, named)) throw this.#translate(error, kind);
      }
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
    // "cached plan must not change result type": a table was altered since the statement was prepared.
    if (state === SqlState.featureNotSupported) return named;
    const answered = error instanceof NoAnswer || error instanceof PevensieError;
    return kind === "read" && !answered && isConnectionLoss(error);
  }

  async transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#withClient((client) => this.#transactionOn(client, work));
      } catch (error) {
        const state = error instanceof PevensieError ? sqlStateOf(error.cause) : undefined;
        const lost = state !== undefined && LOST_TO_ANOTHER.has(state);
        if (!lost || attempt >= TRANSACTION_ATTEMPTS) throw error;
      }
    }
  }

  async #transactionOn<T>(client: pg.PoolClient, work: (transaction: Executor) => Promise<T>): Promise<T> {
    const timeout = this.#config.queryTimeoutMillis;
    // Read committed is what the locks count on: a statement sees what was committed while the one before it waited.
    await command(client, "begin isolation level read committed", "read", timeout);
    let result: T;
    try {
      const transaction = new TransactionExecutor(client, timeout);
      if (!this.#isoByItself) await transaction.read(isoDates, undefined);
      result = await work(transaction);
    } catch (error) {
      await rollBack(client, timeout);
      throw error;
    }
    const outcome = await command(client, "commit", "write", timeout);
    // Postgres answers ROLLBACK to the commit of a transaction in which something has failed.
    if (outcome !== "COMMIT") {
      throw new PevensieError("DATABASE_ERROR", "Postgres rolled the transaction back when it was to be committed.");
    }
    return result;
  }

  /** Lends a connection to some work, and gives it up where its state is in doubt. */
  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    if (this.#pool === undefined || this.#closing) throw notConnected();
    this.#pending += 1;
    try {
      const client = await this.#checkOut(this.#pool);
      client.on("error", ignoreError);
      this.#checkedOut.add(client);
      try {
        return await work(client);
      } finally {
        this.#checkedOut.delete(client);
        client.off("error", ignoreError);
        client.release(aborted.has(client));
      }
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) this.#onIdle?.();
    }
  }

  async #checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
    const timeout = this.#config.connectionTimeoutMillis;
    const attempt = retryConnecting(() => pool.connect(), timeout);
    try {
      return await within(attempt, timeout);
    } catch (error) {
      // A connection that comes too late for this call goes straight back.
      if (error instanceof NoAnswer) void attempt.then((client) => client.release(), ignoreError);
      else if (!isExhaustion(error, pool)) throw translateConnectError(error);
      throw new PevensieError("TIMEOUT", `No connection to Postgres was to be had within ${timeout} ms.`);
    }
  }

  #translate(error: unknown, kind: StatementKind): PevensieError {
    return translate(error, kind, this.#config.queryTimeoutMillis);
  }
}

/** Statements on one connection, between its `begin` and its `commit`. */
class TransactionExecutor implements Executor {
  readonly #client: pg.PoolClient;
  readonly #timeout: number;

  constructor(client: pg.PoolClient, timeout: number) {
    this.#client = client;
    this.#timeout = timeout;
  }

  async read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    try {
      return await query(this.#client, statement, bind(statement, params), this.#timeout, false);
    } catch (error) {
      // Nothing of a transaction takes effect before its commit: a lost answer leaves no doubt here.
      throw translate(error, "read", this.#timeout);
    }
  }

  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.read(statement, params);
  }

  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return work(this);
  }
}

function query<Row>(
  client: pg.PoolClient,
  statement: Statement<never, Row>,
  values: unknown[],
  timeout: number,
  named: boolean,
): Promise<Row[]> {
  const { name, text } = statement;
  const config = named ? { name, text, values, types: wireTypes } : { text, values, types: wireTypes };
  return send(client, config, timeout).then((result) => result.rows as Row[]);
}

async function command(client: pg.PoolClient, text: string, kind: StatementKind, timeout: number): Promise<string> {
  try {
    return (await send(client, { text }, timeout)).command;
  } catch (error) {
    throw translate(error, kind, timeout);
  }
}

function send(client: pg.PoolClient, config: pg.QueryConfig, timeout: number): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      clearTimeout(timer);
      // The statement may still run, the connection is gone, or its prepared plan no longer fits.
      if (error instanceof NoAnswer || isConnectionLoss(error) || sqlStateOf(error) === SqlState.featureNotSupported) {
        abort(client);
      }
      reject(error);
    };
    const timer = setTimeout(() => fail(new NoAnswer()), timeout);
    client.query(config, (error: unknown, result: pg.QueryResult) => {
      if (error) return fail(error);
      clearTimeout(timer);
      resolve(result);
    });
  });
}

/** Ends a failed transaction; the error that made it fail stays the one that surfaces. */
async function rollBack(client: pg.PoolClient, timeout: number): Promise<void> {
  if (!aborted.has(client)) await command(client, "rollback", "read", timeout).catch(() => abort(client));
}

function translate(error: unknown, kind: StatementKind, timeout: number): PevensieError {
  if (!(error instanceof NoAnswer)) return translateStatementError(error, kind);
  return kind === "read"
    ? new PevensieError("TIMEOUT", `Postgres did not answer within ${timeout} ms.`)
    : new PevensieError(
        "OUTCOME_UNKNOWN",
        `Postgres did not answer within ${timeout} ms: look whether the write took effect.`,
      );
}

/** Cuts a connection: whatever waits on it fails, and its pool will not use it again. */
function abort(client: pg.PoolClient): void {
  aborted.add(client);
  (client as unknown as { end(): Promise<void> }).end().catch(ignoreError);
}

/** pg-pool has no code for its own time-out; with all connections lent out, it can be nothing else. */
function isExhaustion(error: unknown, pool: pg.Pool): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === undefined && pool.totalCount >= pool.options.max;
}

function notConnected(): PevensieError {
  return new PevensieError("NOT_CONNECTED", "Not connected: call connect() first, and nothing after disconnect().");
}

/** The promise's outcome, or {@link NoAnswer} if it takes too long. */
function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer()), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
