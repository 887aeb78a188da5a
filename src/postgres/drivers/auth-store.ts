import type { AuthStore, RemovedRows, TransactionClient } from "../../auth/driver.js";
import { ApiKeyStore } from "./api-key-store.js";
import {
  removeExpiredApiKeys,
  removeExpiredLogInAttempts,
  removeExpiredOneTimeTokens,
  removeExpiredSessions,
} from "./sweep.js";

/** The functions of an AuthDriver over an executor: a pool, or a transaction. Each class on the way here has those of one subject. */
export class PostgresAuthStore extends ApiKeyStore implements AuthStore {
  transaction<T>(client: unknown, work: (store: AuthStore, client: TransactionClient) => Promise<T>): Promise<T> {
    return this.executor.interactive(client, (transaction, own) => work(new PostgresAuthStore(transaction), own));
  }

  async removeExpired(batchSize: number): Promise<RemovedRows> {
    return {
      sessions: await removeExpiredSessions(this.executor, batchSize),
      oneTimeTokens: await removeExpiredOneTimeTokens(this.executor, batchSize),
      apiKeys: await removeExpiredApiKeys(this.executor, batchSize),
      logInAttempts: await removeExpiredLogInAttempts(this.executor, batchSize),
    };
  }
}
