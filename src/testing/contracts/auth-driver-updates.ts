import { randomUUID } from "node:crypto";
import type { Session, UserRecord } from "../../auth/index.js";
import {
  type AuthContractContext,
  credentialsOf,
  newEmail,
  newTokenKey,
  newTokenWith,
  PASSWORD_HASH,
  SESSION_TERMS,
} from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");
const PAST = new Date("2001-02-03T04:05:06.789Z");
const END_OF_TIME = new Date(8.64e15);

export function updatesContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const update = (user: UserRecord, ...[changes, keepSessionId = null]: [object, (string | null)?]) =>
    context.driver.updateUser(user.id, changes, keepSessionId);

  /** A user with two sessions and a live token. */
  async function signedInUser(): Promise<{ user: UserRecord; sessions: [Session, Session] }> {
    const user = await context.createUser();
    const session = { ...SESSION_TERMS, userId: user.id };
    const sessions: [Session, Session] = [
      await context.driver.createSession(session, false),
      await context.driver.createSession(session, false),
    ];
    await context.driver.createOneTimeToken(newTokenWith(newTokenKey(user.id)));
    return { user, sessions };
  }

  describe("updating users", () => {
    test("given properties change, the others stay, and null clears", async () => {
      const user = await context.createUser({ role: "reader", phoneNumber: randomUUID() });
      const changes = {
        role: "editor",
        emailConfirmedAt: PAST,
        phoneNumberConfirmedAt: FUTURE,
        lastSignIn: PAST,
        bannedUntil: PAST,
      };
      const changed = { ...user, ...changes, updatedAt: expect.any(Date) };
      await expect(update(user, changes)).resolves.toEqual(changed);
      await expect(update(user, { appMetadata: '{"plan":1}' })).resolves.toEqual({
        ...changed,
        appMetadata: { plan: 1 },
      });
      await expect(update(user, { userMetadata: "[null]" })).resolves.toEqual({
        ...changed,
        appMetadata: { plan: 1 },
        userMetadata: [null],
      });
      const cleared = {
        role: null,
        emailConfirmedAt: null,
        phoneNumber: null,
        phoneNumberConfirmedAt: null,
        lastSignIn: null,
        bannedUntil: null,
      };
      await expect(update(user, cleared)).resolves.toMatchObject({ ...cleared, email: user.email });
    });

    test("updatedAt does not go back, createdAt stays", async () => {
      const user = await context.createUser();
      const changed = await update(user, { role: "editor" });
      expect(changed?.createdAt).toEqual(user.createdAt);
      expect(changed?.updatedAt.getTime()).toBeGreaterThanOrEqual(user.updatedAt.getTime());
    });

    test("the ends of Date's range round-trip", async () => {
      const user = await context.createUser();
      await expect(update(user, { bannedUntil: END_OF_TIME })).resolves.toMatchObject({ bannedUntil: END_OF_TIME });
      await expect(credentialsOf(context.driver, user.email)).resolves.toMatchObject({ banned: true });
      const beginning = new Date(-8.64e15);
      await expect(update(user, { bannedUntil: beginning })).resolves.toMatchObject({ bannedUntil: beginning });
      await expect(credentialsOf(context.driver, user.email)).resolves.toMatchObject({ banned: false });
    });

    test("returns null for a user that is unknown or deleted", async () => {
      const user = await context.createUser();
      await context.driver.deleteUser(user.id);
      for (const changes of [{ role: "editor" }, { passwordHash: "other" }, { email: newEmail() }]) {
        await expect(update(user, changes)).resolves.toBeNull();
        await expect(context.driver.updateUser(randomUUID(), changes, null)).resolves.toBeNull();
      }
      await expect(context.driver.deleteUser(user.id)).resolves.toBeNull();
      await expect(context.driver.deleteUser(randomUUID())).resolves.toBeNull();
    });

    test("a changed email or phone number is not confirmed, unless the update says so", async () => {
      const user = await context.createUser({ phoneNumber: randomUUID() });
      const confirmed = { emailConfirmedAt: PAST, phoneNumberConfirmedAt: PAST };
      await update(user, confirmed);
      await expect(update(user, { email: user.email, phoneNumber: user.phoneNumber })).resolves.toMatchObject(
        confirmed,
      );
      await expect(update(user, { email: newEmail() })).resolves.toMatchObject({
        emailConfirmedAt: null,
        phoneNumberConfirmedAt: PAST,
      });
      await expect(update(user, { phoneNumber: randomUUID() })).resolves.toMatchObject({
        phoneNumberConfirmedAt: null,
      });
      const again = { email: newEmail(), phoneNumber: randomUUID(), ...confirmed };
      await expect(update(user, again)).resolves.toMatchObject(again);
    });

    test("another user's email or phone number is refused, and nothing is updated", async () => {
      const other = await context.createUser({ phoneNumber: randomUUID() });
      const { user, sessions } = await signedInUser();
      await expect(update(user, { email: other.email, passwordHash: "new", role: "x" })).rejects.toMatchObject({
        code: "EMAIL_TAKEN",
      });
      await expect(update(user, { phoneNumber: other.phoneNumber })).rejects.toMatchObject({
        code: "PHONE_NUMBER_TAKEN",
      });
      await expect(credentialsOf(context.driver, user.email)).resolves.toEqual({
        userId: user.id,
        passwordHash: PASSWORD_HASH,
        banned: false,
      });
      await expect(context.backdoor.sessionIds(user.id)).resolves.toHaveLength(sessions.length);
      await expect(context.backdoor.liveTokenCount(user.id)).resolves.toBe(1);
    });

    test("given a version of the user's access, nothing is changed once it is another one", async () => {
      const { user, sessions } = await signedInUser();
      const changes = { role: "late", passwordHash: "late", email: newEmail() };
      const versions: string[] = [];
      const access = async () => {
        const found = await context.driver.getUserAccess(user.id);
        versions.push(found?.version ?? "");
        return found;
      };
      expect(await access()).toEqual({ email: user.email, version: expect.any(String) });
      for (const change of [{ passwordHash: "new" }, { email: newEmail() }, { bannedUntil: FUTURE }]) {
        await update(user, { ...change, bannedUntil: null, ...change });
        await access();
      }
      await context.driver.deleteUser(user.id);
      expect(await context.driver.getUserAccess(user.id)).toBeNull();
      await expect(context.driver.updateUser(user.id, changes, null, versions[0])).resolves.toBeNull();
      await context.driver.restoreUser(user.id);
      await update(user, { bannedUntil: null });
      await access();
      expect(new Set(versions).size).toBe(versions.length);
      const current = versions.pop() as string;
      const before = await context.driver.getUserById(user.id);
      for (const version of versions) {
        for (const change of [changes, { passwordHash: null }, { email: newEmail() }, { role: "late" }]) {
          const late = context.driver.updateUser(user.id, change, null, version);
          await expect(late).rejects.toMatchObject({ code: "CHANGED_CONCURRENTLY" });
        }
      }
      expect(await context.driver.getUserById(user.id)).toEqual(before);
      // A login, a confirmation and other properties leave the version as it is.
      await update(user, { role: "editor", emailConfirmedAt: PAST, lastSignIn: PAST, phoneNumber: randomUUID() });
      const changed = await context.driver.updateUser(user.id, changes, null, current);
      expect(changed).toMatchObject({ role: "late", email: changes.email });
      expect(sessions).toHaveLength(2);
    });

    test("of ten concurrent changes with one version, one is made, in 20 rounds", async () => {
      for (let round = 0; round < 20; round += 1) {
        const user = await context.createUser();
        const version = (await context.driver.getUserAccess(user.id))?.version ?? "";
        const outcomes = await Promise.allSettled(
          Array.from({ length: 10 }, (_, index) => {
            const change = index % 2 ? { passwordHash: `hash ${index}` } : { email: newEmail() };
            return context.driver.updateUser(user.id, change, null, version);
          }),
        );
        const refused = outcomes.filter((outcome) => outcome.status === "rejected");
        expect(refused.map(({ reason }) => reason.code)).toEqual(Array(9).fill("CHANGED_CONCURRENTLY"));
      }
    });

    test("a hash is replaced only while it is the user's", async () => {
      const user = await context.createUser();
      await context.driver.replacePasswordHash(user.id, "not the user's", "wrong");
      await expect(credentialsOf(context.driver, user.email)).resolves.toMatchObject({
        passwordHash: PASSWORD_HASH,
      });
      await context.driver.replacePasswordHash(user.id, PASSWORD_HASH, "newer");
      await expect(credentialsOf(context.driver, user.email)).resolves.toMatchObject({ passwordHash: "newer" });
      await context.driver.replacePasswordHash(randomUUID(), PASSWORD_HASH, "nobody's");
    });

    test("a user is found by a verified hash only while it is the user's, and the user neither banned nor deleted", async () => {
      const user = await context.createUser();
      const find = (...hashes: string[]) => context.driver.getUserByPasswordHash(user.id, hashes);
      await expect(find(PASSWORD_HASH)).resolves.toEqual(user);
      await expect(find("another", PASSWORD_HASH)).resolves.toEqual(user);
      await expect(find("another")).resolves.toBeNull();
      await expect(context.driver.getUserByPasswordHash(randomUUID(), [PASSWORD_HASH])).resolves.toBeNull();
      await context.driver.updateUser(user.id, { bannedUntil: new Date("9999-01-01T00:00:00Z") }, null);
      await expect(find(PASSWORD_HASH)).resolves.toBeNull();
      await context.driver.updateUser(user.id, { bannedUntil: new Date("2000-01-01T00:00:00Z") }, null);
      await expect(find(PASSWORD_HASH)).resolves.toMatchObject({ id: user.id });
      await context.driver.deleteUser(user.id);
      await expect(find(PASSWORD_HASH)).resolves.toBeNull();
    });
  });

  describe("ending a user's access", () => {
    const left = async (userId: string) => ({
      sessions: (await context.backdoor.sessionIds(userId)).sort(),
      tokens: await context.backdoor.liveTokenCount(userId),
    });

    test("deleting a user ends sessions and voids tokens", async () => {
      const { user } = await signedInUser();
      const deleted = await context.driver.deleteUser(user.id);
      expect(deleted).toEqual({ ...user, deletedAt: expect.any(Date), updatedAt: expect.any(Date) });
      await expect(left(user.id)).resolves.toEqual({ sessions: [], tokens: 0 });
    });

    test("a new password, or null, ends sessions and voids tokens", async () => {
      for (const passwordHash of ["new", null]) {
        const { user } = await signedInUser();
        await update(user, { passwordHash });
        await expect(left(user.id)).resolves.toEqual({ sessions: [], tokens: 0 });
      }
    });

    test("a new password keeps the session to keep", async () => {
      const { user, sessions } = await signedInUser();
      await update(user, { passwordHash: "new" }, sessions[0].id);
      await expect(left(user.id)).resolves.toEqual({ sessions: [sessions[0].id], tokens: 0 });
    });

    test("a new email voids tokens and keeps sessions", async () => {
      const { user, sessions } = await signedInUser();
      await update(user, { email: newEmail() });
      await expect(left(user.id)).resolves.toEqual({ sessions: sessions.map(({ id }) => id).sort(), tokens: 0 });
    });

    test("a ban ends sessions and voids tokens; one that is over, or lifted, does nothing", async () => {
      const { user, sessions } = await signedInUser();
      const untouched = { sessions: sessions.map(({ id }) => id).sort(), tokens: 1 };
      await update(user, { bannedUntil: PAST });
      await expect(left(user.id)).resolves.toEqual(untouched);
      await update(user, { bannedUntil: null });
      await expect(left(user.id)).resolves.toEqual(untouched);
      await update(user, { bannedUntil: FUTURE }, sessions[0].id);
      await expect(left(user.id)).resolves.toEqual({ sessions: [], tokens: 0 });
    });

    test("other updates keep sessions and tokens", async () => {
      const { user, sessions } = await signedInUser();
      await update(user, {
        role: "x",
        phoneNumber: randomUUID(),
        lastSignIn: PAST,
        userMetadata: "1",
        appMetadata: "1",
      });
      await expect(left(user.id)).resolves.toEqual({ sessions: sessions.map(({ id }) => id).sort(), tokens: 1 });
    });

    test("other users' sessions and tokens are not affected", async () => {
      const [bystander, { user }] = [await signedInUser(), await signedInUser()];
      await context.driver.deleteUser(user.id);
      await expect(left(bystander.user.id)).resolves.toEqual({
        sessions: bystander.sessions.map(({ id }) => id).sort(),
        tokens: 1,
      });
    });
  });
}
