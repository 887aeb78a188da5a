import { randomUUID } from "node:crypto";
import type { NewApiKey } from "../../auth/index.js";
import { sleep } from "../../timers.js";
import { type AuthContractContext, newHash } from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");

export function apiKeysContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const newKey = (userId: string, overrides: Partial<NewApiKey> = {}): NewApiKey => ({
    userId,
    name: "deployment",
    start: "pk_12345",
    scopes: ["read", 'it\'s {"quoted"},\\'],
    ttlSeconds: null,
    keyHash: newHash(),
    ...overrides,
  });

  describe("API keys", () => {
    test("one has the given values, and is found with its user by its hash", async () => {
      const user = await context.createUser({ userMetadata: '{"name":"Susan"}' });
      const key = newKey(user.id, { ttlSeconds: 3600 });
      const { keyHash, ttlSeconds, ...values } = key;
      const apiKey = await context.driver.createApiKey(key);
      expect(apiKey).toEqual({
        ...values,
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        createdAt: expect.any(Date),
        expiresAt: expect.any(Date),
        lastUsedAt: null,
      });
      expect((apiKey.expiresAt?.getTime() ?? 0) - apiKey.createdAt.getTime()).toBe((ttlSeconds ?? 0) * 1000);
      await expect(context.driver.getApiKeyWithUser(keyHash)).resolves.toEqual({ apiKey, user });
      await expect(context.driver.getApiKeyWithUser(newHash())).resolves.toBeNull();
      const endless = await context.driver.createApiKey(newKey(user.id, { scopes: [] }));
      expect(endless).toMatchObject({ expiresAt: null, scopes: [] });
    });

    test("concurrent lookups find the same keys as sequential ones, and return separate objects", async () => {
      const [one, other] = [await context.createUser(), await context.createUser()];
      const keys = [newKey(one.id), newKey(one.id), newKey(other.id)];
      const created = [];
      for (const key of keys) created.push(await context.driver.createApiKey(key));
      const hashes = [...keys.map(({ keyHash }) => keyHash), newHash(), (keys[0] as NewApiKey).keyHash];
      const found = await Promise.all(hashes.map((keyHash) => context.driver.getApiKeyWithUser(keyHash)));
      const users = [one, one, other];
      const expected = created.map((apiKey, index) => ({
        apiKey: { ...apiKey, lastUsedAt: found[index]?.apiKey.lastUsedAt },
        user: users[index],
      }));
      expect(found).toEqual([...expected, null, { ...expected[0], apiKey: found[4]?.apiKey }]);
      expect(found[4]?.apiKey.id).toBe(created[0]?.id);
      expect(found[0]?.user).not.toBe(found[4]?.user);
    });

    test("using one records when", async () => {
      const { id: userId } = await context.createUser();
      const [used, unused] = [newKey(userId, { name: "used" }), newKey(userId, { name: "unused" })];
      for (const key of [used, unused]) await context.driver.createApiKey(key);
      await context.driver.getApiKeyWithUser(used.keyHash);
      const lastUsed = async () =>
        new Map((await context.driver.listApiKeys(userId)).map(({ name, lastUsedAt }) => [name, lastUsedAt]));
      // The use is recorded after the lookup; the runner's timeout ends the test if it is not.
      while ((await lastUsed()).get("used") === null) await sleep(5);
      const first = await lastUsed();
      expect(first.get("unused")).toBeNull();
      // A second use within the minute is not recorded.
      await context.driver.getApiKeyWithUser(used.keyHash);
      await expect(lastUsed()).resolves.toEqual(first);
    });

    test("one that has expired, or whose user is deleted or banned, is not found; a ban that is over does not matter", async () => {
      const [expired, deleted, banned, free] = [
        await context.createUser(),
        await context.createUser(),
        await context.createUser(),
        await context.createUser(),
      ];
      const keys = [];
      for (const { id } of [expired, deleted, banned, free]) {
        const key = newKey(id, { ttlSeconds: 3600 });
        const apiKey = await context.driver.createApiKey(key);
        if (id === expired.id) await context.backdoor.expireApiKey(apiKey.id);
        keys.push(key);
      }
      await context.driver.deleteUser(deleted.id);
      await context.driver.updateUser(banned.id, { bannedUntil: FUTURE }, null);
      await context.driver.updateUser(free.id, { bannedUntil: new Date(0) }, null);
      const alone = [];
      for (const { keyHash } of keys) alone.push(await context.driver.getApiKeyWithUser(keyHash));
      const together = await Promise.all(keys.map(({ keyHash }) => context.driver.getApiKeyWithUser(keyHash)));
      for (const found of [alone, together]) {
        expect(found).toMatchObject([null, null, null, { user: { id: free.id } }]);
      }
      await expect(context.driver.listApiKeys(expired.id)).resolves.toEqual([]);
    });

    test("a user that is unknown, deleted or banned gets none", async () => {
      const [deleted, banned] = [await context.createUser(), await context.createUser()];
      await context.driver.deleteUser(deleted.id);
      await context.driver.updateUser(banned.id, { bannedUntil: FUTURE }, null);
      for (const [id, code] of [
        [randomUUID(), "USER_NOT_FOUND"],
        [deleted.id, "USER_NOT_FOUND"],
        [banned.id, "USER_BANNED"],
      ] as const) {
        await expect(context.driver.createApiKey(newKey(id))).rejects.toMatchObject({ code });
      }
    });

    test("lists a user's, newest first; deletes one for its user only, if one is named", async () => {
      const [{ id: userId }, { id: otherId }] = [await context.createUser(), await context.createUser()];
      const keys = [newKey(userId), newKey(userId), newKey(userId)];
      const created = [];
      for (const key of keys) created.push(await context.driver.createApiKey(key));
      const ids = created.map(({ id }) => id) as [string, string, string];
      await context.driver.createApiKey(newKey(otherId));
      await expect(context.driver.listApiKeys(userId)).resolves.toEqual([...created].reverse());
      await context.driver.deleteApiKey(ids[0], otherId);
      await expect(context.driver.listApiKeys(userId)).resolves.toHaveLength(3);
      await context.driver.deleteApiKey(ids[0], userId);
      await context.driver.deleteApiKey(ids[1], null);
      await context.driver.deleteApiKey(randomUUID(), null);
      await expect(context.driver.listApiKeys(userId)).resolves.toMatchObject([{ id: ids[2] }]);
      await expect(context.driver.getApiKeyWithUser(keys[0]?.keyHash as string)).resolves.toBeNull();
    });

    test("a sweep removes expired ones, however small the batches, and nothing else", async () => {
      await context.driver.removeExpired(1000);
      const { id: userId } = await context.createUser();
      const kept = [newKey(userId), newKey(userId, { ttlSeconds: 3600 })];
      for (const key of kept) await context.driver.createApiKey(key);
      for (let count = 0; count < 3; count += 1) {
        const { id } = await context.driver.createApiKey(newKey(userId, { ttlSeconds: 3600 }));
        await context.backdoor.expireApiKey(id);
      }
      await expect(context.driver.removeExpired(1)).resolves.toMatchObject({ apiKeys: 3 });
      await expect(context.driver.removeExpired(1)).resolves.toMatchObject({ apiKeys: 0 });
      await expect(context.driver.listApiKeys(userId)).resolves.toHaveLength(kept.length);
    });

    test("no key survives that is created while its user is deleted", async () => {
      for (let round = 0; round < 20; round += 1) {
        const { id } = await context.createUser();
        const key = newKey(id);
        const work = [() => context.driver.createApiKey(key), () => context.driver.deleteUser(id)];
        await Promise.allSettled((round % 2 ? work : work.reverse()).map((start) => start()));
        await expect(context.driver.getApiKeyWithUser(key.keyHash)).resolves.toBeNull();
      }
    });
  });
}
