import { randomUUID } from "node:crypto";
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
} from "../../../../cache/driver.js";
import { invalidInput, notConnected } from "../../../../errors/index.js";
import type { EventListener } from "../../../../events.js";
import { ignoreError, settleAll } from "../../../../promise.js";
import { now } from "../../../../timers.js";
import { isUnanswered } from "../../../protocol/call-errors.js";
import { isTemporary } from "../../circuit.js";
import { ConnectionState } from "../../connection-state.js";
import { Rendezvous } from "./rendezvous.js";
import type { CacheShard } from "./shard.js";
import { boundsOf } from "./shard-bounds.js";

/** Begins the token of a lease that no server knows, because it did not answer. Others are UUIDs. */
const UNSHARED = "unshared:";

type Call<T> = (driver: CacheDriver) => Promise<T>;

/**
 * Spreads entries over several servers by their keys. What concerns one key is on one server, whatever its resource type: it is as exact
 * as on a single one.
 */
export class ShardedCacheDriver implements CacheDriver {
  readonly #shards: readonly CacheShard[];
  readonly #placement: Rendezvous;
  readonly #onUnavailable: "miss" | "error";
  readonly #state = new ConnectionState();

  /** @param shards - sorted by name */
  constructor(shards: readonly CacheShard[], onUnavailable: "miss" | "error") {
    this.#shards = shards;
    this.#placement = new Rendezvous(shards.map(({ name }) => name));
    this.#onUnavailable = onUnavailable;
  }

  /** Connects to all shards. With `onUnavailable: "miss"`, one that answers is enough, unless another is configured wrongly. */
  connect(listener: EventListener = () => {}): Promise<void> {
    return this.#state.connect(() => this.#connectAll(listener));
  }

  async #connectAll(listener: EventListener): Promise<void> {
    const outcomes = await Promise.allSettled(this.#shards.map((shard) => shard.connect(listener)));
    const failures = outcomes.map((outcome) =>
      outcome.status === "rejected" ? { reason: outcome.reason } : undefined,
    );
    const failed = failures.filter((failure) => failure !== undefined);
    const isUsable = this.#onUnavailable === "miss" && failed.length < this.#shards.length;
    const fatal = this.#state.isDisconnecting
      ? { reason: notConnected() }
      : (failed.find(({ reason }) => !isTemporary(reason)) ?? (isUsable ? undefined : failed[0]));
    if (fatal !== undefined) {
      await Promise.all(this.#shards.map((shard) => shard.disconnect()));
      this.#state.markDisconnected();
      throw fatal.reason;
    }
    // Before the events of suspended shards: a listener may disconnect.
    this.#state.markConnected();
    for (const [index, failure] of failures.entries()) {
      if (failure !== undefined) this.#shards[index]?.suspend(failure.reason);
      if (this.#state.isDisconnecting) throw notConnected();
    }
  }

  /** Drains calls in flight, or ends a `connect()` in progress. Idempotent. */
  disconnect(): Promise<void> {
    return this.#state.disconnect({
      abort: () => {
        for (const shard of this.#shards) shard.disconnect().catch(ignoreError);
      },
      close: () => this.#disconnectAll(),
    });
  }

  async #disconnectAll(): Promise<void> {
    await settleAll(this.#shards.map((shard) => shard.disconnect()));
  }

  set(key: CacheKey, value: string, terms: EntryTerms): Promise<void> {
    return this.#at(key).run((driver) => driver.set(key, value, terms));
  }

  setIfAbsent(key: CacheKey, value: string, terms: EntryTerms): Promise<boolean> {
    return this.#at(key).run((driver) => driver.setIfAbsent(key, value, terms));
  }

  get(key: CacheKey): Promise<string | null> {
    return this.#read(this.#at(key), (driver) => driver.get(key), null);
  }

  getEntry(key: CacheKey): Promise<StoredEntry | null> {
    return this.#read(this.#at(key), (driver) => driver.getEntry(key), null);
  }

  has(key: CacheKey): Promise<boolean> {
    return this.#read(this.#at(key), (driver) => driver.has(key), false);
  }

  getAll(key: string): Promise<Map<string, string>> {
    return this.#read(this.#at({ key }), (driver) => driver.getAll(key), new Map());
  }

  delete(key: CacheKey): Promise<boolean> {
    return this.#at(key).run((driver) => driver.delete(key));
  }

  deleteValue(key: CacheKey, value: string): Promise<boolean> {
    return this.#at(key).run((driver) => driver.deleteValue(key, value));
  }

  touch(key: CacheKey, ttlMillis: number | null): Promise<boolean> {
    return this.#at(key).run((driver) => driver.touch(key, ttlMillis));
  }

  increment(key: CacheKey, by: number, ttlMillis: number | null): Promise<number> {
    return this.#at(key).run((driver) => driver.increment(key, by, ttlMillis));
  }

  rateLimit(key: CacheKey, call: LimitedCall): Promise<RateLimitResult> {
    return this.#at(key).run((driver) => driver.rateLimit(key, call));
  }

  async getMany(resourceType: string, keys: readonly string[]): Promise<Map<string, string>> {
    const parts = [...this.#split(keys, (key) => key)];
    const found = await settleAll(
      parts.map(([shard, some]) => this.#read(shard, (driver) => driver.getMany(resourceType, some), new Map())),
    );
    const values = new Map(found.flatMap((some) => [...some]));
    // In the order of the keys, as from a single server.
    return new Map(keys.flatMap((key) => (values.has(key) ? [[key, values.get(key) as string] as const] : [])));
  }

  async setMany(resourceType: string, entries: ReadonlyMap<string, string>, terms: EntryTerms): Promise<void> {
    const parts = [...this.#split(entries, ([key]) => key)];
    await settleAll(
      parts.map(([shard, some]) => shard.run((driver) => driver.setMany(resourceType, new Map(some), terms))),
    );
  }

  async deleteMany(resourceType: string, keys: readonly string[]): Promise<number> {
    const parts = [...this.#split(keys, (key) => key)];
    return sum(
      await settleAll(parts.map(([shard, some]) => shard.run((driver) => driver.deleteMany(resourceType, some)))),
    );
  }

  async clear(resourceType: string): Promise<number> {
    return sum(await this.#everywhere((driver) => driver.clear(resourceType)));
  }

  /**
   * Lists one shard after another: their databases may have different orders. The key after which to go on says which shard is next.
   * Keys that belong to other shards are left out; they stayed when a shard was added.
   */
  async listKeys(resourceType: string, { prefix, after, limit }: KeysPage): Promise<string[]> {
    const listed: string[] = [];
    const first = after === null ? 0 : this.#placement.indexOf(after);
    for (let index = first, from = after; index < this.#shards.length; index += 1, from = null) {
      const shard = this.#shards[index] as CacheShard;
      for (let isLast = false; !isLast; ) {
        const page = { prefix, after: from, limit: limit - listed.length };
        const keys = await this.#read(shard, (driver) => driver.listKeys(resourceType, page), []);
        listed.push(...keys.filter((key) => this.#placement.indexOf(key) === index));
        if (listed.length === limit) return listed;
        isLast = keys.length < page.limit;
        from = keys.at(-1) ?? null;
      }
    }
    return listed;
  }

  /** @throws INVALID_INPUT for a client: its transaction is one of a single server */
  async invalidateTags(tags: readonly string[], client: unknown): Promise<void> {
    if (client !== undefined) {
      throw invalidInput(
        "client",
        "cannot be used with shards, whose servers do not take part in its transaction: invalidate the tags after the commit",
      );
    }
    await this.#everywhere((driver) => driver.invalidateTags(tags, undefined));
  }

  /** Without a response, the caller computes the value as if it had the lease, and stores nothing. */
  async acquireLease(key: CacheKey, leaseSeconds: number, isRepeated?: boolean): Promise<LeaseAttempt> {
    const unshared: LeaseAttempt = {
      outcome: "acquired",
      token: UNSHARED + randomUUID(),
      isStale: false,
      sentAt: now(),
    };
    return this.#read(this.#at(key), (driver) => driver.acquireLease(key, leaseSeconds, isRepeated), unshared);
  }

  async isLeaseHeld(key: CacheKey, token: string, tags: readonly string[] | null): Promise<boolean> {
    if (token.startsWith(UNSHARED)) return true;
    return this.#at(key).run((driver) => driver.isLeaseHeld(key, token, tags));
  }

  async storeComputed(key: CacheKey, token: string, entry: ComputedEntry): Promise<boolean> {
    if (token.startsWith(UNSHARED)) return false;
    return this.#at(key).run((driver) => driver.storeComputed(key, token, entry));
  }

  async releaseLease(key: CacheKey, token: string): Promise<void> {
    if (token.startsWith(UNSHARED)) return;
    await this.#at(key).run((driver) => driver.releaseLease(key, token));
  }

  getStale(key: CacheKey): Promise<string | null> {
    return this.#read(this.#at(key), (driver) => driver.getStale(key), null);
  }

  /** Sweeps all shards concurrently. The errors of shards that fail are in `failures`. Rejects only if all fail. */
  async removeExpired(
    batchSize: number,
    maxEntries: number | null,
    control: CacheSweepControl = {},
  ): Promise<RemovedEntries> {
    const sweeps = await Promise.allSettled(
      this.#shards.map((shard) => shard.run((driver) => driver.removeExpired(batchSize, null, control))),
    );
    const failures = reasonsOf(sweeps);
    if (failures.length === sweeps.length) throw failures[0];
    const swept = this.#shards.filter((_, index) => sweeps[index]?.status === "fulfilled");
    const evicts = maxEntries !== null && control.signal?.aborted !== true;
    const share = !evicts ? null : Math.ceil((maxEntries * swept.length) / this.#shards.length);
    const evictions = share === null ? [] : await evict(swept, batchSize, share, control);
    failures.push(...reasonsOf(evictions));
    return {
      expired: sum(valuesOf(sweeps).map(({ expired }) => expired)),
      evicted: sum(valuesOf(evictions)),
      ...(failures.length > 0 ? { failures } : {}),
    };
  }

  #at({ key }: { readonly key: string }): CacheShard {
    return this.#shards[this.#placement.indexOf(key)] as CacheShard;
  }

  /** Groups items by the shards of their keys. */
  #split<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<CacheShard, Item[]> {
    const parts = new Map<CacheShard, Item[]>();
    for (const item of items) {
      const shard = this.#at({ key: keyOf(item) });
      const part = parts.get(shard);
      if (part === undefined) parts.set(shard, [item]);
      else part.push(item);
    }
    return parts;
  }

  /** @param missing - what a lookup finds without a response */
  async #read<T>(shard: CacheShard, call: Call<T>, missing: T): Promise<T> {
    try {
      return await shard.run(call);
    } catch (error) {
      if (this.#onUnavailable === "miss" && isUnanswered(error)) return missing;
      throw error;
    }
  }

  #everywhere<T>(call: Call<T>): Promise<T[]> {
    return settleAll(this.#shards.map((shard) => shard.run(call)));
  }
}

/**
 * Evicts from all shards and returns their outcomes. The bounds depend on samples of all: if one cannot be sampled, nothing is evicted, and
 * only the failures are returned.
 */
async function evict(
  shards: readonly CacheShard[],
  batchSize: number,
  maxEntries: number,
  control: CacheSweepControl,
): Promise<readonly PromiseSettledResult<number>[]> {
  const outcomes = await Promise.allSettled(shards.map((shard) => shard.run((driver) => driver.sampleExpiries())));
  const failed = outcomes.filter(({ status }) => status === "rejected");
  if (failed.length > 0) return failed as PromiseRejectedResult[];
  const samples = valuesOf(outcomes);
  const bounds = boundsOf(samples, maxEntries);
  const evictions = shards.map((shard, index) => {
    const bound = bounds[index] as number;
    if (bound === samples[index]?.entries) return Promise.resolve(0);
    return shard.run((driver) => driver.evict(batchSize, bound, control));
  });
  return Promise.allSettled(evictions);
}

function valuesOf<T>(outcomes: readonly PromiseSettledResult<T>[]): T[] {
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}

function reasonsOf(outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
