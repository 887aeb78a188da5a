import { uuidv7 } from "uuidv7";
import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type {
  CredentialsLookup,
  LoggedIn,
  LogIn,
  LogInAttempt,
  LogInSession,
  MailboxLoggedIn,
  NewLogInExemption,
  SpentBudget,
  UserRecord,
} from "../../../auth/driver/index.js";
import type { Executor } from "../../execution/executor.js";
import { grantExemptions } from "./login-exemptions.js";
import { resetTokens } from "./reset-tokens.js";
import { toCredentialsLookup, toUser } from "./rows.js";
import { newSessionId } from "./session-id.js";
import { createdSession, toSession } from "./session-rows.js";
import { sessionParams } from "./session-store.js";
import { proveMailbox, TokenStore } from "./token-store.js";
import { firstUser } from "./user-lookups.js";

/** How often a code can be tried: with a million codes, five guesses find one of two hundred thousand. */
const CODE_ATTEMPTS = 5;

/** How many earlier tokens stay usable, so that a stranger who asks for one does not void the owner's. */
const KEPT_LOG_IN_TOKENS = 4;

/** The functions of an AuthDriver that concern logins. */
export class LoginStore extends TokenStore {
  async getCredentialsByEmail(email: string, attempt: LogInAttempt | null): Promise<CredentialsLookup> {
    const budgets = attempt?.budgets ?? [];
    const device = attempt?.device ?? null;
    const [row] = await this.executor.read(statements.getCredentialsByEmail, {
      email,
      keys: budgets.map(({ key }) => key),
      admittingSeconds: budgets.map(({ admittingSeconds }) => String(admittingSeconds)),
      local: budgets.map(({ local }) => local),
      knownScope: attempt?.knownScope ?? null,
      anywhereScope: attempt?.anywhereScope ?? "",
      freshSeconds: attempt?.freshSeconds ?? 0,
      ...deviceParams(device),
      deviceBudgetKey: device?.budgetKey ?? null,
    });
    return toCredentialsLookup(row as queries.IGetCredentialsByEmailResult, device?.budgetKey ?? null);
  }

  async replacePasswordHash(id: string, passwordHash: string, newPasswordHash: string): Promise<void> {
    await this.executor.write(statements.replacePasswordHash, { id, passwordHash, newPasswordHash });
  }

  async getUserByPasswordHash(id: string, passwordHashes: readonly string[]): Promise<UserRecord | null> {
    const params = { id, passwordHashes: [...passwordHashes] };
    return firstUser(await this.executor.read(statements.getUserByPasswordHash, params));
  }

  async spendLogInBudgets(budgets: readonly SpentBudget[]): Promise<void> {
    await this.executor.writeReadCommitted(statements.spendLogInBudgets, {
      keys: budgets.map(({ key }) => key),
      restoreSeconds: budgets.map(({ restoreSeconds }) => restoreSeconds),
    });
  }

  async grantLogInExemption(userId: string, passwordHash: string, exemption: NewLogInExemption): Promise<void> {
    await grantExemptions(this.executor, userId, passwordHash, [exemption]);
  }

  logIn(logIn: LogIn): Promise<LoggedIn | null> {
    return recordLogin(this.executor, logIn, logIn);
  }

  createLogInToken(email: string, tokenHash: string, ttlSeconds: number): Promise<UserRecord | null> {
    const token = { tokenType: "log-in", tokenHash, ttlSeconds, keep: KEPT_LOG_IN_TOKENS, attempts: null };
    return this.#createUserToken(email, token);
  }

  createPasswordResetToken(email: string, tokenHash: string, ttlSeconds: number): Promise<UserRecord | null> {
    const token = { id: uuidv7(), tokenHash, payload: null, ttlSeconds };
    return this.#createForEmail(email, (transaction, userId) => resetTokens.create(transaction, { ...token, userId }));
  }

  createLogInCode(email: string, codeHash: string, ttlSeconds: number): Promise<UserRecord | null> {
    const code = { tokenType: "log-in-code", tokenHash: codeHash, ttlSeconds, keep: 0, attempts: CODE_ATTEMPTS };
    return this.#createUserToken(email, code);
  }

  #createUserToken(
    email: string,
    token: Pick<queries.ICreateUserTokenParams, "tokenType" | "tokenHash" | "ttlSeconds" | "keep" | "attempts">,
  ): Promise<UserRecord | null> {
    const params = { ...token, id: uuidv7(), purpose: null, email, payload: null, isLate: false };
    return this.#createForEmail(email, (transaction, userId) =>
      transaction.write(statements.createUserToken, { ...params, userId }),
    );
  }

  /**
   * Sends the same number of statements and waits for one commit whether or not the user exists. That leaves a difference of milliseconds:
   * creating the token writes more. Handlers respond first (docs/security.md, "What is not covered").
   */
  #createForEmail(
    email: string,
    create: (transaction: Executor, userId: string) => Promise<unknown>,
  ): Promise<UserRecord | null> {
    return this.executor.transaction(async (transaction) => {
      // Concurrent requests for a known address would otherwise wait for each other, and those for an unknown one not.
      await transaction.write(statements.lockEmail, { email });
      const [user] = await transaction.write(statements.lockUserByEmail, { email });
      if (user === undefined) {
        await transaction.write(statements.createNoToken, undefined);
        return null;
      }
      await create(transaction, user.id);
      return toUser(user);
    });
  }

  async tryLogInCode(email: string, codeHashes: readonly string[]): Promise<string | null> {
    const [compared] = await this.executor.write(statements.spendLogInCode, { email, codeHashes: [...codeHashes] });
    return compared?.matches === true ? compared.tokenHash : null;
  }

  logInWithToken(
    tokenType: "log-in" | "log-in-code",
    tokenHash: string,
    logIn: LogInSession,
  ): Promise<MailboxLoggedIn | null> {
    return this.withToken(tokenType, tokenHash, async (transaction, { userId }) => {
      const isFirstProof = await proveMailbox(transaction, userId);
      const loggedIn = await recordLogin(transaction, { userId }, logIn);
      return loggedIn && { ...loggedIn, isFirstProof };
    });
  }
}

/** Who logs in, and the password that was verified, if one was. */
type VerifiedUser = Pick<LogIn, "userId"> & Partial<Pick<LogIn, "passwordHash" | "newPasswordHash">>;

/** Records the sign-in and creates the session. Returns null if the user was deleted, banned or given another password. */
export async function recordLogin(
  executor: Pick<Executor, "write">,
  { userId, passwordHash = undefined, newPasswordHash = null }: VerifiedUser,
  { session, replaceSessionId, device, exemption }: LogInSession,
): Promise<LoggedIn | null> {
  const [row] = await executor.write(statements.logIn, {
    ...sessionParams(session),
    userId,
    passwordHash: passwordHash ?? null,
    newPasswordHash,
    replaceSessionId,
    sessionId: newSessionId(),
    scope: exemption?.scope ?? null,
    budgetKey: exemption?.budgetKey ?? null,
    exemptionSeconds: exemption?.ttlSeconds ?? null,
    ...deviceParams(device),
  });
  if (row === undefined) return null;
  return {
    user: toUser(row),
    session: toSession(createdSession(row)),
    replacedUserId: row.replacedUserId,
    loggedInAt: row.loggedInAt,
    deviceTokensValidFrom: row.deviceTokensValidFrom,
    deviceIsKnown: row.deviceIsKnown,
  };
}

function deviceParams(device: LogInSession["device"]) {
  if (device === null) return { deviceUserId: null, deviceIssuedAt: null, deviceValidFrom: null };
  const { userId, issuedAt, validFrom } = device;
  return {
    deviceUserId: userId,
    deviceIssuedAt: Number(issuedAt),
    deviceValidFrom: validFrom === null ? null : Number(validFrom),
  };
}
