import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { ROOT } from "./process.js";

const SQL = readFileSync(join(ROOT, "test/fixtures/original-catalog.sql"), "utf8");

/** Makes an empty database one that the original has migrated, with rows in it. */
export async function restoreOriginal(pool: pg.Pool): Promise<void> {
  await pool.query(SQL);
}
