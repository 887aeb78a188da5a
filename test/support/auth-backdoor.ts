import {
  type AuthBackdoor,
  ageSession,
  expireApiKey,
  expireOneTimeTokens,
  expireSession,
} from "../../src/testing/index.js";
import type { TestDatabase } from "./database.js";
import { quoted } from "./tenants.js";

/** Direct changes of rows for tests, in addition to those that the driver contract needs. */
export interface PostgresAuthBackdoor extends AuthBackdoor {
  passwordHash(userId: string): Promise<string | null>;
  setPasswordHash(userId: string, passwordHash: string | null): Promise<void>;
  setUserMetadata(userId: string, json: string): Promise<void>;
}

/** The backdoor of a test file's database. */
export function authBackdoor(database: TestDatabase): PostgresAuthBackdoor {
  const run = async (text: string, ...values: unknown[]) => {
    await database.rows(text, values);
  };
  const schema = quoted(database.schema);
  const { url: connectionString, schema: name } = database;
  const connection = name === "pevensie" ? database.pool : { connectionString, schema: name };
  return {
    expireSession: (id) => expireSession(connection, id),
    ageSession: (id, seconds) => ageSession(connection, id, seconds),
    expireApiKey: (id) => expireApiKey(connection, id),
    expireTokens: (userId) => expireOneTimeTokens(connection, userId),
    sessionIds: async (userId) => {
      const rows = await database.rows<{ id: string }>(`select id from ${schema}.session where user_id = $1`, [userId]);
      return rows.map(({ id }) => id);
    },
    liveTokenCount: async (userId) => {
      const [row] = await database.rows<{ count: number }>(
        `select count(*)::int as count from ${schema}.one_time_token
         where user_id = $1 and used_at is null and deleted_at is null`,
        [userId],
      );
      return row?.count ?? Number.NaN;
    },
    passwordHash: async (userId) => {
      const [row] = await database.rows<{ hash: string | null }>(
        `select password_hash as hash from ${schema}."user" where id = $1`,
        [userId],
      );
      return row?.hash ?? null;
    },
    setPasswordHash: (userId, hash) =>
      run(`update ${schema}."user" set password_hash = $2 where id = $1`, userId, hash),
    setUserMetadata: (userId, json) =>
      run(`update ${schema}."user" set user_metadata = $2::jsonb where id = $1`, userId, json),
  };
}
