import { beforeEach, describe, expect, test, vi } from "vitest";
import { asRead, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

// The real thing, counted.
const argon2 = vi.hoisted(() => ({ hashes: 0, verifications: 0 }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  return {
    ...real,
    hash: (...args: Parameters<typeof real.hash>) => {
      argon2.hashes += 1;
      return real.hash(...args);
    },
    verify: (...args: Parameters<typeof real.verify>) => {
      argon2.verifications += 1;
      return real.verify(...args);
    },
  };
});

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const FUTURE = new Date("9999-01-01T00:00:00.000Z");
const WRONG = "not the password at all";

beforeEach(() => {
  Object.assign(argon2, { hashes: 0, verifications: 0 });
});

/** Logs in with both functions, and expects each to cost exactly one verification and no hash. */
async function logInBothWays(email: string, password: string): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const logIn of [
    () => auth.current.logInUser({ email, password }),
    () => auth.current.getUserByEmailAndPassword(email, password),
  ]) {
    Object.assign(argon2, { hashes: 0, verifications: 0 });
    outcomes.push(await logIn().catch((error: unknown) => error));
    expect(argon2).toEqual({ hashes: 0, verifications: 1 });
  }
  return outcomes;
}

describe("logging in", () => {
  test("returns the user and a session of 24 hours, and records the sign-in", async () => {
    const user = await createUser(auth.current);
    const client = { ip: "192.0.2.1", userAgent: "Browser/1" };
    const loggedIn = await auth.current.logInUser({ email: user.email, password: PASSWORD, ...client });
    expect(loggedIn?.user).toEqual({ ...user, lastSignIn: expect.any(Date), updatedAt: expect.any(Date) });
    const { session } = loggedIn as NonNullable<typeof loggedIn>;
    expect(session).toMatchObject({ userId: user.id, ...client });
    expect((session.expiresAt?.getTime() ?? 0) - session.createdAt.getTime()).toBe(24 * 60 * 60 * 1000);
    await expect(auth.current.getSession(session.id, client)).resolves.toEqual(asRead(session));
    await expect(auth.current.getUserById(user.id)).resolves.toEqual(loggedIn?.user);
  });

  test("getUserByEmailAndPassword returns the user, and neither records a sign-in nor creates a session", async () => {
    const user = await createUser(auth.current);
    await expect(auth.current.getUserByEmailAndPassword(user.email, PASSWORD)).resolves.toEqual(user);
    await expect(auth.current.getUserById(user.id)).resolves.toEqual(user);
    await expect(backdoor.sessionIds(user.id)).resolves.toEqual([]);
  });

  test("accepts the email in any case, with blanks around it", async () => {
    const user = await createUser(auth.current);
    const email = ` ${user.email.toUpperCase()}\t`;
    await expect(auth.current.logInUser({ email, password: PASSWORD })).resolves.toMatchObject({
      user: { id: user.id },
    });
  });

  test("G9: returns null at the cost of one verification for an unknown email, a wrong password, no password, a deleted user", async () => {
    const known = await createUser(auth.current);
    const passwordless = await createUser(auth.current, { password: null });
    const deleted = await createUser(auth.current);
    await auth.current.deleteUserById(deleted.id);
    const attempts: [string, string][] = [
      [uniqueEmail(), PASSWORD],
      ["no address at all", PASSWORD],
      [known.email, WRONG],
      [known.email, ""],
      [known.email, ` ${PASSWORD}`],
      [passwordless.email, PASSWORD],
      [passwordless.email, ""],
      [passwordless.email, "null"],
      [deleted.email, PASSWORD],
    ];
    for (const [email, password] of attempts) {
      await expect(logInBothWays(email, password)).resolves.toEqual([null, null]);
    }
    await expect(backdoor.sessionIds(known.id)).resolves.toEqual([]);
  });

  test("G9: the right password costs one verification, too", async () => {
    const user = await createUser(auth.current);
    await expect(logInBothWays(user.email, PASSWORD)).resolves.toEqual([
      expect.objectContaining({ user: expect.objectContaining({ id: user.id }) }),
      expect.objectContaining({ id: user.id }),
    ]);
  });

  test("a banned user gets USER_BANNED with the right password only, at the cost of one verification", async () => {
    const user = await createUser(auth.current);
    await auth.current.updateUser(user.id, { bannedUntil: FUTURE });
    const banned = expect.objectContaining({ code: "USER_BANNED" });
    await expect(logInBothWays(user.email, PASSWORD)).resolves.toEqual([banned, banned]);
    await expect(logInBothWays(user.email, WRONG)).resolves.toEqual([null, null]);
    await expect(backdoor.sessionIds(user.id)).resolves.toEqual([]);
    await auth.current.updateUser(user.id, { bannedUntil: new Date("2001-01-01T00:00:00Z") });
    await expect(auth.current.logInUser({ email: user.email, password: PASSWORD })).resolves.not.toBeNull();
  });

  test("the hash that stands in for a missing one has the parameters of new hashes", async () => {
    const user = await createUser(auth.current);
    const parameters = (await backdoor.passwordHash(user.id))?.split("$").slice(1, 4);
    expect(parameters).toEqual(["argon2id", "v=19", "m=19456,t=2,p=1"]);
    const { readFile } = await import("node:fs/promises");
    const source = await readFile(new URL("../../src/auth/passwords/password-hasher.ts", import.meta.url), "utf8");
    expect(source).toContain(`"$${parameters?.join("$")}$`);
  });
});

describe("signing up", () => {
  test("G10: a taken email is EMAIL_TAKEN by its constraint's name, without detail, and the hash is spent either way", async () => {
    const user = await createUser(auth.current);
    expect(argon2).toEqual({ hashes: 1, verifications: 0 });
    const error = await createUser(auth.current, { email: user.email.toUpperCase() }).catch(
      (caught: unknown) => caught,
    );
    expect(argon2).toEqual({ hashes: 2, verifications: 0 });
    expect(error).toMatchObject({
      code: "EMAIL_TAKEN",
      cause: { code: "23505", constraint: "user_email_unique_idx" },
    });
    expect(Object.keys((error as { cause: object }).cause)).not.toContain("detail");
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(user.email);
  });

  test("G10: a change to a taken email is EMAIL_TAKEN, and to a taken phone number PHONE_NUMBER_TAKEN", async () => {
    const [user, other] = [
      await createUser(auth.current, { phoneNumber: "+1 555 0100" }),
      await createUser(auth.current),
    ];
    await expect(auth.current.setUserEmail(other.id, user.email)).rejects.toMatchObject({ code: "EMAIL_TAKEN" });
    await expect(auth.current.updateUser(other.id, { email: user.email })).rejects.toMatchObject({
      code: "EMAIL_TAKEN",
    });
    const phoneTaken = { code: "PHONE_NUMBER_TAKEN", cause: { constraint: "user_phone_number_unique_idx" } };
    const { phoneNumber } = user;
    await expect(auth.current.updateUser(other.id, { phoneNumber })).rejects.toMatchObject(phoneTaken);
    await expect(createUser(auth.current, { phoneNumber })).rejects.toMatchObject(phoneTaken);
  });

  test("a new user has the given values", async () => {
    const email = uniqueEmail();
    const options = { email, password: PASSWORD, role: "editor", phoneNumber: "+1 555 0199", userMetadata: { a: 1 } };
    const user = await auth.current.createUserWithEmail(options);
    const { password: _, ...kept } = options;
    expect(user).toEqual({
      ...kept,
      id: expect.any(String),
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      deletedAt: null,
      emailConfirmedAt: null,
      phoneNumberConfirmedAt: null,
      lastSignIn: null,
      appMetadata: {},
      bannedUntil: null,
    });
    await expect(auth.current.getUserByEmail(email)).resolves.toEqual(user);
    await expect(auth.current.getUserByPhoneNumber("+1 555 0199")).resolves.toEqual(user);
  });
});
