import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { validator } from "hono/validator";
import type { User } from "pevensie";
import { pevensieSessions, requireUser, type SessionVariables } from "pevensie/hono";
import { auth, newSession, port } from "./auth.js";
import { explain, fieldOf } from "./errors.js";
import { credentialsPage, homePage, privatePage } from "./pages.js";

// Behind a proxy: { clientIp: 1 }, the number of proxies.
const sessions = pevensieSessions(auth);
const app = new Hono<{ Variables: SessionVariables }>();

// A body that cannot be read is 400.
const credentials = validator("form", (body) => ({
  email: fieldOf(body, "email"),
  password: fieldOf(body, "password"),
}));

app.use(sessions);

app.get("/", (c) => c.html(homePage(c.var.user?.email ?? null)));

app.get("/sign-up", (c) => c.html(credentialsPage("/sign-up")));

app.post("/sign-up", credentials, async (c) => {
  const { email, password } = c.req.valid("form");
  let user: User;
  try {
    user = await auth.createUserWithEmail({ email, password, userMetadata: {} });
  } catch (error) {
    return c.html(credentialsPage("/sign-up", email, explain(error)), 422);
  }
  const session = await auth.createSession(newSession(user, sessions.logInOptions(c)));
  await sessions.start(c, { session, user });
  return c.redirect("/", 303);
});

app.get("/log-in", (c) => c.html(credentialsPage("/log-in")));

app.post("/log-in", credentials, async (c) => {
  const { email, password } = c.req.valid("form");
  let problem = "The address or the password is wrong.";
  try {
    if ((await sessions.logIn(c, { email, password })) !== null) return c.redirect("/", 303);
  } catch (error) {
    problem = explain(error);
  }
  return c.html(credentialsPage("/log-in", email, problem), 401);
});

app.post("/log-out", async (c) => {
  await sessions.end(c);
  return c.redirect("/", 303);
});

app.get("/private", requireUser({ redirectTo: "/log-in" }), (c) => c.html(privatePage(sessions.current(c).user.email)));

const server = serve({ fetch: app.fetch, port, hostname: "localhost" }, () => console.log(`http://localhost:${port}`));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => void auth.disconnect());
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}
