import { invalidInput } from "../errors/index.js";
import { type IpAddress, parseIpAddress } from "../net/index.js";

/** A hundred years of 365.25 days, in seconds. */
const MAX_TTL_SECONDS = 3_155_760_000;

/** Postgres's timestamptz reads ISO 8601 years of four digits without doubt about what is meant. */
const EARLIEST = Date.parse("0001-01-01T00:00:00.000Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** The two ends of Date's range: what 'infinity' and '-infinity' are read as, and written back as. */
export const END_OF_TIME = 8.64e15;

/** A whole number within bounds, or INVALID_INPUT. */
export function requireInteger(value: unknown, field: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw invalidInput(field, `must be a whole number from ${min} to ${max}`);
  }
  return value;
}

/** A time to live in seconds, 1 to 3,155,760,000. */
export function requireTtl(value: unknown, field = "ttlSeconds"): number {
  return requireInteger(value, field, 1, MAX_TTL_SECONDS);
}

/** A time to live in seconds, or null where there is none: what it is for never expires. */
export function optionalTtl(value: unknown, field = "ttlSeconds"): number | null {
  return value === undefined || value === null ? null : requireTtl(value, field);
}

/** A Date that Postgres can hold, or null. */
export function optionalDate(value: unknown, field: string): Date | null {
  if (value === null) return null;
  const time = value instanceof Date ? value.getTime() : Number.NaN;
  if ((time >= EARLIEST && time <= LATEST) || Math.abs(time) === END_OF_TIME) return value as Date;
  throw invalidInput(field, "must be a valid Date between the years 1 and 9999, or null");
}

/** An IP address in canonical form, or null where none is given. */
export function optionalIp(value: unknown, field = "ip"): IpAddress | null {
  if (value === undefined || value === null) return null;
  const ip = typeof value === "string" ? parseIpAddress(value) : null;
  if (ip === null) throw invalidInput(field, "must be an IPv4 or IPv6 address");
  return ip;
}

/**
 * The value as an object that has no property but the given ones, or INVALID_INPUT: a misspelt option must not be
 * dropped in silence.
 */
export function requireOptions<K extends string>(
  value: unknown,
  field: string,
  keys: readonly K[],
): Partial<Record<K, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidInput(field, "must be an object");
  }
  for (const key of Object.keys(value)) {
    if (!(keys as readonly string[]).includes(key)) {
      throw invalidInput(printable(key), `is not an option here; the options are ${keys.join(", ")}`);
    }
  }
  return value as Partial<Record<K, unknown>>;
}

/** A name as it may stand in a message or a line of a log: quoted and escaped unless it is a plain one, and cut. */
function printable(name: string): string {
  // A URL may have a password.
  if (name.includes("://")) return "a URL";
  const start = name.slice(0, 64);
  if (/^[\w.$-]+$/.test(start)) return start;
  const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  // Escapes controls, line separators, directional overrides and lone surrogates.
  return JSON.stringify(start).replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, escaped);
}

/** How a sweep goes about it. */
export interface RemoveExpiredOptions {
  /** At most so many rows are removed, and locked, at a time: 1 to 100,000. Default: 1,000. */
  readonly batchSize?: number | undefined;
}

export function readBatchSize(options: unknown): number {
  const { batchSize = 1000 } = requireOptions(options, "options", ["batchSize"]);
  return requireInteger(batchSize, "batchSize", 1, 100_000);
}
