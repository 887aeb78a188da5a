import type { MetadataCodec } from "pevensie";

/** What the application keeps about a user. */
export interface Profile {
  /** The name that stands under the user's notes. */
  readonly name: string;
}

/** The longest name that is accepted. */
export const NAME_LENGTH = 60;

/** Checks a profile whenever it is read or written. */
export const profileCodec: MetadataCodec<Profile> = {
  decode(json) {
    const { name } = (json ?? {}) as { readonly name?: unknown };
    if (typeof name !== "string" || name === "") throw new TypeError("not a profile");
    return { name };
  },
  encode: ({ name }) => ({ name }),
};
