import { invalidInput } from "../errors/index.js";
import { type EventListener, safeListener } from "../events.js";
import { requireText, type TextLimits } from "../input/text.js";
import { optionalTtl, type RemoveExpiredOptions, readBatchSize, requireOptions } from "../input/values.js";
import { Lease } from "../lease.js";
import { promiseOf } from "../promise.js";
import type { CacheDriver, CacheKey } from "./driver.js";

/** An index entry of Postgres holds some 2,700 bytes; two texts of this size fit with room to spare. */
const NAME_LIMITS: TextLimits = { max: 1024, unit: "bytes" };

/** Beyond this a cache in a database is the wrong place; Postgres itself would take up to a gigabyte. */
const VALUE_LIMITS: TextLimits = { max: 16 * 1024 * 1024, unit: "bytes" };

/** What {@link createCache} is made from. */
export interface CacheOptions {
  /** Where entries are kept: `createCacheDriver` of `pevensie/postgres`. */
  readonly driver: CacheDriver;
  /** Is told of what may be worth watching, and cannot break anything. */
  readonly onEvent?: EventListener | undefined;
}

/** A cache that is not connected: it can do nothing but connect, and the compiler knows. */
export interface DisconnectedCache {
  /**
   * Reaches the server and checks that its schema fits.
   *
   * @throws ALREADY_CONNECTED, CONNECTION_UNAVAILABLE, SCHEMA_OUTDATED with the command to run
   */
  connect(): Promise<Cache>;
}

export interface SetOptions {
  /** Seconds, 1 to 3,155,760,000. Default: the entry does not expire. */
  readonly ttlSeconds?: number | null | undefined;
}

/**
 * Text under a resource type and a key, each at most 1,024 bytes of UTF-8, for things that can be had again: a crash of
 * the server empties the cache.
 *
 * Every function may reject with INVALID_INPUT naming the `field`, before any SQL; with NOT_CONNECTED after
 * {@link Cache.disconnect}; with CONNECTION_UNAVAILABLE, TIMEOUT or DATABASE_ERROR; and those that change something with
 * OUTCOME_UNKNOWN where the answer was lost.
 */
export interface Cache {
  /** Ends what is under way, and lets go of the driver's connections. Twice is harmless. */
  disconnect(): Promise<DisconnectedCache>;
  [Symbol.asyncDispose](): Promise<void>;

  /** Overwrites the value, at most 16 MiB of UTF-8, and the expiry. */
  set(resourceType: string, key: string, value: string, options?: SetOptions): Promise<void>;
  /** Null for an entry that is absent or expired. An expired one is removed, unless something such as a lock prevents it. */
  get(resourceType: string, key: string): Promise<string | null>;
  /** Every live value that is stored under a key, by resource type. */
  getAll(key: string): Promise<Map<string, string>>;
  /** An entry that is not there is fine. */
  delete(resourceType: string, key: string): Promise<void>;

  /** The live values of those of the keys that have one, by key. */
  getMany(resourceType: string, keys: Iterable<string>): Promise<Map<string, string>>;
  /**
   * Sets many entries, given as a Map or as pairs; of several for one key the last one counts. A large call is sent in
   * chunks. Each takes effect as a whole, and so waits until no other transaction has locked one of its rows.
   */
  setMany(resourceType: string, entries: Iterable<readonly [string, string]>, options?: SetOptions): Promise<void>;
  /** Keys that are not there are fine. A large call is sent in chunks, as {@link setMany} sends them. */
  deleteMany(resourceType: string, keys: Iterable<string>): Promise<void>;
  /**
   * Removes what has expired and nobody has read since, a batch at a time, beside any number of processes that do the
   * same. `pevensie sweep` does it from the command line.
   *
   * @returns how many entries were removed
   */
  removeExpired(options?: RemoveExpiredOptions): Promise<number>;
}

/**
 * A cache over a driver, not yet connected.
 *
 * @throws PevensieError INVALID_INPUT for what is no driver
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

/** Each key once, in the order given. */
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
