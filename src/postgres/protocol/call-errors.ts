import { PevensieError } from "../../errors/index.js";
import { isReadOnlyRefusal, sqlStateOf } from "./server-errors.js";
import { SqlState } from "./sqlstate.js";

const UNANSWERED: ReadonlySet<string> = new Set(["CONNECTION_UNAVAILABLE", "TIMEOUT", "OUTCOME_UNKNOWN"]);

/** States that become TIMEOUT or OUTCOME_UNKNOWN although the server has answered. */
const ANSWERED_TIMEOUTS: ReadonlySet<string> = new Set([
  SqlState.lockNotAvailable,
  SqlState.queryCanceled,
  SqlState.warning,
]);

/** Returns whether the server did not respond to a statement, or could not be reached. */
export function isUnanswered(error: unknown): error is PevensieError {
  if (!(error instanceof PevensieError && UNANSWERED.has(error.code)) || isReadOnlyRefusal(error)) return false;
  const state = sqlStateOf(error.cause) ?? "";
  // Citus has responded to a commit, during which it has lost a worker. An attempt to connect can fail with this state as well.
  if (error.code === "OUTCOME_UNKNOWN" && state === SqlState.internalError) return false;
  return !ANSWERED_TIMEOUTS.has(state);
}

/**
 * Returns the error for calls that were queued behind one that failed with `error`, and were not sent; undefined if the
 * server responded.
 */
export function overdueErrorOf(error: unknown): PevensieError | undefined {
  if (!isUnanswered(error)) return undefined;
  return new PevensieError(
    "TIMEOUT",
    "Timed out in the queue behind an unresponsive server. Nothing was sent, so the call can be repeated.",
    { cause: error.cause },
  );
}

/** Returns an error whose message names the server that it is from. */
export function withSubject(subject: string, error: unknown): unknown {
  if (!(error instanceof PevensieError)) return error;
  const { code, message, cause, field } = error;
  return new PevensieError(code, `${subject}: ${message}`, { cause, ...(field === undefined ? {} : { field }) });
}
