import type {
  IGetCredentialsByEmailResult,
  IGetUserByIdResult,
  IListApiKeysResult,
  IListIdentitiesResult,
} from "#generated/index.js";
import type { ApiKey, CredentialsLookup, Identity, LogInExemption, UserRecord } from "../../../auth/driver/index.js";
import { shapeOf } from "../../../shape.js";
import { toDate, toDateOrNull } from "../../protocol/times.js";

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
