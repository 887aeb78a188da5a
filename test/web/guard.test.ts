import { describe, expect, test } from "vitest";
import { createWebSessions, type WebAuth, type WebSessionsOptions } from "../../src/web/index.js";

/** The guard asks no database. */
const refuse = () => Promise.reject(new Error("the guard made a call"));
const auth: WebAuth<unknown> = {
  getSessionWithUser: refuse,
  logInUser: refuse,
  deleteSession: refuse,
  createSessionCookie: () => "",
  validateSessionCookie: () => null,
};

const OWN = "https://app.example.com";
type Headers_ = Record<string, string>;

/** Whether the guard admits a request. */
function admits(
  headers: Headers_,
  { method = "POST", url = `${OWN}/log-out`, options = {} as WebSessionsOptions } = {},
) {
  const refused = createWebSessions(auth, options).guard(new Request(url, { method, headers }));
  if (refused !== null) {
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.body)).toEqual({ code: "CROSS_SITE_REQUEST", error: expect.any(String) });
  }
  return refused === null;
}

const COOKIE = { cookie: "__Host-session=value" };

describe("G60: the guard", () => {
  test.each([
    ["same-origin", true],
    ["none", true],
    ["same-site", false],
    ["cross-site", false],
    ["", false],
    ["same-origin, cross-site", false],
  ])("with Sec-Fetch-Site: %s", (site, admitted) => {
    expect(admits({ ...COOKIE, "sec-fetch-site": site })).toBe(admitted);
    expect(admits({ "sec-fetch-site": site })).toBe(admitted);
    // It is the browser's word: Origin, which it contradicts here, is not asked.
    expect(admits({ "sec-fetch-site": site, origin: admitted ? "https://evil.example" : OWN })).toBe(admitted);
  });

  test.each([
    [OWN, true],
    ["http://app.example.com", false],
    ["https://app.example.com:8443", false],
    ["https://evil.example", false],
    ["https://app.example.com.evil.example", false],
    ["https://evil.example/https://app.example.com", false],
    ["null", false],
    ["", false],
  ])("without Sec-Fetch-Site, with Origin: %s", (origin, admitted) => {
    expect(admits({ ...COOKIE, origin })).toBe(admitted);
    expect(admits({ origin })).toBe(admitted);
  });

  test("without Origin, looks at Referer, and admits a request that has none of them: no browser sends it", () => {
    expect(admits({ ...COOKIE, referer: `${OWN}/page` })).toBe(true);
    expect(admits({ ...COOKIE, referer: "https://evil.example/https://app.example.com/" })).toBe(false);
    expect(admits({ ...COOKIE, referer: "no URL" })).toBe(false);
    expect(admits(COOKIE)).toBe(true);
  });

  test("compares with the host that the request was sent to, and takes either scheme where TLS is not known", () => {
    const request = (headers: Headers_) =>
      ({ method: "POST", url: "/", headers: { host: "app.example.com:3000", ...headers }, socket: {} }) as never;
    const guard = (headers: Headers_) => createWebSessions(auth).guard(request(headers)) === null;
    expect(guard({ origin: "https://app.example.com:3000" })).toBe(true);
    expect(guard({ origin: "http://app.example.com:3000" })).toBe(true);
    expect(guard({ origin: "http://app.example.com:3000", "x-forwarded-proto": "https" })).toBe(false);
    expect(guard({ origin: "http://app.example.com:3000", forwarded: "for=192.0.2.1;proto=https" })).toBe(false);
    expect(guard({ origin: "https://app.example.com" })).toBe(false);
    expect(guard({ origin: "https://", host: "" })).toBe(false);
  });

  test("removes the default port of the origin's scheme from the host, as nginx sends it, and no other port", () => {
    const guard = (host: string, origin: string, headers: Headers_ = {}) =>
      createWebSessions(auth).guard({
        method: "POST",
        url: "/",
        headers: { host, origin, ...headers },
        socket: {},
      } as never)?.status ?? null;
    expect(guard("intranet.example:80", "http://intranet.example")).toBeNull();
    expect(guard("App.example.com:443", OWN)).toBeNull();
    expect(guard("[2001:db8::1]:443", "https://[2001:db8::1]")).toBeNull();
    expect(guard("[::80]", "http://[::80]")).toBeNull();
    expect(guard("intranet.example:80", "http://intranet.example", { "x-forwarded-proto": "https" })).toBe(403);
    for (const [host, origin] of [
      ["app.example.com:443", "http://app.example.com"],
      ["app.example.com:80", OWN],
      ["app.example.com:8443", OWN],
      ["app.example.com:8080", "http://app.example.com"],
      ["app.example.com:80:443", OWN],
      ["user@app.example.com:443", OWN],
      ["app.example.com/:443", OWN],
      ["app.example.com:443/path", OWN],
      ["evil.example:443", OWN],
      [":443", "https://"],
      [":80", "http://"],
    ] as const) {
      expect([host, guard(host, origin)]).toEqual([host, 403]);
    }
  });

  test("looks at a GET that opens a WebSocket, which other sites may read", () => {
    const upgrade = (headers: Headers_, options: WebSessionsOptions = {}) => {
      const received = { host: "app.example.com", connection: "Upgrade", upgrade: "WebSocket", ...COOKIE, ...headers };
      const request = { method: "GET", url: "/live", headers: received, socket: {} };
      return createWebSessions(auth, options).guard(request as never)?.status ?? null;
    };
    expect(upgrade({ origin: OWN })).toBeNull();
    expect(upgrade({ origin: "https://evil.example" })).toBe(403);
    expect(upgrade({ origin: "null" })).toBe(403);
    expect(upgrade({ "sec-fetch-site": "same-site", origin: "https://blog.example.com" })).toBe(403);
    expect(upgrade({ origin: "https://evil.example" }, { trustedOrigins: ["https://evil.example"] })).toBeNull();
    expect(upgrade({})).toBeNull();
    expect(upgrade({ upgrade: "h2c", origin: "https://evil.example" })).toBeNull();
  });

  test.each(["GET", "HEAD", "OPTIONS"])("does not look at %s", (method) => {
    expect(admits({ ...COOKIE, "sec-fetch-site": "cross-site", origin: "https://evil.example" }, { method })).toBe(
      true,
    );
  });

  test.each(["PUT", "PATCH", "DELETE", "PROPFIND"])("looks at %s", (method) => {
    expect(admits({ ...COOKIE, "sec-fetch-site": "cross-site" }, { method })).toBe(false);
  });

  test("admits pages of trusted origins, exactly", () => {
    const options = { trustedOrigins: ["https://admin.example.com"] };
    const site = (origin: string) => admits({ ...COOKIE, "sec-fetch-site": "same-site", origin }, { options });
    expect(site("https://admin.example.com")).toBe(true);
    expect(admits({ ...COOKIE, origin: "https://admin.example.com" }, { options })).toBe(true);
    expect(site("http://admin.example.com")).toBe(false);
    expect(site("https://admin.example.com.evil.example")).toBe(false);
  });

  test("does not look at a request with a bearer token and without the session's cookie", () => {
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect(admits({ ...foreign, authorization: "Bearer value" })).toBe(true);
    expect(admits({ ...foreign, authorization: "Bearer value", ...COOKIE })).toBe(false);
    // Browsers send these by themselves.
    expect(admits({ ...foreign, authorization: "Basic value" })).toBe(false);
    expect(admits({ ...foreign, authorization: "Negotiate value" })).toBe(false);
  });

  test("refuses a wildcard in an origin, and says that there is none", () => {
    for (const origin of ["https://*.example.com", "https://*", "https://app.example.com:*"]) {
      expect(() => createWebSessions(auth, { trustedOrigins: [origin] })).toThrow(
        expect.objectContaining({
          code: "INVALID_INPUT",
          field: "trustedOrigins",
          message: expect.stringContaining("must name each origin: * is no wildcard"),
        }),
      );
    }
  });

  test("refuses options that would trust nobody, or everybody", () => {
    for (const trustedOrigins of [
      "*",
      ["*"],
      ["null"],
      ["admin.example.com"],
      ["https://a.example/"],
      ["https://a.example/x"],
      [7],
    ]) {
      expect(() => createWebSessions(auth, { trustedOrigins: trustedOrigins as string[] })).toThrow(
        expect.objectContaining({ code: "INVALID_INPUT", field: "trustedOrigins" }),
      );
    }
  });
});
