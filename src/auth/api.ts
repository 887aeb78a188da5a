import type { PevensieError } from "../errors/index.js";
import type { EventListener } from "../events.js";
import type { RemoveExpiredOptions } from "../input/values.js";
import type { Json } from "../json.js";
import type { AuthDriver, OneTimeTokenType, RemovedRows, TransactionClient } from "./driver.js";
import type { LogInLimits } from "./log-in-budgets.js";
import type { Session } from "./session.js";
import type { MetadataCodec, User } from "./user.js";

/**
 * Options of {@link createAuth}. `userMetadata` is required unless M is {@link Json}: only a codec can turn stored JSON
 * into another type.
 */
export type AuthOptions<M> = BaseAuthOptions<M> &
  ([M, Json] extends [Json, M] ? unknown : { readonly userMetadata: MetadataCodec<M> });

interface BaseAuthOptions<M> {
  /** Stores users, sessions and tokens. `createAuthDriver` of `pevensie/postgres` returns one. */
  readonly driver: AuthDriver;
  /**
   * Signs session cookies. Each key has at least 32 bytes, such as `openssl rand -base64 32` prints. In a list, the
   * first key signs and all verify. To rotate keys, put the new key first.
   */
  readonly cookieKey: string | readonly string[];
  /** Validates and converts user metadata. Default, if M is Json: any JSON, unchanged. */
  readonly userMetadata?: MetadataCodec<M> | undefined;
  /** Bounds on concurrent password hashing. */
  readonly passwordHashing?: PasswordHashingOptions | undefined;
  /** Limits on failed logins; false disables them. Default: see {@link LogInLimits}. */
  readonly logInLimits?: LogInLimits | false | undefined;
  /** Receives events. Its errors are ignored. */
  readonly onEvent?: EventListener | undefined;
}

/**
 * Bounds on argon2, each run of which takes 19 MiB and a processor for some 20 ms. Logins have one queue, new passwords
 * (sign-up, change, reset) another. While both are queued they share the slots evenly, so neither can starve the other.
 */
export interface PasswordHashingOptions {
  /**
   * Maximum number of concurrent runs. Default: the number of processors, at most 4 (the size of Node's thread pool).
   */
  readonly maxConcurrent?: number | undefined;
  /** Maximum number of queued calls of either kind. Further calls are refused with OVERLOADED. Default: 1,000. */
  readonly maxQueued?: number | undefined;
}

/** An auth that is not connected. Its type has no function but `connect`. */
export interface DisconnectedAuth<M = Json> {
  /**
   * Connects to the server and checks its schema.
   *
   * @throws ALREADY_CONNECTED, CONNECTION_UNAVAILABLE, SCHEMA_OUTDATED with the command to run
   */
  connect(): Promise<Auth<M>>;
}

/** Options of {@link AuthFunctions.listUsers}. */
export interface ListUsersOptions {
  /** Maximum number of users, 0 to 10,000. Default: 100. */
  readonly limit?: number | undefined;
  /** Number of users to skip. Default: 0. */
  readonly offset?: number | undefined;
  /**
   * Patterns in which `%` matches any text, `_` matches any character, and `\` escapes the next character. A user
   * matches if any pattern of any field matches; an empty list matches no user. Default: every user.
   */
  readonly filters?: UserFilters | undefined;
  /**
   * Called for each user whose metadata cannot be decoded; the page leaves these users out. Default: the first one
   * fails the call with INVALID_METADATA.
   */
  readonly onInvalidMetadata?: ((userId: string, error: PevensieError) => void) | undefined;
}

/** Patterns by field. A user matches when any of them does. */
export interface UserFilters {
  readonly id?: readonly string[] | undefined;
  readonly email?: readonly string[] | undefined;
  readonly phoneNumber?: readonly string[] | undefined;
}

/** A new user. */
export interface CreateUserOptions<M> {
  readonly email: string;
  /** 8 to 1,024 characters. With null, the user cannot log in with a password. */
  readonly password: string | null;
  readonly userMetadata: M;
  readonly role?: string | null | undefined;
  readonly phoneNumber?: string | null | undefined;
}

/** Changes to a user. An absent key leaves the value unchanged; null clears it. */
export interface UserUpdate<M> {
  readonly role?: string | null | undefined;
  /** A changed email is unconfirmed, unless the same update confirms it. It voids one-time tokens. */
  readonly email?: string | undefined;
  readonly emailConfirmedAt?: Date | null | undefined;
  /** A changed number is unconfirmed, unless the same update confirms it. */
  readonly phoneNumber?: string | null | undefined;
  readonly phoneNumberConfirmedAt?: Date | null | undefined;
  /** Ends every session and voids one-time tokens. */
  readonly password?: string | null | undefined;
  readonly lastSignIn?: Date | null | undefined;
  readonly appMetadata?: Json | undefined;
  readonly userMetadata?: M | undefined;
  /** A date in the future ends every session and voids one-time tokens. */
  readonly bannedUntil?: Date | null | undefined;
}

/** Options of {@link AuthFunctions.setUserPassword}. */
export interface SetPasswordOptions {
  /** A session that the change does not end, such as that of the current request. */
  readonly keepSessionId?: string | undefined;
}

/** The client that presents a session, or to which a session is bound. */
export interface ClientDescription {
  /** An IPv4 or IPv6 address, in any notation. */
  readonly ip?: string | null | undefined;
  /**
   * The request's `User-Agent` header, of any length. Only its first 1,024 characters are stored and compared, so a
   * longer header matches a session that was created with it.
   */
  readonly userAgent?: string | null | undefined;
}

export interface CreateSessionOptions extends ClientDescription {
  readonly userId: string;
  /**
   * Time to live in seconds, 1 to 3,155,760,000. **Default: none. Without it, or with null, the session never
   * expires**: it lasts until it is deleted or its user loses access. Set it wherever a person logs in (OWASP ASVS
   * 7.3.2).
   */
  readonly ttlSeconds?: number | null | undefined;
  /** Ends every other session of the user. Default: false. */
  readonly deleteOtherSessions?: boolean | undefined;
}

export interface LogInOptions extends ClientDescription {
  readonly email: string;
  readonly password: string;
  /**
   * The id of the session that the request presented, as `validateSessionCookie` returned it. A successful login ends
   * that session (OWASP ASVS 7.2.4), even if it belongs to another user, since several people may share a browser.
   * Null, an unknown id and text that is not an id end nothing. Default: none.
   */
  readonly replaceSessionId?: string | null | undefined;
  /**
   * Whether the session is bound to `ip` and `userAgent`, so that it is found only if the same are presented. With
   * false, `ip` serves only the limits on failed logins, and `getSession(id)` finds the session from anywhere. Default:
   * true.
   */
  readonly bindSession?: boolean | undefined;
}

/** Options of {@link AuthFunctions.getUserByEmailAndPassword}. */
export interface PasswordCheckOptions {
  /** The client's address, as for `logInUser`. */
  readonly ip?: string | null | undefined;
}

/** Options of {@link AuthFunctions.resetPassword}. */
export interface ResetPasswordOptions {
  /** A token of the type "password-reset". */
  readonly token: string;
  /** The new password, 8 to 1,024 characters. */
  readonly password: string;
  /**
   * The client's address, IPv4 or IPv6. It becomes a known address: see `logInLimits`. Without it, failures at that
   * address before the reset still count there.
   */
  readonly ip?: string | null | undefined;
}

/** Options of {@link AuthFunctions.withTransaction}. */
export interface WithTransactionOptions {
  /**
   * The caller's own `pg` client to run on. If it is in a transaction, the work runs in that transaction, between a
   * savepoint and its release. Meanwhile the client's `statement_timeout` is at most the driver's `query_timeout`, so
   * that the server cancels longer statements and the client stays usable. Default: a connection of the driver's.
   */
  readonly client?:
    | {
        /** Runs a statement, as `pg` does. */
        query(text: string, values?: unknown[]): unknown;
      }
    | undefined;
}

/** The user and the purpose of a one-time token. */
export interface OneTimeTokenOwner {
  readonly userId: string;
  readonly tokenType: OneTimeTokenType;
}

/** A new one-time token. */
export interface CreateOneTimeTokenOptions extends OneTimeTokenOwner {
  /** Time to live in seconds, 1 to 3,155,760,000. */
  readonly ttlSeconds: number;
}

/** A one-time token that a user presents. */
export interface OneTimeTokenOptions extends OneTimeTokenOwner {
  readonly token: string;
}

/**
 * Users, sessions, cookies and one-time tokens.
 *
 * Every function may reject with INVALID_INPUT naming the `field`, before any SQL is sent; with NOT_CONNECTED after
 * {@link Auth.disconnect}; and with CONNECTION_UNAVAILABLE, TIMEOUT or DATABASE_ERROR. Functions that change something
 * may reject with OUTCOME_UNKNOWN if the response was lost. The errors documented at a function come in addition. An id
 * that is not a UUID is treated as unknown, without a query.
 */
export interface Auth<M = Json> extends AuthFunctions<M> {
  /** Drains calls in flight and closes the driver's connections. Idempotent. */
  disconnect(): Promise<DisconnectedAuth<M>>;
  /** Disconnects at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The functions of an {@link Auth}, which are also available inside {@link AuthFunctions.withTransaction}. */
export interface AuthFunctions<M = Json> {
  /** Returns live users that match the filters, oldest first. @throws INVALID_METADATA */
  listUsers(options?: ListUsersOptions): Promise<User<M>[]>;
  /** Returns the user with this id. @throws INVALID_METADATA */
  getUserById(userId: string): Promise<User<M> | null>;
  /** Returns the user with exactly this email, compared in normal form. @throws INVALID_METADATA */
  getUserByEmail(email: string): Promise<User<M> | null>;
  /** Returns the user with exactly this phone number. @throws INVALID_METADATA */
  getUserByPhoneNumber(phoneNumber: string): Promise<User<M> | null>;
  /**
   * Returns the user if the password is correct, else null. Takes the same time whether or not the user exists. The
   * limits on failed logins apply as to `logInUser`: without `ip`, failures of strangers can lock the user out.
   *
   * @throws USER_BANNED for the correct password, PASSWORD_HASH_FAILED for a stored hash that cannot be read,
   * OVERLOADED, TOO_MANY_ATTEMPTS, INVALID_METADATA
   */
  getUserByEmailAndPassword(email: string, password: string, options?: PasswordCheckOptions): Promise<User<M> | null>;
  /**
   * Creates a user.
   *
   * @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN, INVALID_METADATA, PASSWORD_HASH_FAILED, OVERLOADED
   */
  createUserWithEmail(options: CreateUserOptions<M>): Promise<User<M>>;
  /**
   * Changes a user and returns it.
   *
   * @throws USER_NOT_FOUND, EMAIL_TAKEN, PHONE_NUMBER_TAKEN, INVALID_METADATA, PASSWORD_HASH_FAILED, OVERLOADED
   */
  updateUser(userId: string, update: UserUpdate<M>): Promise<User<M>>;
  /** Sets or removes the role. @throws USER_NOT_FOUND */
  setUserRole(userId: string, role: string | null): Promise<User<M>>;
  /** Sets the email. A changed email is unconfirmed and voids one-time tokens. @throws USER_NOT_FOUND, EMAIL_TAKEN */
  setUserEmail(userId: string, email: string): Promise<User<M>>;
  /**
   * Sets or removes the password, ends every session except `keepSessionId`, and voids one-time tokens.
   *
   * @throws USER_NOT_FOUND, PASSWORD_HASH_FAILED, OVERLOADED
   */
  setUserPassword(userId: string, password: string | null, options?: SetPasswordOptions): Promise<User<M>>;
  /** Sets or clears the time of the last sign-in. @throws USER_NOT_FOUND */
  updateLastSignIn(userId: string, date: Date | null): Promise<User<M>>;
  /** Replaces the user's metadata. @throws USER_NOT_FOUND, INVALID_METADATA */
  updateUserMetadata(userId: string, metadata: M): Promise<User<M>>;
  /**
   * Marks the user deleted, ends every session and voids one-time tokens, in one transaction.
   *
   * @throws USER_NOT_FOUND
   */
  deleteUserById(userId: string): Promise<User<M>>;

  /**
   * Creates a session, which **never expires without `ttlSeconds`**.
   *
   * @throws USER_NOT_FOUND, USER_BANNED
   */
  createSession(options: CreateSessionOptions): Promise<Session>;
  /** Returns null if the session is unknown, expired (it is then deleted if possible), or bound to another client. */
  getSession(sessionId: string, presentation?: ClientDescription): Promise<Session | null>;
  /** Ends a session (logout). Does nothing if it does not exist. */
  deleteSession(sessionId: string): Promise<void>;
  /**
   * Checks the password, records the sign-in and creates a session of 24 hours, bound to the given ip and user agent.
   * Ends the session `replaceSessionId` in the same statement. Returns null for a wrong email or password.
   *
   * @throws USER_BANNED for the correct password, PASSWORD_HASH_FAILED for a stored hash that cannot be read,
   * OVERLOADED, TOO_MANY_ATTEMPTS, INVALID_METADATA
   */
  logInUser(options: LogInOptions): Promise<{ readonly session: Session; readonly user: User<M> } | null>;

  /** Returns the value for a cookie: `<session id>|<HMAC-SHA256 of it, base64url>`. @throws INVALID_INPUT */
  createSessionCookie(session: Session): string;
  /** Returns the session id of a cookie that one of the keys has signed; null for any other text. */
  validateSessionCookie(cookie: string): string | null;

  /**
   * Creates a token to send to the user; only its hash is stored. The user's last five tokens of the type are usable
   * until they expire, one of them is used, or the user's email or password changes. A sixth voids the oldest.
   *
   * Call `getUserById` after this function, not before, and send the token to the email that it returns: a token whose
   * creation waited for a concurrent change of the email is void.
   *
   * @throws USER_NOT_FOUND, USER_BANNED
   */
  createOneTimeToken(options: CreateOneTimeTokenOptions): Promise<string>;
  /** Returns whether the token is usable now. */
  validateOneTimeToken(options: OneTimeTokenOptions): Promise<boolean>;
  /**
   * Uses the token and voids the user's other tokens of that type. Of any number of concurrent calls, one succeeds.
   *
   * @throws INVALID_ONE_TIME_TOKEN
   */
  useOneTimeToken(options: OneTimeTokenOptions): Promise<void>;
  /** Voids this token and no other. Does nothing if it does not exist. */
  deleteOneTimeToken(options: OneTimeTokenOptions): Promise<void>;

  /**
   * Uses a password-reset token, sets the password, ends every session and voids the user's other tokens, in one
   * transaction. Failed logins of strangers then no longer lock the user out: at `ip` for 30 days, and anywhere for an
   * hour, within the limits that `logInLimits` sets for these cases.
   *
   * @throws INVALID_ONE_TIME_TOKEN, PASSWORD_HASH_FAILED, OVERLOADED, INVALID_METADATA
   */
  resetPassword(options: ResetPasswordOptions): Promise<User<M>>;

  /**
   * Runs `work` in one transaction: the calls on `auth` and the statements on `client` take effect together, or not at
   * all. Commits when the promise of `work` resolves and rolls back when it rejects; the call then rejects with the
   * first error. If PostgreSQL aborts the transaction in favour of another one (40001, 40P01), `work` may run again
   * from the start, so keep other side effects out of it. A failed login in it is not counted if the transaction rolls
   * back.
   *
   * Calls take effect one after another, in the order in which they are made, awaited or not. When `work` resolves,
   * calls in flight complete before the commit, and the error of a call whose promise has no handler fails the
   * transaction. When `work` rejects, calls that have not been sent are refused. `auth.withTransaction` inside it
   * nests, by a savepoint; while a nested transaction is open, the outer one accepts no calls.
   *
   * @throws INVALID_INPUT with the field `work`, after a rollback, if `work` resolves before a nested transaction has
   * ended. Inside `work`: INVALID_INPUT with the field `auth` for calls on the outer auth or client of a nested
   * transaction, and NOT_CONNECTED for calls after the end
   */
  withTransaction<T>(
    work: (auth: AuthFunctions<M>, client: TransactionClient) => Promise<T>,
    options?: WithTransactionOptions,
  ): Promise<T>;

  /**
   * Removes expired sessions and one-time tokens, in batches. Any number of processes may do so concurrently. `pevensie
   * sweep` does the same from the command line.
   */
  removeExpired(options?: RemoveExpiredOptions): Promise<RemovedRows>;
}
