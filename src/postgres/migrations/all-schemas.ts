import { invalidInput, isPevensieError, type PevensieError } from "../../errors/index.js";
import { optionalFunction, requireBoolean, requireInteger, requireObject } from "../../input/values.js";
import { type PostgresDriverConfig, type ResolvedConfig, resolveConfig } from "../config/config.js";
import { forEachSchema } from "./each-schema.js";
import { type MigrateOptions, migrateSchema, modulesOf } from "./migrate.js";
import type { PlannedMigration } from "./plan.js";

/**
 * Options of {@link migrateAllSchemas}: those of `migrate`, and how many schemas are migrated in parallel. `schema` is refused
 * (INVALID_INPUT).
 */
export type MigrateAllOptions = MigrateOptions & {
  /** How many schemas are migrated in parallel, 1 to 100. On a caller's pool, no more than it has connections. Default: 4. */
  readonly concurrency?: number | undefined;
  /** Called, and awaited, after each schema. What it throws ends the call, once the schemas in progress are done. */
  readonly onProgress?: ((progress: SchemaProgress) => unknown) | undefined;
};

/** What became of one schema. */
export interface SchemaResult {
  /** The name of the schema, unquoted. */
  readonly schema: string;
  /** The migrations that were applied, or are pending. Empty if the schema is up to date, and after an error. */
  readonly migrations: readonly PlannedMigration[];
  /** These migrations as one transaction, as in `MigrateResult`; empty if there are none. */
  readonly sql: string;
  /** Warnings that the migrations raised. */
  readonly warnings: readonly string[];
  /** Why migrating the schema failed; null if it did not. A schema that failed is unchanged, unless the code is OUTCOME_UNKNOWN. */
  readonly error: PevensieError | null;
}

/** A schema that is done, and how far the call is. */
export interface SchemaProgress extends SchemaResult {
  /** How many schemas are done, this one included. */
  readonly done: number;
  /** How many schemas the call migrates. */
  readonly total: number;
}

/** The outcome of {@link migrateAllSchemas}. */
export interface MigrateAllResult {
  /** How many schemas of the database have the package's tables. */
  readonly total: number;
  /**
   * The schemas that were tried, in the order in which they were done. Fewer than `total` if the server became unreachable, or accepts
   * no writes.
   */
  readonly schemas: readonly SchemaResult[];
}

const DEFAULT_CONCURRENCY = 4;

/**
 * Migrates every schema of a database that has the package's tables, several in parallel and each in a transaction of its own. A schema
 * that fails leaves the others alone. After an interruption, a second call goes on where the first one ended: a schema is up to date, or
 * as it was. It creates no schema, not even one that is dropped meanwhile.
 *
 * @throws PevensieError CONNECTION_UNAVAILABLE, SERVER_TOO_OLD, TIMEOUT or DATABASE_ERROR if the schemas cannot be listed; INVALID_INPUT
 * @example
 * const { total, schemas } = await migrateAllSchemas({
 *   modules: ["auth"],
 *   apply: true,
 *   connectionString: process.env.DATABASE_URL,
 * });
 * const failed = schemas.filter(({ error }) => error !== null);
 */
export async function migrateAllSchemas(options: MigrateAllOptions): Promise<MigrateAllResult> {
  requireObject(options, "options");
  const { modules, apply = false, concurrency = DEFAULT_CONCURRENCY, onProgress = () => {}, ...config } = options;
  requireBoolean(apply, "apply");
  optionalFunction(onProgress, "onProgress");
  requireInteger(concurrency, "concurrency", 1, 100);
  if ("schema" in config && config.schema !== undefined)
    throw invalidInput("schema", "cannot be used here: migrate() migrates a single schema");
  const wanted = modulesOf(modules);
  const resolved = resolveConfig(config as PostgresDriverConfig);
  const { total, outcomes } = await forEachSchema(resolved, {
    concurrency,
    work: (schemaConfig) =>
      migrateOne(schemaConfig, () => migrateSchema(schemaConfig, wanted, { apply, mustExist: true })),
    onDone: (result, count) => onProgress({ ...result, ...count }),
  });
  return { total, schemas: outcomes };
}

async function migrateOne(
  { schema }: ResolvedConfig,
  migrate: () => Promise<Omit<SchemaResult, "schema" | "error">>,
): Promise<SchemaResult> {
  try {
    const { migrations, sql, warnings } = await migrate();
    return { schema, migrations, sql, warnings, error: null };
  } catch (error) {
    if (!isPevensieError(error)) throw error;
    return { schema, migrations: [], sql: "", warnings: [], error };
  }
}
