import { invalidInput } from "../../errors/index.js";
import { readArgon2Hash } from "./argon2-hash.js";
import { readBcryptHash } from "./bcrypt-hash.js";
import { readFirebaseHash } from "./firebase-hash.js";
import { readPbkdf2Hash } from "./pbkdf2-hash.js";
import type { ReadableHash } from "./readable-hash.js";
import { readScryptHash } from "./scrypt-hash.js";

/**
 * The supported forms. Each function returns null for a text of another form, and for parameters with which a
 * verification could exhaust memory or a processor.
 */
const FORMS: readonly ((text: string) => ReadableHash | null)[] = [
  readArgon2Hash,
  readBcryptHash,
  readScryptHash,
  readPbkdf2Hash,
  readFirebaseHash,
];

/** Longer than any hash of a supported form. Longer texts are not read. */
const MAX_LENGTH = 1024;

/** Reads a stored hash of any supported form; returns null for any other text. Only parses: nothing is computed. */
export function readPasswordHash(text: string): ReadableHash | null {
  if (text.length > MAX_LENGTH) return null;
  for (const read of FORMS) {
    const hash = read(text);
    if (hash !== null) return hash;
  }
  return null;
}

/**
 * Returns the text of a hash that {@link readPasswordHash} reads, or throws INVALID_INPUT. For hashes that are imported
 * from another system. Only parses: nothing is computed.
 */
export function requirePasswordHash(value: unknown, field: string): string {
  if (typeof value !== "string") throw invalidInput(field, "must be a string");
  if (readPasswordHash(value) === null) {
    throw invalidInput(
      field,
      "must be a hash of argon2, bcrypt, scrypt, pbkdf2 or firebase-scrypt in its text form, with parameters within bounds",
    );
  }
  return value;
}
