import { beforeEach, describe, expect, test } from "vitest";
import { useDatabase } from "../support/database.js";
import { programOf, RAN, runDocumented } from "../support/documented-program.js";
import { type Block, blocks } from "../support/documents.js";

/** The examples of docs/transactions.md for query builders, run as they stand there, and with an error at the place that they name. */

const database = useDatabase();

beforeEach(async () => {
  await database.pool.query(`
    truncate pevensie."user" cascade;
    drop table if exists public.knight;
    create table public.knight (user_id uuid references pevensie."user" (id), title text)`);
});

const FAILS_HERE = "// What is thrown here undoes both.";
const EXAMPLES: readonly (readonly [string, (block: Block) => boolean])[] = [
  ["Drizzle in a transaction of the auth", ({ code }) => code.includes("drizzle({ client: client as")],
  ["the auth in a transaction of Drizzle", ({ code }) => code.includes("drizzle({ client }).transaction")],
  ["Kysely in a transaction of the auth", ({ code }) => code.includes("async (auth, { query })")],
  ["the auth in a transaction of Kysely", ({ code }) => code.includes("db.transaction().execute")],
];

const edmunds = () =>
  database.rows(`select knight.title from pevensie."user" as account left join public.knight on user_id = account.id
    where email = 'edmund@example.com'`);
const knights = () => database.rows("select title from public.knight");

describe.each(EXAMPLES)("%s", (_, isMeant) => {
  const found = blocks.filter(({ name, code }) => name.includes("docs-transactions-md") && isMeant({ name, code }));
  const [block = { name: "", code: "" }] = found;

  test("G65: commits the user and the row together", async () => {
    expect(found).toHaveLength(1);
    const { status, stdout, stderr } = await runDocumented(programOf(block), database.url);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(RAN);
    expect(await edmunds()).toEqual([{ title: "the Just" }]);
  });

  test("G65: rolls back the user and the row together", async () => {
    expect(block.code.split(FAILS_HERE)).toHaveLength(2);
    const code = block.code.replace(FAILS_HERE, 'throw new Error("what the application threw");');
    const { status, stderr } = await runDocumented(programOf({ ...block, code }), database.url);
    expect(status).toBe(1);
    expect(stderr).toContain("what the application threw");
    expect([await edmunds(), await knights()]).toEqual([[], []]);
  });
});
