import { randomUUID } from "node:crypto";
import { hash } from "@node-rs/argon2";
import { expect } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import type { Cache } from "../../src/cache/index.js";
import { asRead, createUser, PASSWORD, uniqueEmail } from "./auth.js";
import { walkStaleEntries } from "./cache-walk.js";
import type { TestDatabase } from "./database.js";
import { codeOf } from "./fault-outcome.js";

/** Makes calls whose statements the walk of single calls does not lead to: concurrent ones, and what meets expired rows. */
export async function walkStatements(auth: Auth, cache: Cache, database: TestDatabase): Promise<void> {
  await walkUsersTogether(auth);
  await walkSessionsTogether(auth, database);
  await walkAccountsTogether(auth, database);
  await walkPasswords(auth, database);
  await walkEntriesTogether(cache, database);
  await walkStaleEntries(cache, database);
  await walkSweeps(auth, cache, database);
}

async function walkUsersTogether(auth: Auth): Promise<void> {
  const [one, other] = [await createUser(auth, { password: null }), await createUser(auth, { password: null })];
  const ids = [one.id, randomUUID(), other.id, one.id];
  expect(await Promise.all(ids.map((id) => auth.getUserById(id)))).toEqual([one, null, other, one]);
  const emails = [one.email, uniqueEmail(), other.email];
  expect(await Promise.all(emails.map((email) => auth.getUserByEmail(email)))).toEqual([one, null, other]);
}

async function walkSessionsTogether(auth: Auth, database: TestDatabase): Promise<void> {
  const { id: userId } = await createUser(auth, { password: null });
  const bound = await auth.createSession({ userId, ip: "192.0.2.1", ttlSeconds: 3600 });
  const free = await auth.createSession({ userId });
  const expired = [];
  for (let count = 0; count < 3; count += 1) expired.push(await auth.createSession({ userId, ttlSeconds: 3600 }));
  await expire(
    database,
    "session",
    "id",
    expired.map(({ id }) => id),
  );
  const [alone, ...together] = expired.map(({ id }) => id);
  const presented = { ip: "192.0.2.1", userAgent: "anything" };
  const ids = [bound.id, randomUUID(), ...together, free.id];
  const found = await Promise.all(ids.map((id) => auth.getSession(id, presented)));
  expect(found).toEqual([asRead(bound), null, null, null, asRead(free)]);
  expect(await auth.getSession(bound.id, { ip: "192.0.2.2" })).toBeNull();
  expect(await auth.getSession(alone as string)).toBeNull();
  const left = "select id from pevensie.session where user_id = $1 order by id";
  const live = [bound, free].map(({ id }) => ({ id })).sort((a, b) => (a.id < b.id ? -1 : 1));
  await expect.poll(() => database.rows(left, [userId])).toEqual(live);
  await auth.deleteSession(randomUUID());
  expect(await database.rows(left, [userId])).toEqual(live);
}

/** Lookups of sessions and keys with their users, concurrent ones included, and what they record. */
async function walkAccountsTogether(auth: Auth, database: TestDatabase): Promise<void> {
  const [one, other] = [await createUser(auth, { password: null }), await createUser(auth, { password: null })];
  const sessions = [
    await auth.createSession({ userId: one.id, idleSeconds: 600 }),
    await auth.createSession({ userId: other.id, idleSeconds: 600 }),
    await auth.createSession({ userId: other.id, idleSeconds: 600, ttlSeconds: 3600 }),
    await auth.createSession({ userId: other.id, ttlSeconds: 3600 }),
  ] as const;
  const [first, second, idle, ended] = sessions;
  await age(database, first.id, 100);
  await age(database, second.id, 100);
  await age(database, idle.id, 601);
  await expire(database, "session", "id", [ended.id]);
  const ids = [first.id, randomUUID(), second.id, idle.id, first.id];
  const found = await Promise.all(ids.map((id) => auth.getSessionWithUser(id)));
  expect(found.map((each) => each && [each.session.id, each.user])).toEqual([
    [first.id, one],
    null,
    [second.id, other],
    null,
    [first.id, one],
  ]);
  expect(await auth.getSessionWithUser(ended.id)).toBeNull();
  const seen =
    "select id from pevensie.session where id = any ($1) and last_seen_at > now() - interval '50 s' order by id";
  const live = [first.id, second.id].sort().map((id) => ({ id }));
  await expect.poll(() => database.rows(seen, [[first.id, second.id]])).toEqual(live);
  const keys = [];
  for (const { id: userId } of [one, other]) keys.push(await auth.createApiKey({ userId, name: "key" }));
  const [mine, theirs] = keys as [(typeof keys)[0], (typeof keys)[0]];
  const asked = [mine.key, theirs.key, mine.key];
  const holders = await Promise.all(asked.map((key) => auth.getApiKeyWithUser(key)));
  expect(holders.map((holder) => holder?.user)).toEqual([one, other, one]);
  const used = "select id from pevensie.api_key where id = any ($1) and last_used_at is not null order by id";
  await expect
    .poll(() => database.rows(used, [[mine.apiKey.id, theirs.apiKey.id]]))
    .toEqual([{ id: mine.apiKey.id }, { id: theirs.apiKey.id }]);
}

async function walkPasswords(auth: Auth, database: TestDatabase): Promise<void> {
  const user = await createUser(auth);
  const login = { email: user.email, password: PASSWORD, ip: "192.0.2.7" };
  expect(await auth.logInUser({ ...login, password: "a wrong password" })).toBeNull();
  expect(await auth.getUserByEmailAndPassword(user.email, "a wrong password")).toBeNull();
  expect(await auth.getUserByEmailAndPassword(user.email, PASSWORD)).toEqual(user);
  expect(await auth.logInUser(login)).toMatchObject({ user: { id: user.id }, session: { userId: user.id } });
  const outdated = await hash(PASSWORD, { memoryCost: 64, timeCost: 1, parallelism: 1 });
  await database.rows(`update pevensie."user" set password_hash = $2 where id = $1`, [user.id, outdated]);
  expect(await auth.getUserByEmailAndPassword(user.email, PASSWORD)).toMatchObject({ id: user.id });
  const stored = await database.rows<{ hash: string }>(
    `select password_hash as hash from pevensie."user" where id = $1`,
    [user.id],
  );
  expect(stored).toEqual([{ hash: expect.stringContaining("m=19456,t=2,p=1") }]);
  const banned = await auth.updateUser(user.id, { bannedUntil: new Date("9999-01-01T00:00:00.001Z") });
  expect(banned.bannedUntil).toEqual(new Date("9999-01-01T00:00:00.001Z"));
  expect(await codeOf(auth.createSession({ userId: user.id }))).toBe("USER_BANNED");
}

async function walkEntriesTogether(cache: Cache, database: TestDatabase): Promise<void> {
  const type = randomUUID();
  const names = ["a", "B", "ü", "\\", "NULL"];
  await Promise.all(names.map((name) => cache.set(type, name, `of ${name}`, { ttlSeconds: 3600 })));
  await Promise.all(["B", "last"].map((value) => cache.set(type, "endless", value)));
  const get = (...keys: string[]) => Promise.all(keys.map((key) => cache.get(type, key)));
  expect(await get(...names, "absent", "endless")).toEqual([...names.map((name) => `of ${name}`), null, "last"]);
  await Promise.all([cache.delete(type, "a"), cache.delete(type, "B"), cache.delete(type, "absent")]);
  expect(await get(...names)).toEqual([null, null, "of ü", "of \\", "of NULL"]);
  await cache.set(`${type} other`, "ü", "live");
  for (const keys of [["ü", "endless"], ["ü"]]) {
    await cache.set(type, "ü", "soon expired", { ttlSeconds: 3600 });
    await expire(database, "cache", "resource_type", [type]);
    expect(await get(...keys)).toEqual([null, "last"].slice(0, keys.length));
  }
  await cache.set(type, "ü", "soon expired", { ttlSeconds: 3600 });
  await expire(database, "cache", "resource_type", [type]);
  expect(await cache.getAll("ü")).toEqual(new Map([[`${type} other`, "live"]]));
  const left = "select key from pevensie.cache where resource_type = $1 and key in ('ü', 'endless')";
  await expect.poll(() => database.rows(left, [type])).toEqual([{ key: "endless" }]);
  await cache.delete(`${type} other`, "ü");
  const large = "x".repeat(4 * 1024 * 1024 + 1);
  await cache.set(type, "large", large, { ttlSeconds: 3600 });
  expect(await cache.get(type, "large")).toBe(large);
  await cache.delete(type, "large");
}

/** What has expired is removed once, and nothing else. */
async function walkSweeps(auth: Auth, cache: Cache, database: TestDatabase): Promise<void> {
  await auth.removeExpired();
  await cache.removeExpired();
  const { id: userId, email } = await createUser(auth);
  const login = { email, password: PASSWORD, ip: "192.0.2.8" };
  expect(await auth.logInUser(login)).not.toBeNull();
  const sessions = [];
  for (let count = 0; count < 3; count += 1) sessions.push(await auth.createSession({ userId, ttlSeconds: 3600 }));
  const idle = await auth.createSession({ userId, idleSeconds: 60 });
  for (const tokenType of ["password-reset", "log-in"] as const) {
    await auth.createOneTimeToken({ userId, tokenType, ttlSeconds: 3600 });
  }
  await auth.createApiKey({ userId, name: "swept", ttlSeconds: 3600 });
  expect(await auth.getUserByEmailAndPassword(email, "a wrong password")).toBeNull();
  for (const key of ["one", "two", "three"]) await cache.set("swept", key, key, { ttlSeconds: 3600 });
  const nothing = { sessions: 0, oneTimeTokens: 0, apiKeys: 0, logInAttempts: 0 };
  expect(await auth.removeExpired()).toEqual(nothing);
  expect(await cache.removeExpired()).toBe(0);
  await expire(
    database,
    "session",
    "id",
    sessions.slice(0, 2).map(({ id }) => id),
  );
  for (const table of ["one_time_token", "user_token", "api_key"]) await expire(database, table, "user_id", [userId]);
  await age(database, idle.id, 61);
  const attempts = [];
  for (const table of ["log_in_budget", "log_in_exemption"]) {
    const expired = await database.rows(`update pevensie.${table} set expires_at = now() returning 1`);
    expect(expired.length).toBeGreaterThan(0);
    attempts.push(...expired);
  }
  await expire(database, "cache", "key", ["one", "two"]);
  const removed = { sessions: 3, oneTimeTokens: 2, apiKeys: 1, logInAttempts: attempts.length };
  expect(await auth.removeExpired()).toEqual(removed);
  expect(await cache.removeExpired()).toBe(2);
  expect(await auth.removeExpired()).toEqual(nothing);
  expect(await auth.getSession(sessions[2]?.id as string)).toEqual(asRead(sessions[2]));
  expect(await cache.get("swept", "three")).toBe("three");
  await cache.delete("swept", "three");
}

/** Moves into the past when a session was last seen. */
async function age(database: TestDatabase, id: string, seconds: number): Promise<void> {
  await database.rows(
    "update pevensie.session set last_seen_at = last_seen_at - make_interval(secs => $2) where id = $1",
    [id, seconds],
  );
}

/** Moves the expiry of rows that have one into the past. */
async function expire(database: TestDatabase, table: string, column: string, values: readonly string[]): Promise<void> {
  await database.rows(
    `update pevensie.${table} set expires_at = now() - interval '1 second' where ${column}::text = any ($1) and expires_at is not null`,
    [values],
  );
}
