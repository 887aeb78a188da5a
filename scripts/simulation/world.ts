/**
 * The limits on failed logins over a store in memory, whose clock the caller advances. The rule is the package's own.
 *
 * @module
 */
import type { CredentialsLookup, LogInAttempt, NewLogInExemption, SpentBudget } from "../../src/auth/index.js";
import { LoginLimiter, type LoginLimitStore } from "../../src/auth/logins/limiter.js";
import { PevensieError } from "../../src/errors/index.js";
import { parseIpAddress } from "../../src/net/index.js";

const IDLE_HASHER = { running: 1, queued: 0 };

/** What comes of an attempt; a refused one may be repeated after `waitSeconds`. */
export type Outcome =
  | { readonly result: "in" | "wrong" }
  | { readonly result: "refused"; readonly waitSeconds: number };

export class World implements LoginLimitStore {
  /** In seconds. */
  now = 0;
  readonly #limiter = LoginLimiter.create(undefined, IDLE_HASHER).withoutGate();
  readonly #wholeAt = new Map<string, number>();
  readonly #exemptions = new Map<string, { readonly budgetKey: string; readonly until: number }>();

  async getCredentialsByEmail(email: string, attempt: LogInAttempt | null): Promise<CredentialsLookup> {
    const { budgets = [], knownScope = null, anywhereScope = "", freshSeconds = 0 } = attempt ?? {};
    const waits = budgets.map(({ key, admittingSeconds }) => this.#spent(key) - admittingSeconds);
    const known = this.#exemption(email, knownScope);
    const anywhere = this.#exemption(email, anywhereScope);
    return {
      credentials: { userId: email, passwordHash: "", banned: false },
      waitSeconds: Math.max(0, ...waits),
      localWaitSeconds: Math.max(0, ...waits.filter((_, index) => budgets[index]?.local)),
      known: known && { ...known, isFresh: known.untilSeconds > freshSeconds },
      anywhere,
      device: null,
    };
  }

  async spendLogInBudgets(budgets: readonly SpentBudget[]): Promise<void> {
    for (const { key, restoreSeconds } of budgets) {
      this.#wholeAt.set(key, this.now + Math.max(0, this.#spent(key)) + restoreSeconds);
    }
  }

  /** An attempt with the right password or a wrong one. */
  async attempt(email: string, address: string | null, isRight: boolean): Promise<Outcome> {
    const ip = address === null ? null : parseIpAddress(address);
    try {
      return await this.#limiter.run(this, { email, ip, device: null }, async (admitted) => {
        if (!isRight) await admitted.failed();
        const exemption = isRight ? admitted.exemption : null;
        if (exemption !== null) this.#grant(email, exemption);
        return { result: isRight ? "in" : "wrong" };
      });
    } catch (error) {
      if (!(error instanceof PevensieError)) throw error;
      return { result: "refused", waitSeconds: error.retryAfterSeconds ?? 0 };
    }
  }

  /** The owner resets the password. */
  reset(email: string, address: string | null): void {
    for (const key of this.#exemptions.keys()) if (key.startsWith(`${email} `)) this.#exemptions.delete(key);
    const ip = address === null ? null : parseIpAddress(address);
    for (const exemption of this.#limiter.provedMailbox(ip)) this.#grant(email, exemption);
  }

  #grant(email: string, { scope, budgetKey, ttlSeconds }: NewLogInExemption): void {
    const key = `${email} ${scope}`;
    const kept = this.#exemptions.get(key)?.budgetKey ?? budgetKey;
    this.#exemptions.set(key, { budgetKey: kept, until: this.now + ttlSeconds });
  }

  #exemption(email: string, scope: string | null) {
    const held = this.#exemptions.get(`${email} ${scope}`);
    if (held === undefined || held.until <= this.now) return null;
    const { budgetKey, until } = held;
    return { budgetKey, spentSeconds: this.#spent(budgetKey), untilSeconds: until - this.now };
  }

  #spent(key: string): number {
    return (this.#wholeAt.get(key) ?? 0) - this.now;
  }
}

/** Random numbers that are the same at every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
