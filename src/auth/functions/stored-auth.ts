import { invalidInput } from "../../errors/index.js";
import type { EventListener, PevensieEvent } from "../../events.js";
import { type RemoveExpiredOptions, readBatchSize } from "../../input/sweep-options.js";
import { requireOptions } from "../../input/values.js";
import type { AuthFunctions, PasswordCheck, WithTransactionOptions } from "../api/index.js";
import type { AuthStore, RemovedRows, TransactionClient } from "../driver/index.js";
import { TransactionCalls } from "../transactions/calls.js";
import { clientIn, functionsIn, requireNoTransactionClient } from "../transactions/proxies.js";
import { ApiKeys } from "./api-keys.js";
import type { AuthParts } from "./context.js";

export type { AuthParts };

/** The functions of an auth over a store: a driver, or one of its transactions. */
export class StoredAuth<M> extends ApiKeys<M> implements AuthFunctions<M> {
  async withTransaction<T>(
    work: (auth: AuthFunctions<M>, client: TransactionClient) => Promise<T>,
    options: WithTransactionOptions = {},
  ): Promise<T> {
    if (typeof work !== "function") throw invalidInput("work", "must be a function");
    const { client } = requireOptions(options, "options", ["client"]);
    requireNoTransactionClient(client);
    const parts = { ...this.parts, limiter: this.parts.limiter.withoutGate() };
    // Emitted after the commit. Events of an attempt that is retried are dropped.
    let events: readonly PevensieEvent[] = [];
    const result = await this.store.transaction(client, async (store, transactionClient) => {
      const kept: PevensieEvent[] = [];
      events = kept;
      const calls = new TransactionCalls();
      const check = parts.checkPassword;
      const checkPassword: PasswordCheck | undefined = check && ((...given) => calls.check(() => check(...given)));
      const over = (through: AuthStore, invokeCallback = parts.invokeCallback) =>
        authOver({ ...parts, checkPassword, invokeCallback }, through, (event) => kept.push(event));
      try {
        const outcome = await work(functionsIn(calls, store, over), clientIn(calls, transactionClient));
        await calls.finish();
        return outcome;
      } finally {
        calls.close();
      }
    });
    for (const event of events) this.emit(event);
    return result;
  }

  async removeExpired(options: RemoveExpiredOptions = {}): Promise<RemovedRows> {
    const removed = await this.store.removeExpired(readBatchSize(options));
    this.emit({ type: "sweep", removed: { ...removed } });
    return removed;
  }
}

/** Outside of the class, since esbuild renames a class that names itself. */
function authOver<M>(parts: AuthParts<M>, store: AuthStore, emit: EventListener): StoredAuth<M> {
  return new StoredAuth(parts, () => store, emit);
}
