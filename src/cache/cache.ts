import { invalidInput, notConnected } from "../errors/index.js";
import { type EventListener, safeListener } from "../events.js";
import { optionalFunction, requireOptions } from "../input/values.js";
import { Lease } from "../lease.js";
import { promiseOf } from "../promise.js";
import type { Cache, CacheResource, DisconnectedCache, ResourceOptions } from "./api.js";
import { type Accepts, ComputeOnce } from "./compute-once.js";
import type { CacheDriver, CacheKey, RateLimitResult } from "./driver.js";
import { entryNameOf } from "./entry-name.js";
import {
  readComputeOptions,
  readIncrement,
  readKeysOptions,
  readLimitedCall,
  readSweep,
  readTerms,
  requireEntries,
  requireKey,
  requireKeys,
  requireName,
  requireProduce,
  requireTags,
  requireTtlMillis,
  requireValue,
} from "./input.js";
import { Near, type NearOptions, readNear } from "./near.js";
import type {
  CacheEntry,
  GetOrSetOptions,
  IncrementOptions,
  InvalidateTagsOptions,
  KeysOptions,
  Produce,
  RateLimitOptions,
  RemoveExpiredEntriesOptions,
  RequiredTimeToLive,
  SetOptions,
} from "./options.js";
import { createResource, type GetOrSetAccepted } from "./resource.js";

/** How many keys of an iteration are read at a time. */
const KEYS_OF_A_PAGE = 512;

/** Options of {@link createCache}. */
export interface CacheOptions {
  /** Stores the entries. `createCacheDriver` of `pevensie/postgres` returns one. */
  readonly driver: CacheDriver;
  /**
   * Serves values that this process has read lately without asking the database, to `get`, `getMany` and `getOrSet`. A value may be `maxAgeMillis` old: until then a
   * change, a deletion or an invalidation by another process, or in a transaction, is not seen. Changes by this cache are seen
   * immediately. Needs the package `lru-cache`. Default: every lookup asks the database.
   */
  readonly near?: NearOptions | null | undefined;
  /** Receives events. Its errors are ignored. */
  readonly onEvent?: EventListener | undefined;
}

/**
 * Creates a cache over a driver, not yet connected.
 *
 * @throws PevensieError INVALID_INPUT if `driver` is not a driver
 */
export function createCache(options: CacheOptions): DisconnectedCache {
  const { driver, near, onEvent } = requireOptions(options, "options", ["driver", "near", "onEvent"]) as CacheOptions;
  if (typeof (driver as Partial<CacheDriver> | undefined)?.connect !== "function") {
    throw invalidInput("driver", "must be a CacheDriver, such as createCacheDriver of pevensie/postgres makes");
  }
  optionalFunction(onEvent, "onEvent");
  return disconnected(driver, readNear(near), safeListener(onEvent));
}

function disconnected(driver: CacheDriver, near: NearOptions | null, emit: EventListener): DisconnectedCache {
  return {
    connect: async () => {
      const tier = near === null ? null : await Near.load(near);
      await driver.connect(emit);
      return new ConnectedCache(driver, near, tier, emit);
    },
  };
}

class ConnectedCache implements Cache {
  readonly #connectable: CacheDriver;
  readonly #lease: Lease<CacheDriver>;
  readonly #nearOptions: NearOptions | null;
  readonly #near: Near | null;
  readonly #emit: EventListener;
  readonly #once: ComputeOnce;
  #isDisconnecting = false;

  constructor(driver: CacheDriver, nearOptions: NearOptions | null, near: Near | null, emit: EventListener) {
    this.#connectable = driver;
    this.#lease = new Lease(driver);
    this.#nearOptions = nearOptions;
    this.#near = near;
    this.#emit = emit;
    this.#once = new ComputeOnce(() => this.#lease.driver, emit);
  }

  /** @throws NOT_CONNECTED from the call of `disconnect` on */
  get #driver(): CacheDriver {
    if (this.#isDisconnecting) throw notConnected();
    return this.#lease.driver;
  }

  async disconnect(): Promise<DisconnectedCache> {
    this.#isDisconnecting = true;
    await this.#once.end();
    await this.#lease.end();
    return disconnected(this.#connectable, this.#nearOptions, this.#emit);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect();
  }

  set(resourceType: string, key: string, value: string, options?: SetOptions): Promise<void> {
    return promiseOf(() => {
      const name = requireKey(resourceType, key);
      const text = requireValue(value);
      const terms = readTerms(options);
      return this.#write(name, () => this.#driver.set(name, text, terms));
    });
  }

  async setIfAbsent(resourceType: string, key: string, value: string, options?: SetOptions): Promise<boolean> {
    const name = requireKey(resourceType, key);
    const text = requireValue(value);
    const terms = readTerms(options);
    return this.#write(name, () => this.#driver.setIfAbsent(name, text, terms));
  }

  get(resourceType: string, key: string): Promise<string | null> {
    return promiseOf(() => {
      if (this.#isDisconnecting) throw notConnected();
      // Only checked names are in the tier, so the check can follow.
      const isText = typeof resourceType === "string" && typeof key === "string";
      const value = isText ? this.#near?.get(entryNameOf({ resourceType, key })) : undefined;
      return value ?? this.#read(requireKey(resourceType, key));
    });
  }

  async getEntry(resourceType: string, key: string): Promise<CacheEntry | null> {
    return this.#driver.getEntry(requireKey(resourceType, key));
  }

  async has(resourceType: string, key: string): Promise<boolean> {
    return this.#driver.has(requireKey(resourceType, key));
  }

  async getAll(key: string): Promise<Map<string, string>> {
    return this.#driver.getAll(requireName(key, "key"));
  }

  delete(resourceType: string, key: string): Promise<boolean> {
    return promiseOf(() => {
      const name = requireKey(resourceType, key);
      return this.#write(name, () => this.#driver.delete(name));
    });
  }

  async touch(resourceType: string, key: string, options: RequiredTimeToLive): Promise<boolean> {
    const ttlMillis = requireTtlMillis(requireOptions(options, "options", ["ttlSeconds", "ttlMillis"]));
    const name = requireKey(resourceType, key);
    return this.#write(name, () => this.#driver.touch(name, ttlMillis));
  }

  getOrSet(resourceType: string, key: string, produce: Produce<string>, options: GetOrSetOptions): Promise<string> {
    return this.#getOrSet(resourceType, key, produce, options, undefined);
  }

  /** @param accepts - whether an expired value can be returned; undefined: any can */
  #getOrSet(
    resourceType: string,
    key: string,
    produce: Produce<string>,
    options: GetOrSetOptions,
    accepts: Accepts | undefined,
  ): Promise<string> {
    return promiseOf(() => {
      const name = requireKey(resourceType, key);
      requireProduce(produce);
      const terms = readComputeOptions(options);
      const calledAt = this.#once.tick();
      if (this.#isDisconnecting) throw notConnected();
      const value = this.#near?.get(entryNameOf(name));
      if (value !== undefined) return value;
      return this.#read(name).then(
        (found) =>
          found ?? this.#write(name, () => this.#once.compute({ key: name, produce, accepts, ...terms }, calledAt)),
      );
    });
  }

  async invalidateTags(tags: Iterable<string>, options: InvalidateTagsOptions = {}): Promise<void> {
    const { client } = requireOptions(options, "options", ["client"]);
    // A transaction's client that is missing must not become an invalidation before the commit.
    if (client === null) throw invalidInput("client", "must be a pg client, or undefined for a statement of its own");
    const checked = requireTags(tags);
    if (checked.length === 0) return;
    await this.#writeAny(() => this.#driver.invalidateTags(checked, client));
  }

  async increment(resourceType: string, key: string, options: IncrementOptions = {}): Promise<number> {
    const name = requireKey(resourceType, key);
    const { by, ttlMillis } = readIncrement(options);
    return this.#write(name, () => this.#driver.increment(name, by, ttlMillis));
  }

  async rateLimit(resourceType: string, key: string, options: RateLimitOptions): Promise<RateLimitResult> {
    const name = requireKey(resourceType, key);
    const call = readLimitedCall(options);
    return this.#write(name, () => this.#driver.rateLimit(name, call));
  }

  async getMany(resourceType: string, keys: Iterable<string>): Promise<Map<string, string>> {
    const type = requireName(resourceType, "resourceType");
    const checked = requireKeys(keys);
    if (this.#near === null) return this.#driver.getMany(type, checked);
    const values = await Promise.all(checked.map((key) => this.get(type, key)));
    const found = new Map<string, string>();
    for (const [index, value] of values.entries()) if (value !== null) found.set(checked[index] as string, value);
    return found;
  }

  async setMany(
    resourceType: string,
    entries: Iterable<readonly [string, string]>,
    options?: SetOptions,
  ): Promise<void> {
    const terms = readTerms(options);
    const type = requireName(resourceType, "resourceType");
    const checked = requireEntries(entries);
    return this.#writeMany(type, checked.keys(), () => this.#driver.setMany(type, checked, terms));
  }

  async deleteMany(resourceType: string, keys: Iterable<string>): Promise<number> {
    const type = requireName(resourceType, "resourceType");
    const checked = requireKeys(keys);
    return this.#writeMany(type, checked, () => this.#driver.deleteMany(type, checked));
  }

  async clear(resourceType: string): Promise<number> {
    const type = requireName(resourceType, "resourceType");
    return this.#writeAny(() => this.#driver.clear(type));
  }

  keys(resourceType: string, options: KeysOptions = {}): AsyncIterable<string> {
    return this.#keys(resourceType, options);
  }

  async *#keys(resourceType: string, options: KeysOptions): AsyncGenerator<string, void, undefined> {
    const type = requireName(resourceType, "resourceType");
    const { prefix, after: first } = readKeysOptions(options);
    for (let after = first; ; ) {
      const page = await this.#driver.listKeys(type, { prefix, after, limit: KEYS_OF_A_PAGE });
      yield* page;
      if (page.length < KEYS_OF_A_PAGE) return;
      after = page.at(-1) ?? null;
    }
  }

  resource<T>(resourceType: string, options: ResourceOptions<T> = {}): CacheResource<T> {
    const type = requireName(resourceType, "resourceType");
    const deleteValue = async (key: string, value: string) => {
      const name = requireKey(type, key);
      await this.#write(name, () => this.#driver.deleteValue(name, value));
    };
    const getOrSet: GetOrSetAccepted = (key, produce, terms, accepts) =>
      this.#getOrSet(type, key, produce, terms, accepts);
    return createResource({ cache: this, emit: this.#emit, getOrSet, once: this.#once, deleteValue }, type, options);
  }

  async removeExpired(options: RemoveExpiredEntriesOptions = {}): Promise<number> {
    const { batchSize, maxEntries } = readSweep(options);
    const removed = await this.#writeAny(() => this.#driver.removeExpired(batchSize, maxEntries));
    const { expired, evicted, failures = [] } = removed;
    this.#emit({ type: "sweep", removed: maxEntries === null ? { entries: expired } : { entries: expired, evicted } });
    if (failures.length > 0) throw failures[0];
    return expired + evicted;
  }

  #read(name: CacheKey): Promise<string | null> {
    return this.#near === null
      ? this.#driver.get(name)
      : this.#near.read(entryNameOf(name), () => this.#driver.get(name));
  }

  #write<T>(name: CacheKey, write: () => Promise<T>): Promise<T> {
    return this.#near === null ? write() : this.#near.write([entryNameOf(name)], write);
  }

  #writeMany<T>(resourceType: string, keys: Iterable<string>, write: () => Promise<T>): Promise<T> {
    if (this.#near === null) return write();
    return this.#near.write(
      [...keys].map((key) => entryNameOf({ resourceType, key })),
      write,
    );
  }

  #writeAny<T>(write: () => Promise<T>): Promise<T> {
    return this.#near === null ? write() : this.#near.writeAny(write);
  }
}
