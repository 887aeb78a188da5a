import type { MetadataCodec } from "pevensie";

/** What the application keeps about a user. */
export interface Profile {
  /** The name that stands under the user's notes. */
  readonly name: string;
}

/** The longest name that is accepted. */
export const NAME_LENGTH = 60;

/**
 * Returns a name as it is kept: without blanks around it, and without characters that are invisible, such as U+200B. Returns null for one
 * that is too long, or of which nothing is left.
 */
export function readName(text = ""): string | null {
  const name = text.replaceAll(/(?!\u200c|\u200d|\ufe0f)\p{Default_Ignorable_Code_Point}/gu, "").trim();
  return name.length <= NAME_LENGTH && /[\p{L}\p{N}\p{P}\p{S}]/u.test(name) && !/\p{Cc}/u.test(name) ? name : null;
}

/** Checks a profile whenever it is read or written. */
export const profileCodec: MetadataCodec<Profile> = {
  decode(json) {
    const { name } = (json ?? {}) as { readonly name?: unknown };
    if (typeof name !== "string" || name === "") throw new TypeError("not a profile");
    return { name };
  },
  encode: ({ name }) => ({ name }),
};
