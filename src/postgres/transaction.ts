import type pg from "pg";
import type { TransactionClient } from "../auth/driver.js";
import { invalidInput, PevensieError } from "../errors/index.js";
import type { Batchable } from "./batcher.js";
import { command, lend, query, rollBack, sendOwn, translate } from "./client.js";
import { sqlStateOf } from "./errors.js";
import type { Executor, InteractiveWork } from "./executor.js";
import { DATE_STYLE, isHarmlessPath, SEARCH_PATH, setSettings } from "./settings.js";
import { SqlState } from "./sqlstate.js";
import { bind, type Statement } from "./statement.js";
import { transactionControlIn } from "./transaction-control.js";

/** Two statements of ours, one after the other: what a lock of the first waited for has to be visible to the second. */
const BEGIN = "begin isolation level read committed read write";

const SAVEPOINT = "pevensie";

/** How the statements of a transaction are run. */
export interface TransactionSettings {
  /** How long each may take, in milliseconds. */
  readonly timeout: number;
  /** Whether the connection's settings are harmless to our statements; if not, the transaction gets others. */
  readonly harmless: boolean;
  /** Is told of each that has succeeded. */
  onStatement(label: string, milliseconds: number): void;
}

/** Runs some work between `begin` and `commit`, or rolls back and lets its error surface. */
export async function runTransaction<T>(
  client: pg.ClientBase,
  settings: TransactionSettings,
  work: InteractiveWork<T>,
): Promise<T> {
  const { timeout, harmless } = settings;
  await command(client, BEGIN, "read", timeout);
  const transaction = new Transaction(client, settings);
  let result: T;
  try {
    if (!harmless) await transaction.takeSettings();
    result = await work(transaction, transaction.callersClient);
  } catch (error) {
    transaction.end();
    await rollBack(client, timeout);
    throw error;
  }
  transaction.end();
  const outcome = await command(client, "commit", "write", timeout);
  // Postgres answers ROLLBACK to the commit of a transaction in which something has failed.
  if (outcome !== "COMMIT") throw transaction.firstError ?? rolledBack();
  return result;
}

/** Runs some work on a client of the caller's: in the transaction that it is in, or in one of its own. */
export async function runOnCallersClient<T>(
  client: unknown,
  settings: TransactionSettings,
  work: InteractiveWork<T>,
): Promise<T> {
  const given = client as { query?: unknown; totalCount?: unknown } | null;
  // A pool has query() too, but sends each statement wherever there is room.
  if (typeof given?.query !== "function" || given.totalCount !== undefined) {
    throw invalidInput("client", "must be a pg client, such as pool.connect() gives, and no pool");
  }
  const own = client as pg.ClientBase;
  return lend(own, async () => {
    if (!(await isInTransaction(own, settings.timeout))) {
      return runTransaction(own, { ...settings, harmless: false }, work);
    }
    const transaction = new Transaction(own, settings);
    try {
      return await transaction.nested(async (inner, callersClient) => {
        const { isolation, dateStyle } = await inner.takeSettings();
        if (isolation !== "read committed") {
          throw invalidInput("client", "must be in a transaction with the isolation level read committed");
        }
        const result = await work(inner, callersClient);
        await inner.giveSettingsBack(dateStyle);
        return result;
      });
    } finally {
      transaction.end();
    }
  });
}

/** A savepoint can be made in a transaction only: the server refuses it elsewhere, and nothing else happens. */
async function isInTransaction(client: pg.ClientBase, timeout: number): Promise<boolean> {
  try {
    await command(client, `savepoint ${SAVEPOINT}`, "read", timeout);
  } catch (error) {
    if (sqlStateOf((error as Error).cause) === SqlState.noActiveTransaction) return false;
    throw error;
  }
  await command(client, `release savepoint ${SAVEPOINT}`, "read", timeout);
  return true;
}

/** Statements on one connection, between the beginning and the end of a transaction, or of a savepoint in it. */
class Transaction implements Executor {
  readonly #client: pg.ClientBase;
  readonly #settings: TransactionSettings;
  readonly #outer: Transaction | undefined;
  #ended = false;
  #firstError: unknown;
  /** The nested transactions, one after the other: savepoints have to end in the reverse order of their beginning. */
  #nested: Promise<unknown> = Promise.resolve();
  /** Whether one of them is open: what else is done then would share its fate. */
  #open = false;

  /** The caller's search_path, where it is not harmless: then statements of ours and of the caller's take turns with it. */
  #callersPath: string | null = null;
  #pathInForce: "ours" | "caller's" = "caller's";

  /** The last statement on the connection, of this transaction or of one around it: the next one comes after it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: pg.ClientBase, settings: TransactionSettings, outer?: Transaction) {
    this.#client = client;
    this.#settings = settings;
    this.#outer = outer;
  }

  /** Statements of a transaction come one after the other. */
  readonly connections = 1;

  /** Why the transaction cannot be committed any more. */
  get firstError(): unknown {
    return this.#firstError;
  }

  /** For the caller's own SQL; its errors are the database's own. */
  get callersClient(): TransactionClient {
    return {
      query: async (text, values) => {
        const control = transactionControlIn(text);
        if (control === "boundary") throw invalidInput("text", "must not begin or end a transaction");
        const goesBack = control === "back to a savepoint";
        return this.#guard(async () => {
          // A savepoint of the caller's was made under the caller's path, to which this goes back; and nothing else may be
          // sent before it in a transaction that has failed.
          if (!goesBack) await this.#root.#usePath("caller's");
          const result = await sendOwn(this.#client, text, values ?? [], this.#settings.timeout);
          if (Array.isArray(result)) throw invalidInput("text", "must be one statement");
          if (goesBack) {
            this.#root.#pathInForce = "caller's";
            this.#firstError = undefined;
          }
          return { rows: result.rows, rowCount: result.rowCount ?? 0 };
        });
      },
    };
  }

  get #hasEnded(): boolean {
    const outer = this.#outer;
    return this.#ended || (outer ? outer.#hasEnded : false);
  }

  #requireLive(): void {
    if (!this.#hasEnded) return;
    throw new PevensieError("NOT_CONNECTED", "The transaction has ended: use the auth outside of it.");
  }

  /** From now on whatever is left of the work is refused: the connection may be somebody else's already. */
  end(): void {
    this.#ended = true;
  }

  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.#guard(async () => {
      await this.#root.#usePath("ours");
      return this.#query(statement, params);
    });
  }

  async #query<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    try {
      const start = performance.now();
      const { rows } = await query<Row>(
        this.#client,
        statement,
        bind(statement, params),
        this.#settings.timeout,
        false,
      );
      this.#settings.onStatement(statement.label, performance.now() - start);
      return rows;
    } catch (error) {
      // Nothing of a transaction takes effect before its commit: a lost answer leaves no doubt here.
      throw translate(error, "read", this.#settings.timeout);
    }
  }

  /** Sets what our statements need for the whole transaction, but for the search_path, which the caller's SQL may need. */
  async takeSettings(): Promise<{ isolation: string | null; dateStyle: string | null }> {
    const [before] = await this.#guard(() => this.#query(setSettings, { dateStyle: DATE_STYLE }));
    if (before === undefined) throw rolledBack();
    if (!isHarmlessPath(before)) this.#root.#callersPath = before.searchPath;
    return before;
  }

  async giveSettingsBack(dateStyle: string | null): Promise<void> {
    await this.#guard(async () => {
      await this.#root.#usePath("caller's");
      await this.#query(setSettings, { dateStyle });
    });
  }

  /** Whose statement comes next: for the root, which knows what was set last. */
  async #usePath(whose: "ours" | "caller's"): Promise<void> {
    if (this.#callersPath === null || this.#pathInForce === whose) return;
    const searchPath = whose === "ours" ? SEARCH_PATH : this.#callersPath;
    const [before] = await this.#query(setSettings, { searchPath });
    // The caller may have set another one meanwhile.
    if (this.#pathInForce === "caller's") this.#callersPath = before?.searchPath ?? this.#callersPath;
    this.#pathInForce = whose;
  }

  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    return this.read(statement, params);
  }

  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return work(this);
  }

  batch<Input, Output>(batchable: Batchable<Input, Output>): (input: Input) => Promise<Output> {
    return (input) => batchable.one(this, input);
  }

  async interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    if (client !== undefined) throw invalidInput("client", "cannot be given inside a transaction, which has one");
    const turn = this.#nested.then(() => this.nested(work));
    this.#nested = turn.catch(() => {});
    return turn;
  }

  /** A transaction in this one: when it fails, what it did is undone, and this one can go on. */
  async nested<T>(work: (inner: Transaction, client: TransactionClient) => Promise<T>): Promise<T> {
    const root = this.#root;
    const begun = this.#command(`savepoint ${SAVEPOINT}`);
    // From now on, not from when the savepoint is there: what is sent in between comes after it.
    this.#open = true;
    await begun.catch((error: unknown) => {
      this.#open = false;
      throw error;
    });
    const path = { callers: root.#callersPath, inForce: root.#pathInForce };
    const inner = new Transaction(this.#client, this.#settings, this);
    let result: T;
    try {
      result = await work(inner, inner.callersClient);
      // An error that the work has kept to itself leaves nothing that could be kept.
      if (inner.#firstError !== undefined) throw inner.#firstError;
    } catch (error) {
      inner.end();
      this.#open = false;
      // What was set in it is undone, too.
      root.#callersPath = path.callers;
      root.#pathInForce = path.inForce;
      await this.#command(`rollback to savepoint ${SAVEPOINT}`).catch(() => {});
      await this.#command(`release savepoint ${SAVEPOINT}`).catch(() => {});
      throw error;
    }
    inner.end();
    this.#open = false;
    await this.#command(`release savepoint ${SAVEPOINT}`);
    return result;
  }

  async #command(text: string): Promise<void> {
    await this.#guard(() => command(this.#client, text, "read", this.#settings.timeout));
  }

  get #root(): Transaction {
    return this.#outer ? this.#outer.#root : this;
  }

  /** One statement at a time, in the order in which they were asked for: pg is to do without a queue of its own. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** After the first error Postgres refuses every statement (25P02): that error is the one to tell. */
  async #guard<T>(run: () => Promise<T>): Promise<T> {
    this.#requireLive();
    if (this.#open) throw invalidInput("auth", "is that of an outer transaction: use what the nested one was given");
    try {
      return await this.#root.#inTurn(() => {
        // Its turn may come when nobody waits for it any more, and the connection is somebody else's.
        this.#requireLive();
        return run();
      });
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
