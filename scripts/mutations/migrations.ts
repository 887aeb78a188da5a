import { code, type Mutation, tests } from "./mutation.js";

const UUID7 = "migrations/base/20261122080000_uuid7_from_csprng.sql";
const MIGRATE = "src/postgres/migrate.ts";

/** Migrations, and schemas that do not fit. */
export const MIGRATIONS: readonly Mutation[] = [
  {
    guard: "Migrations of one database wait for one another (advisory lock)",
    edits: [
      code(MIGRATE, `  \`select pg_catalog.pg_advisory_xact_lock(\${ADVISORY_LOCK})\`,\n`, ""),
      code(MIGRATE, "const ADVISORY_LOCK =", "export const ADVISORY_LOCK ="),
    ],
    tests: [tests("migrations/concurrency", "F10: of callers that want different modules")],
  },
  {
    guard: "What is pending is decided under the lock",
    edits: [
      code(
        MIGRATE,
        "    return await applyPending(client, plan);\n",
        "    const early = await plan();\n    return await applyPending(client, async () => early);\n",
      ),
    ],
    tests: [tests("migrations/concurrency", "F10: of callers that want different modules")],
  },
  {
    guard: "A migration is recorded over the version that it was planned for, and no other",
    edits: [code(MIGRATE, `' and version = \${literal(current)};`, "';")],
    tests: [tests("migrations/rerun", "what was planned for another version records nothing")],
  },
  {
    guard: "A newer database is refused",
    edits: [
      code(
        MIGRATE,
        '    if ((versions.get(module) ?? "") > latestVersion(module)) throw schemaTooNew(module);\n',
        "    if (versions === null) throw schemaTooNew(module);\n",
      ),
    ],
    tests: [tests("migrations/versions", "F11")],
  },
  {
    guard: "A migration that fails leaves nothing",
    edits: [code(MIGRATE, '  "begin isolation level read committed read write",\n', "")],
    tests: [tests("migrations/interruption", "F10", "F11")],
  },
  {
    guard: "connect() finds missing migrations",
    edits: [
      code(
        "src/postgres/connection.ts",
        "      if (version < latestVersion(module)) throw this.#schemaOutdated();\n",
        "",
      ),
    ],
    tests: [tests("migrations/versions", "F11")],
  },
  {
    guard: "uuid7() calls nobody's function of the same name, whatever the search_path",
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
    tests: [tests("migrations/catalog", "the catalog that the migrations make")],
  },
  {
    guard: "Emails that collide are left as they are",
    edits: [
      code(
        "migrations/auth/20261122080200_normalised_emails.sql",
        "where u.id = candidate.id and candidate.claims = 1 and",
        "where u.id = candidate.id and",
      ),
    ],
    tests: [tests("migrations/adoption", "emails that collide stay as they are")],
  },
];
