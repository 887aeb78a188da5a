import { migrate } from "../postgres/index.js";
import { addressOf, parse, parseModules, report, UsageError } from "./usage.js";

/** `pevensie migrate`: prints the pending SQL, applies it, or exits with status 1 if there is any. */
export async function runMigrate(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    addr: { type: "string" },
    apply: { type: "boolean" },
    check: { type: "boolean" },
    schema: { type: "string" },
  });
  const modules = parseModules(positionals);
  const { apply = false, check = false } = values;
  if (apply && check) throw new UsageError("--check and --apply exclude each other");
  const result = await migrate({ modules, apply, connectionString: addressOf(values.addr), schema: values.schema });
  for (const warning of result.warnings) report(`warning: ${warning}`);
  for (const { module, version, name } of result.migrations) {
    report(`${apply ? "applied" : "pending"}: ${module} ${version} ${name}`);
  }
  if (result.migrations.length === 0) report("nothing to apply: the database is up to date");
  if (check) process.exitCode = result.migrations.length === 0 ? 0 : 1;
  else if (!apply) process.stdout.write(result.sql);
}
