import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { say } from "../progress.js";
import { seed } from "../seed.js";
import type { Candidate } from "./contender.js";
import { open, sessionOperations } from "./pevensie.js";
import { entryOperations } from "./pevensie-cache.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUILDS = fileURLToPath(new URL("../node_modules/.base", import.meta.url));

export const baseName = (commit: string) => `pevensie at ${commit}`;

/** The sessions and the cache's entries of another commit's package, in a database of its own with that commit's schema. */
export function baseAt(commit: string): Candidate {
  return {
    name: baseName(commit),
    async connect({ servers, data: { users, rows } }) {
      const dist = buildOf(commit);
      const imported = (file: string) => import(pathToFileURL(join(dist, file)).href);
      const core: typeof import("pevensie") = await imported("index.js");
      const drivers: typeof import("pevensie/postgres") = await imported("postgres/index.js");
      const data = await seed(await servers.postgres.createDatabase("base"), users, rows, drivers.migrate);
      const opened = await open(data.url, { core, drivers });
      const operations = [
        ...sessionOperations(opened, { servers, data }),
        ...entryOperations(opened.cache, { servers, data }),
      ];
      return {
        operations: operations.map((operation) => ({ ...operation, contender: baseName(commit), server: "postgres" })),
        close: opened.close,
      };
    },
  };
}

/** Builds a commit, with the dependencies that are installed, unless it has been built before. @returns its dist */
function buildOf(commit: string): string {
  const id = execFileSync("git", ["rev-parse", "--verify", `${commit}^{commit}`], {
    cwd: ROOT,
    encoding: "utf8",
  }).trim();
  const folder = join(BUILDS, id);
  if (!existsSync(folder)) {
    say(`    building ${commit}`);
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    const archive = join(unfinished, "archive.tar");
    execFileSync("git", ["archive", "--output", archive, id], { cwd: ROOT });
    execFileSync("tar", ["-xf", archive], { cwd: unfinished });
    symlinkSync(join(ROOT, "node_modules"), join(unfinished, "node_modules"), "junction");
    execFileSync("npm", ["run", "build", "--silent"], { cwd: unfinished, stdio: ["ignore", "ignore", "inherit"] });
    renameSync(unfinished, folder);
  }
  return join(folder, "dist");
}
