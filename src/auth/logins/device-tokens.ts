import { randomBytes } from "node:crypto";
import { invalidInput } from "../../errors/index.js";
import { deriveKeys, isSignedByAny, type Keys, signatureOf } from "../secrets/keys.js";

/** A device on which a user has logged in. */
export interface Device {
  readonly userId: string;
  /** Tells the user's devices apart: 16 random bytes in base64url. */
  readonly name: string;
  /** When the token was issued, by the database's clock: seconds since 1970 with six decimals. */
  readonly issuedAt: string;
}

const TOKEN = /^dt_([0-9a-f-]{36})\.(\d{1,20})\.([\w-]{22})\.([\w-]{43})$/;

/**
 * Signs and verifies the tokens of devices, after OWASP's "Slow Down Online Guessing Attacks with Device Cookies". A token lets
 * nobody in: it only exempts attempts from what strangers have spent. Its age, and whether a changed password has ended it, are
 * decided in the database.
 */
export class DeviceTokens {
  readonly #keys: Keys;

  /** @param keys - the application's keys: the first signs, all verify */
  constructor(keys: Keys) {
    this.#keys = deriveKeys(keys, "device-token");
  }

  /** @param device - a known device, which keeps its name and so its budget; null for a new one */
  issue(userId: string, issuedAt: string, device: Device | null): string {
    const [seconds = "", decimals = ""] = issuedAt.split(".");
    const name = device?.name ?? randomBytes(16).toString("base64url");
    const text = `${userId}.${seconds}${decimals.padEnd(6, "0")}.${name}`;
    return `dt_${text}.${signatureOf(text, this.#keys[0])}`;
  }

  /** Returns the device that a token names; null for any other text, and without one. */
  verify(token: unknown): Device | null {
    if (token === undefined || token === null) return null;
    if (typeof token !== "string") throw invalidInput("deviceToken", "must be a string");
    const [, userId, issuedAt, name, signature] = (token.length <= 128 && TOKEN.exec(token)) || [];
    if (userId === undefined || issuedAt === undefined || name === undefined || signature === undefined) return null;
    if (!isSignedByAny(`${userId}.${issuedAt}.${name}`, signature, this.#keys)) return null;
    return { userId, name, issuedAt: `${issuedAt.slice(0, -6)}.${issuedAt.slice(-6)}` };
  }
}
