import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { invalidInput } from "../../errors/index.js";

/** The length of SHA-256's output, which is the minimum that RFC 2104 recommends for a key. */
const KEY_BYTES = 32;

/** Text that this package's README once showed in place of a key, and that is therefore public. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(["at least 32 bytes, from your secrets"]);

const ADVICE = "make one with `openssl rand -base64 32` and keep it with the application's secrets";

/** The purpose of a derived key. Each purpose has its own label, so a signature for one is invalid for all others. */
export type KeyPurpose = "session-cookie" | "device-token" | "log-in-code";

/** Validates the application's keys: one, or a list whose first key is current. @throws INVALID_INPUT */
export function requireKeys(keys: unknown, field: string): Keys {
  const [first, ...rest] = (Array.isArray(keys) ? keys : [keys]).map((key) => requireKey(key, field));
  if (first === undefined) throw invalidInput(field, "must hold at least one key");
  return [first, ...rest];
}

/** The application's keys, or keys derived from them: the first one is current, and all of them verify. */
export type Keys = readonly [Buffer, ...Buffer[]];

/** Derives the keys for one purpose. */
export function deriveKeys([first, ...rest]: Keys, purpose: KeyPurpose): Keys {
  return [deriveKey(first, purpose), ...rest.map((key) => deriveKey(key, purpose))];
}

/** Returns the signature of a text: HMAC-SHA256 (RFC 2104) in base64url. */
export function signatureOf(text: string, key: Buffer): string {
  return createHmac("sha256", key).update(text, "utf8").digest("base64url");
}

/** Returns whether the text has this signature by one of the keys. It takes as long whichever key that is, or none. */
export function isSignedByAny(text: string, signature: string, keys: Keys): boolean {
  // Signatures are compared as text, so another encoding of the same bytes does not match.
  const given = Buffer.from(signature, "utf8");
  const matches = keys.map((key) => {
    const expected = Buffer.from(signatureOf(text, key), "utf8");
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return matches.includes(true);
}

/** Derives the key for one purpose from a key of the application: HKDF (RFC 5869) with SHA-256, no salt. */
export function deriveKey(key: Buffer, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "", `pevensie/${purpose}/v1`, KEY_BYTES));
}

function requireKey(key: unknown, field: string): Buffer {
  if (typeof key !== "string" || !key.isWellFormed())
    throw invalidInput(field, "must be a string, or a list of strings");
  if (PLACEHOLDERS.has(key)) throw invalidInput(field, `is the placeholder of the documentation: ${ADVICE}`);
  const bytes = Buffer.from(key, "utf8");
  if (bytes.length < KEY_BYTES) throw invalidInput(field, `must be at least ${KEY_BYTES} bytes long: ${ADVICE}`);
  return bytes;
}
