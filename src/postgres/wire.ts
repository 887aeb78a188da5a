import { END_OF_TIME } from "../input/values.js";

/**
 * How the text that Postgres sends becomes a JavaScript value, by type OID (pg_type.dat). Passed with every query, so that
 * an application's `pg.types.setTypeParser` changes nothing for us, and nothing of ours changes for it.
 */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => text === "t"], // bool
  [20, Number], // int8
  [21, Number], // int2
  [23, Number], // int4
  [114, JSON.parse], // json
  [3802, JSON.parse], // jsonb
]);

const asText = (text: string) => text;

/** How values of a type are read. */
export function parserOf(oid: number): (text: string) => unknown {
  return PARSERS.get(oid) ?? asText;
}

/** The `types` of a pg query configuration. */
export const wireTypes = { getTypeParser: parserOf };

/** A Date as a timestamptz that every DateStyle and TimeZone reads alike. Its ends stand for infinity. */
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
