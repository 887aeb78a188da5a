import { createHash } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Auth, createAuth, type LogInLimits } from "../../src/auth/index.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { authOn, COOKIE_KEY, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { attempt, useLogInRows, WRONG } from "../support/login-rows.js";
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
  test("contains no email, address or password in any plain encoding", async () => {
    const user = await createUser(auth);
    const email = "somebody.unknown@example.com";
    for (const of of [user.email, email]) await attempt(auth, of, WRONG, IP);
    await attempt(auth, user.email, PASSWORD, IP);
    await attempt(auth, user.email, WRONG, IP);
    const stored = await rows.all();
    expect(stored.length).toBeGreaterThanOrEqual(5);
    for (const { key, budget_key: budgetKey } of stored) expect(key ?? budgetKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const text = JSON.stringify(stored);
    for (const value of [user.email, email, IP, WRONG, PASSWORD]) {
      const bytes = Buffer.from(value);
      const hashes = (["hex", "base64", "base64url"] as const).flatMap((encoding) => [
        bytes.toString(encoding),
        createHash("sha256").update(bytes).digest(encoding),
      ]);
      for (const encoded of [value, ...hashes]) expect(text).not.toContain(encoded);
    }
  });

  test("a failure is three rows with an IPv4 address, five with an IPv6 one, and one without", async () => {
    const counts: number[] = [];
    for (const ip of [IP, "2001:db8::1", undefined, IP]) {
      await attempt(auth, uniqueEmail(), WRONG, ip);
      counts.push((await rows.all()).length);
    }
    expect(counts).toEqual([3, 8, 9, 11]);
  });

  test("a login at a known address writes no exemption until a day has passed", async () => {
    const user = await createUser(auth);
    const written = async () => {
      await attempt(auth, user.email, PASSWORD, IP);
      return database.rows("select xmin::text, expires_at from pevensie.log_in_exemption");
    };
    const first = await written();
    expect(first).toHaveLength(1);
    expect(await written()).toEqual(first);
    await rows.age(86_400);
    const [aged] = await database.rows("select xmin::text, expires_at from pevensie.log_in_exemption");
    expect(await written()).not.toEqual([aged]);
  });

  test("a sweep removes failures that no longer count, and known addresses after 31 days", async () => {
    const user = await createUser(auth);
    await attempt(auth, user.email, PASSWORD, IP);
    await attempt(auth, uniqueEmail(), WRONG, "192.0.2.1");
    const removed = async () => (await auth.removeExpired()).logInAttempts;
    expect(await removed()).toBe(0);
    // The address has 20 an hour, the account 10, and both together 2.
    await rows.age(170);
    expect(await removed()).toBe(0);
    await rows.age(10);
    expect(await removed()).toBe(1);
    await rows.age(180);
    expect(await removed()).toBe(1);
    await rows.age(1440);
    expect(await removed()).toBe(1);
    await rows.age(31 * 86_400);
    expect(await removed()).toBe(1);
    expect(await rows.all()).toEqual([]);
  });

  test("removing a user by SQL removes its known addresses", async () => {
    const user = await createUser(auth);
    await attempt(auth, user.email, PASSWORD, IP);
    await database.rows('delete from pevensie."user" where id = $1', [user.id]);
    expect(await rows.all()).toEqual([]);
  });
});

describe("logInLimits: false", () => {
  test("counts no failures, refuses no login and sends no extra statement", async () => {
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

describe("statements and bytes", () => {
  /** How many statements some work sends. */
  const costOf = async (work: () => Promise<unknown>) => {
    const sent = await statementsOf(observed, work);
    expect(sent.join()).not.toMatch(/\bbegin\b/);
    return sent.length;
  };

  test.each([undefined, IP])("a successful login is a read and a write, whatever has failed (ip: %s)", async (ip) => {
    const user = await createUser(auth);
    for (let index = 0; index < 3; index += 1) {
      expect(await costOf(() => attempt(auth, user.email, PASSWORD, ip))).toBe(2);
      expect(await costOf(() => attempt(auth, user.email, WRONG, ip))).toBe(2);
    }
  });

  test.each([undefined, IP])(
    "a failed login sends the same statements, whether or not the user exists (ip: %s)",
    async (ip) => {
      const user = await createUser(auth);
      const passwordless = await createUser(auth, { password: null });
      const sent = (email: string) => statementsOf(observed, () => attempt(auth, email, WRONG, ip));
      const ofUser = await sent(user.email);
      expect(ofUser).toHaveLength(2);
      expect(await sent(uniqueEmail())).toEqual(ofUser);
      expect(await sent(passwordless.email)).toEqual(ofUser);
    },
  );

  test("a check of a password is two reads, and a write where an address becomes known", async () => {
    const user = await createUser(auth);
    const check = (ip?: string) => costOf(() => auth.getUserByEmailAndPassword(user.email, PASSWORD, { ip }));
    expect([await check(), await check(IP), await check(IP)]).toEqual([2, 3, 2]);
  });

  test("an attempt reads no metadata: the response has the same size for a user with much of it", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    await using counted = await authOn({ pool }).connect();
    try {
      const bytesOf = async (email: string) => {
        const client = (await pool.connect()) as pg.PoolClient & {
          connection: { stream: { bytesRead: number } };
        };
        client.release();
        const before = client.connection.stream.bytesRead;
        for (const ip of [IP, undefined]) expect(await attempt(counted, email, WRONG, ip)).toBe("wrong");
        return client.connection.stream.bytesRead - before;
      };
      const small = await createUser(auth);
      const large = await createUser(auth, { userMetadata: { notes: "x".repeat(115_000) } });
      await bytesOf(small.email);
      expect(Math.abs((await bytesOf(large.email)) - (await bytesOf(small.email)))).toBeLessThan(100);
    } finally {
      await counted.disconnect();
      await pool.end();
    }
  });
});

describe("metadata that the codec refuses", () => {
  test("fails the login before a session is made, and the sign-in is not recorded", async () => {
    const userMetadata = {
      decode: (): never => {
        throw new Error("refused");
      },
      encode: () => ({}),
    };
    await using strict = await authOn({ pool: observed.pool }, { userMetadata }).connect();
    const user = await createUser(auth);
    expect(await attempt(strict, user.email, PASSWORD, IP)).toBe("INVALID_METADATA");
    expect(await database.rows("select from pevensie.session where user_id = $1", [user.id])).toEqual([]);
    expect(await auth.getUserById(user.id)).toMatchObject({ lastSignIn: null });
    expect(await rows.all()).toEqual([]);
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
    [{ account: null }, "logInLimits.account"],
    [{ account: { burst: 5 } }, "logInLimits.account.perHour"],
    [{ account: { perHour: 5 } }, "logInLimits.account.burst"],
    [{ address: { burst: 0, perHour: 1 } }, "logInLimits.address.burst"],
    [{ address: { burst: 1.5, perHour: 1 } }, "logInLimits.address.burst"],
    [{ address: { burst: "5", perHour: 1 } }, "logInLimits.address.burst"],
    [{ address: { burst: 1_000_001, perHour: 1 } }, "logInLimits.address.burst"],
    [{ accountAndAddress: { burst: 1, perHour: 0 } }, "logInLimits.accountAndAddress.perHour"],
    [{ accountAndAddress: { burst: 1, perHour: -1 } }, "logInLimits.accountAndAddress.perHour"],
    [{ knownAddress: { burst: 1, perHour: Number.NaN } }, "logInLimits.knownAddress.perHour"],
    [{ knownAddress: { burst: 1, perHour: Infinity } }, "logInLimits.knownAddress.perHour"],
    [{ account: { burst: 1, perHour: 1, perDay: 1 } }, "perDay"],
  ])("%j is INVALID_INPUT", (logInLimits, field) => {
    expect(make(logInLimits)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
  });

  test.each([
    undefined,
    false,
    {},
    { account: undefined },
    { account: { burst: 1, perHour: 1 } },
    { address: { burst: 1_000_000, perHour: 1_000_000 }, knownAddress: undefined },
  ])("%j is accepted", (logInLimits) => {
    expect(make(logInLimits)()).toHaveProperty("connect");
  });
});
