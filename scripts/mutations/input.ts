import { code, type Mutation, tests } from "./mutation.js";

const TEXT = "src/input/text.ts";
const VALUES = "src/input/values.ts";
const EMAIL = "src/auth/email.ts";

/** What is checked before any SQL. */
export const INPUT: readonly Mutation[] = [
  {
    guard: "Arguments that are no text are refused",
    edits: [
      code(
        TEXT,
        '  if (typeof value !== "string") throw invalidInput(field, "must be a string");\n',
        '  if (typeof value !== "string") return value as string;\n',
      ),
    ],
    tests: [tests("auth/bad-input", "that is no text is refused before any SQL")],
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
    guard: "Texts are no longer than their limits",
    edits: [code(TEXT, "  if (length > limits.max) throw tooLong(field, limits);\n", "")],
    tests: [tests("faults/limits", "F13")],
  },
  {
    guard: "A malformed id is nobody's, without a query",
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
    tests: [tests("auth/bad-values", "G1: an option that does not exist is refused")],
  },
  {
    guard: "Emails are lower-cased",
    edits: [code(EMAIL, '.normalize("NFC").toLowerCase()', '.normalize("NFC")')],
    tests: [tests("auth/emails", "are trimmed, composed (NFC) and lower-cased")],
  },
  {
    guard: "Emails are composed (NFC)",
    edits: [code(EMAIL, 'text.normalize("NFC").toLowerCase().normalize("NFC")', "text.toLowerCase()")],
    tests: [tests("auth/emails", "are trimmed, composed (NFC) and lower-cased")],
  },
  {
    guard: "Emails have one @, no blanks and no control characters",
    edits: [code(EMAIL, "  if (!ADDRESS.test(email)) {", '  if (email === "") {')],
    tests: [tests("auth/emails", "have one @ with something on either side")],
  },
  {
    guard: "Metadata is no deeper than 100 levels",
    edits: [code("src/input/metadata.ts", "next.depth > MAX_DEPTH", "next.depth > 100_000")],
    tests: [tests("auth/metadata", "G8: metadata may be nested 100 levels")],
  },
  {
    guard: "A trailing backslash in a pattern is no error of the database",
    edits: [code("src/postgres/auth-store.ts", "return backslashes.length % 2 === 1", "return backslashes.length < 0")],
    tests: [tests("auth/hostile-text", "G7: listUsers has wildcards")],
  },
  {
    guard: "IPv4-mapped addresses are the IPv4 addresses that they map",
    edits: [
      code(
        "src/net/index.ts",
        "mapped ? dottedDecimal(mapped[1] as string, mapped[2] as string) : canonical",
        "mapped ? canonical : canonical",
      ),
      code("src/net/index.ts", "function dottedDecimal(", "export function dottedDecimal("),
    ],
    tests: [tests("auth/session-binding", "G27: all spellings of")],
  },
];
