import { randomUUID } from "node:crypto";
import type { LogInAttempt, LogInBudget, NewLogInExemption } from "../../auth/index.js";
import {
  type AuthContractContext,
  newEmail,
  newTokenKey,
  newTokenWith,
  PASSWORD_HASH,
  SESSION_TERMS,
} from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");
const HOUR = 3600;
const LOG_IN = { session: SESSION_TERMS, replaceSessionId: null, device: null, exemption: null } as const;

const budget = (overrides: Partial<LogInBudget> = {}): LogInBudget => ({
  key: randomUUID(),
  restoreSeconds: HOUR,
  admittingSeconds: 2 * HOUR,
  local: false,
  ...overrides,
});
const exemption = (overrides: Partial<NewLogInExemption> = {}): NewLogInExemption => ({
  scope: "here",
  budgetKey: randomUUID(),
  ttlSeconds: 2 * HOUR,
  ...overrides,
});
const attemptWith = (overrides: Partial<LogInAttempt> = {}): LogInAttempt => ({
  budgets: [],
  knownScope: "here",
  anywhereScope: "anywhere",
  device: null,
  freshSeconds: HOUR,
  ...overrides,
});

export function logInsContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const knowledgeOf = (email: string, overrides: Partial<LogInAttempt> = {}) =>
    context.driver.getCredentialsByEmail(email, attemptWith(overrides));

  describe("budgets of failed logins", () => {
    test("an unspent one admits an attempt", async () => {
      const knowledge = await knowledgeOf(newEmail(), { budgets: [budget(), budget({ local: true })] });
      expect(knowledge.waitSeconds).toBeLessThanOrEqual(0);
      expect(knowledge.localWaitSeconds).toBeLessThanOrEqual(0);
    });

    test("each failure postpones when it is full again; the longest wait counts, and that of local ones separately", async () => {
      const shared = budget();
      const local = budget({ restoreSeconds: HOUR / 2, admittingSeconds: 0, local: true });
      const waits = async () => {
        const { waitSeconds, localWaitSeconds } = await knowledgeOf(newEmail(), { budgets: [shared, local] });
        return [waitSeconds, localWaitSeconds].map((seconds) => Math.round(seconds / 300) * 300);
      };
      await context.driver.spendLogInBudgets([shared, local]);
      expect(await waits()).toEqual([HOUR / 2, HOUR / 2]);
      for (let index = 0; index < 3; index += 1) await context.driver.spendLogInBudgets([shared]);
      expect(await waits()).toEqual([2 * HOUR, HOUR / 2]);
    });

    test("concurrent spending adds up", async () => {
      const budgets = [budget(), budget(), budget()];
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          context.driver.spendLogInBudgets(index % 2 ? budgets : [...budgets].reverse()),
        ),
      );
      for (const each of budgets) {
        const { waitSeconds } = await knowledgeOf(newEmail(), { budgets: [each] });
        expect(Math.round(waitSeconds / 300) * 300).toBe(10 * HOUR);
      }
    });
  });

  describe("exemptions from them", () => {
    const known = async (email: string) => (await knowledgeOf(email)).known;

    test("one applies in its scope to its user until it expires, and returns what was spent of its budget", async () => {
      const user = await context.createUser();
      expect(await knowledgeOf(user.email)).toMatchObject({ known: null, anywhere: null });
      const [here, anywhere] = [exemption(), exemption({ scope: "anywhere", ttlSeconds: 3600 })];
      await context.driver.grantLogInExemption(user.id, PASSWORD_HASH, here);
      await context.driver.grantLogInExemption(user.id, PASSWORD_HASH, anywhere);
      expect(await knowledgeOf(user.email)).toMatchObject({
        known: { budgetKey: here.budgetKey, spentSeconds: 0, isFresh: true },
        anywhere: { budgetKey: anywhere.budgetKey, spentSeconds: 0 },
      });
      await context.driver.spendLogInBudgets([{ key: here.budgetKey, restoreSeconds: HOUR }]);
      const spent = (await known(user.email))?.spentSeconds ?? 0;
      expect(Math.round(spent / 300) * 300).toBe(HOUR);
      expect((await knowledgeOf(user.email, { knownScope: "there" })).known).toBeNull();
      expect((await knowledgeOf(user.email, { knownScope: null })).known).toBeNull();
      expect((await knowledgeOf(user.email, { freshSeconds: 3 * HOUR })).known).toMatchObject({ isFresh: false });
      expect(await known((await context.createUser()).email)).toBeNull();
    });

    test("granting one again sets its end and keeps its budget", async () => {
      const user = await context.createUser();
      const granted = exemption();
      await context.driver.grantLogInExemption(user.id, PASSWORD_HASH, granted);
      await context.driver.grantLogInExemption(user.id, PASSWORD_HASH, exemption({ ttlSeconds: HOUR }));
      expect(await known(user.email)).toMatchObject({ budgetKey: granted.budgetKey, isFresh: false });
      const logIn = { userId: user.id, passwordHash: PASSWORD_HASH, newPasswordHash: null, ...LOG_IN };
      await context.driver.logIn({ ...logIn, exemption: exemption() });
      expect(await known(user.email)).toMatchObject({ budgetKey: granted.budgetKey, isFresh: true });
    });

    test("logging in grants the given one", async () => {
      const user = await context.createUser();
      const granted = exemption();
      const logIn = (passwordHash: string) =>
        context.driver.logIn({
          ...LOG_IN,
          userId: user.id,
          passwordHash,
          newPasswordHash: null,
          exemption: granted,
        });
      await expect(logIn("another")).resolves.toBeNull();
      expect(await known(user.email)).toBeNull();
      await expect(logIn(PASSWORD_HASH)).resolves.not.toBeNull();
      expect(await known(user.email)).toMatchObject({ budgetKey: granted.budgetKey });
    });

    test("a user with another password, deleted, banned or unknown is granted none", async () => {
      const [other, deleted, banned] = [
        await context.createUser({ passwordHash: "another" }),
        await context.createUser(),
        await context.createUser(),
      ];
      await context.driver.deleteUser(deleted.id);
      await context.driver.updateUser(banned.id, { bannedUntil: FUTURE }, null);
      for (const id of [other.id, deleted.id, banned.id, randomUUID()]) {
        await context.driver.grantLogInExemption(id, PASSWORD_HASH, exemption());
      }
      for (const { email } of [other, deleted, banned]) expect(await known(email)).toBeNull();
    });

    test("a reset of the password ends the existing ones, and grants the given ones", async () => {
      const user = await context.createUser();
      await context.driver.grantLogInExemption(user.id, PASSWORD_HASH, exemption());
      const token = newTokenKey(user.id);
      await context.driver.createOneTimeToken(newTokenWith(token));
      const granted = exemption({ scope: "anywhere" });
      await expect(context.driver.resetPassword(token, "new", [granted])).resolves.not.toBeNull();
      expect(await knowledgeOf(user.email)).toMatchObject({ known: null, anywhere: { budgetKey: granted.budgetKey } });
      const [here, anywhere] = [exemption(), exemption({ scope: "anywhere" })];
      const next = newTokenKey(user.id);
      await context.driver.grantLogInExemption(user.id, "new", exemption());
      await context.driver.createOneTimeToken(newTokenWith(next));
      await context.driver.resetPassword(next, "newer", [here, anywhere]);
      expect(await knowledgeOf(user.email)).toMatchObject({
        known: { budgetKey: here.budgetKey },
        anywhere: { budgetKey: anywhere.budgetKey },
      });
    });

    test("a rehash of the same password ends none", async () => {
      const user = await context.createUser();
      await context.driver.grantLogInExemption(user.id, PASSWORD_HASH, exemption());
      await context.driver.replacePasswordHash(user.id, PASSWORD_HASH, "newer");
      expect(await known(user.email)).not.toBeNull();
    });
  });
}
