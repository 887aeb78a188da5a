import type { Json, JsonOf } from "../json.js";

/**
 * A user, without the password hash, which leaves the driver only for verification.
 *
 * @typeParam M - the application's own metadata
 */
export interface User<M = Json> {
  /** UUIDv7 (RFC 9562): ids sort by creation. */
  readonly id: string;
  readonly createdAt: Date;
  /** When the row last changed. */
  readonly updatedAt: Date;
  /** Null for a live user. Deleted users are returned by `deleteUserById`, and by `listUsers` with the `state` "deleted" or "any". */
  readonly deletedAt: Date | null;
  /** 1 to 255 characters. */
  readonly role: string | null;
  /** Trimmed, NFC, lower case. */
  readonly email: string;
  readonly emailConfirmedAt: Date | null;
  /** 1 to 64 characters, as given. */
  readonly phoneNumber: string | null;
  readonly phoneNumberConfirmedAt: Date | null;
  readonly lastSignIn: Date | null;
  /** The application's own data about a user, such as plans or flags. */
  readonly appMetadata: Json;
  /** The application's data for the user, converted by its {@link MetadataCodec} or checked by its schema. */
  readonly userMetadata: M;
  /** The user cannot log in before this time; the end of Date's range means forever. */
  readonly bannedUntil: Date | null;
}

/**
 * Converts an application's metadata to JSON and back. If either function throws, the call fails with INVALID_METADATA,
 * whose `cause` is a WithheldError; its `reveal()` returns what was thrown.
 */
export interface MetadataCodec<M> {
  /** Validates and converts stored JSON. */
  decode(json: Json): M;
  /** Returns the JSON to store, which may be a value of an interface. */
  encode(value: M): Json | JsonOf<M>;
}

/**
 * The metadata that a function accepts: `In`, which is the codec's type or the schema's input; where that is any JSON, also a value
 * of an interface.
 */
export type MetadataInput<In, V> = In | (Json extends In ? JsonOf<V> : never);
