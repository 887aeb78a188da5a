import { PevensieError } from "../../errors/index.js";
import { ResponseTimeout } from "../protocol/response-timeout.js";
import {
  isConnectionLoss,
  isReadOnlyRefusal,
  isStalePlan,
  serverErrorOf,
  sqlStateOf,
} from "../protocol/server-errors.js";
import { SqlState } from "../protocol/sqlstate.js";
import type { StatementKind } from "../protocol/statement-errors.js";

/** How often a statement or transaction is tried that the server aborts for the sake of another one (40001, 40P01). */
export const MAX_ATTEMPTS = 4;

const ABORTED_FOR_ANOTHER: ReadonlySet<string> = new Set([SqlState.serializationFailure, SqlState.deadlockDetected]);

/** What a server, or a pooler before it, answers when it does not know a prepared statement, or knows another by that name. */
const NAMES_UNSUPPORTED: ReadonlySet<string> = new Set([
  SqlState.invalidStatementName,
  SqlState.duplicatePreparedStatement,
]);

/** An attempt to run a statement that failed. */
export interface Attempt {
  readonly kind: StatementKind;
  /** 1 for the first one. */
  readonly number: number;
  /** How often the statement is tried if the server aborts it for the sake of another one. */
  readonly maxAttempts: number;
  /** Whether the statement was prepared under its name. */
  readonly isNamed: boolean;
  /** Whether an earlier attempt was `retry-elsewhere`. */
  readonly isElsewhere: boolean;
  /** Whether the pool connects to servers that accept writes only. */
  readonly seeksPrimary: boolean;
  /** Whether the server seems unresponsive, and another one could take over. */
  readonly isUnresponsive: boolean;
}

/**
 * `retry-without-names`: the pool no longer uses statement names. `retry-elsewhere`: retry once on another connection, because this one was
 * lost, refuses writes, or timed out on an unresponsive server.
 */
export type Decision = "fail" | "retry" | "retry-without-names" | "retry-elsewhere";

/** Decides what follows when a statement outside a transaction fails. */
export function afterStatement(error: unknown, attempt: Attempt): Decision {
  if (isAbortedForAnother(error)) return attempt.number < attempt.maxAttempts ? "retry" : "fail";
  // A PevensieError is final: this package threw it, not pg.
  if (!attempt.isElsewhere && !(error instanceof PevensieError)) {
    const isUnusable = error instanceof ResponseTimeout ? attempt.isUnresponsive : isConnectionLoss(error);
    if (attempt.kind === "idempotent" && isUnusable) return "retry-elsewhere";
    if (attempt.seeksPrimary && isReadOnlyRefusal(error)) return "retry-elsewhere";
  }
  return afterSequence(error, attempt);
}

/** Decides what follows when a sequence of reads fails: it is repeated if a prepared statement may be the reason. */
export function afterSequence(
  error: unknown,
  { number, isNamed }: Pick<Attempt, "number" | "isNamed">,
): Exclude<Decision, "retry-elsewhere"> {
  if (number > 1 || !isNamed) return "fail";
  const state = sqlStateOf(error);
  if (state !== undefined && NAMES_UNSUPPORTED.has(state)) return "retry-without-names";
  return isStalePlan(error) ? "retry" : "fail";
}

/** Decides what follows when a transaction fails. */
export function afterTransaction(
  error: unknown,
  { number, maxAttempts }: Pick<Attempt, "number" | "maxAttempts">,
): "fail" | "retry" {
  return isAbortedForAnother(error) && number < maxAttempts ? "retry" : "fail";
}

/** Returns whether the server has aborted a statement or transaction for the sake of another one. */
export function isAbortedForAnother(error: unknown): boolean {
  const state = sqlStateOf(serverErrorOf(error));
  return state !== undefined && ABORTED_FOR_ANOTHER.has(state);
}
