import type { Session } from "../session.js";
import type { SessionTerms } from "./sessions.js";
import type { UserRecord } from "./users.js";

/** The properties of a user that a login verifies, and no others. */
export interface Credentials {
  readonly userId: string;
  /** A PHC string, or null for a user without a password. */
  readonly passwordHash: string | null;
  /** Whether `bannedUntil` is in the future, by the database's clock. */
  readonly banned: boolean;
}

/** The session that a login creates. */
export interface LogInSession {
  readonly session: SessionTerms;
  /** A session that the login ends, even if it belongs to another user. Ignored if it does not exist. */
  readonly replaceSessionId: string | null;
  /** A device token that the client presents; null without one. */
  readonly device: Omit<PresentedDevice, "budgetKey"> | null;
  /** Makes the address known for the user, unless `device` is; null grants nothing. */
  readonly exemption: NewLogInExemption | null;
}

/** A login whose password was verified. */
export interface LogIn extends LogInSession {
  readonly userId: string;
  /** The hash that was verified: the login fails if it is no longer the user's. */
  readonly passwordHash: string;
  /** Replaces `passwordHash` if its parameters are outdated; otherwise null. */
  readonly newPasswordHash: string | null;
}

/** A successful login. */
export interface LoggedIn {
  readonly user: UserRecord;
  readonly session: Session;
  /** The user of the session that was replaced; null if there was none. */
  readonly replacedUserId: string | null;
  /** The time of the login by the database's clock: seconds since 1970 with six decimals. */
  readonly loggedInAt: string;
  /** When earlier device tokens of the user became void, in the same form; null if that has never happened. */
  readonly deviceTokensValidFrom: string | null;
  /** Whether the presented device is the user's, with its `validFrom`, and its token was issued within a year. */
  readonly deviceIsKnown: boolean;
}

/** A login that has proved a mailbox. */
export interface MailboxLoggedIn extends LoggedIn {
  /** Whether nobody had proved the mailbox before: the password and the sessions from before are gone. */
  readonly isFirstProof: boolean;
}

/** A budget of failed logins from which a failure spends. */
export interface SpentBudget {
  /** A hash. */
  readonly key: string;
  /** How far one failure postpones the time at which the budget is full again, in seconds; at most an hour. */
  readonly restoreSeconds: number;
}

/**
 * A budget of failed logins. A store keeps the time at which each budget is full again, and does not keep full budgets.
 */
export interface LogInBudget extends SpentBudget {
  /** The budget admits an attempt if it is full again within this many seconds. */
  readonly admittingSeconds: number;
  /** Whether the budget is for one account at one address. */
  readonly local: boolean;
}

/** A device token whose signature is valid. */
export interface PresentedDevice {
  readonly userId: string;
  /** The time of issue by the database's clock: seconds since 1970 with six decimals. */
  readonly issuedAt: string;
  /** `deviceTokensValidFrom` of the login that issued the token. The token is void once the user has another one. */
  readonly validFrom: string | null;
  /** The budget of attempts with the token. */
  readonly budgetKey: string;
}

/** A login attempt and the budgets that limit it. */
export interface LogInAttempt {
  readonly budgets: readonly LogInBudget[];
  /** The scope of an exemption at the client's address; null if no address is given. */
  readonly knownScope: string | null;
  /** The scope of an exemption at every address. */
  readonly anywhereScope: string;
  /** A device token that the client presents; null without one. */
  readonly device: PresentedDevice | null;
  /** An exemption that lasts longer than this many seconds is not granted again. */
  readonly freshSeconds: number;
}

/** A user's exemption from the budgets that all attempts on the account share. */
export interface LogInExemption {
  /** The budget that attempts under the exemption spend from instead. */
  readonly budgetKey: string;
  /** Seconds until that budget is full again; zero or less if it is full. */
  readonly spentSeconds: number;
}

/**
 * An exemption to grant. It ends when the password changes. If the user already has one in the scope, only its end changes: a login
 * does not restore a budget.
 */
export interface NewLogInExemption {
  readonly scope: string;
  readonly budgetKey: string;
  readonly ttlSeconds: number;
}

/** What is read from the database before a login attempt. */
export interface CredentialsLookup {
  readonly credentials: Credentials | null;
  /** Seconds until all budgets admit the attempt; zero or less if they do. */
  readonly waitSeconds: number;
  /** The same for the budgets that are `local`. */
  readonly localWaitSeconds: number;
  /** The exemption of the device: null unless it is the user's, issued within a year and not void. */
  readonly device: LogInExemption | null;
  /** The user's live exemption in `knownScope`. */
  readonly known: (LogInExemption & { readonly isFresh: boolean }) | null;
  /** The user's live exemption in `anywhereScope`. */
  readonly anywhere: LogInExemption | null;
}
