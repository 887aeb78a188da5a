/**
 * The design's rule of who may know whom, held against every import in src/.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What each room may import: rooms of ours, and packages. A file straight in src/ is a room of its own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "json.ts": [],
  "events.ts": [],
  "lease.ts": ["errors"],
  "promise.ts": [],
  "timers.ts": [],
  errors: [],
  net: [],
  input: ["errors", "net", "json.ts"],
  auth: ["errors", "events.ts", "lease.ts", "net", "input", "json.ts", "promise.ts", "@node-rs/argon2"],
  cache: ["errors", "events.ts", "lease.ts", "net", "input", "json.ts", "promise.ts"],
  postgres: [
    "errors",
    "events.ts",
    "net",
    "input",
    "json.ts",
    "timers.ts",
    "promise.ts",
    "auth",
    "cache",
    "generated",
    "pg",
    "pg-connection-string",
    "@pgtyped/runtime",
    "uuidv7",
  ],
  cli: ["errors", "postgres"],
  "index.ts": ["errors", "events.ts", "net", "auth", "cache"],
};

/** SQL belongs in queries/ and migrations/; these hold the runner's bookkeeping, the transaction's commands and the select lists. */
const MAY_HOLD_SQL = [
  "postgres/migrate.ts",
  "postgres/client.ts",
  "postgres/transaction.ts",
  "postgres/custom-queries.ts",
];
const SQL = /["'`]\s*(?:select|insert into|update|delete from|begin|commit|rollback|set local|with)\s/i;

/** Everything that waits takes its time from src/timers.ts, which the fake timers of an application do not reach. */
const TIMERS =
  /\b(?:setTimeout|setInterval|setImmediate|performance\.now|process\.hrtime)\b|"node:(?:timers|perf_hooks)/;
/** A process of its own has no fake timers. */
const MAY_HAVE_TIMERS = ["timers.ts", "cli/sweep.ts"];

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

const problems: string[] = [];
const source = join(ROOT, "src");
for (const entry of readdirSync(source, { recursive: true, encoding: "utf8" })) {
  if (!entry.endsWith(".ts")) continue;
  const file = entry.split(sep).join("/");
  const room = file.split("/")[0] as string;
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) {
    problems.push(`src/${file}: there is no rule for this room`);
    continue;
  }
  const text = readFileSync(join(source, entry), "utf8");
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  for (const [, specifier = ""] of code.matchAll(IMPORT)) {
    const target = roomOf(file, specifier);
    if (target !== room && target !== "node" && !allowed.includes(target)) {
      problems.push(`src/${file} must not import ${specifier}`);
    }
  }
  if (TIMERS.test(code) && !MAY_HAVE_TIMERS.includes(file)) {
    problems.push(`src/${file} must take its timers from src/timers.ts`);
  }
  if (SQL.test(code) && !MAY_HOLD_SQL.includes(file)) problems.push(`src/${file} holds SQL, which belongs in queries/`);
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? "src/ keeps to the dependency rule" : `${problems.length} breaches of the dependency rule`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

function roomOf(file: string, specifier: string): string {
  if (specifier.startsWith("node:")) return "node";
  if (!specifier.startsWith(".")) return specifier;
  const path = relative(ROOT, join(source, posix.dirname(file), specifier))
    .split(sep)
    .join("/");
  if (path.startsWith("generated/")) return "generated";
  const [, room = ""] = path.split("/");
  return room.replace(/\.js$/, ".ts");
}
