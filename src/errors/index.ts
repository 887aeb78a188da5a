/**
 * The one error class of the package and its codes. Nothing here knows of a database.
 *
 * @module
 */

/** Why a call failed. docs/errors.md says what to do about each. */
export type PevensieErrorCode =
  /** `connect()` was called on a driver that is connected, or is connecting. */
  | "ALREADY_CONNECTED"
  /** The auth or cache is not connected: it never was, or it has been disconnected. */
  | "NOT_CONNECTED"
  /** An argument is not acceptable; `field` names it. No SQL was sent. */
  | "INVALID_INPUT"
  /** The metadata codec refused a value, on its way in or out; `cause` is a {@link WithheldError}. */
  | "INVALID_METADATA"
  /** Another live user has this email. */
  | "EMAIL_TAKEN"
  /** Another live user has this phone number. */
  | "PHONE_NUMBER_TAKEN"
  /** The user to be changed, or to own the new row, does not exist or is deleted. */
  | "USER_NOT_FOUND"
  /** The user's `bannedUntil` lies in the future. */
  | "USER_BANNED"
  /** The token is unknown, used, replaced, deleted, expired, or another user's. */
  | "INVALID_ONE_TIME_TOKEN"
  /** Hashing failed, or a stored hash cannot be read: an operator has to look. */
  | "PASSWORD_HASH_FAILED"
  /** Too many logins have failed. `retryAfterSeconds` says when the next one may be admitted. */
  | "TOO_MANY_ATTEMPTS"
  /** Too many passwords wait to be hashed: nothing was done, and later it may be. */
  | "OVERLOADED"
  /** A constraint other than the ones with a code of their own (SQLSTATE class 23). */
  | "CONSTRAINT_VIOLATED"
  /** The server cannot be reached, or went away before the statement took effect. */
  | "CONNECTION_UNAVAILABLE"
  /** No connection, or no answer to a read, within the configured time. */
  | "TIMEOUT"
  /** A write was sent, its answer was lost: it may or may not have taken effect. */
  | "OUTCOME_UNKNOWN"
  /** Any other error of the database; `cause` has its SQLSTATE. */
  | "DATABASE_ERROR"
  /** The migrations of a module are missing: run `pevensie migrate`. */
  | "SCHEMA_OUTDATED"
  /** The database was migrated by a newer version of this package. */
  | "SCHEMA_TOO_NEW"
  /** The server is older than PostgreSQL 15. */
  | "SERVER_TOO_OLD"
  /** A migration failed; everything was rolled back. */
  | "MIGRATION_FAILED";

/** What a {@link PevensieError} may carry beside its code and message. */
export interface PevensieErrorOptions {
  /** Which argument or property was refused. */
  readonly field?: string | undefined;
  /** When to try again, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** What the driver saw, freed of values: never a row, a parameter or a secret. */
  readonly cause?: unknown;
}

/** Registered for the whole process: every installed copy of the package has the same symbol. */
const BRAND = Symbol.for("pevensie.PevensieError");

/**
 * The error that every function of this package throws or rejects with. Messages say what to do next and
 * never carry a password, token, cookie, key, hash or email.
 */
export class PevensieError extends Error {
  static {
    Object.defineProperty(PevensieError.prototype, BRAND, { value: true });
  }

  override readonly name = "PevensieError";
  /** Why the call failed; switch on this, not on the message. */
  readonly code: PevensieErrorCode;
  /** Which argument or property was refused, if one was. */
  readonly field?: string;
  /** When to try again, in seconds, exact to the millisecond: round it up for Retry-After. Set with TOO_MANY_ATTEMPTS. */
  readonly retryAfterSeconds?: number;

  constructor(code: PevensieErrorCode, message: string, options: PevensieErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.field !== undefined) this.field = options.field;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * Returns whether a value is a {@link PevensieError}. Unlike `instanceof`, it also recognises the errors of another copy of the
 * package, such as one that a dependency installed or a bundler duplicated.
 *
 * @example
 * if (isPevensieError(error) && error.code === "EMAIL_TAKEN") return reply.status(409).send();
 */
export function isPevensieError(value: unknown): value is PevensieError {
  return value instanceof Error && BRAND in value;
}

/**
 * The `cause` of an INVALID_METADATA error, in place of what the application's codec threw: such an error often quotes the
 * value that it refuses. Its message names the kind of error alone, so it can be logged. {@link WithheldError.reveal}
 * returns the original.
 *
 * @example
 * if (isPevensieError(error) && error.cause instanceof WithheldError) inspectLocally(error.cause.reveal());
 */
export class WithheldError extends Error {
  override readonly name = "WithheldError";
  /** Private, since util.inspect shows every property, also one that is not enumerable. */
  readonly #thrown: unknown;

  constructor(thrown: unknown) {
    super(`${kindOf(thrown)}, whose text is withheld: it may quote stored values. Call reveal() for the original.`);
    this.#thrown = thrown;
  }

  /** Returns what was thrown. It may quote values of rows: do not log it, or send it to a client. */
  reveal(): unknown {
    return this.#thrown;
  }
}

/** The name of an error's class, or the type of any other value. What was thrown may be a proxy, or have no constructor. */
function kindOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return typeof thrown;
    const { name } = thrown.constructor;
    return /^[A-Z]\w{0,60}Error$/.test(name) ? name : "Error";
  } catch {
    return typeof thrown;
  }
}

/** What is told to whoever uses something before it is connected, or after it was disconnected. */
export function notConnected(): PevensieError {
  return new PevensieError("NOT_CONNECTED", "Not connected: call connect() first, and nothing after disconnect().");
}

/** What is reported for whatever is called in a transaction, or sent for such a call, after the transaction's end. */
export function transactionEnded(): PevensieError {
  return new PevensieError("NOT_CONNECTED", "The transaction has ended: use the auth outside of it.");
}

/** An INVALID_INPUT error that names the field; the message must not repeat the value. */
export function invalidInput(field: string, requirement: string): PevensieError {
  return new PevensieError("INVALID_INPUT", `${field} ${requirement}`, { field });
}
