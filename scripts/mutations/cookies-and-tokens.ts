import { code, type Mutation, sql, tests } from "./mutation.js";

const USERS = "src/postgres/drivers/auth/user-store.ts";
const STORE = "src/postgres/drivers/auth/token-store.ts";
const FUNCTIONS = "src/auth/functions/tokens.ts";
const COOKIES = "src/auth/secrets/cookies.ts";
const KEYS = "src/auth/secrets/keys.ts";
const TOKENS = "src/auth/secrets/tokens.ts";

/** Session cookies and one-time tokens. */
export const COOKIES_AND_TOKENS: readonly Mutation[] = [
  {
    guard: "Signatures are compared in constant time",
    edits: [code(KEYS, "timingSafeEqual(expected, given)", "expected.equals(given)")],
    tests: [tests("auth/cookies", "G11")],
  },
  {
    guard: "A signature of a wrong length is false, not an exception",
    edits: [
      code(COOKIES, "    if (cookie.length !== COOKIE_LENGTH) return null;\n", ""),
      code(KEYS, "expected.length === given.length && ", ""),
    ],
    tests: [tests("auth/cookies", "G11: a signature of a wrong length")],
  },
  {
    guard: "A cookie's id has to be spelt as it was signed",
    edits: [
      code(COOKIES, 'parseId(id, "cookie") !== id', 'parseId(id, "cookie") === null'),
      code(COOKIES, "isSignedByAny(id,", 'isSignedByAny(parseId(id, "cookie") ?? id,'),
    ],
    tests: [tests("auth/cookies", "G28: any flipped, cut, doubled or re-encoded cookie")],
  },
  {
    guard: "Signatures are compared as text, so that no other encoding of the same bytes passes",
    edits: [
      code(KEYS, 'Buffer.from(signature, "utf8")', 'Buffer.from(signature, "base64url")'),
      code(KEYS, 'Buffer.from(signatureOf(text, key), "utf8")', 'Buffer.from(signatureOf(text, key), "base64url")'),
    ],
    tests: [tests("auth/cookies", "G28: the last letter of a signature")],
  },
  {
    guard: "Cookie keys have at least 32 bytes",
    edits: [code(KEYS, "bytes.length < KEY_BYTES", "bytes.length < KEY_BYTES - 1")],
    tests: [tests("auth/cookies", "G28: keys under 32 bytes")],
  },
  {
    guard: "Cookies are signed with a key derived for them alone",
    edits: [code(COOKIES, 'deriveKeys(keys, "session-cookie")', 'deriveKeys(keys, "session-cookie") && keys')],
    tests: [tests("auth/cookies", "G36: an HMAC of an id made with the same key for another purpose")],
  },
  {
    guard: "The documentation's placeholder is not a key",
    edits: [code(KEYS, "if (PLACEHOLDERS.has(key))", "if (PLACEHOLDERS.size === 0)")],
    tests: [tests("auth/cookies", "G36: the placeholder that the README once had")],
  },
  {
    guard: "Every key of the list verifies",
    edits: [code(KEYS, "= keys.map((key) => {", "= keys.slice(0, 1).map((key) => {")],
    tests: [tests("auth/cookies", "G28: of several keys")],
  },
  {
    guard: "The first key of the list signs",
    edits: [code(COOKIES, "signatureOf(id, this.#keys[0])", "signatureOf(id, this.#keys.at(-1) as Buffer)")],
    tests: [tests("auth/cookies", "G28: of several keys")],
  },
  {
    guard: "A token has one spelling",
    edits: [
      code(
        TOKENS,
        'bytes.length === TOKEN_BYTES && bytes.toString("base64url") === encoded',
        "bytes.length === TOKEN_BYTES",
      ),
    ],
    tests: [tests("auth/one-time-tokens", "G21: blank, prefix-only, cut")],
  },
  {
    guard: "A token has all its bytes",
    edits: [code(TOKENS, "const TOKEN_BYTES = 32;", "const TOKEN_BYTES = 16;")],
    tests: [tests("auth/one-time-tokens", "G18")],
  },
  {
    guard: "Of a token only the hash is stored",
    edits: [
      code(TOKENS, 'createHash("sha256").update(bytes).digest("hex")', 'bytes.toString("hex")'),
      code(TOKENS, "import { createHash, randomBytes }", "import { randomBytes }"),
    ],
    tests: [tests("auth/one-time-tokens", "G18")],
  },
  ...(
    [
      ["getOneTimeToken", "holder"],
      ["useOneTimeToken", "token"],
    ] as const
  ).flatMap(([query, row]): Mutation[] => [
    {
      guard: `An expired token is refused by ${query}`,
      edits: [sql("one_time_token", query, `  and ${row}.expires_at operator(pg_catalog.>) current_timestamp`, "")],
      tests: [tests("auth/one-time-tokens", "G20")],
    },
    {
      guard: `A used token is refused by ${query}`,
      edits: [sql("one_time_token", query, `  and ${row}.used_at is null\n`, "")],
      tests: [tests("auth/one-time-tokens", "G20", "G19")],
    },
    {
      guard: `A deleted or voided token is refused by ${query}`,
      edits: [sql("one_time_token", query, `  and ${row}.deleted_at is null\n`, "")],
      tests: [tests("auth/one-time-tokens", "G20")],
    },
  ]),
  {
    guard: "A token is expired at the exact moment of its expiry",
    edits: [
      sql(
        "one_time_token",
        "useOneTimeToken",
        "token.expires_at operator(pg_catalog.>) current_timestamp",
        "token.expires_at >= current_timestamp",
      ),
    ],
    tests: [tests("auth/one-time-tokens", "G20: a token is refused at the exact moment of its expiry")],
  },
  {
    guard: "Another user's token is refused",
    edits: [sql("one_time_token", "useOneTimeToken", "  token.user_id operator(pg_catalog.=) owner.id\n", "  true\n")],
    tests: [tests("auth/one-time-tokens", "G21: another user's token")],
  },
  {
    guard: "A banned user's token is refused",
    edits: [
      sql(
        "one_time_token",
        "useOneTimeToken",
        "    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n",
        "",
      ),
    ],
    tests: [tests("auth/one-time-tokens", "a banned or deleted owner's token is refused")],
  },
  {
    guard: "A deleted user's token is refused",
    edits: [sql("one_time_token", "useOneTimeToken", "    and deleted_at is null\n", "")],
    tests: [tests("auth/one-time-tokens", "a banned or deleted owner's token is refused")],
  },
  {
    guard: "A deleted user gets no token",
    edits: [sql("one_time_token", "createOneTimeToken", "    and deleted_at is null\n", "")],
    tests: [tests("auth/driver-contract", "a user that is unknown, deleted or banned gets none, and can use none")],
  },
  {
    guard: "A banned user gets no token",
    edits: [
      sql(
        "one_time_token",
        "createOneTimeToken",
        "    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n",
        "",
      ),
    ],
    tests: [tests("auth/one-time-tokens", "a user that is unknown, deleted or banned gets no token")],
  },
  {
    guard: "Creating a token waits for a concurrent deletion of its user (FOR NO KEY UPDATE)",
    edits: [sql("one_time_token", "createOneTimeToken", "  for no key update\n", "")],
    tests: [
      tests("auth/access-ends", "G25: creating a session or token waits", "G25: a one-time token that is created"),
    ],
  },
  {
    guard: "A change of password voids tokens",
    edits: [
      sql(
        "user",
        "endUserAccess",
        "set deleted_at = current_timestamp\nwhere ",
        "set deleted_at = current_timestamp\nwhere false and ",
      ),
    ],
    tests: [tests("auth/access-ends", "voids live tokens")],
  },
  {
    guard: "A change of email voids tokens",
    edits: [
      code(
        USERS,
        "if (params.setPasswordHash || row.emailChanged || banned) {",
        "if (params.setPasswordHash || banned) {",
      ),
    ],
    tests: [tests("auth/access-ends", "voids live tokens")],
  },
  {
    guard: "A reset ends the user's sessions",
    edits: [
      code(
        STORE,
        "{ passwordHash })));\n      await transaction.write(statements.endUserAccess, { userId, endSessions: true,",
        "{ passwordHash })));\n      await transaction.write(statements.endUserAccess, { userId, endSessions: false,",
      ),
    ],
    tests: [tests("reset-password", "G23: uses the token, sets the password")],
  },
  {
    guard: "A reset sets the password only if the token is still valid",
    edits: [code(STORE, "      if (used === undefined) return null;\n", "")],
    tests: [tests("reset-password", "while the hash is made is refused")],
  },
  {
    guard: "A reset is one transaction",
    edits: [
      code(
        STORE,
        "    const { userId } = token;\n    return this.executor.transaction(async (transaction) => {",
        "    const { userId } = token;\n" +
          "    const loose = <T>(work: (executor: Executor) => Promise<T>) => work(this.executor);\n" +
          "    return loose(async (transaction) => {",
      ),
    ],
    tests: [tests("reset-password", "G23")],
  },
  {
    guard: "A reset locks the user's row before it uses the token",
    edits: [
      code(
        STORE,
        "      await transaction.write(statements.lockUser, { userId });\n      const used",
        "      const used",
      ),
    ],
    tests: [tests("reset-password", "G23")],
  },
  {
    guard: "Nothing is hashed for an invalid token",
    edits: [
      code(
        FUNCTIONS,
        "    if (owner === null) throw invalidToken();\n",
        "    if (owner === null) await this.hash(password, () => null);\n" +
          "    if (owner === null) throw invalidToken();\n",
      ),
    ],
    tests: [tests("reset-password", "is refused, and nothing is hashed")],
  },
];
