/**
 * dist/: `#generated/…` → relative paths. The subpath import serves the sources; what is published must not depend on the
 * settings with which an application's compiler or bundler resolves such imports.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");

for (const entry of readdirSync(DIST, { recursive: true, encoding: "utf8" })) {
  if (!/\.(js|d\.ts)$/.test(entry)) continue;
  const path = join(DIST, entry);
  const text = readFileSync(path, "utf8");
  const generated = relative(dirname(path), join(DIST, "generated")).split(sep).join("/");
  const linked = text.replaceAll(/(["'])#generated\//g, `$1${generated}/`);
  if (linked !== text) writeFileSync(path, linked);
}
