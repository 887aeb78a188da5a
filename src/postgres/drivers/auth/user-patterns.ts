import type { UserPatterns } from "../../../auth/driver/index.js";
import { parseId } from "../../../input/uuid.js";

/** The parameters of the queries that match users against patterns. */
export interface PatternParams {
  readonly ids: string[];
  readonly idPatterns: string[];
  readonly emailPatterns: string[];
  readonly emailsFrom: string[];
  readonly emailsBelow: string[];
  readonly wideEmailPatterns: string[];
  readonly phoneNumberPatterns: string[];
}

/** Sorts patterns by how they are looked up. */
export function patternParams({ id = [], email = [], phoneNumber = [] }: UserPatterns): PatternParams {
  const narrow: { pattern: string; from: string; below: string }[] = [];
  const wideEmailPatterns: string[] = [];
  for (const pattern of email.map(closeEscape)) {
    const from = literalPrefixOf(pattern);
    const below = successorOf(from);
    if (below === null) wideEmailPatterns.push(pattern);
    else narrow.push({ pattern, from, below });
  }
  return {
    // A complete id can use the primary key; a pattern reads every user.
    ids: id.flatMap((text) => parseId(text, "id") ?? []),
    idPatterns: id.filter((text) => parseId(text, "id") === null).map(closeEscape),
    emailPatterns: narrow.map(({ pattern }) => pattern),
    emailsFrom: narrow.map(({ from }) => from),
    emailsBelow: narrow.map(({ below }) => below),
    wideEmailPatterns,
    phoneNumberPatterns: phoneNumber.map(closeEscape),
  };
}

/** Escapes a trailing backslash that escapes nothing: LIKE refuses a pattern that ends in its escape character. */
function closeEscape(pattern: string): string {
  const [backslashes = ""] = /\\*$/.exec(pattern) ?? [];
  return backslashes.length % 2 === 1 ? `${pattern}\\` : pattern;
}

/** Returns the text that everything begins with which a pattern matches. */
function literalPrefixOf(pattern: string): string {
  let prefix = "";
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index];
    if (character === "%" || character === "_") break;
    if (character === "\\") index += 1;
    prefix += pattern[index];
  }
  return prefix;
}

const LAST_CODE_POINT = 0x10ffff;

/**
 * Returns the least text that is greater than every text with a prefix, in the order of code points (that of UTF-8's bytes);
 * null if there is none.
 */
function successorOf(prefix: string): string | null {
  const characters = [...prefix];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) as number;
    if (code === LAST_CODE_POINT) continue;
    // Surrogates (U+D800 to U+DFFF) are no characters.
    return characters.join("") + String.fromCodePoint(code === 0xd7ff ? 0xe000 : code + 1);
  }
  return null;
}
