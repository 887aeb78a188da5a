import { invalidInput } from "../errors/index.js";
import { type Refusal, refusal } from "./refusal.js";
import { headerOf, hostOf, isKnownSecure, type WebRequest } from "./request.js";

/** Methods that change nothing (RFC 9110, 9.2.1). A handler of GET that changes something is not guarded. */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

export type Guard = (request: WebRequest, hasCookie: (request: WebRequest) => boolean) => Refusal | null;

/**
 * Returns the guard against cross-site request forgery: OWASP's cheat sheet, "Fetch Metadata headers" with "verifying origin with
 * standard headers" for browsers without them. It needs no token in forms.
 *
 * @throws INVALID_INPUT
 */
export function createGuard(trustedOrigins: unknown = []): Guard {
  if (!Array.isArray(trustedOrigins)) throw invalidInput("trustedOrigins", "must be a list of origins");
  const trusted: ReadonlySet<string> = new Set(trustedOrigins.map(requireOrigin));

  return (request, hasCookie) => {
    if (SAFE_METHODS.has(request.method ?? "") && !opensWebSocket(request)) return null;
    // Browsers add cookies to what other sites send, but never this header: a page of another site has to add it itself, with a value
    // that it does not know, and after a preflight that the application has to allow.
    if (isBearer(headerOf(request, "authorization")) && !hasCookie(request)) return null;
    const origin = headerOf(request, "origin");
    if (origin !== undefined && trusted.has(origin)) return null;
    // Set by the browser, not by a page. "none": typed, bookmarked, reloaded. "same-site" is another host of the domain, whose owner
    // may be another one, so it counts as another site.
    const site = headerOf(request, "sec-fetch-site");
    if (site !== undefined) return site === "same-origin" || site === "none" ? null : REFUSAL();
    // Browsers before 2023 lack it, and all of them do without TLS. They send Origin with every request that is not GET or HEAD.
    if (origin !== undefined) return isOwnOrigin(origin, request) ? null : REFUSAL();
    const referer = headerOf(request, "referer");
    if (referer !== undefined) return isOwnOrigin(originOf(referer), request) ? null : REFUSAL();
    // No browser: nothing that another site could make send the user's cookie.
    return null;
  };
}

/** Pages of other sites may open a WebSocket with this one's cookies and, unlike a response, read what it sends. */
function opensWebSocket(request: WebRequest): boolean {
  return /\bwebsocket\b/i.test(headerOf(request, "upgrade") ?? "");
}

const REFUSAL = () =>
  refusal(403, "CROSS_SITE_REQUEST", "The request comes from a page of another site. Send it from a page of this one.");

export function isBearer(authorization: string | undefined): authorization is string {
  return authorization !== undefined && authorization.slice(0, 7).toLowerCase() === "bearer ";
}

/** Returns whether a page of the host that the request was sent to has this origin. Without TLS is another origin, where TLS is known. */
function isOwnOrigin(origin: string, request: WebRequest): boolean {
  const host = hostOf(request).toLowerCase();
  if (host === "" || host.startsWith(":")) return false;
  // Proxies may pass on the default port with the host. An origin never has it.
  if (origin === `https://${host.replace(/:443$/, "")}`) return true;
  return origin === `http://${host.replace(/:80$/, "")}` && !isKnownSecure(request);
}

/** Returns "null", which is nobody's own origin, for a text that is no URL. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "null";
}

function requireOrigin(value: unknown): string {
  // A URL can have it, but no page has such an origin.
  if (typeof value === "string" && value.includes("*")) {
    throw invalidInput("trustedOrigins", "must name each origin: * is no wildcard");
  }
  if (typeof value === "string" && URL.canParse(value)) {
    const { origin } = new URL(value);
    if (origin === value && origin !== "null") return origin;
  }
  throw invalidInput(
    "trustedOrigins",
    "must hold origins, such as https://app.example.com, without a path or a final /",
  );
}
