import { createAuthDriver, migrate } from "pevensie/postgres";
import type pg from "pg";
import { collectGarbage } from "../garbage.js";
import { closedLoop, medianOf, quantile, type Round } from "../measure.js";
import type { Plan } from "../options.js";
import { say } from "../progress.js";
import { poolOf } from "../statements.js";

/** Sessions over some schemas: how fast, and what the client and the server keep in memory for it. */
export interface TenantsRow {
  readonly schemas: number;
  readonly inFlight: number;
  readonly opsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** What the drivers and the connections added to this process's heap, in bytes. */
  readonly clientHeap: number;
  /** Memory of each of the pool's backends: caches of the catalog, and prepared statements; in bytes. */
  readonly serverMemory: number;
  /** Prepared statements of a connection. */
  readonly prepared: number;
}

const SESSIONS_PER_SCHEMA = 20;
const LEVELS = [1, 64] as const;

/** For each schema: ten connections meet it for the first time. */
const WARM_UP_MILLIS = 60;

/** getSession over many schemas on one pool, beside one schema on one pool. */
export async function tenants(url: string, count: number, plan: Plan): Promise<TenantsRow[]> {
  say(`creating ${count.toLocaleString("en")} schemas`);
  const names = Array.from({ length: count }, (_, index) => `tenant_${index}`);
  const ids = new Map<string, readonly string[]>();
  const seeding = poolOf(url, 4);
  const left = [...names];
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let schema = left.pop(); schema !== undefined; schema = left.pop()) {
        await migrate({ modules: ["auth"], apply: true, pool: seeding, schema });
        ids.set(schema, await addSessions(seeding, schema));
      }
    }),
  );
  await seeding.query("vacuum analyze");
  await seeding.end();
  const rows: TenantsRow[] = [];
  for (const inFlight of LEVELS) {
    for (const schemas of [1, count]) rows.push(await measure(url, names.slice(0, schemas), ids, inFlight, plan));
  }
  return rows;
}

async function addSessions(pool: pg.Pool, schema: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `with owner as (insert into ${schema}."user" (email, user_metadata) values ('a@example.com', '{}') returning id)
     insert into ${schema}.session (user_id, expires_at) select id, now() + interval '1 day' from owner, generate_series(1, $1)
     returning id`,
    [SESSIONS_PER_SCHEMA],
  );
  return rows.map(({ id }) => id);
}

async function measure(
  url: string,
  schemas: readonly string[],
  ids: ReadonlyMap<string, readonly string[]>,
  inFlight: number,
  { rounds }: Plan,
): Promise<TenantsRow> {
  say(`getSession over ${schemas.length.toLocaleString("en")} schemas, ${inFlight} in flight`);
  const heapBefore = heapSize();
  const pool = poolOf(url);
  const drivers = schemas.map((schema) => createAuthDriver({ pool, schema }));
  for (const driver of drivers) await driver.connect();
  const anybody = { ip: null, userAgent: null };
  const run = async () => {
    const index = Math.floor(Math.random() * schemas.length);
    const own = ids.get(schemas[index] as string) as readonly string[];
    const id = own[Math.floor(Math.random() * own.length)] as string;
    if ((await drivers[index]?.getSession(id, anybody)) == null) throw new Error("a session was not found");
  };
  // Until every connection has met every schema, as far as chance allows.
  await closedLoop(run, inFlight, Math.max(rounds.warmUp, schemas.length * WARM_UP_MILLIS));
  const measured: Round[] = [];
  for (let round = 0; round < rounds.count; round += 1) {
    measured.push(await closedLoop(run, inFlight, rounds.milliseconds));
  }
  const clientHeap = heapSize() - heapBefore;
  const { serverMemory, prepared } = await serverSide(pool);
  for (const driver of drivers) await driver.disconnect();
  await pool.end();
  return {
    schemas: schemas.length,
    inFlight,
    opsPerSecond: medianOf(measured.map(({ operations, seconds }) => operations / seconds)),
    p50: medianOf(measured.map(({ latencies }) => quantile(latencies, 0.5))),
    p99: medianOf(measured.map(({ latencies }) => quantile(latencies, 0.99))),
    clientHeap,
    serverMemory,
    prepared,
  };
}

function heapSize(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Asks each connection of a pool. */
async function serverSide(pool: pg.Pool): Promise<Pick<TenantsRow, "serverMemory" | "prepared">> {
  const clients = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()));
  let serverMemory = 0;
  let prepared = 0;
  for (const client of clients) {
    const { rows } = await client.query(
      `select (select sum(total_bytes)::float8 from pg_backend_memory_contexts) as bytes,
         (select count(*)::int from pg_prepared_statements) as prepared`,
    );
    serverMemory += rows[0].bytes / clients.length;
    prepared = Math.max(prepared, rows[0].prepared);
    client.release();
  }
  return { serverMemory, prepared };
}
