import { createHash, randomBytes } from "node:crypto";
import { requireInteger, requireOptions } from "../../input/values.js";
import { type IpAddress, networkOf } from "../../net/index.js";
import { networksOf } from "../../net/networks.js";
import type { CredentialsLookup, LogInAttempt, LogInBudget, NewLogInExemption, SpentBudget } from "../driver/index.js";
import type { Device } from "./device-tokens.js";

/** A limit on failed logins: `burst + 24 * perHour` on the first day, `24 * perHour` on each further one. */
export interface LogInLimit {
  /** Failed logins allowed in a row, 1 to 1,000,000. */
  readonly burst: number;
  /** Failed logins allowed again per hour, up to `burst`, 1 to 1,000,000. Nothing else restores them. */
  readonly perHour: number;
}

/**
 * Limits on failed logins. Failures are counted in the database, for all processes. A successful login neither counts
 * nor restores anything.
 *
 * A login with the token of a known device is limited by `knownAddress` alone, counted for that device: no stranger can lock it
 * out. So is a login at a known address without one: strangers elsewhere cannot lock it out. An address is known for 30 days after a login there, or after a `resetPassword` with it as `ip`, until the password changes. For an
 * hour after `resetPassword`, logins from anywhere have their own budget, as large as `account`. All other logins have
 * to meet `account`, `accountAndAddress` and `address`.
 */
export interface LogInLimits {
  /** On one account, from anywhere. Default: `{ burst: 100, perHour: 10 }`. */
  readonly account?: LogInLimit | undefined;
  /**
   * On one account from one address (for IPv6: from one /64 network, and four times as many from one /48 network).
   * Default: `{ burst: 10, perHour: 2 }`.
   */
  readonly accountAndAddress?: LogInLimit | undefined;
  /** From one address (for IPv6: as above) on any account. Default: `{ burst: 100, perHour: 20 }`. */
  readonly address?: LogInLimit | undefined;
  /** On one account from one of its known devices, or from one of its known addresses. Default: `{ burst: 50, perHour: 5 }`. */
  readonly knownAddress?: LogInLimit | undefined;
}

type CompleteLimits = Readonly<Record<keyof LogInLimits, LogInLimit>>;

const DEFAULTS: CompleteLimits = {
  account: { burst: 100, perHour: 10 },
  accountAndAddress: { burst: 10, perHour: 2 },
  address: { burst: 100, perHour: 20 },
  knownAddress: { burst: 50, perHour: 5 },
};

/** How many times as often as a /64 network the /48 network of a site may fail. */
const NETWORKS_PER_SITE = 4;

const DAY = 24 * 60 * 60;

/**
 * The minimum time for which an address is known. It is granted for a day longer, so that one login a day renews it.
 */
const KNOWN_SECONDS = 30 * DAY;

/** How long logins from anywhere are exempt after a password reset. */
const PROVED_SECONDS = 60 * 60;

/** The scope of an exemption that holds at every address; scopes of addresses are hashes. */
const ANYWHERE = "anywhere";

/** One set of conditions for a login: the seconds until they admit it, and the budgets that a failure spends from. */
export interface BudgetCheck {
  readonly waitSeconds: number;
  readonly spends: readonly SpentBudget[];
}

/** The budgets of failed logins, by key and size, and the order in which a login is checked against them. */
export class LoginBudgets {
  readonly #limits: CompleteLimits;

  /** @throws PevensieError INVALID_INPUT naming the limit that is wrong */
  constructor(options: unknown) {
    const given = requireOptions(options, "logInLimits", ["account", "accountAndAddress", "address", "knownAddress"]);
    const read = (name: keyof LogInLimits) =>
      given[name] === undefined ? DEFAULTS[name] : readLimit(given[name], `logInLimits.${name}`);
    this.#limits = {
      account: read("account"),
      accountAndAddress: read("accountAndAddress"),
      address: read("address"),
      knownAddress: read("knownAddress"),
    };
  }

  attemptOf(email: string, ip: IpAddress | null, device: Device | null): LogInAttempt {
    const { account, accountAndAddress, address } = this.#limits;
    const budgets: LogInBudget[] = [budgetOf(account, keyOf("account", email), false)];
    if (ip !== null) {
      const { network, site } = networksOf(ip);
      budgets.push(budgetOf(accountAndAddress, keyOf("account and address", email, network), true));
      budgets.push(budgetOf(address, keyOf("address", network), false));
      if (site !== null) {
        budgets.push(budgetOf(atSite(accountAndAddress), keyOf("account and address", email, site), true));
        budgets.push(budgetOf(atSite(address), keyOf("address", site), false));
      }
    }
    return {
      budgets,
      knownScope: scopeOf(ip),
      anywhereScope: ANYWHERE,
      device: device && {
        userId: device.userId,
        issuedAt: device.issuedAt,
        validFrom: device.validFrom,
        budgetKey: keyOf("known device", device.userId, device.name),
      },
      freshSeconds: KNOWN_SECONDS,
    };
  }

  /** Returns the checks in order of preference. The first one whose wait is over applies. */
  checksOf({ budgets }: LogInAttempt, knowledge: CredentialsLookup): BudgetCheck[] {
    const { device, known, anywhere } = knowledge;
    const checks: BudgetCheck[] = [];
    // A known device takes the place of a known address.
    if (device !== null) checks.push(exemptionOf(this.#limits.knownAddress, device));
    else if (known !== null) checks.push(exemptionOf(this.#limits.knownAddress, known));
    if (anywhere !== null) {
      const { waitSeconds, spends } = exemptionOf(this.#limits.account, anywhere);
      checks.push({
        waitSeconds: Math.max(waitSeconds, knowledge.localWaitSeconds),
        spends: [...spends, ...budgets.filter(({ local }) => local)],
      });
    }
    checks.push({ waitSeconds: knowledge.waitSeconds, spends: budgets });
    return checks;
  }

  /** Returns the exemption that makes the address known for a user; null without an address. */
  knownAddress(ip: IpAddress | null): NewLogInExemption | null {
    const scope = scopeOf(ip);
    if (scope === null) return null;
    return { scope, budgetKey: newBudgetKey("known address"), ttlSeconds: KNOWN_SECONDS + DAY };
  }

  /** Returns the exemptions of a user who has proved to own the mailbox. */
  provedMailbox(ip: IpAddress | null): NewLogInExemption[] {
    const budgetKey = newBudgetKey("proved mailbox");
    const known = this.knownAddress(ip);
    return [{ scope: ANYWHERE, budgetKey, ttlSeconds: PROVED_SECONDS }, ...(known === null ? [] : [known])];
  }
}

function budgetOf(limit: LogInLimit, key: string, local: boolean): LogInBudget {
  const restoreSeconds = restoreSecondsOf(limit);
  return { key, restoreSeconds, admittingSeconds: admittingSecondsOf(limit), local };
}

function exemptionOf(
  limit: LogInLimit,
  held: { readonly budgetKey: string; readonly spentSeconds: number },
): BudgetCheck {
  return {
    waitSeconds: held.spentSeconds - admittingSecondsOf(limit),
    spends: [{ key: held.budgetKey, restoreSeconds: restoreSecondsOf(limit) }],
  };
}

/** Returns the seconds until one more failure is allowed. */
function restoreSecondsOf({ perHour }: LogInLimit): number {
  return 3600 / perHour;
}

/** Returns within how many seconds a budget has to be full again to admit one more failure. */
function admittingSecondsOf(limit: LogInLimit): number {
  return (limit.burst - 1) * restoreSecondsOf(limit);
}

function atSite({ burst, perHour }: LogInLimit): LogInLimit {
  return { burst: burst * NETWORKS_PER_SITE, perHour: perHour * NETWORKS_PER_SITE };
}

function scopeOf(ip: IpAddress | null): string | null {
  return ip === null ? null : keyOf("network", networkOf(ip));
}

/**
 * Returns a random key, so that its budget is full. A key made of the user and the address would carry failed guesses at the old
 * password over to the new one.
 */
function newBudgetKey(kind: string): string {
  return keyOf(kind, randomBytes(32).toString("hex"));
}

function keyOf(kind: string, ...parts: readonly string[]): string {
  return createHash("sha256")
    .update([kind, ...parts].join("\0"))
    .digest("base64url");
}

function readLimit(value: unknown, field: string): LogInLimit {
  const { burst, perHour } = requireOptions(value, field, ["burst", "perHour"]);
  return {
    burst: requireInteger(burst, `${field}.burst`, 1, 1_000_000),
    perHour: requireInteger(perHour, `${field}.perHour`, 1, 1_000_000),
  };
}
