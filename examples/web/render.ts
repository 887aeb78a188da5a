import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Form } from "./forms.js";
import { takeNotice } from "./notices.js";
import { layout, type Page } from "./pages/layout.js";
import { type AppEnv, findVisitor } from "./visitor.js";

/** Responds with a page. */
export function render(
  c: Context<AppEnv>,
  page: Pick<Page, "title" | "width" | "content">,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  const { services } = c.var;
  const notice = takeNotice(c);
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
