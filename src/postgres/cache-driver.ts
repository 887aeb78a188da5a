import * as queries from "../../generated/index.js";
import type { CacheDriver, CacheKey } from "../cache/driver.js";
import type { EventListener } from "../events.js";
import { type CacheEntry, cacheDelete, cacheGet, cacheSet } from "./cache-entries.js";
import { type PostgresDriverConfig, resolveConfig } from "./config.js";
import { Connection } from "./connection.js";
import type { Executor } from "./executor.js";
import { prepare } from "./statement.js";
import { removeExpiredCacheEntries } from "./sweep.js";

const statements = {
  getAll: prepare("getCacheEntriesByKey", queries.getCacheEntriesByKey),
  deleteExpiredByKey: prepare("deleteExpiredCacheEntriesByKey", queries.deleteExpiredCacheEntriesByKey),
};

/** A large call goes out in steps of so many rows, and of about so much text: its memory stays bounded, here and there. */
const ROWS_AT_ONCE = 5_000;
const TEXT_AT_ONCE = 4 * 1024 * 1024;

/**
 * A cache driver on Postgres: the table `pevensie.cache`, in a pool of its own or in the caller's.
 *
 * @throws PevensieError INVALID_INPUT naming the setting that is wrong
 */
export function createCacheDriver(config?: PostgresDriverConfig): CacheDriver {
  return new PostgresCacheDriver(new Connection(resolveConfig(config), "cache"));
}

class PostgresCacheDriver implements CacheDriver {
  readonly #connection: Connection;
  readonly #executor: Executor;
  readonly #set: (entry: CacheEntry) => Promise<void>;
  readonly #get: (key: CacheKey) => Promise<string | null>;
  readonly #delete: (key: CacheKey) => Promise<void>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#executor = connection.database;
    this.#set = this.#executor.batch(cacheSet);
    this.#get = this.#executor.batch(cacheGet);
    this.#delete = this.#executor.batch(cacheDelete);
  }

  connect(): Promise<void> {
    return this.#connection.connect();
  }

  disconnect(): Promise<void> {
    return this.#connection.disconnect();
  }

  observe(listener: EventListener): void {
    this.#connection.database.observe(listener);
  }

  set({ resourceType, key }: CacheKey, value: string, ttlSeconds: number | null): Promise<void> {
    return this.#set({ resourceType, key, value, ttlSeconds });
  }

  get(key: CacheKey): Promise<string | null> {
    return this.#get(key);
  }

  async getAll(key: string): Promise<Map<string, string>> {
    const entries = await this.#executor.read(statements.getAll, { key });
    const live = entries.filter((entry) => !entry.expired);
    if (live.length < entries.length) await this.#executor.write(statements.deleteExpiredByKey, { key });
    return new Map(live.map(({ resourceType, value }) => [resourceType, value]));
  }

  delete(key: CacheKey): Promise<void> {
    return this.#delete(key);
  }

  async getMany(resourceType: string, keys: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const some of inSteps(keys, (key) => key.length)) {
      const names = some.map((key) => ({ resourceType, key }));
      const values = await cacheGet.many(this.#executor, names);
      some.forEach((key, index) => {
        const value = values[index];
        if (typeof value === "string") found.set(key, value);
      });
    }
    return found;
  }

  async setMany(resourceType: string, entries: ReadonlyMap<string, string>, ttlSeconds: number | null): Promise<void> {
    for (const some of inSteps(entries, ([key, value]) => key.length + value.length)) {
      const rows = some.map(([key, value]) => ({ resourceType, key, value, ttlSeconds }));
      await cacheSet.many(this.#executor, rows);
    }
  }

  async deleteMany(resourceType: string, keys: readonly string[]): Promise<void> {
    for (const some of inSteps(keys, (key) => key.length)) {
      await cacheDelete.many(
        this.#executor,
        some.map((key) => ({ resourceType, key })),
      );
    }
  }

  removeExpired(batchSize: number): Promise<number> {
    return removeExpiredCacheEntries(this.#executor, batchSize);
  }
}

/** The items in groups that are bounded in number and in text. */
function* inSteps<T>(items: Iterable<T>, lengthOf: (item: T) => number): Generator<T[]> {
  let group: T[] = [];
  let length = 0;
  for (const item of items) {
    group.push(item);
    length += lengthOf(item);
    if (group.length >= ROWS_AT_ONCE || length >= TEXT_AT_ONCE) {
      yield group;
      group = [];
      length = 0;
    }
  }
  if (group.length > 0) yield group;
}
