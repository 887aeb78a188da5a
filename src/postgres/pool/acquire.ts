import type { PevensieError } from "../../errors/index.js";
import type { PostgresPool, PostgresPoolClient } from "../../pg-interface.js";
import { ignoreError, isPromise } from "../../promise.js";
import { now, onNextTurn } from "../../timers.js";
import { Deadline } from "../protocol/deadlines.js";
import { isPoolTimeout, pendingRequestsOf } from "../protocol/pg-internals.js";
import { acquireError, poolTimeout, UnsuitableServer } from "./connect-errors.js";
import { moreInformative, retryConnecting, retryMillisFor } from "./connect-retries.js";
import { OldConnection } from "./retirement.js";
import type { Servers } from "./servers.js";

/** A call that waits for a client. */
interface Cancellable {
  cancel(error: PevensieError): void;
}

/**
 * The pending acquires, so that they can be rejected together. Places of an array are reused: a `Set` is
 * rehashed as it grows, and V8 keeps what the former table refers to until the old generation is collected.
 */
export class PendingAcquires {
  readonly #places: (Cancellable | undefined)[] = [];
  readonly #free: number[] = [];

  /** Returns the place, for {@link remove}. */
  add(acquire: Cancellable): number {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = acquire;
    return place;
  }

  remove(place: number): void {
    this.#places[place] = undefined;
    this.#free.push(place);
  }

  rejectAll(error: PevensieError): void {
    for (const acquire of this.#places) acquire?.cancel(error);
  }
}

/** How a client is acquired. */
export interface AcquireOptions {
  readonly timeoutMillis: number;
  /** For how long connecting is tried again, in milliseconds. Default: `timeoutMillis`. */
  readonly retryMillis?: number | undefined;
  readonly servers: Servers;
  readonly pending?: PendingAcquires;
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
  options: AcquireOptions,
  onClient: (client: PostgresPoolClient) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    new PendingAcquire(pool, options, onClient, resolve, reject).attempt();
  });
}

/** The withdrawal of a request that an ended pool has answered synchronously. */
const withdrawNothing = () => {};

/** A call of {@link acquire}, until it is settled. Others cancel it through {@link PendingAcquires}. */
class PendingAcquire<T> implements Cancellable {
  readonly #pool: PostgresPool;
  readonly #timeoutMillis: number;
  readonly #retryMillis: number;
  readonly #servers: Servers;
  readonly #pending: PendingAcquires;
  readonly #onClient: (client: PostgresPoolClient) => T;
  readonly #resolve: (result: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #since = now();
  readonly #deadline: Deadline;
  readonly #place: number;
  #isSettled = false;
  #lastFailure: unknown;
  #withdraw: () => void = withdrawNothing;

  constructor(
    pool: PostgresPool,
    { timeoutMillis, retryMillis = timeoutMillis, servers, pending = new PendingAcquires() }: AcquireOptions,
    onClient: (client: PostgresPoolClient) => T,
    resolve: (result: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#pool = pool;
    this.#timeoutMillis = timeoutMillis;
    this.#retryMillis = retryMillis;
    this.#servers = servers;
    this.#pending = pending;
    this.#onClient = onClient;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#deadline = new Deadline(timeoutMillis, () => this.cancel(this.#error()));
    this.#place = pending.add(this);
  }

  /** Requests a client. A first failure is followed by retries where one may help. */
  attempt(): void {
    this.#withdraw = request(this.#pool, (error, client) => {
      if (client !== undefined) this.#succeed(client);
      else if (this.#isSettled) return;
      else if (retryMillisFor(error, this.#retryMillis, this.#servers) === 0) this.#fail(error);
      else this.#retry(error);
    });
  }

  cancel(error: PevensieError): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#withdraw();
    this.#reject(error);
  }

  #settle(): void {
    this.#isSettled = true;
    this.#deadline.cancel();
    this.#pending.remove(this.#place);
  }

  #succeed(client: PostgresPoolClient): void {
    // A client that comes too late for this call is released. On the next turn, since releasing serves the next request
    // synchronously: many of them would nest.
    if (this.#isSettled) {
      client.on("error", ignoreError);
      onNextTurn(() => {
        client.off("error", ignoreError);
        client.release();
      });
      return;
    }
    let result: T;
    try {
      result = this.#onClient(client);
    } catch (error) {
      (client as Partial<PostgresPoolClient>).release?.(true);
      if (error instanceof OldConnection) this.attempt();
      else if (error instanceof UnsuitableServer) this.#retry(error);
      else {
        this.#settle();
        this.#reject(error);
      }
      return;
    }
    this.#settle();
    this.#resolve(result);
  }

  #fail(error: unknown): void {
    this.#remember(error);
    // A caller's pool may time out before the driver does.
    this.cancel(isPoolTimeout(error) ? poolTimeout(Math.round(now() - this.#since)) : this.#error());
  }

  #retry(error: unknown): void {
    this.#remember(error);
    const retried = retryConnecting(() => this.#reconnect(), {
      timeoutMillis: this.#retryMillis,
      servers: this.#servers,
      since: this.#since,
      failures: 1,
      onFailure: (failure) => this.#remember(failure),
      isCancelled: () => this.#isSettled,
    });
    retried
      .then(
        (client) => this.#succeed(client),
        (failure: unknown) => this.#fail(failure),
      )
      .catch(ignoreError);
  }

  #reconnect(): Promise<PostgresPoolClient> {
    return new Promise((connected, failed) => {
      this.#withdraw = request(this.#pool, (error, client) =>
        client === undefined ? failed(error) : connected(client),
      );
    });
  }

  #remember(failure: unknown): void {
    this.#lastFailure = moreInformative(this.#lastFailure, failure, this.#servers);
  }

  #error(): PevensieError {
    return acquireError(this.#lastFailure, this.#timeoutMillis, this.#servers);
  }
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
  let waiting: OnConnection | undefined = onConnection;
  const answerOnce: OnConnection = (error, client) => {
    const answered = waiting;
    // pg-pool's request for a client, which V8 may allocate in its old generation, must not keep the caller in memory.
    waiting = undefined;
    answered?.(error, client);
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
