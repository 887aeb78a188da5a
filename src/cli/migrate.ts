import { migrate } from "../postgres/index.js";
import { addressesOf, parse, parseModules, report, UsageError } from "./usage.js";

/** `pevensie migrate`: prints the pending SQL, applies it, or exits with status 1 if there is any. */
export async function runMigrate(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    addr: { type: "string", multiple: true },
    apply: { type: "boolean" },
    check: { type: "boolean" },
  });
  const modules = parseModules(positionals);
  const { apply = false, check = false } = values;
  if (apply && check) throw new UsageError("--check and --apply exclude each other");
  const addresses = addressesOf(values.addr);
  if (addresses.length > 1 && !apply && !check) throw new UsageError("several databases need --check or --apply");
  if (check) process.exitCode = 0;
  for (const [place, connectionString] of addresses.entries()) {
    // Not the address, which may contain a password.
    const where = addresses.length > 1 ? ` (--addr ${place + 1})` : "";
    const result = await migrate({ modules, apply, connectionString });
    for (const warning of result.warnings) report(`warning: ${warning}${where}`);
    for (const { module, version, name } of result.migrations) {
      report(`${apply ? "applied" : "pending"}: ${module} ${version} ${name}${where}`);
    }
    if (result.migrations.length === 0) report(`nothing to apply: the database is up to date${where}`);
    if (check && result.migrations.length > 0) process.exitCode = 1;
    if (!apply && !check) process.stdout.write(result.sql);
  }
}
