import { PevensieError, type PevensieErrorCode } from "../../errors/index.js";
import { isUnsent } from "./pg-internals.js";
import { ResponseTimeout } from "./response-timeout.js";
import { sanitizeCause } from "./sanitize.js";
import { CancelledReplicationWait, isConnectionLoss, isReadOnlyRefusal, sqlStateOf } from "./server-errors.js";
import { Constraint, SqlState, SqlStateClass } from "./sqlstate.js";

/** `idempotent`: a lookup or an idempotent write, which can be sent again. `once`: the loss of its response is an ambiguous outcome. */
export type StatementKind = "idempotent" | "once";

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
  if (error instanceof ResponseTimeout) return unanswered(error, kind);
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

/** What a timeout means depends on the statement's kind. */
function unanswered({ milliseconds }: ResponseTimeout, kind: StatementKind): PevensieError {
  return kind === "idempotent"
    ? new PevensieError(
        "TIMEOUT",
        `Postgres did not answer within ${milliseconds} ms. Look for locks and slow statements, or raise query_timeout.`,
      )
    : new PevensieError(
        "OUTCOME_UNKNOWN",
        `Postgres did not answer within ${milliseconds} ms. Check whether the write took effect before repeating it.`,
      );
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

/** Returns the message for missing tables or migrations. */
export function schemaOutdatedMessage(modules: readonly string[] = ["auth", "cache"], schema = "pevensie"): string {
  const option = schema === "pevensie" ? "" : optionOf(schema);
  return `The database lacks migrations of this version: run "npx pevensie migrate --apply${option} ${modules.join(" ")}".`;
}

/** Returns the option for a schema in a command. A shell must neither split the name nor execute anything in it. */
function optionOf(schema: string): string {
  return /^\w[\w.-]*$/.test(schema) ? ` --schema ${schema}` : ` --schema='${schema.replaceAll("'", "'\\''")}'`;
}
