#!/usr/bin/env node
import { parseArgs } from "node:util";
import { PevensieError } from "../errors/index.js";
import { migrate } from "../postgres/migrate.js";

/** As the original has it. */
const DEFAULT_ADDRESS = "postgresql://postgres:postgres@localhost:5432/postgres";

const USAGE = `usage: pevensie migrate [--addr <connection string>] [--apply] <auth|cache>...

Prints the SQL that is still to be applied to standard output, ready for psql or dbmate.

  --addr <connection string>  the database; default: DATABASE_URL, then ${DEFAULT_ADDRESS}
  --apply                     apply it in one transaction instead of printing it
  --help                      print this`;

/** A call that is not to be understood: one line, exit status 1. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command === undefined || command === "--help" || command === "-h" || command === "help") {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (command !== "migrate") throw new UsageError(`there is no command "${command}"; see pevensie --help`);
  await runMigrate(rest);
}

async function runMigrate(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseMigrateArgs(args);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const modules = positionals.map(parseModule);
  if (modules.length === 0) throw new UsageError("name a module to migrate: auth, cache, or both");
  const connectionString = values.addr ?? (process.env["DATABASE_URL"] || DEFAULT_ADDRESS);
  const apply = values.apply ?? false;
  const result = await migrate({ modules, apply, connectionString });
  for (const warning of result.warnings) report(`warning: ${warning}`);
  for (const { module, version, name } of result.migrations) {
    report(`${apply ? "applied" : "pending"}: ${module} ${version} ${name}`);
  }
  if (result.migrations.length === 0) report("nothing to apply: the database is up to date");
  if (!apply) process.stdout.write(result.sql);
}

function parseMigrateArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { addr: { type: "string" }, apply: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseModule(name: string): "auth" | "cache" {
  if (name === "auth" || name === "cache") return name;
  throw new UsageError(`there is no module "${name}"; the modules are auth and cache`);
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof PevensieError || error instanceof UsageError;
  const cause = error instanceof PevensieError && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  const line = expected ? `${(error as Error).message}${cause}` : String(error);
  report(`pevensie: ${line.replaceAll(/\s+/g, " ")}`);
  process.exitCode = 1;
});
