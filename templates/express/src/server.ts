import express, { type NextFunction, type Request, type Response } from "express";
import type { User } from "pevensie";
import { pevensieSessions, requireUser } from "pevensie/express";
import { httpHeadersOf, httpStatusOf } from "pevensie/web";
import { address, auth, host, newSession, port } from "./auth.js";
import { explain, fieldOf, logError, nullIfInvalid, WRONG_CREDENTIALS } from "./errors.js";
import { credentialsPage, errorPage, homePage, privatePage } from "./pages.js";

// Behind a proxy: { clientIp: 1 }, the number of proxies.
const sessions = pevensieSessions(auth);
const app = express();

app.use(sessions);
app.use((req, res, next) => {
  // Otherwise the browser's Back shows the pages of somebody who has logged out.
  if (req.user !== null) res.set("Cache-Control", "no-store");
  next();
});
app.use(express.urlencoded());

app.get("/", (req, res) => {
  res.send(homePage(req.user?.email ?? null));
});

app.get("/sign-up", (_req, res) => {
  res.send(credentialsPage("/sign-up"));
});

app.post("/sign-up", async (req, res) => {
  const [email, password] = [fieldOf(req.body, "email"), fieldOf(req.body, "password")];
  let user: User;
  try {
    user = await auth.createUserWithEmail({ email, password, userMetadata: {} });
  } catch (error) {
    res.status(422).send(credentialsPage("/sign-up", email, explain(error)));
    return;
  }
  const session = await auth.createSession(newSession(user, sessions.logInOptions(req, res)));
  await sessions.start(req, res, { session, user });
  res.redirect(303, "/");
});

app.get("/log-in", (_req, res) => {
  res.send(credentialsPage("/log-in"));
});

app.post("/log-in", async (req, res) => {
  const [email, password] = [fieldOf(req.body, "email"), fieldOf(req.body, "password")];
  try {
    const loggedIn = await sessions.logIn(req, res, { email, password }).catch(nullIfInvalid);
    if (loggedIn !== null) {
      res.redirect(303, "/");
      return;
    }
  } catch (error) {
    const page = credentialsPage("/log-in", email, explain(error));
    res
      .status(httpStatusOf(error))
      .set(Object.fromEntries(httpHeadersOf(error)))
      .send(page);
    return;
  }
  res.status(401).send(credentialsPage("/log-in", email, WRONG_CREDENTIALS));
});

app.post("/log-out", async (req, res) => {
  await sessions.end(req, res);
  res.redirect(303, "/");
});

app.get("/private", requireUser({ redirectTo: "/log-in" }), (req, res) => {
  res.send(privatePage(sessions.current(req).user.email));
});

// After all routes. Express's own handler shows the stack trace unless NODE_ENV is "production".
app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
  logError(error);
  if (res.headersSent) return next(error);
  res
    .status(httpStatusOf(error))
    .set(Object.fromEntries(httpHeadersOf(error)))
    .send(errorPage());
});

const server = app.listen(port, host, (error?: Error) => {
  // Express 5 calls this also if it cannot listen, such as where another program has the port.
  if (error !== undefined) throw error;
  console.log(address);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => void auth.disconnect());
    server.closeIdleConnections();
  });
}
