import { PevensieError, WithheldError } from "../errors/index.js";
import { encodeMetadata } from "../input/metadata.js";
import type { Json } from "../json.js";
import type { UserRecord } from "./driver.js";
import type { MetadataCodec, User } from "./user.js";

/**
 * Returns the application's metadata as JSON text.
 *
 * @throws INVALID_METADATA if the codec throws, INVALID_INPUT if the result is not JSON
 */
export function encodeUserMetadata<M>(codec: MetadataCodec<M>, metadata: M): string {
  let json: Json;
  try {
    json = codec.encode(metadata);
  } catch (error) {
    throw refusedBy(error, "The metadata codec could not encode the user's metadata.");
  }
  return encodeMetadata(json, "userMetadata");
}

/** Returns the user with the application's metadata. @throws INVALID_METADATA, naming the user, if the codec throws */
export function decodeUserRecord<M>(codec: MetadataCodec<M>, record: UserRecord): User<M> {
  try {
    return { ...record, userMetadata: codec.decode(record.userMetadata) };
  } catch (error) {
    throw refusedBy(error, `The metadata codec could not decode that of user ${record.id}.`);
  }
}

function refusedBy(error: unknown, message: string): PevensieError {
  return new PevensieError("INVALID_METADATA", message, { field: "userMetadata", cause: new WithheldError(error) });
}

/** Returns any JSON unchanged. It is used if the application gives no codec, in which case M is Json. */
export const jsonCodec: MetadataCodec<Json> = { decode: (json) => json, encode: (value) => value };
