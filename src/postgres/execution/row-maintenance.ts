import { setRemovalSettings } from "#generated/statements.js";
import { ignoreError } from "../../promise.js";
import { now } from "../../timers.js";
import { withTimeout } from "../protocol/deadlines.js";
import { isReadOnlyRefusal } from "../protocol/server-errors.js";
import { DeferredResult, type Executor, type RowMaintenance } from "./executor.js";

/** How long maintenance waits for a lock on its table, in milliseconds. It never waits for a locked row. */
const TABLE_LOCK_TIMEOUT_MILLIS = 10;

/** How long a lookup waits for maintenance, including the time to acquire a connection. */
export const MAINTENANCE_WAIT_MILLIS = 1_000;

/** A read-only server, such as a standby, refuses every attempt: for this long none is made. */
const READ_ONLY_PAUSE_MILLIS = 10_000;

/** More rows than this are not queued: a later lookup, or a sweep, takes care of the others. */
const MAX_ROWS = 4_096;

/** Runs some work in a transaction that waits for a connection no longer than {@link MAINTENANCE_WAIT_MILLIS}. */
type RunTransaction = (work: (transaction: Executor) => Promise<void>) => Promise<void>;

interface Batch<Row> {
  readonly rows: Map<string, Row>;
  /** Resolves when the statement has succeeded, failed or timed out. */
  readonly settled: Promise<void>;
}

/**
 * Changes rows that lookups have found, such as expired ones, if nothing prevents it: a lookup must neither fail nor wait for a
 * lock because of that. One statement is in flight at a time, so a flood of lookups occupies one connection.
 */
class MaintenanceQueue<Row> {
  readonly #kind: RowMaintenance<Row>;
  readonly #run: RunTransaction;
  /** Accepts rows until the batch before it has ended. */
  #next: Batch<Row> | undefined;
  #inFlight: Promise<void> = Promise.resolve();
  #pausedUntil = 0;

  constructor(kind: RowMaintenance<Row>, run: RunTransaction) {
    this.#kind = kind;
    this.#run = run;
  }

  add(rows: readonly Row[]): Promise<void> {
    if (this.#pausedUntil > 0 && now() < this.#pausedUntil) return Promise.resolve();
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
        await transaction.writeIdempotent(setRemovalSettings, { lockTimeoutMillis: TABLE_LOCK_TIMEOUT_MILLIS });
        await this.#kind.run(transaction, [...rows.values()]);
      });
    };
    // What prevents it, such as a read-only server, does not concern the lookup.
    this.#inFlight = this.#inFlight.then(run).catch((error: unknown) => {
      if (isReadOnlyRefusal(error)) this.#pausedUntil = now() + READ_ONLY_PAUSE_MILLIS;
    });
    return { rows, settled: withTimeout(this.#inFlight, MAINTENANCE_WAIT_MILLIS).catch(ignoreError) };
  }
}

/** The {@link MaintenanceQueue} of each kind of rows. */
export class MaintenanceQueues {
  readonly #run: RunTransaction;
  readonly #queues = new Map<unknown, MaintenanceQueue<never>>();

  constructor(run: RunTransaction) {
    this.#run = run;
  }

  /** Resolves when the rows were changed, at the latest after {@link MAINTENANCE_WAIT_MILLIS}. Never rejects. */
  add<Row>(kind: RowMaintenance<Row>, rows: readonly Row[]): Promise<void> {
    let queue = this.#queues.get(kind) as MaintenanceQueue<Row> | undefined;
    if (queue === undefined) {
      queue = new MaintenanceQueue(kind, this.#run);
      this.#queues.set(kind, queue as MaintenanceQueue<never>);
    }
    return queue.add(rows);
  }
}

/** Returns the result of a lookup that has found expired rows: null, once they were deleted if possible. */
export function nullAfterDeletion<Row>(
  executor: Executor,
  kind: RowMaintenance<Row>,
  rows: readonly Row[],
): DeferredResult<null> {
  return new DeferredResult(executor.maintain(kind, rows).then(() => null));
}
