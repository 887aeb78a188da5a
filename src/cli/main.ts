#!/usr/bin/env node
import { createRequire } from "node:module";
import { quoted, reportError, USAGE, UsageError } from "./usage.js";

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  // What comes after -- belongs to another command.
  const ownArguments = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const asked =
    command === undefined || command === "help" || ownArguments.includes("--help") || ownArguments.includes("-h");
  // Commands are imported on demand: the usage and the version need neither pg nor the drivers.
  if (asked) process.stdout.write(`${USAGE}\n`);
  else if (command === "--version") process.stdout.write(`${packageVersion()}\n`);
  else if (command === "migrate") await (await import("./migrate.js")).runMigrate(rest);
  else if (command === "sweep") await (await import("./sweep.js")).runSweep(rest);
  else if (command === "init") await (await import("./init.js")).runInit(rest);
  else if (command === "dev") await (await import("./dev.js")).runDev(rest);
  else if (command === "import") await (await import("./import.js")).runImport(rest);
  else throw new UsageError(`there is no command ${quoted(command)}; see pevensie --help`);
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that ends early, such as `head`, must not end a migration, or a server.
  if (error.code === "EPIPE") return;
  reportError(error);
  process.exitCode = 1;
});
// There is nowhere to report it.
process.stderr.on("error", () => {});

main(process.argv.slice(2)).catch((error: unknown) => {
  reportError(error);
  process.exitCode = 1;
});

function packageVersion(): string {
  return (createRequire(import.meta.url)("pevensie/package.json") as { version: string }).version;
}
