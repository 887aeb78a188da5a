import type { IncomingMessage } from "node:http";
import { parseSetCookie } from "cookie";
import { beforeEach, describe, expect, test } from "vitest";
import type { Session, User } from "../../src/auth/index.js";
import {
  createWebSessions,
  type HeaderList,
  headerOf,
  type WebAuth,
  type WebSessionsOptions,
} from "../../src/web/index.js";
import { createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

/** pevensie/web with requests that no server of test/web/frameworks makes. */

const database = useDatabase();
const backdoor = authBackdoor(database);
const auth = useAuth(database.url);

let user: User;
let session: Session;
beforeEach(async () => {
  user = await createUser(auth.current);
  session = await auth.current.createSession({ userId: user.id, ttlSeconds: 3600 });
});

const webWith = (options?: WebSessionsOptions) => createWebSessions(auth.current, options);
const fetched = (headers: Record<string, string> = {}, url = "https://app.example.com/") =>
  new Request(url, { headers });
const received = (headers: Record<string, string>, remoteAddress?: string) =>
  ({
    method: "GET",
    url: "/",
    headers: { host: "app.example.com", ...headers },
    socket: { remoteAddress },
  }) as unknown as IncomingMessage;
const signed = (of: Session) => auth.current.createSessionCookie(of);
const isLive = async (of: Session) => (await auth.current.getSession(of.id)) !== null;
const cookiesOf = (headers: HeaderList) => new Headers(headers).getSetCookie().map((line) => parseSetCookie(line));
const invalid = (field: string) => expect.objectContaining({ code: "INVALID_INPUT", field });

describe("read", () => {
  const read = async (cookie: string, options?: WebSessionsOptions) =>
    (await webWith(options).read(fetched({ cookie })))?.session.id ?? null;

  test("takes a Request of fetch as it does Node's", async () => {
    const headers = { cookie: `__Host-session=${signed(session)}` };
    for (const request of [fetched(headers), received(headers)]) {
      expect(await webWith().read(request)).toEqual({
        session: expect.objectContaining({ id: session.id }),
        user: expect.objectContaining({ id: user.id }),
        headers: [],
      });
    }
  });

  test("takes one live session among others, and none of two that live: one of them may be planted", async () => {
    const other = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
    const ended = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
    await auth.current.deleteSession(ended.id);
    const right = `__Host-session=${signed(session)}`;
    expect(await read(`__Host-session=tossed; ${right}`)).toBe(session.id);
    expect(await read(`${right}; __Host-session=`)).toBe(session.id);
    expect(await read(`${right}; ${right}`)).toBe(session.id);
    for (const cookies of [`__Host-session=${signed(ended)}; ${right}`, `${right}; __Host-session=${signed(ended)}`]) {
      expect(await read(cookies)).toBe(session.id);
      expect(await read(`${cookies}; __Host-session=${signed(other)}`)).toBeNull();
    }
    expect(await read(`${right}; __Host-session=${signed(other)}`)).toBeNull();
    const many = Array.from({ length: 5 }, (_, index) => `__Host-session=${index}`).join("; ");
    expect(await read(`${many}; ${right}`)).toBeNull();
  });

  test("takes no cookie of another name that ends in, begins with or contains the name", async () => {
    const value = signed(session);
    for (const name of [
      "x__Host-session",
      "__Host-sessions",
      "__Host-session-device",
      "session",
      "__host-session",
      "__Secure-session",
    ]) {
      expect(await read(`${name}=${value}`)).toBeNull();
      expect(await read(`a=1; ${name}=${value}; __Host-session=wrong`)).toBeNull();
    }
    expect(await read(`x__Host-session=wrong; __Host-session=${value}`)).toBe(session.id);
    expect(await read(`a="__Host-session=wrong"; __Host-session=${value}`)).toBe(session.id);
  });

  test.each([
    ["a blank", "theme=dark "],
    ["a tab", "theme=dark\t"],
    ["several of both", "a=1; theme=dark \t "],
    ["a blank inside quotes", 'theme="dark '],
  ])("G57: takes no cookie from the value of another one, after %s", async (_, before) => {
    expect(await read(`${before}__Host-session=${signed(session)}`)).toBeNull();
    expect(await read(`${before}__Host-session=wrong; \t__Host-session=${signed(session)}`)).toBe(session.id);
    const deviceToken = (cookie: string) => webWith().client(fetched({ cookie })).deviceToken;
    expect(deviceToken(`${before}__Host-session-device=planted`)).toBeNull();
    expect(deviceToken(`${before}x; \t__Host-session-device=own`)).toBe("own");
  });

  test("G57: makes one call for a signed value, and none for any other", async () => {
    const calls: string[] = [];
    const counting: WebAuth<unknown> = {
      getSessionWithUser: (...args) => {
        calls.push(args[0]);
        return auth.current.getSessionWithUser(...args);
      },
      logInUser: (...args) => auth.current.logInUser(...args),
      deleteSession: (...args) => auth.current.deleteSession(...args),
      createSessionCookie: (...args) => auth.current.createSessionCookie(...args),
      validateSessionCookie: (...args) => auth.current.validateSessionCookie(...args),
    };
    const web = createWebSessions(counting);
    await auth.current.deleteSession(session.id);
    const value = signed(session);
    for (const headers of [
      {},
      { cookie: "a=b" },
      { cookie: `__Host-session=${session.id}|x` },
      { authorization: `Bearer ${session.id}` },
    ]) {
      expect(await web.read(fetched(headers as Record<string, string>))).toBeNull();
    }
    expect(calls).toEqual([]);
    // The bearer token is not tried where the cookie is signed.
    expect(await web.read(fetched({ cookie: `__Host-session=${value}`, authorization: `Bearer ${value}` }))).toBeNull();
    expect(calls).toEqual([session.id]);
  });

  test("finds a session that another part of the application has bound", async () => {
    const client = { ip: "192.0.2.7", userAgent: "Lucy's" };
    const bound = await auth.current.createSession({ userId: user.id, ttlSeconds: 60, ...client });
    const cookie = `__Host-session=${signed(bound)}`;
    const seen = async (request: IncomingMessage | Request) => (await webWith().read(request)) !== null;
    expect(await seen(received({ cookie, "user-agent": "Lucy's" }, "::ffff:192.0.2.7"))).toBe(true);
    expect(await seen(received({ cookie, "user-agent": "another" }, "192.0.2.7"))).toBe(false);
    expect(await seen(received({ cookie, "user-agent": "Lucy's" }, "192.0.2.8"))).toBe(false);
    expect(await seen(fetched({ cookie, "user-agent": "Lucy's", "x-forwarded-for": "192.0.2.7" }))).toBe(false);
  });

  test("refuses what is no request", async () => {
    for (const request of [null, undefined, "GET /", {}, { headers: {} }, { method: "GET" }]) {
      await expect(webWith().read(request as never)).rejects.toThrow(invalid("request"));
    }
  });
});

describe("G58: cookies", () => {
  const namesOf = async (options: WebSessionsOptions["cookie"], url?: string, headers?: Record<string, string>) => {
    const request = fetched(headers, url);
    return cookiesOf((await webWith({ cookie: options }).start(request, session, { deviceToken: "dt_x" })).headers);
  };

  test("are named so that browsers accept them", async () => {
    const [plain, device] = await namesOf({});
    expect(plain).toEqual({
      name: "__Host-session",
      value: signed(session),
      maxAge: 3600,
      path: "/",
      httpOnly: true,
      secure: true,
      sameSite: "lax",
    });
    expect(device).toEqual({ ...plain, name: "__Host-session-device", value: "dt_x", maxAge: 31_536_000 });
    const [wide] = await namesOf({ domain: "example.com", sameSite: "strict" });
    expect(wide).toMatchObject({ name: "__Secure-session", domain: "example.com", sameSite: "strict" });
    expect((await namesOf({ path: "/app" }))[0]).toMatchObject({ name: "__Secure-session", path: "/app" });
    expect((await namesOf({ name: "sid" }))[0]).toMatchObject({ name: "sid", secure: true });
    expect((await namesOf({ secure: false }))[0]).toMatchObject({ name: "session" });
    expect((await namesOf({ secure: false }))[0]).not.toHaveProperty("secure");
  });

  test.each([
    "http://localhost/",
    "http://localhost:3000/",
    "http://LOCALHOST:3000/",
    "http://app.localhost:3000/",
    "http://127.0.0.1:3000/",
    "http://127.1.2.3/",
    "http://[::1]:3000/",
  ])("are not Secure at %s", async (url) => {
    const [cookie] = await namesOf({ name: "__Host-sid", sameSite: "none" }, url);
    expect(cookie).toMatchObject({ name: "sid", sameSite: "lax" });
    expect(cookie).not.toHaveProperty("secure");
    expect((await namesOf({ domain: "example.com" }, url))[0]).not.toHaveProperty("domain");
    expect((await namesOf({ secure: true }, url))[0]).toMatchObject({ name: "__Host-session", secure: true });
    const wide = { domain: "example.com", secure: true };
    expect((await namesOf(wide, url))[0]).toMatchObject({ name: "__Secure-session", domain: "example.com" });
  });

  test("G58: keep their domain behind a proxy that replaces the host, so that a browser has one of a name", async () => {
    const url = "http://localhost:3000/";
    const fromPage = { "sec-fetch-site": "same-origin", origin: "https://app.example.com" };
    const web = webWith({ idleSeconds: 100, cookie: { domain: "example.com" } });
    const sliding = await auth.current.createSession({ userId: user.id, ttlSeconds: 3600, idleSeconds: 100 });
    /** By name and domain, as a browser keeps them. */
    const jar = new Map<string, string>();
    const receive = (headers: HeaderList) => {
      for (const { name, domain, value, maxAge } of cookiesOf(headers)) {
        const key = `${name};${domain ?? "this host"}`;
        if (maxAge === 0) jar.delete(key);
        else jar.set(key, `${name}=${value}`);
      }
    };
    const request = (headers: Record<string, string>) =>
      fetched({ ...headers, cookie: [...jar.values()].join("; ") }, url);
    receive((await web.start(request(fromPage), sliding, { deviceToken: "dt_1" })).headers);
    const kept = [...jar.keys()];
    expect(kept).toEqual(["__Secure-session;example.com", "__Secure-session-device;example.com"]);
    // A request for a page whose address was typed says nothing of TLS.
    const typed = { "sec-fetch-site": "none" };
    await backdoor.ageSession(sliding.id, 40);
    const read = await web.read(request(typed));
    expect(read?.headers).toEqual(expect.arrayContaining([["Set-Cookie", expect.any(String)]]));
    receive(read?.headers ?? []);
    expect([...jar.keys()]).toEqual(kept);
    receive((await web.end(request(typed), null)).headers);
    expect([...jar.keys()]).toEqual(["__Secure-session-device;example.com"]);
  });

  test.each([
    ["http://app.example.com/", {}],
    ["http://localhost.example.com/", {}],
    ["http://127.0.0.1.example.com/", {}],
    ["http://192.168.0.1/", {}],
    ["https://localhost:3000/", {}],
    ["http://localhost:3000/", { "x-forwarded-proto": "https" }],
    ["http://localhost:3000/", { "x-forwarded-proto": "https, http" }],
    ["http://localhost:3000/", { forwarded: 'for=192.0.2.1;proto="https"' }],
    ["http://localhost:3000/", { "sec-fetch-site": "same-origin", origin: "https://app.example.com" }],
    ["http://localhost:3000/", { "sec-fetch-site": "same-origin", referer: "https://app.example.com/log-in" }],
  ] as [string, Record<string, string>][])("are Secure at %s with %o", async (url, headers) => {
    expect((await namesOf({}, url, headers))[0]).toMatchObject({ name: "__Host-session", secure: true });
  });

  test("are read where a proxy has replaced the host, and are not Secure by another site's word", async () => {
    const cookie = `__Host-session=${signed(session)}`;
    expect((await webWith().read(fetched({ cookie }, "http://localhost:3000/")))?.session.id).toBe(session.id);
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await namesOf({}, "http://localhost:3000/", foreign))[0]).toMatchObject({ name: "session" });
  });

  test("stay Secure where the browser has sent such a cookie: a plain one beside it would not be read", async () => {
    const url = "http://localhost:3000/";
    // Browsers keep Secure cookies for localhost, too, where this one may be that of another application.
    for (const cookie of [
      "__Host-session=another's",
      "__Host-session-device=another's",
      `__Host-session=${signed(session)}`,
    ]) {
      const web = webWith();
      const { headers } = await web.start(fetched({ cookie: `a=b; ${cookie}` }, url), session, { deviceToken: "dt_1" });
      expect(cookiesOf(headers)).toEqual([
        expect.objectContaining({ name: "__Host-session", secure: true }),
        expect.objectContaining({ name: "__Host-session-device", secure: true }),
      ]);
      const [written] = cookiesOf(headers);
      const next = fetched({ cookie: `${written?.name}=${written?.value}; session=another's` }, url);
      expect((await web.read(next))?.session.id).toBe(session.id);
      expect(cookiesOf((await web.end(next, null)).headers)).toEqual([
        expect.objectContaining({ name: "__Host-session", value: "", secure: true }),
      ]);
      session = await auth.current.createSession({ userId: user.id, ttlSeconds: 3600 });
    }
    // A name of the application's own, without a prefix, says nothing.
    expect((await namesOf({ name: "sid" }, url, { cookie: "sid=1" }))[0]?.secure).toBeUndefined();
    expect((await namesOf({ secure: false }, url, { cookie: "__Host-session=1" }))[0]).toMatchObject({
      name: "session",
    });
  });

  test("are plain alone where `secure` is false, whatever another application has set", async () => {
    const cookie = `__Host-session=another's; session=${signed(session)}`;
    const web = webWith({ cookie: { secure: false } });
    expect((await web.read(fetched({ cookie }, "http://localhost:3000/")))?.session.id).toBe(session.id);
  });

  test("live as long as the session, by the database's clock", async () => {
    const lifeOf = async (of: Session, cookie?: WebSessionsOptions["cookie"]) => {
      const { headers } = await webWith({ cookie }).start(fetched(), of);
      return cookiesOf(headers)[0]?.maxAge;
    };
    const create = (options: object) => auth.current.createSession({ userId: user.id, ...options });
    const absolute = await create({ ttlSeconds: 100 });
    expect(await lifeOf(absolute)).toBe(100);
    await backdoor.ageSession(absolute.id, 40);
    await database.rows("update pevensie.session set expires_at = expires_at - interval '40 seconds' where id = $1", [
      absolute.id,
    ]);
    const left = (await lifeOf((await auth.current.getSession(absolute.id)) as Session)) ?? 0;
    expect(left).toBeLessThanOrEqual(60);
    expect(left).toBeGreaterThan(0);
    expect(await lifeOf(await create({ ttlSeconds: 100, idleSeconds: 30 }))).toBe(30);
    expect(await lifeOf(await create({ ttlSeconds: 30, idleSeconds: 100 }))).toBe(30);
    expect(await lifeOf(await create({ idleSeconds: 100 }))).toBe(100);
    expect(await lifeOf(await create({}))).toBe(400 * 86_400);
    expect(await lifeOf(await create({ ttlSeconds: 3_155_760_000 }))).toBe(400 * 86_400);
    expect(await lifeOf(absolute, { maxAgeSeconds: 10 })).toBe(10);
    expect(await lifeOf(absolute, { maxAgeSeconds: 1000 })).toBe(100);
    expect(await lifeOf(absolute, { maxAgeSeconds: null })).toBeUndefined();
  });

  test.each([
    [{ name: "a b" }, "cookie.name"],
    [{ name: "" }, "cookie.name"],
    [{ name: "a=b" }, "cookie.name"],
    [{ name: "__Host-sid", domain: "example.com" }, "cookie.name"],
    [{ name: "__Host-sid", path: "/app" }, "cookie.name"],
    [{ name: "__Secure-sid", secure: false }, "cookie.name"],
    [{ domain: "example.com; Secure" }, "cookie.domain"],
    [{ domain: "" }, "cookie.domain"],
    [{ domain: true }, "cookie.domain"],
    [{ domain: Number.NaN }, "cookie.domain"],
    [{ domain: null }, "cookie.domain"],
    [{ path: "app" }, "cookie.path"],
    [{ path: "/;x" }, "cookie.path"],
    [{ sameSite: "Lax" }, "cookie.sameSite"],
    [{ sameSite: "none", secure: false }, "cookie.sameSite"],
    [{ secure: "yes" }, "cookie.secure"],
    [{ maxAgeSeconds: 0 }, "cookie.maxAgeSeconds"],
    [{ maxAgeSeconds: 400 * 86_400 + 1 }, "cookie.maxAgeSeconds"],
    [{ httpOnly: false }, "httpOnly"],
  ])("refuses %o", (cookie, field) => {
    expect(() => webWith({ cookie: cookie as never })).toThrow(invalid(field));
  });
});

describe("G61: the client's address", () => {
  const ipOf = (options: WebSessionsOptions, request: IncomingMessage | Request) => webWith(options).client(request).ip;
  const forwarded = (text: string) => ({ "x-forwarded-for": text });

  test("is the other end of the connection by default, and unknown for a Request of fetch", () => {
    expect(ipOf({}, received(forwarded("192.0.2.1"), "198.51.100.1"))).toBe("198.51.100.1");
    expect(ipOf({}, received({}, "::ffff:198.51.100.1"))).toBe("198.51.100.1");
    expect(ipOf({}, received({}, "fe80::1%eth0"))).toBe("fe80::1");
    expect(ipOf({}, received({}, undefined))).toBeNull();
    expect(ipOf({}, fetched(forwarded("192.0.2.1")))).toBeNull();
    expect(ipOf({ clientIp: 0 }, received(forwarded("192.0.2.1"), "198.51.100.1"))).toBe("198.51.100.1");
  });

  test("is what the outermost trusted proxy has appended", () => {
    const spoofed = forwarded("203.0.113.66, 192.0.2.2, 192.0.2.1");
    for (const request of [received(spoofed, "10.0.0.1"), fetched(spoofed)]) {
      expect(ipOf({ clientIp: 1 }, request)).toBe("192.0.2.1");
      expect(ipOf({ clientIp: 2 }, request)).toBe("192.0.2.2");
    }
    expect(ipOf({ clientIp: 2 }, received(forwarded("192.0.2.1"), "10.0.0.1"))).toBe("192.0.2.1");
    expect(ipOf({ clientIp: 1 }, received({}, "10.0.0.1"))).toBe("10.0.0.1");
    expect(ipOf({ clientIp: 1 }, fetched())).toBeNull();
  });

  test.each([
    ["192.0.2.1:51234", "192.0.2.1"],
    ["[2001:db8::1]:51234", "2001:db8::1"],
    ["[2001:DB8::1]", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["unknown", null],
    ["_hidden", null],
    ["192.0.2.1:", null],
    ["x".repeat(10_000), null],
    ["[".repeat(10_000), null],
    ["1.".repeat(5_000), null],
  ])("in %s is %s", (text, address) => {
    expect(ipOf({ clientIp: 1 }, received(forwarded(text), "10.0.0.1"))).toBe(address);
    expect(ipOf({ clientIp: () => text }, fetched())).toBe(address);
  });

  test("refuses other options, and a binding to an address that is unknown", async () => {
    for (const clientIp of [-1, 1.5, Number.NaN, 33, "1", true, "loopback", null]) {
      expect(() => webWith({ clientIp: clientIp as never })).toThrow(invalid("clientIp"));
    }
    const logIn = webWith({ bindTo: ["ip"] }).logIn(fetched(), { email: user.email, password: PASSWORD });
    await expect(logIn).rejects.toThrow(invalid("clientIp"));
    expect(() => webWith({ bindTo: ["cookie" as never] })).toThrow(invalid("bindTo"));
  });
});

test("headerOf finds a header by its name in any case, in a request of either kind", () => {
  const headers = { "cf-connecting-ip": "192.0.2.7" };
  for (const request of [fetched(headers), received(headers)]) {
    for (const name of ["CF-Connecting-IP", "cf-connecting-ip"]) expect(headerOf(request, name)).toBe("192.0.2.7");
    expect(headerOf(request, "X-Real-IP")).toBeUndefined();
  }
});

describe("logIn", () => {
  test("takes nothing of what a request says itself from its options", async () => {
    for (const key of ["ip", "userAgent", "replaceSessionId", "isAdmin"]) {
      const options = { email: user.email, password: PASSWORD, [key]: "192.0.2.1" };
      await expect(webWith().logIn(fetched(), options)).rejects.toThrow(invalid(key));
    }
  });

  test("takes the options of logInUser, and undefined for absent", async () => {
    const options = { ttlSeconds: 60, idleSeconds: 30, bindTo: undefined, deviceToken: undefined };
    const request = fetched({ "user-agent": "Lucy's" });
    const loggedIn = await webWith().logIn(request, { email: user.email, password: PASSWORD, ...options });
    expect(loggedIn?.session).toMatchObject({ idleSeconds: 30, boundTo: [], userAgent: "Lucy's" });
    expect(loggedIn?.deviceToken).toMatch(/^dt_/);
  });
});

describe("logInOptions", () => {
  test("has the life of sessions, a day by default", () => {
    const lifeWith = (options: WebSessionsOptions) => {
      const { ttlSeconds, idleSeconds } = webWith(options).logInOptions(fetched());
      return { ttlSeconds, idleSeconds };
    };
    expect(lifeWith({})).toEqual({ ttlSeconds: 86_400, idleSeconds: null });
    expect(lifeWith({ ttlSeconds: undefined, idleSeconds: null })).toEqual({ ttlSeconds: 86_400, idleSeconds: null });
    expect(lifeWith({ ttlSeconds: 1, idleSeconds: 3_155_760_000 })).toEqual({
      ttlSeconds: 1,
      idleSeconds: 3_155_760_000,
    });
  });

  test.each(["ttlSeconds", "idleSeconds"])("createWebSessions refuses a %s that no login takes", (name) => {
    for (const wrong of [0, -1, 1.5, 3_155_760_001, Number.NaN, Number.POSITIVE_INFINITY, "60", true]) {
      expect(() => webWith({ [name]: wrong })).toThrow(invalid(name));
    }
    expect(() => webWith({ ttlSeconds: null as never })).toThrow(invalid("ttlSeconds"));
  });
});

describe("end", () => {
  test("ends the session that the request names where none was found, such as one that is bound", async () => {
    const bound = await auth.current.createSession({ userId: user.id, ttlSeconds: 60, userAgent: "A" });
    const request = fetched({ cookie: `__Host-session=${signed(bound)}`, "user-agent": "B" });
    expect(await webWith().read(request)).toBeNull();
    expect(cookiesOf((await webWith().end(request, null)).headers)).toMatchObject([
      { name: "__Host-session", maxAge: 0 },
    ]);
    await expect(auth.current.getSession(bound.id, { userAgent: "A" })).resolves.toBeNull();
  });

  test("clears no cookie of another session, nor one that the request does not have", async () => {
    const other = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
    const request = fetched({ cookie: `__Host-session=${signed(session)}` });
    expect((await webWith().end(request, other)).headers).toEqual([]);
    expect([await isLive(other), await isLive(session)]).toEqual([false, true]);
    expect((await webWith().end(fetched(), session)).headers).toEqual([]);
    expect(await isLive(session)).toBe(false);
    expect((await webWith().end(fetched(), null)).headers).toEqual([]);
    expect((await webWith().end(fetched({ cookie: "__Host-session=garbage" }), null)).headers).toHaveLength(2);
  });

  test("ends the session that the request has started, and clears its cookie", async () => {
    const web = webWith();
    const cleared = [expect.objectContaining({ name: "__Host-session", maxAge: 0 })];
    for (const begin of [
      () => fetched(),
      async () =>
        fetched({
          cookie: `__Host-session=${signed(await auth.current.createSession({ userId: user.id, ttlSeconds: 60 }))}`,
        }),
    ]) {
      const request = await begin();
      const started = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
      await web.start(request, started);
      expect((await web.end(request, session)).headers).toEqual([]);
      expect(await isLive(started)).toBe(true);
      expect(cookiesOf((await web.end(request, null)).headers)).toEqual(cleared);
      expect(await isLive(started)).toBe(false);
      const loggedIn = await web.logIn(request, { email: user.email as string, password: PASSWORD });
      expect(cookiesOf((await web.end(request, loggedIn?.session)).headers)).toEqual(cleared);
    }
    expect(await auth.current.listSessions(user.id)).toEqual([]);
  });

  test("refuses what is no session", async () => {
    for (const wrong of ["id", {}, 7])
      await expect(webWith().end(fetched(), wrong as never)).rejects.toThrow(invalid("session"));
    await expect(webWith().start(fetched(), {} as never)).rejects.toThrow(invalid("session.id"));
    await expect(webWith().start(fetched(), session, { deviceToken: 7 as never })).rejects.toThrow(
      invalid("deviceToken"),
    );
  });
});

test.each([
  ["session.expiresAt", { expiresAt: "2026-01-01T00:00:00.000Z" }],
  ["session.expiresAt", { expiresAt: new Date(Number.NaN) }],
  ["session.idleSeconds", { idleSeconds: Number.NaN }],
  ["session.idleSeconds", { idleSeconds: "60" }],
  ["session.authenticatedAt", { authenticatedAt: "2026-01-01T00:00:00.000Z" }],
  ["session.authenticationAgeSeconds", { authenticationAgeSeconds: undefined }],
])("start refuses a session with another %s, as after JSON", async (field, changes) => {
  const changed = { ...session, ...changes } as unknown as Session;
  await expect(webWith().start(fetched(), changed)).rejects.toThrow(invalid(field));
});

test.each(["dt_\u00e9", "dt_a\0b", "dt_a;b", ""])(
  "start refuses %j as a device token without quoting it",
  async (text) => {
    const error: unknown = await webWith()
      .start(fetched(), session, { deviceToken: text })
      .catch((thrown: unknown) => thrown);
    expect(error).toEqual(invalid("deviceToken"));
    expect((error as Error).message).toBe("deviceToken must be what a login has returned as deviceToken");
  },
);

test("G59: start ends the session that the request had, and not the one that it starts", async () => {
  const before = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
  await webWith().start(fetched({ cookie: `__Host-session=${signed(before)}` }), session);
  await expect(auth.current.getSession(before.id)).resolves.toBeNull();
  await webWith().start(fetched({ cookie: `__Host-session=${signed(session)}` }), session);
  await expect(auth.current.getSession(session.id)).resolves.not.toBeNull();
});

describe("a request with the signed cookies of two sessions", () => {
  const newSession = () => auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
  const two = async () => {
    const planted = await newSession();
    const cookie = `__Host-session=${signed(planted)}; __Host-session=${signed(session)}`;
    return { planted, request: () => fetched({ cookie }) };
  };

  test("G59: start ends both", async () => {
    const { planted, request } = await two();
    const started = await newSession();
    await webWith().start(request(), started);
    expect([await isLive(planted), await isLive(session), await isLive(started)]).toEqual([false, false, true]);
  });

  test("G59: a login ends both, and the cookie that stays behind keeps nobody out", async () => {
    const { planted, request } = await two();
    const loggedIn = await webWith().logIn(request(), { email: user.email as string, password: PASSWORD });
    expect([await isLive(planted), await isLive(session)]).toEqual([false, false]);
    const cookie = `__Host-session=${signed(planted)}; ${new Headers(loggedIn?.headers).getSetCookie()[0]?.split(";")[0]}`;
    expect((await webWith().read(fetched({ cookie })))?.session.id).toBe(loggedIn?.session.id);
  });

  test("G59: a failed login ends none", async () => {
    const { planted, request } = await two();
    expect(await webWith().logIn(request(), { email: user.email as string, password: "wrong" })).toBeNull();
    expect([await isLive(planted), await isLive(session)]).toEqual([true, true]);
  });

  test("G59: end ends both, whether it is given the session or not, and clears the cookie", async () => {
    for (const given of [null, "current"]) {
      const [planted, current] = [await newSession(), await newSession()];
      const cookie = `__Host-session=${signed(planted)}; __Host-session=${signed(current)}`;
      const { headers } = await webWith().end(fetched({ cookie }), given === null ? null : current);
      expect(cookiesOf(headers)).toEqual([expect.objectContaining({ name: "__Host-session", maxAge: 0 })]);
      expect([await isLive(planted), await isLive(current)]).toEqual([false, false]);
      // Another one, as on a page of devices, is ended alone.
      const again = await two();
      const device = await newSession();
      expect((await webWith().end(again.request(), device)).headers).toEqual([]);
      expect([await isLive(again.planted), await isLive(session), await isLive(device)]).toEqual([true, true, false]);
    }
  });
});

test("createWebSessions refuses an auth that is not connected, and unknown options", () => {
  for (const wrong of [null, undefined, {}, { connect: () => {} }]) {
    expect(() => createWebSessions(wrong as never)).toThrow(invalid("auth"));
  }
  expect(() => webWith({ cookies: {} } as never)).toThrow(invalid("cookies"));
});
