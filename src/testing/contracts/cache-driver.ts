import { randomUUID } from "node:crypto";
import type { CacheDriver, CacheKey } from "../../cache/index.js";
import {
  type CacheContractContext,
  type CacheDriverVariant,
  FOREVER,
  lasting,
  newKey,
} from "./cache-driver-context.js";
import { countersContract } from "./cache-driver-counters.js";
import { entriesContract } from "./cache-driver-entries.js";
import { leasesContract } from "./cache-driver-leases.js";

import type { ContractRunner } from "./runner.js";

export type { CacheBackdoor, CacheDriverVariant } from "./cache-driver-context.js";

/**
 * Declares the tests that every CacheDriver has to pass, whatever its storage.
 *
 * @param name - names the driver in the titles of the tests
 * @param runner - the functions of a test runner
 * @example
 * import { afterAll, beforeAll, describe, expect, test } from "vitest";
 *
 * const runner = { describe, test, expect, beforeAll, afterAll };
 * cacheDriverContract("my database", { createDriver: () => createMyDriver(), backdoor }, runner);
 */
export function cacheDriverContract(name: string, variant: CacheDriverVariant, runner: ContractRunner): void {
  const { createDriver, backdoor } = variant;
  const { afterAll, beforeAll, describe, expect, test } = runner;
  describe(`CacheDriver: ${name}`, () => {
    let driver: CacheDriver;
    beforeAll(async () => {
      driver = createDriver();
      await driver.connect();
    });
    afterAll(() => driver.disconnect());
    const context: CacheContractContext = {
      get driver() {
        return driver;
      },
      backdoor,
      runner,
    };
    entriesContract(context);
    countersContract(context);
    leasesContract(context);

    test("get returns a value until it is deleted, then null; deleting an absent entry succeeds", async () => {
      const key = newKey();
      await expect(driver.get(key)).resolves.toBeNull();
      await driver.delete(key);
      await driver.set(key, "value", FOREVER);
      await expect(driver.get(key)).resolves.toBe("value");
      await driver.delete(key);
      await expect(driver.get(key)).resolves.toBeNull();
    });

    test("an empty value is a value", async () => {
      const key = newKey();
      await driver.set(key, "", lasting(3600));
      await expect(driver.get(key)).resolves.toBe("");
      await expect(driver.getAll(key.key)).resolves.toEqual(new Map([[key.resourceType, ""]]));
    });

    test("setting overwrites the value and the expiry, to one and to none", async () => {
      const key = newKey();
      await driver.set(key, "first", FOREVER);
      await driver.set(key, "second", lasting(3600));
      await expect(driver.get(key)).resolves.toBe("second");
      await backdoor.expire(key);
      await driver.set(key, "third", FOREVER);
      await expect(driver.get(key)).resolves.toBe("third");
    });

    test("reading an expired entry returns null and deletes it", async () => {
      const key = newKey();
      await driver.set(key, "value", lasting(3600));
      await backdoor.expire(key);
      await expect(backdoor.isKept(key)).resolves.toBe(true);
      await expect(driver.get(key)).resolves.toBeNull();
      await expect(backdoor.isKept(key)).resolves.toBe(false);
    });

    test("the longest ttl is a hundred years", async () => {
      const key = newKey();
      await driver.set(key, "value", lasting(3_155_760_000));
      await expect(driver.get(key)).resolves.toBe("value");
    });

    test("entries are distinct if their type or their key is", async () => {
      const tag = randomUUID();
      const entries: [CacheKey, string][] = [
        [{ resourceType: `${tag}a`, key: "b:c" }, "1"],
        [{ resourceType: `${tag}a:b`, key: "c" }, "2"],
        [{ resourceType: `${tag}a`, key: "c" }, "3"],
        [{ resourceType: "", key: `${tag}a` }, "4"],
        [{ resourceType: `${tag}a`, key: "" }, "5"],
        [{ resourceType: `${tag}A`, key: "c" }, "6"],
        [{ resourceType: `${tag}%`, key: "c" }, "7"],
      ];
      for (const [key, value] of entries) await driver.set(key, value, FOREVER);
      for (const [key, value] of entries) await expect(driver.get(key)).resolves.toBe(value);
      const [[first]] = entries as [[CacheKey, string]];
      await driver.delete(first);
      for (const [key, value] of entries.slice(1)) await expect(driver.get(key)).resolves.toBe(value);
    });

    test("getAll returns every live value under a key, by type, and deletes the expired ones", async () => {
      const { key } = newKey();
      const [page, image, old] = ["page", "image", "old"].map((resourceType) => ({ resourceType, key })) as [
        CacheKey,
        CacheKey,
        CacheKey,
      ];
      await expect(driver.getAll(key)).resolves.toEqual(new Map());
      await driver.set(page, "p", FOREVER);
      await driver.set(image, "i", lasting(3600));
      await driver.set(old, "o", lasting(3600));
      await driver.set({ resourceType: "page", key: `${key}%` }, "another key's", FOREVER);
      await backdoor.expire(old);
      await expect(driver.getAll(key)).resolves.toEqual(
        new Map([
          ["page", "p"],
          ["image", "i"],
        ]),
      );
      await expect(backdoor.isKept(old)).resolves.toBe(false);
      await expect(backdoor.isKept(image)).resolves.toBe(true);
    });

    test("concurrent calls have the same results as sequential ones", async () => {
      const keys = Array.from({ length: 40 }, () => newKey('"t",{\\'));
      const valueAt = (index: number) => `{"${index}",\\,NULL}`;
      const get = () => Promise.all(keys.map((key) => driver.get(key)));
      await Promise.all(keys.map((key, index) => driver.set(key, valueAt(index), index % 2 ? FOREVER : lasting(3600))));
      await expect(get()).resolves.toEqual(keys.map((_, index) => valueAt(index)));
      for (const [index, key] of keys.entries()) if (index % 4 === 0) await backdoor.expire(key);
      await Promise.all(keys.map((key, index) => (index % 4 === 1 ? driver.delete(key) : driver.get(key))));
      await expect(get()).resolves.toEqual(keys.map((_, index) => (index % 4 < 2 ? null : valueAt(index))));
      for (const [index, key] of keys.entries()) await expect(backdoor.isKept(key)).resolves.toBe(index % 4 > 1);
    });

    test("getMany, setMany and deleteMany have the same results as get, set and delete", async () => {
      const names = Array.from({ length: 30 }, () => newKey());
      const keys = names.map(({ key }) => key);
      const entries = new Map(keys.map((key, index) => [key, `value ${index}`]));
      await driver.setMany("page", entries, lasting(3600));
      await driver.set({ resourceType: "image", key: keys[0] as string }, "another type's", FOREVER);
      await expect(driver.getMany("page", [...keys, "absent"])).resolves.toEqual(entries);
      await backdoor.expire(names[1] as CacheKey);
      await driver.deleteMany("page", [keys[0] as string, "absent"]);
      const left = new Map([...entries].slice(2));
      await expect(driver.getMany("page", keys)).resolves.toEqual(left);
      await expect(backdoor.isKept(names[1] as CacheKey)).resolves.toBe(false);
      await expect(driver.get({ resourceType: "image", key: keys[0] as string })).resolves.toBe("another type's");
      await driver.setMany("page", left, FOREVER);
      await expect(driver.getMany("page", keys)).resolves.toEqual(left);
      await driver.setMany("page", new Map(), lasting(3600));
      await driver.deleteMany("page", []);
      await expect(driver.getMany("page", [])).resolves.toEqual(new Map());
    });

    test("a sweep removes expired entries, however small the batches, and nothing else", async () => {
      await driver.removeExpired(1000, null);
      const [live, ...expired] = [newKey(), newKey(), newKey(), newKey()] as [CacheKey, ...CacheKey[]];
      for (const key of [live, ...expired]) await driver.set(key, "value", lasting(3600));
      for (const key of expired) await backdoor.expire(key);
      await expect(driver.removeExpired(2, null)).resolves.toEqual({ expired: 3, evicted: 0 });
      for (const key of expired) await expect(backdoor.isKept(key)).resolves.toBe(false);
      await expect(driver.get(live)).resolves.toBe("value");
      await expect(driver.removeExpired(2, null)).resolves.toEqual({ expired: 0, evicted: 0 });
    });

    test("20 concurrent writers of one entry leave one of their values", async () => {
      const key = newKey();
      const values = Array.from({ length: 20 }, (_, index) => String(index));
      await Promise.all(values.map((value) => driver.set(key, value, lasting(3600))));
      expect(values).toContain(await driver.get(key));
    });

    test("a fresh value survives readers of the expired one", async () => {
      for (let round = 0; round < 50; round += 1) {
        const key = newKey();
        await driver.set(key, "old", lasting(3600));
        await backdoor.expire(key);
        const reads = [driver.get(key), driver.getAll(key.key)];
        await Promise.all([...reads, driver.set(key, "fresh", lasting(3600)), driver.get(key), driver.getAll(key.key)]);
        await expect(driver.get(key)).resolves.toBe("fresh");
      }
    });

    test("connect() twice is ALREADY_CONNECTED; after disconnect() NOT_CONNECTED, until connect() again", async () => {
      const other = createDriver();
      const key = newKey();
      await other.disconnect();
      await expect(other.get(key)).rejects.toMatchObject({ code: "NOT_CONNECTED" });
      const first = other.connect();
      await expect(other.connect()).rejects.toMatchObject({ code: "ALREADY_CONNECTED" });
      await first;
      await expect(other.get(key)).resolves.toBeNull();
      await Promise.all([other.disconnect(), other.disconnect()]);
      await expect(other.get(key)).rejects.toMatchObject({ code: "NOT_CONNECTED" });
      await other.connect();
      await expect(other.get(key)).resolves.toBeNull();
      await other.disconnect();
    });
  });
}
