import { getPrimaryPosition } from "#generated/statements.js";
import { ignoreError } from "../../../promise.js";
import { now } from "../../../timers.js";
import type { Executor } from "../../execution/executor.js";
import { withTimeout } from "../../protocol/deadlines.js";

/** A new position is requested once the latest one is older than this part of the bound: replicas then lag by up to the rest. */
const RENEWAL_SHARE = 0.25;

/** A position of this part of the bound shows that a replica lags. While lookups go on, the oldest one is older. */
const LAG_SHARE = 0.5;

/** A position in the WAL. */
export interface Position {
  /** In bytes from the beginning of the WAL. */
  readonly position: string;
  /** The timeline of the primary, as in the names of WAL files. */
  readonly timeline: string;
}

interface TakenPosition extends Position {
  /** A time before the position was read, by the clock of this process, in milliseconds. */
  readonly takenAt: number;
}

/** A position within the bound. */
export interface BoundedPosition extends Position {
  /** Whether a replica that has not replayed it lags by most of the bound. It may lag by less if the position is new. */
  readonly showsLag: boolean;
}

/**
 * How far the primary had written its WAL, at some times not long ago. A replica that has replayed up to one of these positions shows
 * everything that was committed before that time. Unlike times of commits, positions depend on no server's clock, and do not age
 * while nothing is written.
 */
export class PrimaryPositions {
  readonly #read: (params: undefined) => Promise<readonly Position[]>;
  readonly #maxAgeMillis: number;
  /** In the order of their times. */
  #known: readonly TakenPosition[] = [];
  #request: Promise<void> | undefined;

  /** @param primary - an executor for calls that were admitted */
  constructor(primary: Executor, maxAgeMillis: number) {
    this.#read = primary.batch({
      mode: "unbatched",
      one: (executor, params) => executor.read(getPrimaryPosition, params),
    });
    this.#maxAgeMillis = maxAgeMillis;
  }

  /**
   * Returns the oldest position that is within the bound now; null if there is none. Rejects if the primary does not answer within the
   * bound.
   */
  async oldest(): Promise<BoundedPosition | null> {
    this.#forget();
    const latest = this.#known.at(-1);
    if (latest === undefined) {
      // A later answer is older than the bound. The search for a new primary would use up the time of the call, which goes there next.
      await withTimeout(this.#renew(), this.#maxAgeMillis);
      this.#forget();
    } else if (now() - latest.takenAt > this.#maxAgeMillis * RENEWAL_SHARE) {
      // Without a response, a later call finds no position within the bound, and waits for one.
      this.#renew().catch(ignoreError);
    }
    const [oldest] = this.#known;
    if (oldest === undefined) return null;
    const { position, timeline, takenAt } = oldest;
    return { position, timeline, showsLag: now() - takenAt > this.#maxAgeMillis * LAG_SHARE };
  }

  #forget(): void {
    const earliest = now() - this.#maxAgeMillis;
    if (this.#known[0] !== undefined && this.#known[0].takenAt < earliest) {
      this.#known = this.#known.filter(({ takenAt }) => takenAt >= earliest);
    }
  }

  #renew(): Promise<void> {
    this.#request ??= this.#ask().finally(() => {
      this.#request = undefined;
    });
    return this.#request;
  }

  async #ask(): Promise<void> {
    const takenAt = now();
    const [row] = await this.#read(undefined);
    if (row !== undefined) this.#known = [...this.#known, { takenAt, ...row }];
  }
}
