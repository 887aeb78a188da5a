import { invalidInput, type PevensieError, userNotFound } from "../../errors/index.js";
import { parseId } from "../../input/uuid.js";
import { END_OF_TIME, optionalDate, optionalFunction, requireOptions } from "../../input/values.js";
import type {
  BanOptions,
  CreateUserOptions,
  ImportOptions,
  ImportResult,
  ListUsersOptions,
  SetPasswordOptions,
  UserFunctions,
  UserImport,
  UserSelectionOptions,
  UserUpdate,
} from "../api/users.js";
import type { UserAccess, UserChanges } from "../driver/index.js";
import { normaliseEmail, requireEmail } from "../email.js";
import {
  optionalPhoneNumber,
  optionalRole,
  readKeepSessionId,
  readPage,
  readSelection,
  readUpdate,
  requirePhoneNumber,
} from "../input.js";
import { decodeUserRecord } from "../metadata.js";
import { requirePassword } from "../passwords/password-hasher.js";
import type { User } from "../user.js";
import { AuthContext } from "./context.js";
import { importInChunks } from "./import.js";

/** The end of Date's range, which is stored as 'infinity'. */
const FOREVER = new Date(END_OF_TIME);

/** The functions of an auth that concern users. */
export class Users<M> extends AuthContext<M> implements UserFunctions<M> {
  async listUsers(options: ListUsersOptions = {}): Promise<User<M>[]> {
    requireOptions(options, "options", ["limit", "offset", "after", "filters", "state", "role", "onInvalidMetadata"]);
    const { onInvalidMetadata } = options;
    optionalFunction(onInvalidMetadata, "onInvalidMetadata");
    const records = await this.store.listUsers(readPage(options));
    return records.flatMap((record) => {
      try {
        return decodeUserRecord(this.parts.metadata, record);
      } catch (error) {
        if (onInvalidMetadata === undefined) throw error;
        onInvalidMetadata(record.id, error as PevensieError);
        return [];
      }
    });
  }

  async countUsers(options: UserSelectionOptions = {}): Promise<number> {
    requireOptions(options, "options", ["filters", "state", "role"]);
    return this.store.countUsers(readSelection(options));
  }

  async getUserById(userId: string): Promise<User<M> | null> {
    const id = parseId(userId, "userId");
    return id === null ? null : this.decode(await this.store.getUserById(id, true));
  }

  async getUserByEmail(email: string): Promise<User<M> | null> {
    return this.decode(await this.store.getUserByEmail(normaliseEmail(email), true));
  }

  async getUserByPhoneNumber(phoneNumber: string): Promise<User<M> | null> {
    return this.decode(await this.store.getUserByPhoneNumber(requirePhoneNumber(phoneNumber), true));
  }

  async createUserWithEmail(options: CreateUserOptions<M>): Promise<User<M>> {
    requireOptions(options, "options", ["email", "password", "userMetadata", "role", "phoneNumber"]);
    const user = {
      email: requireEmail(options.email),
      role: optionalRole(options.role),
      phoneNumber: optionalPhoneNumber(options.phoneNumber),
      userMetadata: this.parts.metadata.encode(options.userMetadata),
    };
    const { password } = options;
    const passwordHash = password === null ? null : await this.hash(password, () => user.email);
    return decodeUserRecord(this.parts.metadata, await this.store.createUser({ ...user, passwordHash }));
  }

  async updateUser(userId: string, update: UserUpdate<M>): Promise<User<M>> {
    const id = parseId(userId, "userId");
    const changes = readUpdate(update, this.parts.metadata);
    if (update.password === undefined) return this.#change(id, changes);
    return this.#changePassword(id, update.password, changes, null);
  }

  setUserRole(userId: string, role: string | null): Promise<User<M>> {
    return this.#set(userId, "role", role);
  }

  setUserEmail(userId: string, email: string): Promise<User<M>> {
    return this.#set(userId, "email", email);
  }

  async setUserPassword(userId: string, password: string | null, options: SetPasswordOptions = {}): Promise<User<M>> {
    const id = parseId(userId, "userId");
    const keepSessionId = readKeepSessionId(options);
    return this.#changePassword(id, password, {}, keepSessionId);
  }

  updateLastSignIn(userId: string, date: Date | null): Promise<User<M>> {
    return this.#set(userId, "lastSignIn", date);
  }

  async updateUserMetadata(userId: string, metadata: M): Promise<User<M>> {
    const userMetadata = this.parts.metadata.encode(metadata);
    return this.#change(parseId(userId, "userId"), { userMetadata });
  }

  async deleteUserById(userId: string): Promise<User<M>> {
    const id = parseId(userId, "userId");
    const record = this.found(id === null ? null : await this.store.deleteUser(id));
    this.emit({ type: "session-ended", reason: "user-deleted", userId: record.id });
    return this.decode(record);
  }

  async banUser(userId: string, options: BanOptions = {}): Promise<User<M>> {
    const { until = FOREVER } = requireOptions(options, "options", ["until"]);
    // Null would end the ban.
    if (until === null) throw invalidInput("until", "must be a Date: leave it out for a ban without an end");
    const bannedUntil = optionalDate(until, "until");
    return this.#change(parseId(userId, "userId"), { bannedUntil });
  }

  async unbanUser(userId: string): Promise<User<M>> {
    return this.#change(parseId(userId, "userId"), { bannedUntil: null });
  }

  async restoreUser(userId: string): Promise<User<M>> {
    const id = parseId(userId, "userId");
    return this.decode(this.found(id === null ? null : await this.store.restoreUser(id)));
  }

  async eraseUser(userId: string): Promise<void> {
    const id = parseId(userId, "userId");
    if (id !== null && (await this.store.eraseUser(id))) {
      this.emit({ type: "session-ended", reason: "user-deleted", userId: id });
    }
  }

  async importUsers(
    users: Iterable<UserImport<M>> | AsyncIterable<UserImport<M>>,
    options: ImportOptions = {},
  ): Promise<ImportResult> {
    return importInChunks(this.store, this.parts, users, options);
  }

  /**
   * Returns what a change of the password or the email compares under the lock: the caller's right to it may have ended while the
   * password was hashed, or while the statement waited.
   */
  async #accessOf(id: string | null): Promise<UserAccess> {
    const access = id === null ? null : await this.store.getUserAccess(id);
    if (access === null) throw userNotFound();
    return access;
  }

  async #changePassword(
    id: string | null,
    password: string | null,
    changes: UserChanges,
    keepSessionId: string | null,
  ): Promise<User<M>> {
    if (password !== null) requirePassword(password);
    const { email, version } = await this.#accessOf(id);
    const passwordHash = password === null ? null : await this.hash(password, () => changes.email ?? email);
    return this.#apply(id, { ...changes, passwordHash }, keepSessionId, version);
  }

  /** Changes one property, with the validation of an update. */
  async #set(userId: string, property: keyof UserUpdate<M>, value: unknown): Promise<User<M>> {
    // In an update an undefined property is skipped; here it is a missing argument.
    if (value === undefined) throw invalidInput(property, "is missing");
    return this.#change(parseId(userId, "userId"), readUpdate({ [property]: value }, this.parts.metadata));
  }

  async #change(id: string | null, changes: UserChanges): Promise<User<M>> {
    const version = changes.email === undefined ? undefined : (await this.#accessOf(id)).version;
    return this.#apply(id, changes, null, version);
  }

  async #apply(
    id: string | null,
    changes: UserChanges,
    keepSessionId: string | null,
    version?: string,
  ): Promise<User<M>> {
    const record = this.found(id === null ? null : await this.store.updateUser(id, changes, keepSessionId, version));
    // Before decoding, which may fail: the change has taken effect.
    if ("passwordHash" in changes) this.emitPasswordChange(record.id);
    // Uses this process's clock, which affects only whether the event is emitted.
    const banned = changes.bannedUntil !== undefined && (record.bannedUntil?.getTime() ?? 0) > Date.now();
    if (banned) this.emit({ type: "session-ended", reason: "user-banned", userId: record.id });
    return this.decode(record);
  }
}
