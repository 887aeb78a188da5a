import { code, type Mutation, sql, tests } from "./mutation.js";

const PASSWORDS = "src/auth/passwords/password-hasher.ts";
const FUNCTIONS = "src/auth/functions/logins.ts";
const SEMAPHORE = "src/auth/passwords/fair-semaphore.ts";
const STATEMENT_ERRORS = "src/postgres/protocol/statement-errors.ts";
const ARGON2 = "src/auth/passwords/argon2-hash.ts";

/** Passwords, and what stands against guessing them. */
export const LOG_IN: readonly Mutation[] = [
  {
    guard: "An unknown email costs a verification like any other",
    edits: [
      code(
        PASSWORDS,
        "await (readable ?? this.#nobody).verify(password).catch(",
        "await (readable?.verify(password) ?? Promise.resolve(false)).catch(",
      ),
    ],
    tests: [tests("auth/log-in", "G9")],
  },
  {
    guard: "The hash that stands in for a missing one never matches",
    edits: [
      code(
        PASSWORDS,
        "return readable !== null && matches;",
        "return readable !== null || matches || passwordHash === null;",
      ),
      code(FUNCTIONS, "!matches || passwordHash === null || userId === null", "!matches || userId === null"),
    ],
    tests: [tests("auth/log-in", "G9")],
  },
  {
    guard: "A hash that cannot be read is not reported as a wrong password",
    edits: [code(PASSWORDS, "      if (passwordHash !== null && readable === null) throw unreadableHash();\n", "")],
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
        "requireText(composeText(requireText(value, field, RAW_LIMITS, LIMITS), field), field, LIMITS)",
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
        'composeText(requireText(value, "password", RAW_LIMITS, LIMITS), "password")',
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
    edits: [code(FUNCTIONS, "    if (banned) throw userBanned();\n", "")],
    tests: [tests("auth/log-in", "a banned user gets USER_BANNED")],
  },
  {
    guard: "A ban that is over refuses no login",
    edits: [
      sql(
        "user",
        "getCredentialsByEmail",
        "account.banned_until operator(pg_catalog.>) current_timestamp, false)",
        "account.banned_until is not null, false)",
      ),
    ],
    tests: [tests("auth/clock", "G26: a ban is in force or over")],
  },
  {
    guard: "A taken email is recognised by its constraint's name, after the password was hashed",
    edits: [
      code(
        STATEMENT_ERRORS,
        "state === SqlState.uniqueViolation && constraint === Constraint.email",
        'state === SqlState.uniqueViolation && constraint === ""',
      ),
    ],
    tests: [tests("auth/log-in", "G10")],
  },
  {
    guard: "A right password is verified again if a concurrent login has replaced the outdated hash",
    edits: [
      code(
        "src/auth/functions/logins.ts",
        "if (outcome !== null || verified.newPasswordHash === null) return outcome;",
        "if (outcome !== null || verified.email !== null) return outcome;",
      ),
    ],
    tests: [tests("auth/rehash", "a reauthentication succeeds although a login replaces the hash")],
  },
  {
    guard: "The password that is verified again is that of the call, whatever its options hold by then",
    edits: [
      code(
        "src/auth/functions/logins.ts",
        "return verified && { ...verified, admitted, email, guess };",
        "return verified && { ...verified, admitted, email, get guess() { return given.password; } };",
      ),
      code(
        "src/auth/functions/logins.ts",
        "await this.#verify({ email, password, ip, device: logIn.device });",
        "await this.#verify({ email, get password() { return options.password; }, ip, device: logIn.device });",
      ),
    ],
    tests: [tests("auth/rehash", "its options are changed meanwhile")],
  },
  {
    guard: "A check of a password returns the user only while the verified hash is the user's",
    edits: [
      sql(
        "user",
        "getUserByPasswordHash",
        "and password_hash operator(pg_catalog.=) any (:passwordHashes!::pg_catalog.text[])",
        "and cardinality(:passwordHashes!::pg_catalog.text[]) > 0",
      ),
    ],
    tests: [tests("events/users", "during which there is")],
  },
  {
    guard: "A bcrypt hash is not replaced at a login with a password of 72 bytes or more",
    edits: [code("src/auth/passwords/password-hasher.ts", " && !reachesBcryptLimit(passwordHash, password)", "")],
    tests: [tests("auth/foreign-hashes", "of 72 bytes or more")],
  },
  {
    guard: "The first 72 bytes of a longer password do not replace its bcrypt hash",
    edits: [code("src/auth/passwords/bcrypt-hash.ts", ">= BCRYPT_MAX_BYTES", "> BCRYPT_MAX_BYTES")],
    tests: [tests("auth/foreign-hashes", "of 72 bytes or more")],
  },
  {
    guard: "An outdated hash is replaced only while it is the user's (compare-and-set)",
    edits: [
      sql(
        "user",
        "replacePasswordHash",
        " and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text",
        " and :passwordHash!::text <> ''",
      ),
    ],
    tests: [tests("auth/driver-contract", "a hash is replaced only while it is the user's")],
  },
  {
    guard:
      "A login creates a session, and replaces a hash, only while the verified hash is the user's (compare-and-set)",
    edits: [
      sql(
        "session",
        "logIn",
        "or password_hash operator(pg_catalog.=) :passwordHash::pg_catalog.text",
        "or :passwordHash::pg_catalog.text <> ''",
      ),
    ],
    tests: [tests("auth/driver-contract", "returns null and changes nothing for a user with another hash")],
  },
  {
    guard: "The number of passwords hashed concurrently is limited",
    edits: [
      code(
        SEMAPHORE,
        "if (this.#running < this.#limits.running) this.#start(taskClass);",
        "if (this.#running < 1000) this.#start(taskClass);",
      ),
    ],
    tests: [tests("auth/hashing-limits", "G16: 50 concurrent logins")],
  },
  {
    guard: "The number of queued passwords is limited",
    edits: [code(SEMAPHORE, "taskClass.queue.length >= this.#limits.queued", "taskClass.queue.length >= 1_000_000")],
    tests: [tests("auth/hashing-limits", "G16: calls beyond the queue's limit")],
  },
  {
    guard: "Logins have a share of the hashing that sign-ups cannot take",
    edits: [code(PASSWORDS, 'this.#slots.run("login", async', 'this.#slots.run("newPassword", async')],
    tests: [tests("auth/hashing-shares", "a login is verified next", "lets a user log in while sign-ups")],
  },
  {
    guard: "A free slot goes to the class that holds the fewest",
    edits: [
      code(
        SEMAPHORE,
        "a.running === b.running ? a.lastStart < b.lastStart : a.running < b.running",
        "a.running < b.running",
      ),
    ],
    tests: [tests("auth/hashing-shares", "logins have half of the starts")],
  },
  {
    guard: "The hash that replaces an outdated one is made in the login's share",
    edits: [code(PASSWORDS, 'return this.#hash(password, "login");', 'return this.#hash(password, "newPassword");')],
    tests: [tests("auth/hashing-shares", "a hash that a login replaces")],
  },
  {
    guard: "A class within its share is queued, however short the queue is",
    edits: [code(SEMAPHORE, "if (!isWithinShare && taskClass", "if (taskClass")],
    tests: [tests("auth/hashing-shares", "a class within its share")],
  },
  ...(
    [
      ["memory <= MAX_MEMORY &&", "true &&", "more memory than the bound"],
      ["memory * passes <= MAX_COST &&", "true &&", "a higher cost than the bound"],
      ["lanes <= MAX_LANES &&", "true &&", "256 lanes"],
      ["saltBytes <= SALT_BYTES.max &&", "true &&", "a salt of 49 bytes"],
      ["outputBytes <= OUTPUT_BYTES.max", "true", "an output of 65 bytes"],
    ] as const
  ).map(
    ([find, replace, test]): Mutation => ({
      guard: `A stored hash with hostile parameters never runs: ${test}`,
      edits: [code(ARGON2, find, replace)],
      tests: [tests("auth/stored-hashes", `G35: never reaches argon2: ${test}`)],
    }),
  ),
  {
    guard: "A stronger hash is not replaced by a weaker one: cost is compared, not single parameters",
    edits: [
      code(
        PASSWORDS,
        "hash.memory * hash.passes < memoryCost * timeCost",
        "hash.memory < memoryCost || hash.passes < timeCost",
      ),
    ],
    tests: [tests("auth/stored-hashes", "G14: not 256 MiB, one pass")],
  },
  {
    guard: "A hash with a short output or salt is replaced",
    edits: [
      code(PASSWORDS, "hash.outputBytes < MIN_OUTPUT_BYTES", "false"),
      code(PASSWORDS, "hash.saltBytes < MIN_SALT_BYTES", "false"),
    ],
    tests: [tests("auth/stored-hashes", "G14: a salt of 15 bytes", "G14: an output of 31 bytes")],
  },
];
