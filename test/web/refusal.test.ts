import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { afterAll, describe, expect, test } from "vitest";
import * as ofExpress from "../../src/plugs/express.js";
import * as ofFastify from "../../src/plugs/fastify.js";
import * as ofHono from "../../src/plugs/hono.js";
import { createAccess, httpStatusOf, RefusalError } from "../../src/web/index.js";
import { useAuth } from "../support/auth.js";
import { Browser } from "../support/browser.js";
import { useDatabase } from "../support/database.js";

/** What `current` throws, where an application handles no errors itself. */

const database = useDatabase();
const auth = useAuth(database.url);
const closings: (() => unknown)[] = [];
afterAll(() => Promise.all(closings.map((close) => close())));

describe("what current throws without a user", () => {
  test("is 401 for Express", async () => {
    const sessions = ofExpress.pevensieSessions(auth.current);
    const app = express().set("env", "test").use(sessions);
    app.get("/", (req, res) => void res.json(sessions.current(req)));
    const server = app.listen(0, "127.0.0.1");
    closings.push(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    expect(await new Browser(port).get("/")).toMatchObject({ status: 401 });
  });

  test("is 401 for Fastify, with its code", async () => {
    const sessions = ofFastify.pevensieSessions(auth.current);
    const app = fastify();
    await app.register(sessions);
    app.get("/", async (request) => sessions.current(request));
    const response = await app.inject("/");
    expect([response.statusCode, response.json()]).toEqual([401, expect.objectContaining({ code: "LOGIN_REQUIRED" })]);
  });

  test("is the response of requireUser for Hono", async () => {
    const sessions = ofHono.pevensieSessions(auth.current);
    const app = new Hono<{ Variables: ofHono.SessionVariables }>().use(sessions);
    app.get("/", (c) => c.json(sessions.current(c)));
    app.get("/guarded", ofHono.requireUser, (c) => c.json(null));
    const [thrown, guarded] = [await app.request("/"), await app.request("/guarded")];
    expect(thrown.status).toBe(401);
    expect([...thrown.headers]).toEqual([...guarded.headers]);
    expect(await thrown.json()).toEqual(await guarded.json());
  });

  test("has the status, the code and the message of the refusal", async () => {
    const sessions = ofHono.pevensieSessions(auth.current);
    const app = new Hono<{ Variables: ofHono.SessionVariables }>().use(sessions);
    let thrown: unknown;
    app.onError((error, c) => {
      thrown = error;
      return c.text("");
    });
    app.get("/", (c) => c.json(sessions.current(c)));
    await app.request("/");
    expect(thrown).toBeInstanceOf(RefusalError);
    expect(thrown).toMatchObject({ name: "RefusalError", status: 401, code: "LOGIN_REQUIRED" });
    expect((thrown as RefusalError).message).toMatch(/^Nobody is logged in/);
    expect(httpStatusOf(thrown)).toBe(401);
  });

  test.each([
    ["/\u0432\u0445\u043e\u0434?from=%2F\u00e9", "/%D0%B2%D1%85%D0%BE%D0%B4?from=%2F%C3%A9"],
    ["/\u{1f512}#a b", "/%F0%9F%94%92#a b"],
    ["/lone\ud800\udc00\ud800", "/lone%F0%90%80%80%EF%BF%BD"],
    ["/\t/evil.example\r\nSet-Cookie: a=b\0", "/%09/evil.example%0D%0ASet-Cookie: a=b%00"],
    ["https://example.com/log-in?next=/a%20b&c=%", "https://example.com/log-in?next=/a%20b&c=%"],
  ])("a redirect to %j percent-encodes what a header cannot have, and nothing else", (redirectTo, location) => {
    const refusal = createAccess({ redirectTo })(null, {});
    expect(new Headers(refusal?.headers).get("location")).toBe(location);
  });

  test("has the code and the message where the refusal is a redirect", async () => {
    const refusal = createAccess({ redirectTo: "/log-in" })(null, {});
    if (refusal === null) throw new Error("admitted");
    const error = new RefusalError(refusal);
    expect(error).toMatchObject({ status: 303, code: "LOGIN_REQUIRED", refusal });
    expect(error.message).toMatch(/^Nobody is logged in/);
    const response = error.getResponse();
    expect([response.status, response.headers.get("location"), await response.text()]).toEqual([303, "/log-in", ""]);
  });
});
