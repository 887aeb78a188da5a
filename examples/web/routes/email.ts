import { type Context, Hono } from "hono";
import type { User } from "pevensie";
import { emptyForm, explain, type Form, readForm, refuse } from "../forms.js";
import { emailChangedLetter, emailChangeLetter } from "../letters.js";
import { isOwner, isUsedLink, isVisitor, ownerOf, renderDeadLink } from "../links.js";
import { redirectWith } from "../notices.js";
import { mailSentPage } from "../pages/access.js";
import { changeEmailPage, confirmEmailPage } from "../pages/account.js";
import type { Profile } from "../profile.js";
import { render, renderForm } from "../render.js";
import { admitMail, linkTo, sendLater } from "../requests.js";
import { type AppEnv, requireRecentLogIn, requireVisitor, visitorOf } from "../visitor.js";

/** A change of the email address, which the new address has to confirm. */
export const emailRoutes = new Hono<AppEnv>();

const show = (c: Context<AppEnv>, form: Form) =>
  renderForm(c, form, { title: "Change the address", content: changeEmailPage(form, visitorOf(c)) });

emailRoutes.get("/account/email", requireVisitor, requireRecentLogIn(), (c) => show(c, emptyForm()));

emailRoutes.post("/account/email", requireVisitor, requireRecentLogIn(), async (c) => {
  const { auth } = c.var.services;
  const values = await readForm(c);
  const { email = "" } = values;
  try {
    await admitMail(c, email);
    const token = await auth.createEmailChangeToken({ userId: visitorOf(c).user.id, email, ttlSeconds: 3600 });
    sendLater(c, async () => emailChangeLetter(email.trim(), linkTo(c, "/confirm-email", token)));
  } catch (error) {
    return show(c, explain(error, values));
  }
  return c.redirect("/account/email/sent", 303);
});

emailRoutes.get("/account/email/sent", requireVisitor, (c) => {
  const text = "We have sent a link to the new address. Until you open it, nothing changes.";
  const content = mailSentPage("Look into your mail", text, c.var.services.mailbox !== null);
  return render(c, { title: "Look into your mail", width: "narrow", content });
});

const showDead = (c: Context<AppEnv>) => renderDeadLink(c, "/account/email", "Ask for another link");

const showConfirm = (c: Context<AppEnv>, form: Form, token: string, owner: User<Profile>) => {
  const content = confirmEmailPage(form, token, isVisitor(c, owner) ? owner.email : null);
  return renderForm(c, form, { title: "Confirm your new address", content });
};

// The link may be opened on a device where nobody is logged in, or somebody else is.
emailRoutes.get("/confirm-email", async (c) => {
  const { token = "" } = c.req.query();
  const owner = await ownerOf(c, "email-change", token);
  return owner === null ? showDead(c) : showConfirm(c, emptyForm(), token, owner);
});

emailRoutes.post("/confirm-email", async (c) => {
  const { token = "", password = "" } = await readForm(c);
  const owner = await ownerOf(c, "email-change", token);
  if (owner === null) return showDead(c);
  try {
    if (!(await isOwner(c, owner, password))) {
      const error = "This is not the password of the account that asked for the link.";
      return showConfirm(c, refuse({}, "password", error), token, owner);
    }
    const keepSessionId = visitorOf(c).session.id;
    const { user, previousEmail } = await c.var.services.auth.confirmEmailChange({ token, keepSessionId });
    sendLater(c, async () => emailChangedLetter(previousEmail, user.email));
  } catch (error) {
    if (isUsedLink(error)) return showDead(c);
    const { errors, ...form } = explain(error, {});
    // The page has no field for the address.
    const { email, ...rest } = errors;
    return showConfirm(c, { ...form, errors: rest, message: form.message ?? email }, token, owner);
  }
  return redirectWith(c, "/account", "email-changed");
});
