import { createHmac, randomInt } from "node:crypto";
import { requireText } from "../../input/text.js";
import { deriveKeys, type Keys } from "../secrets/keys.js";

const CODE_DIGITS = 6;

/**
 * Codes of six digits. A plain hash of one would be undone by trying a million: they are stored as HMAC-SHA256 (RFC 2104) under a
 * key that the database does not have.
 */
export class LoginCodes {
  readonly #keys: Keys;

  /** @param keys - the application's keys: the first one hashes new codes, all verify */
  constructor(keys: Keys) {
    this.#keys = deriveKeys(keys, "log-in-code");
  }

  /** Returns a new code for an email, and the hash to store. */
  generate(email: string): { readonly code: string; readonly codeHash: string } {
    const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, "0");
    return { code, codeHash: hashOf(email, code, this.#keys[0]) };
  }

  /** Returns the hashes of what somebody typed in, one for each key. */
  hashesOf(email: string, code: unknown): string[] {
    const typed = requireText(code, "code", { max: 64, unit: "characters" }).replaceAll(/\s/g, "");
    return this.#keys.map((key) => hashOf(email, typed, key));
  }
}

function hashOf(email: string, code: string, key: Buffer): string {
  return createHmac("sha256", key).update(`${email}\0${code}`, "utf8").digest("hex");
}
