/**
 * The tests of src/postgres/protocol and src/postgres/pool with the oldest and the newest supported version of pg:
 * `npm run test:pg [-- 8.18.0]`.
 *
 * @module
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const CACHE = join(ROOT, "node_modules", ".cache", "pevensie");

/** What depends on pg: its internals, connections, pipelining, timeouts and lost connections. */
const TESTS = ["test/postgres", "test/batching", "test/faults"];

/** Returns the oldest version of the peer range in package.json, and the newest release of that major version. */
function supportedVersions(): readonly string[] {
  const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const [, oldest = ""] = /^>=(\S+)/.exec(peerDependencies.pg) ?? [];
  return [oldest, oldest.split(".")[0] as string];
}

/** Dependencies of pg whose internals or messages this package relies on. */
const DEPENDENCIES = ["pg-pool", "pg-protocol"] as const;

/**
 * Returns the folder of a version of pg, installed on first use. An exact version is installed with the oldest pg-pool that it
 * accepts, since a lockfile may pin it, and with the newest pg-protocol: after a value that cannot be serialized, 1.11.0 keeps the partial
 * message in its buffer and sends it before the next one.
 */
function install(version: string): string {
  const folder = join(CACHE, `pg-${version}`);
  const pg = join(folder, "node_modules", "pg");
  if (!existsSync(pg)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    const add = (...packages: string[]) =>
      execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", ...packages], {
        cwd: folder,
        stdio: "inherit",
      });
    add(`pg@${version}`);
    if (/^\d+\.\d+\.\d+$/.test(version)) {
      const { dependencies } = JSON.parse(readFileSync(join(pg, "package.json"), "utf8"));
      add(`pg-pool@${dependencies["pg-pool"].replace("^", "")}`);
    }
  }
  return pg;
}

const wanted = process.argv.slice(2);
const failed: string[] = [];
for (const version of wanted.length > 0 ? wanted : supportedVersions()) {
  const folder = install(version);
  const { version: installed } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const versions = DEPENDENCIES.map((name) => {
    const { version } = JSON.parse(readFileSync(join(folder, "..", name, "package.json"), "utf8"));
    return `${name} ${version}`;
  });
  console.log(`\npg ${installed}, ${versions.join(", ")}`);
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const report = process.env["TEST_REPORT"];
  const reporters = [
    "--reporter=dot",
    ...(report ? ["--reporter=json", `--outputFile.json=${report}-${version}.json`] : []),
  ];
  const { status } = spawnSync(process.execPath, [vitest, "run", "--typecheck=false", ...TESTS, ...reporters], {
    cwd: ROOT,
    env: { ...process.env, PG_FOLDER: folder },
    stdio: "inherit",
  });
  if (status !== 0) failed.push(installed);
}
console.log(failed.length === 0 ? "\nevery version passed" : `\nfailed with pg ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
