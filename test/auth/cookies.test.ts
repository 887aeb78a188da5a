import { createHmac, randomBytes, randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { AuthDriver, Session } from "../../src/auth/index.js";
import { createAuth } from "../../src/auth/index.js";
import { COOKIE_KEY } from "../support/auth.js";

const crypto = vi.hoisted(() => ({ comparisons: 0 }));
vi.mock("node:crypto", async (original) => {
  const real = await original<typeof import("node:crypto")>();
  const timingSafeEqual: typeof real.timingSafeEqual = (a, b) => {
    crypto.comparisons += 1;
    return real.timingSafeEqual(a, b);
  };
  return { ...real, timingSafeEqual };
});
afterEach(() => {
  crypto.comparisons = 0;
});

// Cookies are a matter of keys alone: no driver is asked.
const driver = { connect: () => Promise.resolve(), observe: () => {} } as unknown as AuthDriver;
const withKeys = (cookieKey: string | readonly string[]) => createAuth({ driver, cookieKey }).connect();
const [OLD, NEW, OTHER] = ["old", "new", "other"].map((name) => `${name} key of more than thirty-two bytes`) as [
  string,
  string,
  string,
];

const session: Session = {
  id: "0190163d-8694-739b-aea5-966c26f8ad90",
  createdAt: new Date(0),
  expiresAt: null,
  userId: randomUUID(),
  ip: null,
  userAgent: null,
  boundTo: [],
  idleSeconds: null,
  lastSeenAt: new Date(0),
  authenticatedAt: new Date(0),
  authenticationAgeSeconds: 0,
};

describe("session cookies", () => {
  test("G36: consist of the session's id and its HMAC-SHA256 in base64url, with a key derived by HKDF (RFC 5869)", async () => {
    const auth = await withKeys(COOKIE_KEY);
    const cookie = auth.createSessionCookie(session);
    // RFC 5869 by hand: extract with a salt of zeros, then one block of expansion.
    const extracted = createHmac("sha256", Buffer.alloc(32)).update(COOKIE_KEY).digest();
    const key = createHmac("sha256", extracted).update("pevensie/session-cookie/v1\x01").digest();
    expect(cookie).toBe(`${session.id}|${createHmac("sha256", key).update(session.id).digest("base64url")}`);
    expect(auth.validateSessionCookie(cookie)).toBe(session.id);
  });

  test("G36: an HMAC of an id made with the same key for another purpose is refused", async () => {
    const auth = await withKeys([NEW, OLD]);
    for (const key of [NEW, OLD]) {
      const signature = createHmac("sha256", key).update(session.id).digest("base64url");
      expect(auth.validateSessionCookie(`${session.id}|${signature}`)).toBeNull();
    }
  });

  test("G36: the placeholder that the README once had is not accepted as a key", () => {
    const placeholder = "at least 32 bytes, from your secrets";
    for (const cookieKey of [placeholder, [NEW, placeholder]]) {
      expect(() => createAuth({ driver, cookieKey })).toThrowError(
        expect.objectContaining({
          code: "INVALID_INPUT",
          field: "cookieKey",
          message: expect.stringContaining("openssl rand -base64 32"),
        }),
      );
    }
  });

  test("G28: any flipped, cut, doubled or re-encoded cookie is refused: 10,000 fuzzed cases, no exception", async () => {
    const auth = await withKeys([NEW, OLD]);
    const cookie = auth.createSessionCookie(session);
    const [id, signature] = cookie.split("|") as [string, string];
    const bytes = Buffer.from(signature, "base64url");
    const position = fc.nat({ max: cookie.length - 1 });
    const mutated = fc.oneof(
      fc
        .tuple(position, fc.integer({ min: 0, max: 0xffff }))
        .map(([at, unit]) => splice(cookie, at, 1, String.fromCharCode(unit))),
      fc
        .tuple(position, fc.constantFrom(..."0123456789abcdefABCDEFghiGHI-_|=+/ "))
        .map(([at, letter]) => splice(cookie, at, 1, letter)),
      fc.tuple(position, fc.integer({ min: 1, max: 80 })).map(([at, count]) => splice(cookie, at, count, "")),
      fc
        .tuple(position, fc.string({ unit: "binary", minLength: 1, maxLength: 40 }))
        .map(([at, text]) => splice(cookie, at, 0, text)),
      fc.tuple(position, position).map(([from, to]) => cookie.slice(0, from) + cookie.slice(to)),
      fc.tuple(position, position).map(([a, b]) => swap(cookie, a, b)),
      fc
        .uint8Array({ minLength: 32, maxLength: 32 })
        .map((other) => `${id}|${Buffer.from(other).toString("base64url")}`),
      fc.uuid().map((other) => `${other}|${signature}`),
      fc.constantFrom(
        "",
        "|",
        id,
        signature,
        `${id}|`,
        `|${signature}`,
        `${cookie}${cookie}`,
        `${cookie}|${signature}`,
        `${id.toUpperCase()}|${signature}`,
        `${id.replaceAll("-", "")}|${signature}`,
        `{${id}}|${signature}`,
        `${signature}|${id}`,
        `${id}|${bytes.toString("base64")}`,
        `${id}|${bytes.toString("hex")}`,
        `${id}|${bytes.toString("latin1")}`,
        encodeURIComponent(cookie),
        Buffer.from(cookie).toString("base64"),
        `${cookie}=`,
        `"${cookie}"`,
      ),
      fc.string({ unit: "binary", maxLength: 200 }),
    );
    const property = fc.property(mutated, (text) => {
      fc.pre(text !== cookie);
      expect(auth.validateSessionCookie(text)).toBeNull();
    });
    fc.assert(property, { numRuns: 10_000 });
    expect(auth.validateSessionCookie(cookie)).toBe(session.id);
  });

  test("G28: the last letter of a signature is compared, although some of its bits encode nothing", async () => {
    const auth = await withKeys(COOKIE_KEY);
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const cookie = auth.createSessionCookie(session);
    const accepted = Array.from(letters).filter((letter) => auth.validateSessionCookie(cookie.slice(0, -1) + letter));
    expect(accepted).toEqual([cookie.slice(-1)]);
  });

  test("G28: of several keys the first signs and all verify; a removed one refuses", async () => {
    const [old, both, onlyNew, other] = [
      await withKeys(OLD),
      await withKeys([NEW, OLD]),
      await withKeys(NEW),
      await withKeys([OTHER]),
    ];
    const [oldCookie, newCookie] = [old.createSessionCookie(session), both.createSessionCookie(session)];
    expect(newCookie).toBe(onlyNew.createSessionCookie(session));
    expect(both.validateSessionCookie(oldCookie)).toBe(session.id);
    expect(both.validateSessionCookie(newCookie)).toBe(session.id);
    expect(onlyNew.validateSessionCookie(oldCookie)).toBeNull();
    expect(old.validateSessionCookie(newCookie)).toBeNull();
    expect(other.validateSessionCookie(oldCookie)).toBeNull();
    expect(other.validateSessionCookie(newCookie)).toBeNull();
  });

  test("G28: keys under 32 bytes, values that are not keys, and empty lists throw at construction", () => {
    const bad = [
      "",
      "k".repeat(31),
      "é".repeat(15),
      [],
      [""],
      [NEW, "short"],
      [NEW, undefined],
      null,
      undefined,
      5,
      {},
    ];
    const notText = [[randomBytes(32)], randomBytes(32), `${"\ud800"}${NEW}`, [[NEW]]];
    for (const cookieKey of [...bad, ...notText] as string[]) {
      expect(() => createAuth({ driver, cookieKey })).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: "cookieKey" }),
      );
    }
    for (const cookieKey of ["k".repeat(32), "é".repeat(16), [NEW], [NEW, OLD]]) {
      expect(createAuth({ driver, cookieKey })).toHaveProperty("connect");
    }
  });

  test("G28: changing the list of keys afterwards has no effect", async () => {
    const keys = [NEW];
    const auth = await withKeys(keys);
    const cookie = auth.createSessionCookie(session);
    keys[0] = OTHER;
    expect(auth.validateSessionCookie(cookie)).toBe(session.id);
    expect(auth.createSessionCookie(session)).toBe(cookie);
  });

  test("G11: signatures are compared with timingSafeEqual, once a key, also after one has matched", async () => {
    const auth = await withKeys([NEW, OLD, OTHER]);
    const cookie = auth.createSessionCookie(session);
    expect(auth.validateSessionCookie(cookie)).toBe(session.id);
    expect(crypto.comparisons).toBe(3);
    expect(auth.validateSessionCookie(`${session.id}|${"A".repeat(43)}`)).toBeNull();
    expect(crypto.comparisons).toBe(6);
  });

  test("G11: a signature of a wrong length is refused without an exception", async () => {
    const auth = await withKeys(COOKIE_KEY);
    for (const length of [0, 1, 42, 44, 64, 1000]) {
      expect(auth.validateSessionCookie(`${session.id}|${"A".repeat(length)}`)).toBeNull();
      // As many letters, but more bytes.
      expect(auth.validateSessionCookie(`${session.id}|${"é".repeat(43)}`)).toBeNull();
    }
  });

  test("a cookie is created from a session's id only", async () => {
    const auth = await withKeys(COOKIE_KEY);
    for (const id of ["", "not an id", `${session.id}|`]) {
      expect(() => auth.createSessionCookie({ ...session, id })).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: "session.id" }),
      );
    }
    expect(() => auth.createSessionCookie(null as never)).toThrowError(
      expect.objectContaining({ code: "INVALID_INPUT", field: "session.id" }),
    );
  });
});

function splice(text: string, at: number, count: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at + count);
}

function swap(text: string, a: number, b: number): string {
  const letters = text.split("");
  [letters[a], letters[b]] = [letters[b] as string, letters[a] as string];
  return letters.join("");
}
