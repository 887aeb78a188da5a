import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { createUser, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";

const database = useDatabase();
const auth = useAuth(database.url);
let cache: Cache;

beforeAll(async () => {
  cache = await createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
});
afterAll(() => cache.disconnect());

/** Incompressible text of a given size in bytes: PostgreSQL would fit compressible text into an index. */
const noise = (bytes: number) => randomBytes(bytes).toString("base64").slice(0, bytes);

async function expectRefused(call: Promise<unknown>, field: string): Promise<void> {
  expect(await errorOf(call)).toMatchObject({ code: "INVALID_INPUT", field });
}

describe("F13: a value at the limit is stored, one beyond it is refused before any SQL", () => {
  test("F13: a cache's resource type and key, 1,024 bytes each", async () => {
    const [type, key] = [noise(1024), noise(1024)];
    await cache.set(type, key, "value");
    expect(await cache.get(type, key)).toBe("value");
    expect(await cache.getAll(key)).toEqual(new Map([[type, "value"]]));
    const umlauts = "ü".repeat(512);
    await cache.set(umlauts, umlauts, "value");
    expect(await cache.get(umlauts, umlauts)).toBe("value");
    await expectRefused(cache.set(`${type}x`, key, "value"), "resourceType");
    await expectRefused(cache.set(type, `${key}x`, "value"), "key");
    await expectRefused(cache.get(type, `${umlauts}x`), "key");
    await expectRefused(cache.getAll(`${umlauts}x`), "key");
  });

  test("F13: a cache's value, 16 MiB", async () => {
    const value = noise(16 * 1024 * 1024);
    await cache.set("huge", "key", value);
    expect((await cache.get("huge", "key")) === value).toBe(true);
    await expectRefused(cache.set("huge", "key", `${value}x`), "value");
    await cache.delete("huge", "key");
  });

  test("F13: an email, 254 characters", async () => {
    const local = "𝒶".repeat(254 - 49);
    const email = `${local}@${uniqueEmail().replace("@", ".")}`;
    expect([...email]).toHaveLength(254);
    const user = await createUser(auth.current, { email });
    expect(await auth.current.getUserByEmail(email)).toEqual(user);
    await expectRefused(createUser(auth.current, { email: `x${email}` }), "email");
    await expectRefused(auth.current.setUserEmail(user.id, `x${email}`), "email");
  });

  test("F13: a role, 255 characters; a phone number, 64", async () => {
    const [role, phoneNumber] = ["𝒶".repeat(255), noise(64)];
    const user = await createUser(auth.current, { role, phoneNumber });
    expect(await auth.current.getUserByPhoneNumber(phoneNumber)).toEqual(user);
    await expectRefused(auth.current.setUserRole(user.id, `${role}x`), "role");
    await expectRefused(createUser(auth.current, { phoneNumber: `${phoneNumber}x` }), "phoneNumber");
  });

  test("F13: of a user agent, 1,024 characters are stored; a longer one is cut, not refused", async () => {
    const { id: userId } = await createUser(auth.current);
    const userAgent = "𝒶".repeat(1024);
    for (const given of [userAgent, `${userAgent}x`]) {
      expect(await auth.current.createSession({ userId, userAgent: given })).toMatchObject({ userAgent });
    }
  });

  test("F13: a password, 8 to 1,024 characters", async () => {
    for (const password of ["𝒶".repeat(8), "𝒶".repeat(1024)]) {
      const { id, email } = await createUser(auth.current, { password });
      expect(await auth.current.logInUser({ email, password })).toMatchObject({ user: { id } });
    }
    await expectRefused(createUser(auth.current, { password: "𝒶".repeat(7) }), "password");
    await expectRefused(createUser(auth.current, { password: "𝒶".repeat(1025) }), "password");
  });

  test("F13: metadata, 1 MiB of JSON, 100 levels deep", async () => {
    const text = noise(1024 * 1024 - 2);
    const user = await createUser(auth.current, { userMetadata: text });
    expect((await auth.current.getUserById(user.id))?.userMetadata === text).toBe(true);
    await expectRefused(auth.current.updateUserMetadata(user.id, `${text}x`), "userMetadata");
    await expectRefused(auth.current.updateUser(user.id, { appMetadata: `${text}x` }), "appMetadata");
    const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`) as never;
    expect((await auth.current.updateUserMetadata(user.id, nested(101))).userMetadata).toEqual(nested(101));
    await expectRefused(auth.current.updateUserMetadata(user.id, nested(102)), "userMetadata");
  });

  test("F13: a time to live, 100 years; a page, 10,000 users", async () => {
    const { id: userId } = await createUser(auth.current);
    const session = await auth.current.createSession({ userId, ttlSeconds: 3_155_760_000 });
    expect((session.expiresAt?.getTime() ?? 0) - session.createdAt.getTime()).toBe(3_155_760_000_000);
    await cache.set("type", "long", "value", { ttlSeconds: 3_155_760_000 });
    expect(await cache.get("type", "long")).toBe("value");
    await expectRefused(auth.current.createSession({ userId, ttlSeconds: 3_155_760_001 }), "ttlSeconds");
    await expectRefused(cache.set("type", "long", "value", { ttlSeconds: 3_155_760_001 }), "ttlSeconds");
    expect((await auth.current.listUsers({ limit: 10_000, offset: Number.MAX_SAFE_INTEGER })).length).toBe(0);
    await expectRefused(auth.current.listUsers({ limit: 10_001 }), "limit");
    await expectRefused(auth.current.listUsers({ offset: Number.MAX_SAFE_INTEGER + 1 }), "offset");
  });

  test("F13: dates, the years 1 to 9999 and the ends of Date's range", async () => {
    const { id } = await createUser(auth.current);
    for (const time of [
      Date.parse("0001-01-01T00:00:00.000Z"),
      Date.parse("9999-12-31T23:59:59.999Z"),
      8.64e15,
      -8.64e15,
    ]) {
      const user = await auth.current.updateLastSignIn(id, new Date(time));
      expect(user.lastSignIn?.getTime()).toBe(time);
      expect((await auth.current.getUserById(id))?.lastSignIn?.getTime()).toBe(time);
    }
    for (const time of [
      Date.parse("0000-12-31T23:59:59.999Z"),
      Date.parse("+010000-01-01T00:00:00.000Z"),
      Number.NaN,
    ]) {
      await expectRefused(auth.current.updateLastSignIn(id, new Date(time)), "lastSignIn");
    }
  });
});
