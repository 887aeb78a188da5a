import type { Json, JsonOf } from "../../json.js";
import type { OneTimeTokenType } from "../driver/tokens.js";
import type { User } from "../user.js";

/** What a one-time token is for. */
export interface OneTimeTokenOwner {
  readonly tokenType: OneTimeTokenType;
  /**
   * The application's own name for what the token is for, 1 to 255 characters. Required for the type "application",
   * forbidden for the others.
   */
  readonly purpose?: string | undefined;
}

/** A new one-time token. */
export interface CreateOneTimeTokenOptions<Payload = Json> extends OneTimeTokenOwner {
  readonly userId: string;
  /** Time to live in seconds, 1 to 3,155,760,000. */
  readonly ttlSeconds: number;
  /** JSON that comes back when the token is used, at most 8,192 bytes of UTF-8. Default: null. */
  readonly payload?: Payload | undefined;
}

/** Options of {@link OneTimeTokenFunctions.createPasswordResetToken}. */
export interface CreatePasswordResetTokenOptions {
  readonly email: string;
  /** Time to live in seconds, 1 to 3,155,760,000. A quarter of an hour is usual. */
  readonly ttlSeconds: number;
}

/** A one-time token that somebody presents. */
export interface OneTimeTokenOptions extends OneTimeTokenOwner {
  readonly token: string;
  /** The token has to be this user's. Default: any user's. Undefined is refused: INVALID_INPUT. */
  readonly userId?: string;
}

/** What a used token carries. */
export interface OneTimeTokenUse {
  readonly userId: string;
  readonly payload: Json | null;
}

/** A live one-time token. */
export interface OneTimeToken extends OneTimeTokenUse {
  readonly tokenType: OneTimeTokenType;
  readonly purpose: string | null;
  readonly expiresAt: Date;
}

/** Options of {@link OneTimeTokenFunctions.createEmailChangeToken}. */
export interface CreateEmailChangeTokenOptions {
  readonly userId: string;
  /** The new address. */
  readonly email: string;
  /** Time to live in seconds, 1 to 3,155,760,000. */
  readonly ttlSeconds: number;
}

/** Options of {@link OneTimeTokenFunctions.confirmEmail}. */
export interface ConfirmEmailOptions {
  readonly token: string;
}

/** Options of {@link OneTimeTokenFunctions.confirmEmailChange}. */
export interface ConfirmEmailChangeOptions {
  readonly token: string;
  /** A session that the change does not end, such as that of the current request. */
  readonly keepSessionId?: string | null | undefined;
}

/** Options of {@link OneTimeTokenFunctions.resetPassword}. */
export interface ResetPasswordOptions {
  /** A token of the type "password-reset". */
  readonly token: string;
  /** The new password, 8 to 1,024 characters. */
  readonly password: string;
  /**
   * The client's address, IPv4 or IPv6. It becomes a known address: see `logInLimits`. Without it, failures at that
   * address before the reset still count there.
   */
  readonly ip?: string | null | undefined;
}

/** The result of {@link OneTimeTokenFunctions.createPasswordResetToken}. */
export interface CreatePasswordResetTokenResult<M = Json> {
  readonly token: string;
  readonly user: User<M>;
}

/** The result of {@link OneTimeTokenFunctions.confirmEmailChange}. */
export interface ConfirmEmailChangeResult<M = Json> {
  readonly user: User<M>;
  readonly previousEmail: string;
}

/** The functions of an auth that concern one-time tokens. */
export interface OneTimeTokenFunctions<M> {
  /**
   * Creates a token to send to the user; only its hash is stored. Of the types "password-reset", "email-confirmation" and
   * "log-in", the user's last five tokens are usable until they expire, one of them is used, or the user's email or
   * password changes; a sixth voids the oldest. Of the others, a new one replaces the one before it.
   *
   * Call `getUserById` after this function, not before, and send the token to the email that it returns: a token whose
   * creation waited for a concurrent change of the email is void. With `staleReads`, call it in `withTransaction`, which reads from the
   * primary: a replica may still have the old email.
   *
   * A "password-reset" token of a banned user is void from the start, so that a handler for forgotten passwords treats that user like
   * any other.
   *
   * @throws USER_NOT_FOUND; USER_BANNED, except for the type "password-reset"; CHANGED_CONCURRENTLY if the server aborts the call for the
   * sake of another transaction
   */
  createOneTimeToken<P>(options: CreateOneTimeTokenOptions<Json | JsonOf<P>>): Promise<string>;
  /**
   * Creates a token of the type "password-reset" for whoever has forgotten the password. Returns null for an email of no user and for a
   * banned user. That takes less time: respond to the request first, the same in any case, and call this function afterwards. Send the
   * token to `user.email`.
   *
   * @throws INVALID_METADATA
   */
  createPasswordResetToken(options: CreatePasswordResetTokenOptions): Promise<CreatePasswordResetTokenResult<M> | null>;
  /** Returns whether the token is usable now. */
  validateOneTimeToken(options: OneTimeTokenOptions): Promise<boolean>;
  /** Returns what the token is for and carries, without using it; null if it is not usable. */
  getOneTimeToken(options: OneTimeTokenOptions): Promise<OneTimeToken | null>;
  /**
   * Uses the token, voids the user's others of that type and purpose, and returns what it carries. Of any number of
   * concurrent calls, one succeeds.
   *
   * @throws INVALID_ONE_TIME_TOKEN
   */
  useOneTimeToken(options: OneTimeTokenOptions): Promise<OneTimeTokenUse>;
  /** Voids this token and no other. Does nothing if it does not exist. */
  deleteOneTimeToken(options: OneTimeTokenOptions): Promise<void>;

  /**
   * Uses a token of the type "email-confirmation" and sets `emailConfirmedAt`, if the user's email is still the one that
   * the token was made for.
   *
   * @throws INVALID_ONE_TIME_TOKEN, INVALID_METADATA
   */
  confirmEmail(options: ConfirmEmailOptions): Promise<User<M>>;
  /**
   * Creates a token to send to a new address, which the user proves by it. Nothing changes until then. Ask for the
   * password before: see `reauthenticate`.
   *
   * @throws USER_NOT_FOUND, USER_BANNED
   */
  createEmailChangeToken(options: CreateEmailChangeTokenOptions): Promise<string>;
  /**
   * Uses a token of `createEmailChangeToken`: the new address becomes the user's email, and is confirmed. Ends the user's
   * other sessions and voids one-time tokens. Tell the previous address of it.
   *
   * @throws INVALID_ONE_TIME_TOKEN; EMAIL_TAKEN, after which the token is still usable; INVALID_METADATA
   */
  confirmEmailChange(options: ConfirmEmailChangeOptions): Promise<ConfirmEmailChangeResult<M>>;

  /**
   * Uses a password-reset token, sets the password, confirms the email, ends every session and voids the user's other tokens, in one
   * transaction. Failed logins of strangers then no longer lock the user out: at `ip` for 30 days, and anywhere for an
   * hour, within the limits that `logInLimits` sets for these cases.
   *
   * @throws INVALID_ONE_TIME_TOKEN, PASSWORD_HASH_FAILED, OVERLOADED, INVALID_METADATA
   */
  resetPassword(options: ResetPasswordOptions): Promise<User<M>>;
}
