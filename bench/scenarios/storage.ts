import { setTimeout as sleep } from "node:timers/promises";
import { createCache } from "pevensie";
import { createCacheDriver } from "pevensie/postgres";
import type pg from "pg";
import type { Plan } from "../options.js";
import { say } from "../progress.js";
import { addCacheEntries, keyOf, OTHER_VALUE, RESOURCE_TYPE, randomRow, settle, TTL_SECONDS } from "../seed.js";
import { poolOf } from "../statements.js";

/** What many upserts do to the cache's table under some settings of it. */
export interface StorageRow {
  readonly settings: string;
  readonly upserts: number;
  readonly perSecond: number;
  /** Of all updates, how many had no need to touch an index. */
  readonly hotShare: number;
  readonly before: Sizes;
  readonly after: Sizes;
  readonly deadRows: number;
  readonly autovacuums: number;
}

/** Mebibytes. */
export interface Sizes {
  readonly table: number;
  readonly indexes: number;
}

const EAGER = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0";

/** Storage parameters of the table, as `alter table … set (…)` takes them; none for the schema as it is. */
const VARIANTS = ["", "fillfactor = 80", EAGER, `fillfactor = 80, ${EAGER}`];

const IN_FLIGHT = 256;

/** Many upserts of few entries. */
export async function storage(url: string, plan: Plan): Promise<StorageRow[]> {
  const pool = poolOf(url, 1);
  const rows: StorageRow[] = [];
  for (const settings of VARIANTS) {
    say(`${plan.upserts.toLocaleString("en")} upserts; ${settings || "as the schema is"}`);
    await prepareTable(pool, settings, plan.rows);
    rows.push(await upsert(pool, url, settings, plan));
  }
  await pool.end();
  return rows;
}

async function prepareTable(pool: pg.Pool, settings: string, rows: number): Promise<void> {
  await pool.query(
    "alter table pevensie.cache reset (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_delay)",
  );
  if (settings !== "") await pool.query(`alter table pevensie.cache set (${settings})`);
  await pool.query("truncate pevensie.cache");
  await addCacheEntries(pool, 1, rows, "now() + interval '1 day'");
  await settle(pool);
  await pool.query("select pg_stat_reset_single_table_counters('pevensie.cache'::regclass)");
}

async function upsert(pool: pg.Pool, url: string, settings: string, { upserts, rows }: Plan): Promise<StorageRow> {
  const before = await sizesOf(pool, "pevensie.cache");
  const cache = await createCache({ driver: createCacheDriver({ connectionString: url }) }).connect();
  let left = upserts;
  const caller = async () => {
    for (; left > 0; ) {
      left -= 1;
      await cache.set(RESOURCE_TYPE, keyOf(randomRow(rows)), OTHER_VALUE, { ttlSeconds: TTL_SECONDS });
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  const seconds = (performance.now() - start) / 1000;
  await cache.disconnect();
  // Backends report their counts as they end, or a second later.
  await sleep(2000);
  const { rows: statistics } = await pool.query(
    `select n_tup_upd::float8 as updates, n_tup_hot_upd::float8 as hot, n_dead_tup::float8 as dead,
       autovacuum_count::float8 as autovacuums
     from pg_stat_user_tables where relid = 'pevensie.cache'::regclass`,
  );
  const [{ updates, hot, dead, autovacuums }] = statistics;
  return {
    settings,
    upserts,
    perSecond: upserts / seconds,
    hotShare: hot / updates,
    before,
    after: await sizesOf(pool, "pevensie.cache"),
    deadRows: dead,
    autovacuums,
  };
}

export async function sizesOf(pool: pg.Pool, table: string): Promise<Sizes> {
  const { rows } = await pool.query(
    `select pg_table_size($1) / 1048576.0::float8 as "table", pg_indexes_size($1) / 1048576.0::float8 as indexes`,
    [table],
  );
  return rows[0];
}
