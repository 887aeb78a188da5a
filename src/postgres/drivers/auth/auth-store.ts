import type { AuthStore, RemovedRows, SweepControl, TransactionClient } from "../../../auth/driver/index.js";
import {
  removeExpiredApiKeys,
  removeExpiredLogInAttempts,
  removeExpiredOneTimeTokens,
  removeExpiredSessions,
} from "../sweep/auth-sweep.js";
import type { SweepOptions } from "../sweep/pace.js";
import { ApiKeyStore } from "./api-key-store.js";

/** The functions of an AuthDriver over an executor: a pool, or a transaction. Each class on the way here has those of one subject. */
export class PostgresAuthStore extends ApiKeyStore implements AuthStore {
  transaction<T>(client: unknown, work: (store: AuthStore, client: TransactionClient) => Promise<T>): Promise<T> {
    return this.executor.interactive(client, (transaction, transactionClient) =>
      work(new PostgresAuthStore(transaction), transactionClient),
    );
  }

  async removeExpired(batchSize: number, { signal, onRemoved }: SweepControl = {}): Promise<RemovedRows> {
    const optionsOf = (kind: keyof RemovedRows): SweepOptions => ({
      batchSize,
      signal,
      onRemoved: (rows) => onRemoved?.(kind, rows),
    });
    return {
      sessions: await removeExpiredSessions(this.executor, optionsOf("sessions")),
      oneTimeTokens: await removeExpiredOneTimeTokens(this.executor, optionsOf("oneTimeTokens")),
      apiKeys: await removeExpiredApiKeys(this.executor, optionsOf("apiKeys")),
      logInAttempts: await removeExpiredLogInAttempts(this.executor, optionsOf("logInAttempts")),
    };
  }
}
