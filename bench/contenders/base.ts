import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { say } from "../progress.js";
import { seed } from "../seed.js";
import { createDatabase } from "../servers.js";
import type { Candidate } from "./contender.js";
import { open, sessionOperations } from "./pevensie.js";
import { entryOperations } from "./pevensie-cache.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUILDS = fileURLToPath(new URL("../node_modules/.base", import.meta.url));

export const baseName = (commit: string) => `pevensie at ${commit}`;

/** This package as a second copy, whose functions the compiler has seen no other use of than those of the commit's. */
export const OUR_COPY = "pevensie, as a copy";

/** The sessions and the cache's entries of another commit's package, and of a copy of this one. */
export function baseAt(commit: string): Candidate[] {
  return [copyOf(baseName(commit), "base", () => buildOf(commit)), copyOf(OUR_COPY, "copy", copyDist)];
}

/** A build of the package, in a database of its own with its own schema. */
function copyOf(name: string, database: string, prepare: () => string): Candidate {
  return {
    name,
    async connect({ servers, data: { users, rows } }) {
      const dist = prepare();
      const imported = (file: string) => import(pathToFileURL(join(dist, file)).href);
      const core: typeof import("pevensie") = await imported("index.js");
      const drivers: typeof import("pevensie/postgres") = await imported("postgres/index.js");
      const data = await seed(await createDatabase(servers.postgres, database), users, rows, drivers.migrate);
      const opened = await open(data.url, { core, drivers });
      const stage = { servers, data };
      const operations = [...sessionOperations(opened, stage), ...entryOperations(opened.cache, stage)];
      return {
        operations: operations.map((operation) => ({ ...operation, contender: name, server: "postgres" })),
        close: opened.close,
      };
    },
  };
}

function copyDist(): string {
  const folder = join(BUILDS, "copy");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["dist", "package.json"]) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  return join(folder, "dist");
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
