import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { Session, User } from "pevensie";
import { requireRecentLogin, requireUser, type SessionVariables } from "pevensie/hono";
import type { Profile } from "./profile.js";
import type { Services } from "./services.js";

/** Somebody who is logged in. */
export interface Visitor {
  readonly session: Session;
  readonly user: User<Profile>;
}

/** What handlers find in their context. */
export interface AppEnv {
  readonly Bindings: HttpBindings;
  readonly Variables: SessionVariables<Profile> & { services: Services };
}

/** Returns Node's request, which knows the address of the connection. */
export function requestOf(c: Context<AppEnv>): HttpBindings["incoming"] {
  return c.env.incoming;
}

/** Returns who is logged in; null if nobody is, or the session has not been read. */
export function findVisitor(c: Context<AppEnv>): Visitor | null {
  const { session, user } = c.var;
  return session && user && { session, user };
}

/** Returns the visitor of a route behind {@link requireVisitor}. */
export function visitorOf(c: Context<AppEnv>): Visitor {
  return c.var.services.sessions.current(c);
}

/** Returns a path of this application, from a text that anybody may have written. */
export function safePath(path: string | undefined, fallback = "/"): string {
  return path !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : fallback;
}

/** Returns the address of a page that leads back to the current one; for a form, back to its page, and says that it was not accepted. */
function viaPage(page: string, c: Context): string {
  const isForm = c.req.method !== "GET";
  const from = (isForm ? c.req.header("referer") : c.req.url) ?? "";
  const { pathname, search } = new URL(URL.canParse(from) ? from : "/", c.req.url);
  const next = encodeURIComponent(safePath(pathname + search));
  return `${page}?next=${next}${isForm ? "&form=refused" : ""}`;
}

const toLogIn = (c: Context) => viaPage("/log-in", c);

/** Sends visitors who are not logged in to the login, and back afterwards. */
export const requireVisitor: MiddlewareHandler = requireUser({ redirectTo: toLogIn });

/** Asks for the password again unless that happened within the last minutes. Comes after {@link requireVisitor}. */
export function requireRecentLogIn(minutes = 5): MiddlewareHandler {
  return requireRecentLogin(minutes * 60, { redirectTo: (c) => viaPage("/account/identify", c) });
}

/** Answers 404 to everybody but administrators: others need not know what is there. */
export const requireAdmin: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.var.user === null) return c.redirect(toLogIn(c), 303);
  return c.var.user.role === "admin" ? next() : c.notFound();
};
