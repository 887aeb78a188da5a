import { randomBytes, randomUUID } from "node:crypto";
import type { AuthDriver, Credentials, NewUser, OneTimeTokenKey, UserRecord } from "../../src/auth/index.js";

/** Test-only operations that no driver has. */
export interface AuthBackdoor {
  /** Puts a session's expiry at this moment, by the driver's clock. */
  expireSession(id: string): Promise<void>;
  /** The same for every token of a user. */
  expireTokens(userId: string): Promise<void>;
  /** The sessions of a user that are kept, expired ones included. */
  sessionIds(userId: string): Promise<string[]>;
  /** How many sets of tokens of a user are neither used nor voided, expired ones included: at most one of each type. */
  liveTokenCount(userId: string): Promise<number>;
}

/** A driver under test. */
export interface AuthDriverVariant {
  /** A driver that is not connected; all of them keep their rows in the same place. */
  createDriver(): AuthDriver;
  readonly backdoor: AuthBackdoor;
}

/** What each part of the suite works with. */
export interface AuthContractContext {
  /** The driver, connected. */
  readonly driver: AuthDriver;
  readonly backdoor: AuthBackdoor;
  /** A new user with the password hash {@link PASSWORD_HASH}. */
  createUser(overrides?: Partial<NewUser>): Promise<UserRecord>;
}

/** Drivers compare hashes and never compute them: any text will do. */
export const PASSWORD_HASH = "a password hash";

export const newEmail = () => `${randomUUID()}@example.com`;

export function newTokenKey(userId: string): OneTimeTokenKey {
  return { userId, tokenType: "password-reset", tokenHash: randomBytes(32).toString("hex") };
}

/** The credentials that a login without limits reads. */
export async function credentialsOf(driver: AuthDriver, email: string): Promise<Credentials | null> {
  return (await driver.getCredentialsByEmail(email, null)).credentials;
}
