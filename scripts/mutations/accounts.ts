import { code, type Mutation, sql, tests } from "./mutation.js";

const LOOKUP = "src/postgres/drivers/auth/session-lookup.ts";
const TOKENS = "src/postgres/drivers/auth/token-store.ts";
const USER_TOKENS = "src/postgres/drivers/auth/user-tokens.ts";
const LOG_INS = "src/postgres/drivers/auth/login-store.ts";
const IDENTITIES = "src/postgres/drivers/auth/identity-store.ts";
const USERS = "src/postgres/drivers/auth/user-store.ts";
const SESSIONS = "src/postgres/drivers/auth/session-store.ts";
const USER_FUNCTIONS = "src/auth/functions/users.ts";
const IDLE = "auth/idle-sessions";
const PAYLOADS = "auth/token-payloads";
const BY_MAIL = "auth/log-in-by-mail";
const DEVICES = "auth/device-tokens";
const LIVE_OWNER = `owner.deleted_at is null
  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)`;

/** Sessions that people manage, tokens with a payload, logins by mail, identities and API keys. */
export const ACCOUNTS: readonly Mutation[] = [
  {
    guard: "An owner that is undefined is not anybody",
    edits: [code("src/auth/input.ts", '!("userId" in options)', "options.userId === undefined")],
    tests: [tests("undefined-options", "the owner of what a call is for")],
  },
  {
    guard: "A read of a session postpones its idle timeout",
    edits: [code(LOOKUP, "  if (isTouchDue(row)) void executor.maintain(seenSessions, [presented.id]);\n", "")],
    tests: [tests(IDLE, "ttlSeconds stays the absolute end")],
  },
  {
    guard: "A session that was read a short while ago is not written again",
    edits: [
      sql(
        "session",
        "touchSessions",
        `and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => least(60, idle_seconds operator(pg_catalog./) 10.0))
      operator(pg_catalog.<=) current_timestamp
    `,
        "",
      ),
    ],
    tests: [tests(IDLE, "after another process's changes nothing")],
  },
  {
    guard: "A read postpones the idle timeout once a minute",
    edits: [
      code("src/idle-timeout.ts", "Math.min(60, idleSeconds / 10)", "Math.min(10, idleSeconds / 10)"),
      sql("session", "touchSessions", "least(60, idle_seconds", "least(10, idle_seconds"),
    ],
    tests: [tests(IDLE, "once a minute, or once in a tenth of it")],
  },
  {
    guard: "An idle session is deleted by the read that finds it",
    edits: [
      sql(
        "session",
        "deleteExpiredSessions",
        "or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.<=) current_timestamp",
        "",
      ),
    ],
    tests: [tests(IDLE, "its row is deleted")],
  },
  {
    guard: "A sweep removes idle sessions",
    edits: [
      code(
        "src/postgres/drivers/sweep/auth-sweep.ts",
        "return ended + (await removeIdleSessions(executor, options));",
        "return ended;",
      ),
    ],
    tests: [tests(IDLE, "a sweep removes idle sessions")],
  },
  ...(["AppMetadata", "UserMetadata"] as const).map(
    (name): Mutation => ({
      guard: `Large ${name} of a session's user is read from its own column`,
      edits: [code("src/postgres/drivers/auth/rows.ts", ` ?? row.large${name}`, "")],
      tests: [tests("auth/joined-users", "when metadata becomes large")],
    }),
  ),
  {
    guard: "Large metadata is not written anew by every update of the user",
    edits: [
      code(
        "migrations/auth/20261201100000_user_json.sql",
        "operator(pg_catalog.>) 512",
        "operator(pg_catalog.>) 1073741824",
      ),
    ],
    tests: [tests("auth/joined-users", "with metadata that is large")],
  },
  {
    guard: "Metadata that is stored compressed is large",
    edits: [
      code(
        "migrations/auth/20261201100000_user_json.sql",
        `
    or coalesce(pg_catalog.pg_column_compression(app_metadata), pg_catalog.pg_column_compression(user_metadata)) is not null`,
        "",
      ),
    ],
    tests: [tests("auth/joined-users", "with metadata that is stored compressed")],
  },
  {
    guard: "Whoever writes a user may execute what its generated column is made with",
    edits: [
      code(
        "migrations/auth/20261201100000_user_json.sql",
        "grant execute on function pevensie.user_json to public;",
        "",
      ),
    ],
    tests: [tests("migrations/generated-column", "a role without EXECUTE")],
  },
  {
    guard: "A trigger that could not be restored from a backup is refused",
    edits: [code("migrations/auth/20261201100000_user_json.sql", "  if found is not null then", "  if false then")],
    tests: [tests("migrations/generated-column", "a trigger that compares new.*")],
  },
  ...(["getSessionWithUser", "getSessionsWithUsersById"] as const).map(
    (query): Mutation => ({
      guard: `A deleted or banned user's session is not found by ${query}`,
      edits: [
        sql(
          "session",
          query,
          `
  and ${LIVE_OWNER}`,
          "",
        ),
      ],
      tests: [tests("auth/session-lists", "null for a deleted or banned user")],
    }),
  ),
  {
    guard: "What a session is not bound to is not compared",
    edits: [
      code("src/postgres/drivers/auth/session-store.ts", "userAgent: bindsUserAgent ? userAgent : null,", "userAgent,"),
    ],
    tests: [tests("auth/session-lists", "without being bound to it")],
  },
  {
    guard: "deleteSession with a userId deletes no other user's session",
    edits: [
      sql(
        "session",
        "deleteSession",
        "user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)",
        "user_id is not null)",
      ),
    ],
    tests: [tests("auth/session-lists", "ends only that user's session")],
  },
  {
    guard: "An authentication is renewed only for the hash that was verified",
    edits: [
      sql(
        "session",
        "renewAuthentication",
        "and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text",
        "and :passwordHash!::pg_catalog.text is not null",
      ),
    ],
    tests: [tests("auth/driver-contract", "returns null and changes nothing for another user, another hash")],
  },
  {
    guard: "Tokens of one user are created one after the other",
    edits: [
      code(
        USER_TOKENS,
        "      const isLate = await check.lockAndCheck(transaction);\n",
        "      const standing = transaction.read(statements.getUserStanding, { userId: token.userId });\n" +
          "      const isLate = await standing.then(() => false);\n",
      ),
    ],
    tests: [tests(PAYLOADS, "20 concurrent creations")],
  },
  {
    guard: "A token is void once the user has another email than it was sent to",
    edits: [
      sql(
        "user_token",
        "useUserToken",
        "\n    and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)",
        "",
      ),
      sql(
        "user_token",
        "getUserToken",
        "\n  and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)",
        "",
      ),
    ],
    tests: [tests("auth/email-flows", "made for another email")],
  },
  {
    guard: "A change of the user voids tokens of every type",
    edits: [
      sql(
        "user",
        "endUserAccess",
        "delete from pevensie.user_token where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid",
        "select 1",
      ),
    ],
    tests: [tests(PAYLOADS, "a new password voids tokens of every type")],
  },
  {
    guard: "A token belongs to its purpose",
    edits: [
      sql(
        "user_token",
        "useUserToken",
        "\n    and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce(:purpose::pg_catalog.text, '')\n    and token.expires_at",
        "\n    and coalesce(:purpose::pg_catalog.text, '') is not null\n    and token.expires_at",
      ),
    ],
    tests: [tests(PAYLOADS, "of another user, type or purpose")],
  },
  {
    guard: "An address that is taken is refused when its change is confirmed",
    edits: [
      code(
        TOKENS,
        "      await transaction.read(statements.refuseTaken, { id: userId, email, phoneNumber: null, isNew: false });\n",
        "",
      ),
    ],
    tests: [tests("auth/server-log", "of a restored user, an email change")],
  },
  {
    guard: "A changed email ends the other sessions",
    edits: [code(TOKENS, "endSessions: true, endExemptions: false", "endSessions: false, endExemptions: false")],
    tests: [tests("auth/email-flows", "ends all of them")],
  },
  {
    guard: "A code can be tried five times",
    edits: [sql("user_token", "spendLogInCode", "\n    and code.attempts_left operator(pg_catalog.>) 0", "")],
    tests: [tests(BY_MAIL, "can be tried five times")],
  },
  {
    guard: "A wrong code is counted",
    edits: [sql("user_token", "spendLogInCode", "code.attempts_left operator(pg_catalog.-) 1", "code.attempts_left")],
    tests: [tests(BY_MAIL, "can be tried five times")],
  },
  {
    guard: "A code is hashed with the email that it is for",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a template.
    edits: [code("src/auth/logins/codes.ts", "`${email}\\0${code}`", "code")],
    tests: [tests(BY_MAIL, "stored under a key")],
  },
  {
    guard: "Wrong codes count as failed logins",
    edits: [
      code(
        "src/auth/functions/logins.ts",
        "        await admitted.failed();\n        emitFailure",
        "        emitFailure",
      ),
    ],
    tests: [tests(BY_MAIL, "wrong codes count")],
  },
  {
    guard: "The first proof of a mailbox removes the password",
    edits: [sql("user", "proveMailbox", "  password_hash = null,\n", "")],
    tests: [tests(BY_MAIL, "the first proof of a mailbox")],
  },
  {
    guard: "The first proof of a mailbox removes identities and API keys",
    edits: [code(TOKENS, "  await transaction.write(statements.endUnprovedMethods, { userId });\n", "")],
    tests: [tests(BY_MAIL, "the first proof of a mailbox", "a password reset is a first proof")],
  },
  {
    guard: "The first proof of a mailbox ends sessions",
    edits: [
      code(
        TOKENS,
        "  if (proved.length === 0) return false;\n  await transaction.write(statements.endUserAccess, { userId, endSessions: true, endExemptions: true });\n",
        "  if (proved.length === 0) return false;\n",
      ),
    ],
    tests: [tests(BY_MAIL, "the first proof of a mailbox")],
  },
  {
    guard: "An unknown email costs a commit that writes",
    edits: [code(LOG_INS, "        await transaction.write(statements.createNoToken, undefined);\n", "")],
    tests: [tests(BY_MAIL, "costs as many statements")],
  },
  {
    guard: "A device token is for its user",
    edits: [
      sql(
        "user",
        "getCredentialsByEmail",
        "account.id operator(pg_catalog.=) :deviceUserId::pg_catalog.uuid\n    and ",
        "",
      ),
    ],
    tests: [tests(DEVICES, "of no use for another user")],
  },
  {
    guard: "A device token is valid for a year",
    edits: [sql("user", "getCredentialsByEmail", "days => 365", "days => 3650")],
    tests: [tests(DEVICES, "valid for a year")],
  },
  {
    guard: "A device keeps its budget when its token is renewed",
    edits: [code("src/auth/functions/logins.ts", "deviceIsKnown ? presented?.name : undefined", "undefined")],
    tests: [tests(DEVICES, "which no later login renews")],
  },
  {
    guard: "A login on a known device makes no address known",
    edits: [sql("session", "logIn", " and not device.is_known", "")],
    tests: [tests(DEVICES, "and makes no address known")],
  },
  {
    guard: "A device has a new budget after its token has become void",
    edits: [code("src/auth/functions/logins.ts", "deviceIsKnown ? presented?.name : undefined", "presented?.name")],
    tests: [tests(DEVICES, "gives the device a new budget after a change of the password")],
  },
  {
    guard: "A changed password or a ban ends device tokens",
    edits: [sql("user", "updateUser", "    then before.changed_at\n", "    then account.device_tokens_valid_from\n")],
    tests: [tests(DEVICES, "a changed password ends the tokens", "a ban ends the tokens")],
  },
  {
    guard: "The deletion of a user ends device tokens",
    edits: [
      sql(
        "user",
        "deleteUser",
        "device_tokens_valid_from = pg_catalog.clock_timestamp()",
        "device_tokens_valid_from = device_tokens_valid_from",
      ),
    ],
    tests: [tests(DEVICES, "the deletion of the user ends the tokens")],
  },
  {
    guard: "Users who are deleted in one transaction may have had one email",
    edits: [sql("user", "deleteUser", "deleted_at = pg_catalog.clock_timestamp()", "deleted_at = current_timestamp")],
    tests: [tests("auth/users", "can be created and deleted in one transaction")],
  },
  {
    guard: "An import says of two users with one id which one it has created",
    edits: [code(USERS, "      if (ids.has(user.id)) {", "      if (ids.size < 0) {")],
    tests: [tests("auth/user-import", "of users with one id and one email")],
  },
  {
    guard: "Device tokens of an erased user are void for a user who is imported with the id",
    edits: [sql("user", "importUsers", "  pg_catalog.clock_timestamp()\n", "  null\n")],
    tests: [tests(DEVICES, "whose id is then imported, ends the tokens")],
  },
  {
    guard: "An email that cannot be stored keeps out no user whose identity is linked",
    edits: [
      code(
        "src/auth/functions/identities.ts",
        "email: readEmailClaim(options.email)",
        "email: optionalEmail(options.email)",
      ),
    ],
    tests: [tests("auth/identities", "an email that cannot be stored counts as none")],
  },
  {
    guard: "An identity is linked by email only if the provider has verified it",
    edits: [code(IDENTITIES, "if (!logIn.emailVerified || !isConfirmed)", "if (!isConfirmed)")],
    tests: [tests("auth/identities", "only if both sides have proved")],
  },
  {
    guard: "An identity is linked by email only if the user has proved the mailbox",
    edits: [code(IDENTITIES, "if (!logIn.emailVerified || !isConfirmed)", "if (!logIn.emailVerified)")],
    tests: [tests("auth/identities", "only if both sides have proved")],
  },
  {
    guard: "First logins of one identity come one after the other",
    edits: [
      code(
        IDENTITIES,
        "      await transaction.write(statements.lockIdentity, { issuer, subject });\n      const [found]",
        "      const [found]",
      ),
    ],
    tests: [tests("auth/identities", "concurrent first logins")],
  },
  {
    guard: "An identity of a live user is not taken over",
    edits: [sql("identity", "saveIdentity", "and owner.deleted_at is null", "and owner.deleted_at is not null")],
    tests: [tests("auth/identities", "IDENTITY_TAKEN")],
  },
  {
    guard: "Of two identities that are unlinked concurrently, one stays",
    edits: [
      code(
        IDENTITIES,
        "      await transaction.write(statements.lockUser, { userId });\n      const key",
        "      const key",
      ),
    ],
    tests: [tests("auth/identities", "unlinked at the same moment")],
  },
  {
    guard: "An expired API key finds nobody",
    edits: [
      sql(
        "api_key",
        "getApiKeysWithUsers",
        "\n  and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)",
        "",
      ),
    ],
    tests: [tests("auth/api-keys", "expired and revoked keys are null")],
  },
  {
    guard: "A banned user's API keys find nobody",
    edits: [
      sql(
        "api_key",
        "getApiKeysWithUsers",
        "\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)",
        "",
      ),
    ],
    tests: [tests("auth/api-keys", "expired and revoked keys are null")],
  },
  {
    guard: "A key's checksum is checked before a query",
    edits: [
      code("src/auth/secrets/api-keys.ts", "return isChecksumValid(key) ? hashOf(key) : null;", "return hashOf(key);"),
    ],
    tests: [tests("auth/api-keys", "without a query")],
  },
  {
    guard: "A restored user takes no email that another live user has",
    edits: [
      code(
        USERS,
        "      if (names !== undefined) await transaction.read(statements.refuseTaken, { id, ...names, isNew: true });\n",
        "",
      ),
    ],
    tests: [tests("auth/server-log", "of a restored user, an email change")],
  },
  {
    guard: "The upper bound of a pattern's prefix is above everything that begins with it",
    edits: [code("src/postgres/drivers/auth/user-patterns.ts", "code === 0xd7ff ? 0xe000 : code + 1", "code")],
    tests: [tests("auth/user-lists", "find the same as any others")],
  },
  {
    guard: "A new password is checked before it is hashed",
    edits: [
      code(
        "src/auth/functions/context.ts",
        "      if (email !== null) await requireAccepted(checkPassword, text, email);\n",
        "",
      ),
    ],
    tests: [tests("auth/check-password", "every new password is checked")],
  },
  {
    guard: "A failed write of a session is not put off for long",
    edits: [code("src/postgres/execution/row-maintenance.ts", "if (isReadOnlyRefusal(error)) this", "this")],
    tests: [tests(IDLE, "as soon as what kept the write")],
  },
  ...(
    [
      ["session", "createSession", "a session that waits for a new password"],
      ["api_key", "createApiKey", "an API key that waits for a new password"],
    ] as const
  ).map(
    ([table, query, name]): Mutation => ({
      guard: `What ${query} creates under an old password has expired from the start`,
      edits: [
        sql(table, query, "    then current_timestamp\n    else current", "    then 'infinity'\n    else current"),
      ],
      tests: [tests("auth/access-ends", name)],
    }),
  ),
  ...(
    [
      ["session", "createSession", "a session that waits for a new email"],
      ["api_key", "createApiKey", "an API key that waits for a new email"],
    ] as const
  ).map(
    ([table, query, name]): Mutation => ({
      guard: `What ${query} creates under an old email has expired from the start`,
      edits: [sql(table, query, "owner.email operator(pg_catalog.<>) requested.email\n      or ", "")],
      tests: [tests("auth/access-ends", name)],
    }),
  ),
  {
    guard: "A session that ends the others, created under an old password, has expired from the start",
    edits: [code(SESSIONS, "isLate ? { ttlSeconds: 0 } : {}", "{ locked } && {}")],
    tests: [tests("auth/access-ends", "a session that ends the others that waits for a new password")],
  },
  {
    guard: "A session that has expired from the start ends no other",
    edits: [code(SESSIONS, "rows.length > 0 && !isLate", "rows.length > 0")],
    tests: [tests("auth/access-ends", "a session that is void from the start ends no other")],
  },
  {
    guard: "A token that is asked for under an old password has expired from the start",
    edits: [
      code(
        USER_TOKENS,
        "const isLate = await check.lockAndCheck(transaction);",
        "await check.lockAndCheck(transaction);\n      const isLate = false;",
      ),
    ],
    tests: [tests("auth/access-ends", "a change of the email that waits for a first login by mail")],
  },
  {
    guard: "An identity that is linked under an old password is refused",
    edits: [code(IDENTITIES, "if (locked.accessVersion !== requested) throw changedConcurrently();", "")],
    tests: [tests("auth/access-ends", "an identity that waits for a first login by mail")],
  },
  {
    guard: "Of two late links of one identity, the one that has waited for the other is refused, too",
    edits: [
      code(
        IDENTITIES,
        "const [locked] = await transaction.write(statements.lockUser, { userId });\n      if (requested",
        "requested = (await transaction.read(statements.getUserAccess, { id: userId }))[0]?.accessVersion;\n" +
          "      const [locked] = await transaction.write(statements.lockUser, { userId });\n      if (requested",
      ),
    ],
    tests: [tests("auth/access-ends", "of two links of one identity that wait")],
  },
  {
    guard: "The last identity of a deleted user stays",
    edits: [
      sql(
        "identity",
        "getOtherLogInMethod",
        "as account\nwhere id operator(pg_catalog.=) :userId!::pg_catalog.uuid",
        "as account\nwhere deleted_at is null and id operator(pg_catalog.=) :userId!::pg_catalog.uuid",
      ),
    ],
    tests: [tests("auth/driver-contract", "the last one of a deleted user stays too")],
  },
  {
    guard: "Of a deleted user's identities, one is unlinked after the other",
    edits: [
      sql(
        "session",
        "lockUser",
        ":userId!::pg_catalog.uuid\n  for no key update",
        ":userId!::pg_catalog.uuid and deleted_at is null\n  for no key update",
      ),
    ],
    tests: [tests("auth/driver-contract", "the last one of a deleted user stays too")],
  },
  {
    guard: "A change of the password or the email is refused once the user's access has changed",
    edits: [
      sql(
        "user",
        "updateUser",
        "or before.access_version operator(pg_catalog.=) :accessVersion::pg_catalog.text",
        "or before.access_version is not null",
      ),
    ],
    tests: [tests("auth/driver-contract", "nothing is changed once it is another one")],
  },
  {
    guard: "The version of a user's access is read before the password is checked and hashed",
    edits: [
      code(
        USER_FUNCTIONS,
        "keepSessionId, version);\n  }\n\n  /**",
        "keepSessionId, (await this.#accessOf(id)).version);\n  }\n\n  /**",
      ),
    ],
    tests: [tests("auth/access-ends", "one whose password is still checked")],
  },
  {
    guard: "A change of the email that waits for a change of access is refused",
    edits: [
      code(USER_FUNCTIONS, "changes.email === undefined ? undefined : (await this.#accessOf(id)).version", "undefined"),
    ],
    tests: [tests("auth/access-ends", "setUserEmail that waits for")],
  },
  {
    guard: "The oldest token is the first that was created, by the database's clock",
    edits: [sql("user_token", "createUserToken", "earlier.created_at desc, earlier.id desc", "earlier.id desc")],
    tests: [tests(BY_MAIL, "of a process whose clock is behind")],
  },
  {
    guard: "The oldest token is the first that was created, also among those of long transactions",
    edits: [sql("user_token", "createUserToken", "  pg_catalog.statement_timestamp(),\n", "  current_timestamp,\n")],
    tests: [tests(BY_MAIL, "a link from a long transaction")],
  },
  {
    guard: "API keys are listed by the database's clock",
    edits: [sql("api_key", "listApiKeys", "created_at desc, id desc", "id desc")],
    tests: [tests("auth/api-keys", "of a process whose clock is behind")],
  },
  {
    guard: "A change of the password whose user does not decode is emitted",
    edits: [
      code(
        USER_FUNCTIONS,
        '    if ("passwordHash" in changes) this.emitPasswordChange(record.id);\n',
        '    this.decode(record);\n    if ("passwordHash" in changes) this.emitPasswordChange(record.id);\n',
      ),
    ],
    tests: [tests("events/users", "whose metadata is refused")],
  },
  {
    guard: "An identity is read again once its user's row is locked",
    edits: [
      code(
        IDENTITIES,
        "const [owner] = await transaction.read(statements.getIdentityOwner, { issuer, subject });\n      if (owner === undefined) return",
        "const owner = found;\n      if (owner === undefined) return",
      ),
    ],
    tests: [tests("auth/identities", "a first proof removes does not come back")],
  },
  {
    guard: "A device token of a user with the same id elsewhere is void",
    edits: [
      sql(
        "user",
        "getCredentialsByEmail",
        `
    and coalesce(account.device_tokens_valid_from, '-infinity') operator(pg_catalog.=)
      coalesce(pg_catalog.to_timestamp(:deviceValidFrom::double precision), '-infinity')`,
        "",
      ),
    ],
    tests: [tests(DEVICES, "same id in another database"), tests(DEVICES, "ends the tokens")],
  },
  {
    guard: "A login that is not answered leaves no session",
    edits: [code("src/auth/functions/logins.ts", "      await this.store.deleteSession(session.id, user.id);\n", "")],
    tests: [tests("auth/identities", "leaves no session behind")],
  },
  {
    guard: "A row that violates a constraint of the application's own keeps no other from being imported",
    edits: [
      code(USERS, 'if (!isPevensieError(error) || error.code !== "CONSTRAINT_VIOLATED") throw error;', "throw error;"),
    ],
    tests: [tests("auth/user-import", "are refused alone")],
  },
  {
    guard: "A user whose metadata is null is imported, and not written to the server's log",
    edits: [
      sql("user", "importUsers", "coalesce(given.user_metadata, 'null'::pg_catalog.jsonb)", "given.user_metadata"),
    ],
    tests: [
      tests("auth/user-import", "whose metadata is null"),
      tests("auth/server-log", "whose metadata is null"),
      tests("auth/driver-contract", "metadata that is null is imported"),
    ],
  },
  {
    guard: "An import in a transaction goes on after a chunk that violates a constraint",
    edits: [
      code(
        USERS,
        "this.executor.interactive(undefined, async (transaction) => {",
        "this.executor.transaction(async (transaction) => {",
      ),
    ],
    tests: [tests("auth/user-import", "are refused alone")],
  },
];
