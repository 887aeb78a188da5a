import { setRemovalSettings } from "#generated/statements.js";
import { ignoreError } from "../protocol/connection.js";
import { withTimeout } from "../protocol/pg-client.js";
import { DeferredResult, type Executor, type ExpiredRows } from "./executor.js";

/** How long a deletion waits for a lock on its table, in milliseconds. It never waits for a locked row. */
const TABLE_LOCK_TIMEOUT_MILLIS = 10;

/** How long a lookup waits for the deletion of expired rows, including the time to acquire a connection. */
export const DELETION_WAIT_MILLIS = 1_000;

/** More rows than this are not queued: a later lookup, or a sweep, deletes the others. */
const MAX_ROWS = 4_096;

/** Runs some work in a transaction that waits for a connection no longer than {@link DELETION_WAIT_MILLIS}. */
type RunTransaction = (work: (transaction: Executor) => Promise<void>) => Promise<void>;

interface Batch<Row> {
  readonly rows: Map<string, Row>;
  /** Resolves when the deletion has succeeded, failed or timed out. */
  readonly settled: Promise<void>;
}

/**
 * Deletes the expired rows of one kind that lookups have found, if nothing prevents it: a lookup must neither fail nor wait for a
 * lock because of that. One statement is in flight at a time, so a flood of lookups occupies one connection.
 */
class DeletionQueue<Row> {
  readonly #kind: ExpiredRows<Row>;
  readonly #run: RunTransaction;
  /** Accepts rows until the batch before it has ended. */
  #next: Batch<Row> | undefined;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(kind: ExpiredRows<Row>, run: RunTransaction) {
    this.#kind = kind;
    this.#run = run;
  }

  add(rows: readonly Row[]): Promise<void> {
    this.#next ??= this.#schedule();
    const batch = this.#next;
    for (const row of rows) {
      if (batch.rows.size === MAX_ROWS) break;
      batch.rows.set(this.#kind.keyOf(row), row);
    }
    return batch.settled;
  }

  #schedule(): Batch<Row> {
    const rows = new Map<string, Row>();
    const run = async () => {
      this.#next = undefined;
      await this.#run(async (transaction) => {
        await transaction.read(setRemovalSettings, { lockTimeoutMillis: TABLE_LOCK_TIMEOUT_MILLIS });
        await this.#kind.delete(transaction, [...rows.values()]);
      });
    };
    // What prevents the deletion, such as a read-only server, does not concern the lookup.
    this.#inFlight = this.#inFlight.then(run).catch(ignoreError);
    return { rows, settled: withTimeout(this.#inFlight, DELETION_WAIT_MILLIS).catch(ignoreError) };
  }
}

/** The {@link DeletionQueue} of each kind of rows. */
export class ExpiredRowDeletions {
  readonly #run: RunTransaction;
  readonly #queues = new Map<unknown, DeletionQueue<never>>();

  constructor(run: RunTransaction) {
    this.#run = run;
  }

  /** Resolves when the rows were deleted, at the latest after {@link DELETION_WAIT_MILLIS}. Never rejects. */
  add<Row>(kind: ExpiredRows<Row>, rows: readonly Row[]): Promise<void> {
    let queue = this.#queues.get(kind) as DeletionQueue<Row> | undefined;
    if (queue === undefined) {
      queue = new DeletionQueue(kind, this.#run);
      this.#queues.set(kind, queue as DeletionQueue<never>);
    }
    return queue.add(rows);
  }
}

/** Returns the result of a lookup that has found expired rows: null, once they were deleted if possible. */
export function nullAfterDeletion<Row>(
  executor: Executor,
  kind: ExpiredRows<Row>,
  rows: readonly Row[],
): DeferredResult<null> {
  return new DeferredResult(executor.deleteExpired(kind, rows).then(() => null));
}
