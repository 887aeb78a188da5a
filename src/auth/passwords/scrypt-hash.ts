import { type BinaryLike, scrypt } from "node:crypto";
import { promisify } from "node:util";
import type { ReadableHash } from "./readable-hash.js";
import { areEqual, decodeSaltAndKey } from "./salt-and-key.js";

/** The cost parameters of scrypt: RFC 7914, section 2. */
export interface ScryptParameters {
  /** The base-2 logarithm of N. */
  readonly logN: number;
  /** The block size r. */
  readonly blockSize: number;
  /** The parallelization p. */
  readonly parallelization: number;
}

/** In bytes, of 128 * N * r. OWASP's largest profile (N = 2^17, r = 8) takes half of it. */
const MAX_MEMORY = 256 * 1024 * 1024;

/** Memory in bytes times parallelization: about 1.3 seconds on one core. OWASP recommends a quarter of it. */
const MAX_COST = 2 * MAX_MEMORY;

/** For OpenSSL, which also counts its smaller buffers: at most another 512 * r bytes within the bounds. */
const OPENSSL_MEMORY = MAX_MEMORY + 1024 * 1024;

/** `ln` is the base-2 logarithm of N. Numbers have no sign and no leading zeros. */
const PHC = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,2}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const derive = promisify<BinaryLike, BinaryLike, number, object, Buffer>(scrypt);

/**
 * Reads scrypt in the PHC string format, as passlib writes it. Returns null if it is another text, or if verifying it
 * could exhaust memory or a processor.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7914
 * @see https://github.com/P-H-C/phc-string-format
 * @see https://passlib.readthedocs.io/en/stable/lib/passlib.hash.scrypt.html
 */
export function readScryptHash(text: string): ReadableHash | null {
  const [, logN, blockSize, parallelization, salt, key] = PHC.exec(text) ?? [];
  const stored = decodeSaltAndKey(salt, key);
  const parameters = boundedScrypt(Number(logN), Number(blockSize), Number(parallelization));
  if (stored === null || parameters === null) return null;
  return {
    verify: async (password) =>
      areEqual(await deriveScryptKey(password, stored.salt, stored.key.length, parameters), stored.key),
  };
}

/** Returns the parameters, or null if they are outside RFC 7914 or exhaust memory or a processor. */
export function boundedScrypt(logN: number, blockSize: number, parallelization: number): ScryptParameters | null {
  const memory = 128 * 2 ** logN * blockSize;
  const isWithinBounds =
    // RFC 7914, section 2: N is less than 2^(128 * r / 8).
    logN < 16 * blockSize && memory <= MAX_MEMORY && memory * parallelization <= MAX_COST;
  return isWithinBounds ? { logN, blockSize, parallelization } : null;
}

/** Derives a key of this many bytes, in the thread pool. */
export function deriveScryptKey(
  password: string,
  salt: Buffer,
  bytes: number,
  { logN, blockSize, parallelization }: ScryptParameters,
): Promise<Buffer> {
  return derive(password, salt, bytes, { N: 2 ** logN, r: blockSize, p: parallelization, maxmem: OPENSSL_MEMORY });
}
