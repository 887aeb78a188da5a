import { type Context, Hono } from "hono";
import { explain, type Form, formBetween, readForm } from "../forms.js";
import { logInWithPassword } from "../log-in.js";
import { redirectWith } from "../notices.js";
import { logInPage } from "../pages/access.js";
import { renderForm } from "../render.js";
import { type AppEnv, safePath } from "../visitor.js";

const ENDED = "Your session has ended, and your form was not accepted. Log in, and send it again.";

/** Login with a password, and logout. */
export const logInRoutes = new Hono<AppEnv>();

const show = (c: Context<AppEnv>, form: Form, next: string) =>
  renderForm(c, form, { title: "Log in", content: logInPage(form, next) });

logInRoutes.get("/log-in", (c) => {
  const next = safePath(c.req.query("next"));
  return c.var.session === null ? show(c, formBetween(c, ENDED), next) : c.redirect(next, 303);
});

logInRoutes.post("/log-in", async (c) => {
  const values = await readForm(c);
  const { email = "", password = "" } = values;
  const next = safePath(values["next"]);
  try {
    if ((await logInWithPassword(c, { email, password }, values["stay"] === "yes")) !== null) {
      return next === "/" ? redirectWith(c, next, "logged-in") : c.redirect(next, 303);
    }
  } catch (error) {
    return show(c, explain(error, values), next);
  }
  const message = "The address or the password is wrong. A link by mail needs no password.";
  return show(c, { values, errors: {}, message, status: 401 }, next);
});

logInRoutes.post("/log-out", async (c) => {
  await c.var.services.sessions.end(c);
  return redirectWith(c, "/", "logged-out");
});
