/**
 * A cache over any {@link CacheDriver}.
 *
 * @module pevensie/cache
 */
export type { RemoveExpiredOptions } from "../input/values.js";
export type { Cache, CacheOptions, DisconnectedCache, SetOptions } from "./cache.js";
export { createCache } from "./cache.js";
export type { CacheDriver, CacheKey } from "./driver.js";
