import { parseCookie, stringifySetCookie } from "cookie";
import { invalidInput } from "../errors/index.js";
import { requireBoolean, requireInteger, requireOptions } from "../input/values.js";
import { type HeaderList, headerOf, hostOf, isFetchHeaders, isKnownSecure, type WebRequest } from "./request.js";

/** Options of the session's cookie. `HttpOnly` is always set. */
export interface SessionCookieOptions {
  /**
   * The cookie's name. Default: `__Host-session`, which a browser takes from this host alone and over TLS alone; `__Secure-session` with
   * a `domain` or a `path`; `session` where the cookie is not `Secure`, where a prefix that is given is left out, too.
   */
  readonly name?: string | undefined;
  /**
   * `Domain`: subdomains receive the cookie, and can set it. It is left out on localhost where the cookie is not `Secure`. Default: none,
   * so that the cookie is this host's alone.
   */
  readonly domain?: string | undefined;
  /** `Path`. Default: "/". */
  readonly path?: string | undefined;
  /** `SameSite`. Default: "lax". "none" sends the cookie with requests of other sites, which `guard` refuses. */
  readonly sameSite?: "lax" | "strict" | "none" | undefined;
  /**
   * `Secure`. Default: true, unless the host of the request is localhost, 127.0.0.1 or [::1], and nothing says that the client uses TLS.
   * Set it to true behind a proxy that sends such a `Host` instead of the client's.
   */
  readonly secure?: boolean | undefined;
  /**
   * Upper bound of `Max-Age` in seconds, 1 to 34,560,000 (400 days, the most that browsers keep a cookie for); null for a cookie that
   * ends with the browser. Default: as long as the session lives.
   */
  readonly maxAgeSeconds?: number | null | undefined;
}

const MAX_COOKIE_SECONDS = 400 * 86_400;
const DEVICE_SECONDS = 365 * 86_400;

/** Each value costs an HMAC, and an honest browser sends one. */
const MAX_VALUES = 4;

const KEYS = ["name", "domain", "path", "sameSite", "secure", "maxAgeSeconds"] as const;
const PREFIX = /^__(?:Host|Secure)-/i;

interface CookieNames {
  readonly session: string;
  readonly device: string;
}

/** Reads and writes the cookies of the session and of the known device. */
export class SessionCookies {
  readonly #options: SessionCookieOptions;
  readonly #secureNames: CookieNames;
  readonly #plainNames: CookieNames;
  /** Servers have few names, and the same one most of the time. */
  #lastHost: { readonly host: string; readonly isLoopback: boolean } = { host: "", isLoopback: false };

  /** @throws INVALID_INPUT */
  constructor(options: unknown = {}) {
    const given = requireOptions(options, "cookie", KEYS) as SessionCookieOptions;
    const { domain, path = "/", secure, sameSite = "lax", maxAgeSeconds } = given;
    const isHostOnly = domain === undefined && path === "/";
    const { name = `__${isHostOnly ? "Host" : "Secure"}-session` } = given;
    if (secure !== undefined) requireBoolean(secure, "cookie.secure");
    if (!["lax", "strict", "none"].includes(sameSite)) {
      throw invalidInput("cookie.sameSite", 'must be "lax", "strict" or "none"');
    }
    if (maxAgeSeconds !== undefined && maxAgeSeconds !== null) {
      requireInteger(maxAgeSeconds, "cookie.maxAgeSeconds", 1, MAX_COOKIE_SECONDS);
    }
    if (typeof name !== "string" || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      throw invalidInput("cookie.name", "must be a token, as RFC 6265 has it");
    }
    if (typeof path !== "string" || !path.startsWith("/")) throw invalidInput("cookie.path", "must begin with /");
    requireWritable("cookie.path", { path });
    if (domain !== undefined) requireDomain(domain);
    if (secure === false && sameSite === "none") throw invalidInput("cookie.sameSite", '"none" needs secure');
    if (given.name !== undefined && PREFIX.test(name)) {
      if (secure === false) throw invalidInput("cookie.name", "has a prefix that needs secure");
      if (/^__Host-/i.test(name) && !isHostOnly) {
        throw invalidInput("cookie.name", "__Host- needs the path / and no domain; __Secure- does not");
      }
    }
    this.#options = { domain, path, secure, sameSite, maxAgeSeconds };
    this.#secureNames = namesOf(name);
    this.#plainNames = namesOf(name.replace(PREFIX, ""));
  }

  /** Returns the values of the session's cookie: none, one, or those that a client, or another host of the domain, has added. */
  read(request: WebRequest): readonly string[] {
    return this.#values(request, "session");
  }

  /** Returns the token of the known device, if there is just one. */
  readDevice(request: WebRequest): string | null {
    const [token = null, ...others] = this.#values(request, "device");
    return others.length === 0 ? token : null;
  }

  /** @param seconds - how long the session lives; null for ever */
  write(request: WebRequest, value: string, seconds: number | null): HeaderList[number] {
    const { maxAgeSeconds } = this.#options;
    if (maxAgeSeconds === null) return this.#set(request, "session", value, undefined);
    const life = Math.min(seconds ?? MAX_COOKIE_SECONDS, maxAgeSeconds ?? MAX_COOKIE_SECONDS, MAX_COOKIE_SECONDS);
    return this.#set(request, "session", value, Math.max(0, Math.ceil(life)));
  }

  writeDevice(request: WebRequest, token: string): HeaderList[number] {
    return this.#set(request, "device", token, DEVICE_SECONDS);
  }

  clear(request: WebRequest): HeaderList[number] {
    return this.#set(request, "session", "", 0);
  }

  #values(request: WebRequest, which: keyof CookieNames): readonly string[] {
    const header = headerOf(request, "cookie");
    if (header === undefined) return NONE;
    // The cookie that is not Secure would be another host's to set, so it counts only where there can be no other.
    return valuesOf(header, (this.#isSecure(request) ? this.#secureNames : this.#plainNames)[which]);
  }

  #set(request: WebRequest, which: keyof CookieNames, value: string, maxAge: number | undefined): HeaderList[number] {
    const secure = this.#isSecure(request);
    const { domain, path, sameSite } = this.#options;
    const cookie = {
      name: (secure ? this.#secureNames : this.#plainNames)[which],
      value,
      ...(maxAge === undefined ? {} : { maxAge }),
      // A browser keeps a Secure cookie without the domain beside the one with it, and then sends both. Otherwise, in development, it
      // refuses a domain that is not the host's. It always refuses SameSite=None without Secure.
      ...(domain === undefined || (!secure && this.#isDevelopment(request)) ? {} : { domain }),
      path: path as string,
      httpOnly: true,
      secure,
      sameSite: sameSite === "none" && !secure ? "lax" : (sameSite as "lax"),
    };
    // Tokens have no character that a cookie cannot have. Encoded, the value would differ from that of a bearer token.
    return ["Set-Cookie", stringifySetCookie(cookie, { encode: String })];
  }

  #isSecure(request: WebRequest): boolean {
    return this.#options.secure ?? (!this.#isDevelopment(request) || this.#hasSecureCookie(request));
  }

  /**
   * Returns whether the browser keeps Secure cookies for this address: a proxy with TLS may have replaced the host, and some browsers
   * keep them for localhost, where another application may have set one. A plain cookie beside it would never be read.
   */
  #hasSecureCookie(request: WebRequest): boolean {
    const { session, device } = this.#secureNames;
    // A name without a prefix says nothing about the cookie.
    if (session === this.#plainNames.session) return false;
    const header = headerOf(request, "cookie") ?? "";
    return valuesOf(header, session).length > 0 || valuesOf(header, device).length > 0;
  }

  /** Returns whether the client uses this computer, without TLS. A proxy may have replaced the host, so all that speaks of TLS counts. */
  #isDevelopment(request: WebRequest): boolean {
    if (isFetchHeaders(request.headers) && (request as Request).url?.startsWith("https:")) return false;
    const host = hostOf(request);
    if (host !== this.#lastHost.host) this.#lastHost = { host, isLoopback: isLoopback(host) };
    return this.#lastHost.isLoopback && !isKnownSecure(request) && !comesFromSecurePage(request);
  }
}

const NONE: readonly string[] = [];

const [TAB, SPACE, SEMICOLON] = [9, 32, 59];

function namesOf(session: string): CookieNames {
  return { session, device: `${session}-device` };
}

function isLoopback(host: string): boolean {
  return /^(?:(?:[a-z0-9-]+\.)*localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i.test(host);
}

/** Returns whether a page of this origin, by the browser's word, sends the request, and has been loaded over TLS. */
function comesFromSecurePage(request: WebRequest): boolean {
  if (headerOf(request, "sec-fetch-site") !== "same-origin") return false;
  return (headerOf(request, "origin") ?? headerOf(request, "referer"))?.startsWith("https:") ?? false;
}

/** Returns the different values that a header has for a name, in its order. */
function valuesOf(header: string, name: string): readonly string[] {
  const start = header.indexOf(`${name}=`);
  if (start === -1) return NONE;
  const isOnly = header.indexOf(`${name}=`, start + 1) === -1;
  // The usual case reads one cookie, however many others there are.
  if (isOnly && beginsPair(header, start)) {
    const end = header.indexOf(";", start);
    return [parseCookie(header.slice(start, end === -1 ? undefined : end))[name] ?? ""];
  }
  // parseCookie returns the first value of a name, and no other.
  const values = new Set<string>();
  for (const pair of header.split(";")) {
    const value = parseCookie(pair)[name];
    if (value !== undefined) values.add(value);
    if (values.size > MAX_VALUES) return NONE;
  }
  return [...values];
}

/**
 * Returns whether a cookie's name may begin at a position. A space before it without a semicolon is part of another cookie's value, which
 * a sibling host may have set: `theme=dark __Host-session=…` is one cookie, and no browser refuses it for its prefix.
 */
function beginsPair(header: string, start: number): boolean {
  let before = start - 1;
  while (header.charCodeAt(before) === SPACE || header.charCodeAt(before) === TAB) before--;
  return before < 0 || header.charCodeAt(before) === SEMICOLON;
}

/** An empty domain would be none, for a cookie whose name says that it has one. */
function requireDomain(domain: unknown): void {
  if (typeof domain !== "string" || domain === "")
    throw invalidInput("cookie.domain", "must be a domain, or undefined");
  requireWritable("cookie.domain", { domain });
}

function requireWritable(field: string, attribute: { readonly path?: string; readonly domain?: string }): void {
  try {
    stringifySetCookie({ name: "name", value: "", ...attribute });
  } catch {
    throw invalidInput(field, "must be a value that a cookie can have");
  }
}
