import type { EventListener } from "../events.js";
import type { Json } from "../json.js";
import type { IpAddress } from "../net/index.js";
import type { Session } from "./session.js";
import type { User } from "./user.js";

/** What a one-time token is for. */
export type OneTimeTokenType = "password-reset";

/** A user as the driver knows it: metadata as JSON. */
export type UserRecord = User<Json>;

/** What a login has to know of a user: what verification needs, and no more. */
export interface Credentials {
  readonly userId: string;
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
  /** A session that the login ends, whoever's it is; one that is not there is fine. */
  readonly replaceSessionId: string | null;
  /** What makes the address known for the user; null where there is nothing to grant. */
  readonly exemption: NewLogInExemption | null;
}

/** A login that succeeded. */
export interface LoggedIn {
  readonly user: UserRecord;
  readonly session: Session;
  /** The user of the session that was replaced; null where there was none. */
  readonly replacedUserId: string | null;
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

/** A budget of failed logins that a failure spends from. */
export interface SpentBudget {
  /** A hash. */
  readonly key: string;
  /** By how much one failure postpones the time at which the budget is whole again, in seconds: an hour at most. */
  readonly restoreSeconds: number;
}

/** A budget of failed logins. A store keeps when each is whole again, and nothing of those that are. */
export interface LogInBudget extends SpentBudget {
  /** It admits an attempt when it is whole again within so many seconds. */
  readonly admittingSeconds: number;
  /** Whether it is of one account at one address. */
  readonly local: boolean;
}

/** An attempt to log in, by the budgets that it has to meet. */
export interface LogInAttempt {
  readonly budgets: readonly LogInBudget[];
  /** The scope of an exemption at the client's address; null where that is not given. */
  readonly knownScope: string | null;
  /** The scope of an exemption at every address. */
  readonly anywhereScope: string;
  /** An exemption that lasts longer than so many seconds need not be granted again. */
  readonly freshSeconds: number;
}

/** An exemption that a user holds from the budgets that all attempts on the account share. */
export interface LogInExemption {
  /** The budget that attempts under the exemption spend from instead. */
  readonly budgetKey: string;
  /** In how many seconds that budget is whole again; zero or less: it is. */
  readonly spentSeconds: number;
}

/** An exemption to grant, in place of one that the user has in that scope. It ends with the user's password. */
export interface NewLogInExemption {
  readonly scope: string;
  readonly budgetKey: string;
  readonly ttlSeconds: number;
}

/** What an attempt has to know before it is made. */
export interface CredentialsLookup {
  readonly credentials: Credentials | null;
  /** In how many seconds all budgets admit it; zero or less: they do. */
  readonly waitSeconds: number;
  /** The same of those that are `local`. */
  readonly localWaitSeconds: number;
  /** The user's live exemption in `knownScope`. */
  readonly known: (LogInExemption & { readonly isFresh: boolean }) | null;
  /** The user's live exemption in `anywhereScope`. */
  readonly anywhere: LogInExemption | null;
}

/** How many rows a sweep has removed. */
export interface RemovedRows {
  readonly sessions: number;
  readonly oneTimeTokens: number;
  /** What was counted of failed logins, and addresses that are no longer known. */
  readonly logInAttempts: number;
}

/**
 * A client inside a transaction, for the caller's own SQL: one statement a call, which must not begin or end a transaction.
 * It fits what pgtyped's functions and query builders on `pg` run on. Errors of the statement are the database's own.
 * Names of savepoints that begin with `pevensie_` are taken.
 */
export interface TransactionClient {
  /** Runs a statement and returns its rows as arrays. `Row` is what the caller knows them to be; it is not checked. */
  query<Row extends readonly unknown[] = unknown[]>(
    query: TransactionQuery & { readonly rowMode: "array" },
    values?: readonly unknown[],
  ): Promise<TransactionResult<Row>>;
  /**
   * Runs a statement and returns its rows. `Row` is what the caller knows them to be; it is not checked.
   *
   * @throws INVALID_INPUT for callbacks, cursors and other objects with a `submit`, and text that begins or ends a
   * transaction; NOT_CONNECTED after the transaction's end
   */
  query<Row = Record<string, unknown>>(
    query: string | TransactionQuery,
    values?: readonly unknown[],
  ): Promise<TransactionResult<Row>>;
}

/** A statement as an object, as `pg` takes it. */
export interface TransactionQuery {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /** Accepted, and not used: the statements of a transaction are not kept prepared. */
  readonly name?: string | undefined;
  /** Rows as arrays of their columns' values. Default: as objects. */
  readonly rowMode?: "array" | undefined;
  /** How values are parsed, by the OID of their type. Default: as the pool or client does. */
  readonly types?: { getTypeParser(oid: number, format?: "text"): (text: string) => unknown } | undefined;
}

export interface TransactionResult<Row = Record<string, unknown>> {
  readonly rows: Row[];
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
   * What a login has to know of a user, if there is one, and of past failures.
   *
   * @param attempt - null where failures are not counted
   */
  getCredentialsByEmail(email: string, attempt: LogInAttempt | null): Promise<CredentialsLookup>;
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
  logIn(logIn: LogIn): Promise<LoggedIn | null>;
  /** Null, too, for a session that is bound to something else than presented. An expired one is removed if that can be done without waiting. */
  getSession(id: string, presentation: SessionPresentation): Promise<Session | null>;
  deleteSession(id: string): Promise<void>;

  /**
   * Creates a token. The user's last five of that type stay usable, each until its own expiry; a sixth voids the oldest. One
   * that waits for a concurrent change of the email is void.
   *
   * @throws USER_NOT_FOUND, USER_BANNED
   */
  createOneTimeToken(token: OneTimeTokenKey, ttlSeconds: number): Promise<void>;
  validateOneTimeToken(token: OneTimeTokenKey): Promise<boolean>;
  /** Uses the token and voids the others of its user and type. True for one of any number of concurrent calls. */
  useOneTimeToken(token: OneTimeTokenKey): Promise<boolean>;
  /** Voids this token alone. */
  deleteOneTimeToken(token: OneTimeTokenKey): Promise<void>;

  /**
   * Uses the token up, sets the password, ends the sessions and exemptions, voids the other tokens and grants the given
   * exemptions, all at once; null for a token that cannot be used.
   */
  resetPassword(
    token: OneTimeTokenKey,
    passwordHash: string,
    exemptions: readonly NewLogInExemption[],
  ): Promise<UserRecord | null>;
  /** Whose a live token is, by its type and hash. */
  getOneTimeTokenOwner(tokenType: OneTimeTokenType, tokenHash: string): Promise<string | null>;

  /** Counts a failed login. Budgets that are spent at the same time by others end up with the sum. */
  spendLogInBudgets(budgets: readonly SpentBudget[]): Promise<void>;
  /** Grants an exemption, unless the user is deleted, banned or has another password by now. */
  grantLogInExemption(userId: string, passwordHash: string, exemption: NewLogInExemption): Promise<void>;

  /** Removes expired sessions, tokens, budgets and exemptions of logins, at most so many rows at a time. */
  removeExpired(batchSize: number): Promise<RemovedRows>;

  /**
   * Runs some work in one transaction: all of it takes effect, or nothing. In a transaction, it nests. The Auth module
   * makes one call at a time on what the work is given, and none before a nested transaction has ended. Whatever is called
   * after the work has settled must be refused, and nothing of it sent.
   *
   * @param client - a client of the caller's to run it on; undefined takes one of the store's own
   */
  transaction<T>(client: unknown, work: (store: AuthStore, client: TransactionClient) => Promise<T>): Promise<T>;
}

/** A store that can be connected and disconnected. */
export interface AuthDriver extends AuthStore {
  /**
   * Connects to the database and checks that its schema fits.
   *
   * @param listener - receives the driver's own events; it must not throw
   * @throws ALREADY_CONNECTED when called twice
   */
  connect(listener?: EventListener): Promise<void>;
  /** Drains calls in flight and releases what `connect` acquired. Idempotent. */
  disconnect(): Promise<void>;
}
