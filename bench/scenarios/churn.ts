import type pg from "pg";
import { say } from "../progress.js";
import { poolOf } from "../statements.js";
import { type Sizes, sizesOf } from "./storage.js";

/** What sessions that come and go do to their table under some settings of it. */
export interface ChurnRow {
  readonly settings: string;
  /** How many sessions were removed, and as many made. */
  readonly turns: number;
  readonly before: Sizes;
  readonly after: Sizes;
  readonly autovacuums: number;
}

/** The schema's own setting first, and then what Postgres would do without it. */
const VARIANTS = ["", "autovacuum_vacuum_scale_factor = 0.2", "autovacuum_vacuum_scale_factor = 0.01"];

const STEP = 1000;

/** Random sessions are removed and new ones made, so that their number stays; autovacuum looks every second. */
export async function churn(url: string, turns: number): Promise<ChurnRow[]> {
  const pool = poolOf(url, 1);
  await pool.query("alter system set autovacuum_naptime = '1s'");
  await pool.query("select pg_reload_conf()");
  const { rows: sessions } = await pool.query("select id from pevensie.session");
  const ids: string[] = sessions.map(({ id }) => id);
  const rows: ChurnRow[] = [];
  for (const settings of VARIANTS) {
    say(`${turns.toLocaleString("en")} sessions come and go; ${settings || "as the schema is"}`);
    if (settings !== "") await pool.query(`alter table pevensie.session set (${settings})`);
    await pool.query("vacuum full pevensie.session");
    await pool.query("select pg_stat_reset_single_table_counters('pevensie.session'::regclass)");
    const before = await sizesOf(pool, "pevensie.session");
    for (let turn = 0; turn < turns; turn += STEP) await replaceSome(pool, ids);
    const { rows: statistics } = await pool.query(
      "select autovacuum_count::float8 as autovacuums from pg_stat_user_tables where relid = 'pevensie.session'::regclass",
    );
    const after = await sizesOf(pool, "pevensie.session");
    rows.push({ settings, turns, before, after, autovacuums: statistics[0].autovacuums });
  }
  await pool.end();
  return rows;
}

/** Replaces random sessions with new ones. */
async function replaceSome(pool: pg.Pool, ids: string[]): Promise<void> {
  const places = [...new Set(Array.from({ length: STEP }, () => Math.floor(Math.random() * ids.length)))];
  const { rows } = await pool.query({
    name: "churn",
    text: `with gone as (delete from pevensie.session where id = any ($1::uuid[]) returning user_id)
      insert into pevensie.session (user_id, expires_at)
      select user_id, now() + interval '1 day' from gone
      returning id`,
    values: [places.map((place) => ids[place])],
  });
  for (const [index, place] of places.entries()) ids[place] = rows[index].id;
}
