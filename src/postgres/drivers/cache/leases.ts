import { randomUUID } from "node:crypto";
import type { IAcquireCacheLeaseResult, IGetCacheLeaseStateParams } from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { CacheKey, ComputedEntry, LeaseAttempt } from "../../../cache/driver.js";
import { now } from "../../../timers.js";
import type { Executor } from "../../execution/executor.js";
import { lockWaitLimit } from "../../execution/lock-retries.js";
import { LockWaitQueue, type LockWaitQueueOptions } from "../../execution/lock-wait-queue.js";
import { isLockTimeout } from "../../protocol/server-errors.js";
import { lockTimeoutOf } from "./names.js";

/** How many statements are in flight, unless the pool is so small that other calls would need their connections. */
const STATEMENTS_IN_FLIGHT = 3;

/** The order of queued statements: those that end a computation first, and attempts that others have preceded last. */
const RANK = { end: 0, first: 1, repeated: 2 };

/** The leases under which missing values are computed. */
export class CacheLeases {
  readonly #executor: Executor;
  readonly #queue: LockWaitQueue;

  constructor(executor: Executor, times: Pick<LockWaitQueueOptions, "lockTimeoutMillis" | "queueTimeoutMillis">) {
    this.#executor = executor;
    const limit = Math.min(STATEMENTS_IN_FLIGHT, lockWaitLimit(executor.maxInFlight));
    this.#queue = new LockWaitQueue({ ...times, limit, ranks: Object.keys(RANK).length });
  }

  /**
   * Repeated when its response was lost, but with another token: the first copy may be executed at any later time, and would
   * then renew the lease under which the value is computed. The repetition takes over the lease of the first copy.
   */
  async acquire(key: CacheKey, leaseSeconds: number, isRepeated: boolean): Promise<LeaseAttempt> {
    if (this.#executor.isDistributed) return this.#acquireDistributed(key, leaseSeconds, isRepeated);
    let token = randomUUID();
    let lostToken = token;
    let sentAt = now();
    let row: IAcquireCacheLeaseResult | undefined;
    try {
      [row] = await this.#queue.run(isRepeated ? RANK.repeated : RANK.first, (lockTimeoutMillis) => {
        const params = () => {
          sentAt = now();
          return { ...key, token, lostToken, leaseSeconds, lockTimeout: lockTimeoutOf(lockTimeoutMillis) };
        };
        return this.#executor.writeIdempotent(statements.acquireCacheLease, params(), () => {
          lostToken = token;
          token = randomUUID();
          return params();
        });
      });
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      // Whoever has locked the row may hold it for long. There may be a stale value, which can be read all the same.
      return { outcome: "locked", isStale: true };
    }
    const { isLeased = false, isPlaced = false, isLive = false, isStale = false } = row ?? {};
    if (isPlaced) return { outcome: "acquired", token, isStale, sentAt };
    // A value was stored while the lease was acquired, or since the first copy has acquired one.
    if (isLeased) await this.release(key, token);
    if (isLive && lostToken !== token) await this.release(key, lostToken);
    if (isLeased || isLive) return { outcome: "live" };
    const remainingMillis = row?.remainingMillis ?? null;
    return { outcome: "held", remainingMillis: remainingMillis === null ? null : Number(remainingMillis), isStale };
  }

  /**
   * In a distributed schema the lease and the entry are locked before they are compared with the time. A transaction whose response was
   * lost is not repeated: others wait for its lease to expire.
   */
  async #acquireDistributed(key: CacheKey, leaseSeconds: number, isRepeated: boolean): Promise<LeaseAttempt> {
    const token = randomUUID();
    const sought = { ...key, token, lostToken: token, leaseSeconds };
    return this.#queue.run(isRepeated ? RANK.repeated : RANK.first, async () => {
      const sentAt = now();
      const before = await this.#stateOf(sought);
      if (before.outcome === "live" || before.remainingMillis !== null) return before;
      const [acquired] = await this.#executor.transaction(async (transaction) => {
        await transaction.write(statements.placeCacheLease, sought);
        await transaction.write(statements.placeLeasedCacheEntry, sought);
        const rows = await transaction.write(statements.citusAcquireCacheLease, sought);
        if (rows.length === 0) await transaction.write(statements.removePlacedCacheLease, sought);
        return rows;
      });
      if (acquired !== undefined) return { outcome: "acquired", token, isStale: acquired.isStale === true, sentAt };
      // Meanwhile another caller acquired the lease or stored a value.
      return this.#stateOf(sought);
    });
  }

  async #stateOf(
    sought: IGetCacheLeaseStateParams,
  ): Promise<Exclude<LeaseAttempt, { outcome: "acquired" | "locked" }>> {
    const [state] = await this.#executor.read(statements.getCacheLeaseState, sought);
    if (state?.isLive === true) return { outcome: "live" };
    const remainingMillis = state?.remainingMillis ?? null;
    return {
      outcome: "held",
      remainingMillis: remainingMillis === null ? null : Number(remainingMillis),
      isStale: state?.isStale === true,
    };
  }

  async isHeld(key: CacheKey, token: string, tags: readonly string[] | null): Promise<boolean> {
    const [row] = await this.#executor.read(statements.isCacheLeaseHeld, { ...key, token, tags: mutable(tags) });
    return row?.isHeld === true;
  }

  /** Fails after the lock timeout if a row is locked: whoever has computed the value does not wait for another transaction. */
  async store(key: CacheKey, token: string, { value, ttlMillis, graceMillis, tags }: ComputedEntry): Promise<boolean> {
    const [row] = await this.#queue.run(RANK.end, (lockTimeoutMillis) =>
      this.#executor.write(statements.storeUnderCacheLease, {
        resourceType: key.resourceType,
        key: key.key,
        token,
        value,
        ttlSeconds: ttlMillis === null ? null : ttlMillis / 1000,
        graceSeconds: graceMillis === 0 ? null : graceMillis / 1000,
        tags: mutable(tags),
        lockTimeout: lockTimeoutOf(lockTimeoutMillis),
      }),
    );
    return row !== undefined;
  }

  /** Repeated when its response was lost. */
  async release(key: CacheKey, token: string): Promise<void> {
    await this.#queue.run(RANK.end, (lockTimeoutMillis) =>
      this.#executor.writeIdempotent(statements.releaseCacheLease, {
        ...key,
        token,
        lockTimeout: lockTimeoutOf(lockTimeoutMillis),
      }),
    );
  }
}

/** pgtyped's types of arrays are mutable. */
function mutable(tags: readonly string[] | null): string[] | null {
  return tags === null ? null : [...tags];
}
