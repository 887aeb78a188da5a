import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Form } from "./forms.js";
import { layout, type Page } from "./pages/layout.js";
import { type AppEnv, findVisitor } from "./visitor.js";

/** What the page says after a redirect, by the parameter `done` of its address. */
const NOTICES: Readonly<Record<string, string>> = {
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
};

/** Responds with a page. */
export function render(
  c: Context<AppEnv>,
  page: Pick<Page, "title" | "width" | "content">,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  const { services } = c.var;
  const done = c.req.query("done");
  const notice = done !== undefined && Object.hasOwn(NOTICES, done) ? NOTICES[done] : undefined;
  const shown = { ...page, visitor: findVisitor(c), path: c.req.path, hasMailbox: services.mailbox !== null, notice };
  return c.html(layout(shown), status);
}

/** Responds with a page that has a form, which may have been refused. */
export function renderForm(
  c: Context<AppEnv>,
  form: Form,
  page: Pick<Page, "title" | "width" | "content">,
): Response | Promise<Response> {
  if (form.retryAfterSeconds !== undefined) c.header("Retry-After", String(Math.ceil(form.retryAfterSeconds)));
  // What is wrong is in the title, too: it is the first thing that a screen reader reads.
  const title = form.status === 200 ? page.title : `Error: ${page.title}`;
  return render(c, { width: "narrow", ...page, title }, form.status);
}
