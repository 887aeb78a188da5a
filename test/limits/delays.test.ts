import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { delaysOf as allDelaysOf, attempt, useLogInRows, WRONG } from "../support/log-in-rows.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

// The real thing, counted.
const argon2 = vi.hoisted(() => ({ runs: 0 }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  const counted =
    <Args extends unknown[], T>(run: (...args: Args) => T) =>
    (...args: Args) => {
      argon2.runs += 1;
      return run(...args);
    };
  return { ...real, hash: counted(real.hash), verify: counted(real.verify) };
});

const database = useDatabase();
const rows = useLogInRows(database);
const observed = observedPool({ connectionString: database.url });
const IP = "192.0.2.1";

let auth: Auth;
let user: User;
beforeAll(async () => {
  auth = await authOn({ pool: observed.pool }).connect();
  user = await createUser(auth);
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(observed.pool);
});

const delaysOf = (count: number, by: Auth, email: string, ip?: string) => allDelaysOf(rows, count, by, email, ip);

describe("delays", () => {
  const free = (count: number) => new Array<null>(count).fill(null);

  test("by default: 10 failures on an account are free, then 1, 2, 4 ... seconds, 60 at most", async () => {
    const delays = await delaysOf(19, auth, user.email);
    expect(delays).toEqual([...free(10), 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test("by default: 5 failures on an account from one address are free, then up to 900 seconds", async () => {
    const delays = await delaysOf(17, auth, user.email, IP);
    expect(delays).toEqual([...free(5), 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  test("by default: 50 failures from one address are free, whatever the accounts", async () => {
    await using cheap = await authOn({ connectionString: database.url }).connect();
    const delays: (number | null)[] = [];
    for (let index = 0; index < 53; index += 1) {
      delays.push(...(await delaysOf(1, cheap, uniqueEmail(), IP)));
    }
    expect(delays).toEqual([...free(50), 1, 2, 4]);
  });

  test("options change how many are free, and the longest delay", async () => {
    const limits = { account: { free: 2, longestSeconds: 3 } };
    await using strict = await authOn({ connectionString: database.url }, { logInLimits: limits }).connect();
    expect(await delaysOf(6, strict, user.email)).toEqual([null, null, 1, 2, 3, 3]);
  });

  test("emails of nobody are delayed as those of users are", async () => {
    const ofUser = await delaysOf(14, auth, user.email, IP);
    expect(ofUser.at(-1)).toBe(256);
    expect(await delaysOf(14, auth, uniqueEmail(), "192.0.2.2")).toEqual(ofUser);
    const passwordless = await createUser(auth, { password: null });
    expect(await delaysOf(14, auth, passwordless.email, "192.0.2.3")).toEqual(ofUser);
  });

  test("all spellings of an email count as one", async () => {
    await delaysOf(5, auth, user.email.toUpperCase(), IP);
    await delaysOf(5, auth, ` ${user.email}`, IP);
    expect(await delaysOf(1, auth, user.email, IP)).toEqual([32]);
  });
});

describe("while a delay lasts", () => {
  /** Blocks an account for a thousand seconds. */
  async function block(email: string): Promise<void> {
    expect(await attempt(auth, email, WRONG)).toBe("wrong");
    await database.rows(
      "update pevensie.log_in_attempt set failures = 99, blocked_until = now() + interval '1000 seconds'",
    );
  }

  test("every attempt is TOO_MANY_ATTEMPTS with retryAfterSeconds, the right password too, in both ways", async () => {
    await block(user.email);
    for (const password of [WRONG, PASSWORD]) {
      for (const call of [
        () => auth.logInUser({ email: user.email, password }),
        () => auth.getUserByEmailAndPassword(user.email, password),
      ]) {
        const error = await errorOf(call());
        expect(error.code).toBe("TOO_MANY_ATTEMPTS");
        const { retryAfterSeconds } = error;
        expect(Number.isInteger(retryAfterSeconds)).toBe(true);
        expect(retryAfterSeconds).toBeGreaterThan(500);
        expect(retryAfterSeconds).toBeLessThanOrEqual(1000);
        expect(error.message).toContain(`in ${retryAfterSeconds} seconds`);
        expect(error.message).not.toContain(user.email);
      }
    }
  });

  test("nothing is hashed, and one statement is sent", async () => {
    await block(user.email);
    argon2.runs = 0;
    const sent = await statementsOf(observed, async () => {
      expect(await attempt(auth, user.email, PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
    });
    expect(sent).toHaveLength(1);
    expect(argon2.runs).toBe(0);
    await rows.endDelays();
    expect(await attempt(auth, user.email, PASSWORD)).toBe("in");
    expect(argon2.runs).toBe(1);
  });

  test("attempts count for nothing: they do not make it longer, nor another limit fuller", async () => {
    expect(await attempt(auth, user.email, WRONG, IP)).toBe("wrong");
    await block(user.email);
    const before = await rows.all();
    for (let index = 0; index < 5; index += 1) {
      expect(await attempt(auth, user.email, WRONG, IP)).toBe("TOO_MANY_ATTEMPTS");
    }
    expect(await rows.all()).toEqual(before);
  });

  test("other accounts are not concerned", async () => {
    await block(user.email);
    const other = await createUser(auth);
    expect(await attempt(auth, other.email, WRONG, IP)).toBe("wrong");
    expect(await attempt(auth, other.email, PASSWORD, IP)).toBe("in");
  });
});

describe("what forgets failures", () => {
  test("a success: as many are free again", async () => {
    await delaysOf(12, auth, user.email);
    expect(await attempt(auth, user.email, PASSWORD)).toBe("in");
    expect(await delaysOf(11, auth, user.email)).toEqual([...new Array<null>(10).fill(null), 1]);
    expect(await auth.getUserByEmailAndPassword(user.email, PASSWORD)).toMatchObject({ id: user.id });
    expect(await delaysOf(1, auth, user.email)).toEqual([null]);
  });

  test("a success from an address: on the account there, and not on others from there", async () => {
    const other = await createUser(auth);
    await delaysOf(6, auth, other.email, IP);
    await delaysOf(6, auth, user.email, IP);
    expect(await attempt(auth, user.email, PASSWORD, IP)).toBe("in");
    expect(await delaysOf(1, auth, user.email, IP)).toEqual([null]);
    expect(await delaysOf(1, auth, other.email, IP)).toEqual([2]);
  });

  test("a success takes its own attempt back, and no more: guessing cannot be paid for with an account of one's own", async () => {
    const limits = { address: { free: 3, longestSeconds: 900 } };
    await using strict = await authOn({ connectionString: database.url }, { logInLimits: limits }).connect();
    const guess = () => delaysOf(1, strict, uniqueEmail(), IP);
    const outcomes: (number | null | undefined)[] = [];
    for (let index = 0; index < 6; index += 1) {
      outcomes.push((await guess())[0]);
      expect(await attempt(strict, user.email, PASSWORD, IP)).toBe("in");
    }
    expect(outcomes).toEqual([null, null, null, 1, 2, 4]);
  });

  test.each([undefined, IP])("an hour without failures (ip: %s)", async (ip) => {
    await delaysOf(12, auth, user.email, ip);
    await rows.age(3601);
    expect(await delaysOf(1, auth, user.email, ip)).toEqual([null]);
    expect(await rows.failures()).toBe(1);
  });

  test("but less than an hour does not", async () => {
    await delaysOf(12, auth, user.email);
    await rows.age(3500);
    expect(await rows.failures()).toBe(12);
    expect(await attempt(auth, user.email, WRONG)).toBe("wrong");
    expect(await rows.failures()).toBe(13);
  });

  test("an hour without failures, also where the account was logged in to before", async () => {
    expect(await attempt(auth, user.email, PASSWORD, IP)).toBe("in");
    expect(await delaysOf(6, auth, user.email, IP)).toEqual([...new Array<null>(5).fill(null), 1]);
    await rows.age(3601);
    expect(await delaysOf(1, auth, user.email, IP)).toEqual([null]);
  });
});
