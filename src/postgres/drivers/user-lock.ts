import * as statements from "#generated/statements.js";
import type { Executor } from "../execution/executor.js";

/**
 * The lock on a user's row for a call that is void if it was asked for before a change of access. There is one for each call: it keeps
 * what the first attempt has found when the transaction is retried after a deadlock, such as with that change.
 */
export class UserLock {
  readonly #userId: string;
  #accessVersion: string | undefined;
  #isLate = false;

  constructor(userId: string) {
    this.#userId = userId;
  }

  /** Locks the row. Returns whether access has changed since the call was made. */
  async acquire(transaction: Pick<Executor, "write">): Promise<boolean> {
    const [locked] = await transaction.write(statements.lockUser, { userId: this.#userId });
    if (locked === undefined) return this.#isLate;
    this.#accessVersion ??= locked.accessVersion;
    this.#isLate ||= locked.isLate || locked.accessVersion !== this.#accessVersion;
    return this.#isLate;
  }
}
