import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Auth, createAuth, type LogInLimits } from "../../src/auth/index.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { authOn, COOKIE_KEY, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { attempt, useLogInRows, WRONG } from "../support/log-in-rows.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

const database = useDatabase();
const rows = useLogInRows(database);
const observed = observedPool({ connectionString: database.url });
const IP = "203.0.113.77";

let auth: Auth;
beforeAll(async () => {
  auth = await authOn({ pool: observed.pool }).connect();
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(observed.pool);
});

describe("what is stored", () => {
  test("keys tell neither email nor address, in no plain encoding; nor does any other column", async () => {
    const user = await createUser(auth);
    const email = "somebody.unknown@example.com";
    for (const of of [user.email, email]) await attempt(auth, of, WRONG, IP);
    await attempt(auth, user.email, PASSWORD, IP);
    await attempt(auth, user.email, WRONG, IP);
    const stored = await rows.all();
    expect(stored.length).toBeGreaterThanOrEqual(5);
    for (const { key } of stored) expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const text = JSON.stringify(stored);
    for (const value of [user.email, email, IP, user.id, WRONG, PASSWORD]) {
      const bytes = Buffer.from(value);
      const hashes = (["hex", "base64", "base64url"] as const).flatMap((encoding) => [
        bytes.toString(encoding),
        createHash("sha256").update(bytes).digest(encoding),
      ]);
      for (const encoded of [value, ...hashes]) expect(text).not.toContain(encoded);
    }
  });

  test("an attempt is three rows: the account, the address, and both; two without an address are none more", async () => {
    const email = uniqueEmail();
    await attempt(auth, email, WRONG, IP);
    expect(await rows.all()).toHaveLength(3);
    await attempt(auth, email, WRONG, IP);
    await attempt(auth, email, WRONG);
    expect(await rows.all()).toHaveLength(3);
  });

  test("failures expire after an hour, successes after 30 days, and both are swept", async () => {
    const user = await createUser(auth);
    await attempt(auth, user.email, PASSWORD, IP);
    await attempt(auth, uniqueEmail(), WRONG, "192.0.2.1");
    await attempt(auth, uniqueEmail(), WRONG);
    const removed = async () => (await auth.removeExpired()).logInAttempts;
    const count = (await rows.all()).length;
    expect(await removed()).toBe(0);
    await rows.age(3500);
    expect(await removed()).toBe(0);
    await rows.age(101);
    expect(await removed()).toBe(4);
    expect(await rows.all()).toHaveLength(count - 4);
    await rows.age(30 * 86_400);
    expect(await removed()).toBe(count - 4);
    expect(await rows.all()).toEqual([]);
  });

  test("the boundary: what failed an hour ago to the microsecond counts for nothing", async () => {
    const email = uniqueEmail();
    for (let index = 0; index < 8; index += 1) await attempt(auth, email, WRONG);
    await rows.age(3600);
    await attempt(auth, email, WRONG);
    expect(await rows.failures()).toBe(1);
  });
});

describe("logInLimits: false", () => {
  test("counts nothing, delays nobody, and costs nothing", async () => {
    await using free = await authOn({ pool: observed.pool }, { logInLimits: false }).connect();
    const user = await createUser(free);
    const sent = await statementsOf(observed, async () => {
      for (let index = 0; index < 12; index += 1) expect(await attempt(free, user.email, WRONG, IP)).toBe("wrong");
    });
    expect(sent).toHaveLength(12);
    expect(await statementsOf(observed, () => attempt(free, user.email, PASSWORD, IP))).toHaveLength(2);
    expect(await rows.all()).toEqual([]);
  });
});

describe("what it costs", () => {
  /** How many statements an attempt sends, with limits and without. */
  async function costs(email: string, password: string, ip: string | undefined): Promise<[number, number]> {
    await using free = await authOn({ pool: observed.pool }, { logInLimits: false }).connect();
    const limited = await statementsOf(observed, () => attempt(auth, email, password, ip));
    const unlimited = await statementsOf(observed, () => attempt(free, email, password, ip));
    expect(limited.join()).not.toMatch(/\bbegin\b/);
    return [limited.length, unlimited.length];
  }

  test.each([undefined, IP])("a good log-in is one statement more at most (ip: %s)", async (ip) => {
    const user = await createUser(auth);
    // What has failed before costs nothing more.
    for (let index = 0; index < 3; index += 1) {
      const [limited, unlimited] = await costs(user.email, PASSWORD, ip);
      expect(unlimited).toBe(2);
      expect(limited).toBeLessThanOrEqual(unlimited + 1);
      expect(await attempt(auth, user.email, WRONG, ip)).toBe("wrong");
    }
  });

  test("a bad one too", async () => {
    const [limited, unlimited] = await costs(uniqueEmail(), WRONG, IP);
    expect(unlimited).toBe(1);
    expect(limited).toBeLessThanOrEqual(unlimited + 1);
  });
});

describe("options", () => {
  const make = (logInLimits: unknown) => () =>
    createAuth({
      driver: createAuthDriver({ connectionString: database.url }),
      cookieKey: COOKIE_KEY,
      logInLimits: logInLimits as LogInLimits,
    });

  test.each([
    [true, "logInLimits"],
    [1, "logInLimits"],
    ["off", "logInLimits"],
    [[], "logInLimits"],
    [{ accounts: {} }, "accounts"],
    [{ account: 5 }, "logInLimits.account"],
    [{ account: { free: 5 } }, "logInLimits.account.longestSeconds"],
    [{ account: { longestSeconds: 5 } }, "logInLimits.account.free"],
    [{ address: { free: 0, longestSeconds: 1 } }, "logInLimits.address.free"],
    [{ address: { free: 1.5, longestSeconds: 1 } }, "logInLimits.address.free"],
    [{ address: { free: "5", longestSeconds: 1 } }, "logInLimits.address.free"],
    [{ address: { free: 1_000_001, longestSeconds: 1 } }, "logInLimits.address.free"],
    [{ accountAndAddress: { free: 1, longestSeconds: 0 } }, "logInLimits.accountAndAddress.longestSeconds"],
    [{ accountAndAddress: { free: 1, longestSeconds: -1 } }, "logInLimits.accountAndAddress.longestSeconds"],
    [{ accountAndAddress: { free: 1, longestSeconds: Number.NaN } }, "logInLimits.accountAndAddress.longestSeconds"],
    [{ accountAndAddress: { free: 1, longestSeconds: Infinity } }, "logInLimits.accountAndAddress.longestSeconds"],
    [{ account: { free: 1, longestSeconds: 1, firstSeconds: 1 } }, "firstSeconds"],
  ])("%j is INVALID_INPUT", (logInLimits, field) => {
    expect(make(logInLimits)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
  });

  test.each([
    undefined,
    false,
    {},
    { account: undefined },
    { account: { free: 1, longestSeconds: 1 } },
    { address: { free: 1_000_000, longestSeconds: 1_000_000 } },
  ])("%j is fine", (logInLimits) => {
    expect(make(logInLimits)()).toHaveProperty("connect");
  });
});
