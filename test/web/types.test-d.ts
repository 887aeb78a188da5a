import type { IncomingMessage } from "node:http";
import { createSecureServer } from "node:http2";
import type { Express, Request as ExpressRequest, Response as ExpressResponse } from "express";
import fastifyOf, { type FastifyInstance } from "fastify";
import type { Hono } from "hono";
import { describe, expectTypeOf, test } from "vitest";
import type { Auth, Json, Session, User } from "../../src/auth/index.js";
import type { PevensieErrorCode } from "../../src/errors/index.js";
import * as ofExpress from "../../src/plugs/express.js";
import * as ofFastify from "../../src/plugs/fastify.js";
import * as ofHono from "../../src/plugs/hono.js";
import { createWebSessions, httpStatusOf, type WebSessions } from "../../src/web/index.js";

interface Profile {
  readonly name: string;
}

declare const auth: Auth;
declare const profiles: Auth<Profile>;
declare const incoming: IncomingMessage;
declare const express: Express;
declare const fastify: FastifyInstance;
declare const hono: Hono<{ Variables: ofHono.SessionVariables<Profile> }>;

describe("pevensie/web", () => {
  test("keeps the type of user metadata", async () => {
    const web = createWebSessions(profiles);
    expectTypeOf(web).toEqualTypeOf<WebSessions<Profile>>();
    const found = await web.read(incoming);
    expectTypeOf(found?.user).toEqualTypeOf<User<Profile> | undefined>();
    const loggedIn = await web.logIn(new Request("https://app.example.com"), { email: "", password: "" });
    expectTypeOf(loggedIn?.user).toEqualTypeOf<User<Profile> | undefined>();
    new Headers(loggedIn?.headers);
    new Response("", { headers: loggedIn?.headers ?? [] });
    const refused = web.guard(incoming);
    if (refused !== null) new Response(refused.body, refused);
  });

  test("refuses what the request says itself, and a request of no kind", () => {
    const web = createWebSessions(auth);
    // @ts-expect-error the address comes from the request
    void web.logIn(incoming, { email: "", password: "", ip: "192.0.2.1" });
    // @ts-expect-error what the options give would replace it
    void auth.logInWithToken({ token: "", ttlSeconds: 60, ...web.logInOptions(incoming) });
    void auth.logInWithToken({ token: "", ...web.logInOptions(incoming), ttlSeconds: 60 });
    // @ts-expect-error no request
    void web.read("GET /");
    // @ts-expect-error an auth that is not connected
    createWebSessions(null);
    expectTypeOf(httpStatusOf).returns.toEqualTypeOf<number>();
    expectTypeOf<PevensieErrorCode>().toExtend<string>();
  });
});

test("Express: requests have a typed session and user", () => {
  const sessions = ofExpress.pevensieSessions(profiles, { clientIp: 1 });
  express.use(sessions);
  express.use("/admin", sessions, ofExpress.requireUser, ofExpress.requireRecentLogin(300));
  express.get("/", ofExpress.requireUser({ redirectTo: (req) => `/log-in?from=${req.path}` }), async (req, res) => {
    expectTypeOf(req.user).toEqualTypeOf<User<Json> | null>();
    expectTypeOf(req.session).toEqualTypeOf<Session | null>();
    expectTypeOf(sessions.current(req)).toExtend<{ readonly session: Session; readonly user: User<Profile> }>();
    const loggedIn = await sessions.logIn(req, res, { email: "", password: "" });
    expectTypeOf(loggedIn?.user).toEqualTypeOf<User<Profile> | undefined>();
  });
  // @ts-expect-error not a number of seconds
  ofExpress.requireRecentLogin("5 minutes");
  // @ts-expect-error these options are of createWebSessions and the plug alone
  ofExpress.pevensieSessions(auth, { clientIP: 1 });
});

test("Express: takes requests and responses of any types, and no others", () => {
  interface Params {
    readonly id: string;
  }
  interface Locals {
    readonly nonce: string;
  }
  type Typed = ExpressRequest<Params, string, { readonly name: string }, { readonly page: string }, Locals>;
  const sessions = ofExpress.pevensieSessions(profiles);
  const handler = async (req: Typed, res: ExpressResponse<string, Locals>) => {
    expectTypeOf(sessions.current(req).user).toEqualTypeOf<User<Profile>>();
    sessions.client(req, res);
    const loggedIn = await auth.logInWithToken({ token: "", ...sessions.logInOptions(req, res) });
    await sessions.logIn(req, res, { email: "", password: "" });
    if (loggedIn !== null) await ofExpress.pevensieSessions(auth).start(req, res, loggedIn);
    await sessions.end(req, res);
  };
  express.post("/typed/:id", handler);
  express.post("/:id", async (req, res) => {
    expectTypeOf(req.params.id).toEqualTypeOf<string>();
    await sessions.end(req, res);
  });
  express.post("/users/:id", async (req: ExpressRequest<{ id: string }>, res) => {
    await sessions.end(req, res);
  });
  // @ts-expect-error a request of Node, which Express has not extended
  sessions.current(incoming);
});

test("Fastify: requests have a typed session and user", () => {
  const sessions = ofFastify.pevensieSessions(profiles);
  void fastify.register(sessions);
  fastify.get("/", { onRequest: ofFastify.requireUser }, async (request, reply) => {
    expectTypeOf(request.user).toEqualTypeOf<User<Json> | null>();
    expectTypeOf(request.session).toEqualTypeOf<Session | null>();
    expectTypeOf(sessions.current(request)).toExtend<{ readonly session: Session; readonly user: User<Profile> }>();
    const loggedIn = await sessions.logIn(request, reply, { email: "", password: "" });
    expectTypeOf(loggedIn?.user).toEqualTypeOf<User<Profile> | undefined>();
  });
  fastify.get(
    "/page",
    { preHandler: [ofFastify.requireUser({ redirectTo: "/" }), ofFastify.requireRecentLogin(1)] },
    () => "",
  );
});

test("HTTP/2: requests of Node and of Fastify are taken", () => {
  const web = createWebSessions(profiles);
  createSecureServer(async (request, response) => {
    const refused = web.guard(request);
    const found = refused === null ? await web.read(request) : null;
    response.end(found?.user.email ?? "");
  });
  const sessions = ofFastify.pevensieSessions(profiles);
  const app = fastifyOf({ http2: true });
  void app.register(sessions);
  const onRequest = [
    ofFastify.requireUser,
    ofFastify.requireUser({ redirectTo: "/" }),
    ofFastify.requireRecentLogin(1),
  ];
  app.get("/", { onRequest }, async (request, reply) => {
    await sessions.logIn(request, reply, { email: "", password: "" });
    await sessions.end(request, reply);
    return sessions.current(request).user.userMetadata.name;
  });
  app.get("/page", { preHandler: ofFastify.requireUser }, () => "");
});

test("Hono: variables are typed, and not null behind requireUser", () => {
  const sessions = ofHono.pevensieSessions(profiles);
  hono.use(sessions);
  hono.get("/", (c) => {
    expectTypeOf(c.var.user).toEqualTypeOf<User<Profile> | null>();
    return c.text("");
  });
  hono.get("/me", ofHono.requireUser, (c) => {
    expectTypeOf(c.var.session).toExtend<Session>();
    expectTypeOf(c.var.user).toExtend<User<Profile>>();
    return c.text(c.var.user.userMetadata.name);
  });
  hono.use("/account/*", ofHono.requireUser);
  hono.get("/account/email", (c) => {
    expectTypeOf(c.var.user).toEqualTypeOf<User<Profile> | null>();
    return c.text(sessions.current(c).user.userMetadata.name);
  });
  hono.post("/delete", ofHono.requireRecentLogin(300), (c) => c.text(c.var.user.email));
});
