import { type Context, Hono } from "hono";
import { isPevensieError, type User } from "pevensie";
import { check, emptyForm, explain, type Form, readForm, refuse } from "../forms.js";
import { accountExistsLetter, confirmationLetter } from "../letters.js";
import { isOwner, isUsedLink, isVisitor, ownerOf, renderDeadLink } from "../links.js";
import type { Mail } from "../mail.js";
import { redirectWith } from "../notices.js";
import { confirmPage, mailSentPage, signUpPage } from "../pages/access.js";
import { type Profile, readName } from "../profile.js";
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

const showDead = (c: Context<AppEnv>) => renderDeadLink(c, "/log-in", "Log in to get another");

const showConfirm = (c: Context<AppEnv>, form: Form, token: string, owner: User<Profile>) => {
  const content = confirmPage(form, token, owner.email, !isVisitor(c, owner));
  return renderForm(c, form, { title: "Confirm your address", content });
};

signUpRoutes.get("/confirm", async (c) => {
  const { token = "" } = c.req.query();
  const owner = await ownerOf(c, "email-confirmation", token);
  return owner === null ? showDead(c) : showConfirm(c, emptyForm(), token, owner);
});

signUpRoutes.post("/confirm", async (c) => {
  const { token = "", password = "" } = await readForm(c);
  const owner = await ownerOf(c, "email-confirmation", token);
  if (owner === null) return showDead(c);
  try {
    if (!(await isOwner(c, owner, password))) {
      const error = "This is not the password that you signed up with.";
      return showConfirm(c, refuse({}, "password", error), token, owner);
    }
    await c.var.services.auth.confirmEmail({ token });
  } catch (error) {
    return isUsedLink(error) ? showDead(c) : showConfirm(c, explain(error, {}), token, owner);
  }
  return redirectWith(c, "/", "confirmed");
});
