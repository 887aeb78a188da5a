import { invalidInput } from "../errors/index.js";

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The notations that PostgreSQL accepts (any case, hyphens after any group of four digits, braces), and RFC 9562's URN.
 */
const ANY_SPELLING = /^(?:urn:uuid:)?(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}$/;

/**
 * Returns the canonical form of a UUID (RFC 9562, lower case with hyphens) in any accepted notation. Returns null for
 * any other text, which cannot be an id. Throws INVALID_INPUT for a value that is not a string.
 */
export function parseId(value: unknown, field: string): string | null {
  if (typeof value !== "string") throw invalidInput(field, "must be a string");
  if (CANONICAL.test(value)) return value;
  if (value.length > 45) return null;
  const lower = value.toLowerCase();
  const bare = lower.startsWith("{") && lower.endsWith("}") ? lower.slice(1, -1) : lower;
  if (!ANY_SPELLING.test(bare)) return null;
  const digits = bare.replace("urn:uuid:", "").replaceAll("-", "");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    "-",
  );
}
