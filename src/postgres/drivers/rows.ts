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
import { END_OF_TIME } from "../../input/values.js";
import { type IpAddress, parseIpAddress } from "../../net/index.js";

/**
 * Returns the user in a row. The queries name their columns like the properties of a user, which the compiler checks.
 */
export function toUser(row: IGetUserByIdResult): UserRecord {
  return {
    id: row.id,
    createdAt: toDate(row.createdAt),
    updatedAt: toDate(row.updatedAt),
    deletedAt: toDateOrNull(row.deletedAt),
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
export type SessionRow = Omit<IGetSessionResult, "expired" | "touchDue">;

/** Returns the session in a row, without the query's additional columns. */
export function toSession(row: SessionRow): Session {
  const { ip, userAgent, idleSeconds } = row;
  const createdAt = toDate(row.createdAt);
  return {
    id: row.id,
    createdAt,
    expiresAt: toDateOrNull(row.expiresAt),
    userId: row.userId,
    ip: toIpAddress(ip ?? row.recordedIp),
    userAgent: userAgent ?? row.recordedUserAgent,
    boundTo: boundTo(ip, userAgent),
    idleSeconds: idleSeconds === null ? null : Number(idleSeconds),
    lastSeenAt: toDateOrNull(row.lastSeenAt) ?? new Date(createdAt),
    authenticatedAt: toDateOrNull(row.authenticatedAt) ?? new Date(createdAt),
    authenticationAgeSeconds: Math.max(0, Number(row.authenticationAgeSeconds)),
  };
}

/** Returns what a session is bound to. */
export function boundTo(ip: string | null, userAgent: string | null): Session["boundTo"] {
  if (ip === null) return userAgent === null ? [] : ["userAgent"];
  return userAgent === null ? ["ip"] : ["ip", "userAgent"];
}

/** The columns of a session in a row that is another's, too. */
export type JoinedSession = Pick<
  IGetSessionWithUserResult,
  | "sessionId"
  | "sessionCreatedAt"
  | "sessionExpiresAt"
  | "sessionUserId"
  | "sessionIp"
  | "sessionUserAgent"
  | "sessionRecordedIp"
  | "sessionRecordedUserAgent"
  | "sessionIdleSeconds"
  | "sessionLastSeenAt"
  | "sessionAuthenticatedAt"
  | "sessionAuthenticationAgeSeconds"
>;

/** Returns the session's columns under their own names. */
export function joinedSession(row: JoinedSession): SessionRow {
  return {
    id: row.sessionId,
    createdAt: row.sessionCreatedAt,
    expiresAt: row.sessionExpiresAt,
    userId: row.sessionUserId,
    ip: row.sessionIp,
    userAgent: row.sessionUserAgent,
    recordedIp: row.sessionRecordedIp,
    recordedUserAgent: row.sessionRecordedUserAgent,
    idleSeconds: row.sessionIdleSeconds,
    lastSeenAt: row.sessionLastSeenAt,
    authenticatedAt: row.sessionAuthenticatedAt,
    authenticationAgeSeconds: row.sessionAuthenticationAgeSeconds,
  };
}

/** Returns the API key in a row. */
export function toApiKey(row: IListApiKeysResult): ApiKey {
  return {
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
  const point = seconds.indexOf(".");
  if (point === -1) return new Date(withinRange(Number(seconds) * 1000));
  // Computed with integers, since most decimal fractions are inexact in binary.
  const milliseconds = Number(seconds.slice(0, point) + seconds.slice(point + 1, point + 4));
  const isRoundedUp = seconds.startsWith("-") && Number(seconds.slice(point + 4)) > 0;
  return new Date(withinRange(isRoundedUp ? milliseconds - 1 : milliseconds));
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
  readonly #rows = new Map<string, { readonly row: Row; isTaken: boolean }>();

  constructor(rows: readonly Row[], keyOf: (row: Row) => string) {
    for (const row of rows) this.#rows.set(keyOf(row), { row, isTaken: false });
  }

  take(key: string): Row | undefined {
    const found = this.#rows.get(key);
    if (found === undefined) return undefined;
    if (found.isTaken) return structuredClone(found.row);
    found.isTaken = true;
    return found.row;
  }
}
