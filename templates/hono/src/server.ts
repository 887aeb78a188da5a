import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { pevensieSessions, requireUser, type SessionVariables } from "pevensie/hono";
import { auth, port } from "./auth.js";
import { explain, fieldOf } from "./errors.js";
import { credentialsPage, homePage, privatePage } from "./pages.js";

// Behind a proxy: { clientIp: 1 }, the number of proxies.
const sessions = pevensieSessions(auth);
const app = new Hono<{ Variables: SessionVariables }>();

app.use(sessions);

app.get("/", (c) => c.html(homePage(c.var.user?.email ?? null)));

app.get("/sign-up", (c) => c.html(credentialsPage("/sign-up")));

app.post("/sign-up", async (c) => {
  const body = await c.req.parseBody();
  const [email, password] = [fieldOf(body, "email"), fieldOf(body, "password")];
  try {
    await auth.createUserWithEmail({ email, password, userMetadata: {} });
  } catch (error) {
    return c.html(credentialsPage("/sign-up", email, explain(error)), 422);
  }
  await sessions.logIn(c, { email, password });
  return c.redirect("/", 303);
});

app.get("/log-in", (c) => c.html(credentialsPage("/log-in")));

app.post("/log-in", async (c) => {
  const body = await c.req.parseBody();
  const [email, password] = [fieldOf(body, "email"), fieldOf(body, "password")];
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

app.get("/private", requireUser({ redirectTo: "/log-in" }), (c) => c.html(privatePage(c.var.user?.email ?? "")));

const server = serve({ fetch: app.fetch, port, hostname: "localhost" }, () => console.log(`http://localhost:${port}`));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => void auth.disconnect());
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}
