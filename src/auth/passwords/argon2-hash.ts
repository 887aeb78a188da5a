import { verify } from "@node-rs/argon2";
import type { ReadableHash } from "./readable-hash.js";

/** The parameters of an argon2 hash that is safe to verify. */
export interface Argon2Parameters {
  readonly variant: "argon2id" | "argon2i" | "argon2d";
  /** 19 is argon2 1.3. 16 is argon2 1.0, which is also the meaning of a string without a version. */
  readonly version: 16 | 19;
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
  readonly saltBytes: number;
  readonly outputBytes: number;
}

/** In KiB: four verifications in parallel take 2 GiB. libsodium's "moderate" profile is 256 MiB, OWASP's largest 46 MiB. */
const MAX_MEMORY = 512 * 1024;

/** Memory in KiB times passes: about a second on one core. libsodium's "moderate" profile takes three quarters of it. */
const MAX_COST = 1024 * 1024;

/** The argon2 section of the PHC string format: lanes, and bytes of salt and output. */
const MAX_LANES = 255;
const SALT_BYTES = { min: 8, max: 48 } as const;
const OUTPUT_BYTES = { min: 12, max: 64 } as const;

/** Longer than any string within the bounds above. */
const MAX_LENGTH = 256;

/**
 * Parameters in their fixed order, without sign or leading zeros. `keyid` and `data`, which need a key, are refused.
 */
const PHC =
  /^\$(argon2id|argon2i|argon2d)(?:\$v=(16|19))?\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/**
 * Reads a PHC string of argon2. Returns null if it is another text, or if verifying it could exhaust memory or a
 * processor.
 *
 * @see https://github.com/P-H-C/phc-string-format
 * @see https://www.rfc-editor.org/rfc/rfc9106
 */
export function readArgon2Hash(text: string): ReadableHash | null {
  if (parseArgon2Hash(text) === null) return null;
  return { verify: async (password) => verify(text, password) };
}

/** Returns the parameters of a hash that {@link readArgon2Hash} reads, and null for any other text. */
export function parseArgon2Hash(text: string): Argon2Parameters | null {
  if (text.length > MAX_LENGTH) return null;
  const [, variant, version, memory, passes, lanes, salt, output] = PHC.exec(text) ?? [];
  if (variant === undefined || salt === undefined || output === undefined) return null;
  const hash = {
    variant: variant as Argon2Parameters["variant"],
    version: version === "19" ? 19 : 16,
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    saltBytes: decodedLength(salt),
    outputBytes: decodedLength(output),
  } as const;
  return isWithinBounds(hash) ? hash : null;
}

function isWithinBounds({ memory, passes, lanes, saltBytes, outputBytes }: Argon2Parameters): boolean {
  return (
    // RFC 9106 requires at least 8 KiB for each lane.
    memory >= 8 * lanes &&
    memory <= MAX_MEMORY &&
    memory * passes <= MAX_COST &&
    lanes <= MAX_LANES &&
    saltBytes >= SALT_BYTES.min &&
    saltBytes <= SALT_BYTES.max &&
    outputBytes >= OUTPUT_BYTES.min &&
    outputBytes <= OUTPUT_BYTES.max
  );
}

/**
 * Returns the number of bytes in unpadded base64; 0 for an impossible length, or for unused bits that are not zero: the
 * library refuses both.
 */
function decodedLength(base64: string): number {
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64").replace(/=+$/, "") === base64 ? bytes.length : 0;
}
