/**
 * A driver for unstorage, the storage layer of Nitro, Nuxt and h3.
 *
 * @module pevensie/unstorage
 */
import type { Driver } from "unstorage";
import type { Cache } from "../cache/index.js";
import { requireOptions } from "../input/values.js";
import { chunksOf, readResourceType, readTtl, requireCache, setManyTimed, setTimed } from "./common.js";

/** How many keys a call of deleteMany deletes: those of one chunk. */
const KEYS_OF_A_CHUNK = 512;

/** Options of {@link createUnstorageDriver}. */
export interface UnstorageDriverOptions {
  /** Resource type of the entries, at most 1,024 bytes. Drivers with the same type share their items. Default: "unstorage". */
  readonly resourceType?: string | undefined;
  /** Time to live in seconds of items that are set without `ttl`. Default: they do not expire. */
  readonly ttl?: number | undefined;
}

/**
 * Creates a driver of unstorage over a connected cache. `setItem`, `setItems` and `setItemRaw` take `{ ttl }` in seconds, rounded up to
 * milliseconds: 0 and Infinity: the item does not expire; negative: the item is removed. `getMeta` returns `expiresAt`, and the
 * remaining `ttl` in seconds, rounded up, of an item that expires. Raw values are stored as unstorage stores them in text: bytes as
 * base64.
 *
 * `getKeys(base)` and `clear(base)` read all keys of the resource type, except for the root. `dispose()` leaves the cache connected.
 * There is no `watch`.
 *
 * Calls reject with the errors of {@link Cache}: INVALID_INPUT for a key of more than 1,024 bytes, a key or a value with a NUL character,
 * and a value of more than 16 MiB.
 *
 * @param cache - a connected cache, which the caller disconnects
 * @throws PevensieError INVALID_INPUT if `cache` is not connected, or an option is unknown or invalid
 *
 * @example
 * const storage = createStorage({ driver: createUnstorageDriver(cache) });
 * await storage.setItem("page:home", { title: "Home" }, { ttl: 60 });
 */
export function createUnstorageDriver(cache: Cache, options: UnstorageDriverOptions = {}): Driver {
  const given = requireOptions(options, "options", ["resourceType", "ttl"]);
  const connected = requireCache(cache);
  const type = readResourceType(given.resourceType, "unstorage");
  const defaultTtl = readTtl(given.ttl, 1000);

  const ttlOf = (terms: ItemOptions | undefined): number | null =>
    terms?.ttl === undefined || terms.ttl === null ? defaultTtl : readTtl(terms.ttl, 1000);

  return {
    name: "pevensie",
    options,
    flags: { ttl: true },
    getInstance: () => connected,
    hasItem: (key) => connected.has(type, key),
    getItem: (key) => connected.get(type, key),
    async getItems(items) {
      const keys = items.map(({ key }) => key);
      const values = await connected.getMany(type, keys);
      return keys.map((key) => ({ key, value: values.get(key) ?? null }));
    },
    async setItem(key, value, terms?: ItemOptions) {
      await setTimed(connected, type, { key, value, ttlMillis: ttlOf(terms) });
    },
    async setItems(items, common?: ItemOptions) {
      const timed = items.map(({ key, value, options }) => ({
        key,
        value,
        // Not by spreading: an item's `ttl: undefined` would hide the common one.
        ttlMillis: ttlOf({ ttl: options?.["ttl"] ?? common?.ttl }),
      }));
      await setManyTimed(connected, type, timed);
    },
    async removeItem(key) {
      await connected.delete(type, key);
    },
    async getMeta(key) {
      const entry = await connected.getEntry(type, key);
      if (entry === null) return null;
      const { expiresAt } = entry;
      // 0 would mean that the item does not expire.
      return expiresAt === null
        ? {}
        : { expiresAt, ttl: Math.max(1, Math.ceil((expiresAt.getTime() - Date.now()) / 1000)) };
    },
    async getKeys(base = "") {
      const keys: string[] = [];
      for await (const key of connected.keys(type, { prefix: base })) keys.push(key);
      return keys;
    },
    async clear(base = "") {
      if (base === "") {
        await connected.clear(type);
        return;
      }
      const keys = connected.keys(type, { prefix: base });
      for await (const chunk of chunksOf(keys, KEYS_OF_A_CHUNK)) await connected.deleteMany(type, chunk);
    },
  };
}

/** Of the options of a call, those that the driver reads. */
interface ItemOptions {
  readonly ttl?: unknown;
}
