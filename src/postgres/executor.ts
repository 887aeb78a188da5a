import type { TransactionClient } from "../auth/driver.js";
import type { Batchable } from "./batcher.js";
import type { Removal } from "./removal.js";
import type { Statement } from "./statement.js";

/** What callers do in a transaction: calls that run on its executor, and SQL of their own. */
export type InteractiveWork<T> = (transaction: Executor, client: TransactionClient) => Promise<T>;

/** What the drivers need of a database. A pool has it, and so has a transaction. */
export interface Executor {
  /** How many statements it can have under way at once. */
  readonly connections: number;
  /** Runs a statement that changes nothing: it is run again where the connection was lost. */
  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
  /** Runs a statement that changes something; where its answer is lost, it may or may not have taken effect. */
  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
  /** Runs several statements in one transaction: all of them take effect, or none. */
  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T>;
  /**
   * A transaction that callers take part in, with a client for their own SQL.
   *
   * @param client - one of the caller's to run it on; undefined takes one of the pool
   */
  interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T>;
  /**
   * Removes expired rows that a lookup has found, if nothing stands in the way: a lock, a read-only server, a pool without a
   * free connection. Never rejects, and resolves soon in any case.
   */
  removeExpired<Row>(removal: Removal<Row>, rows: readonly Row[]): Promise<void>;
  /** A function that answers one call of a kind, together with others that are made at the same time where that may be. */
  batch<Input, Output>(batchable: Batchable<Input, Output>): (input: Input) => Promise<Output>;
}
