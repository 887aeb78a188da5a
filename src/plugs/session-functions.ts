import type { LoggedInUser, Session, User } from "../auth/index.js";
import type {
  AccessOptions,
  RegisteredMetadata,
  WebAuth,
  WebClient,
  WebLogInOptions,
  WebPasswordLogInOptions,
  WebSessions,
  WebSessionsOptions,
} from "../web/index.js";

/** A connected auth, or what `createWebSessions` has made of one. */
export type SessionSource<M> = WebAuth<M> | WebSessions<M>;

/** Options of `pevensieSessions`. Those of `createWebSessions` go with an auth alone. */
export interface SessionPlugOptions extends WebSessionsOptions {
  /** Whether requests of other sites that may change something get 403. Default: true. */
  readonly guard?: boolean | undefined;
}

/** What `pevensieSessions` of Express and of Fastify adds to requests: both, or null. */
export interface RequestSession {
  session: Session | null;
  user: User<RegisteredMetadata> | null;
}

/** Handler that admits users who are logged in; called with options, it returns such a handler. */
export type RequireUser<R, Handler> = ((options?: AccessOptions<R>) => Handler) & Handler;

/** `requireRecentLogin`. `seconds` is from 1 to 3,155,760,000. */
export type RequireRecentLogin<R, Handler> = (seconds: number, options?: AccessOptions<R>) => Handler;

/** What a login has created. */
export interface StartedSession<M> {
  readonly session: Session;
  readonly user: User<M>;
  readonly deviceToken?: string | undefined;
}

/** Who is logged in. */
export interface CurrentSession<M> {
  readonly session: Session;
  readonly user: User<M>;
}

/**
 * The functions that change the session of a request. They set the response's cookies, and the `session` and `user` of the request. Call
 * them before the response is sent.
 */
export interface SessionFunctions<Exchange extends unknown[], M> {
  /** The functions of `pevensie/web` that these are built on. */
  readonly web: WebSessions<M>;
  /**
   * Returns the session and the user of a request, neither of them null: for handlers behind `requireUser`.
   *
   * @throws RefusalError with the status 401 if nobody is logged in; PevensieError NOT_CONNECTED if the adapter is not mounted
   */
  current(request: Exchange[0]): CurrentSession<M>;
  /** Returns the client, for `auth.reauthenticate({ sessionId, password, ...sessions.client(…) })`. */
  client(...args: Exchange): WebClient;
  /** Returns what every login takes of a request: `auth.logInWithToken({ token, ...sessions.logInOptions(…) })`. What comes after it wins. */
  logInOptions(...args: Exchange): WebLogInOptions;
  /** Logs in with a password, as `logIn` of {@link WebSessions}. Returns null for a wrong email or password. */
  logIn(...args: [...Exchange, options: WebPasswordLogInOptions]): Promise<LoggedInUser<M> | null>;
  /**
   * Keeps the session that another login has created, such as `auth.logInWithToken`: pass what it returned. After a sign-up, pass the user
   * and what `auth.createSession` returned. A session that is void, since the user's access has changed while it was created, logs nobody
   * in: `session` and `user` of the request are null.
   *
   * @throws INVALID_INPUT if the user is not the session's, which leaves the session, or if the response is sent or its client has gone,
   * which ends it
   */
  start(...args: [...Exchange, loggedIn: StartedSession<M>]): Promise<void>;
  /** Logs out: ends the session of the request and clears its cookie. */
  end(...args: Exchange): Promise<void>;
}
