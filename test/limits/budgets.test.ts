import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { attempt, check, fail, failuresUntilRefused, stranger, useLogInRows, WRONG } from "../support/login-rows.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

// The real thing, counted.
const argon2 = vi.hoisted(() => ({ runs: 0 }));
vi.mock("@node-rs/argon2", async (original) => {
  const { cached } = await import("../support/cached-argon2.js");
  const real = await cached(original);
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
const backdoor = authBackdoor(database);
const observed = observedPool({ connectionString: database.url });
const IP = "192.0.2.1";
const HOUR = 60 * 60;
const anywhere = () => undefined;

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

describe("how many failed logins are allowed", () => {
  test("by default: 100 on an account without an address, then 10 an hour", async () => {
    expect(await failuresUntilRefused(auth, 200, user.email, anywhere)).toBe(100);
    await rows.age(HOUR / 10);
    expect(await failuresUntilRefused(auth, 200, user.email, anywhere)).toBe(1);
    await rows.age(HOUR);
    expect(await failuresUntilRefused(auth, 200, user.email, anywhere)).toBe(10);
  });

  test("by default: 10 on an account from one address, then 2 an hour", async () => {
    expect(await failuresUntilRefused(auth, 200, user.email, () => IP)).toBe(10);
    await rows.age(HOUR / 2);
    expect(await failuresUntilRefused(auth, 200, user.email, () => IP)).toBe(1);
    expect(await attempt(auth, user.email, WRONG, "192.0.2.2")).toBe("wrong");
  });

  test("by default: 100 from one address, whatever the accounts, then 20 an hour", async () => {
    expect(await failuresUntilRefused(auth, 200, uniqueEmail, () => IP)).toBe(100);
    await rows.age(HOUR);
    expect(await failuresUntilRefused(auth, 200, uniqueEmail, () => IP)).toBe(20);
  });

  test("options change the numbers", async () => {
    const logInLimits = {
      account: { burst: 5, perHour: 60 },
      accountAndAddress: { burst: 3, perHour: 60 },
      address: { burst: 4, perHour: 60 },
      knownAddress: { burst: 2, perHour: 60 },
    };
    await using strict = await authOn({ connectionString: database.url }, { logInLimits }).connect();
    const email = uniqueEmail();
    expect(await failuresUntilRefused(strict, 20, email, () => IP)).toBe(3);
    expect(await failuresUntilRefused(strict, 20, email, stranger)).toBe(2);
    expect(await failuresUntilRefused(strict, 20, uniqueEmail, () => IP)).toBe(1);
    await rows.age(60);
    expect(await failuresUntilRefused(strict, 20, email, stranger)).toBe(1);
    expect(await attempt(strict, user.email, PASSWORD, "192.0.2.3")).toBe("in");
    expect(await failuresUntilRefused(strict, 20, user.email, () => "192.0.2.3")).toBe(2 + 3);
  });

  test("unknown emails are limited like those of users", async () => {
    const passwordless = await createUser(auth, { password: null });
    for (const email of [user.email, uniqueEmail(), passwordless.email]) {
      expect(await failuresUntilRefused(auth, 20, email, () => IP)).toBe(10);
      expect(await failuresUntilRefused(auth, 200, email, stranger)).toBe(90);
    }
  });

  test("all spellings of an email count as one", async () => {
    await fail(auth, 5, user.email.toUpperCase(), () => IP);
    await fail(auth, 5, ` ${user.email}`, () => IP);
    expect(await attempt(auth, user.email, WRONG, IP)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("attempts on a stored hash that cannot be read count as failed", async () => {
    const broken = await createUser(auth);
    await backdoor.setPasswordHash(broken.id, "no hash at all");
    for (let index = 0; index < 10; index += 1) {
      const outcome = await (index % 2 ? attempt : check)(auth, broken.email, PASSWORD, IP);
      expect(outcome).toBe("PASSWORD_HASH_FAILED");
    }
    expect(await attempt(auth, broken.email, PASSWORD, IP)).toBe("TOO_MANY_ATTEMPTS");
    expect(await attempt(auth, broken.email, PASSWORD, "192.0.2.2")).toBe("PASSWORD_HASH_FAILED");
  });

  test("attempts rejected with OVERLOADED do not", async () => {
    const passwordHashing = { maxConcurrent: 1, maxQueued: 0 };
    await using narrow = await authOn({ connectionString: database.url }, { passwordHashing }).connect();
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => attempt(narrow, user.email, PASSWORD)));
    expect(outcomes).toContain("OVERLOADED");
    expect(await rows.all()).toEqual([]);
  });

  test("successful logins do not, however many", async () => {
    for (let index = 0; index < 120; index += 1) expect(await attempt(auth, user.email, PASSWORD)).toBe("in");
    expect(await rows.all()).toEqual([]);
  });
});

describe("beyond the limit", () => {
  test("every attempt is TOO_MANY_ATTEMPTS with retryAfterSeconds, the right password too, in both ways", async () => {
    await failuresUntilRefused(auth, 200, user.email, anywhere);
    for (const password of [WRONG, PASSWORD]) {
      for (const call of [
        () => auth.logInUser({ email: user.email, password }),
        () => auth.getUserByEmailAndPassword(user.email, password),
      ]) {
        const error = await errorOf(call());
        expect(error.code).toBe("TOO_MANY_ATTEMPTS");
        expect(error.retryAfterSeconds).toBeGreaterThan(0);
        expect(error.retryAfterSeconds).toBeLessThanOrEqual(360);
        expect(error.message).toContain(`in ${Math.ceil(error.retryAfterSeconds ?? 0)} seconds`);
        expect(error.message).not.toContain(user.email);
      }
    }
  });

  test("G34: retryAfterSeconds is exact: then one attempt is admitted, and before then none", async () => {
    await failuresUntilRefused(auth, 200, user.email, anywhere);
    const refused = () => errorOf(auth.logInUser({ email: user.email, password: WRONG }));
    const { retryAfterSeconds: wait = 0 } = await refused();
    await rows.age(wait - 60);
    const { retryAfterSeconds: rest = 0 } = await refused();
    expect(rest).toBeLessThanOrEqual(60);
    await rows.age(rest);
    expect(await attempt(auth, user.email, WRONG)).toBe("wrong");
    expect(await attempt(auth, user.email, PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("G34: retryAfterSeconds is not rounded to seconds, so a client that obeys it is not behind one that does not", async () => {
    await failuresUntilRefused(auth, 200, user.email, anywhere);
    const fractions = new Set<number>();
    for (let index = 0; index < 20; index += 1) {
      const { retryAfterSeconds = 0 } = await errorOf(auth.logInUser({ email: user.email, password: WRONG }));
      expect(Math.round(retryAfterSeconds * 1000) / 1000).toBe(retryAfterSeconds);
      fractions.add(retryAfterSeconds % 1);
    }
    expect(fractions.size).toBeGreaterThan(1);
  });

  test("retryAfterSeconds is the shortest of the waits that apply", async () => {
    const owner = await createUser(auth);
    expect(await attempt(auth, owner.email, PASSWORD, IP)).toBe("in");
    expect(await failuresUntilRefused(auth, 200, owner.email, () => IP)).toBe(60);
    // A known address has one more in 720 seconds, a stranger at it in 1,800.
    const { retryAfterSeconds } = await errorOf(auth.logInUser({ email: owner.email, password: WRONG, ip: IP }));
    expect(retryAfterSeconds).toBeGreaterThan(360);
    expect(retryAfterSeconds).toBeLessThanOrEqual(720);
  });

  test("nothing is hashed, and one statement is sent", async () => {
    await failuresUntilRefused(auth, 200, user.email, anywhere);
    argon2.runs = 0;
    const sent = await statementsOf(observed, async () => {
      expect(await attempt(auth, user.email, PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
    });
    expect(sent).toHaveLength(1);
    expect(argon2.runs).toBe(0);
    await rows.age(HOUR);
    expect(await attempt(auth, user.email, PASSWORD)).toBe("in");
    expect(argon2.runs).toBe(1);
  });

  test("attempts neither extend the wait nor spend from another budget", async () => {
    await failuresUntilRefused(auth, 200, user.email, stranger);
    const before = await rows.all();
    for (let index = 0; index < 5; index += 1) {
      expect(await attempt(auth, user.email, WRONG, IP)).toBe("TOO_MANY_ATTEMPTS");
    }
    expect(await rows.all()).toEqual(before);
  });

  test("other accounts are not affected", async () => {
    await failuresUntilRefused(auth, 20, user.email, () => IP);
    const other = await createUser(auth);
    expect(await attempt(auth, other.email, WRONG, IP)).toBe("wrong");
    expect(await attempt(auth, other.email, PASSWORD, IP)).toBe("in");
  });

  test("an owner who has failed ten times at a new address can log in at another one, and there half an hour later", async () => {
    const owner = await createUser(auth);
    await fail(auth, 10, owner.email, () => IP);
    expect(await attempt(auth, owner.email, PASSWORD, IP)).toBe("TOO_MANY_ATTEMPTS");
    expect(await attempt(auth, owner.email, PASSWORD, "192.0.2.2")).toBe("in");
    await rows.age(HOUR / 2);
    expect(await attempt(auth, owner.email, PASSWORD, IP)).toBe("in");
  });
});
