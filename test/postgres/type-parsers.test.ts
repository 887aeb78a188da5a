import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCache } from "../../src/cache/index.js";
import { createCacheDriver, migrate, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { authOn } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";

const database = useDatabase();
const empty = useDatabase({ empty: true });

/** Every type that a query of ours has in its answer, and some. */
const OIDS = [16, 17, 20, 21, 23, 25, 114, 701, 869, 1043, 1082, 1114, 1184, 1700, 2950, 3802];
const originals = OIDS.map((oid) => [oid, pg.types.getTypeParser(oid)] as const);

beforeEach(() => {
  for (const oid of OIDS) pg.types.setTypeParser(oid, (text: string) => ({ changed: text }));
});
afterEach(() => {
  for (const [oid, parser] of originals) pg.types.setTypeParser(oid, parser);
});

async function walk(config: PostgresDriverConfig): Promise<void> {
  await using auth = await authOn(config).connect();
  await using cache = await createCache({ driver: createCacheDriver(config) }).connect();
  await walkAuth(auth);
  await walkCache(cache);
}

test("F9: changed global type parsers, with a config", async () => {
  expect(await database.rows("select 1 as one")).toEqual([{ one: { changed: "1" } }]);
  await walk({ connectionString: database.url });
});

test("F9: changed global type parsers, with a caller's pool that has its own, too", async () => {
  const types = { getTypeParser: () => () => "changed by the pool" };
  const pool = new pg.Pool({ connectionString: database.url, types });
  try {
    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: "changed by the pool" }]);
    await walk({ pool });
  } finally {
    await endPool(pool);
  }
});

test("F9: changed global type parsers change nothing for a migration", async () => {
  const apply = () => migrate({ modules: ["auth", "cache"], apply: true, connectionString: empty.url });
  expect((await apply()).migrations.length).toBeGreaterThan(0);
  expect((await apply()).migrations).toEqual([]);
});

test("F9: the package's parsers change nothing for the application", async () => {
  for (const [oid, parser] of originals) pg.types.setTypeParser(oid, parser);
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  try {
    await walk({ pool });
    const { rows } = await pool.query("select 9007199254740993::bigint as large, '[1]'::jsonb as json, now() as now");
    expect(rows).toEqual([{ large: "9007199254740993", json: [1], now: expect.any(Date) }]);
  } finally {
    await endPool(pool);
  }
});
