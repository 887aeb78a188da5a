import { randomUUID } from "node:crypto";
import type { Cache } from "pevensie";
import { keyOf, OTHER_VALUE, RESOURCE_TYPE, randomRow, TTL_SECONDS, VALUE } from "../seed.js";
import {
  COUNTERS,
  expect,
  LIMIT_OF_MANY,
  LIMIT_OF_ONE,
  OUR_GET,
  OUR_TAGGED_HIT,
  pick,
  type Stage,
  withEveryCounter,
} from "./contender.js";
import type { Ours } from "./pevensie.js";

/** Keys per call of the bulk paths. */
export const BULK = 1000;

/** Every value that is read fits, and none gets too old. */
export const NEAR = { maxEntries: 100_000, maxAgeMillis: 86_400_000 } as const;

/** Gets of one call of the path `near`, so that the loop around them takes little of the time. */
export const NEAR_GETS = 100;

/** Reads random keys one after another, as often as given. */
export async function readNear(get: (key: string) => Promise<unknown>): Promise<void> {
  for (let count = 0; count < NEAR_GETS; count += 1) await get(pick(NEAR_KEYS));
}

export const NEAR_KEYS = Array.from({ length: 10_000 }, (_, index) => keyOf(1 + index));

const TAGGED_TYPE = "tagged";
/** Entries with tags: two each, of which one is common to {@link BULK} of them and one to all. */
const TAGGED = 20_000;
/** As many tags as are invalidated by turns. */
export const INVALIDATED_TAGS = 10_000;
export const randomTag = () => `invalidated:${randomRow(INVALIDATED_TAGS)}`;

const ttl = { ttlSeconds: TTL_SECONDS };

/** Entries by their keys: what a cache of any version does. */
export function entryOperations(cache: Cache, { data: { rows } }: Stage): Ours[] {
  const keys = () => Array.from({ length: BULK }, () => keyOf(randomRow(rows)));
  return [
    {
      path: "cacheGet",
      run: () => cache.get(RESOURCE_TYPE, keyOf(randomRow(rows))),
      async check() {
        const [value, absent] = await Promise.all([cache.get(RESOURCE_TYPE, keyOf(1)), cache.get(RESOURCE_TYPE, "-")]);
        expect(value?.length === VALUE.length && absent === null, "cache.get");
      },
    },
    {
      path: "cacheSet",
      run: () => cache.set(RESOURCE_TYPE, keyOf(randomRow(rows)), OTHER_VALUE, ttl),
      async check() {
        await cache.set(RESOURCE_TYPE, keyOf(1), OTHER_VALUE, ttl);
        expect((await cache.get(RESOURCE_TYPE, keyOf(1))) === OTHER_VALUE, "cache.set");
      },
    },
    {
      path: "cacheDelete",
      run: () => cache.delete(RESOURCE_TYPE, randomUUID()),
      async check() {
        await cache.set(RESOURCE_TYPE, "deleted", VALUE);
        await cache.delete(RESOURCE_TYPE, "deleted");
        expect((await cache.get(RESOURCE_TYPE, "deleted")) === null, "cache.delete");
      },
    },
    {
      path: "getMany",
      run: () => cache.getMany(RESOURCE_TYPE, keys()),
      async check() {
        const asked = keys();
        const values = await cache.getMany(RESOURCE_TYPE, asked);
        expect(values.size === new Set(asked).size, "cache.getMany");
      },
    },
    {
      path: "setMany",
      run: () =>
        cache.setMany(
          RESOURCE_TYPE,
          keys().map((key) => [key, OTHER_VALUE]),
          ttl,
        ),
      async check() {
        await cache.setMany(RESOURCE_TYPE, [[keyOf(2), OTHER_VALUE]], ttl);
        expect((await cache.get(RESOURCE_TYPE, keyOf(2))) === OTHER_VALUE, "cache.setMany");
      },
    },
  ];
}

/** Values that are computed where they are missing, and invalidated by their tags. */
export async function computedOperations(cache: Cache, { data: { rows } }: Stage): Promise<Ours[]> {
  const produce = () => VALUE;
  const unexpected = () => Promise.reject(new Error("a hit was a miss"));
  await addTagged(cache);
  const tagged = () => cache.getOrSet(TAGGED_TYPE, keyOf(randomRow(TAGGED)), unexpected, ttl);
  return [
    {
      path: "getOrSet",
      run: () => cache.getOrSet(RESOURCE_TYPE, keyOf(randomRow(rows)), unexpected, ttl),
      async check() {
        const value = await cache.getOrSet(RESOURCE_TYPE, keyOf(1), unexpected, ttl);
        expect(value.length === VALUE.length, "a hit of cache.getOrSet");
      },
    },
    {
      path: "getOrSet",
      contender: OUR_GET,
      run: () => cache.get(RESOURCE_TYPE, keyOf(randomRow(rows))),
      check: async () => expect((await cache.get(RESOURCE_TYPE, keyOf(1))) !== null, "cache.get"),
    },
    {
      path: "getOrSet",
      contender: OUR_TAGGED_HIT,
      run: tagged,
      check: async () => expect((await tagged()) === VALUE, "a tagged hit of cache.getOrSet"),
    },
    {
      path: "getOrSetMiss",
      run: () => cache.getOrSet("missing", randomUUID(), produce, ttl),
      async check() {
        const key = randomUUID();
        const value = await cache.getOrSet("missing", key, produce, ttl);
        expect(value === VALUE && (await cache.get("missing", key)) === VALUE, "a miss of cache.getOrSet");
      },
    },
    {
      path: "invalidateTags",
      run: () => cache.invalidateTags([randomTag()]),
      async check() {
        await cache.set(TAGGED_TYPE, "invalidated", VALUE, { ...ttl, tags: ["invalidated"] });
        await cache.invalidateTags(["invalidated"]);
        expect((await cache.get(TAGGED_TYPE, "invalidated")) === null, "cache.invalidateTags");
      },
    },
  ];
}

async function addTagged(cache: Cache): Promise<void> {
  for (let first = 1; first <= TAGGED; first += BULK) {
    const entries = Array.from({ length: BULK }, (_, index) => [keyOf(first + index), VALUE] as const);
    await cache.setMany(TAGGED_TYPE, entries, { ...ttl, tags: ["all", `group:${first}`] });
  }
}

/** Reads of values that this process keeps. */
export function nearOperations(near: Cache): Ours[] {
  return [
    {
      path: "near",
      run: () => readNear((key) => near.get(RESOURCE_TYPE, key)),
      async check() {
        const values = await near.getMany(RESOURCE_TYPE, NEAR_KEYS);
        expect(values.size === NEAR_KEYS.length, "cache.get, near");
      },
    },
  ];
}

/** Counters and rate limits. */
export async function counterOperations(cache: Cache): Promise<Ours[]> {
  await withEveryCounter((key) => cache.increment("counter", key, ttl));
  await withEveryCounter((key) => cache.rateLimit("limit", key, LIMIT_OF_MANY));
  const counter = () => keyOf(randomRow(COUNTERS));
  const increments = async () => {
    const sums = await Promise.all([
      cache.increment("counter", "check", ttl),
      cache.increment("counter", "check", ttl),
    ]);
    expect(Math.abs((sums[0] ?? 0) - (sums[1] ?? 0)) === 1, "cache.increment");
  };
  const limits = async () => {
    const call = () => cache.rateLimit("limit", "check", { limit: 1, windowSeconds: 3600 });
    const calls = [await call(), await call()];
    expect(calls[0]?.allowed === true && calls[1]?.allowed === false, "cache.rateLimit");
  };
  return [
    { path: "increment", run: () => cache.increment("counter", counter(), ttl), check: increments },
    { path: "incrementOneKey", run: () => cache.increment("counter", "one", ttl), check: async () => {} },
    {
      path: "rateLimit",
      run: async () => expectAllowed(await cache.rateLimit("limit", counter(), LIMIT_OF_MANY)),
      check: limits,
    },
    {
      path: "rateLimitOneKey",
      run: async () => expectAllowed(await cache.rateLimit("limit", "one", LIMIT_OF_ONE)),
      check: async () => {},
    },
  ];
}

const expectAllowed = ({ allowed }: { readonly allowed: boolean }) => expect(allowed, "a call within its limit");
