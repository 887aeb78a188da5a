import { migrate } from "../postgres/index.js";
import { addressOf, parse, parseModules, report } from "./usage.js";

/** `pevensie migrate`: prints the pending SQL, or applies it. */
export async function runMigrate(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, { addr: { type: "string" }, apply: { type: "boolean" } });
  const modules = parseModules(positionals);
  const apply = values.apply ?? false;
  const result = await migrate({ modules, apply, connectionString: addressOf(values.addr) });
  for (const warning of result.warnings) report(`warning: ${warning}`);
  for (const { module, version, name } of result.migrations) {
    report(`${apply ? "applied" : "pending"}: ${module} ${version} ${name}`);
  }
  if (result.migrations.length === 0) report("nothing to apply: the database is up to date");
  if (!apply) process.stdout.write(result.sql);
}
