import { migrate, migrateAllSchemas, type SchemaProgress } from "../postgres/index.js";
import { ProgressBar } from "./progress-bar.js";
import { addressOf, type ModuleName, parse, parseCount, parseModules, report, UsageError } from "./usage.js";

/** `pevensie migrate`: prints the pending SQL, applies it, or exits with status 1 if there is any. */
export async function runMigrate(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    addr: { type: "string" },
    apply: { type: "boolean" },
    check: { type: "boolean" },
    schema: { type: "string" },
    "all-schemas": { type: "boolean" },
    concurrency: { type: "string" },
  });
  const modules = parseModules(positionals);
  const { apply = false, check = false, schema, concurrency } = values;
  if (apply && check) throw new UsageError("--check and --apply exclude each other");
  const options = { modules, apply, check, connectionString: addressOf(values.addr) };
  if (values["all-schemas"]) {
    if (schema !== undefined) throw new UsageError("--schema and --all-schemas exclude each other");
    return migrateAll({ ...options, concurrency: parseCount("--concurrency", concurrency, 100) ?? undefined });
  }
  if (concurrency !== undefined) throw new UsageError("--concurrency is for --all-schemas");
  await migrateOne({ ...options, schema });
}

interface Options {
  readonly modules: readonly ModuleName[];
  readonly apply: boolean;
  readonly check: boolean;
  readonly connectionString: string;
}

async function migrateOne({ check, ...options }: Options & { readonly schema: string | undefined }): Promise<void> {
  const { apply } = options;
  const result = await migrate(options);
  for (const warning of result.warnings) report(`warning: ${warning}`);
  for (const { module, version, name } of result.migrations) {
    report(`${apply ? "applied" : "pending"}: ${module} ${version} ${name}`);
  }
  if (result.migrations.length === 0) report("nothing to apply: the database is up to date");
  if (check) process.exitCode = result.migrations.length === 0 ? 0 : 1;
  else if (!apply) process.stdout.write(result.sql);
}

/** One line for each schema that is not up to date, and a summary. The exit status is 1 if any failed, or with `--check` is pending. */
async function migrateAll({
  check,
  ...options
}: Options & { readonly concurrency: number | undefined }): Promise<void> {
  const { apply } = options;
  let bar: ProgressBar | undefined;
  const onProgress = (progress: SchemaProgress) => {
    const { done, total, schema, migrations, warnings, error } = progress;
    const name = /^[\w.-]+$/.test(schema) ? schema : JSON.stringify(schema);
    const outcome = error?.message ?? `${apply ? "applied" : "pending:"} ${migrations.length} migrations`;
    bar ??= new ProgressBar(process.stderr, total);
    if (error !== null || migrations.length > 0) report(`${done} of ${total}: ${name}: ${outcome}`);
    for (const warning of warnings) report(`warning: ${name}: ${warning}`);
    bar.show(done, `${done} of ${total} schemas`);
    if (!apply && !check) process.stdout.write(progress.sql);
  };
  const { total, schemas } = await migrateAllSchemas({ ...options, onProgress });
  bar?.end();
  const failed = schemas.filter(({ error }) => error !== null).length;
  const changed = schemas.filter(({ migrations }) => migrations.length > 0).length;
  const counts = [
    `${changed} ${apply ? "migrated" : "pending"}`,
    `${schemas.length - changed - failed} up to date`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(schemas.length < total ? [`${total - schemas.length} not tried`] : []),
  ];
  report(`${total} schemas: ${counts.join(", ")}`);
  if (failed > 0 || (check && changed > 0)) process.exitCode = 1;
}
