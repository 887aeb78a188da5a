import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCacheDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { cacheDriverContract } from "../../src/testing/index.js";
import { cacheBackdoor } from "../support/cache-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { shardedBackdoor } from "../support/shards.js";
import { AWKWARD_SCHEMA } from "../support/tenants.js";

const database = useDatabase();
const tenant = useDatabase({ schema: AWKWARD_SCHEMA });
// One connection: a call that acquires a second one while it holds one would wait for ever.
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
afterAll(() => endPool(pool));

// Of different kinds, and in another order than that of their names.
const shards = [useDatabase(), useDatabase(), useDatabase()] as const;
const shardPool = new pg.Pool({ connectionString: shards[2].url, max: 1 });
afterAll(() => endPool(shardPool));

const runner = { describe, test, expect, beforeAll, afterAll };

const variants: Readonly<Record<string, PostgresDriverConfig>> = {
  "Postgres, with a pool of its own": { connectionString: database.url },
  "Postgres, without batching": { connectionString: database.url, batching: false },
  "Postgres, with a caller's pool of one connection": { pool },
  "Postgres, with a caller's pool of one connection, without batching": { pool, batching: false },
};

for (const [name, config] of Object.entries(variants)) {
  cacheDriverContract(
    name,
    { createDriver: () => createCacheDriver(config), backdoor: cacheBackdoor(database) },
    runner,
  );
}

cacheDriverContract(
  "Postgres, over three shards",
  {
    createDriver: () =>
      createCacheDriver({
        shards: [
          { name: "c", connectionString: shards[0].url },
          { name: "a", connectionString: shards[1].url, batching: false },
          { name: "b", pool: shardPool },
        ],
        onUnavailable: "error",
      }),
    backdoor: shardedBackdoor(shards),
  },
  runner,
);

const inTenant = { connectionString: tenant.url, schema: tenant.schema };
cacheDriverContract(
  "Postgres, in a schema whose name needs quoting",
  { createDriver: () => createCacheDriver(inTenant), backdoor: cacheBackdoor(tenant) },
  runner,
);
