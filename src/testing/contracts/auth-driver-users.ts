import { randomUUID } from "node:crypto";
import type { UserPage, UserRecord } from "../../auth/index.js";
import { type AuthContractContext, credentialsOf, newEmail, PASSWORD_HASH } from "./auth-driver-context.js";

export function usersContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  describe("creating users", () => {
    test("a new user has the given values, nothing else, and no hash", async () => {
      const email = newEmail();
      const phoneNumber = randomUUID();
      const user = await context.createUser({
        email,
        role: "editor",
        phoneNumber,
        userMetadata: '{"name":"Susan","tags":[1,null,true]}',
      });
      expect(user).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        createdAt: expect.any(Date),
        updatedAt: expect.any(Date),
        deletedAt: null,
        role: "editor",
        email,
        emailConfirmedAt: null,
        phoneNumber,
        phoneNumberConfirmedAt: null,
        lastSignIn: null,
        appMetadata: {},
        userMetadata: { name: "Susan", tags: [1, null, true] },
        bannedUntil: null,
      });
      await expect(context.driver.getUserById(user.id)).resolves.toEqual(user);
    });

    test("an email and a phone number have one live user", async () => {
      const user = await context.createUser({ phoneNumber: randomUUID() });
      await expect(context.createUser({ email: user.email })).rejects.toMatchObject({ code: "EMAIL_TAKEN" });
      await expect(context.createUser({ phoneNumber: user.phoneNumber })).rejects.toMatchObject({
        code: "PHONE_NUMBER_TAKEN",
      });
      await context.driver.deleteUser(user.id);
      const heir = await context.createUser({ email: user.email, phoneNumber: user.phoneNumber });
      await expect(context.driver.getUserByEmail(user.email)).resolves.toEqual(heir);
    });

    test("of 20 concurrent sign-ups with one email, one succeeds", async () => {
      const email = newEmail();
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => context.createUser({ email })));
      const refusals = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(refusals).toHaveLength(19);
      for (const { reason } of refusals) expect(reason).toMatchObject({ code: "EMAIL_TAKEN" });
    });
  });

  describe("looking users up", () => {
    test("finds users by id, email and phone number, and returns null for unknown ones", async () => {
      const user = await context.createUser({ phoneNumber: randomUUID() });
      await expect(context.driver.getUserById(user.id)).resolves.toEqual(user);
      await expect(context.driver.getUserByEmail(user.email)).resolves.toEqual(user);
      await expect(context.driver.getUserByPhoneNumber(user.phoneNumber as string)).resolves.toEqual(user);
      await expect(context.driver.getUserById(randomUUID())).resolves.toBeNull();
      await expect(context.driver.getUserByEmail(newEmail())).resolves.toBeNull();
      await expect(context.driver.getUserByPhoneNumber(randomUUID())).resolves.toBeNull();
      await expect(credentialsOf(context.driver, newEmail())).resolves.toBeNull();
    });

    test("concurrent lookups find the same users as sequential ones, and return separate objects", async () => {
      const users: UserRecord[] = [];
      for (let index = 0; index < 20; index += 1) {
        users.push(await context.createUser({ email: `"q'\\{},${newEmail()}`, userMetadata: `[${index}]` }));
      }
      const [gone] = users;
      await context.driver.deleteUser(gone?.id as string);
      const expected = users.map((user) => (user === gone ? null : user));
      const { driver } = context;
      for (const lookup of [
        () => users.map(({ id }) => driver.getUserById(id)),
        () => users.map(({ email }) => driver.getUserByEmail(email)),
      ]) {
        const [found, again] = await Promise.all([Promise.all(lookup()), Promise.all(lookup().reverse())]);
        expect(found).toEqual(expected);
        expect(again).toEqual([...expected].reverse());
        expect(again[0]).not.toBe(found.at(-1));
      }
      const absent = Array.from({ length: 20 }, () => driver.getUserById(randomUUID()));
      expect((await Promise.all(absent)).every((user) => user === null)).toBe(true);
    });

    test("deleted users are not found by anything", async () => {
      const user = await context.createUser({ phoneNumber: randomUUID() });
      await context.driver.deleteUser(user.id);
      await expect(context.driver.getUserById(user.id)).resolves.toBeNull();
      await expect(context.driver.getUserByEmail(user.email)).resolves.toBeNull();
      await expect(context.driver.getUserByPhoneNumber(user.phoneNumber as string)).resolves.toBeNull();
      await expect(credentialsOf(context.driver, user.email)).resolves.toBeNull();
    });

    test("wildcards are literal in exact lookups", async () => {
      const user = await context.createUser({ email: `x${newEmail()}`, phoneNumber: randomUUID() });
      for (const pattern of ["%", `%${user.email.slice(1)}`, `_${user.email.slice(1)}`, `${user.email}\\`]) {
        await expect(context.driver.getUserByEmail(pattern)).resolves.toBeNull();
        await expect(credentialsOf(context.driver, pattern)).resolves.toBeNull();
      }
      await expect(context.driver.getUserByPhoneNumber(`${user.phoneNumber?.slice(0, -1)}_`)).resolves.toBeNull();
    });

    test("credentials have the hash, and whether the user is banned now", async () => {
      const user = await context.createUser();
      await expect(credentialsOf(context.driver, user.email)).resolves.toEqual({
        userId: user.id,
        passwordHash: PASSWORD_HASH,
        banned: false,
      });
      const far = new Date("9999-01-01T00:00:00Z");
      await context.driver.updateUser(user.id, { bannedUntil: far }, null);
      await expect(credentialsOf(context.driver, user.email)).resolves.toEqual({
        userId: user.id,
        passwordHash: PASSWORD_HASH,
        banned: true,
      });
      await context.driver.updateUser(user.id, { bannedUntil: new Date("2001-01-01T00:00:00Z") }, null);
      await expect(credentialsOf(context.driver, user.email)).resolves.toMatchObject({ banned: false });
      const passwordless = await context.createUser({ passwordHash: null });
      await expect(credentialsOf(context.driver, passwordless.email)).resolves.toMatchObject({
        passwordHash: null,
      });
    });
  });

  describe("listing users", () => {
    const all: UserPage = { limit: 10_000, offset: 0, after: null, state: "live", role: null };

    test("without patterns: every live user in order of creation", async () => {
      const users = [await context.createUser(), await context.createUser(), await context.createUser()];
      const [, middle] = users;
      await context.driver.deleteUser(middle?.id as string);
      const ids = (await context.driver.listUsers(all)).map(({ id }) => id);
      expect(ids).toEqual([...ids].sort());
      expect(ids.filter((id) => users.some((user) => user.id === id))).toEqual([users[0]?.id, users[2]?.id]);
    });

    test("limit and offset select a page of that order", async () => {
      const tag = randomUUID();
      const users: UserRecord[] = [];
      for (let index = 0; index < 5; index += 1) users.push(await context.createUser({ email: `${index}@${tag}` }));
      const patterns = { email: [`%@${tag}`] };
      await expect(context.driver.listUsers({ ...all, limit: 2, offset: 1, patterns })).resolves.toEqual(
        users.slice(1, 3),
      );
      await expect(context.driver.listUsers({ ...all, limit: 0, offset: 0, patterns })).resolves.toEqual([]);
      await expect(context.driver.listUsers({ ...all, limit: 9, offset: 5, patterns })).resolves.toEqual([]);
    });

    test("a user matches when any pattern of any field does, and is listed once", async () => {
      const tag = randomUUID();
      const byEmail = await context.createUser({ email: `a@${tag}` });
      const byPhone = await context.createUser({ phoneNumber: `+1 ${tag}` });
      const byId = await context.createUser();
      await context.createUser();
      const patterns = { email: [`%@${tag}`, `a@${tag}`], phoneNumber: [`%${tag}`], id: [byId.id, byEmail.id] };
      await expect(context.driver.listUsers({ ...all, patterns })).resolves.toEqual([byEmail, byPhone, byId]);
      await expect(
        context.driver.listUsers({ ...all, patterns: { id: [`${byId.id.slice(0, -1)}_`] } }),
      ).resolves.toContainEqual(byId);
    });

    test("an empty list matches no user, and no deleted user matches anything", async () => {
      const deleted = await context.createUser({ phoneNumber: randomUUID() });
      await context.driver.deleteUser(deleted.id);
      for (const patterns of [
        { id: [] },
        { email: [] },
        { phoneNumber: [] },
        { id: [deleted.id], email: [deleted.email], phoneNumber: [deleted.phoneNumber as string] },
        { id: [`${deleted.id.slice(0, -1)}_`] },
      ]) {
        await expect(context.driver.listUsers({ ...all, patterns })).resolves.toEqual([]);
      }
    });

    test("a backslash escapes a wildcard, and is literal at the end", async () => {
      const tag = randomUUID();
      const plain = await context.createUser({ email: `john_doe@${tag}` });
      const other = await context.createUser({ email: `johnxdoe@${tag}` });
      const backslash = await context.createUser({ email: `a@${tag}\\` });
      const list = (email: string) => context.driver.listUsers({ ...all, patterns: { email: [email] } });
      await expect(list(`john_doe@${tag}`)).resolves.toEqual([plain, other]);
      await expect(list(`john\\_doe@${tag}`)).resolves.toEqual([plain]);
      await expect(list(`%${tag}\\`)).resolves.toEqual([backslash]);
      await expect(list(`%${tag}\\\\`)).resolves.toEqual([backslash]);
      await expect(list(`%${tag}\\\\\\`)).resolves.toEqual([]);
    });
  });
}
