import type { Context } from "hono";
import { isPevensieError, type OneTimeTokenType, type User } from "pevensie";
import { logInWithPassword } from "./log-in.js";
import { deadLinkPage } from "./pages/access.js";
import type { Profile } from "./profile.js";
import { render } from "./render.js";
import type { AppEnv } from "./visitor.js";

/** Links of mails that act on the account of a user. */

/** Returns the user whom a link belongs to; null if it has been used, replaced, or is too old. */
export async function ownerOf(
  c: Context<AppEnv>,
  tokenType: Exclude<OneTimeTokenType, "application">,
  token: string,
): Promise<User<Profile> | null> {
  const { auth } = c.var.services;
  const found = await auth.getOneTimeToken({ tokenType, token });
  return found && auth.getUserById(found.userId);
}

export function isVisitor(c: Context<AppEnv>, user: User<Profile>): boolean {
  return c.var.user?.id === user.id;
}

/**
 * Returns whether somebody may use a link: the owner, logged in or with the password, with which they are logged in now. Others may have
 * asked for the link, and hope for a careless click.
 */
export async function isOwner(c: Context<AppEnv>, owner: User<Profile>, password: string): Promise<boolean> {
  return isVisitor(c, owner) || (await logInWithPassword(c, { email: owner.email, password }, false)) !== null;
}

/** Responds to a link that does not work any more, with where another one comes from. */
export function renderDeadLink(c: Context<AppEnv>, again: string, label: string): Response | Promise<Response> {
  return render(c, { title: "Old link", width: "narrow", content: deadLinkPage(again, label) }, 410);
}

/** Whether a link was used while the form was on its way: a button was pressed twice. */
export function isUsedLink(error: unknown): boolean {
  return isPevensieError(error) && error.code === "INVALID_ONE_TIME_TOKEN";
}
