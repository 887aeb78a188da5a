import { randomUUID } from "node:crypto";
import type { CacheKey } from "../../cache/index.js";
import { type CacheContractContext, FOREVER, lasting, newKey, tagged } from "./cache-driver-context.js";

/** What single entries can do besides get, set and delete. */
export function entriesContract(context: CacheContractContext): void {
  const { describe, expect, test } = context.runner;
  const { backdoor } = context;
  async function expired(): Promise<CacheKey> {
    const key = newKey();
    await context.driver.set(key, "old", lasting(3600));
    await backdoor.expire(key);
    return key;
  }

  describe("setIfAbsent", () => {
    test("stores a value where there is none or an expired one, and leaves a live one alone", async () => {
      const { driver } = context;
      const key = newKey();
      await expect(driver.setIfAbsent(key, "first", tagged("a"))).resolves.toBe(true);
      await expect(driver.setIfAbsent(key, "second", lasting(3600))).resolves.toBe(false);
      await expect(driver.getEntry(key)).resolves.toEqual({ value: "first", expiresAt: expect.any(Date), tags: ["a"] });
      const old = await expired();
      await expect(driver.setIfAbsent(old, "new", FOREVER)).resolves.toBe(true);
      await expect(driver.getEntry(old)).resolves.toEqual({ value: "new", expiresAt: null, tags: [] });
      await driver.invalidateTags(["a"], undefined);
      await expect(driver.setIfAbsent(key, "third", FOREVER)).resolves.toBe(true);
      await expect(driver.get(key)).resolves.toBe("third");
    });

    test("one of 50 concurrent calls stores its value", async () => {
      const key = newKey();
      const calls = Array.from({ length: 50 }, (_, index) => context.driver.setIfAbsent(key, `${index}`, FOREVER));
      const stored = await Promise.all(calls);
      expect(stored.filter(Boolean)).toHaveLength(1);
      await expect(context.driver.get(key)).resolves.toBe(String(stored.indexOf(true)));
    });
  });

  describe("getEntry and has", () => {
    test("return a live entry with its terms, and null and false without one", async () => {
      const { driver } = context;
      const key = newKey();
      await expect(driver.getEntry(key)).resolves.toBeNull();
      await expect(driver.has(key)).resolves.toBe(false);
      const before = Date.now();
      await driver.set(key, "value", { ttlMillis: 90_500, tags: ["b", "a"] });
      const entry = await driver.getEntry(key);
      expect(entry).toEqual({ value: "value", expiresAt: expect.any(Date), tags: ["b", "a"] });
      const lasts = (entry?.expiresAt?.getTime() ?? 0) - before;
      expect(lasts).toBeGreaterThan(85_000);
      await expect(driver.has(key)).resolves.toBe(true);
      await backdoor.expire(key);
      await expect(driver.getEntry(key)).resolves.toBeNull();
      await expect(driver.has(key)).resolves.toBe(false);
    });
  });

  describe("invalidateTags", () => {
    test("makes the entries of each of its tags a miss, and no others", async () => {
      const { driver } = context;
      const [one, other] = [randomUUID(), randomUUID()];
      const names = [newKey(), newKey(), newKey(), newKey()] as [CacheKey, CacheKey, CacheKey, CacheKey];
      await driver.set(names[0], "value", tagged(one));
      await driver.set(names[1], "value", tagged(other));
      await driver.set(names[2], "value", tagged(randomUUID(), other));
      await driver.set(names[3], "value", tagged(randomUUID()));
      await driver.invalidateTags([one, other], undefined);
      await expect(Promise.all(names.map((name) => driver.get(name)))).resolves.toEqual([null, null, null, "value"]);
    });

    test("invalidates entries that setMany has stored with tags", async () => {
      const { driver } = context;
      const [resourceType, tag] = [randomUUID(), randomUUID()];
      await driver.setMany(resourceType, new Map(["a", "b"].map((key) => [key, "value"])), tagged(tag));
      await expect(driver.getEntry({ resourceType, key: "a" })).resolves.toMatchObject({ tags: [tag] });
      await driver.invalidateTags([tag], undefined);
      await expect(driver.getMany(resourceType, ["a", "b"])).resolves.toEqual(new Map());
    });
  });

  describe("delete and deleteMany", () => {
    test("return whether and how many entries were live", async () => {
      const { driver } = context;
      const live = newKey();
      await driver.set(live, "value", lasting(3600));
      await expect(driver.delete(live)).resolves.toBe(true);
      await expect(driver.delete(live)).resolves.toBe(false);
      await expect(driver.delete(await expired())).resolves.toBe(false);
      const names = [newKey(), newKey(), await expired(), newKey()];
      await driver.set(names[0] as CacheKey, "value", FOREVER);
      await driver.set(names[1] as CacheKey, "value", tagged("a"));
      const keys = names.map(({ key }) => key);
      await expect(driver.deleteMany("page", keys)).resolves.toBe(2);
      await expect(driver.deleteMany("page", keys)).resolves.toBe(0);
      for (const name of names) await expect(backdoor.isKept(name)).resolves.toBe(false);
    });

    test("each of several concurrent deletions has its own result", async () => {
      const { driver } = context;
      const names = [newKey(), newKey(), await expired(), newKey()];
      await driver.set(names[0] as CacheKey, "value", FOREVER);
      await driver.set(names[3] as CacheKey, "value", FOREVER);
      await expect(Promise.all(names.map((name) => driver.delete(name)))).resolves.toEqual([true, false, false, true]);
      const one = newKey();
      await driver.set(one, "value", FOREVER);
      const same = await Promise.all([driver.delete(one), driver.delete(one), driver.delete(one)]);
      expect(same.filter(Boolean)).toHaveLength(1);
    });
  });

  describe("deleteValue", () => {
    test("deletes a live entry that has the value, and no other one", async () => {
      const { driver } = context;
      const [live, other, old] = [newKey(), newKey(), await expired()];
      await driver.set(live, "refused", tagged("a"));
      await driver.set(other, "good", FOREVER);
      const calls = [live, other, old, newKey()].map((key) => driver.deleteValue(key, key === old ? "old" : "refused"));
      await expect(Promise.all(calls)).resolves.toEqual([true, false, false, false]);
      await expect(driver.get(live)).resolves.toBeNull();
      await expect(driver.get(other)).resolves.toBe("good");
      await expect(driver.deleteValue(live, "refused")).resolves.toBe(false);
    });

    test("leaves an expired value and the lease under which the next one is computed", async () => {
      const { driver } = context;
      const key = newKey();
      const first = await driver.acquireLease(key, 3600);
      const entry = { value: "old", ttlMillis: 3_600_000, graceMillis: 3_600_000, tags: null };
      await driver.storeComputed(key, first.outcome === "acquired" ? first.token : "", entry);
      await backdoor.expire(key);
      const lease = await driver.acquireLease(key, 3600);
      await expect(driver.deleteValue(key, "old")).resolves.toBe(false);
      const token = lease.outcome === "acquired" ? lease.token : "";
      await expect(driver.isLeaseHeld(key, token, null)).resolves.toBe(true);
      await expect(driver.getStale(key)).resolves.toBe("old");
    });
  });

  describe("touch", () => {
    test("changes when a live entry expires, and nothing else", async () => {
      const { driver } = context;
      const key = newKey();
      await expect(driver.touch(key, 3_600_000)).resolves.toBe(false);
      await driver.set(key, "value", tagged("kept"));
      await expect(driver.touch(key, null)).resolves.toBe(true);
      await expect(driver.getEntry(key)).resolves.toEqual({ value: "value", expiresAt: null, tags: ["kept"] });
      await expect(driver.touch(key, 3_600_000)).resolves.toBe(true);
      await expect(driver.getEntry(key)).resolves.toMatchObject({ expiresAt: expect.any(Date) });
      const old = await expired();
      await expect(driver.touch(old, 3_600_000)).resolves.toBe(false);
      await expect(driver.get(old)).resolves.toBeNull();
      const names = [key, newKey(), key];
      await expect(Promise.all(names.map((name) => driver.touch(name, null)))).resolves.toEqual([true, false, true]);
    });
  });

  describe("clear and listKeys", () => {
    const page = { prefix: "", after: null, limit: 100 };
    test("list and delete the entries of a type", async () => {
      const { driver } = context;
      const resourceType = randomUUID();
      const keys = Array.from({ length: 10 }, (_, index) => `${index % 2 ? "odd" : "even"}/${index}`);
      await driver.setMany(resourceType, new Map(keys.map((key) => [key, "value"])), FOREVER);
      await driver.set({ resourceType, key: "expired" }, "value", lasting(3600));
      await backdoor.expire({ resourceType, key: "expired" });
      await driver.set({ resourceType: `${resourceType}%`, key: "another type's" }, "value", FOREVER);
      const all = await driver.listKeys(resourceType, page);
      expect([...all].sort()).toEqual([...keys].sort());
      const odd = await driver.listKeys(resourceType, { ...page, prefix: "odd/" });
      expect([...odd].sort()).toEqual(["odd/1", "odd/3", "odd/5", "odd/7", "odd/9"]);
      const paged: string[] = [];
      for (let after: string | null = null; ; ) {
        const some = await driver.listKeys(resourceType, { ...page, after, limit: 3 });
        paged.push(...some);
        after = some.at(-1) ?? null;
        if (after === null) break;
      }
      expect(paged).toEqual(all);
      await expect(driver.clear(resourceType)).resolves.toBe(10);
      await expect(driver.listKeys(resourceType, page)).resolves.toEqual([]);
      await expect(backdoor.isKept({ resourceType, key: "expired" })).resolves.toBe(false);
      await expect(driver.clear(resourceType)).resolves.toBe(0);
      await expect(driver.listKeys(`${resourceType}%`, page)).resolves.toEqual(["another type's"]);
    });

    test("a page has at most as many keys as its limit", async () => {
      const resourceType = randomUUID();
      await context.driver.setMany(resourceType, new Map(["a", "b", "c"].map((key) => [key, ""])), FOREVER);
      for (const limit of [1, 2]) {
        await expect(context.driver.listKeys(resourceType, { ...page, limit })).resolves.toHaveLength(limit);
      }
    });

    test("a prefix is a text, not a pattern", async () => {
      const resourceType = randomUUID();
      await context.driver.setMany(
        resourceType,
        new Map(["a%b", "a_b", "aXb", "a\\b"].map((key) => [key, ""])),
        FOREVER,
      );
      for (const prefix of ["a%", "a_", "a\\"]) {
        await expect(context.driver.listKeys(resourceType, { ...page, prefix })).resolves.toEqual([`${prefix}b`]);
      }
    });

    test("2,500 entries are cleared", async () => {
      const resourceType = randomUUID();
      const entries = new Map(Array.from({ length: 2_500 }, (_, index) => [`key ${index}`, "value"]));
      await context.driver.setMany(resourceType, entries, FOREVER);
      await expect(context.driver.clear(resourceType)).resolves.toBe(2_500);
      await expect(context.driver.listKeys(resourceType, page)).resolves.toEqual([]);
    });
  });
}
