import * as statements from "#generated/statements.js";
import type { Executor } from "../../execution/executor.js";

/**
 * Locks a user's row, and reports whether the email, the password or the like has changed since the call was made: what the call
 * creates is then void. One instance for each call, so that a retried transaction compares with what the first attempt read.
 */
export class LateChangeCheck {
  readonly #userId: string;
  #accessVersion: string | undefined;
  #isLate = false;

  constructor(userId: string) {
    this.#userId = userId;
  }

  /** Locks the row. Returns whether access has changed since the call was made. */
  async lockAndCheck(transaction: Pick<Executor, "write">): Promise<boolean> {
    const [locked] = await transaction.write(statements.lockUser, { userId: this.#userId });
    if (locked === undefined) return this.#isLate;
    this.#accessVersion ??= locked.accessVersion;
    this.#isLate ||= locked.isLate || locked.accessVersion !== this.#accessVersion;
    return this.#isLate;
  }
}
