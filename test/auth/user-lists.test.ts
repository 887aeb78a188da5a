import fc from "fast-check";
import { expect, test } from "vitest";
import { patternParams } from "../../src/postgres/drivers/auth/user-patterns.js";
import { createUser, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);

async function users(prefix: string, count: number, role: string | null = null) {
  const created = [];
  for (let index = 0; index < count; index += 1) {
    created.push(await createUser(auth.current, { email: `${prefix}${index}@example.com`, password: null, role }));
  }
  return created;
}

test("G45: after pages through all users by key, while others come and go", async () => {
  const created = await users("page-", 25);
  const filters = { email: ["page-%"] };
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await auth.current.listUsers({ filters, limit: 10, after });
    if (page.length === 0) break;
    seen.push(...page.map(({ id }) => id));
    after = page.at(-1)?.id;
    if (seen.length === 10) await auth.current.deleteUserById(seen[0] as string);
  }
  expect(seen).toEqual(created.map(({ id }) => id));
  const last = await auth.current.listUsers({ limit: 5, after: created.at(-1)?.id });
  expect(last).toEqual([]);
  const refused = { code: "INVALID_INPUT", field: "after" };
  expect(await auth.current.listUsers({ after: null, filters, limit: 1 })).toHaveLength(1);
  for (const after of ["no id", 1, ""]) {
    await expect(auth.current.listUsers({ after: after as never })).rejects.toMatchObject(refused);
  }
});

test("inherited options of lists and counts are read, as those of other functions", async () => {
  await users("inherited-", 3);
  const options = Object.create({ limit: 1, filters: { email: ["inherited-%"] } }) as object;
  expect(await auth.current.listUsers(options)).toHaveLength(1);
  const counted = Object.create({ filters: { email: ["inherited-%"] } }) as object;
  expect(await auth.current.countUsers(counted)).toBe(3);
});

test("G45: state and role select users, in lists and counts alike", async () => {
  const role = "state-test";
  const [live, banned, deleted, formerly] = await users("state-", 4, role);
  await users("state-other-", 1, "another");
  await auth.current.banUser(banned?.id as string);
  await auth.current.banUser(formerly?.id as string, { until: new Date(0) });
  await auth.current.deleteUserById(deleted?.id as string);
  const expected = {
    live: [live, banned, formerly],
    banned: [banned],
    deleted: [deleted],
    any: [live, banned, deleted, formerly],
  } as const;
  for (const filters of [undefined, { email: ["state-%"] }, { email: ["%state-%"] }]) {
    for (const [state, selected] of Object.entries(expected)) {
      const options = { state: state as keyof typeof expected, role, filters };
      const ids = (await auth.current.listUsers(options)).map(({ id }) => id);
      expect(ids).toEqual(selected.map((user) => user?.id));
      expect(await auth.current.countUsers(options)).toBe(selected.length);
    }
    const byDefault = await auth.current.listUsers({ role, filters });
    expect(byDefault).toHaveLength(3);
  }
  expect(await auth.current.countUsers({ filters: { email: [] } })).toBe(0);
  const refused = { code: "INVALID_INPUT", field: "state" };
  for (const state of ["gone", null, 1]) {
    await expect(auth.current.listUsers({ state: state as never })).rejects.toMatchObject(refused);
    await expect(auth.current.countUsers({ state: state as never })).rejects.toMatchObject(refused);
  }
});

test("G45: patterns with literal text at their start find the same as any others", async () => {
  const characters = fc.constantFrom("a", "b", "%", "_", "\\", "é", "\u{10ffff}", "\ud7ff", "😀", ".");
  const words = fc.array(characters, { maxLength: 5 }).map((parts) => parts.join(""));
  await database.rows(
    `insert into pevensie."user" (email, user_metadata)
     select distinct a || b || c || '@x', '{}'::jsonb
     from unnest($1::text[]) a, unnest($1::text[]) b, unnest($1::text[]) c`,
    [["", "a", "b", "%", "_", "\\", "é", "\u{10ffff}", "\ud7ff", "😀", "."]],
  );
  await fc.assert(
    fc.asyncProperty(words, async (word) => {
      const pattern = `${word}%`;
      const found = await auth.current.countUsers({ filters: { email: [pattern] } });
      const [row] = await database.rows<{ count: number }>(
        `select count(*)::int as count from pevensie."user" where deleted_at is null and email like $1`,
        [pattern],
      );
      expect(found).toBe(row?.count);
    }),
    { numRuns: 300 },
  );
});

test("G45: a pattern with literal text at its start uses an index; one without reads every user", async () => {
  await database.rows(
    `insert into pevensie."user" (email, user_metadata)
     select 'many' || n || '@example.com', '{}' from generate_series(1, 20000) as n`,
  );
  await database.rows('vacuum analyze pevensie."user"');
  const params = patternParams({ email: ["many123%", "%@example.com"] });
  expect(params).toMatchObject({
    emailPatterns: ["many123%"],
    emailsFrom: ["many123"],
    emailsBelow: ["many124"],
    wideEmailPatterns: ["%@example.com"],
  });
  const plan = await database.rows<{ "QUERY PLAN": string }>(
    `explain select account.id
     from rows from (unnest($1::text[]), unnest($2::text[]), unnest($3::text[])) as given (pattern, lowest, above)
     join pevensie."user" as account
       on account.email ~>=~ given.lowest and account.email ~<~ given.above and account.email ~~ given.pattern`,
    [params.emailPatterns, params.emailsFrom, params.emailsBelow],
  );
  expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toContain("user_email_pattern_idx");
});
