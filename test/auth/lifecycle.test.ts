import { describe, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { createAuth } from "../../src/auth/index.js";
import { generateApiKey } from "../../src/auth/secrets/api-keys.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { authOn, COOKIE_KEY, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { functionsOf } from "../support/functions.js";

const database = useDatabase();
const disconnected = () => authOn({ connectionString: database.url });
const ID = "0190163d-8694-739b-aea5-966c26f8ad90";
const OWNER = { userId: ID, tokenType: "password-reset" } as const;
const SECRET = "A".repeat(43);
const TOKEN = { ...OWNER, token: `pr_${SECRET}` };
const IDENTITY = { issuer: "https://issuer.example", subject: "subject" };
const API_KEY = generateApiKey().key;

/** Every function that needs the database, by name. */
const CALLS = {
  listUsers: (auth) => auth.listUsers(),
  getUserById: (auth) => auth.getUserById(ID),
  getUserByEmail: (auth) => auth.getUserByEmail(uniqueEmail()),
  getUserByPhoneNumber: (auth) => auth.getUserByPhoneNumber("+1"),
  getUserByEmailAndPassword: (auth) => auth.getUserByEmailAndPassword(uniqueEmail(), PASSWORD),
  createUserWithEmail: (auth) => createUser(auth, { password: null }),
  updateUser: (auth) => auth.updateUser(ID, { role: "x" }),
  setUserRole: (auth) => auth.setUserRole(ID, "x"),
  setUserEmail: (auth) => auth.setUserEmail(ID, uniqueEmail()),
  setUserPassword: (auth) => auth.setUserPassword(ID, null),
  updateLastSignIn: (auth) => auth.updateLastSignIn(ID, null),
  updateUserMetadata: (auth) => auth.updateUserMetadata(ID, {}),
  deleteUserById: (auth) => auth.deleteUserById(ID),
  createSession: (auth) => auth.createSession({ userId: ID }),
  getSession: (auth) => auth.getSession(ID),
  deleteSession: (auth) => auth.deleteSession(ID),
  logInUser: (auth) => auth.logInUser({ email: uniqueEmail(), password: PASSWORD }),
  createOneTimeToken: (auth) => auth.createOneTimeToken({ ...OWNER, ttlSeconds: 60 }),
  validateOneTimeToken: (auth) => auth.validateOneTimeToken(TOKEN),
  useOneTimeToken: (auth) => auth.useOneTimeToken(TOKEN),
  deleteOneTimeToken: (auth) => auth.deleteOneTimeToken(TOKEN),
  removeExpired: (auth) => auth.removeExpired(),
  resetPassword: (auth) => auth.resetPassword({ token: TOKEN.token, password: PASSWORD }),
  banUser: (auth) => auth.banUser(ID),
  unbanUser: (auth) => auth.unbanUser(ID),
  restoreUser: (auth) => auth.restoreUser(ID),
  eraseUser: (auth) => auth.eraseUser(ID),
  countUsers: (auth) => auth.countUsers(),
  importUsers: (auth) => auth.importUsers([{ email: uniqueEmail() }]),
  getSessionWithUser: (auth) => auth.getSessionWithUser(ID),
  listSessions: (auth) => auth.listSessions(ID),
  deleteSessions: (auth) => auth.deleteSessions(ID),
  reauthenticate: (auth) => auth.reauthenticate({ sessionId: ID, password: PASSWORD }),
  getOneTimeToken: (auth) => auth.getOneTimeToken(TOKEN),
  confirmEmail: (auth) => auth.confirmEmail({ token: `ec_${SECRET}` }),
  createEmailChangeToken: (auth) => auth.createEmailChangeToken({ userId: ID, email: uniqueEmail(), ttlSeconds: 60 }),
  confirmEmailChange: (auth) => auth.confirmEmailChange({ token: `ch_${SECRET}` }),
  createPasswordResetToken: (auth) => auth.createPasswordResetToken({ email: uniqueEmail(), ttlSeconds: 60 }),
  createLogInToken: (auth) => auth.createLogInToken({ email: uniqueEmail(), ttlSeconds: 60 }),
  createLogInCode: (auth) => auth.createLogInCode({ email: uniqueEmail(), ttlSeconds: 60 }),
  logInWithToken: (auth) => auth.logInWithToken({ token: `li_${SECRET}` }),
  logInWithCode: (auth) => auth.logInWithCode({ email: uniqueEmail(), code: "123456" }),
  logInWithIdentity: (auth) => auth.logInWithIdentity({ ...IDENTITY, email: uniqueEmail() }),
  linkIdentity: (auth) => auth.linkIdentity(ID, IDENTITY),
  unlinkIdentity: (auth) => auth.unlinkIdentity(ID, IDENTITY),
  listIdentities: (auth) => auth.listIdentities(ID),
  createApiKey: (auth) => auth.createApiKey({ userId: ID, name: "key" }),
  getApiKeyWithUser: (auth) => auth.getApiKeyWithUser(API_KEY),
  listApiKeys: (auth) => auth.listApiKeys(ID),
  revokeApiKey: (auth) => auth.revokeApiKey(ID),
  withTransaction: (auth) => auth.withTransaction(async () => undefined),
} satisfies Readonly<Partial<Record<keyof Auth, (auth: Auth) => Promise<unknown>>>>;

describe("connecting and disconnecting", () => {
  test.each(Object.entries(CALLS))("%s after disconnect() is NOT_CONNECTED", async (_, call) => {
    const auth = await disconnected().connect();
    await auth.disconnect();
    await expect(call(auth)).rejects.toMatchObject({ name: "PevensieError", code: "NOT_CONNECTED" });
  });

  test("the list above has every asynchronous function", async () => {
    await using auth = await disconnected().connect();
    const others = ["disconnect", "createSessionCookie", "validateSessionCookie"];
    expect(functionsOf(auth).filter((name) => !others.includes(name))).toEqual(Object.keys(CALLS).sort());
  });

  test("a second connect() is ALREADY_CONNECTED, also while the first is in flight", async () => {
    const unconnected = disconnected();
    const first = unconnected.connect();
    await expect(unconnected.connect()).rejects.toMatchObject({ code: "ALREADY_CONNECTED" });
    const auth = await first;
    await expect(unconnected.connect()).rejects.toMatchObject({ code: "ALREADY_CONNECTED" });
    await expect(auth.getUserById(ID)).resolves.toBeNull();
    await auth.disconnect();
  });

  test("a second auth on one driver cannot connect", async () => {
    const driver = createAuthDriver({ connectionString: database.url });
    const auth = await createAuth({ driver, cookieKey: COOKIE_KEY }).connect();
    await expect(createAuth({ driver, cookieKey: COOKIE_KEY }).connect()).rejects.toMatchObject({
      code: "ALREADY_CONNECTED",
    });
    await auth.disconnect();
  });

  test("the object that disconnect() returns can connect again", async () => {
    const first = await disconnected().connect();
    const user = await createUser(first, { password: null });
    const second = await (await first.disconnect()).connect();
    await expect(second.getUserById(user.id)).resolves.toEqual(user);
    const cookie = second.createSessionCookie(await second.createSession({ userId: user.id }));
    expect(first.validateSessionCookie(cookie)).toBe(second.validateSessionCookie(cookie));
    // The old object stays disconnected, and does not affect the new one.
    await expect(first.getUserById(user.id)).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    await first.disconnect();
    await expect(second.getUserById(user.id)).resolves.toEqual(user);
    await second.disconnect();
  });

  test("disconnect() is idempotent, also concurrently", async () => {
    const auth = await disconnected().connect();
    await Promise.all([auth.disconnect(), auth.disconnect()]);
    await expect(auth.disconnect()).resolves.toHaveProperty("connect");
  });

  test("await using disconnects", async () => {
    let escaped: Auth;
    {
      await using auth = await disconnected().connect();
      await expect(auth.getUserById(ID)).resolves.toBeNull();
      escaped = auth;
    }
    await expect(escaped.getUserById(ID)).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  });

  test("cookies need no connection", async () => {
    const auth = await disconnected().connect();
    const session = await auth.createSession({ userId: (await createUser(auth, { password: null })).id });
    await auth.disconnect();
    expect(auth.validateSessionCookie(auth.createSessionCookie(session))).toBe(session.id);
  });

  test("an auth that is not connected has connect() and nothing else", () => {
    expect(Object.keys(disconnected())).toEqual(["connect"]);
  });

  test("a value that is not a driver, and an unknown option, are refused immediately", () => {
    for (const driver of [undefined, null, {}, "postgres", { connect: true }] as never[]) {
      expect(() => createAuth({ driver, cookieKey: COOKIE_KEY })).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: "driver" }),
      );
    }
    const driver = createAuthDriver({ connectionString: database.url });
    expect(() => createAuth({ driver, cookieKey: COOKIE_KEY, cookieKeys: [] } as never)).toThrowError(
      expect.objectContaining({ code: "INVALID_INPUT", field: "cookieKeys" }),
    );
    expect(() => createAuth(undefined as never)).toThrowError(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});
