/**
 * src/ and generated/ → dist/. The modules are bundled, with shared code in dist/chunks: Node takes half a millisecond
 * for each file of an import, and there are sixty behind `pevensie/postgres`. Declarations keep a file each.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { OUTPUTS } from "./entry-points.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const DIST = join(ROOT, "dist");

/** Small modules behind nearly every import, which would otherwise be chunks of their own. */
const CORE = new RegExp(
  String.raw`src[\\/](?:(?:errors|input)[\\/]|(?:auth[\\/]metadata|cache[\\/]entry-name` +
    String.raw`|client|events|idle-timeout|lease|promise|shape|timers)\.ts$)`,
);

rmSync(DIST, { recursive: true, force: true });
for (const project of ["tsconfig.generated.json", "tsconfig.build.json"]) declare(project);
linkGenerated();
await bundle();

/** Writes the declarations of a project. `tsc` reports errors of types itself. */
function declare(project: string): void {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", join(ROOT, project)], { stdio: "inherit" });
}

/**
 * `#generated/…` → relative paths in declarations. The subpath import serves the sources; what is published must not depend
 * on the settings with which an application's compiler resolves such imports.
 */
function linkGenerated(): void {
  for (const entry of readdirSync(DIST, { recursive: true, encoding: "utf8" })) {
    if (!entry.endsWith(".d.ts")) continue;
    const path = join(DIST, entry);
    const text = readFileSync(path, "utf8");
    const generated = relative(dirname(path), join(DIST, "generated")).split(sep).join("/");
    const linked = text.replaceAll(/(["'])#generated\//g, `$1${generated}/`);
    if (linked !== text) writeFileSync(path, linked);
  }
}

/** esbuild would make variables of constants, which V8 does not fold: a session lookup took the process two hundredths longer. */
async function bundle(): Promise<void> {
  const bundled = await rolldown({
    cwd: ROOT,
    input: { ...OUTPUTS },
    platform: "node",
    // Packages; the modules of this one are named by paths.
    external: (id) => !/^[./#]/.test(id),
    resolve: { conditionNames: ["pevensie-source", "import", "node", "default"] },
    transform: { target: "node20" },
    logLevel: "warn",
  });
  await bundled.write({
    dir: DIST,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    sourcemap: true,
    // The sources are in the package. Their comments would be an eighth of what an import reads and compiles.
    comments: false,
    codeSplitting: { groups: [{ name: "core", test: CORE }] },
  });
  await bundled.close();
}
