import { type Context, Hono } from "hono";
import { emptyForm, explain, type Form, readForm } from "../forms.js";
import { passwordChangedLetter, passwordResetLetter } from "../letters.js";
import { isUsedLink, ownerOf, renderDeadLink } from "../links.js";
import { logInWithPassword } from "../log-in.js";
import { redirectWith } from "../notices.js";
import { askForMailPage, mailSentPage, newPasswordPage } from "../pages/access.js";
import { render, renderForm } from "../render.js";
import { admitMail, linkTo, sendLater } from "../requests.js";
import { type AppEnv, requestOf } from "../visitor.js";

/** A forgotten password. What strangers see does not depend on whether somebody has the address. */
export const forgottenPasswordRoutes = new Hono<AppEnv>();

function showAsk(c: Context<AppEnv>, form: Form) {
  const title = "Choose a new password";
  const text = "We send a link to your address, with which you choose a new password.";
  return renderForm(c, form, {
    title,
    content: askForMailPage(form, "/forgot-password", title, text, "Send the link", "/"),
  });
}

forgottenPasswordRoutes.get("/forgot-password", (c) => showAsk(c, emptyForm()));

forgottenPasswordRoutes.post("/forgot-password", async (c) => {
  const { auth } = c.var.services;
  const values = await readForm(c);
  const { email = "" } = values;
  try {
    await admitMail(c, email);
  } catch (error) {
    return showAsk(c, explain(error, values));
  }
  sendLater(c, async () => {
    // Null for an email of no user and for a banned user.
    const created = await auth.createPasswordResetToken({ email, ttlSeconds: 900 });
    return created && passwordResetLetter(created.user.email, linkTo(c, "/reset-password", created.token));
  });
  return c.redirect("/forgot-password/sent", 303);
});

forgottenPasswordRoutes.get("/forgot-password/sent", (c) => {
  const text = "If there is an account with this address, a mail with a link is on its way.";
  const content = mailSentPage("Look into your mail", text, c.var.services.mailbox !== null);
  return render(c, { title: "Look into your mail", width: "narrow", content });
});

const showDead = (c: Context<AppEnv>) => renderDeadLink(c, "/forgot-password", "Ask for another link");

const showNew = (c: Context<AppEnv>, form: Form, token: string, email: string) =>
  renderForm(c, form, { title: "Choose a new password", content: newPasswordPage(form, token, email) });

forgottenPasswordRoutes.get("/reset-password", async (c) => {
  const { token = "" } = c.req.query();
  const owner = await ownerOf(c, "password-reset", token);
  return owner === null ? showDead(c) : showNew(c, emptyForm(), token, owner.email);
});

forgottenPasswordRoutes.post("/reset-password", async (c) => {
  const { auth, sessions } = c.var.services;
  const { token = "", password = "" } = await readForm(c);
  const owner = await ownerOf(c, "password-reset", token);
  if (owner === null) return showDead(c);
  try {
    const { email } = await auth.resetPassword({ token, password, ip: sessions.web.client(requestOf(c)).ip });
    sendLater(c, async () => passwordChangedLetter(email, linkTo(c, "/forgot-password")));
    await logInWithPassword(c, { email, password }, false);
  } catch (error) {
    return isUsedLink(error) ? showDead(c) : showNew(c, explain(error, {}), token, owner.email);
  }
  return redirectWith(c, "/account", "password-changed");
});
