import type { TransactionClient } from "../../transaction-client.js";
import type { PipelineKind } from "../pool/pipeline.js";
import type { Statement } from "../protocol/statement.js";

/** Runs reads. */
export type Reader = Pick<Executor, "read">;

/** Work that a caller takes part in: calls on the transaction's executor, and SQL of the caller's own. */
export type InteractiveWork<T> = (transaction: Executor, client: TransactionClient) => Promise<T>;

/** Runs statements for the drivers: on a pool, or in a transaction. */
export interface Executor {
  /** How many statements can be in flight. */
  readonly maxInFlight: number;
  /** Whether Citus distributes the schema, where some writes take several statements. */
  readonly isDistributed: boolean;
  /** Runs a lookup. It is retried after the loss of a connection. */
  read<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
  /**
   * Runs a write that may be executed twice. It is retried after the loss of a connection: the server may execute the first copy after the
   * second.
   *
   * @param again - returns the parameters of a retry. Default: they are the same
   */
  writeIdempotent<Params, Row>(statement: Statement<Params, Row>, params: Params, again?: () => Params): Promise<Row[]>;
  /** Runs a statement that must not be executed twice. Without a response, it is not known whether it took effect. */
  write<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
  /**
   * Runs a write that locks a row and compares it with its snapshot, which shows what the statement has waited for. That needs READ
   * COMMITTED, and a single attempt: a retry would have a later snapshot.
   *
   * @throws PevensieError CHANGED_CONCURRENTLY if the server aborts it for the sake of another transaction
   */
  compareAndWrite<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
  /**
   * Runs a write at READ COMMITTED, for rows that many callers change concurrently. At a stricter level, each write that has waited
   * for another change of its row fails with 40001, and may fail so on each of its attempts.
   */
  writeReadCommitted<Params, Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
  /** Runs several statements in one transaction: all of them take effect, or none. */
  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T>;
  /**
   * Runs a transaction that a caller takes part in, with a client for the caller's own SQL.
   *
   * @param client - a client of the caller's to run it on; undefined acquires a connection
   */
  interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T>;
  /**
   * Changes rows that a lookup has found, such as expired ones, unless something prevents it: a lock, a read-only server, a pool
   * without a free connection. Does nothing in a transaction. Never rejects, and resolves within a second.
   */
  maintain<Row>(kind: RowMaintenance<Row>, rows: readonly Row[]): Promise<void>;
  /** Returns a function that performs one call of an operation, together with others made at the same time where possible. */
  batch<Input, Output>(operation: BatchedOperation<Input, Output>): (input: Input) => Promise<Output>;
}

/** A change to rows that lookups have found. It is best effort, and no lookup fails without it. */
export interface RowMaintenance<Row> {
  /** Identifies a row: it is changed once, however many lookups have found it. */
  keyOf(row: Row): string;
  /** Changes those of the rows that still need it and are not locked. */
  run(transaction: Executor, rows: readonly Row[]): Promise<unknown>;
}

/** A result that is not known when the statement is answered. Its call waits for it; the other calls of the statement do not. */
export class DeferredResult<Output> {
  constructor(readonly output: Promise<Output>) {}
}

/** Returns the result of a call that fails. The no-op handler prevents an unhandled rejection: the batcher awaits the result later. */
export function failed(error: unknown): DeferredResult<never> {
  const output = Promise.reject(error);
  output.catch(() => {});
  return new DeferredResult(output);
}

/** What a statement yields for one call. */
export type Result<Output> = Output | DeferredResult<Output>;

/** Returned for a call that the statement did not apply: the batcher queues it again, before later calls with its conflict key. */
export const NOT_APPLIED = Symbol("not applied");

/** What a statement for many calls yields for one of them. */
export type BatchResult<Output> = Result<Output> | typeof NOT_APPLIED;

/** Returns the output of a result, once it is known. */
export function outputOf<Output>(result: Result<Output>): Output | Promise<Output> {
  return result instanceof DeferredResult ? result.output : result;
}

/**
 * Over which connections an operation's statements are sent. Lookups and bulk reads are pipelined. A write that waits for a lock, and
 * a large answer in transit, would delay the statements behind them: those are sent on connections of their own. `sequences` run several
 * statements one after the other on one connection. `unbatched` calls share no statement.
 */
export type DispatchMode = PipelineKind | "writes" | "large-answers" | "sequences" | "unbatched";

/** One kind of call, as a statement for a single call and as a statement for many. */
export interface BatchedOperation<Input, Output> {
  readonly mode: DispatchMode;
  /** @param lockTimeoutMillis - for writes: how long the statement waits for a locked row; without it, as long as it must */
  one(executor: Executor, input: Input, lockTimeoutMillis?: number): Promise<Result<Output>>;
  /** Returns the results in the order of the inputs. Absent where every call is large enough to be a statement of its own. */
  many?(
    executor: Executor,
    inputs: readonly Input[],
    lockTimeoutMillis?: number,
  ): Promise<readonly BatchResult<Output>[]>;
  /**
   * Calls with the same conflict key take effect in the order in which they were made: they are never in flight in two
   * statements. Different keys may share a number.
   */
  conflictKeyOf?(input: Input): number;
  /** Returns how much text a call sends or receives, where that can be much: it bounds the batch. */
  payloadSizeOf?(input: Input): number;
}
