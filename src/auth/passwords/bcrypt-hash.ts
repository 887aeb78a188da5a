import { PevensieError } from "../../errors/index.js";
import type { ReadableHash } from "./readable-hash.js";

/**
 * Version, cost from 4 to 15 (1.6 seconds on one core), 16 bytes of salt and 23 of output in bcrypt's own base64. The
 * unused bits of the last character of each have to be zero: the library reports any other hash as a wrong password.
 * Version `2x` marks hashes of a defective crypt_blowfish, which the library does not compute.
 */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;

/**
 * Reads a bcrypt hash. Returns null if it is another text, or if verifying it would take too long. `verify` rejects with
 * PASSWORD_HASH_FAILED if the optional peer dependency cannot be loaded.
 *
 * bcrypt uses the first 72 bytes of a password in UTF-8 and ignores the rest. So does `verify`, since the system that
 * made the hash truncated the password too. Implementations in C also stop at a NUL, which `requirePasswordGuess` refuses.
 *
 * @see https://www.usenix.org/legacy/events/usenix99/provos.html
 */
export function readBcryptHash(text: string): ReadableHash | null {
  if (!BCRYPT.test(text)) return null;
  return { verify: async (password) => (await loadBcrypt()).verify(password, text) };
}

const BCRYPT_MAX_BYTES = 72;

/**
 * Returns whether the hash is bcrypt's and the password has the 72 bytes that bcrypt reads, or more. If it matches, the user's password may
 * still be another one that begins with the same 72 bytes.
 */
export function reachesBcryptLimit(text: string, password: string): boolean {
  return BCRYPT.test(text) && Buffer.byteLength(password) >= BCRYPT_MAX_BYTES;
}

/** Loads the library, which only applications with bcrypt hashes install. Node caches the module. */
async function loadBcrypt(): Promise<typeof import("@node-rs/bcrypt")> {
  try {
    return await import("@node-rs/bcrypt");
  } catch (cause) {
    const message =
      "The stored password hash is a bcrypt hash, and the package @node-rs/bcrypt cannot be loaded. Install it: npm install @node-rs/bcrypt";
    throw new PevensieError("PASSWORD_HASH_FAILED", message, { cause });
  }
}
