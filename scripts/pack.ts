/**
 * What npm would publish, as a file.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Builds and packs the package into a folder, and returns the file's path. */
export function packInto(folder: string): string {
  const args = ["pack", "--json", "--silent", "--pack-destination", folder];
  const output = execFileSync("npm", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  // Output of the build comes first; npm 11 returns an object in place of a list.
  const packed: unknown = JSON.parse(output.replace(/^[^[{]*/, ""));
  const [{ filename }] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as [{ filename: string }];
  return join(folder, filename);
}
