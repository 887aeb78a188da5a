import { isPevensieError, type PevensieErrorCode } from "../errors/index.js";
import type { HeaderList } from "./request.js";

/** Typed by all codes: one without a status does not compile. */
const STATUSES: Readonly<Record<PevensieErrorCode, number>> = {
  INVALID_INPUT: 400,
  INVALID_ONE_TIME_TOKEN: 400,
  USER_BANNED: 403,
  USER_NOT_FOUND: 404,
  EMAIL_TAKEN: 409,
  PHONE_NUMBER_TAKEN: 409,
  IDENTITY_TAKEN: 409,
  LAST_LOGIN_METHOD: 409,
  CHANGED_CONCURRENTLY: 409,
  CONSTRAINT_VIOLATED: 409,
  TOO_MANY_ATTEMPTS: 429,
  // An application's own: its codec, its rows, its configuration, its database.
  INVALID_METADATA: 500,
  PASSWORD_HASH_FAILED: 500,
  WRONG_VALUE_TYPE: 500,
  DATABASE_ERROR: 500,
  ALREADY_CONNECTED: 500,
  SCHEMA_OUTDATED: 500,
  SCHEMA_TOO_NEW: 500,
  SERVER_TOO_OLD: 500,
  MIGRATION_FAILED: 500,
  // Not 503, after which clients repeat a request: this one may have taken effect.
  OUTCOME_UNKNOWN: 500,
  // A process that starts or stops has no connection.
  NOT_CONNECTED: 503,
  OVERLOADED: 503,
  CONNECTION_UNAVAILABLE: 503,
  TIMEOUT: 503,
};

/**
 * Returns the HTTP status for an error of the package: see docs/errors.md. For another error that has a `status` or `statusCode` from
 * 400 to 599, such as that of a body parser, returns that one, as Express and Fastify do; for any other value 500.
 */
export function httpStatusOf(error: unknown): number {
  if (isPevensieError(error)) return statusOf(error.code);
  if (!(error instanceof Error)) return 500;
  const { status, statusCode = status } = error as { readonly status?: unknown; readonly statusCode?: unknown };
  return typeof statusCode === "number" && Number.isInteger(statusCode) && statusCode >= 400 && statusCode <= 599
    ? statusCode
    : 500;
}

/** An error may come from a newer copy of the package, with a code that this one does not know. */
function statusOf(code: PevensieErrorCode): number {
  return Object.hasOwn(STATUSES, code) ? STATUSES[code] : 500;
}

/**
 * Returns the headers that belong to an error's response: `Retry-After` in whole seconds, rounded up, if the error says when to try again.
 * A list as `new Headers(…)` takes it; empty for other errors.
 */
export function httpHeadersOf(error: unknown): HeaderList {
  if (!isPevensieError(error) || error.retryAfterSeconds === undefined) return [];
  return [["Retry-After", String(Math.ceil(error.retryAfterSeconds))]];
}
