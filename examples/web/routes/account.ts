import { type Context, Hono } from "hono";
import { httpStatusOf } from "pevensie/web";
import { check, emptyForm, explain, type Form, formBetween, readForm, refuse } from "../forms.js";
import { goodbyeLetter, passwordChangedLetter } from "../letters.js";
import { logInWithPassword, orWrong, sessionLife } from "../log-in.js";
import { redirectWith } from "../notices.js";
import { accountPage, changePasswordPage, deletePage, identifyPage } from "../pages/account.js";
import { readName } from "../profile.js";
import { render, renderForm } from "../render.js";
import { admitMail, linkTo, sendLater } from "../requests.js";
import { type AppEnv, requestOf, requireRecentLogIn, requireVisitor, safePath, visitorOf } from "../visitor.js";
import { confirmationMail } from "./sign-up.js";

/** One's own account: profile, password, and its end. */
export const accountRoutes = new Hono<AppEnv>();

accountRoutes.use("/account/*", requireVisitor);

async function show(c: Context<AppEnv>, form: Form) {
  const { auth, notes } = c.var.services;
  const visitor = visitorOf(c);
  const [count, sessions] = await Promise.all([notes.countOf(visitor.user.id), auth.listSessions(visitor.user.id)]);
  return renderForm(c, form, {
    title: "Your account",
    width: "text",
    content: accountPage(visitor, count, sessions.length, form),
  });
}

accountRoutes.get("/account", (c) => show(c, emptyForm({ name: visitorOf(c).user.userMetadata.name })));

accountRoutes.post("/account", async (c) => {
  const values = await readForm(c);
  const refused = check(values, "name");
  if (refused !== null) return show(c, refused);
  const name = readName(values["name"]) ?? "";
  await c.var.services.notes.withUsers((auth) => auth.updateUserMetadata(visitorOf(c).user.id, { name }));
  return redirectWith(c, "/account", "name-changed");
});

accountRoutes.post("/account/send-confirmation", async (c) => {
  const { user } = visitorOf(c);
  try {
    await admitMail(c, user.email);
  } catch (error) {
    return show(c, explain(error, { name: user.userMetadata.name }));
  }
  sendLater(c, () => confirmationMail(c, user.id));
  return redirectWith(c, "/account", "confirmation-sent");
});

// Where the page stands after a refusal, for whoever reloads it.
accountRoutes.get("/account/send-confirmation", (c) => c.redirect("/account", 302));

const showIdentify = (c: Context<AppEnv>, form: Form, next: string) =>
  renderForm(c, form, { title: "Is it you?", content: identifyPage(form, next, visitorOf(c)) });

accountRoutes.get("/account/identify", (c) => {
  const form = formBetween(c, "Your form was not accepted yet. Enter your password, and send it again.");
  return showIdentify(c, form, safePath(c.req.query("next"), "/account"));
});

accountRoutes.post("/account/identify", async (c) => {
  const { auth, sessions } = c.var.services;
  const { password = "", next } = await readForm(c);
  const path = safePath(next, "/account");
  const sessionId = visitorOf(c).session.id;
  try {
    const renewed = await orWrong(auth.reauthenticate({ sessionId, password, ...sessions.web.client(requestOf(c)) }));
    if (renewed !== null) return c.redirect(path, 303);
  } catch (error) {
    return showIdentify(c, explain(error, {}), path);
  }
  return showIdentify(c, { ...refuse({}, "password", "This is not your password."), status: 401 }, path);
});

const showPassword = (c: Context<AppEnv>, form: Form) =>
  renderForm(c, form, { title: "Change the password", content: changePasswordPage(form, visitorOf(c)) });

accountRoutes.get("/account/password", requireRecentLogIn(), (c) => showPassword(c, emptyForm()));

accountRoutes.post("/account/password", requireRecentLogIn(), async (c) => {
  const { auth } = c.var.services;
  const { user, session } = visitorOf(c);
  const { password = "" } = await readForm(c);
  try {
    await auth.setUserPassword(user.id, password, { keepSessionId: session.id });
  } catch (error) {
    return showPassword(c, explain(error, {}));
  }
  sendLater(c, async () => passwordChangedLetter(user.email, linkTo(c, "/forgot-password")));
  const stays = session.idleSeconds === sessionLife(true).idleSeconds;
  try {
    // A new session and device token: the change has voided the old token.
    await logInWithPassword(c, { email: user.email, password }, stays);
  } catch (error) {
    // The password is changed and the session kept, also where too many logins have failed.
    if (httpStatusOf(error) >= 500) console.error(error);
  }
  return redirectWith(c, "/account", "password-changed");
});

accountRoutes.get("/account/delete", requireRecentLogIn(), async (c) => {
  const visitor = visitorOf(c);
  const count = await c.var.services.notes.countOf(visitor.user.id);
  return render(c, { title: "Delete the account", width: "narrow", content: deletePage(count, visitor) });
});

accountRoutes.post("/account/delete", requireRecentLogIn(), async (c) => {
  const { notes, sessions } = c.var.services;
  const { user } = visitorOf(c);
  // The notes go with the user, by their foreign key, and the board is computed anew without them.
  await notes.withUsers((auth) => auth.eraseUser(user.id));
  await sessions.end(c);
  sendLater(c, async () => goodbyeLetter(user.email));
  return redirectWith(c, "/", "deleted");
});
