/**
 * A store for express-rate-limit 7 and 8.
 *
 * @module pevensie/express-rate-limit
 */
import type { ClientRateLimitInfo, Options, Store } from "express-rate-limit";
import type { Cache } from "../cache/index.js";
import { requireOptions } from "../input/values.js";
import { readResourceType, requireCache } from "./common.js";

/** Options of {@link createRateLimitStore}. */
export interface RateLimitStoreOptions {
  /**
   * Resource type of the counters, at most 1,024 bytes. Limiters with the same type share their counters, so give each its own. Default:
   * "express-rate-limit".
   */
  readonly resourceType?: string | undefined;
}

/** A store of express-rate-limit: a counter for each client, which expires at the end of the client's window. */
export interface RateLimitStore extends Store {
  /** What express-rate-limit tells the stores of two limiters apart by: the resource type and a colon. */
  readonly prefix: string;
  /** False: the counters are shared by all processes. */
  readonly localKeys: false;
  /** Takes the length of the window from the limiter's `windowMs`. Called by express-rate-limit. */
  init(options: Options): void;
  /**
   * Counts a request. Its `resetTime` is when the counter expires, by the clock of the database. For the request that opens a window it
   * is computed, and takes no second statement. It is the present if the window has ended while it was read.
   */
  increment(key: string): Promise<ClientRateLimitInfo>;
  /**
   * Takes a request back. express-rate-limit does not say which window it was of: if that has ended, the next window's count is reduced,
   * and where there is no next window, one is created with the count 0. A count below 0 is corrected by a second statement. Never
   * rejects: if the cache fails, the request may count until its window ends.
   */
  decrement(key: string): Promise<void>;
  /** Returns a client's count and the end of its window, or undefined for a client without one. */
  get(key: string): Promise<ClientRateLimitInfo | undefined>;
  /** Deletes the counter of a client. */
  resetKey(key: string): Promise<void>;
  /** Deletes every counter of the resource type. */
  resetAll(): Promise<void>;
}

/**
 * Creates a store of express-rate-limit over a connected cache: a fixed window, which begins with a client's first request, counted
 * exactly over all processes. A crash of the server resets every limit.
 *
 * Calls but `decrement` reject with the errors of {@link Cache}, which the limiter passes to Express, or lets through with `passOnStoreError`:
 * INVALID_INPUT for a key of more than 1,024 bytes, or a `windowMs` that is not a whole number of milliseconds from 1 to
 * 3,155,760,000,000; WRONG_VALUE_TYPE if the resource type is used for something else.
 *
 * @param cache - a connected cache, which the caller disconnects
 * @throws PevensieError INVALID_INPUT if `cache` is not connected, or an option is unknown or invalid
 *
 * @example
 * app.use(rateLimit({ windowMs: 60_000, limit: 100, standardHeaders: "draft-8", store: createRateLimitStore(cache) }));
 */
export function createRateLimitStore(cache: Cache, options: RateLimitStoreOptions = {}): RateLimitStore {
  const { resourceType } = requireOptions(options, "options", ["resourceType"]);
  return new CacheRateLimitStore(requireCache(cache), readResourceType(resourceType, "express-rate-limit"));
}

class CacheRateLimitStore implements RateLimitStore {
  readonly prefix: string;
  readonly localKeys = false;
  readonly #cache: Cache;
  readonly #resourceType: string;
  /** The default of express-rate-limit, which calls {@link CacheRateLimitStore.init} with its own. */
  #windowMs = 60_000;
  /** Whether a counter of 1 may be older than the request: others have been taken back. */
  #takesBack = false;

  constructor(cache: Cache, resourceType: string) {
    this.#cache = cache;
    this.#resourceType = resourceType;
    this.prefix = `${resourceType}:`;
  }

  init({ windowMs, skipFailedRequests, skipSuccessfulRequests }: Options): void {
    this.#windowMs = windowMs;
    this.#takesBack ||= skipFailedRequests || skipSuccessfulRequests;
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const ttlMillis = this.#windowMs;
    const hits = await this.#cache.increment(this.#resourceType, key, { ttlMillis });
    if (hits === 1 && !this.#takesBack) return { totalHits: hits, resetTime: new Date(Date.now() + ttlMillis) };
    const entry = await this.#cache.getEntry(this.#resourceType, key);
    // While a decrement is compensated the counter is one too low; express-rate-limit refuses 0.
    return { totalHits: Math.max(1, hits), resetTime: entry?.expiresAt ?? new Date() };
  }

  async decrement(key: string): Promise<void> {
    this.#takesBack = true;
    const count = (by: number) => this.#cache.increment(this.#resourceType, key, { by, ttlMillis: this.#windowMs });
    try {
      // Below 0: the window had ended, or more was taken back than was counted. Adding keeps requests that others count meanwhile.
      if ((await count(-1)) < 0) await count(1);
    } catch {
      // Most versions of express-rate-limit call this without handling the promise: its rejection would end the process.
    }
  }

  async get(key: string): Promise<ClientRateLimitInfo | undefined> {
    const entry = await this.#cache.getEntry(this.#resourceType, key);
    if (entry === null) return undefined;
    return { totalHits: Math.max(0, Number(entry.value)), resetTime: entry.expiresAt ?? undefined };
  }

  async resetKey(key: string): Promise<void> {
    await this.#cache.delete(this.#resourceType, key);
  }

  async resetAll(): Promise<void> {
    await this.#cache.clear(this.#resourceType);
  }
}
