import type { Json } from "../../json.js";
import type { ApiKey } from "../driver/api-keys.js";
import type { User } from "../user.js";

/** A new API key. */
export interface CreateApiKeyOptions {
  readonly userId: string;
  /** What its owner calls it, 1 to 255 characters. */
  readonly name: string;
  /** What the key may be used for: at most 100 texts of 1 to 255 characters. Default: none. */
  readonly scopes?: readonly string[] | undefined;
  /** Time to live in seconds, 1 to 3,155,760,000. Default: the key never expires. */
  readonly ttlSeconds?: number | null | undefined;
}

/** Options of {@link ApiKeyFunctions.revokeApiKey}. */
export interface RevokeApiKeyOptions {
  /** Revokes the key only if it is this user's. Default: any user's. Undefined is refused: INVALID_INPUT. */
  readonly userId?: string;
}

/** The result of {@link ApiKeyFunctions.createApiKey}. */
export interface CreateApiKeyResult {
  readonly key: string;
  readonly apiKey: ApiKey;
}

/** The result of {@link ApiKeyFunctions.getApiKeyWithUser}. */
export interface ApiKeyWithUserResult<M = Json> {
  readonly apiKey: ApiKey;
  readonly user: User<M>;
}

/** The functions of an auth that concern API keys. */
export interface ApiKeyFunctions<M> {
  /**
   * Creates a key, which is returned here and never again: `pk_`, 32 random bytes in base62, and a checksum by which
   * secret scanners tell a key from other text. Only its SHA-256 is stored.
   *
   * @throws USER_NOT_FOUND, USER_BANNED; CHANGED_CONCURRENTLY if the server aborts the call for the sake of another transaction
   */
  createApiKey(options: CreateApiKeyOptions): Promise<CreateApiKeyResult>;
  /**
   * Returns a live key and its user, in one statement. Returns null for an unknown, expired or revoked key, and for a
   * deleted or banned user.
   *
   * @throws INVALID_METADATA
   */
  getApiKeyWithUser(key: string): Promise<ApiKeyWithUserResult<M> | null>;
  /** Returns the live keys of a user, newest first. */
  listApiKeys(userId: string): Promise<ApiKey[]>;
  /** Revokes a key. Does nothing if it does not exist, or is not that of the given user. */
  revokeApiKey(apiKeyId: string, options?: RevokeApiKeyOptions): Promise<void>;
}
