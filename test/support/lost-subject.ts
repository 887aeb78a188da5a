import { beforeAll } from "vitest";
import type { Auth, Session, User } from "../../src/auth/index.js";
import type { Cache } from "../../src/cache/index.js";
import { createUser } from "./auth.js";
import type { TestDatabase } from "./database.js";

const TABLES = ["user", "session", "one_time_token", "user_token", "identity", "api_key", "cache"];

/** Counts the writes that a test file's database has seen. Call it at the file's top level. */
export function useAttempts(database: TestDatabase): () => Promise<number> {
  beforeAll(async () => {
    // A sequence is not rolled back: it counts attempts, not their outcomes.
    await database.pool.query(`
      create sequence public.attempts;
      create function public.count_attempt() returns trigger language plpgsql as $$
      begin
        perform nextval('public.attempts');
        return null;
      end
      $$`);
    for (const table of TABLES) {
      await database.pool.query(`
        create trigger count_attempt before insert or update or delete on pevensie."${table}"
        for each statement execute function public.count_attempt()`);
    }
  });
  return async () => {
    const [row] = await database.rows<{ count: number }>(
      "select (last_value - (not is_called)::int)::int as count from public.attempts",
    );
    return row?.count as number;
  };
}

export const RESET = "password-reset" as const;
export const INVITATION = { tokenType: "application", purpose: "subject" } as const;
export const ISSUER = "https://issuer.example";

/** What a write may change. */
export interface Subject {
  readonly auth: Auth;
  readonly cache: Cache;
  readonly user: User;
  readonly session: Session;
  readonly token: string;
  /** A token of the application's own, an API key, and a user who is erased. */
  readonly invitation: string;
  readonly apiKeyId: string;
  readonly erased: User;
}

/** Creates everything that a write may change. */
export async function subjectOn(database: TestDatabase, auth: Auth, cache: Cache): Promise<Subject> {
  await database.pool.query(`truncate pevensie."user", pevensie.cache cascade`);
  const user = await createUser(auth);
  await cache.set("subject", "key", "value");
  const owner = { userId: user.id, ttlSeconds: 60 };
  await auth.linkIdentity(user.id, { issuer: ISSUER, subject: "subject" });
  await auth.createLogInCode({ email: user.email, ttlSeconds: 60 });
  return {
    auth,
    cache,
    user,
    session: await auth.createSession({ userId: user.id, userAgent: "subject" }),
    token: await auth.createOneTimeToken({ ...owner, tokenType: RESET }),
    invitation: await auth.createOneTimeToken({ ...owner, ...INVITATION }),
    apiKeyId: (await auth.createApiKey({ userId: user.id, name: "subject" })).apiKey.id,
    erased: await createUser(auth, { role: "erased", password: null }),
  };
}
