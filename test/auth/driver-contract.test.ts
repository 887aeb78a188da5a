import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { authDriverContract } from "../../src/testing/index.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { AWKWARD_SCHEMA } from "../support/tenants.js";

const database = useDatabase();
const tenant = useDatabase({ schema: AWKWARD_SCHEMA });
// One connection: a call that acquires a second one while it holds one would wait for ever.
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
afterAll(() => endPool(pool));

const runner = { describe, test, expect, beforeAll, afterAll };

const variants: Readonly<Record<string, PostgresDriverConfig>> = {
  "Postgres, with a pool of its own": { connectionString: database.url },
  "Postgres, without batching": { connectionString: database.url, batching: false },
  "Postgres, with a caller's pool of one connection": { pool },
  "Postgres, with a caller's pool of one connection, without batching": { pool, batching: false },
};

for (const [name, config] of Object.entries(variants)) {
  authDriverContract(name, { createDriver: () => createAuthDriver(config), backdoor: authBackdoor(database) }, runner);
}

const inTenant = { connectionString: tenant.url, schema: tenant.schema };
authDriverContract(
  "Postgres, in a schema whose name needs quoting",
  { createDriver: () => createAuthDriver(inTenant), backdoor: authBackdoor(tenant) },
  runner,
);
