import { code, type Mutation, tests } from "./mutation.js";

const SESSIONS = "src/web/web-sessions.ts";
const COOKIE = "src/web/session-cookie.ts";
const GUARD = "src/web/guard.ts";
const ADDRESS = "src/web/client-address.ts";
const ACCESS = "src/web/access.ts";
const LIFE = "src/web/session-life.ts";
const PLUGS = "src/plugs/sessions.ts";

/** Sessions over HTTP. */
export const WEB: readonly Mutation[] = [
  {
    guard: "A recent login has to be as recent as a number says",
    edits: [code(ACCESS, "within.length === 0", "within[0] === undefined")],
    tests: [tests("web/mistakes", "refuses undefined in place of seconds")],
  },
  {
    guard: "A session is started for its own user",
    edits: [code(PLUGS, "if (session.userId !== user.id) throw", "if (session.userId === undefined) throw")],
    tests: [tests("web/mistakes", "and another user")],
  },
  {
    guard: "A session that is void from the start logs nobody in",
    edits: [code(PLUGS, "isVoid(started.session) ? null : started", "started")],
    tests: [tests("web/mistakes", "logs nobody in with a session")],
  },
  {
    guard: "A device token that a cookie cannot have is not quoted in a message",
    edits: [code(SESSIONS, " && /^[\\w.-]+$/.test(value)", "")],
    tests: [tests("web/sessions", "as a device token without quoting it")],
  },
  {
    guard: "No header says by default where a client is",
    edits: [
      code(
        ADDRESS,
        "  if (proxies === 0) return (request) => addressIn(peerOf(request));\n",
        "  if (proxies === 0) return (request) => addressIn(proxyAddr(request as IncomingMessage, () => true));\n",
      ),
    ],
    tests: [tests("web/sessions", "is the other end of the connection by default")],
  },
  {
    guard: "No more proxies are believed than there are",
    edits: [code(ADDRESS, "hop < proxies", "hop <= proxies")],
    tests: [tests("web/sessions", "is what the outermost trusted proxy has appended")],
  },
  {
    guard: "A port that a proxy appends does not hide the address",
    edits: [code(ADDRESS, 'return parseIpAddress(bracketed ?? ipv4 ?? zoned ?? "");', "return null;")],
    tests: [tests("web/sessions", "in 192.0.2.1:51234 is")],
  },
  {
    guard: "Of the sessions of two cookies that live neither counts",
    edits: [code(SESSIONS, "return others.length === 0 ? live : null;", "return live;")],
    tests: [tests("web/sessions", "takes one live session among others")],
  },
  {
    guard: "The cookie of a session that has ended hides no other",
    edits: [code(SESSIONS, "ofCookies.length > 1", "ofCookies.length > 9")],
    tests: [tests("web/sessions", "takes one live session among others")],
  },
  {
    guard: "A login ends the sessions of all cookies",
    edits: [code(SESSIONS, "[loggedIn.session.id, ofRequest.replaceSessionId]", "this.#idsOfCookies(request)")],
    tests: [tests("web/sessions", "a login ends both")],
  },
  {
    guard: "Logging out ends the sessions of all cookies",
    edits: [code(SESSIONS, "endsCurrent ? current : [given]", "endsCurrent ? current.slice(0, 1) : [given]")],
    tests: [tests("web/sessions", "end ends both")],
  },
  {
    guard: "A space inside a cookie's value does not begin another cookie",
    edits: [
      code(
        COOKIE,
        "return before < 0 || header.charCodeAt(before) === SEMICOLON;",
        "return before < start - 1 || before < 0 || header.charCodeAt(before) === SEMICOLON;",
      ),
    ],
    tests: [tests("web/sessions", "takes no cookie from the value of another one")],
  },
  {
    guard: "A cookie that is not Secure counts on localhost alone",
    edits: [
      code(COOKIE, "(this.#isSecure(request) ? this", '(this.#isSecure(request) && header.includes("__") ? this'),
    ],
    tests: [tests("web/sessions", "takes no cookie of another name")],
  },
  {
    guard: "A Secure cookie of another application does not hide the plain one",
    edits: [code(COOKIE, " || this.#hasSecureCookie(request)", "")],
    tests: [tests("web/sessions", "stay Secure where the browser has sent such a cookie")],
  },
  {
    guard: "A Secure cookie has the same domain wherever it is written",
    edits: [code(COOKIE, "(!secure && this.#isDevelopment(request))", "this.#isDevelopment(request)")],
    tests: [tests("web/sessions", "G58: keep their domain behind a proxy")],
  },
  {
    guard: "Cookies are Secure behind a proxy that replaces the host",
    edits: [code(COOKIE, " && !isKnownSecure(request) && !comesFromSecurePage(request)", "")],
    tests: [tests("web/sessions", "are Secure at")],
  },
  {
    guard: "Only a page of the same origin speaks of its TLS",
    edits: [code(COOKIE, '  if (headerOf(request, "sec-fetch-site") !== "same-origin") return false;\n', "")],
    tests: [tests("web/sessions", "are read where a proxy has replaced the host")],
  },
  {
    guard: "A host whose name begins like localhost is none",
    edits: [code(COOKIE, "\\[::1\\])(?::\\d+)?$/i", "\\[::1\\])/i")],
    tests: [tests("web/sessions", "are Secure at")],
  },
  {
    guard: "Responses with cookies are kept by no cache",
    edits: [code(SESSIONS, "    headers.push(NO_STORE());\n", "")],
    tests: [tests("web/frameworks", "sets cookies that no script, no other host and no cache gets")],
  },
  {
    guard: "A cookie lives no longer than the session, when it slides",
    edits: [code(LIFE, "Math.min(absolute, idleSeconds)", "idleSeconds")],
    tests: [tests("web/sessions", "live as long as the session")],
  },
  {
    guard: "The cookie is renewed when the session slides",
    edits: [
      code(
        SESSIONS,
        "ofCookies.length > 0 && isRenewalDue(session)",
        "ofCookies.length > 0 && isRenewalDue(session) && false",
      ),
    ],
    tests: [tests("web/frameworks", "renews the cookie of a session with an idle timeout")],
  },
  {
    guard: "A login ends the session that the browser had",
    edits: [
      code(SESSIONS, "replaceSessionId: this.#idsOfCookies(request)[0] ?? null", "replaceSessionId: null"),
      code(SESSIONS, "[loggedIn.session.id, ofRequest.replaceSessionId]", "this.#idsOfCookies(request)"),
    ],
    tests: [tests("web/frameworks", "a login ends the session that the browser had")],
  },
  {
    guard: "Starting a session ends the one that the browser had",
    edits: [code(SESSIONS, "    await this.#endOthers(request, [session.id]);\n", "")],
    tests: [tests("web/sessions", "start ends the session that the request had")],
  },
  {
    guard: "A body that is passed on chooses no address",
    edits: [code(SESSIONS, "...LOG_IN_CHOICE_KEYS]", '...LOG_IN_CHOICE_KEYS, "ip"]')],
    tests: [tests("web/sessions", "takes nothing of what a request says itself")],
  },
  {
    guard: "Ending another session clears no cookie",
    edits: [code(SESSIONS, ": !endsCurrent)", ": false)")],
    tests: [tests("web/sessions", "clears no cookie of another session")],
  },
  {
    guard: "The end of a session that the same request has started clears its cookie",
    edits: [
      code(
        SESSIONS,
        "started === undefined ? this.#idsOfCookies(request) : [started];",
        "this.#idsOfCookies(request);",
      ),
    ],
    tests: [tests("web/sessions", "ends the session that the request has started")],
  },
  {
    guard: "Hosts of the same domain are other sites",
    edits: [code(GUARD, 'site === "same-origin" || site === "none"', 'site !== "cross-site"')],
    tests: [tests("web/guard", "with Sec-Fetch-Site: same-site")],
  },
  {
    guard: "Pages of other sites open no WebSocket",
    edits: [code(GUARD, " && !opensWebSocket(request)", "")],
    tests: [tests("web/guard", "looks at a GET that opens a WebSocket")],
  },
  {
    guard: "Origin is compared where Sec-Fetch-Site is missing",
    edits: [code(GUARD, "if (origin !== undefined) return isOwnOrigin(origin, request) ? null : REFUSAL();", "")],
    tests: [tests("web/guard", "without Sec-Fetch-Site")],
  },
  {
    guard: "A bearer token beside a cookie does not turn the guard off",
    edits: [code(GUARD, " && !hasCookie(request)) return null", ") return null")],
    tests: [tests("web/guard", "does not look at a request with a bearer token")],
  },
  {
    guard: "An origin without TLS is another one",
    edits: [code(GUARD, " && !isKnownSecure(request);", ";")],
    tests: [tests("web/guard", "compares with the host that the request was sent to")],
  },
  {
    guard: "Another port of the host is another origin",
    edits: [code(GUARD, "host.replace(/:80$/", "host.replace(/:\\d+$/")],
    tests: [tests("web/guard", "removes the default port of the origin's scheme")],
  },
  {
    guard: "A host without a name is nobody's origin",
    edits: [code(GUARD, ' || host.startsWith(":")', "")],
    tests: [tests("web/guard", "removes the default port of the origin's scheme")],
  },
  {
    guard: "An origin with a wildcard, which trusts nobody, is refused",
    edits: [code(GUARD, '&& value.includes("*")', "&& false")],
    tests: [tests("web/guard", "refuses a wildcard in an origin")],
  },
  {
    guard: "The plugs guard by default",
    edits: [code(PLUGS, "const { guard = true, ...rest }", "const { guard = false, ...rest }")],
    tests: [tests("web/frameworks", "refuses what pages of other sites send")],
  },
  {
    guard: "A login whose cookie cannot be sent creates no session",
    edits: [code(PLUGS, "if (visit.isSent) throw", "if (visit.isSent && false) throw")],
    tests: [tests("web/frameworks", "whose cookie cannot be sent, and leaves no session")],
  },
  {
    guard: "A login that is not awaited leaves no session",
    edits: [code(PLUGS, "    await endIfUnsent(visit, started.session);\n", "")],
    tests: [tests("web/frameworks", "refuses a login that is not awaited")],
  },
  {
    guard: "A refusal after the response does not end the process",
    edits: [code("src/plugs/express.ts", "  if (res.headersSent) return;\n", "")],
    tests: [tests("web/frameworks", "nothing is left unhandled")],
  },
  {
    guard: "A renewal that an outer copy of the plug sends undoes no login",
    edits: [code("src/plugs/hono.ts", "!lines.some((line) => line.startsWith(start))", "lines.length >= 0")],
    tests: [tests("web/hono-copies", "undoes no login or logout")],
  },
  {
    guard: "A session that is started too late for its cookie is ended",
    edits: [code(PLUGS, "      await endIfUnsent(visit, session);\n", "")],
    tests: [tests("web/frameworks", "ends a session that is started after the response")],
  },
  {
    guard: "A login whose client has gone leaves no session",
    edits: [code("src/plugs/express.ts", "res.headersSent || res.writableEnded || res.destroyed", "res.headersSent")],
    tests: [tests("web/frameworks", "refuses a login whose client has gone")],
  },
  {
    guard: "A login whose HTTP/2 client has disconnected leaves no session",
    edits: [code(PLUGS, " || raw.stream?.destroyed === true", "")],
    tests: [tests("web/frameworks", "over HTTP/2")],
  },
  {
    guard: "A login ends the session that an earlier one in the same request has started",
    edits: [
      code(
        PLUGS,
        "    if (earlier !== undefined && earlier.id !== started.session.id) await web.end(visit.request, earlier);\n",
        "",
      ),
    ],
    tests: [tests("web/frameworks", "G59: of several logins in one request")],
  },
  {
    guard: "A response sets the session's cookie once",
    edits: [code(PLUGS, "    return replaced;\n", "    return undefined;\n")],
    tests: [tests("web/frameworks", "a response sets a cookie once")],
  },
  {
    guard: "An address that is not ASCII does not fail a redirect",
    edits: [code("src/web/refusal.ts", '["Location", asciiOf(location)]', '["Location", location]')],
    tests: [tests("web/refusal", "percent-encodes what a header cannot have")],
  },
  {
    guard: "A lone surrogate in an address does not fail a redirect",
    edits: [code("src/web/refusal.ts", "location.toWellFormed()", "location")],
    tests: [tests("web/refusal", "percent-encodes what a header cannot have")],
  },
  {
    guard: "An old login is not a recent one",
    edits: [code(ACCESS, "!isNobody && session.authenticationAgeSeconds <= withinSeconds", "!isNobody")],
    tests: [tests("web/frameworks", "requireRecentLogin admits whoever has logged in")],
  },
  {
    guard: "Nobody is admitted where a session is undefined",
    edits: [code(ACCESS, "    if (!isNobody &&", "    if (session === undefined) return null;\n    if (!isNobody &&")],
    tests: [tests("web/mistakes", "createAccess takes undefined for nobody")],
  },
  {
    guard: "A plug that is not mounted is an error, and not a visitor who is not logged in",
    edits: [
      code(
        PLUGS,
        "if (session !== undefined) return session;",
        "if (session !== undefined) return session;\n  return null;",
      ),
    ],
    tests: [tests("web/frameworks", "fails closed where the plug is not mounted")],
  },
  {
    guard: "Nobody is returned as the user of a request",
    edits: [code(PLUGS, "if (refused !== null) throw new RefusalError(refused);", "")],
    tests: [tests("web/frameworks", "current returns the session and user of whoever is logged in")],
  },
  {
    guard: "A session that was ended is not that of its request any more",
    edits: [code(PLUGS, "keep(exchange, open(exchange), null, headers);", "visit.setSession(null, null);")],
    tests: [tests("web/frameworks", "current returns the session and user of whoever is logged in")],
  },
  {
    guard: "Every login has the life of the options",
    edits: [code(SESSIONS, "...life, replaceSessionId", "bindTo: life.bindTo, replaceSessionId")],
    tests: [tests("web/frameworks", "every login has the life that the options give")],
  },
  {
    guard: "A life that no login takes is refused when the sessions are created",
    edits: [code(SESSIONS, "requireTtl(ttlSeconds)", "ttlSeconds as number")],
    tests: [tests("web/sessions", "createWebSessions refuses a ttlSeconds that no login takes")],
  },
  {
    guard: "A failed decrement does not end the process",
    edits: [
      code(
        "src/plugs/express-rate-limit.ts",
        "    } catch {\n      // Most",
        "    } catch (error) {\n      throw error;\n      // Most",
      ),
    ],
    tests: [tests("plugs/express-rate-limit", "decrement() resolves although the cache fails")],
  },
  {
    guard: "The server of pevensie dev outlives an application that drains",
    edits: [code("src/cli/dev.ts", "if (hasGroup && signals.first !== null) await groupEnd(child);", "")],
    tests: [tests("cli-dev", "signals what a shell has started")],
  },
  {
    guard: "A ban is not revealed to whoever asks for a new password",
    edits: [code("src/auth/functions/tokens.ts", 'if (tokenType !== "password-reset" || ', "if (true || ")],
    tests: [tests("web/forgotten-password", "a handler /by-user answers all alike")],
  },
];
