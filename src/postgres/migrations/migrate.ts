import type pg from "pg";
import { type PostgresPoolClient, type PostgresResult, requirePoolClient } from "../../client.js";
import { invalidInput, PevensieError } from "../../errors/index.js";
import { requireBoolean } from "../../input/values.js";
import { type PostgresDriverConfig, type ResolvedConfig, resolveConfig } from "../config/config.js";
import { sqlInSchema } from "../config/schema.js";
import { acquire } from "../pool/acquire.js";
import { clientClass, type StatementLimit } from "../pool/client-class.js";
import { connectError, retryConnecting } from "../pool/connect-retries.js";
import { connectingPoolOf, serversOfPool } from "../pool/created-pools.js";
import { ConnectTimeout, Servers } from "../pool/servers.js";
import { Connection, ignoreError } from "../protocol/connection.js";
import { Deadline } from "../protocol/deadlines.js";
import { wireTypes } from "../protocol/decode.js";
import {
  isConnectionLoss,
  isReadOnlyRefusal,
  sanitizeCause,
  sqlStateOf,
  translateStatementError,
} from "../protocol/errors.js";
import { destroyStream } from "../protocol/pg-internals.js";
import { SqlState, SqlStateClass } from "../protocol/sqlstate.js";
import {
  beginning,
  commandsOf,
  type PlannedMigration,
  planFor,
  preamble,
  scriptOf,
  type TransactionMode,
} from "./plan.js";
import { MINIMUM_SERVER_VERSION, type ModuleName, serverTooOld } from "./versions.js";

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

/** What is used of a client. */
type Client = Pick<PostgresPoolClient, "query" | "on" | "off">;
interface Result extends PostgresResult {
  readonly rows: Record<string, unknown>[];
}

/** A statement_timeout of 1 ms cancels a `begin` only if the server is busy at that moment. */
const ATTEMPTS_TO_BEGIN = 100;

/**
 * Applies the pending migrations of the modules, or plans them. They are sorted files that run in one transaction,
 * under an advisory lock, so any number of processes may call this concurrently.
 *
 * @throws PevensieError CONNECTION_UNAVAILABLE, SERVER_TOO_OLD, SCHEMA_TOO_NEW; MIGRATION_FAILED after everything was
 * rolled back; OUTCOME_UNKNOWN if the connection was lost during the commit; INVALID_INPUT for an unknown module
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
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

/** Runs some work on a connection of the caller's pool, or on one of its own. */
export async function withClient<T>(config: ResolvedConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const { callerPool, connectionTimeoutMillis: timeoutMillis } = config;
  if (callerPool) {
    const servers = serversOfPool(callerPool);
    const client = await acquire(connectingPoolOf(callerPool), { timeoutMillis, servers }, (acquired) => {
      requirePoolClient(acquired);
      // The server of an idle connection may no longer accept writes.
      const refusal = servers.refusalOf(Connection.of(acquired));
      if (refusal !== undefined) throw refusal;
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
  const settings = config.client ?? {};
  const ClientOfServers = clientClass(servers, timeoutMillis, withoutLimit(settings));
  const client = await search(settings, ClientOfServers, servers, timeoutMillis).catch((error) =>
    Promise.reject(connectError(error, servers)),
  );
  try {
    return await work(client);
  } finally {
    await client.end().catch(ignoreError);
  }
}

/** Returns the settings that override the statement_timeout of the role and the database. */
function withoutLimit(config: pg.ClientConfig): StatementLimit {
  // pg reads PGOPTIONS only if it is given no options.
  const options = `${config.options || process.env["PGOPTIONS"] || ""} -c statement_timeout=0`.trim();
  return { settings: { options, statement_timeout: 0 }, refusedBy: new Set() };
}

/** Connects to one of the servers. The search ends with its timeout, also in the middle of an attempt. */
async function search(
  settings: pg.ClientConfig,
  Client: typeof pg.Client,
  servers: Servers,
  timeoutMillis: number,
): Promise<pg.Client> {
  let client: pg.Client | undefined;
  let hasTimedOut = false;
  const deadline = new Deadline(timeoutMillis, () => {
    hasTimedOut = true;
    if (client !== undefined) destroyStream(client, new ConnectTimeout());
  });
  const attempt = async () => {
    const connecting = new Client(settings);
    client = connecting;
    connecting.on("error", ignoreError);
    await connecting.connect();
    return connecting;
  };
  const isCancelled = () => hasTimedOut;
  return retryConnecting(attempt, { timeoutMillis, servers, isCancelled }).finally(() => deadline.cancel());
}

/** Checks the server's version and runs `work` in a transaction, which it commits or rolls back. */
export async function inTransaction<T>(client: Client, mode: TransactionMode, work: () => Promise<T>): Promise<T> {
  try {
    await begin(client, beginning(mode).join("; "));
    await requireServerVersion(client);
    const result = await work();
    await commit(client, mode);
    return result;
  } catch (error) {
    await client.query("rollback").catch(ignoreError);
    throw error;
  }
}

async function commit(client: Client, mode: TransactionMode): Promise<void> {
  const { command } = await run(client, "the commit", "commit").catch((error: PevensieError) => {
    if (mode === "read only" || !isConnectionLoss(error.cause)) throw error;
    throw new PevensieError(
      "OUTCOME_UNKNOWN",
      "The connection was lost during the commit, so all migrations were applied or none. Run it again: what was applied is not repeated.",
      { cause: error.cause },
    );
  });
  // PostgreSQL answers the commit of a failed transaction with ROLLBACK.
  if (command !== "COMMIT") throw migrationFailed("the commit", new Error(`the commit was answered by ${command}`));
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

async function readVersions(client: Client, schema: string): Promise<ReadonlyMap<string, string>> {
  const exists = await run(
    client,
    "reading the versions",
    sqlInSchema("select pg_catalog.to_regclass('pevensie.module_version') is not null as found", schema),
  );
  if (exists.rows[0]?.["found"] !== true) return new Map();
  const { rows } = await run(
    client,
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
  const versions = await inTransaction(client, "read only", () => readVersions(client, schema));
  const pending = planned(versions);
  return { applied: false, migrations: pending, sql: scriptOf(pending, schema), warnings: [] };
}

async function applyPending(client: Client, schema: string, planned: Plan): Promise<MigrateResult> {
  const warnings: string[] = [];
  // Unlike the severity, the code of a warning is not translated (lc_messages). Other notices have 00000.
  const onNotice = (notice: { message?: string | undefined; code?: string | undefined }) => {
    if (notice.code?.startsWith(SqlStateClass.warning)) warnings.push(notice.message ?? "");
  };
  const applied = await inTransaction(client, "default", async () => {
    for (const statement of preamble(schema)) await run(client, "the advisory lock", statement);
    const pending = planned(await readVersions(client, schema));
    client.on("notice", onNotice);
    for (const migration of pending) {
      const { module, version, name } = migration;
      for (const command of commandsOf(migration)) await run(client, `${module} ${version} ${name}`, command);
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

/** Runs SQL of a migration; throws MIGRATION_FAILED naming the step, or CONNECTION_UNAVAILABLE if the server accepts no writes. */
export async function run(client: Client, step: string, text: string): Promise<Result> {
  try {
    return (await client.query({ text, types: wireTypes })) as Result;
  } catch (error) {
    throw migrationFailed(step, error);
  }
}
