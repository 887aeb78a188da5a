import { now, sleep } from "../../timers.js";
import { isClosedByPeer } from "../protocol/pg-internals.js";
import { sqlStateOf } from "../protocol/server-errors.js";
import { SqlState } from "../protocol/sqlstate.js";
import { ConnectTimeout, RefusedParameter, UnsuitableServer } from "./connect-errors.js";
import type { Servers } from "./servers.js";

/** How long a refused connection is tried again: a server that restarts is back within that time. */
const REFUSED_RETRY_MILLIS = 1_000;
const FIRST_PAUSE_MILLIS = 25;
const LONGEST_PAUSE_MILLIS = 400;

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
export function moreInformative(before: unknown, failure: unknown, servers: Servers): unknown {
  const isReplaceable = before === undefined || before instanceof RefusedParameter;
  if (failure instanceof ConnectTimeout) return isReplaceable ? failure : before;
  const endsSearch = retryMillisFor(failure, Number.POSITIVE_INFINITY, servers) === 0;
  return before instanceof UnsuitableServer && !endsSearch ? before : failure;
}

/** Returns for how long connecting is tried again after an error. */
export function retryMillisFor(error: unknown, timeoutMillis: number, { count, seeksPrimary }: Servers): number {
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
