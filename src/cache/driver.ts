import type { EventListener } from "../events.js";

/** A key and the type of resource that it is a key of: together they name one entry. */
export interface CacheKey {
  readonly resourceType: string;
  readonly key: string;
}

/**
 * Where cache entries are kept. The Cache module checks every argument before it calls a driver.
 * test/contracts/ has the suite that every driver has to pass.
 */
export interface CacheDriver {
  /**
   * Connects to the database and checks that its schema fits.
   *
   * @param listener - receives the driver's own events; it must not throw
   * @throws ALREADY_CONNECTED when called twice
   */
  connect(listener?: EventListener): Promise<void>;
  /** Drains calls in flight and releases what `connect` acquired. Idempotent. */
  disconnect(): Promise<void>;

  /** Overwrites the value and the expiry; null never expires. */
  set(key: CacheKey, value: string, ttlSeconds: number | null): Promise<void>;
  /** Null for an entry that is not there. An expired one is removed if that can be done without waiting, here and below. */
  get(key: CacheKey): Promise<string | null>;
  /** The live values under a key, by resource type; expired ones are removed. */
  getAll(key: string): Promise<Map<string, string>>;
  delete(key: CacheKey): Promise<void>;

  /** The live values of the keys that have one; expired ones are removed. */
  getMany(resourceType: string, keys: readonly string[]): Promise<Map<string, string>>;
  /** {@link CacheDriver.set} for many entries, in any number of steps. */
  setMany(resourceType: string, entries: ReadonlyMap<string, string>, ttlSeconds: number | null): Promise<void>;
  /** {@link CacheDriver.delete} for many keys, in any number of steps. */
  deleteMany(resourceType: string, keys: readonly string[]): Promise<void>;
  /** Removes expired entries, at most so many at a time. @returns how many were removed */
  removeExpired(batchSize: number): Promise<number>;
}
