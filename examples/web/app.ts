import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { isPevensieError } from "pevensie";
import { httpHeadersOf, httpStatusOf } from "pevensie/web";
import { readForm } from "./forms.js";
import { problemPage } from "./pages/problem.js";
import { render } from "./render.js";
import { accountRoutes } from "./routes/account.js";
import { adminCacheRoutes } from "./routes/admin-cache.js";
import { adminFiguresRoutes } from "./routes/admin-figures.js";
import { adminUsersRoutes } from "./routes/admin-users.js";
import { boardRoutes } from "./routes/board.js";
import { devicesRoutes } from "./routes/devices.js";
import { emailRoutes } from "./routes/email.js";
import { forgottenPasswordRoutes } from "./routes/forgotten-password.js";
import { logInRoutes } from "./routes/log-in.js";
import { logInByMailRoutes } from "./routes/log-in-by-mail.js";
import { mailboxRoutes } from "./routes/mailbox.js";
import { signUpRoutes } from "./routes/sign-up.js";
import { staticRoutes } from "./routes/static.js";
import type { Services } from "./services.js";
import { type AppEnv, requestOf } from "./visitor.js";

const MAX_BODY_BYTES = 64 * 1024;

/** Returns the application: who the visitor is, what browsers may do with its pages, and the routes. */
export function createApp(services: Services): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.use(
    secureHeaders({
      // No scripts, no styles but the stylesheet, and no frames.
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      // Addresses with tokens stay here.
      referrerPolicy: "same-origin",
      strictTransportSecurity: services.settings.origin.startsWith("https:"),
    }),
  );
  app.route("/", staticRoutes);

  app.use(async (c, next) => {
    c.set("services", services);
    c.set("session", null);
    c.set("user", null);
    c.header("Cache-Control", "no-store");
    if (services.sessions.web.guard(requestOf(c)) === null) return next();
    return render(c, { title: "Not from here", content: problemPage("Not from here", FOREIGN) }, 403);
  });
  app.use(services.sessions);
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES }));
  app.use(async (c, next) => {
    if (c.req.method !== "POST" || c.var.user === null) return next();
    // Two tabs, and another login in one of them: the form in the other is still the first user's.
    const { visitor = c.var.user.id } = await readForm(c);
    if (visitor === c.var.user.id) return next();
    return render(c, { title: "Somebody else", content: problemPage("Somebody else is logged in", OTHERS) }, 409);
  });

  for (const routes of ROUTES) app.route("/", routes);

  app.notFound((c) =>
    render(
      c,
      { title: "Nothing here", content: problemPage("Nothing here", "The page does not exist, or not any more.") },
      404,
    ),
  );

  app.onError((error, c) => {
    const status = httpStatusOf(error);
    if (status >= 500) console.error(error);
    for (const [name, value] of httpHeadersOf(error)) c.header(name, value);
    const [title, text] = problemOf(error, status);
    return render(c, { title, content: problemPage(title, text) }, status as 500);
  });

  return app;
}

const ROUTES = [
  boardRoutes,
  signUpRoutes,
  logInRoutes,
  logInByMailRoutes,
  forgottenPasswordRoutes,
  accountRoutes,
  emailRoutes,
  devicesRoutes,
  mailboxRoutes,
  adminUsersRoutes,
  adminFiguresRoutes,
  adminCacheRoutes,
];

const FOREIGN = "A page of another site has sent this request. Nothing was done. Open the page here, and try again.";
const OTHERS =
  "The form is from the page of another user, who was logged in before. Nothing was done. Open the page again, and look at it.";

/** What happened, and what to do, by status. */
const PROBLEMS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  409: ["Changed meanwhile", "Somebody has changed the same thing. Go back, and look at it."],
  413: ["Too large", "The form is larger than we accept. Nothing was done. Go back, and shorten it."],
  503: ["Back in a moment", "We cannot reach our database. Nothing was changed: try again in a moment."],
};
const TAKEN = ["The address is taken", "Another account uses the address of this user. Nothing was done."] as const;
const BROKEN = ["Something broke", "It is our fault, and written down. If it happens again, write to us."] as const;
const UNUSABLE = [
  "That did not work",
  "The address or the form has something in it that we cannot use. Go back, and correct it.",
] as const;

/** For an error that no form explains. */
function problemOf(error: unknown, status: number): readonly [title: string, text: string] {
  if (isPevensieError(error) && error.code === "EMAIL_TAKEN") return TAKEN;
  return PROBLEMS[status] ?? (status >= 500 ? BROKEN : UNUSABLE);
}
