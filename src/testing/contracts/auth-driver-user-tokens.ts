import { randomUUID } from "node:crypto";
import type { NewOneTimeToken, OneTimeTokenType } from "../../auth/index.js";
import {
  type AuthContractContext,
  newEmail,
  newHash,
  newTokenKey,
  newTokenWith,
  SESSION_TERMS,
  type TokenKey,
} from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");
const TYPES: readonly OneTimeTokenType[] = [
  "password-reset",
  "email-confirmation",
  "email-change",
  "log-in",
  "application",
];

export function userTokensContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const keyOf = (userId: string, tokenType: OneTimeTokenType): TokenKey => ({
    ...newTokenKey(userId),
    tokenType,
    purpose: tokenType === "application" ? "invitation" : null,
  });
  const create = async (key: TokenKey, overrides: Partial<NewOneTimeToken> = {}) => {
    await context.driver.createOneTimeToken(newTokenWith(key, overrides));
    return key;
  };
  const isUsable = async (key: TokenKey) => (await context.driver.getOneTimeToken(key)) !== null;

  for (const tokenType of TYPES) {
    describe(`one-time tokens of the type ${tokenType}`, () => {
      const newToken = async (overrides: Partial<NewOneTimeToken> = {}) =>
        create(keyOf((await context.createUser()).id, tokenType), overrides);

      test("one carries its payload, without its user's id, too, and is used once", async () => {
        const payload = { list: [1, "ü", null], text: 'it\'s \\ "quoted" $1 {}' };
        const token = await newToken({ payload: JSON.stringify(payload), ttlSeconds: 3600 });
        const { userId } = token;
        for (const key of [token, { ...token, userId: null }]) {
          const found = await context.driver.getOneTimeToken(key);
          expect(found).toEqual({ userId, payload, expiresAt: expect.any(Date) });
          expect(Math.abs((found?.expiresAt.getTime() ?? 0) - Date.now() - 3_600_000)).toBeLessThan(1_800_000);
        }
        const uses = Array.from({ length: 10 }, () => context.driver.useOneTimeToken({ ...token, userId: null }));
        const used = (await Promise.all(uses)).filter((contents) => contents !== null);
        expect(used).toEqual([{ userId, payload }]);
        await expect(isUsable(token)).resolves.toBe(false);
      });

      test("each keeps its own payload", async () => {
        const { id: userId } = await context.createUser();
        const [first, second, third] = [
          await create(keyOf(userId, tokenType), { payload: "1" }),
          await create(keyOf(userId, tokenType)),
          await create(keyOf(userId, tokenType), { payload: '"3"' }),
        ];
        await expect(context.driver.getOneTimeToken(first)).resolves.toMatchObject({ payload: 1 });
        await expect(context.driver.getOneTimeToken(third)).resolves.toMatchObject({ payload: "3" });
        await expect(context.driver.getOneTimeToken(second)).resolves.toMatchObject({ payload: null });
        await expect(context.driver.useOneTimeToken(first)).resolves.toEqual({ userId, payload: 1 });
      });

      test("using one voids the user's others of that type and purpose, and no others", async () => {
        const { id: userId } = await context.createUser();
        const tokens = [];
        for (let count = 0; count < 3; count += 1) tokens.push(await create(keyOf(userId, tokenType)));
        const kept = [keyOf((await context.createUser()).id, tokenType)];
        for (const type of TYPES.filter((type) => type !== tokenType)) kept.push(keyOf(userId, type));
        if (tokenType === "application") kept.push({ ...keyOf(userId, tokenType), purpose: "another" });
        for (const key of kept) await create(key);
        await expect(context.driver.useOneTimeToken(tokens[1] as TokenKey)).resolves.not.toBeNull();
        expect(await Promise.all(tokens.map(isUsable))).toEqual([false, false, false]);
        expect(await Promise.all(kept.map(isUsable))).toEqual(kept.map(() => true));
      });

      test("another type, purpose, user or hash is refused and consumes nothing", async () => {
        const token = await newToken();
        const { id: otherId } = await context.createUser();
        const others = TYPES.filter((type) => type !== tokenType).map((type) => ({ ...token, tokenType: type }));
        const wrong = [...others, { ...token, userId: otherId }, { ...token, tokenHash: newHash() }];
        if (tokenType === "application") wrong.push({ ...token, purpose: "another" }, { ...token, purpose: null });
        for (const key of wrong) {
          await expect(context.driver.getOneTimeToken(key)).resolves.toBeNull();
          await expect(context.driver.useOneTimeToken(key)).resolves.toBeNull();
          await context.driver.deleteOneTimeToken(key);
        }
        await expect(context.driver.useOneTimeToken(token)).resolves.not.toBeNull();
      });

      test("a deleted one is refused, also where the user is not named; an expired one is refused and swept", async () => {
        const [deleted, expired] = [await newToken(), await newToken()];
        await context.driver.deleteOneTimeToken({ ...deleted, userId: null });
        await context.backdoor.expireTokens(expired.userId);
        for (const key of [deleted, expired]) {
          await expect(isUsable(key)).resolves.toBe(false);
          await expect(context.driver.useOneTimeToken(key)).resolves.toBeNull();
        }
        expect((await context.driver.removeExpired(1)).oneTimeTokens).toBeGreaterThan(0);
        await expect(context.driver.removeExpired(1)).resolves.toMatchObject({ oneTimeTokens: 0 });
      });

      test("a user that is deleted, banned or unknown gets none, and loses those there are", async () => {
        const [deleted, banned, changed] = [await newToken(), await newToken(), await newToken()];
        await context.driver.deleteUser(deleted.userId);
        await context.driver.updateUser(banned.userId, { bannedUntil: FUTURE }, null);
        await context.driver.updateUser(changed.userId, { passwordHash: "new" }, null);
        for (const key of [deleted, banned, changed]) {
          await expect(isUsable(key)).resolves.toBe(false);
          await expect(context.driver.useOneTimeToken(key)).resolves.toBeNull();
        }
        await expect(create(deleted)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
        await expect(create(keyOf(randomUUID(), tokenType))).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
        await expect(create(banned)).rejects.toMatchObject({ code: "USER_BANNED" });
      });
    });
  }

  describe("tokens that replace one another", () => {
    test("of earlier ones of a user, type and purpose, the newest `keep` stay usable", async () => {
      const { id: userId } = await context.createUser();
      const purposes = ["first", "second"].map((purpose) => ({ ...keyOf(userId, "application"), purpose }));
      const [other, confirmation] = [purposes[1] as TokenKey, keyOf(userId, "email-confirmation")];
      await create(other);
      await create(confirmation);
      const tokens = Array.from({ length: 4 }, () => ({ ...(purposes[0] as TokenKey), tokenHash: newHash() }));
      for (const token of tokens) await create(token, { keep: 2 });
      expect(await Promise.all(tokens.map(isUsable))).toEqual([false, true, true, true]);
      await create(purposes[0] as TokenKey, { keep: 0 });
      expect(await Promise.all(tokens.map(isUsable))).toEqual([false, false, false, false]);
      expect(await Promise.all([...purposes, confirmation].map(isUsable))).toEqual([true, true, true]);
    });

    test("of 20 concurrently created ones without `keep`, one is usable", async () => {
      const { id: userId } = await context.createUser();
      const tokens = Array.from({ length: 20 }, () => keyOf(userId, "application"));
      await Promise.all(tokens.map((token) => create(token, { keep: 0 })));
      expect((await Promise.all(tokens.map(isUsable))).filter(Boolean)).toHaveLength(1);
    });
  });

  describe("confirming an email", () => {
    test("uses the token once, and confirms the email that it was made for", async () => {
      const user = await context.createUser();
      const token = await create(keyOf(user.id, "email-confirmation"));
      const uses = await Promise.all(Array.from({ length: 10 }, () => context.driver.confirmEmail(token.tokenHash)));
      const [confirmed, ...more] = uses.filter((answer) => answer !== null);
      expect(more).toEqual([]);
      expect(confirmed).toEqual({ ...user, emailConfirmedAt: expect.any(Date), updatedAt: expect.any(Date) });
      await expect(context.driver.getUserById(user.id)).resolves.toEqual(confirmed);
    });

    test("a token for another address, type, or user that lost access confirms nothing", async () => {
      const [moved, other, banned] = [
        await context.createUser(),
        await context.createUser(),
        await context.createUser(),
      ];
      const tokens = [];
      for (const { id } of [moved, banned]) tokens.push(await create(keyOf(id, "email-confirmation")));
      tokens.push(await create(keyOf(other.id, "log-in")));
      await context.driver.updateUser(moved.id, { email: newEmail() }, null);
      await context.driver.updateUser(banned.id, { bannedUntil: FUTURE }, null);
      for (const { tokenHash } of tokens) await expect(context.driver.confirmEmail(tokenHash)).resolves.toBeNull();
      for (const { id } of [moved, other, banned]) {
        await expect(context.driver.getUserById(id)).resolves.toMatchObject({ emailConfirmedAt: null });
      }
    });
  });

  describe("changing an email", () => {
    const request = async (userId: string, email = newEmail()) => ({
      email,
      key: await create(keyOf(userId, "email-change"), { email, keep: 0 }),
    });

    test("sets the proved address, names the previous one, voids tokens and ends the other sessions", async () => {
      const user = await context.createUser();
      const terms = { ...SESSION_TERMS, userId: user.id };
      const [kept] = [
        await context.driver.createSession(terms, false),
        await context.driver.createSession(terms, false),
      ];
      const others = [await create(keyOf(user.id, "password-reset")), await create(keyOf(user.id, "log-in"))];
      const { email, key } = await request(user.id);
      const change = await context.driver.confirmEmailChange(key.tokenHash, kept.id);
      const changed = { ...user, email, emailConfirmedAt: expect.any(Date), updatedAt: expect.any(Date) };
      expect(change).toEqual({ user: changed, previousEmail: user.email });
      await expect(context.driver.getUserByEmail(email)).resolves.toEqual(change?.user);
      await expect(context.driver.getUserByEmail(user.email)).resolves.toBeNull();
      await expect(context.backdoor.sessionIds(user.id)).resolves.toEqual([kept.id]);
      expect(await Promise.all(others.map(isUsable))).toEqual([false, false]);
      await expect(context.driver.confirmEmailChange(key.tokenHash, null)).resolves.toBeNull();
    });

    test("an address that was taken meanwhile is refused, and the token stays usable", async () => {
      const [user, other] = [await context.createUser(), await context.createUser()];
      const { email, key } = await request(user.id);
      await context.driver.updateUser(other.id, { email }, null);
      await expect(context.driver.confirmEmailChange(key.tokenHash, null)).rejects.toMatchObject({
        code: "EMAIL_TAKEN",
      });
      await expect(context.driver.getUserById(user.id)).resolves.toEqual(user);
      await context.driver.deleteUser(other.id);
      await expect(context.driver.confirmEmailChange(key.tokenHash, null)).resolves.toMatchObject({ user: { email } });
    });

    test("of two users who prove one address concurrently, one gets it, in 20 rounds", async () => {
      for (let round = 0; round < 20; round += 1) {
        const email = newEmail();
        const users = [await context.createUser(), await context.createUser()];
        const keys = [];
        for (const { id } of users) keys.push((await request(id, email)).key);
        const changes = keys.map(({ tokenHash }) => context.driver.confirmEmailChange(tokenHash, null));
        const outcomes = await Promise.allSettled(changes);
        const [refusal, ...more] = outcomes.filter((outcome) => outcome.status === "rejected");
        expect(more).toEqual([]);
        expect(refusal?.reason).toMatchObject({ code: "EMAIL_TAKEN" });
      }
    });
  });
}
