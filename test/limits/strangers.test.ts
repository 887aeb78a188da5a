import { beforeEach, describe, expect, test } from "vitest";
import type { User } from "../../src/auth/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";
import { attempt, delaysOf, useLogInRows, WRONG } from "../support/log-in-rows.js";

const database = useDatabase();
const rows = useLogInRows(database);
const auth = useAuth(database.url);
const HOME = "198.51.100.7";
const ELSEWHERE = "203.0.113.9";
const DAY = 24 * 60 * 60;

let owner: User;
beforeEach(async () => {
  owner = await createUser(auth.current);
});

/** Somebody fails at the account from many addresses until it is delayed as long as it can be. */
async function attack(): Promise<void> {
  for (let index = 0; index < 20; index += 1) {
    await rows.endDelays();
    expect(await attempt(auth.current, owner.email, WRONG, `192.0.2.${index}`)).toBe("wrong");
  }
}

/** The same, until there are ten times as many failures as are free. */
async function flood(): Promise<void> {
  await attack();
  await database.rows("update pevensie.log_in_attempt set failures = 100 where failures >= 20");
}

describe("an account that strangers fail at", () => {
  test("its owner logs in all the same from an address that is new, and has not failed itself", async () => {
    await attack();
    expect(await attempt(auth.current, owner.email, PASSWORD, ELSEWHERE)).toBe("in");
  });

  test("its owner does so however often a stranger takes the turn when a delay ends", async () => {
    await attack();
    for (let index = 0; index < 20; index += 1) {
      expect(await attempt(auth.current, owner.email, WRONG, `192.0.2.${index}`)).toBe("TOO_MANY_ATTEMPTS");
    }
    expect(await attempt(auth.current, owner.email, PASSWORD, ELSEWHERE)).toBe("in");
  });

  test("a flood of failures holds up every address that is not known", async () => {
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    await flood();
    expect(await attempt(auth.current, owner.email, PASSWORD, ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
  });

  test("its owner logs in all the same from an address known by an earlier success", async () => {
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    await attack();
    expect(await attempt(auth.current, owner.email, WRONG, ELSEWHERE)).toBe("wrong");
    expect(await attempt(auth.current, owner.email, PASSWORD, ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
    expect(await attempt(auth.current, owner.email, PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
  });

  test("and may mistype there", async () => {
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    await attack();
    for (let index = 0; index < 5; index += 1) {
      expect(await attempt(auth.current, owner.email, WRONG, HOME)).toBe("wrong");
    }
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
  });

  test("elsewhere the delay is the account's longest at most", async () => {
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    await attack();
    expect(await attempt(auth.current, owner.email, WRONG, ELSEWHERE)).toBe("wrong");
    const error = await errorOf(auth.current.logInUser({ email: owner.email, password: PASSWORD, ip: ELSEWHERE }));
    expect(error.code).toBe("TOO_MANY_ATTEMPTS");
    expect(error.retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
    await rows.endDelays();
    expect(await attempt(auth.current, owner.email, PASSWORD, ELSEWHERE)).toBe("in");
  });

  test("a longest delay of one's own holds", async () => {
    const logInLimits = { account: { free: 1, longestSeconds: 7 } };
    await using strict = await authOn({ connectionString: database.url }, { logInLimits }).connect();
    const delays: (number | null)[] = [];
    for (let index = 0; index < 8; index += 1) {
      delays.push(...(await delaysOf(rows, 1, strict, owner.email, `192.0.2.${index}`)));
    }
    expect(delays).toEqual([null, 1, 2, 4, 7, 7, 7, 7]);
  });

  test("an address is known for 30 days after the last success there", async () => {
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    await rows.age(30 * DAY - 60);
    await attack();
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    await rows.age(30 * DAY + 60);
    await flood();
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("an address is known for the account that was logged in to, and for no other", async () => {
    const stranger = await createUser(auth.current);
    expect(await attempt(auth.current, stranger.email, PASSWORD, ELSEWHERE)).toBe("in");
    await flood();
    expect(await attempt(auth.current, owner.email, PASSWORD, ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("a failure makes no address known", async () => {
    expect(await attempt(auth.current, owner.email, WRONG, HOME)).toBe("wrong");
    await attack();
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("at a known address guessing is slowed down as anywhere", async () => {
    expect(await attempt(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    const delays = await delaysOf(rows, 17, auth.current, owner.email, HOME);
    expect(delays).toEqual([null, null, null, null, null, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });
});

describe("addresses", () => {
  /** Whether failures from the one address delay log-ins from the other. */
  async function countAsOne(one: string, other: string): Promise<boolean> {
    const logInLimits = { address: { free: 3, longestSeconds: 900 } };
    await using strict = await authOn({ connectionString: database.url }, { logInLimits }).connect();
    for (let index = 0; index < 3; index += 1) await attempt(strict, uniqueEmail(), WRONG, one);
    await database.rows("update pevensie.log_in_attempt set failures = 40 where failures = 3");
    expect(await attempt(strict, uniqueEmail(), WRONG, one)).toBe("wrong");
    expect(await attempt(strict, uniqueEmail(), WRONG, one)).toBe("TOO_MANY_ATTEMPTS");
    const outcome = await attempt(strict, uniqueEmail(), WRONG, other);
    return outcome === "TOO_MANY_ATTEMPTS";
  }

  test.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:9"],
    ["2001:db8::1", "2001:db8:0:0:1::"],
    ["::1", "::2:3:4:5"],
    ["1::", "1:0:0:0:8::1"],
    ["192.0.2.1", "::ffff:192.0.2.1"],
  ])("%s and %s count as one", async (one, other) => {
    expect(await countAsOne(one, other)).toBe(true);
  });

  test.each([
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["2001:db8:1::1", "2001:db8:1:1::1"],
    ["2001:db8::1", "2001:db8:0:1::"],
    ["::1", "0:0:0:1::1"],
    ["1::", "0:1::"],
    ["192.0.2.1", "192.0.2.2"],
    ["192.0.2.1", "::192.0.2.1"],
  ])("%s and %s count as two", async (one, other) => {
    expect(await countAsOne(one, other)).toBe(false);
  });
});
