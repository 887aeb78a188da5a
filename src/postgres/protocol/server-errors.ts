import { PevensieError } from "../../errors/index.js";
import { SqlState, SqlStateClass } from "./sqlstate.js";

/** Returns the SQLSTATE of an error that the server reported; undefined for errors of the connection. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  const severity = (error as { severity?: unknown } | null)?.severity;
  return typeof code === "string" && typeof severity === "string" ? code : undefined;
}

/** Returns the server's error: of a PevensieError, its cause. */
export function serverErrorOf(error: unknown): unknown {
  return error instanceof PevensieError ? error.cause : error;
}

/** Returns whether the error means that the connection is lost and must not be used again. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === undefined || state.startsWith(SqlStateClass.connectionException) || LOST.has(state);
}

const LOST: ReadonlySet<string> = new Set([
  SqlState.adminShutdown,
  SqlState.crashShutdown,
  SqlState.cannotConnectNow,
  SqlState.idleSessionTimeout,
  SqlState.idleInTransactionSessionTimeout,
  SqlState.transactionTimeout,
]);

/** The server's message for the missing type of a parameter. It is an internal error, and so not translated. */
const MISSING_TYPE = /^cache lookup failed for type \d+$/;

/**
 * Returns whether a prepared statement no longer fits its tables: they were altered ("cached plan must not change result type"), or
 * dropped and created again, and with them the type of a parameter.
 */
export function isStalePlan(error: unknown): boolean {
  const { routine, message } = (error ?? {}) as { routine?: unknown; message?: unknown };
  const state = sqlStateOf(error);
  if (state === SqlState.internalError) return MISSING_TYPE.test(String(message));
  return state === SqlState.featureNotSupported && routine === "RevalidateCachedQuery";
}

/**
 * Functions of the server that report 0A000 during recovery: for `begin read write`, and for an unlogged table. Unlike the
 * message, their names are not translated.
 */
const REFUSING_DURING_RECOVERY: ReadonlySet<unknown> = new Set(["call_bool_check_hook", "get_relation_info"]);

/** Returns whether the server changed nothing because it is a standby, or read-only by a setting. */
export function isReadOnlyRefusal(error: unknown): boolean {
  const cause = serverErrorOf(error);
  const state = sqlStateOf(cause);
  if (state === SqlState.readOnlyTransaction) return true;
  const { routine } = (cause ?? {}) as { routine?: unknown };
  return state === SqlState.featureNotSupported && REFUSING_DURING_RECOVERY.has(routine);
}

/** Error classes that the values of one row can cause. The whole statement fails with such an error. */
const ROW_CLASSES: ReadonlySet<string> = new Set(["21", "22", "23", "44", "54", "P0"]);

/** A row that several calls of a batch share, and that cannot be copied for each of them. A call on its own needs no copy. */
export class UncopyableRow extends Error {}

/** Returns whether a statement over many rows failed because of the values of one row. */
export function isFaultOfOneRow(error: unknown): boolean {
  if (error instanceof UncopyableRow) return true;
  const state = sqlStateOf(serverErrorOf(error));
  return state !== undefined && ROW_CLASSES.has(state.slice(0, 2));
}

/** The server's message for a cancellation without a reason, in English. */
const CANCELLED_BY_REQUEST = "canceling statement due to user request";

/**
 * Returns whether a statement changed nothing because it timed out waiting for a lock. If the lock is granted at the moment of the
 * timeout, the server reports a cancellation by request (57014) instead of a lock timeout (55P03).
 */
export function isLockTimeout(error: unknown): boolean {
  const cause = serverErrorOf(error);
  const state = sqlStateOf(cause);
  if (state === SqlState.lockNotAvailable) return true;
  return state === SqlState.queryCanceled && (cause as { message?: unknown }).message === CANCELLED_BY_REQUEST;
}

/** Returns whether a pooler has refused a parameter of the start-up: PgBouncer with 08P01, the RDS Proxy with 0A000. */
export function isRefusedParameter(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === SqlState.protocolViolation || state === SqlState.featureNotSupported;
}

/**
 * The error of a write that is committed on the server, whose wait for a synchronous standby was cancelled: the server reports
 * success, and a warning.
 */
export class CancelledReplicationWait extends Error {
  readonly code = SqlState.warning;
  readonly severity = "WARNING";
  override readonly message = "canceling wait for synchronous replication";
}
