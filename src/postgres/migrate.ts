import pg from "pg";
import { invalidInput, PevensieError } from "../errors/index.js";
import { type PostgresDriverConfig, type ResolvedConfig, resolveConfig } from "./config.js";
import { connectWithin, retryConnecting } from "./connecting.js";
import { sanitizeCause, translateConnectError } from "./errors.js";
import {
  latestVersion,
  listMigrations,
  type MigrationFile,
  type ModuleName,
  readMigration,
} from "./migration-files.js";
import { MINIMUM_SERVER_VERSION, schemaTooNew, serverTooOld } from "./versions.js";
import { wireTypes } from "./wire.js";

/** What to migrate, where, and whether to do it or to say what would be done. */
export type MigrateOptions = PostgresDriverConfig & {
  /** Which modules; the base schema that they share is included by itself. */
  readonly modules: readonly ("auth" | "cache")[];
  /** True applies the migrations; false only plans them. Default: false. */
  readonly apply?: boolean;
};

/** One migration that was, or would be, applied. */
export interface PlannedMigration {
  readonly module: ModuleName;
  /** YYYYMMDDHHMMSS, UTC. */
  readonly version: string;
  readonly name: string;
  /** The migration itself and the statement that records it. */
  readonly sql: string;
}

/** The outcome of {@link migrate}. */
export interface MigrateResult {
  /** Whether the migrations below have been applied and committed. */
  readonly applied: boolean;
  /** What was pending, in order. Empty where the database is up to date. */
  readonly migrations: readonly PlannedMigration[];
  /** All of it as one transaction, ready for psql or dbmate; empty where nothing is pending. */
  readonly sql: string;
  /** Warnings that the migrations raised, such as users whose emails collide. */
  readonly warnings: readonly string[];
}

/** Any number that nobody else uses: it keeps two migrations of one database apart. */
const ADVISORY_LOCK = "8206419072312174";

/**
 * How a migration begins. The lock comes before anything is created or looked at, with time for whoever holds it; then
 * no statement waits long for a table in use, and nothing depends on the settings of whoever runs it.
 */
const PREAMBLE = [
  "begin isolation level read committed read write",
  "set local statement_timeout = 0",
  "set local lock_timeout = '60s'",
  "set local standard_conforming_strings = on",
  `select pg_catalog.pg_advisory_xact_lock(${ADVISORY_LOCK})`,
  "set local lock_timeout = '5s'",
  "set local search_path = ''",
];

/**
 * Brings the modules' tables up to date, or says what would: sorted files, in one transaction, under an advisory lock,
 * so that any number of processes may call it at once.
 *
 * @throws PevensieError CONNECTION_UNAVAILABLE, SERVER_TOO_OLD, SCHEMA_TOO_NEW, or MIGRATION_FAILED with everything
 * rolled back; INVALID_INPUT for a module that there is not
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const { modules, apply = false, ...config } = options;
  if (typeof apply !== "boolean") throw invalidInput("apply", "must be a boolean");
  const wanted = withBase(modules);
  const resolved = resolveConfig(config as PostgresDriverConfig);
  return withClient(resolved, async (client) => {
    await requireServerVersion(client);
    const plan = async () => planFor(wanted, await readVersions(client));
    const pending = apply ? null : await plan();
    if (pending !== null) return { applied: false, migrations: pending, sql: scriptOf(pending), warnings: [] };
    return await applyPending(client, plan);
  });
}

function withBase(modules: unknown): readonly ModuleName[] {
  const known = ["auth", "cache"] as const;
  if (!Array.isArray(modules) || modules.length === 0 || !modules.every((name) => known.includes(name))) {
    throw invalidInput("modules", 'must list one or more of "auth" and "cache"');
  }
  return ["base", ...known.filter((name) => modules.includes(name))];
}

async function withClient<T>(config: ResolvedConfig, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  // A connection that dies between two statements raises an event, which nobody hearing would end the process.
  const ignore = () => {};
  if (config.callerPool) {
    const client = await connectWithin(config.callerPool, config.connectionTimeoutMillis, (lent) => {
      lent.on("error", ignore);
    });
    let failed = true;
    try {
      const result = await work(client);
      failed = false;
      return result;
    } finally {
      client.off("error", ignore);
      client.release(failed);
    }
  }
  const client = await retryConnecting(async () => {
    const candidate = new pg.Client({ ...config.client, connectionTimeoutMillis: config.connectionTimeoutMillis });
    candidate.on("error", ignore);
    await candidate.connect();
    return candidate;
  }, config.connectionTimeoutMillis).catch((error) => Promise.reject(translateConnectError(error)));
  try {
    return await work(client);
  } finally {
    await client.end().catch(ignore);
  }
}

async function requireServerVersion(client: pg.ClientBase): Promise<void> {
  const { rows } = await query(client, "select pg_catalog.current_setting('server_version_num')::int as version");
  const version = Number(rows[0]?.["version"]);
  if (version < MINIMUM_SERVER_VERSION) throw serverTooOld(version);
}

async function readVersions(client: pg.ClientBase): Promise<ReadonlyMap<string, string>> {
  const exists = await query(client, "select pg_catalog.to_regclass('pevensie.module_version') is not null as found");
  if (exists.rows[0]?.["found"] !== true) return new Map();
  const { rows } = await query(
    client,
    "select module::pg_catalog.text as module, pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version" +
      " from pevensie.module_version",
  );
  return new Map(rows.map((row) => [String(row["module"]), String(row["version"])]));
}

function planFor(modules: readonly ModuleName[], versions: ReadonlyMap<string, string>): readonly PlannedMigration[] {
  for (const module of modules) {
    if ((versions.get(module) ?? "") > latestVersion(module)) throw schemaTooNew(module);
  }
  return modules.flatMap((module) => {
    let current = versions.get(module) ?? "";
    return listMigrations(module)
      .filter((file) => file.version > current)
      .map((file) => {
        const sql = `${readMigration(file)}\n\n${recordOf(file, current)}`;
        current = file.version;
        return { module, version: file.version, name: file.name, sql };
      });
  });
}

/** Records a migration, or fails where the module is not at the version that it was planned for. */
function recordOf(file: MigrationFile, current: string): string {
  if (current === "") {
    return `insert into pevensie.module_version (module, version) values ('${file.module}', ${literal(file.version)});`;
  }
  return [
    "do $$",
    "begin",
    `  update pevensie.module_version set version = ${literal(file.version)}`,
    `  where module = '${file.module}' and version = ${literal(current)};`,
    "  if not found then",
    `    raise exception 'pevensie: module ${file.module} is no longer at version ${current}';`,
    "  end if;",
    "end",
    "$$;",
  ].join("\n");
}

/** A stamp as a timestamptz that every DateStyle and TimeZone reads alike. */
function literal(stamp: string): string {
  const [year, month, day, hour, minute, second] = stamp.match(/^\d{4}|\d{2}/g) as RegExpMatchArray;
  return `timestamptz '${year}-${month}-${day} ${hour}:${minute}:${second}+00'`;
}

/** The SQL in one transaction. dbmate needs the first and the last line; to psql they are comments. */
function scriptOf(migrations: readonly PlannedMigration[]): string {
  if (migrations.length === 0) return "";
  const parts = migrations.map(({ module, version, name, sql }) => `-- ${module} ${version} ${name}\n${sql}\n`);
  return [
    "-- migrate:up transaction:false",
    ...PREAMBLE.map((statement) => `${statement};`),
    "",
    ...parts,
    "commit;",
    "-- migrate:down",
    "",
  ].join("\n");
}

async function applyPending(
  client: pg.ClientBase,
  plan: () => Promise<readonly PlannedMigration[]>,
): Promise<MigrateResult> {
  const warnings: string[] = [];
  const onNotice = (notice: { message?: string | undefined; severity?: string | undefined }) => {
    if (notice.severity === "WARNING") warnings.push(notice.message ?? "");
  };
  client.on("notice", onNotice);
  let step = "the advisory lock";
  try {
    for (const statement of PREAMBLE) await client.query(statement);
    const migrations = await plan();
    for (const migration of migrations) {
      step = `${migration.module} ${migration.version} ${migration.name}`;
      await client.query(migration.sql);
    }
    step = "the commit";
    const { command } = await client.query("commit");
    // Postgres answers ROLLBACK to the commit of a transaction that has failed.
    if (command !== "COMMIT") throw new Error(`the commit was answered by ${command}`);
    return { applied: true, migrations, sql: scriptOf(migrations), warnings };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error instanceof PevensieError ? error : migrationFailed(step, error);
  } finally {
    client.off("notice", onNotice);
  }
}

function migrationFailed(step: string, error: unknown): PevensieError {
  const cause = sanitizeCause(error);
  return new PevensieError("MIGRATION_FAILED", `Migrating failed at ${step}: ${cause.message}. Nothing was changed.`, {
    cause,
  });
}

async function query(client: pg.ClientBase, text: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  try {
    return await client.query<Record<string, unknown>>({ text, types: wireTypes });
  } catch (error) {
    throw migrationFailed("reading the versions", error);
  }
}
