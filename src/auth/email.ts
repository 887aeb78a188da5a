import { domainToASCII } from "node:url";
import { invalidInput } from "../errors/index.js";
import { composeText, requireText, type TextLimits } from "../input/text.js";

/** RFC 5321 allows 256 octets for a path, two of which are its angle brackets. */
const LIMITS: TextLimits = { max: 254, unit: "characters" };

/**
 * Text on both sides of a single `@`. What RFC 5322 calls specials, except the dot, is refused: mailers read a list, a group, a name or a
 * comment by it, and would send to another mailbox than the text names. Characters of format (Cf) are invisible; in a domain, two of them
 * (ZWNJ, ZWJ) are letters of some scripts.
 */
const ADDRESS = /^[^@\s"(),:;<>[\]\\\p{Cc}\p{Cf}]+@(?:[^@\s"(),:;<>[\]\\\p{Cc}\p{Cf}]|[\u200c\u200d])+$/u;

const ASCII = /^[!-~]+$/;

/**
 * Returns a valid email in normal form (trimmed, NFC, lower case), or throws INVALID_INPUT. It checks what is about to be stored; lookups
 * and logins take any text, so that a user who has an email of an earlier release is found.
 */
export function requireEmail(value: unknown): string {
  const email = normaliseEmail(value);
  if (!ADDRESS.test(email)) {
    throw invalidInput(
      "email",
      'must have one @ with something on either side, and no blanks, control or invisible characters, or any of "(),:;<>[\\]',
    );
  }
  if (
    !email
      .slice(email.indexOf("@") + 1)
      .split(".")
      .every(isLabel)
  ) {
    throw invalidInput(
      "email",
      "must have a domain of labels with dots between them, and no other forms of ASCII letters",
    );
  }
  return email;
}

/**
 * Returns whether a text can be a label of a domain. Of letters that IDNA (UTS 46) maps to ASCII, such as full-width ones, a domain would
 * have any number of spellings, so that limits by email would not limit the mails to a mailbox.
 */
function isLabel(text: string): boolean {
  return ASCII.test(text) || domainToASCII(text).startsWith("xn--");
}

/**
 * Returns an email as it is stored and looked up: trimmed, NFC, lower case. Use it for keys that belong to an email, such as those of rate
 * limits: another spelling of an address has the same one. Text that is no address is not an error, since a lookup of it finds nothing.
 *
 * @throws PevensieError INVALID_INPUT for a value that is no text, or longer than 254 characters
 *
 * @example
 * await cache.rateLimit("reset-mail", normaliseEmail(email), { limit: 5, windowSeconds: 3600 });
 */
export function normaliseEmail(value: unknown): string {
  const text = requireText(value, "email", { max: 1024, unit: "characters" }, LIMITS);
  return requireText(normalForm(text.trim(), "email"), "email", LIMITS);
}

/**
 * Returns the text in NFC and lower case. Lower-casing can undo NFC: Unicode has composed small letters whose capitals are not composed.
 * It can also add a combining mark, so that the limit on runs of marks is checked again: the normal form has to be its own normal form.
 */
export function normalForm(text: string, field: string): string {
  return composeText(composeText(text, field).toLowerCase(), field);
}
