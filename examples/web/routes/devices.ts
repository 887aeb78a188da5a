import { Hono } from "hono";
import { readForm } from "../forms.js";
import { redirectWith } from "../notices.js";
import { devicesPage } from "../pages/account.js";
import { render } from "../render.js";
import { type AppEnv, requireVisitor, visitorOf } from "../visitor.js";

/** The sessions of a user, as devices. */
export const devicesRoutes = new Hono<AppEnv>();

devicesRoutes.use("/account/devices/*", requireVisitor);

devicesRoutes.get("/account/devices", async (c) => {
  const visitor = visitorOf(c);
  const sessions = await c.var.services.auth.listSessions(visitor.user.id);
  return render(c, { title: "Your devices", content: devicesPage(sessions, visitor) });
});

devicesRoutes.post("/account/devices/end", async (c) => {
  const { id = "" } = await readForm(c);
  // Only a session of this user: the id comes from a form.
  await c.var.services.auth.deleteSession(id, { userId: visitorOf(c).user.id });
  return redirectWith(c, "/account/devices", "device-ended");
});

devicesRoutes.post("/account/devices/end-others", async (c) => {
  const { session, user } = visitorOf(c);
  await c.var.services.auth.deleteSessions(user.id, { keepSessionId: session.id });
  return redirectWith(c, "/account/devices", "devices-ended");
});
