import { createHash, randomBytes } from "node:crypto";
import { invalidInput } from "../../errors/index.js";
import type { OneTimeTokenType } from "../driver/index.js";

/** The prefix of each type of token. It identifies a token that is found in a log or by a secret scanner. */
const PREFIX: Readonly<Record<OneTimeTokenType, string>> = {
  "password-reset": "pr_",
  "email-confirmation": "ec_",
  "email-change": "ch_",
  "log-in": "li_",
  application: "ap_",
};

const TOKEN_BYTES = 32;

/** Returns a new token: the text to hand out, and the hash to store. */
export function generateToken(type: OneTimeTokenType): { readonly token: string; readonly tokenHash: string } {
  const bytes = randomBytes(TOKEN_BYTES);
  return { token: PREFIX[type] + bytes.toString("base64url"), tokenHash: hashOf(bytes) };
}

/** Returns the hash by which a token is looked up; null for text that is not a token of that type. */
export function hashToken(type: OneTimeTokenType, token: unknown): string | null {
  if (typeof token !== "string") throw invalidInput("token", "must be a string");
  const prefix = PREFIX[type];
  if (!token.startsWith(prefix) || token.length > 64) return null;
  const encoded = token.slice(prefix.length);
  const bytes = Buffer.from(encoded, "base64url");
  // Node skips characters outside base64url and ignores unused bits at the end: only the canonical encoding counts.
  return bytes.length === TOKEN_BYTES && bytes.toString("base64url") === encoded ? hashOf(bytes) : null;
}

/** Returns a known type of token, or throws INVALID_INPUT. */
export function requireTokenType(value: unknown): OneTimeTokenType {
  if (typeof value === "string" && Object.hasOwn(PREFIX, value)) return value as OneTimeTokenType;
  throw invalidInput("tokenType", `must be one of: ${Object.keys(PREFIX).join(", ")}`);
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
