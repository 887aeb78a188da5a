import fastify from "fastify";
import type { User } from "pevensie";
import { pevensieSessions, requireUser } from "pevensie/fastify";
import { httpHeadersOf, httpStatusOf } from "pevensie/web";
import { address, auth, host, newSession, port } from "./auth.js";
import { explain, fieldOf, logError, nullIfInvalid, WRONG_CREDENTIALS } from "./errors.js";
import { credentialsPage, errorPage, homePage, privatePage } from "./pages.js";

// Behind a proxy: { clientIp: 1 }, the number of proxies.
const sessions = pevensieSessions(auth);
const app = fastify({ logger: { level: "warn" } });

app.setErrorHandler((error, _request, reply) => {
  logError(error);
  reply.code(httpStatusOf(error)).headers(Object.fromEntries(httpHeadersOf(error)));
  return reply.type("text/html; charset=utf-8").send(errorPage());
});
await app.register(sessions);
app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) => {
  done(null, Object.fromEntries(new URLSearchParams(body.toString())));
});
app.addHook("onRequest", async (request, reply) => {
  // Fastify's own response for an unknown address is JSON.
  if (!request.is404) reply.type("text/html; charset=utf-8");
  // Otherwise the browser's Back shows the pages of somebody who has logged out.
  if (request.user !== null) reply.header("Cache-Control", "no-store");
});

app.get("/", async (request) => homePage(request.user?.email ?? null));

app.get("/sign-up", async () => credentialsPage("/sign-up"));

app.post("/sign-up", async (request, reply) => {
  const [email, password] = [fieldOf(request.body, "email"), fieldOf(request.body, "password")];
  let user: User;
  try {
    user = await auth.createUserWithEmail({ email, password, userMetadata: {} });
  } catch (error) {
    return reply.code(422).send(credentialsPage("/sign-up", email, explain(error)));
  }
  const session = await auth.createSession(newSession(user, sessions.logInOptions(request, reply)));
  await sessions.start(request, reply, { session, user });
  return reply.redirect("/", 303);
});

app.get("/log-in", async () => credentialsPage("/log-in"));

app.post("/log-in", async (request, reply) => {
  const [email, password] = [fieldOf(request.body, "email"), fieldOf(request.body, "password")];
  try {
    const loggedIn = await sessions.logIn(request, reply, { email, password }).catch(nullIfInvalid);
    if (loggedIn !== null) return reply.redirect("/", 303);
  } catch (error) {
    const page = credentialsPage("/log-in", email, explain(error));
    return reply
      .code(httpStatusOf(error))
      .headers(Object.fromEntries(httpHeadersOf(error)))
      .send(page);
  }
  return reply.code(401).send(credentialsPage("/log-in", email, WRONG_CREDENTIALS));
});

app.post("/log-out", async (request, reply) => {
  await sessions.end(request, reply);
  return reply.redirect("/", 303);
});

app.get("/private", { onRequest: requireUser({ redirectTo: "/log-in" }) }, async (request) =>
  privatePage(sessions.current(request).user.email),
);

app.addHook("onClose", async () => {
  await auth.disconnect();
});
await app.listen({ port, host });
console.log(address);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void app.close());
