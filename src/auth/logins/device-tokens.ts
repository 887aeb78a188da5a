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
  /** When earlier tokens of the user had become void, in the same form; null if that had never happened. */
  readonly validFrom: string | null;
}

/** What a token is issued for. A known device keeps its name, and so its budget; without one it is a new device. */
type NewDevice = Omit<Device, "name"> & { readonly name?: string | undefined };

/** User, times of issue and of `validFrom` in microseconds, name, signature. */
const TOKEN = /^dt_([0-9a-f-]{36})\.(\d{1,20})\.(\d{0,20})\.([\w-]{22})\.([\w-]{43})$/;
const MAX_TOKEN_LENGTH = 160;

/**
 * Signs and verifies the tokens of devices, after OWASP's "Slow Down Online Guessing Attacks with Device Cookies". A token lets
 * nobody in: it only exempts attempts from what strangers have spent. Its age, and whether a changed password has ended it, are
 * decided in the database. `validFrom` binds it to the row of one user: whoever imports a user with the same id elsewhere, under the same
 * key, cannot choose that time.
 */
export class DeviceTokens {
  readonly #keys: Keys;

  /** @param keys - the application's keys: the first signs, all verify */
  constructor(keys: Keys) {
    this.#keys = deriveKeys(keys, "device-token");
  }

  issue({ userId, issuedAt, validFrom, name = randomBytes(16).toString("base64url") }: NewDevice): string {
    const text = `${userId}.${microsecondsOf(issuedAt)}.${microsecondsOf(validFrom)}.${name}`;
    return `dt_${text}.${signatureOf(text, this.#keys[0])}`;
  }

  /** Returns the device that a token names; null for any other text, and without one. */
  verify(token: unknown): Device | null {
    if (token === undefined || token === null) return null;
    if (typeof token !== "string") throw invalidInput("deviceToken", "must be a string");
    const [, userId, issued, valid, name, signature] = (token.length <= MAX_TOKEN_LENGTH && TOKEN.exec(token)) || [];
    if (userId === undefined || issued === undefined || valid === undefined) return null;
    if (name === undefined || signature === undefined) return null;
    if (!isSignedByAny(`${userId}.${issued}.${valid}.${name}`, signature, this.#keys)) return null;
    return { userId, name, issuedAt: secondsOf(issued), validFrom: valid === "" ? null : secondsOf(valid) };
  }
}

/** Returns a time of six decimals, or fewer, without its point. */
function microsecondsOf(time: string | null): string {
  if (time === null) return "";
  const [seconds = "", decimals = ""] = time.split(".");
  return `${seconds}${decimals.padEnd(6, "0")}`;
}

function secondsOf(microseconds: string): string {
  return `${microseconds.slice(0, -6)}.${microseconds.slice(-6)}`;
}
