import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { migrations } from "../../generated/migrations.js";
import { sqlInSchema } from "../../src/postgres/config/schema.js";
import { createCacheDriver, migrate, migrateAllSchemas } from "../../src/postgres/index.js";
import { authOn, createUser } from "../support/auth.js";
import { CITUS_URL, distribute } from "../support/distributed.js";
import { newSchema, quoted } from "../support/tenants.js";

const pool = new pg.Pool({ connectionString: CITUS_URL });
pool.on("error", () => {});
const schemas: string[] = [];
afterAll(async () => {
  for (const schema of schemas) await pool.query(`drop schema if exists ${quoted(schema)} cascade`);
  await pool.end();
});

/** Creates a schema with the first migrations, and distributes it. */
async function distributedAt(count: number): Promise<string> {
  const schema = newSchema();
  schemas.push(schema);
  const applied = migrations.slice(0, count);
  for (const { sql } of applied) await pool.query(sqlInSchema(sql, schema));
  for (const [module, version] of new Map(applied.map((migration) => [migration.module, migration.version]))) {
    await pool.query(
      `insert into ${quoted(schema)}.module_version (module, version)
       values ('${module}', to_timestamp('${version} +00', 'YYYYMMDDHH24MISS TZH'))`,
    );
  }
  await distribute(pool, schema);
  return schema;
}

/** The tables of a schema, with how they are distributed. */
async function tablesOf(schema: string) {
  const { rows } = await pool.query(
    `select relname as name, relpersistence as persistence, partmethod as method, repmodel as model
     from pg_class left join pg_dist_partition on logicalrelid = pg_class.oid
     where relnamespace = $1::text::regnamespace and relkind = 'r' order by 1`,
    [quoted(schema)],
  );
  return rows;
}

const withTables = migrations.map((_, index) => index + 1).slice(2);

test.skipIf(CITUS_URL === undefined).each(withTables)(
  "G85: a schema that was distributed after the first %i migrations gets the others",
  async (count) => {
    const schema = await distributedAt(count);
    const config = { connectionString: CITUS_URL as string, schema };
    const { migrations: applied } = await migrate({ modules: ["auth", "cache"], apply: true, ...config });
    expect(applied).toHaveLength(migrations.length - count);
    const tables = await tablesOf(schema);
    expect(tables).toHaveLength(13);
    expect(new Set(tables.map(({ method, model }) => `${method} ${model}`)).size).toBe(1);
    expect(tables[0]).toMatchObject({ method: "n", model: "s" });
    await using auth = await authOn(config).connect();
    const user = await createUser(auth);
    expect(await auth.getUserById(user.id)).toEqual(user);
    const cache = createCacheDriver(config);
    await cache.connect();
    await cache.set({ resourceType: "page", key: "key" }, "value", { ttlMillis: null, tags: ["tag"] });
    expect(await cache.get({ resourceType: "page", key: "key" })).toBe("value");
    await cache.disconnect();
  },
);

test.skipIf(CITUS_URL === undefined)("G85: several distributed schemas are migrated in parallel", async () => {
  const older = [await distributedAt(5), await distributedAt(12), await distributedAt(20), await distributedAt(23)];
  const { schemas: results } = await migrateAllSchemas({
    modules: ["auth", "cache"],
    apply: true,
    connectionString: CITUS_URL as string,
  });
  const ours = results.filter(({ schema }) => older.includes(schema));
  expect(ours.map(({ error }) => error)).toEqual(older.map(() => null));
});
