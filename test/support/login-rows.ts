import { beforeEach, expect } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { ageLogInLimits } from "../../src/testing/index.js";
import type { TestDatabase } from "./database.js";

export const WRONG = "not the password at all";

const TABLES = ["log_in_budget", "log_in_exemption"] as const;

/** What is stored of attempts to log in, and a way to move its time. */
export interface LogInRows {
  /** Every row, as it is. */
  all(): Promise<Record<string, unknown>[]>;
  /** So many seconds go by. */
  age(seconds: number): Promise<unknown>;
}

/** The rows of a test file's database, none at the start of each test. Call it at the file's top level. */
export function useLogInRows(database: TestDatabase): LogInRows {
  beforeEach(async () => {
    await database.pool.query("truncate pevensie.log_in_budget, pevensie.log_in_exemption");
  });
  return {
    all: async () => {
      const rows = await Promise.all(
        TABLES.map((table) => database.rows(`select '${table}' as "table", * from pevensie.${table} order by 2, 3`)),
      );
      return rows.flat();
    },
    age: (seconds) => ageLogInLimits(database.pool, seconds),
  };
}

/** The outcome of an attempt: "in", "wrong", or the code of the error. */
export async function attempt(auth: Auth, email: string, password: string, ip?: string): Promise<string> {
  try {
    return (await auth.logInUser({ email, password, ...(ip === undefined ? {} : { ip }) })) === null ? "wrong" : "in";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** The outcome of a check of a password, in the same words. */
export async function check(auth: Auth, email: string, password: string, ip?: string): Promise<string> {
  try {
    return (await auth.getUserByEmailAndPassword(email, password, { ip })) === null ? "wrong" : "in";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Fails so often, each time from the address that the index is given. */
export async function fail(auth: Auth, count: number, email: string, addressOf: (index: number) => string | undefined) {
  for (let index = 0; index < count; index += 1) {
    expect(await attempt(auth, email, WRONG, addressOf(index))).toBe("wrong");
  }
}

/** Fails until it is refused, at most so often, and returns how often it was not. */
export async function failuresUntilRefused(
  auth: Auth,
  most: number,
  email: string | ((index: number) => string),
  addressOf: (index: number) => string | undefined,
): Promise<number> {
  for (let index = 0; index < most; index += 1) {
    const of = typeof email === "string" ? email : email(index);
    const outcome = await attempt(auth, of, WRONG, addressOf(index));
    if (outcome === "TOO_MANY_ATTEMPTS") return index;
    expect(outcome).toBe("wrong");
  }
  return most;
}

/** Addresses of attackers, no two in one network. */
export const stranger = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
