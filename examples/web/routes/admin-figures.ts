import { Hono } from "hono";
import { countLiveSessions } from "../admin-queries.js";
import { figuresPage } from "../pages/admin-figures.js";
import { render } from "../render.js";
import { type AppEnv, requireAdmin } from "../visitor.js";

/** What happened within the last hour, for administrators. */
export const adminFiguresRoutes = new Hono<AppEnv>();

adminFiguresRoutes.get("/admin/figures", requireAdmin, async (c) => {
  const { auth, pool, figures } = c.var.services;
  const [users, sessions] = await Promise.all([auth.countUsers({ state: "live" }), countLiveSessions(pool)]);
  return render(c, { title: "Figures", width: "wide", content: figuresPage(figures, { users, sessions }) });
});
