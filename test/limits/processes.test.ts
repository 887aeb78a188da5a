import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { attempt, useLogInRows, WRONG } from "../support/log-in-rows.js";

const database = useDatabase();
const rows = useLogInRows(database);
const IP = "192.0.2.1";
const PROCESSES = [0, 1, 2];
const HASHES_AT_ONCE = 2;
const events: PevensieEvent[] = [];
const onEvent = (event: PevensieEvent) => events.push(event);

/** Each with connections of its own: they share what processes share, which is the database. */
let auths: Auth[];
beforeAll(async () => {
  const options = { onEvent, passwordHashing: { maxConcurrent: HASHES_AT_ONCE } };
  auths = await Promise.all(PROCESSES.map(() => authOn({ connectionString: database.url }, options).connect()));
});
afterAll(() => Promise.all(auths.map((auth) => auth.disconnect())));

const by = (index: number) => auths[index % auths.length] as Auth;

/** The outcomes of so many attempts at once, over all processes. */
function atOnce(count: number, email: string, ip?: string): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => attempt(by(index), email, WRONG, ip)));
}

const triesOf = (outcomes: readonly string[]) => outcomes.filter((outcome) => outcome === "wrong").length;

/** A process makes so many attempts at once; their failures count for those after them. */
const AT_ONCE = 2 * HASHES_AT_ONCE * PROCESSES.length;

describe("many at once, over three processes", () => {
  test.each([undefined, IP])(
    "100 on an account that is slowed down already get no tries but those under way (ip: %s)",
    async (ip) => {
      const email = uniqueEmail();
      await attempt(by(0), email, WRONG, ip);
      for (let round = 0; round < 3; round += 1) {
        // The next delay is the longest: it outlasts this test.
        await database.rows("update pevensie.log_in_attempt set failures = 40, blocked_until = null");
        const outcomes = await atOnce(100, email, ip);
        const tries = triesOf(outcomes);
        expect(tries).toBeGreaterThan(0);
        expect(tries).toBeLessThanOrEqual(AT_ONCE);
        expect(outcomes.filter((outcome) => outcome === "TOO_MANY_ATTEMPTS")).toHaveLength(100 - tries);
        expect(await rows.failures()).toBe(40 + tries);
      }
    },
  );

  test.each([
    ["account", undefined, 10],
    ["account and address", IP, 5],
  ])(
    "100 on an account that nobody has tried, by %s, get no tries but the free ones and those under way",
    async (_, ip, free) => {
      const outcomes = await atOnce(100, uniqueEmail(), ip);
      const tries = triesOf(outcomes);
      expect(outcomes.filter((outcome) => outcome === "TOO_MANY_ATTEMPTS")).toHaveLength(100 - tries);
      // Each try is counted, none more than once.
      expect(await rows.failures()).toBe(tries);
      expect(tries).toBeGreaterThan(free);
      // The first delays, of 1, 2 and 4 seconds, may pass meanwhile.
      expect(tries).toBeLessThanOrEqual(free + AT_ONCE + 3);
    },
  );

  test("100 from one address, each on another account, get no tries but those under way", async () => {
    await attempt(by(0), uniqueEmail(), WRONG, IP);
    await database.rows("update pevensie.log_in_attempt set failures = 80 where failures = 1");
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) => attempt(by(index), uniqueEmail(), WRONG, IP)),
    );
    expect(triesOf(outcomes)).toBeGreaterThan(0);
    expect(triesOf(outcomes)).toBeLessThanOrEqual(AT_ONCE);
  });

  test("good log-ins of one user at once are all let in, failures before them or not", async () => {
    const user = await createUser(by(0));
    for (let round = 0; round < 2; round += 1) {
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, index) => attempt(by(index), user.email, PASSWORD, IP)),
      );
      expect(new Set(outcomes)).toEqual(new Set(["in"]));
      expect(await attempt(by(0), user.email, WRONG, IP)).toBe("wrong");
    }
  });

  test("what one process counts holds in the others, and after a restart", async () => {
    const email = uniqueEmail();
    for (let index = 0; index < 10; index += 1) expect(await attempt(by(index), email, WRONG)).toBe("wrong");
    await database.rows("update pevensie.log_in_attempt set failures = 40");
    expect(await attempt(by(10), email, WRONG)).toBe("wrong");
    for (const index of PROCESSES) expect(await attempt(by(index), email, WRONG)).toBe("TOO_MANY_ATTEMPTS");
    await using restarted = await authOn({ connectionString: database.url }).connect();
    expect(await attempt(restarted, email, WRONG)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("good log-ins of one user from one address, and bad ones among them, never wait for each other in a circle", async () => {
    const wide = { free: 100_000, longestSeconds: 1 };
    const logInLimits = { account: wide, address: wide, accountAndAddress: wide };
    const lenient = await Promise.all(
      PROCESSES.map(() => authOn({ connectionString: database.url }, { onEvent, logInLimits }).connect()),
    );
    try {
      const user = await createUser(by(0));
      events.length = 0;
      for (let round = 0; round < 10; round += 1) {
        const outcomes = await Promise.all(
          Array.from({ length: 12 }, (_, index) => {
            const password = index % 4 === 0 ? WRONG : PASSWORD;
            return attempt(lenient[index % lenient.length] as Auth, user.email, password, IP);
          }),
        );
        expect(outcomes).toEqual(outcomes.map((_, index) => (index % 4 === 0 ? "wrong" : "in")));
      }
      // A circle is broken by Postgres after a second, and the statement is tried again.
      expect(events.filter(({ type }) => type === "retry")).toEqual([]);
    } finally {
      await Promise.all(lenient.map((auth) => auth.disconnect()));
    }
  });
});
