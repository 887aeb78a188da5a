import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

const { exports, bin } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;

/** Returns the path of an output without `dist/` and the ending. */
const nameOf = (output: string) => output.replace(/^(\.\/)?dist\//, "").replace(/\.js$/, "");
const sourceOf = (output: string) => join(ROOT, "src", `${nameOf(output)}.ts`);

const modules = Object.entries(exports).flatMap(([path, target]) =>
  typeof target === "string" ? [] : [[path.replace(/^\./, "pevensie"), target.default] as const],
);

/** The source files of what package.json exports, by import path. */
export const SOURCES: Readonly<Record<string, string>> = Object.fromEntries(
  modules.map(([path, output]) => [path, sourceOf(output)]),
);

/** The source files of what package.json exports and of its commands, by the path of the output without `dist/` and the ending. */
export const OUTPUTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...modules.map(([, output]) => output), ...Object.values(bin)].map((output) => [nameOf(output), sourceOf(output)]),
);
