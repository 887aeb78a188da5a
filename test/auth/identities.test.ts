import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { LogInWithIdentityOptions } from "../../src/auth/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const ISSUER = "https://id.example";
const newIdentity = () => ({ issuer: ISSUER, subject: randomUUID() });
const logIn = (options: Partial<LogInWithIdentityOptions<unknown>>) =>
  auth.current.logInWithIdentity({ ...newIdentity(), ...options } as never);

/** The user of a login that succeeded. */
async function loggedIn(options: Partial<LogInWithIdentityOptions<unknown>>) {
  const result = await logIn(options);
  if (result.outcome === "link-required") throw new Error("not logged in");
  return result;
}

test("G47: a new identity creates a user, and then logs that user in", async () => {
  const identity = newIdentity();
  const email = uniqueEmail();
  const terms = { ip: "192.0.2.1", bindTo: [], ttlSeconds: 90, idleSeconds: 30 } as const;
  const created = await loggedIn({
    ...identity,
    ...terms,
    email: email.toUpperCase(),
    emailVerified: true,
    userMetadata: { a: 1 },
  });
  expect(created).toMatchObject({
    outcome: "created",
    session: { ip: "192.0.2.1", boundTo: [], idleSeconds: 30 },
    user: { email, userMetadata: { a: 1 }, lastSignIn: expect.any(Date) },
    deviceToken: expect.stringMatching(/^dt_/),
  });
  const user = await auth.current.getUserByEmail(email);
  expect(user?.emailConfirmedAt).toBeInstanceOf(Date);
  const again = await loggedIn({ ...identity, replaceSessionId: created.session.id });
  expect(again).toMatchObject({ outcome: "logged-in", user: { id: user?.id } });
  expect(await auth.current.getSession(created.session.id)).toBeNull();
  expect(await auth.current.listIdentities(user?.id as string)).toEqual([
    { ...identity, email, createdAt: expect.any(Date), lastUsedAt: expect.any(Date) },
  ]);
});

test("G47: a user is linked by email only if both sides have proved the mailbox", async () => {
  for (const isConfirmed of [false, true]) {
    for (const emailVerified of [false, true, undefined]) {
      const user = await createUser(auth.current, { password: null });
      if (isConfirmed) await auth.current.updateUser(user.id, { emailConfirmedAt: new Date() });
      const result = await logIn({ email: user.email, emailVerified });
      if (isConfirmed && emailVerified === true) {
        expect(result).toMatchObject({ outcome: "logged-in", user: { id: user.id } });
        expect(await auth.current.listIdentities(user.id)).toHaveLength(1);
      } else {
        expect(result).toEqual({ outcome: "link-required", userId: user.id });
        expect(await auth.current.listIdentities(user.id)).toEqual([]);
        expect(await backdoor.sessionIds(user.id)).toEqual([]);
      }
    }
  }
});

test("G47: without an email no user is created", async () => {
  const before = await auth.current.countUsers({ state: "any" });
  await expect(logIn({})).rejects.toMatchObject({ code: "INVALID_INPUT", field: "email" });
  expect(await auth.current.countUsers({ state: "any" })).toBe(before);
});

test("G47: an email that cannot be stored counts as none: it keeps out no user whose identity is linked", async () => {
  const identity = newIdentity();
  const { user } = await loggedIn({ ...identity, email: uniqueEmail(), emailVerified: true });
  for (const email of ['"a b"@example.com', "a;b@example.com", "no address", "a\0@example.com", "x".repeat(2000)]) {
    expect(await logIn({ ...identity, email, emailVerified: true })).toMatchObject({
      outcome: "logged-in",
      user: { id: user.id, email: user.email },
    });
    await expect(logIn({ email, emailVerified: true })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      field: "email",
    });
  }
  expect(await auth.current.listIdentities(user.id)).toMatchObject([{ email: user.email }]);
  await expect(logIn({ ...identity, email: 7 as never })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    field: "email",
  });
});

test("an identity that was unlinked is linked again by its next login, unless its email counts as unverified", async () => {
  const identity = newIdentity();
  const email = uniqueEmail();
  const { user } = await loggedIn({ ...identity, email, emailVerified: true });
  await auth.current.setUserPassword(user.id, PASSWORD);
  await auth.current.unlinkIdentity(user.id, identity);
  expect(await logIn({ ...identity, email })).toEqual({ outcome: "link-required", userId: user.id });
  expect(await auth.current.listIdentities(user.id)).toEqual([]);
  expect(await logIn({ ...identity, email, emailVerified: true })).toMatchObject({
    outcome: "logged-in",
    user: { id: user.id },
  });
  expect(await auth.current.listIdentities(user.id)).toHaveLength(1);
});

test("G47: a banned user does not get in; a deleted user's identity creates a new one", async () => {
  const identity = newIdentity();
  const email = uniqueEmail();
  const { user } = await loggedIn({ ...identity, email, emailVerified: true });
  await auth.current.banUser(user.id);
  await expect(logIn({ ...identity, email })).rejects.toMatchObject({ code: "USER_BANNED" });
  const other = { email, emailVerified: true };
  await expect(logIn(other)).rejects.toMatchObject({ code: "USER_BANNED" });
  await auth.current.deleteUserById(user.id);
  const anew = await loggedIn({ ...identity, email });
  expect(anew.outcome).toBe("created");
  expect(anew.user.id).not.toBe(user.id);
});

test("G47: IDENTITY_TAKEN: an identity is one user's; linking it again is fine", async () => {
  const [one, other] = [await createUser(auth.current), await createUser(auth.current)];
  const identity = newIdentity();
  const linked = await auth.current.linkIdentity(one.id, { ...identity, email: "At@Provider.example" });
  expect(linked).toEqual({
    ...identity,
    email: "at@provider.example",
    createdAt: expect.any(Date),
    lastUsedAt: null,
  });
  expect(await auth.current.linkIdentity(one.id, identity)).toEqual(linked);
  const taken = { code: "IDENTITY_TAKEN" };
  await expect(auth.current.linkIdentity(other.id, identity)).rejects.toMatchObject(taken);
  await auth.current.deleteUserById(one.id);
  expect(await auth.current.linkIdentity(other.id, identity)).toMatchObject(identity);
  for (const unknown of [randomUUID(), "no id", one.id]) {
    const refused = { code: "USER_NOT_FOUND" };
    await expect(auth.current.linkIdentity(unknown, newIdentity())).rejects.toMatchObject(refused);
  }
});

test("G47: LAST_LOGIN_METHOD: the last identity of a user without a password stays", async () => {
  const { user } = await loggedIn({ email: uniqueEmail() });
  const [first] = await auth.current.listIdentities(user.id);
  if (first === undefined) throw new Error("no identity");
  const unlink = () => auth.current.unlinkIdentity(user.id, { issuer: first.issuer, subject: first.subject });
  await expect(unlink()).rejects.toMatchObject({ code: "LAST_LOGIN_METHOD" });
  expect(await auth.current.listIdentities(user.id)).toHaveLength(1);
  const second = newIdentity();
  await auth.current.linkIdentity(user.id, second);
  await unlink();
  await unlink();
  await expect(auth.current.unlinkIdentity(user.id, second)).rejects.toMatchObject({ code: "LAST_LOGIN_METHOD" });
  await auth.current.setUserPassword(user.id, PASSWORD);
  await auth.current.unlinkIdentity(user.id, second);
  expect(await auth.current.listIdentities(user.id)).toEqual([]);
});

test("G47: of two identities that are unlinked at the same moment, one stays: 100 rounds", async () => {
  const user = await createUser(auth.current, { password: null });
  for (let round = 0; round < 100; round += 1) {
    const identities = [newIdentity(), newIdentity()];
    for (const identity of identities) await auth.current.linkIdentity(user.id, identity);
    for (const { issuer, subject } of await auth.current.listIdentities(user.id)) {
      const isOld = !identities.some((identity) => identity.subject === subject);
      if (isOld) await auth.current.unlinkIdentity(user.id, { issuer, subject });
    }
    const outcomes = await Promise.allSettled(
      identities.map((identity) => auth.current.unlinkIdentity(user.id, identity)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await auth.current.listIdentities(user.id)).toHaveLength(1);
  }
});

test("G47: of concurrent first logins with one identity, one creates the user: 200 rounds on two pools", async () => {
  await using other = await authOn({ connectionString: database.url }).connect();
  for (let round = 0; round < 200; round += 1) {
    const identity = newIdentity();
    const options = { ...identity, email: uniqueEmail(), emailVerified: round % 2 === 0 };
    const results = await Promise.all([auth.current, other, auth.current].map((one) => one.logInWithIdentity(options)));
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(["created", "logged-in", "logged-in"]);
    const ids = results.map((result) => (result.outcome === "link-required" ? null : result.user.id));
    expect(new Set(ids).size).toBe(1);
  }
});

test("G47: of a sign-up and a first login with the same email at the same moment, one creates the user: 100 rounds", async () => {
  for (let round = 0; round < 100; round += 1) {
    const email = uniqueEmail();
    const [signUp, identity] = await Promise.allSettled([
      createUser(auth.current, { email, password: null }),
      logIn({ email, emailVerified: true }),
    ]);
    if (identity.status === "rejected") throw identity.reason;
    if (signUp.status === "rejected") {
      expect(signUp.reason).toMatchObject({ code: "EMAIL_TAKEN" });
      expect(identity.value.outcome).toBe("created");
    } else {
      expect(identity.value).toEqual({ outcome: "link-required", userId: signUp.value.id });
    }
  }
});

test("G25: a login with an identity while the user is deleted leaves no session of that user: 200 rounds", async () => {
  for (let round = 0; round < 200; round += 1) {
    const identity = newIdentity();
    const { user } = await loggedIn({ ...identity, email: uniqueEmail() });
    await Promise.allSettled([logIn(identity), auth.current.deleteUserById(user.id)]);
    expect(await backdoor.sessionIds(user.id)).toEqual([]);
  }
});

test("G47: identities work inside a transaction, and roll back with it", async () => {
  const identity = newIdentity();
  const email = uniqueEmail();
  const failed = auth.current.withTransaction(async (inner) => {
    expect((await inner.logInWithIdentity({ ...identity, email })).outcome).toBe("created");
    expect((await inner.logInWithIdentity(identity)).outcome).toBe("logged-in");
    throw new Error("rolled back");
  });
  await expect(failed).rejects.toThrow("rolled back");
  expect(await auth.current.getUserByEmail(email)).toBeNull();
});

test.each(["issuer", "subject"])("G47: refuses an %s that is no text, empty, or too long", async (field) => {
  const user = await createUser(auth.current, { password: null });
  const refused = { code: "INVALID_INPUT", field };
  for (const value of [undefined, null, 1, "", "x".repeat(1025), "\0", "\ud800"]) {
    const identity = { ...newIdentity(), [field]: value } as never;
    await expect(auth.current.logInWithIdentity(identity)).rejects.toMatchObject(refused);
    await expect(auth.current.linkIdentity(user.id, identity)).rejects.toMatchObject(refused);
    await expect(auth.current.unlinkIdentity(user.id, identity)).rejects.toMatchObject(refused);
  }
  const longest = { ...newIdentity(), [field]: "x".repeat(1024) };
  await expect(auth.current.linkIdentity(user.id, longest)).resolves.toMatchObject(longest);
});

test("G43: an identity that a first proof removes does not come back by a login at that moment: 50 rounds", async () => {
  for (let round = 0; round < 50; round += 1) {
    const identity = newIdentity();
    const email = uniqueEmail();
    const { user } = await loggedIn({ ...identity, email });
    const created = await auth.current.createLogInToken({ email, ttlSeconds: 60 });
    const attacks = Array.from({ length: 3 }, () => logIn({ ...identity, email }).catch(() => null));
    const owner = await auth.current.logInWithToken({ token: created?.token ?? "" });
    await Promise.all(attacks);
    expect(await auth.current.listIdentities(user.id)).toEqual([]);
    expect(await backdoor.sessionIds(user.id)).toEqual([owner?.session.id]);
  }
});

test("G47: an identity that is unlinked at the moment of a login stays unlinked: 50 rounds", async () => {
  const user = await createUser(auth.current);
  for (let round = 0; round < 50; round += 1) {
    const identity = newIdentity();
    await auth.current.linkIdentity(user.id, identity);
    const calls = [logIn({ ...identity, email: user.email }), auth.current.unlinkIdentity(user.id, identity)];
    await Promise.all(round % 2 === 0 ? calls : calls.reverse());
    expect(await auth.current.listIdentities(user.id)).toEqual([]);
  }
});

test("G47: LAST_LOGIN_METHOD is decided before the deletion, also where a transaction goes on after the error", async () => {
  const { user } = await loggedIn({ email: uniqueEmail() });
  const [identity] = await auth.current.listIdentities(user.id);
  const { issuer, subject } = identity as { issuer: string; subject: string };
  await auth.current.withTransaction(async (inner) => {
    await inner.unlinkIdentity(user.id, { issuer, subject }).catch(() => {});
  });
  expect(await auth.current.listIdentities(user.id)).toHaveLength(1);
});

test("an index of the application's own is CONSTRAINT_VIOLATED", async () => {
  await database.rows(`create unique index handle on pevensie."user" ((user_metadata ->> 'handle'))`);
  try {
    await loggedIn({ email: uniqueEmail(), userMetadata: { handle: "lucy" } });
    const second = logIn({ email: uniqueEmail(), userMetadata: { handle: "lucy" } });
    await expect(second).rejects.toMatchObject({ code: "CONSTRAINT_VIOLATED" });
  } finally {
    await database.rows("drop index pevensie.handle");
  }
});

test("a codec that refuses empty metadata keeps no user with an identity out, and leaves no session behind", async () => {
  const userMetadata = {
    decode: (json: unknown) => {
      if (typeof (json as { name?: unknown }).name !== "string") throw new Error("no name");
      return json as { name: string };
    },
    encode: (value: { name: string }) => {
      if (typeof value.name !== "string") throw new Error("no name");
      return value;
    },
  };
  const strict = await authOn({ connectionString: database.url }, { userMetadata } as never).connect();
  try {
    const identity = newIdentity();
    const email = uniqueEmail();
    const refused = { code: "INVALID_INPUT", field: "userMetadata" };
    await expect(strict.logInWithIdentity({ ...identity, email })).rejects.toMatchObject(refused);
    const metadata = { name: "Lucy" } as never;
    const created = await strict.logInWithIdentity({ ...identity, email, userMetadata: metadata });
    expect(await strict.logInWithIdentity(identity)).toMatchObject({ outcome: "logged-in" });
    const userId = created.outcome === "created" ? created.user.id : "";
    await backdoor.setUserMetadata(userId, "{}");
    const sessions = await backdoor.sessionIds(userId);
    await expect(strict.logInWithIdentity(identity)).rejects.toMatchObject({ code: "INVALID_METADATA" });
    expect(await backdoor.sessionIds(userId)).toEqual(sessions);
  } finally {
    await strict.disconnect();
  }
});

test("a login with an identity and the restoration of its former user at the same moment are consistent: 50 rounds", async () => {
  for (let round = 0; round < 50; round += 1) {
    const identity = newIdentity();
    const { user } = await loggedIn({ ...identity, email: uniqueEmail() });
    await auth.current.deleteUserById(user.id);
    const [result] = await Promise.allSettled([
      loggedIn({ ...identity, email: uniqueEmail() }),
      auth.current.restoreUser(user.id),
    ]);
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "IDENTITY_TAKEN" });
    else expect(await auth.current.listIdentities(result.value.user.id)).toHaveLength(1);
  }
});
