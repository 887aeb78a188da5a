import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import * as ofExpress from "../../src/plugs/express.js";
import * as ofFastify from "../../src/plugs/fastify.js";
import * as ofHono from "../../src/plugs/hono.js";
import { createAccess } from "../../src/web/index.js";
import { createUser, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

/** Calls that a compiler would refuse, or that are easily made by mistake. */

const database = useDatabase();
const auth = useAuth(database.url);
const invalid = (field: string, message = "") =>
  expect.objectContaining({ code: "INVALID_INPUT", field, message: expect.stringContaining(message) });

describe.each([
  ["Express", ofExpress],
  ["Fastify", ofFastify],
  ["Hono", ofHono],
])("requireRecentLogin of %s", (_, { requireRecentLogin }) => {
  test.each([undefined, null, Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 1.5, "300"])(
    "refuses %s in place of seconds: it would admit everybody who is logged in, or nobody",
    (seconds) => {
      expect(() => requireRecentLogin(seconds as number)).toThrow(invalid("seconds"));
    },
  );
});

test("createAccess refuses seconds that are undefined, and needs none", () => {
  expect(() => createAccess({}, undefined)).toThrow(invalid("seconds"));
  expect(createAccess()(null, {})).toMatchObject({ status: 401 });
});

test("createAccess takes undefined for nobody, as it takes null", () => {
  const refused = { status: 401, code: "LOGIN_REQUIRED" };
  expect(createAccess()(undefined, {})).toMatchObject(refused);
  expect(createAccess({}, 300)(undefined, {})).toMatchObject(refused);
  expect(createAccess({ redirectTo: "/log-in" })(undefined, {})).toMatchObject({ status: 303, code: "LOGIN_REQUIRED" });
});

describe("a missing argument is named", () => {
  test("the response of Express", () => {
    const sessions = ofExpress.pevensieSessions(auth.current);
    const { request } = express();
    expect(() => sessions.client(request as never, undefined as never)).toThrow(invalid("res", "req, res"));
  });

  test("the reply of Fastify", async () => {
    const sessions = ofFastify.pevensieSessions(auth.current);
    const app = fastify();
    await app.register(sessions);
    const forgetful = { logIn: sessions.logIn, end: sessions.end } as Record<string, (...args: unknown[]) => unknown>;
    app.post("/", (request) => forgetful["logIn"]?.(request, { email: "lucy@example.com", password: "" }));
    app.delete("/", (request) => forgetful["end"]?.(request));
    for (const method of ["POST", "DELETE"] as const) {
      const { message } = (await app.inject({ method, url: "/" })).json();
      expect(message).toBe("reply is missing. Pass request, reply, and then the other arguments");
    }
  });

  test("the context of Hono", () => {
    const sessions = ofHono.pevensieSessions(auth.current);
    expect(() => sessions.logInOptions(undefined as never)).toThrow(invalid("c"));
  });
});

describe("start", () => {
  test("logs nobody in with a session that a concurrent change of the user's access has made void", async () => {
    const sessions = ofHono.pevensieSessions(auth.current);
    const user = await createUser(auth.current);
    const session = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
    const app = new Hono<{ Variables: ofHono.SessionVariables }>().use(sessions);
    app.post("/", async (c, next) => {
      await sessions.start(c, { session: { ...session, expiresAt: session.createdAt }, user });
      expect([c.var.session, c.var.user]).toEqual([null, null]);
      expect(() => sessions.current(c)).toThrow(expect.objectContaining({ status: 401 }));
      return next();
    });
    app.post("/", ofHono.requireUser, (c) => c.text(c.var.user.email));
    const response = await app.request("/", { method: "POST" });
    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie()).toEqual([expect.stringContaining("Max-Age=0")]);
  });

  test("refuses null, a session alone and another user, and takes what a login returns", async () => {
    const sessions = ofHono.pevensieSessions(auth.current);
    const [user, other] = [await createUser(auth.current), await createUser(auth.current)];
    const session = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
    const refused: unknown[] = [];
    const app = new Hono().use(sessions);
    app.post("/", async (c) => {
      for (const given of [null, undefined, session, { session }, { user }, { session, user: other }]) {
        await sessions.start(c, given as never).catch((error) => refused.push(error));
      }
      const before = String(c.get("user" as never));
      await sessions.start(c, { session, user });
      return c.text(`${before} ${sessions.current(c).user.id}`);
    });
    const response = await app.request("/", { method: "POST" });
    expect(await response.text()).toBe(`null ${user.id}`);
    expect(response.headers.getSetCookie()).toHaveLength(1);
    expect(refused).toEqual([...Array.from({ length: 5 }, () => invalid("loggedIn")), invalid("loggedIn.user")]);
    expect(await auth.current.getSession(session.id)).not.toBeNull();
  });
});
