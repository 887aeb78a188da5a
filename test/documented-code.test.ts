import { basename } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { useDatabase } from "./support/database.js";
import { programOf, RAN, runDocumented } from "./support/documented-program.js";
import { type Block, blocks } from "./support/documents.js";

/** Every block of TypeScript in the documents runs to its end, each in a process of its own. */

const database = useDatabase();

beforeEach(async () => {
  await database.pool.query(`
    truncate pevensie."user", pevensie.cache cascade;
    create table if not exists public.visit (user_id uuid, place text);
    create table if not exists public.knight (user_id uuid, title text)`);
});

/** The block of README that signs a user up, who must not exist, and the contract suite, which test/auth runs. */
const signsUp = ({ code }: Block) => code.includes("createUserWithEmail({ ...lucy");
const isSuite = ({ code }: Block) => code.includes("authDriverContract(");

const named = blocks
  .filter((block) => !isSuite(block))
  .map((block) => ({ ...block, title: basename(block.name, ".ts") }));

test.each(named)("$title", async (block) => {
  const program = signsUp(block)
    ? programOf(block).replace("lucy@example.com", "another@example.com")
    : programOf(block);
  const { status, stdout, stderr } = await runDocumented(program, database.url);
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(RAN);
});
