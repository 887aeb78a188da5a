import type { Json } from "../../json.js";
import type { Session } from "../session.js";
import type { User } from "../user.js";
import type { ClientDescription, CreateSessionOptions } from "./sessions.js";

/** The client of a login, and the session that the login creates. */
export interface LogInSessionOptions extends ClientDescription, Pick<CreateSessionOptions, "bindTo" | "idleSeconds"> {
  /** Time to live of the session in seconds, 1 to 3,155,760,000. Default: 86,400, a day. */
  readonly ttlSeconds?: number | undefined;
  /**
   * The id of the session that the request presented, as `validateSessionCookie` returned it. A successful login ends
   * that session (OWASP ASVS 7.2.4), even if it belongs to another user, since several people may share a browser.
   * Null, an unknown id and text that is not an id end nothing. Default: none.
   */
  readonly replaceSessionId?: string | null | undefined;
  /**
   * The `deviceToken` that an earlier login on this device returned, kept in a cookie of its own for a year. With the
   * right one, failures of strangers do not count: attempts have a budget of their own, as large as that of a known
   * address. Text that is no such token is ignored. Default: none.
   */
  readonly deviceToken?: string | null | undefined;
}

/** A login with a password. */
export interface LogInOptions extends LogInSessionOptions {
  readonly email: string;
  readonly password: string;
}

/** A login with a token from an email. */
export interface LogInWithTokenOptions extends LogInSessionOptions {
  /** What `createLogInToken` returned. */
  readonly token: string;
}

/** A login with a code from an email. */
export interface LogInWithCodeOptions extends LogInSessionOptions {
  readonly email: string;
  /** What `createLogInCode` returned. Blanks in it are ignored. */
  readonly code: string;
}

/** Options of {@link LogInFunctions.createLogInToken} and {@link LogInFunctions.createLogInCode}. */
export interface CreateLogInTokenOptions {
  readonly email: string;
  /** Time to live in seconds, 1 to 3,155,760,000. Ten minutes are usual. */
  readonly ttlSeconds: number;
}

/** A successful login. */
export interface LoggedInUser<M = Json> {
  readonly session: Session;
  readonly user: User<M>;
  /**
   * Keep it in a cookie for a year, and present it at the next login. It is valid for this user, until the password
   * changes, a ban or the deletion of the user.
   */
  readonly deviceToken: string;
}

/** The result of {@link LogInFunctions.createLogInToken}. */
export interface CreateLogInTokenResult<M = Json> {
  readonly token: string;
  readonly user: User<M>;
}

/** The result of {@link LogInFunctions.createLogInCode}. */
export interface CreateLogInCodeResult<M = Json> {
  /** Six digits. */
  readonly code: string;
  readonly user: User<M>;
}

/** Options of {@link LogInFunctions.getUserByEmailAndPassword}. */
export interface PasswordCheckOptions {
  /** The client's address, as for `logInUser`. */
  readonly ip?: string | null | undefined;
}

/** Options of {@link LogInFunctions.reauthenticate}. */
export interface ReauthenticateOptions extends ClientDescription, Pick<LogInSessionOptions, "deviceToken"> {
  readonly sessionId: string;
  readonly password: string;
}

/** The functions of an auth that concern logins. */
export interface LogInFunctions<M> {
  /**
   * Returns the user if the password is correct, else null. Takes the same time whether or not the user exists. The
   * limits on failed logins apply as to `logInUser`: without `ip`, failures of strangers can lock the user out.
   *
   * @throws USER_BANNED for the correct password, PASSWORD_HASH_FAILED for a stored hash that cannot be read,
   * OVERLOADED, TOO_MANY_ATTEMPTS, INVALID_METADATA
   */
  getUserByEmailAndPassword(email: string, password: string, options?: PasswordCheckOptions): Promise<User<M> | null>;
  /**
   * Checks the password, records the sign-in and creates a session, of 24 hours by default and bound to the given ip and
   * user agent. Ends the session `replaceSessionId` in the same statement. Returns null for a wrong email or password.
   *
   * @throws USER_BANNED for the correct password, PASSWORD_HASH_FAILED for a stored hash that cannot be read,
   * OVERLOADED, TOO_MANY_ATTEMPTS, INVALID_METADATA
   */
  logInUser(options: LogInOptions): Promise<LoggedInUser<M> | null>;
  /**
   * Asks for the password again, before something dangerous. Checks that of the session's user and renews the session's
   * `authenticatedAt`. Returns null for a wrong password, and for a session that `getSession` would not find. Failures
   * count as those of logins.
   *
   * @throws as `logInUser` does
   */
  reauthenticate(options: ReauthenticateOptions): Promise<Session | null>;

  /**
   * Creates a token for a link by which the user logs in without a password. Returns null for an email of no user and for
   * a banned user. That takes less time: respond to the request first, the same in any case, and call this function afterwards. Send the
   * token to `user.email`.
   * The link has to lead to a page whose form uses the token by POST: mail scanners open links.
   *
   * @throws INVALID_METADATA
   */
  createLogInToken(options: CreateLogInTokenOptions): Promise<CreateLogInTokenResult<M> | null>;
  /**
   * Creates a code of six digits to type in. It can be tried five times, and replaces an earlier one. Returns null as
   * `createLogInToken` does.
   *
   * @throws INVALID_METADATA
   */
  createLogInCode(options: CreateLogInTokenOptions): Promise<CreateLogInCodeResult<M> | null>;
  /**
   * Logs in with a token, which is used up. It proves the user's mailbox and sets `emailConfirmedAt`. If nobody had proved
   * it before, whoever signed up may have been a stranger: the password, sessions, identities and API keys from before are
   * removed. Returns null if the token is not usable.
   *
   * @throws INVALID_METADATA
   */
  logInWithToken(options: LogInWithTokenOptions): Promise<LoggedInUser<M> | null>;
  /**
   * Logs in with a code, as `logInWithToken` does with a token. Wrong codes count as failed logins.
   *
   * @throws TOO_MANY_ATTEMPTS, OVERLOADED, INVALID_METADATA
   */
  logInWithCode(options: LogInWithCodeOptions): Promise<LoggedInUser<M> | null>;
}
