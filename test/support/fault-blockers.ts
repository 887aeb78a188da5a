import pg from "pg";
import { expect } from "vitest";

/** The process ids of the backends of a database that a lock blocks. */
export async function backendsWaiting(pool: pg.Pool | pg.Client): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`,
  );
  return rows.map(({ pid }) => pid);
}

/** The one backend of the database that waits for a lock, as soon as there is one. */
export async function waitForBlockedBackend(pool: pg.Pool): Promise<number> {
  let pids: number[] = [];
  await expect
    .poll(
      async () => {
        pids = await backendsWaiting(pool);
        return pids.length;
      },
      { interval: 10 },
    )
    .toBe(1);
  return pids[0] as number;
}

/** Ends a backend, and waits until it has ended. */
export async function terminate(pool: pg.Pool, pid: number): Promise<void> {
  const { rows } = await pool.query<{ ended: boolean }>("select pg_terminate_backend($1, 10000) as ended", [pid]);
  expect(rows).toEqual([{ ended: true }]);
}

/** Runs some work while another session holds the locks of a statement, then releases them. */
export async function whileHolding<T>(url: string, statement: string, work: () => Promise<T>): Promise<T> {
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  try {
    await holder.query(`begin; ${statement}`);
    return await work();
  } finally {
    await holder.end();
  }
}
