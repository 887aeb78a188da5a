import { setTimeout as sleep } from "node:timers/promises";
import { sqlStateOf } from "./errors.js";
import { SqlState } from "./sqlstate.js";

/** Nothing listens: either a server that restarts, which is soon back, or none at all, which is soon told. */
const REFUSED_PATIENCE_MS = 1_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;

/**
 * Tries to connect again, with growing pauses, while the server says that it is not ready (57P03) or full (53300), until
 * the deadline; and for a second while nothing listens. Nothing has been sent by then, so nothing can happen twice.
 */
export async function retryConnecting<T>(connect: () => Promise<T>, timeoutMillis: number): Promise<T> {
  const start = performance.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await connect();
    } catch (error) {
      const patience = patienceFor(error, timeoutMillis);
      const jittered = pause * (0.5 + Math.random() / 2);
      if (performance.now() - start + jittered > patience) throw error;
      await sleep(jittered);
    }
  }
}

function patienceFor(error: unknown, timeoutMillis: number): number {
  const state = sqlStateOf(error);
  if (state === SqlState.cannotConnectNow || state === SqlState.tooManyConnections) return timeoutMillis;
  const code = (error as { code?: unknown } | null)?.code;
  return code === "ECONNREFUSED" ? Math.min(REFUSED_PATIENCE_MS, timeoutMillis) : 0;
}
