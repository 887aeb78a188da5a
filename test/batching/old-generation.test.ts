import { expect, test } from "vitest";
import { createUser, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { runFixture } from "../support/process.js";

const database = useDatabase();
const auth = useAuth(database.url);

/** What is in flight during a collection is promoted, too, and pg-pool's requests for connections. */
const MOST_BYTES = 400;

test("calls after a burst are not allocated in V8's old generation", { timeout: 180_000 }, async () => {
  const { id } = await createUser(auth.current);
  // With a small young generation, V8 decides after fewer calls where it allocates.
  const env = { DATABASE_URL: database.url, USER_ID: id, NODE_OPTIONS: "--max-semi-space-size=1" };
  const { stdout, stderr } = await runFixture("calls-after-burst.ts", env);
  expect(stderr).toBe("");
  const bytes = Object.entries(JSON.parse(stdout) as Record<string, number>);
  expect(bytes.filter(([, median]) => median > MOST_BYTES)).toEqual([]);
  expect(bytes).toHaveLength(5);
});
