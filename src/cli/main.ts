#!/usr/bin/env node
import { PevensieError } from "../errors/index.js";
import { runMigrate } from "./migrate.js";
import { runSweep } from "./sweep.js";
import { quoted, report, USAGE, UsageError } from "./usage.js";

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  const asked = command === undefined || command === "help" || args.includes("--help") || args.includes("-h");
  if (asked) process.stdout.write(`${USAGE}\n`);
  else if (command === "migrate") await runMigrate(rest);
  else if (command === "sweep") await runSweep(rest);
  else throw new UsageError(`there is no command ${quoted(command)}; see pevensie --help`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof PevensieError || error instanceof UsageError;
  report(`pevensie: ${expected ? describe(error) : String(error)}`);
  process.exitCode = 1;
});

/** One line: the message, and what the database said. */
function describe(error: Error): string {
  const cause = error.cause instanceof Error && !error.message.includes(error.cause.message) ? error.cause.message : "";
  return cause === "" ? error.message : `${error.message} (${cause})`;
}
