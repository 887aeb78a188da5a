import {
  type AuthBackdoor,
  ageSession,
  expireApiKey,
  expireOneTimeTokens,
  expireSession,
} from "../../src/testing/index.js";
import type { TestDatabase } from "./database.js";

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
  return {
    expireSession: (id) => expireSession(database.pool, id),
    ageSession: (id, seconds) => ageSession(database.pool, id, seconds),
    expireApiKey: (id) => expireApiKey(database.pool, id),
    expireTokens: (userId) => expireOneTimeTokens(database.pool, userId),
    sessionIds: async (userId) => {
      const rows = await database.rows<{ id: string }>("select id from pevensie.session where user_id = $1", [userId]);
      return rows.map(({ id }) => id);
    },
    liveTokenCount: async (userId) => {
      const [row] = await database.rows<{ count: number }>(
        `select count(*)::int as count from pevensie.one_time_token
         where user_id = $1 and used_at is null and deleted_at is null`,
        [userId],
      );
      return row?.count ?? Number.NaN;
    },
    passwordHash: async (userId) => {
      const [row] = await database.rows<{ hash: string | null }>(
        'select password_hash as hash from pevensie."user" where id = $1',
        [userId],
      );
      return row?.hash ?? null;
    },
    setPasswordHash: (userId, hash) => run('update pevensie."user" set password_hash = $2 where id = $1', userId, hash),
    setUserMetadata: (userId, json) =>
      run('update pevensie."user" set user_metadata = $2::jsonb where id = $1', userId, json),
  };
}
