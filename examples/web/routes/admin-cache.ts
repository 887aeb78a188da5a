import { Hono } from "hono";
import { listResourceTypes } from "../admin-queries.js";
import { readForm } from "../forms.js";
import { redirectWith } from "../notices.js";
import { cachePage, type Entry, KEYS_SHOWN, resourcePage } from "../pages/admin-cache.js";
import { render } from "../render.js";
import { type AppEnv, requireAdmin, visitorOf } from "../visitor.js";

/** The cache, for administrators. */
export const adminCacheRoutes = new Hono<AppEnv>();

adminCacheRoutes.use("/admin/cache/*", requireAdmin);

adminCacheRoutes.get("/admin/cache", async (c) => {
  const types = await listResourceTypes(c.var.services.pool);
  return render(c, { title: "Cache", width: "wide", content: cachePage(types, visitorOf(c)) });
});

adminCacheRoutes.get("/admin/cache/:type", async (c) => {
  const { cache } = c.var.services;
  const resourceType = c.req.param("type");
  const entries: Entry[] = [];
  let last: string | null = null;
  for await (const key of cache.keys(resourceType, { after: c.req.query("after") })) {
    if (entries.length === KEYS_SHOWN) {
      last = entries.at(-1)?.key ?? null;
      break;
    }
    const entry = await cache.getEntry(resourceType, key);
    if (entry !== null) entries.push({ key, ...entry });
  }
  return render(c, {
    title: `Cache: ${resourceType}`,
    width: "wide",
    content: resourcePage(resourceType, entries, last, visitorOf(c)),
  });
});

adminCacheRoutes.post("/admin/cache/:type/clear", async (c) => {
  await c.var.services.cache.clear(c.req.param("type"));
  return redirectWith(c, "/admin/cache", "cleared");
});

adminCacheRoutes.post("/admin/cache/:type/delete", async (c) => {
  const resourceType = c.req.param("type");
  const { key = "" } = await readForm(c);
  await c.var.services.cache.delete(resourceType, key);
  return redirectWith(c, `/admin/cache/${encodeURIComponent(resourceType)}`, "cleared");
});
