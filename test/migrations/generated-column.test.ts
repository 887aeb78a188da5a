import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { createUser, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const role = `role_${randomBytes(8).toString("hex")}`;
const apply = () => migrate({ modules: ["auth"], apply: true, connectionString: database.url });

/** Makes the table of users what it was before the migration. */
async function withoutColumn() {
  await database.pool.query(`
    alter table pevensie."user" drop column json;
    drop function pevensie.user_json;
    update pevensie.module_version set version = '2026-11-29 12:00:00' where module = 'auth'`);
}

test.each([
  ["a trigger that compares new.* before updates is refused", "before update on", true],
  ["a trigger that compares new.* after updates is not refused", "after update on", false],
])("%s", async (_, event, isRefused) => {
  const user = await createUser(auth.current, { password: null });
  const { id } = await auth.current.createSession({ userId: user.id });
  await withoutColumn();
  await database.pool.query(`
    create or replace function public.nothing() returns trigger language plpgsql as 'begin return new; end';
    create trigger touch ${event} pevensie."user" for each row
    when (old.* is distinct from new.*) execute function public.nothing()`);
  try {
    if (isRefused) {
      await expect(apply()).rejects.toMatchObject({
        code: "MIGRATION_FAILED",
        message: expect.stringContaining("the trigger touch compares new.* in its WHEN condition"),
      });
      await database.pool.query(`drop trigger touch on pevensie."user"`);
    }
    await expect(apply()).resolves.toMatchObject({ applied: true });
    // The user was there before the column.
    expect((await auth.current.getSessionWithUser(id))?.user).toEqual(user);
    await database.pool.query(`update pevensie."user" set role = role`);
  } finally {
    await database.pool.query(`drop trigger if exists touch on pevensie."user"`);
  }
});

test("a role without EXECUTE on the schema's functions changes users", async () => {
  const { id } = await createUser(auth.current, { password: null });
  await withoutColumn();
  await database.pool.query("alter default privileges revoke execute on functions from public");
  await apply();
  await database.pool.query(`
    create role ${role};
    grant usage on schema pevensie to ${role};
    grant select, update on pevensie."user" to ${role}`);
  const client = await database.pool.connect();
  try {
    await client.query(`set role ${role}`);
    const { rowCount } = await client.query(`update pevensie."user" set role = 'queen' where id = $1`, [id]);
    expect(rowCount).toBe(1);
  } finally {
    await client.query("reset role");
    client.release();
    await database.pool.query(`
      alter default privileges grant execute on functions to public;
      drop owned by ${role};
      drop role ${role}`);
  }
});
