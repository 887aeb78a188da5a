import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { attempt, stranger, useLogInRows, WRONG } from "../support/login-rows.js";

const database = useDatabase();
const rows = useLogInRows(database);
const IP = "192.0.2.1";
const PROCESSES = [0, 1, 2];
const HASHES_AT_ONCE = 2;

/** Each has its own connections: like processes, they share the database only. */
let auths: Auth[];
beforeAll(async () => {
  const options = { passwordHashing: { maxConcurrent: HASHES_AT_ONCE } };
  auths = await Promise.all(PROCESSES.map(() => authOn({ connectionString: database.url }, options).connect()));
});
afterAll(() => Promise.all(auths.map((auth) => auth.disconnect())));

const by = (index: number) => auths[index % auths.length] as Auth;

/** Returns how many of the given attempts, concurrent and over all processes, were tried; the others were refused. */
async function triesOf(
  count: number,
  emailOf: (index: number) => string,
  addressOf: (index: number) => string | undefined,
): Promise<number> {
  const outcomes = await Promise.all(
    Array.from({ length: count }, (_, index) => attempt(by(index), emailOf(index), WRONG, addressOf(index))),
  );
  const tries = outcomes.filter((outcome) => outcome === "wrong").length;
  expect(outcomes.filter((outcome) => outcome === "TOO_MANY_ATTEMPTS")).toHaveLength(count - tries);
  return tries;
}

/** How many attempts a process has in flight; their failures count for those after them. */
const IN_FLIGHT = 2 * HASHES_AT_ONCE * PROCESSES.length;

describe("many concurrent attempts, over three processes", () => {
  test.each([
    ["on an account from one address", 10, IP],
    ["on an account", 100, undefined],
  ])("G34: %s: at most %i attempts and those in flight, which count afterwards", async (_, burst, ip) => {
    const email = uniqueEmail();
    const tries = await triesOf(
      burst + 60,
      () => email,
      () => ip,
    );
    expect(tries).toBeGreaterThanOrEqual(burst);
    expect(tries).toBeLessThan(burst + IN_FLIGHT);
    // Each of them is counted, also those beyond what was allowed.
    await rows.age(360 * (tries - burst));
    expect(await attempt(by(0), email, WRONG, ip)).toBe("TOO_MANY_ATTEMPTS");
    await rows.age(1800 * (tries - burst + 1));
    expect(await attempt(by(0), email, WRONG, ip)).toBe("wrong");
  });

  test("from one address, each on another account: at most those allowed and those in flight are verified", async () => {
    const tries = await triesOf(160, uniqueEmail, () => IP);
    expect(tries).toBeGreaterThanOrEqual(100);
    expect(tries).toBeLessThan(100 + IN_FLIGHT);
  });

  test("successful logins of one user are all admitted, with failures before them or without", async () => {
    const user = await createUser(by(0));
    for (let round = 0; round < 2; round += 1) {
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, index) => attempt(by(index), user.email, PASSWORD, IP)),
      );
      expect(new Set(outcomes)).toEqual(new Set(["in"]));
      expect(await attempt(by(0), user.email, WRONG, IP)).toBe("wrong");
    }
  });

  test("failures counted by one process apply in the others, and after a restart", async () => {
    const email = uniqueEmail();
    for (let index = 0; index < 10; index += 1) expect(await attempt(by(index), email, WRONG, IP)).toBe("wrong");
    for (const index of PROCESSES) expect(await attempt(by(index), email, WRONG, IP)).toBe("TOO_MANY_ATTEMPTS");
    await using restarted = await authOn({ connectionString: database.url }).connect();
    expect(await attempt(restarted, email, WRONG, IP)).toBe("TOO_MANY_ATTEMPTS");
    expect(await attempt(restarted, email, WRONG, stranger(1))).toBe("wrong");
  });
});
