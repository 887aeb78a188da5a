import { beforeEach } from "vitest";
import type { TestDatabase } from "./database.js";

/** The tables whose rows expire. */
export const EXPIRING = [
  "session",
  "one_time_token",
  "user_token",
  "api_key",
  "log_in_budget",
  "log_in_exemption",
  "cache",
] as const;
export type Expiring = (typeof EXPIRING)[number];

/** The columns that a row needs beside its expiry; `n` distinguishes the rows of one statement. */
const REST: Readonly<Record<Expiring, readonly [columns: string, values: string]>> = {
  session: ["user_id, user_agent", "pevensie.uuid7(), n::text"],
  one_time_token: [
    "user_id, token_type, token_hash, used_at",
    "pevensie.uuid7(), 'password-reset', n::text, '2000-01-01'",
  ],
  user_token: [
    "id, user_id, token_type, email, token_hash",
    "gen_random_uuid(), pevensie.uuid7(), 'log-in', 'swept@example.com', gen_random_uuid()::text",
  ],
  api_key: [
    "id, user_id, name, start, key_hash",
    "gen_random_uuid(), pevensie.uuid7(), 'swept', 'pk_', gen_random_uuid()::text",
  ],
  log_in_budget: ["key", "gen_random_uuid()::text"],
  log_in_exemption: ["user_id, scope, budget_key", "pevensie.uuid7(), 'swept', n::text"],
  cache: ["resource_type, key, value", "'swept', gen_random_uuid()::text, n::text"],
};

export interface ExpiringRows {
  /** Adds rows, one for each expiry, which is an SQL expression; null never expires. */
  insert(table: Expiring, expiries: readonly (string | null)[]): Promise<unknown>;
  /** Adds rows, as many as given, that expire at one time. */
  insertMany(table: Expiring, count: number, expiry: string): Promise<unknown>;
  /** How many rows there are, of those with an expiry that fulfils the condition. */
  count(table: Expiring, condition?: string): Promise<number>;
}

/** Rows of a test file's database, none at the start of each test. Call it at the file's top level. */
export function useExpiringRows(database: TestDatabase): ExpiringRows {
  beforeEach(async () => {
    // Their owner does not matter to a sweep.
    await database.pool.query(`
      alter table pevensie.session drop constraint if exists session_user_id_fkey;
      alter table pevensie.one_time_token drop constraint if exists one_time_token_user_id_fkey;
      alter table pevensie.user_token drop constraint if exists user_token_user_id_fkey;
      alter table pevensie.api_key drop constraint if exists api_key_user_id_fkey;
      alter table pevensie.log_in_exemption drop constraint if exists log_in_exemption_user_id_fkey;
      truncate ${EXPIRING.map((table) => `pevensie.${table}`).join(", ")}`);
  });
  return {
    insert: async (table, expiries) => {
      for (const expiry of expiries) await database.rows(insertion(table, "1", expiry ?? "null"));
    },
    insertMany: (table, count, expiry) => database.rows(insertion(table, String(count), expiry)),
    count: async (table, condition = "true") => {
      const text = `select count(*)::int as count from pevensie.${table} where ${condition}`;
      const [row] = await database.rows<{ count: number }>(text);
      return row?.count ?? Number.NaN;
    },
  };
}

/** The statement that adds rows. */
export function insertion(table: Expiring, count: string, expiry: string): string {
  const [columns, values] = REST[table];
  return `insert into pevensie.${table} (${columns}, expires_at)
    select ${values}, (${expiry})::timestamptz from generate_series(1, ${count}) as n`;
}
