import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OneTimeTokenKey } from "../../src/auth/index.js";
import { type AuthContractContext, newEmail, newTokenKey } from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");

export function tokensContract(context: AuthContractContext): void {
  async function newToken(): Promise<OneTimeTokenKey> {
    const token = newTokenKey((await context.createUser()).id);
    await context.driver.createOneTimeToken(token, 60);
    return token;
  }

  /** Tokens of one user, oldest first. */
  async function newTokens(count: number): Promise<OneTimeTokenKey[]> {
    const { id } = await context.createUser();
    const tokens = Array.from({ length: count }, () => newTokenKey(id));
    for (const token of tokens) await context.driver.createOneTimeToken(token, 60);
    return tokens;
  }

  async function expectRefused(token: OneTimeTokenKey | undefined): Promise<void> {
    if (token === undefined) throw new Error("there is no such token");

    await expect(context.driver.validateOneTimeToken(token)).resolves.toBe(false);
    await expect(context.driver.useOneTimeToken(token)).resolves.toBe(false);
  }

  describe("one-time tokens", () => {
    test("one can be validated any number of times, and used once", async () => {
      const token = await newToken();
      await expect(context.driver.validateOneTimeToken(token)).resolves.toBe(true);
      await expect(context.driver.validateOneTimeToken(token)).resolves.toBe(true);
      await expect(context.driver.useOneTimeToken(token)).resolves.toBe(true);
      await expectRefused(token);
    });

    test("another user's, and another hash, are refused and consume nothing", async () => {
      const [token, other] = [await newToken(), await newToken()];
      await expectRefused({ ...token, userId: other.userId });
      await expectRefused({ ...token, userId: randomUUID() });
      await expectRefused({ ...token, tokenHash: newTokenKey(token.userId).tokenHash });
      await context.driver.deleteOneTimeToken({ ...token, userId: other.userId });
      await expect(context.driver.useOneTimeToken(token)).resolves.toBe(true);
      await expect(context.driver.useOneTimeToken(other)).resolves.toBe(true);
    });

    test("the last five of a type are usable; a sixth voids the oldest", async () => {
      const tokens = await newTokens(6);
      const valid = await Promise.all(tokens.map((token) => context.driver.validateOneTimeToken(token)));
      expect(valid).toEqual([false, true, true, true, true, true]);
      await expectRefused(tokens[0]);
    });

    test.each([0, 1, 2, 3, 4])("using one of five (number %i) voids all", async (index) => {
      const tokens = await newTokens(5);
      const { tokenType, tokenHash, userId } = tokens[index] as OneTimeTokenKey;
      await expect(context.driver.getOneTimeTokenOwner(tokenType, tokenHash)).resolves.toBe(userId);
      await expect(context.driver.useOneTimeToken(tokens[index] as OneTimeTokenKey)).resolves.toBe(true);
      for (const token of tokens) await expectRefused(token);
      await expect(context.driver.getOneTimeTokenOwner(tokenType, tokenHash)).resolves.toBeNull();
      await expect(context.backdoor.liveTokenCount(userId)).resolves.toBe(0);
    });

    test.each([0, 1, 2, 3, 4])("deleting one of five (number %i) leaves the others", async (index) => {
      const tokens = await newTokens(5);
      await context.driver.deleteOneTimeToken(tokens[index] as OneTimeTokenKey);
      const valid = await Promise.all(tokens.map((token) => context.driver.validateOneTimeToken(token)));
      expect(valid).toEqual(tokens.map((_, at) => at !== index));
      await expectRefused(tokens[index]);
      for (const token of tokens) await context.driver.deleteOneTimeToken(token);
      for (const token of tokens) await expectRefused(token);
      await expect(context.backdoor.liveTokenCount((tokens[0] as OneTimeTokenKey).userId)).resolves.toBe(0);
    });

    test("of 20 concurrent uses of five tokens, one succeeds", async () => {
      const tokens = await newTokens(5);
      const uses = Array.from({ length: 20 }, (_, n) =>
        context.driver.useOneTimeToken(tokens[n % 5] as OneTimeTokenKey),
      );
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
    });

    test("voiding a token voids those before it", async () => {
      const changes = [{ passwordHash: null }, { email: newEmail() }, { bannedUntil: FUTURE }];
      for (const end of [
        ...changes.map((change) => (userId: string) => context.driver.updateUser(userId, change, null)),
        (userId: string) => context.driver.deleteUser(userId),
      ]) {
        const tokens = await newTokens(5);
        await end((tokens[0] as OneTimeTokenKey).userId);
        for (const token of tokens) await expectRefused(token);
      }
    });

    test("an earlier one resets the password", async () => {
      const [first, ...others] = await newTokens(5);
      await expect(context.driver.resetPassword(first as OneTimeTokenKey, "new", [])).resolves.not.toBeNull();
      for (const token of others) await expect(context.driver.resetPassword(token, "newer", [])).resolves.toBeNull();
    });

    test("a deleted one is refused; deleting an unknown one succeeds", async () => {
      const token = await newToken();
      await context.driver.deleteOneTimeToken(token);
      await expectRefused(token);
      await context.driver.deleteOneTimeToken(token);
      await context.driver.deleteOneTimeToken(newTokenKey(randomUUID()));
    });

    test("an expired one is refused, and a new one can be created", async () => {
      const token = await newToken();
      await context.backdoor.expireTokens(token.userId);
      await expectRefused(token);
      const newer = newTokenKey(token.userId);
      await context.driver.createOneTimeToken(newer, 60);
      await expectRefused(token);
      await expect(context.driver.useOneTimeToken(newer)).resolves.toBe(true);
    });

    test("a used or deleted one stays refused when there is a new one", async () => {
      const token = await newToken();
      await context.driver.useOneTimeToken(token);
      const second = newTokenKey(token.userId);
      await context.driver.createOneTimeToken(second, 60);
      await context.driver.deleteOneTimeToken(second);
      const third = newTokenKey(token.userId);
      await context.driver.createOneTimeToken(third, 60);
      await expectRefused(token);
      await expectRefused(second);
      await expect(context.driver.useOneTimeToken(third)).resolves.toBe(true);
    });

    test("a sweep removes expired ones, however small the batches, and nothing else", async () => {
      await context.driver.removeExpired(1000);
      const [live, ...expired] = [await newToken(), await newToken(), await newToken(), await newToken()];
      for (const { userId } of expired) await context.backdoor.expireTokens(userId);
      await expect(context.driver.removeExpired(1)).resolves.toMatchObject({ oneTimeTokens: 3 });
      for (const { userId } of expired) await expect(context.backdoor.liveTokenCount(userId)).resolves.toBe(0);
      await expect(context.driver.useOneTimeToken(live as OneTimeTokenKey)).resolves.toBe(true);
    });

    test("a user that is unknown, deleted or banned gets none, and can use none", async () => {
      await expect(context.driver.createOneTimeToken(newTokenKey(randomUUID()), 60)).rejects.toMatchObject({
        code: "USER_NOT_FOUND",
      });
      const deleted = await newToken();
      await context.driver.deleteUser(deleted.userId);
      await expectRefused(deleted);
      await expect(context.driver.createOneTimeToken(deleted, 60)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
      const banned = await newToken();
      await context.driver.updateUser(banned.userId, { bannedUntil: FUTURE }, null);
      await expectRefused(banned);
      await expect(context.driver.createOneTimeToken(banned, 60)).rejects.toMatchObject({ code: "USER_BANNED" });
    });

    test("of 20 concurrently requested ones five are usable; of 20 concurrent uses of one, one succeeds", async () => {
      const { id: userId } = await context.createUser();
      const tokens = Array.from({ length: 20 }, () => newTokenKey(userId));
      await Promise.all(tokens.map((token) => context.driver.createOneTimeToken(token, 60)));
      await expect(context.backdoor.liveTokenCount(userId)).resolves.toBe(1);
      const valid = await Promise.all(tokens.map((token) => context.driver.validateOneTimeToken(token)));
      const live = tokens.filter((_, index) => valid[index]);
      expect(live).toHaveLength(5);
      const uses = Array.from({ length: 20 }, () => context.driver.useOneTimeToken(live[0] as OneTimeTokenKey));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
    });
  });
}
