import { availableParallelism } from "node:os";
import { invalidInput, PevensieError } from "../errors/index.js";
import { parseId } from "../input/uuid.js";
import {
  optionalTtl,
  type RemoveExpiredOptions,
  readBatchSize,
  requireInteger,
  requireOptions,
  requireTtl,
} from "../input/values.js";
import type { Json } from "../json.js";
import type {
  Auth,
  AuthOptions,
  ClientDescription,
  CreateOneTimeTokenOptions,
  CreateSessionOptions,
  CreateUserOptions,
  DisconnectedAuth,
  ListUsersOptions,
  LogInOptions,
  OneTimeTokenOptions,
  SetPasswordOptions,
  UserUpdate,
} from "./api.js";
import { CookieSigner } from "./cookies.js";
import type { AuthDriver, Credentials, OneTimeTokenKey, RemovedRows, UserChanges, UserRecord } from "./driver.js";
import { normaliseEmail, requireEmail } from "./email.js";
import {
  optionalPhoneNumber,
  optionalRole,
  readClient,
  readKeepSessionId,
  readPage,
  readUpdate,
  requirePhoneNumber,
} from "./input.js";
import { decodeUserRecord, encodeUserMetadata, jsonCodec } from "./metadata.js";
import { isOutdated, PasswordHasher, requirePassword, requirePasswordGuess } from "./passwords.js";
import type { Session } from "./session.js";
import { generateToken, hashToken, requireTokenType } from "./tokens.js";
import type { MetadataCodec, User } from "./user.js";

/** How long a log-in lasts. */
const LOG_IN_TTL_SECONDS = 24 * 60 * 60;

/** Node's thread pool, where argon2 runs, has four threads by default; more at once would only take memory. */
const THREADS = 4;

const CLIENT_KEYS = ["ip", "userAgent"] as const;

/** What an auth is made of, checked. */
interface Parts<M> {
  readonly driver: AuthDriver;
  readonly signer: CookieSigner;
  readonly codec: MetadataCodec<M>;
  readonly hasher: PasswordHasher;
}

/**
 * An auth over a driver, not yet connected.
 *
 * @throws PevensieError INVALID_INPUT for a cookie key of fewer than 32 bytes, or any other option that is wrong
 */
export function createAuth<M = Json>(options: AuthOptions<M>): DisconnectedAuth<M> {
  const given = requireOptions(options, "options", ["driver", "cookieKey", "userMetadata", "passwordHashing"]);
  if (typeof (given.driver as Partial<AuthDriver> | undefined)?.connect !== "function") {
    throw invalidInput("driver", "must be an AuthDriver, such as createAuthDriver of pevensie/postgres makes");
  }
  const codec = given.userMetadata as Partial<MetadataCodec<M>> | undefined;
  if (codec !== undefined && (typeof codec?.decode !== "function" || typeof codec.encode !== "function")) {
    throw invalidInput("userMetadata", "must be a codec: { decode, encode }");
  }
  const hashing = requireOptions(given.passwordHashing ?? {}, "passwordHashing", ["maxConcurrent", "maxQueued"]);
  const { maxConcurrent = Math.min(availableParallelism(), THREADS), maxQueued = 1000 } = hashing;
  return disconnected({
    driver: options.driver,
    signer: new CookieSigner(given.cookieKey),
    // Without a codec M is Json by its default, for which this one is right.
    codec: options.userMetadata ?? (jsonCodec as unknown as MetadataCodec<M>),
    hasher: new PasswordHasher({
      running: requireInteger(maxConcurrent, "passwordHashing.maxConcurrent", 1, 1024),
      waiting: requireInteger(maxQueued, "passwordHashing.maxQueued", 0, 1_000_000),
    }),
  });
}

function disconnected<M>(parts: Parts<M>): DisconnectedAuth<M> {
  return {
    connect: async () => {
      await parts.driver.connect();
      return new ConnectedAuth(parts);
    },
  };
}

class ConnectedAuth<M> implements Auth<M> {
  readonly #parts: Parts<M>;
  readonly #driver: AuthDriver;
  readonly #codec: MetadataCodec<M>;

  constructor(parts: Parts<M>) {
    this.#parts = parts;
    this.#driver = parts.driver;
    this.#codec = parts.codec;
  }

  async disconnect(): Promise<DisconnectedAuth<M>> {
    await this.#driver.disconnect();
    return disconnected(this.#parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect();
  }

  async listUsers(options: ListUsersOptions = {}): Promise<User<M>[]> {
    requireOptions(options, "options", ["limit", "offset", "filters", "onInvalidMetadata"]);
    const { onInvalidMetadata, ...page } = options;
    if (onInvalidMetadata !== undefined && typeof onInvalidMetadata !== "function") {
      throw invalidInput("onInvalidMetadata", "must be a function");
    }
    const records = await this.#driver.listUsers(readPage(page));
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
    return id === null ? null : this.#decode(await this.#driver.getUserById(id));
  }

  async getUserByEmail(email: string): Promise<User<M> | null> {
    return this.#decode(await this.#driver.getUserByEmail(normaliseEmail(email)));
  }

  async getUserByPhoneNumber(phoneNumber: string): Promise<User<M> | null> {
    return this.#decode(await this.#driver.getUserByPhoneNumber(requirePhoneNumber(phoneNumber)));
  }

  async getUserByEmailAndPassword(email: string, password: string): Promise<User<M> | null> {
    const verified = await this.#verify(email, password);
    if (verified === null) return null;
    const { user, passwordHash, newPasswordHash } = verified;
    if (newPasswordHash !== null) await this.#driver.replacePasswordHash(user.id, passwordHash, newPasswordHash);
    return decodeUserRecord(this.#codec, user);
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
    return decodeUserRecord(this.#codec, await this.#driver.createUser({ ...user, passwordHash }));
  }

  async updateUser(userId: string, update: UserUpdate<M>): Promise<User<M>> {
    const id = parseId(userId, "userId");
    const changes = readUpdate(update, this.#codec);
    const passwordHash = update.password === undefined ? {} : { passwordHash: await this.#hash(update.password) };
    return this.#change(id, { ...changes, ...passwordHash });
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
    return this.#found(id === null ? null : await this.#driver.deleteUser(id));
  }

  async createSession(options: CreateSessionOptions): Promise<Session> {
    requireOptions(options, "options", ["userId", "ttlSeconds", "deleteOtherSessions", ...CLIENT_KEYS]);
    const { deleteOtherSessions = false } = options;
    if (typeof deleteOtherSessions !== "boolean") throw invalidInput("deleteOtherSessions", "must be a boolean");
    const userId = parseId(options.userId, "userId");
    const session = { ...readClient(options), ttlSeconds: optionalTtl(options.ttlSeconds) };
    if (userId === null) throw userNotFound();
    return this.#driver.createSession({ ...session, userId }, deleteOtherSessions);
  }

  async getSession(sessionId: string, presentation: ClientDescription = {}): Promise<Session | null> {
    requireOptions(presentation, "presentation", CLIENT_KEYS);
    const client = readClient(presentation);
    const id = parseId(sessionId, "sessionId");
    return id === null ? null : this.#driver.getSession(id, client);
  }

  async deleteSession(sessionId: string): Promise<void> {
    const id = parseId(sessionId, "sessionId");
    if (id !== null) await this.#driver.deleteSession(id);
  }

  async logInUser(options: LogInOptions): Promise<{ session: Session; user: User<M> } | null> {
    requireOptions(options, "options", ["email", "password", ...CLIENT_KEYS]);
    const client = readClient(options);
    const verified = await this.#verify(options.email, options.password);
    if (verified === null) return null;
    const { user, passwordHash, newPasswordHash } = verified;
    // What cannot be answered must not be recorded: the codec has its say before the session is made.
    decodeUserRecord(this.#codec, user);
    const ttlSeconds = LOG_IN_TTL_SECONDS;
    const loggedIn = await this.#driver.logIn({
      userId: user.id,
      passwordHash,
      newPasswordHash,
      ttlSeconds,
      ...client,
    });
    return loggedIn && { session: loggedIn.session, user: decodeUserRecord(this.#codec, loggedIn.user) };
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
    await this.#driver.createOneTimeToken({ userId, tokenType, tokenHash }, ttlSeconds);
    return token;
  }

  async validateOneTimeToken(options: OneTimeTokenOptions): Promise<boolean> {
    const key = tokenKey(options);
    return key !== null && this.#driver.validateOneTimeToken(key);
  }

  async useOneTimeToken(options: OneTimeTokenOptions): Promise<void> {
    const key = tokenKey(options);
    if (key !== null && (await this.#driver.useOneTimeToken(key))) return;
    throw new PevensieError("INVALID_ONE_TIME_TOKEN", "The token is not valid (any more): ask for a new one.");
  }

  async deleteOneTimeToken(options: OneTimeTokenOptions): Promise<void> {
    const key = tokenKey(options);
    if (key !== null) await this.#driver.deleteOneTimeToken(key);
  }

  async removeExpired(options: RemoveExpiredOptions = {}): Promise<RemovedRows> {
    return this.#driver.removeExpired(readBatchSize(options));
  }

  /** The user and the hash, if the password is right; one verification whatever the case. */
  async #verify(email: string, password: string) {
    const guess = requirePasswordGuess(password);
    const credentials = await this.#driver.getCredentialsByEmail(normaliseEmail(email));
    const { user, passwordHash, banned } = credentials ?? NOBODY;
    if (!(await this.#parts.hasher.verify(passwordHash, guess)) || passwordHash === null || user === null) return null;
    if (banned) throw new PevensieError("USER_BANNED", "The user is banned.");
    const newPasswordHash = isOutdated(passwordHash) ? await this.#parts.hasher.hash(guess) : null;
    return { user, passwordHash, newPasswordHash };
  }

  async #hash(password: unknown): Promise<string | null> {
    return password === null ? null : this.#parts.hasher.hash(requirePassword(password));
  }

  /** One property, through the checks that an update has. */
  async #set(userId: string, property: keyof UserUpdate<M>, value: unknown): Promise<User<M>> {
    // An update passes over a property that is undefined; here it is an argument that is missing.
    if (value === undefined) throw invalidInput(property, "is missing");
    return this.#change(parseId(userId, "userId"), readUpdate({ [property]: value }, this.#codec));
  }

  async #change(id: string | null, changes: UserChanges, keepSessionId: string | null = null): Promise<User<M>> {
    return this.#found(id === null ? null : await this.#driver.updateUser(id, changes, keepSessionId));
  }

  #found(record: UserRecord | null): User<M> {
    if (record === null) throw userNotFound();
    return decodeUserRecord(this.#codec, record);
  }

  #decode(record: UserRecord | null): User<M> | null {
    return record && decodeUserRecord(this.#codec, record);
  }
}

const NOBODY: Omit<Credentials, "user"> & { readonly user: null } = { user: null, passwordHash: null, banned: false };

function tokenKey(options: OneTimeTokenOptions): OneTimeTokenKey | null {
  requireOptions(options, "options", ["userId", "tokenType", "token"]);
  const tokenType = requireTokenType(options.tokenType);
  const userId = parseId(options.userId, "userId");
  const tokenHash = hashToken(tokenType, options.token);
  return userId === null || tokenHash === null ? null : { userId, tokenType, tokenHash };
}

function userNotFound(): PevensieError {
  return new PevensieError("USER_NOT_FOUND", "There is no such user, or it is deleted.");
}
