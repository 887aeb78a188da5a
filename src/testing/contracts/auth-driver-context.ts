import { randomBytes, randomUUID } from "node:crypto";
import type {
  AuthDriver,
  Credentials,
  NewOneTimeToken,
  NewUser,
  OneTimeTokenKey,
  Session,
  SessionTerms,
  UserRecord,
} from "../../auth/index.js";
import type { ContractExpect, ContractRunner } from "./runner.js";

/** Test-only operations that no driver has. */
export interface AuthBackdoor {
  /** Puts a session's expiry at this moment, by the driver's clock. */
  expireSession(id: string): Promise<unknown>;
  /** Moves into the past when a session was created, last seen and authenticated. */
  ageSession(id: string, seconds: number): Promise<unknown>;
  /** The same as `expireSession` for every token of a user. */
  expireTokens(userId: string): Promise<unknown>;
  /** The same for an API key. */
  expireApiKey(id: string): Promise<unknown>;
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
  readonly runner: ContractRunner;
  /** What a later read of a session equals: see {@link readerWith}. */
  asRead<S extends Session | null | undefined>(session: S): S;
  /** A new user with the password hash {@link PASSWORD_HASH}. */
  createUser(overrides?: Partial<NewUser>): Promise<UserRecord>;
}

/** Drivers compare hashes and never compute them: any text will do. */
export const PASSWORD_HASH = "a password hash";

export const newEmail = () => `${randomUUID()}@example.com`;

/** A hash that nothing else has. */
export const newHash = () => randomBytes(32).toString("hex");

/** What names a token of a user. */
export type TokenKey = OneTimeTokenKey & { readonly userId: string };

export function newTokenKey(userId: string): TokenKey {
  return { userId, tokenType: "password-reset", purpose: null, tokenHash: newHash() };
}

/** A token to create, of which five of one user and type are usable. */
export function newTokenWith(key: TokenKey, overrides: Partial<NewOneTimeToken> = {}): NewOneTimeToken {
  return { ...key, payload: null, email: null, ttlSeconds: 3600, keep: 4, ...overrides };
}

/** The terms of a session that is bound to nothing. */
export const SESSION_TERMS: SessionTerms = {
  ip: null,
  userAgent: null,
  boundTo: ["ip", "userAgent"],
  ttlSeconds: 3600,
  idleSeconds: null,
};

/** Returns a matcher for a later read of a session: its age, which has grown by then, is within a minute. */
export function readerWith(expect: ContractExpect): AuthContractContext["asRead"] {
  return (session) =>
    session && { ...session, authenticationAgeSeconds: expect.closeTo(session.authenticationAgeSeconds, -2) };
}

/** The credentials that a login without limits reads. */
export async function credentialsOf(driver: AuthDriver, email: string): Promise<Credentials | null> {
  return (await driver.getCredentialsByEmail(email, null)).credentials;
}
