import { invalidInput } from "../errors/index.js";

/** How long a text may be, and in what unit its length counts. */
export interface TextLimits {
  readonly min?: number;
  readonly max: number;
  /** `characters` are Unicode code points, `bytes` are those of the text's UTF-8 form. */
  readonly unit: "characters" | "bytes";
}

/**
 * The value as text that Postgres keeps unchanged, or INVALID_INPUT. Postgres has no NUL in text, and a lone
 * surrogate has no UTF-8 form: pg would store U+FFFD in its place without a word.
 */
export function requireText(value: unknown, field: string, limits: TextLimits): string {
  const text = requireString(value, field);
  // A text of n UTF-16 units has at least n / 2 characters and n bytes: a huge one is refused unread.
  if (text.length > (limits.unit === "bytes" ? limits.max : limits.max * 2)) throw tooLong(field, limits);
  requireStorable(text, field);
  const length = lengthIn(text, limits.unit);
  if (length > limits.max) throw tooLong(field, limits);
  if (limits.min !== undefined && length < limits.min) {
    throw invalidInput(field, `must be at least ${limits.min} ${limits.unit} long`);
  }
  return text;
}

/** {@link requireText}, where null and absent stand for null. */
export function optionalText(value: unknown, field: string, limits: TextLimits): string | null {
  return value === undefined || value === null ? null : requireText(value, field, limits);
}

/** The first `max` code points of a storable text of any length; null and absent stand for null. */
export function optionalPrefix(value: unknown, field: string, max: number): string | null {
  if (value === undefined || value === null) return null;
  const text = requireString(value, field);
  requireStorable(text, field);
  if (text.length <= max) return text;
  let end = 0;
  for (let count = 0; count < max && end < text.length; count += 1) end += isPairAt(text, end) ? 2 : 1;
  return text.slice(0, end);
}

/** More combining marks in a row than text of any language has: UAX #15 (Stream-Safe Text Format) allows 30. */
const LONG_RUN_OF_MARKS = /(?<!\p{M})\p{M}{31}/u;

/**
 * The text in NFC, or INVALID_INPUT. Composing takes time that grows with the square of a run of combining marks: 4,096 of
 * them took 17 ms, so long runs are refused before.
 */
export function composeText(text: string, field: string): string {
  if (LONG_RUN_OF_MARKS.test(text)) throw invalidInput(field, "must not contain more than 30 combining marks in a row");
  return text.normalize("NFC");
}

/** Whether a well-formed text has a surrogate pair there, which is one code point of two UTF-16 units. */
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

/** Whether Postgres can hold the text unchanged. */
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
