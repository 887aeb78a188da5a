import { createHmac } from "node:crypto";
import type pg from "pg";
import { type Dataset, randomTokens } from "../seed.js";
import { createDatabase } from "../servers.js";
import { poolOf } from "../statements.js";
import { type Candidate, expect, type Operation, pick } from "./contender.js";

const SECRET = "kZ0u3Yw8rT5vX2nB7qLmC9sDfGhJ4pEa";
const COOKIE = "better-auth.session_token";

/**
 * better-auth over its own Kysely adapter and tables: the lookup alone, and the function that applications call, which
 * checks the signed cookie as well. Its cache in the cookie and its rate limit are off. Its lookups are two statements,
 * or one with the option `joins`.
 */
export const betterAuth: Candidate = {
  name: "better-auth",
  async connect({ servers, data }) {
    const { betterAuth: create } = await import("better-auth");
    const url = await createDatabase(servers.postgres, "better_auth");
    const tokens = await seedBetterAuth(url, data);
    const cookies = tokens.map(cookieOf);
    const pool = poolOf(url);
    const operations: Operation[] = [];
    for (const joins of [false, true]) {
      const auth = create(betterAuthOptions(pool, joins));
      const { internalAdapter } = await auth.$context;
      const suffix = joins ? ", joins" : "";
      const label = { path: "getSession", server: "postgres" } as const;
      operations.push(
        {
          ...label,
          contender: `better-auth findSession${suffix}`,
          run: () => internalAdapter.findSession(pick(tokens)),
          async check() {
            const token = pick(tokens);
            const found = await internalAdapter.findSession(token);
            expect(found?.session.token === token && found.user.id !== undefined, "better-auth findSession");
          },
        },
        {
          ...label,
          contender: `better-auth api.getSession${suffix}`,
          run: () => auth.api.getSession({ headers: new Headers({ cookie: pick(cookies) }) }),
          async check() {
            const found = await auth.api.getSession({ headers: new Headers({ cookie: cookies[0] ?? "" }) });
            expect(found?.session.token === tokens[0], "better-auth api.getSession");
          },
        },
      );
    }
    return { operations, close: () => pool.end() };
  },
};

export const betterAuthOptions = (database: pg.Pool, joins: boolean) => ({
  database,
  secret: SECRET,
  baseURL: "http://localhost:3000",
  session: { cookieCache: { enabled: false } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  advanced: { database: { joins } },
});

/** The `Cookie` header with a session's token. */
export const cookieOf = (token: string) => `${COOKIE}=${encodeURIComponent(`${token}.${sign(token)}`)}`;

const sign = (token: string) => createHmac("sha256", SECRET).update(token).digest("base64");

/** Makes its tables, with as many users and sessions as ours have. @returns the sessions' tokens */
export async function seedBetterAuth(url: string, { users, rows }: Dataset): Promise<string[]> {
  const { getMigrations } = await import("better-auth/db/migration");
  const pool = poolOf(url, 1);
  try {
    await (await getMigrations(betterAuthOptions(pool, false))).runMigrations();
    const tokens = randomTokens(rows);
    await fill(pool, users, tokens);
    return tokens;
  } finally {
    await pool.end();
  }
}

async function fill(pool: pg.Pool, users: number, tokens: readonly string[]): Promise<void> {
  await pool.query(
    `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
     select 'user' || lpad(i::text, 28, '0'), 'Lucy', 'user' || i || '@example.com', true, now(), now()
     from generate_series(1, $1::int) as i`,
    [users],
  );
  await pool.query(
    `insert into session (id, token, "userId", "expiresAt", "createdAt", "updatedAt")
     select md5(token), token, 'user' || lpad((1 + i % $1::int)::text, 28, '0'), now() + interval '7 days', now(), now()
     from unnest($2::text[]) with ordinality as made (token, i)`,
    [users, tokens],
  );
  await pool.query("vacuum analyze");
}
