import { code, type Mutation, sql, tests } from "./mutation.js";

const STORE = "src/postgres/drivers/auth/user-store.ts";
const LOOKUP = "src/postgres/drivers/auth/session-lookup.ts";

const LIVE = " and deleted_at is null";
const NOT_BANNED = "    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n";
const ADMITTED_EXECUTOR = "src/postgres/execution/admitted-executor.ts";

/** Creation, lookup and end of sessions. */
export const ACCESS: readonly Mutation[] = [
  {
    guard: "An expired session is not found",
    edits: [
      code(LOOKUP, "  if (hasEnded(row)) return nullAfterDeletion(executor, expiredSessions, [presented.id]);\n", ""),
    ],
    tests: [tests("auth/sessions", "reading an expired one returns null")],
  },
  {
    guard: "A session is expired at the exact moment of its expiry",
    edits: [code("src/postgres/drivers/auth/session-rows.ts", "? one <= other :", "? one < other :")],
    tests: [tests("auth/sessions", "one is expired at the exact moment of its expiry")],
  },
  {
    guard: "Reading an expired session deletes it",
    edits: [
      code(
        LOOKUP,
        "transaction.write(statements.deleteExpiredSessions, { ids: [...ids] })",
        "transaction.read(statements.getSessionsById, { ids: [...ids] })",
      ),
    ],
    tests: [tests("auth/sessions", "reading an expired one returns null")],
  },
  {
    guard: "A session bound to an IP address is found only from that address",
    edits: [code(LOOKUP, "bound.ip === null || isSameInet", "true || isSameInet")],
    tests: [tests("auth/session-binding", "G27")],
  },
  {
    guard: "A session bound to a user agent is found only with that user agent",
    edits: [code(LOOKUP, "bound.userAgent === null || bound.userAgent", "true || bound.userAgent")],
    tests: [tests("auth/session-binding", "G27")],
  },
  {
    guard: "A deleted user gets no session",
    edits: [sql("session", "createSession", "    and deleted_at is null\n", "")],
    tests: [tests("auth/sessions", "cannot be created for a user that is unknown, deleted or banned")],
  },
  {
    guard: "A banned user gets no session",
    edits: [sql("session", "createSession", NOT_BANNED, "")],
    tests: [tests("auth/sessions", "cannot be created for a user that is unknown, deleted or banned")],
  },
  {
    guard: "A user who is deleted or banned between the check of the password and the login gets no session",
    edits: [sql("session", "logIn", `    and deleted_at is null\n${NOT_BANNED}`, "")],
    tests: [tests("auth/driver-contract", "returns null and changes nothing for a user with another hash")],
  },
  {
    guard: "Creating a session waits for a concurrent deletion of its user (FOR NO KEY UPDATE)",
    edits: [sql("session", "createSession", "  for no key update\n", "")],
    tests: [tests("auth/access-ends", "G25: creating a session or token waits", "G25: a session that is created")],
  },
  {
    guard: "createSession takes the lock that a later change of the user needs",
    edits: [sql("session", "createSession", "  for no key update\n", "  for share\n")],
    tests: [tests("transactions/retries", "wait for one another, without a deadlock")],
  },
  {
    guard: "createApiKey takes the lock that a later change of the user needs",
    edits: [sql("api_key", "createApiKey", "  for no key update\n", "  for share\n")],
    tests: [tests("transactions/retries", "wait for one another, without a deadlock")],
  },
  {
    guard: "createOneTimeToken takes the lock that a later change of the user needs",
    edits: [sql("one_time_token", "createOneTimeToken", "  for no key update\n", "  for share\n")],
    tests: [tests("transactions/retries", "wait for one another, without a deadlock")],
  },
  {
    guard: "useOneTimeToken takes the lock that a later change of the user needs",
    edits: [sql("one_time_token", "useOneTimeToken", "  for no key update\n", "  for share\n")],
    tests: [tests("transactions/retries", "wait for one another, without a deadlock")],
  },
  {
    guard:
      "A session that is to replace the others waits for a change of access before it ends them (FOR NO KEY UPDATE)",
    edits: [sql("session", "lockUser", "\n  for no key update", "")],
    tests: [tests("auth/access-ends", "G25: a session that is void from the start ends no other")],
  },
  {
    guard: "Of concurrent sessions that each replace the others, one is left (FOR NO KEY UPDATE)",
    edits: [
      sql("session", "lockUser", "\n  for no key update", ""),
      sql("session", "createSession", "  for no key update\n", ""),
    ],
    tests: [tests("auth/driver-contract", "of ten concurrent sessions that each replace the others, one is left")],
  },
  {
    guard: "What compares a row with its snapshot is read committed, whatever the default is",
    edits: [
      code(
        "src/postgres/drivers/lifecycle.ts",
        "    this.executor.setDefaultIsolation(rows[0]?.isolation ?? null);\n",
        "",
      ),
    ],
    tests: [tests("auth/access-ends", "that waits for a new password is void from the start")],
  },
  {
    guard: "What compares a row with its snapshot is not retried with another one",
    edits: [
      code(
        ADMITTED_EXECUTOR,
        "await this.#writeReadCommitted(statement, params, 1)",
        "await this.#writeReadCommitted(statement, params, MAX_ATTEMPTS)",
      ),
    ],
    tests: [
      tests("auth/access-ends", "also if the isolation was changed after connect()", "a token for a reset is refused"),
    ],
  },
  {
    guard: "A retry after a deadlock knows what the first attempt has found",
    edits: [
      code(
        "src/postgres/drivers/auth/late-change-check.ts",
        "    this.#accessVersion ??= locked",
        "    this.#accessVersion = locked",
      ),
    ],
    tests: [tests("auth/access-ends", "after a deadlock with SQL that changes access")],
  },
  {
    guard: "A deletion ends access in a statement of its own, after the user's row is locked",
    edits: [
      code(
        STORE,
        "      const user = firstUser(await transaction.write(statements.deleteUser, { id }));\n",
        "      await transaction.write(statements.endUserAccess, { userId: id, endSessions: true, endExemptions: true });\n" +
          "      const user = firstUser(await transaction.write(statements.deleteUser, { id }));\n",
      ),
      code(
        STORE,
        "        await transaction.write(statements.endUserAccess, { userId: id, endSessions: true, endExemptions: true });\n",
        "",
      ),
    ],
    tests: [tests("auth/access-ends", "G25: a session that is created")],
  },
  {
    guard: "A change of password or a ban ends access in a statement of its own, after the user's row is locked",
    edits: [
      code(
        STORE,
        "      const [row] = await changeUser(transaction, params);\n",
        "      await transaction.write(statements.endUserAccess, { userId: id, endSessions: true, endExemptions: true, keepSessionId });\n" +
          "      const [row] = await changeUser(transaction, params);\n",
      ),
      code(STORE, "if (params.setPasswordHash || row.emailChanged || banned) {", "if (row === null) {"),
    ],
    tests: [tests("auth/access-ends", "G25: a session that is created")],
  },
  {
    guard: "A deletion ends the user's sessions",
    edits: [
      code(
        STORE,
        "{ userId: id, endSessions: true, endExemptions: true }",
        "{ userId: id, endSessions: false, endExemptions: true }",
      ),
    ],
    tests: [tests("auth/access-ends", "ends all sessions")],
  },
  {
    guard: "A ban ends the user's sessions",
    edits: [code(STORE, "const banned = params.setBannedUntil && row.banned === true;", "const banned = false;")],
    tests: [tests("auth/access-ends", "ends all sessions")],
  },
  {
    guard: "A change of password ends sessions",
    edits: [code(STORE, "endSessions: params.setPasswordHash || banned,", "endSessions: banned,")],
    tests: [tests("auth/access-ends", "ends all sessions")],
  },
  {
    guard: "A session that replaces the others is not ended with them",
    edits: [
      sql(
        "session",
        "deleteSessions",
        "(id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true",
        "(:keepSessionId::pg_catalog.uuid is null or true)",
      ),
    ],
    tests: [tests("auth/sessions", "deleteOtherSessions ends the user's others")],
  },
  {
    guard: "A change of password keeps the session to keep",
    edits: [
      sql(
        "user",
        "endUserAccess",
        "(id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true",
        "(:keepSessionId::pg_catalog.uuid is null or true)",
      ),
    ],
    tests: [tests("auth/access-ends", "a change of password keeps the session to keep")],
  },
  {
    guard: "A change of password keeps no session but the one to keep",
    edits: [
      sql(
        "user",
        "endUserAccess",
        "(id operator(pg_catalog.=) :keepSessionId::pg_catalog.uuid) is not true",
        "(:keepSessionId::pg_catalog.uuid is null or false)",
      ),
    ],
    tests: [tests("auth/access-ends", "a change of password keeps the session to keep")],
  },
  {
    guard: "A ban ends all sessions, also the session to keep",
    edits: [code(STORE, "keepSessionId: banned ? null : keepSessionId,", "keepSessionId,")],
    tests: [tests("auth/driver-contract", "a ban ends sessions and voids tokens")],
  },
  {
    guard: "Losing access ends no sessions of other users",
    edits: [
      sql(
        "user",
        "endUserAccess",
        "and user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n    and (id",
        "and (id",
      ),
    ],
    tests: [tests("auth/driver-contract", "other users' sessions and tokens are not affected")],
  },
  ...(
    [
      ["listUsers", "'live' then account.deleted_at is null", "'live' then true"],
      ["listMatchingUsers", "'live' then account.deleted_at is null", "'live' then true"],
      ["getUserById", LIVE, ""],
      ["getUserByEmail", LIVE, ""],
      ["getUserByPhoneNumber", LIVE, ""],
    ] as const
  ).map(
    ([query, find, replace]): Mutation => ({
      guard: `A deleted user is not found by ${query}`,
      edits: [sql("user", query, find, replace)],
      tests: [
        tests(
          "auth/driver-contract",
          "deleted users are not found by anything",
          "without patterns: every live user",
          "no deleted user matches anything",
        ),
      ],
    }),
  ),
  {
    guard: "A deleted user cannot log in",
    edits: [sql("user", "getCredentialsByEmail", " and account.deleted_at is null", "")],
    tests: [tests("auth/driver-contract", "deleted users are not found by anything")],
  },
  {
    guard: "A session bound to a network instead of an address is never found",
    edits: [code(LOOKUP, "parseIpAddress(inet) === ip && ip !== null", "parseIpAddress(inet) === ip")],
    tests: [tests("auth/session-binding", "G27: a session that was bound to a network by SQL")],
  },
  ...(["getUsersById", "getUsersByEmail"] as const).map(
    (query): Mutation => ({
      guard: `A deleted user is not found by ${query}, among several`,
      edits: [sql("user", query, LIVE, "")],
      tests: [
        tests("auth/driver-contract", "concurrent lookups find the same", "deleted users are not found by anything"),
      ],
    }),
  ),
  ...(["updateUser", "deleteUser"] as const).map(
    (query): Mutation => ({
      guard: `A deleted user is not changed by ${query}`,
      edits: [
        sql(
          "user",
          query,
          "where id operator(pg_catalog.=) :id!::pg_catalog.uuid and deleted_at is null",
          "where id operator(pg_catalog.=) :id!::pg_catalog.uuid",
        ),
      ],
      tests: [
        tests("auth/driver-contract", "returns null for a user that is unknown or deleted"),
        tests("auth/users", "changing or deleting one fails with USER_NOT_FOUND"),
      ],
    }),
  ),
  {
    guard: "A changed email is not confirmed",
    edits: [
      sql(
        "user",
        "updateUser",
        "    when :setEmail!::boolean and account.email operator(pg_catalog.<>) :email::pg_catalog.text then null\n",
        "",
      ),
    ],
    tests: [tests("auth/emails", "a changed one is not confirmed")],
  },
  {
    guard: "A login ends the session that it replaces",
    edits: [
      sql(
        "session",
        "logIn",
        "  delete from pevensie.session\n  where id",
        "  delete from pevensie.session\n  where false and id",
      ),
    ],
    tests: [tests("auth/session-replacement", "G24: ends that session and creates a new one")],
  },
  {
    guard: "A login that fails ends no session",
    edits: [sql("session", "logIn", " and exists (select from signed_in)", "")],
    tests: [tests("auth/driver-contract", "keeps the session to replace if it fails")],
  },
];
