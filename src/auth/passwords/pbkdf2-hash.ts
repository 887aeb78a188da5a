import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import type { ReadableHash } from "./readable-hash.js";
import { areEqual, decodeSaltAndKey } from "./salt-and-key.js";

interface Digest {
  readonly name: string;
  readonly bytes: number;
  /**
   * Maximum of iterations times blocks of output, each as long as the digest (RFC 8018, section 5.2): about a second on
   * one core. OWASP recommends 1,300,000 iterations for SHA-1, 600,000 for SHA-256 and 210,000 for SHA-512.
   */
  readonly maxCost: number;
}

/** By what follows `pbkdf2` in the hash. passlib writes `$pbkdf2$` for SHA-1. */
const DIGESTS: ReadonlyMap<string, Digest> = new Map([
  ["", { name: "sha1", bytes: 20, maxCost: 5_000_000 }],
  ["-sha1", { name: "sha1", bytes: 20, maxCost: 5_000_000 }],
  ["-sha256", { name: "sha256", bytes: 32, maxCost: 5_000_000 }],
  ["-sha512", { name: "sha512", bytes: 64, maxCost: 2_000_000 }],
]);

/**
 * The iterations are `i=600000`, or `i=600000,l=32` with the bytes of output; passlib writes the number alone. Numbers
 * have no sign and no leading zeros.
 */
const PHC =
  /^\$pbkdf2(|-sha1|-sha256|-sha512)\$(?:i=([1-9]\d{0,6})(?:,l=([1-9]\d{0,2}))?|([1-9]\d{0,6}))\$([A-Za-z0-9+/.]+)\$([A-Za-z0-9+/.]+)$/;

const derive = promisify(pbkdf2);

/**
 * Reads PBKDF2 in the PHC string format or in passlib's. Returns null if it is another text, or if verifying it would
 * take too long.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8018
 * @see https://github.com/P-H-C/phc-string-format
 * @see https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html
 */
export function readPbkdf2Hash(text: string): ReadableHash | null {
  const [, suffix, phcIterations, outputBytes, passlibIterations, salt, key] = PHC.exec(text) ?? [];
  const digest = suffix === undefined ? undefined : DIGESTS.get(suffix);
  const stored = decodeSaltAndKey(fromAdaptedBase64(salt), fromAdaptedBase64(key));
  if (digest === undefined || stored === null) return null;
  if (outputBytes !== undefined && Number(outputBytes) !== stored.key.length) return null;
  const iterations = Number(phcIterations ?? passlibIterations);
  if (iterations * Math.ceil(stored.key.length / digest.bytes) > digest.maxCost) return null;
  return {
    verify: async (password) =>
      areEqual(await derive(password, stored.salt, iterations, stored.key.length, digest.name), stored.key),
  };
}

/** passlib's "adapted base64" has `.` in place of `+`. */
function fromAdaptedBase64(text: string | undefined): string | undefined {
  return text?.replaceAll(".", "+");
}
