import { createHash } from "node:crypto";
import { invalidInput, PevensieError } from "../errors/index.js";
import { requireOptions } from "../input/values.js";
import type { IpAddress } from "../net/index.js";
import type { AuthStore, Credentials, LogInAttempt } from "./driver.js";
import { HashQueue, type QueueLimits } from "./hash-queue.js";

/** How failures on one thing slow down further attempts on it. */
export interface LogInLimit {
  /** So many failures cost nothing. The next one is followed by a delay of one second, each further one by twice the last. */
  readonly free: number;
  /** The longest delay, in seconds. */
  readonly longestSeconds: number;
}

/**
 * Delays for those who guess passwords, counted in the database, so that they hold over all processes. An hour without
 * failures forgets them. A stranger's failures do not hold up an account's owner at an address where the owner has logged
 * in within the last 30 days, nor, until they become a flood, at a new one that has not failed on the account itself.
 *
 * In each process twice as many attempts as `passwordHashing.maxConcurrent` are under way at once: so many may be made
 * before the first failure of them counts.
 */
export interface LogInLimits {
  /** Failures on one account from one address. Default: 5 free, at most 900 seconds. */
  readonly accountAndAddress?: LogInLimit;
  /**
   * Failures on one account from anywhere. They hold up addresses that have failed on it themselves; when there are ten times
   * as many as are free, every address that has no log-in of the last 30 days. Default: 10 free, at most 60 seconds.
   */
  readonly account?: LogInLimit;
  /** Failures from one address (for IPv6, its /64 network) on any account. Default: 50 free, at most 900 seconds. */
  readonly address?: LogInLimit;
}

const DEFAULTS: Required<LogInLimits> = {
  accountAndAddress: { free: 5, longestSeconds: 900 },
  account: { free: 10, longestSeconds: 60 },
  address: { free: 50, longestSeconds: 900 },
};

const FLOOD = 10;
const FIRST_DELAY_SECONDS = 1;
const REMEMBER_SECONDS = 60 * 60;
const TRUST_SECONDS = 30 * 24 * 60 * 60;

/** An attempt that may be made: whom it is on, and what to do with its outcome. */
export interface AdmittedAttempt {
  readonly credentials: Credentials | null;
  /** Null where attempts are not limited. */
  readonly attempt: LogInAttempt | null;
  failed(): Promise<void>;
  /** For a success that does not go on to the store's logIn, which forgets failures itself. */
  succeeded(): Promise<void>;
}

/** Turns log-ins away that come too soon after others that failed. */
export class LogInLimiter {
  readonly #limits: Required<LogInLimits> | null;
  readonly #gate: HashQueue | null;

  private constructor(limits: Required<LogInLimits> | null, gate: HashQueue | null) {
    this.#limits = limits;
    this.#gate = gate;
  }

  /** @param gate - how many attempts are under way at once: so many may be made before the first failure counts */
  static create(options: unknown, gate: QueueLimits): LogInLimiter {
    return new LogInLimiter(options === false ? null : readLimits(options ?? {}), new HashQueue(gate));
  }

  /** For a transaction: what waits for its turn must not hold a connection that those before it may be waiting for. */
  withoutGate(): LogInLimiter {
    return new LogInLimiter(this.#limits, null);
  }

  /**
   * Makes an attempt when its turn has come, if past failures allow it by then.
   *
   * @throws TOO_MANY_ATTEMPTS with `retryAfterSeconds`, and OVERLOADED, without having made it
   */
  run<T>(
    store: AuthStore,
    email: string,
    ip: IpAddress | null,
    work: (admitted: AdmittedAttempt) => Promise<T>,
  ): Promise<T> {
    const attempt = async () => work(await this.#admit(store, email, ip));
    return this.#gate === null ? attempt() : this.#gate.run(attempt);
  }

  async #admit(store: AuthStore, email: string, ip: IpAddress | null): Promise<AdmittedAttempt> {
    const attempt = this.#limits && attemptOf(email, ip, this.#limits);
    const { credentials, retryAfterSeconds, failures } = await store.getCredentialsByEmail(email, attempt);
    if (retryAfterSeconds !== null) {
      const message = `Too many failed log-ins: try again in ${retryAfterSeconds} seconds.`;
      throw new PevensieError("TOO_MANY_ATTEMPTS", message, { retryAfterSeconds });
    }
    return {
      credentials,
      attempt,
      failed: async () => {
        if (attempt !== null) await store.recordLogInFailure(attempt);
      },
      succeeded: async () => {
        if (attempt !== null && failures > 0) await store.forgetLogInFailures(attempt);
      },
    };
  }
}

function attemptOf(email: string, ip: IpAddress | null, limits: Required<LogInLimits>): LogInAttempt {
  const accountKey = keyOf("account", email);
  const keys = [{ key: accountKey, ...limits.account }];
  const trustKey = ip === null ? null : keyOf("account and address", email, networkOf(ip));
  if (ip !== null) keys.push({ key: keyOf("address", networkOf(ip)), ...limits.address });
  if (trustKey !== null) keys.push({ key: trustKey, ...limits.accountAndAddress });
  return {
    accountKey,
    trustKey,
    limits: keys,
    floodFailures: limits.account.free * FLOOD,
    firstDelaySeconds: FIRST_DELAY_SECONDS,
    rememberSeconds: REMEMBER_SECONDS,
    trustSeconds: TRUST_SECONDS,
  };
}

function keyOf(kind: string, ...parts: readonly string[]): string {
  return createHash("sha256")
    .update([kind, ...parts].join("\0"))
    .digest("base64url");
}

/** Whoever has one IPv6 address has the 2^64 of its network (RFC 6177): they count as one. */
function networkOf(ip: IpAddress): string {
  if (!ip.includes(":")) return ip;
  const [head = "", tail = ""] = ip.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = ip.includes("::") ? new Array<string>(8 - left.length - right.length).fill("0") : [];
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}

function readLimits(options: unknown): Required<LogInLimits> {
  const given = requireOptions(options, "logInLimits", ["accountAndAddress", "account", "address"]);
  const read = (name: keyof LogInLimits) => readLimit(given[name] ?? DEFAULTS[name], `logInLimits.${name}`);
  return { accountAndAddress: read("accountAndAddress"), account: read("account"), address: read("address") };
}

function readLimit(value: unknown, field: string): LogInLimit {
  const { free, longestSeconds } = requireOptions(value, field, ["free", "longestSeconds"]);
  return {
    free: requireCount(free, `${field}.free`),
    longestSeconds: requireCount(longestSeconds, `${field}.longestSeconds`),
  };
}

function requireCount(value: unknown, field: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  throw invalidInput(field, "must be a whole number from 1 to 1000000");
}
