import * as queries from "../../generated/index.js";
import type { CacheDriver, CacheKey } from "../cache/driver.js";
import { type PostgresDriverConfig, resolveConfig } from "./config.js";
import { Connection } from "./connection.js";
import type { Executor } from "./executor.js";
import { prepare } from "./statement.js";

const statements = {
  set: prepare("setCacheEntry", queries.setCacheEntry),
  get: prepare("getCacheEntry", queries.getCacheEntry),
  getAll: prepare("getCacheEntriesByKey", queries.getCacheEntriesByKey),
  delete: prepare("deleteCacheEntry", queries.deleteCacheEntry),
  deleteExpired: prepare("deleteExpiredCacheEntry", queries.deleteExpiredCacheEntry),
  deleteExpiredByKey: prepare("deleteExpiredCacheEntriesByKey", queries.deleteExpiredCacheEntriesByKey),
};

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

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#executor = connection.database;
  }

  connect(): Promise<void> {
    return this.#connection.connect();
  }

  disconnect(): Promise<void> {
    return this.#connection.disconnect();
  }

  async set(key: CacheKey, value: string, ttlSeconds: number | null): Promise<void> {
    await this.#executor.write(statements.set, { ...key, value, ttlSeconds });
  }

  async get(key: CacheKey): Promise<string | null> {
    const [entry] = await this.#executor.read(statements.get, { ...key });
    if (entry === undefined) return null;
    if (!entry.expired) return entry.value;
    await this.#executor.write(statements.deleteExpired, { ...key });
    return null;
  }

  async getAll(key: string): Promise<Map<string, string>> {
    const entries = await this.#executor.read(statements.getAll, { key });
    const live = entries.filter((entry) => !entry.expired);
    if (live.length < entries.length) await this.#executor.write(statements.deleteExpiredByKey, { key });
    return new Map(live.map(({ resourceType, value }) => [resourceType, value]));
  }

  async delete(key: CacheKey): Promise<void> {
    await this.#executor.write(statements.delete, { ...key });
  }
}
