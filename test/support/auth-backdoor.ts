import type { AuthBackdoor } from "../contracts/auth-driver.js";
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
    expireSession: (id) => run("update pevensie.session set expires_at = now() where id = $1", id),
    ageSession: (id, seconds) =>
      run(
        `update pevensie.session set
           created_at = created_at - make_interval(secs => $2),
           last_seen_at = last_seen_at - make_interval(secs => $2),
           authenticated_at = authenticated_at - make_interval(secs => $2)
         where id = $1`,
        id,
        seconds,
      ),
    expireApiKey: (id) => run("update pevensie.api_key set expires_at = now() where id = $1", id),
    expireTokens: (userId) =>
      run(
        `with others as (update pevensie.user_token set expires_at = now() where user_id = $1)
         update pevensie.one_time_token
         set expires_at = now(), earlier_expire_at = array(select now() from unnest(earlier_hashes)) where user_id = $1`,
        userId,
      ),
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
