import { END_OF_TIME } from "../../input/values.js";

/**
 * An array of texts for a parameter of the type `text[]`, sent in binary form. The text form quotes and escapes every element:
 * for JSON values that costs half as much time again, on both sides.
 */
export class TextArray extends Array<string> {
  /** What is derived from one, such as its lengths, need not be an array of texts. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** As `array_recv` reads it (PostgreSQL, src/backend/utils/adt/arrayfuncs.c). */
  toBuffer(): Buffer {
    let length = HEADER_BYTES;
    for (const text of this) length += LENGTH_BYTES + Buffer.byteLength(text);
    const buffer = Buffer.allocUnsafe(length);
    buffer.writeInt32BE(1, 0); // dimensions
    buffer.writeInt32BE(0, 4); // holds no NULL
    buffer.writeInt32BE(TEXT_OID, 8);
    buffer.writeInt32BE(this.length, 12);
    buffer.writeInt32BE(1, 16); // the first one's index
    let at = HEADER_BYTES;
    for (const text of this) {
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

/** Returns the text of an array (PostgreSQL documentation, 8.15.6). pg's own takes several times as long: it inspects each element's type. */
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

/** Returns a Date as a timestamptz that is read alike under every DateStyle and TimeZone. The ends of Date's range are ±infinity. */
export function formatTimestamptz(date: Date): string {
  const time = date.getTime();
  if (time === END_OF_TIME) return "infinity";
  if (time === -END_OF_TIME) return "-infinity";
  const iso = date.toISOString();
  const year = date.getUTCFullYear();
  // ISO 8601 counts a year 0 and signs long years; Postgres has 1 BC, and no signs.
  if (year < 1) return `${String(1 - year).padStart(4, "0")}${iso.slice(iso.indexOf("-", 1))} BC`;
  return iso.replace("+", "");
}
