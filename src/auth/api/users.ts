import type { PevensieError } from "../../errors/index.js";
import type { Json, JsonOf } from "../../json.js";
import type { ImportRefusal, UserState } from "../driver/users.js";
import type { MetadataInput, User } from "../user.js";

/** Selects users. */
export interface UserSelectionOptions {
  /**
   * Patterns in which `%` matches any text, `_` matches any character, and `\` escapes the next character. A user
   * matches if any pattern of any field matches; an empty list matches no user. Emails are found
   * quickly by patterns that begin with literal text, such as `lucy%`; all other patterns read every user. Default:
   * every user.
   */
  readonly filters?: UserFilters | undefined;
  /**
   * `live`: users that are not deleted, banned ones included. `banned`: those that are banned now. `deleted`: those that
   * `restoreUser` could bring back. `any`: all of them. Default: live.
   */
  readonly state?: UserState | undefined;
  /** Only users with this role. Default: any. */
  readonly role?: string | undefined;
}

/** Options of {@link UserFunctions.listUsers}. */
export interface ListUsersOptions extends UserSelectionOptions {
  /** Maximum number of users, 0 to 10,000. Default: 100. */
  readonly limit?: number | undefined;
  /** Number of users to skip. Default: 0. */
  readonly offset?: number | undefined;
  /**
   * Only users after the one with this id, in the order of ids. The last user of a page leads to the next one, as fast
   * for the last page as for the first. Default: from the first one.
   */
  readonly after?: string | null | undefined;
  /**
   * Called for each user whose metadata cannot be decoded; the page leaves these users out. Default: the first one
   * fails the call with INVALID_METADATA.
   */
  readonly onInvalidMetadata?: ((userId: string, error: PevensieError) => void) | undefined;
}

/** Patterns by field. A user matches when any of them does. */
export interface UserFilters {
  readonly id?: readonly string[] | undefined;
  readonly email?: readonly string[] | undefined;
  readonly phoneNumber?: readonly string[] | undefined;
}

/** A new user. */
export interface CreateUserOptions<M> {
  /** At most 254 characters. */
  readonly email: string;
  /** 8 to 1,024 characters. With null, the user cannot log in with a password. */
  readonly password: string | null;
  /** At most 1,048,576 bytes of JSON, nested at most 100 levels deep. */
  readonly userMetadata: M;
  /** 1 to 255 characters. */
  readonly role?: string | null | undefined;
  /** 1 to 64 characters, stored as given. */
  readonly phoneNumber?: string | null | undefined;
}

/** Changes to a user. An absent key leaves the value unchanged; null clears it. */
export interface UserUpdate<M, AppMetadata = Json> {
  /** 1 to 255 characters. */
  readonly role?: string | null | undefined;
  /** At most 254 characters. A changed email is unconfirmed, unless the same update confirms it. It voids one-time tokens. */
  readonly email?: string | undefined;
  readonly emailConfirmedAt?: Date | null | undefined;
  /** 1 to 64 characters. A changed number is unconfirmed, unless the same update confirms it. */
  readonly phoneNumber?: string | null | undefined;
  readonly phoneNumberConfirmedAt?: Date | null | undefined;
  /** 8 to 1,024 characters. Ends every session and voids one-time tokens. */
  readonly password?: string | null | undefined;
  readonly lastSignIn?: Date | null | undefined;
  /** At most 1,048,576 bytes of JSON, nested at most 100 levels deep. */
  readonly appMetadata?: AppMetadata | undefined;
  /** As `appMetadata`. */
  readonly userMetadata?: M | undefined;
  /** A date in the future ends every session and voids one-time tokens. */
  readonly bannedUntil?: Date | null | undefined;
}

/** Options of {@link UserFunctions.setUserPassword}. */
export interface SetPasswordOptions {
  /** A session that the change does not end, such as that of the current request. */
  readonly keepSessionId?: string | null | undefined;
}

/** Options of {@link UserFunctions.banUser}. */
export interface BanOptions {
  /** When the ban ends, by the database's clock. Default: never. */
  readonly until?: Date | undefined;
}

/** A user from another system. */
export interface UserImport<M> {
  readonly email: string;
  /**
   * A password hash in text form: argon2, bcrypt, scrypt, PBKDF2 or Firebase's scrypt (docs/users.md). It is replaced by
   * an argon2id hash at the user's first login. Default: none.
   */
  readonly passwordHash?: string | null | undefined;
  /** Default: `{}`. */
  readonly userMetadata?: M | undefined;
  readonly role?: string | null | undefined;
  readonly phoneNumber?: string | null | undefined;
  /**
   * Default: the email is not confirmed, and a first login by mail or a password reset removes what the user has from
   * before: see `logInWithToken`.
   */
  readonly emailConfirmedAt?: Date | null | undefined;
  /** Default: now. */
  readonly createdAt?: Date | null | undefined;
  /** A UUID. Default: a new one. */
  readonly id?: string | undefined;
}

/** Options of {@link UserFunctions.importUsers}. */
export interface ImportOptions {
  /** Called, and awaited, after each chunk with the numbers so far. */
  readonly onProgress?: ((progress: ImportProgress) => unknown) | undefined;
  /** Number of users of one statement, 1 to 10,000. Default: 500. */
  readonly chunkSize?: number | undefined;
}

/** How far an import has come. */
export interface ImportProgress {
  readonly imported: number;
  readonly refused: number;
}

/** A user that was not imported. */
export interface RefusedImport {
  /** Its place in the iterable, from 0. */
  readonly index: number;
  /** Its email, if it is valid. */
  readonly email?: string;
  readonly code: Exclude<ImportRefusal, null> | "INVALID_INPUT" | "INVALID_METADATA";
  /** The property that is invalid. */
  readonly field?: string;
}

/** The result of {@link UserFunctions.importUsers}. */
export interface ImportResult {
  readonly imported: number;
  readonly refused: readonly RefusedImport[];
}

/**
 * The functions of an auth that concern users.
 *
 * Those that change a user return it. If its metadata cannot be decoded then, they reject with INVALID_METADATA although the change has
 * taken effect.
 *
 * @typeParam In - the metadata that they accept, where a schema converts it
 */
export interface UserFunctions<M, In = M> {
  /** Returns users, oldest first. @throws INVALID_METADATA */
  listUsers(options?: ListUsersOptions): Promise<User<M>[]>;
  /** Returns the number of users that `listUsers` would list without a limit. */
  countUsers(options?: UserSelectionOptions): Promise<number>;
  /** Returns the user with this id. @throws INVALID_METADATA */
  getUserById(userId: string): Promise<User<M> | null>;
  /** Returns the user with exactly this email, compared in normal form. @throws INVALID_METADATA */
  getUserByEmail(email: string): Promise<User<M> | null>;
  /** Returns the user with exactly this phone number. @throws INVALID_METADATA */
  getUserByPhoneNumber(phoneNumber: string): Promise<User<M> | null>;
  /**
   * Creates a user.
   *
   * @throws EMAIL_TAKEN, PHONE_NUMBER_TAKEN, INVALID_METADATA, PASSWORD_HASH_FAILED, OVERLOADED
   */
  createUserWithEmail<V>(options: CreateUserOptions<MetadataInput<In, V>>): Promise<User<M>>;
  /**
   * Changes a user and returns it.
   *
   * @throws USER_NOT_FOUND, EMAIL_TAKEN, PHONE_NUMBER_TAKEN, INVALID_METADATA, PASSWORD_HASH_FAILED, OVERLOADED; with a password or an
   * email, CHANGED_CONCURRENTLY
   */
  updateUser<V, A>(userId: string, update: UserUpdate<MetadataInput<In, V>, Json | JsonOf<A>>): Promise<User<M>>;
  /** Sets or removes the role, 1 to 255 characters. @throws USER_NOT_FOUND, INVALID_METADATA */
  setUserRole(userId: string, role: string | null): Promise<User<M>>;
  /**
   * Sets the email, at most 254 characters. A changed email is unconfirmed and voids one-time tokens.
   *
   * @throws USER_NOT_FOUND, EMAIL_TAKEN, INVALID_METADATA; CHANGED_CONCURRENTLY as `setUserPassword`
   */
  setUserEmail(userId: string, email: string): Promise<User<M>>;
  /**
   * Sets or removes the password, ends every session except `keepSessionId`, and voids one-time tokens.
   *
   * @throws USER_NOT_FOUND, INVALID_METADATA, PASSWORD_HASH_FAILED, OVERLOADED; CHANGED_CONCURRENTLY if the email or the password was
   * changed, the mailbox proved for the first time, or the user banned or deleted while the call was in progress. An email that was
   * changed and changed back is not noticed
   */
  setUserPassword(userId: string, password: string | null, options?: SetPasswordOptions): Promise<User<M>>;
  /** Sets or clears the time of the last sign-in. @throws USER_NOT_FOUND, INVALID_METADATA */
  updateLastSignIn(userId: string, date: Date | null): Promise<User<M>>;
  /** Replaces the user's metadata. @throws USER_NOT_FOUND, INVALID_METADATA */
  updateUserMetadata<V>(userId: string, metadata: MetadataInput<In, V>): Promise<User<M>>;
  /**
   * Marks the user deleted, ends every session and voids one-time tokens, in one transaction.
   *
   * @throws USER_NOT_FOUND, INVALID_METADATA
   */
  deleteUserById(userId: string): Promise<User<M>>;
  /**
   * Bans a user, ends every session and voids one-time tokens, in one transaction. Until the ban ends,
   * `getApiKeyWithUser` returns null for the user's API keys. An end that has passed, by the database's clock, bans nobody.
   *
   * @throws USER_NOT_FOUND, INVALID_METADATA
   */
  banUser(userId: string, options?: BanOptions): Promise<User<M>>;
  /** Ends a ban. @throws USER_NOT_FOUND, INVALID_METADATA */
  unbanUser(userId: string): Promise<User<M>>;
  /**
   * Makes a deleted user live again, with the password, identities and API keys that it had. Its sessions and tokens have
   * ended. Of a user that is live, only `updatedAt` changes.
   *
   * @throws USER_NOT_FOUND, EMAIL_TAKEN, PHONE_NUMBER_TAKEN, INVALID_METADATA
   */
  restoreUser(userId: string): Promise<User<M>>;
  /**
   * Removes a user, deleted or not, for good, with sessions, tokens, identities and API keys. Does nothing if there is no
   * such user.
   *
   * @throws CONSTRAINT_VIOLATED if rows of the application's own refer to the user
   */
  eraseUser(userId: string): Promise<void>;
  /**
   * Creates users from another system, with the password hashes that they have there. Takes any iterable, such as a
   * stream's, a chunk at a time. Users that are refused do not stop the import; an error of the database does, and a
   * repeated import then refuses those that it has imported already. Inside a transaction the iterable and `onProgress` may use that
   * transaction: while the import waits for one of them, other calls take effect.
   *
   * @throws INVALID_INPUT for a value that is not iterable, and for a chunk that is complete while a nested transaction is open
   */
  importUsers<V>(
    users: Iterable<UserImport<MetadataInput<In, V>>> | AsyncIterable<UserImport<MetadataInput<In, V>>>,
    options?: ImportOptions,
  ): Promise<ImportResult>;
}
