import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { ApiKeyWithUser } from "../../../auth/driver/index.js";
import { shapeOf } from "../../../shape.js";
import type { BatchedOperation, Executor, RowMaintenance } from "../../execution/executor.js";
import { OwnRows } from "./own-rows.js";
import { joinedUser, toApiKey } from "./rows.js";

/** Records when keys were used. No lookup waits for it. */
const usedKeys: RowMaintenance<string> = {
  keyOf: (id) => id,
  run: (transaction, ids) => transaction.write(statements.touchApiKeys, { ids: [...ids] }),
};

/** Returns the live key with a hash, and its user. */
export const apiKeyLookup: BatchedOperation<string, ApiKeyWithUser | null> = {
  mode: "lookups",

  async one(executor, keyHash) {
    const [row] = await executor.read(statements.getApiKeyWithUser, { keyHash });
    return resultOf(executor, row);
  },

  async many(executor, keyHashes) {
    const rows = await executor.read(statements.getApiKeysWithUsers, { keyHashes: [...keyHashes] });
    const found = new OwnRows(rows, (row) => row.keyHash);
    return keyHashes.map((keyHash) => resultOf(executor, found.take(keyHash)));
  },
};

const API_KEY_WITH_USER = shapeOf("apiKey", "user");

function resultOf(executor: Executor, row: queries.IGetApiKeyWithUserResult | undefined): ApiKeyWithUser | null {
  if (row === undefined) return null;
  if (row.touchDue) void executor.maintain(usedKeys, [row.id]);
  return { ...API_KEY_WITH_USER, apiKey: toApiKey(row), user: joinedUser(row) };
}
