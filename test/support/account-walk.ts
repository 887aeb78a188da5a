import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { asRead, createUser, PASSWORD, uniqueEmail } from "./auth.js";
import { codeOf } from "./fault-outcome.js";

const TTL = { ttlSeconds: 3600 };
const UNTIL = new Date("9999-01-01T00:00:00.001Z");

/** Calls the functions for the life of an account, and holds each answer against what it should be. */
export async function walkAccounts(auth: Auth): Promise<void> {
  const user = await createUser(auth);
  await walkDevices(auth, user);
  await walkApplicationTokens(auth, user);
  await walkEmails(auth, user);
  await walkMailboxLogIns(auth);
  await walkStates(auth);
  await walkImport(auth);
  await walkIdentities(auth);
  await walkApiKeys(auth, user);
}

async function walkDevices(auth: Auth, { id: userId, email }: User): Promise<void> {
  const client = { ip: "192.0.2.1", userAgent: "Walker \\ 'é'" };
  const recorded = await auth.createSession({ userId, ...client, bindTo: [], idleSeconds: 98_765, ...TTL });
  expect(recorded).toMatchObject({ ...client, boundTo: [], idleSeconds: 98_765, authenticationAgeSeconds: 0 });
  const bound = await auth.createSession({ userId, ...client, bindTo: ["userAgent"] });
  const found = await auth.getSessionWithUser(recorded.id);
  expect(found).toEqual({ session: asRead(recorded), user: await auth.getUserById(userId) });
  expect(await auth.getSessionWithUser(bound.id, { ip: client.ip })).toBeNull();
  expect(await auth.getSessionWithUser(randomUUID())).toBeNull();
  expect(await auth.listSessions(userId)).toEqual([asRead(bound), asRead(recorded)]);
  const renewed = await auth.reauthenticate({ sessionId: recorded.id, password: PASSWORD });
  expect(renewed).toMatchObject({ id: recorded.id, idleSeconds: 98_765, authenticationAgeSeconds: 0 });
  expect(await auth.reauthenticate({ sessionId: recorded.id, password: "not the password" })).toBeNull();
  await auth.deleteSession(recorded.id, { userId: randomUUID() });
  expect(await auth.deleteSessions(userId, { keepSessionId: recorded.id })).toBe(1);
  expect(await auth.deleteSessions(userId)).toBe(1);
  expect(await auth.listSessions(userId)).toEqual([]);
  const first = await auth.logInUser({ email, password: PASSWORD });
  const again = await auth.logInUser({ email, password: PASSWORD, deviceToken: first?.deviceToken });
  expect(again?.deviceToken).not.toBe(first?.deviceToken);
}

async function walkApplicationTokens(auth: Auth, { id: userId }: User): Promise<void> {
  const owner = { tokenType: "application", purpose: "it's an invitation" } as const;
  const payload = { list: [1, "ü", null], text: 'it\'s \\ "quoted" $1 {}' };
  const replaced = await auth.createOneTimeToken({ ...owner, userId, ...TTL });
  const token = await auth.createOneTimeToken({ ...owner, userId, ...TTL, payload });
  expect(await auth.getOneTimeToken({ ...owner, token: replaced })).toBeNull();
  const found = { ...owner, userId, payload, expiresAt: expect.any(Date) };
  expect(await auth.getOneTimeToken({ ...owner, token })).toEqual(found);
  expect(await codeOf(auth.useOneTimeToken({ ...owner, purpose: "another", token }))).toBe("INVALID_ONE_TIME_TOKEN");
  expect(await auth.useOneTimeToken({ ...owner, userId, token })).toEqual({ userId, payload });
  const voided = await auth.createOneTimeToken({ ...owner, userId, ...TTL });
  await auth.deleteOneTimeToken({ ...owner, token: voided });
  expect(await auth.validateOneTimeToken({ ...owner, token: voided })).toBe(false);
  const reset = { tokenType: "password-reset" } as const;
  const resets = [];
  for (const each of [payload, 5]) {
    resets.push(await auth.createOneTimeToken({ ...reset, userId, ...TTL, payload: each }));
  }
  const [first, second] = resets as [string, string];
  expect(await auth.getOneTimeToken({ ...reset, token: first })).toMatchObject({ userId, payload });
  expect(await auth.useOneTimeToken({ ...reset, token: second })).toEqual({ userId, payload: 5 });
}

async function walkEmails(auth: Auth, { id, email }: User): Promise<void> {
  const token = await auth.createOneTimeToken({ userId: id, tokenType: "email-confirmation", ...TTL });
  expect(await auth.confirmEmail({ token })).toMatchObject({ id, email, emailConfirmedAt: expect.any(Date) });
  expect(await codeOf(auth.confirmEmail({ token }))).toBe("INVALID_ONE_TIME_TOKEN");
  const other = await createUser(auth, { password: null });
  const taken = await auth.createEmailChangeToken({ userId: id, email: other.email, ...TTL });
  expect(await codeOf(auth.confirmEmailChange({ token: taken }))).toBe("EMAIL_TAKEN");
  const changed = uniqueEmail();
  const change = await auth.createEmailChangeToken({ userId: id, email: changed, ...TTL });
  expect(await auth.confirmEmailChange({ token: change })).toMatchObject({
    user: { id, email: changed },
    previousEmail: email,
  });
  expect(await codeOf(auth.confirmEmailChange({ token: change }))).toBe("INVALID_ONE_TIME_TOKEN");
  expect(await auth.getUserByEmail(email)).toBeNull();
}

async function walkMailboxLogIns(auth: Auth): Promise<void> {
  const { id, email } = await createUser(auth);
  expect(await auth.createLogInToken({ email: uniqueEmail(), ...TTL })).toBeNull();
  expect(await auth.createLogInCode({ email: uniqueEmail(), ...TTL })).toBeNull();
  const reset = await auth.createPasswordResetToken({ email, ...TTL });
  expect(reset).toMatchObject({ user: { id } });
  const resetToken = { tokenType: "password-reset", token: reset?.token ?? "" } as const;
  expect(await auth.validateOneTimeToken(resetToken)).toBe(true);
  const link = await auth.createLogInToken({ email, ...TTL });
  const { token = "" } = link ?? {};
  // The first proof of the mailbox removes the password that somebody else may have set.
  const loggedIn = await auth.logInWithToken({ token, ip: "192.0.2.9" });
  expect(loggedIn).toMatchObject({ user: { id, emailConfirmedAt: expect.any(Date) }, session: { ip: "192.0.2.9" } });
  expect(await auth.logInWithToken({ token })).toBeNull();
  expect(await auth.getUserByEmailAndPassword(email, PASSWORD)).toBeNull();
  const { code = "" } = (await auth.createLogInCode({ email, ...TTL })) ?? {};
  const wrong = code === "000000" ? "000001" : "000000";
  expect(await auth.logInWithCode({ email, code: wrong })).toBeNull();
  expect(await auth.logInWithCode({ email: uniqueEmail(), code })).toBeNull();
  const replaceSessionId = loggedIn?.session.id;
  expect(await auth.logInWithCode({ email, code, replaceSessionId })).toMatchObject({ user: { id } });
  expect(await auth.getSession(replaceSessionId as string, { ip: "192.0.2.9" })).toBeNull();
}

async function walkStates(auth: Auth): Promise<void> {
  const role = randomUUID();
  const email = `100%_${uniqueEmail()}`;
  const { id } = await createUser(auth, { email, password: null, role, phoneNumber: role });
  const filters = { email: [`100\\%\\_${email.slice(5, 20)}%`] };
  const count = (state: "live" | "banned" | "deleted" | "any") => auth.countUsers({ state, role, filters });
  expect(await Promise.all([count("live"), count("banned"), count("deleted"), count("any")])).toEqual([1, 0, 0, 1]);
  expect(await auth.countUsers({ role })).toBe(1);
  expect(await auth.banUser(id, { until: UNTIL })).toMatchObject({ bannedUntil: UNTIL });
  expect(await auth.listUsers({ state: "banned", role })).toMatchObject([{ id }]);
  expect(await auth.createLogInToken({ email, ...TTL })).toBeNull();
  expect(await auth.createPasswordResetToken({ email, ...TTL })).toBeNull();
  expect(await auth.unbanUser(id)).toMatchObject({ bannedUntil: null });
  await auth.deleteUserById(id);
  expect(
    await auth.listUsers({ state: "deleted", filters, after: "00000000-0000-0000-0000-000000000000" }),
  ).toMatchObject([{ id }]);
  const heir = await createUser(auth, { email, password: null });
  expect(await codeOf(auth.restoreUser(id))).toBe("EMAIL_TAKEN");
  await auth.eraseUser(heir.id);
  expect(await auth.restoreUser(id)).toMatchObject({ id, email, phoneNumber: role, deletedAt: null });
  await auth.eraseUser(id);
  expect(await codeOf(auth.restoreUser(id))).toBe("USER_NOT_FOUND");
  expect(await count("any")).toBe(0);
}

async function walkImport(auth: Auth): Promise<void> {
  const [email, taken] = [uniqueEmail(), (await createUser(auth, { password: null })).email];
  const createdAt = new Date("0044-03-15T12:00:00.001Z");
  const userMetadata = { text: 'it\'s \\ "quoted" ü' };
  const users = [
    { email, createdAt, emailConfirmedAt: new Date(0), userMetadata, role: "a,{}\\", id: randomUUID() },
    { email: taken },
    { email: "no email" },
    { email: uniqueEmail(), phoneNumber: randomUUID() },
  ];
  expect(await auth.importUsers(users, { chunkSize: 2 })).toEqual({
    imported: 2,
    refused: [
      { index: 1, email: taken, code: "EMAIL_TAKEN" },
      { index: 2, code: "INVALID_INPUT", field: "email" },
    ],
  });
  expect(await auth.getUserByEmail(email)).toMatchObject(users[0] as object);
}

async function walkIdentities(auth: Auth): Promise<void> {
  const [identity, second] = [newIdentity(), newIdentity()];
  const email = uniqueEmail();
  const created = await auth.logInWithIdentity({ ...identity, email, emailVerified: true, userMetadata: { of: "it" } });
  if (created.outcome !== "created") throw new Error(`the login was ${created.outcome}`);
  const { id } = created.user;
  expect(created.user).toMatchObject({ email, emailConfirmedAt: expect.any(Date), userMetadata: { of: "it" } });
  expect(await auth.logInWithIdentity({ ...identity })).toMatchObject({ outcome: "logged-in", user: { id } });
  expect(await auth.logInWithIdentity({ ...newIdentity(), email })).toEqual({ outcome: "link-required", userId: id });
  expect(await auth.linkIdentity(id, second)).toEqual({
    ...second,
    email: null,
    createdAt: expect.any(Date),
    lastUsedAt: null,
  });
  const other = await createUser(auth, { password: null });
  expect(await codeOf(auth.linkIdentity(other.id, second))).toBe("IDENTITY_TAKEN");
  expect(await auth.listIdentities(id)).toMatchObject([identity, second]);
  await auth.unlinkIdentity(id, second);
  expect(await codeOf(auth.unlinkIdentity(id, identity))).toBe("LAST_LOGIN_METHOD");
  expect(await auth.listIdentities(id)).toMatchObject([identity]);
}

async function walkApiKeys(auth: Auth, { id: userId }: User): Promise<void> {
  const scopes = ["read", 'it\'s {"quoted"},\\'];
  const { key, apiKey } = await auth.createApiKey({ userId, name: "it's a key", scopes, ...TTL });
  expect(apiKey).toMatchObject({ userId, name: "it's a key", scopes, lastUsedAt: null });
  const user = await auth.getUserById(userId);
  const found = await auth.getApiKeyWithUser(key);
  expect(found).toEqual({ apiKey, user });
  expect(await auth.getApiKeyWithUser(`${key}x`)).toBeNull();
  const other = await auth.createApiKey({ userId, name: "another" });
  expect((await auth.listApiKeys(userId)).map(({ id }) => id)).toEqual([other.apiKey.id, apiKey.id]);
  await auth.revokeApiKey(apiKey.id, { userId });
  await auth.revokeApiKey(other.apiKey.id, { userId: randomUUID() });
  expect(await auth.getApiKeyWithUser(key)).toBeNull();
  expect(await auth.getApiKeyWithUser(other.key)).toMatchObject({ user });
}

function newIdentity() {
  return { issuer: "https://issuer.example/it's", subject: randomUUID() };
}
