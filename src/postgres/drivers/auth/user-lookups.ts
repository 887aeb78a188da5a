import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { UserPage, UserRecord, UserSelection } from "../../../auth/driver/index.js";
import type { Reader } from "../../execution/executor.js";
import { OwnRows } from "./own-rows.js";
import { toUser } from "./rows.js";
import { patternParams } from "./user-patterns.js";

/** A lookup as a statement for one input, and for many. */
export interface UserLookup<Input, Output> {
  readonly mode: "lookups";
  one(reader: Reader, input: Input): Promise<Output>;
  many(reader: Reader, inputs: readonly Input[]): Promise<readonly Output[]>;
}

export const userByIdLookup: UserLookup<string, UserRecord | null> = {
  mode: "lookups",

  async one(reader, id) {
    return firstUser(await reader.read(statements.getUserById, { id }));
  },

  async many(reader, ids) {
    const rows = await reader.read(statements.getUsersById, { ids: [...ids] });
    return inOrder(ids, rows, (row) => row.id);
  },
};

export const userByEmailLookup: UserLookup<string, UserRecord | null> = {
  mode: "lookups",

  async one(reader, email) {
    return firstUser(await reader.read(statements.getUserByEmail, { email }));
  },

  async many(reader, emails) {
    const rows = await reader.read(statements.getUsersByEmail, { emails: [...emails] });
    return inOrder(emails, rows, (row) => row.email);
  },
};

/** Returns the live user with this phone number; null if there is none. */
export async function findUserByPhoneNumber(reader: Reader, phoneNumber: string): Promise<UserRecord | null> {
  return firstUser(await reader.read(statements.getUserByPhoneNumber, { phoneNumber }));
}

/** Returns a page of the selected users, oldest first. */
export async function listUsers(reader: Reader, { patterns, ...page }: UserPage): Promise<UserRecord[]> {
  const rows =
    patterns === undefined
      ? await reader.read(statements.listUsers, page)
      : await reader.read(statements.listMatchingUsers, { ...page, ...patternParams(patterns) });
  return rows.map(toUser);
}

/** Returns how many users are selected. */
export async function countUsers(reader: Reader, { patterns, ...selection }: UserSelection): Promise<number> {
  const [row] =
    patterns === undefined
      ? await reader.read(statements.countUsers, selection)
      : await reader.read(statements.countMatchingUsers, { ...selection, ...patternParams(patterns) });
  return Number(row?.count);
}

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
