import { types } from "node:util";
import { invalidInput, PevensieError } from "../errors/index.js";
import { isStorable } from "./text.js";

/** Maximum size of one metadata value, in bytes of its JSON text, numbers written without exponents. */
const MAX_BYTES = 1024 * 1024;

/** Keys that messages repeat. Longer ones, and others than names, may be tokens or emails. */
const NAME = /^[A-Za-z_]\w{0,31}$/;

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
  /** The keys and indexes that lead to the value that is being encoded. */
  readonly #path: (string | number)[] = [];
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
        if (!Number.isFinite(value)) throw this.#refusal("is NaN or an infinite number, which JSON cannot hold");
        return this.#number(value);
      case "string":
        return this.#text(value);
      case "object":
        if (value === null) return "null";
        if (Array.isArray(value)) return this.#array(value, depth);
        if (isPlain(value)) return this.#object(value, depth);
    }
    if (types.isDate(value)) throw this.#refusal("is a Date: pass its toISOString()");
    throw this.#refusal(`is ${kindOf(value)}: pass null, a boolean, a number, a string, an array or a plain object`);
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
      items.push(this.#child(index, array[index], depth));
    return `[${items.join(",")}]`;
  }

  #object(object: Readonly<Record<string, unknown>>, depth: number): string {
    if (hasToJson(object)) throw this.#convertsItself();
    const members: string[] = [];
    for (const key of Object.keys(object)) {
      const name = this.#text(key);
      const child = object[key];
      // An undefined property is read back as an absent one, which means the same.
      if (child !== undefined) members.push(`${name}:${this.#child(key, child, depth)}`);
    }
    return `{${members.join(",")}}`;
  }

  #child(key: string | number, value: unknown, depth: number): string {
    this.#path.push(key);
    const text = this.encode(value, depth + 1);
    this.#path.pop();
    return text;
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
    return this.#refusal("has a toJSON function: pass what it returns");
  }

  /** Returns an error that says where the value is. */
  #refusal(what: string): PevensieError {
    const steps = this.#path.map((key) =>
      typeof key === "number" ? `[${key}]` : NAME.test(key) ? `.${key}` : '["…"]',
    );
    return new PevensieError("INVALID_INPUT", `${this.#field}${steps.join("")} ${what}`, { field: this.#field });
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return "undefined";
  return typeof value === "object" ? "an object of a class, such as a Map" : `a ${typeof value}`;
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
