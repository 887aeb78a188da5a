import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { codeOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool } from "../support/observed-pool.js";

const database = useDatabase();
const backdoor = authBackdoor(database);
const observed = observedPool({ connectionString: database.url, max: 2 });
const events: PevensieEvent[] = [];
const WRONG = "not the password at all";
const NEW_PASSWORD = "another horse, another battery";
const FUTURE = new Date(8.64e15);
const tokenType = "password-reset";

let auth: Auth;
let user: User;
beforeAll(async () => {
  auth = await authOn({ pool: observed.pool }, { onEvent: (event) => events.push(event) }).connect();
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(observed.pool);
});
beforeEach(async () => {
  await database.rows("truncate pevensie.log_in_budget");
  user = await createUser(auth);
  observed.before = undefined;
  events.length = 0;
});

const failed = (reason: string, userId: string | null = user.id, ip: string | null = null) => ({
  type: "log-in-failed",
  reason,
  userId,
  ip,
});
const ended = (reason: string, userId: string | null = user.id) => ({ type: "session-ended", reason, userId });
const newToken = () => auth.createOneTimeToken({ userId: user.id, tokenType, ttlSeconds: 60 });

describe("log-in-failed", () => {
  test("is emitted for a wrong password, with the user and the address", async () => {
    const ip = "2001:DB8::1";
    expect(await auth.logInUser({ email: user.email, password: WRONG, ip })).toBeNull();
    expect(await auth.getUserByEmailAndPassword(user.email, WRONG)).toBeNull();
    expect(events).toEqual([
      failed("wrong-email-or-password", user.id, "2001:db8::1"),
      failed("wrong-email-or-password"),
    ]);
  });

  test("is emitted for an unknown email, a deleted user's, and a user without a password", async () => {
    const passwordless = await createUser(auth, { password: null });
    await auth.deleteUserById(user.id);
    events.length = 0;
    for (const email of [uniqueEmail(), user.email, passwordless.email]) {
      expect(await auth.logInUser({ email, password: PASSWORD })).toBeNull();
    }
    expect(events).toEqual([
      failed("wrong-email-or-password", null),
      failed("wrong-email-or-password", null),
      failed("wrong-email-or-password", passwordless.id),
    ]);
  });

  test("is emitted for a banned user", async () => {
    await auth.updateUser(user.id, { bannedUntil: FUTURE });
    events.length = 0;
    expect(await codeOf(auth.logInUser({ email: user.email, password: PASSWORD }))).toBe("USER_BANNED");
    expect(events).toEqual([failed("banned")]);
  });

  test("is emitted for too many attempts", async () => {
    await auth.logInUser({ email: user.email, password: WRONG });
    await database.rows("update pevensie.log_in_budget set expires_at = now() + interval '1 year'");
    events.length = 0;
    expect(await codeOf(auth.logInUser({ email: user.email, password: PASSWORD }))).toBe("TOO_MANY_ATTEMPTS");
    expect(events).toEqual([{ ...failed("too-many-attempts"), userId: null }]);
  });

  test("is emitted for a stored hash that cannot be read", async () => {
    await backdoor.setPasswordHash(user.id, "no hash");
    expect(await codeOf(auth.logInUser({ email: user.email, password: PASSWORD }))).toBe("PASSWORD_HASH_FAILED");
    expect(events).toEqual([failed("unreadable-hash")]);
  });

  test("is emitted for too many concurrent attempts", async () => {
    const passwordHashing = { maxConcurrent: 1, maxQueued: 1 };
    const overloaded: PevensieEvent[] = [];
    const onEvent = (event: PevensieEvent) => overloaded.push(event);
    await using narrow = await authOn({ pool: observed.pool }, { passwordHashing, onEvent }).connect();
    const calls = Array.from({ length: 40 }, () => narrow.logInUser({ email: user.email, password: PASSWORD }));
    const refused = (await Promise.allSettled(calls)).filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(overloaded.map((event) => "reason" in event && event.reason)).toEqual(refused.map(() => "overloaded"));
  });

  test("is emitted for a password that is changed while it is verified", async () => {
    observed.before = (text) =>
      text.includes("insert into pevensie.session") ? backdoor.setPasswordHash(user.id, null) : undefined;
    expect(await auth.logInUser({ email: user.email, password: PASSWORD })).toBeNull();
    expect(events).toEqual([failed("wrong-email-or-password")]);
  });

  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    "a new password": () => auth.setUserPassword(user.id, NEW_PASSWORD),
    "a reset": async () => auth.resetPassword({ token: await newToken(), password: NEW_PASSWORD }),
    "a ban": () => auth.banUser(user.id),
    "a deletion": () => auth.deleteUserById(user.id),
  };
  test.each(Object.entries(changes))(
    "G14: is emitted for a check of a password during which there is %s",
    async (_, change) => {
      observed.before = (text) => {
        if (!text.includes("password_hash operator(pg_catalog.=) any")) return undefined;
        observed.before = undefined;
        return change().then(() => events.splice(0));
      };
      expect(await auth.getUserByEmailAndPassword(user.email, PASSWORD)).toBeNull();
      expect(events).toEqual([failed("wrong-email-or-password")]);
    },
  );

  test("is not emitted for a success, nor for bad input", async () => {
    expect(await auth.logInUser({ email: user.email, password: PASSWORD })).not.toBeNull();
    expect(await auth.getUserByEmailAndPassword(user.email, PASSWORD)).not.toBeNull();
    expect(await codeOf(auth.logInUser({ email: user.email, password: 1 as never }))).toBe("INVALID_INPUT");
    expect(events).toEqual([]);
  });
});

describe("session-ended", () => {
  const endings: Readonly<Record<string, readonly [() => Promise<unknown>, () => unknown[]]>> = {
    "a logout": [
      async () => auth.deleteSession((await auth.createSession({ userId: user.id })).id),
      () => [ended("log-out")],
    ],
    "a session in place of the others": [
      () => auth.createSession({ userId: user.id, deleteOtherSessions: true }),
      () => [ended("replaced")],
    ],
    "a ban": [() => auth.updateUser(user.id, { bannedUntil: FUTURE }), () => [ended("user-banned")]],
    "a deletion": [() => auth.deleteUserById(user.id), () => [ended("user-deleted")]],
    "a new password": [
      () => auth.setUserPassword(user.id, NEW_PASSWORD),
      () => [{ type: "password-changed", userId: user.id }, ended("password-changed")],
    ],
    "a new password in an update": [
      () => auth.updateUser(user.id, { password: null, role: "x" }),
      () => [{ type: "password-changed", userId: user.id }, ended("password-changed")],
    ],
    "a new password by a token": [
      async () => auth.resetPassword({ token: await newToken(), password: NEW_PASSWORD }),
      () => [
        { type: "token-used", tokenType, userId: user.id },
        { type: "password-changed", userId: user.id },
        ended("password-changed"),
      ],
    ],
  };

  test.each(Object.entries(endings))("is emitted after %s", async (_, [end, expected]) => {
    await end();
    expect(events).toEqual(expected());
  });

  test("is emitted after changes of a user whose metadata is refused, as they have taken effect", async () => {
    const refuse = () => {
      throw new Error("refused");
    };
    const userMetadata = { encode: (metadata: never) => metadata, decode: refuse };
    const onEvent = (event: PevensieEvent) => events.push(event);
    await using strict = await authOn({ pool: observed.pool }, { userMetadata, onEvent }).connect();
    for (const change of [
      () => strict.setUserPassword(user.id, NEW_PASSWORD),
      () => strict.banUser(user.id),
      () => strict.deleteUserById(user.id),
    ]) {
      expect(await codeOf(change())).toBe("INVALID_METADATA");
    }
    expect(events).toEqual([
      { type: "password-changed", userId: user.id },
      ended("password-changed"),
      ended("user-banned"),
      ended("user-deleted"),
    ]);
  });

  test("is not emitted after a change that fails, a ban that is over, or another change", async () => {
    await auth.updateUser(user.id, { bannedUntil: new Date(0), role: "x" });
    await auth.setUserEmail(user.id, uniqueEmail());
    const unknown = "0190163d-8694-739b-aea5-966c26f8ad90";
    for (const call of [
      () => auth.deleteUserById(unknown),
      () => auth.setUserPassword(unknown, null),
      () => auth.createSession({ userId: unknown, deleteOtherSessions: true }),
      () => auth.updateUser(unknown, { bannedUntil: FUTURE }),
    ]) {
      expect(await codeOf(call())).toBe("USER_NOT_FOUND");
    }
    await auth.deleteSession("no id");
    expect(events).toEqual([]);
  });
});

describe("token-used", () => {
  test("is emitted by the call that used the token, and not for an invalid token", async () => {
    const token = await newToken();
    const use = () => auth.useOneTimeToken({ userId: user.id, tokenType, token });
    await use();
    expect(await codeOf(use())).toBe("INVALID_ONE_TIME_TOKEN");
    expect(await codeOf(auth.resetPassword({ token, password: NEW_PASSWORD }))).toBe("INVALID_ONE_TIME_TOKEN");
    expect(await auth.validateOneTimeToken({ userId: user.id, tokenType, token })).toBe(false);
    expect(events).toEqual([{ type: "token-used", tokenType, userId: user.id }]);
  });
});

describe("sweep", () => {
  test("is emitted after a sweep, with the numbers of removed rows", async () => {
    await auth.createSession({ userId: user.id, ttlSeconds: 60 });
    await database.rows("update pevensie.session set expires_at = now() where expires_at is not null");
    const removed = await auth.removeExpired();
    expect(removed.sessions).toBeGreaterThan(0);
    expect(events).toEqual([{ type: "sweep", removed: { ...removed } }]);
  });
});
