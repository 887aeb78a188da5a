/**
 * A cache over any {@link CacheDriver}.
 *
 * @module pevensie/cache
 */

export type { RemoveExpiredOptions } from "../input/sweep-options.js";
export type { PostgresQueryable } from "../pg-interface.js";
export type { Cache, CacheCodec, CacheResource, DisconnectedCache, ResourceOptions } from "./api.js";
export type { CacheOptions } from "./cache.js";
export { createCache } from "./cache.js";
export type {
  CacheDriver,
  CacheKey,
  CacheSweepControl,
  ComputedEntry,
  EntryTerms,
  KeysPage,
  LeaseAttempt,
  LimitedCall,
  RateLimitResult,
  RemovedEntries,
  StoredEntry,
} from "./driver.js";
export type { NearOptions } from "./near.js";
export type {
  CacheEntry,
  ComputationOptions,
  GetOrSetOptions,
  IncrementOptions,
  InvalidateTagsOptions,
  KeysOptions,
  Produce,
  ProduceContext,
  RateLimitOptions,
  RemoveExpiredEntriesOptions,
  RequiredTimeToLive,
  ResourceGetOrSetOptions,
  SetOptions,
  TimeToLive,
} from "./options.js";
