import type { Auth } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { authOn } from "./auth.js";
import { PATIENT } from "./patience.js";

/** An auth and a cache on one configuration, for the time of some work. */
export async function withDrivers<T>(
  config: PostgresDriverConfig,
  work: (auth: Auth, cache: Cache) => Promise<T>,
): Promise<T> {
  await using auth = await authOn(config).connect();
  await using cache = await createCache({ driver: createCacheDriver({ ...PATIENT, ...config }) }).connect();
  return await work(auth, cache);
}
