import type { CacheDriver, CacheKey } from "../../cache/driver.js";
import type { EventListener } from "../../events.js";
import { type PostgresDriverConfig, resolveConfig } from "../config/config.js";
import type { Executor } from "../execution/executor.js";
import { type CacheEntry, cacheDelete, cacheSet, deleteEntries, type NameColumns } from "./cache-entries.js";
import { CacheLookups } from "./cache-lookups.js";
import { Lifecycle } from "./lifecycle.js";
import { removeExpiredCacheEntries } from "./sweep.js";

/**
 * Bounds on one chunk of a bulk call, in rows and in approximate characters. They bound memory here and in the server.
 */
const MAX_CHUNK_ROWS = 512;
const MAX_CHUNK_TEXT = 4 * 1024 * 1024;

/** Chunks of a call in flight concurrently: the server executes one while this process reads the other's response. */
const CHUNKS_IN_FLIGHT = 2;

/**
 * Creates a cache driver for PostgreSQL. It uses the table `pevensie.cache`, through its own pool or the caller's.
 *
 * @throws PevensieError INVALID_INPUT naming the setting that is wrong
 */
export function createCacheDriver(config?: PostgresDriverConfig): CacheDriver {
  return new PostgresCacheDriver(new Lifecycle(resolveConfig(config), "cache"));
}

class PostgresCacheDriver implements CacheDriver {
  readonly #lifecycle: Lifecycle;
  readonly #executor: Executor;
  readonly #set: (entry: CacheEntry) => Promise<void>;
  readonly #lookups: CacheLookups;
  readonly #delete: (key: CacheKey) => Promise<void>;

  constructor(lifecycle: Lifecycle) {
    this.#lifecycle = lifecycle;
    this.#executor = lifecycle.executor;
    this.#set = this.#executor.batch(cacheSet);
    this.#lookups = new CacheLookups(this.#executor);
    this.#delete = this.#executor.batch(cacheDelete);
  }

  connect(listener?: EventListener): Promise<void> {
    return this.#lifecycle.connect(listener);
  }

  disconnect(): Promise<void> {
    return this.#lifecycle.disconnect();
  }

  set({ resourceType, key }: CacheKey, value: string, ttlSeconds: number | null): Promise<void> {
    return this.#set({ resourceType, key, value, ttlSeconds });
  }

  get(key: CacheKey): Promise<string | null> {
    return this.#lookups.get(key);
  }

  getAll(key: string): Promise<Map<string, string>> {
    return this.#lookups.getAll(key);
  }

  delete(key: CacheKey): Promise<void> {
    return this.#delete(key);
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

  async setMany(resourceType: string, entries: ReadonlyMap<string, string>, ttlSeconds: number | null): Promise<void> {
    const chunks = inChunks([...entries], ([key, value]) => key.length + value.length);
    await this.#each(chunks, (some) => {
      const rows = some.map(([key, value]) => ({ resourceType, key, value, ttlSeconds }));
      return cacheSet.many(this.#executor, rows);
    });
  }

  async deleteMany(resourceType: string, keys: readonly string[]): Promise<void> {
    const chunks = inChunks(keys, (key) => key.length);
    await this.#each(chunks, (some) => deleteEntries(this.#executor, ofOneType(resourceType, some)));
  }

  /** Returns the outcomes in the order of the chunks. After the first failure, no further chunk is sent. */
  async #each<T, R>(chunks: Generator<T>, work: (chunk: T) => Promise<R>): Promise<R[]> {
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
    const workers = await Promise.allSettled(Array.from({ length: inFlight }, goOn));
    const failed = workers.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    return outcomes;
  }

  removeExpired(batchSize: number): Promise<number> {
    return removeExpiredCacheEntries(this.#executor, batchSize);
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
