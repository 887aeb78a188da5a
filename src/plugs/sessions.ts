import type { Session, User } from "../auth/index.js";
import { invalidInput, PevensieError } from "../errors/index.js";
import { requireBoolean, requireOptions } from "../input/values.js";
import { shapeOf } from "../shape.js";
import {
  type Access,
  type AccessOptions,
  createAccess,
  createWebSessions,
  type HeaderList,
  type Refusal,
  RefusalError,
  type WebAuth,
  type WebPasswordLogInOptions,
  type WebRequest,
  type WebSessions,
} from "../web/index.js";
import { isVoid } from "../web/session-life.js";
import { WEB_SESSION_KEYS } from "../web/web-session-keys.js";
import type {
  CurrentSession,
  RequireRecentLogin,
  RequireUser,
  SessionFunctions,
  SessionPlugOptions,
  SessionSource,
  StartedSession,
} from "./session-functions.js";

/** A request and its response, as the adapter of a framework shows them. */
export interface Visit<M> {
  readonly request: WebRequest;
  readonly session: Session | null | undefined;
  /** Whether it is too late for headers: the response has been sent, or its connection is closed. */
  readonly isSent: boolean;
  /**
   * Keeps each Set-Cookie, and of any other header the last one.
   *
   * @param replaced - the value of a Set-Cookie that was set before, to be removed
   */
  setHeader(name: string, value: string, replaced: string | undefined): void;
  setSession(session: Session | null, user: User<M> | null): void;
}

/** Returns whether the connection of a response has been closed. With HTTP/2, Node's response has no `destroyed`, but its stream has. */
export function isClosed(raw: {
  readonly destroyed?: boolean;
  readonly stream?: { readonly destroyed?: boolean };
}): boolean {
  return raw.destroyed === true || raw.stream?.destroyed === true;
}

/** Returns the lines of a response's Set-Cookie without one of them. */
export function linesWithout(lines: unknown, line: string): string[] {
  return [lines ?? []]
    .flat()
    .map(String)
    .filter((other) => other !== line);
}

/** What an adapter's {@link Visit} begins with. */
export const VISIT = shapeOf("request", "session", "isSent", "setHeader", "setSession");

const CURRENT_SESSION = shapeOf("session", "user");

const requireAnyUser = createAccess();

/**
 * Returns the session that the adapter has read, or null.
 *
 * @throws NOT_CONNECTED for undefined, which would pass for "nobody" with a middleware that is not there, and hide the mistake
 */
export function requireRead(session: Session | null | undefined): Session | null {
  if (session !== undefined) return session;
  throw new PevensieError("NOT_CONNECTED", "The session was not read: put pevensieSessions before this.");
}

/**
 * Returns `requireUser` and `requireRecentLogin` of a framework.
 *
 * @param handlerOf - makes a handler of the framework of what admits requests
 */
export function accessHandlers<R, Handler extends (...args: never[]) => unknown>(
  handlerOf: (access: Access<R>) => Handler,
): { readonly requireUser: RequireUser<R, Handler>; readonly requireRecentLogin: RequireRecentLogin<R, Handler> } {
  const requireAny = handlerOf(createAccess());
  // The framework calls it with more than the options.
  const requireUser = (first?: unknown, ...rest: unknown[]) =>
    rest[0] === undefined
      ? handlerOf(createAccess(first as AccessOptions<R> | undefined))
      : requireAny(...([first, ...rest] as never[]));
  return {
    requireUser: requireUser as RequireUser<R, Handler>,
    requireRecentLogin: (seconds, options) => handlerOf(createAccess(options, seconds)),
  };
}

/** What an adapter does for each request, and the functions that it offers. */
export interface SessionPlug<Exchange extends unknown[], M> {
  /** Reads the session, unless the request is refused. */
  receive(...exchange: Exchange): Promise<Refusal | null>;
  readonly functions: SessionFunctions<Exchange, M>;
}

/**
 * @param names - what the framework calls the request and the response, for messages
 * @throws INVALID_INPUT
 */
export function createPlug<Exchange extends [request: object, ...unknown[]], M>(
  source: SessionSource<M>,
  options: SessionPlugOptions | undefined,
  names: { readonly [Index in keyof Exchange]: string },
  createVisit: (...exchange: Exchange) => Visit<M>,
): SessionPlug<Exchange, M> {
  const { web, isGuarded } = readSource(source, options);
  const visitOf = (...exchange: Exchange) => {
    for (const [index, name] of names.entries()) {
      if (exchange[index] !== undefined && exchange[index] !== null) continue;
      throw invalidInput(name, `is missing. Pass ${names.join(", ")}, and then the other arguments`);
    }
    return createVisit(...exchange);
  };
  /** By request, what this adapter has read. Another package may set a `user` of its own. */
  const current = new WeakMap<object, CurrentSession<M> | null>();
  /** By request, the session that a login in it has started. */
  const startedBy = new WeakMap<object, Session>();
  /** By request, the lines of Set-Cookie that its response has from this adapter, by the cookie's name. */
  const linesOf = new WeakMap<object, Map<string, string>>();
  /** Returns the line that this one replaces: a response sets a cookie once at most (RFC 6265, 4.1.1). */
  const replacedBy = (request: object, line: string): string | undefined => {
    const lines = linesOf.get(request) ?? new Map<string, string>();
    const name = line.slice(0, line.indexOf("="));
    const replaced = lines.get(name);
    linesOf.set(request, lines.set(name, line));
    return replaced;
  };
  const keep = ([request]: Exchange, visit: Visit<M>, found: CurrentSession<M> | null, headers: HeaderList) => {
    for (const [name, value] of headers) {
      visit.setHeader(name, value, name === "Set-Cookie" ? replacedBy(request, value) : undefined);
    }
    current.set(request, found && { ...CURRENT_SESSION, session: found.session, user: found.user });
    visit.setSession(found?.session ?? null, found?.user ?? null);
  };
  const open = (exchange: Exchange) => {
    const visit = visitOf(...exchange);
    if (visit.isSent) throw invalidInput("response", "is sent or closed: log in and out before that, and await it");
    return visit;
  };
  /** Ends a session whose cookie cannot be sent any more, unless it is the one that the request has. */
  const endIfUnsent = async (visit: Visit<M>, session: Session) => {
    if (visit.isSent && session.id !== visit.session?.id) await web.end(visit.request, session);
  };
  /**
   * Ends sessions that nobody would have: one whose cookie cannot be sent any more, since the call was not awaited or the client has gone,
   * and one that an earlier login in the same request has started, whose cookie the browser replaces.
   */
  const keepStarted = async (exchange: Exchange, started: StartedSession<M>, headers: HeaderList) => {
    const visit = visitOf(...exchange);
    await endIfUnsent(visit, started.session);
    // A session is void if the user's access has changed while it was created: whoever has lost it is nobody in this request, too.
    keep(exchange, open(exchange), isVoid(started.session) ? null : started, headers);
    const [request] = exchange;
    const earlier = startedBy.get(request);
    startedBy.set(request, started.session);
    if (earlier !== undefined && earlier.id !== started.session.id) await web.end(visit.request, earlier);
  };
  const functions: SessionFunctions<Exchange, M> = {
    web,
    current(request) {
      const found = current.get(request);
      const refused = requireAnyUser(requireRead(found === null ? null : found?.session), request);
      if (refused !== null) throw new RefusalError(refused);
      return found as CurrentSession<M>;
    },
    client: (...exchange) => web.client(visitOf(...exchange).request),
    logInOptions: (...exchange) => web.logInOptions(visitOf(...exchange).request),
    async logIn(...args) {
      const [given, exchange] = [args.pop() as WebPasswordLogInOptions, args as unknown as Exchange];
      const loggedIn = await web.logIn(open(exchange).request, given);
      if (loggedIn !== null) await keepStarted(exchange, loggedIn, loggedIn.headers);
      return loggedIn;
    },
    async start(...args) {
      const [loggedIn, exchange] = [args.pop() as StartedSession<M>, args as unknown as Exchange];
      requireStarted(loggedIn);
      const { session, deviceToken } = loggedIn;
      const visit = visitOf(...exchange);
      await endIfUnsent(visit, session);
      const { headers } = await web.start(open(exchange).request, session, { deviceToken });
      await keepStarted(exchange, loggedIn, headers);
    },
    async end(...exchange) {
      // Also if the client has gone: it has asked for the end of the session.
      const visit = visitOf(...exchange);
      startedBy.delete(exchange[0]);
      const { headers } = await web.end(visit.request, visit.session ?? null);
      keep(exchange, open(exchange), null, headers);
    },
  };
  return {
    functions,
    async receive(...exchange) {
      const visit = visitOf(...exchange);
      const refused = isGuarded ? web.guard(visit.request) : null;
      if (refused !== null) return refused;
      const found = await web.read(visit.request);
      // A timeout of the application's may have responded meanwhile: the next request renews the cookie.
      keep(exchange, visit, found, visitOf(...exchange).isSent ? [] : (found?.headers ?? []));
      return null;
    },
  };
}

/** A login that returned null, or the session without its user, is a mistake that is easily made. */
function requireStarted(loggedIn: Partial<StartedSession<unknown>> | null | undefined): void {
  const { session, user } = loggedIn ?? {};
  if (typeof session !== "object" || session === null || typeof user !== "object" || user === null) {
    throw invalidInput("loggedIn", "must be { session, user }: what a login has returned, unless that is null");
  }
  if (session.userId !== user.id) throw invalidInput("loggedIn.user", "must be the user of the session");
}

function readSource<M>(
  source: SessionSource<M>,
  options: SessionPlugOptions = {},
): { readonly web: WebSessions<M>; readonly isGuarded: boolean } {
  requireOptions(options, "options", ["guard", ...WEB_SESSION_KEYS]);
  const { guard = true, ...rest } = options;
  requireBoolean(guard, "guard");
  if (typeof (source as Partial<WebSessions<M>> | null | undefined)?.logInOptions !== "function") {
    return { web: createWebSessions(source as WebAuth<M>, rest), isGuarded: guard };
  }
  const [given] = Object.keys(rest);
  if (given !== undefined)
    throw invalidInput(given, "is an option of createWebSessions, which has made these sessions");
  return { web: source as WebSessions<M>, isGuarded: guard };
}
