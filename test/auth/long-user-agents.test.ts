import { beforeAll, describe, expect, test } from "vitest";
import type { User } from "../../src/auth/index.js";
import { asRead, createUser, PASSWORD, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";

const database = useDatabase();
const auth = useAuth(database.url);
let user: User;
beforeAll(async () => {
  user = await createUser(auth.current);
});

const EMOJI = "\u{1f600}";
const KEPT = 1024;

/** Headers of more than 1,024 characters, and what is kept of each. */
const HEADERS: Readonly<Record<string, readonly [header: string, kept: string]>> = {
  "one character too many": [`${"u".repeat(KEPT)}x`, "u".repeat(KEPT)],
  "surrogate pairs": [EMOJI.repeat(KEPT + 1), EMOJI.repeat(KEPT)],
  "a surrogate pair as its last kept character": [
    `${"u".repeat(KEPT - 1)}${EMOJI}x`,
    `${"u".repeat(KEPT - 1)}${EMOJI}`,
  ],
  "a surrogate pair as its first character that is cut": [`${"u".repeat(KEPT)}${EMOJI}`, "u".repeat(KEPT)],
  "a surrogate pair across the 2,048th UTF-16 unit": [`u${EMOJI.repeat(KEPT)}`, `u${EMOJI.repeat(KEPT - 1)}`],
  "100 kB": ["u".repeat(100_000), "u".repeat(KEPT)],
  "10 MB": ["é".repeat(5_000_000), "é".repeat(KEPT)],
};

describe.each(Object.entries(HEADERS))("a user agent with %s", (_, [header, kept]) => {
  test("G33: finds the session that was created with it, alone and among others", async () => {
    const session = await auth.current.createSession({ userId: user.id, userAgent: header });
    expect(session.userAgent === kept).toBe(true);
    const present = () => auth.current.getSession(session.id, { userAgent: header });
    expect(await present()).toEqual(asRead(session));
    expect(await Promise.all([present(), present(), present()])).toEqual(
      Array.from({ length: 3 }, () => asRead(session)),
    );
  });

  test("G33: finds the session that was logged in with it", async () => {
    const login = await auth.current.logInUser({ email: user.email, password: PASSWORD, userAgent: header });
    expect(login?.session.userAgent === kept).toBe(true);
    expect(await auth.current.getSession(login?.session.id ?? "", { userAgent: header })).toEqual(
      asRead(login?.session),
    );
  });

  test("G33: finds no session that is bound to another, and every one that is not bound", async () => {
    const bound = await auth.current.createSession({ userId: user.id, userAgent: "another" });
    expect(await auth.current.getSession(bound.id, { userAgent: header })).toBeNull();
    const shorter = await auth.current.createSession({ userId: user.id, userAgent: kept.slice(0, -2) });
    expect(await auth.current.getSession(shorter.id, { userAgent: header })).toBeNull();
    const free = await auth.current.createSession({ userId: user.id });
    expect(await auth.current.getSession(free.id, { userAgent: header })).toEqual(asRead(free));
  });
});

test.each(["\0", "\ud800", "\udc00"])("G2: a long user agent with %j anywhere is refused", async (bad) => {
  for (const userAgent of [`${bad}${"u".repeat(2 * KEPT)}`, `${"u".repeat(2 * KEPT)}${bad}`]) {
    const calls = [
      auth.current.createSession({ userId: user.id, userAgent }),
      auth.current.getSession(user.id, { userAgent }),
      auth.current.logInUser({ email: user.email, password: PASSWORD, userAgent }),
    ];
    for (const call of calls) expect(await errorOf(call)).toMatchObject({ code: "INVALID_INPUT", field: "userAgent" });
  }
});
