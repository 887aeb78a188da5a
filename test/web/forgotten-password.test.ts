import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pevensieSessions } from "../../src/plugs/express.js";
import { httpHeadersOf, httpStatusOf } from "../../src/web/index.js";
import { authOn, createUser, uniqueEmail, useAuth } from "../support/auth.js";
import { Browser } from "../support/browser.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

/** Handlers for forgotten passwords that look everything up before they respond, and hand errors to the application. */

const database = useDatabase();
const auth = useAuth(database.url);

/** Who has been sent a mail, and the token in it. */
const sent: { readonly to: string; readonly token: string }[] = [];

let server: Server;
beforeAll(async () => {
  const app = express();
  app.use(pevensieSessions(auth.current), express.json());
  const done = "If there is an account with this address, a mail is on its way.";
  app.post("/by-email", async (req, res) => {
    const created = await auth.current.createPasswordResetToken({ email: req.body.email, ttlSeconds: 900 });
    if (created !== null) sent.push({ to: created.user.email, token: created.token });
    res.json(done);
  });
  app.post("/by-user", async (req, res) => {
    const user = await auth.current.getUserByEmail(req.body.email);
    if (user !== null) {
      const options = { userId: user.id, tokenType: "password-reset", ttlSeconds: 900 } as const;
      sent.push({ to: user.email, token: await auth.current.createOneTimeToken(options) });
    }
    res.json(done);
  });
  app.post("/by-link", async (req, res) => {
    const created = await auth.current.createLogInToken({ email: req.body.email, ttlSeconds: 900 });
    if (created !== null) sent.push({ to: created.user.email, token: created.token });
    res.json(done);
  });
  app.use((error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    for (const [name, value] of httpHeadersOf(error)) res.set(name, value);
    res.status(httpStatusOf(error)).json("failed");
  });
  server = await new Promise((resolve) => {
    const started = app.listen(0, "127.0.0.1", () => resolve(started));
  });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Users in every state, by the state. */
async function emails() {
  const [known, banned, deleted] = await Promise.all([1, 2, 3].map(() => createUser(auth.current)));
  await auth.current.banUser(banned?.id as string);
  await auth.current.deleteUserById(deleted?.id as string);
  const none = { unknown: uniqueEmail(), none: "no address" };
  return { known: known?.email as string, banned: banned?.email as string, deleted: deleted?.email as string, ...none };
}

test.each(["/by-email", "/by-user", "/by-link"])("G62: a handler %s answers all alike", async (path) => {
  const browser = new Browser((server.address() as AddressInfo).port);
  const given = await emails();
  sent.length = 0;
  const replies = new Map<string, unknown>();
  for (const [state, email] of Object.entries(given)) {
    const { status, headers, body } = await browser.post(path, { email });
    const { date: _, ...others } = headers;
    replies.set(state, { status, headers: others, body });
  }
  for (const reply of replies.values()) expect(reply).toEqual(replies.get("known"));
  expect(replies.get("known")).toMatchObject({ status: 200 });
  // What a banned user may be sent sets no password, not even after the ban.
  await auth.current.unbanUser((await auth.current.getUserByEmail(given.banned))?.id as string);
  for (const { to, token } of sent) {
    const isUsable = await auth.current.validateOneTimeToken({
      tokenType: path === "/by-link" ? "log-in" : "password-reset",
      token,
    });
    expect([to, isUsable]).toEqual([to, to === given.known]);
  }
  expect(sent.map(({ to }) => to)).toContain(given.known);
});

test("G62: by email, all cost as many statements", async () => {
  const observed = observedPool({ connectionString: database.url, max: 1 });
  await using own = await authOn({ pool: observed.pool }).connect();
  try {
    const counts = new Set<number>();
    for (const email of Object.values(await emails())) {
      const statements = await statementsOf(observed, () => own.createPasswordResetToken({ email, ttlSeconds: 60 }));
      counts.add(statements.length);
    }
    expect(counts.size).toBe(1);
  } finally {
    await own.disconnect();
    await endPool(observed.pool);
  }
});
