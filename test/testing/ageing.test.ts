import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import {
  ageLogInLimits,
  ageSession,
  endCacheGrace,
  expireApiKey,
  expireCacheEntry,
  expireCacheLease,
  expireOneTimeTokens,
  expireSession,
} from "../../src/testing/index.js";
import { createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);

test.each([
  ["a connection string", () => database.url],
  ["a database", () => ({ connectionString: database.url })],
  ["a pool", () => database.pool],
])("expireSession expires one session, given %s", async (_, connection) => {
  const { id: userId } = await createUser(auth.current);
  const [session, other] = [
    await auth.current.createSession({ userId, ttlSeconds: 60 }),
    await auth.current.createSession({ userId, ttlSeconds: 60 }),
  ];
  expect(await expireSession(connection(), session.id)).toBe(1);
  expect(await auth.current.getSession(session.id)).toBeNull();
  expect(await auth.current.getSession(other.id)).not.toBeNull();
  expect(await expireSession(connection(), randomUUID())).toBe(0);
});

test("ageSession ends an idle session, and makes a login an old one", async () => {
  const { id: userId } = await createUser(auth.current);
  const idle = await auth.current.createSession({ userId, ttlSeconds: 600, idleSeconds: 60 });
  const plain = await auth.current.createSession({ userId, ttlSeconds: 600 });
  expect(await ageSession(database.url, idle.id, 61)).toBe(1);
  expect(await ageSession(database.url, plain.id, 61)).toBe(1);
  expect(await auth.current.getSession(idle.id)).toBeNull();
  expect((await auth.current.getSession(plain.id))?.authenticationAgeSeconds).toBeGreaterThan(60);
  await expect(async () => ageSession(database.url, plain.id, -1)).rejects.toMatchObject({ field: "seconds" });
});

test("expireOneTimeTokens expires the tokens of one user, of all types", async () => {
  const [user, other] = [await createUser(auth.current), await createUser(auth.current)];
  const types = ["password-reset", "email-confirmation"] as const;
  const create = (userId: string) =>
    Promise.all(types.map((tokenType) => auth.current.createOneTimeToken({ userId, tokenType, ttlSeconds: 60 })));
  const isValid = (userId: string, tokens: string[]) =>
    Promise.all(
      types.map((tokenType, n) => auth.current.validateOneTimeToken({ userId, tokenType, token: tokens[n] as string })),
    );
  const [expired, kept] = [await create(user.id), await create(other.id)];
  expect(await expireOneTimeTokens(database.url, user.id)).toBe(2);
  expect(await isValid(user.id, expired)).toEqual([false, false]);
  expect(await isValid(other.id, kept)).toEqual([true, true]);
});

test("expireApiKey expires one key", async () => {
  const { id: userId } = await createUser(auth.current);
  const { key, apiKey } = await auth.current.createApiKey({ userId, name: "backup", scopes: [] });
  expect(await expireApiKey(database.url, apiKey.id)).toBe(1);
  expect(await auth.current.getApiKeyWithUser(key)).toBeNull();
});

test("ageLogInLimits restores budgets of failed logins", async () => {
  const email = uniqueEmail();
  await createUser(auth.current, { email });
  const logIn = (password: string) => auth.current.logInUser({ email, password, ip: "192.0.2.1" });
  for (;;) {
    const outcome = await logIn("a wrong password").catch((error: { code: string }) => error.code);
    if (outcome === "TOO_MANY_ATTEMPTS") break;
    expect(outcome).toBeNull();
  }
  await expect(async () => ageLogInLimits(database.url, Number.NaN)).rejects.toMatchObject({ field: "seconds" });
  expect(await ageLogInLimits(database.url, 0.001)).toBeGreaterThan(0);
  expect(await ageLogInLimits(database.url, 86_400 * 30)).toBeGreaterThan(0);
  expect(await logIn(PASSWORD)).not.toBeNull();
});

test("expireCacheEntry, endCacheGrace and expireCacheLease move an entry along its life", async () => {
  await using cache = await createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
  const entry = { resourceType: "page", key: randomUUID() };
  const { resourceType, key } = entry;
  await cache.set(resourceType, key, "value", { ttlSeconds: 60 });
  expect(await expireCacheEntry(database.url, entry)).toBe(1);
  expect(await cache.get(resourceType, key)).toBeNull();
  expect(await expireCacheEntry(database.url, entry)).toBe(0);

  // While somebody computes the value, the stale one is served within its grace alone.
  const produced: ((value: string) => void)[] = [];
  const produce = () => new Promise<string>((resolve) => produced.push(resolve));
  const options = { ttlSeconds: 60, graceSeconds: 60 };
  const first = cache.getOrSet(resourceType, key, produce, options);
  await expect.poll(() => produced.length).toBe(1);
  produced[0]?.("first");
  expect(await first).toBe("first");
  await expireCacheEntry(database.url, entry);
  expect(await endCacheGrace(database.url, entry)).toBe(1);
  const second = cache.getOrSet(resourceType, key, produce, options);
  await expect.poll(() => produced.length).toBe(2);
  expect(await expireCacheLease(database.url, entry)).toBe(1);
  produced[1]?.("second");
  await second;
});

test.each([
  ["connectionString", () => expireSession({} as never, randomUUID())],
  ["connectionString", () => expireSession({ connectionString: undefined } as never, randomUUID())],
  ["connectionString", () => expireSession(undefined as never, randomUUID())],
  ["connectionString", () => expireSession(auth.current as never, randomUUID())],
  ["connectionString", () => ageLogInLimits({ connectionString: "" }, 3600)],
  ["sessionId", () => expireSession(database.url, undefined as never)],
  ["sessionId", () => ageSession(database.pool, { id: randomUUID() } as never, 1)],
  ["userId", () => expireOneTimeTokens(database.url, "lucy@example.com")],
  ["apiKeyId", () => expireApiKey(database.url, null as never)],
  ["entry", () => expireCacheEntry(database.url, "board" as never)],
  ["key", () => endCacheGrace(database.url, { resourceType: "board" } as never)],
  ["resourceType", () => expireCacheLease(database.pool, { key: "x" } as never)],
])("refuses a wrong %s (%#)", async (field, call) => {
  await expect(call()).rejects.toMatchObject({ code: "INVALID_INPUT", field });
});
