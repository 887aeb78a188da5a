import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { expireSession, startTestDatabase } from "../../src/testing/index.js";
import { authOn, COOKIE_KEY, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";
import { PATIENT } from "../support/patience.js";
import { AWKWARD_SCHEMA, createTenant, newSchema, quoted } from "../support/tenants.js";

const database = useDatabase();
const pool = new pg.Pool({ connectionString: database.url, max: 4 });
afterAll(() => endPool(pool));

const LASTING = { ttlSeconds: 60 };
const [one, other] = [newSchema(), AWKWARD_SCHEMA];
beforeAll(async () => {
  await createTenant(database.url, one);
  await createTenant(database.url, other);
});

const authOf = (schema: string) => authOn({ pool, schema }).connect();
const cacheOf = (schema: string) => createCache({ driver: createCacheDriver({ ...PATIENT, pool, schema }) }).connect();

describe("G81: over one pool", () => {
  test("two tenants and the default schema have the same email, and each its own user", async () => {
    await using first = await authOf(one);
    await using second = await authOf(other);
    await using third = await authOn({ pool }).connect();
    const email = uniqueEmail();
    const users = [];
    for (const auth of [first, second, third]) users.push(await createUser(auth, { email }));
    expect(new Set(users.map(({ id }) => id)).size).toBe(3);
    for (const [index, auth] of [first, second, third].entries()) {
      const found = await auth.getUserByEmail(email);
      expect(found?.id).toBe(users[index]?.id);
      expect(await auth.getUserById(users[(index + 1) % 3]?.id ?? "")).toBeNull();
      const { session } = (await auth.logInUser({ email, password: PASSWORD })) ?? {};
      expect(session?.userId).toBe(users[index]?.id);
    }
  });

  test("a session, a token and an API key are those of one tenant", async () => {
    await using first = await authOf(one);
    await using second = await authOf(other);
    const { id: userId } = await createUser(first);
    const session = await first.createSession({ userId });
    const { key } = await first.createApiKey({ userId, name: "a key" });
    const token = await first.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds: 60 });
    expect(await second.getSession(session.id)).toBeNull();
    expect(await second.getApiKeyWithUser(key)).toBeNull();
    expect(await second.validateOneTimeToken({ userId, tokenType: "password-reset", token })).toBe(false);
    await second.deleteSession(session.id);
    expect((await first.getSession(session.id))?.userId).toBe(userId);
    expect((await first.getApiKeyWithUser(key))?.user.id).toBe(userId);
    expect(await first.validateOneTimeToken({ userId, tokenType: "password-reset", token })).toBe(true);
  });

  test("an entry, a tag, a lease and a counter are those of one tenant", async () => {
    await using first = await cacheOf(one);
    await using second = await cacheOf(other);
    await first.set("page", "a", "first", { tags: ["t"] });
    await second.set("page", "a", "second", { tags: ["t"] });
    await first.increment("count", "a", { by: 5 });
    expect(await second.increment("count", "a")).toBe(1);
    await second.invalidateTags(["t"]);
    expect([await first.get("page", "a"), await second.get("page", "a")]).toEqual(["first", null]);
    const computed = await Promise.all([
      first.getOrSet("page", "b", async () => "of the first", LASTING),
      second.getOrSet("page", "b", async () => "of the second", LASTING),
    ]);
    expect(computed).toEqual(["of the first", "of the second"]);
    await using client = Object.assign(await pool.connect(), {
      async [Symbol.asyncDispose]() {
        client.release();
      },
    });
    await first.invalidateTags(["t"], { client });
    expect(await first.get("page", "a")).toBeNull();
    expect(await second.get("page", "b")).toBe("of the second");
  });

  test("a transaction writes to its tenant alone", async () => {
    await using first = await authOf(one);
    const email = uniqueEmail();
    await first.withTransaction(async (own) => {
      const user = await createUser(own as never, { email });
      await own.setUserRole(user.id, "admin");
    });
    const rows = (schema: string) =>
      database.rows(`select role from ${quoted(schema)}."user" where email = $1`, [email]);
    expect(await rows(one)).toEqual([{ role: "admin" }]);
    expect([...(await rows(other)), ...(await rows("pevensie"))]).toEqual([]);
  });

  test("sweeps remove the rows of their tenant", async () => {
    const swept = await createTenant(database.url);
    await using first = await cacheOf(swept);
    const entry = (schema: string) =>
      database.rows(
        `insert into ${quoted(schema)}.cache (resource_type, key, value, expires_at) values ('swept', 'a', '', now())`,
      );
    await entry(swept);
    await entry(other);
    expect(await first.removeExpired()).toBe(1);
    const left = await database.rows(`select from ${quoted(other)}.cache where resource_type = 'swept'`);
    expect(left).toHaveLength(1);
  });
});

describe("G81: lookups of two tenants are never in one statement", () => {
  test("with the same ids at the same time, each finds its own", async () => {
    const shared = new pg.Pool({ connectionString: database.url, max: 2 });
    const isOf = (schema: string) => (text: string) => text.includes(schema);
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const [a, b] = [newSchema(), newSchema()];
    for (const schema of [a, b]) {
      await createTenant(database.url, schema);
      await database.rows(
        `with owner as (insert into ${schema}."user" (email, user_metadata) values ('a@example.com', '{}') returning id)
         insert into ${schema}.session (id, user_id, user_agent) select given, owner.id, null
         from owner, unnest($1::uuid[]) as given`,
        [ids],
      );
      await database.rows(`update ${schema}.session set recorded_user_agent = $1, last_seen_at = now()`, [schema]);
    }
    {
      await using first = await authOn({ pool: shared, schema: a }).connect();
      await using second = await authOn({ pool: shared, schema: b }).connect();
      const found = await Promise.all(ids.flatMap((id) => [first.getSession(id), second.getSession(id)]));
      expect(found.map((session) => session?.userAgent)).toEqual(ids.flatMap(() => [a, b]));
      const prepared = await Promise.all([1, 2].map(() => shared.connect()));
      for (const client of prepared) {
        const { rows } = await client.query("select statement from pg_prepared_statements");
        for (const { statement } of rows) expect(isOf(a)(statement) && isOf(b)(statement)).toBe(false);
        client.release();
      }
    }
    await endPool(shared);
  });
});

describe("G82: a tenant that is erased by dropping its schema", () => {
  test.each([true, false])(
    "and created again has what it had, on the same connection, with batching %j",
    async (batching) => {
      const again = await createTenant(database.url);
      // Concurrent calls of a walk have an order on one connection alone.
      const shared = new pg.Pool({ connectionString: database.url, max: 1 });
      try {
        await using auth = await authOn({ pool: shared, schema: again, batching }).connect();
        await using cache = await createCache({
          driver: createCacheDriver({ ...PATIENT, pool: shared, schema: again, batching }),
        }).connect();
        const useAll = async () => {
          await walkAuth(auth);
          await walkCache(cache);
        };
        await useAll();
        await database.pool.query(`drop schema ${again} cascade`);
        await createTenant(database.url, again);
        await useAll();
      } finally {
        await endPool(shared);
      }
    },
  );

  test("is gone, and the others are as they were", async () => {
    const gone = await createTenant(database.url);
    await using auth = await authOf(gone);
    await using kept = await authOf(one);
    const { id } = await createUser(auth);
    const { id: keptId } = await createUser(kept);
    await database.pool.query(`drop schema ${gone} cascade`);
    await expect(auth.getUserById(id)).rejects.toMatchObject({
      code: "SCHEMA_OUTDATED",
      message: expect.stringContaining(`--schema ${gone}`),
    });
    await expect(auth.withTransaction((own) => own.getUserById(id))).rejects.toMatchObject({
      code: "SCHEMA_OUTDATED",
      message: expect.stringContaining(`--schema ${gone}`),
    });
    expect((await kept.getUserById(keptId))?.id).toBe(keptId);
    const objects = await database.rows("select from pg_class where relnamespace = to_regnamespace($1)", [gone]);
    expect(objects).toEqual([]);
  });

  test("can be created again, and the same driver finds it empty", async () => {
    const schema = await createTenant(database.url);
    await using auth = await authOf(schema);
    const { id } = await createUser(auth);
    expect((await auth.getUserById(id))?.id).toBe(id);
    await database.pool.query(`drop schema ${schema} cascade`);
    await createTenant(database.url, schema);
    expect(await auth.getUserById(id)).toBeNull();
  });
});

test("G81: pevensie/testing prepares and ages the rows of a schema", async () => {
  await using started = await startTestDatabase({ schema: AWKWARD_SCHEMA });
  const { connectionString, schema } = started;
  await using auth = await authOn({ connectionString, schema }, { cookieKey: COOKIE_KEY }).connect();
  const { id: userId } = await createUser(auth);
  const session = await auth.createSession({ userId });
  expect(await expireSession(started, session.id)).toBe(1);
  expect(await auth.getSession(session.id)).toBeNull();
  await expect(authOn({ connectionString }).connect()).rejects.toMatchObject({ code: "SCHEMA_OUTDATED" });
});
