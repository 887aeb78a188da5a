import { code, type Mutation, tests } from "./mutation.js";

const UUID7 = "migrations/base/20261122080000_uuid7_from_csprng.sql";
const PLAN = "src/postgres/migrations/plan.ts";
const MIGRATE = "src/postgres/migrations/migrate.ts";
const CLIENT = "src/postgres/migrations/client.ts";
const TRANSACTION = "src/postgres/migrations/migration-transaction.ts";

/** Migrations, and schemas that do not fit. */
export const MIGRATIONS: readonly Mutation[] = [
  {
    guard: "A schema that exists is migrated without the privilege to create schemas",
    edits: [code(PLAN, "return sql.replace(CREATE_SCHEMA, () => CREATE_SCHEMA_IF_ABSENT);", "return sql;")],
    tests: [tests("migrations/privileges", "migrates it without CREATE on the database")],
  },
  {
    guard: "The warnings of a migration do not depend on client_min_messages",
    edits: [code(PLAN, `  "set local client_min_messages = notice",\n`, "")],
    tests: [tests("migrations/hostile-settings", "original's database with no messages but errors")],
  },
  {
    guard: "The printed SQL is read as UTF-8 under every client_encoding",
    edits: [code(PLAN, `  "set local client_encoding = 'UTF8'",\n`, "")],
    tests: [tests("migrations/print", "under another client_encoding")],
  },
  {
    guard: "Migrations of one database wait for one another (advisory lock)",
    edits: [
      code(PLAN, `  \`select pg_catalog.pg_advisory_xact_lock(\${advisoryLockOf(schema)})\`,\n`, ""),
      code(PLAN, "function advisoryLockOf(", "export function advisoryLockOf("),
    ],
    tests: [tests("migrations/concurrency", "F10: concurrent callers with different modules")],
  },
  {
    guard: "What is pending is decided under the lock",
    edits: [
      code(
        MIGRATE,
        '    for (const statement of preamble(schema)) await run("the advisory lock", statement);\n',
        '    const early = await readVersions(run, schema);\n    for (const statement of preamble(schema)) await run("the advisory lock", statement);\n',
      ),
      code(
        MIGRATE,
        "    const pending = planned(await readVersions(run, schema));",
        "    const pending = planned(early);",
      ),
    ],
    tests: [tests("migrations/concurrency", "F10: concurrent callers with different modules")],
  },
  {
    guard: "A migration is recorded over the version that it was planned for, and no other",
    edits: [code(PLAN, `' and version = \${literal(current)};`, "';")],
    tests: [tests("migrations/rerun", "a plan for another version records nothing")],
  },
  {
    guard: "A lost response to a commit does not say that nothing was changed",
    edits: [
      code(
        TRANSACTION,
        '    if (mode === "read only" || !isConnectionLoss(error.cause)) throw error;',
        "    if (mode) throw error;",
      ),
    ],
    tests: [tests("migrations/interruption", "a commit whose response is lost")],
  },
  {
    guard: "A migration respects default_transaction_read_only",
    edits: [code(PLAN, 'mode === "default" ? "" : ', 'mode === "default" ? " read write" : ')],
    tests: [tests("faults/read-only-server", "G67: a fence holds against migrations")],
  },
  {
    guard: "A migration that a standby refuses is CONNECTION_UNAVAILABLE",
    edits: [
      code(
        MIGRATE,
        '  if (isReadOnlyRefusal(error)) return translateStatementError(error, "idempotent");\n',
        '  if (error === null && isReadOnlyRefusal(error)) return translateStatementError(error, "idempotent");\n',
      ),
    ],
    tests: [tests("faults/read-only-server", "F15: a standby refuses migrations")],
  },
  {
    guard: "A newer database is refused",
    edits: [
      code(
        PLAN,
        '    if ((versions.get(module) ?? "") > latestVersions[module]) throw schemaTooNew(module);\n',
        "    if (versions === null) throw schemaTooNew(module);\n",
      ),
    ],
    tests: [tests("migrations/versions", "F11")],
  },
  {
    guard: "A migration that fails leaves nothing",
    edits: [code(PLAN, `  \`begin isolation level read committed\${mode === "default" ? "" : \` \${mode}\`}\`,\n`, "")],
    tests: [tests("migrations/interruption", "F10", "F11")],
  },
  {
    guard: "No statement of a migration on an owned connection is cancelled by the role's statement_timeout",
    edits: [code(CLIENT, " -c statement_timeout=0`.trim()", "`.trim()")],
    tests: [tests("migrations/timeouts", "applies to no statement on a connection")],
  },
  {
    guard: "A statement_timeout of the connection string does not apply to a migration",
    edits: [code(CLIENT, "settings: { options, statement_timeout: 0 }", "settings: { options }")],
    tests: [tests("migrations/timeouts", "of the caller's settings is overridden")],
  },
  {
    guard: "A pooler that refuses start-up parameters is connected to without them",
    edits: [code("src/postgres/pool/client-class.ts", "super(sendsLimit ? ", "super(limit !== undefined ? ")],
    tests: [tests("migrations/timeouts", "F8: a pooler that refuses start-up parameters")],
  },
  {
    guard: "A migration whose beginning is cancelled is retried",
    edits: [
      code(TRANSACTION, "const cancelled = sqlStateOf(error) === SqlState.queryCanceled;", "const cancelled = false;"),
    ],
    tests: [tests("migrations/timeouts", "a transaction that is cancelled")],
  },
  {
    guard: "A retried migration ends the transaction that was cancelled half-way",
    edits: [code(TRANSACTION, `attempt === 1 ? statements : \`rollback; \${statements}\``, "statements")],
    tests: [tests("migrations/timeouts", "is cancelled once it has begun")],
  },
  {
    guard: "A migration is retried a limited number of times",
    edits: [code(TRANSACTION, "if (!cancelled || attempt === ATTEMPTS_TO_BEGIN)", "if (!cancelled)")],
    tests: [tests("migrations/timeouts", "fails if it is cancelled each time")],
  },
  {
    guard: "A timeout for idle transactions does not end a migration",
    edits: [code(PLAN, '  "set local idle_in_transaction_session_timeout = 0",\n', "")],
    tests: [tests("migrations/timeouts", "no timeout of the role applies")],
  },
  {
    guard: "A timeout for transactions does not end a migration",
    edits: [code(PLAN, "where name = 'transaction_timeout'\"", "where name = 'no_such_setting'\"")],
    tests: [tests("migrations/timeouts", "no timeout of the role applies")],
  },
  {
    guard: "connect() finds missing migrations",
    edits: [
      code(
        "src/postgres/drivers/lifecycle.ts",
        "      if (version < latestVersions[module]) throw this.#schemaOutdated();\n",
        "",
      ),
    ],
    tests: [tests("migrations/versions", "F11")],
  },
  {
    guard: "uuid7() calls no foreign function of the same name, whatever the search_path",
    edits: [
      code(
        UUID7,
        "volatile strict parallel safe set search_path = pg_catalog, pg_temp as",
        "volatile strict parallel safe as",
      ),
      code(UUID7, "volatile parallel safe set search_path = pg_catalog, pg_temp as", "volatile parallel safe as"),
    ],
    tests: [tests("migrations/uuid7", "does not call a decoy", "works with an empty search_path")],
  },
  {
    guard: "One live token a user and type",
    edits: [
      code(
        "migrations/auth/20261122080000_live_token_uniqueness.sql",
        "  where deleted_at is null and used_at is null;",
        "  ;",
      ),
      code(
        "migrations/auth/20261122080000_live_token_uniqueness.sql",
        "create unique index one_time_token_live_unique_idx",
        "create index one_time_token_live_unique_idx",
      ),
    ],
    tests: [tests("migrations/catalog", "the catalog after all migrations")],
  },
  {
    guard: "Emails that collide stay unchanged",
    edits: [
      code(
        "migrations/auth/20261122080200_normalised_emails.sql",
        "where u.id = candidate.id and candidate.claims = 1 and",
        "where u.id = candidate.id and",
      ),
    ],
    tests: [tests("migrations/adoption", "emails that collide stay unchanged")],
  },
];
