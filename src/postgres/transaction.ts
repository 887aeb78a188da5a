import type pg from "pg";
import { setIsoDates } from "../../generated/index.js";
import { PevensieError } from "../errors/index.js";
import type { Batchable } from "./batcher.js";
import { command, query, rollBack, translate } from "./client.js";
import type { Executor } from "./executor.js";
import { bind, prepare, type Statement } from "./statement.js";

const isoDates = prepare("setIsoDates", setIsoDates);

/**
 * Runs some work between `begin` and `commit`, or rolls back and lets its error surface.
 *
 * @param isoByItself - whether the connection writes timestamps in ISO style; if not, the transaction is told to
 */
export async function runTransaction<T>(
  client: pg.PoolClient,
  timeout: number,
  isoByItself: boolean,
  work: (transaction: Executor) => Promise<T>,
): Promise<T> {
  // Read committed is what the locks count on: a statement sees what was committed while the one before it waited.
  await command(client, "begin isolation level read committed read write", "read", timeout);
  let result: T;
  try {
    const transaction = new TransactionExecutor(client, timeout);
    if (!isoByItself) await transaction.read(isoDates, undefined);
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

  batch<Input, Output>(batchable: Batchable<Input, Output>): (input: Input) => Promise<Output> {
    return (input) => batchable.one(this, input);
  }
}
