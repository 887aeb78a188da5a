import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthDriver, createCacheDriver } from "../../src/postgres/index.js";
import { authDriverContract, cacheDriverContract } from "../../src/testing/index.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { cacheBackdoor } from "../support/cache-backdoor.js";
import { useDistributedSchema } from "../support/distributed.js";
import { PATIENT } from "../support/patience.js";

const database = useDistributedSchema();
const { url: connectionString, schema } = database;
const runner = { describe, test, expect, beforeAll, afterAll };

for (const batching of [true, false]) {
  const config = { connectionString, schema, batching, ...PATIENT };
  const where = batching ? "in a distributed schema" : "in a distributed schema, without batching";
  authDriverContract(
    `Postgres, ${where}`,
    { createDriver: () => createAuthDriver(config), backdoor: authBackdoor(database) },
    runner,
  );
  cacheDriverContract(
    `Postgres, ${where}`,
    { createDriver: () => createCacheDriver(config), backdoor: cacheBackdoor(database) },
    runner,
  );
}
