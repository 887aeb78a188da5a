import type { Auth, AuthOptions } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { createCacheDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { authOn } from "./auth.js";
import { PATIENT } from "./patience.js";

/** An auth and a cache, with the events that they have emitted. */
export interface Watched {
  readonly auth: Auth;
  readonly cache: Cache;
  /** The auth's events so far. */
  readonly ofAuth: PevensieEvent[];
  /** The cache's events so far. */
  readonly ofCache: PevensieEvent[];
}

/** Runs some work with an auth and a cache whose events are recorded. */
export async function watched<T>(
  config: PostgresDriverConfig,
  work: (watched: Watched) => Promise<T>,
  options: Partial<AuthOptions<never>> = {},
): Promise<T> {
  const ofAuth: PevensieEvent[] = [];
  const ofCache: PevensieEvent[] = [];
  await using auth = await authOn(config, {
    ...(options as object),
    onEvent: (event) => ofAuth.push(event),
  }).connect();
  await using cache = await createCache({
    driver: createCacheDriver({ ...PATIENT, ...config }),
    onEvent: (event) => ofCache.push(event),
  }).connect();
  return await work({ auth, cache, ofAuth, ofCache });
}
