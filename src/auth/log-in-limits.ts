import { createHash } from "node:crypto";
import { invalidInput, PevensieError } from "../errors/index.js";
import { requireOptions } from "../input/values.js";
import type { IpAddress } from "../net/index.js";
import type { AuthStore, LogInAttempt } from "./driver.js";

/** How failures on one thing slow down further attempts on it. */
export interface LogInLimit {
  /** So many failures cost nothing. The next one is followed by a delay of one second, each further one by twice the last. */
  readonly free: number;
  /** The longest delay, in seconds. */
  readonly longestSeconds: number;
}

/**
 * Delays for those who guess passwords, counted in the database, so that they hold over all processes. There is no
 * lock-out: a stranger's failures delay an account's owner by the account's longest delay at most, and not at all at an
 * address where the owner has logged in within the last 30 days. An hour without failures forgets them.
 */
export interface LogInLimits {
  /** Failures on one account from one address. Default: 5 free, at most 900 seconds. */
  readonly accountAndAddress?: LogInLimit;
  /** Failures on one account from anywhere. Default: 10 free, at most 60 seconds. */
  readonly account?: LogInLimit;
  /** Failures from one address (for IPv6, its /64 network) on any account. Default: 50 free, at most 900 seconds. */
  readonly address?: LogInLimit;
}

const DEFAULTS: Required<LogInLimits> = {
  accountAndAddress: { free: 5, longestSeconds: 900 },
  account: { free: 10, longestSeconds: 60 },
  address: { free: 50, longestSeconds: 900 },
};

const FIRST_DELAY_SECONDS = 1;
const REMEMBER_SECONDS = 60 * 60;
const TRUST_SECONDS = 30 * 24 * 60 * 60;

/** Turns log-ins away that come too soon after others that failed. */
export class LogInLimiter {
  readonly #limits: Required<LogInLimits> | null;

  constructor(options: unknown) {
    this.#limits = options === false ? null : readLimits(options ?? {});
  }

  /**
   * Counts an attempt as failed, until it is found to be good; null where attempts are not limited.
   *
   * @throws TOO_MANY_ATTEMPTS with `retryAfterSeconds`, and then nothing is counted
   */
  async reserve(store: AuthStore, email: string, ip: IpAddress | null): Promise<LogInAttempt | null> {
    if (this.#limits === null) return null;
    const attempt = attemptOf(email, ip, this.#limits);
    const retryAfterSeconds = await store.reserveLogInAttempt(attempt);
    if (retryAfterSeconds === null) return attempt;
    const message = `Too many failed log-ins: try again in ${retryAfterSeconds} seconds.`;
    throw new PevensieError("TOO_MANY_ATTEMPTS", message, { retryAfterSeconds });
  }
}

function attemptOf(email: string, ip: IpAddress | null, limits: Required<LogInLimits>): LogInAttempt {
  const accountKey = keyOf("account", email);
  const keys = [{ key: accountKey, ...limits.account }];
  const addressKey = ip === null ? null : keyOf("address", networkOf(ip));
  const trustKey = ip === null ? null : keyOf("account and address", email, networkOf(ip));
  if (addressKey !== null) keys.push({ key: addressKey, ...limits.address });
  if (trustKey !== null) keys.push({ key: trustKey, ...limits.accountAndAddress });
  return {
    accountKey,
    addressKey,
    trustKey,
    limits: keys,
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
