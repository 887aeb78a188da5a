import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { authOn, createUser } from "../support/auth.js";
import { useDistributedSchema } from "../support/distributed.js";
import { quoted } from "../support/tenants.js";

const database = useDistributedSchema();
const { url: connectionString, schema } = database;
const inSchema = (sql: string) => sql.replaceAll("pevensie.", `${quoted(schema)}.`);
const rows = <T>(sql: string) => database.rows<T>(inSchema(sql));
const countOf = async (table: string) =>
  (await rows<{ count: number }>(`select count(*)::int as count from pevensie.${table}`))[0]?.count;

let auth: Auth;
let cache: Cache;
beforeAll(async () => {
  auth = await authOn({ connectionString, schema }).connect();
  cache = await createCache({ driver: createCacheDriver({ connectionString, schema }) }).connect();
});
afterAll(async () => {
  await auth.disconnect();
  await cache.disconnect();
});
beforeEach(async () => {
  for (const table of ['"user"', "log_in_budget", "cache", "cache_invalidation", "cache_lease"]) {
    await rows(`delete from pevensie.${table}`);
  }
});

const expiry = (n: string) => `case when ${n} % 2 = 0 then now() - interval '1 day' else now() + interval '1 day' end`;
const each = (table: string, columns: string, values: string, count = 40) =>
  rows(`insert into pevensie.${table} (${columns}, expires_at)
    select ${values}, ${expiry("n")} from generate_series(1, ${count}) as n`);

/** Transactions of other tests may be in progress, which a sweep waits for. */
async function expectNoInvalidations(): Promise<void> {
  const sweep = async () => {
    await cache.removeExpired({ batchSize: 1 });
    return countOf("cache_invalidation");
  };
  await expect.poll(sweep).toBe(0);
}

test("G85: sweeps of every table remove the expired half, in small batches", async () => {
  const { id } = await createUser(auth, { password: null });
  const user = `'${id}'::uuid`;
  await each("session", "id, user_id", `gen_random_uuid(), ${user}`);
  await each(
    "one_time_token",
    "id, user_id, token_type, token_hash, used_at",
    `gen_random_uuid(), ${user}, 'password-reset', n::text, now()`,
  );
  await each(
    "user_token",
    "id, user_id, token_type, email, token_hash",
    `gen_random_uuid(), ${user}, 'log-in', 'swept@example.com', gen_random_uuid()::text`,
  );
  await each(
    "api_key",
    "id, user_id, name, start, key_hash",
    `gen_random_uuid(), ${user}, 'swept', 'pk_', gen_random_uuid()::text`,
  );
  await each("log_in_budget", "key", "gen_random_uuid()::text");
  await each("log_in_exemption", "user_id, scope, budget_key", `${user}, n::text, n::text`);
  await each("cache", "resource_type, key, value", "'swept', n::text, repeat('v', 300)", 400);

  expect(await auth.removeExpired({ batchSize: 7 })).toEqual({
    sessions: 20,
    oneTimeTokens: 40,
    apiKeys: 20,
    logInAttempts: 40,
  });
  expect(await cache.removeExpired({ batchSize: 7 })).toBe(200);
  for (const table of ["session", "one_time_token", "user_token", "api_key", "log_in_budget", "log_in_exemption"]) {
    expect({ table, left: await countOf(table) }).toEqual({ table, left: 20 });
  }
  expect(await countOf("cache")).toBe(200);
});

test("G85: a sweep removes invalidated entries, the leases of ended processes, and then their invalidations", async () => {
  for (const key of ["a", "b"]) await cache.set("page", key, "value", { ttlSeconds: 3600, tags: [key] });
  await cache.invalidateTags(["a"]);
  await rows("update pevensie.cache_invalidation set invalidated_at = now() - interval '2 hours'");
  await rows(`insert into pevensie.cache_lease (resource_type, key, token, expires_at, snapshot, acquired_by)
    select 'page', 'c', '${randomUUID()}'::uuid, now() - interval '1 minute', pg_current_snapshot(), '1'::xid8`);

  expect(await cache.removeExpired({ batchSize: 1 })).toBe(1);
  expect(await rows("select key from pevensie.cache")).toEqual([{ key: "b" }]);
  expect(await countOf("cache_lease")).toBe(0);
  // The snapshot of b is from before the invalidation, which could be of its tag.
  expect(await countOf("cache_invalidation")).toBe(1);
  await cache.delete("page", "b");
  await expectNoInvalidations();
});

test("G85: a sweep keeps the invalidations that a transaction in progress may not have seen", async () => {
  const client = await database.pool.connect();
  await client.query("begin; select pg_current_xact_id()");
  await cache.invalidateTags(["a"]);
  await rows("update pevensie.cache_invalidation set invalidated_at = now() - interval '2 hours'");
  await cache.removeExpired();
  expect(await countOf("cache_invalidation")).toBe(1);
  await client.query("commit");
  client.release();
  await expectNoInvalidations();
});

test("G85: with maxEntries, a sweep evicts the entries that expire soonest", async () => {
  await rows(`insert into pevensie.cache (resource_type, key, value, expires_at)
    select 'page', n::text, repeat('v', 300), now() + n * interval '1 hour' from generate_series(1, 200) as n`);
  await cache.removeExpired({ batchSize: 7, maxEntries: 50 });
  const left = await rows<{ hour: number }>("select key::int as hour from pevensie.cache order by 1");
  expect(left.map(({ hour }) => hour)).toEqual(Array.from({ length: 50 }, (_, index) => 151 + index));
});
