import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppEnv } from "./visitor.js";

/** What the next page says has been done. */
const NOTICES = {
  "logged-in": "Welcome back.",
  "logged-out": "You are logged out on this device.",
  confirmed: "Your address is confirmed. Welcome!",
  "password-changed": "Your password is changed. Your other devices are logged out.",
  "email-changed": "Your address is changed. Your other devices are logged out.",
  "name-changed": "Your name is changed.",
  "device-ended": "That device is logged out.",
  "devices-ended": "All other devices are logged out.",
  deleted: "Your account and your notes are deleted.",
  posted: "Your note is on the board.",
  removed: "Your note is removed.",
  "confirmation-sent": "Another mail is on its way.",
  banned: "The user is banned, and logged out everywhere.",
  unbanned: "The ban is lifted.",
  "user-deleted": "The user is deleted, and can be restored.",
  restored: "The user is restored.",
  erased: "The user and the user's notes are gone for good.",
  "sessions-ended": "The user's sessions are ended.",
  cleared: "The cache entries are removed.",
} as const;

export type Notice = keyof typeof NOTICES;

/** A cookie, and no parameter of the address: a link of somebody else must not make a page say that something was done. */
const COOKIE = "notice";

/** Responds to a form with a redirect to a page, which says once what was done. */
export function redirectWith(c: Context<AppEnv>, path: string, notice: Notice): Response {
  const secure = c.var.services.settings.origin.startsWith("https:");
  setCookie(c, COOKIE, notice, { path: "/", httpOnly: true, sameSite: "Lax", secure, maxAge: 60 });
  return c.redirect(path, 303);
}

/** Returns what was done before the redirect to this page, and forgets it. */
export function takeNotice(c: Context<AppEnv>): string | undefined {
  const notice = getCookie(c, COOKIE);
  if (notice === undefined) return undefined;
  deleteCookie(c, COOKIE, { path: "/" });
  return Object.hasOwn(NOTICES, notice) ? NOTICES[notice as Notice] : undefined;
}
