import { uuidv7 } from "uuidv7";
import * as statements from "#generated/statements.js";
import type {
  EmailChange,
  NewLogInExemption,
  NewOneTimeToken,
  OneTimeTokenKey,
  OneTimeTokenRecord,
  OneTimeTokenType,
  UsedOneTimeToken,
  UserRecord,
} from "../../../auth/driver/index.js";
import type { Executor } from "../../execution/executor.js";
import { toDate } from "../../protocol/times.js";
import { grantExemptions } from "./login-exemptions.js";
import { resetTokens } from "./reset-tokens.js";
import { toUser } from "./rows.js";
import { SessionStore } from "./session-store.js";
import type { TokenTable } from "./token-table.js";
import { updateParams } from "./user-changes.js";
import { firstUser } from "./user-lookups.js";
import { userTokens } from "./user-tokens.js";

/** The functions of an AuthDriver that concern one-time tokens. */
export class TokenStore extends SessionStore {
  async createOneTimeToken(token: NewOneTimeToken): Promise<void> {
    const isCreated = await tableOf(token.tokenType).create(this.executor, { ...token, id: uuidv7() });
    if (!isCreated) throw await this.accessErrorOf(token.userId);
  }

  async getOneTimeToken(token: OneTimeTokenKey): Promise<OneTimeTokenRecord | null> {
    const row = await tableOf(token.tokenType).get(this.executor, token);
    if (row === undefined || (token.userId !== null && row.userId !== token.userId)) return null;
    return { userId: row.userId, payload: row.payload, expiresAt: toDate(row.expiresAt) };
  }

  async useOneTimeToken(token: OneTimeTokenKey): Promise<UsedOneTimeToken | null> {
    const row = await tableOf(token.tokenType).use(this.executor, token);
    return row === undefined ? null : { userId: row.userId, payload: row.payload };
  }

  deleteOneTimeToken(token: OneTimeTokenKey): Promise<void> {
    return tableOf(token.tokenType).remove(this.executor, token);
  }

  confirmEmail(tokenHash: string): Promise<UserRecord | null> {
    return this.withToken("email-confirmation", tokenHash, async (transaction, { userId }) =>
      firstUser(await transaction.write(statements.confirmUserEmail, { id: userId })),
    );
  }

  confirmEmailChange(tokenHash: string, keepSessionId: string | null): Promise<EmailChange | null> {
    return this.withToken("email-change", tokenHash, async (transaction, { userId, email }) => {
      await transaction.read(statements.refuseTaken, { id: userId, email, phoneNumber: null, isNew: false });
      const [row] = await transaction.write(statements.changeConfirmedEmail, { id: userId, email });
      if (row === undefined) return null;
      const ended = { userId, endSessions: true, endExemptions: false, keepSessionId };
      await transaction.write(statements.endUserAccess, ended);
      return { user: toUser(row), previousEmail: row.previousEmail as string };
    });
  }

  /**
   * Uses a token and does what it is for, in one transaction that has locked the user's row.
   *
   * @returns null if the token is not usable
   */
  protected async withToken<T>(
    tokenType: string,
    tokenHash: string,
    work: (transaction: Executor, token: { readonly userId: string; readonly email: string }) => Promise<T>,
  ): Promise<T | null> {
    const key = { tokenType, tokenHash, purpose: null };
    const token = await firstOf(this.executor.read(statements.getUserToken, key));
    if (token === undefined) return null;
    return this.executor.transaction(async (transaction) => {
      const used = await firstOf(transaction.write(statements.useUserToken, { ...key, userId: token.userId }));
      return used === undefined ? null : work(transaction, used);
    });
  }

  resetPassword(
    token: OneTimeTokenKey & { readonly userId: string },
    passwordHash: string,
    exemptions: readonly NewLogInExemption[],
  ): Promise<UserRecord | null> {
    const { userId } = token;
    return this.executor.transaction(async (transaction) => {
      // By a statement of its own, so that the next one sees what was committed while this one waited.
      await transaction.write(statements.lockUser, { userId });
      const used = await resetTokens.use(transaction, token);
      if (used === undefined) return null;
      await proveMailbox(transaction, userId);
      const user = firstUser(await transaction.write(statements.updateUser, updateParams(userId, { passwordHash })));
      await transaction.write(statements.endUserAccess, { userId, endSessions: true, endExemptions: true });
      if (exemptions.length > 0) await grantExemptions(transaction, userId, passwordHash, exemptions);
      return user;
    });
  }
}

/**
 * Confirms the email of a user who has used a token that was sent there. If nobody had proved the mailbox, whoever signed up may
 * have been a stranger: everything that grants access is removed, except what the transaction adds.
 *
 * @returns whether it is the first proof
 */
export async function proveMailbox(transaction: Executor, userId: string): Promise<boolean> {
  const proved = await transaction.write(statements.proveMailbox, { id: userId });
  if (proved.length === 0) return false;
  await transaction.write(statements.endUserAccess, { userId, endSessions: true, endExemptions: true });
  await transaction.write(statements.endUnprovedMethods, { userId });
  return true;
}

/** Tokens for resetting a password are in a table of their own. */
function tableOf(tokenType: OneTimeTokenType): TokenTable {
  return tokenType === "password-reset" ? resetTokens : userTokens;
}

async function firstOf<Row>(rows: Promise<readonly Row[]>): Promise<Row | undefined> {
  return (await rows)[0];
}
