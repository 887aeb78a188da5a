import { invalidInput, PevensieError } from "../../errors/index.js";
import { requireBoolean, requireObject } from "../../input/values.js";
import { type PostgresDriverConfig, type ResolvedConfig, resolveConfig } from "../config/config.js";
import { sqlInSchema } from "../config/schema.js";
import { sanitizeCause } from "../protocol/sanitize.js";
import { isReadOnlyRefusal } from "../protocol/server-errors.js";
import { SqlStateClass } from "../protocol/sqlstate.js";
import { translateStatementError } from "../protocol/statement-errors.js";
import { type Client, withClient } from "./client.js";
import { inTransaction, type Run } from "./migration-transaction.js";
import { commandsOf, type PlannedMigration, planFor, preamble, scriptOf } from "./plan.js";
import type { ModuleName } from "./versions.js";

export type { PlannedMigration };

/** Options of {@link migrate}: the modules, the database, and whether to apply the migrations or only plan them. */
export type MigrateOptions = PostgresDriverConfig & {
  /** The modules to migrate. The base schema that they share is included automatically. */
  readonly modules: readonly ("auth" | "cache")[];
  /** True applies the migrations; false only plans them. Default: false. */
  readonly apply?: boolean | undefined;
};

/** The outcome of {@link migrate}. */
export interface MigrateResult {
  /** Whether the migrations below were applied and committed. */
  readonly applied: boolean;
  /** The pending migrations, in order. Empty if the database is up to date. */
  readonly migrations: readonly PlannedMigration[];
  /** All pending migrations as one transaction, ready for psql or dbmate; empty if none is pending. */
  readonly sql: string;
  /** Warnings that the migrations raised, such as users whose emails collide. */
  readonly warnings: readonly string[];
}

/**
 * Applies the pending migrations of the modules, or plans them. They are sorted files that run in one transaction,
 * under an advisory lock, so any number of processes may call this concurrently.
 *
 * @throws PevensieError CONNECTION_UNAVAILABLE, SERVER_TOO_OLD, SCHEMA_TOO_NEW; MIGRATION_FAILED after everything was
 * rolled back; OUTCOME_UNKNOWN if the connection was lost during the commit; TIMEOUT if a caller's pool has no free
 * connection in time; INVALID_INPUT for an unknown module
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  requireObject(options, "options");
  const { modules, apply = false, ...config } = options;
  requireBoolean(apply, "apply");
  const wanted = modulesOf(modules);
  const resolved = resolveConfig(config as PostgresDriverConfig);
  return migrateSchema(resolved, wanted, { apply, mustExist: false });
}

/** Migrates one schema. With `mustExist`, one that has not been migrated before is left alone. */
export function migrateSchema(
  config: ResolvedConfig,
  modules: readonly ModuleName[],
  { apply, mustExist }: { readonly apply: boolean; readonly mustExist: boolean },
): Promise<MigrateResult> {
  const { schema } = config;
  const planned = (versions: ReadonlyMap<string, string>) =>
    mustExist && versions.size === 0 ? [] : planFor(modules, versions, schema);
  return withClient(config, (client) =>
    apply ? applyPending(client, schema, planned) : planPending(client, schema, planned),
  );
}

/** Returns the modules to migrate, with the base that they need, or throws INVALID_INPUT. */
export function modulesOf(modules: unknown): readonly ModuleName[] {
  const known = ["auth", "cache"] as const;
  if (!Array.isArray(modules) || modules.length === 0 || !modules.every((name) => known.includes(name))) {
    throw invalidInput("modules", 'must list one or more of "auth" and "cache"');
  }
  return ["base", ...known.filter((name) => modules.includes(name))];
}

async function readVersions(run: Run, schema: string): Promise<ReadonlyMap<string, string>> {
  const exists = await run(
    "reading the versions",
    sqlInSchema("select pg_catalog.to_regclass('pevensie.module_version') is not null as found", schema),
  );
  if (exists.rows[0]?.["found"] !== true) return new Map();
  const { rows } = await run(
    "reading the versions",
    sqlInSchema(
      "select module::pg_catalog.text as module, pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version" +
        " from pevensie.module_version",
      schema,
    ),
  );
  return new Map(rows.map((row) => [String(row["module"]), String(row["version"])]));
}

/** Returns the pending migrations of a schema whose modules have these versions. */
type Plan = (versions: ReadonlyMap<string, string>) => readonly PlannedMigration[];

async function planPending(client: Client, schema: string, planned: Plan): Promise<MigrateResult> {
  const versions = await inTransaction(client, { mode: "read only", failed: migrationFailed }, (run) =>
    readVersions(run, schema),
  );
  const pending = planned(versions);
  return { applied: false, migrations: pending, sql: scriptOf(pending, schema), warnings: [] };
}

async function applyPending(client: Client, schema: string, planned: Plan): Promise<MigrateResult> {
  const warnings: string[] = [];
  // Unlike the severity, the code of a warning is not translated (lc_messages). Other notices have 00000.
  const onNotice = (notice: { message?: string | undefined; code?: string | undefined }) => {
    if (notice.code?.startsWith(SqlStateClass.warning)) warnings.push(notice.message ?? "");
  };
  const applied = await inTransaction(client, { mode: "default", failed: migrationFailed }, async (run) => {
    for (const statement of preamble(schema)) await run("the advisory lock", statement);
    const pending = planned(await readVersions(run, schema));
    client.on("notice", onNotice);
    for (const migration of pending) {
      const { module, version, name } = migration;
      for (const command of commandsOf(migration)) await run(`${module} ${version} ${name}`, command);
    }
    return pending;
  }).finally(() => client.off("notice", onNotice));
  return { applied: true, migrations: applied, sql: scriptOf(applied, schema), warnings };
}

/** Returns the error of a step: CONNECTION_UNAVAILABLE if the server accepts no writes, otherwise MIGRATION_FAILED. */
function migrationFailed(step: string, error: unknown): PevensieError {
  if (isReadOnlyRefusal(error)) return translateStatementError(error, "idempotent");
  const cause = sanitizeCause(error);
  return new PevensieError("MIGRATION_FAILED", `Migrating failed at ${step}: ${cause.message}. Nothing was changed.`, {
    cause,
  });
}
