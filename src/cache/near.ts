import type { LRUCache } from "lru-cache";
import { invalidInput, PevensieError } from "../errors/index.js";
import { requireInteger, requireOptions } from "../input/values.js";
import { now } from "../timers.js";

/** Options of the tier in this process. */
export interface NearOptions {
  /** How many values are kept, 1 to 10,000,000. The ones that were read longest ago are evicted first. */
  readonly maxEntries: number;
  /** For how long a value may be served without asking the database, in milliseconds, 1 to 86,400,000. */
  readonly maxAgeMillis: number;
}

interface NearEntry {
  /** Every lookup returns the same one: with AsyncLocalStorage in use a promise takes longer than all the rest. */
  readonly value: Promise<string>;
  readonly readAt: number;
}

/** Lookups of one entry that are in flight. */
interface Reading {
  count: number;
  /** Whether the entry was written since they were sent: their answers may be older. */
  isOutdated: boolean;
}

/**
 * Values that this process has read lately. A value may be served until it is `maxAgeMillis` old, whatever happens to it elsewhere; what
 * this process writes is seen immediately.
 */
export class Near {
  readonly #entries: LRUCache<string, NearEntry>;
  readonly #maxAgeMillis: number;
  readonly #reading = new Map<string, Reading>();
  /** How many writes of each entry are in flight: their lookups may return the old value or the new one. */
  readonly #writing = new Map<string, number>();

  private constructor(entries: LRUCache<string, NearEntry>, maxAgeMillis: number) {
    this.#entries = entries;
    this.#maxAgeMillis = maxAgeMillis;
  }

  /** Loads the package that it needs. @throws INVALID_INPUT if it is not installed */
  static async load({ maxEntries, maxAgeMillis }: NearOptions): Promise<Near> {
    let package_: typeof import("lru-cache");
    try {
      package_ = await import("lru-cache");
    } catch (error) {
      if (error instanceof PevensieError) throw error;
      throw invalidInput("near", "needs the package lru-cache: run `npm install lru-cache@11`");
    }
    return new Near(new package_.LRUCache({ max: maxEntries }), maxAgeMillis);
  }

  get(name: string): Promise<string> | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (now() - entry.readAt < this.#maxAgeMillis) return entry.value;
    this.#entries.delete(name);
    return undefined;
  }

  /** Looks a value up, and keeps it unless this process writes it meanwhile. */
  async read(name: string, lookup: () => Promise<string | null>): Promise<string | null> {
    const sentAt = now();
    const reading = this.#reading.get(name) ?? { count: 0, isOutdated: false };
    reading.count += 1;
    this.#reading.set(name, reading);
    try {
      const value = await lookup();
      const isKept = value !== null && !reading.isOutdated && !this.#writing.has(name);
      if (isKept) this.#entries.set(name, { value: Promise.resolve(value), readAt: sentAt });
      return value;
    } finally {
      reading.count -= 1;
      if (reading.count === 0 && this.#reading.get(name) === reading) this.#reading.delete(name);
    }
  }

  /** Forgets a value, and does not keep the result of a lookup in flight. */
  forget(name: string): void {
    this.#entries.delete(name);
    const reading = this.#reading.get(name);
    if (reading === undefined) return;
    reading.isOutdated = true;
    this.#reading.delete(name);
  }

  /** Forgets the values of the names before and after a write of them. */
  async write<T>(names: readonly string[], write: () => Promise<T>): Promise<T> {
    for (const name of names) {
      this.forget(name);
      this.#writing.set(name, (this.#writing.get(name) ?? 0) + 1);
    }
    try {
      return await write();
    } finally {
      for (const name of names) {
        const others = (this.#writing.get(name) ?? 1) - 1;
        if (others === 0) this.#writing.delete(name);
        else this.#writing.set(name, others);
        this.forget(name);
      }
    }
  }

  /** Forgets everything before and after a write of entries that are not named. */
  async writeAny<T>(write: () => Promise<T>): Promise<T> {
    this.#forgetAll();
    try {
      return await write();
    } finally {
      this.#forgetAll();
    }
  }

  #forgetAll(): void {
    this.#entries.clear();
    for (const reading of this.#reading.values()) reading.isOutdated = true;
    this.#reading.clear();
  }
}

/** Returns checked options, or null without any. */
export function readNear(near: unknown): NearOptions | null {
  if (near === undefined || near === null) return null;
  const { maxEntries, maxAgeMillis } = requireOptions(near, "near", ["maxEntries", "maxAgeMillis"]);
  return {
    maxEntries: requireInteger(maxEntries, "near.maxEntries", 1, 10_000_000),
    maxAgeMillis: requireInteger(maxAgeMillis, "near.maxAgeMillis", 1, 86_400_000),
  };
}
