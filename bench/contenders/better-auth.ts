import { createHmac } from "node:crypto";
import { randomTokens } from "../seed.js";
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
    const { getMigrations } = await import("better-auth/db/migration");
    const pool = poolOf(await servers.postgres.createDatabase("better_auth"));
    const options = (joins: boolean) => ({
      database: pool,
      secret: SECRET,
      baseURL: "http://localhost:3000",
      session: { cookieCache: { enabled: false } },
      rateLimit: { enabled: false },
      telemetry: { enabled: false },
      advanced: { database: { joins } },
    });
    await (await getMigrations(options(false))).runMigrations();
    const tokens = randomTokens(data.rows);
    await fill(pool, data.users, tokens);
    const cookies = tokens.map((token) => `${COOKIE}=${encodeURIComponent(`${token}.${sign(token)}`)}`);
    const operations: Operation[] = [];
    for (const joins of [false, true]) {
      const auth = create(options(joins));
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

const sign = (token: string) => createHmac("sha256", SECRET).update(token).digest("base64");

async function fill(pool: ReturnType<typeof poolOf>, users: number, tokens: readonly string[]): Promise<void> {
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
