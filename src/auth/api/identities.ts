import type { Identity, IdentityKey } from "../driver/identities.js";
import type { MetadataInput } from "../user.js";
import type { LoggedInUser, LogInSessionOptions } from "./logins.js";

/** A login through an identity provider. The application has verified its ID token, with `openid-client` for instance. */
export interface LogInWithIdentityOptions<M> extends LogInSessionOptions, IdentityKey {
  /** The claim `email`. Needed to create a user. One that `createUserWithEmail` would refuse counts as none. */
  readonly email?: string | null | undefined;
  /** The claim `email_verified`, from a provider that is trusted to verify. Default: false. */
  readonly emailVerified?: boolean | undefined;
  /** The metadata of a user to create. Default: `{}`. */
  readonly userMetadata?: M | undefined;
}

/** The result of a login through an identity provider. */
export type LogInWithIdentityResult<M> =
  | ({ readonly outcome: "logged-in" | "created" } & LoggedInUser<M>)
  /**
   * A user has the email, and not both sides have proved to own the mailbox. Let that user log in in another way, and
   * then call `linkIdentity`.
   */
  | { readonly outcome: "link-required"; readonly userId: string };

/** An identity to link. */
export interface LinkIdentityOptions extends IdentityKey {
  /** The claim `email`, for display. Default: none, or the one that is stored. */
  readonly email?: string | null | undefined;
}

/**
 * The functions of an auth that concern accounts at identity providers.
 *
 * @typeParam In - the metadata that they accept, where a schema converts it
 */
export interface IdentityFunctions<M, In = M> {
  /**
   * Logs in the user with an identity, which `issuer` and `subject` name (the claims `iss` and `sub`). A new identity is
   * linked to the user with its email if both the provider and the user have proved the mailbox; a user is created if
   * nobody has the email.
   *
   * @throws USER_BANNED, INVALID_METADATA; INVALID_INPUT with the field `email` if the identity is new and has none
   */
  logInWithIdentity<V>(options: LogInWithIdentityOptions<MetadataInput<In, V>>): Promise<LogInWithIdentityResult<M>>;
  /**
   * Links an identity to a user, who has logged in. Idempotent.
   *
   * @throws USER_NOT_FOUND, IDENTITY_TAKEN; CHANGED_CONCURRENTLY as `setUserPassword`
   */
  linkIdentity(userId: string, identity: LinkIdentityOptions): Promise<Identity>;
  /**
   * Removes an identity of a user. Does nothing if it does not exist. Its next login is that of a new identity: `logInWithIdentity` links
   * it again if the email is the user's and both sides have proved the mailbox. To keep it out, pass `emailVerified: false` for it.
   *
   * @throws LAST_LOGIN_METHOD if the user has neither a password nor another identity
   */
  unlinkIdentity(userId: string, identity: IdentityKey): Promise<void>;
  /** Returns the identities of a user, oldest first. */
  listIdentities(userId: string): Promise<Identity[]>;
}
