import { afterAll, beforeAll } from "vitest";
import { type Cache, type CacheDriver, type CacheOptions, createCache, type Produce } from "../../src/cache/index.js";
import { createCacheDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { PATIENT } from "./patience.js";

/** A function that computes a value once the test says so. */
export interface Computation {
  readonly produce: Produce<string>;
  /** Resolves with the signal of the first call, when it is made. */
  readonly begun: Promise<AbortSignal>;
  /** How many calls were made. */
  readonly calls: number;
  resolve(value: string): void;
  reject(error: unknown): void;
}

/** @param obeys - whether it rejects when its signal is aborted */
export function computation({ obeys = false } = {}): Computation {
  let calls = 0;
  let onCall: (signal: AbortSignal) => void = () => {};
  let resolve: (value: string) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const begun = new Promise<AbortSignal>((onBegun) => {
    onCall = onBegun;
  });
  const value = new Promise<string>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // A test may reject it before it is called.
  value.catch(() => {});
  return {
    produce: ({ signal }) => {
      calls += 1;
      if (obeys) signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      onCall(signal);
      return value;
    },
    begun,
    get calls() {
      return calls;
    },
    resolve,
    reject,
  };
}

/** The lookups in flight of each cache that {@link connectCache} made. */
const lookups = new WeakMap<Cache, Set<Promise<unknown>>>();

/** A connected cache on a database, for {@link lookedUp}. */
export async function connectCache(
  config: PostgresDriverConfig,
  options: Partial<CacheOptions> = {},
  wrap: (driver: CacheDriver) => CacheDriver = (driver) => driver,
): Promise<Cache> {
  const inFlight = new Set<Promise<unknown>>();
  const driver = intercept(createCacheDriver({ ...PATIENT, ...config }), "get", (call) => {
    const lookup = call();
    inFlight.add(lookup);
    const forget = () => inFlight.delete(lookup);
    lookup.then(forget, forget);
    return lookup;
  });
  const cache = await createCache({ driver: wrap(driver), ...options }).connect();
  lookups.set(cache, inFlight);
  return cache;
}

/** A driver whose function of a name is called through another one. */
export function intercept(
  driver: CacheDriver,
  name: keyof CacheDriver,
  through: (call: () => Promise<unknown>) => Promise<unknown>,
): CacheDriver {
  return new Proxy(driver, {
    get: (target, property: keyof CacheDriver) => {
      const call = target[property].bind(target) as (...parameters: unknown[]) => Promise<unknown>;
      if (property !== name) return call;
      return (...parameters: unknown[]) => through(() => call(...parameters));
    },
  });
}

/** Two caches on a database, as two processes have them. Call it at the top level, and use them inside tests. */
export function useTwoCaches(url: string): { readonly one: Cache; readonly other: Cache } {
  const holder: { one: Cache; other: Cache } = {} as { one: Cache; other: Cache };
  beforeAll(async () => {
    holder.one = await connectCache({ connectionString: url });
    holder.other = await connectCache({ connectionString: url });
  });
  afterAll(() => Promise.all([holder.one.disconnect(), holder.other.disconnect()]));
  return holder;
}

/** Resolves when the lookups of a cache that are in flight have been answered: their calls then compute or wait. */
export async function lookedUp(cache: Cache): Promise<void> {
  // A batch is sent after the tick of its calls.
  await new Promise(setImmediate);
  await Promise.allSettled(lookups.get(cache) ?? []);
  await new Promise(setImmediate);
}

/** Resolves when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Holds back results of a driver. */
export interface HeldResults {
  /** Resolves when the first result was held back. */
  readonly held: Promise<void>;
  /** Lets go of it, and of all that follow. */
  release(): void;
}

/** A driver's function holds back the results that are selected: they are those of the database at an earlier time. */
export function holdResults(
  driver: CacheDriver,
  name: "get" | "getStale" | "storeComputed" | "acquireLease" | "isLeaseHeld",
  isHeld: (result: unknown) => boolean = () => true,
): [CacheDriver, HeldResults] {
  let onHeld = () => {};
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    onHeld = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding = intercept(driver, name, async (call) => {
    const result = await call();
    if (isHeld(result)) {
      onHeld();
      await released;
    }
    return result;
  });
  return [holding, { held, release }];
}

/** A driver's function holds back its calls: they are queued. */
export function holdCalls(driver: CacheDriver, name: "acquireLease"): [CacheDriver, Pick<HeldResults, "release">] {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding = intercept(driver, name, async (call) => {
    await released;
    return call();
  });
  return [holding, { release }];
}
