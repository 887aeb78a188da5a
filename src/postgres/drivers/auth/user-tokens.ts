import * as statements from "#generated/statements.js";
import type { OneTimeTokenKey } from "../../../auth/driver/index.js";
import type { Executor } from "../../execution/executor.js";
import { LateChangeCheck } from "./late-change-check.js";
import type { IdentifiedToken, LiveTokenRow, TokenTable, UsedTokenRow } from "./token-table.js";

/** The table of all tokens except those for resetting a password. */
export const userTokens: TokenTable = {
  async create(executor: Executor, token: IdentifiedToken): Promise<boolean> {
    const check = new LateChangeCheck(token.userId);
    const rows = await executor.transaction(async (transaction) => {
      const isLate = await check.lockAndCheck(transaction);
      return transaction.write(statements.createUserToken, { ...token, isLate, attempts: null });
    });
    return rows.length > 0;
  },

  async get(executor: Executor, token: OneTimeTokenKey): Promise<LiveTokenRow | undefined> {
    const { tokenType, purpose, tokenHash } = token;
    const [row] = await executor.read(statements.getUserToken, { tokenType, purpose, tokenHash });
    return row;
  },

  async use(executor: Executor, token: OneTimeTokenKey): Promise<UsedTokenRow | undefined> {
    const { userId, tokenType, purpose, tokenHash } = token;
    const [row] = await executor.write(statements.useUserToken, { userId, tokenType, purpose, tokenHash });
    return row;
  },

  async remove(executor: Executor, token: OneTimeTokenKey): Promise<void> {
    const { userId, tokenType, purpose, tokenHash } = token;
    await executor.write(statements.deleteUserToken, { userId, tokenType, purpose, tokenHash });
  },
};
