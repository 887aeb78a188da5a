import type { Json } from "../../json.js";
import type { Session, SessionBinding } from "../session.js";
import type { User } from "../user.js";

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

/** A new session. */
export interface CreateSessionOptions extends ClientDescription {
  readonly userId: string;
  /**
   * Time to live in seconds, 1 to 3,155,760,000. **Default: none. Without it, or with null, the session never
   * expires**: it lasts until it is deleted or its user loses access. Set it wherever a person logs in (OWASP ASVS
   * 7.3.2).
   */
  readonly ttlSeconds?: number | null | undefined;
  /**
   * What the session is bound to: it is found only if the same is presented. What is given and not listed is recorded
   * only, for a list of the user's devices. Default: all that is given.
   */
  readonly bindTo?: readonly SessionBinding[] | undefined;
  /**
   * The session also ends when it has not been read for this many seconds, 1 to 3,155,760,000. Reading it postpones that
   * end; the time is written at most once a minute, or once in a tenth of `idleSeconds` if that is shorter. Default: no
   * idle timeout.
   */
  readonly idleSeconds?: number | null | undefined;
  /** Ends every other session of the user. Default: false. */
  readonly deleteOtherSessions?: boolean | undefined;
}

/** Options of {@link SessionFunctions.deleteSession}. */
export interface DeleteSessionOptions {
  /** Ends the session only if it is this user's. Default: any user's. Undefined is refused: INVALID_INPUT. */
  readonly userId?: string;
}

/** Options of {@link SessionFunctions.deleteSessions}. */
export interface DeleteSessionsOptions {
  /** A session that is not ended, such as that of the current request. */
  readonly keepSessionId?: string | null | undefined;
}

/** The result of {@link SessionFunctions.getSessionWithUser}. */
export interface SessionWithUserResult<M = Json> {
  readonly session: Session;
  readonly user: User<M>;
}

/** The functions of an auth that concern sessions and their cookies. */
export interface SessionFunctions<M> {
  /**
   * Creates a session, which **never expires without `ttlSeconds`**. It has expired from the start, with
   * `expiresAt` equal to `createdAt`, if the call waited for a change of the password or the like (docs/security.md, "Calls during a change
   * of access").
   *
   * @throws USER_NOT_FOUND, USER_BANNED; CHANGED_CONCURRENTLY if the server aborts the call for the sake of another transaction
   */
  createSession(options: CreateSessionOptions): Promise<Session>;
  /** Returns null if the session is unknown, expired (it is then deleted if possible), or bound to another client. */
  getSession(sessionId: string, presentation?: ClientDescription): Promise<Session | null>;
  /**
   * Returns a session as `getSession` does, with its user, in one statement. Returns null for a deleted or banned user.
   *
   * @throws INVALID_METADATA
   */
  getSessionWithUser(sessionId: string, presentation?: ClientDescription): Promise<SessionWithUserResult<M> | null>;
  /** Returns the live sessions of a user, newest first. */
  listSessions(userId: string): Promise<Session[]>;
  /** Ends a session (logout). Does nothing if it does not exist, or is not that of the given user. */
  deleteSession(sessionId: string, options?: DeleteSessionOptions): Promise<void>;
  /** Ends the sessions of a user, and returns their number. */
  deleteSessions(userId: string, options?: DeleteSessionsOptions): Promise<number>;

  /** Returns the value for a cookie: `<session id>|<HMAC-SHA256 of it, base64url>`. @throws INVALID_INPUT */
  createSessionCookie(session: Session): string;
  /** Returns the session id of a cookie that one of the keys has signed; null for any other text. */
  validateSessionCookie(cookie: string): string | null;
}
