import { invalidInput } from "../errors/index.js";
import type { Json } from "../json.js";
import { isStorable } from "./text.js";

/** The most that one metadata value may take, in bytes of its JSON text. */
const MAX_BYTES = 1024 * 1024;

/** Deeper values could exhaust the stack of whoever reads them, Postgres's JSON parser included. */
const MAX_DEPTH = 100;

/**
 * The JSON text of a value that jsonb keeps unchanged, or INVALID_INPUT: what JSON.stringify would drop, bend
 * (NaN, undefined, Date, class instances) or never finish (cycles) is refused.
 */
export function encodeMetadata(value: unknown, field: string): string {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let budget = MAX_BYTES;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    // Every value takes at least a byte of JSON, so that a huge or endless one ends here.
    budget -= 1;
    if (budget < 0) throw tooLarge(field);
    if (next.depth > MAX_DEPTH) throw invalidInput(field, `must not be nested more than ${MAX_DEPTH} levels deep`);
    for (const child of childrenOf(next.value, field)) open.push({ value: child, depth: next.depth + 1 });
  }
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text, "utf8") > MAX_BYTES) throw tooLarge(field);
  return text;
}

function childrenOf(value: unknown, field: string): readonly unknown[] {
  switch (typeof value) {
    case "boolean":
      return [];
    case "number":
      if (!Number.isFinite(value)) throw invalidInput(field, "must not contain NaN or an infinite number");
      return [];
    case "string":
      requireStorable(value, field);
      return [];
    case "object":
      if (value === null) return [];
      if (Array.isArray(value)) return Array.from(value);
      if (!isPlainObject(value)) break;
      for (const key of Object.keys(value)) requireStorable(key, field);
      // An undefined property reads back as an absent one, which is the same to whoever looks at it.
      return Object.values(value).filter((child) => child !== undefined);
  }
  throw invalidInput(field, "must hold nothing but JSON: null, booleans, numbers, strings, arrays and plain objects");
}

function requireStorable(text: string, field: string): void {
  if (!isStorable(text)) throw invalidInput(field, "must not contain a NUL character or a lone surrogate");
}

function isPlainObject(value: object): value is { readonly [key: string]: Json } {
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === null || prototype === Object.prototype;
  // An own toJSON would stand in for what has been checked.
  return plain && typeof (value as { toJSON?: unknown }).toJSON !== "function";
}

function tooLarge(field: string): Error {
  return invalidInput(field, `must be at most ${MAX_BYTES} bytes of JSON`);
}
