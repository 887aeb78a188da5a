import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDistributedSchema } from "../support/distributed.js";
import { ALMOST_LIMITS } from "../support/limit-texts.js";
import { PATIENT } from "../support/patience.js";

const database = useDistributedSchema();
let cache: Cache;
beforeAll(async () => {
  const driver = createCacheDriver({ ...PATIENT, connectionString: database.url, schema: database.schema });
  cache = await createCache({ driver }).connect();
});
afterAll(() => cache.disconnect());

test.each(ALMOST_LIMITS)("G85: %s is no limit where the schema is distributed", async (text) => {
  const key = randomUUID();
  await cache.set("limit", key, text);
  await expect(cache.rateLimit("limit", key, { limit: 10, windowSeconds: 60 })).rejects.toMatchObject({
    code: "WRONG_VALUE_TYPE",
  });
  await expect(cache.get("limit", key)).resolves.toBe(text);
});
