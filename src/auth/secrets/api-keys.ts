import * as crypto from "node:crypto";
import { invalidInput } from "../../errors/index.js";

/** By which a secret scanner, and a reader of a log, recognises a key. */
const PREFIX = "pk_";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 32 bytes in base62. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const CHECKSUM_START = PREFIX.length + SECRET_LENGTH;

/** How much of a key its owner sees again. */
const START_LENGTH = PREFIX.length + 4;

/** Returns a new key: the text to hand out, its first characters, and the hash to store. */
export function generateApiKey(): { readonly key: string; readonly start: string; readonly keyHash: string } {
  const prefixed = PREFIX + base62(BigInt(`0x${crypto.randomBytes(32).toString("hex")}`), SECRET_LENGTH);
  const key = prefixed + checksumOf(prefixed);
  return { key, start: key.slice(0, START_LENGTH), keyHash: hashOf(key) };
}

/** Returns the hash by which a key is looked up; null for text that is not a key. */
export function hashApiKey(key: unknown): string | null {
  if (typeof key !== "string") throw invalidInput("key", "must be a string");
  if (key.length !== CHECKSUM_START + CHECKSUM_LENGTH || !key.startsWith(PREFIX)) return null;
  return isChecksumValid(key) ? hashOf(key) : null;
}

/** Returns whether the checksum is right. It makes no text of the checksum, since every lookup calls it. */
function isChecksumValid(key: string): boolean {
  let value = crcOf(key);
  for (let at = key.length - 1; at >= CHECKSUM_START; at -= 1, value = Math.floor(value / 62)) {
    if (key.charCodeAt(at) !== DIGITS.charCodeAt(value % 62)) return false;
  }
  return true;
}

/** CRC-32 in base62, as other services' keys have it: text that merely looks like a key is no match in one of four billion cases. */
function checksumOf(key: string): string {
  return base62(BigInt(crcOf(key)), CHECKSUM_LENGTH);
}

/** Returns the CRC-32 of a key's secret. */
function crcOf(key: string): number {
  let crc = 0xffffffff;
  for (let at = PREFIX.length; at < CHECKSUM_START; at += 1) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ key.charCodeAt(at)) & 0xff] as number);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** CRC-32 of ISO 3309 and zlib, a byte at a time. zlib.crc32 needs Node 20.15. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function base62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text;
}

/** SHA-256, which every lookup computes: crypto.hash takes half as long, and needs Node 20.12. */
const hashOf: (key: string) => string =
  typeof crypto.hash === "function"
    ? (key) => crypto.hash("sha256", key, "hex")
    : (key) => crypto.createHash("sha256").update(key).digest("hex");
