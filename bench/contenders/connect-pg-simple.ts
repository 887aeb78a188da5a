import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Dataset, randomTokens } from "../seed.js";
import { createDatabase } from "../servers.js";
import { poolOf } from "../statements.js";
import { type Candidate, expect, pick } from "./contender.js";

/** The session store of Express, over the table that it brings along; its pruning is off. */
export const connectPgSimple: Candidate = {
  name: "connect-pg-simple",
  async connect({ servers, data }) {
    const { default: session } = await import("express-session");
    const { default: connect } = await import("connect-pg-simple");
    const url = await createDatabase(servers.postgres, "connect_pg_simple");
    const ids = await seedConnectPgSimple(url, data);
    const pool = poolOf(url);
    const store = new (connect(session))({ pool, pruneSessionInterval: false });
    const get = (id: string) =>
      new Promise<unknown>((resolve, reject) => {
        store.get(id, (error: unknown, found?: unknown) => (error ? reject(error) : resolve(found)));
      });
    return {
      operations: [
        {
          path: "getSession",
          contender: "connect-pg-simple get",
          server: "postgres",
          run: () => get(pick(ids)),
          async check() {
            const found = (await get(pick(ids))) as { userId?: number } | undefined;
            expect(typeof found?.userId === "number", "connect-pg-simple");
          },
        },
      ],
      async close() {
        await store.close();
        await pool.end();
      },
    };
  },
};

/** Makes its table, with as many sessions as ours has. @returns their ids */
export async function seedConnectPgSimple(url: string, { users, rows }: Dataset): Promise<string[]> {
  const pool = poolOf(url, 1);
  try {
    const table = createRequire(import.meta.url).resolve("connect-pg-simple/table.sql");
    await pool.query(readFileSync(table, "utf8"));
    const ids = randomTokens(rows);
    await pool.query(
      `insert into session (sid, sess, expire)
       select sid, json_build_object('cookie', json_build_object('maxAge', 86400000), 'userId', 1 + i % $1::int),
         now() + interval '1 day'
       from unnest($2::text[]) with ordinality as made (sid, i)`,
      [users, ids],
    );
    await pool.query("vacuum analyze");
    return ids;
  } finally {
    await pool.end();
  }
}
