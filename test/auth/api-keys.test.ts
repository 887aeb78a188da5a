import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import { expect, test, vi } from "vitest";
import { hashApiKey } from "../../src/auth/secrets/api-keys.js";
import { createUser, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { useWatchedAuth } from "../support/watched-auth.js";

const database = useDatabase();
const auth = useAuth(database.url);
const watched = useWatchedAuth(database.url);
const backdoor = authBackdoor(database);
const newUser = () => createUser(auth.current, { password: null });

test("G48: a key is shown once, and finds its user, alone and in a batch", async () => {
  const user = await newUser();
  const scopes = ["read", 'a "quoted", {braced} \\ scope', "ü"];
  const { key, apiKey } = await auth.current.createApiKey({ userId: user.id, name: "CI", scopes, ttlSeconds: 90 });
  expect(key).toMatch(/^pk_[0-9A-Za-z]{49}$/);
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const checksum = [...key.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  expect(checksum).toBe(crc32(key.slice(3, -6)));
  expect(apiKey).toEqual({
    id: expect.any(String),
    userId: user.id,
    name: "CI",
    start: key.slice(0, 7),
    scopes,
    createdAt: expect.any(Date),
    expiresAt: expect.any(Date),
    lastUsedAt: null,
  });
  expect((apiKey.expiresAt?.getTime() ?? 0) - apiKey.createdAt.getTime()).toBe(90_000);
  const found = {
    apiKey: { ...apiKey, lastUsedAt: expect.toSatisfy((at) => at === null || at instanceof Date) },
    user,
  };
  expect(await auth.current.getApiKeyWithUser(key)).toEqual(found);
  const other = await newUser();
  const { key: unscoped } = await auth.current.createApiKey({ userId: other.id, name: "x" });
  const foundOther = { apiKey: expect.objectContaining({ userId: other.id, name: "x", scopes: [] }), user: other };
  expect(await auth.current.getApiKeyWithUser(unscoped)).toEqual(foundOther);
  const calls = Array.from({ length: 40 }, (_, index) => auth.current.getApiKeyWithUser(index % 2 ? key : unscoped));
  for (const [index, result] of (await Promise.all(calls)).entries()) {
    expect(result).toEqual(index % 2 ? found : foundOther);
  }
});

test("G48: what is no key is null, without a query", async () => {
  const { key } = await auth.current.createApiKey({ userId: (await newUser()).id, name: "x" });
  const changed = (index: number) => key.slice(0, index) + (key[index] === "A" ? "B" : "A") + key.slice(index + 1);
  const others = [0, 3, 45, 46, 51].map(changed);
  for (const text of ["", "pk_", `${key} `, key.slice(0, -1), ...others]) {
    expect(await watched.auth.getApiKeyWithUser(text)).toBeNull();
    expect(hashApiKey(text)).toBeNull();
  }
  for (const value of [undefined, null, 1, {}, [key]]) {
    await watched.expectRefused("key", () => watched.auth.getApiKeyWithUser(value as never));
  }
});

test("G18: nothing stored is a key", async () => {
  const user = await newUser();
  const { key } = await auth.current.createApiKey({ userId: user.id, name: "x" });
  const [row] = await database.rows<Record<string, unknown>>("select * from pevensie.api_key where user_id = $1", [
    user.id,
  ]);
  expect(JSON.stringify(row)).not.toContain(key.slice(7));
  for (const value of Object.values(row ?? {})) {
    for (const text of [String(value), `pk_${String(value)}`]) {
      expect(await auth.current.getApiKeyWithUser(text)).toBeNull();
    }
  }
});

test("G48: expired and revoked keys are null, and so are those of deleted and banned users", async () => {
  const user = await newUser();
  const make = () => auth.current.createApiKey({ userId: user.id, name: "x", ttlSeconds: 60 });
  const [expired, revoked, live] = [await make(), await make(), await make()];
  await backdoor.expireApiKey(expired.apiKey.id);
  for (const stranger of [(await newUser()).id, "no id"]) {
    await auth.current.revokeApiKey(revoked.apiKey.id, { userId: stranger });
  }
  expect(await auth.current.getApiKeyWithUser(revoked.key)).not.toBeNull();
  await auth.current.revokeApiKey(revoked.apiKey.id, { userId: user.id });
  await auth.current.revokeApiKey(revoked.apiKey.id);
  await auth.current.revokeApiKey("no id");
  const found = async () => {
    const keys = [expired, revoked, live].map(({ key }) => auth.current.getApiKeyWithUser(key));
    return (await Promise.all(keys)).map((result) => result !== null);
  };
  expect(await found()).toEqual([false, false, true]);
  expect((await auth.current.listApiKeys(user.id)).map(({ id }) => id)).toEqual([live.apiKey.id]);
  await auth.current.banUser(user.id);
  expect(await found()).toEqual([false, false, false]);
  await auth.current.unbanUser(user.id);
  expect(await found()).toEqual([false, false, true]);
  await auth.current.deleteUserById(user.id);
  expect(await found()).toEqual([false, false, false]);
  for (const userId of [user.id, randomUUID(), "no id"]) {
    const refused = { code: "USER_NOT_FOUND" };
    await expect(auth.current.createApiKey({ userId, name: "x" })).rejects.toMatchObject(refused);
  }
});

test("G48: the time of use is written once a minute", async () => {
  const user = await newUser();
  const { key, apiKey } = await auth.current.createApiKey({ userId: user.id, name: "x" });
  const lastUsedAt = async () => (await auth.current.listApiKeys(user.id))[0]?.lastUsedAt ?? null;
  await Promise.all(Array.from({ length: 300 }, () => auth.current.getApiKeyWithUser(key)));
  await expect.poll(lastUsedAt).toBeInstanceOf(Date);
  const first = await lastUsedAt();
  await Promise.all(Array.from({ length: 300 }, () => auth.current.getApiKeyWithUser(key)));
  // A write that was due would be made before this one.
  const marker = await auth.current.createApiKey({ userId: (await newUser()).id, name: "marker" });
  await auth.current.getApiKeyWithUser(marker.key);
  await expect
    .poll(async () => (await auth.current.listApiKeys(marker.apiKey.userId))[0]?.lastUsedAt ?? null)
    .toBeInstanceOf(Date);
  expect(await lastUsedAt()).toEqual(first);
  await database.rows("update pevensie.api_key set last_used_at = now() - interval '61 s' where id = $1", [apiKey.id]);
  await auth.current.getApiKeyWithUser(key);
  await expect.poll(async () => ((await lastUsedAt())?.getTime() ?? 0) > (first?.getTime() ?? 0) - 30_000).toBe(true);
});

test("G48: keys are listed newest first, and expired ones are swept", async () => {
  const user = await newUser();
  const made = [];
  for (const name of ["a", "b", "c"])
    made.push(await auth.current.createApiKey({ userId: user.id, name, ttlSeconds: 60 }));
  expect((await auth.current.listApiKeys(user.id)).map(({ name }) => name)).toEqual(["c", "b", "a"]);
  await auth.current.removeExpired();
  await backdoor.expireApiKey(made[1]?.apiKey.id as string);
  expect((await auth.current.removeExpired()).apiKeys).toBe(1);
  expect((await auth.current.listApiKeys(user.id)).map(({ name }) => name)).toEqual(["c", "a"]);
});

test("keys are listed newest first, also those of a process whose clock is behind", async () => {
  const { id: userId } = await newUser();
  await auth.current.createApiKey({ userId, name: "earlier" });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 60_000 });
  await auth.current.createApiKey({ userId, name: "behind" }).finally(() => vi.useRealTimers());
  expect((await auth.current.listApiKeys(userId)).map(({ name }) => name)).toEqual(["behind", "earlier"]);
});

test("G25: a key that is created while its user is deleted or banned finds nobody: 200 rounds", async () => {
  for (let round = 0; round < 200; round += 1) {
    const { id: userId } = await newUser();
    const [created] = await Promise.allSettled([
      auth.current.createApiKey({ userId, name: "x" }),
      round % 2 ? auth.current.deleteUserById(userId) : auth.current.banUser(userId),
    ]);
    if (created.status === "fulfilled") expect(await auth.current.getApiKeyWithUser(created.value.key)).toBeNull();
    else expect(["USER_NOT_FOUND", "USER_BANNED"]).toContain(created.reason.code);
  }
});

test("G48: scopes are read once, by index", async () => {
  class Odd extends Array<string> {
    override map(): never {
      return ["\0"] as never;
    }
  }
  const { apiKey } = await auth.current.createApiKey({
    userId: (await newUser()).id,
    name: "x",
    scopes: Odd.of("read"),
  });
  expect(apiKey.scopes).toEqual(["read"]);
});

test("G48: refuses wrong names, scopes and times to live", async () => {
  const wrong: Record<string, readonly unknown[]> = {
    name: [undefined, null, 1, "", "x".repeat(256), "\0", "\ud800"],
    scopes: ["read", [1], [""], ["x".repeat(256)], ["\0"], new Array(101).fill("x"), null],
    ttlSeconds: [0, 1.5, "60", Number.NaN],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      const options = { userId: watched.userId, name: "x", [field]: value } as never;
      await watched.expectRefused(field, () => watched.auth.createApiKey(options));
    }
  }
});
