import { createHash } from "node:crypto";
import { migrations } from "#generated/migrations.js";
import { latestVersions } from "#generated/versions.js";
import { DEFAULT_SCHEMA, sqlInSchema } from "../config/schema.js";
import { type ModuleName, schemaTooNew } from "./versions.js";

/** A migration that was, or would be, applied. */
export interface PlannedMigration {
  readonly module: ModuleName;
  /** YYYYMMDDHHMMSS, UTC. */
  readonly version: string;
  readonly name: string;
  /** The migration and the statement that records it. */
  readonly sql: string;
}

/** An arbitrary key. The lock keeps migrations of one schema from running concurrently. */
export const ADVISORY_LOCK = "8206419072312174";

/** Returns the key of a schema's lock: 63 bits, so that two schemas are unlikely to wait for each other. */
function advisoryLockOf(schema: string): string {
  if (schema === DEFAULT_SCHEMA) return ADVISORY_LOCK;
  const digest = createHash("sha256").update(`pevensie migrations of ${schema}`).digest();
  return String(digest.readBigUInt64BE() >> 1n);
}

/** How a transaction begins. `read write` would override `default_transaction_read_only`, by which a primary is fenced. */
export type TransactionMode = "default" | "read only";

/**
 * Begins a transaction without the timeouts of the role and the database. The statements are sent as one message:
 * between messages the connection would be idle in the transaction.
 */
export const beginning = (mode: TransactionMode) => [
  `begin isolation level read committed${mode === "default" ? "" : ` ${mode}`}`,
  "set local statement_timeout = 0",
  "set local idle_in_transaction_session_timeout = 0",
];

/**
 * Prepares a migration. The lock is acquired before anything is planned or created, with time for another migration to
 * end. Afterwards no statement waits long for a table in use. Nothing depends on the settings of the role.
 */
export const preamble = (schema: string) => [
  "set local search_path = ''",
  // A setting of PostgreSQL 17 and newer: `set` would fail on older servers.
  "select pg_catalog.set_config(name, '0', true) from pg_catalog.pg_settings where name = 'transaction_timeout'",
  "set local lock_timeout = '60s'",
  "set local standard_conforming_strings = on",
  // psql sends what it reads as it is: the SQL is UTF-8, whatever PGCLIENTENCODING and the locale say.
  "set local client_encoding = 'UTF8'",
  "set local client_min_messages = notice",
  `select pg_catalog.pg_advisory_xact_lock(${advisoryLockOf(schema)})`,
  "set local lock_timeout = '5s'",
];

/** Returns the pending migrations of the modules, for a schema. */
export function planFor(
  modules: readonly ModuleName[],
  versions: ReadonlyMap<string, string>,
  schema: string,
): readonly PlannedMigration[] {
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
        return { module, version, name, sql: sqlInSchema(`${creatingIfAbsent(sql)}\n\n${record}`, schema) };
      });
  });
}

/** PostgreSQL checks the CREATE privilege on the database before it looks whether the schema exists. */
const CREATE_SCHEMA = "create schema if not exists pevensie;";

const CREATE_SCHEMA_IF_ABSENT = `do $$
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = 'pevensie') then
    create schema if not exists pevensie;
  end if;
end
$$;`;

/** Returns SQL that leaves an existing schema alone: a role that owns one needs no privilege on the database. */
function creatingIfAbsent(sql: string): string {
  return sql.replace(CREATE_SCHEMA, () => CREATE_SCHEMA_IF_ABSENT);
}

/**
 * Matches comments, literals, quoted identifiers and dollar-quoted bodies, whose semicolons end no command, and semicolons that end one.
 */
const TOKENS = /--[^\n]*|'(?:[^']|'')*'|"[^"]*"|(\$\w*\$)[\s\S]*?\1|;/g;

/** Returns the commands of a migration, each with the comments before it. Citus refuses several commands in one message. */
export function commandsOf({ sql }: Pick<PlannedMigration, "sql">): string[] {
  const ends = [...sql.matchAll(TOKENS)].filter(([token]) => token === ";").map(({ index }) => index + 1);
  return ends.map((end, place) => sql.slice(ends[place - 1] ?? 0, end).trim());
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

/**
 * The first and the last line that dbmate needs; to psql they are comments. dbmate reads one pair of them in a file: what comes after the
 * first `-- migrate:down` is not part of the migration.
 */
export const MIGRATE_UP = "-- migrate:up transaction:false\n";
export const MIGRATE_DOWN = "-- migrate:down\n";

/** Returns the SQL as one transaction, with the lines that dbmate needs; empty without migrations. */
export function scriptOf(migrations: readonly PlannedMigration[], schema: string): string {
  return migrations.length === 0 ? "" : `${MIGRATE_UP}${transactionOf(migrations, schema)}${MIGRATE_DOWN}`;
}

/** Returns the SQL of at least one migration as one transaction. */
export function transactionOf(migrations: readonly PlannedMigration[], schema: string): string {
  const parts = migrations.map(({ module, version, name, sql }) => `-- ${module} ${version} ${name}\n${sql}\n`);
  return [
    ...[...beginning("default"), ...preamble(schema)].map((statement) => `${statement};`),
    "",
    ...parts,
    "commit;",
    "",
  ].join("\n");
}
