import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { say } from "./progress.js";

const FOLDER = new URL("./", import.meta.url);
const STAMP = new URL("node_modules/.installed", FOLDER);
const PACKAGE = new URL("node_modules/pevensie", FOLDER);

/** Installs the peers in bench/ alone, where they are not there yet, and checks the benchmark's own types. */
export function prepare(): void {
  if (install()) checkTypes();
}

/** Whether all peers are there; without them the package is measured against the rest. */
function install(): boolean {
  const lock = createHash("sha256")
    .update(readFileSync(new URL("package-lock.json", FOLDER)))
    .digest("hex");
  let installed = existsSync(STAMP) && readFileSync(STAMP, "utf8") === lock;
  if (!installed) {
    say("installing the peers in bench/");
    installed = npmCi();
    if (installed) writeFileSync(STAMP, lock);
  }
  // What is measured is imported as its users do; a link keeps its dependencies where they are.
  if (installed && !existsSync(PACKAGE)) symlinkSync("../..", PACKAGE, "junction");
  return installed;
}

function npmCi(): boolean {
  try {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--silent"], {
      cwd: fileURLToPath(FOLDER),
      stdio: "inherit",
    });
    return true;
  } catch {
    say("npm ci failed in bench/: peers that are not there are left out");
    return false;
  }
}

function checkTypes(): void {
  const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", FOLDER));
  execFileSync(process.execPath, [tsc, "-p", fileURLToPath(FOLDER)], { stdio: "inherit" });
}
