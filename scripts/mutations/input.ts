import { code, type Mutation, tests } from "./mutation.js";

const TEXT = "src/input/text.ts";
const VALUES = "src/input/values.ts";
const EMAIL = "src/auth/email.ts";
const METADATA = "src/input/metadata.ts";

/** What is checked before any SQL. */
export const INPUT: readonly Mutation[] = [
  {
    guard: "The exponents of numbers in metadata count as digits",
    edits: [code(METADATA, "    this.#spend(Math.abs(Number(exponent)));\n", "")],
    tests: [tests("input", "as they are answered")],
  },
  {
    guard: "A URL in place of an option's name is not repeated",
    edits: [code(VALUES, '  if (name.includes("://")) return "a URL";\n', "")],
    tests: [tests("postgres/config", "a URL in place of a name is not repeated")],
  },
  {
    guard: "A Date that the caller changes during a call is stored as it was given",
    edits: [code(VALUES, "return new Date(time);", "return value as Date;")],
    tests: [
      tests("auth/users", "a Date that changes during the update"),
      tests("auth/user-import", "users of a chunk keep their own dates"),
    ],
  },
  {
    guard: "A bindTo that the caller changes during a login binds as it was given",
    edits: [
      code("src/auth/session-terms.ts", "return bindings as SessionBinding[]", "return value as SessionBinding[]"),
    ],
    tests: [tests("auth/session-binding", "a bindTo that changes during a login")],
  },
  {
    guard: "A URL in place of a user's or database's name is refused",
    edits: [code("src/postgres/config/config.ts", ' && String(value).includes("://")', " && value === null")],
    tests: [tests("postgres/config", "INVALID_INPUT names the setting")],
  },
  {
    guard: "A value thrown by a codec is described without reading its text",
    edits: [code("src/errors/index.ts", '/^[A-Z]\\w{0,60}Error$/.test(name) ? name : "Error"', "name")],
    tests: [tests("auth/metadata", "a codec that throws an error whose class says something")],
  },
  {
    guard: "Arguments that are not text are refused",
    edits: [
      code(
        TEXT,
        '  if (typeof value !== "string") throw invalidInput(field, "must be a string");\n',
        '  if (typeof value !== "string") return value as string;\n',
      ),
    ],
    tests: [tests("auth/bad-input", "that is not text is refused before any SQL")],
  },
  {
    guard: "Texts with a NUL are refused",
    edits: [code(TEXT, ' && !text.includes("\\0")', "")],
    tests: [tests("auth/bad-input", "with a NUL or a lone surrogate")],
  },
  {
    guard: "Texts with a lone surrogate are refused",
    edits: [code(TEXT, "text.isWellFormed() && ", "")],
    tests: [tests("auth/bad-input", "with a NUL or a lone surrogate")],
  },
  {
    guard: "A text that is refused before it is normalised is refused with the limit of the normal form",
    edits: [
      code("src/auth/email.ts", '{ max: 1024, unit: "characters" }, LIMITS)', '{ max: 1024, unit: "characters" })'),
    ],
    tests: [tests("auth/emails", "with the limit that counts")],
  },
  {
    guard: "Texts are no longer than their limits",
    edits: [code(TEXT, "  if (length > limits.max) throw tooLong(field, named);\n", "")],
    tests: [tests("faults/limits", "F13")],
  },
  {
    guard: "A user agent has 1,024 characters at most, in a session and in what is compared with it",
    edits: [
      code(TEXT, "  if (text.length <= max) return text;\n", "  if (text.length > max || max > 0) return text;\n"),
    ],
    tests: [tests("auth/long-user-agents", "G33"), tests("faults/limits", "F13: of a user agent")],
  },
  {
    guard: "A user agent is not cut within a surrogate pair",
    edits: [code(TEXT, "end += isPairAt(text, end) ? 2 : 1;", "end += isPairAt(text, end) ? 1 : 1;")],
    tests: [tests("auth/long-user-agents", "G33")],
  },
  {
    guard: "A malformed id is not found, without a query",
    edits: [code("src/input/uuid.ts", "  if (!ANY_SPELLING.test(bare)) return null;\n", "")],
    tests: [tests("auth/ids", "G3")],
  },
  {
    guard: "All spellings of a UUID are one id",
    edits: [code("src/input/uuid.ts", "const lower = value.toLowerCase();", "const lower = value;")],
    tests: [tests("auth/ids", "G3")],
  },
  {
    guard: "A ttl is a whole number of seconds",
    edits: [code(VALUES, "!Number.isInteger(value) || value < min", "value < min")],
    tests: [tests("auth/bad-values", "G5")],
  },
  {
    guard: "A ttl is at least a second",
    edits: [
      code(
        VALUES,
        "requireInteger(value, field, 1, MAX_TTL_SECONDS)",
        "requireInteger(value, field, -1, MAX_TTL_SECONDS)",
      ),
    ],
    tests: [tests("auth/bad-values", "G5")],
  },
  {
    guard: "An option that does not exist is refused",
    edits: [code(VALUES, "if (!(keys as readonly string[]).includes(key)) {", "if (false) {")],
    tests: [tests("auth/bad-values", "G1: an unknown option is refused")],
  },
  {
    guard: "The name of an unknown option is escaped in the error",
    edits: [code(VALUES, "invalidInput(printable(key),", "invalidInput(key,")],
    tests: [tests("input", "G12: an unknown option's name")],
  },
  {
    guard: "Long runs of combining marks are refused before they are composed",
    edits: [code(TEXT, "if (LONG_RUN_OF_MARKS.test(text))", "if (text === field)")],
    tests: [
      tests("input", "G35: refuses more than 30 combining marks"),
      tests("auth/sizes", "G35: passwords and emails"),
    ],
  },
  {
    guard: "Emails are lower-cased",
    edits: [code(EMAIL, "composeText(text, field).toLowerCase()", "composeText(text, field)")],
    tests: [tests("auth/emails", "are trimmed, composed (NFC) and lower-cased")],
  },
  {
    guard: "Emails are composed (NFC)",
    edits: [code(EMAIL, "composeText(composeText(text, field).toLowerCase(), field)", "text.toLowerCase()")],
    tests: [tests("auth/emails", "are trimmed, composed (NFC) and lower-cased")],
  },
  {
    guard: "The normal form of an email has no longer run of marks than an email may have",
    edits: [
      code(
        EMAIL,
        "composeText(composeText(text, field).toLowerCase(), field)",
        'composeText(text, field).toLowerCase().normalize("NFC")',
      ),
    ],
    tests: [tests("auth/emails", "whose normal form has more than 30 marks")],
  },
  {
    guard: "Emails have one @, no blanks and no control characters",
    edits: [code(EMAIL, "  if (!ADDRESS.test(email)) {", '  if (email === "") {')],
    tests: [tests("auth/emails", "have one @ with something on either side")],
  },
  {
    guard: "A ban until null is refused",
    edits: [code("src/auth/functions/users.ts", "if (until === null) throw", "if (until === undefined) throw")],
    tests: [tests("auth/bad-values", "null is refused where the type has none")],
  },
  {
    guard: "A login's ttlSeconds of null is refused",
    edits: [code("src/auth/input.ts", "defaultTtlSeconds === null ? optionalTtl", "true ? optionalTtl")],
    tests: [tests("auth/bad-values", "null is refused where the type has none")],
  },
  {
    guard: "An email's domain has no letters that IDNA maps to ASCII",
    edits: [code(EMAIL, 'ASCII.test(text) || domainToASCII(text).startsWith("xn--")', 'text !== "any"')],
    tests: [tests("auth/emails", "have a domain whose labels")],
  },
  {
    guard: "Metadata is no deeper than 100 levels",
    edits: [code(METADATA, "depth > MAX_DEPTH", "depth > 100_000")],
    tests: [tests("auth/metadata", "G8: metadata may be nested 100 levels")],
  },
  {
    guard: "Metadata is sent as it was checked: every property is read once",
    edits: [
      code(
        METADATA,
        "items.push(this.#child(index, array[index], depth));",
        "items.push(this.#child(index, array[index], depth) && JSON.stringify(array[index]));",
      ),
    ],
    tests: [tests("input", "G35: a getter or a proxy that changes its mind")],
  },
  {
    guard: "An array with a toJSON function is refused",
    edits: [code(METADATA, "    if (hasToJson(array)) throw this.#convertsItself();\n", "")],
    tests: [tests("input", "G35: a toJSON function is refused wherever it is")],
  },
  {
    guard: "A value thrown by a metadata codec is withheld from logs",
    edits: [code("src/auth/metadata.ts", "cause: new WithheldError(error)", "cause: error")],
    tests: [tests("auth/secrets", "G12: no error of a metadata codec")],
  },
  {
    guard: "Metadata that claims to be endless is refused early",
    edits: [code(METADATA, "this.#spend(1);", "this.#spend(0.5);")],
    tests: [tests("input", "G8: a proxy that claims to be endless")],
  },
  {
    guard: "A trailing backslash in a pattern causes no database error",
    edits: [
      code(
        "src/postgres/drivers/auth/user-patterns.ts",
        "return backslashes.length % 2 === 1",
        "return backslashes.length < 0",
      ),
    ],
    tests: [tests("auth/hostile-text", "G7: listUsers has wildcards")],
  },
  {
    guard: "IPv4-mapped addresses are the IPv4 addresses that they map",
    edits: [
      code(
        "src/net/ip-address.ts",
        "if (mapped) return dottedDecimal(mapped[1] as string, mapped[2] as string) as IpAddress;",
        "if (mapped) return canonical as IpAddress;",
      ),
      code(
        "src/net/ip-address.ts",
        "text.startsWith(MAPPED_PREFIX) ? text.slice(MAPPED_PREFIX.length) : text",
        "text.slice(text.startsWith(MAPPED_PREFIX) ? 0 : 0)",
      ),
      code("src/net/ip-address.ts", "function dottedDecimal(", "export function dottedDecimal("),
    ],
    tests: [tests("auth/session-binding", "G27: all spellings of")],
  },
  {
    guard: "The error of a call without metadata says what to pass",
    edits: [code("src/auth/metadata.ts", "if (metadata === undefined) throw", "if (metadata === null) throw")],
    tests: [tests("auth/metadata", "says what to pass")],
  },
];
