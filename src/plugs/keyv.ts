/**
 * A storage adapter for Keyv 5 and 6.
 *
 * @module pevensie/keyv
 */
import type { KeyvStoreAdapter } from "keyv";
import type { Cache } from "../cache/index.js";
import { requireOptions } from "../input/values.js";
import { chunksOf, readResourceType, readTtl, requireCache, setManyTimed, setTimed } from "./common.js";

/** How many values an iteration holds in memory. */
const VALUES_OF_A_CHUNK = 64;

/** Options of {@link createKeyvStore}. */
export interface KeyvStoreOptions {
  /**
   * Resource type of the entries. Those of a namespace have the type `resourceType:namespace`, at most 1,024 bytes in all. Default:
   * "keyv".
   */
  readonly resourceType?: string | undefined;
}

/**
 * Creates a storage adapter for Keyv over a connected cache. Each Keyv needs a store of its own, since Keyv sets the store's namespace;
 * any number of stores can share a cache. `keyv.clear()` deletes the entries of its namespace alone. `keyv.disconnect()` leaves the cache
 * connected.
 *
 * Times to live are in milliseconds, rounded up. 0, Infinity and none: the entry does not expire. A negative one deletes the entry.
 *
 * Calls reject with the errors of {@link Cache}: INVALID_INPUT for a key of more than 1,024 bytes, a key with a NUL character, a value of
 * more than 16 MiB, and for a Keyv without serialization, whose values are no text. Keyv turns most rejections into its event `error`; set
 * its `throwOnErrors` to have them as rejections. `deleteMany` resolves to whether every key had a live entry.
 *
 * @param cache - a connected cache, which the caller disconnects
 * @throws PevensieError INVALID_INPUT if `cache` is not connected, or an option is unknown or invalid
 *
 * @example
 * const keyv = new Keyv({ store: createKeyvStore(cache), namespace: "pages", useKeyPrefix: false });
 * await keyv.set("/", html, 60_000);
 */
export function createKeyvStore(cache: Cache, options: KeyvStoreOptions = {}): KeyvStoreAdapter {
  const { resourceType } = requireOptions(options, "options", ["resourceType"]);
  const store = new KeyvStore(requireCache(cache), readResourceType(resourceType, "keyv"));
  // The interfaces of Keyv 5 and 6 differ in their types, and Keyv gives and takes text where they have type parameters.
  return store as unknown as KeyvStoreAdapter;
}

/** An entry as Keyv 5 passes it; Keyv 6 does so to stores that do not declare the capability `expires`. */
interface KeyvEntry {
  readonly key: string;
  readonly value: string;
  readonly ttl?: number | undefined;
}

/** Every function that returns a promise is `async`, by which Keyv 6 recognises a store. */
class KeyvStore {
  /** Keyv 5 iterates over a store only if it knows the dialect. */
  readonly opts = { dialect: "postgres" };
  /** Set by Keyv, which looks whether the property exists. */
  namespace: string | undefined = undefined;
  readonly #cache: Cache;
  readonly #resourceType: string;
  readonly #listeners: ((error: unknown) => void)[] = [];

  constructor(cache: Cache, resourceType: string) {
    this.#cache = cache;
    this.#resourceType = resourceType;
  }

  on(event: string, listener: (error: unknown) => void): this {
    if (event === "error") this.#listeners.push(listener);
    return this;
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return (await this.#cache.get(this.#type(), key)) ?? undefined;
    } catch (error) {
      // Keyv 5 discards the error of this call alone, and returns undefined.
      this.#emit(error);
      throw error;
    }
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    const values = await this.#cache.getMany(this.#type(), keys);
    return keys.map((key) => values.get(key));
  }

  async set(key: string, value: string, ttl?: number): Promise<boolean> {
    await setTimed(this.#cache, this.#type(), { key, value, ttlMillis: readTtl(ttl, 1) });
    return true;
  }

  async setMany(entries: readonly KeyvEntry[]): Promise<boolean[]> {
    const timed = entries.map(({ key, value, ttl }) => ({ key, value, ttlMillis: readTtl(ttl, 1) }));
    await setManyTimed(this.#cache, this.#type(), timed);
    return entries.map(() => true);
  }

  async delete(key: string): Promise<boolean> {
    return this.#cache.delete(this.#type(), key);
  }

  async deleteMany(keys: readonly string[]): Promise<boolean> {
    return (await this.#cache.deleteMany(this.#type(), keys)) === new Set(keys).size;
  }

  async has(key: string): Promise<boolean> {
    return this.#cache.has(this.#type(), key);
  }

  async hasMany(keys: readonly string[]): Promise<boolean[]> {
    const values = await this.#cache.getMany(this.#type(), keys);
    return keys.map((key) => values.has(key));
  }

  async clear(): Promise<void> {
    await this.#cache.clear(this.#type());
  }

  async *iterator(namespace = this.namespace): AsyncGenerator<[string, string], void, undefined> {
    const type = this.#type(namespace);
    for await (const keys of chunksOf(this.#cache.keys(type), VALUES_OF_A_CHUNK)) {
      const values = await this.#cache.getMany(type, keys);
      for (const key of keys) {
        const value = values.get(key);
        if (value !== undefined) yield [key, value];
      }
    }
  }

  /** A type for each namespace: clear() and iterator() then need no scan of the keys of all of them. */
  #type(namespace = this.namespace): string {
    return namespace ? `${this.#resourceType}:${namespace}` : this.#resourceType;
  }

  #emit(error: unknown): void {
    for (const listener of this.#listeners) {
      try {
        listener(error);
      } catch {
        // The caller gets the error that is emitted.
      }
    }
  }
}
