import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const FOREVER = new Date(8.64e15);
const NOT_FOUND = { code: "USER_NOT_FOUND" };

test("G44: a ban ends sessions and tokens, and lasts until its end or unbanUser", async () => {
  const user = await createUser(auth.current);
  const { key } = await auth.current.createApiKey({ userId: user.id, name: "x" });
  await auth.current.createSession({ userId: user.id });
  expect((await auth.current.banUser(user.id)).bannedUntil).toEqual(FOREVER);
  expect(await backdoor.sessionIds(user.id)).toEqual([]);
  expect(await auth.current.getApiKeyWithUser(key)).toBeNull();
  const logIn = () => auth.current.logInUser({ email: user.email, password: PASSWORD });
  await expect(logIn()).rejects.toMatchObject({ code: "USER_BANNED" });
  expect((await auth.current.unbanUser(user.id)).bannedUntil).toBeNull();
  expect(await logIn()).not.toBeNull();
  expect(await auth.current.getApiKeyWithUser(key)).not.toBeNull();
  const until = new Date(Date.now() + 3_600_000);
  expect((await auth.current.banUser(user.id, { until })).bannedUntil).toEqual(until);
  for (const unknown of [randomUUID(), "no id"]) {
    await expect(auth.current.banUser(unknown)).rejects.toMatchObject(NOT_FOUND);
    await expect(auth.current.unbanUser(unknown)).rejects.toMatchObject(NOT_FOUND);
  }
  for (const wrong of ["tomorrow", new Date(Number.NaN), 1]) {
    const refused = { code: "INVALID_INPUT", field: "until" };
    await expect(auth.current.banUser(user.id, { until: wrong as never })).rejects.toMatchObject(refused);
  }
});

test("G44: a deleted user can be restored, with password and identities, and without sessions and tokens", async () => {
  const user = await createUser(auth.current, { phoneNumber: randomUUID() });
  await auth.current.linkIdentity(user.id, { issuer: "https://id.example", subject: user.id });
  const { id: sessionId } = await auth.current.createSession({ userId: user.id });
  await auth.current.deleteUserById(user.id);
  const restored = await auth.current.restoreUser(user.id);
  expect(restored).toEqual({ ...user, deletedAt: null, updatedAt: expect.any(Date) });
  expect(await auth.current.getUserByEmailAndPassword(user.email, PASSWORD)).not.toBeNull();
  expect(await auth.current.listIdentities(user.id)).toHaveLength(1);
  expect(await auth.current.getSession(sessionId)).toBeNull();
  expect((await auth.current.restoreUser(user.id)).id).toBe(user.id);
  for (const unknown of [randomUUID(), "no id"]) {
    await expect(auth.current.restoreUser(unknown)).rejects.toMatchObject(NOT_FOUND);
  }
});

test("G44: a user whose email or phone number is taken is not restored", async () => {
  const [phoneNumber, other] = [randomUUID(), randomUUID()];
  const user = await createUser(auth.current, { password: null, phoneNumber });
  await auth.current.deleteUserById(user.id);
  const namesake = await createUser(auth.current, { password: null, email: user.email, phoneNumber: other });
  await expect(auth.current.restoreUser(user.id)).rejects.toMatchObject({ code: "EMAIL_TAKEN" });
  await auth.current.updateUser(namesake.id, { email: uniqueEmail(), phoneNumber });
  await expect(auth.current.restoreUser(user.id)).rejects.toMatchObject({ code: "PHONE_NUMBER_TAKEN" });
  await auth.current.eraseUser(namesake.id);
  await expect(auth.current.restoreUser(user.id)).resolves.toMatchObject({ email: user.email, phoneNumber });
});

test("G44: of a restoration and a sign-up with the same email at the same moment, one succeeds: 100 rounds", async () => {
  for (let round = 0; round < 100; round += 1) {
    const user = await createUser(auth.current, { password: null });
    await auth.current.deleteUserById(user.id);
    const outcomes = await Promise.allSettled([
      auth.current.restoreUser(user.id),
      createUser(auth.current, { password: null, email: user.email }),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "EMAIL_TAKEN" });
    }
  }
});

test.each([false, true])("G44: an erased user is gone with everything, deleted before: %s", async (isDeleted) => {
  const user = await createUser(auth.current);
  const userId = user.id;
  await auth.current.linkIdentity(userId, { issuer: "https://id.example", subject: userId });
  await auth.current.createApiKey({ userId, name: "x" });
  await auth.current.logInUser({ email: user.email, password: PASSWORD, ip: "192.0.2.1" });
  await auth.current.createSession({ userId });
  for (const tokenType of ["password-reset", "log-in"] as const) {
    await auth.current.createOneTimeToken({ userId, tokenType, ttlSeconds: 60 });
  }
  if (isDeleted) await auth.current.deleteUserById(userId);
  await auth.current.eraseUser(userId);
  for (const table of ["session", "one_time_token", "user_token", "identity", "api_key", "log_in_exemption"]) {
    expect(await database.rows(`select from pevensie.${table} where user_id = $1`, [userId])).toEqual([]);
  }
  expect(await database.rows('select from pevensie."user" where id = $1', [userId])).toEqual([]);
  await auth.current.eraseUser(userId);
  await auth.current.eraseUser("no id");
});

test("G44: rows of the application's own keep a user from being erased, and nothing is lost", async () => {
  const user = await createUser(auth.current, { password: null });
  const session = await auth.current.createSession({ userId: user.id });
  await database.rows('create table public.invoice (user_id uuid references pevensie."user" (id))');
  await database.rows("insert into public.invoice values ($1)", [user.id]);
  const refused = { code: "CONSTRAINT_VIOLATED", message: expect.not.stringContaining(user.id) };
  await expect(auth.current.eraseUser(user.id)).rejects.toMatchObject(refused);
  expect(await auth.current.getUserById(user.id)).toEqual(user);
  expect(await auth.current.getSession(session.id)).not.toBeNull();
  await database.rows("drop table public.invoice");
});

test("G44: a session that is created while its user is erased does not survive: 200 rounds", async () => {
  for (let round = 0; round < 200; round += 1) {
    const { id: userId } = await createUser(auth.current, { password: null });
    const [created] = await Promise.allSettled([
      round % 2 === 0 ? auth.current.createSession({ userId }) : auth.current.createApiKey({ userId, name: "x" }),
      auth.current.eraseUser(userId),
    ]);
    if (created.status === "rejected") expect(created.reason).toMatchObject(NOT_FOUND);
    expect(await backdoor.sessionIds(userId)).toEqual([]);
    expect(await auth.current.listApiKeys(userId)).toEqual([]);
  }
});
