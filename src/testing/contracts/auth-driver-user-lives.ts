import { randomUUID } from "node:crypto";
import type { ImportedUser, UserPage, UserRecord, UserState } from "../../auth/index.js";
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
const PAST = new Date("2001-02-03T04:05:06.789Z");

export function userLivesContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const emailsOf = (users: readonly UserRecord[]) => users.map(({ email }) => email);

  describe("restoring users", () => {
    test("a deleted user is live again, without the access from before", async () => {
      const user = await context.createUser({ phoneNumber: randomUUID(), role: "editor" });
      await context.driver.createSession({ ...SESSION_TERMS, userId: user.id }, false);
      await context.driver.deleteUser(user.id);
      const restored = await context.driver.restoreUser(user.id);
      expect(restored).toEqual({ ...user, updatedAt: expect.any(Date) });
      await expect(context.driver.getUserByEmail(user.email)).resolves.toEqual(restored);
      await expect(context.backdoor.sessionIds(user.id)).resolves.toEqual([]);
      await expect(credentialsOf(context.driver, user.email)).resolves.toMatchObject({ passwordHash: PASSWORD_HASH });
    });

    test("a live user stays as it is; returns null for an unknown one", async () => {
      const user = await context.createUser();
      await expect(context.driver.restoreUser(user.id)).resolves.toMatchObject({ id: user.id, deletedAt: null });
      await expect(context.driver.restoreUser(randomUUID())).resolves.toBeNull();
    });

    test("is refused while another user has the email or the phone number", async () => {
      const user = await context.createUser({ phoneNumber: randomUUID() });
      await context.driver.deleteUser(user.id);
      const heir = await context.createUser({ email: user.email });
      await expect(context.driver.restoreUser(user.id)).rejects.toMatchObject({ code: "EMAIL_TAKEN" });
      await context.driver.deleteUser(heir.id);
      const other = await context.createUser({ phoneNumber: user.phoneNumber });
      await expect(context.driver.restoreUser(user.id)).rejects.toMatchObject({ code: "PHONE_NUMBER_TAKEN" });
      await expect(context.driver.getUserById(user.id)).resolves.toBeNull();
      await context.driver.deleteUser(other.id);
      await expect(context.driver.restoreUser(user.id)).resolves.toMatchObject({ id: user.id });
    });

    test("of a restoration and a sign-up with its email that run concurrently, one succeeds, in 20 rounds", async () => {
      for (let round = 0; round < 20; round += 1) {
        const { id, email } = await context.createUser();
        await context.driver.deleteUser(id);
        const work = [() => context.driver.restoreUser(id), () => context.createUser({ email })];
        const outcomes = await Promise.allSettled((round % 2 ? work : work.reverse()).map((start) => start()));
        const refusals = outcomes.filter((outcome) => outcome.status === "rejected");
        expect(refusals).toMatchObject([{ reason: { code: "EMAIL_TAKEN" } }]);
      }
    });
  });

  describe("erasing users", () => {
    test("removes a live or deleted user and everything that hangs on it, for good", async () => {
      for (const isDeleted of [false, true]) {
        const user = await context.createUser();
        const identity = { issuer: "https://issuer.example", subject: randomUUID() };
        await context.driver.createSession({ ...SESSION_TERMS, userId: user.id }, false);
        await context.driver.createOneTimeToken(newTokenWith(newTokenKey(user.id)));
        await context.driver.linkIdentity(user.id, { ...identity, email: null });
        const keyHash = newHash();
        const key = { userId: user.id, name: "k", start: "pk_", scopes: [], ttlSeconds: null, keyHash };
        await context.driver.createApiKey(key);
        if (isDeleted) await context.driver.deleteUser(user.id);
        await expect(context.driver.eraseUser(user.id)).resolves.toBe(true);
        await expect(context.driver.eraseUser(user.id)).resolves.toBe(false);
        await expect(context.driver.restoreUser(user.id)).resolves.toBeNull();
        await expect(context.backdoor.sessionIds(user.id)).resolves.toEqual([]);
        await expect(context.backdoor.liveTokenCount(user.id)).resolves.toBe(0);
        await expect(context.driver.listIdentities(user.id)).resolves.toEqual([]);
        await expect(context.driver.listApiKeys(user.id)).resolves.toEqual([]);
        await expect(context.driver.getApiKeyWithUser(keyHash)).resolves.toBeNull();
        const { id: heirId } = await context.createUser({ email: user.email });
        await expect(context.driver.linkIdentity(heirId, { ...identity, email: null })).resolves.toMatchObject(
          identity,
        );
      }
    });
  });

  describe("importing users", () => {
    const imported = (overrides: Partial<ImportedUser> = {}): ImportedUser => ({
      id: null,
      email: newEmail(),
      role: null,
      phoneNumber: null,
      passwordHash: null,
      userMetadata: "{}",
      emailConfirmedAt: null,
      createdAt: null,
      ...overrides,
    });

    test("a user keeps the given values, and the defaults are those of a new user", async () => {
      const full = imported({
        id: randomUUID(),
        role: "editor",
        phoneNumber: randomUUID(),
        passwordHash: "$2b$10$abc",
        userMetadata: '{"quoted":"it\'s \\\\ \\"ü\\"","list":[null]}',
        emailConfirmedAt: PAST,
        createdAt: new Date("0044-03-15T12:00:00.001Z"),
      });
      const plain = imported();
      await expect(context.driver.importUsers([full, plain])).resolves.toEqual([null, null]);
      const { passwordHash, userMetadata, ...values } = full;
      await expect(context.driver.getUserByEmail(full.email)).resolves.toMatchObject({
        ...values,
        userMetadata: JSON.parse(userMetadata),
        appMetadata: {},
        deletedAt: null,
        lastSignIn: null,
        bannedUntil: null,
      });
      await expect(credentialsOf(context.driver, full.email)).resolves.toMatchObject({ passwordHash });
      const found = await context.driver.getUserByEmail(plain.email);
      expect(found).toMatchObject({ emailConfirmedAt: null, role: null, phoneNumber: null });
      expect(Math.abs((found?.createdAt.getTime() ?? 0) - Date.now())).toBeLessThan(1_800_000);
    });

    test("metadata that is null is imported", async () => {
      const user = imported({ userMetadata: "null" });
      await expect(context.driver.importUsers([user])).resolves.toEqual([null]);
      await expect(context.driver.getUserByEmail(user.email)).resolves.toMatchObject({ userMetadata: null });
    });

    test("those that are refused are told apart, and the others are imported", async () => {
      const live = await context.createUser({ phoneNumber: randomUUID() });
      const deleted = await context.createUser();
      await context.driver.deleteUser(deleted.id);
      const twice = newEmail();
      const users = [
        imported(),
        imported({ email: live.email }),
        imported({ phoneNumber: live.phoneNumber }),
        imported({ id: live.id }),
        imported({ email: twice }),
        imported({ email: twice }),
        imported({ email: deleted.email }),
      ];
      const refusals = [null, "EMAIL_TAKEN", "PHONE_NUMBER_TAKEN", "CONSTRAINT_VIOLATED", null, "EMAIL_TAKEN", null];
      await expect(context.driver.importUsers(users)).resolves.toEqual(refusals);
      await expect(context.driver.getUserById(live.id)).resolves.toEqual(live);
      await expect(context.driver.importUsers([])).resolves.toEqual([]);
    });

    test("of two imported users with one id, one is imported", async () => {
      const id = randomUUID();
      const users = [imported({ id }), imported({ id })];
      await expect(context.driver.importUsers(users)).resolves.toEqual([null, "CONSTRAINT_VIOLATED"]);
      await expect(context.driver.getUserById(id)).resolves.toMatchObject({ email: users[0]?.email });
    });
  });

  describe("selecting users", () => {
    const all: UserPage = { limit: 10_000, offset: 0, after: null, state: "live", role: null };

    /** A user in each state, under one domain. */
    async function usersInEachState() {
      const tag = randomUUID();
      const [live, banned, formerly, deleted, both] = [
        await context.createUser({ email: `live@${tag}`, role: "editor" }),
        await context.createUser({ email: `banned@${tag}` }),
        await context.createUser({ email: `formerly@${tag}` }),
        await context.createUser({ email: `deleted@${tag}`, role: "editor" }),
        await context.createUser({ email: `both@${tag}` }),
      ];
      for (const { id } of [banned, both]) await context.driver.updateUser(id, { bannedUntil: FUTURE }, null);
      await context.driver.updateUser(formerly.id, { bannedUntil: PAST }, null);
      for (const { id } of [deleted, both]) await context.driver.deleteUser(id);
      return { tag, patterns: { email: [`%@${tag}`] }, live };
    }

    test("by their state, with and without patterns, and counts as many as it lists", async () => {
      const { tag, patterns, live } = await usersInEachState();
      const expected: Readonly<Record<UserState, readonly string[]>> = {
        live: ["live", "banned", "formerly"],
        banned: ["banned"],
        deleted: ["deleted", "both"],
        any: ["live", "banned", "formerly", "deleted", "both"],
      };
      for (const [state, names] of Object.entries(expected)) {
        const selection = { state: state as UserState, role: null };
        const emails = names.map((name) => `${name}@${tag}`);
        const found = await context.driver.listUsers({ ...all, ...selection, patterns });
        expect(emailsOf(found)).toEqual(emails);
        await expect(context.driver.countUsers({ ...selection, patterns })).resolves.toBe(emails.length);
        const unfiltered = await context.driver.listUsers({ ...all, ...selection });
        expect(emailsOf(unfiltered).filter((email) => email.endsWith(tag))).toEqual(emails);
        await expect(context.driver.countUsers(selection)).resolves.toBe(unfiltered.length);
      }
      const deletion = { ...all, state: "deleted" as const, role: "editor", patterns };
      expect(emailsOf(await context.driver.listUsers(deletion))).toEqual([`deleted@${tag}`]);
      const editors = { ...all, role: "editor", patterns };
      await expect(context.driver.listUsers(editors)).resolves.toEqual([live]);
      await expect(context.driver.countUsers({ state: "any", role: "editor", patterns })).resolves.toBe(2);
    });

    test("by an id that they come after, page by page", async () => {
      const tag = randomUUID();
      const users: UserRecord[] = [];
      for (let index = 0; index < 5; index += 1) users.push(await context.createUser({ email: `${index}@${tag}` }));
      const patterns = { email: [`%@${tag}`] };
      const paged: UserRecord[] = [];
      for (let after: string | null = null; ; after = paged.at(-1)?.id ?? null) {
        const page: UserRecord[] = await context.driver.listUsers({ ...all, limit: 2, after, patterns });
        if (page.length === 0) break;
        paged.push(...page);
      }
      expect(paged).toEqual(users);
      const after = users[2]?.id ?? null;
      await expect(context.driver.listUsers({ ...all, after, offset: 1, patterns })).resolves.toEqual(users.slice(4));
      const unfiltered = await context.driver.listUsers({ ...all, after });
      expect(unfiltered.slice(0, 2)).toEqual(users.slice(3));
    });

    test("by patterns that begin with literal text, in any script", async () => {
      const tag = randomUUID();
      const users = [];
      for (const name of ["lucy", "lucy2", "ludwig", "LU", "zoë", "\u{1d538}x", "\ud7ffx", "l%y", "\u{10ffff}x"]) {
        users.push(await context.createUser({ email: `${name}.${tag}@example.com` }));
      }
      const list = async (pattern: string) => {
        const found = await context.driver.listUsers({ ...all, patterns: { email: [pattern] } });
        return found.filter(({ email }) => email.includes(tag)).map(({ email }) => email.split(".")[0]);
      };
      expect(await list("lucy%")).toEqual(["lucy", "lucy2"]);
      expect(await list(`lucy_.${tag}%`)).toEqual(["lucy2"]);
      expect(await list("lu%")).toEqual(["lucy", "lucy2", "ludwig"]);
      expect(await list("zoë%")).toEqual(["zoë"]);
      expect(await list("\u{1d538}%")).toEqual(["\u{1d538}x"]);
      expect(await list("\ud7ff%")).toEqual(["\ud7ffx"]);
      expect(await list("\u{10ffff}%")).toEqual(["\u{10ffff}x"]);
      expect(await list("l\\%y%")).toEqual(["l%y"]);
    });
  });
}
