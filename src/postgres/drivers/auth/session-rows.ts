import type { IGetSessionResult, ILogInResult } from "#generated/index.js";
import type { Session } from "../../../auth/session.js";
import { touchSeconds } from "../../../idle-timeout.js";
import { type IpAddress, parseIpAddress } from "../../../net/index.js";
import { shapeOf } from "../../../shape.js";
import { numberToDate, toDate, toDateOrNull } from "../../protocol/times.js";

/** The columns of a session, as every query names them. */
export type SessionRow = IGetSessionResult;

/** The column `details`: what most sessions lack, in the order of the queries. Times are seconds since 1970; infinite ones are strings. */
type SessionDetails = readonly [
  recordedIp: string | null,
  recordedUserAgent: string | null,
  idleSeconds: number | null,
  lastSeenAt: number | string | null,
  authenticatedAt: number | string | null,
];

const NO_DETAILS: SessionDetails = [null, null, null, null, null];

function detailsOf({ details }: SessionRow): SessionDetails {
  return (details as SessionDetails | null) ?? NO_DETAILS;
}

const SESSION = shapeOf(
  "id",
  "createdAt",
  "expiresAt",
  "userId",
  "ip",
  "userAgent",
  "boundTo",
  "idleSeconds",
  "lastSeenAt",
  "authenticatedAt",
  "authenticationAgeSeconds",
);

/** Returns the session in a row. */
export function toSession(row: SessionRow): Session {
  const { ip, userAgent } = row;
  const [recordedIp, recordedUserAgent, idleSeconds, seen, authenticated] = detailsOf(row);
  const createdAt = toDate(row.createdAt);
  const authenticatedAt = authenticated === null ? new Date(createdAt.getTime()) : numberToDate(authenticated);
  return {
    ...SESSION,
    id: row.id,
    createdAt,
    expiresAt: toDateOrNull(row.expiresAt),
    userId: row.userId,
    ip: toIpAddress(ip ?? recordedIp),
    userAgent: userAgent ?? recordedUserAgent,
    boundTo: boundTo(ip, userAgent),
    idleSeconds,
    lastSeenAt: seen === null ? new Date(createdAt.getTime()) : numberToDate(seen),
    authenticatedAt,
    authenticationAgeSeconds: Math.max(0, millisecondsOf(row.now) - authenticatedAt.getTime()) / 1000,
  };
}

/** The time that was read last: all rows of a batch have the same. */
const lastRead = { text: "", milliseconds: 0 };

/** Returns {@link toDate}'s milliseconds of the time at which a row was read. */
function millisecondsOf(now: string): number {
  if (now !== lastRead.text) {
    lastRead.text = now;
    lastRead.milliseconds = toDate(now).getTime();
  }
  return lastRead.milliseconds;
}

/** Returns whether a session had ended when it was read, by the server's clock. */
export function hasEnded(row: SessionRow): boolean {
  if (row.expiresAt !== null && isAtOrBefore(row.expiresAt, row.now)) return true;
  const [, , idleSeconds, seen] = detailsOf(row);
  return idleSeconds !== null && Number(seen) + idleSeconds <= Number(row.now);
}

/** Compares times in seconds, to the microsecond. Texts of one length, with six decimals each, are ordered like their values. */
function isAtOrBefore(one: string, other: string): boolean {
  return one.length === other.length && !one.startsWith("-") ? one <= other : Number(one) <= Number(other);
}

/** Returns whether reading a session postpones its idle timeout: once a minute, or once in a tenth of the timeout. */
export function isTouchDue(row: SessionRow): boolean {
  const [, , idleSeconds, seen] = detailsOf(row);
  return idleSeconds !== null && Number(seen) + touchSeconds(idleSeconds) <= Number(row.now);
}

const BOUND_TO = {
  nothing: Object.freeze([]) as Session["boundTo"],
  ip: Object.freeze(["ip"]) as Session["boundTo"],
  userAgent: Object.freeze(["userAgent"]) as Session["boundTo"],
  both: Object.freeze(["ip", "userAgent"]) as Session["boundTo"],
};

/** Returns what a session is bound to. */
export function boundTo(ip: string | null, userAgent: string | null): Session["boundTo"] {
  if (ip === null) return userAgent === null ? BOUND_TO.nothing : BOUND_TO.userAgent;
  return userAgent === null ? BOUND_TO.ip : BOUND_TO.both;
}

/** Returns the session that a login created, whose columns stand beside those of the user. */
export function createdSession(row: ILogInResult): SessionRow {
  return {
    id: row.sessionId,
    createdAt: row.sessionCreatedAt,
    expiresAt: row.sessionExpiresAt,
    userId: row.id,
    ip: row.sessionIp,
    userAgent: row.sessionUserAgent,
    details: row.sessionDetails,
    now: row.sessionNow,
  };
}

/** Returns the address in canonical form: PostgreSQL writes some IPv6 addresses differently from RFC 5952. */
function toIpAddress(text: string | null): IpAddress | null {
  return text === null ? null : parseIpAddress(text);
}
