import { invalidInput } from "../errors/index.js";

/** How long a text may be, and in what unit its length counts. */
export interface TextLimits {
  readonly min?: number;
  readonly max: number;
  /** `characters` are Unicode code points, `bytes` are those of the text's UTF-8 form. */
  readonly unit: "characters" | "bytes";
}

/** The longest session user agent that is stored. */
export const USER_AGENT_LIMITS: TextLimits = { max: 1024, unit: "characters" };

/**
 * The value as text that Postgres keeps unchanged, or INVALID_INPUT. Postgres has no NUL in text, and a lone
 * surrogate has no UTF-8 form: pg would store U+FFFD in its place without a word.
 */
export function requireText(value: unknown, field: string, limits: TextLimits): string {
  if (typeof value !== "string") throw invalidInput(field, "must be a string");
  // A text of n UTF-16 units has at least n / 2 characters and n bytes: a huge one is refused unread.
  if (value.length > (limits.unit === "bytes" ? limits.max : limits.max * 2)) throw tooLong(field, limits);
  if (!isStorable(value)) throw invalidInput(field, "must not contain a NUL character or a lone surrogate");
  const length = lengthIn(value, limits.unit);
  if (length > limits.max) throw tooLong(field, limits);
  if (limits.min !== undefined && length < limits.min) {
    throw invalidInput(field, `must be at least ${limits.min} ${limits.unit} long`);
  }
  return value;
}

/** {@link requireText}, where null and absent stand for null. */
export function optionalText(value: unknown, field: string, limits: TextLimits): string | null {
  return value === undefined || value === null ? null : requireText(value, field, limits);
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
