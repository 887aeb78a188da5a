import type { Json } from "../../json.js";
import type { UserRecord } from "./users.js";

/** What a one-time token is for. */
export type OneTimeTokenType = "password-reset" | "email-confirmation" | "email-change" | "log-in" | "application";

/** Identifies a token by its type and hash. */
export interface OneTimeTokenKey {
  readonly tokenType: OneTimeTokenType;
  /** The application's own, for the type "application"; otherwise null. */
  readonly purpose: string | null;
  /** SHA-256 of the token's bytes, in hexadecimal. */
  readonly tokenHash: string;
  /** If not null, the token has to be this user's. */
  readonly userId: string | null;
}

/** A token to create. */
export interface NewOneTimeToken extends OneTimeTokenKey {
  readonly userId: string;
  /** JSON text. */
  readonly payload: string | null;
  /** The address that the token is sent to; null for the user's email. */
  readonly email: string | null;
  readonly ttlSeconds: number;
  /** How many earlier tokens of its user, type and purpose stay usable. */
  readonly keep: number;
}

/** What a used token carries. */
export interface UsedOneTimeToken {
  readonly userId: string;
  readonly payload: Json | null;
}

/** A live token. */
export interface OneTimeTokenRecord extends UsedOneTimeToken {
  readonly expiresAt: Date;
}

/** A user whose email a token has changed. */
export interface EmailChange {
  readonly user: UserRecord;
  readonly previousEmail: string;
}
