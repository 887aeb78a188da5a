import { describe, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { DeviceTokens } from "../../src/auth/logins/device-tokens.js";
import { authOn, COOKIE_KEY, createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const other = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const devices = new DeviceTokens([Buffer.from(COOKIE_KEY)]);
const TOO_MANY = { code: "TOO_MANY_ATTEMPTS" };

/** A user who has logged in on a device, and whose account strangers have then locked. */
async function lockedUser(options: { passwordChange?: boolean } = {}) {
  const user = await createUser(auth.current);
  const { deviceToken } = await logIn(user.email);
  if (!options.passwordChange) await spend(user.email);
  return { user, deviceToken };
}

async function logIn(email: string, more: object = {}, through: Auth = auth.current) {
  const loggedIn = await through.logInUser({ email, password: PASSWORD, ...more });
  if (loggedIn === null) throw new Error("not logged in");
  return loggedIn;
}

/** Spends the budget of the account, without the cost of a hundred verifications. */
async function spend(email: string): Promise<void> {
  await auth.current.logInUser({ email, password: "wrong" });
  await database.rows("update pevensie.log_in_budget set expires_at = now() + interval '1000 days'");
  await expect(auth.current.logInUser({ email, password: PASSWORD })).rejects.toMatchObject(TOO_MANY);
}

test("G34: with the device token, the right password gets in, whatever strangers do", async () => {
  const { user, deviceToken } = await lockedUser();
  const { session } = await logIn(user.email, { deviceToken });
  expect(session.userId).toBe(user.id);
});

test("G34: a device has a budget of its own, which no later login renews", async () => {
  const { user, deviceToken } = await lockedUser();
  let last = deviceToken;
  let guesses = 0;
  for (; guesses < 100; guesses += 1) {
    if (guesses === 10) last = (await logIn(user.email, { deviceToken: last })).deviceToken;
    const guess = { email: user.email, password: "wrong", deviceToken: guesses % 2 === 0 ? deviceToken : last };
    const outcome = await auth.current.logInUser(guess).catch((error: { code?: unknown }) => error.code);
    if (outcome === "TOO_MANY_ATTEMPTS") break;
  }
  expect(guesses).toBe(50);
  await expect(logIn(user.email, { deviceToken: last })).rejects.toMatchObject(TOO_MANY);
});

const IP = "192.0.2.1";

/** The logins that take a device token. */
const WAYS = {
  password: async ({ email }: User, deviceToken: string) => logIn(email, { deviceToken, ip: IP }),
  link: async ({ email }: User, deviceToken: string) => {
    const created = await auth.current.createLogInToken({ email, ttlSeconds: 60 });
    return auth.current.logInWithToken({ token: created?.token ?? "", deviceToken, ip: IP });
  },
  code: async ({ email }: User, deviceToken: string) => {
    const created = await auth.current.createLogInCode({ email, ttlSeconds: 60 });
    return auth.current.logInWithCode({ email, code: created?.code ?? "", deviceToken, ip: IP });
  },
  identity: async ({ id }: User, deviceToken: string) => {
    const identity = { issuer: "https://id.example", subject: id };
    await auth.current.linkIdentity(id, identity);
    const result = await auth.current.logInWithIdentity({ ...identity, deviceToken, ip: IP });
    return result.outcome === "link-required" ? null : result;
  },
};

describe.each(Object.entries(WAYS))("G39: a login by %s", (_, logInBy) => {
  /** A user with a proved mailbox, and a device whose budget is not full. */
  async function userWithDevice() {
    const user = await createUser(auth.current);
    await auth.current.updateUser(user.id, { emailConfirmedAt: new Date() });
    const { deviceToken } = await logIn(user.email);
    await auth.current.logInUser({ email: user.email, password: "wrong", deviceToken });
    return { user, deviceToken };
  }

  const knownAddressesOf = async ({ id }: User) =>
    (await database.rows("select from pevensie.log_in_exemption where user_id = $1", [id])).length;

  test("G39: keeps the budget of a device whose token is valid, and makes no address known", async () => {
    const { user, deviceToken } = await userWithDevice();
    const renewed = await logInBy(user, deviceToken);
    expect(await knownAddressesOf(user)).toBe(0);
    await spend(user.email);
    await expect(logIn(user.email, { deviceToken: renewed?.deviceToken })).rejects.toMatchObject(TOO_MANY);
  });

  test("G39: gives the device a new budget after a change of the password, and makes the address known", async () => {
    const { user, deviceToken } = await userWithDevice();
    await auth.current.setUserPassword(user.id, PASSWORD);
    const renewed = await logInBy(user, deviceToken);
    expect(await knownAddressesOf(user)).toBe(1);
    await spend(user.email);
    expect((await logIn(user.email, { deviceToken: renewed?.deviceToken })).session.userId).toBe(user.id);
  });
});

test("G34: a token is of no use for another user, when changed, or under another key", async () => {
  const [one, two] = [await lockedUser(), await lockedUser()];
  const { email } = one.user;
  const attempt = (deviceToken: string) => auth.current.logInUser({ email, password: PASSWORD, deviceToken });
  await expect(attempt(two.deviceToken)).rejects.toMatchObject(TOO_MANY);
  for (let index = 3; index < one.deviceToken.length; index += 7) {
    const changed = one.deviceToken[index] === "A" ? "B" : "A";
    const text = one.deviceToken.slice(0, index) + changed + one.deviceToken.slice(index + 1);
    await expect(attempt(text)).rejects.toMatchObject(TOO_MANY);
  }
  for (const text of ["", "dt_", `${one.deviceToken}x`, one.deviceToken.slice(0, -1), "x".repeat(5000)]) {
    await expect(attempt(text)).rejects.toMatchObject(TOO_MANY);
  }
  const rotated = { cookieKey: ["another key of at least 32 bytes for tests", COOKIE_KEY] };
  await using both = await authOn({ connectionString: database.url }, rotated).connect();
  expect((await logIn(email, { deviceToken: one.deviceToken }, both)).session.userId).toBe(one.user.id);
  const foreign = { cookieKey: rotated.cookieKey[0] as string };
  await using stranger = await authOn({ connectionString: database.url }, foreign).connect();
  const guess = { email, password: PASSWORD, deviceToken: one.deviceToken };
  await expect(stranger.logInUser(guess)).rejects.toMatchObject(TOO_MANY);
});

test("G39: a token is valid for a year", async () => {
  const { user } = await lockedUser();
  const issued = async (age: string) => {
    const [row] = await database.rows<{ at: string }>(
      `select extract(epoch from now() - interval '${age}')::text as at`,
    );
    return devices.issue({ userId: user.id, issuedAt: row?.at as string, validFrom: null });
  };
  expect((await logIn(user.email, { deviceToken: await issued("364 days 23 hours") })).session.userId).toBe(user.id);
  await expect(logIn(user.email, { deviceToken: await issued("365 days 1 hour") })).rejects.toMatchObject(TOO_MANY);
});

test.each<[string, (userId: string) => Promise<unknown>]>([
  ["a changed password", (id) => auth.current.setUserPassword(id, PASSWORD)],
  ["a ban", async (id) => [await auth.current.banUser(id), await auth.current.unbanUser(id)]],
  [
    "the deletion of the user",
    async (id) => [await auth.current.deleteUserById(id), await auth.current.restoreUser(id)],
  ],
  [
    "the erasure of the user, whose id is then imported,",
    async (id) => {
      const { email } = (await auth.current.getUserById(id)) as User;
      const passwordHash = await backdoor.passwordHash(id);
      await auth.current.eraseUser(id);
      expect((await auth.current.importUsers([{ id, email, passwordHash }])).imported).toBe(1);
    },
  ],
])("G34: %s ends the tokens", async (_, end) => {
  const { user, deviceToken } = await lockedUser({ passwordChange: true });
  await end(user.id);
  await spend(user.email);
  await expect(logIn(user.email, { deviceToken })).rejects.toMatchObject(TOO_MANY);
});

/** Whether a token is one of the user's as it stands. */
async function isValid(userId: string, deviceToken: string | undefined): Promise<boolean> {
  const [row] = await database.rows<{ at: string | null }>(
    `select extract(epoch from device_tokens_valid_from)::text as at from pevensie."user" where id = $1`,
    [userId],
  );
  return devices.verify(deviceToken)?.validFrom === row?.at;
}

test("G34: a login and a password change at the same moment leave no valid token of the old password", async () => {
  const user = await createUser(auth.current);
  for (let round = 0; round < 20; round += 1) {
    const [loggedIn] = await Promise.all([
      auth.current.logInUser({ email: user.email, password: PASSWORD }),
      auth.current.setUserPassword(user.id, PASSWORD),
    ]);
    if (loggedIn === null) continue;
    // A login that came after the change has a session; one that came before has none left.
    const survives = (await auth.current.getSession(loggedIn.session.id)) !== null;
    expect(await isValid(user.id, loggedIn.deviceToken)).toBe(survives);
  }
});

test("G39: the token of a login that is a first proof, or follows a new password in its transaction, is valid", async () => {
  const user = await createUser(auth.current);
  const created = await auth.current.createLogInToken({ email: user.email, ttlSeconds: 60 });
  const proved = await auth.current.logInWithToken({ token: created?.token ?? "" });
  expect(await isValid(user.id, proved?.deviceToken)).toBe(true);
  const later = await auth.current.withTransaction(async (inner) => {
    await inner.setUserPassword(user.id, PASSWORD);
    return inner.logInUser({ email: user.email, password: PASSWORD });
  });
  expect(await isValid(user.id, later?.deviceToken)).toBe(true);
  await spend(user.email);
  expect(await logIn(user.email, { deviceToken: later?.deviceToken })).toBeDefined();
});

test("G39: a token of a user with the same id in another database, under the same key, is of no use", async () => {
  const { user } = await lockedUser();
  await using elsewhere = await authOn({ connectionString: other.url }).connect();
  const passwordHash = await backdoor.passwordHash(user.id);
  const namesake = { id: user.id, email: "me@evil.example", passwordHash, createdAt: user.createdAt };
  expect((await elsewhere.importUsers([namesake])).imported).toBe(1);
  for (const change of [async () => {}, () => elsewhere.setUserPassword(user.id, PASSWORD)]) {
    await change();
    const { deviceToken } = await logIn(namesake.email, {}, elsewhere);
    expect(await logIn(namesake.email, { deviceToken }, elsewhere)).toBeDefined();
    await expect(logIn(user.email, { deviceToken })).rejects.toMatchObject(TOO_MANY);
  }
});

test("G39: a token of the form of an earlier release is ignored, and locks nobody out", async () => {
  const user = await createUser(auth.current);
  const { deviceToken } = await logIn(user.email);
  const [userId, issuedAt, , name] = deviceToken.slice(3).split(".");
  const earlier = `dt_${userId}.${issuedAt}.${name}.${"A".repeat(43)}`;
  expect(devices.verify(earlier)).toBeNull();
  const { deviceToken: renewed } = await logIn(user.email, { deviceToken: earlier });
  await spend(user.email);
  expect(await logIn(user.email, { deviceToken: renewed })).toBeDefined();
});

test("G39: refuses what is no text", async () => {
  const refused = { code: "INVALID_INPUT", field: "deviceToken" };
  for (const deviceToken of [1, {}, []]) {
    const options = { email: "a@example.com", password: PASSWORD, deviceToken } as never;
    await expect(auth.current.logInUser(options)).rejects.toMatchObject(refused);
  }
});
