import { invalidInput } from "../errors/index.js";
import { requireBatchSize } from "../input/sweep-options.js";
import { optionalText, requireText, type TextLimits } from "../input/text.js";
import { MAX_TTL_SECONDS, optionalTtl, requireInteger, requireOptions } from "../input/values.js";
import { shapeOf } from "../shape.js";
import type { CacheKey, EntryTerms, LimitedCall } from "./driver.js";

/** A PostgreSQL index entry holds some 2,700 bytes, so two texts of this size fit. */
const NAME_LIMITS: TextLimits = { max: 1024, unit: "bytes" };

/** PostgreSQL would accept up to a gigabyte, but a database is the wrong place to cache larger values. */
const VALUE_LIMITS: TextLimits = { max: 16 * 1024 * 1024, unit: "bytes" };

const TAG_LIMITS: TextLimits = { min: 1, max: 255, unit: "characters" };
const MAX_TAGS = 32;

const MAX_WAIT_SECONDS = 86_400;
/** 31 days. */
const MAX_WINDOW_SECONDS = 2_678_400;

/** What a call without options gets. */
const NO_TERMS: EntryTerms = { ttlMillis: null, tags: null };

const CACHE_KEY = shapeOf("resourceType", "key");

export function requireKey(resourceType: unknown, key: unknown): CacheKey {
  return { ...CACHE_KEY, resourceType: requireName(resourceType, "resourceType"), key: requireName(key, "key") };
}

/** Returns each key once, in the order given. */
export function requireKeys(keys: unknown): readonly string[] {
  const checked = new Set<string>();
  for (const key of requireIterable<unknown>(keys, "keys")) checked.add(requireName(key, "key"));
  return [...checked];
}

export function requireName(value: unknown, field: string): string {
  return requireText(value, field, NAME_LIMITS);
}

export function requireValue(value: unknown, field = "value"): string {
  return requireText(value, field, VALUE_LIMITS);
}

/** @throws INVALID_INPUT for what cannot compute a value */
export function requireProduce(value: unknown): void {
  if (typeof value !== "function") throw invalidInput("produce", "must be a function");
}

/** Returns what a function that computes a value has returned. */
export function requireProduced(value: unknown): string {
  if (typeof value !== "string") throw invalidInput("produce", "must return a string");
  return requireValue(value, "produce");
}

export function requireIterable<T>(value: unknown, field: string): Iterable<T> {
  const iterable = typeof value === "object" && value !== null && Symbol.iterator in value;
  if (!iterable) throw invalidInput(field, "must be a list, a Map or a Set");
  return value as Iterable<T>;
}

/** Returns the entries by key, each with its last value. */
export function requireEntries(entries: unknown): ReadonlyMap<string, string> {
  const checked = new Map<string, string>();
  for (const entry of requireIterable<readonly [unknown, unknown]>(entries, "entries")) {
    if (!Array.isArray(entry)) throw invalidInput("entries", "must be pairs of a key and a value");
    checked.set(requireName(entry[0], "key"), requireValue(entry[1]));
  }
  return checked;
}

/** Returns each tag once. @throws INVALID_INPUT for none */
export function requireTags(tags: unknown): readonly string[] {
  const checked = new Set<string>();
  for (const tag of requireIterable<unknown>(tags, "tags")) {
    checked.add(requireText(tag, "tags", TAG_LIMITS));
    if (checked.size > MAX_TAGS) throw invalidInput("tags", `must be at most ${MAX_TAGS}`);
  }
  return [...checked];
}

function optionalTags(tags: unknown): readonly string[] | null {
  if (tags === undefined || tags === null) return null;
  const checked = requireTags(tags);
  return checked.length === 0 ? null : checked;
}

/** Returns a time to live in milliseconds, or null if none is given, which means no expiry. */
export function readTtlMillis({ ttlSeconds, ttlMillis }: { ttlSeconds?: unknown; ttlMillis?: unknown }): number | null {
  const seconds = optionalTtl(ttlSeconds);
  if (ttlMillis === undefined || ttlMillis === null) return seconds === null ? null : seconds * 1000;
  if (seconds !== null) throw invalidInput("ttlMillis", "cannot be given together with ttlSeconds");
  return requireInteger(ttlMillis, "ttlMillis", 1, MAX_TTL_SECONDS * 1000);
}

/** Returns the time to live of options that must have one; null has to be meant. */
export function requireTtlMillis(options: { ttlSeconds?: unknown; ttlMillis?: unknown }): number | null {
  if (options.ttlSeconds === undefined && options.ttlMillis === undefined) {
    throw invalidInput("ttlSeconds", "or ttlMillis is required; null means that the entry does not expire");
  }
  return readTtlMillis(options);
}

export function readTerms(options: unknown): EntryTerms {
  if (options === undefined) return NO_TERMS;
  const { ttlSeconds, ttlMillis, tags } = requireOptions(options, "options", ["ttlSeconds", "ttlMillis", "tags"]);
  return { ttlMillis: readTtlMillis({ ttlSeconds, ttlMillis }), tags: optionalTags(tags) };
}

/** Options of a call that computes a missing value. */
export interface ComputeOptions extends EntryTerms {
  readonly graceMillis: number;
  readonly leaseSeconds: number;
  readonly waitMillis: number;
}

const COMPUTE_OPTIONS = shapeOf("ttlMillis", "graceMillis", "leaseSeconds", "waitMillis", "tags");

export const COMPUTE_KEYS = ["ttlSeconds", "ttlMillis", "graceSeconds", "leaseSeconds", "waitMillis", "tags"] as const;

export function readComputeOptions(options: unknown): ComputeOptions {
  const {
    ttlSeconds,
    ttlMillis,
    graceSeconds = 0,
    leaseSeconds = 10,
    waitMillis,
    tags,
  } = requireOptions(options, "options", COMPUTE_KEYS);
  const lease = requireInteger(leaseSeconds, "leaseSeconds", 1, MAX_WAIT_SECONDS);
  return {
    ...COMPUTE_OPTIONS,
    ttlMillis: requireTtlMillis({ ttlSeconds, ttlMillis }),
    graceMillis: requireInteger(graceSeconds, "graceSeconds", 0, MAX_TTL_SECONDS) * 1000,
    leaseSeconds: lease,
    waitMillis:
      waitMillis === undefined ? lease * 2000 : requireInteger(waitMillis, "waitMillis", 0, MAX_WAIT_SECONDS * 1000),
    tags: optionalTags(tags),
  };
}

export function readIncrement(options: unknown): { by: number; ttlMillis: number | null } {
  const { by = 1, ttlSeconds, ttlMillis } = requireOptions(options, "options", ["by", "ttlSeconds", "ttlMillis"]);
  return {
    by: requireInteger(by, "by", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    ttlMillis: readTtlMillis({ ttlSeconds, ttlMillis }),
  };
}

export function readLimitedCall(options: unknown): LimitedCall {
  const given = requireOptions(options, "options", ["limit", "windowSeconds", "cost"]);
  const { cost = 1 } = given;
  const limit = requireInteger(given.limit, "limit", 1, 1_000_000);
  const windowSeconds = requireInteger(given.windowSeconds, "windowSeconds", 1, MAX_WINDOW_SECONDS);
  return { limit, windowSeconds, cost: requireInteger(cost, "cost", 1, limit) };
}

export function readKeysOptions(options: unknown): { prefix: string; after: string | null } {
  const { prefix, after } = requireOptions(options, "options", ["prefix", "after"]);
  return {
    prefix: optionalText(prefix, "prefix", NAME_LIMITS) ?? "",
    after: optionalText(after, "after", NAME_LIMITS),
  };
}

/** Returns the options of a sweep. */
export function readSweep(options: unknown): { batchSize: number; maxEntries: number | null } {
  const { batchSize, maxEntries } = requireOptions(options, "options", ["batchSize", "maxEntries"]);
  return {
    batchSize: requireBatchSize(batchSize),
    maxEntries:
      maxEntries === undefined || maxEntries === null ? null : requireInteger(maxEntries, "maxEntries", 1, 1e12),
  };
}
