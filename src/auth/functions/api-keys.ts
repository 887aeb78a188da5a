import { invalidInput, userNotFound } from "../../errors/index.js";
import { requireText, type TextLimits } from "../../input/text.js";
import { parseId } from "../../input/uuid.js";
import { optionalTtl, requireOptions } from "../../input/values.js";
import type { ApiKeyFunctions, CreateApiKeyOptions, RevokeApiKeyOptions } from "../api/api-keys.js";
import type { ApiKey } from "../driver/index.js";
import { readOwnerId } from "../input.js";
import { generateApiKey, hashApiKey } from "../secrets/api-keys.js";
import type { User } from "../user.js";
import { Identities } from "./identities.js";

const NAME_LIMITS: TextLimits = { min: 1, max: 255, unit: "characters" };
const MAX_SCOPES = 100;

/** The functions of an auth that concern API keys. */
export class ApiKeys<M> extends Identities<M> implements ApiKeyFunctions<M> {
  async createApiKey(options: CreateApiKeyOptions): Promise<{ key: string; apiKey: ApiKey }> {
    requireOptions(options, "options", ["userId", "name", "scopes", "ttlSeconds"]);
    const name = requireText(options.name, "name", NAME_LIMITS);
    const scopes = readScopes(options.scopes);
    const ttlSeconds = optionalTtl(options.ttlSeconds);
    const userId = parseId(options.userId, "userId");
    if (userId === null) throw userNotFound();
    const { key, start, keyHash } = generateApiKey();
    return { key, apiKey: await this.store.createApiKey({ userId, name, scopes, ttlSeconds, start, keyHash }) };
  }

  async getApiKeyWithUser(key: string): Promise<{ apiKey: ApiKey; user: User<M> } | null> {
    const keyHash = hashApiKey(key);
    const found = keyHash === null ? null : await this.store.getApiKeyWithUser(keyHash);
    return found && { ...found, user: this.decode(found.user) };
  }

  async listApiKeys(userId: string): Promise<ApiKey[]> {
    const id = parseId(userId, "userId");
    return id === null ? [] : this.store.listApiKeys(id);
  }

  async revokeApiKey(apiKeyId: string, options: RevokeApiKeyOptions = {}): Promise<void> {
    const given = requireOptions(options, "options", ["userId"]);
    const id = parseId(apiKeyId, "apiKeyId");
    const userId = readOwnerId(given);
    if (id === null || userId === null) return;
    await this.store.deleteApiKey(id, userId ?? null);
  }
}

function readScopes(scopes: unknown): readonly string[] {
  if (scopes === undefined) return [];
  if (!Array.isArray(scopes) || scopes.length > MAX_SCOPES) {
    throw invalidInput("scopes", `must be a list of at most ${MAX_SCOPES} texts`);
  }
  // Read by index, once: a list of a class of its own may have another `map`.
  return Array.from({ length: scopes.length }, (_, index) => requireText(scopes[index], "scopes", NAME_LIMITS));
}
