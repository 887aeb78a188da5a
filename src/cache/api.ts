import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { RateLimitResult } from "./driver.js";
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
  ResourceGetOrSetOptions,
  SetOptions,
} from "./options.js";

/** A cache that is not connected. Its type has no function but `connect`. */
export interface DisconnectedCache {
  /**
   * Connects to the server and checks its schema.
   *
   * @throws ALREADY_CONNECTED, CONNECTION_UNAVAILABLE, SERVER_TOO_OLD; SCHEMA_OUTDATED with the command to run; INVALID_INPUT with the
   * field `near` if `lru-cache` is not installed
   */
  connect(): Promise<Cache>;
}

/**
 * Text values under a resource type and a key, each of which is at most 1,024 bytes of UTF-8. Store only what can be
 * recomputed or fetched again: a crash of the server empties the cache.
 *
 * Every function may reject with INVALID_INPUT naming the `field`, before any SQL is sent; with NOT_CONNECTED after
 * {@link Cache.disconnect}; and with CONNECTION_UNAVAILABLE, TIMEOUT or DATABASE_ERROR. Functions that change something
 * may reject with OUTCOME_UNKNOWN if the response was lost.
 *
 * The functions need their object: call `cache.get(type, key)`. Taken out of it, or copied by `{ ...cache }`, they do not work.
 */
export interface Cache {
  /**
   * Drains calls in flight and closes the driver's connections. Aborts the signals of values that are being computed, and gives up
   * their leases: the values are returned to their callers, and not stored. Idempotent.
   */
  disconnect(): Promise<DisconnectedCache>;
  /** Disconnects at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;

  /** Stores a value, at most 16 MiB of UTF-8. Overwrites an existing value, its expiry and its tags. */
  set(resourceType: string, key: string, value: string, options?: SetOptions): Promise<void>;
  /** Stores a value unless there is a live entry. @returns whether it was stored */
  setIfAbsent(resourceType: string, key: string, value: string, options?: SetOptions): Promise<boolean>;
  /**
   * Returns the value, or null if the entry is absent, expired or invalidated. An expired one is deleted, unless it has
   * grace, or something such as a lock prevents it.
   */
  get(resourceType: string, key: string): Promise<string | null>;
  /** Returns the live entry with its expiry and tags, or null. */
  getEntry(resourceType: string, key: string): Promise<CacheEntry | null>;
  /** Returns whether there is a live entry. */
  has(resourceType: string, key: string): Promise<boolean>;
  /** Returns every live value that is stored under a key, by resource type. Like `get`, returns limits as text, such as `limit:1796…`. */
  getAll(key: string): Promise<Map<string, string>>;
  /** Deletes an entry. Does nothing if it does not exist. @returns whether it was live */
  delete(resourceType: string, key: string): Promise<boolean>;
  /**
   * Changes when a live entry expires. Its grace keeps its length, unless the entry no longer expires: then a later call gives it no grace.
   *
   * @returns whether there is one
   */
  touch(resourceType: string, key: string, options: RequiredTimeToLive): Promise<boolean>;

  /**
   * Returns the live value, or computes and stores it. Of all processes one computes the value of a key at a time; the others wait for
   * it, or return the expired value if it is within its grace. No call returns a value of data before an invalidation, a deletion or a
   * change of the entry that had ended when the call was made.
   *
   * If `produce` fails, its error is what the calls that wait for it reject with; within the grace they return the expired value, and
   * an event is emitted. Nothing is stored, and the next call tries again.
   *
   * @param produce - computes the value; called by one call at a time, but also by calls that have waited for `waitMillis`, have lost two
   * leases, or, about once a second, have met locked rows for a second
   *
   * @example
   * const page = await cache.getOrSet("page", path, () => render(path), { ttlSeconds: 60, graceSeconds: 600, tags: ["articles"] });
   */
  getOrSet(resourceType: string, key: string, produce: Produce<string>, options: GetOrSetOptions): Promise<string>;
  /**
   * Makes every entry that has one of the tags a miss, unless its value was computed after this. With a `client` that is when its
   * transaction commits. Idempotent: after CONNECTION_UNAVAILABLE or TIMEOUT it may have taken effect, and can be repeated.
   *
   * @param tags - at most 32
   *
   * @example
   * await auth.withTransaction(async (auth, client) => {
   *   await client.query("update article set title = $1 where id = $2", [title, id]);
   *   await cache.invalidateTags([`article:${id}`], { client });
   * });
   */
  invalidateTags(tags: Iterable<string>, options?: InvalidateTagsOptions): Promise<void>;

  /**
   * Adds to a whole number and returns the sum. An absent entry counts as 0, and gets the time to live; an existing one keeps its
   * expiry.
   *
   * @throws WRONG_VALUE_TYPE if the value is no whole number, or the sum would be beyond 2^53 - 1
   */
  increment(resourceType: string, key: string, options?: IncrementOptions): Promise<number>;
  /**
   * Admits a call, or says when to try again: exact over all processes (the generic cell rate algorithm). A crash of the server
   * resets every limit.
   *
   * @throws WRONG_VALUE_TYPE if the key is used for something else
   *
   * @example
   * const { allowed, retryAfterSeconds } = await cache.rateLimit("sign-up", ip, { limit: 10, windowSeconds: 3600 });
   */
  rateLimit(resourceType: string, key: string, options: RateLimitOptions): Promise<RateLimitResult>;

  /** Returns the live values of the given keys, by key. A key without a live value is absent from the result. */
  getMany(resourceType: string, keys: Iterable<string>): Promise<Map<string, string>>;
  /**
   * Sets many entries, given as a Map or as pairs. If a key occurs more than once, its last value counts. A large call
   * is sent in chunks. Each chunk is atomic, so it waits for every locked row among its own.
   */
  setMany(resourceType: string, entries: Iterable<readonly [string, string]>, options?: SetOptions): Promise<void>;
  /**
   * Deletes many entries. Keys that do not exist are ignored. A large call is sent in chunks, as by {@link setMany}.
   *
   * @returns how many were live
   */
  deleteMany(resourceType: string, keys: Iterable<string>): Promise<number>;
  /** Deletes every entry of a type, in batches. Entries that are stored meanwhile may survive. @returns how many were live */
  clear(resourceType: string): Promise<number>;
  /**
   * Iterates over the keys with a live entry, in the database's order, page by page. A prefix selects among all keys of the type: no index
   * finds it. Keys that are stored or deleted meanwhile may be missing or included.
   *
   * @example
   * for await (const key of cache.keys("page", { prefix: "/docs/" })) console.log(key);
   */
  keys(resourceType: string, options?: KeysOptions): AsyncIterable<string>;

  /**
   * Returns the functions of this cache for one resource type, with values of a type: JSON by default, checked by a schema, or
   * encoded by a codec. A stored value that the schema or the codec refuses is a miss, and an event. Without either, values are read back
   * as JSON.parse returns them, whatever `T` says: a Date as text, a Map as `{}`.
   *
   * @example
   * const profiles = cache.resource("profile", { schema: z.object({ name: z.string() }), ttlSeconds: 300 });
   * const { name } = await profiles.getOrSet(userId, () => loadProfile(userId));
   */
  resource<T>(resourceType: string, options?: ResourceOptions<T>): CacheResource<T>;

  /**
   * Removes expired and invalidated entries that no lookup has deleted, in batches. Any number of processes may do so concurrently.
   * `pevensie sweep` does the same from the command line.
   *
   * @returns the number of entries removed
   */
  removeExpired(options?: RemoveExpiredEntriesOptions): Promise<number>;
}

/** Converts values to text and back. What either throws is a refusal of the value. */
export interface CacheCodec<T> {
  /** Returns the text to store, at most 16 MiB of UTF-8. */
  encode(value: T): string;
  /** Returns the value of a stored text. */
  decode(text: string): T;
}

/** Options of {@link Cache.resource}: how values are stored, and defaults for the calls. */
export interface ResourceOptions<T> extends ResourceGetOrSetOptions {
  /** Default: JSON. */
  readonly codec?: CacheCodec<T> | undefined;
  /**
   * Checks and types values: any Standard Schema, such as one of zod, valibot or arktype. Values are stored as JSON, which
   * the schema has to accept when they are read. Not together with `codec`.
   */
  readonly schema?: StandardSchemaV1<unknown, T> | undefined;
}

/** The functions of a cache for one resource type, with values of a type. They are those of {@link Cache} by the same names. */
export interface CacheResource<T> {
  /** Stores a value. The options default to those of the resource. */
  set(key: string, value: T, options?: SetOptions): Promise<void>;
  /** Stores a value unless there is a live entry. @returns whether it was stored */
  setIfAbsent(key: string, value: T, options?: SetOptions): Promise<boolean>;
  /** Returns the value, or null without a live entry whose value is accepted. */
  get(key: string): Promise<T | null>;
  /** Returns the live entry with its expiry and tags, or null. */
  getEntry(key: string): Promise<CacheEntry<T> | null>;
  /** Returns whether there is a live entry. Its value is not looked at. */
  has(key: string): Promise<boolean>;
  /**
   * Returns the live value, or computes and stores it. Every call gets a value of its own, which it may change.
   *
   * @param options - the resource's defaults; either they or those of the call have to contain `ttlSeconds` or `ttlMillis`
   */
  getOrSet(key: string, produce: Produce<T>, options?: ResourceGetOrSetOptions): Promise<T>;
  /** Returns the live values of the given keys, by key. */
  getMany(keys: Iterable<string>): Promise<Map<string, T>>;
  /** Sets many entries. */
  setMany(entries: Iterable<readonly [string, T]>, options?: SetOptions): Promise<void>;
  /** Deletes an entry. @returns whether it was live */
  delete(key: string): Promise<boolean>;
  /** Deletes many entries. @returns how many were live */
  deleteMany(keys: Iterable<string>): Promise<number>;
  /** Changes when a live entry expires. @returns whether there is one */
  touch(key: string, options: RequiredTimeToLive): Promise<boolean>;
  /** Deletes every entry of the type. @returns how many were live */
  clear(): Promise<number>;
  /** Iterates over the keys with a live entry. */
  keys(options?: KeysOptions): AsyncIterable<string>;
}
