import type { PostgresPool, PostgresPoolClient } from "../../client.js";
import { PevensieError } from "../../errors/index.js";
import { isPromise } from "../../promise.js";
import { now, onNextTurn, sleep } from "../../timers.js";
import { ignoreError } from "../protocol/connection.js";
import { Deadline } from "../protocol/deadlines.js";
import { sanitizeCause, sqlStateOf, translateConnectError } from "../protocol/errors.js";
import { isClosedByPeer, isPoolTimeout, pendingRequestsOf } from "../protocol/pg-internals.js";
import { SqlState } from "../protocol/sqlstate.js";
import { ConnectTimeout, RefusedParameter, type Servers, UnsuitableServer } from "./servers.js";

/** How long a refused connection is tried again: a server that restarts is back within that time. */
const REFUSED_RETRY_MILLIS = 1_000;
const FIRST_PAUSE_MILLIS = 25;
const LONGEST_PAUSE_MILLIS = 400;

type Cancel = (error: PevensieError) => void;

/**
 * The pending acquires, so that they can be rejected together. Places of an array are reused: a `Set` is
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

/** Thrown for a connection that was opened before another one was lost, or refused a write as read-only: it is not used again. */
export class OldConnection extends Error {}

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
  { timeoutMillis, retryMillis = timeoutMillis, servers, pending = new PendingAcquires() }: AcquireOptions,
  onClient: (client: PostgresPoolClient) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const since = now();
    let lastFailure: unknown;
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
    const deadline = new Deadline(timeoutMillis, () => cancel(acquireError(lastFailure, timeoutMillis, servers)));
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
      let result: T;
      try {
        result = onClient(client);
      } catch (error) {
        (client as Partial<PostgresPoolClient>).release?.(true);
        if (error instanceof OldConnection) return attempt();
        if (error instanceof UnsuitableServer) return again(error);
        settle();
        reject(error);
        return;
      }
      settle();
      resolve(result);
    };
    const remember = (failure: unknown) => {
      lastFailure = moreInformative(lastFailure, failure, servers);
    };
    const fail = (error: unknown) => {
      remember(error);
      // A caller's pool may time out before the driver does.
      cancel(
        isPoolTimeout(error)
          ? acquireTimeout(Math.round(now() - since), EXHAUSTED)
          : acquireError(lastFailure, timeoutMillis, servers),
      );
    };
    const reconnect = () =>
      new Promise<PostgresPoolClient>((connected, failed) => {
        withdraw = request(pool, (error, client) => (client === undefined ? failed(error) : connected(client)));
      });
    const again = (error: unknown) => {
      remember(error);
      const retried = retryConnecting(reconnect, {
        timeoutMillis: retryMillis,
        servers,
        since,
        failures: 1,
        onFailure: remember,
        isCancelled: () => isSettled,
      });
      retried.then(succeed, fail).catch(ignoreError);
    };
    // An ended pool calls back synchronously.
    let withdraw = () => {};
    const attempt = () => {
      withdraw = request(pool, (error, client) => {
        if (client !== undefined) succeed(client);
        else if (isSettled) return;
        else if (retryMillisFor(error, retryMillis, servers) === 0) fail(error);
        else again(error);
      });
    };
    attempt();
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

/**
 * Returns the error of a call whose last attempt to connect has failed. That attempt may reach its own deadline just before. After a
 * RefusedParameter, the attempt without the parameter got no response.
 */
function acquireError(lastFailure: unknown, timeoutMillis: number, servers: Servers): PevensieError {
  if (lastFailure instanceof ConnectTimeout || lastFailure instanceof RefusedParameter) {
    return acquireTimeout(timeoutMillis, NO_RESPONSE);
  }
  return lastFailure === undefined
    ? acquireTimeout(timeoutMillis, `${NO_RESPONSE} ${EXHAUSTED}`)
    : connectError(lastFailure, servers);
}

const NO_RESPONSE = "If no connection can be opened, check the address, and that no firewall drops packets.";
const EXHAUSTED = "If all are in use, raise max, or look for connections that are not released.";

function acquireTimeout(timeoutMillis: number, advice: string): PevensieError {
  return new PevensieError("TIMEOUT", `Timed out after ${timeoutMillis} ms waiting for a connection. ${advice}`);
}

/** Returns the error that callers receive when they could not connect. */
export function connectError(error: unknown, { names }: Servers): PevensieError {
  if (!(error instanceof UnsuitableServer)) return translateConnectError(error, names);
  const among = names === "" ? "" : ` among ${names}`;
  const message = `No suitable server was found${among}: one that was tried ${error.message}. Check which host is the primary, or raise connectionTimeoutMillis.`;
  return new PevensieError("CONNECTION_UNAVAILABLE", message, { cause: sanitizeCause(error) });
}

/** How connecting is tried again. */
export interface ConnectRetries {
  readonly timeoutMillis: number;
  readonly servers: Servers;
  /** When the first attempt began. */
  readonly since?: number;
  /** How many attempts have failed. */
  readonly failures?: number;
  /** Called with the error of each attempt that is not the last. */
  readonly onFailure?: (error: unknown) => void;
  /** Whether the pending acquire has settled. */
  readonly isCancelled?: () => boolean;
}

/**
 * Connects again, with growing pauses once each server was tried: until the timeout while a server reports that it is starting
 * (57P03) or full (53300), is no primary, or closes the connection before it is ready, as a proxy without a server does, and for a second
 * while connections are refused. Where another server may take over, also until the timeout while connections are refused, and while a
 * server shuts down (57P01, 57P02) or is a pooler that refuses the start-up (08P01, 0A000). Nothing has been sent by then, so nothing can
 * happen twice.
 */
export async function retryConnecting<T>(
  connect: () => Promise<T>,
  { timeoutMillis, servers, since = now(), failures = 0, onFailure, isCancelled = () => false }: ConnectRetries,
): Promise<T> {
  let pause = FIRST_PAUSE_MILLIS;
  let reported: unknown;
  for (let failed = failures; ; ) {
    try {
      return await connect();
    } catch (error) {
      failed += 1;
      reported = moreInformative(reported, error, servers);
      const wereAllTried = failed % servers.count === 0;
      const jittered = wereAllTried ? pause * (0.5 + Math.random() / 2) : 0;
      if (now() - since + jittered > retryMillisFor(error, timeoutMillis, servers)) throw reported;
      onFailure?.(error);
      if (wereAllTried) {
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        await sleep(jittered);
      }
      if (isCancelled()) throw reported;
    }
  }
}

/** The server may accept connections soon. */
const NOT_READY: ReadonlySet<string> = new Set([SqlState.cannotConnectNow, SqlState.tooManyConnections]);

/** Only another server can: this one shuts down, or is a pooler that cannot log in to its own (08P01, 0A000). */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  SqlState.adminShutdown,
  SqlState.crashShutdown,
  SqlState.protocolViolation,
  SqlState.featureNotSupported,
]);

/** Node's codes for a server that does not run: for a Unix socket, also that its file does not exist. */
const REFUSED: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOENT"]);

/** Node's codes for a server that cannot be reached at the moment. */
const UNREACHABLE: ReadonlySet<unknown> = new Set([
  ...REFUSED,
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/**
 * Returns the more informative of two failures, for callers. A ConnectTimeout replaces only a RefusedParameter: the next attempt left that
 * parameter out, so the refusal does not explain the failure. An UnsuitableServer is kept over a host that cannot be reached, but not over
 * an error that ends the search.
 */
function moreInformative(before: unknown, failure: unknown, servers: Servers): unknown {
  const isReplaceable = before === undefined || before instanceof RefusedParameter;
  if (failure instanceof ConnectTimeout) return isReplaceable ? failure : before;
  const endsSearch = retryMillisFor(failure, Number.POSITIVE_INFINITY, servers) === 0;
  return before instanceof UnsuitableServer && !endsSearch ? before : failure;
}

/** Returns for how long connecting is tried again after an error. */
function retryMillisFor(error: unknown, timeoutMillis: number, { count, seeksPrimary }: Servers): number {
  if ([UnsuitableServer, RefusedParameter, ConnectTimeout].some((kind) => error instanceof kind)) return timeoutMillis;
  if (isClosedByPeer(error)) return timeoutMillis;
  const state = sqlStateOf(error);
  // Behind the name of one host, a proxy's or one in DNS, there may be several servers.
  const mayChange = count > 1 || seeksPrimary;
  if (state !== undefined) {
    return NOT_READY.has(state) || (mayChange && UNAVAILABLE.has(state)) ? timeoutMillis : 0;
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (mayChange) return UNREACHABLE.has(code) ? timeoutMillis : 0;
  return REFUSED.has(code) ? Math.min(REFUSED_RETRY_MILLIS, timeoutMillis) : 0;
}
