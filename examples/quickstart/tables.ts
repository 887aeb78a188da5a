/** The package's tables as Postgres has them, a column a line. */
import type pg from "pg";
import { type Say, shorten } from "./account.js";

const TABLES = ['"user"', "session", "one_time_token", "user_token", "identity", "api_key", "cache", "module_version"];

export async function showTables(pool: pg.Pool, say: Say): Promise<void> {
  for (const table of TABLES) {
    // As JSON, which has every value as text, in the order of the table's columns.
    const text = `select pg_catalog.to_json(t) as row from pevensie.${table} as t order by t::text collate pg_catalog."C"`;
    const { rows } = await pool.query<{ row: Record<string, unknown> }>(text);
    rows.forEach(({ row }, index) => {
      say(`pevensie.${table}, row ${index + 1} of ${rows.length}`);
      for (const [column, value] of Object.entries(row)) say(`  ${column}`, display(column, value));
    });
    if (rows.length === 0) say(`pevensie.${table} is empty`);
  }
}

function display(column: string, value: unknown): string {
  // Of a password's hash, the parameters; nothing that could be attacked.
  if (column === "password_hash" && value !== null) return shorten(String(value), 31);
  if (column === "token_hash" || column === "key_hash") return shorten(String(value));
  return typeof value === "string" ? value : JSON.stringify(value);
}
