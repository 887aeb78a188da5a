import type { Json } from "../../json.js";
import type { User } from "../user.js";

/** A user as the driver returns it, with metadata as JSON. */
export type UserRecord = User<Json>;

/** Which users a list contains: those that are not deleted, those that are banned now, the deleted ones, or all. */
export type UserState = "live" | "banned" | "deleted" | "any";

/**
 * LIKE patterns: `%` matches any text, `_` any character, `\` escapes the next one. An undefined field has no patterns.
 */
export interface UserPatterns {
  readonly id?: readonly string[];
  readonly email?: readonly string[];
  readonly phoneNumber?: readonly string[];
}

/** Selects users. */
export interface UserSelection {
  readonly state: UserState;
  readonly role: string | null;
  /** A user matches if any pattern of any field matches; undefined selects every user. */
  readonly patterns?: UserPatterns;
}

/** A page of a list of users. */
export interface UserPage extends UserSelection {
  readonly limit: number;
  readonly offset: number;
  /** The users after the one with this id. */
  readonly after: string | null;
}

/** A user to create. Its id is the driver's choice. */
export interface NewUser {
  readonly email: string;
  readonly role: string | null;
  readonly phoneNumber: string | null;
  readonly passwordHash: string | null;
  /** JSON text. */
  readonly userMetadata: string;
}

/** What a change of a user's access depends on. */
export interface UserAccess {
  readonly email: string;
  /** Another text after each change of the email or the password, each first proof of the mailbox, ban and deletion. */
  readonly version: string;
}

/** Changes to a user. An absent key leaves the value unchanged; null clears it. */
export interface UserChanges {
  readonly role?: string | null;
  /** A changed email is unconfirmed and voids one-time tokens. */
  readonly email?: string;
  readonly emailConfirmedAt?: Date | null;
  /** A changed phone number is unconfirmed. */
  readonly phoneNumber?: string | null;
  readonly phoneNumberConfirmedAt?: Date | null;
  /** A new or removed password ends sessions and voids one-time tokens. */
  readonly passwordHash?: string | null;
  readonly lastSignIn?: Date | null;
  /** JSON text. */
  readonly appMetadata?: string;
  /** JSON text. */
  readonly userMetadata?: string;
  /** A date in the future ends sessions and voids one-time tokens. */
  readonly bannedUntil?: Date | null;
}

/** A user from another system. */
export interface ImportedUser {
  /** The driver's choice if null. */
  readonly id: string | null;
  readonly email: string;
  readonly role: string | null;
  readonly phoneNumber: string | null;
  readonly passwordHash: string | null;
  /** JSON text. */
  readonly userMetadata: string;
  readonly emailConfirmedAt: Date | null;
  /** Now if null. */
  readonly createdAt: Date | null;
}

/** Why a user was not imported; null if it was. */
export type ImportRefusal = "EMAIL_TAKEN" | "PHONE_NUMBER_TAKEN" | "CONSTRAINT_VIOLATED" | null;
