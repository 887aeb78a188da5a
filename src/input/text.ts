import { invalidInput } from "../errors/index.js";

/** Bounds on the length of a text, and the unit of that length. */
export interface TextLimits {
  readonly min?: number;
  readonly max: number;
  /** `characters` are Unicode code points; `bytes` are bytes of UTF-8. */
  readonly unit: "characters" | "bytes";
}

/**
 * Returns the value as text that PostgreSQL stores unchanged, or throws INVALID_INPUT. PostgreSQL's text cannot contain
 * NUL. A lone surrogate has no UTF-8 form: pg would silently store U+FFFD in its place.
 *
 * @param named - the limits that the message names, if the text is refused before it is brought into the form that they are for
 */
export function requireText(value: unknown, field: string, limits: TextLimits, named = limits): string {
  const text = requireString(value, field);
  // A text of n UTF-16 units has at least n / 2 characters and n bytes, so a huge one is refused without reading it.
  if (text.length > (limits.unit === "bytes" ? limits.max : limits.max * 2)) throw tooLong(field, named);
  requireStorable(text, field);
  const length = lengthIn(text, limits.unit);
  if (length > limits.max) throw tooLong(field, named);
  if (limits.min !== undefined && length < limits.min) {
    throw invalidInput(
      field,
      limits.min === 1 ? "must not be empty" : `must be at least ${limits.min} ${limits.unit} long`,
    );
  }
  return text;
}

/** {@link requireText}, but returns null for null and undefined. */
export function optionalText(value: unknown, field: string, limits: TextLimits): string | null {
  return value === undefined || value === null ? null : requireText(value, field, limits);
}

/** Returns the first `max` code points of a storable text of any length; null for null and undefined. */
export function optionalPrefix(value: unknown, field: string, max: number): string | null {
  if (value === undefined || value === null) return null;
  const text = requireString(value, field);
  requireStorable(text, field);
  if (text.length <= max) return text;
  let end = 0;
  for (let count = 0; count < max && end < text.length; count += 1) end += isPairAt(text, end) ? 2 : 1;
  return text.slice(0, end);
}

/** A longer run of combining marks than any language uses: UAX #15 (Stream-Safe Text Format) allows 30. */
const LONG_RUN_OF_MARKS = /(?<!\p{M})\p{M}{31}/u;

/**
 * Returns the text in NFC, or throws INVALID_INPUT. Composition is quadratic in the length of a run of combining marks
 * (4,096 of them took 17 ms), so long runs are refused first.
 */
export function composeText(text: string, field: string): string {
  if (LONG_RUN_OF_MARKS.test(text)) throw invalidInput(field, "must not contain more than 30 combining marks in a row");
  return text.normalize("NFC");
}

/** Returns whether a well-formed text has a surrogate pair at this index: one code point in two UTF-16 units. */
function isPairAt(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800;
}

function requireString(value: unknown, field: string): string {
  if (typeof value !== "string") throw invalidInput(field, "must be a string");
  return value;
}

function requireStorable(text: string, field: string): void {
  if (!isStorable(text)) throw invalidInput(field, "must not contain a NUL character or a lone surrogate");
}

/** Returns whether PostgreSQL can store the text unchanged. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function lengthIn(text: string, unit: TextLimits["unit"]): number {
  if (unit === "bytes") return Buffer.byteLength(text, "utf8");
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}

function tooLong(field: string, limits: TextLimits): Error {
  return invalidInput(field, `must be at most ${limits.max} ${limits.unit} long`);
}
