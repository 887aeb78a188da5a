import type { IGetSessionResult, IGetUserByIdResult } from "../../generated/index.js";
import type { UserRecord } from "../auth/driver.js";
import type { Session } from "../auth/session.js";
import { type IpAddress, parseIpAddress } from "../net/index.js";

/** A user's row is the user: the queries name the columns so, and the compiler holds them to it. */
export function toUser(row: IGetUserByIdResult): UserRecord {
  return {
    id: row.id,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    deletedAt: row.deletedAt,
    role: row.role,
    email: row.email,
    emailConfirmedAt: row.emailConfirmedAt,
    phoneNumber: row.phoneNumber,
    phoneNumberConfirmedAt: row.phoneNumberConfirmedAt,
    lastSignIn: row.lastSignIn,
    appMetadata: row.appMetadata,
    userMetadata: row.userMetadata,
    bannedUntil: row.bannedUntil,
  };
}

/** A session's row, without what the query says beside it. */
export function toSession(row: Omit<IGetSessionResult, "expired">): Session {
  return {
    id: row.id,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    userId: row.userId,
    ip: toIpAddress(row.ip),
    userAgent: row.userAgent,
  };
}

/** Postgres writes some IPv6 addresses otherwise than RFC 5952. */
export function toIpAddress(text: string | null): IpAddress | null {
  return text === null ? null : parseIpAddress(text);
}
