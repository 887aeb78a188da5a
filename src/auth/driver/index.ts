import type { EventListener } from "../../events.js";
import type { TransactionClient } from "../../transaction-client.js";
import type { Session } from "../session.js";
import type { ApiKey, ApiKeyWithUser, NewApiKey } from "./api-keys.js";
import type { Identity, IdentityKey, IdentityLoggedIn, IdentityLogIn } from "./identities.js";
import type {
  CredentialsLookup,
  LoggedIn,
  LogIn,
  LogInAttempt,
  LogInSession,
  MailboxLoggedIn,
  NewLogInExemption,
  SpentBudget,
} from "./logins.js";
import type { NewSession, SessionPresentation, SessionWithUser } from "./sessions.js";
import type { EmailChange, NewOneTimeToken, OneTimeTokenKey, OneTimeTokenRecord, UsedOneTimeToken } from "./tokens.js";
import type {
  ImportedUser,
  ImportRefusal,
  NewUser,
  UserAccess,
  UserChanges,
  UserPage,
  UserRecord,
  UserSelection,
} from "./users.js";

export type * from "../../transaction-client.js";
export type * from "./api-keys.js";
export type * from "./identities.js";
export type * from "./logins.js";
export type * from "./sessions.js";
export type * from "./tokens.js";
export type * from "./users.js";

/** Ends a sweep early, and reports what it removes. */
export interface SweepControl {
  /** Once it is aborted, the batch in progress is the last one, and the sweep resolves with what it has removed. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch. */
  readonly onRemoved?: ((kind: keyof RemovedRows, rows: number) => void) | undefined;
}

/** The numbers of rows that a sweep has removed. */
export interface RemovedRows {
  readonly sessions: number;
  readonly oneTimeTokens: number;
  readonly apiKeys: number;
  /** Budgets of failed logins, and addresses that are no longer known. */
  readonly logInAttempts: number;
}

/**
 * Stores users, sessions, one-time tokens, identities, API keys and the budgets of failed logins. The Auth module validates and normalises every argument before it calls a
 * driver: ids are canonical UUIDs, emails are in normal form, texts are within their limits. A driver enforces the
 * rules that only the database can: expiry by its own clock, uniqueness, atomicity and single use. `authDriverContract` of
 * `pevensie/testing` declares the tests that every driver must pass.
 */
export interface AuthStore {
  /** Returns the selected users, oldest first. A driver that reads from replicas may return an earlier state. */
  listUsers(page: UserPage): Promise<UserRecord[]>;
  /** Returns how many users are selected. A driver that reads from replicas may return an earlier count. */
  countUsers(selection: UserSelection): Promise<number>;
  /**
   * Returns the live user with this id, or null.
   *
   * @param mayBeStale - whether a driver that reads from replicas may return an earlier state, within a bound of its own. Default: false
   */
  getUserById(id: string, mayBeStale?: boolean): Promise<UserRecord | null>;
  /** Returns the email of the live user with this id, and the version of the user's access; null if there is none. */
  getUserAccess(id: string): Promise<UserAccess | null>;
  /** Returns the live user with this email, or null. @param mayBeStale - as in `getUserById` */
  getUserByEmail(email: string, mayBeStale?: boolean): Promise<UserRecord | null>;
  /** Returns the live user with this phone number, or null. @param mayBeStale - as in `getUserById` */
  getUserByPhoneNumber(phoneNumber: string, mayBeStale?: boolean): Promise<UserRecord | null>;
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
   * @param accessVersion - what `getUserAccess` returned; without one, nothing is compared
   * @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN; CHANGED_CONCURRENTLY if the version is another one by now, which is decided under a lock
   * on the user
   */
  updateUser(
    id: string,
    changes: UserChanges,
    keepSessionId: string | null,
    accessVersion?: string,
  ): Promise<UserRecord | null>;
  /** Replaces a hash with another hash of the same password, unless it is no longer the user's. */
  replacePasswordHash(id: string, passwordHash: string, newPasswordHash: string): Promise<void>;
  /** Returns the live user if the password hash is one of these and the user is not banned, else null. */
  getUserByPasswordHash(id: string, passwordHashes: readonly string[]): Promise<UserRecord | null>;
  /**
   * Marks the user deleted, ends the sessions and voids the tokens, in one transaction. Returns null if the user does
   * not exist.
   */
  deleteUser(id: string): Promise<UserRecord | null>;
  /**
   * Makes a deleted user live again. Returns null if no user, live or deleted, has the id.
   *
   * @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN
   */
  restoreUser(id: string): Promise<UserRecord | null>;
  /**
   * Removes the row of a user, live or deleted, and everything that refers to it. Returns whether there was one.
   *
   * @throws CONSTRAINT_VIOLATED if the application's own rows refer to it
   */
  eraseUser(id: string): Promise<boolean>;
  /** Creates users. Returns why each was refused, in the order given: one that is refused keeps no other from being created. */
  importUsers(users: readonly ImportedUser[]): Promise<readonly ImportRefusal[]>;

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
  /** {@link getSession} with the session's user. Returns null for a deleted or banned user. */
  getSessionWithUser(id: string, presentation: SessionPresentation): Promise<SessionWithUser | null>;
  /** Returns the live sessions of a user, newest first. */
  listSessions(userId: string): Promise<Session[]>;
  /**
   * Deletes the session, if it exists, and returns the id of its user.
   *
   * @param userId - if not null, only if it is this user's
   */
  deleteSession(id: string, userId: string | null): Promise<string | null>;
  /** Deletes the sessions of a user, except one, and returns their number. */
  deleteSessions(userId: string, keepSessionId: string | null): Promise<number>;
  /** Records that the user has proved the password again. Returns null if the session or the password has changed. */
  renewAuthentication(id: string, userId: string, passwordHash: string): Promise<Session | null>;

  /**
   * Creates a token. Of earlier tokens with its user, type and purpose, the newest `keep` stay usable.
   *
   * @throws USER_NOT_FOUND, USER_BANNED
   */
  createOneTimeToken(token: NewOneTimeToken): Promise<void>;
  /** Returns the token if it could be used now. */
  getOneTimeToken(token: OneTimeTokenKey): Promise<OneTimeTokenRecord | null>;
  /**
   * Uses the token and voids the others of its user, type and purpose. Of any number of concurrent calls, one returns its
   * contents.
   */
  useOneTimeToken(token: OneTimeTokenKey): Promise<UsedOneTimeToken | null>;
  /** Voids this token and no other. */
  deleteOneTimeToken(token: OneTimeTokenKey): Promise<void>;
  /** Uses a token for confirming an email, and confirms it. Returns null if the token is not usable. */
  confirmEmail(tokenHash: string): Promise<UserRecord | null>;
  /**
   * Uses a token for changing an email, sets the email as confirmed, ends the other sessions and voids the tokens, in
   * one transaction. Returns null if the token is not usable.
   *
   * @throws EMAIL_TAKEN, after which the token is still usable
   */
  confirmEmailChange(tokenHash: string, keepSessionId: string | null): Promise<EmailChange | null>;

  /**
   * Creates a token for logging in. Returns null for an email of no live user and for a banned user, after as
   * many statements and one commit.
   */
  createLogInToken(email: string, tokenHash: string, ttlSeconds: number): Promise<UserRecord | null>;
  /** The same for resetting the password. */
  createPasswordResetToken(email: string, tokenHash: string, ttlSeconds: number): Promise<UserRecord | null>;
  /** The same for a code, of which a user has one. It can be tried five times. */
  createLogInCode(email: string, codeHash: string, ttlSeconds: number): Promise<UserRecord | null>;
  /**
   * Uses a token or a code, records the sign-in and creates the session, in one transaction. If nobody had proved the user's
   * mailbox, removes the password, identities and API keys, ends earlier sessions and voids tokens. Returns null if it is not usable.
   */
  logInWithToken(
    tokenType: "log-in" | "log-in-code",
    tokenHash: string,
    logIn: LogInSession,
  ): Promise<MailboxLoggedIn | null>;
  /**
   * Counts one of the five attempts at the code of the user with this email, and returns the code's hash if it is one of these. Waits
   * for no lock of the user.
   *
   * @param codeHashes - the hash of the presented code under each key
   */
  tryLogInCode(email: string, codeHashes: readonly string[]): Promise<string | null>;

  /**
   * Uses the token, proves the mailbox as `logInWithToken` does, sets the password, ends the sessions and exemptions, voids the other tokens and grants the given
   * exemptions, in one transaction. Returns null if the token is not usable.
   */
  resetPassword(
    token: OneTimeTokenKey & { readonly userId: string },
    passwordHash: string,
    exemptions: readonly NewLogInExemption[],
  ): Promise<UserRecord | null>;

  /**
   * Logs in the user of an identity. Without one: links the identity to the user with its email if both have proved the
   * mailbox, and asks for the link otherwise; creates a user if nobody has the email.
   *
   * @throws USER_BANNED; INVALID_INPUT if a user has to be created and there is no email, or no metadata
   */
  logInWithIdentity(logIn: IdentityLogIn): Promise<IdentityLoggedIn>;
  /**
   * Links an identity to a user. Idempotent.
   *
   * @throws USER_NOT_FOUND, IDENTITY_TAKEN; CHANGED_CONCURRENTLY if the version of the user's access has changed since the call
   * began
   */
  linkIdentity(userId: string, identity: IdentityKey & { readonly email: string | null }): Promise<Identity>;
  /** Removes an identity of a user, live or deleted, if it exists. @throws LAST_LOGIN_METHOD */
  unlinkIdentity(userId: string, identity: IdentityKey): Promise<void>;
  /** Returns the identities of a user, oldest first. */
  listIdentities(userId: string): Promise<Identity[]>;

  /** @throws USER_NOT_FOUND, USER_BANNED */
  createApiKey(key: NewApiKey): Promise<ApiKey>;
  /** Returns the live key with this hash, and its user; null for a deleted or banned user. */
  getApiKeyWithUser(keyHash: string): Promise<ApiKeyWithUser | null>;
  /** Returns the live keys of a user, newest first. */
  listApiKeys(userId: string): Promise<ApiKey[]>;
  /** Deletes a key, if it exists. @param userId - if not null, only if it is this user's */
  deleteApiKey(id: string, userId: string | null): Promise<void>;

  /** Counts a failed login. Concurrent failures on the same budget add up. */
  spendLogInBudgets(budgets: readonly SpentBudget[]): Promise<void>;
  /** Grants an exemption, unless the user is deleted or banned, or the password has changed. */
  grantLogInExemption(userId: string, passwordHash: string, exemption: NewLogInExemption): Promise<void>;

  /** Removes expired sessions, tokens, keys, login budgets and exemptions, at most `batchSize` rows at a time. */
  removeExpired(batchSize: number, control?: SweepControl): Promise<RemovedRows>;

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
   * @throws ALREADY_CONNECTED when called twice; NOT_CONNECTED if `disconnect` is called meanwhile
   */
  connect(listener?: EventListener): Promise<void>;
  /** Drains calls in flight and releases what `connect` acquired. Ends a `connect` in progress. Idempotent. */
  disconnect(): Promise<void>;
}
