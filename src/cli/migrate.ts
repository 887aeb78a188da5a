import { migrate, migrateAllSchemas, type SchemaProgress } from "../postgres/index.js";
import { ProgressBar } from "./progress-bar.js";
import { addressesOf, type ModuleName, parse, parseCount, parseModules, report, UsageError } from "./usage.js";

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
  const { apply = false, check = false, schema, concurrency } = values;
  if (apply && check) throw new UsageError("--check and --apply exclude each other");
  const addresses = addressesOf(values.addr);
  if (addresses.length > 1 && !apply && !check) throw new UsageError("several --addr need --check or --apply");
  const isOfAll = values["all-schemas"] === true;
  if (isOfAll && schema !== undefined) throw new UsageError("--schema and --all-schemas exclude each other");
  if (!isOfAll && concurrency !== undefined) throw new UsageError("--concurrency is for --all-schemas");
  const several = parseCount("--concurrency", concurrency, 100) ?? undefined;
  if (check) process.exitCode = 0;
  for (const [place, connectionString] of addresses.entries()) {
    // Not the address, which may contain a password.
    const where = addresses.length > 1 ? ` (--addr ${place + 1})` : "";
    const options = { modules, apply, check, connectionString, where };
    if (isOfAll) await migrateAll(options, several);
    else await migrateOne(options, schema);
  }
}

interface Options {
  readonly modules: readonly ModuleName[];
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
async function migrateAll({ check, where, ...options }: Options, concurrency: number | undefined): Promise<void> {
  const { apply } = options;
  let bar: ProgressBar | undefined;
  const onProgress = (progress: SchemaProgress) => {
    const { done, total, schema, migrations, warnings, error } = progress;
    const name = /^[\w.-]+$/.test(schema) ? schema : JSON.stringify(schema);
    const count = `${migrations.length} ${migrations.length === 1 ? "migration" : "migrations"}`;
    const outcome = error?.message ?? `${apply ? "applied" : "pending:"} ${count}`;
    bar ??= new ProgressBar(process.stderr, total);
    if (error !== null || migrations.length > 0) report(`${done} of ${total}: ${name}: ${outcome}${where}`);
    for (const warning of warnings) report(`warning: ${name}: ${warning}${where}`);
    bar.show(done, `${done} of ${total} schemas`);
    if (!apply && !check) process.stdout.write(progress.sql);
  };
  const { total, schemas } = await migrateAllSchemas({ ...options, concurrency, onProgress });
  bar?.end();
  const failed = schemas.filter(({ error }) => error !== null).length;
  const changed = schemas.filter(({ migrations }) => migrations.length > 0).length;
  const counts = [
    `${changed} ${apply ? "migrated" : "pending"}`,
    `${schemas.length - changed - failed} up to date`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(schemas.length < total ? [`${total - schemas.length} not tried`] : []),
  ];
  report(`${total} schemas: ${counts.join(", ")}${where}`);
  if (failed > 0 || (check && changed > 0)) process.exitCode = 1;
}
