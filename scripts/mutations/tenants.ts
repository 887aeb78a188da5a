import { code, type Mutation, sql, tests } from "./mutation.js";

const SCHEMA = "src/postgres/config/schema.ts";
const STATEMENTS = "src/postgres/execution/schema-statements.ts";
const NAMES = "tenants/schema-names";
const ISOLATION = "tenants/isolation";
const PREPARED = "tenants/prepared-statements";
const PREPARED_STATEMENTS = "src/postgres/protocol/prepared-statements.ts";
const FORMS = "distributed/forms";
const ALL = "src/postgres/migrations/all-schemas.ts";
const EACH = "src/postgres/migrations/each-schema.ts";
const INTERNALS = "src/postgres/protocol/pg-internals.ts";
const STATEMENT_ERRORS = "src/postgres/protocol/statement-errors.ts";

/** Schemas of tenants. */
export const TENANTS: readonly Mutation[] = [
  {
    guard: "A longer name, which PostgreSQL would cut, is refused",
    edits: [code(SCHEMA, "const MAX_BYTES = 63;", "const MAX_BYTES = 100;")],
    tests: [tests(NAMES, "64 bytes long")],
  },
  {
    guard: "PostgreSQL's own schemas are refused",
    edits: [code(SCHEMA, 'schema.startsWith("pg_") || ', "")],
    tests: [tests(NAMES, "of PostgreSQL's own")],
  },
  {
    guard: "What means something to SQL is escaped",
    edits: [code(SCHEMA, "const SPECIAL = /[^\\w .\\-\\u0080-\\u{10ffff}]/gu;", "const SPECIAL = /\\0/gu;")],
    tests: [tests(NAMES, "a schema's name is data")],
  },
  {
    guard: "What looks like the default schema in a schema's name is not replaced",
    edits: [
      code(
        SCHEMA,
        "literal(schema) : identifier;\n  });",
        "literal(schema) : identifier;\n  }).replaceAll(/\\bpevensie(?=\\.)/g, () => identifier);",
      ),
    ],
    tests: [tests(NAMES, "a.pevensie.b")],
  },
  {
    guard: "A shell executes nothing in the name of a schema that a command names",
    edits: [code(STATEMENT_ERRORS, "/^\\w[\\w.-]*$/.test(schema) ? ", "schema ? ")],
    tests: [tests(NAMES, "a shell runs the command for a schema")],
  },
  {
    guard: "Each schema has names of its own for prepared statements",
    edits: [code(STATEMENTS, ".update(this.schema)", "")],
    tests: [tests(ISOLATION, "two tenants and the default schema"), tests(NAMES, "under names of their own")],
  },
  {
    guard: "Statements of the default schema are sent as they are",
    edits: [code(STATEMENTS, "return isGenerated ? statement : ", "return ")],
    tests: [tests(NAMES, "those of the default schema are the generated ones")],
  },
  {
    guard: "A transaction is of the driver's schema",
    edits: [
      code(
        "src/postgres/execution/transaction.ts",
        "const inSchema = this.#settings.statements.of(statement);",
        "const inSchema = statement;",
      ),
    ],
    tests: [tests(ISOLATION, "a transaction writes to its tenant alone")],
  },
  {
    guard: "An invalidation on a caller's client is of the driver's schema",
    edits: [code("src/postgres/execution/borrowed-client.ts", "statements.of(statement).text", "statement.text")],
    tests: [tests(ISOLATION, "an entry, a tag, a lease and a counter")],
  },
  {
    guard: "A statement is closed for one that is prepared beyond the bound",
    edits: [code(PREPARED_STATEMENTS, "this.#names.size <= MAX_PREPARED_STATEMENTS", "this.#names.size > 0")],
    tests: [tests(PREPARED, "on a caller's pool", "with pipelined lookups")],
  },
  {
    guard: "A statement that was closed is prepared again",
    edits: [code(INTERNALS, "  delete connection.parsedStatements[name];\n", "")],
    tests: [tests(PREPARED, "on a caller's pool")],
  },
  {
    guard: "Where no statement can be closed, no more are prepared",
    edits: [
      code("src/postgres/protocol/pg-client.ts", "isNamed && connection.prepared.addUnlessFull(name)", "isNamed"),
    ],
    tests: [tests(PREPARED, "where pg's public API is used")],
  },
  {
    guard: "The number of a shard in a constraint's name does not hide which one it is",
    edits: [code(STATEMENT_ERRORS, "})(?:_\\\\d+)?`", "})`")],
    tests: [tests("postgres/errors", "a shard's constraint")],
  },
  {
    guard: "A constraint of another node is recognised by the message",
    edits: [code(STATEMENT_ERRORS, "undefined ? NAMES_KNOWN.exec(message)", "undefined ? null")],
    tests: [tests("postgres/errors", "that only the message names")],
  },
  {
    guard: "A distributed schema is recognised",
    edits: [code("src/postgres/drivers/lifecycle.ts", "schema?.isDistributed === true", "false")],
    tests: [tests(FORMS, "gets statements that Citus accepts")],
  },
  {
    guard: "Writes that depend on an entry lock it first where they cannot in ON CONFLICT",
    edits: [
      code("src/postgres/drivers/cache/placement.ts", "    await transaction.write(placeCacheEntries, params);\n", ""),
    ],
    tests: [tests(FORMS, "gets statements that Citus accepts")],
  },
  {
    guard: "Each message of a migration has one command",
    edits: [code("src/postgres/migrations/migrate.ts", "of commandsOf(migration)", "of [migration.sql]")],
    tests: [tests(FORMS, "each message of a migration")],
  },
  {
    guard: "A schema that is dropped while all are migrated is not created again",
    edits: [code(ALL, "mustExist: true", "mustExist: false")],
    tests: [tests("tenants/all-schemas", "does not create a schema that is dropped meanwhile")],
  },
  {
    guard: "Tables of the same name in an application's schema are left alone",
    edits: [sql("module_version", "listSchemas", "  and type.typnamespace operator(pg_catalog.=) namespace.oid\n", "")],
    tests: [tests("tenants/all-schemas", "plans, then applies")],
  },
  {
    guard: "A server that cannot be reached ends the migration of all schemas",
    edits: [
      code(
        EACH,
        "if (MAYBE_UNREACHABLE.has(outcome.error?.code) && (await isUnreachable(config))) goesOn = false;",
        "",
      ),
    ],
    tests: [tests("tenants/all-schemas", "a server that cannot be reached")],
  },
  {
    guard: "A server that accepts no writes ends the migration of all schemas",
    edits: [code(EACH, "if (refused > allowed) goesOn", "if (refused < 0) goesOn")],
    tests: [tests("tenants/all-schemas", "a server that accepts no writes")],
  },
  {
    guard: "A connection that is lost while the server can be reached does not end the work on all schemas",
    edits: [code(EACH, " && (await isUnreachable(config))", "")],
    tests: [tests("tenants/all-schemas", "a connection that is lost while")],
  },
  {
    guard: "What onProgress throws ends the migration of all schemas",
    edits: [code(EACH, "    goesOn = false;\n    throw error;", "    throw error;")],
    tests: [tests("tenants/all-schemas", "what onProgress throws")],
  },
  {
    guard: "The SQL that is printed for all schemas is one dbmate migration",
    edits: [code("src/cli/migrate.ts", "hasPrinted ? sql : `", "`")],
    tests: [tests("tenants/all-schemas", "one block for dbmate")],
  },
  {
    guard: "Each line about a schema has its own number",
    edits: [code(EACH, "{ done: ++reported, total }", "{ done: outcomes.length, total }")],
    tests: [tests("tenants/all-schemas", "numbers the schemas")],
  },
  {
    guard: "A signal ends a sweep of all schemas between two of them",
    edits: [code(EACH, " || signal?.aborted", "")],
    tests: [tests("tenants/all-schemas", "a signal ends it between two schemas")],
  },
  {
    guard: "A signal ends a sweep of several databases before the next one",
    edits: [code("src/cli/sweep.ts", "  if (signal.aborted) return;\n", "")],
    tests: [tests("tenants/all-schemas", "a signal ends it before the next database")],
  },
  {
    guard: "A schema that is dropped during a sweep of all schemas is not reported as failed",
    edits: [code("src/cli/sweep.ts", "error: hasFailed ? error : null", "error")],
    tests: [tests("tenants/all-schemas", "a schema that is dropped meanwhile has nothing")],
  },
  {
    guard: "A failure to list the schemas is not reported as MIGRATION_FAILED",
    edits: [
      code(
        EACH,
        '  return translateStatementError(error, "idempotent");',
        '  const cause = translateStatementError(error, "read");\n' +
          '  return new PevensieError("MIGRATION_FAILED", "Migrating failed.", { cause });',
      ),
      code(EACH, "import type { PevensieError }", "import { PevensieError }"),
    ],
    tests: [tests("tenants/all-schemas", "an error while the schemas are listed")],
  },
  {
    guard: "The line of a schema that fails contains the reason",
    edits: [code("src/cli/schema-report.ts", "describe(error)", "error.message")],
    tests: [tests("tenants/all-schemas", "the line of a schema that fails")],
  },
  {
    guard: "What a module of a schema removed is printed also if its next module fails",
    edits: [
      code(
        "src/cli/schema-report.ts",
        "[result, error && describe(error)]",
        "[error === null ? result : describe(error)]",
      ),
    ],
    tests: [tests("tenants/all-schemas", "fails in its second module")],
  },
  {
    guard: "The progress bar is cleared before a line about a schema",
    edits: [code("src/cli/schema-report.ts", "    this.#bar.clear();\n", "")],
    tests: [tests("tenants/all-schemas", "on a terminal, the line of a schema")],
  },
];
