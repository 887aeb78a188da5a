import { invalidInput } from "../errors/index.js";
import { type IpAddress, parseIpAddress } from "../net/index.js";

/** A hundred years of 365.25 days, in seconds. */
export const MAX_TTL_SECONDS = 3_155_760_000;

/** PostgreSQL's timestamptz reads ISO 8601 years of four digits unambiguously. */
const EARLIEST = Date.parse("0001-01-01T00:00:00.000Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * The bound of Date's range, in milliseconds: 'infinity' and '-infinity' are read as its ends, and written from them.
 */
export const END_OF_TIME = 8.64e15;

/** Returns a whole number within bounds, or throws INVALID_INPUT. */
export function requireInteger(value: unknown, field: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw invalidInput(field, `must be a whole number from ${min} to ${max}`);
  }
  return value;
}

/** Returns a boolean, or throws INVALID_INPUT. */
export function requireBoolean(value: unknown, field: string): boolean {
  if (typeof value !== "boolean") throw invalidInput(field, "must be a boolean");
  return value;
}

/** Returns a time to live in seconds, 1 to 3,155,760,000, or throws INVALID_INPUT. */
export function requireTtl(value: unknown, field = "ttlSeconds"): number {
  return requireInteger(value, field, 1, MAX_TTL_SECONDS);
}

/** Returns a time to live in seconds, or null if none is given, which means no expiry. */
export function optionalTtl(value: unknown, field = "ttlSeconds"): number | null {
  return value === undefined || value === null ? null : requireTtl(value, field);
}

/**
 * Returns a copy of a Date that PostgreSQL can store, or null. Throws INVALID_INPUT for any other value. The caller may change its own
 * Date before it is sent.
 */
export function optionalDate(value: unknown, field: string): Date | null {
  if (value === null) return null;
  const time = value instanceof Date ? value.getTime() : Number.NaN;
  if ((time >= EARLIEST && time <= LATEST) || Math.abs(time) === END_OF_TIME) return new Date(time);
  throw invalidInput(field, "must be a valid Date between the years 1 and 9999");
}

/** Returns an optional function, or throws INVALID_INPUT. */
export function optionalFunction<F>(value: F, field: string): F {
  if (value !== undefined && typeof value !== "function") throw invalidInput(field, "must be a function");
  return value;
}

/** Returns an IP address in canonical form, or null if none is given. */
export function optionalIp(value: unknown, field = "ip"): IpAddress | null {
  if (value === undefined || value === null) return null;
  const ip = typeof value === "string" ? parseIpAddress(value) : null;
  if (ip === null) throw invalidInput(field, "must be an IPv4 or IPv6 address");
  return ip;
}

/** Throws INVALID_INPUT for what is no object. */
export function requireObject(value: unknown, field: string): asserts value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalidInput(field, "must be an object");
}

/**
 * Returns the value as an object with no other properties than the given ones, or throws INVALID_INPUT: a misspelt
 * option must not be ignored silently.
 */
export function requireOptions<K extends string>(
  value: unknown,
  field: string,
  keys: readonly K[],
): Partial<Record<K, unknown>> {
  requireObject(value, field);
  for (const key of Object.keys(value)) {
    if (!(keys as readonly string[]).includes(key)) {
      throw invalidInput(printable(key), `is not an option here; the options are ${keys.join(", ")}`);
    }
  }
  return value as Partial<Record<K, unknown>>;
}

/** Returns a name that is safe in a message or a log line: truncated, and quoted and escaped unless it is plain. */
function printable(name: string): string {
  // A URL may contain a password.
  if (name.includes("://")) return "a URL";
  const start = name.slice(0, 64);
  if (/^[\w.$-]+$/.test(start)) return start;
  const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  // Escapes controls, line separators, directional overrides and lone surrogates.
  return JSON.stringify(start).replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, escaped);
}
