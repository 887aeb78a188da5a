/**
 * Sessions for Express 4.21 and 5.
 *
 * @module pevensie/express
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, RequestHandler, Response } from "express";
import { invalidInput } from "../errors/index.js";
import type { Refusal } from "../web/index.js";
import type { RequestSession, SessionFunctions, SessionPlugOptions, SessionSource } from "./session-functions.js";
import { accessHandlers, createPlug, linesWithout, requireRead, VISIT } from "./sessions.js";

export type * from "./session-functions.js";

declare global {
  namespace Express {
    // Inherited, so that a package with a property of the same name, such as express-session, keeps its own type for it.
    interface Request extends RequestSession {}
  }
}

/**
 * A `Request` with parameters, body and query of any types. `Request<{ id: string }>` is not assignable to `Request`, so only the properties
 * that are used are required.
 */
export type AnyRequest = IncomingMessage & Pick<Request, "app" | "session">;

/** A `Response` with a body and locals of any types. */
export type AnyResponse = ServerResponse & {
  /** Adds a line to a header. */
  append(name: string, value: string): unknown;
  /** Sets a header. */
  set(name: string, value: string | string[]): unknown;
};

/** The middleware, and the functions that change the session of a request. */
export interface ExpressSessions<M> extends RequestHandler, SessionFunctions<[req: AnyRequest, res: AnyResponse], M> {}

/** Which adapter has read the session of a request. */
const readBy = new WeakMap<Request, unknown>();

/**
 * Creates the middleware: sets `req.session` and `req.user`, renews the cookie, and responds with 403 to requests of other sites that may
 * change something. Mount it after static files, which then cost no query, and before the routes. Errors of the auth go to `next`.
 *
 * @param source - a connected auth, or what `createWebSessions` returned
 * @throws PevensieError INVALID_INPUT
 *
 * @example
 * const sessions = pevensieSessions(auth, { clientIp: 1 });
 * app.use(sessions);
 * app.get("/me", requireUser, (req, res) => res.json(sessions.current(req).user));
 */
export function pevensieSessions<M>(source: SessionSource<M>, options?: SessionPlugOptions): ExpressSessions<M> {
  const { functions, receive } = createPlug<[AnyRequest, AnyResponse], M>(
    source,
    options,
    ["req", "res"],
    (req, res) => ({
      ...VISIT,
      request: req,
      session: req.session,
      isSent: res.headersSent || res.writableEnded || res.destroyed,
      setHeader: (name, value, replaced) => {
        if (replaced !== undefined) res.set(name, linesWithout(res.getHeader(name), replaced));
        if (name === "Set-Cookie") res.append(name, value);
        else res.set(name, value);
      },
      setSession: (session, user) => Object.assign(req, { session, user }),
    }),
  );
  const middleware: RequestHandler = (req, res, next) => {
    const reader = readBy.get(req);
    if (reader === receive) return next();
    if (reader === undefined && req.session !== undefined) {
      return next(invalidInput("req.session", "was set by something else, such as express-session: use one of them"));
    }
    readBy.set(req, receive);
    receive(req, res).then((refused) => (refused === null ? next() : respond(res, refused)), next);
  };
  return Object.assign(middleware, functions);
}

const access = accessHandlers<Request, RequestHandler>((admit) => (req, res, next) => {
  const refused = admit(requireRead(req.session), req);
  if (refused === null) next();
  else respond(res, refused);
});

/** Responds with 401 if nobody is logged in. A middleware as it is, or with options: `requireUser({ redirectTo: "/login" })`. */
export const requireUser = access.requireUser;

/** Responds with 401 if nobody is logged in, and with 403 if the last login, or `reauthenticate`, is more than `seconds` ago. */
export const requireRecentLogin = access.requireRecentLogin;

function respond(res: Response, { status, headers, body }: Refusal): void {
  // A timeout of the application's may have responded: setting a header would throw, where no handler catches it.
  if (res.headersSent) return;
  for (const [name, value] of headers) res.set(name, value);
  res.status(status).end(body);
}
