import { randomUUID } from "node:crypto";
import type { IAcquireCacheLeaseResult } from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { CacheKey, ComputedEntry, LeaseAttempt } from "../../cache/driver.js";
import type { Executor } from "../execution/executor.js";
import { isLockTimeout } from "../protocol/errors.js";

/** How long an attempt waits for a row that another transaction has locked. It must not occupy a connection that others need. */
const LOCK_TIMEOUT = "100ms";

/** The leases under which missing values are computed. */
export class CacheLeases {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /**
   * Repeated like a read when its response was lost, but with another token: the first copy may be executed at any later time, and would
   * then renew the lease under which the value is computed. The repetition takes over the lease of the first copy.
   */
  async acquire(key: CacheKey, leaseSeconds: number): Promise<LeaseAttempt> {
    let token = randomUUID();
    let lostToken = token;
    const params = () => ({ ...key, token, lostToken, leaseSeconds, lockTimeout: LOCK_TIMEOUT });
    let row: IAcquireCacheLeaseResult | undefined;
    try {
      [row] = await this.#executor.read(statements.acquireCacheLease, params(), () => {
        lostToken = token;
        token = randomUUID();
        return params();
      });
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      // Whoever has locked the row may hold it for long. There may be a stale value, which can be read all the same.
      return { outcome: "held", remainingMillis: null, isStale: true };
    }
    const { isLeased = false, isPlaced = false, isLive = false, isStale = false } = row ?? {};
    if (isPlaced) return { outcome: "acquired", token, isStale };
    // A value was stored while the lease was acquired, or since the first copy has acquired one.
    if (isLeased) await this.release(key, token);
    if (isLive && lostToken !== token) await this.release(key, lostToken);
    if (isLeased || isLive) return { outcome: "live" };
    const remainingMillis = row?.remainingMillis ?? null;
    return { outcome: "held", remainingMillis: remainingMillis === null ? null : Number(remainingMillis), isStale };
  }

  async isHeld(key: CacheKey, token: string, tags: readonly string[] | null): Promise<boolean> {
    const [row] = await this.#executor.read(statements.isCacheLeaseHeld, { ...key, token, tags: mutable(tags) });
    return row?.isHeld === true;
  }

  async store(key: CacheKey, token: string, { value, ttlMillis, graceMillis, tags }: ComputedEntry): Promise<boolean> {
    const [row] = await this.#executor.write(statements.storeUnderCacheLease, {
      resourceType: key.resourceType,
      key: key.key,
      token,
      value,
      ttlSeconds: ttlMillis === null ? null : ttlMillis / 1000,
      graceSeconds: graceMillis === 0 ? null : graceMillis / 1000,
      tags: mutable(tags),
    });
    return row !== undefined;
  }

  /** Idempotent, so it is repeated like a read when its response was lost. */
  async release(key: CacheKey, token: string): Promise<void> {
    await this.#executor.read(statements.releaseCacheLease, { ...key, token });
  }
}

/** pgtyped's types of arrays are mutable. */
function mutable(tags: readonly string[] | null): string[] | null {
  return tags === null ? null : [...tags];
}
