/**
 * The error class of the package and its codes. This module is independent of the database.
 *
 * @module
 */

import { types } from "node:util";

/** Why a call failed. docs/errors.md says what to do about each code. */
export type PevensieErrorCode =
  /** `connect()` was called on a driver that is connected or connecting. */
  | "ALREADY_CONNECTED"
  /** The auth or cache was never connected, or has been disconnected. */
  | "NOT_CONNECTED"
  /** An argument is invalid; `field` names it. No SQL was sent. */
  | "INVALID_INPUT"
  /** The metadata codec threw, or the metadata schema refuses the value; `cause` is a {@link WithheldError}. */
  | "INVALID_METADATA"
  /** Another live user has this email. */
  | "EMAIL_TAKEN"
  /** Another live user has this phone number. */
  | "PHONE_NUMBER_TAKEN"
  /** The user to change, or to own the new row, does not exist or is deleted. */
  | "USER_NOT_FOUND"
  /** The user's `bannedUntil` is in the future. */
  | "USER_BANNED"
  /** The token is unknown, used, replaced, deleted, expired, or another user's. */
  | "INVALID_ONE_TIME_TOKEN"
  /** The identity is linked to another live user. */
  | "IDENTITY_TAKEN"
  /** Without what is to be removed, the user could not log in any more. */
  | "LAST_LOGIN_METHOD"
  /** The user's email, password or the like was changed while the call was in progress. Nothing was changed by the call. */
  | "CHANGED_CONCURRENTLY"
  /** Hashing failed, or a stored hash cannot be read. An operator has to investigate. */
  | "PASSWORD_HASH_FAILED"
  /** Too many logins have failed, or a limit of the application's refuses. `retryAfterSeconds` says when the next attempt may be admitted. */
  | "TOO_MANY_ATTEMPTS"
  /** Too many logins, or too many passwords to hash, are queued. Nothing was done, so the call can be repeated later. */
  | "OVERLOADED"
  /** The cache entry holds something else than a whole number, or than the state of a rate limit. Nothing was changed. */
  | "WRONG_VALUE_TYPE"
  /** A constraint without an error code of its own was violated (SQLSTATE class 23). */
  | "CONSTRAINT_VIOLATED"
  /**
   * The server cannot be reached or accepts no writes, or the connection was lost. The statement changed nothing, except perhaps that of
   * `cache.invalidateTags` or `cache.getOrSet`, which can be repeated. Calls that are sent in chunks keep earlier chunks.
   */
  | "CONNECTION_UNAVAILABLE"
  /**
   * No connection was acquired, a lookup was not answered, or a lock was not granted within the configured time, or Postgres cancelled
   * the statement. The statement changed nothing, except perhaps that of `cache.invalidateTags` or `cache.getOrSet`, which can be
   * repeated. Calls that are sent in chunks keep earlier chunks.
   */
  | "TIMEOUT"
  /** A write was sent and its response was lost: it may or may not have taken effect. */
  | "OUTCOME_UNKNOWN"
  /** Any other database error; `cause` has its SQLSTATE. */
  | "DATABASE_ERROR"
  /** Migrations of a module are missing: run `pevensie migrate`. */
  | "SCHEMA_OUTDATED"
  /** The database was migrated by a newer version of this package. */
  | "SCHEMA_TOO_NEW"
  /** The server is older than PostgreSQL 15. */
  | "SERVER_TOO_OLD"
  /** A migration failed; everything was rolled back. */
  | "MIGRATION_FAILED";

/** Options of a {@link PevensieError}. */
export interface PevensieErrorOptions {
  /** The argument or property that was refused. */
  readonly field?: string | undefined;
  /** When to try again, in seconds from now. */
  readonly retryAfterSeconds?: number | undefined;
  /** The underlying error, stripped of values: it never contains a row, a parameter or a secret. */
  readonly cause?: unknown;
}

/** Registered for the whole process, so all installed copies of the package share the symbol. */
const BRAND = Symbol.for("pevensie.PevensieError");

/**
 * The error that every function of this package throws or rejects with. Messages say what to do next and never contain
 * a password, token, cookie, key, hash or email.
 */
export class PevensieError extends Error {
  static {
    // `this`, since esbuild renames a class that names itself: stack traces would show `_PevensieError`.
    // biome-ignore lint/complexity/noThisInStatic: see above
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  override readonly name = "PevensieError";
  /** Why the call failed. Switch on this, not on the message. */
  readonly code: PevensieErrorCode;
  /** The argument or property that was refused, if any. */
  declare readonly field?: string;
  /**
   * When to try again, in seconds, exact to the millisecond: round it up for Retry-After. Set with TOO_MANY_ATTEMPTS.
   */
  declare readonly retryAfterSeconds?: number;

  constructor(code: PevensieErrorCode, message: string, options: PevensieErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.field !== undefined) this.field = options.field;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * Returns whether a value is a {@link PevensieError}. Unlike `instanceof`, it also recognises the errors of another
 * copy of the package, such as one that a dependency installed or a bundler duplicated.
 *
 * @example
 * if (isPevensieError(error) && error.code === "EMAIL_TAKEN") return reply.status(409).send();
 */
export function isPevensieError(value: unknown): value is PevensieError {
  // Not even `instanceof Error`: test runners load copies into realms of their own, each with another Error.
  return types.isNativeError(value) && BRAND in value;
}

/**
 * The `cause` of an INVALID_METADATA error, and of one for a password that `checkPassword` refuses. It replaces the error that the
 * application's code threw, since such an error often quotes the refused value. Its message names only the kind of error, so it can be logged. {@link
 * WithheldError.reveal} returns the original.
 *
 * @example
 * if (isPevensieError(error) && error.cause instanceof WithheldError) inspectLocally(error.cause.reveal());
 */
export class WithheldError extends Error {
  override readonly name = "WithheldError";
  /** Private, because util.inspect prints every property, including non-enumerable ones. */
  readonly #thrown: unknown;

  constructor(thrown: unknown) {
    super(`${kindOf(thrown)}, whose text is withheld: it may quote stored values. Call reveal() for the original.`);
    this.#thrown = thrown;
  }

  /** Returns what was thrown. It may quote values of rows: do not log it or send it to a client. */
  reveal(): unknown {
    return this.#thrown;
  }
}

/** Returns the name of an error's class, or the type of any other value. A thrown value may be a proxy. */
function kindOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return typeof thrown;
    const { name } = thrown.constructor;
    return /^[A-Z]\w{0,60}Error$/.test(name) ? name : "Error";
  } catch {
    return typeof thrown;
  }
}

/** Returns the error of a call before `connect()` or after `disconnect()`. */
export function notConnected(): PevensieError {
  return new PevensieError("NOT_CONNECTED", "Not connected: call connect() first, and nothing after disconnect().");
}

/** Returns the error of a call that was made, or whose statement was to be sent, after its transaction had ended. */
export function transactionEnded(): PevensieError {
  return new PevensieError("NOT_CONNECTED", "The transaction has ended: use the auth outside of it.");
}

/** Returns the error for a user who does not exist or is deleted. */
export function userNotFound(): PevensieError {
  return new PevensieError("USER_NOT_FOUND", "There is no such user, or it is deleted.");
}

/** Returns the error for a user whose ban has not ended. */
export function userBanned(): PevensieError {
  return new PevensieError("USER_BANNED", "The user is banned.");
}

/** Returns the error of a call that began before a change of the user's email, password or the like, and came after it. */
export function changedConcurrently(): PevensieError {
  return new PevensieError(
    "CHANGED_CONCURRENTLY",
    "The user's email, password or the like was changed while this call was in progress. Nothing was changed: check again whether the caller may do this, and repeat the call.",
  );
}

/** Returns an INVALID_INPUT error that names the field. The requirement must not repeat the value. */
export function invalidInput(field: string, requirement: string): PevensieError {
  return new PevensieError("INVALID_INPUT", `${field} ${requirement}`, { field });
}
