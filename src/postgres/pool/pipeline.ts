import { now, setTimer } from "../../timers.js";
import type { Connection } from "../protocol/connection.js";
import { ExtendedQuery, type Rows } from "../protocol/extended-query.js";
import { type Predecessors, sendInOrder } from "../protocol/pg-client.js";
import { failConnection, hasQueuedQuery, onceReadyForQuery, submit } from "../protocol/pg-internals.js";
import { ResponseTimeout } from "../protocol/response-timeout.js";
import type { Statement, Value } from "../protocol/statement.js";
import type { Pool } from "./pool.js";

/** Maximum pipelined connections per operation. */
export const MAX_PIPELINED_CONNECTIONS = 2;

/** How many statements are in flight on one connection: the server always has the next one at hand. */
const DEPTH = 3;

/** What a pipeline carries: single lookups that were batched, or the chunks of bulk calls. */
export type PipelineKind = "lookups" | "bulk";

/**
 * Once the oldest statement in flight is older than this (ms), the connection takes no new ones while another one can. A chunk
 * keeps the server busy so long that a second connection is worth its price from the first one on.
 */
const SLOW_AFTER_MILLIS: Readonly<Record<PipelineKind, number>> = { lookups: 2, bulk: 0 };

/**
 * The connections of one operation, on which a few statements are in flight at a time (PostgreSQL documentation, 54.2.4). A
 * server process that has the next statement in its buffer does not sleep in between; waking it takes longer than looking up
 * a few rows.
 */
export class Pipeline {
  readonly #pool: Pool;
  readonly #slowAfterMillis: number;
  #connections: PipelinedConnection[] = [];
  #isTimed = false;

  constructor(pool: Pool, kind: PipelineKind) {
    this.#pool = pool;
    this.#slowAfterMillis = SLOW_AFTER_MILLIS[kind];
  }

  /** How many statements can be in flight. */
  readonly capacity = DEPTH * MAX_PIPELINED_CONNECTIONS;

  /**
   * How many more statements can be sent now. None while a fast connection is full, although a second one could be opened: the
   * calls that queue go out soon, in a larger batch.
   */
  freeSlots(time: number): number {
    const open = this.#connections.filter((connection) => connection.isOpen);
    const fast = this.#firstFast(open, time);
    if (fast !== undefined) return DEPTH - fast.length;
    if (this.#connections.length < MAX_PIPELINED_CONNECTIONS) return DEPTH;
    return open.reduce((slots, connection) => slots + DEPTH - connection.length, 0);
  }

  /** Calls back once a full connection has become slow: that frees slots without a statement being answered. */
  onceSlow(time: number, listener: () => void): void {
    const fast = this.#firstFast(this.#connections, time);
    if (this.#isTimed || fast === undefined) return;
    this.#isTimed = true;
    const age = Math.max(0, time - fast.since);
    setTimer(
      () => {
        this.#isTimed = false;
        listener();
      },
      Math.floor(this.#slowAfterMillis - age) + 1,
    );
  }

  /** Runs a prepared statement, or returns null if no connection takes it. Throws as `query` does. */
  run<Row>(statement: Statement<never, Row>, values: Value[]): Promise<Rows<Row>> | null {
    return this.#choose()?.run(statement, values) ?? null;
  }

  #choose(): PipelinedConnection | null {
    const open = this.#connections.filter((connection) => connection.isOpen && connection.length < DEPTH);
    const fast = this.#firstFast(open, now());
    if (fast !== undefined) return fast;
    if (this.#connections.length >= MAX_PIPELINED_CONNECTIONS) return leastSlow(open);
    const connection = new PipelinedConnection(this.#pool, () => {
      this.#connections = this.#connections.filter((other) => other !== connection);
    });
    this.#connections.push(connection);
    return connection;
  }

  #firstFast(connections: readonly PipelinedConnection[], time: number): PipelinedConnection | undefined {
    const slowSince = time - this.#slowAfterMillis;
    return connections.find((connection) => connection.since >= slowSince);
  }
}

/** Of slow connections, the one that became slow last: the statement of another one may wait for a lock. */
function leastSlow(connections: readonly PipelinedConnection[]): PipelinedConnection | null {
  let least: PipelinedConnection | null = null;
  for (const connection of connections) if (least === null || connection.since > least.since) least = connection;
  return least;
}

/** A connection, acquired for its first statement and released after its last. */
class PipelinedConnection {
  readonly #pool: Pool;
  readonly #onReleased: () => void;
  readonly #acquired: Promise<Connection>;
  readonly #openedAt = now();
  #connection: Connection | undefined;
  #length = 0;
  /** The queries in flight, oldest first, and those that wait because the connection has not prepared them. */
  readonly #queries: Pick<ExtendedQuery<never>, "callback" | "startedAt" | "isSent" | "sendPipelined">[] = [];

  constructor(pool: Pool, onReleased: () => void) {
    this.#pool = pool;
    this.#onReleased = onReleased;
    this.#acquired = pool.acquire();
  }

  /** How many statements it has taken and not answered. */
  get length(): number {
    return this.#length;
  }

  /** Whether it takes more statements. It is released as soon as possible while there are pending acquires. */
  get isOpen(): boolean {
    return this.#connection === undefined || !(this.#pool.isContended || this.#connection.isDiscarded);
  }

  /** When its oldest statement became the next to be answered; before the connection is acquired, when that began. */
  get since(): number {
    return this.#connection === undefined ? this.#openedAt : (this.#queries[0]?.startedAt ?? Number.POSITIVE_INFINITY);
  }

  async run<Row>(statement: Statement<never, Row>, values: Value[]): Promise<Rows<Row>> {
    this.#length += 1;
    let query: ExtendedQuery<Row> | undefined;
    try {
      const connection = this.#connection ?? (await this.#acquired);
      this.#connection = connection;
      query = new ExtendedQuery<Row>(connection, statement, values, true);
      const predecessors = this.#predecessors;
      this.#queries.push(query);
      // One shared callback: per-statement closures would link statements together and promote them to V8's old generation.
      query.onDone = this.#onDone;
      const result = await sendInOrder(connection, predecessors, query, this.#pool.queryTimeoutMillis);
      this.#pool.succeeded(statement.label, now() - query.startedAt, connection);
      return result;
    } catch (error) {
      // Neither removed by onDone nor timed out: a wrapper of pg's function has refused it.
      const isRefused = query !== undefined && query === this.#queries[0] && !(error instanceof ResponseTimeout);
      if (isRefused) this.#failBehind(error);
      throw error;
    } finally {
      // Before the other queries in flight fail: a retried call must not acquire another lost connection.
      if (this.#connection !== undefined) this.#pool.retirement.afterUse(this.#connection);
      this.#length -= 1;
      if (this.#length === 0) this.#release();
    }
  }

  get #predecessors(): Predecessors {
    const last = this.#queries.at(-1);
    if (last === undefined) return "none";
    return last.isSent ? "sent" : "unsent";
  }

  #release(): void {
    this.#onReleased();
    if (this.#connection !== undefined) this.#pool.release(this.#connection);
  }

  /** Fails the queries behind a refused one: each is submitted when the query before it is done, so none of them would be. */
  #failBehind(error: unknown): void {
    // Some may have been sent, and pg could not assign their responses.
    this.#connection?.close();
    const [, ...behind] = this.#queries.splice(0);
    for (const query of behind) query.callback(error);
  }

  /** Sends the queries that had to wait because the connection had not prepared them, or one before them. */
  #sendWaiting(): void {
    for (const [at, query] of this.#queries.entries()) {
      if (query.isSent) continue;
      if (at > 0) query.sendPipelined();
      if (!query.isSent) return;
    }
  }

  readonly #onDone = (isReady: boolean) => {
    this.#queries.shift();
    const [next] = this.#queries;
    const client = this.#connection?.client;
    if (next === undefined || client === undefined) return;
    // pg refuses queries on a failed connection. Before that it would warn of one that queues behind a foreign one.
    if (next.isSent && hasQueuedQuery(client)) failConnection(client, foreignQuery());
    try {
      submit(client, next);
    } catch (error) {
      // A wrapper of pg's function must not throw into pg, which has called this.
      return next.callback(error);
    }
    this.#sendWaiting();
    const check = () => {
      if (next.isSent && next.startedAt === Number.POSITIVE_INFINITY) failConnection(client, foreignQuery());
    };
    if (isReady) check();
    else onceReadyForQuery(client, check);
  };
}

/**
 * A foreign query between two of ours would be given the response to the second one: everything on the connection fails before
 * that is read. Nothing else has connections of an owned pool, unless pg itself was patched.
 */
function foreignQuery(): Error {
  return new Error("A foreign query was sent between two pipelined ones.");
}
