import { PevensieError, type PevensieErrorCode, userBanned } from "../../errors/index.js";
import type { PevensieEvent } from "../../events.js";
import { parseId } from "../../input/uuid.js";
import { optionalIp, requireOptions, requireTtl } from "../../input/values.js";
import type { IpAddress } from "../../net/index.js";
import type {
  CreateLogInTokenOptions,
  LoggedInUser,
  LogInFunctions,
  LogInOptions,
  LogInSessionOptions,
  LogInWithCodeOptions,
  LogInWithTokenOptions,
  PasswordCheckOptions,
  ReauthenticateOptions,
} from "../api/logins.js";
import type { Credentials, LoggedIn, LogInSession, MailboxLoggedIn, NewLogInExemption } from "../driver/index.js";
import { normaliseEmail } from "../email.js";
import { CLIENT_KEYS, readClient, readSessionId, readSessionTerms } from "../input.js";
import type { Device } from "../logins/device-tokens.js";
import type { AdmittedAttempt, LoginClient } from "../logins/limiter.js";
import { requirePasswordGuess } from "../passwords/password-hasher.js";
import { generateToken, hashToken } from "../secrets/tokens.js";
import type { Session } from "../session.js";
import { LOG_IN_CHOICE_KEYS, LOG_IN_TTL_SECONDS } from "../session-terms.js";
import type { User } from "../user.js";
import { OneTimeTokens } from "./tokens.js";

/** The options that every login has. */
export const LOG_IN_KEYS = [...LOG_IN_CHOICE_KEYS, "replaceSessionId", ...CLIENT_KEYS] as const;

/** The functions of an auth that concern logins. */
export class Logins<M> extends OneTimeTokens<M> implements LogInFunctions<M> {
  async getUserByEmailAndPassword(
    email: string,
    password: string,
    options: PasswordCheckOptions = {},
  ): Promise<User<M> | null> {
    const { ip } = requireOptions(options, "options", ["ip"]);
    const address = optionalIp(ip);
    const verified = await this.#verify({ email, password, ip: address, device: null });
    if (verified === null) return null;
    const { exemption } = verified.admitted;
    const user = await this.#useVerified(verified, async (used) => {
      await this.#recordUse(used, exemption);
      const { userId, passwordHash, newPasswordHash } = used;
      return this.store.getUserByPasswordHash(userId, [passwordHash, newPasswordHash ?? passwordHash]);
    });
    if (user === null) this.#emitLateFailure(verified.userId, address);
    return this.decode(user);
  }

  async logInUser(options: LogInOptions): Promise<LoggedInUser<M> | null> {
    requireOptions(options, "options", ["email", "password", ...LOG_IN_KEYS]);
    const { email, password } = options;
    const logIn = this.readLogIn(options);
    const { ip } = logIn.session;
    const verified = await this.#verify({ email, password, ip, device: logIn.device });
    if (verified === null) return null;
    // Metadata that is refused must fail the login before a session is created.
    if (this.parts.metadata.canRefuse) this.decode(await this.store.getUserById(verified.userId));
    const { exemption } = verified.admitted;
    const loggedIn = await this.#useVerified(verified, ({ userId, passwordHash, newPasswordHash }) =>
      this.store.logIn({ ...logIn, userId, passwordHash, newPasswordHash, exemption }),
    );
    if (loggedIn !== null) return this.loggedIn(loggedIn, logIn.device);
    this.#emitLateFailure(verified.userId, ip);
    return null;
  }

  async reauthenticate(options: ReauthenticateOptions): Promise<Session | null> {
    requireOptions(options, "options", ["sessionId", "password", "deviceToken", ...CLIENT_KEYS]);
    const client = readClient(options);
    const password = requirePasswordGuess(options.password);
    const device = this.parts.devices.verify(options.deviceToken);
    const id = parseId(options.sessionId, "sessionId");
    const found = id === null ? null : await this.store.getSessionWithUser(id, client);
    // One verification on every path, which the limits count: that of nobody, where there is no session.
    const email = found?.user.email ?? accountOfNobody(id);
    const verified = await this.#verify({ email, password, ip: client.ip, device });
    if (verified === null || id === null) return null;
    const { exemption } = verified.admitted;
    return this.#useVerified(verified, async (used) => {
      const session = await this.store.renewAuthentication(id, used.userId, used.passwordHash);
      if (session !== null) await this.#recordUse(used, exemption);
      return session;
    });
  }

  async createLogInToken(options: CreateLogInTokenOptions): Promise<{ token: string; user: User<M> } | null> {
    requireOptions(options, "options", ["email", "ttlSeconds"]);
    const email = normaliseEmail(options.email);
    const ttlSeconds = requireTtl(options.ttlSeconds);
    const { token, tokenHash } = generateToken("log-in");
    const user = this.decode(await this.store.createLogInToken(email, tokenHash, ttlSeconds));
    return user && { token, user };
  }

  async createLogInCode(options: CreateLogInTokenOptions): Promise<{ code: string; user: User<M> } | null> {
    requireOptions(options, "options", ["email", "ttlSeconds"]);
    const email = normaliseEmail(options.email);
    const ttlSeconds = requireTtl(options.ttlSeconds);
    const { code, codeHash } = this.parts.codes.generate(email);
    const user = this.decode(await this.store.createLogInCode(email, codeHash, ttlSeconds));
    return user && { code, user };
  }

  async logInWithToken(options: LogInWithTokenOptions): Promise<LoggedInUser<M> | null> {
    requireOptions(options, "options", ["token", ...LOG_IN_KEYS]);
    const logIn = this.readLogIn(options);
    const tokenHash = hashToken("log-in", options.token);
    const loggedIn = tokenHash === null ? null : await this.store.logInWithToken("log-in", tokenHash, logIn);
    return loggedIn && this.#loggedInByMail(loggedIn, logIn.device);
  }

  async logInWithCode(options: LogInWithCodeOptions): Promise<LoggedInUser<M> | null> {
    requireOptions(options, "options", ["email", "code", ...LOG_IN_KEYS]);
    const logIn = this.readLogIn(options);
    const email = normaliseEmail(options.email);
    const codeHashes = this.parts.codes.hashesOf(email, options.code);
    const { ip } = logIn.session;
    let userId: string | null = null;
    const codeHash = await this.#attempt({ email, ip, device: logIn.device }, ({ credentials }) => {
      userId = credentials?.userId ?? null;
      return this.store.tryLogInCode(email, codeHashes);
    });
    if (codeHash === null) return null;
    // After the attempt, which holds a slot of the gate: this waits for changes of the user.
    const loggedIn = await this.store.logInWithToken("log-in-code", codeHash, logIn);
    if (loggedIn !== null) return this.#loggedInByMail(loggedIn, logIn.device);
    this.#emitLateFailure(userId, ip);
    return null;
  }

  /** Returns what a login asks for, and the device that its token names. */
  protected readLogIn(options: LogInSessionOptions): LogInSession & { readonly device: Device | null } {
    const session = readSessionTerms(options, LOG_IN_TTL_SECONDS);
    return {
      session,
      replaceSessionId: readSessionId(options.replaceSessionId, "replaceSessionId"),
      device: this.parts.devices.verify(options.deviceToken),
      exemption: this.parts.limiter.knownAddress(session.ip),
    };
  }

  /** @param presented - the device that the client presents, which keeps its name and budget while its token is valid */
  protected async loggedIn(loggedIn: LoggedIn, presented: Device | null): Promise<LoggedInUser<M>> {
    const { session, user, replacedUserId, loggedInAt, deviceTokensValidFrom, deviceIsKnown } = loggedIn;
    if (replacedUserId !== null) this.emit({ type: "session-ended", reason: "replaced", userId: replacedUserId });
    const deviceToken = this.parts.devices.issue({
      userId: user.id,
      issuedAt: loggedInAt,
      validFrom: deviceTokensValidFrom,
      name: deviceIsKnown ? presented?.name : undefined,
    });
    try {
      return { session, user: this.decode(user), deviceToken };
    } catch (error) {
      // A login that is not answered must leave no session.
      await this.store.deleteSession(session.id, user.id);
      throw error;
    }
  }

  #loggedInByMail(loggedIn: MailboxLoggedIn, device: Device | null): Promise<LoggedInUser<M>> {
    const { id } = loggedIn.user;
    this.emit({ type: "token-used", tokenType: "log-in", userId: id });
    if (loggedIn.isFirstProof) this.emit({ type: "session-ended", reason: "mailbox-proved", userId: id });
    return this.loggedIn(loggedIn, device);
  }

  /** Returns the user and the hash if the password is correct. Always runs one verification. */
  async #verify(given: LoginClient & { readonly password: string }): Promise<VerifiedAttempt | null> {
    const guess = requirePasswordGuess(given.password);
    const email = normaliseEmail(given.email);
    return this.#attempt({ ...given, email }, async (admitted) => {
      const verified = await this.#verifyCredentials(admitted.credentials, guess, admitted.failed);
      return verified && { ...verified, admitted, email, guess };
    });
  }

  /** Grants the exemption and replaces the hash, each only while the verified hash is the user's. */
  async #recordUse(
    { userId, passwordHash, newPasswordHash }: Verified,
    exemption: NewLogInExemption | null,
  ): Promise<void> {
    if (exemption !== null) await this.store.grantLogInExemption(userId, passwordHash, exemption);
    if (newPasswordHash !== null) await this.store.replacePasswordHash(userId, passwordHash, newPasswordHash);
  }

  /** Emits the failure of an attempt whose user was banned, deleted or given a new password, or whose code was used, after the verification. */
  #emitLateFailure(userId: string | null, ip: IpAddress | null): void {
    this.emit({ type: "log-in-failed", reason: "wrong-email-or-password", userId, ip });
  }

  /** Runs an attempt within the limits. If it returns null, it counts as failed. */
  async #attempt<T>(client: LoginClient, work: (admitted: AdmittedAttempt) => Promise<T | null>): Promise<T | null> {
    let userId: string | null = null;
    const emitFailure = (reason: LoginFailure) => this.emit({ type: "log-in-failed", reason, userId, ip: client.ip });
    try {
      return await this.parts.limiter.run(this.store, client, async (admitted) => {
        userId = admitted.credentials?.userId ?? null;
        const outcome = await work(admitted);
        if (outcome !== null) return outcome;
        await admitted.failed();
        emitFailure("wrong-email-or-password");
        return null;
      });
    } catch (error) {
      const reason = error instanceof PevensieError ? LOG_IN_FAILURES[error.code] : undefined;
      if (reason !== undefined) emitFailure(reason);
      throw error;
    }
  }

  /**
   * Does what a verified password allows. It returns null if the user does not have the verified hash any more: if that was outdated, a
   * concurrent login may have replaced it with one of the same password, so the password is verified again, once.
   */
  async #useVerified<T>(verified: VerifiedAttempt, work: (verified: Verified) => Promise<T | null>): Promise<T | null> {
    const outcome = await work(verified);
    if (outcome !== null || verified.newPasswordHash === null) return outcome;
    const { credentials } = await this.store.getCredentialsByEmail(verified.email, null);
    const again = await this.#verifyCredentials(credentials, verified.guess);
    return again && (await work(again));
  }

  /** @param unreadable - awaited before PASSWORD_HASH_FAILED is thrown for a stored hash */
  async #verifyCredentials(
    credentials: Credentials | null,
    guess: string,
    unreadable: () => Promise<void> = async () => {},
  ): Promise<Verified | null> {
    const { userId, passwordHash, banned } = credentials ?? NOBODY;
    const matches = await this.parts.hasher.verify(passwordHash, guess).catch(async (error: unknown) => {
      if (error instanceof PevensieError && error.code === "PASSWORD_HASH_FAILED") await unreadable();
      throw error;
    });
    if (!matches || passwordHash === null || userId === null) return null;
    if (banned) throw userBanned();
    const newPasswordHash = this.parts.hasher.isOutdated(passwordHash, guess)
      ? await this.parts.hasher.rehash(guess)
      : null;
    return { userId, passwordHash, newPasswordHash };
  }
}

/** Returns a text by which the limits count attempts at an unknown session. No user has it as an email: it has no @. */
function accountOfNobody(sessionId: string | null): string {
  return `session ${sessionId}`;
}

const NOBODY = { userId: null, passwordHash: null, banned: false } as const;

/** A user whose password was correct. */
interface Verified {
  readonly userId: string;
  readonly passwordHash: string;
  /** Replaces `passwordHash` if it is outdated; otherwise null. */
  readonly newPasswordHash: string | null;
}

/** The arguments of the call as they were checked: the caller's options are not read again after a wait. */
interface VerifiedAttempt extends Verified {
  readonly admitted: AdmittedAttempt;
  readonly email: string;
  readonly guess: string;
}

type LoginFailure = Extract<PevensieEvent, { type: "log-in-failed" }>["reason"];

const LOG_IN_FAILURES: Partial<Record<PevensieErrorCode, LoginFailure>> = {
  USER_BANNED: "banned",
  TOO_MANY_ATTEMPTS: "too-many-attempts",
  PASSWORD_HASH_FAILED: "unreadable-hash",
  OVERLOADED: "overloaded",
};
