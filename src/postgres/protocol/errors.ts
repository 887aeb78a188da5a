import { PevensieError, type PevensieErrorCode } from "../../errors/index.js";
import { isUnsent } from "./pg-internals.js";
import { Constraint, SqlState, SqlStateClass } from "./sqlstate.js";

/** `idempotent`: a lookup or an idempotent write, which can be sent again. `once`: the loss of its response is an ambiguous outcome. */
export type StatementKind = "idempotent" | "once";

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

/** States in which the server has not executed the statement, and closes the connection. */
const REFUSED_BEFORE_EFFECT: ReadonlySet<string> = new Set([
  SqlState.adminShutdown,
  SqlState.cannotConnectNow,
  SqlState.idleSessionTimeout,
  SqlState.idleInTransactionSessionTimeout,
  SqlState.transactionTimeout,
]);

const SCHEMA_MISSING: ReadonlySet<string> = new Set([
  SqlState.undefinedTable,
  SqlState.undefinedColumn,
  SqlState.undefinedFunction,
  SqlState.undefinedObject,
  SqlState.invalidSchemaName,
]);

/**
 * Returns the error of a statement in the form that callers receive.
 *
 * @param schema - the schema of the driver, which the message for missing tables names
 */
export function translateStatementError(error: unknown, kind: StatementKind, schema?: string): PevensieError {
  if (error instanceof PevensieError) return error;
  const cause = sanitizeCause(error);
  const state = sqlStateOf(error);
  if (isConnectionLoss(error)) {
    const isRefused = state === undefined ? isUnsent(error) : REFUSED_BEFORE_EFFECT.has(state);
    if (isRefused) {
      return new PevensieError(
        "CONNECTION_UNAVAILABLE",
        "The connection to Postgres was lost; the statement changed nothing.",
        { cause },
      );
    }
    return kind === "once"
      ? new PevensieError(
          "OUTCOME_UNKNOWN",
          "The connection was lost before the answer to a write came. Check whether it took effect before you repeat it.",
          { cause },
        )
      : new PevensieError("CONNECTION_UNAVAILABLE", "The connection to Postgres was lost. The call can be repeated.", {
          cause,
        });
  }
  if (error instanceof CancelledReplicationWait) {
    return new PevensieError(
      "OUTCOME_UNKNOWN",
      "The write is committed on the primary, but its wait for a standby was cancelled, so a fail-over may lose it. Check whether it took effect before you repeat it.",
      { cause },
    );
  }
  if (isReadOnlyRefusal(error)) {
    return new PevensieError(
      "CONNECTION_UNAVAILABLE",
      "The server accepts no writes: it is a standby, or read-only by a setting. The statement changed nothing, so the call can be repeated.",
      { cause },
    );
  }
  const [code, message] = describe(state as string, constraintOf(error), schema);
  return new PevensieError(code, message, { cause });
}

const KNOWN = `(${Object.values(Constraint).join("|")})(?:_\\d+)?`;
const IS_KNOWN = new RegExp(`^${KNOWN}$`);
const NAMES_KNOWN = new RegExp(`(?<!\\w)${KNOWN}(?!\\w)`);

/**
 * Returns the name of a violated constraint. Citus adds the number of the shard, as in `user_email_unique_idx_102008`. Of an error of
 * another node it passes on the message, and not the field with the name.
 */
function constraintOf(error: unknown): string | undefined {
  const { constraint, message = "" } = error as { constraint?: string; message?: string };
  const known = constraint === undefined ? NAMES_KNOWN.exec(message) : IS_KNOWN.exec(constraint);
  return known?.[1] ?? constraint;
}

function describe(
  state: string,
  constraint: string | undefined,
  schema: string | undefined,
): readonly [PevensieErrorCode, string] {
  if (state === SqlState.uniqueViolation && constraint === Constraint.email) {
    return ["EMAIL_TAKEN", "Another user has this email."];
  }
  if (state === SqlState.uniqueViolation && constraint === Constraint.phoneNumber) {
    return ["PHONE_NUMBER_TAKEN", "Another user has this phone number."];
  }
  if (state.startsWith(SqlStateClass.integrityConstraintViolation)) {
    return ["CONSTRAINT_VIOLATED", `The database refused the change: constraint ${constraint ?? "unknown"}.`];
  }
  if (state === SqlState.queryCanceled) {
    return [
      "TIMEOUT",
      "Postgres cancelled the statement, by a timeout of its own or by request; the statement changed nothing.",
    ];
  }
  if (state === SqlState.lockNotAvailable) {
    return [
      "TIMEOUT",
      "Timed out waiting for a lock that another transaction holds. The statement changed nothing, so the call can be repeated.",
    ];
  }
  if (SCHEMA_MISSING.has(state)) return ["SCHEMA_OUTDATED", schemaOutdatedMessage(undefined, schema)];
  return ["DATABASE_ERROR", `Postgres answered with an error (SQLSTATE ${state}); its cause has the details.`];
}

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

/** Returns the message for missing tables or migrations. */
export function schemaOutdatedMessage(modules: readonly string[] = ["auth", "cache"], schema = "pevensie"): string {
  const option = schema === "pevensie" ? "" : optionOf(schema);
  return `The database lacks migrations of this version: run "npx pevensie migrate --apply${option} ${modules.join(" ")}".`;
}

/** Returns the option for a schema in a command. A shell must neither split the name nor execute anything in it. */
function optionOf(schema: string): string {
  return /^\w[\w.-]*$/.test(schema) ? ` --schema ${schema}` : ` --schema='${schema.replaceAll("'", "'\\''")}'`;
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

/**
 * Returns the error of an attempt to connect, or to acquire a connection from the pool.
 *
 * @param servers - their names, if the configuration lists any
 */
export function translateConnectError(error: unknown, servers = ""): PevensieError {
  if (error instanceof PevensieError) return error;
  const at = servers === "" ? "" : ` (${servers})`;
  const state = sqlStateOf(error);
  const message =
    state === undefined
      ? `Postgres cannot be reached${at}: check that it runs, and the address, TLS settings, user, password and database.`
      : `Postgres${at} refused the connection (SQLSTATE ${state}); the cause says why.${adviceOn(state)}`;
  return new PevensieError("CONNECTION_UNAVAILABLE", message, { cause: sanitizeCause(error) });
}

function adviceOn(state: string): string {
  const isAboutLogin =
    state.startsWith(SqlStateClass.invalidAuthorization) || state.startsWith(SqlStateClass.invalidCatalogName);
  return isAboutLogin ? " Check the user, password and database." : "";
}

/** The parts of a database error that are safe to log: never `detail`, `where` or `query`, which contain values. */
export interface DatabaseErrorCause extends Error {
  /** SQLSTATE, or Node's code of a socket error. */
  readonly code?: string;
  readonly severity?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly routine?: string;
}

/**
 * Classes whose messages describe only the server, the connection or the schema. Others may contain values: data
 * exceptions, violated constraints, errors that a trigger raises.
 */
const SAFE_CLASSES: ReadonlySet<string> = new Set([
  "01",
  "08",
  "0A",
  "25",
  "26",
  "28",
  "3D",
  "3F",
  "40",
  "42",
  "53",
  "54",
  "55",
  "57",
  "58",
  "XX",
]);

const SAFE_PROPERTIES = ["code", "severity", "schema", "table", "column", "constraint", "routine"] as const;

/** Returns the error without anything that may contain a value of a row or a parameter. */
export function sanitizeCause(error: unknown): DatabaseErrorCause {
  const source = (error ?? {}) as Partial<Record<(typeof SAFE_PROPERTIES)[number], unknown>> & { message?: unknown };
  const state = sqlStateOf(error);
  const withheld = state !== undefined && !SAFE_CLASSES.has(state.slice(0, 2));
  const message = withheld ? `SQLSTATE ${state}` : String(source.message || source.code || "unknown error");
  const cause = new Error(message);
  cause.name = state === undefined ? "ConnectionError" : "DatabaseError";
  for (const property of SAFE_PROPERTIES) {
    const value = source[property];
    if (typeof value === "string") Object.defineProperty(cause, property, { value, enumerable: true });
  }
  return cause;
}
