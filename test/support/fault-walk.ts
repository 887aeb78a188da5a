import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import type { Cache } from "../../src/cache/index.js";
import { walkAccounts } from "./account-walk.js";
import { asRead, PASSWORD, uniqueEmail } from "./auth.js";
import { walkCacheFunctions } from "./cache-walk.js";
import { codeOf } from "./fault-outcome.js";

const HOUR = 3_600_000;
const FOREVER = new Date(8.64e15);
const LONG_AGO = new Date("0044-03-15T12:00:00.001Z");
const NEW_PASSWORD = "another horse, another battery";

/** Calls every function of an auth, and holds each answer against what it should be. */
export async function walkAuth(auth: Auth): Promise<void> {
  const userId = await walkUsers(auth);
  await walkSessions(auth, userId);
  await walkTokens(auth, userId);
  await walkTransactions(auth, userId);
  await walkAccounts(auth);
  const deleted = await auth.deleteUserById(userId);
  expectPresent(deleted.deletedAt);
  expect(await auth.getUserById(userId)).toBeNull();
  expect(await codeOf(auth.deleteUserById(userId))).toBe("USER_NOT_FOUND");
  // Nothing that a walk makes expires while it lasts.
  expect(new Set(Object.values(await auth.removeExpired()))).toEqual(new Set([0]));
}

async function walkUsers(auth: Auth): Promise<string> {
  const [email, phoneNumber] = [uniqueEmail(), randomUUID()];
  const userMetadata = { list: [1, "ü", null, { deep: true }], text: 'it\'s \\ "quoted" $1 -- {}' };
  const user = await auth.createUserWithEmail({ email, password: PASSWORD, userMetadata, role: "a,{}\\", phoneNumber });
  expectPresent(user.createdAt);
  const { id, createdAt } = user;
  expect(user).toEqual({
    id,
    createdAt,
    updatedAt: createdAt,
    deletedAt: null,
    role: "a,{}\\",
    email,
    emailConfirmedAt: null,
    phoneNumber,
    phoneNumberConfirmedAt: null,
    lastSignIn: null,
    appMetadata: {},
    userMetadata,
    bannedUntil: null,
  });
  expect(await auth.getUserById(id)).toEqual(user);
  expect(await auth.getUserByEmail(email.toUpperCase())).toEqual(user);
  expect(await auth.getUserByPhoneNumber(phoneNumber)).toEqual(user);
  expect(await auth.getUserByEmailAndPassword(email, PASSWORD)).toEqual(user);
  expect(await auth.listUsers({ filters: { id: [id, `${id.slice(0, -1)}_`], email: [`${email}%`] } })).toEqual([user]);
  expect(await auth.listUsers({ filters: { phoneNumber: ["\\"] }, limit: 5, offset: 0 })).toEqual([]);
  const again = { email, password: PASSWORD, userMetadata: {} };
  expect(await codeOf(auth.createUserWithEmail(again))).toBe("EMAIL_TAKEN");

  const dates = { emailConfirmedAt: LONG_AGO, phoneNumberConfirmedAt: new Date(0), bannedUntil: null };
  const appMetadata = [false, 1.5, "x"];
  const updated = await auth.updateUser(id, { ...dates, appMetadata, phoneNumber: null });
  expect(updated).toMatchObject({ ...dates, appMetadata, phoneNumber: null, email });
  expect(await auth.setUserRole(id, null)).toMatchObject({ role: null });
  expect(await auth.setUserEmail(id, `new.${email}`)).toMatchObject({ email: `new.${email}`, emailConfirmedAt: null });
  expect(await auth.updateUserMetadata(id, null)).toMatchObject({ userMetadata: null });
  const lastSignIn = new Date("2024-02-29T23:59:59.999Z");
  expect(await auth.updateLastSignIn(id, lastSignIn)).toMatchObject({ lastSignIn });
  await auth.setUserPassword(id, NEW_PASSWORD);
  expect(await auth.getUserByEmailAndPassword(`new.${email}`, PASSWORD)).toBeNull();
  expect(await auth.updateUser(id, { bannedUntil: FOREVER })).toMatchObject({ bannedUntil: FOREVER });
  const logIn = { email: `new.${email}`, password: NEW_PASSWORD, ip: "2001:DB8::1", userAgent: "Walker \\ 'é'" };
  expect(await codeOf(auth.logInUser(logIn))).toBe("USER_BANNED");
  await auth.updateUser(id, { bannedUntil: new Date(0) });
  const loggedIn = await auth.logInUser(logIn);
  expectPresent(loggedIn?.user.lastSignIn);
  expect(loggedIn?.session).toMatchObject({ userId: id, ip: "2001:db8::1", userAgent: "Walker \\ 'é'" });
  expect(lifetimeOf(loggedIn?.session)).toBe(24 * HOUR);
  return id;
}

async function walkSessions(auth: Auth, userId: string): Promise<void> {
  const session = await auth.createSession({ userId, ip: "192.0.2.1", userAgent: "Firefox", ttlSeconds: 3600 });
  expectPresent(session.createdAt);
  expect(lifetimeOf(session)).toBe(HOUR);
  expect(session).toMatchObject({ userId, ip: "192.0.2.1", userAgent: "Firefox" });
  expect(await auth.getSession(session.id, { ip: "::ffff:192.0.2.1", userAgent: "Firefox" })).toEqual(asRead(session));
  expect(await auth.getSession(session.id)).toBeNull();
  const cookie = auth.createSessionCookie(session);
  expect(auth.validateSessionCookie(cookie)).toBe(session.id);
  const endless = await auth.createSession({ userId, deleteOtherSessions: true });
  expect(endless).toMatchObject({ expiresAt: null, ip: null, userAgent: null });
  expect(await auth.getSession(session.id, { ip: "192.0.2.1", userAgent: "Firefox" })).toBeNull();
  expect(await auth.getSession(endless.id, { ip: "192.0.2.1" })).toEqual(asRead(endless));
  await auth.deleteSession(endless.id);
  expect(await auth.getSession(endless.id)).toBeNull();
  expect(await codeOf(auth.createSession({ userId: randomUUID() }))).toBe("USER_NOT_FOUND");
}

async function walkTokens(auth: Auth, userId: string): Promise<void> {
  const owner = { userId, tokenType: "password-reset" } as const;
  const earlier = await auth.createOneTimeToken({ ...owner, ttlSeconds: 3600 });
  const token = await auth.createOneTimeToken({ ...owner, ttlSeconds: 3600 });
  expect(await auth.validateOneTimeToken({ ...owner, token: earlier })).toBe(true);
  expect(await auth.validateOneTimeToken({ ...owner, token })).toBe(true);
  expect(await auth.useOneTimeToken({ ...owner, token })).toEqual({ userId, payload: null });
  expect(await auth.validateOneTimeToken({ ...owner, token: earlier })).toBe(false);
  expect(await codeOf(auth.useOneTimeToken({ ...owner, token }))).toBe("INVALID_ONE_TIME_TOKEN");
  const voided = await auth.createOneTimeToken({ ...owner, ttlSeconds: 3600 });
  await auth.deleteOneTimeToken({ ...owner, token: voided });
  expect(await auth.validateOneTimeToken({ ...owner, token: voided })).toBe(false);
  const reset = await auth.createOneTimeToken({ ...owner, ttlSeconds: 3600 });
  expect(await auth.resetPassword({ token: reset, password: PASSWORD })).toMatchObject({ id: userId });
  expect(await codeOf(auth.resetPassword({ token: reset, password: PASSWORD }))).toBe("INVALID_ONE_TIME_TOKEN");
}

async function walkTransactions(auth: Auth, userId: string): Promise<void> {
  const session = await auth.withTransaction(async (inside) => {
    await inside.setUserRole(userId, "inside");
    await expect(
      inside.withTransaction(async (deeper) => {
        await deeper.setUserRole(userId, "deeper");
        throw new RangeError("undone");
      }),
    ).rejects.toThrow(new RangeError("undone"));
    return inside.createSession({ userId, ttlSeconds: 3600 });
  });
  expect(await auth.getUserById(userId)).toMatchObject({ role: "inside" });
  expect(await auth.getSession(session.id)).toEqual(asRead(session));
}

/** Calls every function of a cache, and holds each answer against what it should be. */
export async function walkCache(cache: Cache): Promise<void> {
  const key = `it's "a" key, \\${randomUUID()}`;
  expect(await cache.get("first", key)).toBeNull();
  await cache.set("first", key, "one");
  await cache.set("second", key, "zwö", { ttlSeconds: 3600 });
  await cache.set("first", key, "uno \\ '", { ttlSeconds: 3600 });
  expect(await cache.get("first", key)).toBe("uno \\ '");
  const both = new Map([
    ["first", "uno \\ '"],
    ["second", "zwö"],
  ]);
  expect(await cache.getAll(key)).toEqual(both);
  await cache.delete("first", key);
  expect(await cache.get("first", key)).toBeNull();
  expect(await cache.get("second", key)).toBe("zwö");
  const many = new Map([`{a,"b"}`, "NULL", "\\", "ü"].map((value) => [`${value} ${key}`, value]));
  await cache.setMany("many", many, { ttlSeconds: 3600 });
  expect(await cache.getMany("many", [...many.keys(), "absent"])).toEqual(many);
  await cache.deleteMany("many", many.keys());
  expect(await cache.getMany("many", many.keys())).toEqual(new Map());
  await walkCacheFunctions(cache);
  // Another walk in the same database may have invalidated entries of its own at this moment.
  await cache.set("kept", key, "live", { ttlSeconds: 3600 });
  await cache.removeExpired();
  expect(await cache.get("kept", key)).toBe("live");
  await cache.delete("kept", key);
}

/** Now, give or take what the clocks of this process and of the database may differ by. */
function expectPresent(date: Date | null | undefined): void {
  expect(Math.abs((date?.getTime() ?? Number.NaN) - Date.now())).toBeLessThan(HOUR / 2);
}

function lifetimeOf(session: { readonly createdAt: Date; readonly expiresAt: Date | null } | undefined): number {
  return (session?.expiresAt?.getTime() ?? Number.NaN) - (session?.createdAt.getTime() ?? Number.NaN);
}
