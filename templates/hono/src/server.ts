import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { validator } from "hono/validator";
import type { User } from "pevensie";
import { pevensieSessions, requireUser, type SessionVariables } from "pevensie/hono";
import { httpHeadersOf, httpStatusOf } from "pevensie/web";
import { address, auth, host, newSession, port } from "./auth.js";
import { explain, fieldOf, logError, nullIfInvalid, WRONG_CREDENTIALS } from "./errors.js";
import { credentialsPage, errorPage, homePage, privatePage } from "./pages.js";

// Behind a proxy: { clientIp: 1 }, the number of proxies.
const sessions = pevensieSessions(auth);
const app = new Hono<{ Variables: SessionVariables }>();

/** Responds to an error with its status and headers, such as Retry-After. */
function fail(c: Context, error: unknown, page: string) {
  return c.html(page, httpStatusOf(error) as ContentfulStatusCode, Object.fromEntries(httpHeadersOf(error)));
}

// A body that cannot be read is 400.
const credentials = validator("form", (body) => ({
  email: fieldOf(body, "email"),
  password: fieldOf(body, "password"),
}));

app.onError((error, c) => {
  logError(error);
  return fail(c, error, errorPage());
});
// Without a limit, a single request could use up the memory: 413.
app.use(bodyLimit({ maxSize: 64 * 1024 }), sessions);
app.use(async (c, next) => {
  // Otherwise the browser's Back shows the pages of somebody who has logged out.
  if (c.var.user !== null) c.header("Cache-Control", "no-store");
  await next();
});

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
  try {
    const loggedIn = await sessions.logIn(c, { email, password }).catch(nullIfInvalid);
    if (loggedIn !== null) return c.redirect("/", 303);
  } catch (error) {
    return fail(c, error, credentialsPage("/log-in", email, explain(error)));
  }
  return c.html(credentialsPage("/log-in", email, WRONG_CREDENTIALS), 401);
});

app.post("/log-out", async (c) => {
  await sessions.end(c);
  return c.redirect("/", 303);
});

app.get("/private", requireUser({ redirectTo: "/log-in" }), (c) => c.html(privatePage(sessions.current(c).user.email)));

const server = serve({ fetch: app.fetch, port, hostname: host }, () => console.log(address));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => void auth.disconnect());
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}
