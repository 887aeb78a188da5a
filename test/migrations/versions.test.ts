import { beforeEach, expect, test } from "vitest";
import { createCache } from "../../src/cache/index.js";
import { createCacheDriver, migrate, migrateAllSchemas } from "../../src/postgres/index.js";
import { authOn, createUser } from "../support/auth.js";
import { describeCatalog } from "../support/catalog.js";
import { restoreOriginal } from "../support/catalog-original.js";
import { useDatabase } from "../support/database.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { runFixture } from "../support/process.js";

const database = useDatabase({ empty: true });
const config = { connectionString: database.url };

const connectAuth = async () => (await authOn(config).connect()).disconnect();
const connectCache = async () => (await createCache({ driver: createCacheDriver(config) }).connect()).disconnect();
const apply = (...modules: ("auth" | "cache")[]) => migrate({ modules, apply: true, ...config });

beforeEach(async () => {
  await database.pool.query("drop schema if exists pevensie cascade");
});

test("F11: on a database that is not migrated, connect() names the command to run", async () => {
  const auth = await errorOf(connectAuth());
  expect(auth.code).toBe("SCHEMA_OUTDATED");
  expect(auth.message).toContain("npx pevensie migrate --apply auth");
  const cache = await errorOf(connectCache());
  expect(cache.code).toBe("SCHEMA_OUTDATED");
  expect(cache.message).toContain("npx pevensie migrate --apply cache");
});

test("F11: a driver of another module does not require it to be migrated", async () => {
  await apply("auth");
  await connectAuth();
  expect(await codeOf(connectCache())).toBe("SCHEMA_OUTDATED");
  await database.pool.query("drop schema pevensie cascade");
  await apply("cache");
  await connectCache();
  expect(await codeOf(connectAuth())).toBe("SCHEMA_OUTDATED");
});

test("F11: an original's database is outdated until it is migrated", async () => {
  await restoreOriginal(database.pool);
  expect(await codeOf(connectAuth())).toBe("SCHEMA_OUTDATED");
  expect(await codeOf(connectCache())).toBe("SCHEMA_OUTDATED");
  await apply("auth", "cache");
  await connectAuth();
  await connectCache();
});

test("F11: connect() that failed for the schema can be called again", async () => {
  const auth = authOn(config);
  expect(await codeOf(auth.connect())).toBe("SCHEMA_OUTDATED");
  await apply("auth");
  await using connected = await auth.connect();
  expect(await connected.listUsers()).toEqual([]);
});

test.each(["base", "auth", "cache"])(
  "F11: migrate refuses a database whose %s module is newer, before any change",
  async (module) => {
    await restoreOriginal(database.pool);
    await database.pool.query("update pevensie.module_version set version = '2999-01-01 00:00+00' where module = $1", [
      module,
    ]);
    const before = await describeCatalog(database.pool);
    expect(await codeOf(apply("auth", "cache"))).toBe("SCHEMA_TOO_NEW");
    expect(await codeOf(migrate({ modules: ["auth", "cache"], ...config }))).toBe("SCHEMA_TOO_NEW");
    expect(await describeCatalog(database.pool)).toBe(before);
  },
);

test("F11: a newer module that is not selected does not prevent a migration", async () => {
  await apply("cache");
  await database.pool.query(
    "update pevensie.module_version set version = '2999-01-01 00:00+00' where module = 'cache'",
  );
  await apply("auth");
  await using auth = await authOn(config).connect();
  expect((await createUser(auth)).deletedAt).toBeNull();
});

test("F11: on a newer database connect() works, and warns once in a process", async () => {
  await apply("auth", "cache");
  await database.pool.query("update pevensie.module_version set version = '2999-01-01 00:00+00'");
  const { status, stdout, stderr } = await runFixture("connect-twice.ts", { DATABASE_URL: database.url });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "connected\n" });
  expect(stderr.match(/SCHEMA_TOO_NEW/g)).toHaveLength(1);
});

test("F11: on a database of its own version it does not warn", async () => {
  await apply("auth", "cache");
  const outcome = await runFixture("connect-twice.ts", { DATABASE_URL: database.url });
  expect(outcome).toMatchObject({ status: 0, stdout: "connected\n", stderr: "" });
});

test.each([[[]], [["base"]], [["auth", "users"]], [undefined], ["auth"]])("modules %j are refused", async (modules) => {
  const error = await errorOf(migrate({ modules: modules as ("auth" | "cache")[], ...config }));
  expect(error).toMatchObject({ code: "INVALID_INPUT", field: "modules" });
});

test.each([undefined, null, "auth"])("the options %j are refused", async (options) => {
  const refused = { code: "INVALID_INPUT", field: "options" };
  await expect(migrate(options as never)).rejects.toMatchObject(refused);
  await expect(migrateAllSchemas(options as never)).rejects.toMatchObject(refused);
});
