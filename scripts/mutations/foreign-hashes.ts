import { code, type Mutation, tests } from "./mutation.js";

const PASSWORDS = "src/auth/passwords/password-hasher.ts";
const REGISTRY = "src/auth/passwords/password-hash.ts";
const DERIVED = "src/auth/passwords/salt-and-key.ts";
const ARGON2 = "src/auth/passwords/argon2-hash.ts";
const BCRYPT = "src/auth/passwords/bcrypt-hash.ts";
const SCRYPT = "src/auth/passwords/scrypt-hash.ts";
const PBKDF2 = "src/auth/passwords/pbkdf2-hash.ts";
const FIREBASE = "src/auth/passwords/firebase-hash.ts";
const TESTS = "auth/foreign-hashes";

/** Passwords that were hashed by other systems. */
export const FOREIGN_HASHES: readonly Mutation[] = [
  ...(
    [
      [SCRYPT, "memory <= MAX_MEMORY &&", "true &&", "scrypt: more memory than the bound"],
      [SCRYPT, "memory * parallelization <= MAX_COST", "true", "scrypt: a higher cost than the bound"],
      [SCRYPT, "logN < 16 * blockSize &&", "true &&", "scrypt: N that is not below"],
      [PBKDF2, "> digest.maxCost", "> Infinity", "pbkdf2: 5,000,001 iterations of SHA-256"],
      [PBKDF2, " * Math.ceil(stored.key.length / digest.bytes)", "", "pbkdf2: many blocks of output"],
      [PBKDF2, "Number(outputBytes) !== stored.key.length", "false", "pbkdf2: another length than the output has"],
      [BCRYPT, "1[0-5]", "1[0-6]", "bcrypt: cost 16"],
      [BCRYPT, "[.Oeu]", "[./A-Za-z0-9]", "bcrypt: unused bits of the salt"],
      [BCRYPT, "[.CGKOSWaeimquy26]", "[./A-Za-z0-9]", "bcrypt: unused bits of the output"],
      [FIREBASE, "signerKey.length !== stored.key.length ||", "", "firebase-scrypt: a hash shorter than"],
      [FIREBASE, " || saltSeparator.length > MAX_SEPARATOR_BYTES", "", "firebase-scrypt: a separator of 129 bytes"],
      [DERIVED, "decoded.salt.length >= SALT_BYTES.min", "true", "scrypt: a salt of 3 bytes"],
      [DERIVED, "decoded.salt.length <= SALT_BYTES.max", "true", "scrypt: a salt of 129 bytes"],
      [DERIVED, "decoded.key.length >= KEY_BYTES.min", "true", "scrypt: an output of 15 bytes"],
      [DERIVED, "decoded.key.length <= KEY_BYTES.max", "true", "scrypt: an output of 129 bytes"],
      [DERIVED, "text.length % 4 !== 1", "true", "scrypt: a salt of no number of bytes"],
      [DERIVED, "text.length % 4 === 0", "true", "firebase-scrypt: padding of no number of bytes"],
      [ARGON2, 'bytes.toString("base64").replace(/=+$/, "") === base64', "true", "argon2: unused bits of the output"],
    ] as const
  ).map(
    ([file, find, replace, test]): Mutation => ({
      guard: `A hash of another system with hostile parameters never runs: ${test}`,
      edits: [code(file, find, replace)],
      tests: [tests(TESTS, `G35: fails after one dummy verification: ${test}`)],
    }),
  ),
  {
    guard: "A hash of another system is read only in the supported forms, when users are imported",
    edits: [code(REGISTRY, "if (readPasswordHash(value) === null) {", "if (false) {")],
    tests: [tests(TESTS, "G35: is refused by an import")],
  },
  {
    guard: "A hash of another system verifies only with its password",
    edits: [code(DERIVED, "derived.length === stored.length && timingSafeEqual(derived, stored)", "true")],
    tests: [tests(TESTS, "G13: verifies, and nothing else is computed: scrypt: passlib")],
  },
  {
    guard: "A hash of Firebase includes the project's salt separator",
    edits: [code(FIREBASE, "Buffer.concat([stored.salt, saltSeparator])", "stored.salt")],
    tests: [tests(TESTS, "G13: verifies, and nothing else is computed: firebase-scrypt")],
  },
  {
    guard: "passlib's base64 is read: a full stop in place of a plus sign",
    edits: [code(PBKDF2, 'text?.replaceAll(".", "+")', "text")],
    tests: [tests(TESTS, "G13: verifies, and nothing else is computed: pbkdf2: passlib")],
  },
  {
    guard: "OpenSSL may use as much memory as the bounds of scrypt admit",
    edits: [code(SCRYPT, "MAX_MEMORY + 1024 * 1024", "MAX_MEMORY")],
    tests: [tests(TESTS, "G35: OpenSSL computes scrypt")],
  },
  {
    guard: "scrypt is computed off the event loop",
    edits: [
      code(SCRYPT, "type BinaryLike, scrypt }", "scryptSync }"),
      code(SCRYPT, 'import { promisify } from "node:util";\n', ""),
      code(SCRYPT, "promisify<BinaryLike, BinaryLike, number, object, Buffer>(scrypt);", "scryptSync as never as any;"),
    ],
    tests: [tests(TESTS, "is verified in a hashing slot, off the event loop: passlib")],
  },
  {
    guard: "Without @node-rs/bcrypt, a login with a bcrypt hash takes as long as any other",
    edits: [code(PASSWORDS, "        await this.#nobody.verify(password);\n", "")],
    tests: [tests(TESTS, "G9: it fails after one dummy verification")],
  },
  {
    guard: "Without @node-rs/bcrypt, a login with a bcrypt hash says what to install",
    edits: [
      code(PASSWORDS, "throw error instanceof PevensieError ? error : unreadableHash();", "throw unreadableHash();"),
    ],
    tests: [tests(TESTS, "G17: a login with a bcrypt hash")],
  },
];
