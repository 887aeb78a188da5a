import type pg from "pg";
import { migrations } from "#generated/migrations.js";
import { latestVersions } from "#generated/versions.js";
import { type PostgresPoolClient, type PostgresResult, requirePoolClient } from "../../client.js";
import { invalidInput, PevensieError } from "../../errors/index.js";
import { type PostgresDriverConfig, type ResolvedConfig, resolveConfig } from "../config/config.js";
import { acquire, connectError, retryConnecting } from "../pool/acquire.js";
import { clientClass } from "../pool/client-class.js";
import { Servers, serversOfPool } from "../pool/servers.js";
import { ignoreError } from "../protocol/connection.js";
import { wireTypes } from "../protocol/decode.js";
import { isRefusedParameter, sanitizeCause, sqlStateOf } from "../protocol/errors.js";
import { SqlState } from "../protocol/sqlstate.js";
import { MINIMUM_SERVER_VERSION, type ModuleName, schemaTooNew, serverTooOld } from "./versions.js";

/** Options of {@link migrate}: the modules, the database, and whether to apply the migrations or only plan them. */
export type MigrateOptions = PostgresDriverConfig & {
  /** The modules to migrate. The base schema that they share is included automatically. */
  readonly modules: readonly ("auth" | "cache")[];
  /** True applies the migrations; false only plans them. Default: false. */
  readonly apply?: boolean | undefined;
};

/** A migration that was, or would be, applied. */
export interface PlannedMigration {
  readonly module: ModuleName;
  /** YYYYMMDDHHMMSS, UTC. */
  readonly version: string;
  readonly name: string;
  /** The migration and the statement that records it. */
  readonly sql: string;
}

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

/** What is used of a client. */
type Client = Pick<PostgresPoolClient, "query" | "on" | "off">;
interface Result extends PostgresResult {
  readonly rows: Record<string, unknown>[];
}

/** An arbitrary key. The lock keeps migrations of one database from running concurrently. */
const ADVISORY_LOCK = "8206419072312174";

/**
 * Begins a transaction without the timeouts of the role and the database. The statements are sent as one message:
 * between messages the connection would be idle in the transaction.
 */
const beginning = (mode: "read write" | "read only") => [
  `begin isolation level read committed ${mode}`,
  "set local statement_timeout = 0",
  "set local idle_in_transaction_session_timeout = 0",
];

/**
 * Prepares a migration. The lock is acquired before anything is planned or created, with time for another migration to
 * end. Afterwards no statement waits long for a table in use. Nothing depends on the settings of the role.
 */
const PREAMBLE = [
  "set local search_path = ''",
  // A setting of PostgreSQL 17 and newer: `set` would fail on older servers.
  "select pg_catalog.set_config(name, '0', true) from pg_catalog.pg_settings where name = 'transaction_timeout'",
  "set local lock_timeout = '60s'",
  "set local standard_conforming_strings = on",
  `select pg_catalog.pg_advisory_xact_lock(${ADVISORY_LOCK})`,
  "set local lock_timeout = '5s'",
];

/** A statement_timeout of 1 ms cancels a `begin` only if the server is busy at that moment. */
const ATTEMPTS_TO_BEGIN = 100;

/**
 * Applies the pending migrations of the modules, or plans them. They are sorted files that run in one transaction,
 * under an advisory lock, so any number of processes may call this concurrently.
 *
 * @throws PevensieError CONNECTION_UNAVAILABLE, SERVER_TOO_OLD, SCHEMA_TOO_NEW; MIGRATION_FAILED after everything was
 * rolled back; INVALID_INPUT for an unknown module
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const { modules, apply = false, ...config } = options;
  if (typeof apply !== "boolean") throw invalidInput("apply", "must be a boolean");
  const wanted = withBase(modules);
  const resolved = resolveConfig(config as PostgresDriverConfig);
  return withClient(resolved, (client) => (apply ? applyPending(client, wanted) : planPending(client, wanted)));
}

function withBase(modules: unknown): readonly ModuleName[] {
  const known = ["auth", "cache"] as const;
  if (!Array.isArray(modules) || modules.length === 0 || !modules.every((name) => known.includes(name))) {
    throw invalidInput("modules", 'must list one or more of "auth" and "cache"');
  }
  return ["base", ...known.filter((name) => modules.includes(name))];
}

async function withClient<T>(config: ResolvedConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const { callerPool, connectionTimeoutMillis: timeoutMillis } = config;
  if (callerPool) {
    const servers = serversOfPool(callerPool);
    const client = await acquire(callerPool, { timeoutMillis, servers }, (acquired) => {
      requirePoolClient(acquired);
      acquired.on("error", ignoreError);
      return acquired;
    });
    let failed = true;
    try {
      const result = await work(client);
      failed = false;
      return result;
    } finally {
      client.off("error", ignoreError);
      client.release(failed);
    }
  }
  const servers = new Servers(config);
  const ClientOfServers = clientClass(servers, timeoutMillis);
  const client = await retryConnecting(() => connectWithoutTimeout(config.client ?? {}, ClientOfServers), {
    timeoutMillis,
    servers,
  }).catch((error) => Promise.reject(connectError(error)));
  try {
    return await work(client);
  } finally {
    await client.end().catch(ignoreError);
  }
}

/** Connects without the statement_timeout of the role and the database, unless a pooler refuses the parameter. */
async function connectWithoutTimeout(config: pg.ClientConfig, Client: typeof pg.Client): Promise<pg.Client> {
  // pg reads PGOPTIONS only if it is given no options.
  const options = `${config.options || process.env["PGOPTIONS"] || ""} -c statement_timeout=0`.trim();
  try {
    return await connect({ ...config, options, statement_timeout: 0 }, Client);
  } catch (error) {
    if (isRefusedParameter(error)) return connect(config, Client);
    throw error;
  }
}

async function connect(config: pg.ClientConfig, Client: typeof pg.Client): Promise<pg.Client> {
  const client = new Client(config);
  client.on("error", ignoreError);
  await client.connect();
  return client;
}

/** Checks the server's version and runs `work` in a transaction, which it commits or rolls back. */
async function inTransaction<T>(client: Client, mode: "read write" | "read only", work: () => Promise<T>): Promise<T> {
  try {
    await begin(client, beginning(mode).join("; "));
    await requireServerVersion(client);
    const result = await work();
    const { command } = await run(client, "the commit", "commit");
    // PostgreSQL answers the commit of a failed transaction with ROLLBACK.
    if (command !== "COMMIT") throw migrationFailed("the commit", new Error(`the commit was answered by ${command}`));
    return result;
  } catch (error) {
    await client.query("rollback").catch(ignoreError);
    throw error;
  }
}

/**
 * Begins a transaction. Retries while the attempt is cancelled by the statement_timeout that it is about to override.
 */
async function begin(client: Client, statements: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A cancelled attempt may have left a failed transaction.
      await client.query(attempt === 1 ? statements : `rollback; ${statements}`);
      return;
    } catch (error) {
      const cancelled = sqlStateOf(error) === SqlState.queryCanceled;
      if (!cancelled || attempt === ATTEMPTS_TO_BEGIN) throw migrationFailed("the beginning", error);
    }
  }
}

async function requireServerVersion(client: Client): Promise<void> {
  const { rows } = await run(
    client,
    "reading the versions",
    "select pg_catalog.current_setting('server_version_num')::int as version",
  );
  const version = Number(rows[0]?.["version"]);
  if (version < MINIMUM_SERVER_VERSION) throw serverTooOld(version);
}

async function readVersions(client: Client): Promise<ReadonlyMap<string, string>> {
  const exists = await run(
    client,
    "reading the versions",
    "select pg_catalog.to_regclass('pevensie.module_version') is not null as found",
  );
  if (exists.rows[0]?.["found"] !== true) return new Map();
  const { rows } = await run(
    client,
    "reading the versions",
    "select module::pg_catalog.text as module, pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version" +
      " from pevensie.module_version",
  );
  return new Map(rows.map((row) => [String(row["module"]), String(row["version"])]));
}

function planFor(modules: readonly ModuleName[], versions: ReadonlyMap<string, string>): readonly PlannedMigration[] {
  for (const module of modules) {
    if ((versions.get(module) ?? "") > latestVersions[module]) throw schemaTooNew(module);
  }
  return modules.flatMap((module) => {
    let current = versions.get(module) ?? "";
    return migrations
      .filter((migration) => migration.module === module && migration.version > current)
      .map(({ version, name, sql }) => {
        const record = recordOf(module, version, current);
        current = version;
        return { module, version, name, sql: `${sql}\n\n${record}` };
      });
  });
}

/** Returns SQL that records a migration, and fails if the module is not at the version for which it was planned. */
function recordOf(module: ModuleName, version: string, current: string): string {
  if (current === "") {
    return `insert into pevensie.module_version (module, version) values ('${module}', ${literal(version)});`;
  }
  return [
    "do $$",
    "begin",
    `  update pevensie.module_version set version = ${literal(version)}`,
    `  where module = '${module}' and version = ${literal(current)};`,
    "  if not found then",
    `    raise exception 'pevensie: module ${module} is no longer at version ${current}';`,
    "  end if;",
    "end",
    "$$;",
  ].join("\n");
}

/** Returns a version as a timestamptz literal that every DateStyle and TimeZone reads alike. */
function literal(stamp: string): string {
  const [year, month, day, hour, minute, second] = stamp.match(/^\d{4}|\d{2}/g) as RegExpMatchArray;
  return `timestamptz '${year}-${month}-${day} ${hour}:${minute}:${second}+00'`;
}

/** Returns the SQL as one transaction. dbmate needs the first and the last line; to psql they are comments. */
function scriptOf(migrations: readonly PlannedMigration[]): string {
  if (migrations.length === 0) return "";
  const parts = migrations.map(({ module, version, name, sql }) => `-- ${module} ${version} ${name}\n${sql}\n`);
  return [
    "-- migrate:up transaction:false",
    ...[...beginning("read write"), ...PREAMBLE].map((statement) => `${statement};`),
    "",
    ...parts,
    "commit;",
    "-- migrate:down",
    "",
  ].join("\n");
}

async function planPending(client: Client, modules: readonly ModuleName[]): Promise<MigrateResult> {
  const versions = await inTransaction(client, "read only", () => readVersions(client));
  const pending = planFor(modules, versions);
  return { applied: false, migrations: pending, sql: scriptOf(pending), warnings: [] };
}

async function applyPending(client: Client, modules: readonly ModuleName[]): Promise<MigrateResult> {
  const warnings: string[] = [];
  const onNotice = (notice: { message?: string | undefined; severity?: string | undefined }) => {
    if (notice.severity === "WARNING") warnings.push(notice.message ?? "");
  };
  const applied = await inTransaction(client, "read write", async () => {
    for (const statement of PREAMBLE) await run(client, "the advisory lock", statement);
    const pending = planFor(modules, await readVersions(client));
    client.on("notice", onNotice);
    for (const { module, version, name, sql } of pending) await run(client, `${module} ${version} ${name}`, sql);
    return pending;
  }).finally(() => client.off("notice", onNotice));
  return { applied: true, migrations: applied, sql: scriptOf(applied), warnings };
}

function migrationFailed(step: string, error: unknown): PevensieError {
  const cause = sanitizeCause(error);
  return new PevensieError("MIGRATION_FAILED", `Migrating failed at ${step}: ${cause.message}. Nothing was changed.`, {
    cause,
  });
}

async function run(client: Client, step: string, text: string): Promise<Result> {
  try {
    return (await client.query({ text, types: wireTypes })) as Result;
  } catch (error) {
    throw migrationFailed(step, error);
  }
}
