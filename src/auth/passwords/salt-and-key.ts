import { timingSafeEqual } from "node:crypto";

/** Bytes of salt and of derived key in a stored hash of scrypt or PBKDF2. */
const SALT_BYTES = { min: 4, max: 128 } as const;
const KEY_BYTES = { min: 16, max: 128 } as const;

/** The salt and the derived key of a stored hash. */
export interface SaltAndKey {
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** Decodes salt and derived key. Returns null if a text is not base64, or a length is out of bounds. */
export function decodeSaltAndKey(salt: string | undefined, key: string | undefined): SaltAndKey | null {
  const decoded = { salt: decodeBase64(salt), key: decodeBase64(key) };
  if (decoded.salt === null || decoded.key === null) return null;
  const isWithinBounds =
    decoded.salt.length >= SALT_BYTES.min &&
    decoded.salt.length <= SALT_BYTES.max &&
    decoded.key.length >= KEY_BYTES.min &&
    decoded.key.length <= KEY_BYTES.max;
  return isWithinBounds ? { salt: decoded.salt, key: decoded.key } : null;
}

/**
 * Returns the bytes of base64 or base64url (RFC 4648), or null for an impossible length. Padding is optional: the PHC
 * string format has none. The characters are those that the pattern of a form admits.
 */
export function decodeBase64(text: string | undefined): Buffer | null {
  if (text === undefined) return null;
  const isPossible = text.endsWith("=") ? text.length % 4 === 0 : text.length % 4 !== 1;
  return isPossible ? Buffer.from(text, "base64") : null;
}

/** Compares in constant time. Returns false for different lengths. */
export function areEqual(derived: Buffer, stored: Buffer): boolean {
  return derived.length === stored.length && timingSafeEqual(derived, stored);
}
