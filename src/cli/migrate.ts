import { type MigrateOptions, migrate, migrateAllSchemas, type SchemaProgress } from "../postgres/index.js";
import { MIGRATE_DOWN, MIGRATE_UP, transactionOf } from "../postgres/migrations/plan.js";
import { forEachDatabase } from "./databases.js";
import { SchemaReport } from "./schema-report.js";
import { addressesOf, parse, parseAllSchemas, parseModules, report, UsageError } from "./usage.js";

/** `pevensie migrate`: prints the pending SQL, applies it, or exits with status 1 if there is any. */
export async function runMigrate(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    addr: { type: "string", multiple: true },
    apply: { type: "boolean" },
    check: { type: "boolean" },
    schema: { type: "string" },
    "all-schemas": { type: "boolean" },
    concurrency: { type: "string" },
  });
  const modules = parseModules(positionals);
  const { apply = false, check = false, schema } = values;
  if (apply && check) throw new UsageError("--check and --apply exclude each other");
  const addresses = addressesOf(values.addr);
  if (addresses.length > 1 && !apply && !check) throw new UsageError("several --addr need --check or --apply");
  const allSchemas = parseAllSchemas(values);
  await forEachDatabase(addresses, async (connectionString, where) => {
    const options = { modules, apply, check, connectionString, where };
    if (allSchemas !== null) await migrateAll(options, allSchemas.concurrency);
    else await migrateOne(options, schema);
  });
}

interface Options {
  readonly modules: MigrateOptions["modules"];
  readonly apply: boolean;
  readonly check: boolean;
  readonly connectionString: string;
  /** Which database of several, for the end of a line. */
  readonly where: string;
}

async function migrateOne({ check, where, ...options }: Options, schema: string | undefined): Promise<void> {
  const { apply } = options;
  const result = await migrate({ ...options, schema });
  for (const warning of result.warnings) report(`warning: ${warning}${where}`);
  for (const { module, version, name } of result.migrations) {
    report(`${apply ? "applied" : "pending"}: ${module} ${version} ${name}${where}`);
  }
  if (result.migrations.length === 0) report(`nothing to apply: the database is up to date${where}`);
  if (check && result.migrations.length > 0) process.exitCode = 1;
  if (!apply && !check) process.stdout.write(result.sql);
}

/** One line for each schema that is not up to date, and a summary. The exit status is 1 if any failed, or with `--check` is pending. */
async function migrateAll({ check, where, ...options }: Options, concurrency: number): Promise<void> {
  const { apply } = options;
  const lines = new SchemaReport(where);
  let hasPrinted = false;
  const print = (sql: string) => {
    // dbmate reads one up block in a file, so all transactions are printed in one.
    process.stdout.write(hasPrinted ? sql : `${MIGRATE_UP}${sql}`);
    hasPrinted = true;
  };
  const onProgress = (progress: SchemaProgress) => {
    const { schema, migrations, warnings } = progress;
    const count = `${migrations.length} ${migrations.length === 1 ? "migration" : "migrations"}`;
    lines.show(progress, migrations.length > 0 ? `${apply ? "applied" : "pending:"} ${count}` : null, warnings);
    if (!apply && !check && migrations.length > 0) print(transactionOf(migrations, schema));
  };
  const { total, schemas } = await migrateAllSchemas({ ...options, concurrency, onProgress });
  if (hasPrinted) process.stdout.write(MIGRATE_DOWN);
  const changed = schemas.filter(({ migrations }) => migrations.length > 0).length;
  const upToDate = schemas.filter(({ migrations, error }) => migrations.length === 0 && error === null).length;
  const counts = [`${changed} ${apply ? "migrated" : "pending"}`, `${upToDate} up to date`];
  const hasFailed = lines.end({ total, outcomes: schemas, counts });
  if (hasFailed || (check && changed > 0)) process.exitCode = 1;
}
