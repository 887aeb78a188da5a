import { once } from "node:events";
import { connect, constants, createServer, type Http2Server, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import { type HttpBindings, serve } from "@hono/node-server";
import fastify from "fastify";
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { pevensieSessions as withFastify } from "../../src/plugs/fastify.js";
import { pevensieSessions as withHono } from "../../src/plugs/hono.js";
import type { WebSessionsOptions } from "../../src/web/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { Browser } from "../support/browser.js";
import { useDatabase } from "../support/database.js";
import { lateErrors, SERVERS, seenLate, type WebServer } from "../support/web-servers.js";

vi.mock("@node-rs/argon2", async (original) => (await import("../support/cached-argon2.js")).cached(original));

const database = useDatabase();
const backdoor = authBackdoor(database);
let auth: Auth;
let user: User;
beforeAll(async () => {
  auth = await authOn({ connectionString: database.url }).connect();
});
afterAll(() => auth.disconnect());
beforeEach(async () => {
  // All attempts come from one address.
  await database.rows("truncate pevensie.log_in_budget");
  user = await createUser(auth);
});

const HOST = "app.example.com";
const SITE = { host: HOST, origin: `https://${HOST}`, "user-agent": "Lucy's browser" };
const DAY = 86_400;
const YEAR = 365 * DAY;

describe.each(Object.entries(SERVERS))("%s", (name, start) => {
  const servers: WebServer[] = [];
  let port = 0;
  const serve = async (options?: WebSessionsOptions, by: Auth = auth) => {
    const server = await start(by, options);
    servers.push(server);
    return server.port;
  };
  beforeAll(async () => {
    port = await serve();
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  const visitor = (headers: Record<string, string> = SITE) => new Browser(port, headers);
  const logIn = async (browser: Browser, more: object = {}) => {
    const reply = await browser.post("/log-in", { email: user.email, password: PASSWORD, ...more });
    expect(reply.status).toBe(200);
    return reply;
  };

  test("logs in, reads the session of the cookie, and logs out", async () => {
    const browser = visitor();
    expect((await browser.get("/me")).body).toBeNull();
    const { body } = await logIn(browser);
    expect(body).toEqual({ userId: user.id, sessionId: expect.any(String) });
    const me = await browser.get("/me");
    expect(me.body).toEqual(body);
    expect(me.cookies).toEqual([]);
    const value = browser.cookies.get("__Host-session") as string;

    const loggedOut = await browser.post("/log-out");
    expect(loggedOut.body).toBeNull();
    const attributes = { httpOnly: true, secure: true, sameSite: "lax", path: "/" };
    expect(loggedOut.cookies).toEqual([{ name: "__Host-session", value: "", maxAge: 0, ...attributes }]);
    expect((await browser.get("/me")).body).toBeNull();
    // The value itself admits nobody any more.
    browser.cookies.set("__Host-session", value);
    expect((await browser.get("/me")).body).toBeNull();
    expect(await backdoor.sessionIds(user.id)).toEqual([]);
  });

  test("G58: sets cookies that no script, no other host and no cache gets", async () => {
    const { cookies, headers, body } = await logIn(visitor(), { ttlSeconds: 3600 });
    const attributes = { httpOnly: true, secure: true, sameSite: "lax", path: "/" };
    const value = auth.createSessionCookie({ id: (body as { sessionId: string }).sessionId } as never);
    expect(cookies).toEqual([
      { name: "__Host-session", value, maxAge: 3600, ...attributes },
      { name: "__Host-session-device", value: expect.stringMatching(/^dt_/), maxAge: YEAR, ...attributes },
    ]);
    expect(headers["cache-control"]).toBe("no-store");
  });

  test("responds to a wrong password without a cookie, and to too many with 429 and Retry-After", async () => {
    const browser = visitor();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const { status, cookies } = await browser.post("/log-in", { email: user.email, password: "a wrong password" });
      expect({ status, cookies }).toEqual({ status: 401, cookies: [] });
    }
    const { status, headers, body } = await browser.post("/log-in", { email: user.email, password: PASSWORD });
    expect({ status, body }).toEqual({ status: 429, body: "failed" });
    expect(headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  });

  test("presents the token of the known device to the next login", async () => {
    const browser = visitor();
    await logIn(browser);
    await browser.post("/log-out");
    const device = browser.cookies.get("__Host-session-device");
    expect(device).toMatch(/^dt_/);
    // The address is not that of the owner any more, and others there have spent its budget.
    await database.rows("delete from pevensie.log_in_exemption where user_id = $1", [user.id]);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await visitor().post("/log-in", { email: user.email, password: "a wrong password" });
    }
    expect((await visitor().post("/log-in", { email: user.email, password: PASSWORD })).status).toBe(429);
    await logIn(browser);
    const name = (token = "") => token.split(".")[2];
    expect(name(browser.cookies.get("__Host-session-device"))).toBe(name(device));
  });

  test("G59: a login ends the session that the browser had, whoever has planted it", async () => {
    const attacker = await createUser(auth);
    const planted = await auth.createSession({ userId: attacker.id, ttlSeconds: 60 });
    const browser = visitor();
    browser.cookies.set("__Host-session", auth.createSessionCookie(planted));
    await logIn(browser);
    expect(await backdoor.sessionIds(attacker.id)).toEqual([]);
    expect((await browser.get("/me")).body).toMatchObject({ userId: user.id });
  });

  test("G59: keeps the session of a login by link, and ends the one before", async () => {
    const browser = visitor();
    await logIn(browser);
    const [before] = await backdoor.sessionIds(user.id);
    const created = await auth.createLogInToken({ email: user.email, ttlSeconds: 60 });
    const entered = await browser.post("/enter", { token: created?.token });
    expect(entered.body).toMatchObject({ userId: user.id });
    expect(entered.cookies.map((cookie) => cookie.name)).toEqual(["__Host-session", "__Host-session-device"]);
    expect((await browser.get("/me")).body).toEqual(entered.body);
    expect(await backdoor.sessionIds(user.id)).not.toContain(before);
    const [session] = await auth.listSessions(user.id);
    expect(session).toMatchObject({ ip: "127.0.0.1", userAgent: "Lucy's browser", boundTo: [] });
    expect((await browser.post("/enter", { token: created?.token })).status).toBe(401);
  });

  test("a sign-up starts a session of its client, and needs no login: the limits on logins do not refuse it", async () => {
    const once = { burst: 1, perHour: 1 };
    const strict = await authOn({ connectionString: database.url }, { logInLimits: { address: once } }).connect();
    const browser = new Browser(await serve({}, strict), SITE);
    const planted = await auth.createSession({ userId: user.id, ttlSeconds: 60 });
    browser.cookies.set("__Host-session", auth.createSessionCookie(planted));
    browser.cookies.set("__Host-session-device", "that of somebody else");
    await browser.post("/log-in", { email: user.email, password: "a wrong password" });
    const spent = await database.rows("select * from pevensie.log_in_budget order by 1, 2");
    expect(spent).not.toEqual([]);

    const credentials = { email: uniqueEmail(), password: PASSWORD };
    const { status, body, cookies } = await browser.post("/sign-up", credentials);
    expect({ status, body }).toEqual({
      status: 200,
      body: { userId: expect.any(String), sessionId: expect.anything() },
    });
    // No login has made a token for the device. The cookie of the one before is for its user.
    expect(cookies).toEqual([expect.objectContaining({ name: "__Host-session", maxAge: DAY })]);
    expect((await browser.get("/me")).body).toEqual(body);
    expect(await backdoor.sessionIds(user.id)).toEqual([]);
    const { userId } = body as { userId: string };
    expect(await auth.listSessions(userId)).toEqual([
      expect.objectContaining({ ip: "127.0.0.1", userAgent: "Lucy's browser", boundTo: [], idleSeconds: null }),
    ]);
    expect(await database.rows("select * from pevensie.log_in_budget order by 1, 2")).toEqual(spent);
    expect((await browser.post("/log-in", credentials)).status).toBe(429);
    await strict.disconnect();
    expect((await visitor().post("/log-in", credentials)).cookies).toContainEqual(
      expect.objectContaining({ name: "__Host-session-device" }),
    );
  });

  test("G58: every login has the life that the options give, and its own where it names one", async () => {
    const at = await serve({ ttlSeconds: 7200, idleSeconds: 600 });
    const credentials = { email: user.email, password: PASSWORD };
    const lifeOf = async (path: string, body: object) => {
      const { status, cookies } = await new Browser(at, SITE).post(path, body);
      const [session] = await auth.listSessions(user.id);
      const { createdAt, expiresAt, idleSeconds } = session ?? {};
      const ttlSeconds = ((expiresAt?.getTime() ?? 0) - (createdAt?.getTime() ?? 0)) / 1000;
      return { status, ttlSeconds, idleSeconds, maxAge: cookies[0]?.maxAge };
    };
    const given = { status: 200, ttlSeconds: 7200, idleSeconds: 600, maxAge: 600 };
    expect(await lifeOf("/log-in", credentials)).toEqual(given);
    const created = await auth.createLogInToken({ email: user.email, ttlSeconds: 60 });
    expect(await lifeOf("/enter", { token: created?.token })).toEqual(given);
    // The first proof of the mailbox has removed the password.
    await auth.setUserPassword(user.id, PASSWORD);
    const own = { ...given, ttlSeconds: 60, idleSeconds: null, maxAge: 60 };
    expect(await lifeOf("/log-in", { ...credentials, ttlSeconds: 60, idleSeconds: null })).toEqual(own);
  });

  test("G57: takes the same signed value as a bearer token, and nothing else", async () => {
    const browser = visitor();
    const { body } = await logIn(browser);
    const value = browser.cookies.get("__Host-session") as string;
    const api = new Browser(port);
    const me = async (authorization: string) => (await api.get("/me", { authorization })).body;
    expect(await me(`Bearer ${value}`)).toEqual(body);
    expect(await me(`bearer  ${value}`)).toEqual(body);
    const { sessionId } = body as { sessionId: string };
    for (const other of [
      sessionId,
      `Bearer ${sessionId}`,
      `Basic ${value}`,
      value,
      "Bearer",
      "Bearer ",
      `Bearer ${value}x`,
    ]) {
      expect(await me(other)).toBeNull();
    }
    const loggedOut = await api.post("/log-out", {}, { authorization: `Bearer ${value}` });
    expect(loggedOut.cookies).toEqual([]);
    expect(await me(`Bearer ${value}`)).toBeNull();
  });

  test("G57: takes no cookie that was changed, signed by another key, or is a bare id", async () => {
    const browser = visitor();
    const { body } = await logIn(browser);
    const value = browser.cookies.get("__Host-session") as string;
    const { sessionId } = body as { sessionId: string };
    const stranger = await authOn({ connectionString: database.url }, { cookieKey: "k".repeat(32) }).connect();
    const foreign = stranger.createSessionCookie({ id: sessionId } as never);
    await stranger.disconnect();
    const last = value.endsWith("A") ? "E" : "A";
    const changed = `${value.slice(0, -1)}${last}`;
    const invalid = [
      sessionId,
      foreign,
      changed,
      value.slice(0, -1),
      "",
      "%",
      "%E0%A4%A",
      `"${value}"`,
      "\u00e9",
      "x".repeat(5000),
    ];
    for (const wrong of invalid) {
      const reply = await visitor().get("/me", { cookie: `__Host-session=${wrong}` });
      expect({ status: reply.status, body: reply.body }).toEqual({ status: 200, body: null });
    }
    for (const right of [value, encodeURIComponent(value)]) {
      expect((await visitor().get("/me", { cookie: `a=b; __Host-session=${right}; c` })).body).toEqual(body);
    }
  });

  test("finds no session that was ended elsewhere, has expired, or is that of a banned or deleted user", async () => {
    for (const end of [
      () => auth.deleteSessions(user.id),
      (sessionId: string) => backdoor.expireSession(sessionId),
      () => auth.banUser(user.id),
      () =>
        database.rows(`update pevensie."user" set banned_until = now() + interval '1 day' where id = $1`, [user.id]),
      () => auth.deleteUserById(user.id),
    ]) {
      user = await createUser(auth);
      const browser = visitor();
      const { body } = await logIn(browser);
      expect((await browser.get("/me")).body).toEqual(body);
      await end((body as { sessionId: string }).sessionId);
      expect((await browser.get("/me")).body).toBeNull();
    }
  });

  test("G58: renews the cookie of a session with an idle timeout when reading it has postponed the end", async () => {
    const browser = visitor();
    const { cookies, body } = await logIn(browser, { idleSeconds: 3600, ttlSeconds: 30 * DAY });
    expect(cookies[0]).toMatchObject({ name: "__Host-session", maxAge: 3600 });
    expect((await browser.get("/me")).cookies).toEqual([]);
    const { sessionId } = body as { sessionId: string };
    await backdoor.ageSession(sessionId, 600);
    const renewed = await browser.get("/me");
    expect(renewed.cookies).toEqual([
      expect.objectContaining({ name: "__Host-session", value: browser.cookies.get("__Host-session"), maxAge: 3600 }),
    ]);
    expect(renewed.headers["cache-control"]).toBe("no-store");
    const recent = "select from pevensie.session where id = $1 and last_seen_at > now() - interval '60 seconds'";
    await expect.poll(() => database.rows(recent, [sessionId])).toHaveLength(1);
    // A cookie that is renewed lives no longer than the session does at most.
    await backdoor.ageSession(sessionId, 600);
    await database.rows("update pevensie.session set expires_at = now() + interval '50 seconds' where id = $1", [
      sessionId,
    ]);
    const [last] = (await browser.get("/me")).cookies;
    expect(last?.maxAge).toBeGreaterThan(0);
    expect(last?.maxAge).toBeLessThanOrEqual(50);
  });

  test("records the address and the user agent, and binds sessions to them on request only", async () => {
    const browser = visitor();
    await logIn(browser);
    const [recorded] = await auth.listSessions(user.id);
    expect(recorded).toMatchObject({ ip: "127.0.0.1", userAgent: "Lucy's browser", boundTo: [] });
    expect((await browser.get("/me", { "user-agent": "another" })).body).not.toBeNull();

    const bound = new Browser(await serve({ bindTo: ["userAgent", "ip"], clientIp: 1 }), SITE);
    const from = { "x-forwarded-for": "192.0.2.7" };
    const { body } = await bound.post("/log-in", { email: user.email, password: PASSWORD }, from);
    expect((await bound.get("/me", from)).body).toEqual(body);
    expect((await bound.get("/me", { ...from, "user-agent": "another" })).body).toBeNull();
    expect((await bound.get("/me", { "x-forwarded-for": "192.0.2.8" })).body).toBeNull();
    expect((await bound.get("/me", from)).body).toEqual(body);
  });

  test("G61: trusts as many proxies as `clientIp` says, and by default none", async () => {
    const addressOf = async (browser: Browser, forwarded: string) => {
      const headers = { "x-forwarded-for": forwarded };
      await browser.post("/log-in", { email: user.email, password: PASSWORD }, headers);
      return (await auth.listSessions(user.id))[0]?.ip;
    };
    const spoofed = "203.0.113.66, 2001:DB8::7, 192.0.2.1";
    expect(await addressOf(visitor(), spoofed)).toBe("127.0.0.1");
    expect(await addressOf(new Browser(await serve({ clientIp: 1 }), SITE), spoofed)).toBe("192.0.2.1");
    expect(await addressOf(new Browser(await serve({ clientIp: 2 }), SITE), spoofed)).toBe("2001:db8::7");
    const own = (request: { headers: unknown }) =>
      (request.headers as Record<string, string>)["x-forwarded-for"]?.split(",")[0] ?? null;
    expect(await addressOf(new Browser(await serve({ clientIp: own }), SITE), spoofed)).toBe("203.0.113.66");
  });

  test("G60: refuses what pages of other sites send, before it reads the session", async () => {
    const browser = visitor({ host: HOST });
    await logIn(browser);
    const refused = await browser.post(
      "/log-out",
      {},
      { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    );
    expect(refused).toMatchObject({ status: 403, body: { code: "CROSS_SITE_REQUEST" } });
    expect((await browser.get("/me", { "sec-fetch-site": "cross-site" })).body).not.toBeNull();
    expect((await browser.post("/log-out", {}, { "sec-fetch-site": "same-origin" })).status).toBe(200);
    // A login is guarded, too: it would put the visitor into the account of the attacker.
    const body = { email: user.email, password: PASSWORD };
    expect((await visitor({ host: HOST }).post("/log-in", body, { origin: "https://evil.example" })).status).toBe(403);
  });

  test("uses a plain cookie on localhost without TLS, and a Secure one once anything speaks of TLS", async () => {
    const local = visitor({ host: `localhost:${port}` });
    const { cookies } = await logIn(local);
    expect(cookies).toEqual([
      expect.objectContaining({ name: "session", httpOnly: true, sameSite: "lax", path: "/" }),
      expect.objectContaining({ name: "session-device" }),
    ]);
    expect(cookies.map(({ secure }) => secure)).toEqual([undefined, undefined]);
    expect((await local.get("/me")).body).toMatchObject({ userId: user.id });
    const proxied = await logIn(visitor({ host: `localhost:${port}`, "x-forwarded-proto": "https" }));
    expect(proxied.cookies[0]).toMatchObject({ name: "__Host-session", secure: true });
    // Elsewhere the plain one is not taken: another host of the domain could have set it.
    const tossed = `session=${local.cookies.get("session")}`;
    expect((await visitor().get("/me", { cookie: tossed })).body).toBeNull();
  });

  test("responds with the status of an error, and takes an error without one for 500", async () => {
    expect(await visitor().get("/fails")).toMatchObject({ status: 500, body: "failed" });
    const banned = await createUser(auth);
    await auth.banUser(banned.id);
    expect((await visitor().post("/log-in", { email: banned.email, password: PASSWORD })).status).toBe(403);
    expect((await visitor().post("/log-in", { email: 7, password: PASSWORD })).status).toBe(400);
  });

  test("an auth that is disconnected is 503 for whoever has a session, and nothing for others", async () => {
    const closing = await authOn({ connectionString: database.url }).connect();
    const browser = new Browser(await serve({}, closing), SITE);
    await browser.post("/log-in", { email: user.email, password: PASSWORD });
    await closing.disconnect();
    expect((await browser.get("/me")).status).toBe(503);
    browser.cookies.clear();
    expect(await browser.get("/me")).toMatchObject({ status: 200, body: null });
  });

  if (name === "node:http") return;

  describe("the plug", () => {
    test("requireUser admits users, and answers 401 or sends to a page", async () => {
      const browser = visitor();
      expect(await browser.get("/account")).toMatchObject({ status: 401, body: { code: "LOGIN_REQUIRED" } });
      const sent = await browser.get("/page");
      expect({ status: sent.status, location: sent.headers.location }).toEqual({ status: 303, location: "/log-in" });
      await logIn(browser);
      expect(await browser.get("/account")).toMatchObject({ status: 200, body: "account" });
      expect(await browser.get("/page")).toMatchObject({ status: 200, body: "page" });
    });

    test("requireRecentLogin admits whoever has logged in, or entered the password again, shortly before", async () => {
      const browser = visitor();
      expect(await browser.post("/delete")).toMatchObject({ status: 401, body: { code: "LOGIN_REQUIRED" } });
      const { body } = await logIn(browser);
      expect(await browser.post("/delete")).toMatchObject({ status: 200, body: "deleted" });
      const { sessionId } = body as { sessionId: string };
      await backdoor.ageSession(sessionId, 301);
      expect(await browser.post("/delete")).toMatchObject({ status: 403, body: { code: "RECENT_LOGIN_REQUIRED" } });
      await auth.reauthenticate({ sessionId, password: PASSWORD });
      expect((await browser.post("/delete")).status).toBe(200);
    });

    test("current returns the session and user of whoever is logged in, and refuses others with 401", async () => {
      const browser = visitor();
      expect(await browser.get("/current")).toMatchObject({ status: 401, body: "failed" });
      const { body } = await logIn(browser);
      expect(await browser.get("/current")).toMatchObject({ status: 200, body });
      expect(await browser.post("/current-after-end")).toMatchObject({ status: 401, body: "failed" });
    });

    test("fails closed where the plug is not mounted, or mounted too late", async () => {
      for (const path of ["/account", "/delete", "/early", "/current"]) {
        const method = path === "/delete" ? "POST" : "GET";
        expect(await visitor().send(`/unmounted${path}`, { method })).toMatchObject({ status: 503, body: "failed" });
      }
    });

    // In the others nothing runs after the response.
    if (name === "express") {
      test("reads a session although the response was sent before, as by a timeout", async () => {
        const browser = visitor();
        const { body } = await logIn(browser, { idleSeconds: 3600, ttlSeconds: DAY });
        await backdoor.ageSession((body as { sessionId: string }).sessionId, 600);
        seenLate.length = 0;
        expect(await browser.get("/answered")).toMatchObject({ body: "sent", cookies: [] });
        await expect.poll(() => seenLate).toEqual([body]);
      });

      test("G60: refuses a request although the response was sent before, and nothing is left unhandled", async () => {
        const unhandled: unknown[] = [];
        const note = (error: unknown) => void unhandled.push(error);
        process.on("unhandledRejection", note);
        seenLate.length = 0;
        const forged = { "sec-fetch-site": "cross-site" };
        expect(await visitor().post("/answered", {}, forged)).toMatchObject({ status: 200, body: "sent" });
        // By the end of another request the first one has been refused.
        expect((await visitor().get("/me")).status).toBe(200);
        process.off("unhandledRejection", note);
        expect({ unhandled, seenLate }).toEqual({ unhandled: [], seenLate: [] });
      });
    }

    test.each([
      ["after the response", "/late"],
      ["that is not awaited", "/not-awaited"],
    ])("refuses a login %s, whose cookie cannot be sent, and leaves no session", async (_, path) => {
      lateErrors.length = 0;
      const reply = await visitor().post(path, { email: user.email, password: PASSWORD });
      expect(reply).toMatchObject({ body: "sent", cookies: [] });
      await expect
        .poll(() => lateErrors)
        .toEqual([expect.objectContaining({ code: "INVALID_INPUT", field: "response" })]);
      expect(await backdoor.sessionIds(user.id)).toEqual([]);
    });

    test("refuses a login whose client has gone, and leaves no session; a logout ends it all the same", async () => {
      lateErrors.length = 0;
      const refused = [expect.objectContaining({ code: "INVALID_INPUT", field: "response" })];
      const browser = visitor();
      await expect(browser.post("/closed", { email: user.email, password: PASSWORD })).rejects.toThrow();
      await expect.poll(() => lateErrors).toEqual(refused);
      expect(await backdoor.sessionIds(user.id)).toEqual([]);
      await logIn(browser);
      await expect(browser.post("/log-out-closed")).rejects.toThrow();
      await expect.poll(() => lateErrors).toEqual([...refused, ...refused]);
      expect(await backdoor.sessionIds(user.id)).toEqual([]);
    });

    test("ends a session that is started after the response, or once the client has gone", async () => {
      const refused = expect.objectContaining({ code: "INVALID_INPUT", field: "response" });
      const credentials = { email: user.email, password: PASSWORD };
      lateErrors.length = 0;
      expect(await visitor().post("/start-late", credentials)).toMatchObject({ body: "sent", cookies: [] });
      await expect.poll(() => lateErrors).toEqual([refused]);
      expect(await backdoor.sessionIds(user.id)).toEqual([]);
      await expect(visitor().post("/start-closed", credentials)).rejects.toThrow();
      await expect.poll(() => lateErrors).toEqual([refused, refused]);
      expect(await backdoor.sessionIds(user.id)).toEqual([]);
    });

    test("G59: of several logins in one request, the session of the last one is left", async () => {
      const browser = visitor();
      const { body } = await browser.post("/thrice", { email: user.email, password: PASSWORD });
      expect(await backdoor.sessionIds(user.id)).toEqual([(body as { sessionId: string }).sessionId]);
      expect((await browser.get("/me")).body).toEqual(body);
    });

    test("a response sets a cookie once, by its last value, and keeps those of the application", async () => {
      const browser = visitor();
      /** Logs in, and makes the cookie due for renewal by the next request. */
      const age = async () => {
        const { body } = await logIn(browser, { idleSeconds: 3600, ttlSeconds: DAY });
        await backdoor.ageSession((body as { sessionId: string }).sessionId, 600);
        return body as { sessionId: string };
      };
      const { sessionId } = await age();
      const again = await logIn(browser);
      expect(again.cookies.map((cookie) => cookie.name)).toEqual(["__Host-session", "__Host-session-device"]);
      expect(again.body).not.toMatchObject({ sessionId });
      expect((await browser.get("/me")).body).toEqual(again.body);

      const thrice = await browser.post("/thrice", { email: user.email, password: PASSWORD });
      expect(thrice.cookies.map((cookie) => cookie.name)).toEqual(["__Host-session", "__Host-session-device"]);

      await age();
      const { cookies } = await browser.post("/log-out-between-cookies");
      expect(cookies.map(({ name, value }) => `${name}=${value}`).sort()).toEqual([
        "__Host-session=",
        "language=en",
        "theme=dark",
      ]);
    });

    test("a login that is ended in the same request leaves no session and no cookie but the device's", async () => {
      const browser = visitor();
      expect(await browser.post("/in-and-out", { email: user.email, password: PASSWORD })).toMatchObject({
        body: null,
      });
      expect(await backdoor.sessionIds(user.id)).toEqual([]);
      expect([...browser.cookies.keys()]).toEqual(["__Host-session-device"]);
      // The request also has a cookie, which is that of the session that the login replaces.
      await logIn(browser);
      await browser.post("/in-and-out", { email: user.email, password: PASSWORD });
      expect(await backdoor.sessionIds(user.id)).toEqual([]);
      expect([...browser.cookies.keys()]).toEqual(["__Host-session-device"]);
    });
  });
});

describe("over HTTP/2", () => {
  type Ended = (outcome: unknown) => void;
  const clientGone = async (response: unknown) => {
    const { stream } = response as Http2ServerResponse;
    if (!stream.destroyed) await once(stream, "close");
  };
  const credentials = () => ({ email: user.email as string, password: PASSWORD });
  const rejection = (error: unknown) => error;

  /** Servers whose only handler logs in once the client has gone, and passes on what the login ended with. */
  const starts = {
    fastify: async (ended: Ended): Promise<Http2Server> => {
      const sessions = withFastify(auth);
      const app = fastify({ http2: true });
      await app.register(sessions);
      app.post("/log-in", async (request, reply) => {
        await clientGone(reply.raw);
        ended(await sessions.logIn(request, reply, credentials()).catch(rejection));
        return reply;
      });
      await app.listen({ port: 0, host: "127.0.0.1" });
      return app.server;
    },
    hono: async (ended: Ended): Promise<Http2Server> => {
      const sessions = withHono(auth);
      const app = new Hono<{ Bindings: HttpBindings }>();
      app.use(sessions);
      app.post("/log-in", async (c) => {
        await clientGone(c.env.outgoing);
        ended(await sessions.logIn(c, credentials()).catch(rejection));
        return c.json("sent");
      });
      const server = serve({ fetch: app.fetch, createServer, port: 0, hostname: "127.0.0.1" }) as Http2Server;
      await once(server, "listening");
      return server;
    },
  };

  test.each(Object.entries(starts))(
    "%s refuses a login whose client has gone, and leaves no session",
    async (_, start) => {
      const outcomes: unknown[] = [];
      const server = await start((outcome) => outcomes.push(outcome));
      const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const request = client.request({ ":method": "POST", ":path": "/log-in" }).on("error", () => {});
      request.end();
      await once(server, "stream");
      request.close(constants.NGHTTP2_CANCEL);
      await expect
        .poll(() => outcomes)
        .toEqual([expect.objectContaining({ code: "INVALID_INPUT", field: "response" })]);
      expect(await backdoor.sessionIds(user.id)).toEqual([]);
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  );
});
