import { randomUUID } from "node:crypto";
import type { LogInAttempt, LogInSession, UserRecord } from "../../auth/index.js";
import {
  type AuthContractContext,
  credentialsOf,
  newEmail,
  newHash,
  newTokenKey,
  newTokenWith,
  PASSWORD_HASH,
  SESSION_TERMS,
} from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");
const UNBOUND = { ip: null, userAgent: null };
const LOG_IN: LogInSession = { session: SESSION_TERMS, replaceSessionId: null, device: null, exemption: null };

export function mailboxLogInsContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const { asRead } = context;
  const createSession = (userId: string) => context.driver.createSession({ ...SESSION_TERMS, userId }, false);

  /** A user whose mailbox has been proved. */
  async function confirmedUser(): Promise<UserRecord> {
    const { id } = await context.createUser();
    return (await context.driver.updateUser(id, { emailConfirmedAt: new Date() }, null)) as UserRecord;
  }

  const kinds = {
    token: {
      create: (email: string, hash: string, ttlSeconds = 3600) =>
        context.driver.createLogInToken(email, hash, ttlSeconds),
      use: (_: string, hash: string, logIn: LogInSession = LOG_IN) =>
        context.driver.logInWithToken("log-in", hash, logIn),
    },
    code: {
      create: (email: string, hash: string, ttlSeconds = 3600) =>
        context.driver.createLogInCode(email, hash, ttlSeconds),
      use: async (email: string, hash: string, logIn: LogInSession = LOG_IN) => {
        const codeHash = await context.driver.tryLogInCode(email, [newHash(), hash]);
        return codeHash === null ? null : context.driver.logInWithToken("log-in-code", codeHash, logIn);
      },
    },
  };

  test("a token for a new password is created by email, for live users who are not banned", async () => {
    const create = (email: string, hash = newHash()) => context.driver.createPasswordResetToken(email, hash, 3600);
    const user = await context.createUser();
    const hashes = Array.from({ length: 6 }, newHash);
    for (const hash of hashes) await expect(create(user.email, hash)).resolves.toEqual(user);
    const keyOf = (tokenHash: string) =>
      ({ tokenType: "password-reset", purpose: null, userId: null, tokenHash }) as const;
    const live = await Promise.all(hashes.map((hash) => context.driver.getOneTimeToken(keyOf(hash))));
    expect(live.map((token) => token?.userId ?? null)).toEqual([null, ...Array(5).fill(user.id)]);
    await expect(create(`${randomUUID()}@example.com`)).resolves.toBeNull();
    await context.driver.updateUser(user.id, { bannedUntil: FUTURE }, null);
    await expect(create(user.email)).resolves.toBeNull();
    const deleted = await context.createUser();
    await context.driver.deleteUser(deleted.id);
    await expect(create(deleted.email)).resolves.toBeNull();
  });

  test("a token that is created by email is good for as long as it was asked for", async () => {
    const { id: userId, email } = await context.createUser();
    const creations = { "log-in": "createLogInToken", "password-reset": "createPasswordResetToken" } as const;
    for (const [tokenType, create] of Object.entries(creations) as [keyof typeof creations, "createLogInToken"][]) {
      const tokenHash = newHash();
      await context.driver[create](email, tokenHash, 3600);
      const found = await context.driver.getOneTimeToken({ tokenType, purpose: null, userId, tokenHash });
      // Half an hour for clocks that differ.
      expect(Math.abs((found?.expiresAt.getTime() ?? 0) - Date.now() - 3_600_000)).toBeLessThan(1_800_000);
    }
  });

  test("a code is good for as long as it was asked for", async () => {
    const [user, other] = [await confirmedUser(), await confirmedUser()];
    const [hash, lasting] = [newHash(), newHash()];
    await kinds.code.create(other.email, lasting, 3600);
    await kinds.code.create(user.email, hash, 1);
    // It expires after the code: once it has, by the driver's clock, so has the code.
    const later = newTokenKey(user.id);
    await context.driver.createOneTimeToken(newTokenWith(later, { ttlSeconds: 1 }));
    let live: unknown;
    do live = await context.driver.getOneTimeToken(later);
    while (live !== null);
    await expect(kinds.code.use(user.email, hash)).resolves.toBeNull();
    await expect(kinds.code.use(other.email, lasting)).resolves.not.toBeNull();
  });

  for (const [kind, { create, use }] of Object.entries(kinds)) {
    describe(`logging in with a ${kind}`, () => {
      test("returns the user and a session, records the sign-in, and works once", async () => {
        const user = await confirmedUser();
        const [kept, replaced] = [await createSession(user.id), await createSession(user.id)];
        const hash = newHash();
        await expect(create(user.email, hash)).resolves.toEqual(user);
        const session = { ...SESSION_TERMS, userAgent: "A", idleSeconds: 1800 };
        const uses = Array.from({ length: 4 }, () =>
          use(user.email, hash, { ...LOG_IN, session, replaceSessionId: replaced.id }),
        );
        const [loggedIn, ...more] = (await Promise.all(uses)).filter((answer) => answer !== null);
        expect(more).toEqual([]);
        expect(loggedIn).toMatchObject({ isFirstProof: false, replacedUserId: user.id });
        expect(loggedIn?.user).toEqual({ ...user, lastSignIn: expect.any(Date), updatedAt: expect.any(Date) });
        expect(loggedIn?.session).toMatchObject({ userId: user.id, userAgent: "A", idleSeconds: 1800 });
        const presented = { ip: null, userAgent: "A" };
        await expect(context.driver.getSession(loggedIn?.session.id as string, presented)).resolves.toMatchObject({
          id: loggedIn?.session.id,
        });
        await expect(context.driver.getSession(kept.id, UNBOUND)).resolves.toEqual(asRead(kept));
        await expect(context.driver.getSession(replaced.id, UNBOUND)).resolves.toBeNull();
        await expect(credentialsOf(context.driver, user.email)).resolves.toMatchObject({ passwordHash: PASSWORD_HASH });
      });

      test("the first proof of a mailbox removes the password, earlier sessions and tokens", async () => {
        const user = await context.createUser();
        const earlier = await createSession(user.id);
        const reset = newTokenKey(user.id);
        await context.driver.createOneTimeToken(newTokenWith(reset));
        const exemption = { scope: "here", budgetKey: newHash(), ttlSeconds: 3600 };
        await context.driver.grantLogInExemption(user.id, PASSWORD_HASH, exemption);
        const hash = newHash();
        await create(user.email, hash);
        const granted = { scope: "there", budgetKey: newHash(), ttlSeconds: 3600 };
        const loggedIn = await use(user.email, hash, { ...LOG_IN, exemption: granted });
        expect(loggedIn).toMatchObject({ isFirstProof: true, user: { emailConfirmedAt: expect.any(Date) } });
        await expect(context.backdoor.sessionIds(user.id)).resolves.toEqual([loggedIn?.session.id]);
        await expect(context.driver.getSession(earlier.id, UNBOUND)).resolves.toBeNull();
        await expect(context.driver.getOneTimeToken(reset)).resolves.toBeNull();
        const attempt = attemptWith({ knownScope: "here" });
        await expect(context.driver.getCredentialsByEmail(user.email, attempt)).resolves.toMatchObject({
          credentials: { passwordHash: null },
          known: null,
        });
        const there = attemptWith({ knownScope: "there" });
        await expect(context.driver.getCredentialsByEmail(user.email, there)).resolves.toMatchObject({
          known: { budgetKey: granted.budgetKey },
        });
      });

      test("an unknown email, and a deleted or banned user, get null; one that was created before admits nobody", async () => {
        const [deleted, banned, moved] = [await confirmedUser(), await confirmedUser(), await confirmedUser()];
        const hashes = new Map([deleted, banned, moved].map(({ email }) => [email, newHash()]));
        for (const [email, hash] of hashes) await create(email, hash);
        await context.driver.deleteUser(deleted.id);
        await context.driver.updateUser(banned.id, { bannedUntil: FUTURE }, null);
        const email = newEmail();
        await context.driver.updateUser(moved.id, { email }, null);
        for (const [of, hash] of hashes) await expect(use(of, hash)).resolves.toBeNull();
        await expect(use(email, hashes.get(moved.email) as string)).resolves.toBeNull();
        for (const of of [deleted.email, banned.email, moved.email, newEmail()]) {
          await expect(create(of, newHash())).resolves.toBeNull();
        }
        for (const { id } of [deleted, banned, moved]) {
          await expect(context.backdoor.sessionIds(id)).resolves.toEqual([]);
        }
      });

      test("an expired one, and another hash, admit nobody", async () => {
        const user = await confirmedUser();
        const hash = newHash();
        await create(user.email, hash);
        await expect(use(user.email, newHash())).resolves.toBeNull();
        await context.backdoor.expireTokens(user.id);
        await expect(use(user.email, hash)).resolves.toBeNull();
        const newer = newHash();
        await create(user.email, newer);
        await expect(use(user.email, newer)).resolves.not.toBeNull();
      });

      test("no session survives that is created while the user loses access", async () => {
        for (let round = 0; round < 20; round += 1) {
          const user = await confirmedUser();
          const hash = newHash();
          await create(user.email, hash);
          const end = [
            () => context.driver.deleteUser(user.id),
            () => context.driver.updateUser(user.id, { bannedUntil: FUTURE }, null),
            () => context.driver.updateUser(user.id, { passwordHash: null }, null),
          ][round % 3] as () => Promise<unknown>;
          const work = [() => use(user.email, hash), end];
          await Promise.all((round % 2 ? work : work.reverse()).map((start) => start()));
          await expect(context.backdoor.sessionIds(user.id)).resolves.toEqual([]);
        }
      });
    });
  }

  describe("how often they can be asked for and tried", () => {
    test("the last five tokens are usable; one code is, and a new one replaces it", async () => {
      const user = await confirmedUser();
      const tokens = Array.from({ length: 6 }, newHash);
      for (const token of tokens) await kinds.token.create(user.email, token);
      const key = { tokenType: "log-in", purpose: null, userId: null } as const;
      const live = tokens.map(
        async (tokenHash) => (await context.driver.getOneTimeToken({ ...key, tokenHash })) !== null,
      );
      expect(await Promise.all(live)).toEqual([false, true, true, true, true, true]);
      const [first, second] = [newHash(), newHash()];
      await kinds.code.create(user.email, first);
      await kinds.code.create(user.email, second);
      await expect(kinds.code.use(user.email, first)).resolves.toBeNull();
      await expect(kinds.code.use(user.email, second)).resolves.not.toBeNull();
    });

    test("a code can be tried five times, also concurrently, and is no token", async () => {
      const user = await confirmedUser();
      for (const attempts of [4, 5]) {
        const hash = newHash();
        await kinds.code.create(user.email, hash);
        await expect(kinds.token.use(user.email, hash)).resolves.toBeNull();
        const guesses = Array.from({ length: attempts }, () => kinds.code.use(user.email, newHash()));
        expect(new Set(await Promise.all(guesses))).toEqual(new Set([null]));
        const outcome = await kinds.code.use(user.email, hash);
        expect(outcome !== null).toBe(attempts < 5);
      }
    });

    test("another user's code admits nobody, and is not spent", async () => {
      const [user, other] = [await confirmedUser(), await confirmedUser()];
      const hash = newHash();
      await kinds.code.create(user.email, hash);
      for (let count = 0; count < 6; count += 1) {
        await expect(kinds.code.use(other.email, hash)).resolves.toBeNull();
      }
      await expect(kinds.code.use(user.email, hash)).resolves.not.toBeNull();
    });
  });

  describe("known devices", () => {
    const HOUR = 3600;
    const lookup = (email: string, device: LogInAttempt["device"]) =>
      context.driver.getCredentialsByEmail(email, attemptWith({ device }));
    const logIn = async (user: UserRecord) => {
      const verified = { userId: user.id, passwordHash: PASSWORD_HASH, newPasswordHash: null, exemption: null };
      const loggedIn = await context.driver.logIn({ ...LOG_IN, ...verified });
      if (loggedIn === null) throw new Error("not logged in");
      const { loggedInAt, deviceTokensValidFrom } = loggedIn;
      return { userId: user.id, issuedAt: loggedInAt, validFrom: deviceTokensValidFrom, budgetKey: newHash() };
    };

    test("a device is its user's, and has a budget of its own", async () => {
      const [user, other] = [await context.createUser(), await context.createUser()];
      const device = await logIn(user);
      expect(device.issuedAt).toMatch(/^\d+\.\d{6}$/);
      const { budgetKey } = device;
      await expect(lookup(user.email, device)).resolves.toMatchObject({ device: { budgetKey, spentSeconds: 0 } });
      await context.driver.spendLogInBudgets([{ key: budgetKey, restoreSeconds: HOUR }]);
      const spent = (await lookup(user.email, device)).device?.spentSeconds ?? 0;
      expect(Math.round(spent / 300) * 300).toBe(HOUR);
      await expect(lookup(other.email, device)).resolves.toMatchObject({ device: null });
      const { issuedAt } = device;
      await expect(lookup(user.email, { ...device, validFrom: issuedAt })).resolves.toMatchObject({ device: null });
      await expect(lookup(user.email, null)).resolves.toMatchObject({ device: null });
      await expect(lookup(newEmail(), device)).resolves.toMatchObject({ device: null, credentials: null });
    });

    test("a login returns whether its device is known, and makes the address known if it is not", async () => {
      const user = await context.createUser();
      const device = await logIn(user);
      const logInOn = async (presented: LogInSession["device"], ofUser = user, passwordHash = PASSWORD_HASH) => {
        const exemption = { scope: newHash(), budgetKey: newHash(), ttlSeconds: HOUR };
        const verified = { userId: ofUser.id, passwordHash, newPasswordHash: null, exemption };
        const { deviceIsKnown } = (await context.driver.logIn({ ...LOG_IN, ...verified, device: presented })) ?? {};
        const attempt = attemptWith({ knownScope: exemption.scope });
        const { known } = await context.driver.getCredentialsByEmail(ofUser.email, attempt);
        expect(known === null).toBe(deviceIsKnown);
        return deviceIsKnown;
      };
      const old = { ...device, issuedAt: (Date.now() / 1000 - 366 * 24 * HOUR).toFixed(6) };
      expect([await logInOn(device), await logInOn(null), await logInOn(old)]).toEqual([true, false, false]);
      expect(await logInOn({ ...device, validFrom: device.issuedAt })).toBe(false);
      expect(await logInOn(device, await context.createUser())).toBe(false);
      await context.driver.updateUser(user.id, { passwordHash: "new" }, null);
      expect(await logInOn(device, user, "new")).toBe(false);
    });

    test("one that was issued more than a year ago is not known", async () => {
      const user = await context.createUser();
      const device = await logIn(user);
      const days = (count: number) => (Date.now() / 1000 - count * 24 * HOUR).toFixed(6);
      const known = async (age: number) =>
        (await lookup(user.email, { ...device, issuedAt: days(age) })).device !== null;
      expect([await known(364), await known(366)]).toEqual([true, false]);
    });

    test("a new password, a reset, a ban and the first proof of the mailbox end those from before", async () => {
      const ends: readonly ((user: UserRecord) => Promise<unknown>)[] = [
        ({ id }) => context.driver.updateUser(id, { passwordHash: "new" }, null),
        ({ id }) => context.driver.updateUser(id, { bannedUntil: FUTURE }, null),
        async ({ id }) => {
          const key = newTokenKey(id);
          await context.driver.createOneTimeToken(newTokenWith(key));
          await context.driver.resetPassword(key, "new", []);
        },
        async ({ email }) => {
          const hash = newHash();
          await context.driver.createLogInToken(email, hash, 3600);
          await context.driver.logInWithToken("log-in", hash, LOG_IN);
        },
      ];
      for (const end of ends) {
        const user = await context.createUser();
        const device = await logIn(user);
        await end(user);
        await expect(lookup(user.email, device)).resolves.toMatchObject({ device: null });
      }
      const deleted = await context.createUser();
      const device = await logIn(deleted);
      await context.driver.deleteUser(deleted.id);
      await context.driver.restoreUser(deleted.id);
      await expect(lookup(deleted.email, device)).resolves.toMatchObject({ device: null });
    });

    test("a rehash of the same password, a ban that is over, and other changes end none", async () => {
      const user = await context.createUser();
      const device = await logIn(user);
      await context.driver.replacePasswordHash(user.id, PASSWORD_HASH, "newer");
      await context.driver.updateUser(
        user.id,
        { bannedUntil: new Date(0), role: "x", phoneNumber: randomUUID() },
        null,
      );
      await expect(lookup(user.email, device)).resolves.toMatchObject({ device: { spentSeconds: 0 } });
    });
  });
}

function attemptWith(overrides: Partial<LogInAttempt>): LogInAttempt {
  const attempt = { budgets: [], knownScope: null, anywhereScope: "anywhere", device: null, freshSeconds: 3600 };
  return { ...attempt, ...overrides };
}
