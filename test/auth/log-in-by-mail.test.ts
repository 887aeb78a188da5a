import { randomUUID } from "node:crypto";
import { expect, test, vi } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { LoginCodes } from "../../src/auth/logins/codes.js";
import type { PevensieEvent } from "../../src/events.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { authOn, COOKIE_KEY, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

const database = useDatabase();
const auth = useAuth(database.url);
const unlimited = useAuth(database.url, { logInLimits: false });
const backdoor = authBackdoor(database);

/** A user whose mailbox is proved. */
async function provedUser() {
  const user = await createUser(auth.current, { password: null });
  return auth.current.updateUser(user.id, { emailConfirmedAt: new Date() });
}

async function tokenFor(email: string, creator: Pick<Auth, "createLogInToken"> = auth.current): Promise<string> {
  const created = await creator.createLogInToken({ email, ttlSeconds: 600 });
  if (created === null) throw new Error("no token");
  expect(created.user.email).toBe(email);
  return created.token;
}

async function codeFor(email: string, through = auth.current): Promise<string> {
  const created = await through.createLogInCode({ email, ttlSeconds: 600 });
  if (created === null) throw new Error("no code");
  expect(created.code).toMatch(/^\d{6}$/);
  return created.code;
}

const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

/** Both ways to log in by mail. */
const WAYS = {
  token: async (email: string, more: object = {}) =>
    auth.current.logInWithToken({ token: await tokenFor(email), ...more }),
  code: async (email: string, more: object = {}) =>
    auth.current.logInWithCode({ email, code: await codeFor(email), ...more }),
};

test.each(Object.entries(WAYS))("G43: a %s logs in once, with the session that is asked for", async (_, logIn) => {
  const user = await provedUser();
  const replaced = await auth.current.createSession({ userId: user.id });
  const terms = { ip: "192.0.2.1", userAgent: "A", bindTo: [], ttlSeconds: 90, idleSeconds: 30 };
  const loggedIn = await logIn(user.email, { ...terms, replaceSessionId: replaced.id });
  expect(loggedIn?.user).toMatchObject({ id: user.id, lastSignIn: expect.any(Date) });
  expect(loggedIn?.session).toMatchObject({ userId: user.id, ip: "192.0.2.1", boundTo: [], idleSeconds: 30 });
  expect(loggedIn?.deviceToken).toMatch(/^dt_/);
  expect(await auth.current.getSession(replaced.id)).toBeNull();
  expect(await backdoor.sessionIds(user.id)).toEqual([loggedIn?.session.id]);
});

test("G43: a token and a code are used up", async () => {
  const { email } = await provedUser();
  const token = await tokenFor(email);
  expect(await auth.current.logInWithToken({ token })).not.toBeNull();
  expect(await auth.current.logInWithToken({ token })).toBeNull();
  const code = await codeFor(email);
  expect(await auth.current.logInWithCode({ email, code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })).not.toBeNull();
  expect(await auth.current.logInWithCode({ email, code })).toBeNull();
});

test("G43: of 20 concurrent uses of a token or a code, one logs in", async () => {
  const { email } = await provedUser();
  const token = await tokenFor(email);
  const byToken = await Promise.all(Array.from({ length: 20 }, () => auth.current.logInWithToken({ token })));
  expect(byToken.filter((loggedIn) => loggedIn !== null)).toHaveLength(1);
  const code = await codeFor(email);
  const byCode = await Promise.all(
    Array.from({ length: 20 }, () => unlimited.current.logInWithCode({ email, code }).catch(() => null)),
  );
  expect(byCode.filter((loggedIn) => loggedIn !== null)).toHaveLength(1);
});

test("G43: of two concurrent logins with a code, the one that fails emits that", async () => {
  const failures: PevensieEvent[] = [];
  const onEvent = (event: PevensieEvent) => event.type === "log-in-failed" && failures.push(event);
  await using watched = await authOn({ connectionString: database.url }, { onEvent }).connect();
  for (let round = 1; round <= 10; round += 1) {
    const { email, id } = await provedUser();
    const code = await codeFor(email, watched);
    const logIns = [1, 2].map(() => watched.logInWithCode({ email, code }));
    expect((await Promise.all(logIns)).filter((loggedIn) => loggedIn !== null)).toHaveLength(1);
    expect(failures).toHaveLength(round);
    expect(failures.at(-1)).toEqual({ type: "log-in-failed", reason: "wrong-email-or-password", userId: id, ip: null });
  }
});

test("G43: a code can be tried five times, concurrent attempts included, and a correct sixth attempt is refused", async () => {
  const { email } = await provedUser();
  for (const concurrent of [false, true]) {
    const code = await codeFor(email);
    const wrong = () => unlimited.current.logInWithCode({ email, code: otherThan(code) });
    if (concurrent) await Promise.all(Array.from({ length: 5 }, wrong));
    else for (let count = 0; count < 5; count += 1) expect(await wrong()).toBeNull();
    expect(await unlimited.current.logInWithCode({ email, code })).toBeNull();
  }
  const code = await codeFor(email);
  for (let count = 0; count < 4; count += 1) {
    expect(await unlimited.current.logInWithCode({ email, code: otherThan(code) })).toBeNull();
  }
  expect(await unlimited.current.logInWithCode({ email, code })).not.toBeNull();
});

test("G43: wrong codes count as failed logins", async () => {
  const { email } = await provedUser();
  const ip = "198.51.100.7";
  for (let count = 0; count < 10; count += 1) {
    expect(await auth.current.logInWithCode({ email, code: "abc", ip })).toBeNull();
  }
  const code = await codeFor(email);
  const refused = { code: "TOO_MANY_ATTEMPTS" };
  await expect(auth.current.logInWithCode({ email, code, ip })).rejects.toMatchObject(refused);
  await expect(auth.current.logInUser({ email, password: PASSWORD, ip })).rejects.toMatchObject(refused);
});

test("G43: a code is the user's for whom it was made, and a later one replaces it", async () => {
  const [one, other] = [await provedUser(), await provedUser()];
  const code = await codeFor(one.email);
  expect(await auth.current.logInWithCode({ email: other.email, code })).toBeNull();
  expect(await auth.current.logInWithCode({ email: uniqueEmail(), code })).toBeNull();
  const later = await codeFor(one.email);
  if (later !== code) expect(await auth.current.logInWithCode({ email: one.email, code })).toBeNull();
  expect(await auth.current.logInWithCode({ email: one.email, code: later })).not.toBeNull();
});

test("of the links for a login the last five are usable, also one of a process whose clock is behind", async () => {
  const { email } = await provedUser();
  const earlier: string[] = [];
  for (let count = 0; count < 4; count += 1) earlier.push(await tokenFor(email));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 60_000 });
  const behind = await tokenFor(email).finally(() => vi.useRealTimers());
  const tokens = [...earlier, behind, await tokenFor(email)];
  const live = tokens.map((token) => auth.current.validateOneTimeToken({ tokenType: "log-in", token }));
  expect(await Promise.all(live)).toEqual([false, true, true, true, true, true]);
});

test("a link from a long transaction is as new as its creation, not as the transaction's start", async () => {
  const { email } = await provedUser();
  const earlier: string[] = [];
  const late = await auth.current.withTransaction(async (transaction) => {
    for (let count = 0; count < 4; count += 1) earlier.push(await tokenFor(email));
    return tokenFor(email, transaction);
  });
  const tokens = [...earlier, late, await tokenFor(email)];
  const live = tokens.map((token) => auth.current.validateOneTimeToken({ tokenType: "log-in", token }));
  expect(await Promise.all(live)).toEqual([false, true, true, true, true, true]);
});

test("G43: codes are stored under a key that can be rotated", async () => {
  const { email } = await provedUser();
  const newer = "another key of at least 32 bytes for tests";
  const codes = new LoginCodes([Buffer.from(COOKIE_KEY)]);
  // Two users may have the same code.
  expect(codes.hashesOf(email, "123456")).not.toEqual(codes.hashesOf(uniqueEmail(), "123456"));
  const code = await codeFor(email);
  const stored = await database.rows<{ hash: string }>(
    "select token_hash as hash from pevensie.user_token where token_type = 'log-in-code' and email = $1",
    [email],
  );
  expect(stored).toHaveLength(1);
  const { createHash } = await import("node:crypto");
  for (const text of [code, `${email}\0${code}`]) {
    expect(stored[0]?.hash).not.toBe(createHash("sha256").update(text).digest("hex"));
  }
  const on = (cookieKey: string | string[]) => authOn({ connectionString: database.url }, { cookieKey }).connect();
  await using foreign = await on(newer);
  expect(await foreign.logInWithCode({ email, code })).toBeNull();
  await using rotated = await on([newer, COOKIE_KEY]);
  expect(await rotated.logInWithCode({ email, code })).not.toBeNull();
});

test.each(Object.entries(WAYS))(
  "G43: the first proof of a mailbox by a %s removes what a stranger may have made",
  async (_, logIn) => {
    const { id, email } = await createUser(auth.current);
    const session = await auth.current.createSession({ userId: id });
    const { key } = await auth.current.createApiKey({ userId: id, name: "stranger's" });
    await auth.current.linkIdentity(id, { issuer: "https://id.example", subject: id });
    const reset = { userId: id, tokenType: "password-reset" } as const;
    const token = await auth.current.createOneTimeToken({ ...reset, ttlSeconds: 60 });
    const loggedIn = await logIn(email);
    expect(loggedIn?.user).toMatchObject({ id, emailConfirmedAt: expect.any(Date) });
    expect(await auth.current.getSession(session.id)).toBeNull();
    expect(await auth.current.getUserByEmailAndPassword(email, PASSWORD)).toBeNull();
    expect(await auth.current.getApiKeyWithUser(key)).toBeNull();
    expect(await auth.current.listIdentities(id)).toEqual([]);
    expect(await auth.current.validateOneTimeToken({ ...reset, token })).toBe(false);
    expect((await auth.current.listSessions(id)).map((one) => one.id)).toEqual([loggedIn?.session.id]);

    // What is made from then on stays.
    await auth.current.setUserPassword(id, PASSWORD, { keepSessionId: loggedIn?.session.id as string });
    await logIn(email);
    expect(await auth.current.getUserByEmailAndPassword(email, PASSWORD)).not.toBeNull();
    expect(await auth.current.listSessions(id)).toHaveLength(2);
  },
);

test("G43: a password reset is a first proof, too: a stranger's identities and keys go, and the new password stays", async () => {
  const { id: userId, email } = await createUser(auth.current);
  const { key } = await auth.current.createApiKey({ userId, name: "stranger's" });
  await auth.current.linkIdentity(userId, { issuer: "https://id.example", subject: userId });
  const token = await auth.current.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds: 60 });
  const user = await auth.current.resetPassword({ token, password: "another password" });
  expect(user.emailConfirmedAt).toBeInstanceOf(Date);
  expect(await auth.current.getApiKeyWithUser(key)).toBeNull();
  expect(await auth.current.listIdentities(userId)).toEqual([]);
  expect(await auth.current.getUserByEmailAndPassword(email, "another password")).not.toBeNull();
});

test("G43: unknown emails and banned users get neither token nor code", async () => {
  const banned = await provedUser();
  const deleted = await provedUser();
  await auth.current.banUser(banned.id);
  await auth.current.deleteUserById(deleted.id);
  for (const email of [uniqueEmail(), banned.email, deleted.email, "no email"]) {
    expect(await auth.current.createLogInToken({ email, ttlSeconds: 60 })).toBeNull();
    expect(await auth.current.createLogInCode({ email, ttlSeconds: 60 })).toBeNull();
    expect(await auth.current.logInWithCode({ email, code: "123456" })).toBeNull();
  }
});

test("G43: a code that happens to be the one that it replaces is usable, with five attempts of its own", async () => {
  const { email } = await provedUser();
  const driver = createAuthDriver({ connectionString: database.url });
  await driver.connect();
  try {
    const codeHash = randomUUID();
    for (let round = 0; round < 2; round += 1) {
      expect(await driver.createLogInCode(email, codeHash, 60)).not.toBeNull();
      for (let count = 0; count < 4; count += 1) expect(await driver.tryLogInCode(email, ["another"])).toBeNull();
      if (round === 1) expect(await driver.tryLogInCode(email, [codeHash])).toBe(codeHash);
    }
  } finally {
    await driver.disconnect();
  }
});

test("G43: an unknown email costs as many statements as a known one, and a commit that writes", async () => {
  const observed = observedPool({ connectionString: database.url, max: 1 });
  await using own = await authOn({ pool: observed.pool }).connect();
  try {
    const { email } = await provedUser();
    const wal = async () =>
      (await database.rows<{ at: string }>("select pg_current_wal_insert_lsn()::text as at"))[0]?.at;
    for (const create of ["createLogInToken", "createLogInCode", "createPasswordResetToken"] as const) {
      const known = await statementsOf(observed, () => own[create]({ email, ttlSeconds: 60 }));
      const before = await wal();
      const unknown = await statementsOf(observed, () => own[create]({ email: uniqueEmail(), ttlSeconds: 60 }));
      expect(unknown).toHaveLength(known.length);
      expect(await wal()).not.toBe(before);
    }
    const tried = await statementsOf(observed, () => own.logInWithCode({ email, code: "nothing" }));
    const before = await wal();
    const nobody = await statementsOf(observed, () => own.logInWithCode({ email: uniqueEmail(), code: "nothing" }));
    expect(nobody).toHaveLength(tried.length);
    expect(await wal()).not.toBe(before);
  } finally {
    await own.disconnect();
    await endPool(observed.pool);
  }
});

test("G25: a login by mail and the user's deletion or ban at the same moment leave no session: 200 rounds", async () => {
  for (let round = 0; round < 200; round += 1) {
    const { id, email } = await provedUser();
    const [token, code] = [await tokenFor(email), await codeFor(email)];
    const logIn =
      round % 2 === 0 ? auth.current.logInWithToken({ token }) : auth.current.logInWithCode({ email, code });
    const end = round % 4 < 2 ? auth.current.deleteUserById(id) : auth.current.banUser(id);
    await Promise.all([logIn.catch((error) => expect(error).toMatchObject({ code: "USER_BANNED" })), end]);
    expect(await backdoor.sessionIds(id)).toEqual([]);
  }
});

test.each([undefined, null, 1, {}, "x".repeat(65), "\0"])("G43: refuses the code %s", async (code) => {
  const refused = { code: "INVALID_INPUT", field: "code" };
  const options = { email: "a@example.com", code } as never;
  await expect(auth.current.logInWithCode(options)).rejects.toMatchObject(refused);
});
