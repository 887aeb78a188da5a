/** A server of the section `http`, in a process of its own: plain node:http. Its arguments are its kind and its database. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createAuth } from "pevensie";
import { createAuthDriver } from "pevensie/postgres";
import { createWebSessions } from "pevensie/web";
import { betterAuthOptions } from "../contenders/better-auth.js";
import { SESSION_SECRET } from "../contenders/express-session.js";
import type { ServerKind } from "../contenders/http.js";
import { COOKIE_KEY } from "../contenders/pevensie.js";
import { poolOf } from "../statements.js";

/** Answers a request, once it knows whose it is. */
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const BODY = JSON.stringify({ message: "through the wardrobe" });
const HEADERS = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(BODY) };

/** The same answer from all of them. The load counts every status but 200 as a failure. */
function answer(response: ServerResponse, isKnown: boolean): void {
  response.writeHead(isKnown ? 200 : 401, HEADERS);
  response.end(BODY);
}

const HANDLERS: Readonly<Record<ServerKind, (url: string) => Promise<Handler>>> = {
  none: async () => (_, response) => answer(response, true),
  pevensie: (url) => pevensie(url, true),
  "pevensie-unbatched": (url) => pevensie(url, false),
  "better-auth": betterAuth,
  "express-session": (url) => expressSession(url, false),
  "express-session-untouched": (url) => expressSession(url, true),
};

async function pevensie(url: string, batching: boolean): Promise<Handler> {
  const driver = createAuthDriver({ connectionString: url, idleTimeoutMillis: 0, batching });
  const web = createWebSessions(await createAuth({ driver, cookieKey: COOKIE_KEY }).connect());
  return (request, response) => {
    web.read(request).then((found) => answer(response, found?.user.email !== undefined), fail);
  };
}

async function betterAuth(url: string): Promise<Handler> {
  const { betterAuth: create } = await import("better-auth");
  const { fromNodeHeaders } = await import("better-auth/node");
  const auth = create(betterAuthOptions(poolOf(url), false));
  return (request, response) => {
    auth.api
      .getSession({ headers: fromNodeHeaders(request.headers) })
      .then((found) => answer(response, found?.user.email !== undefined), fail);
  };
}

/** As the documentation of connect-pg-simple sets it up. Each request then postpones the session's end, unless that is disabled. */
async function expressSession(url: string, disableTouch: boolean): Promise<Handler> {
  const { default: session } = await import("express-session");
  const { default: connect } = await import("connect-pg-simple");
  const store = new (connect(session))({ pool: poolOf(url), disableTouch });
  const middleware = session({ store, secret: SESSION_SECRET, resave: false, saveUninitialized: false });
  return (request, response) => {
    const asExpress = request as Parameters<typeof middleware>[0];
    middleware(asExpress, response as Parameters<typeof middleware>[1], (error: unknown) => {
      if (error) fail(error);
      answer(response, "userId" in asExpress.session);
    });
  };
}

/** No contender may fail: the parent learns it from the process's end. */
function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}

const [kind = "none", url = ""] = process.argv.slice(2);
const server = createServer(await HANDLERS[kind as ServerKind](url));
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as { port: number }).port));
process.on("disconnect", () => process.exit());
