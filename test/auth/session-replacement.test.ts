import { beforeEach, describe, expect, test } from "vitest";
import type { Auth, LogInOptions, Session, User } from "../../src/auth/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { asRead, createUser, PASSWORD, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { watched } from "../support/watched.js";

const database = useDatabase();
const auth = useAuth(database.url);

const FUTURE = new Date("9999-01-01T00:00:00.000Z");
let user: User;
let old: Session;
beforeEach(async () => {
  user = await createUser(auth.current);
  old = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
});

const logIn = (replaceSessionId?: string | null, overrides: Partial<LogInOptions> = {}, by: Auth = auth.current) =>
  by.logInUser({ email: user.email, password: PASSWORD, replaceSessionId, ...overrides });

/** Runs some work on an auth of which the events are recorded, without those of its connections. */
async function eventsOf(work: (watching: Auth) => Promise<unknown>): Promise<PevensieEvent[]> {
  return watched({ connectionString: database.url }, async ({ auth: watching, ofAuth }) => {
    await work(watching);
    return ofAuth.filter(({ type }) => type === "session-ended");
  });
}

describe("a login with replaceSessionId", () => {
  test("G24: ends that session and creates a new one", async () => {
    const other = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
    const loggedIn = await logIn(old.id);
    expect(loggedIn?.session.id).not.toBe(old.id);
    await expect(auth.current.getSession(old.id)).resolves.toBeNull();
    await expect(auth.current.getSession(other.id)).resolves.toEqual(asRead(other));
    await expect(auth.current.getSession(loggedIn?.session.id as string)).resolves.toEqual(asRead(loggedIn?.session));
  });

  test("G24: ends it in any spelling, whatever it is bound to, and when it is another user's", async () => {
    await logIn(`{${old.id.toUpperCase()}}`);
    await expect(auth.current.getSession(old.id)).resolves.toBeNull();
    const bound = { ip: "192.0.2.1", userAgent: "A" };
    const other = await createUser(auth.current, { password: null });
    const theirs = await auth.current.createSession({ userId: other.id, ttlSeconds: 60, ...bound });
    await logIn(theirs.id, { ip: "192.0.2.2", userAgent: "B" });
    await expect(auth.current.getSession(theirs.id, bound)).resolves.toBeNull();
  });

  test("G24: leaves it when the login fails", async () => {
    await expect(logIn(old.id, { password: "wrong password" })).resolves.toBeNull();
    await expect(logIn(old.id, { email: "nobody@example.com" })).resolves.toBeNull();
    const banned = await createUser(auth.current);
    await auth.current.updateUser(banned.id, { bannedUntil: FUTURE });
    await expect(logIn(old.id, { email: banned.email })).rejects.toMatchObject({ code: "USER_BANNED" });
    await expect(auth.current.getSession(old.id)).resolves.toEqual(asRead(old));
  });

  test("G24: treats null, an unknown id and text that is not an id as no session", async () => {
    for (const id of [
      null,
      undefined,
      "",
      "nonsense",
      "0190163d-8694-739b-aea5-966c26f8ad90",
      "\0",
      "x".repeat(9999),
    ]) {
      await expect(logIn(id)).resolves.not.toBeNull();
    }
    await expect(auth.current.getSession(old.id)).resolves.toEqual(asRead(old));
  });

  test("G24: emits that the session was replaced, once, with its own user", async () => {
    const other = await createUser(auth.current, { password: null });
    const theirs = await auth.current.createSession({ userId: other.id, ttlSeconds: 60 });
    const events = await eventsOf(async (watching) => {
      await logIn(old.id, { password: "wrong password" }, watching);
      await logIn(old.id, {}, watching);
      await logIn(old.id, {}, watching);
      await logIn(theirs.id, {}, watching);
      await logIn(undefined, {}, watching);
    });
    const replaced = { type: "session-ended", reason: "replaced" };
    expect(events).toEqual([
      { ...replaced, userId: user.id },
      { ...replaced, userId: other.id },
    ]);
  });

  test("G24: in a transaction that is rolled back it ends nothing and emits nothing", async () => {
    const undone = new Error("undone");
    const events = await eventsOf(async (watching) => {
      const work = watching.withTransaction(async (inside) => {
        await inside.logInUser({ email: user.email, password: PASSWORD, replaceSessionId: old.id });
        await expect(inside.getSession(old.id)).resolves.toBeNull();
        throw undone;
      });
      await expect(work).rejects.toBe(undone);
    });
    expect(events).toEqual([]);
    await expect(auth.current.getSession(old.id)).resolves.toEqual(asRead(old));
  });

  test("G24: concurrent logins that replace one session all succeed", async () => {
    const logIns = await Promise.all(Array.from({ length: 10 }, () => logIn(old.id)));
    expect(new Set(logIns.map((loggedIn) => loggedIn?.session.id)).size).toBe(10);
    await expect(auth.current.getSession(old.id)).resolves.toBeNull();
  });
});
