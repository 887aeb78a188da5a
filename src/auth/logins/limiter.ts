import { PevensieError } from "../../errors/index.js";
import type { IpAddress } from "../../net/index.js";
import type { AuthStore, Credentials, NewLogInExemption } from "../driver/index.js";
import { FairSemaphore, type SemaphoreLimits } from "../passwords/fair-semaphore.js";
import { type BudgetCheck, LoginBudgets } from "./budgets.js";
import type { Device } from "./device-tokens.js";

/** The functions of a store that the limits use. */
export type LoginLimitStore = Pick<AuthStore, "getCredentialsByEmail" | "spendLogInBudgets">;

/** Who tries to log in, and from where. */
export interface LoginClient {
  readonly email: string;
  readonly ip: IpAddress | null;
  /** A device token that the client presents; null without one. */
  readonly device: Device | null;
}

/** A login attempt that the limits admit: the credentials to verify, and how to record the outcome. */
export interface AdmittedAttempt {
  readonly credentials: Credentials | null;
  /** Counts the attempt as a failure. */
  failed(): Promise<void>;
  /**
   * The exemption that a success grants or renews, which makes the address known. Null without an address, for a known device, if it
   * was renewed less than a day ago, or if logins are not limited.
   */
  readonly exemption: NewLogInExemption | null;
}

/** Refuses logins after too many failures. */
export class LoginLimiter {
  /** Null if logins are not limited. */
  readonly #budgets: LoginBudgets | null;
  readonly #gate: FairSemaphore<"login"> | null;

  private constructor(budgets: LoginBudgets | null, gate: FairSemaphore<"login"> | null) {
    this.#budgets = budgets;
    this.#gate = gate;
  }

  /**
   * @param gate - bounds the attempts in flight. A budget can be exceeded by that many once, and then has to recover
   */
  static create(options: unknown, gate: SemaphoreLimits): LoginLimiter {
    return new LoginLimiter(
      options === false ? null : new LoginBudgets(options === undefined ? {} : options),
      new FairSemaphore(gate, ["login"], "Too many logins are queued. Try again later."),
    );
  }

  /**
   * Returns the limiter for a transaction, which has no gate: a queued attempt would hold a connection that the
   * attempts ahead of it may need.
   */
  withoutGate(): LoginLimiter {
    return new LoginLimiter(this.#budgets, null);
  }

  /**
   * Makes an attempt when a slot is free, if past failures allow it by then.
   *
   * @throws TOO_MANY_ATTEMPTS with `retryAfterSeconds`, and OVERLOADED, without having made it
   */
  run<T>(store: LoginLimitStore, client: LoginClient, work: (admitted: AdmittedAttempt) => Promise<T>): Promise<T> {
    const attempt = async () => work(await this.#admit(store, client));
    return this.#gate === null ? attempt() : this.#gate.run("login", attempt);
  }

  /** Returns the exemption that a login without a password grants; null without an address, and if logins are not limited. */
  knownAddress(ip: IpAddress | null): NewLogInExemption | null {
    return this.#budgets?.knownAddress(ip) ?? null;
  }

  /** Returns the exemptions that a password reset grants. */
  provedMailbox(ip: IpAddress | null): NewLogInExemption[] {
    return this.#budgets?.provedMailbox(ip) ?? [];
  }

  async #admit(store: LoginLimitStore, { email, ip, device }: LoginClient): Promise<AdmittedAttempt> {
    const budgets = this.#budgets;
    const attempt = budgets?.attemptOf(email, ip, device) ?? null;
    const knowledge = await store.getCredentialsByEmail(email, attempt);
    const { credentials, known } = knowledge;
    if (budgets === null || attempt === null) {
      return { credentials, failed: async () => {}, exemption: null };
    }
    const { spends } = firstOpen(budgets.checksOf(attempt, knowledge));
    return {
      credentials,
      failed: () => store.spendLogInBudgets(spends),
      exemption: knowledge.device !== null || known?.isFresh ? null : budgets.knownAddress(ip),
    };
  }
}

/** @throws TOO_MANY_ATTEMPTS if none is open */
function firstOpen(checks: readonly BudgetCheck[]): BudgetCheck {
  const open = checks.find(({ waitSeconds }) => waitSeconds <= 0);
  if (open !== undefined) return open;
  const soonest = Math.min(...checks.map(({ waitSeconds }) => waitSeconds));
  // Exact to the millisecond: rounded up to seconds, clients that obey it would arrive after those that do not.
  const retryAfterSeconds = Math.ceil(soonest * 1000) / 1000;
  const message = `Too many logins have failed. Try again in ${Math.ceil(retryAfterSeconds)} seconds.`;
  throw new PevensieError("TOO_MANY_ATTEMPTS", message, { retryAfterSeconds });
}
