import type { EventListener } from "../events.js";

/** A resource type and a key, which together identify one entry. */
export interface CacheKey {
  readonly resourceType: string;
  readonly key: string;
}

/** How long an entry is kept, and what invalidates it. */
export interface EntryTerms {
  /** Time to live in milliseconds; null: the entry never expires. */
  readonly ttlMillis: number | null;
  /** Distinct, at least one; null: none. */
  readonly tags: readonly string[] | null;
}

/** An entry as it is stored. */
export interface StoredEntry {
  readonly value: string;
  /** Null: never. */
  readonly expiresAt: Date | null;
  readonly tags: readonly string[];
}

/** The result of an attempt to acquire a lease. */
export type LeaseAttempt =
  /**
   * The caller has to compute the value. `isStale`: an expired value within its grace can be served meanwhile. `sentAt`: when the request was
   * sent, by `performance.now()`, which is no later than the lease begins.
   */
  | { readonly outcome: "acquired"; readonly token: string; readonly isStale: boolean; readonly sentAt: number }
  /** There is a live value. */
  | { readonly outcome: "live" }
  /** Another process computes it, for this long at most, if that is known. */
  | { readonly outcome: "held"; readonly remainingMillis: number | null; readonly isStale: boolean }
  /**
   * A row that the attempt needs is locked, or the attempt was queued for a second behind others that met locked rows, so that it is unknown
   * who computes the value. `isStale`: an expired value within its grace may exist.
   */
  | { readonly outcome: "locked"; readonly isStale: boolean };

/** A value that was computed under a lease, and its terms. */
export interface ComputedEntry extends EntryTerms {
  readonly value: string;
  /** How long the value may be served after its expiry, in milliseconds. */
  readonly graceMillis: number;
}

/** A page of the keys of a resource type. */
export interface KeysPage {
  readonly prefix: string;
  /** The last key of the page before; null: from the start. */
  readonly after: string | null;
  readonly limit: number;
}

/** A call that is admitted or not. */
export interface LimitedCall {
  /** How many calls of cost 1 fit into a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly cost: number;
}

/** Whether a call was admitted. */
export interface RateLimitResult {
  readonly allowed: boolean;
  /** How many calls of cost 1 would be admitted now. */
  readonly remaining: number;
  /** When this call would be admitted, in seconds, exact to the millisecond; 0 if it was. */
  readonly retryAfterSeconds: number;
}

/**
 * Stores cache entries. The Cache module validates every argument before it calls a driver. `cacheDriverContract` of
 * `pevensie/testing` declares the tests that every driver must pass.
 */
export interface CacheDriver {
  /**
   * Connects to the database and checks its schema.
   *
   * @param listener - receives the driver's own events; it must not throw
   * @throws ALREADY_CONNECTED when called twice; NOT_CONNECTED if `disconnect` is called meanwhile
   */
  connect(listener?: EventListener): Promise<void>;
  /** Drains calls in flight and releases what `connect` acquired. Ends a `connect` in progress. Idempotent. */
  disconnect(): Promise<void>;

  /** Overwrites the value and its terms. */
  set(key: CacheKey, value: string, terms: EntryTerms): Promise<void>;
  /** Stores a value where there is no live entry. @returns whether it did */
  setIfAbsent(key: CacheKey, value: string, terms: EntryTerms): Promise<boolean>;
  /**
   * Returns null without a live entry. Every lookup deletes the expired entries that it finds, if that needs no
   * waiting, and unless they have grace.
   */
  get(key: CacheKey): Promise<string | null>;
  /** Returns a live entry with its terms, or null. */
  getEntry(key: CacheKey): Promise<StoredEntry | null>;
  /** Returns whether there is a live entry. */
  has(key: CacheKey): Promise<boolean>;
  /** Returns the live values under a key, by resource type. */
  getAll(key: string): Promise<Map<string, string>>;
  /** Deletes the entry, if it exists. @returns whether it was live */
  delete(key: CacheKey): Promise<boolean>;
  /** Deletes a live entry if it has this value: what another caller has stored meanwhile stays. @returns whether it did */
  deleteValue(key: CacheKey, value: string): Promise<boolean>;
  /**
   * Changes when a live entry expires. The length of its grace stays, but null ends the grace for good.
   *
   * @returns whether there is one
   */
  touch(key: CacheKey, ttlMillis: number | null): Promise<boolean>;
  /**
   * Adds to a whole number. An absent entry is 0 and gets the ttl; others keep their expiry.
   *
   * @throws WRONG_VALUE_TYPE if the value is, or would become, no whole number that a double holds exactly
   */
  increment(key: CacheKey, by: number, ttlMillis: number | null): Promise<number>;
  /**
   * Admits a call, or not.
   *
   * @throws WRONG_VALUE_TYPE if the entry is live and something else
   */
  rateLimit(key: CacheKey, call: LimitedCall): Promise<RateLimitResult>;

  /** Returns the live values of the keys that have one. */
  getMany(resourceType: string, keys: readonly string[]): Promise<Map<string, string>>;
  /** {@link CacheDriver.set} for many entries, in any number of chunks. */
  setMany(resourceType: string, entries: ReadonlyMap<string, string>, terms: EntryTerms): Promise<void>;
  /** {@link CacheDriver.delete} for many keys, in any number of chunks. @returns how many entries were live */
  deleteMany(resourceType: string, keys: readonly string[]): Promise<number>;
  /** Deletes every entry of a type, in batches. @returns how many were live */
  clear(resourceType: string): Promise<number>;
  /** Returns keys with a live entry, in the storage's order, at most `limit`. */
  listKeys(resourceType: string, page: KeysPage): Promise<string[]>;

  /**
   * Makes every entry with one of the tags a miss whose value was computed before.
   *
   * @param client - a client of the caller's, in whose transaction it takes effect; undefined: immediately
   */
  invalidateTags(tags: readonly string[], client: unknown): Promise<void>;

  /**
   * Acquires the right to compute a missing value, for a time. Only one caller has it. The token identifies the lease. It is never used
   * for another one: a request that the network delivers late must not renew the right to store a value that was computed before.
   *
   * @param isRepeated - whether the caller has attempted it before, so that others may go first
   */
  acquireLease(key: CacheKey, leaseSeconds: number, isRepeated?: boolean): Promise<LeaseAttempt>;
  /** Returns whether {@link CacheDriver.storeComputed} would store a value with these tags. */
  isLeaseHeld(key: CacheKey, token: string, tags: readonly string[] | null): Promise<boolean>;
  /**
   * Stores a value and gives up the lease. Stores nothing if the lease was replaced, the entry was set or deleted since it was
   * acquired, or one of the tags was invalidated by a transaction that had not committed then.
   *
   * @returns whether it was stored
   */
  storeComputed(key: CacheKey, token: string, entry: ComputedEntry): Promise<boolean>;
  /** Gives up a lease. */
  releaseLease(key: CacheKey, token: string): Promise<void>;
  /** Returns an expired value within its grace, unless its tags were invalidated. */
  getStale(key: CacheKey): Promise<string | null>;

  /**
   * Removes expired entries, at most `batchSize` at a time.
   *
   * @param maxEntries - estimated number of entries above which those that expire soonest are evicted; null evicts nothing
   */
  removeExpired(batchSize: number, maxEntries: number | null, control?: CacheSweepControl): Promise<RemovedEntries>;
}

/** Ends a sweep early, and reports what it removes. */
export interface CacheSweepControl {
  /** Once it is aborted, the batch in progress is the last one, and the sweep resolves with what it has removed. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch of entries, with their number, which may be 0. Removed leases and invalidations are not counted. */
  readonly onRemoved?: ((kind: "expired" | "evicted", rows: number) => void) | undefined;
}

/** How many entries a sweep removed. */
export interface RemovedEntries {
  readonly expired: number;
  readonly evicted: number;
  /** The errors of servers that were not swept, or only in part. The counts are of what succeeded, on any server. Default: none. */
  readonly failures?: readonly unknown[] | undefined;
}
