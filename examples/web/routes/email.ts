import { type Context, Hono } from "hono";
import { emptyForm, explain, type Form, readForm } from "../forms.js";
import { emailChangedLetter, emailChangeLetter } from "../letters.js";
import { deadLinkPage, mailSentPage } from "../pages/access.js";
import { changeEmailPage, confirmEmailPage } from "../pages/account.js";
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

const showDead = (c: Context<AppEnv>) =>
  render(
    c,
    { title: "Old link", width: "narrow", content: deadLinkPage("/account/email", "Ask for another link") },
    410,
  );

const showConfirm = (c: Context<AppEnv>, form: Form, token: string) =>
  renderForm(c, form, { title: "Confirm your new address", content: confirmEmailPage(form, token) });

// The link may be opened on a device where nobody is logged in.
emailRoutes.get("/confirm-email", async (c) => {
  const { token = "" } = c.req.query();
  const isUsable = await c.var.services.auth.validateOneTimeToken({ tokenType: "email-change", token });
  return isUsable ? showConfirm(c, emptyForm(), token) : showDead(c);
});

emailRoutes.post("/confirm-email", async (c) => {
  const { auth } = c.var.services;
  const { token = "" } = await readForm(c);
  if (!(await auth.validateOneTimeToken({ tokenType: "email-change", token }))) return showDead(c);
  try {
    const keepSessionId = c.var.session?.id;
    const { user, previousEmail } = await auth.confirmEmailChange({ token, keepSessionId });
    sendLater(c, async () => emailChangedLetter(previousEmail, user.email));
  } catch (error) {
    const { errors, ...form } = explain(error, {});
    // The page has no field for the address.
    return showConfirm(c, { ...form, errors: {}, message: form.message ?? errors["email"] }, token);
  }
  return c.redirect(`${c.var.session === null ? "/log-in" : "/account"}?done=email-changed`, 303);
});
