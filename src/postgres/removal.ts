import { setRemovalSettings } from "../../generated/index.js";
import { Later } from "./batcher.js";
import { ignoreError, within } from "./client.js";
import type { Executor } from "./executor.js";
import { prepare } from "./statement.js";

const removalSettings = prepare("setRemovalSettings", setRemovalSettings);

/** How long a removal waits for a lock on its table. It never waits for a locked row. */
const LOCK_TIMEOUT_MILLIS = 10;

/** How long a lookup waits for the removal of what it found expired, the acquisition of a connection included. */
export const REMOVAL_TIMEOUT_MILLIS = 1_000;

/** More rows than this are not queued: a later lookup, or a sweep, removes the others. */
const MAX_ROWS = 4_096;

/** How expired rows of one kind are removed. */
export interface Removal<Row> {
  /** Different for rows that differ: each is removed once, however many lookups have found it. */
  nameOf(row: Row): string;
  /** Removes those of the rows that are still expired and that nobody has locked. */
  remove(transaction: Executor, rows: readonly Row[]): Promise<unknown>;
}

/** Runs some work in a transaction that waits for a connection no longer than {@link REMOVAL_TIMEOUT_MILLIS}. */
type Run = (work: (transaction: Executor) => Promise<void>) => Promise<void>;

interface Batch<Row> {
  readonly rows: Map<string, Row>;
  /** Resolves when the removal has succeeded, failed or timed out. */
  readonly settled: Promise<void>;
}

/**
 * Removes the expired rows that lookups of one kind have found, as far as nothing stands in the way: a lookup must not fail or
 * wait for a lock because of it. One statement is in flight at a time, so that a flood of lookups occupies one connection.
 */
class RemovalQueue<Row> {
  readonly #removal: Removal<Row>;
  readonly #run: Run;
  /** Takes rows until the one before it has ended. */
  #next: Batch<Row> | undefined;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(removal: Removal<Row>, run: Run) {
    this.#removal = removal;
    this.#run = run;
  }

  add(rows: readonly Row[]): Promise<void> {
    this.#next ??= this.#schedule();
    const batch = this.#next;
    for (const row of rows) {
      if (batch.rows.size === MAX_ROWS) break;
      batch.rows.set(this.#removal.nameOf(row), row);
    }
    return batch.settled;
  }

  #schedule(): Batch<Row> {
    const rows = new Map<string, Row>();
    const remove = async () => {
      this.#next = undefined;
      await this.#run(async (transaction) => {
        await transaction.read(removalSettings, { lockTimeoutMillis: LOCK_TIMEOUT_MILLIS });
        await this.#removal.remove(transaction, [...rows.values()]);
      });
    };
    // Whatever keeps the rows from being removed, such as a read-only server, is nothing to who looked for them.
    this.#inFlight = this.#inFlight.then(remove).catch(ignoreError);
    return { rows, settled: within(this.#inFlight, REMOVAL_TIMEOUT_MILLIS).catch(ignoreError) };
  }
}

/** A {@link RemovalQueue} for each kind of rows. */
export class Removals {
  readonly #run: Run;
  readonly #queues = new Map<unknown, RemovalQueue<never>>();

  constructor(run: Run) {
    this.#run = run;
  }

  /** Resolves when the rows were removed, or at the latest after {@link REMOVAL_TIMEOUT_MILLIS}. Never rejects. */
  add<Row>(removal: Removal<Row>, rows: readonly Row[]): Promise<void> {
    let queue = this.#queues.get(removal) as RemovalQueue<Row> | undefined;
    if (queue === undefined) {
      queue = new RemovalQueue(removal, this.#run);
      this.#queues.set(removal, queue as RemovalQueue<never>);
    }
    return queue.add(rows);
  }
}

/** The answer of a lookup that has found an expired row: null, once the row was removed if that can be. */
export function nullAfterRemoval<Row>(executor: Executor, removal: Removal<Row>, rows: readonly Row[]): Later<null> {
  return new Later(executor.removeExpired(removal, rows).then(() => null));
}
