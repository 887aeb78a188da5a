import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { User } from "../../src/auth/index.js";
import { createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const UNKNOWN = "0190163d-8694-739b-aea5-966c26f8ad90";
const newUser = (overrides = {}) => createUser(auth.current, { password: null, ...overrides });

describe("listUsers", () => {
  async function tagged(count: number): Promise<{ tag: string; users: User[] }> {
    const tag = randomUUID();
    const users: User[] = [];
    for (let index = 0; index < count; index += 1) users.push(await newUser({ email: `${index}@${tag}` }));
    return { tag, users };
  }

  test("without filters lists every live user in order of creation, 100 by default", async () => {
    await database.rows(`insert into pevensie."user" (email, user_metadata)
      select n || '@many.example', '{}' from generate_series(1, 101) as n`);
    const { users } = await tagged(2);
    await expect(auth.current.listUsers()).resolves.toHaveLength(100);
    await expect(auth.current.listUsers({})).resolves.toHaveLength(100);
    await expect(auth.current.listUsers({ filters: {} })).resolves.toHaveLength(100);
    const everyone = await auth.current.listUsers({ limit: 10_000 });
    expect(everyone.filter(({ id }) => users.some((user) => user.id === id))).toEqual(users);
    const ids = everyone.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    const [row] = await database.rows<{ count: number }>(`select count(*)::int as count from pevensie."user"`);
    expect(everyone).toHaveLength(row?.count as number);
  });

  test("pages by limit and offset, each user on one page", async () => {
    const { tag, users } = await tagged(5);
    const filters = { email: [`%@${tag}`] };
    const pages = [];
    for (const offset of [0, 2, 4, 6]) pages.push(await auth.current.listUsers({ filters, limit: 2, offset }));
    expect(pages).toEqual([users.slice(0, 2), users.slice(2, 4), users.slice(4), []]);
    await expect(auth.current.listUsers({ filters, limit: 0 })).resolves.toEqual([]);
  });

  test("never lists deleted users, whatever the filters", async () => {
    const { tag, users } = await tagged(3);
    const [gone, ...left] = users as [User, User, User];
    await auth.current.deleteUserById(gone.id);
    const filters = { id: [gone.id, `${gone.id.slice(0, -1)}_`], email: [gone.email, `%@${tag}`] };
    await expect(auth.current.listUsers({ filters })).resolves.toEqual(left);
    await expect(auth.current.listUsers({ filters: { id: [gone.id] } })).resolves.toEqual([]);
  });

  test("a user matches when any pattern of any field does; an empty list matches nothing", async () => {
    const { tag, users } = await tagged(3);
    const [first, second, third] = users as [User, User, User];
    await auth.current.updateUser(third.id, { phoneNumber: tag });
    const list = async (filters: object) => (await auth.current.listUsers({ filters })).map(({ id }) => id);
    await expect(list({ id: [first.id], email: [second.email], phoneNumber: [tag] })).resolves.toEqual([
      first.id,
      second.id,
      third.id,
    ]);
    await expect(list({ email: [second.email, first.email, second.email] })).resolves.toEqual([first.id, second.id]);
    for (const nothing of [{ id: [] }, { email: [] }, { phoneNumber: [] }, { id: [], email: [], phoneNumber: [] }]) {
      await expect(list(nothing)).resolves.toEqual([]);
    }
  });
});

describe("updateUser", () => {
  const DATE = new Date("2026-01-02T03:04:05.678Z");

  test("changes the given properties, keeps absent or undefined ones, and clears those that are null", async () => {
    const user = await newUser({ role: "reader", phoneNumber: randomUUID(), userMetadata: { a: 1 } });
    const changes = {
      role: "editor",
      email: uniqueEmail(),
      emailConfirmedAt: DATE,
      phoneNumber: randomUUID(),
      phoneNumberConfirmedAt: DATE,
      lastSignIn: DATE,
      appMetadata: { plan: "pro" },
      userMetadata: { b: 2 },
      bannedUntil: DATE,
    };
    const changed = await auth.current.updateUser(user.id, changes);
    expect(changed).toEqual({ ...user, ...changes, updatedAt: expect.any(Date) });
    const nothing = Object.fromEntries(Object.keys(changes).map((key) => [key, undefined]));
    await expect(auth.current.updateUser(user.id, nothing)).resolves.toEqual({
      ...changed,
      updatedAt: expect.any(Date),
    });
    await expect(auth.current.updateUser(user.id, {})).resolves.toEqual({ ...changed, updatedAt: expect.any(Date) });
    const cleared = {
      role: null,
      emailConfirmedAt: null,
      phoneNumber: null,
      phoneNumberConfirmedAt: null,
      lastSignIn: null,
      bannedUntil: null,
    };
    await expect(
      auth.current.updateUser(user.id, { ...cleared, appMetadata: null, userMetadata: null }),
    ).resolves.toEqual({
      ...changed,
      ...cleared,
      appMetadata: null,
      userMetadata: null,
      updatedAt: expect.any(Date),
    });
  });

  test("a changed phone number is not confirmed, the same one stays confirmed", async () => {
    const user = await newUser({ phoneNumber: randomUUID() });
    await auth.current.updateUser(user.id, { phoneNumberConfirmedAt: DATE });
    const { phoneNumber } = user;
    await expect(auth.current.updateUser(user.id, { phoneNumber })).resolves.toMatchObject({
      phoneNumberConfirmedAt: DATE,
    });
    await expect(auth.current.updateUser(user.id, { phoneNumber: randomUUID() })).resolves.toMatchObject({
      phoneNumberConfirmedAt: null,
    });
  });

  test("dates keep their milliseconds, from the year 1 to the end of Date's range", async () => {
    const user = await newUser();
    for (const date of [
      DATE,
      new Date("0001-01-01T00:00:00.000Z"),
      new Date("1883-11-18T12:03:58.001Z"),
      new Date("1969-12-31T23:59:59.999Z"),
      new Date("9999-12-31T23:59:59.999Z"),
      new Date(8.64e15),
      new Date(-8.64e15),
    ]) {
      await expect(auth.current.updateLastSignIn(user.id, date)).resolves.toMatchObject({ lastSignIn: date });
      await expect(auth.current.getUserById(user.id)).resolves.toMatchObject({ lastSignIn: date });
    }
    await expect(auth.current.updateLastSignIn(user.id, null)).resolves.toMatchObject({ lastSignIn: null });
  });

  test("a Date that changes during the update is stored as it was given", async () => {
    const { id } = await createUser(auth.current, { password: null });
    const bannedUntil = new Date("2030-01-02T03:04:05.678Z");
    const updating = auth.current.updateUser(id, { password: PASSWORD, bannedUntil });
    bannedUntil.setTime(Number.NaN);
    expect(await updating).toMatchObject({ bannedUntil: new Date("2030-01-02T03:04:05.678Z") });
  });

  test("a page with infinity and other dates beyond Date's range is listed", async () => {
    const user = await newUser();
    for (const [text, date] of [
      ["infinity", new Date(8.64e15)],
      ["-infinity", new Date(-8.64e15)],
      ["294276-12-31 23:59:59.999999+00", new Date(8.64e15)],
      ["20000-01-01 00:00:00+00", new Date(Date.UTC(20000, 0))],
      ["0044-03-15 12:00:00+00 BC", new Date(Date.UTC(-43, 2, 15, 12))],
    ] as const) {
      await database.rows(`update pevensie."user" set banned_until = $2::timestamptz where id = $1`, [user.id, text]);
      await expect(auth.current.listUsers({ filters: { id: [user.id] } })).resolves.toEqual([
        { ...user, bannedUntil: date },
      ]);
    }
  });

  test("the specialised functions change one property each", async () => {
    const user = await newUser();
    await expect(auth.current.setUserRole(user.id, "admin")).resolves.toMatchObject({ role: "admin" });
    await expect(auth.current.setUserRole(user.id, null)).resolves.toMatchObject({ role: null });
    await expect(auth.current.updateUserMetadata(user.id, { x: 1 })).resolves.toMatchObject({ userMetadata: { x: 1 } });
    await expect(auth.current.setUserPassword(user.id, PASSWORD)).resolves.toMatchObject({ id: user.id });
    await expect(auth.current.getUserByEmailAndPassword(user.email, PASSWORD)).resolves.toMatchObject({ id: user.id });
  });

  test("no user that is returned has a property but the documented ones", async () => {
    const user = await createUser(auth.current);
    const keys = [
      ..."id createdAt updatedAt deletedAt role email emailConfirmedAt phoneNumber phoneNumberConfirmedAt".split(" "),
      ..."lastSignIn appMetadata userMetadata bannedUntil".split(" "),
    ].sort();
    const users = [
      user,
      await auth.current.getUserById(user.id),
      await auth.current.getUserByEmailAndPassword(user.email, PASSWORD),
      (await auth.current.logInUser({ email: user.email, password: PASSWORD }))?.user,
      (await auth.current.listUsers({ filters: { id: [user.id] } }))[0],
      await auth.current.updateUser(user.id, { bannedUntil: new Date("9999-01-01T00:00:00Z") }),
      await auth.current.deleteUserById(user.id),
    ];
    for (const each of users) expect(Object.keys(each as User).sort()).toEqual(keys);
  });
});

describe("unknown users", () => {
  test("changing or deleting one fails with USER_NOT_FOUND", async () => {
    const deleted = await newUser();
    await auth.current.deleteUserById(deleted.id);
    for (const id of [UNKNOWN, deleted.id]) {
      const { current } = auth;
      for (const change of [
        () => current.updateUser(id, { role: "x" }),
        () => current.updateUser(id, { bannedUntil: new Date("9999-01-01T00:00:00Z") }),
        () => current.setUserRole(id, "x"),
        () => current.setUserEmail(id, uniqueEmail()),
        () => current.setUserPassword(id, PASSWORD),
        () => current.setUserPassword(id, null),
        () => current.updateLastSignIn(id, null),
        () => current.updateUserMetadata(id, {}),
        () => current.deleteUserById(id),
      ]) {
        await expect(change()).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
      }
    }
  });

  test("looking one up returns null", async () => {
    await expect(auth.current.getUserById(UNKNOWN)).resolves.toBeNull();
    await expect(auth.current.getUserByEmail(uniqueEmail())).resolves.toBeNull();
    await expect(auth.current.getUserByPhoneNumber("+0")).resolves.toBeNull();
  });

  test("users with the same email and phone number can be created and deleted in one transaction", async () => {
    const names = { email: uniqueEmail(), phoneNumber: randomUUID() };
    await auth.current.withTransaction(async (inner) => {
      for (let round = 0; round < 3; round += 1) {
        const { id } = await inner.createUserWithEmail({ ...names, password: null, userMetadata: {} });
        await inner.deleteUserById(id);
      }
    });
    expect(await auth.current.countUsers({ filters: { email: [names.email] }, state: "deleted" })).toBe(3);
  });

  test("a deleted user has deletedAt, is not found any more, and leaves email and number to others", async () => {
    const user = await newUser({ phoneNumber: randomUUID() });
    const deleted = await auth.current.deleteUserById(user.id);
    expect(deleted).toEqual({ ...user, updatedAt: expect.any(Date), deletedAt: expect.any(Date) });
    await expect(auth.current.getUserById(user.id)).resolves.toBeNull();
    await expect(auth.current.getUserByEmail(user.email)).resolves.toBeNull();
    await expect(auth.current.getUserByPhoneNumber(user.phoneNumber as string)).resolves.toBeNull();
    for (let round = 0; round < 3; round += 1) {
      const heir = await newUser({ email: user.email, phoneNumber: user.phoneNumber });
      await expect(auth.current.getUserByEmail(user.email)).resolves.toEqual(heir);
      await auth.current.deleteUserById(heir.id);
    }
  });
});
