import { randomBytes } from "node:crypto";
import { hash } from "@node-rs/argon2";
import type { migrate as Migrate } from "pevensie/postgres";
import type pg from "pg";
import { say } from "./progress.js";
import { poolOf } from "./statements.js";

/** What there is to be asked for. */
export interface Dataset {
  readonly url: string;
  readonly users: number;
  readonly rows: number;
  /** A uniform sample where there are very many. */
  readonly sessionIds: readonly string[];
  readonly userIds: readonly string[];
}

export const RESOURCE_TYPE = "type";
export const VALUE = "x".repeat(256);
/** Written over {@link VALUE}, and as long. */
export const OTHER_VALUE = "y".repeat(256);
export const TTL_SECONDS = 86_400;
export const PASSWORD = "through the wardrobe";

export const emailOf = (user: number) => `user${user}@example.com`;
export const phoneNumberOf = (user: number) => `+1555${String(user).padStart(7, "0")}`;
/** Rows count from 1. */
export const keyOf = (row: number) => `key${row}`;
export const randomRow = (rows: number) => 1 + Math.floor(Math.random() * rows);

/** The most ids of sessions that are kept in memory. */
const MAX_IDS = 400_000;

/** Rows of one insert. */
const STEP = 1_000_000;

/** A database with this many users, sessions and cache entries, all of them live, and with the schema of `migrate`. */
export async function seed(url: string, users: number, rows: number, migrate?: typeof Migrate): Promise<Dataset> {
  // The options are read before the package can be found.
  const apply = migrate ?? (await import("pevensie/postgres")).migrate;
  await apply({ modules: ["auth", "cache"], apply: true, connectionString: url });
  const pool = poolOf(url, 1);
  try {
    const passwordHash = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    await pool.query(
      `insert into pevensie."user" (email, phone_number, password_hash, user_metadata)
       select 'user' || i || '@example.com', '+1555' || lpad(i::text, 7, '0'), $2, '{"nickname": "Lucy"}'
       from generate_series(1, $1::int) as i`,
      [users, passwordHash],
    );
  } finally {
    await pool.end();
  }
  return addRows(url, users, 0, rows);
}

/** Adds sessions and cache entries to those that are there. */
export async function addRows(url: string, users: number, from: number, to: number): Promise<Dataset> {
  const pool = poolOf(url, 1);
  try {
    for (let first = from; first < to; first += STEP) {
      const last = Math.min(first + STEP, to);
      if (to - from > STEP) say(`  ${first.toLocaleString("en")} of ${to.toLocaleString("en")} rows`);
      await addSessions(pool, users, first + 1, last, "now() + interval '1 day'");
      await addCacheEntries(pool, first + 1, last, "now() + interval '1 day'");
    }
    await settle(pool);
    return { url, users, rows: to, ...(await sampleIds(pool, to)) };
  } finally {
    await pool.end();
  }
}

/** Sessions number `first` to `last`, with this SQL as their expiry. */
export async function addSessions(pool: pg.Pool, users: number, first: number, last: number, expiry: string) {
  // One connection: without its checks of foreign keys, which hold by the join, it takes half the time.
  await pool.query("set session_replication_role = replica");
  await pool.query(
    `insert into pevensie.session (user_id, expires_at)
     select owner.id, ${expiry}
     from generate_series($2::int, $3::int) as i
     join (select id, row_number() over () as n from pevensie."user") as owner on owner.n = 1 + i % $1::int`,
    [users, first, last],
  );
}

export async function addCacheEntries(pool: pg.Pool, first: number, last: number, expiry: string) {
  await pool.query(
    `insert into pevensie.cache (resource_type, key, value, expires_at)
     select $1, 'key' || i, $2, ${expiry} from generate_series($3::int, $4::int) as i`,
    [RESOURCE_TYPE, VALUE, first, last],
  );
}

/** After this, what is measured is not the aftermath of loading. */
export async function settle(pool: pg.Pool): Promise<void> {
  await pool.query("vacuum analyze");
  await pool.query("checkpoint");
}

async function sampleIds(pool: pg.Pool, rows: number) {
  const share = Math.min(100, (100 * MAX_IDS) / rows);
  const sessions = await pool.query(
    `select id from pevensie.session tablesample bernoulli (${share}) where expires_at > now()`,
  );
  const users = await pool.query('select id from pevensie."user"');
  const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
  return { sessionIds: ids(sessions.rows), userIds: ids(users.rows) };
}

/** Tokens as libraries make them: 32 characters that are random. */
export function randomTokens(count: number): string[] {
  return Array.from({ length: count }, () => randomBytes(16).toString("hex"));
}
