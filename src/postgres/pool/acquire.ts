import pg from "pg";
import type { PostgresPool, PostgresPoolClient } from "../../client.js";
import { PevensieError } from "../../errors/index.js";
import { isPromise } from "../../promise.js";
import { now, onNextTurn, sleep } from "../../timers.js";
import { ignoreError } from "../protocol/connection.js";
import { deadlineIn } from "../protocol/deadlines.js";
import { sqlStateOf, translateConnectError } from "../protocol/errors.js";
import { destroyStream, pendingRequestsOf } from "../protocol/pg-internals.js";
import { SqlState } from "../protocol/sqlstate.js";

/** How long a refused connection is tried again: a server that restarts is back within that time. */
const REFUSED_RETRY_MILLIS = 1_000;
const FIRST_PAUSE_MILLIS = 25;
const LONGEST_PAUSE_MILLIS = 400;

type Cancel = (error: PevensieError) => void;

/**
 * The calls that wait for a connection, so that they can be rejected together. Places of an array are reused: a `Set` is
 * rehashed as it grows, and V8 keeps what the former table refers to until the old generation is collected.
 */
export class PendingAcquires {
  readonly #places: (Cancel | undefined)[] = [];
  readonly #free: number[] = [];

  /** Returns the place, for {@link remove}. */
  add(cancel: Cancel): number {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = cancel;
    return place;
  }

  remove(place: number): void {
    this.#places[place] = undefined;
    this.#free.push(place);
  }

  rejectAll(error: PevensieError): void {
    for (const cancel of this.#places) cancel?.(error);
  }
}

/**
 * Acquires a client from a pool. A call whose first attempt succeeds, as most do, costs one promise and one deadline.
 *
 * @param onClient - called synchronously, before anything else can happen to the client; returns the result, or throws for a client
 * that cannot be used
 * @throws PevensieError CONNECTION_UNAVAILABLE; TIMEOUT when no client becomes available in time
 */
export function acquire<T>(
  pool: PostgresPool,
  timeoutMillis: number,
  onClient: (client: PostgresPoolClient) => T,
  pending = new PendingAcquires(),
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
      deadline.cancel();
      pending.remove(place);
    };
    const cancel = (error: PevensieError) => {
      if (isSettled) return;
      settle();
      withdraw();
      reject(error);
    };
    const deadline = deadlineIn(timeoutMillis, () => cancel(acquireTimeout(timeoutMillis)));
    const place = pending.add(cancel);
    const succeed = (client: PostgresPoolClient) => {
      // A client that comes too late for this call is released. On the next turn, since releasing serves the next request
      // synchronously: many of them would nest.
      if (isSettled) {
        client.on("error", ignoreError);
        onNextTurn(() => {
          client.off("error", ignoreError);
          client.release();
        });
        return;
      }
      settle();
      try {
        resolve(onClient(client));
      } catch (error) {
        (client as Partial<PostgresPoolClient>).release?.(true);
        reject(error);
      }
    };
    const fail = (error: unknown) => {
      cancel(isExhaustion(error, pool) ? acquireTimeout(timeoutMillis) : translateConnectError(error));
    };
    const reconnect = () =>
      new Promise<PostgresPoolClient>((connected, failed) => {
        withdraw = request(pool, (error, client) => (client === undefined ? failed(error) : connected(client)));
      });
    // An ended pool calls back synchronously.
    let withdraw = () => {};
    withdraw = request(pool, (error, client) => {
      if (client !== undefined) succeed(client);
      else if (isSettled) return;
      else if (retryMillisFor(error, timeoutMillis) === 0) fail(error);
      else retryConnecting(reconnect, timeoutMillis).then(succeed, fail).catch(ignoreError);
    });
  });
}

type OnConnection = (error: unknown, client?: PostgresPoolClient) => void;

/** pg's form of `connect` with a callback. Others return a promise all the same. */
interface CallbackPool {
  connect(callback: OnConnection): unknown;
}

/**
 * Requests a client from a pool and returns a function that withdraws the request. pg-pool has none: a request that nobody
 * waits for any more would stay in its queue, and have connections opened.
 */
function request(pool: PostgresPool, onConnection: OnConnection): () => void {
  const queue = pendingRequestsOf(pool);
  const before = queue.length;
  let isAnswered = false;
  const answerOnce: OnConnection = (error, client) => {
    if (isAnswered) return;
    isAnswered = true;
    onConnection(error, client);
  };
  const answer = (pool as CallbackPool).connect(answerOnce);
  // A wrapper of pg's may do both, and resolve with undefined.
  if (isPromise(answer)) {
    answer.then((client) => client && answerOnce(undefined, client as PostgresPoolClient), answerOnce);
  }
  if (queue.length === before) return () => {};
  const pending = queue.at(-1);
  return () => {
    const at = queue.indexOf(pending);
    if (at !== -1) queue.splice(at, 1);
  };
}

/**
 * Returns the client class for owned pools, which limits the time to connect by this package's timers. Those of pg and pg-pool
 * end connections whose answer a blocked event loop has not read yet, and do not fire under an application's fake timers.
 */
export function clientWithin(timeoutMillis: number): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      const deadline = deadlineIn(timeoutMillis, () => destroyStream(this));
      this.once("connect", deadline.cancel).once("end", deadline.cancel);
    }
  };
}

function acquireTimeout(timeoutMillis: number): PevensieError {
  return new PevensieError(
    "TIMEOUT",
    `Timed out after ${timeoutMillis} ms waiting for a connection. Raise max, or look for connections that are not released.`,
  );
}

/** pg-pool's own timeout has no code. While every connection is in use, an error without one can be nothing else. */
function isExhaustion(error: unknown, pool: PostgresPool): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === undefined && (pool.totalCount ?? 0) >= (pool.options?.max ?? Number.POSITIVE_INFINITY);
}

/**
 * Connects again, with growing pauses: until the timeout while the server reports that it is starting (57P03) or full (53300),
 * and for a second while connections are refused. Nothing has been sent by then, so nothing can happen twice.
 */
export async function retryConnecting<T>(connect: () => Promise<T>, timeoutMillis: number): Promise<T> {
  const start = now();
  for (let pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS)) {
    try {
      return await connect();
    } catch (error) {
      const retryMillis = retryMillisFor(error, timeoutMillis);
      const jittered = pause * (0.5 + Math.random() / 2);
      if (now() - start + jittered > retryMillis) throw error;
      await sleep(jittered);
    }
  }
}

/** Returns for how long connecting is tried again after an error. */
function retryMillisFor(error: unknown, timeoutMillis: number): number {
  const state = sqlStateOf(error);
  if (state === SqlState.cannotConnectNow || state === SqlState.tooManyConnections) return timeoutMillis;
  const code = (error as { code?: unknown } | null)?.code;
  return code === "ECONNREFUSED" ? Math.min(REFUSED_RETRY_MILLIS, timeoutMillis) : 0;
}
