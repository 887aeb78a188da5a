import * as crypto from "node:crypto";
import { invalidInput } from "../errors/index.js";

/** By which a secret scanner, and a reader of a log, recognises a key. */
const PREFIX = "pk_";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 32 bytes in base62. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** How much of a key its owner sees again. */
const START_LENGTH = PREFIX.length + 4;

/** Returns a new key: the text to hand out, its first characters, and the hash to store. */
export function generateApiKey(): { readonly key: string; readonly start: string; readonly keyHash: string } {
  const secret = base62(crypto.randomBytes(32));
  const key = PREFIX + secret + checksumOf(secret);
  return { key, start: key.slice(0, START_LENGTH), keyHash: hashOf(key) };
}

/** Returns the hash by which a key is looked up; null for text that is not a key. */
export function hashApiKey(key: unknown): string | null {
  if (typeof key !== "string") throw invalidInput("key", "must be a string");
  if (key.length !== PREFIX.length + SECRET_LENGTH + CHECKSUM_LENGTH || !key.startsWith(PREFIX)) return null;
  const end = PREFIX.length + SECRET_LENGTH;
  return checksumOf(key.slice(PREFIX.length, end)) === key.slice(end) ? hashOf(key) : null;
}

/** CRC-32 in base62, as other services' keys have it: text that merely looks like a key is no match in one of four billion cases. */
function checksumOf(secret: string): string {
  let crc = 0xffffffff;
  for (let index = 0; index < secret.length; index += 1) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ secret.charCodeAt(index)) & 0xff] as number);
  }
  let value = (crc ^ 0xffffffff) >>> 0;
  let text = "";
  for (; text.length < CHECKSUM_LENGTH; value = Math.floor(value / 62)) text = DIGITS.charAt(value % 62) + text;
  return text;
}

/** CRC-32 of ISO 3309 and zlib, a byte at a time. zlib.crc32 needs Node 20.15. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function base62(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (; text.length < SECRET_LENGTH; value /= 62n) text = DIGITS.charAt(Number(value % 62n)) + text;
  return text;
}

/** SHA-256, which every lookup computes: crypto.hash takes half as long, and needs Node 20.12. */
const hashOf: (key: string) => string =
  typeof crypto.hash === "function"
    ? (key) => crypto.hash("sha256", key, "hex")
    : (key) => crypto.createHash("sha256").update(key).digest("hex");
