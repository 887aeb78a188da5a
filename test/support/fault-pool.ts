import type pg from "pg";

/**
 * Ends a pool of a test's own. Its connections take a moment longer than `end()` says; where their database is dropped
 * meanwhile, the pool has an error that nobody else would hear.
 */
export async function endPool(pool: pg.Pool): Promise<void> {
  pool.on("error", () => {});
  await pool.end();
}
