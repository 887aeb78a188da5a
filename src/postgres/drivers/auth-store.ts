import { uuidv7 } from "uuidv7";
import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type {
  AuthStore,
  CredentialsLookup,
  LoggedIn,
  LogIn,
  LogInAttempt,
  NewLogInExemption,
  NewSession,
  NewUser,
  OneTimeTokenKey,
  OneTimeTokenType,
  RemovedRows,
  SessionPresentation,
  SpentBudget,
  TransactionClient,
  UserChanges,
  UserPage,
  UserRecord,
} from "../../auth/driver.js";
import type { Session } from "../../auth/session.js";
import { PevensieError } from "../../errors/index.js";
import { parseId } from "../../input/uuid.js";
import type { Executor } from "../execution/executor.js";
import { formatTimestamptz } from "../protocol/encode.js";
import { toCredentialsLookup, toDate, toDateOrNull, toIpAddress, toSession, toUser } from "./rows.js";
import { newSessionId } from "./session-id.js";
import { type PresentedSession, sessionLookup } from "./session-lookup.js";
import { removeExpiredLogInAttempts, removeExpiredOneTimeTokens, removeExpiredSessions } from "./sweep.js";
import { firstUser, userByEmailLookup, userByIdLookup } from "./user-lookups.js";

/** The functions of an AuthDriver over an executor: a pool, or a transaction. */
export class PostgresAuthStore implements AuthStore {
  readonly #executor: Executor;
  readonly #getUserById: (id: string) => Promise<UserRecord | null>;
  readonly #getUserByEmail: (email: string) => Promise<UserRecord | null>;
  readonly #getSession: (presented: PresentedSession) => Promise<Session | null>;

  constructor(executor: Executor) {
    this.#executor = executor;
    this.#getUserById = executor.batch(userByIdLookup);
    this.#getUserByEmail = executor.batch(userByEmailLookup);
    this.#getSession = executor.batch(sessionLookup);
  }

  async listUsers({ limit, offset, patterns }: UserPage): Promise<UserRecord[]> {
    const ids = patterns?.id ?? [];
    const rows = await this.#executor.read(statements.listUsers, {
      everyone: patterns === undefined,
      // A complete id can use the primary key; a pattern scans every user.
      ids: ids.flatMap((id) => parseId(id, "id") ?? []),
      idPatterns: ids.filter((id) => parseId(id, "id") === null).map(closeEscape),
      emailPatterns: (patterns?.email ?? []).map(closeEscape),
      phoneNumberPatterns: (patterns?.phoneNumber ?? []).map(closeEscape),
      limit,
      offset,
    });
    return rows.map(toUser);
  }

  getUserById(id: string): Promise<UserRecord | null> {
    return this.#getUserById(id);
  }

  getUserByEmail(email: string): Promise<UserRecord | null> {
    return this.#getUserByEmail(email);
  }

  async getUserByPhoneNumber(phoneNumber: string): Promise<UserRecord | null> {
    return firstUser(await this.#executor.read(statements.getUserByPhoneNumber, { phoneNumber }));
  }

  async getCredentialsByEmail(email: string, attempt: LogInAttempt | null): Promise<CredentialsLookup> {
    const budgets = attempt?.budgets ?? [];
    const [row] = await this.#executor.read(statements.getCredentialsByEmail, {
      email,
      keys: budgets.map(({ key }) => key),
      admittingSeconds: budgets.map(({ admittingSeconds }) => String(admittingSeconds)),
      local: budgets.map(({ local }) => local),
      knownScope: attempt?.knownScope ?? null,
      anywhereScope: attempt?.anywhereScope ?? "",
      freshSeconds: attempt?.freshSeconds ?? 0,
    });
    return toCredentialsLookup(row as queries.IGetCredentialsByEmailResult);
  }

  async createUser(user: NewUser): Promise<UserRecord> {
    const params = { ...user, id: uuidv7(), appMetadata: "{}" };
    const [created] = await this.#executor.write(statements.createUserUnlessTaken, params);
    if (created !== undefined) return toUser(created);
    const { id, email, phoneNumber } = params;
    await this.#executor.read(statements.refuseTaken, { id, email, phoneNumber, isNew: true });
    // The other user has since been deleted, or the row violates an index of the application's own, whose error names
    // it.
    const [row] = await this.#executor.write(statements.createUser, params);
    return toUser(row as queries.ICreateUserResult);
  }

  async updateUser(id: string, changes: UserChanges, keepSessionId: string | null): Promise<UserRecord | null> {
    const params = updateParams(id, changes);
    // Only these changes can end the user's access.
    if (!params.setPasswordHash && !params.setEmail && !params.setBannedUntil) {
      return firstUser(await changeUser(this.#executor, params));
    }
    return this.#executor.transaction(async (transaction) => {
      const [row] = await changeUser(transaction, params);
      if (row === undefined) return null;
      const banned = params.setBannedUntil && row.banned === true;
      if (params.setPasswordHash || row.emailChanged || banned) {
        await transaction.write(statements.endUserAccess, {
          userId: id,
          endSessions: params.setPasswordHash || banned,
          keepSessionId: banned ? null : keepSessionId,
        });
      }
      return toUser(row);
    });
  }

  async replacePasswordHash(id: string, passwordHash: string, newPasswordHash: string): Promise<void> {
    await this.#executor.write(statements.replacePasswordHash, { id, passwordHash, newPasswordHash });
  }

  deleteUser(id: string): Promise<UserRecord | null> {
    return this.#executor.transaction(async (transaction) => {
      const user = firstUser(await transaction.write(statements.deleteUser, { id }));
      if (user !== null) await transaction.write(statements.endUserAccess, { userId: id, endSessions: true });
      return user;
    });
  }

  async createSession(session: NewSession, deleteOtherSessions: boolean): Promise<Session> {
    const params = { ...session, id: newSessionId() };
    const [row] = deleteOtherSessions
      ? await this.#executor.transaction(async (transaction) => {
          await transaction.write(statements.lockUser, { userId: session.userId });
          const rows = await transaction.write(statements.createSession, params);
          if (rows.length > 0) {
            const others = { userId: session.userId, keepSessionId: params.id };
            await transaction.write(statements.deleteOtherSessions, others);
          }
          return rows;
        })
      : await this.#executor.write(statements.createSession, params);
    if (row === undefined) throw await this.#whyNot(session.userId);
    return toSession(row);
  }

  async logIn({ exemption, ...logIn }: LogIn): Promise<LoggedIn | null> {
    const params = {
      ...logIn,
      sessionId: newSessionId(),
      scope: exemption?.scope ?? null,
      budgetKey: exemption?.budgetKey ?? null,
      exemptionSeconds: exemption?.ttlSeconds ?? null,
    };
    const [row] = await this.#executor.write(statements.logIn, params);
    if (row === undefined) return null;
    const session: Session = {
      id: row.sessionId,
      createdAt: toDate(row.sessionCreatedAt),
      expiresAt: toDateOrNull(row.sessionExpiresAt),
      userId: row.id,
      ip: toIpAddress(row.sessionIp),
      userAgent: row.sessionUserAgent,
    };
    return { user: toUser(row), session, replacedUserId: row.replacedUserId };
  }

  getSession(id: string, { ip, userAgent }: SessionPresentation): Promise<Session | null> {
    return this.#getSession({ id, ip, userAgent });
  }

  async deleteSession(id: string): Promise<void> {
    await this.#executor.write(statements.deleteSession, { id });
  }

  async createOneTimeToken(token: OneTimeTokenKey, ttlSeconds: number): Promise<void> {
    const params = { ...token, id: uuidv7(), ttlSeconds };
    const rows = await this.#executor.write(statements.createOneTimeToken, params);
    if (rows.length === 0) throw await this.#whyNot(token.userId);
  }

  async validateOneTimeToken(token: OneTimeTokenKey): Promise<boolean> {
    return (await this.#executor.read(statements.validateOneTimeToken, { ...token })).length > 0;
  }

  async useOneTimeToken(token: OneTimeTokenKey): Promise<boolean> {
    return (await this.#executor.write(statements.useOneTimeToken, { ...token })).length > 0;
  }

  async deleteOneTimeToken(token: OneTimeTokenKey): Promise<void> {
    await this.#executor.write(statements.deleteOneTimeToken, { ...token });
  }

  resetPassword(
    token: OneTimeTokenKey,
    passwordHash: string,
    exemptions: readonly NewLogInExemption[],
  ): Promise<UserRecord | null> {
    const { userId } = token;
    return this.#executor.transaction(async (transaction) => {
      // Acquired before the weaker lock of useOneTimeToken: two transactions that both hold the weaker lock would
      // deadlock.
      await transaction.write(statements.lockUser, { userId });
      const used = await transaction.write(statements.useOneTimeToken, { ...token });
      if (used.length === 0) return null;
      const user = firstUser(await transaction.write(statements.updateUser, updateParams(userId, { passwordHash })));
      await transaction.write(statements.endUserAccess, { userId, endSessions: true });
      if (exemptions.length > 0) await grantExemptions(transaction, userId, passwordHash, exemptions);
      return user;
    });
  }

  async getOneTimeTokenOwner(tokenType: OneTimeTokenType, tokenHash: string): Promise<string | null> {
    const [row] = await this.#executor.read(statements.getOneTimeTokenOwner, { tokenType, tokenHash });
    return row?.userId ?? null;
  }

  async spendLogInBudgets(budgets: readonly SpentBudget[]): Promise<void> {
    await this.#executor.write(statements.spendLogInBudgets, {
      keys: budgets.map(({ key }) => key),
      restoreSeconds: budgets.map(({ restoreSeconds }) => restoreSeconds),
    });
  }

  async grantLogInExemption(userId: string, passwordHash: string, exemption: NewLogInExemption): Promise<void> {
    await grantExemptions(this.#executor, userId, passwordHash, [exemption]);
  }

  transaction<T>(client: unknown, work: (store: AuthStore, client: TransactionClient) => Promise<T>): Promise<T> {
    return this.#executor.interactive(client, (transaction, own) => work(new PostgresAuthStore(transaction), own));
  }

  async removeExpired(batchSize: number): Promise<RemovedRows> {
    return {
      sessions: await removeExpiredSessions(this.#executor, batchSize),
      oneTimeTokens: await removeExpiredOneTimeTokens(this.#executor, batchSize),
      logInAttempts: await removeExpiredLogInAttempts(this.#executor, batchSize),
    };
  }

  /** Returns why a user got no session or token. The refusal is final; this only selects its error code. */
  async #whyNot(userId: string): Promise<PevensieError> {
    const [row] = await this.#executor.read(statements.getUserStanding, { userId });
    return row?.banned === true
      ? new PevensieError("USER_BANNED", "The user is banned.")
      : new PevensieError("USER_NOT_FOUND", "There is no such user, or it is deleted.");
  }
}

async function grantExemptions(
  executor: Pick<Executor, "write">,
  userId: string,
  passwordHash: string,
  exemptions: readonly NewLogInExemption[],
): Promise<void> {
  await executor.write(statements.grantLogInExemptions, {
    userId,
    passwordHash,
    scopes: exemptions.map(({ scope }) => scope),
    budgetKeys: exemptions.map(({ budgetKey }) => budgetKey),
    ttlsSeconds: exemptions.map(({ ttlSeconds }) => ttlSeconds),
  });
}

/** Refuses a taken value before the update, whose own error would write the value to the server's log. */
async function changeUser(
  executor: Pick<Executor, "read" | "write">,
  params: queries.IUpdateUserParams,
): Promise<queries.IUpdateUserResult[]> {
  const { id, email, phoneNumber } = params;
  const claims = { email: email ?? null, phoneNumber: phoneNumber ?? null };
  if (claims.email !== null || claims.phoneNumber !== null) {
    await executor.read(statements.refuseTaken, { id, ...claims, isNew: false });
  }
  return executor.write(statements.updateUser, params);
}

/** Escapes a trailing backslash that escapes nothing: LIKE refuses a pattern that ends in its escape character. */
function closeEscape(pattern: string): string {
  const [backslashes = ""] = /\\*$/.exec(pattern) ?? [];
  return backslashes.length % 2 === 1 ? `${pattern}\\` : pattern;
}

function updateParams(id: string, changes: UserChanges): queries.IUpdateUserParams {
  return {
    id,
    setRole: "role" in changes,
    role: changes.role ?? null,
    setEmail: "email" in changes,
    email: changes.email ?? null,
    setEmailConfirmedAt: "emailConfirmedAt" in changes,
    emailConfirmedAt: timestamp(changes.emailConfirmedAt),
    setPhoneNumber: "phoneNumber" in changes,
    phoneNumber: changes.phoneNumber ?? null,
    setPhoneNumberConfirmedAt: "phoneNumberConfirmedAt" in changes,
    phoneNumberConfirmedAt: timestamp(changes.phoneNumberConfirmedAt),
    setPasswordHash: "passwordHash" in changes,
    passwordHash: changes.passwordHash ?? null,
    setLastSignIn: "lastSignIn" in changes,
    lastSignIn: timestamp(changes.lastSignIn),
    setAppMetadata: "appMetadata" in changes,
    appMetadata: changes.appMetadata ?? null,
    setUserMetadata: "userMetadata" in changes,
    userMetadata: changes.userMetadata ?? null,
    setBannedUntil: "bannedUntil" in changes,
    bannedUntil: timestamp(changes.bannedUntil),
  };
}

function timestamp(date: Date | null | undefined): string | null {
  return date ? formatTimestamptz(date) : null;
}
