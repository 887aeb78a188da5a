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
import { settleAll } from "../../../promise.js";
import { shapeOf } from "../../../shape.js";
import { now } from "../../../timers.js";
import type { ResolvedConfig } from "../../config/config.js";
import { runOnClient } from "../../execution/borrowed-client.js";
import { lockWaitLimit } from "../../execution/lock-retries.js";
import { LockWaitQueue } from "../../execution/lock-wait-queue.js";
import { lockTimeoutMillisOf, type PoolExecutor } from "../../execution/pool-executor.js";
import { isLockTimeout } from "../../protocol/server-errors.js";
import { toDateOrNull } from "../../protocol/times.js";
import { Lifecycle } from "../lifecycle.js";
import { removeExpiredCacheEntries } from "../sweep/cache-sweep.js";
import { type ExpirySample, evictCacheEntries, sampleCacheExpiries } from "../sweep/eviction.js";
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

/**
 * Bounds on one chunk of a bulk call, in rows and in approximate characters. They bound memory here and in the server.
 */
const MAX_CHUNK_ROWS = 512;
const MAX_CHUNK_TEXT = 4 * 1024 * 1024;

/** Chunks of a call in flight concurrently: the server executes one while this process reads the other's response. */
const CHUNKS_IN_FLIGHT = 2;

const ENTRY = shapeOf("resourceType", "key", "value", "ttlMillis", "tags");
const INCREMENT = shapeOf("resourceType", "key", "by", "ttlMillis");
const LIMITED_CALL = shapeOf("resourceType", "key", "limit", "windowSeconds", "cost");

/** A cache on one server. */
export class PostgresCacheDriver implements CacheDriver {
  readonly #lifecycle: Lifecycle;
  readonly #executor: PoolExecutor;
  readonly #lookups: CacheLookups;
  readonly #leases: CacheLeases;
  /** Runs the statements of bulk calls. */
  readonly #bulk: LockWaitQueue;
  /** How long a statement of a bulk call waits for locked rows, in milliseconds. */
  readonly #maxLockWaitMillis: number;
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
    const bulkLimit = lockWaitLimit(this.#executor.maxInFlight);
    this.#bulk = new LockWaitQueue({ ...times, limit: bulkLimit, ranks: 1 });
    this.#maxLockWaitMillis = queryTimeoutMillis;
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
    const chunks = inChunks(keys, (key) => key.length);
    const found = new Map<string, string>();
    let index = 0;
    for (const values of await this.#each(chunks, (some) => this.#lookups.getMany(ofOneType(resourceType, some)))) {
      for (const value of values) {
        if (value !== null) found.set(keys[index] as string, value);
        index += 1;
      }
    }
    return found;
  }

  async setMany(resourceType: string, entries: ReadonlyMap<string, string>, terms: EntryTerms): Promise<void> {
    const chunks = inChunks([...entries], ([key, value]) => key.length + value.length);
    await this.#each(chunks, (some) => {
      const rows = some.map(([key, value]) => ({ resourceType, key, value, ...terms }));
      return this.#untilUnlocked((lockTimeoutMillis) => setEntries(this.#executor.admitted, rows, lockTimeoutMillis));
    });
  }

  async deleteMany(resourceType: string, keys: readonly string[]): Promise<number> {
    const chunks = inChunks(keys, (key) => key.length);
    const wereLive = await this.#each(chunks, (some) =>
      this.#untilUnlocked((lockTimeoutMillis) =>
        deleteEntries(this.#executor.admitted, ofOneType(resourceType, some), lockTimeoutMillis),
      ),
    );
    return wereLive.flat().filter(Boolean).length;
  }

  clear(resourceType: string): Promise<number> {
    return this.#executor.admit(() =>
      clearEntries(resourceType, (params) =>
        this.#untilUnlocked((lockTimeoutMillis) =>
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

  /** Repeats a statement of a bulk call, which changes nothing if it meets a locked row, until the row is free. */
  async #untilUnlocked<T>(run: (lockTimeoutMillis: number) => Promise<T>): Promise<T> {
    const deadline = now() + this.#maxLockWaitMillis;
    for (;;) {
      try {
        return await this.#bulk.run(0, run, deadline);
      } catch (error) {
        if (!isLockTimeout(error) || now() >= deadline) throw error;
      }
    }
  }

  /**
   * Returns the outcomes in the order of the chunks. After the first failure, no further chunk is sent. The call is admitted as a whole:
   * a graceful shutdown drains its queued chunks, too.
   */
  #each<T, R>(chunks: Generator<T>, work: (chunk: T) => Promise<R>): Promise<R[]> {
    return this.#executor.admit(() => this.#eachAdmitted(chunks, work));
  }

  async #eachAdmitted<T, R>(chunks: Generator<T>, work: (chunk: T) => Promise<R>): Promise<R[]> {
    const outcomes: R[] = [];
    // On a small pool, a chunk must not wait for a connection that another chunk of the same call holds.
    const inFlight = Math.min(CHUNKS_IN_FLIGHT, this.#executor.maxInFlight);
    let begun = 0;
    const goOn = async () => {
      for (let next = chunks.next(); next.done !== true; next = chunks.next()) {
        const place = begun;
        begun += 1;
        try {
          outcomes[place] = await work(next.value);
        } catch (error) {
          chunks.return(undefined);
          throw error;
        }
      }
    };
    await settleAll(Array.from({ length: inFlight }, goOn));
    return outcomes;
  }
}

function ofOneType(resourceType: string, keys: readonly string[]): NameColumns {
  return { resourceTypes: new Array<string>(keys.length).fill(resourceType), keys: [...keys] };
}

/**
 * Splits the items, in order, into chunks of bounded number and text. The chunks are as few and as even as possible.
 */
function* inChunks<T>(items: readonly T[], lengthOf: (item: T) => number): Generator<readonly T[]> {
  const chunks = Math.ceil(items.length / MAX_CHUNK_ROWS);
  const rows = Math.ceil(items.length / chunks);
  let start = 0;
  let length = 0;
  for (let end = 1; end <= items.length; end += 1) {
    length += lengthOf(items[end - 1] as T);
    if (end - start < rows && length < MAX_CHUNK_TEXT && end < items.length) continue;
    yield items.slice(start, end);
    start = end;
    length = 0;
  }
}
