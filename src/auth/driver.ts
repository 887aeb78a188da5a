import type { EventListener } from "../events.js";
import type { Json } from "../json.js";
import type { IpAddress } from "../net/index.js";
import type { Session } from "./session.js";
import type { User } from "./user.js";

/** The purpose of a one-time token. */
export type OneTimeTokenType = "password-reset";

/** A user as the driver returns it, with metadata as JSON. */
export type UserRecord = User<Json>;

/** The properties of a user that a login verifies, and no others. */
export interface Credentials {
  readonly userId: string;
  /** A PHC string, or null for a user without a password. */
  readonly passwordHash: string | null;
  /** Whether `bannedUntil` is in the future, by the database's clock. */
  readonly banned: boolean;
}

/**
 * LIKE patterns: `%` matches any text, `_` any character, `\` escapes the next one. An undefined field has no patterns.
 */
export interface UserPatterns {
  readonly id?: readonly string[];
  readonly email?: readonly string[];
  readonly phoneNumber?: readonly string[];
}

/** A page of a list of users. */
export interface UserPage {
  readonly limit: number;
  readonly offset: number;
  /** A user matches if any pattern of any field matches; undefined selects every user. */
  readonly patterns?: UserPatterns;
}

/** A user to create. Its id is the driver's choice. */
export interface NewUser {
  readonly email: string;
  readonly role: string | null;
  readonly phoneNumber: string | null;
  readonly passwordHash: string | null;
  /** JSON text. */
  readonly userMetadata: string;
}

/** Changes to a user. An absent key leaves the value unchanged; null clears it. */
export interface UserChanges {
  readonly role?: string | null;
  /** A changed email is unconfirmed and voids one-time tokens. */
  readonly email?: string;
  readonly emailConfirmedAt?: Date | null;
  /** A changed phone number is unconfirmed. */
  readonly phoneNumber?: string | null;
  readonly phoneNumberConfirmedAt?: Date | null;
  /** A new or removed password ends sessions and voids one-time tokens. */
  readonly passwordHash?: string | null;
  readonly lastSignIn?: Date | null;
  /** JSON text. */
  readonly appMetadata?: string;
  /** JSON text. */
  readonly userMetadata?: string;
  /** A date in the future ends sessions and voids one-time tokens. */
  readonly bannedUntil?: Date | null;
}

/** A session to create. Its id is the driver's choice. */
export interface NewSession {
  readonly userId: string;
  readonly ip: IpAddress | null;
  readonly userAgent: string | null;
  readonly ttlSeconds: number | null;
}

/** A login whose password was verified. */
export interface LogIn {
  readonly userId: string;
  /** The hash that was verified: the login fails if it is no longer the user's. */
  readonly passwordHash: string;
  /** Replaces `passwordHash` if its parameters are outdated; otherwise null. */
  readonly newPasswordHash: string | null;
  readonly ip: IpAddress | null;
  readonly userAgent: string | null;
  readonly ttlSeconds: number;
  /** A session that the login ends, even if it belongs to another user. Ignored if it does not exist. */
  readonly replaceSessionId: string | null;
  /** Makes the address known for the user; null grants nothing. */
  readonly exemption: NewLogInExemption | null;
}

/** A successful login. */
export interface LoggedIn {
  readonly user: UserRecord;
  readonly session: Session;
  /** The user of the session that was replaced; null if there was none. */
  readonly replacedUserId: string | null;
}

/** The properties of the client that presents a session. */
export interface SessionPresentation {
  readonly ip: IpAddress | null;
  readonly userAgent: string | null;
}

/** Identifies a token by its owner, purpose and hash. */
export interface OneTimeTokenKey {
  readonly userId: string;
  readonly tokenType: OneTimeTokenType;
  /** SHA-256 of the token's bytes, in hexadecimal. */
  readonly tokenHash: string;
}

/** A budget of failed logins from which a failure spends. */
export interface SpentBudget {
  /** A hash. */
  readonly key: string;
  /** How far one failure postpones the time at which the budget is full again, in seconds; at most an hour. */
  readonly restoreSeconds: number;
}

/**
 * A budget of failed logins. A store keeps the time at which each budget is full again, and does not keep full budgets.
 */
export interface LogInBudget extends SpentBudget {
  /** The budget admits an attempt if it is full again within this many seconds. */
  readonly admittingSeconds: number;
  /** Whether the budget is for one account at one address. */
  readonly local: boolean;
}

/** A login attempt and the budgets that limit it. */
export interface LogInAttempt {
  readonly budgets: readonly LogInBudget[];
  /** The scope of an exemption at the client's address; null if no address is given. */
  readonly knownScope: string | null;
  /** The scope of an exemption at every address. */
  readonly anywhereScope: string;
  /** An exemption that lasts longer than this many seconds is not granted again. */
  readonly freshSeconds: number;
}

/** A user's exemption from the budgets that all attempts on the account share. */
export interface LogInExemption {
  /** The budget that attempts under the exemption spend from instead. */
  readonly budgetKey: string;
  /** Seconds until that budget is full again; zero or less if it is full. */
  readonly spentSeconds: number;
}

/** An exemption to grant. It replaces the user's exemption in the same scope, and ends when the password changes. */
export interface NewLogInExemption {
  readonly scope: string;
  readonly budgetKey: string;
  readonly ttlSeconds: number;
}

/** What is read from the database before a login attempt. */
export interface CredentialsLookup {
  readonly credentials: Credentials | null;
  /** Seconds until all budgets admit the attempt; zero or less if they do. */
  readonly waitSeconds: number;
  /** The same for the budgets that are `local`. */
  readonly localWaitSeconds: number;
  /** The user's live exemption in `knownScope`. */
  readonly known: (LogInExemption & { readonly isFresh: boolean }) | null;
  /** The user's live exemption in `anywhereScope`. */
  readonly anywhere: LogInExemption | null;
}

/** The numbers of rows that a sweep has removed. */
export interface RemovedRows {
  readonly sessions: number;
  readonly oneTimeTokens: number;
  /** Budgets of failed logins, and addresses that are no longer known. */
  readonly logInAttempts: number;
}

/**
 * A client inside a transaction, for the caller's own SQL. A call runs one statement, which must not begin or end a
 * transaction. pgtyped's functions and query builders for `pg` can run on it. Errors of a statement are those of the
 * database. Savepoint names that begin with `pevensie_` are reserved.
 */
export interface TransactionClient {
  /** Runs a statement and returns its rows as arrays. `Row` is declared by the caller and not checked. */
  query<Row extends readonly unknown[] = unknown[]>(
    query: TransactionQuery & { readonly rowMode: "array" },
    values?: readonly unknown[],
  ): Promise<TransactionResult<Row>>;
  /**
   * Runs a statement and returns its rows. `Row` is declared by the caller and not checked.
   *
   * @throws INVALID_INPUT for callbacks, cursors and other objects with a `submit`, and for text that begins or ends a
   * transaction; NOT_CONNECTED after the transaction's end
   */
  query<Row = Record<string, unknown>>(
    query: string | TransactionQuery,
    values?: readonly unknown[],
  ): Promise<TransactionResult<Row>>;
}

/** A statement as an object, in the form that `pg` accepts. */
export interface TransactionQuery {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /** Accepted and ignored: a transaction keeps no prepared statements. */
  readonly name?: string | undefined;
  /** Returns rows as arrays of column values. Default: as objects. */
  readonly rowMode?: "array" | undefined;
  /** Parses values, by the OID of their type. Default: the type parsers of the pool or client. */
  readonly types?:
    | {
        /** Returns how the text of a value is parsed. */
        getTypeParser(oid: number, format?: "text"): (text: string) => unknown;
      }
    | undefined;
}

/** The result of a statement. */
export interface TransactionResult<Row = Record<string, unknown>> {
  readonly rows: Row[];
  /** The number of rows that the statement returned or changed. */
  readonly rowCount: number;
}

/**
 * Stores users, sessions and one-time tokens. The Auth module validates and normalises every argument before it calls a
 * driver: ids are canonical UUIDs, emails are in normal form, texts are within their limits. A driver enforces the
 * rules that only the database can: expiry by its own clock, uniqueness, atomicity and single use. test/contracts/
 * contains the suite that every driver must pass.
 */
export interface AuthStore {
  /** Returns live users, oldest first. */
  listUsers(page: UserPage): Promise<UserRecord[]>;
  /** Returns the live user with this id, or null. */
  getUserById(id: string): Promise<UserRecord | null>;
  /** Returns the live user with this email, or null. */
  getUserByEmail(email: string): Promise<UserRecord | null>;
  /** Returns the live user with this phone number, or null. */
  getUserByPhoneNumber(phoneNumber: string): Promise<UserRecord | null>;
  /**
   * Returns a user's credentials, if the user exists, and the state of the budgets of failed logins.
   *
   * @param attempt - null if failures are not counted
   */
  getCredentialsByEmail(email: string, attempt: LogInAttempt | null): Promise<CredentialsLookup>;
  /** @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN */
  createUser(user: NewUser): Promise<UserRecord>;
  /**
   * Returns the changed user; null if the user does not exist.
   *
   * @param keepSessionId - the session that a password change does not end
   * @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN
   */
  updateUser(id: string, changes: UserChanges, keepSessionId: string | null): Promise<UserRecord | null>;
  /** Replaces a hash with another hash of the same password, unless it is no longer the user's. */
  replacePasswordHash(id: string, passwordHash: string, newPasswordHash: string): Promise<void>;
  /**
   * Marks the user deleted, ends the sessions and voids the tokens, in one transaction. Returns null if the user does
   * not exist.
   */
  deleteUser(id: string): Promise<UserRecord | null>;

  /** @throws USER_NOT_FOUND, USER_BANNED */
  createSession(session: NewSession, deleteOtherSessions: boolean): Promise<Session>;
  /**
   * Records the sign-in and creates the session. Returns null if the user was deleted, banned or given another
   * password.
   */
  logIn(logIn: LogIn): Promise<LoggedIn | null>;
  /**
   * Returns null if the session is unknown, expired, or bound to another client than presented. Deletes an expired one
   * if that needs no waiting.
   */
  getSession(id: string, presentation: SessionPresentation): Promise<Session | null>;
  /** Deletes the session, if it exists. */
  deleteSession(id: string): Promise<void>;

  /**
   * Creates a token. The user's last five of that type stay usable, each until its own expiry; a sixth voids the
   * oldest. A token whose creation waits for a concurrent change of the email is void.
   *
   * @throws USER_NOT_FOUND, USER_BANNED
   */
  createOneTimeToken(token: OneTimeTokenKey, ttlSeconds: number): Promise<void>;
  /** Returns whether the token could be used now. */
  validateOneTimeToken(token: OneTimeTokenKey): Promise<boolean>;
  /** Uses the token and voids the others of its user and type. Of any number of concurrent calls, one returns true. */
  useOneTimeToken(token: OneTimeTokenKey): Promise<boolean>;
  /** Voids this token and no other. */
  deleteOneTimeToken(token: OneTimeTokenKey): Promise<void>;

  /**
   * Uses the token, sets the password, ends the sessions and exemptions, voids the other tokens and grants the given
   * exemptions, in one transaction. Returns null if the token is not usable.
   */
  resetPassword(
    token: OneTimeTokenKey,
    passwordHash: string,
    exemptions: readonly NewLogInExemption[],
  ): Promise<UserRecord | null>;
  /** Returns the user id of the live token with this type and hash; null if there is none. */
  getOneTimeTokenOwner(tokenType: OneTimeTokenType, tokenHash: string): Promise<string | null>;

  /** Counts a failed login. Concurrent failures on the same budget add up. */
  spendLogInBudgets(budgets: readonly SpentBudget[]): Promise<void>;
  /** Grants an exemption, unless the user is deleted or banned, or the password has changed. */
  grantLogInExemption(userId: string, passwordHash: string, exemption: NewLogInExemption): Promise<void>;

  /** Removes expired sessions, tokens, login budgets and exemptions, at most `batchSize` rows at a time. */
  removeExpired(batchSize: number): Promise<RemovedRows>;

  /**
   * Runs `work` in one transaction: all of it takes effect, or none. Inside a transaction it nests. The Auth module
   * makes one call at a time on the store that `work` receives, and none before a nested transaction has ended. A call
   * made after `work` has settled must be refused, and nothing of it sent.
   *
   * @param client - the caller's own client to run on; undefined acquires a connection
   */
  transaction<T>(client: unknown, work: (store: AuthStore, client: TransactionClient) => Promise<T>): Promise<T>;
}

/** A store that can be connected and disconnected. */
export interface AuthDriver extends AuthStore {
  /**
   * Connects to the database and checks its schema.
   *
   * @param listener - receives the driver's own events; it must not throw
   * @throws ALREADY_CONNECTED when called twice
   */
  connect(listener?: EventListener): Promise<void>;
  /** Drains calls in flight and releases what `connect` acquired. Idempotent. */
  disconnect(): Promise<void>;
}
