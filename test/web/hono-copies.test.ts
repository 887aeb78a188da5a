import { Hono } from "hono";
import { expect, test } from "vitest";
import { pevensieSessions } from "../../src/plugs/hono.js";
import { createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);

/** An application with the plug, and another one with a copy of it, mounted or as a route. */
function appWith(copy: "mounted" | "route") {
  const [outer, inner] = [pevensieSessions(auth.current), pevensieSessions(auth.current)];
  const part = new Hono().use(inner);
  part.post("/log-in", async (c) => {
    const { email } = await c.req.json<{ email: string }>();
    await inner.logIn(c, { email, password: PASSWORD });
    return c.json(null);
  });
  part.post("/log-out", async (c) => {
    await inner.end(c);
    return c.json(null);
  });
  const app = new Hono().use(outer);
  return copy === "mounted" ? app.mount("/part", part.fetch) : app.route("/part", part);
}

/** What a browser keeps of the session's cookie. */
async function keptAfter(
  app: ReturnType<typeof appWith>,
  path: string,
): Promise<{ kept: string | undefined; old: string; userId: string }> {
  const user = await createUser(auth.current);
  const session = await auth.current.createSession({ userId: user.id, ttlSeconds: 3600, idleSeconds: 60 });
  const old = auth.current.createSessionCookie(session);
  // Reading it renews the cookie.
  await backdoor.ageSession(session.id, 40);
  const response = await app.request(path, {
    method: "POST",
    headers: { cookie: `session=${old}`, host: "localhost", "content-type": "application/json" },
    body: JSON.stringify({ email: user.email }),
  });
  expect(response.status).toBe(200);
  const lines = response.headers.getSetCookie().filter((line) => line.startsWith("session="));
  return { kept: lines.at(-1)?.slice("session=".length).split(";")[0], old, userId: user.id };
}

test.each(["mounted", "route"] as const)(
  "G59: a renewal that the outer copy of the plug sends undoes no login or logout of the inner one: %s",
  async (copy) => {
    const { kept, old, userId } = await keptAfter(appWith(copy), "/part/log-in");
    expect(kept).not.toBe(old);
    const id = auth.current.validateSessionCookie(kept ?? "");
    expect(id === null ? null : await auth.current.getSession(id)).toMatchObject({ userId });
    expect((await keptAfter(appWith(copy), "/part/log-out")).kept).toBe("");
  },
);
