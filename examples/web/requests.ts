import type { Context } from "hono";
import { normaliseEmail, PevensieError } from "pevensie";
import { isAddress } from "./forms.js";
import { afterResponse, type Mail } from "./mail.js";
import { type AppEnv, requestOf } from "./visitor.js";

/** Sends a mail once the response is on its way. Null: there is nobody to send it to. */
export function sendLater(c: Context<AppEnv>, write: () => Promise<Mail | null>): void {
  const { mailer } = c.var.services;
  afterResponse(async () => {
    const mail = await write();
    if (mail !== null) await mailer.send(mail);
  });
}

/**
 * Counts a request for a mail, by the address that it would go to and by the client.
 *
 * @throws TooManyRequests; INVALID_INPUT for what can be no address
 */
export async function admitMail(c: Context<AppEnv>, email: string): Promise<void> {
  if (!isAddress(email)) {
    throw new PevensieError("INVALID_INPUT", "email must be an address", { field: "email" });
  }
  const { limits } = c.var.services;
  await limits.admit("mail-from-client", clientKey(c));
  await limits.admit("mail-to-address", normaliseEmail(email));
}

/** Returns what a client is counted by. */
export function clientKey(c: Context<AppEnv>): string {
  return c.var.services.sessions.web.client(requestOf(c)).ip ?? "unknown";
}

/** Returns an address of this application, with a token. */
export function linkTo(c: Context<AppEnv>, path: string, token?: string, next?: string): string {
  const url = new URL(path, c.var.services.settings.origin);
  if (token !== undefined) url.searchParams.set("token", token);
  if (next !== undefined && next !== "/") url.searchParams.set("next", next);
  return url.href;
}
