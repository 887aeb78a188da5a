import type { Json } from "../json.js";

/**
 * A user. The password hash is not part of it: it never leaves the driver but for verification.
 *
 * @typeParam M - the application's own metadata
 */
export interface User<M = Json> {
  /** UUIDv7 (RFC 9562): ids sort by creation. */
  readonly id: string;
  readonly createdAt: Date;
  /** When the row last changed. */
  readonly updatedAt: Date;
  /** Set only on the user that a deletion returns: deleted users are not found. */
  readonly deletedAt: Date | null;
  readonly role: string | null;
  /** Trimmed, NFC, lower case. */
  readonly email: string;
  readonly emailConfirmedAt: Date | null;
  readonly phoneNumber: string | null;
  readonly phoneNumberConfirmedAt: Date | null;
  readonly lastSignIn: Date | null;
  /** For the application's own bookkeeping about a user, such as plans or flags. */
  readonly appMetadata: Json;
  /** What the application keeps for the user, through its {@link MetadataCodec}. */
  readonly userMetadata: M;
  /** Until then the user can't log in; the end of Date's range means for ever. */
  readonly bannedUntil: Date | null;
}

/**
 * Turns an application's metadata into JSON and back. Both directions may throw: that becomes INVALID_METADATA, whose
 * `cause` is a WithheldError; its `reveal()` returns what was thrown.
 */
export interface MetadataCodec<M> {
  /** Checks and converts what the database holds. */
  decode(json: Json): M;
  /** What the database is to hold. */
  encode(value: M): Json;
}
