import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type HttpBindings, serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import type { Auth, LoggedInUser, Session, User } from "../../src/auth/index.js";
import { requireRecentLogin, requireUser, pevensieSessions as withExpress } from "../../src/plugs/express.js";
import * as fastifyPlug from "../../src/plugs/fastify.js";
import * as honoPlug from "../../src/plugs/hono.js";
import {
  createWebSessions,
  type HeaderList,
  httpHeadersOf,
  httpStatusOf,
  type WebLogInOptions,
  type WebSessionsOptions,
} from "../../src/web/index.js";

/** One application, with the same routes on each framework: all of them speak JSON, in both directions. */
export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

export type StartServer = (auth: Auth, options?: WebSessionsOptions) => Promise<WebServer>;

/** What the requests of the tests send. */
interface Body {
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly sessionId: string;
  readonly ttlSeconds?: number;
  readonly idleSeconds?: number | null;
}

/** The options of a login that a body may choose in these tests. */
const chosen = ({ email, password, ttlSeconds, idleSeconds }: Body) => ({ email, password, ttlSeconds, idleSeconds });

/** What a sign-up does: a new user with a session of the request's client, and no login. */
async function signUp(auth: Auth, { email, password }: Body, options: WebLogInOptions) {
  const user = await auth.createUserWithEmail({ email, password, userMetadata: {} });
  const { ip, userAgent, bindTo, ttlSeconds, idleSeconds } = options;
  const session = await auth.createSession({ userId: user.id, ip, userAgent, bindTo, ttlSeconds, idleSeconds });
  return { user, session };
}

/** A login that the plug knows nothing of, for `start`. */
async function logInElsewhere(auth: Auth, body: Body): Promise<LoggedInUser> {
  const loggedIn = await auth.logInUser(chosen(body));
  if (loggedIn === null) throw new Error("the password is wrong");
  return loggedIn;
}

const shown = (found: { readonly session: Session | null; readonly user: Pick<User, "id"> | null } | null) =>
  found?.user ? { userId: found.user.id, sessionId: found.session?.id } : null;

async function listening(server: Server): Promise<WebServer> {
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const expressServer: StartServer = async (auth, options) => {
  const sessions = withExpress(auth, options);
  const app = express();
  app.get("/unmounted/account", requireUser, (_req, res) => void res.json("account"));
  app.post("/unmounted/delete", requireRecentLogin(300), (_req, res) => void res.json("deleted"));
  const answer: express.RequestHandler = (_req, res, next) => {
    res.json("sent");
    next();
  };
  app.all("/answered", answer, sessions, (req) => void seenLate.push(shown(req)));
  app.get("/unmounted/early", requireUser, sessions, (_req, res) => void res.json("early"));
  app.get("/unmounted/current", (req, res) => void res.json(shown(sessions.current(req))));
  app.use(sessions, express.json());
  app.get("/me", sessions, (req, res) => void res.json(shown(req)));
  app.post("/log-in", async (req, res) => {
    const loggedIn = await sessions.logIn(req, res, chosen(req.body));
    res.status(loggedIn === null ? 401 : 200).json(shown(loggedIn === null ? null : req));
  });
  app.post("/enter", async (req, res) => {
    const given = { token: req.body.token, ...sessions.logInOptions(req, res) };
    const loggedIn = await auth.logInWithToken(given);
    if (loggedIn !== null) await sessions.start(req, res, loggedIn);
    res.status(loggedIn === null ? 401 : 200).json(shown(req));
  });
  app.post("/sign-up", async (req, res) => {
    await sessions.start(req, res, await signUp(auth, req.body, sessions.logInOptions(req, res)));
    res.json(shown(req));
  });
  app.post("/log-out", async (req, res) => {
    await sessions.end(req, res);
    res.json(shown(req));
  });
  app.get("/current", (req, res) => void res.json(shown(sessions.current(req))));
  app.post("/current-after-end", async (req, res) => {
    await sessions.end(req, res);
    res.json(shown(sessions.current(req)));
  });
  app.get("/account", requireUser, (_req, res) => void res.json("account"));
  app.get("/page", requireUser({ redirectTo: "/log-in" }), (_req, res) => void res.json("page"));
  app.post("/delete", requireRecentLogin(300), (_req, res) => void res.json("deleted"));
  app.post("/late", async (req, res) => {
    res.json("sent");
    await sessions.logIn(req, res, chosen(req.body)).catch(rememberLate);
  });
  app.post("/start-late", async (req, res) => {
    res.json("sent");
    const loggedIn = await logInElsewhere(auth, req.body);
    await sessions.start(req, res, loggedIn).catch(rememberLate);
  });
  app.post("/start-closed", async (req, res) => {
    res.destroy();
    const loggedIn = await logInElsewhere(auth, req.body);
    await sessions.start(req, res, loggedIn).catch(rememberLate);
  });
  app.post("/closed", async (req, res) => {
    res.destroy();
    await sessions.logIn(req, res, chosen(req.body)).catch(rememberLate);
  });
  app.post("/log-out-closed", async (req, res) => {
    res.destroy();
    await sessions.end(req, res).catch(rememberLate);
  });
  app.post("/thrice", async (req, res) => {
    await thrice(() => sessions.logIn(req, res, chosen(req.body)));
    res.json(shown(req));
  });
  app.post("/in-and-out", async (req, res) => {
    await sessions.logIn(req, res, chosen(req.body));
    await sessions.end(req, res);
    res.json(shown(req));
  });
  app.post("/log-out-between-cookies", async (req, res) => {
    res.append("Set-Cookie", "theme=dark");
    await sessions.end(req, res);
    res.append("Set-Cookie", "language=en");
    res.json(shown(req));
  });
  app.post("/not-awaited", (req, res) => {
    sessions.logIn(req, res, chosen(req.body)).catch(rememberLate);
    res.json("sent");
  });
  app.get("/fails", () => {
    throw new Error("a secret");
  });
  app.use((error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    for (const [name, value] of httpHeadersOf(error)) res.set(name, value);
    res.status(httpStatusOf(error)).json("failed");
  });
  const server = await new Promise<Server>((resolve) => {
    const started = app.listen(0, "127.0.0.1", () => resolve(started));
  });
  return listening(server);
};

const fastifyServer: StartServer = async (auth, options) => {
  const sessions = fastifyPlug.pevensieSessions(auth, options);
  const root = fastify();
  root.setErrorHandler((error, _request, reply) => {
    for (const [name, value] of httpHeadersOf(error)) reply.header(name, value);
    return reply.code(httpStatusOf(error)).send(JSON.stringify("failed"));
  });
  const { requireUser: user, requireRecentLogin: recentLogin } = fastifyPlug;
  root.get("/unmounted/account", { onRequest: user }, async () => JSON.stringify("account"));
  root.post("/unmounted/delete", { onRequest: recentLogin(300) }, async () => JSON.stringify("deleted"));
  await root.register(async (app) => {
    app.addHook("onRequest", user);
    await app.register(sessions);
    app.get("/unmounted/early", async () => JSON.stringify("early"));
  });
  root.get("/unmounted/current", async (request) => JSON.stringify(shown(sessions.current(request))));
  // The plug applies to this context alone.
  await root.register(async (app) => {
    await app.register(sessions);
    await app.register(async (inner) => {
      await inner.register(sessions);
      inner.get("/me", async (request, reply) => reply.send(JSON.stringify(shown(request))));
    });
    app.post<{ Body: Body }>("/log-in", async (request, reply) => {
      const loggedIn = await sessions.logIn(request, reply, chosen(request.body));
      return reply.code(loggedIn === null ? 401 : 200).send(JSON.stringify(shown(loggedIn === null ? null : request)));
    });
    app.post<{ Body: Body }>("/enter", async (request, reply) => {
      const given = { token: request.body.token, ...sessions.logInOptions(request, reply) };
      const loggedIn = await auth.logInWithToken(given);
      if (loggedIn !== null) await sessions.start(request, reply, loggedIn);
      return reply.code(loggedIn === null ? 401 : 200).send(JSON.stringify(shown(request)));
    });
    app.post<{ Body: Body }>("/sign-up", async (request, reply) => {
      const started = await signUp(auth, request.body, sessions.logInOptions(request, reply));
      await sessions.start(request, reply, started);
      return reply.send(JSON.stringify(shown(request)));
    });
    app.post("/log-out", async (request, reply) => {
      await sessions.end(request, reply);
      return reply.send(JSON.stringify(shown(request)));
    });
    app.get("/current", async (request) => JSON.stringify(shown(sessions.current(request))));
    app.post("/current-after-end", async (request, reply) => {
      await sessions.end(request, reply);
      return JSON.stringify(shown(sessions.current(request)));
    });
    app.get("/account", { onRequest: user }, async () => JSON.stringify("account"));
    app.get("/page", { preHandler: user({ redirectTo: () => "/log-in" }) }, async () => JSON.stringify("page"));
    app.post("/delete", { onRequest: recentLogin(300) }, async () => JSON.stringify("deleted"));
    app.post<{ Body: Body }>("/late", async (request, reply) => {
      reply.send(JSON.stringify("sent"));
      await sessions.logIn(request, reply, chosen(request.body)).catch(rememberLate);
      return reply;
    });
    app.post<{ Body: Body }>("/start-late", async (request, reply) => {
      reply.send(JSON.stringify("sent"));
      const loggedIn = await logInElsewhere(auth, request.body);
      await sessions.start(request, reply, loggedIn).catch(rememberLate);
      return reply;
    });
    app.post<{ Body: Body }>("/start-closed", async (request, reply) => {
      reply.raw.destroy();
      const loggedIn = await logInElsewhere(auth, request.body);
      await sessions.start(request, reply, loggedIn).catch(rememberLate);
      return reply;
    });
    app.post<{ Body: Body }>("/closed", async (request, reply) => {
      reply.raw.destroy();
      await sessions.logIn(request, reply, chosen(request.body)).catch(rememberLate);
      return reply;
    });
    app.post("/log-out-closed", async (request, reply) => {
      reply.raw.destroy();
      await sessions.end(request, reply).catch(rememberLate);
      return reply;
    });
    app.post<{ Body: Body }>("/thrice", async (request, reply) => {
      await thrice(() => sessions.logIn(request, reply, chosen(request.body)));
      return JSON.stringify(shown(request));
    });
    app.post<{ Body: Body }>("/in-and-out", async (request, reply) => {
      await sessions.logIn(request, reply, chosen(request.body));
      await sessions.end(request, reply);
      return JSON.stringify(shown(request));
    });
    app.post("/log-out-between-cookies", async (request, reply) => {
      reply.header("Set-Cookie", "theme=dark");
      await sessions.end(request, reply);
      reply.header("Set-Cookie", "language=en");
      return JSON.stringify(shown(request));
    });
    app.post<{ Body: Body }>("/not-awaited", async (request, reply) => {
      sessions.logIn(request, reply, chosen(request.body)).catch(rememberLate);
      return JSON.stringify("sent");
    });
    app.get("/fails", async () => {
      throw new Error("a secret");
    });
  });
  await root.listen({ port: 0, host: "127.0.0.1" });
  const { port } = root.server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      root.server.closeAllConnections();
      await root.close();
    },
  };
};

const honoServer: StartServer = async (auth, options) => {
  const sessions = honoPlug.pevensieSessions(auth, options);
  const app = new Hono<{ Variables: honoPlug.SessionVariables }>();
  app.get("/unmounted/account", honoPlug.requireUser, (c) => c.json("account"));
  app.post("/unmounted/delete", honoPlug.requireRecentLogin(300), (c) => c.json("deleted"));
  app.get("/unmounted/early", honoPlug.requireUser, sessions, (c) => c.json("early"));
  app.get("/unmounted/current", (c) => c.json(shown(sessions.current(c))));
  app.use(sessions);
  app.onError((error, c) => {
    for (const [name, value] of httpHeadersOf(error)) c.header(name, value);
    return c.json("failed", httpStatusOf(error) as 500);
  });
  // A response of the handler's own, which does not have the headers that were set before.
  app.get("/me", sessions, (c) => Response.json(shown(c.var)));
  app.post("/log-in", async (c) => {
    const loggedIn = await sessions.logIn(c, chosen(await c.req.json()));
    return c.json(shown(loggedIn === null ? null : c.var), loggedIn === null ? 401 : 200);
  });
  app.post("/enter", async (c) => {
    const { token } = await c.req.json<Body>();
    const loggedIn = await auth.logInWithToken({ token, ...sessions.logInOptions(c) });
    if (loggedIn !== null) await sessions.start(c, loggedIn);
    return c.json(shown(c.var), loggedIn === null ? 401 : 200);
  });
  app.post("/sign-up", async (c) => {
    await sessions.start(c, await signUp(auth, await c.req.json(), sessions.logInOptions(c)));
    return c.json(shown(c.var));
  });
  app.post("/log-out", async (c) => {
    await sessions.end(c);
    return c.json(shown(c.var));
  });
  app.get("/current", (c) => c.json(shown(sessions.current(c))));
  app.post("/current-after-end", async (c) => {
    await sessions.end(c);
    return c.json(shown(sessions.current(c)));
  });
  const { requireUser: user, requireRecentLogin: recentLogin } = honoPlug;
  app.get("/account", user, (c) => c.json("account"));
  app.get("/page", user({ redirectTo: "/log-in" }), (c) => c.json("page"));
  app.post("/delete", recentLogin(300), (c) => c.json("deleted"));
  app.use("/late", async (c, next) => {
    const body = await c.req.json<Body>();
    await next();
    await sessions.logIn(c, chosen(body)).catch(rememberLate);
  });
  app.post("/late", (c) => c.json("sent"));
  app.use("/start-late", async (c, next) => {
    const body = await c.req.json<Body>();
    await next();
    await sessions.start(c, await logInElsewhere(auth, body)).catch(rememberLate);
  });
  app.post("/start-late", (c) => c.json("sent"));
  app.post("/start-closed", async (c) => {
    const body = await c.req.json<Body>();
    (c.env as HttpBindings).outgoing.destroy();
    await sessions.start(c, await logInElsewhere(auth, body)).catch(rememberLate);
    return c.json("sent");
  });
  app.post("/closed", async (c) => {
    const body = await c.req.json<Body>();
    (c.env as HttpBindings).outgoing.destroy();
    await sessions.logIn(c, chosen(body)).catch(rememberLate);
    return c.json("sent");
  });
  app.post("/log-out-closed", async (c) => {
    (c.env as HttpBindings).outgoing.destroy();
    await sessions.end(c).catch(rememberLate);
    return c.json("sent");
  });
  app.post("/thrice", async (c) => {
    const body = await c.req.json<Body>();
    await thrice(() => sessions.logIn(c, chosen(body)));
    return c.json(shown(c.var));
  });
  app.post("/in-and-out", async (c) => {
    await sessions.logIn(c, chosen(await c.req.json()));
    await sessions.end(c);
    return c.json(shown(c.var));
  });
  app.post("/log-out-between-cookies", async (c) => {
    c.header("Set-Cookie", "theme=dark", { append: true });
    await sessions.end(c);
    c.header("Set-Cookie", "language=en", { append: true });
    return c.json(shown(c.var));
  });
  app.post("/not-awaited", async (c) => {
    const body = await c.req.json<Body>();
    sessions.logIn(c, chosen(body)).catch(rememberLate);
    return c.json("sent");
  });
  app.get("/fails", () => {
    throw new Error("a secret");
  });
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(started as Server));
  });
  return listening(server);
};

const plainServer: StartServer = async (auth, options) => {
  const web = createWebSessions(auth, options);

  async function respond(request: IncomingMessage): Promise<{ status: number; headers: HeaderList; body: string }> {
    const refused = web.guard(request);
    if (refused !== null) return refused;
    const found = await web.read(request);
    const answer = (value: unknown, headers: HeaderList = [], status = 200) => ({
      status,
      headers: [...(found?.headers ?? []), ...headers],
      body: JSON.stringify(value),
    });
    const started = (loggedIn: (LoggedInUser<unknown> & { readonly headers: HeaderList }) | null) =>
      answer(shown(loggedIn), loggedIn?.headers, loggedIn === null ? 401 : 200);
    switch (`${request.method} ${request.url}`) {
      case "GET /me":
        return answer(shown(found));
      case "POST /log-in":
        return started(await web.logIn(request, chosen(await bodyOf(request))));
      case "POST /enter": {
        const { token } = await bodyOf(request);
        const loggedIn = await auth.logInWithToken({ token, ...web.logInOptions(request) });
        if (loggedIn === null) return answer(null, [], 401);
        return started({
          ...loggedIn,
          ...(await web.start(request, loggedIn.session, { deviceToken: loggedIn.deviceToken })),
        });
      }
      case "POST /sign-up": {
        const { user, session } = await signUp(auth, await bodyOf(request), web.logInOptions(request));
        return answer(shown({ user, session }), (await web.start(request, session)).headers);
      }
      case "POST /log-out":
        return answer(null, (await web.end(request, found?.session)).headers);
      case "GET /fails":
        throw new Error("a secret");
      default:
        return answer("nothing", [], 404);
    }
  }

  const server = createServer((request, response) => {
    respond(request)
      .catch((error: unknown) => ({ status: httpStatusOf(error), headers: httpHeadersOf(error), body: '"failed"' }))
      .then(({ status, headers, body }) => {
        for (const [name, value] of headers) response.appendHeader(name, value);
        response.writeHead(status).end(body);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return listening(server);
};

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Body;
}

/** Two concurrent logins, and one after them. */
async function thrice(logIn: () => Promise<unknown>): Promise<void> {
  await Promise.all([logIn(), logIn()]);
  await logIn();
}

/** What the logins of `/late` have rejected with, in their order. */
export const lateErrors: unknown[] = [];
const rememberLate = (error: unknown) => void lateErrors.push(error);

/** Who was logged in, by requests that were answered before the session was read. */
export const seenLate: unknown[] = [];

/** The application on each framework, by name. */
export const SERVERS: Readonly<Record<"express" | "fastify" | "hono" | "node:http", StartServer>> = {
  express: expressServer,
  fastify: fastifyServer,
  hono: honoServer,
  "node:http": plainServer,
};
