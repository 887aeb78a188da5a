import { END_OF_TIME } from "../../input/values.js";

/**
 * Returns the time in a result of `extract(epoch from …)`: seconds since 1970 with six decimals, rounded down to the
 * millisecond. Unlike the text of a timestamptz, that of a numeric depends on no setting. A time beyond Date's range,
 * or 'infinity', becomes the end of that range, which compares correctly.
 */
export function toDate(seconds: string): Date {
  // Ten digits from 2001 to 2286. Reading their codes takes a quarter of the time of Number(), and is exact.
  if (seconds.length === 17 && seconds.charCodeAt(10) === POINT && seconds.charCodeAt(0) !== MINUS) {
    return new Date(digitsOf(seconds, 0, 10) * 1000 + digitsOf(seconds, 11, 14));
  }
  const point = seconds.indexOf(".");
  if (point === -1) return new Date(withinRange(Number(seconds) * 1000));
  // Computed with integers, since most decimal fractions are inexact in binary.
  const milliseconds = Number(seconds.slice(0, point) + seconds.slice(point + 1, point + 4));
  const isRoundedUp = seconds.startsWith("-") && Number(seconds.slice(point + 4)) > 0;
  return new Date(withinRange(isRoundedUp ? milliseconds - 1 : milliseconds));
}

/** Returns {@link toDate}'s time for seconds in JSON: exact to the microsecond until 2242, when 2^33 seconds have passed. */
export function numberToDate(seconds: number | string): Date {
  const exact = Number(seconds);
  const whole = Math.floor(exact);
  // Only the fraction is scaled: scaling all of the number would round a second time. Of an infinite one the fraction is NaN.
  const milliseconds = Math.floor(Math.round((exact - whole) * 1e6) / 1000) || 0;
  return new Date(withinRange(whole * 1000 + milliseconds));
}

const POINT = ".".charCodeAt(0);
const MINUS = "-".charCodeAt(0);
const ZERO = "0".charCodeAt(0);

function digitsOf(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + text.charCodeAt(at) - ZERO;
  return value;
}

/** Returns {@link toDate}'s time; null for null. */
export function toDateOrNull(seconds: string | null): Date | null {
  return seconds === null ? null : toDate(seconds);
}

/** Clamps a time in milliseconds to Date's range. */
export function withinRange(milliseconds: number): number {
  return Math.min(Math.max(milliseconds, -END_OF_TIME), END_OF_TIME);
}
