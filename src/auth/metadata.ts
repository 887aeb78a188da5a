import { invalidInput, PevensieError, WithheldError } from "../errors/index.js";
import { encodeMetadata } from "../input/metadata.js";
import { acceptedValue, isSchema, requireSchema, type SchemaProps } from "../input/schema.js";
import type { Json } from "../json.js";
import { isPromise } from "../promise.js";
import type { UserRecord } from "./driver/index.js";
import type { MetadataCodec, User } from "./user.js";

/** How an application's metadata is stored: by its codec, by its schema, or as it is. */
export interface MetadataFormat<M> {
  /** Whether `decode` may throw. */
  readonly canRefuse: boolean;
  /** Returns the JSON text to store. @throws INVALID_METADATA if it is refused, INVALID_INPUT if it is not JSON */
  encode(metadata: unknown): string;
  /** Returns the metadata in stored JSON. @throws INVALID_METADATA, naming the user */
  decode(json: Json, userId: string): M;
}

const FIELD = "userMetadata";

/** Returns any JSON unchanged. It is used if the application gives neither codec nor schema, in which case M is Json. */
export const jsonFormat: MetadataFormat<Json> = {
  encode: (metadata) => {
    if (metadata === undefined) throw invalidInput(FIELD, "is missing: pass {} for none");
    return encodeMetadata(metadata, FIELD);
  },
  decode: (json) => json,
  canRefuse: false,
};

/** Returns the format of a codec or a Standard Schema. @throws INVALID_INPUT naming the field for anything else */
export function metadataFormat<M>(given: unknown, field: string): MetadataFormat<M> {
  // Schemas of zod have functions encode and decode, too.
  if (isSchema(given)) return schemaFormat(requireSchema<M>(given, field));
  const codec = given as Partial<MetadataCodec<M>> | null;
  if (typeof codec?.decode !== "function" || typeof codec.encode !== "function") {
    throw invalidInput(field, "must be a codec, { decode, encode }, or a Standard Schema");
  }
  return codecFormat(codec as MetadataCodec<M>);
}

function codecFormat<M>(codec: MetadataCodec<M>): MetadataFormat<M> {
  return {
    canRefuse: true,
    encode: (metadata) => {
      const encode = () => codec.encode(metadata as M);
      return encodeMetadata(refusing("The metadata codec could not encode the user's metadata.", encode), FIELD);
    },
    decode: (json, userId) => {
      return refusing(`The metadata codec could not decode that of user ${userId}.`, () => codec.decode(json));
    },
  };
}

function schemaFormat<M>(schema: SchemaProps<M>): MetadataFormat<M> {
  const read = (json: Json, message: string) => {
    const result = refusing(message, () => schema.validate(json));
    if (isPromise(result)) {
      result.then(undefined, () => {});
      throw invalidInput(FIELD, "has a schema that validates asynchronously: use one that does not");
    }
    return refusing(message, () => acceptedValue(result));
  };
  /** Returns the schema's output as JSON text, if it is JSON that the schema returns unchanged. */
  const stableText = (output: M): string | null => {
    try {
      const text = encodeMetadata(output, FIELD);
      const again = read(JSON.parse(text) as Json, "");
      return encodeMetadata(again, FIELD) === text ? text : null;
    } catch {
      return null;
    }
  };
  return {
    canRefuse: true,
    encode: (metadata) => {
      const text = encodeMetadata(metadata, FIELD);
      const output = read(JSON.parse(text) as Json, "The metadata schema refuses the user's metadata.");
      // The output is what the schema has left of the input: without unknown keys, with defaults. What it has converted, such as
      // into a Date, is stored as it was given, and converted when it is read.
      return stableText(output) ?? text;
    },
    decode: (json, userId) => read(json, `The metadata schema refuses that of user ${userId}.`),
  };
}

/** Runs code of the application's, whose errors may quote values. */
function refusing<T>(message: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new PevensieError("INVALID_METADATA", message, { field: FIELD, cause: new WithheldError(error) });
  }
}

/** Returns the user with the application's metadata. @throws INVALID_METADATA, naming the user */
export function decodeUserRecord<M>(format: MetadataFormat<M>, record: UserRecord): User<M> {
  return { ...record, userMetadata: format.decode(record.userMetadata, record.id) };
}
