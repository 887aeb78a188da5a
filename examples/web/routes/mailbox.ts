import { Hono } from "hono";
import { mailboxPage, mailPage } from "../pages/mailbox.js";
import { render } from "../render.js";
import type { AppEnv } from "../visitor.js";

/** The mail that was sent to anybody, in development alone. */
export const mailboxRoutes = new Hono<AppEnv>();

mailboxRoutes.get("/mailbox", (c) => {
  const { mailbox } = c.var.services;
  return mailbox === null ? c.notFound() : render(c, { title: "Mailbox", content: mailboxPage(mailbox.list()) });
});

mailboxRoutes.get("/mailbox/:id", (c) => {
  const { mailbox, settings } = c.var.services;
  const mail = mailbox?.get(Number(c.req.param("id")));
  if (mail === undefined) return c.notFound();
  return render(c, { title: mail.subject, content: mailPage(mail, settings.origin) });
});
