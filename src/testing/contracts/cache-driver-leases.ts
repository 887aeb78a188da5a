import { randomUUID } from "node:crypto";
import type { CacheKey, ComputedEntry } from "../../cache/index.js";
import { type CacheContractContext, FOREVER, lasting, newKey, tagged } from "./cache-driver-context.js";

const LEASE_SECONDS = 3600;
const computed = (value: string, overrides: Partial<ComputedEntry> = {}): ComputedEntry => ({
  value,
  ttlMillis: 3_600_000,
  graceMillis: 0,
  tags: null,
  ...overrides,
});
const GRACE = { graceMillis: 3_600_000 };

/** Leases, stale values and tags. */
export function leasesContract(context: CacheContractContext): void {
  const { describe, expect, test } = context.runner;
  const { backdoor } = context;
  const acquire = (key: CacheKey) => context.driver.acquireLease(key, LEASE_SECONDS);
  async function leased(key = newKey(), isStale = false): Promise<{ key: CacheKey; token: string }> {
    const attempt = await acquire(key);
    expect(attempt).toEqual({ outcome: "acquired", isStale, token: expect.any(String), sentAt: expect.any(Number) });
    return { key, token: attempt.outcome === "acquired" ? attempt.token : "" };
  }

  describe("leases", () => {
    test("one caller acquires the lease of a missing value; others learn how long it lasts", async () => {
      const { driver } = context;
      const { key, token } = await leased();
      const other = await acquire(key);
      expect(other).toMatchObject({ outcome: "held", isStale: false });
      const remaining = other.outcome === "held" ? other.remainingMillis : null;
      expect(remaining).toBeGreaterThan(0);
      expect(remaining).toBeLessThanOrEqual(LEASE_SECONDS * 1000);
      await expect(driver.isLeaseHeld(key, token, null)).resolves.toBe(true);
      await expect(driver.isLeaseHeld(key, randomUUID(), null)).resolves.toBe(false);
      await expect(driver.storeComputed(key, randomUUID(), computed("another's"))).resolves.toBe(false);
      await driver.releaseLease(key, randomUUID());
      await expect(driver.isLeaseHeld(key, token, null)).resolves.toBe(true);
      await expect(driver.storeComputed(key, token, computed("value", { tags: ["a"] }))).resolves.toBe(true);
      await expect(driver.getEntry(key)).resolves.toEqual({ value: "value", expiresAt: expect.any(Date), tags: ["a"] });
      await expect(driver.isLeaseHeld(key, token, null)).resolves.toBe(false);
      await expect(driver.storeComputed(key, token, computed("twice"))).resolves.toBe(false);
      await expect(acquire(key)).resolves.toEqual({ outcome: "live" });
    });

    test("one of 20 concurrent callers acquires it", async () => {
      const key = newKey();
      const attempts = await Promise.all(Array.from({ length: 20 }, () => acquire(key)));
      expect(attempts.filter(({ outcome }) => outcome === "acquired")).toHaveLength(1);
      expect(attempts.filter(({ outcome }) => outcome === "held")).toHaveLength(19);
    });

    test("leases of other keys and types are others", async () => {
      const { key } = await leased();
      await leased({ ...key, resourceType: "image" });
      await leased({ ...key, key: `${key.key}?` });
    });

    test("a lease that was given up is free, and leaves no entry", async () => {
      const { key, token } = await leased();
      await expect(context.driver.get(key)).resolves.toBeNull();
      await context.driver.releaseLease(key, token);
      await expect(backdoor.isKept(key)).resolves.toBe(false);
      await context.driver.releaseLease(key, token);
      const next = await leased(key);
      expect(next.token).not.toBe(token);
    });

    test("a lease that has expired is free; its owner stores nothing once it was replaced", async () => {
      const { driver } = context;
      const { key, token } = await leased();
      await backdoor.expireLease(key);
      await expect(driver.isLeaseHeld(key, token, null)).resolves.toBe(false);
      const next = await leased(key);
      await expect(driver.storeComputed(key, token, computed("late"))).resolves.toBe(false);
      await driver.releaseLease(key, token);
      await expect(driver.isLeaseHeld(key, next.token, null)).resolves.toBe(true);
      await expect(driver.storeComputed(key, next.token, computed("next"))).resolves.toBe(true);
      await expect(driver.get(key)).resolves.toBe("next");
    });

    for (const [kind, change, left] of [
      ["set", (key: CacheKey) => context.driver.set(key, "set", FOREVER), "set"],
      ["set with tags", (key: CacheKey) => context.driver.set(key, "set", tagged("a")), "set"],
      ["setIfAbsent", (key: CacheKey) => context.driver.setIfAbsent(key, "set", FOREVER), "set"],
      ["increment", (key: CacheKey) => context.driver.increment(key, 7, null), "7"],
      ["delete", (key: CacheKey) => context.driver.delete(key), null],
      ["deleteMany", (key: CacheKey) => context.driver.deleteMany(key.resourceType, [key.key]), null],
      ["clear", (key: CacheKey) => context.driver.clear(key.resourceType), null],
      ["invalidateTags", () => context.driver.invalidateTags(["computed"], undefined), null],
    ] as const) {
      test(`nothing is stored after ${kind}`, async () => {
        const { driver } = context;
        const { key, token } = await leased(newKey(randomUUID()));
        await change(key);
        await expect(driver.isLeaseHeld(key, token, ["computed"])).resolves.toBe(false);
        const entry = computed("late", { tags: ["computed"], ...GRACE });
        await expect(driver.storeComputed(key, token, entry)).resolves.toBe(false);
        await expect(driver.get(key)).resolves.toBe(left);
        await expect(driver.getStale(key)).resolves.toBeNull();
      });
    }

    test("an expired value without grace is missing; lookups of it take nothing from the lease", async () => {
      const { driver } = context;
      const key = newKey();
      await driver.set(key, "old", lasting(3600));
      await backdoor.expire(key);
      const { token } = await leased(key);
      await expect(driver.get(key)).resolves.toBeNull();
      await expect(driver.getAll(key.key)).resolves.toEqual(new Map());
      await expect(driver.getMany(key.resourceType, [key.key])).resolves.toEqual(new Map());
      await expect(driver.getStale(key)).resolves.toBeNull();
      await driver.removeExpired(1000, null);
      await expect(driver.isLeaseHeld(key, token, null)).resolves.toBe(true);
      await expect(driver.storeComputed(key, token, computed("new"))).resolves.toBe(true);
      await expect(driver.get(key)).resolves.toBe("new");
    });

    test("a value with an invalidated tag is missing, and replaced", async () => {
      const key = newKey();
      await context.driver.set(key, "old", tagged("replaced"));
      await context.driver.invalidateTags(["replaced"], undefined);
      const { token } = await leased(key);
      await expect(context.driver.storeComputed(key, token, computed("new", { tags: ["replaced"] }))).resolves.toBe(
        true,
      );
      await expect(context.driver.get(key)).resolves.toBe("new");
    });

    test("a value is stored after an invalidation of other tags, and before the lease", async () => {
      await context.driver.invalidateTags(["computed"], undefined);
      const { key, token } = await leased();
      await context.driver.invalidateTags(["another"], undefined);
      await expect(context.driver.isLeaseHeld(key, token, ["computed"])).resolves.toBe(true);
      await expect(context.driver.storeComputed(key, token, computed("value", { tags: ["computed"] }))).resolves.toBe(
        true,
      );
    });
  });

  describe("stale values", () => {
    async function stale(tags: readonly string[] | null = null): Promise<CacheKey> {
      const { key, token } = await leased();
      await context.driver.storeComputed(key, token, computed("stale", { ...GRACE, tags }));
      await expect(context.driver.getStale(key)).resolves.toBeNull();
      await backdoor.expire(key);
      return key;
    }

    test("an expired value within its grace is stale: no live one, and kept by lookups and leases", async () => {
      const { driver } = context;
      const key = await stale();
      await expect(driver.get(key)).resolves.toBeNull();
      await expect(driver.getAll(key.key)).resolves.toEqual(new Map());
      await expect(driver.getStale(key)).resolves.toBe("stale");
      const first = await leased(key, true);
      await expect(acquire(key)).resolves.toMatchObject({ outcome: "held", isStale: true });
      await expect(driver.getStale(key)).resolves.toBe("stale");
      await driver.releaseLease(key, first.token);
      await expect(driver.getStale(key)).resolves.toBe("stale");
      const { token } = await leased(key, true);
      await expect(driver.storeComputed(key, token, computed("fresh"))).resolves.toBe(true);
      await expect(driver.get(key)).resolves.toBe("fresh");
      await backdoor.expire(key);
      await expect(driver.getStale(key)).resolves.toBeNull();
    });

    test("is none after its grace, nor after an invalidation of its tags", async () => {
      const { driver } = context;
      const ended = await stale();
      await backdoor.endGrace(ended);
      await expect(driver.getStale(ended)).resolves.toBeNull();
      await leased(ended);
      const key = await stale(["stale"]);
      await driver.invalidateTags(["stale"], undefined);
      await expect(driver.getStale(key)).resolves.toBeNull();
      await leased(key);
      await expect(acquire(key)).resolves.toMatchObject({ outcome: "held", isStale: false });
    });

    test("a sweep keeps it until its grace has ended", async () => {
      const key = await stale();
      await context.driver.removeExpired(1000, null);
      await expect(backdoor.isKept(key)).resolves.toBe(true);
      await backdoor.endGrace(key);
      await context.driver.removeExpired(1000, null);
      await expect(backdoor.isKept(key)).resolves.toBe(false);
    });
  });

  test("a sweep with maxEntries evicts what expires soonest down to about the bound", async () => {
    const { driver } = context;
    await driver.removeExpired(1000, 1);
    const types = [newKey().key, newKey().key, newKey().key] as const;
    const some = new Map(Array.from({ length: 100 }, (_, index) => [`${index}`, "value"]));
    await driver.setMany(types[0], some, lasting(60));
    await driver.setMany(types[1], some, lasting(600));
    await driver.setMany(types[2], some, FOREVER);
    await expect(driver.removeExpired(7, 10_000)).resolves.toEqual({ expired: 0, evicted: 0 });
    const { expired, evicted } = await driver.removeExpired(7, 200);
    expect(expired).toBe(0);
    expect(evicted).toBeGreaterThan(0);
    expect(evicted).toBeLessThanOrEqual(101);
    const left = await Promise.all(types.map((type) => driver.getMany(type, [...some.keys()])));
    const [soon = 0, late = 0, never = 0] = left.map(({ size }) => size);
    // One entry is left of the first sweep, whenever it expires.
    expect(soon).toBeLessThanOrEqual(101 - evicted);
    expect(late).toBeGreaterThanOrEqual(99);
    expect(never).toBe(100);
  });
}
