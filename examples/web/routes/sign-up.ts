import { type Context, Hono } from "hono";
import { isPevensieError } from "pevensie";
import { check, emptyForm, explain, type Form, readForm, refuse } from "../forms.js";
import { accountExistsLetter, confirmationLetter } from "../letters.js";
import { logInWithPassword } from "../log-in.js";
import type { Mail } from "../mail.js";
import { confirmPage, deadLinkPage, mailSentPage, signUpPage } from "../pages/access.js";
import { readName } from "../profile.js";
import { render, renderForm } from "../render.js";
import { admitMail, clientKey, linkTo, sendLater } from "../requests.js";
import type { AppEnv } from "../visitor.js";

/** Sign-up, and the confirmation of the address by a link. */
export const signUpRoutes = new Hono<AppEnv>();

const show = (c: Context<AppEnv>, form: Form) => renderForm(c, form, { title: "Sign up", content: signUpPage(form) });

signUpRoutes.get("/sign-up", (c) => show(c, emptyForm()));

signUpRoutes.post("/sign-up", async (c) => {
  const { auth, limits } = c.var.services;
  const values = await readForm(c);
  const refused = check(values, "name", "email", "password");
  if (refused !== null) return show(c, refused);
  const { email = "", password = "" } = values;
  const name = readName(values["name"]) ?? "";
  try {
    await limits.admit("sign-up", clientKey(c));
    // Before it is known whether there is such a user: the limit must not tell.
    await admitMail(c, email);
    const { id } = await auth.createUserWithEmail({ email, password, userMetadata: { name } });
    sendLater(c, () => confirmationMail(c, id));
  } catch (error) {
    // The page is the same: only the owner learns that there is an account.
    if (isPevensieError(error) && error.code === "EMAIL_TAKEN") {
      sendLater(c, async () => accountExistsLetter(email.trim(), linkTo(c, "/log-in")));
    } else return show(c, explain(error, values));
  }
  return c.redirect("/sign-up/sent", 303);
});

signUpRoutes.get("/sign-up/sent", (c) => {
  const text = "We have sent a link to your address. Open it to confirm that the address is yours.";
  const content = mailSentPage("Look into your mail", text, c.var.services.mailbox !== null);
  return render(c, { title: "Look into your mail", width: "narrow", content });
});

/** Returns the mail with the link that confirms a user's address. */
export async function confirmationMail(c: Context<AppEnv>, userId: string): Promise<Mail | null> {
  const { auth } = c.var.services;
  const token = await auth.createOneTimeToken({ userId, tokenType: "email-confirmation", ttlSeconds: 86_400 });
  // After the token: a change of the address meanwhile voids it.
  const user = await auth.getUserById(userId);
  return user && confirmationLetter(user.email, linkTo(c, "/confirm", token));
}

/** Returns the user whom a link for a confirmation belongs to, and whether that is the visitor. */
async function ownerOf(c: Context<AppEnv>, token: string) {
  const { auth } = c.var.services;
  const found = await auth.getOneTimeToken({ tokenType: "email-confirmation", token });
  const user = found && (await auth.getUserById(found.userId));
  return user && { user, isVisitor: c.var.user?.id === user.id };
}

const showDead = (c: Context<AppEnv>) =>
  render(c, { title: "Old link", width: "narrow", content: deadLinkPage("/log-in", "Log in to get another") }, 410);

const showConfirm = (c: Context<AppEnv>, form: Form, token: string, isVisitor: boolean) =>
  renderForm(c, form, { title: "Confirm your address", content: confirmPage(form, token, !isVisitor) });

signUpRoutes.get("/confirm", async (c) => {
  const { token = "" } = c.req.query();
  const owner = await ownerOf(c, token);
  return owner === null ? showDead(c) : showConfirm(c, emptyForm(), token, owner.isVisitor);
});

// Whoever confirms has to know the password: somebody else may have signed up with the address, and hope for a careless click.
signUpRoutes.post("/confirm", async (c) => {
  const { auth } = c.var.services;
  const { token = "", password = "" } = await readForm(c);
  const owner = await ownerOf(c, token);
  if (owner === null) return showDead(c);
  const { user, isVisitor } = owner;
  try {
    if (!isVisitor && (await logInWithPassword(c, { email: user.email, password }, false)) === null) {
      return showConfirm(c, refuse({}, "password", "This is not the password that you signed up with."), token, false);
    }
  } catch (error) {
    return showConfirm(c, explain(error, {}), token, false);
  }
  await auth.confirmEmail({ token });
  return c.redirect("/?done=confirmed", 303);
});
