import { randomUUID } from "node:crypto";
import { type AuthContractContext, newEmail, newTokenKey, newTokenWith, type TokenKey } from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");

export function tokensContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  async function newToken(): Promise<TokenKey> {
    const token = newTokenKey((await context.createUser()).id);
    await context.driver.createOneTimeToken(newTokenWith(token));
    return token;
  }

  /** Tokens of one user, oldest first. */
  async function newTokens(count: number): Promise<TokenKey[]> {
    const { id } = await context.createUser();
    const tokens = Array.from({ length: count }, () => newTokenKey(id));
    for (const token of tokens) await context.driver.createOneTimeToken(newTokenWith(token));
    return tokens;
  }

  const isUsable = async (token: TokenKey) => (await context.driver.getOneTimeToken(token)) !== null;

  const expectUse = (token: TokenKey) =>
    expect(context.driver.useOneTimeToken(token)).resolves.toEqual({ userId: token.userId, payload: null });

  async function expectRefused(token: TokenKey | undefined): Promise<void> {
    if (token === undefined) throw new Error("there is no such token");

    await expect(isUsable(token)).resolves.toBe(false);
    await expect(context.driver.useOneTimeToken(token)).resolves.toBeNull();
  }

  describe("one-time tokens", () => {
    test("one can be validated any number of times, and used once", async () => {
      const token = await newToken();
      await expect(isUsable(token)).resolves.toBe(true);
      await expect(isUsable(token)).resolves.toBe(true);
      await expectUse(token);
      await expectRefused(token);
    });

    test("another user's, and another hash, are refused and consume nothing", async () => {
      const [token, other] = [await newToken(), await newToken()];
      await expectRefused({ ...token, userId: other.userId });
      await expectRefused({ ...token, userId: randomUUID() });
      await expectRefused({ ...token, tokenHash: newTokenKey(token.userId).tokenHash });
      await context.driver.deleteOneTimeToken({ ...token, userId: other.userId });
      await expectUse(token);
      await expectUse(other);
    });

    test("the last five of a type are usable; a sixth voids the oldest", async () => {
      const tokens = await newTokens(6);
      const valid = await Promise.all(tokens.map((token) => isUsable(token)));
      expect(valid).toEqual([false, true, true, true, true, true]);
      await expectRefused(tokens[0]);
    });

    for (const index of [0, 1, 2, 3, 4]) {
      test(`using one of five (number ${index}) voids all`, async () => {
        const tokens = await newTokens(5);
        const { userId, ...anybodys } = tokens[index] as TokenKey;
        const owner = () => context.driver.getOneTimeToken({ ...anybodys, userId: null });
        await expect(owner()).resolves.toEqual({ userId, payload: null, expiresAt: expect.any(Date) });
        await expectUse(tokens[index] as TokenKey);
        for (const token of tokens) await expectRefused(token);
        await expect(owner()).resolves.toBeNull();
        await expect(context.backdoor.liveTokenCount(userId)).resolves.toBe(0);
      });
    }

    for (const index of [0, 1, 2, 3, 4]) {
      test(`deleting one of five (number ${index}) leaves the others`, async () => {
        const tokens = await newTokens(5);
        await context.driver.deleteOneTimeToken(tokens[index] as TokenKey);
        const valid = await Promise.all(tokens.map((token) => isUsable(token)));
        expect(valid).toEqual(tokens.map((_, at) => at !== index));
        await expectRefused(tokens[index]);
        for (const token of tokens) await context.driver.deleteOneTimeToken(token);
        for (const token of tokens) await expectRefused(token);
        await expect(context.backdoor.liveTokenCount((tokens[0] as TokenKey).userId)).resolves.toBe(0);
      });
    }

    test("of 20 concurrent uses of five tokens, one succeeds", async () => {
      const tokens = await newTokens(5);
      const uses = Array.from({ length: 20 }, (_, n) => context.driver.useOneTimeToken(tokens[n % 5] as TokenKey));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
    });

    test("voiding a token voids those before it", async () => {
      const changes = [{ passwordHash: null }, { email: newEmail() }, { bannedUntil: FUTURE }];
      for (const end of [
        ...changes.map((change) => (userId: string) => context.driver.updateUser(userId, change, null)),
        (userId: string) => context.driver.deleteUser(userId),
      ]) {
        const tokens = await newTokens(5);
        await end((tokens[0] as TokenKey).userId);
        for (const token of tokens) await expectRefused(token);
      }
    });

    test("an earlier one resets the password", async () => {
      const [first, ...others] = await newTokens(5);
      await expect(context.driver.resetPassword(first as TokenKey, "new", [])).resolves.not.toBeNull();
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
      await context.driver.createOneTimeToken(newTokenWith(newer));
      await expectRefused(token);
      await expectUse(newer);
    });

    test("a used or deleted one stays refused when there is a new one", async () => {
      const token = await newToken();
      await context.driver.useOneTimeToken(token);
      const second = newTokenKey(token.userId);
      await context.driver.createOneTimeToken(newTokenWith(second));
      await context.driver.deleteOneTimeToken(second);
      const third = newTokenKey(token.userId);
      await context.driver.createOneTimeToken(newTokenWith(third));
      await expectRefused(token);
      await expectRefused(second);
      await expectUse(third);
    });

    test("a sweep removes expired ones, however small the batches, and nothing else", async () => {
      await context.driver.removeExpired(1000);
      const [live, ...expired] = [await newToken(), await newToken(), await newToken(), await newToken()];
      for (const { userId } of expired) await context.backdoor.expireTokens(userId);
      await expect(context.driver.removeExpired(1)).resolves.toMatchObject({ oneTimeTokens: 3 });
      for (const { userId } of expired) await expect(context.backdoor.liveTokenCount(userId)).resolves.toBe(0);
      await expectUse(live as TokenKey);
    });

    test("a user that is unknown, deleted or banned gets none, and can use none", async () => {
      await expect(context.driver.createOneTimeToken(newTokenWith(newTokenKey(randomUUID())))).rejects.toMatchObject({
        code: "USER_NOT_FOUND",
      });
      const deleted = await newToken();
      await context.driver.deleteUser(deleted.userId);
      await expectRefused(deleted);
      await expect(context.driver.createOneTimeToken(newTokenWith(deleted))).rejects.toMatchObject({
        code: "USER_NOT_FOUND",
      });
      const banned = await newToken();
      await context.driver.updateUser(banned.userId, { bannedUntil: FUTURE }, null);
      await expectRefused(banned);
      await expect(context.driver.createOneTimeToken(newTokenWith(banned))).rejects.toMatchObject({
        code: "USER_BANNED",
      });
    });

    test("of 20 concurrently requested ones five are usable; of 20 concurrent uses of one, one succeeds", async () => {
      const { id: userId } = await context.createUser();
      const tokens = Array.from({ length: 20 }, () => newTokenKey(userId));
      await Promise.all(tokens.map((token) => context.driver.createOneTimeToken(newTokenWith(token))));
      await expect(context.backdoor.liveTokenCount(userId)).resolves.toBe(1);
      const valid = await Promise.all(tokens.map((token) => isUsable(token)));
      const live = tokens.filter((_, index) => valid[index]);
      expect(live).toHaveLength(5);
      const uses = Array.from({ length: 20 }, () => context.driver.useOneTimeToken(live[0] as TokenKey));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
    });
  });
}
