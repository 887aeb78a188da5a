import type { RemoveExpiredOptions } from "../input/sweep-options.js";
import type { PostgresQueryable } from "../pg-interface.js";

/** When an entry expires. Give one of the two, or neither. */
export interface TimeToLive {
  /** Time to live in seconds, 1 to 3,155,760,000. Null and undefined: the entry does not expire. */
  readonly ttlSeconds?: number | null | undefined;
  /** Time to live in milliseconds, 1 to 3,155,760,000,000. */
  readonly ttlMillis?: number | null | undefined;
}

/** When an entry expires, where that has to be said: one of the two. Null: the entry does not expire. */
export type RequiredTimeToLive =
  | { readonly ttlSeconds: number | null; readonly ttlMillis?: null | undefined }
  | { readonly ttlMillis: number | null; readonly ttlSeconds?: null | undefined };

/** Options of {@link Cache.set}. */
export interface SetOptions extends TimeToLive {
  /**
   * Names by which the entry can be invalidated, at most 32 of at most 255 characters each. The value counts as computed when it is
   * stored: if the data may change between reading it and storing the value, use {@link Cache.getOrSet}. Default: none.
   */
  readonly tags?: Iterable<string> | null | undefined;
}

/** Options of {@link Cache.getOrSet}. */
export type GetOrSetOptions = ComputationOptions & RequiredTimeToLive;

/** How a missing value is computed, and what invalidates it. */
export interface ComputationOptions {
  /**
   * For how long after its expiry a value may be served while another call computes the next one, and after a failure to compute it;
   * 0 to 3,155,760,000. Default: 0.
   */
  readonly graceSeconds?: number | undefined;
  /** After this long, in seconds, 1 to 86,400, another process computes the value instead of one that has died. Default: 10. */
  readonly leaseSeconds?: number | undefined;
  /**
   * How long a call waits for the value that another process computes, in milliseconds, 0 to 86,400,000. Then it computes the value for
   * itself, and stores nothing. Default: twice as long as the lease, so that it also waits for whoever replaces a process that has died.
   */
  readonly waitMillis?: number | undefined;
  /** As {@link SetOptions.tags}. No value that was computed from data before an invalidation survives it. Default: none. */
  readonly tags?: Iterable<string> | null | undefined;
}

/** Options of {@link CacheResource.getOrSet}: the resource has defaults for them. Either those of the call or those of the resource have to contain `ttlSeconds` or `ttlMillis`. */
export interface ResourceGetOrSetOptions extends ComputationOptions, TimeToLive {}

/** Computes a missing value. */
export type Produce<T> = (context: ProduceContext) => T | PromiseLike<T>;

/** The argument of {@link Produce}. */
export interface ProduceContext {
  /**
   * Aborted once the value would not be stored any more: the lease has expired, the entry was set or deleted, or a tag was
   * invalidated. This is noticed within a second. A call whose computations have ended with that twice, or that has waited for
   * `waitMillis`, computes the value for itself and stores nothing: the signal of that computation is aborted by `disconnect()` alone.
   */
  readonly signal: AbortSignal;
}

/** Options of {@link Cache.increment}. */
export interface IncrementOptions extends TimeToLive {
  /** What to add: a whole number, at most 2^53 - 1, or negative. Default: 1. */
  readonly by?: number | undefined;
}

/** Options of {@link Cache.keys}. */
export interface KeysOptions {
  /** Only keys that start with this. Default: all. */
  readonly prefix?: string | null | undefined;
  /** Only keys that follow this one in the database's order. Default: from the start. */
  readonly after?: string | null | undefined;
}

/** Options of {@link Cache.rateLimit}. */
export interface RateLimitOptions {
  /**
   * How many calls are admitted immediately, 1 to 1,000,000. Then the rate applies: as many a window, evenly. One window can therefore
   * have almost twice as many.
   */
  readonly limit: number;
  /** The window in seconds, 1 to 2,678,400, which are 31 days. */
  readonly windowSeconds: number;
  /** How many calls this one counts as, 1 to `limit`. Default: 1. */
  readonly cost?: number | undefined;
}

/** Options of {@link Cache.invalidateTags}. */
export interface InvalidateTagsOptions {
  /**
   * A `pg` client with an open transaction, or the client of `auth.withTransaction`: the invalidation is committed or rolled back
   * with it. Without an open transaction it takes effect immediately. A pool is refused. Default: a statement of its own.
   */
  readonly client?: PostgresQueryable | undefined;
}

/** An entry and its terms. */
export interface CacheEntry<T = string> {
  readonly value: T;
  /** Null: the entry does not expire. */
  readonly expiresAt: Date | null;
  readonly tags: readonly string[];
}

/** Options of {@link Cache.removeExpired}. */
export interface RemoveExpiredEntriesOptions extends RemoveExpiredOptions {
  /**
   * Evicts entries, those that expire soonest first, until an estimate of their number is at most this; 1 to 10^12. Default:
   * nothing is evicted.
   */
  readonly maxEntries?: number | null | undefined;
}
