import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { asRead, createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { cacheBackdoor } from "../support/cache-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const rows = { ...authBackdoor(database), ...cacheBackdoor(database) };
let cache: Cache;
beforeAll(async () => {
  cache = await createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
  return async () => {
    await cache.disconnect();
  };
});
afterEach(() => {
  vi.useRealTimers();
});

const DAY = 24 * 60 * 60 * 1000;
const REAL_NOW = Date.now();

describe.each([
  ["a day behind", -DAY],
  ["right", 0],
  ["a day ahead", DAY],
])("with an application's clock that is %s", (_, offset) => {
  const mockClock = () => vi.useFakeTimers({ toFake: ["Date"], now: REAL_NOW + offset });

  test("G26: sessions, tokens and entries that were created before are live, and expired ones are expired", async () => {
    const user = await createUser(auth.current);
    const [live, expired] = [
      await auth.current.createSession({ userId: user.id, ttlSeconds: 3600 }),
      await auth.current.createSession({ userId: user.id, ttlSeconds: 3 * 86_400 }),
    ];
    await rows.expireSession(expired.id);
    const owner = { userId: user.id, tokenType: "password-reset" } as const;
    const token = await auth.current.createOneTimeToken({ ...owner, ttlSeconds: 3600 });
    await cache.set("live", user.id, "value", { ttlSeconds: 3600 });
    await cache.set("expired", user.id, "value", { ttlSeconds: 3 * 86_400 });
    await rows.expire({ resourceType: "expired", key: user.id });

    mockClock();
    await expect(auth.current.getSession(live.id)).resolves.toEqual(asRead(live));
    await expect(auth.current.getSession(expired.id)).resolves.toBeNull();
    await expect(auth.current.validateOneTimeToken({ ...owner, token })).resolves.toBe(true);
    await expect(cache.get("live", user.id)).resolves.toBe("value");
    await expect(cache.get("expired", user.id)).resolves.toBeNull();
    await rows.expireTokens(user.id);
    await expect(auth.current.useOneTimeToken({ ...owner, token })).rejects.toMatchObject({
      code: "INVALID_ONE_TIME_TOKEN",
    });
  });

  test("G26: sessions, tokens and entries that are created now have the database's time and their full ttl", async () => {
    mockClock();
    const user = await createUser(auth.current);
    const session = await auth.current.createSession({ userId: user.id, ttlSeconds: 60 });
    const owner = { userId: user.id, tokenType: "password-reset" } as const;
    const token = await auth.current.createOneTimeToken({ ...owner, ttlSeconds: 60 });
    await cache.set("new", user.id, "value", { ttlSeconds: 60 });
    const loggedIn = await auth.current.logInUser({ email: user.email, password: PASSWORD });
    const [clock] = await database.rows<{ ok: boolean }>(
      `select bool_and(t between now() - interval '1 hour' and now()) as ok
       from pevensie."user", unnest(array[created_at, updated_at, last_sign_in]) as t where id = $1`,
      [user.id],
    );
    expect(clock).toEqual({ ok: true });
    const [expiry] = await database.rows<{ seconds: number }>(
      "select extract(epoch from expires_at - now())::float8 as seconds from pevensie.session where id = $1",
      [session.id],
    );
    expect(expiry?.seconds).toBeGreaterThan(0);
    expect(expiry?.seconds).toBeLessThanOrEqual(60);
    vi.useRealTimers();
    await expect(auth.current.getSession(session.id)).resolves.toEqual(asRead(session));
    await expect(auth.current.getSession(loggedIn?.session.id as string)).resolves.toEqual(asRead(loggedIn?.session));
    await expect(auth.current.validateOneTimeToken({ ...owner, token })).resolves.toBe(true);
    await expect(cache.get("new", user.id)).resolves.toBe("value");
  });

  test("G26: a ban is in force or over by the database's clock", async () => {
    const user = await createUser(auth.current);
    const logIn = () => auth.current.logInUser({ email: user.email, password: PASSWORD });
    mockClock();
    await auth.current.updateUser(user.id, { bannedUntil: new Date(REAL_NOW + DAY / 2) });
    await expect(logIn()).rejects.toMatchObject({ code: "USER_BANNED" });
    await expect(auth.current.createSession({ userId: user.id })).rejects.toMatchObject({ code: "USER_BANNED" });
    await auth.current.updateUser(user.id, { bannedUntil: new Date(REAL_NOW - DAY / 2) });
    await expect(logIn()).resolves.toMatchObject({ user: { id: user.id } });
  });
});
