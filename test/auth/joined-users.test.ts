import { describe, expect, test } from "vitest";
import { createUser, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);

/** Returns the user that getUserById returns, and those that are joined to a session and to an API key, alone and in batches. */
async function readings(userId: string) {
  const { id } = await auth.current.createSession({ userId });
  const { key } = await auth.current.createApiKey({ userId, name: "x" });
  const withSession = () => auth.current.getSessionWithUser(id);
  const withKey = () => auth.current.getApiKeyWithUser(key);
  const alone = [await withSession(), await withKey()];
  const batch = [withSession, withKey].flatMap((read) => [read(), read(), read()]);
  const joined = [...alone, ...(await Promise.all(batch))];
  return { plain: await auth.current.getUserById(userId), joined: joined.map((found) => found?.user) };
}

async function expectTheSameUser(userId: string) {
  const { plain, joined } = await readings(userId);
  expect(plain).not.toBeNull();
  for (const user of joined) expect(user).toEqual(plain);
  return plain;
}

const COLUMNS: readonly (readonly [column: string, sql: string])[] = [
  ["created_at", "'1066-10-14 09:00:00.123456+00'"],
  ["created_at", "'0044-03-15 00:00:00+00 BC'"],
  ["created_at", "'-infinity'"],
  ["updated_at", "'294276-12-31 23:59:59.999999+00'"],
  ["updated_at", "'1969-12-31 23:59:59.999999+00'"],
  ["email_confirmed_at", "'2050-06-01 12:00:00.5+02'"],
  ["phone_number_confirmed_at", "'infinity'"],
  ["last_sign_in", "'2286-11-20 17:46:40+00'"],
  ["banned_until", "'2001-01-01 00:00:00.000001+00'"],
  ["role", `E'king "Peter" \\\\ \\u000a\\u2028 \\U0001f981'`],
  ["role", "''"],
  ["phone_number", "gen_random_uuid()::text"],
  ["email", "gen_random_uuid() || E'''\"\\u00e9@example.com'"],
  ["app_metadata", `'{"id": "other", "email": null, "nested": [null, {"role": null}], "__proto__": 1}'`],
  ["user_metadata", "'null'"],
  ["user_metadata", `'[1e300, 0.1, -0.0, 12345678901234567890, "\\u2028"]'`],
];

describe("the user of a session or an API key is the one of getUserById", () => {
  test.each(COLUMNS)("G38: when the application's SQL sets %s to %s", async (column, sql) => {
    const { id } = await createUser(auth.current, { password: null });
    await database.rows(`update pevensie."user" set ${column} = ${sql} where id = $1`, [id]);
    await expectTheSameUser(id);
  });

  test.each([
    ["that is small", 400, false],
    ["that is large", 600, true],
    ["that is stored compressed", 20_000, true],
    ["that is stored beside the table", 1_000_000, true],
  ])("G38: with metadata %s", async (_, length, isLarge) => {
    const userMetadata = { text: "x".repeat(length) };
    const { id } = await createUser(auth.current, { password: null, userMetadata });
    // Another update, of the metadata as it is stored.
    await auth.current.setUserRole(id, "queen");
    expect(await expectTheSameUser(id)).toMatchObject({ userMetadata, role: "queen" });
    const [row] = await database.rows(
      `select starts_with(json, ' ') as says_so, json::jsonb ->> 9 is null as left_out from pevensie."user" where id = $1`,
      [id],
    );
    expect(row).toEqual({ says_so: isLarge, left_out: isLarge });
  });

  test("G38: when metadata becomes large, and small again", async () => {
    const { id } = await createUser(auth.current, { password: null });
    for (const text of ["x".repeat(10_000), "small"]) {
      await auth.current.updateUser(id, { userMetadata: { text } });
      expect(await expectTheSameUser(id)).toMatchObject({ userMetadata: { text } });
    }
  });

  test("G38: when the application's SQL copies, compares and groups whole rows", async () => {
    const { id } = await createUser(auth.current, { password: null });
    const rows = await database.rows(
      `select u from (select distinct * from pevensie."user" where id = $1 union select * from pevensie."user" where id = $1) as u group by u`,
      [id],
    );
    expect(rows).toHaveLength(1);
  });

  test("G38: when a column of metadata that may be null is null", async () => {
    const { id } = await createUser(auth.current, { password: null });
    await database.rows('alter table pevensie."user" alter column app_metadata drop not null');
    await database.rows(
      `update pevensie."user" set app_metadata = null, user_metadata = '{"nickname": "Lucy"}' where id = $1`,
      [id],
    );
    expect(await expectTheSameUser(id)).toMatchObject({ userMetadata: { nickname: "Lucy" } });
  });
});
