import { invalidInput } from "../errors/index.js";
import { composeText, requireText, type TextLimits } from "../input/text.js";

/** RFC 5321 allows 256 octets for a path, two of which are its angle brackets. */
const LIMITS: TextLimits = { max: 254, unit: "characters" };

/** Text on both sides of a single `@`, without blanks, commas or control characters. */
const ADDRESS = /^[^@\s,\p{Cc}]+@[^@\s,\p{Cc}]+$/u;

/** Returns a valid email in normal form (trimmed, NFC, lower case), or throws INVALID_INPUT. */
export function requireEmail(value: unknown): string {
  const email = normaliseEmail(value);
  if (!ADDRESS.test(email)) {
    throw invalidInput(
      "email",
      "must have one @ with something on either side, and no blanks, commas or control characters",
    );
  }
  return email;
}

/**
 * Returns the normal form of an email to look up. One that no user can have is not an error: the lookup finds nothing.
 */
export function normaliseEmail(value: unknown): string {
  const text = requireText(value, "email", { max: 1024, unit: "characters" });
  return requireText(normalForm(text.trim(), "email"), "email", LIMITS);
}

/**
 * Returns the text in NFC and lower case. Lower-casing can undo NFC: Unicode has composed small letters whose capitals
 * are not composed.
 */
export function normalForm(text: string, field: string): string {
  return composeText(text, field).toLowerCase().normalize("NFC");
}
