import { invalidInput, PevensieError } from "../errors/index.js";
import { isStorable } from "./text.js";

/** Maximum size of one metadata value, in bytes of its JSON text, numbers written without exponents. */
const MAX_BYTES = 1024 * 1024;

/** Deeper values could exhaust the stack of a reader, PostgreSQL's JSON parser included. */
const MAX_DEPTH = 100;

/**
 * Returns the JSON text of a value that jsonb stores unchanged. Throws INVALID_INPUT for what JSON.stringify would
 * drop, convert (NaN, undefined, Date, class instances) or never finish (cycles). Symbol keys are left out, as by
 * JSON.stringify.
 */
export function encodeMetadata(value: unknown, field: string): string {
  try {
    const text = new Encoder(field).encode(value, 0);
    if (Buffer.byteLength(text, "utf8") > MAX_BYTES) throw tooLarge(field);
    return text;
  } catch (error) {
    if (error instanceof PevensieError) throw error;
    throw invalidInput(field, "cannot be read: a getter or a proxy in it threw");
  }
}

/**
 * Validates and encodes in one pass, which reads every property once: JSON.stringify would read again, call toJSON, and
 * send what a getter or a proxy returns the second time.
 */
class Encoder {
  readonly #field: string;
  #budget = MAX_BYTES;

  constructor(field: string) {
    this.#field = field;
  }

  encode(value: unknown, depth: number): string {
    if (depth > MAX_DEPTH) throw invalidInput(this.#field, `must not be nested more than ${MAX_DEPTH} levels deep`);
    // Every value takes at least one byte, so a huge or endless one is refused early.
    this.#spend(1);
    switch (typeof value) {
      case "boolean":
        return String(value);
      case "number":
        if (!Number.isFinite(value)) throw invalidInput(this.#field, "must not contain NaN or an infinite number");
        return this.#number(value);
      case "string":
        return this.#text(value);
      case "object":
        if (value === null) return "null";
        if (Array.isArray(value)) return this.#array(value, depth);
        if (isPlain(value)) return this.#object(value, depth);
    }
    throw invalidInput(
      this.#field,
      "must hold nothing but JSON: null, booleans, numbers, strings, arrays and plain objects",
    );
  }

  #number(value: number): string {
    const text = JSON.stringify(value);
    // PostgreSQL returns exponents written out: 1e308 takes 309 bytes.
    const [, exponent = "0"] = /e([+-]\d+)$/.exec(text) ?? [];
    this.#spend(Math.abs(Number(exponent)));
    return text;
  }

  #array(array: readonly unknown[], depth: number): string {
    if (hasToJson(array)) throw this.#convertsItself();
    const items: string[] = [];
    for (let index = 0, { length } = array; index < length; index += 1)
      items.push(this.encode(array[index], depth + 1));
    return `[${items.join(",")}]`;
  }

  #object(object: Readonly<Record<string, unknown>>, depth: number): string {
    if (hasToJson(object)) throw this.#convertsItself();
    const members: string[] = [];
    for (const key of Object.keys(object)) {
      const name = this.#text(key);
      const child = object[key];
      // An undefined property is read back as an absent one, which means the same.
      if (child !== undefined) members.push(`${name}:${this.encode(child, depth + 1)}`);
    }
    return `{${members.join(",")}}`;
  }

  #text(text: string): string {
    this.#spend(text.length);
    if (!isStorable(text)) throw invalidInput(this.#field, "must not contain a NUL character or a lone surrogate");
    return JSON.stringify(text);
  }

  #spend(bytes: number): void {
    this.#budget -= bytes;
    if (this.#budget < 0) throw tooLarge(this.#field);
  }

  #convertsItself(): Error {
    return invalidInput(this.#field, "must not contain an object or array with a toJSON function");
  }
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Returns whether a value has a toJSON function, which would send another form than the one that is validated. */
function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}

function tooLarge(field: string): Error {
  return invalidInput(field, `must be at most ${MAX_BYTES} bytes of JSON`);
}
