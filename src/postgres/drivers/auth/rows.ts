import type {
  IGetCredentialsByEmailResult,
  IGetSessionWithUserResult,
  IGetUserByIdResult,
  IListApiKeysResult,
  IListIdentitiesResult,
} from "#generated/index.js";
import type { ApiKey, CredentialsLookup, Identity, LogInExemption, UserRecord } from "../../../auth/driver/index.js";
import type { Json } from "../../../json.js";
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

/** The columns of a user in the row of a session or an API key. */
type JoinedUser = Pick<IGetSessionWithUserResult, "userId" | "user" | "largeAppMetadata" | "largeUserMetadata">;

/** The JSON of a user, in the order of the function `user_json`. Large metadata is null in it. */
type UserJson = readonly [
  createdAt: string,
  updatedAt: string,
  role: string | null,
  email: string,
  emailConfirmedAt: string | null,
  phoneNumber: string | null,
  phoneNumberConfirmedAt: string | null,
  lastSignIn: string | null,
  appMetadata: Json,
  userMetadata: Json,
  bannedUntil: string | null,
];

/** Returns the user who is joined to a session or an API key, and so is not deleted. */
export function joinedUser(row: JoinedUser): UserRecord {
  const json = JSON.parse(row.user) as UserJson;
  return {
    ...USER,
    id: row.userId,
    createdAt: toDate(json[0]),
    updatedAt: toDate(json[1]),
    deletedAt: null,
    role: json[2],
    email: json[3],
    emailConfirmedAt: toDateOrNull(json[4]),
    phoneNumber: json[5],
    phoneNumberConfirmedAt: toDateOrNull(json[6]),
    lastSignIn: toDateOrNull(json[7]),
    appMetadata: json[8] ?? row.largeAppMetadata,
    userMetadata: json[9] ?? row.largeUserMetadata,
    bannedUntil: toDateOrNull(json[10]),
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

/** Lookups return null if there are no scopes. */
type ApiKeyRow = Omit<IListApiKeysResult, "scopes"> & { readonly scopes: unknown };

/** Returns the API key in a row. */
export function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    ...API_KEY,
    id: row.id,
    userId: row.userId,
    name: row.name,
    start: row.start,
    scopes: (row.scopes as string[] | null) ?? [],
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
