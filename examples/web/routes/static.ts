import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Hono } from "hono";

/** The stylesheet and the icon, read once. */
export const staticRoutes = new Hono();

for (const [name, type] of [
  ["style.css", "text/css; charset=utf-8"],
  ["icon.svg", "image/svg+xml"],
] as const) {
  const body = readFileSync(new URL(`../static/${name}`, import.meta.url), "utf8");
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  staticRoutes.get(`/static/${name}`, (c) => {
    c.header("ETag", etag);
    c.header("Cache-Control", "no-cache");
    if (c.req.header("if-none-match") === etag) return c.body(null, 304);
    return c.body(body, 200, { "Content-Type": type });
  });
}
