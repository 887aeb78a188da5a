import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const unlimited = useAuth(database.url, { logInLimits: false });
const backdoor = authBackdoor(database);

async function loggedIn(client: { ip?: string } = {}) {
  const { email } = await createUser(auth.current);
  const { session, user } = (await auth.current.logInUser({ email, password: PASSWORD, ...client })) ?? {};
  if (session === undefined || user === undefined) throw new Error("not logged in");
  return { session, user };
}

test("G40: the age of an authentication is that of the database's clock, as of the read", async () => {
  const { session } = await loggedIn();
  await backdoor.ageSession(session.id, 3600);
  const found = await auth.current.getSession(session.id);
  expect(found?.authenticationAgeSeconds).toBeGreaterThanOrEqual(3600);
  const withUser = await auth.current.getSessionWithUser(session.id);
  expect(withUser?.session.authenticationAgeSeconds).toBeGreaterThanOrEqual(3600);
});

test("G40: reauthenticate renews it with the right password, and with no other", async () => {
  const { session } = await loggedIn();
  await backdoor.ageSession(session.id, 3600);
  const { id: sessionId } = session;
  expect(await auth.current.reauthenticate({ sessionId, password: "wrong" })).toBeNull();
  expect((await auth.current.getSession(sessionId))?.authenticationAgeSeconds).toBeGreaterThanOrEqual(3600);
  const renewed = await auth.current.reauthenticate({ sessionId, password: PASSWORD });
  expect(renewed).toMatchObject({ id: sessionId, authenticationAgeSeconds: expect.any(Number) });
  expect(renewed?.authenticationAgeSeconds).toBeLessThan(3600);
  expect(renewed?.authenticatedAt.getTime()).toBeGreaterThan(renewed?.createdAt.getTime() ?? Number.NaN);
  expect((await auth.current.getSession(sessionId))?.authenticatedAt).toEqual(renewed?.authenticatedAt);
});

test("G40: reauthenticate finds no session that getSession would not find", async () => {
  const { session, user } = await loggedIn({ ip: "192.0.2.1" });
  const { id: sessionId } = session;
  expect(await auth.current.reauthenticate({ sessionId, password: PASSWORD })).toBeNull();
  expect(await auth.current.reauthenticate({ sessionId, password: PASSWORD, ip: "192.0.2.2" })).toBeNull();
  expect(await auth.current.reauthenticate({ sessionId, password: PASSWORD, ip: "192.0.2.1" })).not.toBeNull();
  for (const unknown of [randomUUID(), "no id"]) {
    expect(await auth.current.reauthenticate({ sessionId: unknown, password: PASSWORD })).toBeNull();
  }
  await auth.current.banUser(user.id);
  expect(await auth.current.reauthenticate({ sessionId, password: PASSWORD, ip: "192.0.2.1" })).toBeNull();
});

test("G40: failures count as those of logins", async () => {
  const { session, user } = await loggedIn();
  const { id: sessionId } = session;
  for (let count = 0; count < 100; count += 1) {
    await auth.current.reauthenticate({ sessionId, password: "wrong" });
  }
  const refused = { code: "TOO_MANY_ATTEMPTS" };
  await expect(auth.current.reauthenticate({ sessionId, password: PASSWORD })).rejects.toMatchObject(refused);
  await expect(auth.current.logInUser({ email: user.email, password: PASSWORD })).rejects.toMatchObject(refused);
});

test("G40: attempts on a session that does not exist count, too", async () => {
  const ip = "198.51.100.9";
  const attempts: unknown[] = [];
  for (let count = 0; count < 120 && attempts.at(-1) !== "TOO_MANY_ATTEMPTS"; count += 1) {
    const options = { sessionId: count % 2 === 0 ? randomUUID() : "no id", password: "wrong", ip };
    attempts.push(await auth.current.reauthenticate(options).catch((error: { code?: unknown }) => error.code));
  }
  expect(attempts.at(-1)).toBe("TOO_MANY_ATTEMPTS");
});

test("G40: with the device token, strangers cannot hold it up", async () => {
  const { email } = await createUser(auth.current);
  const loggedIn = await auth.current.logInUser({ email, password: PASSWORD });
  const options = { sessionId: loggedIn?.session.id ?? "", password: PASSWORD };
  await auth.current.logInUser({ email, password: "wrong" });
  await database.rows("update pevensie.log_in_budget set expires_at = now() + interval '1000 days'");
  await expect(auth.current.reauthenticate(options)).rejects.toMatchObject({ code: "TOO_MANY_ATTEMPTS" });
  expect(await auth.current.reauthenticate({ ...options, deviceToken: loggedIn?.deviceToken })).not.toBeNull();
  await database.rows("truncate pevensie.log_in_budget");
});

test("G25: of a password change and a reauthentication at the same moment, no session survives", async () => {
  const hash = (await backdoor.passwordHash((await createUser(auth.current)).id)) as string;
  for (let round = 0; round < 50; round += 1) {
    const user = await createUser(auth.current, { password: null });
    await backdoor.setPasswordHash(user.id, hash);
    const { id: sessionId } = await auth.current.createSession({ userId: user.id });
    await Promise.all([
      unlimited.current.reauthenticate({ sessionId, password: PASSWORD }),
      auth.current.setUserPassword(user.id, null),
    ]);
    expect(await auth.current.getSession(sessionId)).toBeNull();
  }
});
