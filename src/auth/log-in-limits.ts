import { PevensieError } from "../errors/index.js";
import type { IpAddress } from "../net/index.js";
import type { AuthStore, Credentials, NewLogInExemption } from "./driver.js";
import { FairSemaphore, type SemaphoreLimits } from "./fair-semaphore.js";
import { type Admission, LogInBudgets } from "./log-in-budgets.js";

/** What the limits need of a store. */
export type LogInLimitStore = Pick<AuthStore, "getCredentialsByEmail" | "spendLogInBudgets">;

/** An attempt to log in that is allowed: whom it is on, and what its outcome means for the limits. */
export interface AdmittedAttempt {
  readonly credentials: Credentials | null;
  /** Counts the attempt as a failed one. */
  failed(): Promise<void>;
  /** What makes the address known after a success; null where it is known, or there is none. */
  exemptionOf(userId: string): NewLogInExemption | null;
}

/** Refuses logins once too many others have failed. */
export class LogInLimiter {
  /** Null where logins are not limited. */
  readonly #budgets: LogInBudgets | null;
  readonly #gate: FairSemaphore<"login"> | null;

  private constructor(budgets: LogInBudgets | null, gate: FairSemaphore<"login"> | null) {
    this.#budgets = budgets;
    this.#gate = gate;
  }

  /** @param gate - how many attempts are in flight at most: budgets can be exceeded by so many, once, and have to recover */
  static create(options: unknown, gate: SemaphoreLimits): LogInLimiter {
    return new LogInLimiter(
      options === false ? null : new LogInBudgets(options === undefined ? {} : options),
      new FairSemaphore(gate, ["login"]),
    );
  }

  /** For a transaction: what is queued must not hold a connection that those before it may need. */
  withoutGate(): LogInLimiter {
    return new LogInLimiter(this.#budgets, null);
  }

  /**
   * Makes an attempt when its turn has come, if past failures allow it by then.
   *
   * @throws TOO_MANY_ATTEMPTS with `retryAfterSeconds`, and OVERLOADED, without having made it
   */
  run<T>(
    store: LogInLimitStore,
    email: string,
    ip: IpAddress | null,
    work: (admitted: AdmittedAttempt) => Promise<T>,
  ): Promise<T> {
    const attempt = async () => work(await this.#admit(store, email, ip));
    return this.#gate === null ? attempt() : this.#gate.run("login", attempt);
  }

  /** What a user is granted who resets the password. */
  provedMailbox(userId: string, ip: IpAddress | null): NewLogInExemption[] {
    return this.#budgets?.provedMailbox(userId, ip) ?? [];
  }

  async #admit(store: LogInLimitStore, email: string, ip: IpAddress | null): Promise<AdmittedAttempt> {
    const budgets = this.#budgets;
    const attempt = budgets?.attemptOf(email, ip) ?? null;
    const knowledge = await store.getCredentialsByEmail(email, attempt);
    const { credentials, known } = knowledge;
    if (budgets === null || attempt === null) {
      return { credentials, failed: async () => {}, exemptionOf: () => null };
    }
    const { spends } = firstOpen(budgets.admissionsOf(attempt, knowledge));
    return {
      credentials,
      failed: () => store.spendLogInBudgets(spends),
      exemptionOf: (userId) => (known?.isFresh ? null : budgets.knownAddress(userId, ip)),
    };
  }
}

/** @throws TOO_MANY_ATTEMPTS where none is open */
function firstOpen(admissions: readonly Admission[]): Admission {
  const open = admissions.find(({ waitSeconds }) => waitSeconds <= 0);
  if (open !== undefined) return open;
  const soonest = Math.min(...admissions.map(({ waitSeconds }) => waitSeconds));
  // Exact to the millisecond: rounded to seconds, whoever obeys it would arrive after those who do not.
  const retryAfterSeconds = Math.ceil(soonest * 1000) / 1000;
  const message = `Too many logins have failed. Try again in ${Math.ceil(retryAfterSeconds)} seconds.`;
  throw new PevensieError("TOO_MANY_ATTEMPTS", message, { retryAfterSeconds });
}
