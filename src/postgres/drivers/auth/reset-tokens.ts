import * as statements from "#generated/statements.js";
import type { OneTimeTokenKey } from "../../../auth/driver/index.js";
import type { Executor } from "../../execution/executor.js";
import type { IdentifiedToken, LiveTokenRow, TokenTable, UsedTokenRow } from "./token-table.js";

const TOKEN_TYPE = "password-reset";

/** What the table stores of a token: it has no purposes, and every row keeps as many earlier tokens. */
type NewResetToken = Pick<IdentifiedToken, "id" | "userId" | "tokenHash" | "payload" | "ttlSeconds">;

/** Identifies a token for resetting a password. */
type ResetTokenKey = Pick<OneTimeTokenKey, "tokenHash" | "userId">;

/** The table of tokens for resetting a password, which the previous release shares. */
export const resetTokens = {
  async create(executor: Executor, token: NewResetToken): Promise<boolean> {
    const { id, userId, tokenHash, payload, ttlSeconds } = token;
    const params = { id, userId, tokenType: TOKEN_TYPE, tokenHash, payload, ttlSeconds } as const;
    return (await executor.compareAndWrite(statements.createOneTimeToken, params)).length > 0;
  },

  async get(executor: Executor, { tokenHash }: ResetTokenKey): Promise<LiveTokenRow | undefined> {
    const [row] = await executor.read(statements.getOneTimeToken, { tokenType: TOKEN_TYPE, tokenHash });
    return row;
  },

  async use(executor: Executor, token: ResetTokenKey): Promise<UsedTokenRow | undefined> {
    const userId = await ownerOf(executor, token);
    if (userId === undefined) return undefined;
    const { tokenHash } = token;
    const [row] = await executor.write(statements.useOneTimeToken, { userId, tokenType: TOKEN_TYPE, tokenHash });
    return row;
  },

  async remove(executor: Executor, token: ResetTokenKey): Promise<void> {
    const userId = await ownerOf(executor, token);
    if (userId === undefined) return;
    const { tokenHash } = token;
    await executor.write(statements.deleteOneTimeToken, { userId, tokenType: TOKEN_TYPE, tokenHash });
  },
} satisfies TokenTable;

/** Returns the user of the key, or else of the live token. The statements that change a row find it by its user. */
async function ownerOf(executor: Executor, token: ResetTokenKey): Promise<string | undefined> {
  return token.userId ?? (await resetTokens.get(executor, token))?.userId;
}
