import { type Context, Hono } from "hono";
import { emptyForm, explain, type Form, HINTS, readForm, refuse } from "../forms.js";
import { logInCodeLetter, logInLinkLetter } from "../letters.js";
import { renderDeadLink } from "../links.js";
import { sessionLife, startSession } from "../log-in.js";
import { redirectWith } from "../notices.js";
import { askForMailPage, codePage, mailSentPage, useLinkPage } from "../pages/access.js";
import { render, renderForm } from "../render.js";
import { admitMail, linkTo, sendLater } from "../requests.js";
import { type AppEnv, requestOf, safePath } from "../visitor.js";

/** Login with a link or a code from a mail. Neither tells whether somebody has an account. */
export const logInByMailRoutes = new Hono<AppEnv>();

const TTL_SECONDS = 600;

function showAsk(c: Context<AppEnv>, form: Form, way: "link" | "code", next: string) {
  const title = `Log in with a ${way}`;
  const text = `We send a ${way} to your address. You need no password.`;
  const content = askForMailPage(form, `/log-in/${way}`, title, text, `Send the ${way}`, next);
  return renderForm(c, form, { title, content });
}

/** Returns who asks for a mail, or the form again if the address must wait. */
async function readAsk(c: Context<AppEnv>, way: "link" | "code") {
  const values = await readForm(c);
  const { email = "" } = values;
  const next = safePath(values["next"]);
  try {
    await admitMail(c, email);
  } catch (error) {
    return showAsk(c, explain(error, values), way, next);
  }
  return { email, next };
}

logInByMailRoutes.get("/log-in/link", (c) => showAsk(c, emptyForm(), "link", safePath(c.req.query("next"))));

logInByMailRoutes.post("/log-in/link", async (c) => {
  const { auth } = c.var.services;
  const asked = await readAsk(c, "link");
  if (asked instanceof Response) return asked;
  const { email, next } = asked;
  sendLater(c, async () => {
    const created = await auth.createLogInToken({ email, ttlSeconds: TTL_SECONDS });
    return created && logInLinkLetter(created.user.email, linkTo(c, "/log-in/link/use", created.token, next));
  });
  return c.redirect("/log-in/link/sent", 303);
});

logInByMailRoutes.get("/log-in/link/sent", (c) => {
  const text = "If there is an account with this address, a mail with a link is on its way.";
  const content = mailSentPage("Look into your mail", text, c.var.services.mailbox !== null);
  return render(c, { title: "Look into your mail", width: "narrow", content });
});

const showDead = (c: Context<AppEnv>) => renderDeadLink(c, "/log-in/link", "Ask for another link");

// Mail scanners open links: the link leads to a button, and the button logs in.
logInByMailRoutes.get("/log-in/link/use", async (c) => {
  const { token = "", next } = c.req.query();
  const found = await c.var.services.auth.validateOneTimeToken({ tokenType: "log-in", token });
  if (!found) return showDead(c);
  return render(c, { title: "Log in", width: "narrow", content: useLinkPage(token, safePath(next)) });
});

logInByMailRoutes.post("/log-in/link/use", async (c) => {
  const { auth, sessions } = c.var.services;
  const { token = "", next } = await readForm(c);
  const loggedIn = await auth.logInWithToken({
    token,
    ...sessions.web.logInOptions(requestOf(c)),
    ...sessionLife(false),
  });
  if (loggedIn === null) return showDead(c);
  await startSession(c, loggedIn);
  const path = safePath(next);
  return path === "/" ? redirectWith(c, path, "logged-in") : c.redirect(path, 303);
});

logInByMailRoutes.get("/log-in/code", (c) => showAsk(c, emptyForm(), "code", safePath(c.req.query("next"))));

const showCode = (c: Context<AppEnv>, form: Form, email: string, next: string) =>
  renderForm(c, form, { title: "Enter your code", content: codePage(form, email, next) });

logInByMailRoutes.post("/log-in/code", async (c) => {
  const { auth } = c.var.services;
  const asked = await readAsk(c, "code");
  if (asked instanceof Response) return asked;
  const { email, next } = asked;
  sendLater(c, async () => {
    const created = await auth.createLogInCode({ email, ttlSeconds: TTL_SECONDS });
    return created && logInCodeLetter(created.user.email, created.code);
  });
  return showCode(c, emptyForm(), email, next);
});

// Where the page stands after a wrong code, for whoever reloads it.
logInByMailRoutes.get("/log-in/code/use", (c) => c.redirect("/log-in/code", 302));

logInByMailRoutes.post("/log-in/code/use", async (c) => {
  const { auth, sessions } = c.var.services;
  const { email = "", code = "", next } = await readForm(c);
  const path = safePath(next);
  try {
    const loggedIn = await auth.logInWithCode({
      email,
      code,
      ...sessions.web.logInOptions(requestOf(c)),
      ...sessionLife(false),
    });
    if (loggedIn === null) {
      return showCode(c, refuse({}, "code", HINTS.code), email, path);
    }
    await startSession(c, loggedIn);
  } catch (error) {
    return showCode(c, explain(error, {}), email, path);
  }
  return path === "/" ? redirectWith(c, path, "logged-in") : c.redirect(path, 303);
});
