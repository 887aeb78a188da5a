import { randomUUID } from "node:crypto";
import type { IdentityLogIn, UserRecord } from "../../auth/index.js";
import { type AuthContractContext, newEmail, SESSION_TERMS } from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");

export function identitiesContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const { asRead } = context;
  const newIdentity = (email: string | null = newEmail()) => ({
    issuer: "https://issuer.example",
    subject: randomUUID(),
    email,
  });
  const logIn = (identity: IdentityLogIn["identity"], overrides: Partial<IdentityLogIn> = {}) =>
    context.driver.logInWithIdentity({
      session: SESSION_TERMS,
      replaceSessionId: null,
      device: null,
      exemption: null,
      identity,
      emailVerified: true,
      userMetadata: "{}",
      ...overrides,
    });
  const confirm = ({ id }: UserRecord) => context.driver.updateUser(id, { emailConfirmedAt: new Date() }, null);

  /** The user that a login with a new identity creates. */
  async function newUserOf(identity: IdentityLogIn["identity"]): Promise<UserRecord> {
    const result = await logIn(identity);
    if (result.outcome !== "created") throw new Error(`the login was ${result.outcome}`);
    return result.loggedIn.user;
  }

  describe("logging in with an identity", () => {
    test("grants the given exemption, to a user who is created and to one who exists", async () => {
      const identity = newIdentity();
      for (const scope of ["here", "there"]) {
        const exemption = { scope, budgetKey: randomUUID(), ttlSeconds: 3600 };
        await logIn(identity, { exemption });
        const attempt = { budgets: [], knownScope: scope, anywhereScope: "anywhere", device: null, freshSeconds: 60 };
        await expect(context.driver.getCredentialsByEmail(identity.email as string, attempt)).resolves.toMatchObject({
          known: { budgetKey: exemption.budgetKey },
        });
      }
    });

    test("creates a user, and logs the same one in from then on", async () => {
      for (const emailVerified of [true, false]) {
        const identity = newIdentity();
        const created = await logIn(identity, { emailVerified, userMetadata: '{"name":"Susan"}' });
        if (created.outcome !== "created") throw new Error(`the login was ${created.outcome}`);
        const { user, session } = created.loggedIn;
        expect(user).toMatchObject({
          email: identity.email,
          emailConfirmedAt: emailVerified ? expect.any(Date) : null,
          userMetadata: { name: "Susan" },
          lastSignIn: expect.any(Date),
        });
        await expect(context.driver.getUserById(user.id)).resolves.toEqual(user);
        await expect(context.driver.getSession(session.id, { ip: null, userAgent: null })).resolves.toEqual(
          asRead(session),
        );
        const again = await logIn({ ...identity, email: null }, { replaceSessionId: session.id, userMetadata: "1" });
        expect(again).toMatchObject({
          outcome: "logged-in",
          loggedIn: { user: { id: user.id, userMetadata: { name: "Susan" } }, replacedUserId: user.id },
        });
        await expect(context.driver.listIdentities(user.id)).resolves.toEqual([
          { ...identity, createdAt: expect.any(Date), lastUsedAt: expect.any(Date) },
        ]);
      }
    });

    test("links the user with its email only if both have proved the mailbox", async () => {
      for (const [isConfirmed, emailVerified] of [
        [false, false],
        [true, false],
        [false, true],
      ] as const) {
        const user = await context.createUser();
        if (isConfirmed) await confirm(user);
        const result = await logIn(newIdentity(user.email), { emailVerified });
        expect(result).toEqual({ outcome: "link-required", userId: user.id });
        await expect(context.driver.listIdentities(user.id)).resolves.toEqual([]);
        await expect(context.backdoor.sessionIds(user.id)).resolves.toEqual([]);
      }
      const user = await context.createUser();
      await confirm(user);
      const identity = newIdentity(user.email);
      await expect(logIn(identity)).resolves.toMatchObject({
        outcome: "logged-in",
        loggedIn: { user: { id: user.id } },
      });
      await expect(context.driver.listIdentities(user.id)).resolves.toMatchObject([identity]);
    });

    test("is refused for a banned user, also one whom the email leads to", async () => {
      const identity = newIdentity();
      const { id } = await newUserOf(identity);
      await context.driver.updateUser(id, { bannedUntil: FUTURE }, null);
      await expect(logIn(identity)).rejects.toMatchObject({ code: "USER_BANNED" });
      await expect(logIn(newIdentity(identity.email))).rejects.toMatchObject({ code: "USER_BANNED" });
      await expect(context.driver.listIdentities(id)).resolves.toHaveLength(1);
      await expect(context.backdoor.sessionIds(id)).resolves.toEqual([]);
    });

    test("without an email there is no user to create", async () => {
      await expect(logIn(newIdentity(null))).rejects.toMatchObject({ code: "INVALID_INPUT", field: "email" });
    });

    test("that of a deleted user is a new user's", async () => {
      const identity = newIdentity();
      const { id } = await newUserOf(identity);
      await context.driver.deleteUser(id);
      const { id: heirId } = await newUserOf(identity);
      expect(heirId).not.toBe(id);
      await expect(context.driver.listIdentities(heirId)).resolves.toMatchObject([identity]);
    });

    test("of ten concurrent first logins one creates the user, in 20 rounds", async () => {
      for (let round = 0; round < 20; round += 1) {
        const identity = newIdentity();
        const results = await Promise.all(Array.from({ length: 10 }, () => logIn(identity)));
        expect(results.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
        expect(results.filter(({ outcome }) => outcome === "logged-in")).toHaveLength(9);
        const { id } = (await context.driver.getUserByEmail(identity.email as string)) as UserRecord;
        await expect(context.backdoor.sessionIds(id)).resolves.toHaveLength(10);
      }
    });

    test("of a first login and a sign-up with its email, one creates the user, in 20 rounds", async () => {
      for (let round = 0; round < 20; round += 1) {
        const identity = newIdentity();
        const work = [() => logIn(identity), () => context.createUser({ email: identity.email as string })];
        const outcomes = await Promise.allSettled((round % 2 ? work : work.reverse()).map((start) => start()));
        const [loggedIn, signedUp] = round % 2 ? outcomes : outcomes.reverse();
        const isCreated = signedUp?.status === "rejected";
        if (isCreated) expect(signedUp.reason).toMatchObject({ code: "EMAIL_TAKEN" });
        expect(loggedIn).toMatchObject({ value: { outcome: isCreated ? "created" : "link-required" } });
      }
    });
  });

  describe("linking identities", () => {
    test("a user has any number of them, oldest first; linking one again is idempotent", async () => {
      const { id } = await context.createUser();
      const identities = [newIdentity(), newIdentity(null), { ...newIdentity(), issuer: "https://other.example" }];
      for (const identity of [...identities, ...identities]) {
        const linked = await context.driver.linkIdentity(id, identity);
        expect(linked).toEqual({ ...identity, createdAt: expect.any(Date), lastUsedAt: null });
      }
      const listed = await context.driver.listIdentities(id);
      expect(listed.map(({ subject }) => subject)).toEqual(identities.map(({ subject }) => subject));
      await expect(logIn(identities[1] as IdentityLogIn["identity"])).resolves.toMatchObject({
        outcome: "logged-in",
        loggedIn: { user: { id } },
      });
    });

    test("is refused for another user's, and for a user that is deleted or unknown", async () => {
      const identity = newIdentity();
      const [user, other] = [await context.createUser(), await context.createUser()];
      await context.driver.linkIdentity(user.id, identity);
      await expect(context.driver.linkIdentity(other.id, identity)).rejects.toMatchObject({ code: "IDENTITY_TAKEN" });
      await context.driver.deleteUser(user.id);
      for (const id of [user.id, randomUUID()]) {
        await expect(context.driver.linkIdentity(id, identity)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
      }
      await expect(context.driver.linkIdentity(other.id, identity)).resolves.toMatchObject(identity);
    });

    test("of two users who link one identity concurrently, one gets it, in 20 rounds", async () => {
      for (let round = 0; round < 20; round += 1) {
        const identity = newIdentity();
        const users = [await context.createUser(), await context.createUser()];
        const outcomes = await Promise.allSettled(users.map(({ id }) => context.driver.linkIdentity(id, identity)));
        const refusals = outcomes.filter((outcome) => outcome.status === "rejected");
        expect(refusals).toMatchObject([{ reason: { code: "IDENTITY_TAKEN" } }]);
      }
    });
  });

  describe("unlinking identities", () => {
    test("removes one of a user's; the last one stays where the user has no other login method", async () => {
      const identity = newIdentity();
      const { id } = await newUserOf(identity);
      const second = newIdentity();
      await context.driver.linkIdentity(id, second);
      await context.driver.unlinkIdentity(id, identity);
      await expect(context.driver.unlinkIdentity(id, second)).rejects.toMatchObject({ code: "LAST_LOGIN_METHOD" });
      await expect(context.driver.listIdentities(id)).resolves.toMatchObject([second]);
      await context.driver.updateUser(id, { passwordHash: "a hash" }, null);
      await context.driver.unlinkIdentity(id, second);
      await expect(context.driver.listIdentities(id)).resolves.toEqual([]);
    });

    test("the last one of a deleted user stays too, since the user may be restored, in 20 rounds", async () => {
      for (let round = 0; round < 20; round += 1) {
        const identities = [newIdentity(), newIdentity()] as const;
        const { id } = await newUserOf(identities[0]);
        await context.driver.linkIdentity(id, identities[1]);
        await context.driver.deleteUser(id);
        const work = identities.map((identity) => context.driver.unlinkIdentity(id, identity));
        const refusals = (await Promise.allSettled(work)).filter((outcome) => outcome.status === "rejected");
        expect(refusals).toMatchObject([{ reason: { code: "LAST_LOGIN_METHOD" } }]);
        await context.driver.restoreUser(id);
        await expect(context.driver.listIdentities(id)).resolves.toHaveLength(1);
      }
    });

    test("leaves another user's, and ignores an unknown one", async () => {
      const [user, other] = [await context.createUser(), await context.createUser()];
      const identity = newIdentity();
      await context.driver.linkIdentity(user.id, identity);
      await context.driver.unlinkIdentity(other.id, identity);
      await context.driver.unlinkIdentity(randomUUID(), identity);
      await context.driver.unlinkIdentity(user.id, newIdentity());
      await expect(context.driver.listIdentities(user.id)).resolves.toMatchObject([identity]);
    });

    test("of two identities that are unlinked concurrently, one stays, in 20 rounds", async () => {
      for (let round = 0; round < 20; round += 1) {
        const [one, other] = [newIdentity(), newIdentity()];
        const { id } = await newUserOf(one);
        await context.driver.linkIdentity(id, other);
        const work = [one, other].map((identity) => context.driver.unlinkIdentity(id, identity));
        const refusals = (await Promise.allSettled(work)).filter((outcome) => outcome.status === "rejected");
        expect(refusals).toMatchObject([{ reason: { code: "LAST_LOGIN_METHOD" } }]);
        await expect(context.driver.listIdentities(id)).resolves.toHaveLength(1);
      }
    });
  });
}
