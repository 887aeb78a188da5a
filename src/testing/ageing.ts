import pg from "pg";
import {
  ageTestLogInLimits,
  ageTestSession,
  endTestCacheGrace,
  expireTestApiKey,
  expireTestCacheEntry,
  expireTestCacheLease,
  expireTestSession,
  expireTestTokens,
} from "#generated/testing.js";
import type { CacheKey } from "../cache/index.js";
import { invalidInput } from "../errors/index.js";
import { requireText } from "../input/text.js";
import { MAX_TTL_SECONDS, requireInteger, requireOptions } from "../input/values.js";
import { DEFAULT_SCHEMA, requireSchema, sqlInSchema } from "../postgres/config/schema.js";
import type { TestDatabase } from "./test-database.js";
import { requireServer } from "./test-server.js";

/**
 * A database: as {@link startTestDatabase} returns it, its connection string, or a pool or client of `pg` on it. The tables are those of
 * `schema`, by default those of "pevensie".
 */
export type TestConnection =
  | string
  | (Pick<TestDatabase, "connectionString"> & Partial<Pick<TestDatabase, "schema">>)
  | {
      /** Runs a statement, as `pg` does. */
      query(text: string, values?: unknown[]): unknown;
    };

/** Expires a session now, by the database's clock. Returns how many rows there were to change: 1, or 0 if there is no such session. */
export function expireSession(connection: TestConnection, sessionId: string): Promise<number> {
  return change(connection, (client) => expireTestSession.run({ id: requireId(sessionId, "sessionId") }, client));
}

/**
 * Moves into the past when a session was created, last seen and authenticated: for idle timeouts, and for what asks for a recent login.
 * It leaves the expiry alone. Returns 1, or 0 if there is no such session.
 */
export function ageSession(connection: TestConnection, sessionId: string, seconds: number): Promise<number> {
  requireInteger(seconds, "seconds", 0, MAX_TTL_SECONDS);
  return change(connection, (client) => ageTestSession.run({ id: requireId(sessionId, "sessionId"), seconds }, client));
}

/** Expires every one-time token and login code of a user now. Returns how many rows there were to change. */
export function expireOneTimeTokens(connection: TestConnection, userId: string): Promise<number> {
  return change(connection, (client) => expireTestTokens.run({ userId: requireId(userId, "userId") }, client));
}

/** Expires an API key now. Returns 1, or 0 if there is no such key. */
export function expireApiKey(connection: TestConnection, apiKeyId: string): Promise<number> {
  return change(connection, (client) => expireTestApiKey.run({ id: requireId(apiKeyId, "apiKeyId") }, client));
}

/**
 * Lets time go by for the limits on failed logins, of all users and addresses. Returns how many rows there were to change.
 *
 * @param seconds - may have a fraction, as `retryAfterSeconds` of an error has
 */
export function ageLogInLimits(connection: TestConnection, seconds: number): Promise<number> {
  const isTime = typeof seconds === "number" && seconds >= 0 && seconds <= MAX_TTL_SECONDS;
  if (!isTime) throw invalidInput("seconds", `must be a number from 0 to ${MAX_TTL_SECONDS}`);
  return change(connection, (client) => ageTestLogInLimits.run({ seconds }, client));
}

/** Expires a cache entry now. A value that is being computed for it can still be stored. Returns 1, or 0 if there is no such entry. */
export function expireCacheEntry(connection: TestConnection, entry: CacheKey): Promise<number> {
  return change(connection, (client) => expireTestCacheEntry.run(keyColumnsOf(entry), client));
}

/** Ends the grace of an expired cache entry now. Returns 1, or 0 if there is no such entry. */
export function endCacheGrace(connection: TestConnection, entry: CacheKey): Promise<number> {
  return change(connection, (client) => endTestCacheGrace.run(keyColumnsOf(entry), client));
}

/** Expires now the lease of whoever computes a cache entry, as if that process had ended. Returns 1, or 0 if there is none. */
export function expireCacheLease(connection: TestConnection, entry: CacheKey): Promise<number> {
  return change(connection, (client) => expireTestCacheLease.run(keyColumnsOf(entry), client));
}

const KEY_LIMITS = { max: 1024 * 1024, unit: "bytes" } as const;

function keyColumnsOf(entry: CacheKey): CacheKey {
  const { resourceType, key } = requireOptions(entry, "entry", ["resourceType", "key"]);
  return {
    resourceType: requireText(resourceType, "resourceType", KEY_LIMITS),
    key: requireText(key, "key", KEY_LIMITS),
  };
}

/** PostgreSQL's message about another text repeats it, and it may be a cookie. */
function requireId(value: unknown, field: string): string {
  if (typeof value === "string" && UUID.test(value)) return value;
  throw invalidInput(field, "must be an id, as the package returns it");
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What runs pgtyped's functions. */
type Client = Parameters<typeof expireTestSession.run>[1];

/** Rejects with INVALID_INPUT for wrong arguments. */
async function change(connection: TestConnection, run: (client: Client) => Promise<unknown[]>): Promise<number> {
  if (typeof connection === "object" && connection !== null && "query" in connection) {
    return (await run(connection as Client)).length;
  }
  const { connectionString, schema: given = DEFAULT_SCHEMA } = (
    typeof connection === "object" && connection !== null ? connection : { connectionString: connection }
  ) as { readonly connectionString?: unknown; readonly schema?: unknown };
  const schema = requireSchema(given);
  // pg takes the environment for what is undefined: the database of a developer, or of production.
  const client = new pg.Client({ connectionString: requireServer(connectionString, "connectionString") });
  client.on("error", () => {});
  try {
    await client.connect();
    const inSchema = {
      query: (text: string, values: unknown[]) => client.query(sqlInSchema(text, schema), values),
    } as Client;
    return (await run(inSchema)).length;
  } finally {
    await client.end().catch(() => {});
  }
}
