/**
 * Sessions for Hono 4, on Node and wherever else it and Node's modules run.
 *
 * @module pevensie/hono
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import type { Session, User } from "../auth/index.js";
import type { Json } from "../json.js";
import type { HeaderList, Refusal, WebRequest } from "../web/index.js";
import type { SessionFunctions, SessionPlugOptions, SessionSource } from "./session-functions.js";
import { accessHandlers, createPlug, isClosed, requireRead, VISIT } from "./sessions.js";

export type * from "./session-functions.js";

/** What {@link pevensieSessions} sets: both, or null. */
export interface SessionVariables<M = Json> {
  session: Session | null;
  user: User<M> | null;
}

/** The middleware, and the functions that change the session of a request. */
export interface HonoSessions<M>
  extends MiddlewareHandler<{ Variables: SessionVariables<M> }>,
    SessionFunctions<[c: Context], M> {}

/** Which adapter has read the session of a request, and headers of the response, which has not been made yet. */
const visits = new WeakMap<Context, { readonly reader: unknown; readonly headers: HeaderList }>();

/**
 * Creates the middleware: sets `c.var.session` and `c.var.user`, renews the cookie, and responds with 403 to requests of other sites that
 * may change something. With `@hono/node-server` the client's address is known as that of the connection.
 *
 * @param source - a connected auth, or what `createWebSessions` returned
 * @throws PevensieError INVALID_INPUT
 *
 * @example
 * const sessions = pevensieSessions(auth, { clientIp: 1 });
 * const app = new Hono<{ Variables: SessionVariables }>().use(sessions);
 * app.get("/me", requireUser, (c) => c.json(sessions.current(c).user));
 */
export function pevensieSessions<M>(source: SessionSource<M>, options?: SessionPlugOptions): HonoSessions<M> {
  const { functions, receive } = createPlug<[Context], M>(source, options, ["c"], (c) => ({
    ...VISIT,
    request: requestOf(c),
    session: c.get("session"),
    isSent: c.finalized || isClosed(nodeOf(c).outgoing ?? {}),
    setHeader: (name, value, replaced) => {
      const { headers } = visits.get(c) ?? {};
      if (headers === undefined) return setHeader(c, name, value);
      const at = headers.findIndex(([, line]) => line === replaced);
      if (at !== -1) headers.splice(at, 1);
      headers.push([name, value]);
    },
    setSession: (session, user) => {
      c.set("session", session);
      c.set("user", user);
    },
  }));
  const middleware: MiddlewareHandler = async (c, next) => {
    if (visits.get(c)?.reader === receive) return next();
    // A handler may return a response of its own, without the headers that were set before.
    const headers: HeaderList = [];
    visits.set(c, { reader: receive, headers });
    const refused = await receive(c);
    if (refused !== null) return responseOf(refused);
    await next();
    // A copy of the adapter, or an application that is mounted, may have set the cookie meanwhile: it would be undone.
    const lines = c.res.headers.getSetCookie();
    for (const [name, value] of headers) {
      const start = value.slice(0, value.indexOf("=") + 1);
      if (name !== "Set-Cookie" || !lines.some((line) => line.startsWith(start))) setHeader(c, name, value);
    }
    return undefined;
  };
  return Object.assign(middleware, functions);
}

/** The middleware of {@link requireUser} and {@link requireRecentLogin}: handlers behind it have a user. */
export type AccessHandler = MiddlewareHandler<{ Variables: { session: Session; user: object } }>;

const access = accessHandlers<Context, AccessHandler>((admit) => async (c, next) => {
  const refused = admit(requireRead(c.get("session")), c);
  return refused === null ? next() : responseOf(refused);
});

/** Responds with 401 if nobody is logged in. A middleware as it is, or with options: `requireUser({ redirectTo: "/login" })`. */
export const requireUser = access.requireUser;

/** Responds with 401 if nobody is logged in, and with 403 if the last login, or `reauthenticate`, is more than `seconds` ago. */
export const requireRecentLogin = access.requireRecentLogin;

/** Returns Node's request and response, where there are any. */
function nodeOf(c: Context): {
  readonly incoming?: Partial<IncomingMessage>;
  readonly outgoing?: Partial<ServerResponse>;
} {
  const { server = c.env } = (c.env ?? {}) as { readonly server?: unknown };
  return server ?? {};
}

/** Returns Node's request where there is one, which knows the other end of the connection. */
function requestOf(c: Context): WebRequest {
  const { incoming } = nodeOf(c);
  return typeof incoming?.headers === "object" ? (incoming as IncomingMessage) : c.req.raw;
}

function setHeader(c: Context, name: string, value: string): void {
  c.header(name, value, { append: name === "Set-Cookie" });
}

const responseOf = ({ body, ...rest }: Refusal) => new Response(body === "" ? null : body, rest);
