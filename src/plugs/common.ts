import type { Cache } from "../cache/index.js";
import { invalidInput } from "../errors/index.js";
import { requireText } from "../input/text.js";

/** Returns a connected cache, or throws INVALID_INPUT. */
export function requireCache(value: unknown): Cache {
  if (typeof (value as Partial<Cache> | null | undefined)?.getMany !== "function") {
    throw invalidInput("cache", "must be a connected Cache: await connect() first");
  }
  return value as Cache;
}

export function readResourceType(value: unknown, byDefault: string): string {
  if (value === undefined || value === null) return byDefault;
  return requireText(value, "resourceType", { max: 1024, unit: "bytes" });
}

/**
 * Returns a time to live in whole milliseconds, rounded up. Null: the entry does not expire, which other stores of these libraries mean by
 * 0 and by Infinity. 0: the time was negative, as of a deadline that has passed, so that the entry has expired already.
 */
export function readTtl(ttl: unknown, millisPerUnit: number): number | null {
  if (ttl === undefined || ttl === null || ttl === 0 || ttl === Number.POSITIVE_INFINITY) return null;
  if (typeof ttl !== "number" || Number.isNaN(ttl)) throw invalidInput("ttl", "must be a number");
  return Math.max(0, Math.ceil(ttl * millisPerUnit));
}

/** An entry with a time to live of its own, as {@link readTtl} returns it. */
export interface TimedEntry {
  readonly key: string;
  readonly value: string;
  readonly ttlMillis: number | null;
}

/** Stores an entry, or deletes the one that it would have replaced if it has expired already. */
export async function setTimed(
  cache: Cache,
  resourceType: string,
  { key, value, ttlMillis }: TimedEntry,
): Promise<void> {
  if (ttlMillis === 0) await cache.delete(resourceType, key);
  else await cache.set(resourceType, key, value, { ttlMillis });
}

/** {@link setTimed} for many entries, with one call for each time to live. Of entries with the same key the last one counts. */
export async function setManyTimed(cache: Cache, resourceType: string, entries: Iterable<TimedEntry>): Promise<void> {
  const last = new Map<string, TimedEntry>();
  for (const entry of entries) last.set(entry.key, entry);
  const byTtl = new Map<number | null, [string, string][]>();
  for (const { key, value, ttlMillis } of last.values()) {
    const group = byTtl.get(ttlMillis);
    if (group === undefined) byTtl.set(ttlMillis, [[key, value]]);
    else group.push([key, value]);
  }
  await Promise.all(
    [...byTtl].map(([ttlMillis, group]) =>
      ttlMillis === 0
        ? cache.deleteMany(
            resourceType,
            group.map(([key]) => key),
          )
        : cache.setMany(resourceType, group, { ttlMillis }),
    ),
  );
}

/** Yields the items in arrays of at most `size`. */
export async function* chunksOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void, undefined> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
