import type { PevensieError } from "../errors/index.js";
import type { EventListener } from "../events.js";
import type { RemoveExpiredOptions } from "../input/values.js";
import type { Json } from "../json.js";
import type { AuthDriver, OneTimeTokenType, RemovedRows, TransactionClient } from "./driver.js";
import type { LogInLimits } from "./log-in-budgets.js";
import type { Session } from "./session.js";
import type { MetadataCodec, User } from "./user.js";

/**
 * What {@link createAuth} is made from. `userMetadata` is required unless M is {@link Json}: only a codec can turn what is
 * stored into anything else.
 */
export type AuthOptions<M> = BaseAuthOptions<M> &
  ([M, Json] extends [Json, M] ? unknown : { readonly userMetadata: MetadataCodec<M> });

interface BaseAuthOptions<M> {
  /** Where users, sessions and tokens are kept: `createAuthDriver` of `pevensie/postgres`. */
  readonly driver: AuthDriver;
  /**
   * Signs session cookies; each key at least 32 bytes, such as `openssl rand -base64 32` makes. Of a list, the first signs
   * and all verify: put a new key first.
   */
  readonly cookieKey: string | readonly string[];
  /** Checks and converts user metadata. Default, where M is Json: any JSON, as it is. */
  readonly userMetadata?: MetadataCodec<M> | undefined;
  /** How much hashing goes on. */
  readonly passwordHashing?: PasswordHashingOptions | undefined;
  /** How many failed logins are allowed; false: any number. Default: as {@link LogInLimits} says. */
  readonly logInLimits?: LogInLimits | false | undefined;
  /** Is told of what may be worth watching, and cannot break anything. */
  readonly onEvent?: EventListener | undefined;
}

/**
 * Bounds on argon2, each run of which takes 19 MiB and a processor for some 20 ms. Logins on the one hand, new passwords
 * (sign-up, change, reset) on the other have a queue each, and share the slots evenly while both are queued: neither can
 * keep the other out.
 */
export interface PasswordHashingOptions {
  /** Runs in parallel. Default: the number of processors, 4 at most (the size of Node's thread pool). */
  readonly maxConcurrent?: number | undefined;
  /** Calls of either kind that may be queued; one more is refused with OVERLOADED. Default: 1,000. */
  readonly maxQueued?: number | undefined;
}

/** An auth that is not connected: it can do nothing but connect, and the compiler knows. */
export interface DisconnectedAuth<M = Json> {
  /**
   * Reaches the server and checks that its schema fits.
   *
   * @throws ALREADY_CONNECTED, CONNECTION_UNAVAILABLE, SCHEMA_OUTDATED with the command to run
   */
  connect(): Promise<Auth<M>>;
}

export interface ListUsersOptions {
  /** At most this many, 0 to 10,000. Default: 100. */
  readonly limit?: number | undefined;
  /** How many to pass over. Default: 0. */
  readonly offset?: number | undefined;
  /**
   * Patterns, in which `%` stands for any text, `_` for any character, and `\` makes the next one plain. A user matches
   * when any pattern of any field does; an empty list matches nobody. Default: every user.
   */
  readonly filters?: UserFilters | undefined;
  /**
   * Is told of each user whose metadata does not decode; the page then goes without them. Default: the first one fails
   * the call with INVALID_METADATA.
   */
  readonly onInvalidMetadata?: ((userId: string, error: PevensieError) => void) | undefined;
}

export interface UserFilters {
  readonly id?: readonly string[] | undefined;
  readonly email?: readonly string[] | undefined;
  readonly phoneNumber?: readonly string[] | undefined;
}

export interface CreateUserOptions<M> {
  readonly email: string;
  /** 8 to 1,024 characters; null makes a user that cannot log in with a password. */
  readonly password: string | null;
  readonly userMetadata: M;
  readonly role?: string | null | undefined;
  readonly phoneNumber?: string | null | undefined;
}

/** What to change: a key that is absent stays, null clears. */
export interface UserUpdate<M> {
  readonly role?: string | null | undefined;
  /** A changed email is not confirmed, unless the same update says so, and voids one-time tokens. */
  readonly email?: string | undefined;
  readonly emailConfirmedAt?: Date | null | undefined;
  /** A changed number is not confirmed, unless the same update says so. */
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

export interface SetPasswordOptions {
  /** The session that the change does not end: that of whoever makes it. */
  readonly keepSessionId?: string | undefined;
}

/** Who presents a session, or is to be the only one who can. */
export interface ClientDescription {
  /** An IPv4 or IPv6 address, in any spelling. */
  readonly ip?: string | null | undefined;
  /**
   * The request's `User-Agent` header, of any length. Its first 1,024 characters are stored and compared, so a longer one
   * matches a session that was created with it.
   */
  readonly userAgent?: string | null | undefined;
}

export interface CreateSessionOptions extends ClientDescription {
  readonly userId: string;
  /**
   * The time to live in seconds, 1 to 3,155,760,000. **Default: none. Without it, and with null, the session never expires**:
   * it lasts until it is deleted or its user loses access. Pass one wherever a person logs in (OWASP ASVS 7.3.2).
   */
  readonly ttlSeconds?: number | null | undefined;
  /** Ends every other session of the user. Default: false. */
  readonly deleteOtherSessions?: boolean | undefined;
}

export interface LogInOptions extends ClientDescription {
  readonly email: string;
  readonly password: string;
  /**
   * The session that the request came with, which the login ends (OWASP ASVS 7.2.4): pass what `validateSessionCookie` has
   * returned. It is ended whoever's it is, since several people may share a browser, and only if the login succeeds. Null,
   * an unknown id and text that is no id end nothing. Default: none.
   */
  readonly replaceSessionId?: string | null | undefined;
  /**
   * Whether the session is found only where the same `ip` and `userAgent` are presented. With false, `ip` serves the limits
   * on failed logins alone, and `getSession(id)` finds the session from everywhere. Default: true.
   */
  readonly bindSession?: boolean | undefined;
}

export interface PasswordCheckOptions {
  /** The client's address, as for `logInUser`. */
  readonly ip?: string | null | undefined;
}

export interface ResetPasswordOptions {
  /** A token of the type "password-reset". */
  readonly token: string;
  /** The new password, 8 to 1,024 characters. */
  readonly password: string;
  /**
   * The client's address, IPv4 or IPv6, which becomes known: see `logInLimits`. Without it, failures at that address before the
   * reset still count there.
   */
  readonly ip?: string | null | undefined;
}

export interface WithTransactionOptions {
  /**
   * A client of your own (a `pg` client) to run on: in your transaction, where it is in one, between a savepoint and its
   * release. Until then its `statement_timeout` is at most the driver's `query_timeout`, so that the server ends what takes
   * longer and the client stays usable. Default: one of the driver's.
   */
  readonly client?: { query(text: string, values?: unknown[]): unknown } | undefined;
}

export interface OneTimeTokenOwner {
  readonly userId: string;
  readonly tokenType: OneTimeTokenType;
}

export interface CreateOneTimeTokenOptions extends OneTimeTokenOwner {
  /** Seconds, 1 to 3,155,760,000. */
  readonly ttlSeconds: number;
}

export interface OneTimeTokenOptions extends OneTimeTokenOwner {
  readonly token: string;
}

/**
 * Users, sessions, cookies and one-time tokens.
 *
 * Every function may reject with INVALID_INPUT naming the `field`, before any SQL; with NOT_CONNECTED after
 * {@link Auth.disconnect}; with CONNECTION_UNAVAILABLE, TIMEOUT or DATABASE_ERROR; and those that change something with
 * OUTCOME_UNKNOWN where the answer was lost. What is named beside a function comes in addition. An id that is no UUID is
 * nobody's: not found, without a query.
 */
export interface Auth<M = Json> extends AuthFunctions<M> {
  /** Ends what is under way, and lets go of the driver's connections. Twice is harmless. */
  disconnect(): Promise<DisconnectedAuth<M>>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What there is to do with an {@link Auth}, and inside {@link AuthFunctions.withTransaction}. */
export interface AuthFunctions<M = Json> {
  /** Live users by pattern, oldest first. @throws INVALID_METADATA */
  listUsers(options?: ListUsersOptions): Promise<User<M>[]>;
  /** @throws INVALID_METADATA */
  getUserById(userId: string): Promise<User<M> | null>;
  /** By the email exactly, in normal form. @throws INVALID_METADATA */
  getUserByEmail(email: string): Promise<User<M> | null>;
  /** By the number exactly. @throws INVALID_METADATA */
  getUserByPhoneNumber(phoneNumber: string): Promise<User<M> | null>;
  /**
   * Returns the user, if the password is right. Takes the same time whether or not there is such a user. It is limited as
   * `logInUser` is: pass `ip`, or strangers can hold the user up.
   *
   * @throws USER_BANNED for the right password, PASSWORD_HASH_FAILED for a stored hash that cannot be read, OVERLOADED,
   * TOO_MANY_ATTEMPTS, INVALID_METADATA
   */
  getUserByEmailAndPassword(email: string, password: string, options?: PasswordCheckOptions): Promise<User<M> | null>;
  /** @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN, INVALID_METADATA, PASSWORD_HASH_FAILED, OVERLOADED */
  createUserWithEmail(options: CreateUserOptions<M>): Promise<User<M>>;
  /** @throws USER_NOT_FOUND, EMAIL_TAKEN, PHONE_NUMBER_TAKEN, INVALID_METADATA, PASSWORD_HASH_FAILED, OVERLOADED */
  updateUser(userId: string, update: UserUpdate<M>): Promise<User<M>>;
  /** @throws USER_NOT_FOUND */
  setUserRole(userId: string, role: string | null): Promise<User<M>>;
  /** A changed email is not confirmed, and voids one-time tokens. @throws USER_NOT_FOUND, EMAIL_TAKEN */
  setUserEmail(userId: string, email: string): Promise<User<M>>;
  /**
   * Ends every session but the one to keep, and voids one-time tokens.
   *
   * @throws USER_NOT_FOUND, PASSWORD_HASH_FAILED, OVERLOADED
   */
  setUserPassword(userId: string, password: string | null, options?: SetPasswordOptions): Promise<User<M>>;
  /** @throws USER_NOT_FOUND */
  updateLastSignIn(userId: string, date: Date | null): Promise<User<M>>;
  /** @throws USER_NOT_FOUND, INVALID_METADATA */
  updateUserMetadata(userId: string, metadata: M): Promise<User<M>>;
  /** Marks the user deleted, ends every session and voids one-time tokens, all at once. @throws USER_NOT_FOUND */
  deleteUserById(userId: string): Promise<User<M>>;

  /**
   * Creates a session, which **never expires without `ttlSeconds`**.
   *
   * @throws USER_NOT_FOUND, USER_BANNED
   */
  createSession(options: CreateSessionOptions): Promise<Session>;
  /** Null for a session that is unknown, expired (it is removed, if that can be done), or bound to somebody else than presents it. */
  getSession(sessionId: string, presentation?: ClientDescription): Promise<Session | null>;
  /** Logs out. A session that is not there is fine. */
  deleteSession(sessionId: string): Promise<void>;
  /**
   * Checks the password, records the sign-in and creates a session of 24 hours, bound to the ip and user agent that are
   * given. With `replaceSessionId` it ends that session in the same statement. Null for a wrong email or password.
   *
   * @throws USER_BANNED for the right password, PASSWORD_HASH_FAILED for a stored hash that cannot be read, OVERLOADED,
   * TOO_MANY_ATTEMPTS, INVALID_METADATA
   */
  logInUser(options: LogInOptions): Promise<{ readonly session: Session; readonly user: User<M> } | null>;

  /** The value for a cookie: `<session id>|<HMAC-SHA256 of it, base64url>`. Throws INVALID_INPUT. */
  createSessionCookie(session: Session): string;
  /** The session id of a cookie that one of the keys has signed; null for any other text. */
  validateSessionCookie(cookie: string): string | null;

  /**
   * Creates a token to send to the user; only its hash is stored. The user's last five tokens of the type are usable until
   * they expire, one of them is used, or the user's email or password changes; a sixth voids the oldest.
   *
   * Send it to the email that the user has afterwards: call `getUserById` after this function, not before. A token whose
   * creation waited for a concurrent change of the email is void.
   *
   * @throws USER_NOT_FOUND, USER_BANNED
   */
  createOneTimeToken(options: CreateOneTimeTokenOptions): Promise<string>;
  /** Whether the token could be used now. */
  validateOneTimeToken(options: OneTimeTokenOptions): Promise<boolean>;
  /**
   * Uses the token, and voids the user's other tokens of that type: of any number of concurrent calls, one succeeds.
   *
   * @throws INVALID_ONE_TIME_TOKEN
   */
  useOneTimeToken(options: OneTimeTokenOptions): Promise<void>;
  /** Voids this token, and leaves the user's others. One that does not exist is fine. */
  deleteOneTimeToken(options: OneTimeTokenOptions): Promise<void>;

  /**
   * Uses a password-reset token up, sets the password, ends every session and voids the user's other tokens: all of it, or
   * nothing. From then on strangers who have failed to log in no longer hold the user up: at `ip` for 30 days, and anywhere
   * for an hour, with the limits that `logInLimits` has for that.
   *
   * @throws INVALID_ONE_TIME_TOKEN, PASSWORD_HASH_FAILED, OVERLOADED, INVALID_METADATA
   */
  resetPassword(options: ResetPasswordOptions): Promise<User<M>>;

  /**
   * Runs some work in one transaction: what `auth` does there and what you do with `client` takes effect together, or not
   * at all. It commits when the work's promise resolves and rolls back when it rejects; the first error is the one that
   * surfaces. The work may run again from the start, where Postgres says that the transaction lost to another one (40001,
   * 40P01): keep other effects out of it. A failed log-in in it is not counted when it rolls back.
   *
   * Calls take effect one after the other, in the order in which they are made, awaited or not. When the work resolves,
   * calls in flight are completed before the commit, and the error of one whose promise nobody handles fails the
   * transaction; when it rejects, what has not been sent is refused. `auth.withTransaction` inside it nests, by a
   * savepoint; while a nested transaction is open, the outer one takes no calls.
   *
   * @throws INVALID_INPUT with the field `work`, and rolled back, where the work resolves before a nested transaction has
   * ended. In it: INVALID_INPUT with the field `auth` for calls on the outer auth or client of a nested transaction, and
   * NOT_CONNECTED for calls after the end
   */
  withTransaction<T>(
    work: (auth: AuthFunctions<M>, client: TransactionClient) => Promise<T>,
    options?: WithTransactionOptions,
  ): Promise<T>;

  /**
   * Removes sessions and one-time tokens that have expired, a batch at a time, beside any number of processes that do the
   * same. `pevensie sweep` does it from the command line.
   */
  removeExpired(options?: RemoveExpiredOptions): Promise<RemovedRows>;
}
