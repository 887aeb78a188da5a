import type { StandardSchemaV1 } from "@standard-schema/spec";
import { decodeUserRecord, jsonFormat, type MetadataFormat, metadataFormat } from "../auth/metadata.js";
import type { Session } from "../auth/session.js";
import type { MetadataCodec, User } from "../auth/user.js";
import { invalidInput } from "../errors/index.js";
import { requireObject } from "../input/values.js";
import type { Json } from "../json.js";
import { type IpAddress, parseIpAddress } from "../net/index.js";
import { boundTo } from "./drivers/auth/session-rows.js";
import { withinRange } from "./protocol/times.js";

/**
 * The columns of a user, in the form that {@link decodeUser} reads: text, which depends on no type parser and no
 * DateStyle. Types, functions and operators are schema-qualified, so that their meaning does not depend on the
 * search_path.
 */
const USER_COLUMNS = {
  id: "id::pg_catalog.text",
  created_at: epochText("created_at"),
  updated_at: epochText("updated_at"),
  deleted_at: epochText("deleted_at"),
  role: "role",
  email: "email",
  email_confirmed_at: epochText("email_confirmed_at"),
  phone_number: "phone_number",
  phone_number_confirmed_at: epochText("phone_number_confirmed_at"),
  last_sign_in: epochText("last_sign_in"),
  app_metadata: "app_metadata::pg_catalog.text",
  user_metadata: "user_metadata::pg_catalog.text",
  banned_until: epochText("banned_until"),
} as const;

/** The columns of a session, in the form that {@link decodeSession} reads. */
const SESSION_COLUMNS = {
  id: "id::pg_catalog.text",
  created_at: epochText("created_at"),
  expires_at: epochText("expires_at"),
  user_id: "user_id::pg_catalog.text",
  ip: "pg_catalog.host(ip)",
  user_agent: "user_agent",
  recorded_ip: "pg_catalog.host(recorded_ip)",
  recorded_user_agent: "recorded_user_agent",
  idle_seconds: "idle_seconds::pg_catalog.text",
  last_seen_at: epochText("last_seen_at"),
  authenticated_at: epochText("authenticated_at"),
  authentication_age_seconds:
    "(extract(epoch from current_timestamp operator(pg_catalog.-) coalesce(authenticated_at, created_at)))::pg_catalog.text",
} as const;

/** A row of {@link userSelectFields}. */
export type UserRow = Readonly<Record<keyof typeof USER_COLUMNS, unknown>>;

/** A row of {@link sessionSelectFields}. */
export type SessionRow = Readonly<Record<keyof typeof SESSION_COLUMNS, unknown>>;

/**
 * The select list for users: `select ${userSelectFields} from pevensie."user" where …`. Its columns are not qualified;
 * for a join, select them in a subquery: `from (select ${userSelectFields} from pevensie."user") as u join …`. It does
 * not include the password hash. The columns are the same in every schema that `migrate` creates.
 */
export const userSelectFields: string = selectList(USER_COLUMNS);

/** The select list for sessions: `select ${sessionSelectFields} from pevensie.session where …`. */
export const sessionSelectFields: string = selectList(SESSION_COLUMNS);

/**
 * Returns the user in a row of {@link userSelectFields}. Other columns of the row are ignored.
 *
 * @throws PevensieError INVALID_INPUT naming a column that is missing or malformed
 */
export function decodeUser(row: UserRow): User<Json>;
/**
 * Returns the user in a row of {@link userSelectFields}, with typed metadata. Other columns of the row are ignored.
 *
 * @param codec - converts the user's metadata: a codec or a Standard Schema, as `createAuth` takes it
 * @throws PevensieError INVALID_METADATA if the codec throws or the schema refuses; INVALID_INPUT naming a column that is
 * missing or malformed, `row` or `codec`
 */
export function decodeUser<M>(row: UserRow, codec: MetadataCodec<M> | StandardSchemaV1<unknown, M>): User<M>;
export function decodeUser(row: UserRow, codec?: unknown): User<unknown> {
  requireObject(row, "row");
  const format: MetadataFormat<unknown> = codec === undefined ? jsonFormat : metadataFormat(codec, "codec");
  return decodeUserRecord(format, {
    id: text(row, "id"),
    createdAt: date(row, "created_at"),
    updatedAt: date(row, "updated_at"),
    deletedAt: nullable(row, "deleted_at", date),
    role: nullable(row, "role", text),
    email: text(row, "email"),
    emailConfirmedAt: nullable(row, "email_confirmed_at", date),
    phoneNumber: nullable(row, "phone_number", text),
    phoneNumberConfirmedAt: nullable(row, "phone_number_confirmed_at", date),
    lastSignIn: nullable(row, "last_sign_in", date),
    appMetadata: json(row, "app_metadata"),
    userMetadata: json(row, "user_metadata"),
    bannedUntil: nullable(row, "banned_until", date),
  });
}

/**
 * Returns the session in a row of {@link sessionSelectFields}. Other columns of the row are ignored.
 *
 * @throws PevensieError INVALID_INPUT naming a column that is missing or malformed, or `row`
 */
export function decodeSession(row: SessionRow): Session {
  requireObject(row, "row");
  const createdAt = date(row, "created_at");
  const boundIp = nullable(row, "ip", ipAddress);
  const boundUserAgent = nullable(row, "user_agent", text);
  const recordedIp = nullable(row, "recorded_ip", ipAddress);
  const recordedUserAgent = nullable(row, "recorded_user_agent", text);
  return {
    id: text(row, "id"),
    createdAt,
    expiresAt: nullable(row, "expires_at", date),
    userId: text(row, "user_id"),
    ip: boundIp ?? recordedIp,
    userAgent: boundUserAgent ?? recordedUserAgent,
    boundTo: boundTo(boundIp, boundUserAgent),
    idleSeconds: nullable(row, "idle_seconds", number),
    lastSeenAt: nullable(row, "last_seen_at", date) ?? new Date(createdAt),
    authenticatedAt: nullable(row, "authenticated_at", date) ?? new Date(createdAt),
    authenticationAgeSeconds: Math.max(0, number(row, "authentication_age_seconds")),
  };
}

/**
 * Returns SQL for milliseconds since 1970, independent of DateStyle and TimeZone; "Infinity", "-Infinity" if infinite.
 */
function epochText(column: string): string {
  return `pg_catalog.floor(extract(epoch from ${column}) operator(pg_catalog.*) 1000)::pg_catalog.text`;
}

function selectList(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, expression]) => (name === expression ? name : `${expression} as ${name}`))
    .join(", ");
}

type Row<K extends string> = Readonly<Record<K, unknown>>;

function text<K extends string>(row: Row<K>, column: K): string {
  const value = row[column];
  if (typeof value !== "string") throw malformed(column);
  return value;
}

function number<K extends string>(row: Row<K>, column: K): number {
  const value = Number(text(row, column));
  if (Number.isNaN(value)) throw malformed(column);
  return value;
}

function ipAddress<K extends string>(row: Row<K>, column: K): IpAddress | null {
  return parseIpAddress(text(row, column));
}

function date<K extends string>(row: Row<K>, column: K): Date {
  const value = row[column];
  if (value instanceof Date) return value;
  const milliseconds = Number(text(row, column));
  if (Number.isNaN(milliseconds)) throw malformed(column);
  return new Date(withinRange(milliseconds));
}

function json<K extends string>(row: Row<K>, column: K): Json {
  const value = row[column];
  if (typeof value !== "string") {
    if (value === undefined) throw malformed(column);
    return value as Json;
  }
  try {
    return JSON.parse(value) as Json;
  } catch {
    throw malformed(column);
  }
}

function nullable<K extends string, T>(row: Row<K>, column: K, decode: (row: Row<K>, column: K) => T): T | null {
  return row[column] === null ? null : decode(row, column);
}

function malformed(column: string): Error {
  return invalidInput(column, "is missing from the row, or not as the select fields give it");
}
