import { uuidv7 } from "uuidv7";
import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type {
  ImportedUser,
  ImportRefusal,
  NewUser,
  UserAccess,
  UserChanges,
  UserPage,
  UserRecord,
  UserSelection,
} from "../../../auth/driver/index.js";
import {
  changedConcurrently,
  isPevensieError,
  type PevensieError,
  userBanned,
  userNotFound,
} from "../../../errors/index.js";
import type { Executor } from "../../execution/executor.js";
import { toUser } from "./rows.js";
import { changeUser, timestamp, updateParams } from "./user-changes.js";
import {
  countUsers,
  findUserByPhoneNumber,
  firstUser,
  listUsers,
  userByEmailLookup,
  userByIdLookup,
} from "./user-lookups.js";

/** The functions of an AuthDriver that concern users. */
export class UserStore {
  readonly #executor: Executor;
  readonly #getUserById: (id: string) => Promise<UserRecord | null>;
  readonly #getUserByEmail: (email: string) => Promise<UserRecord | null>;

  /** @param executor - a pool, or a transaction */
  constructor(executor: Executor) {
    this.#executor = executor;
    this.#getUserById = executor.batch(userByIdLookup);
    this.#getUserByEmail = executor.batch(userByEmailLookup);
  }

  protected get executor(): Executor {
    return this.#executor;
  }

  listUsers(page: UserPage): Promise<UserRecord[]> {
    return listUsers(this.executor, page);
  }

  countUsers(selection: UserSelection): Promise<number> {
    return countUsers(this.executor, selection);
  }

  getUserById(id: string, _mayBeStale?: boolean): Promise<UserRecord | null> {
    return this.#getUserById(id);
  }

  async getUserAccess(id: string): Promise<UserAccess | null> {
    const [row] = await this.executor.read(statements.getUserAccess, { id });
    return row === undefined ? null : { email: row.email, version: row.accessVersion };
  }

  getUserByEmail(email: string, _mayBeStale?: boolean): Promise<UserRecord | null> {
    return this.#getUserByEmail(email);
  }

  getUserByPhoneNumber(phoneNumber: string, _mayBeStale?: boolean): Promise<UserRecord | null> {
    return findUserByPhoneNumber(this.executor, phoneNumber);
  }

  async createUser(user: NewUser): Promise<UserRecord> {
    const params = { ...user, id: uuidv7(), appMetadata: "{}" };
    const [created] = await this.executor.write(statements.createUserUnlessTaken, params);
    if (created !== undefined) return toUser(created);
    const { id, email, phoneNumber } = params;
    await this.executor.read(statements.refuseTaken, { id, email, phoneNumber, isNew: true });
    // The other user has since been deleted, or the row violates an index of the application's own, whose error names
    // it.
    const [row] = await this.executor.write(statements.createUser, params);
    return toUser(row as queries.ICreateUserResult);
  }

  async updateUser(
    id: string,
    changes: UserChanges,
    keepSessionId: string | null,
    accessVersion: string | null = null,
  ): Promise<UserRecord | null> {
    const params = updateParams(id, changes, accessVersion);
    // Only these changes can end the user's access.
    if (!params.setPasswordHash && !params.setEmail && !params.setBannedUntil && accessVersion === null) {
      return firstUser(await changeUser(this.executor, params));
    }
    return this.executor.transaction(async (transaction) => {
      const [row] = await changeUser(transaction, params);
      if (row === undefined) {
        // The refusal is final; this only tells it from a user who does not exist.
        const exists = accessVersion !== null && (await transaction.read(statements.getUserAccess, { id })).length > 0;
        if (exists) throw changedConcurrently();
        return null;
      }
      const banned = params.setBannedUntil && row.banned === true;
      if (params.setPasswordHash || row.emailChanged || banned) {
        await transaction.write(statements.endUserAccess, {
          userId: id,
          endSessions: params.setPasswordHash || banned,
          endExemptions: params.setPasswordHash || banned,
          keepSessionId: banned ? null : keepSessionId,
        });
      }
      return toUser(row);
    });
  }

  deleteUser(id: string): Promise<UserRecord | null> {
    return this.executor.transaction(async (transaction) => {
      const user = firstUser(await transaction.write(statements.deleteUser, { id }));
      if (user !== null) {
        await transaction.write(statements.endUserAccess, { userId: id, endSessions: true, endExemptions: true });
      }
      return user;
    });
  }

  restoreUser(id: string): Promise<UserRecord | null> {
    return this.executor.transaction(async (transaction) => {
      const [names] = await transaction.read(statements.getDeletedUserNames, { id });
      if (names !== undefined) await transaction.read(statements.refuseTaken, { id, ...names, isNew: true });
      return firstUser(await transaction.write(statements.restoreUser, { id }));
    });
  }

  async eraseUser(id: string): Promise<boolean> {
    return (await this.executor.write(statements.eraseUser, { id })).length > 0;
  }

  async importUsers(users: readonly ImportedUser[]): Promise<readonly ImportRefusal[]> {
    const refusals: ImportRefusal[] = [];
    for (const chunk of chunksOfUniqueIds(users)) refusals.push(...(await this.#importUnlessViolating(chunk)));
    return refusals;
  }

  async #importUnlessViolating(users: readonly ImportedUser[]): Promise<readonly ImportRefusal[]> {
    try {
      return await this.#importTogether(users);
    } catch (error) {
      // A row violates a constraint of the application's own. The statement does not say which one: it is found by halving.
      if (!isPevensieError(error) || error.code !== "CONSTRAINT_VIOLATED") throw error;
      if (users.length <= 1) return users.map(() => "CONSTRAINT_VIOLATED");
      const half = Math.ceil(users.length / 2);
      const first = await this.#importUnlessViolating(users.slice(0, half));
      return [...first, ...(await this.#importUnlessViolating(users.slice(half)))];
    }
  }

  async #importTogether(users: readonly ImportedUser[]): Promise<readonly ImportRefusal[]> {
    const rows = users.map((user, place) => ({
      place,
      id: user.id ?? uuidv7(),
      created_at: timestamp(user.createdAt),
      role: user.role,
      email: user.email,
      email_confirmed_at: timestamp(user.emailConfirmedAt),
      phone_number: user.phoneNumber,
      password_hash: user.passwordHash,
      user_metadata: JSON.parse(user.userMetadata) as unknown,
    }));
    // With a savepoint inside a caller's transaction, which goes on after a chunk that violates a constraint.
    const inserted = await this.executor.interactive(undefined, async (transaction) => {
      await transaction.write(statements.lockImports, undefined);
      return transaction.write(statements.importUsers, { users: JSON.stringify(rows) });
    });
    const ids = new Set(inserted.map(({ id }) => id));
    const refused = rows.filter(({ id }) => !ids.has(id));
    if (refused.length === 0) return rows.map(() => null);
    const taken = await this.executor.read(statements.getTakenNames, {
      emails: refused.map(({ email }) => email),
      phoneNumbers: refused.flatMap(({ phone_number }) => phone_number ?? []),
    });
    const emails = new Set(taken.map(({ email }) => email));
    const phoneNumbers = new Set(taken.map(({ phoneNumber }) => phoneNumber));
    const reasons = new Map(
      refused.map((row) => {
        const { email, phone_number } = row;
        if (emails.has(email)) return [row, "EMAIL_TAKEN"] as const;
        const isTaken = phone_number !== null && phoneNumbers.has(phone_number);
        return [row, isTaken ? "PHONE_NUMBER_TAKEN" : "CONSTRAINT_VIOLATED"] as const;
      }),
    );
    return rows.map((row) => reasons.get(row) ?? null);
  }

  /** Returns why a user got no session, token or key. The refusal is final; this only selects its error code. */
  protected async accessErrorOf(userId: string): Promise<PevensieError> {
    const [row] = await this.executor.read(statements.getUserStanding, { userId });
    return row?.banned === true ? userBanned() : userNotFound();
  }
}

/** Splits users into chunks without a repeated id: the ids that a statement returns say which of its rows were inserted. */
function chunksOfUniqueIds(users: readonly ImportedUser[]): readonly (readonly ImportedUser[])[] {
  const chunks: ImportedUser[][] = [[]];
  const ids = new Set<string>();
  for (const user of users) {
    if (user.id !== null) {
      if (ids.has(user.id)) {
        chunks.push([]);
        ids.clear();
      }
      ids.add(user.id);
    }
    chunks.at(-1)?.push(user);
  }
  return chunks;
}
