import express from "express";
import type { User } from "pevensie";
import { pevensieSessions, requireUser } from "pevensie/express";
import { auth, newSession, port } from "./auth.js";
import { explain, fieldOf } from "./errors.js";
import { credentialsPage, homePage, privatePage } from "./pages.js";

// Behind a proxy: { clientIp: 1 }, the number of proxies.
const sessions = pevensieSessions(auth);
const app = express();

app.use(sessions);
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
  let problem = "The address or the password is wrong.";
  try {
    if ((await sessions.logIn(req, res, { email, password })) !== null) {
      res.redirect(303, "/");
      return;
    }
  } catch (error) {
    problem = explain(error);
  }
  res.status(401).send(credentialsPage("/log-in", email, problem));
});

app.post("/log-out", async (req, res) => {
  await sessions.end(req, res);
  res.redirect(303, "/");
});

app.get("/private", requireUser({ redirectTo: "/log-in" }), (req, res) => {
  res.send(privatePage(sessions.current(req).user.email));
});

const server = app.listen(port, "localhost", (error?: Error) => {
  // Express 5 calls this also if it cannot listen, such as where another program has the port.
  if (error !== undefined) throw error;
  console.log(`http://localhost:${port}`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => void auth.disconnect());
    server.closeIdleConnections();
  });
}
