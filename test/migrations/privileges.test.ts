import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { onServer, useDatabase } from "../support/database.js";

const database = useDatabase({ empty: true });
const role = `role_${randomBytes(8).toString("hex")}`;

beforeAll(() => onServer(`create role ${role} login password 'pevensie'`));
afterAll(async () => {
  await database.pool.query(`drop owned by ${role} cascade`);
  await onServer(`drop role ${role}`);
});

const connectionString = () => Object.assign(new URL(database.url), { username: role, password: "pevensie" }).href;

test.each(["pevensie", `tenant's "42" $$`])(
  "a role that owns the schema %j migrates it without CREATE on the database",
  async (schema) => {
    await database.pool.query(`create schema "${schema.replaceAll('"', '""')}" authorization ${role}`);
    const options = { modules: ["auth", "cache"], connectionString: connectionString(), schema } as const;
    const { applied } = await migrate({ ...options, apply: true });
    expect(applied).toBe(true);
    expect((await migrate(options)).migrations).toEqual([]);
  },
);

test("without the schema and the privilege nothing is created", async () => {
  const options = { modules: ["auth"], connectionString: connectionString(), schema: "absent", apply: true } as const;
  await expect(migrate(options)).rejects.toMatchObject({
    code: "MIGRATION_FAILED",
    message: expect.stringContaining("permission denied for database"),
  });
});
