import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { UserRecord } from "../../auth/driver.js";
import type { BatchedOperation } from "../execution/executor.js";
import { OwnRows, toUser } from "./rows.js";

export const userByIdLookup: BatchedOperation<string, UserRecord | null> = {
  mode: "lookups",

  async one(executor, id) {
    return firstUser(await executor.read(statements.getUserById, { id }));
  },

  async many(executor, ids) {
    const rows = await executor.read(statements.getUsersById, { ids: [...ids] });
    return inOrder(ids, rows, (row) => row.id);
  },
};

export const userByEmailLookup: BatchedOperation<string, UserRecord | null> = {
  mode: "lookups",

  async one(executor, email) {
    return firstUser(await executor.read(statements.getUserByEmail, { email }));
  },

  async many(executor, emails) {
    const rows = await executor.read(statements.getUsersByEmail, { emails: [...emails] });
    return inOrder(emails, rows, (row) => row.email);
  },
};

/** Returns the user of the first row; null if there is none. */
export function firstUser(rows: readonly queries.IGetUserByIdResult[]): UserRecord | null {
  const [row] = rows;
  return row === undefined ? null : toUser(row);
}

function inOrder(
  keys: readonly string[],
  rows: readonly queries.IGetUserByIdResult[],
  keyOf: (row: queries.IGetUserByIdResult) => string,
): (UserRecord | null)[] {
  const found = new OwnRows(rows, keyOf);
  return keys.map((key) => {
    const row = found.take(key);
    return row === undefined ? null : toUser(row);
  });
}
