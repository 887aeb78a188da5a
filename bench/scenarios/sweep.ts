import { createAuth, createCache } from "pevensie";
import { createAuthDriver, createCacheDriver } from "pevensie/postgres";
import type pg from "pg";
import { pick } from "../contenders/contender.js";
import { COOKIE_KEY } from "../contenders/pevensie.js";
import { openLoop, quantile, sorted } from "../measure.js";
import type { Plan, Rounds } from "../options.js";
import { say } from "../progress.js";
import { addCacheEntries, addSessions, settle } from "../seed.js";
import { poolOf } from "../statements.js";

/** getSession over a while. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  /** Rows that were removed meanwhile. */
  readonly removed: number;
}

export interface SweepResults {
  readonly live: number;
  readonly expired: number;
  readonly rate: number;
  readonly phases: readonly Phase[];
}

const STEP = 1_000_000;

/**
 * Lookups arriving at a steady rate: by themselves, while the expired sessions are removed, while the expired cache
 * entries are, and by themselves again. Lookups and sweeps share the process, and those of sessions its pool too.
 */
export async function sweep(url: string, plan: Plan): Promise<SweepResults> {
  const { live, expired, rate, window } = plan.sweep;
  const ids = await fill(url, plan);
  const config = { connectionString: url };
  const auth = await createAuth({ driver: createAuthDriver(config), cookieKey: COOKIE_KEY }).connect();
  const cache = await createCache({ driver: createCacheDriver(config) }).connect();
  const run = () => auth.getSession(pick(ids));
  await openLoop(run, rate, 1000);
  const phase = async (name: string, work?: () => Promise<number>) => {
    say(`getSession at ${rate} a second: ${name}`);
    return measure(run, rate, window, name, work);
  };
  const phases = [
    await phase("before"),
    await phase("removing sessions", async () => (await auth.removeExpired()).sessions),
    await phase("removing cache entries", () => cache.removeExpired()),
    await phase("after"),
  ];
  await auth.disconnect();
  await cache.disconnect();
  return { live, expired, rate, phases };
}

/** For as long as the work takes, or for this number of windows where there is none. */
async function measure(
  run: () => Promise<unknown>,
  rate: number,
  window: Rounds,
  name: string,
  work?: () => Promise<number>,
): Promise<Phase> {
  let working = work !== undefined;
  const start = performance.now();
  let seconds = 0;
  const removed = work?.().finally(() => {
    working = false;
    seconds = (performance.now() - start) / 1000;
  });
  removed?.catch(() => {}); // Awaited below, after the window in which it fails.
  const latencies: number[] = [];
  for (let windows = 0; working || (work === undefined && windows < window.count); windows += 1) {
    // Short windows end soon after the work does.
    const round = await openLoop(run, rate, work === undefined ? window.milliseconds : 500);
    for (const latency of round.latencies) latencies.push(latency);
  }
  const ordered = sorted(latencies);
  return {
    name,
    seconds: work === undefined ? (performance.now() - start) / 1000 : seconds,
    p50: quantile(ordered, 0.5),
    p99: quantile(ordered, 0.99),
    removed: (await removed) ?? 0,
  };
}

/** Expired rows all over the table, and the ids of live sessions. */
async function fill(url: string, { users, sweep: { live, expired } }: Plan): Promise<string[]> {
  const pool = poolOf(url, 1);
  const every = 1 + Math.round(expired / live);
  const expiry = `case when i % ${every} = 0 then now() + interval '1 day' else now() - random() * interval '1 day' end`;
  const total = live + expired;
  for (let first = 1; first <= total; first += STEP) {
    const last = Math.min(first + STEP - 1, total);
    say(`  ${(first - 1).toLocaleString("en")} of ${total.toLocaleString("en")} rows`);
    await addSessions(pool, users, first, last, expiry);
    await addCacheEntries(pool, first, last, expiry);
  }
  await settle(pool);
  const ids = await liveIds(pool);
  await pool.end();
  return ids;
}

async function liveIds(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>("select id from pevensie.session where expires_at > now()");
  return rows.map(({ id }) => id);
}
