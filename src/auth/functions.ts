import { invalidInput, PevensieError, type PevensieErrorCode } from "../errors/index.js";
import type { EventListener, PevensieEvent } from "../events.js";
import { parseId } from "../input/uuid.js";
import {
  optionalIp,
  optionalTtl,
  type RemoveExpiredOptions,
  readBatchSize,
  requireOptions,
  requireTtl,
} from "../input/values.js";
import type { IpAddress } from "../net/index.js";
import { promiseOf } from "../promise.js";
import type {
  AuthFunctions,
  ClientDescription,
  CreateOneTimeTokenOptions,
  CreateSessionOptions,
  CreateUserOptions,
  ListUsersOptions,
  LogInOptions,
  OneTimeTokenOptions,
  PasswordCheckOptions,
  ResetPasswordOptions,
  SetPasswordOptions,
  UserUpdate,
  WithTransactionOptions,
} from "./api.js";
import type { CookieSigner } from "./cookies.js";
import type {
  AuthStore,
  Credentials,
  OneTimeTokenKey,
  RemovedRows,
  SessionPresentation,
  TransactionClient,
  UserChanges,
  UserRecord,
} from "./driver.js";
import { normaliseEmail, requireEmail } from "./email.js";
import {
  optionalPhoneNumber,
  optionalRole,
  readClient,
  readKeepSessionId,
  readPage,
  readSessionId,
  readUpdate,
  requirePhoneNumber,
} from "./input.js";
import type { LogInLimiter } from "./log-in-limits.js";
import { decodeUserRecord, encodeUserMetadata, jsonCodec } from "./metadata.js";
import { isOutdated, type PasswordHasher, requirePassword, requirePasswordGuess } from "./passwords.js";
import type { Session } from "./session.js";
import { generateToken, hashToken, requireTokenType } from "./tokens.js";
import { clientIn, functionsIn, requireNoTransactionClient } from "./transaction.js";
import { TransactionCalls } from "./transaction-calls.js";
import type { MetadataCodec, User } from "./user.js";

const LOG_IN_TTL_SECONDS = 24 * 60 * 60;

const CLIENT_KEYS = ["ip", "userAgent"] as const;

/** For a session that is found by its id alone. */
const UNBOUND: SessionPresentation = { ip: null, userAgent: null };

/** The validated parts of an auth, except its store. */
export interface AuthParts<M> {
  readonly signer: CookieSigner;
  readonly codec: MetadataCodec<M>;
  readonly hasher: PasswordHasher;
  readonly limiter: LogInLimiter;
}

/** The functions of an auth over a store: a driver, or one of its transactions. */
export class StoredAuth<M> implements AuthFunctions<M> {
  readonly #parts: AuthParts<M>;
  readonly #currentStore: () => AuthStore;
  readonly #emit: EventListener;

  /** @param store - returns the store; called at every use */
  constructor(parts: AuthParts<M>, store: () => AuthStore, emit: EventListener) {
    this.#parts = parts;
    this.#currentStore = store;
    this.#emit = emit;
  }

  get #store(): AuthStore {
    return this.#currentStore();
  }

  get #codec(): MetadataCodec<M> {
    return this.#parts.codec;
  }

  async listUsers(options: ListUsersOptions = {}): Promise<User<M>[]> {
    requireOptions(options, "options", ["limit", "offset", "filters", "onInvalidMetadata"]);
    const { onInvalidMetadata, ...page } = options;
    if (onInvalidMetadata !== undefined && typeof onInvalidMetadata !== "function") {
      throw invalidInput("onInvalidMetadata", "must be a function");
    }
    const records = await this.#store.listUsers(readPage(page));
    return records.flatMap((record) => {
      try {
        return decodeUserRecord(this.#codec, record);
      } catch (error) {
        if (onInvalidMetadata === undefined) throw error;
        onInvalidMetadata(record.id, error as PevensieError);
        return [];
      }
    });
  }

  async getUserById(userId: string): Promise<User<M> | null> {
    const id = parseId(userId, "userId");
    return id === null ? null : this.#decode(await this.#store.getUserById(id));
  }

  async getUserByEmail(email: string): Promise<User<M> | null> {
    return this.#decode(await this.#store.getUserByEmail(normaliseEmail(email)));
  }

  async getUserByPhoneNumber(phoneNumber: string): Promise<User<M> | null> {
    return this.#decode(await this.#store.getUserByPhoneNumber(requirePhoneNumber(phoneNumber)));
  }

  async getUserByEmailAndPassword(
    email: string,
    password: string,
    options: PasswordCheckOptions = {},
  ): Promise<User<M> | null> {
    const { ip } = requireOptions(options, "options", ["ip"]);
    const verified = await this.#verify(email, password, optionalIp(ip));
    if (verified === null) return null;
    const { userId, passwordHash, newPasswordHash, admitted } = verified;
    const exemption = admitted.exemptionOf(userId);
    if (exemption !== null) await this.#store.grantLogInExemption(userId, passwordHash, exemption);
    if (newPasswordHash !== null) await this.#store.replacePasswordHash(userId, passwordHash, newPasswordHash);
    return this.#decode(await this.#store.getUserById(userId));
  }

  async createUserWithEmail(options: CreateUserOptions<M>): Promise<User<M>> {
    requireOptions(options, "options", ["email", "password", "userMetadata", "role", "phoneNumber"]);
    const user = {
      email: requireEmail(options.email),
      role: optionalRole(options.role),
      phoneNumber: optionalPhoneNumber(options.phoneNumber),
      userMetadata: encodeUserMetadata(this.#codec, options.userMetadata),
    };
    const passwordHash = await this.#hash(options.password);
    return decodeUserRecord(this.#codec, await this.#store.createUser({ ...user, passwordHash }));
  }

  async updateUser(userId: string, update: UserUpdate<M>): Promise<User<M>> {
    const id = parseId(userId, "userId");
    const changes = readUpdate(update, this.#codec);
    if (update.password === undefined) return this.#change(id, changes);
    return this.#change(id, { ...changes, passwordHash: await this.#hash(update.password) });
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
    return this.#change(id, { passwordHash: await this.#hash(password) }, keepSessionId);
  }

  updateLastSignIn(userId: string, date: Date | null): Promise<User<M>> {
    return this.#set(userId, "lastSignIn", date);
  }

  async updateUserMetadata(userId: string, metadata: M): Promise<User<M>> {
    const userMetadata = encodeUserMetadata(this.#codec, metadata);
    return this.#change(parseId(userId, "userId"), { userMetadata });
  }

  async deleteUserById(userId: string): Promise<User<M>> {
    const id = parseId(userId, "userId");
    const user = this.#found(id === null ? null : await this.#store.deleteUser(id));
    this.#emit({ type: "session-ended", reason: "user-deleted", userId: user.id });
    return user;
  }

  async createSession(options: CreateSessionOptions): Promise<Session> {
    requireOptions(options, "options", ["userId", "ttlSeconds", "deleteOtherSessions", ...CLIENT_KEYS]);
    const { deleteOtherSessions = false } = options;
    if (typeof deleteOtherSessions !== "boolean") throw invalidInput("deleteOtherSessions", "must be a boolean");
    const userId = parseId(options.userId, "userId");
    const session = { ...readClient(options), ttlSeconds: optionalTtl(options.ttlSeconds) };
    if (userId === null) throw userNotFound();
    const created = await this.#store.createSession({ ...session, userId }, deleteOtherSessions);
    if (deleteOtherSessions) this.#emit({ type: "session-ended", reason: "replaced", userId });
    return created;
  }

  getSession(sessionId: string, presentation: ClientDescription = {}): Promise<Session | null> {
    return promiseOf(() => {
      requireOptions(presentation, "presentation", CLIENT_KEYS);
      const client = readClient(presentation);
      const id = parseId(sessionId, "sessionId");
      return id === null ? null : this.#store.getSession(id, client);
    });
  }

  async deleteSession(sessionId: string): Promise<void> {
    const id = parseId(sessionId, "sessionId");
    if (id === null) return;
    await this.#store.deleteSession(id);
    this.#emit({ type: "session-ended", reason: "log-out", userId: null });
  }

  async logInUser(options: LogInOptions): Promise<{ session: Session; user: User<M> } | null> {
    requireOptions(options, "options", ["email", "password", "replaceSessionId", "bindSession", ...CLIENT_KEYS]);
    const client = readClient(options);
    const { bindSession = true } = options;
    if (typeof bindSession !== "boolean") throw invalidInput("bindSession", "must be a boolean");
    const replaceSessionId = readSessionId(options.replaceSessionId, "replaceSessionId");
    const verified = await this.#verify(options.email, options.password, client.ip);
    if (verified === null) return null;
    // Metadata that the codec refuses must fail the login before a session is created. The JSON codec refuses nothing.
    if (this.#codec !== (jsonCodec as unknown)) this.#decode(await this.#store.getUserById(verified.userId));
    const exemption = verified.admitted.exemptionOf(verified.userId);
    const logIn = (current: Verified) =>
      this.#store.logIn({
        userId: current.userId,
        passwordHash: current.passwordHash,
        newPasswordHash: current.newPasswordHash,
        ttlSeconds: LOG_IN_TTL_SECONDS,
        replaceSessionId,
        exemption,
        ...(bindSession ? client : UNBOUND),
      });
    let loggedIn = await logIn(verified);
    if (loggedIn === null && verified.newPasswordHash !== null) {
      // A concurrent login may have replaced the outdated hash with one of the same password.
      const { credentials } = await this.#store.getCredentialsByEmail(normaliseEmail(options.email), null);
      const again = await this.#verifyCredentials(credentials, requirePasswordGuess(options.password));
      loggedIn = again && (await logIn(again));
    }
    if (loggedIn === null) {
      const { userId } = verified;
      this.#emit({ type: "log-in-failed", reason: "wrong-email-or-password", userId, ip: client.ip });
      return null;
    }
    const { session, user, replacedUserId } = loggedIn;
    if (replacedUserId !== null) this.#emit({ type: "session-ended", reason: "replaced", userId: replacedUserId });
    return { session, user: decodeUserRecord(this.#codec, user) };
  }

  createSessionCookie(session: Session): string {
    return this.#parts.signer.sign(session);
  }

  validateSessionCookie(cookie: string): string | null {
    return this.#parts.signer.verify(cookie);
  }

  async createOneTimeToken(options: CreateOneTimeTokenOptions): Promise<string> {
    requireOptions(options, "options", ["userId", "tokenType", "ttlSeconds"]);
    const tokenType = requireTokenType(options.tokenType);
    const ttlSeconds = requireTtl(options.ttlSeconds);
    const userId = parseId(options.userId, "userId");
    if (userId === null) throw userNotFound();
    const { token, tokenHash } = generateToken(tokenType);
    await this.#store.createOneTimeToken({ userId, tokenType, tokenHash }, ttlSeconds);
    return token;
  }

  async validateOneTimeToken(options: OneTimeTokenOptions): Promise<boolean> {
    const key = tokenKey(options);
    return key !== null && this.#store.validateOneTimeToken(key);
  }

  async useOneTimeToken(options: OneTimeTokenOptions): Promise<void> {
    const key = tokenKey(options);
    if (key === null || !(await this.#store.useOneTimeToken(key))) throw invalidToken();
    this.#emit({ type: "token-used", tokenType: key.tokenType, userId: key.userId });
  }

  async deleteOneTimeToken(options: OneTimeTokenOptions): Promise<void> {
    const key = tokenKey(options);
    if (key !== null) await this.#store.deleteOneTimeToken(key);
  }

  async resetPassword(options: ResetPasswordOptions): Promise<User<M>> {
    requireOptions(options, "options", ["token", "password", "ip"]);
    const tokenType = "password-reset";
    const password = requirePassword(options.password);
    const ip = optionalIp(options.ip);
    const tokenHash = hashToken(tokenType, options.token);
    // Hashing is expensive: an unknown token must not cause it.
    const userId = tokenHash && (await this.#store.getOneTimeTokenOwner(tokenType, tokenHash));
    if (!userId || !tokenHash) throw invalidToken();
    const passwordHash = await this.#parts.hasher.hash(password);
    const exemptions = this.#parts.limiter.provedMailbox(userId, ip);
    const record = await this.#store.resetPassword({ userId, tokenType, tokenHash }, passwordHash, exemptions);
    if (record === null) throw invalidToken();
    this.#emit({ type: "token-used", tokenType, userId });
    this.#tellOfPasswordChange(userId);
    return decodeUserRecord(this.#codec, record);
  }

  async withTransaction<T>(
    work: (auth: AuthFunctions<M>, client: TransactionClient) => Promise<T>,
    options: WithTransactionOptions = {},
  ): Promise<T> {
    if (typeof work !== "function") throw invalidInput("work", "must be a function");
    const { client } = requireOptions(options, "options", ["client"]);
    requireNoTransactionClient(client);
    const parts = { ...this.#parts, limiter: this.#parts.limiter.withoutGate() };
    // Emitted after the commit. Events of an attempt that is retried are dropped.
    let events: readonly PevensieEvent[] = [];
    const result = await this.#store.transaction(client, async (store, own) => {
      const kept: PevensieEvent[] = [];
      events = kept;
      const over = (through: AuthStore) =>
        new StoredAuth(
          parts,
          () => through,
          (event) => kept.push(event),
        );
      const calls = new TransactionCalls();
      try {
        const outcome = await work(functionsIn(calls, store, over), clientIn(calls, own));
        await calls.finish();
        return outcome;
      } finally {
        calls.close();
      }
    });
    for (const event of events) this.#emit(event);
    return result;
  }

  async removeExpired(options: RemoveExpiredOptions = {}): Promise<RemovedRows> {
    const removed = await this.#store.removeExpired(readBatchSize(options));
    this.#emit({ type: "sweep", removed: { ...removed } });
    return removed;
  }

  /** Returns the user and the hash if the password is correct. Always runs one verification. */
  async #verify(email: string, password: string, ip: IpAddress | null) {
    const guess = requirePasswordGuess(password);
    const normalised = normaliseEmail(email);
    let userId: string | null = null;
    const tell = (reason: LogInFailure) => this.#emit({ type: "log-in-failed", reason, userId, ip });
    try {
      return await this.#parts.limiter.run(this.#store, normalised, ip, async (admitted) => {
        userId = admitted.credentials?.userId ?? null;
        const verified = await this.#verifyCredentials(admitted.credentials, guess, admitted.failed);
        if (verified !== null) return { ...verified, admitted };
        await admitted.failed();
        tell("wrong-email-or-password");
        return null;
      });
    } catch (error) {
      const reason = error instanceof PevensieError ? LOG_IN_FAILURES[error.code] : undefined;
      if (reason !== undefined) tell(reason);
      throw error;
    }
  }

  /** @param unreadable - awaited before PASSWORD_HASH_FAILED is thrown for a stored hash */
  async #verifyCredentials(
    credentials: Credentials | null,
    guess: string,
    unreadable: () => Promise<void> = async () => {},
  ): Promise<Verified | null> {
    const { userId, passwordHash, banned } = credentials ?? NOBODY;
    const matches = await this.#parts.hasher.verify(passwordHash, guess).catch(async (error: unknown) => {
      if (error instanceof PevensieError && error.code === "PASSWORD_HASH_FAILED") await unreadable();
      throw error;
    });
    if (!matches || passwordHash === null || userId === null) return null;
    if (banned) throw new PevensieError("USER_BANNED", "The user is banned.");
    const newPasswordHash = isOutdated(passwordHash) ? await this.#parts.hasher.rehash(guess) : null;
    return { userId, passwordHash, newPasswordHash };
  }

  async #hash(password: unknown): Promise<string | null> {
    return password === null ? null : this.#parts.hasher.hash(requirePassword(password));
  }

  /** Changes one property, with the validation of an update. */
  async #set(userId: string, property: keyof UserUpdate<M>, value: unknown): Promise<User<M>> {
    // In an update an undefined property is skipped; here it is a missing argument.
    if (value === undefined) throw invalidInput(property, "is missing");
    return this.#change(parseId(userId, "userId"), readUpdate({ [property]: value }, this.#codec));
  }

  async #change(id: string | null, changes: UserChanges, keepSessionId: string | null = null): Promise<User<M>> {
    const user = this.#found(id === null ? null : await this.#store.updateUser(id, changes, keepSessionId));
    if ("passwordHash" in changes) this.#tellOfPasswordChange(user.id);
    // Uses this process's clock, which affects only whether the event is emitted.
    const banned = changes.bannedUntil !== undefined && (user.bannedUntil?.getTime() ?? 0) > Date.now();
    if (banned) this.#emit({ type: "session-ended", reason: "user-banned", userId: user.id });
    return user;
  }

  #tellOfPasswordChange(userId: string): void {
    this.#emit({ type: "password-changed", userId });
    this.#emit({ type: "session-ended", reason: "password-changed", userId });
  }

  #found(record: UserRecord | null): User<M> {
    if (record === null) throw userNotFound();
    return decodeUserRecord(this.#codec, record);
  }

  #decode(record: UserRecord | null): User<M> | null {
    return record && decodeUserRecord(this.#codec, record);
  }
}

const NOBODY = { userId: null, passwordHash: null, banned: false } as const;

function tokenKey(options: OneTimeTokenOptions): OneTimeTokenKey | null {
  requireOptions(options, "options", ["userId", "tokenType", "token"]);
  const tokenType = requireTokenType(options.tokenType);
  const userId = parseId(options.userId, "userId");
  const tokenHash = hashToken(tokenType, options.token);
  return userId === null || tokenHash === null ? null : { userId, tokenType, tokenHash };
}

/** A user whose password was correct. */
interface Verified {
  readonly userId: string;
  readonly passwordHash: string;
  /** Replaces `passwordHash` if it is outdated; otherwise null. */
  readonly newPasswordHash: string | null;
}

type LogInFailure = Extract<PevensieEvent, { type: "log-in-failed" }>["reason"];

const LOG_IN_FAILURES: Partial<Record<PevensieErrorCode, LogInFailure>> = {
  USER_BANNED: "banned",
  TOO_MANY_ATTEMPTS: "too-many-attempts",
  PASSWORD_HASH_FAILED: "unreadable-hash",
  OVERLOADED: "overloaded",
};

function invalidToken(): PevensieError {
  return new PevensieError("INVALID_ONE_TIME_TOKEN", "The token is not valid (any more): ask for a new one.");
}

function userNotFound(): PevensieError {
  return new PevensieError("USER_NOT_FOUND", "There is no such user, or it is deleted.");
}
