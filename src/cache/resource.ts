import type { StandardSchemaV1 } from "@standard-schema/spec";
import { invalidInput, isPevensieError, PevensieError, WithheldError } from "../errors/index.js";
import type { EventListener } from "../events.js";
import { acceptedValue, requireSchema } from "../input/schema.js";
import { requireOptions } from "../input/values.js";
import type { Cache, CacheCodec, CacheResource, ResourceOptions } from "./api.js";
import type { Accepts, ComputeOnce } from "./compute-once.js";
import { COMPUTE_KEYS, readComputeOptions, requireIterable, requireProduce, requireTags } from "./input.js";
import type {
  CacheEntry,
  GetOrSetOptions,
  KeysOptions,
  Produce,
  RequiredTimeToLive,
  ResourceGetOrSetOptions,
  SetOptions,
} from "./options.js";

/** Values as text. */
interface Format<T> {
  encode(value: T): string | Promise<string>;
  /** Throws if the text is refused. */
  decode(text: string): T | Promise<T>;
}

/** {@link Cache.getOrSet} for the type, but an expired value that is not accepted is none. */
export type GetOrSetAccepted = (
  key: string,
  produce: Produce<string>,
  options: GetOrSetOptions,
  accepts: Accepts,
) => Promise<string>;

/** Deletes a live entry if it has this value. */
type DeleteValue = (key: string, value: string) => Promise<void>;

/** What a resource uses. */
interface ResourceContext {
  /** Its functions are given the text. */
  readonly cache: Cache;
  readonly emit: EventListener;
  readonly getOrSet: GetOrSetAccepted;
  readonly once: ComputeOnce;
  readonly deleteValue: DeleteValue;
}

export function createResource<T>(
  context: ResourceContext,
  resourceType: string,
  options: ResourceOptions<T>,
): CacheResource<T> {
  const given = requireOptions(options, "options", ["codec", "schema", ...COMPUTE_KEYS]) as ResourceOptions<T>;
  const { codec, schema, ttlSeconds, ttlMillis, graceSeconds, leaseSeconds, waitMillis, tags } = given;
  // Not by a rest property, which would lack inherited options.
  const defaults = { ttlSeconds, ttlMillis, graceSeconds, leaseSeconds, waitMillis, tags } as ResourceGetOrSetOptions;
  const saysWhenItExpires = ttlSeconds !== undefined || ttlMillis !== undefined;
  // The options of calls are checked by the cache, these here: a mistake in them concerns every call.
  const checked = readComputeOptions(saysWhenItExpires ? defaults : { ...defaults, ttlSeconds: null });
  // Tags may come from an iterator, which can be read once.
  const resolvedDefaults = tags === undefined ? defaults : { ...defaults, tags: checked.tags };
  return new TypedResource(context, resourceType, formatOf(codec, schema), resolvedDefaults);
}

function formatOf<T>(codec: CacheCodec<T> | undefined, schema: StandardSchemaV1<unknown, T> | undefined): Format<T> {
  if (schema !== undefined) {
    if (codec !== undefined) throw invalidInput("schema", "cannot be given together with codec");
    const standard = requireSchema<T>(schema, "schema");
    return { encode: encodeJson, decode: async (text) => acceptedValue(await standard.validate(JSON.parse(text))) };
  }
  if (codec === undefined) return { encode: encodeJson, decode: (text) => JSON.parse(text) as T };
  if (typeof codec?.encode !== "function" || typeof codec.decode !== "function") {
    throw invalidInput("codec", "must have the functions encode and decode");
  }
  return { encode: (value) => codec.encode(value), decode: (text) => codec.decode(text) };
}

function encodeJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw invalidInput("value", "must be JSON");
  return text;
}

class TypedResource<T> implements CacheResource<T> {
  readonly #cache: Cache;
  readonly #emit: EventListener;
  readonly #type: string;
  readonly #format: Format<T>;
  readonly #defaults: ResourceGetOrSetOptions;
  readonly #getOrSet: GetOrSetAccepted;
  readonly #once: ComputeOnce;
  readonly #deleteValue: DeleteValue;
  /** Refused entries that are being deleted, by their key. */
  readonly #deleting = new Map<string, Promise<void>>();
  readonly #accepts: Accepts = async (text) => (await this.#decode(text)) !== null;

  constructor(
    { cache, emit, getOrSet, once, deleteValue }: ResourceContext,
    type: string,
    format: Format<T>,
    defaults: ResourceGetOrSetOptions,
  ) {
    this.#cache = cache;
    this.#emit = emit;
    this.#getOrSet = getOrSet;
    this.#once = once;
    this.#deleteValue = deleteValue;
    this.#type = type;
    this.#format = format;
    this.#defaults = defaults;
  }

  async set(key: string, value: T, options?: SetOptions): Promise<void> {
    return this.#cache.set(this.#type, key, await this.#encode(value), this.#terms(options));
  }

  async setIfAbsent(key: string, value: T, options?: SetOptions): Promise<boolean> {
    return this.#cache.setIfAbsent(this.#type, key, await this.#encode(value), this.#terms(options));
  }

  async get(key: string): Promise<T | null> {
    const text = await this.#cache.get(this.#type, key);
    const decoded = text === null ? null : await this.#decode(text);
    return decoded === null ? null : decoded.value;
  }

  async getEntry(key: string): Promise<CacheEntry<T> | null> {
    const entry = await this.#cache.getEntry(this.#type, key);
    const decoded = entry === null ? null : await this.#decode(entry.value);
    return entry === null || decoded === null ? null : { ...entry, value: decoded.value };
  }

  has(key: string): Promise<boolean> {
    return this.#cache.has(this.#type, key);
  }

  async getOrSet(key: string, produce: Produce<T>, options: ResourceGetOrSetOptions = {}): Promise<T> {
    requireProduce(produce);
    const calledAt = this.#once.tick();
    const merged = this.#merged(options, COMPUTE_KEYS);
    const produceText: Produce<string> = async (context) => {
      const text = await this.#encode(await produce(context));
      await this.#readProduced(text);
      return text;
    };
    const { tags } = merged;
    // They may come from an iterator, which can be read once, and a refused value is computed by a second call.
    const listed =
      tags === undefined || tags === null || Array.isArray(tags) ? merged : { ...merged, tags: requireTags(tags) };
    const compute = () => this.#getOrSet(key, produceText, listed as GetOrSetOptions, this.#accepts);
    const stored = await compute();
    const decoded = await this.#decode(stored);
    if (decoded !== null) return decoded.value;
    await this.#deleteRefused(key, stored);
    const computed = await this.#decode(await compute());
    // A process that stores other values, such as one of another release, may have been faster again.
    if (computed !== null) return computed.value;
    return this.#readProduced(
      await this.#once.computeUnleased({ resourceType: this.#type, key }, produceText, calledAt),
    );
  }

  async getMany(keys: Iterable<string>): Promise<Map<string, T>> {
    const values = new Map<string, T>();
    for (const [key, text] of await this.#cache.getMany(this.#type, keys)) {
      const decoded = await this.#decode(text);
      if (decoded !== null) values.set(key, decoded.value);
    }
    return values;
  }

  async setMany(entries: Iterable<readonly [string, T]>, options?: SetOptions): Promise<void> {
    const texts: [string, string][] = [];
    for (const entry of requireIterable<readonly [string, T]>(entries, "entries")) {
      if (!Array.isArray(entry)) throw invalidInput("entries", "must be pairs of a key and a value");
      texts.push([entry[0] as string, await this.#encode(entry[1] as T)]);
    }
    return this.#cache.setMany(this.#type, texts, this.#terms(options));
  }

  delete(key: string): Promise<boolean> {
    return this.#cache.delete(this.#type, key);
  }

  deleteMany(keys: Iterable<string>): Promise<number> {
    return this.#cache.deleteMany(this.#type, keys);
  }

  touch(key: string, options: RequiredTimeToLive): Promise<boolean> {
    return this.#cache.touch(this.#type, key, options);
  }

  clear(): Promise<number> {
    return this.#cache.clear(this.#type);
  }

  keys(options?: KeysOptions): AsyncIterable<string> {
    return this.#cache.keys(this.#type, options);
  }

  #terms(options: SetOptions = {}): SetOptions {
    return this.#merged(options, ["ttlSeconds", "ttlMillis", "tags"]);
  }

  /** Returns the options of a call, and the resource's own for what it does not say. */
  #merged<K extends keyof ResourceGetOrSetOptions>(
    options: unknown,
    names: readonly K[],
  ): Pick<ResourceGetOrSetOptions, K> {
    const given = requireOptions(options, "options", names) as ResourceGetOrSetOptions;
    const saysWhenItExpires = given.ttlSeconds !== undefined || given.ttlMillis !== undefined;
    const merged: Record<string, unknown> = {};
    for (const name of names) {
      const isTtl = name === "ttlSeconds" || name === "ttlMillis";
      const value = given[name] ?? (isTtl && saysWhenItExpires ? undefined : this.#defaults[name]);
      if (given[name] === null || value !== undefined) merged[name] = given[name] === null ? null : value;
    }
    return merged as Pick<ResourceGetOrSetOptions, K>;
  }

  async #encode(value: T): Promise<string> {
    try {
      return await this.#format.encode(value);
    } catch (error) {
      if (isPevensieError(error)) throw error;
      // The error of a codec may quote the value, and `cause` is logged with the error.
      const cause = new WithheldError(error);
      throw new PevensieError("INVALID_INPUT", "value: cannot be encoded", { field: "value", cause });
    }
  }

  /** Deletes a stored text that was refused, once for all calls that have met it, and unless another has taken its place. */
  #deleteRefused(key: string, text: string): Promise<void> {
    const running = this.#deleting.get(key);
    if (running !== undefined) return running;
    const deleting = this.#deleteValue(key, text).finally(() => this.#deleting.delete(key));
    this.#deleting.set(key, deleting);
    return deleting;
  }

  /** Returns null, and emits an event, if a stored text is refused. */
  async #decode(text: string): Promise<{ readonly value: T } | null> {
    const read = await this.#read(text);
    if (read === null) this.#emit({ type: "cached-value-refused", resourceType: this.#type });
    return read;
  }

  async #readProduced(text: string): Promise<T> {
    const read = await this.#read(text);
    if (read === null) throw invalidInput("produce", "returned a value that cannot be read back");
    return read.value;
  }

  /** Returns null if the text is refused. */
  async #read(text: string): Promise<{ readonly value: T } | null> {
    try {
      return { value: await this.#format.decode(text) };
    } catch {
      return null;
    }
  }
}
