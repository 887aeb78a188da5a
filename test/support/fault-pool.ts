import type pg from "pg";

/**
 * Ends a pool of a test's own. Its connections take a moment longer than `end()` says; where their database is dropped
 * meanwhile, the pool emits an error that has no other listener.
 */
export async function endPool(pool: pg.Pool): Promise<void> {
  pool.on("error", () => {});
  await pool.end();
}
