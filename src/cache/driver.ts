import type { EventListener } from "../events.js";

/** A resource type and a key, which together identify one entry. */
export interface CacheKey {
  readonly resourceType: string;
  readonly key: string;
}

/**
 * Stores cache entries. The Cache module validates every argument before it calls a driver. test/contracts/ contains
 * the suite that every driver must pass.
 */
export interface CacheDriver {
  /**
   * Connects to the database and checks its schema.
   *
   * @param listener - receives the driver's own events; it must not throw
   * @throws ALREADY_CONNECTED when called twice
   */
  connect(listener?: EventListener): Promise<void>;
  /** Drains calls in flight and releases what `connect` acquired. Idempotent. */
  disconnect(): Promise<void>;

  /** Overwrites the value and the expiry. With a null `ttlSeconds` the entry never expires. */
  set(key: CacheKey, value: string, ttlSeconds: number | null): Promise<void>;
  /**
   * Returns null without a live entry. Every lookup deletes the expired entries that it finds, if that needs no
   * waiting.
   */
  get(key: CacheKey): Promise<string | null>;
  /** Returns the live values under a key, by resource type. */
  getAll(key: string): Promise<Map<string, string>>;
  /** Deletes the entry, if it exists. */
  delete(key: CacheKey): Promise<void>;

  /** Returns the live values of the keys that have one. */
  getMany(resourceType: string, keys: readonly string[]): Promise<Map<string, string>>;
  /** {@link CacheDriver.set} for many entries, in any number of chunks. */
  setMany(resourceType: string, entries: ReadonlyMap<string, string>, ttlSeconds: number | null): Promise<void>;
  /** {@link CacheDriver.delete} for many keys, in any number of chunks. */
  deleteMany(resourceType: string, keys: readonly string[]): Promise<void>;
  /** Removes expired entries, at most `batchSize` at a time. @returns the number of entries removed */
  removeExpired(batchSize: number): Promise<number>;
}
