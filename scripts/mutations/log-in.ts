import { code, type Mutation, sql, tests } from "./mutation.js";

const PASSWORDS = "src/auth/passwords.ts";
const FUNCTIONS = "src/auth/functions.ts";
const LIMITS = "src/auth/log-in-limits.ts";
const QUEUE = "src/auth/hash-queue.ts";

/** Passwords, and what stands against guessing them. */
export const LOG_IN: readonly Mutation[] = [
  {
    guard: "An unknown email costs a verification like any other",
    edits: [
      code(
        PASSWORDS,
        "await verify(readable ? passwordHash : NOBODY, password).catch(",
        "await (readable ? verify(passwordHash, password) : Promise.resolve(false)).catch(",
      ),
    ],
    tests: [tests("auth/log-in", "G9")],
  },
  {
    guard: "The hash that stands in for a missing one never matches",
    edits: [
      code(PASSWORDS, "return readable && matches;", "return readable || matches || passwordHash === null;"),
      code(FUNCTIONS, "!matches || passwordHash === null || user === null", "!matches || user === null"),
    ],
    tests: [tests("auth/log-in", "G9")],
  },
  {
    guard: "A hash that cannot be read is no wrong password",
    edits: [code(PASSWORDS, "      if (passwordHash !== null && !readable) throw unreadableHash();\n", "")],
    tests: [tests("auth/passwords", "G17")],
  },
  {
    guard: "Hashes have the parameters that OWASP asks for",
    edits: [code(PASSWORDS, "memoryCost: 19_456, timeCost: 2", "memoryCost: 19_456, timeCost: 1")],
    tests: [tests("auth/passwords", "G13")],
  },
  {
    guard: "Composed and decomposed forms of a new password are equal (NFC)",
    edits: [
      code(
        PASSWORDS,
        'requireText(requireText(value, field, RAW_LIMITS).normalize("NFC"), field, LIMITS)',
        "requireText(requireText(value, field, RAW_LIMITS), field, LIMITS)",
      ),
    ],
    tests: [tests("auth/passwords", "G15")],
  },
  {
    guard: "Composed and decomposed forms of a given password are equal (NFC)",
    edits: [
      code(
        PASSWORDS,
        'requireText(value, "password", RAW_LIMITS).normalize("NFC")',
        'requireText(value, "password", RAW_LIMITS)',
      ),
    ],
    tests: [tests("auth/passwords", "G15")],
  },
  {
    guard: "Passwords have at least 8 characters",
    edits: [code(PASSWORDS, "{ min: 8, max: 1024,", "{ min: 7, max: 1024,")],
    tests: [tests("auth/passwords", "G15: 8 to 1,024 characters")],
  },
  {
    guard: "Passwords have at most 1,024 characters",
    edits: [code(PASSWORDS, "{ min: 8, max: 1024,", "{ min: 8, max: 1025,")],
    tests: [tests("auth/passwords", "G15: 8 to 1,024 characters")],
  },
  {
    guard: "A banned user is refused with the right password",
    edits: [code(FUNCTIONS, '    if (banned) throw new PevensieError("USER_BANNED", "The user is banned.");\n', "")],
    tests: [tests("auth/log-in", "a banned user is told so")],
  },
  {
    guard: "A ban is decided by the database's clock",
    edits: [
      code(
        "src/postgres/rows.ts",
        "banned: row.banned === true }",
        "banned: (row.bannedUntil?.getTime() ?? 0) > Date.now() }",
      ),
    ],
    tests: [tests("auth/clock", "G26: a ban is in force or over")],
  },
  {
    guard: "A taken email is told by its constraint's name, after the hash was spent",
    edits: [
      code(
        "src/postgres/errors.ts",
        "state === SqlState.uniqueViolation && constraint === Constraint.email",
        'state === SqlState.uniqueViolation && constraint === ""',
      ),
    ],
    tests: [tests("auth/log-in", "G10")],
  },
  {
    guard: "An outdated hash is replaced only while it is the user's (compare-and-set)",
    edits: [
      sql(
        "user",
        "replacePasswordHash",
        " and password_hash = :passwordHash!::text",
        " and :passwordHash!::text <> ''",
      ),
    ],
    tests: [tests("auth/driver-contract", "a hash is replaced only while it is the user's")],
  },
  {
    guard: "A log-in makes a session, and replaces a hash, only while the verified one is the user's (compare-and-set)",
    edits: [
      sql("session", "logIn", "    and password_hash = :passwordHash!::text\n", "    and :passwordHash!::text <> ''\n"),
    ],
    tests: [tests("auth/driver-contract", "null, and nothing happens, for a user with another hash")],
  },
  {
    guard: "So many passwords are hashed at once, and no more",
    edits: [
      code(
        QUEUE,
        "if (this.#running < this.#limits.running) this.#running += 1;",
        "if (this.#running < 1000) this.#running += 1;",
      ),
    ],
    tests: [tests("auth/hashing-limits", "G16: 50 log-ins at once")],
  },
  {
    guard: "So many passwords wait to be hashed, and no more",
    edits: [
      code(QUEUE, "if (this.#waiting.length >= this.#limits.waiting) {", "if (this.#waiting.length >= 1_000_000) {"),
    ],
    tests: [tests("auth/hashing-limits", "G16: too many that wait")],
  },
  {
    guard: "A log-in that comes too soon after failures is not tried",
    edits: [code(LIMITS, "if (retryAfterSeconds !== null) {", "if (retryAfterSeconds === -1) {")],
    tests: [tests("limits/delays", "every attempt is TOO_MANY_ATTEMPTS", "nothing is hashed")],
  },
  {
    guard: "Failures are looked at when an attempt's turn has come, so that many at once get no more tries",
    edits: [code(LIMITS, "return this.#gate === null ? attempt() : this.#gate.run(attempt);", "return attempt();")],
    tests: [tests("limits/processes", "100 on an account that is slowed down already")],
  },
  {
    guard: "A failed log-in is counted",
    edits: [code(LIMITS, "if (attempt !== null) await store.recordLogInFailure(attempt);", "")],
    tests: [tests("limits/delays", "by default: 10 failures on an account are free")],
  },
  {
    guard: "Each further failure doubles the delay",
    edits: [sql("log_in_attempt", "recordLogInFailure", "pg_catalog.power(2, ", "pg_catalog.power(1, ")],
    tests: [tests("limits/delays", "by default: 10 failures on an account are free")],
  },
  {
    guard: "A delay is no longer than its limit: a stranger locks nobody out",
    edits: [sql("log_in_attempt", "recordLogInFailure", "limits.longest_seconds,\n", "86400,\n")],
    tests: [tests("limits/strangers", "elsewhere the delay is the account's longest at most")],
  },
  {
    guard: "An hour without failures forgets them",
    edits: [
      sql(
        "log_in_attempt",
        "recordLogInFailure",
        "case when least(attempt.failures_expire_at, attempt.expires_at) > current_timestamp then attempt.failures + 1 else 1 end",
        "attempt.failures + 1",
      ),
      sql(
        "log_in_attempt",
        "recordLogInFailure",
        " and least(attempt.failures_expire_at, attempt.expires_at) > current_timestamp then",
        " then",
      ),
    ],
    tests: [tests("limits/delays", "an hour without failures")],
  },
  {
    guard: "Strangers' failures do not delay an account's owner at a known address",
    edits: [sql("user", "getCredentialsByEmail", "      or not exists (", "      or true or not exists (")],
    tests: [tests("limits/strangers", "its owner logs in all the same from an address known")],
  },
  {
    guard: "Strangers' failures do not delay an account's owner at a new address, short of a flood",
    edits: [sql("user", "getCredentialsByEmail", "        failures >= ", "        true or failures >= ")],
    tests: [tests("limits/strangers", "its owner logs in all the same from an address that is new")],
  },
  {
    guard: "A failure makes no address known",
    edits: [sql("user", "getCredentialsByEmail", " and trusted.succeeded_at is not null", "")],
    tests: [tests("limits/strangers", "a failure makes no address known")],
  },
  {
    guard: "The addresses of one IPv6 network count as one",
    edits: [code(LIMITS, ".slice(0, 4)", ".slice(0, 8)")],
    tests: [tests("limits/strangers", "count as one")],
  },
];
