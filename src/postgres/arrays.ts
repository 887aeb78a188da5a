/**
 * An array for a parameter of the type `text[]`. In binary form its texts, which an array's text has to quote and escape, go as
 * they are: values that are JSON are full of quotes, and cost both sides half as much again.
 */
export class TextArray {
  readonly #texts: readonly string[];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  /** For clients that send no binary parameters: pg calls this on whatever is no value of SQL's. */
  toPostgres(): string {
    return arrayText(this.#texts);
  }

  /** As `array_recv` reads it (PostgreSQL, src/backend/utils/adt/arrayfuncs.c). */
  toBuffer(): Buffer {
    const texts = this.#texts;
    let length = HEADER_BYTES;
    for (const text of texts) length += LENGTH_BYTES + Buffer.byteLength(text);
    const buffer = Buffer.allocUnsafe(length);
    buffer.writeInt32BE(1, 0); // dimensions
    buffer.writeInt32BE(0, 4); // holds no NULL
    buffer.writeInt32BE(TEXT_OID, 8);
    buffer.writeInt32BE(texts.length, 12);
    buffer.writeInt32BE(1, 16); // the first one's index
    let at = HEADER_BYTES;
    for (const text of texts) {
      const written = buffer.write(text, at + LENGTH_BYTES);
      buffer.writeInt32BE(written, at);
      at += LENGTH_BYTES + written;
    }
    return buffer;
  }
}

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/** pg_type.dat */
const TEXT_OID = 25;

/**
 * A Postgres array's text (PostgreSQL documentation, 8.15.6). pg would do it too, at several times the cost: it looks at
 * every element for what it might be.
 */
export function arrayText(values: readonly (string | number)[]): string {
  let text = "{";
  for (const value of values) {
    if (text.length > 1) text += ",";
    if (typeof value === "number") text += value;
    else text += NEEDS_ESCAPE.test(value) ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : `"${value}"`;
  }
  return `${text}}`;
}

const NEEDS_ESCAPE = /["\\]/;
