import { createHash, randomBytes } from "node:crypto";
import { invalidInput } from "../errors/index.js";
import type { OneTimeTokenType } from "./driver.js";

/** What a token of each type begins with, so that one found in a log or a scanner tells what it is. */
const PREFIX: Readonly<Record<OneTimeTokenType, string>> = { "password-reset": "pr_" };

const TOKEN_BYTES = 32;

/** A new token: the text to hand out, and the hash to store. */
export function generateToken(type: OneTimeTokenType): { readonly token: string; readonly tokenHash: string } {
  const bytes = randomBytes(TOKEN_BYTES);
  return { token: PREFIX[type] + bytes.toString("base64url"), tokenHash: hashOf(bytes) };
}

/** The hash to look a token up by; null for text that is no token of that type, which nobody can have. */
export function hashToken(type: OneTimeTokenType, token: unknown): string | null {
  if (typeof token !== "string") throw invalidInput("token", "must be a string");
  const prefix = PREFIX[type];
  if (!token.startsWith(prefix) || token.length > 64) return null;
  const encoded = token.slice(prefix.length);
  const bytes = Buffer.from(encoded, "base64url");
  // Node skips what is not base64url, and ignores the last bits: only the one true spelling counts.
  return bytes.length === TOKEN_BYTES && bytes.toString("base64url") === encoded ? hashOf(bytes) : null;
}

/** One of the types that there are, or INVALID_INPUT. */
export function requireTokenType(value: unknown): OneTimeTokenType {
  if (typeof value === "string" && Object.hasOwn(PREFIX, value)) return value as OneTimeTokenType;
  throw invalidInput("tokenType", `must be one of: ${Object.keys(PREFIX).join(", ")}`);
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
