import { now } from "../../timers.js";
import type { Activity, Connection } from "../protocol/connection.js";

/** Thrown for a connection that was opened before another one was lost, or refused a write as read-only: it is not used again. */
export class OldConnection extends Error {}

/** What {@link Retirement} has to know of its pool. */
export interface RetirementOptions {
  /** The connections in use. */
  readonly acquired: Iterable<Connection>;
  readonly queryTimeoutMillis: number;
  /** Whether only connections to servers that accept writes are acquired. */
  seeksPrimary(): boolean;
  /** Whether a connection leads to a server that the pool seeks. */
  isSuitable(connection: Connection): boolean;
}

/**
 * Decides which connections are not used again although they are open: what ended one may have ended all that were opened before, and each
 * of them would fail a call.
 */
export class Retirement {
  readonly #options: RetirementOptions;
  /** Connections that were opened before this time are not used again. */
  #before = Number.NEGATIVE_INFINITY;
  /** Recorded only where the pool seeks a primary. */
  readonly #activity: Activity = { answeredAt: Number.NEGATIVE_INFINITY };

  constructor(options: RetirementOptions) {
    this.#options = options;
  }

  /** Returns whether a connection was opened after all that were retired. */
  isCurrent({ openedAt }: Connection): boolean {
    return openedAt >= this.#before;
  }

  /**
   * Admits a connection that was acquired.
   *
   * @throws OldConnection, once: a caller's pool may give the same client again
   */
  admit(connection: Connection): void {
    if (!this.isCurrent(connection)) {
      if (!connection.isDiscarded) {
        connection.retire();
        throw new OldConnection();
      }
      // The caller's pool returned it although it was discarded, so it counts as newly opened.
      connection.opened();
    }
    if (this.#options.seeksPrimary()) connection.recordAnswers(this.#activity);
  }

  /**
   * Returns whether a response timeout on a connection is due to an unresponsive server: the pool seeks a primary, and either the connection
   * is older than a loss or a change of the primary, or no statement was answered in the second half of `query_timeout`. Only half, because
   * a statement that was sent before the last answer times out less than `query_timeout` after that answer.
   */
  isUnresponsive(connection: Connection): boolean {
    const { abandonedAt } = connection;
    if (!this.#options.seeksPrimary() || abandonedAt === undefined) return false;
    return (
      !this.isCurrent(connection) || abandonedAt - this.#activity.answeredAt >= this.#options.queryTimeoutMillis / 2
    );
  }

  /**
   * After a statement: retires the connections opened before a loss, or before a response timeout of an unresponsive server. It has to be
   * called before other statements of the connection fail: a retried call must not acquire another lost connection.
   */
  afterUse(connection: Connection): void {
    const { openedAt, lostAt, abandonedAt } = connection;
    const endedAt = lostAt ?? (this.isUnresponsive(connection) ? abandonedAt : undefined);
    if (endedAt !== undefined) this.#retireOpenedBefore(endedAt, openedAt);
  }

  /** Retires the connections opened before a read-only refusal: they may not have reported the setting yet. */
  afterRefusal(connection: Connection): void {
    const { seeksPrimary, isSuitable } = this.#options;
    const isKnown = connection.isReadOnly && isSuitable(connection);
    if (seeksPrimary() && !isKnown) this.#retireOpenedBefore(now(), connection.openedAt);
  }

  /** Retires all connections: the former primary may be gone without closing them. */
  afterPrimaryChange(): void {
    this.#retireOpenedBefore(now(), Number.POSITIVE_INFINITY);
  }

  /**
   * Stops the use of connections opened before a time. Statements in flight on them are answered. The loss of a connection that was
   * already retired retires no newer ones.
   */
  #retireOpenedBefore(time: number, openedAt: number): void {
    if (openedAt < this.#before || time <= this.#before) return;
    this.#before = time;
    for (const connection of this.#options.acquired) if (connection.openedAt < time) connection.retire();
  }
}
