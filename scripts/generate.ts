/**
 * queries/*.sql → generated/, by pgtyped against a live schema, and migrations/*.sql → generated/, as text.
 *
 * `npm run generate` replaces generated/; with `--check` it only compares, and fails on a difference. The schema is
 * DATABASE_URL's if that is set, and else that of an embedded Postgres with every migration applied.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { EmbeddedPostgres } from "../src/embedded/index.js";
import { generateMigrations, readMigrations } from "./generate-migrations.js";
import { generateStatements } from "./generate-statements.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const MIGRATIONS = join(ROOT, "migrations");
const HEADER = "// DO NOT EDIT: made from queries/ by `npm run generate`.\n";

/** Runs pgtyped on the queries of `source` against a schema; returns the files that generated/ should hold, by name. */
export function generate(connectionString: string, source = join(ROOT, "queries")): Map<string, string> {
  // pgtyped writes paths relative to its working directory into its output, so it works on a copy that looks like ROOT.
  const folder = mkdtempSync(join(tmpdir(), "pevensie-generate-"));
  try {
    cpSync(source, join(folder, "queries"), { recursive: true });
    cpSync(join(ROOT, "pgtyped.config.json"), join(folder, "pgtyped.config.json"));
    mkdirSync(join(folder, "generated"));
    const output = runPgtyped(folder, connectionString);
    const files = new Map<string, string>();
    for (const name of readdirSync(join(folder, "queries")).sort()) {
      const module = name.replace(/\.sql$/, ".ts");
      const path = join(folder, "generated", module);
      // pgtyped has been seen to end well although a file of queries was wrong.
      if (!existsSync(path)) throw new Error(`pgtyped made nothing of queries/${name}:\n${output}`);
      files.set(module, HEADER + withHelpersDocumented(readFileSync(path, "utf8")));
    }
    // The statements of pevensie/testing are no part of what applications run.
    const published = new Map([...files].filter(([module]) => module !== "testing.ts"));
    const statements = generateStatements(published);
    files.set("index.ts", indexOf(published));
    return new Map([...files, ["statements.ts", statements], ...generateMigrations(MIGRATIONS)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** pgtyped documents queries, parameters and results, but not the helper types that it declares for them. */
function withHelpersDocumented(text: string): string {
  return text.replaceAll(/(?<!\*\/)\n(export type \w+ =)/g, "\n/** A type of parameters or columns. */\n$1");
}

function runPgtyped(folder: string, connectionString: string): string {
  const cli = join(ROOT, "node_modules", "@pgtyped", "cli", "lib", "index.js");
  // The environment would override the address that is given here.
  const { PGURI, DATABASE_URL, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, ...env } = process.env;
  const args = [cli, "--config", join(folder, "pgtyped.config.json"), "--uri", connectionString];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env,
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`pgtyped failed:\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** Re-exports everything by name: the helper types that pgtyped repeats in each file would clash under `export *`. */
function indexOf(files: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  const lines = [...files].flatMap(([file, text]) => {
    const names = [...text.matchAll(/^export (const|type|interface) (\w+)/gm)]
      .map(([, kind, name]) => ({ kind, name: name as string }))
      .filter(({ name }) => !seen.has(name));
    for (const { name } of names) seen.add(name);
    const list = names.map(({ kind, name }) => (kind === "const" ? `  ${name},` : `  type ${name},`)).sort();
    return ["export {", ...list, `} from "./${file.replace(/\.ts$/, ".js")}";`];
  });
  return `${HEADER}${lines.join("\n")}\n`;
}

/** The names of files that differ between what is committed and what should be. */
export function differences(files: ReadonlyMap<string, string>, folder: string): string[] {
  const committed = existsSync(folder) ? readdirSync(folder) : [];
  const names = new Set([...committed, ...files.keys()]);
  return [...names].filter((name) => {
    const path = join(folder, name);
    return !existsSync(path) || readFileSync(path, "utf8") !== files.get(name);
  });
}

/** The files themselves, not what is generated of them, which may be about to change. */
async function applyMigrations(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query("set search_path = ''");
  for (const { sql } of readMigrations(MIGRATIONS)) await client.query(sql);
  await client.end();
}

async function main(): Promise<void> {
  const target = join(ROOT, "generated");
  const address = process.env["DATABASE_URL"];
  const server = address ? undefined : await EmbeddedPostgres.start();
  const connectionString = address || (server as EmbeddedPostgres).url();
  try {
    if (server) await applyMigrations(connectionString);
    const files = generate(connectionString);
    const different = differences(files, target);
    if (process.argv.includes("--check")) {
      if (different.length === 0) return console.log("generated/ matches queries/, migrations/ and the schema");
      console.error(`generated/ does not match: ${different.join(", ")}; run "npm run generate"`);
      process.exitCode = 1;
      return;
    }
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
    for (const [name, text] of files) writeFileSync(join(target, name), text);
    console.log(different.length === 0 ? "generated/ is as it was" : `generated/: changed ${different.join(", ")}`);
  } finally {
    await server?.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
