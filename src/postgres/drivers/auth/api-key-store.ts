import { uuidv7 } from "uuidv7";
import * as statements from "#generated/statements.js";
import type { ApiKey, ApiKeyWithUser, NewApiKey } from "../../../auth/driver/index.js";
import type { Executor } from "../../execution/executor.js";
import { apiKeyLookup } from "./api-key-lookup.js";
import { IdentityStore } from "./identity-store.js";
import { toApiKey } from "./rows.js";

/** The functions of an AuthDriver that concern API keys. */
export class ApiKeyStore extends IdentityStore {
  readonly #getApiKeyWithUser: (keyHash: string) => Promise<ApiKeyWithUser | null>;

  constructor(executor: Executor) {
    super(executor);
    this.#getApiKeyWithUser = executor.batch(apiKeyLookup);
  }

  async createApiKey(key: NewApiKey): Promise<ApiKey> {
    const params = { ...key, scopes: [...key.scopes], id: uuidv7() };
    const [row] = await this.executor.compareAndWrite(statements.createApiKey, params);
    if (row === undefined) throw await this.accessErrorOf(key.userId);
    return toApiKey(row);
  }

  getApiKeyWithUser(keyHash: string): Promise<ApiKeyWithUser | null> {
    return this.#getApiKeyWithUser(keyHash);
  }

  async listApiKeys(userId: string): Promise<ApiKey[]> {
    return (await this.executor.read(statements.listApiKeys, { userId })).map(toApiKey);
  }

  async deleteApiKey(id: string, userId: string | null): Promise<void> {
    await this.executor.write(statements.deleteApiKey, { id, userId });
  }
}
