import type {
  AuthFunctions,
  ClientDescription,
  LoggedInUser,
  LogInOptions,
  Session,
  SessionBinding,
  User,
} from "../auth/index.js";
import { LOG_IN_CHOICE_KEYS, LOG_IN_TTL_SECONDS, readBindTo } from "../auth/session-terms.js";
import { invalidInput } from "../errors/index.js";
import { optionalTtl, requireOptions, requireTtl } from "../input/values.js";
import type { IpAddress } from "../net/index.js";
import { shapeOf } from "../shape.js";
import { type ClientAddress, type ClientIp, readClientIp } from "./client-address.js";
import { createGuard, type Guard, isBearer } from "./guard.js";
import type { Refusal } from "./refusal.js";
import { type HeaderList, headerOf, requireRequest, type WebRequest } from "./request.js";
import { type SessionCookieOptions, SessionCookies } from "./session-cookie.js";
import { isRenewalDue, secondsLeft } from "./session-life.js";
import { WEB_SESSION_KEYS } from "./web-session-keys.js";

/** Options of {@link createWebSessions}. */
export interface WebSessionsOptions {
  /** The attributes of the session's cookie. Default: `__Host-`, HttpOnly, Secure, SameSite=Lax, and the session's own life. */
  readonly cookie?: SessionCookieOptions | undefined;
  /**
   * How the client's address is known. A number: that many proxies in front of the application append to `X-Forwarded-For`. A function:
   * what it returns, such as a header that your proxy sets. Default: 0, the other end of the connection, and unknown for a Request of
   * fetch. A header that a client can send is never believed by default.
   */
  readonly clientIp?: ClientIp | undefined;
  /** What the sessions of `logIn` are bound to, by the client's address and `User-Agent`. Default: [], both are recorded only. */
  readonly bindTo?: readonly SessionBinding[] | undefined;
  /**
   * Time to live of the sessions of every login, in seconds, 1 to 3,155,760,000: their absolute end, also with `idleSeconds`. A login's
   * own option wins. Default: 86,400, a day.
   */
  readonly ttlSeconds?: number | undefined;
  /**
   * The sessions of every login also end when they have not been read for this many seconds, 1 to 3,155,760,000. A login's own option
   * wins; null there means no idle timeout. Default: none.
   */
  readonly idleSeconds?: number | null | undefined;
  /** Other origins whose pages may send requests that change something, such as "https://admin.example.com". Default: none. */
  readonly trustedOrigins?: readonly string[] | undefined;
}

/** The functions of an auth that {@link createWebSessions} uses. */
export type WebAuth<M> = Pick<
  AuthFunctions<M>,
  "getSessionWithUser" | "logInUser" | "deleteSession" | "createSessionCookie" | "validateSessionCookie"
>;

/** The session of a request. */
export interface WebSession<M> {
  readonly session: Session;
  readonly user: User<M>;
  /**
   * Headers for the response. With an idle timeout, reading postpones the session's end once a minute or less often, and the cookie is set
   * anew. Empty otherwise.
   */
  readonly headers: HeaderList;
}

/** The client of a request, as `reauthenticate` takes it. */
export interface WebClient {
  readonly ip: IpAddress | null;
  readonly userAgent: string | null;
  /** The token of the known device, from its cookie. */
  readonly deviceToken: string | null;
}

/** The client of a request and the life of its session, as all logins of an auth take them. */
export interface WebLogInOptions extends WebClient {
  readonly bindTo: readonly SessionBinding[];
  /** As {@link WebSessionsOptions} has it: never absent, so that `createSession`, which has no default, can take it, too. */
  readonly ttlSeconds: number;
  readonly idleSeconds: number | null;
  /** The session of the request's cookie. */
  readonly replaceSessionId: string | null;
}

/** Options of {@link WebSessions.logIn}: those of `logInUser`, without what the request says itself. */
export type WebPasswordLogInOptions = Omit<LogInOptions, "ip" | "userAgent" | "replaceSessionId">;

/** A successful login, with the headers for its response. */
export interface WebLogIn<M> extends LoggedInUser<M> {
  readonly headers: HeaderList;
}

/** Headers for a response. */
export interface WebHeaders {
  readonly headers: HeaderList;
}

/**
 * Sessions over HTTP. Every function takes a Request of fetch, or Node's IncomingMessage, and returns `headers` to send, which
 * `new Headers(headers)` takes: a `Set-Cookie` for each cookie, and `Cache-Control: no-store`, without which a shared cache could keep the
 * response and hand the cookie to others (RFC 9111, 7.3).
 *
 * No cookie or bearer token makes them reject. They reject with the errors of the auth, such as CONNECTION_UNAVAILABLE, and with
 * INVALID_INPUT if `request` is no request.
 */
export interface WebSessions<M> {
  /**
   * Returns the session of a request and its user; null without one. One statement, or one for each of up to four signed cookies. The
   * signed value comes from the cookie, or from `Authorization: Bearer`. The client's address and user agent are presented, so that
   * sessions are found that are bound to them.
   */
  read(request: WebRequest): Promise<WebSession<M> | null>;
  /**
   * Logs in with a password, as `logInUser` does, with the client's address, user agent and known device. Ends the session of the request's
   * cookie. Returns null for a wrong email or password.
   *
   * Name the options, and do not pass the body of a request as it is: its sender would choose `ttlSeconds`.
   *
   * @throws TOO_MANY_ATTEMPTS, USER_BANNED, OVERLOADED and the others of `logInUser`
   */
  logIn(request: WebRequest, options: WebPasswordLogInOptions): Promise<WebLogIn<M> | null>;
  /**
   * Sets the cookie of a session that another login, or `createSession`, has created, and ends that of the request's cookie, if it is
   * another one. Pass what a login has returned as `deviceToken`.
   *
   * @throws INVALID_INPUT for what is no session of the auth, such as one that went through JSON, or no device token
   */
  start(
    request: WebRequest,
    session: Session,
    options?: { readonly deviceToken?: string | null | undefined },
  ): Promise<WebHeaders>;
  /**
   * Ends a session, and clears the cookie unless it is that of another one. With null, ends the session that `logIn` or `start` has
   * set in this request, or else that of the request's cookie or bearer token, which `read` may not have found. The cookie of the known
   * device stays: it is for the next login.
   */
  end(request: WebRequest, session: Session | null | undefined): Promise<WebHeaders>;
  /**
   * Returns null, or what to respond to a request that a page of another site may have sent in the user's name. Looks at unsafe methods
   * and WebSockets alone: at `Sec-Fetch-Site` first, then at `Origin`. A request with a bearer token and without a session's cookie is not looked at, and
   * neither is one without any of these headers, which no browser sends.
   */
  guard(request: WebRequest): Refusal | null;
  /** Returns the client, for `auth.reauthenticate({ sessionId, password, ...web.client(request) })`. */
  client(request: WebRequest): WebClient;
  /**
   * Returns what every login takes of a request: `auth.logInWithToken({ token, ...web.logInOptions(request) })`. What comes after it wins.
   *
   * `createSession` takes `ip`, `userAgent`, `bindTo`, `ttlSeconds` and `idleSeconds` of it.
   */
  logInOptions(request: WebRequest): WebLogInOptions;
}

const FUNCTIONS = [
  "getSessionWithUser",
  "logInUser",
  "deleteSession",
  "createSessionCookie",
  "validateSessionCookie",
] as const satisfies (keyof WebAuth<unknown>)[];

/**
 * Creates the functions for sessions over HTTP.
 *
 * @param auth - a connected auth, which the caller disconnects
 * @throws PevensieError INVALID_INPUT if `auth` is not connected, or an option is unknown or invalid
 *
 * @example
 * const web = createWebSessions(auth, { clientIp: 1 });
 * const loggedIn = await web.logIn(request, { email, password });
 * for (const [name, value] of loggedIn?.headers ?? []) response.appendHeader(name, value);
 */
export function createWebSessions<M>(auth: WebAuth<M>, options: WebSessionsOptions = {}): WebSessions<M> {
  const given = requireOptions(options, "options", WEB_SESSION_KEYS);
  const { cookie, clientIp, bindTo, ttlSeconds = LOG_IN_TTL_SECONDS, idleSeconds, trustedOrigins } = given;
  if (!FUNCTIONS.every((name) => typeof (auth as Partial<WebAuth<M>> | null | undefined)?.[name] === "function")) {
    throw invalidInput("auth", "must be a connected Auth: await connect() first");
  }
  return new HttpSessions(auth, {
    cookies: new SessionCookies(cookie),
    addressOf: readClientIp(clientIp),
    life: {
      bindTo: readBindTo(bindTo, []),
      ttlSeconds: requireTtl(ttlSeconds),
      idleSeconds: optionalTtl(idleSeconds, "idleSeconds"),
    },
    guard: createGuard(trustedOrigins),
  });
}

/** What is the same for the sessions of all logins. */
type SessionLife = Pick<WebLogInOptions, "bindTo" | "ttlSeconds" | "idleSeconds">;

interface Parts {
  readonly cookies: SessionCookies;
  readonly addressOf: ClientAddress;
  readonly life: SessionLife;
  readonly guard: Guard;
}

/** Copied rather than written as a literal: see {@link shapeOf}. */
const NO_IDS: string[] = [];
const PRESENTATION = shapeOf("ip", "userAgent");
const WEB_SESSION = shapeOf("session", "user", "headers");

class HttpSessions<M> implements WebSessions<M> {
  readonly #auth: WebAuth<M>;
  readonly #parts: Parts;
  /** By request, the id of the session whose cookie its response sets. */
  readonly #started = new WeakMap<WebRequest, string>();

  constructor(auth: WebAuth<M>, parts: Parts) {
    this.#auth = auth;
    this.#parts = parts;
  }

  async read(request: WebRequest): Promise<WebSession<M> | null> {
    requireRequest(request);
    const ofCookies = this.#idsOfCookies(request);
    const id = ofCookies[0] ?? this.#idOfBearer(request);
    if (id === null) return null;
    const presentation = {
      ...PRESENTATION,
      ip: this.#parts.addressOf(request),
      userAgent: headerOf(request, "user-agent"),
    };
    const found = await (ofCookies.length > 1
      ? this.#onlyLive(ofCookies, presentation)
      : this.#auth.getSessionWithUser(id, presentation));
    if (found === null) return null;
    const { session, user } = found;
    const headers = ofCookies.length > 0 && isRenewalDue(session) ? this.#headersOf(request, session) : [];
    return { ...WEB_SESSION, session, user, headers };
  }

  async logIn(request: WebRequest, options: WebPasswordLogInOptions): Promise<WebLogIn<M> | null> {
    const ofRequest = this.logInOptions(request);
    const given = requireOptions(options, "options", ["email", "password", ...LOG_IN_CHOICE_KEYS]);
    const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const loggedIn = await this.#auth.logInUser({ ...ofRequest, ...chosen } as LogInOptions);
    if (loggedIn === null) return null;
    const headers = this.#headersOf(request, loggedIn.session, loggedIn.deviceToken);
    this.#started.set(request, loggedIn.session.id);
    await this.#endOthers(request, [loggedIn.session.id, ofRequest.replaceSessionId]).catch(async (error: unknown) => {
      // A login that is not answered must leave no session.
      this.#started.delete(request);
      await this.#auth.deleteSession(loggedIn.session.id);
      throw error;
    });
    return { ...loggedIn, headers };
  }

  async start(
    request: WebRequest,
    session: Session,
    options: { readonly deviceToken?: string | null | undefined } = {},
  ): Promise<WebHeaders> {
    requireRequest(request);
    const { deviceToken } = requireOptions(options, "options", ["deviceToken"]);
    if (deviceToken !== undefined && deviceToken !== null) requireDeviceToken(deviceToken);
    const headers = this.#headersOf(request, session, deviceToken ?? null);
    this.#started.set(request, session.id);
    await this.#endOthers(request, [session.id]);
    return { headers };
  }

  async end(request: WebRequest, session: Session | null | undefined): Promise<WebHeaders> {
    requireRequest(request);
    const { cookies } = this.#parts;
    const started = this.#started.get(request);
    const current = started === undefined ? this.#idsOfCookies(request) : [started];
    if (session !== null && session !== undefined && typeof (session as Partial<Session>).id !== "string") {
      throw invalidInput("session", "must be a session, or null");
    }
    const given = session?.id ?? (current.length === 0 ? this.#idOfBearer(request) : null);
    const endsCurrent = given === null || current.includes(given);
    for (const id of endsCurrent ? current : [given]) await this.#auth.deleteSession(id);
    // Whoever ends another session, as on a page of devices, stays logged in.
    if (current.length === 0 ? !this.#hasCookie(request) : !endsCurrent) return { headers: [] };
    this.#started.delete(request);
    return { headers: [cookies.clear(request), NO_STORE()] };
  }

  guard(request: WebRequest): Refusal | null {
    requireRequest(request);
    return this.#parts.guard(request, this.#hasCookie);
  }

  client(request: WebRequest): WebClient {
    requireRequest(request);
    return {
      ip: this.#parts.addressOf(request),
      userAgent: headerOf(request, "user-agent") ?? null,
      deviceToken: this.#parts.cookies.readDevice(request),
    };
  }

  logInOptions(request: WebRequest): WebLogInOptions {
    const client = this.client(request);
    const { life } = this.#parts;
    if (life.bindTo.includes("ip") && client.ip === null) {
      throw invalidInput("clientIp", "must say how the address is known that sessions are to be bound to");
    }
    return { ...client, ...life, replaceSessionId: this.#idsOfCookies(request)[0] ?? null };
  }

  readonly #hasCookie = (request: WebRequest): boolean => this.#parts.cookies.read(request).length > 0;

  /**
   * Returns the sessions that signed cookies name. There are several if another host of the domain has planted one, or if the cookie had
   * another domain or path before: browsers keep both.
   */
  #idsOfCookies(request: WebRequest): string[] {
    const ids = NO_IDS.slice();
    for (const value of this.#parts.cookies.read(request)) {
      const id = this.#auth.validateSessionCookie(value);
      if (id !== null && !ids.includes(id)) ids.push(id);
    }
    return ids;
  }

  /** Returns the one session of these that this client may use. Of several, nobody can say which one was planted. */
  async #onlyLive(
    ids: readonly string[],
    client: ClientDescription,
  ): Promise<{ readonly session: Session; readonly user: User<M> } | null> {
    const found = await Promise.all(ids.map((id) => this.#auth.getSessionWithUser(id, client)));
    const [live = null, ...others] = found.filter((session) => session !== null);
    return others.length === 0 ? live : null;
  }

  /** Ends the sessions that the browser had until now: somebody may have planted one, and know its cookie (session fixation). */
  async #endOthers(request: WebRequest, except: readonly (string | null)[]): Promise<void> {
    for (const id of this.#idsOfCookies(request)) if (!except.includes(id)) await this.#auth.deleteSession(id);
  }

  #idOfBearer(request: WebRequest): string | null {
    const authorization = headerOf(request, "authorization");
    return isBearer(authorization) ? this.#auth.validateSessionCookie(authorization.slice(7).trim()) : null;
  }

  #headersOf(request: WebRequest, session: Session, deviceToken: string | null = null): HeaderList {
    const { cookies } = this.#parts;
    const value = this.#auth.createSessionCookie(session);
    const headers = [cookies.write(request, value, secondsLeft(session))];
    if (deviceToken !== null) headers.push(cookies.writeDevice(request, deviceToken));
    headers.push(NO_STORE());
    return headers;
  }
}

/** A new pair, since the list that it goes into is the caller's. */
const NO_STORE = (): HeaderList[number] => ["Cache-Control", "no-store"];

/** What is no token is not quoted: it may be one that was changed on its way. */
function requireDeviceToken(value: unknown): asserts value is string {
  if (typeof value === "string" && /^[\w.-]+$/.test(value)) return;
  throw invalidInput("deviceToken", "must be what a login has returned as deviceToken");
}
