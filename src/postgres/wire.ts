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
  [1184, parseTimestamptz],
]);

const asText = (text: string) => text;

/** The `types` of a pg query configuration. */
export const wireTypes = {
  getTypeParser: (oid: number) => PARSERS.get(oid) ?? asText,
};

const ISO = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

/**
 * A timestamptz in Postgres's ISO DateStyle, to the millisecond. 'infinity', and what lies beyond Date's range, becomes
 * the end of that range, which compares as it should.
 */
export function parseTimestamptz(text: string): Date {
  const match = ISO.exec(text);
  if (match === null) return parseSpecial(text);
  const [, year, month, day, hour, minute, second, fraction, sign, hours, minutes, seconds, bc] = match;
  const date = new Date(0);
  date.setUTCFullYear(bc === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  const milliseconds = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6);
  const wallClock = date.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds);
  const offset = Number(hours) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  const time = wallClock - (sign === "-" ? -offset : offset) * 1000;
  return new Date(Number.isNaN(time) ? END_OF_TIME : time);
}

function parseSpecial(text: string): Date {
  if (text === "infinity") return new Date(END_OF_TIME);
  if (text === "-infinity") return new Date(-END_OF_TIME);
  throw new TypeError("a timestamp came in another DateStyle than ISO");
}

/** A Date as a timestamptz that every DateStyle and TimeZone reads alike; the inverse of {@link parseTimestamptz}. */
export function formatTimestamptz(date: Date): string {
  const time = date.getTime();
  if (time === END_OF_TIME) return "infinity";
  return time === -END_OF_TIME ? "-infinity" : date.toISOString();
}
