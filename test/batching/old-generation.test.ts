import { beforeAll, expect, test } from "vitest";
import { COOKIE_KEY, createUser, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { runFixture } from "../support/process.js";

const database = useDatabase();
const auth = useAuth(database.url);

let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const { id: userId } = await createUser(auth.current);
  const each = <T>(create: () => Promise<T>) => Promise.all(Array.from({ length: 200 }, create));
  const keys = await each(async () => (await auth.current.createApiKey({ userId, name: "burst" })).key);
  const sessions = await each(() => auth.current.createSession({ userId, ttlSeconds: 3600 }));
  const cookies = sessions.map((session) => ({ id: session.id, cookie: auth.current.createSessionCookie(session) }));
  // With a small young generation, V8 decides after fewer calls where it allocates.
  const NODE_OPTIONS = "--max-semi-space-size=1";
  const [KEYS, SESSIONS] = [JSON.stringify(keys), JSON.stringify(cookies)];
  env = { DATABASE_URL: database.url, COOKIE_KEY, KEYS, SESSIONS, NODE_OPTIONS };
});

// What is in flight during a collection is promoted in any case. `has` acquires a client for each call, and pg-pool allocates its requests
// in the old generation.
test.each([
  ["getSession", 250],
  ["getSessionWithUser", 250],
  ["getApiKeyWithUser", 250],
  ["read", 250],
  ["increment", 250],
  ["rateLimit", 250],
  ["has", 1000],
])("calls of %s after a burst of them leave at most %d bytes in V8's old generation", async (name, most) => {
  const { status, stdout, stderr } = await runFixture("calls-after-burst.ts", { ...env, FUNCTION: name });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^-?\d+\n$/);
  expect(Number(stdout)).toBeLessThanOrEqual(most);
});
