import { type CacheContractContext, FOREVER, lasting, newKey } from "./cache-driver-context.js";

/** Counters and rate limits. */
export function countersContract(context: CacheContractContext): void {
  const { describe, expect, test } = context.runner;
  const { backdoor } = context;

  describe("increment", () => {
    test("adds to a whole number; an absent or expired entry is 0 and gets the ttl, others keep their expiry", async () => {
      const { driver } = context;
      const key = newKey();
      await expect(driver.increment(key, 5, null)).resolves.toBe(5);
      await expect(driver.increment(key, -7, 3_600_000)).resolves.toBe(-2);
      await expect(driver.getEntry(key)).resolves.toEqual({ value: "-2", expiresAt: null, tags: [] });
      await driver.set(key, "41", lasting(3600));
      await expect(driver.increment(key, 1, null)).resolves.toBe(42);
      await expect(driver.getEntry(key)).resolves.toMatchObject({ value: "42", expiresAt: expect.any(Date) });
      await backdoor.expire(key);
      await expect(driver.increment(key, 3, 3_600_000)).resolves.toBe(3);
      await expect(driver.getEntry(key)).resolves.toMatchObject({ value: "3", expiresAt: expect.any(Date) });
      await expect(driver.increment(key, 0, null)).resolves.toBe(3);
    });

    test("each of 100 concurrent calls has a value of its own", async () => {
      const key = newKey();
      const calls = Array.from({ length: 100 }, () => context.driver.increment(key, 1, null));
      const values = await Promise.all(calls);
      expect([...values].sort((one, other) => one - other)).toEqual(calls.map((_, index) => index + 1));
    });

    test("concurrent calls that add and subtract sum up", async () => {
      const key = newKey();
      const addends = Array.from({ length: 60 }, (_, index) => (index % 3) - 1 || index);
      await Promise.all(addends.map((by) => context.driver.increment(key, by, null)));
      const sum = addends.reduce((one, other) => one + other, 0);
      await expect(context.driver.get(key)).resolves.toBe(String(sum));
    });

    for (const value of [
      "",
      "text",
      "1.5",
      "1e3",
      " 1",
      "+1",
      "01",
      "-0",
      "9007199254740992",
      "-9007199254740992",
      "9".repeat(30),
    ]) {
      test(`${JSON.stringify(value)} is no whole number: WRONG_VALUE_TYPE, and it stays`, async () => {
        const key = newKey();
        await context.driver.set(key, value, FOREVER);
        await expect(context.driver.increment(key, 1, null)).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
        await expect(context.driver.get(key)).resolves.toBe(value);
      });
    }

    test("a sum beyond 2^53 - 1 is WRONG_VALUE_TYPE for the calls that it concerns", async () => {
      const { driver } = context;
      const key = newKey();
      const max = Number.MAX_SAFE_INTEGER;
      await expect(driver.increment(key, max, null)).resolves.toBe(max);
      await expect(driver.increment(key, 1, null)).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
      await expect(driver.increment(key, -max, null)).resolves.toBe(0);
      await expect(driver.increment(key, -max, null)).resolves.toBe(-max);
      await expect(driver.increment(key, -1, null)).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
      await driver.set(key, String(max - 2), FOREVER);
      const outcomes = await Promise.allSettled([1, 1, 1, 1].map((by) => driver.increment(key, by, null)));
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
      await expect(driver.get(key)).resolves.toBe(String(max));
    });
  });

  describe("rateLimit", () => {
    const call = { limit: 3, windowSeconds: 3600, cost: 1 };

    test("admits as many calls as the limit, then says when", async () => {
      const { driver } = context;
      const key = newKey("limit");
      for (const remaining of [2, 1, 0]) {
        await expect(driver.rateLimit(key, call)).resolves.toEqual({ allowed: true, remaining, retryAfterSeconds: 0 });
      }
      const refused = await driver.rateLimit(key, call);
      expect(refused).toMatchObject({ allowed: false, remaining: 0 });
      expect(refused.retryAfterSeconds).toBeGreaterThan(1_000);
      expect(refused.retryAfterSeconds).toBeLessThanOrEqual(1_200);
      await backdoor.expire(key);
      await expect(driver.rateLimit(key, call)).resolves.toMatchObject({ allowed: true, remaining: 2 });
    });

    test("a call may count as several, and other limits may apply to the same key", async () => {
      const { driver } = context;
      const key = newKey("limit");
      await expect(driver.rateLimit(key, { ...call, cost: 2 })).resolves.toMatchObject({ allowed: true, remaining: 1 });
      await expect(driver.rateLimit(key, { ...call, cost: 2 })).resolves.toMatchObject({
        allowed: false,
        remaining: 1,
      });
      await expect(driver.rateLimit(key, call)).resolves.toMatchObject({ allowed: true, remaining: 0 });
      await expect(driver.rateLimit(key, { ...call, limit: 6 })).resolves.toMatchObject({ allowed: false });
    });

    test("100 concurrent calls with a limit of 10 admit 10, also with different costs", async () => {
      const { driver } = context;
      const key = newKey("limit");
      const limited = { limit: 10, windowSeconds: 3600, cost: 1 };
      const results = await Promise.all(Array.from({ length: 100 }, () => driver.rateLimit(key, limited)));
      expect(results.filter(({ allowed }) => allowed)).toHaveLength(10);
      expect(results.filter(({ allowed, remaining }) => !allowed && remaining > 0)).toEqual([]);
      const other = newKey("limit");
      const costs = Array.from({ length: 40 }, (_, index) => (index % 2) + 1);
      const mixed = await Promise.all(costs.map((cost) => driver.rateLimit(other, { ...limited, cost })));
      const admitted = costs.filter((_, index) => mixed[index]?.allowed).reduce((sum, cost) => sum + cost, 0);
      expect(admitted).toBe(10);
    });

    test("a live entry that is something else is WRONG_VALUE_TYPE, and stays; an expired one is replaced", async () => {
      const { driver } = context;
      const key = newKey("limit");
      await driver.set(key, "text", lasting(3600));
      await expect(driver.rateLimit(key, call)).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
      await expect(driver.get(key)).resolves.toBe("text");
      await backdoor.expire(key);
      await expect(driver.rateLimit(key, call)).resolves.toMatchObject({ allowed: true });
      await expect(driver.increment(key, 1, null)).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
    });
  });
}
