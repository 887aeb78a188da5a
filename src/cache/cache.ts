import { invalidInput } from "../errors/index.js";
import { type EventListener, safeListener } from "../events.js";
import { requireText, type TextLimits } from "../input/text.js";
import { optionalTtl, type RemoveExpiredOptions, readBatchSize, requireOptions } from "../input/values.js";
import { Lease } from "../lease.js";
import { promiseOf } from "../promise.js";
import type { CacheDriver, CacheKey } from "./driver.js";

/** A PostgreSQL index entry holds some 2,700 bytes, so two texts of this size fit. */
const NAME_LIMITS: TextLimits = { max: 1024, unit: "bytes" };

/** PostgreSQL would accept up to a gigabyte, but a database is the wrong place to cache larger values. */
const VALUE_LIMITS: TextLimits = { max: 16 * 1024 * 1024, unit: "bytes" };

/** Options of {@link createCache}. */
export interface CacheOptions {
  /** Stores the entries. `createCacheDriver` of `pevensie/postgres` returns one. */
  readonly driver: CacheDriver;
  /** Receives events. Its errors are ignored. */
  readonly onEvent?: EventListener | undefined;
}

/** A cache that is not connected. Its type has no function but `connect`. */
export interface DisconnectedCache {
  /**
   * Connects to the server and checks its schema.
   *
   * @throws ALREADY_CONNECTED, CONNECTION_UNAVAILABLE, SCHEMA_OUTDATED with the command to run
   */
  connect(): Promise<Cache>;
}

/** Options of {@link Cache.set}. */
export interface SetOptions {
  /** Time to live in seconds, 1 to 3,155,760,000. Default: the entry does not expire. */
  readonly ttlSeconds?: number | null | undefined;
}

/**
 * Text values under a resource type and a key, each of which is at most 1,024 bytes of UTF-8. Store only what can be
 * recomputed or fetched again: a crash of the server empties the cache.
 *
 * Every function may reject with INVALID_INPUT naming the `field`, before any SQL is sent; with NOT_CONNECTED after
 * {@link Cache.disconnect}; and with CONNECTION_UNAVAILABLE, TIMEOUT or DATABASE_ERROR. Functions that change something
 * may reject with OUTCOME_UNKNOWN if the response was lost.
 */
export interface Cache {
  /** Drains calls in flight and closes the driver's connections. Idempotent. */
  disconnect(): Promise<DisconnectedCache>;
  /** Disconnects at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;

  /** Stores a value, at most 16 MiB of UTF-8. Overwrites an existing value and its expiry. */
  set(resourceType: string, key: string, value: string, options?: SetOptions): Promise<void>;
  /**
   * Returns the value, or null if the entry is absent or expired. An expired one is deleted, unless something such as a
   * lock prevents it.
   */
  get(resourceType: string, key: string): Promise<string | null>;
  /** Returns every live value that is stored under a key, by resource type. */
  getAll(key: string): Promise<Map<string, string>>;
  /** Deletes an entry. Does nothing if it does not exist. */
  delete(resourceType: string, key: string): Promise<void>;

  /** Returns the live values of the given keys, by key. A key without a live value is absent from the result. */
  getMany(resourceType: string, keys: Iterable<string>): Promise<Map<string, string>>;
  /**
   * Sets many entries, given as a Map or as pairs. If a key occurs more than once, its last value counts. A large call
   * is sent in chunks. Each chunk is atomic, so it waits for every locked row among its own.
   */
  setMany(resourceType: string, entries: Iterable<readonly [string, string]>, options?: SetOptions): Promise<void>;
  /**
   * Deletes many entries. Keys that do not exist are ignored. A large call is sent in chunks, as by {@link setMany}.
   */
  deleteMany(resourceType: string, keys: Iterable<string>): Promise<void>;
  /**
   * Removes expired entries that no lookup has deleted, in batches. Any number of processes may do so concurrently.
   * `pevensie sweep` does the same from the command line.
   *
   * @returns the number of entries removed
   */
  removeExpired(options?: RemoveExpiredOptions): Promise<number>;
}

/**
 * Creates a cache over a driver, not yet connected.
 *
 * @throws PevensieError INVALID_INPUT if `driver` is not a driver
 */
export function createCache(options: CacheOptions): DisconnectedCache {
  const { driver, onEvent } = requireOptions(options, "options", ["driver", "onEvent"]) as CacheOptions;
  if (typeof (driver as Partial<CacheDriver> | undefined)?.connect !== "function") {
    throw invalidInput("driver", "must be a CacheDriver, such as createCacheDriver of pevensie/postgres makes");
  }
  if (onEvent !== undefined && typeof onEvent !== "function") throw invalidInput("onEvent", "must be a function");
  return disconnected(driver, safeListener(onEvent));
}

function disconnected(driver: CacheDriver, emit: EventListener): DisconnectedCache {
  return {
    connect: async () => {
      await driver.connect(emit);
      return new ConnectedCache(driver, emit);
    },
  };
}

class ConnectedCache implements Cache {
  readonly #connectable: CacheDriver;
  readonly #lease: Lease<CacheDriver>;
  readonly #emit: EventListener;

  constructor(driver: CacheDriver, emit: EventListener) {
    this.#connectable = driver;
    this.#lease = new Lease(driver);
    this.#emit = emit;
  }

  get #driver(): CacheDriver {
    return this.#lease.driver;
  }

  async disconnect(): Promise<DisconnectedCache> {
    await this.#lease.end();
    return disconnected(this.#connectable, this.#emit);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect();
  }

  set(resourceType: string, key: string, value: string, options: SetOptions = {}): Promise<void> {
    return promiseOf(() => {
      const { ttlSeconds } = requireOptions(options, "options", ["ttlSeconds"]);
      const entry = requireKey(resourceType, key);
      return this.#driver.set(entry, requireText(value, "value", VALUE_LIMITS), optionalTtl(ttlSeconds));
    });
  }

  get(resourceType: string, key: string): Promise<string | null> {
    return promiseOf(() => this.#driver.get(requireKey(resourceType, key)));
  }

  async getAll(key: string): Promise<Map<string, string>> {
    return this.#driver.getAll(requireName(key, "key"));
  }

  delete(resourceType: string, key: string): Promise<void> {
    return promiseOf(() => this.#driver.delete(requireKey(resourceType, key)));
  }

  async getMany(resourceType: string, keys: Iterable<string>): Promise<Map<string, string>> {
    return this.#driver.getMany(requireName(resourceType, "resourceType"), requireKeys(keys));
  }

  async setMany(
    resourceType: string,
    entries: Iterable<readonly [string, string]>,
    options: SetOptions = {},
  ): Promise<void> {
    const { ttlSeconds } = requireOptions(options, "options", ["ttlSeconds"]);
    const type = requireName(resourceType, "resourceType");
    const checked = new Map<string, string>();
    for (const entry of requireIterable<readonly [unknown, unknown]>(entries, "entries")) {
      if (!Array.isArray(entry)) throw invalidInput("entries", "must be pairs of a key and a value");
      checked.set(requireName(entry[0], "key"), requireText(entry[1], "value", VALUE_LIMITS));
    }
    return this.#driver.setMany(type, checked, optionalTtl(ttlSeconds));
  }

  async deleteMany(resourceType: string, keys: Iterable<string>): Promise<void> {
    return this.#driver.deleteMany(requireName(resourceType, "resourceType"), requireKeys(keys));
  }

  async removeExpired(options: RemoveExpiredOptions = {}): Promise<number> {
    const entries = await this.#driver.removeExpired(readBatchSize(options));
    this.#emit({ type: "sweep", removed: { entries } });
    return entries;
  }
}

function requireKey(resourceType: unknown, key: unknown): CacheKey {
  return { resourceType: requireName(resourceType, "resourceType"), key: requireName(key, "key") };
}

/** Returns each key once, in the order given. */
function requireKeys(keys: unknown): readonly string[] {
  const checked = new Set<string>();
  for (const key of requireIterable<unknown>(keys, "keys")) checked.add(requireName(key, "key"));
  return [...checked];
}

function requireName(value: unknown, field: string): string {
  return requireText(value, field, NAME_LIMITS);
}

function requireIterable<T>(value: unknown, field: string): Iterable<T> {
  const iterable = typeof value === "object" && value !== null && Symbol.iterator in value;
  if (!iterable) throw invalidInput(field, "must be a list, a Map or a Set");
  return value as Iterable<T>;
}
