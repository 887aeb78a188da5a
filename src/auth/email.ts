import { invalidInput } from "../errors/index.js";
import { composeText, requireText, type TextLimits } from "../input/text.js";

/** RFC 5321 allows 256 octets of path, two of which are its angle brackets. */
const LIMITS: TextLimits = { max: 254, unit: "characters" };

/** Something on either side of the only `@`, and no blanks, commas or control characters anywhere. */
const ADDRESS = /^[^@\s,\p{Cc}]+@[^@\s,\p{Cc}]+$/u;

/** An email that a user may have, in normal form: trimmed, NFC, lower case. Otherwise INVALID_INPUT. */
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

/** An email to look for, in normal form. One that no user can have is no error: nobody has it. */
export function normaliseEmail(value: unknown): string {
  const text = requireText(value, "email", { max: 1024, unit: "characters" });
  return requireText(normalForm(text.trim(), "email"), "email", LIMITS);
}

/** NFC and lower case. Lower-casing can undo NFC: Unicode has composed small letters whose capitals are not composed. */
export function normalForm(text: string, field: string): string {
  return composeText(text, field).toLowerCase().normalize("NFC");
}
