import type { Statement } from "./statement.js";

/** What the drivers need of a database. A pool has it, and so has a transaction. */
export interface Executor {
  /** Runs a statement that changes nothing: it is run again where the connection was lost. */
  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
  /** Runs a statement that changes something; where its answer is lost, it may or may not have taken effect. */
  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
  /** Runs several statements in one transaction: all of them take effect, or none. */
  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T>;
}
