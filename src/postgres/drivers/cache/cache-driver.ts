import * as statements from "#generated/statements.js";
import type {
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
} from "../../../cache/driver.js";
import type { EventListener } from "../../../events.js";
import { shapeOf } from "../../../shape.js";
import type { ResolvedConfig } from "../../config/config.js";
import { runOnClient } from "../../execution/borrowed-client.js";
import { lockTimeoutMillisOf } from "../../execution/lock-retries.js";
import type { PoolExecutor } from "../../execution/pool-executor.js";
import { toDateOrNull } from "../../protocol/times.js";
import { Lifecycle } from "../lifecycle.js";
import { removeExpiredCacheEntries } from "../sweep/cache-sweep.js";
import { type ExpirySample, evictCacheEntries, sampleCacheExpiries } from "../sweep/eviction.js";
import { BulkCalls } from "./bulk-calls.js";
import { clearEntries } from "./clear.js";
import { cacheIncrement, type Increment } from "./counters.js";
import {
  cacheDelete,
  cacheDeleteValue,
  cacheSet,
  cacheSetIfAbsent,
  cacheTouch,
  deleteEntries,
  type EntryToMatch,
  type EntryToSet,
  type EntryToTouch,
  setEntries,
} from "./entries.js";
import { CacheLeases } from "./leases.js";
import { type CallToLimit, cacheRateLimit } from "./limits.js";
import { CacheLookups } from "./lookups.js";
import { lockTimeoutOf, type NameColumns } from "./names.js";

const ENTRY = shapeOf("resourceType", "key", "value", "ttlMillis", "tags");
const INCREMENT = shapeOf("resourceType", "key", "by", "ttlMillis");
const LIMITED_CALL = shapeOf("resourceType", "key", "limit", "windowSeconds", "cost");

/** A cache on one server. */
export class PostgresCacheDriver implements CacheDriver {
  readonly #lifecycle: Lifecycle;
  readonly #executor: PoolExecutor;
  readonly #lookups: CacheLookups;
  readonly #leases: CacheLeases;
  readonly #bulk: BulkCalls;
  readonly #set: (entry: EntryToSet) => Promise<void>;
  readonly #setIfAbsent: (entry: EntryToSet) => Promise<boolean>;
  readonly #delete: (key: CacheKey) => Promise<boolean>;
  readonly #deleteValue: (entry: EntryToMatch) => Promise<boolean>;
  readonly #touch: (entry: EntryToTouch) => Promise<boolean>;
  readonly #increment: (call: Increment) => Promise<number>;
  readonly #rateLimit: (call: CallToLimit) => Promise<RateLimitResult>;

  constructor(config: ResolvedConfig) {
    const { queryTimeoutMillis, connectionTimeoutMillis } = config;
    this.#lifecycle = new Lifecycle(config, "cache");
    this.#executor = this.#lifecycle.executor;
    this.#lookups = new CacheLookups(this.#executor, this.#executor.admitted);
    const times = {
      lockTimeoutMillis: lockTimeoutMillisOf(queryTimeoutMillis),
      queueTimeoutMillis: connectionTimeoutMillis,
    };
    this.#leases = new CacheLeases(this.#executor, times);
    this.#bulk = new BulkCalls(this.#executor, times, queryTimeoutMillis);
    this.#set = this.#executor.batch(cacheSet);
    this.#setIfAbsent = this.#executor.batch(cacheSetIfAbsent);
    this.#delete = this.#executor.batch(cacheDelete);
    this.#deleteValue = this.#executor.batch(cacheDeleteValue);
    this.#touch = this.#executor.batch(cacheTouch);
    this.#increment = this.#executor.batch(cacheIncrement);
    this.#rateLimit = this.#executor.batch(cacheRateLimit);
  }

  connect(listener?: EventListener): Promise<void> {
    return this.#lifecycle.connect(listener);
  }

  disconnect(): Promise<void> {
    return this.#lifecycle.disconnect();
  }

  set({ resourceType, key }: CacheKey, value: string, { ttlMillis, tags }: EntryTerms): Promise<void> {
    return this.#set({ ...ENTRY, resourceType, key, value, ttlMillis, tags });
  }

  setIfAbsent(key: CacheKey, value: string, terms: EntryTerms): Promise<boolean> {
    return this.#setIfAbsent({ ...key, ...terms, value });
  }

  get(key: CacheKey): Promise<string | null> {
    return this.#lookups.get(key);
  }

  async getEntry({ resourceType, key }: CacheKey): Promise<StoredEntry | null> {
    const [row] = await this.#executor.read(statements.getCacheEntryDetails, { resourceType, key });
    if (row === undefined) return null;
    return { value: row.value, expiresAt: toDateOrNull(row.expiresAt), tags: (row.tags as string[] | null) ?? [] };
  }

  async has({ resourceType, key }: CacheKey): Promise<boolean> {
    const rows = await this.#executor.read(statements.hasCacheEntry, { resourceType, key });
    return rows.length > 0;
  }

  getAll(key: string): Promise<Map<string, string>> {
    return this.#lookups.getAll(key);
  }

  delete(key: CacheKey): Promise<boolean> {
    return this.#delete(key);
  }

  deleteValue({ resourceType, key }: CacheKey, value: string): Promise<boolean> {
    return this.#deleteValue({ resourceType, key, value });
  }

  touch(key: CacheKey, ttlMillis: number | null): Promise<boolean> {
    return this.#touch({ ...key, ttlMillis });
  }

  increment({ resourceType, key }: CacheKey, by: number, ttlMillis: number | null): Promise<number> {
    return this.#increment({ ...INCREMENT, resourceType, key, by, ttlMillis });
  }

  rateLimit({ resourceType, key }: CacheKey, { limit, windowSeconds, cost }: LimitedCall): Promise<RateLimitResult> {
    return this.#rateLimit({ ...LIMITED_CALL, resourceType, key, limit, windowSeconds, cost });
  }

  async getMany(resourceType: string, keys: readonly string[]): Promise<Map<string, string>> {
    const chunks = await this.#bulk.mapChunks(keys, lengthOfKey, (some) =>
      this.#lookups.getMany(ofOneType(resourceType, some)),
    );
    const found = new Map<string, string>();
    let index = 0;
    for (const values of chunks) {
      for (const value of values) {
        if (value !== null) found.set(keys[index] as string, value);
        index += 1;
      }
    }
    return found;
  }

  async setMany(resourceType: string, entries: ReadonlyMap<string, string>, terms: EntryTerms): Promise<void> {
    const lengthOf = ([key, value]: readonly [string, string]) => key.length + value.length;
    await this.#bulk.mapChunks([...entries], lengthOf, (some) => {
      const rows = some.map(([key, value]) => ({ resourceType, key, value, ...terms }));
      return this.#bulk.untilUnlocked((lockTimeoutMillis) =>
        setEntries(this.#executor.admitted, rows, lockTimeoutMillis),
      );
    });
  }

  async deleteMany(resourceType: string, keys: readonly string[]): Promise<number> {
    const wereLive = await this.#bulk.mapChunks(keys, lengthOfKey, (some) =>
      this.#bulk.untilUnlocked((lockTimeoutMillis) =>
        deleteEntries(this.#executor.admitted, ofOneType(resourceType, some), lockTimeoutMillis),
      ),
    );
    return wereLive.flat().filter(Boolean).length;
  }

  clear(resourceType: string): Promise<number> {
    return this.#executor.admit(() =>
      clearEntries(resourceType, (params) =>
        this.#bulk.untilUnlocked((lockTimeoutMillis) =>
          this.#executor.admitted.write(statements.clearCacheEntries, {
            ...params,
            lockTimeout: lockTimeoutOf(lockTimeoutMillis),
          }),
        ),
      ),
    );
  }

  async listKeys(resourceType: string, page: KeysPage): Promise<string[]> {
    const rows = await this.#executor.read(statements.listCacheKeys, { resourceType, ...page });
    return rows.map(({ key }) => key);
  }

  async invalidateTags(tags: readonly string[], client: unknown): Promise<void> {
    const params = { tags: [...tags] };
    const { invalidateCacheTags } = statements;
    if (client !== undefined)
      await runOnClient(client, this.#lifecycle.executor.statements, invalidateCacheTags, params);
    else await this.#executor.writeIdempotent(invalidateCacheTags, params);
  }

  acquireLease({ resourceType, key }: CacheKey, leaseSeconds: number, isRepeated = false): Promise<LeaseAttempt> {
    return this.#leases.acquire({ resourceType, key }, leaseSeconds, isRepeated);
  }

  isLeaseHeld({ resourceType, key }: CacheKey, token: string, tags: readonly string[] | null): Promise<boolean> {
    return this.#leases.isHeld({ resourceType, key }, token, tags);
  }

  storeComputed({ resourceType, key }: CacheKey, token: string, entry: ComputedEntry): Promise<boolean> {
    return this.#leases.store({ resourceType, key }, token, entry);
  }

  releaseLease({ resourceType, key }: CacheKey, token: string): Promise<void> {
    return this.#leases.release({ resourceType, key }, token);
  }

  async getStale({ resourceType, key }: CacheKey): Promise<string | null> {
    const [row] = await this.#executor.read(statements.getStaleCacheEntry, { resourceType, key });
    return row?.value ?? null;
  }

  async removeExpired(
    batchSize: number,
    maxEntries: number | null,
    control: CacheSweepControl = {},
  ): Promise<RemovedEntries> {
    const { signal, onRemoved } = control;
    const expired = await removeExpiredCacheEntries(this.#executor, {
      batchSize,
      signal,
      onRemoved: (rows) => onRemoved?.("expired", rows),
    });
    const evicts = maxEntries !== null && signal?.aborted !== true;
    return { expired, evicted: evicts ? await this.evict(batchSize, maxEntries, control) : 0 };
  }

  /** Evicts the entries that expire soonest until about `maxEntries` are left. Returns how many it removed. */
  evict(batchSize: number, maxEntries: number, { signal, onRemoved }: CacheSweepControl): Promise<number> {
    const options = { batchSize, signal, onRemoved: (rows: number) => onRemoved?.("evicted", rows) };
    return evictCacheEntries(this.#executor, options, maxEntries);
  }

  /** Estimates how many entries there are, and when they expire. */
  sampleExpiries(): Promise<ExpirySample> {
    return sampleCacheExpiries(this.#executor);
  }
}

function lengthOfKey(key: string): number {
  return key.length;
}

function ofOneType(resourceType: string, keys: readonly string[]): NameColumns {
  return { resourceTypes: new Array<string>(keys.length).fill(resourceType), keys: [...keys] };
}
