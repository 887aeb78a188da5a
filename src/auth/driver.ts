import type { EventListener } from "../events.js";
import type { Json } from "../json.js";
import type { IpAddress } from "../net/index.js";
import type { Session } from "./session.js";
import type { User } from "./user.js";

/** What a one-time token is for. */
export type OneTimeTokenType = "password-reset";

/** A user as the driver knows it: metadata as JSON. */
export type UserRecord = User<Json>;

/** What a log-in has to know of a user. */
export interface Credentials {
  readonly user: UserRecord;
  /** A PHC string, or null for a user without a password. */
  readonly passwordHash: string | null;
  /** Whether `bannedUntil` lies in the future, by the database's clock. */
  readonly banned: boolean;
}

/** Patterns are LIKE's: `%` is any text, `_` any character, `\` makes the next one plain. Undefined asks for no such field. */
export interface UserPatterns {
  readonly id?: readonly string[];
  readonly email?: readonly string[];
  readonly phoneNumber?: readonly string[];
}

export interface UserPage {
  readonly limit: number;
  readonly offset: number;
  /** A user matches when any pattern of any field does; undefined asks for every user. */
  readonly patterns?: UserPatterns;
}

export interface NewUser {
  readonly email: string;
  readonly role: string | null;
  readonly phoneNumber: string | null;
  readonly passwordHash: string | null;
  /** JSON text. */
  readonly userMetadata: string;
}

/** What to change of a user: an absent key stays as it is, null clears. */
export interface UserChanges {
  readonly role?: string | null;
  /** A new email is not confirmed, and voids one-time tokens. */
  readonly email?: string;
  readonly emailConfirmedAt?: Date | null;
  /** A new phone number is not confirmed. */
  readonly phoneNumber?: string | null;
  readonly phoneNumberConfirmedAt?: Date | null;
  /** A new password, or none, ends sessions and voids one-time tokens. */
  readonly passwordHash?: string | null;
  readonly lastSignIn?: Date | null;
  /** JSON text. */
  readonly appMetadata?: string;
  /** JSON text. */
  readonly userMetadata?: string;
  /** A date in the future ends sessions and voids one-time tokens. */
  readonly bannedUntil?: Date | null;
}

export interface NewSession {
  readonly userId: string;
  readonly ip: IpAddress | null;
  readonly userAgent: string | null;
  readonly ttlSeconds: number | null;
}

export interface LogIn {
  readonly userId: string;
  /** The hash that was verified: the log-in fails if it is no longer the user's. */
  readonly passwordHash: string;
  /** Takes its place where its parameters are outdated. */
  readonly newPasswordHash: string | null;
  readonly ip: IpAddress | null;
  readonly userAgent: string | null;
  readonly ttlSeconds: number;
  /** Whose failures a success makes forgotten; null where they are not counted. */
  readonly attempt: LogInAttempt | null;
}

/** What a session is presented with. */
export interface SessionPresentation {
  readonly ip: IpAddress | null;
  readonly userAgent: string | null;
}

/** A token, by its owner, purpose and hash. */
export interface OneTimeTokenKey {
  readonly userId: string;
  readonly tokenType: OneTimeTokenType;
  /** SHA-256 of the token's bytes, in hexadecimal. */
  readonly tokenHash: string;
}

/** An attempt to log in, by what its failures are counted on. The keys are hashes. */
export interface LogInAttempt {
  /** The account, from wherever it is tried. */
  readonly accountKey: string;
  /** The account at this address; null where that is not known. A success there keeps `accountKey` from counting. */
  readonly trustKey: string | null;
  /** Every key, with the number of failures that cost nothing and the longest delay that others bring. */
  readonly limits: readonly { readonly key: string; readonly free: number; readonly longestSeconds: number }[];
  /** From so many failures on, `accountKey` counts at every address but those with a success. */
  readonly floodFailures: number;
  readonly firstDelaySeconds: number;
  readonly rememberSeconds: number;
  readonly trustSeconds: number;
}

/** What an attempt has to know before it is made. */
export interface LogInKnowledge {
  readonly credentials: Credentials | null;
  /** For how many seconds it must not be made; null where it may be made now. */
  readonly retryAfterSeconds: number | null;
  /** How many failures there are to forget after a success. */
  readonly failures: number;
}

/** How many rows a sweep has removed. */
export interface RemovedRows {
  readonly sessions: number;
  readonly oneTimeTokens: number;
  readonly logInAttempts: number;
}

/** A client inside a transaction, for the caller's own SQL. It fits what pgtyped's functions run on. */
export interface TransactionClient {
  query(text: string, values?: readonly unknown[]): Promise<TransactionResult>;
}

export interface TransactionResult {
  readonly rows: Record<string, unknown>[];
  /** How many rows the statement returned or changed. */
  readonly rowCount: number;
}

/**
 * Where users, sessions and one-time tokens are kept. The Auth module checks and normalises every argument before it calls
 * a driver: ids are canonical UUIDs, emails are normal, texts are within their limits. A driver keeps the rules
 * that only the place where the rows are can keep: expiry by its own clock, uniqueness, what happens together, what
 * happens once. test/contracts/ has the suite that every driver has to pass.
 */
export interface AuthStore {
  /** Live users, oldest first. */
  listUsers(page: UserPage): Promise<UserRecord[]>;
  getUserById(id: string): Promise<UserRecord | null>;
  getUserByEmail(email: string): Promise<UserRecord | null>;
  getUserByPhoneNumber(phoneNumber: string): Promise<UserRecord | null>;
  /**
   * What a log-in has to know of a user, if there is one, and of past failures.
   *
   * @param attempt - null where failures are not counted
   */
  getCredentialsByEmail(email: string, attempt: LogInAttempt | null): Promise<LogInKnowledge>;
  /** @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN */
  createUser(user: NewUser): Promise<UserRecord>;
  /**
   * Null for a user that is not there.
   * @param keepSessionId - the session that a change of password spares
   * @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN
   */
  updateUser(id: string, changes: UserChanges, keepSessionId: string | null): Promise<UserRecord | null>;
  /** Replaces a hash by one of the same password, unless it is no longer the user's. */
  replacePasswordHash(id: string, passwordHash: string, newPasswordHash: string): Promise<void>;
  /** Marks the user deleted, ends the sessions, voids the tokens, all at once. Null for a user that is not there. */
  deleteUser(id: string): Promise<UserRecord | null>;

  /** @throws USER_NOT_FOUND, USER_BANNED */
  createSession(session: NewSession, deleteOtherSessions: boolean): Promise<Session>;
  /** Records the sign-in and creates the session; null if the user has been deleted, banned or given another password. */
  logIn(logIn: LogIn): Promise<{ readonly user: UserRecord; readonly session: Session } | null>;
  /** Null, too, for a session that is bound to something else than presented; an expired one is removed. */
  getSession(id: string, presentation: SessionPresentation): Promise<Session | null>;
  deleteSession(id: string): Promise<void>;

  /** Takes the place of the user's live token of that type. @throws USER_NOT_FOUND, USER_BANNED */
  createOneTimeToken(token: OneTimeTokenKey, ttlSeconds: number): Promise<void>;
  validateOneTimeToken(token: OneTimeTokenKey): Promise<boolean>;
  /** True for exactly one of any number of callers. */
  useOneTimeToken(token: OneTimeTokenKey): Promise<boolean>;
  deleteOneTimeToken(token: OneTimeTokenKey): Promise<void>;

  /**
   * Uses the token up, sets the password, ends the sessions and voids the other tokens, all at once; null for a token that
   * cannot be used.
   */
  resetPassword(token: OneTimeTokenKey, passwordHash: string): Promise<UserRecord | null>;
  /** Whose a live token is, by its type and hash. */
  getOneTimeTokenOwner(tokenType: OneTimeTokenType, tokenHash: string): Promise<string | null>;

  recordLogInFailure(attempt: LogInAttempt): Promise<void>;
  /** After a success that {@link AuthStore.logIn} has no part in. */
  forgetLogInFailures(attempt: LogInAttempt): Promise<void>;

  /** Removes expired sessions, tokens and counts of failed log-ins, at most so many rows at a time. */
  removeExpired(batchSize: number): Promise<RemovedRows>;

  /**
   * Runs some work in one transaction: all of it takes effect, or nothing. In a transaction, it nests.
   *
   * @param client - a client of the caller's to run it on; undefined takes one of the store's own
   */
  transaction<T>(client: unknown, work: (store: AuthStore, client: TransactionClient) => Promise<T>): Promise<T>;
}

/** A store that can be connected to, and told whom to tell of what happens to its connections. */
export interface AuthDriver extends AuthStore {
  /** Reaches the database and checks that its schema fits. @throws ALREADY_CONNECTED when called twice */
  connect(): Promise<void>;
  /** Lets what is under way end, then lets go of what `connect` took. Harmless when not connected. */
  disconnect(): Promise<void>;
  /** Sends the driver's own events to a listener that never throws. */
  observe(listener: EventListener): void;
}
