import type {
  IGetCredentialsByEmailResult,
  IGetSessionResult,
  IGetSessionWithUserResult,
  IGetUserByIdResult,
  IListApiKeysResult,
  IListIdentitiesResult,
} from "#generated/index.js";
import type { ApiKey, CredentialsLookup, Identity, LogInExemption, UserRecord } from "../../auth/driver.js";
import type { Session } from "../../auth/session.js";
import { touchSeconds } from "../../idle-timeout.js";
import { END_OF_TIME } from "../../input/values.js";
import { type IpAddress, parseIpAddress } from "../../net/index.js";
import { shapeOf } from "../../shape.js";
import { UncopyableRow } from "../protocol/errors.js";

/** Queries that find no deleted user may leave out when it was deleted. */
type UserRow = Omit<IGetUserByIdResult, "deletedAt"> & Partial<Pick<IGetUserByIdResult, "deletedAt">>;

const USER = shapeOf(
  "id",
  "createdAt",
  "updatedAt",
  "deletedAt",
  "role",
  "email",
  "emailConfirmedAt",
  "phoneNumber",
  "phoneNumberConfirmedAt",
  "lastSignIn",
  "appMetadata",
  "userMetadata",
  "bannedUntil",
);

/**
 * Returns the user in a row. The queries name their columns like the properties of a user, which the compiler checks.
 */
export function toUser(row: UserRow): UserRecord {
  return {
    ...USER,
    id: row.id,
    createdAt: toDate(row.createdAt),
    updatedAt: toDate(row.updatedAt),
    deletedAt: toDateOrNull(row.deletedAt ?? null),
    role: row.role,
    email: row.email,
    emailConfirmedAt: toDateOrNull(row.emailConfirmedAt),
    phoneNumber: row.phoneNumber,
    phoneNumberConfirmedAt: toDateOrNull(row.phoneNumberConfirmedAt),
    lastSignIn: toDateOrNull(row.lastSignIn),
    appMetadata: row.appMetadata,
    userMetadata: row.userMetadata,
    bannedUntil: toDateOrNull(row.bannedUntil),
  };
}

/**
 * Returns the credentials and budgets in a row. A budget that is not stored is full, so there is nothing to wait for.
 */
export function toCredentialsLookup(
  row: IGetCredentialsByEmailResult,
  deviceBudgetKey: string | null,
): CredentialsLookup {
  const { userId, passwordHash, waitSeconds, localWaitSeconds } = row;
  const known = toExemption(row.knownBudgetKey, row.knownSpentSeconds);
  return {
    credentials: userId === null ? null : { userId, passwordHash, banned: row.banned === true },
    waitSeconds: Number(waitSeconds),
    localWaitSeconds: Number(localWaitSeconds),
    device: row.deviceIsKnown === true ? toExemption(deviceBudgetKey, row.deviceSpentSeconds) : null,
    known: known && { ...known, isFresh: row.knownIsFresh === true },
    anywhere: toExemption(row.anywhereBudgetKey, row.anywhereSpentSeconds),
  };
}

/** A budget that is not stored is full. */
function toExemption(budgetKey: string | null, spentSeconds: string | null): LogInExemption | null {
  return budgetKey === null ? null : { budgetKey, spentSeconds: Number(spentSeconds) };
}

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

/** The columns of a session in a row of its user. */
export type JoinedSession = Pick<
  IGetSessionWithUserResult,
  | "id"
  | "sessionId"
  | "sessionCreatedAt"
  | "sessionExpiresAt"
  | "sessionIp"
  | "sessionUserAgent"
  | "sessionDetails"
  | "sessionNow"
>;

/** Returns the session's columns under their own names. */
export function joinedSession(row: JoinedSession): SessionRow {
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

const API_KEY = shapeOf("id", "userId", "name", "start", "scopes", "createdAt", "expiresAt", "lastUsedAt");

/** Returns the API key in a row. */
export function toApiKey(row: IListApiKeysResult): ApiKey {
  return {
    ...API_KEY,
    id: row.id,
    userId: row.userId,
    name: row.name,
    start: row.start,
    scopes: row.scopes as string[],
    createdAt: toDate(row.createdAt),
    expiresAt: toDateOrNull(row.expiresAt),
    lastUsedAt: toDateOrNull(row.lastUsedAt),
  };
}

/** Returns the identity in a row. */
export function toIdentity(row: IListIdentitiesResult): Identity {
  return {
    issuer: row.issuer,
    subject: row.subject,
    email: row.email,
    createdAt: toDate(row.createdAt),
    lastUsedAt: toDateOrNull(row.lastUsedAt),
  };
}

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

export function toDateOrNull(seconds: string | null): Date | null {
  return seconds === null ? null : toDate(seconds);
}

/** Clamps a time in milliseconds to Date's range. */
export function withinRange(milliseconds: number): number {
  return Math.min(Math.max(milliseconds, -END_OF_TIME), END_OF_TIME);
}

/** Returns the address in canonical form: PostgreSQL writes some IPv6 addresses differently from RFC 5952. */
export function toIpAddress(text: string | null): IpAddress | null {
  return text === null ? null : parseIpAddress(text);
}

/** Rows by key, a separate copy for each caller: changes to its dates or metadata do not affect other callers. */
export class OwnRows<Row> {
  readonly #rows = new Map<string, OwnRow<Row>>();

  constructor(rows: readonly Row[], keyOf: (row: Row) => string) {
    for (const row of rows) this.#rows.set(keyOf(row), new OwnRow(row));
  }

  take(key: string): Row | undefined {
    const found = this.#rows.get(key);
    if (found === undefined) return undefined;
    if (found.isTaken) return copyOf(found.row);
    found.isTaken = true;
    return found.row;
  }
}

/** Metadata that other SQL has nested thousands of levels deep overflows the stack of structuredClone, and not that of JSON.parse. */
function copyOf<Row>(row: Row): Row {
  try {
    return structuredClone(row);
  } catch (error) {
    throw new UncopyableRow("a row cannot be copied", { cause: error });
  }
}

/** A class, not an object literal: see `shapeOf`. */
class OwnRow<Row> {
  readonly row: Row;
  isTaken = false;

  constructor(row: Row) {
    this.row = row;
  }
}
