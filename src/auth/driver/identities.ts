import type { LoggedIn, LogInSession } from "./logins.js";

/** Names an account at an identity provider. */
export interface IdentityKey {
  readonly issuer: string;
  readonly subject: string;
}

/** An account at an identity provider with which a user logs in. */
export interface Identity extends IdentityKey {
  /** The email that the provider sent, for display. It proves nothing. */
  readonly email: string | null;
  readonly createdAt: Date;
  /** When the user last logged in with it; null if never. */
  readonly lastUsedAt: Date | null;
}

/** A login through an identity provider, which has verified the identity. */
export interface IdentityLogIn extends LogInSession {
  readonly identity: IdentityKey & { readonly email: string | null };
  /** Whether the provider has verified that the email is the user's. */
  readonly emailVerified: boolean;
  /** The metadata of a user to create, as JSON text; null if none can be created. */
  readonly userMetadata: string | null;
}

/** What came of a login through an identity provider. */
export type IdentityLoggedIn =
  | { readonly outcome: "logged-in" | "created"; readonly loggedIn: LoggedIn }
  | { readonly outcome: "link-required"; readonly userId: string };
