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
  [701, Number], // float8
  [114, JSON.parse], // json
  [3802, JSON.parse], // jsonb
  [1184, parseTimestamptz],
]);

const asText = (text: string) => text;

/** How values of a type are read. */
export function parserOf(oid: number): (text: string) => unknown {
  return PARSERS.get(oid) ?? asText;
}

/** The `types` of a pg query configuration. */
export const wireTypes = { getTypeParser: parserOf };

/** A timestamp in a DateStyle that leaves in doubt what is meant. */
export class UnreadableTimestamp extends Error {}

const ISO = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

/**
 * A timestamptz in Postgres's ISO DateStyle, to the millisecond. 'infinity', and what lies beyond Date's range, becomes
 * the end of that range, which compares as it should.
 */
export function parseTimestamptz(text: string): Date {
  return parseCommon(text) ?? parseAny(text);
}

/** Hours and minutes are in whole hours from UTC in most places; this reads that form, a few times as fast as the other. */
function parseCommon(text: string): Date | null {
  const { length } = text;
  const sign = text.charCodeAt(length - 3);
  if (length < 22 || length > 29 || text.charCodeAt(4) !== HYPHEN || (sign !== PLUS && sign !== HYPHEN)) return null;
  let fraction = 0;
  if (text.charCodeAt(19) === DOT) {
    for (let at = 20, weight = 100; at < 23; at += 1, weight /= 10) {
      if (at < length - 3) fraction += (text.charCodeAt(at) - ZERO) * weight;
    }
  } else if (length !== 22) {
    return null;
  }
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const days = daysSinceEpoch(year, twoDigits(text, 5), twoDigits(text, 8));
  const seconds = twoDigits(text, 11) * 3600 + twoDigits(text, 14) * 60 + twoDigits(text, 17);
  const offset = twoDigits(text, length - 2) * 3600;
  const utcSeconds = days * 86_400 + (sign === PLUS ? seconds - offset : seconds + offset);
  return new Date(utcSeconds * 1000 + fraction);
}

/** Of a date in the proleptic Gregorian calendar. Years begin in March here, so that a leap day is a year's last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.trunc((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}

const ZERO = 48;
const DOT = 46;
const HYPHEN = 45;
const PLUS = 43;

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

function parseAny(text: string): Date {
  const match = ISO.exec(text);
  if (match === null) return parseSpecial(text);
  const [, year, month, day, hour, minute, second, fraction, sign, hours, minutes, seconds, bc] = match;
  const date = new Date(0);
  date.setUTCFullYear(bc === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  const wallClock = date.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds);
  const offset = Number(hours) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  const time = wallClock - (sign === "-" ? -offset : offset) * 1000;
  return new Date(Number.isNaN(time) || time > END_OF_TIME ? END_OF_TIME : time);
}

function parseSpecial(text: string): Date {
  if (text === "infinity") return new Date(END_OF_TIME);
  if (text === "-infinity") return new Date(-END_OF_TIME);
  throw new UnreadableTimestamp("a timestamp came in another DateStyle than ISO");
}

/** A Date as a timestamptz that every DateStyle and TimeZone reads alike; the inverse of {@link parseTimestamptz}. */
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
