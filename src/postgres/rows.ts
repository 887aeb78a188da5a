import type { IGetCredentialsByEmailResult, IGetSessionResult, IGetUserByIdResult } from "../../generated/index.js";
import type { Credentials, UserRecord } from "../auth/driver.js";
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

/** The user of a log-in's row, where it has one: then all is there that a user has. */
export function toCredentials(row: IGetCredentialsByEmailResult): Credentials | null {
  if (row.id === null) return null;
  const user = toUser(row as IGetUserByIdResult);
  return { user, passwordHash: row.passwordHash, banned: row.banned === true };
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

/** Rows by key, each caller's its own: what one does to its dates or metadata is nothing to the others who asked for it. */
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
