import { beforeEach, describe, expect, test } from "vitest";
import type { User } from "../../src/auth/index.js";
import { fastPasswordHashing } from "../../src/testing/index.js";
import { createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { attempt, check, fail, failuresUntilRefused, stranger, useLogInRows, WRONG } from "../support/login-rows.js";

const database = useDatabase();
const rows = useLogInRows(database);
const auth = useAuth(database.url, { passwordHashing: fastPasswordHashing });
const HOME = "198.51.100.7";
const ELSEWHERE = "203.0.113.9";
const NEW_PASSWORD = "another horse, another battery";
const HOUR = 60 * 60;
const DAY = 24 * HOUR;

let owner: User;
beforeEach(async () => {
  owner = await createUser(auth.current);
});

/** Attackers spend the rest of the account's budget. */
async function flood(): Promise<void> {
  await failuresUntilRefused(auth.current, 200, owner.email, stranger);
  await failuresUntilRefused(auth.current, 200, owner.email, (index) => stranger(1000 + index));
}

async function resetPassword(ip?: string, password = NEW_PASSWORD): Promise<void> {
  const token = await auth.current.createOneTimeToken({
    userId: owner.id,
    tokenType: "password-reset",
    ttlSeconds: 60,
  });
  await auth.current.resetPassword({ token, password, ...(ip === undefined ? {} : { ip }) });
}

const logIn = (ip?: string, password = PASSWORD) => attempt(auth.current, owner.email, password, ip);

describe("G34: a known address", () => {
  test("G34: lets its owner log in there, and nowhere else, whatever attackers do elsewhere", async () => {
    expect(await logIn(HOME)).toBe("in");
    await flood();
    expect(await logIn(HOME)).toBe("in");
    expect(await logIn(ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
    expect(await logIn()).toBe("TOO_MANY_ATTEMPTS");
    expect(await logIn(HOME)).toBe("in");
  });

  test("G34: lets its owner log in there after a few dozen failures of others behind the same address", async () => {
    expect(await logIn(HOME)).toBe("in");
    await flood();
    await fail(auth.current, 49, owner.email, () => HOME);
    expect(await logIn(HOME)).toBe("in");
  });

  test("G34: lets its owner log in there after failures of others behind the same address on many accounts", async () => {
    expect(await logIn(HOME)).toBe("in");
    const failures = await failuresUntilRefused(auth.current, 200, uniqueEmail, () => HOME);
    expect(failures).toBeLessThan(200);
    expect(await logIn(HOME)).toBe("in");
  });

  test("G34: exempts getUserByEmailAndPassword, which makes an address known as well", async () => {
    expect(await check(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    await flood();
    expect(await check(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    expect(await logIn(HOME)).toBe("in");
    expect(await check(auth.current, owner.email, PASSWORD, ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
    expect(await check(auth.current, owner.email, PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("G34: getUserByEmailAndPassword counts failures at the address that it is given", async () => {
    expect(await failuresUntilRefused(auth.current, 10, owner.email, () => ELSEWHERE)).toBe(10);
    expect(await check(auth.current, owner.email, PASSWORD, ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
    expect(await check(auth.current, owner.email, PASSWORD, HOME)).toBe("in");
    const other = await createUser(auth.current);
    for (let index = 0; index < 10; index += 1) {
      expect(await check(auth.current, other.email, WRONG, ELSEWHERE)).toBe("wrong");
    }
    expect(await attempt(auth.current, other.email, PASSWORD, ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
  });

  const identity = () => ({ issuer: "https://id.example", subject: owner.id });
  const withoutPassword = {
    link: async (ip: string) => {
      const created = await auth.current.createLogInToken({ email: owner.email, ttlSeconds: 60 });
      return auth.current.logInWithToken({ token: created?.token ?? "", ip });
    },
    code: async (ip: string) => {
      const created = await auth.current.createLogInCode({ email: owner.email, ttlSeconds: 60 });
      return auth.current.logInWithCode({ email: owner.email, code: created?.code ?? "", ip });
    },
    identity: async (ip: string) => {
      await auth.current.linkIdentity(owner.id, identity());
      return auth.current.logInWithIdentity({ ...identity(), ip });
    },
  };

  test.each(Object.entries(withoutPassword))(
    "G34: an address is known after a login there by %s",
    async (_, logInAt) => {
      await auth.current.updateUser(owner.id, { emailConfirmedAt: new Date() });
      expect(await logInAt(HOME)).toMatchObject({ user: { id: owner.id } });
      await flood();
      expect(await logIn(HOME)).toBe("in");
      expect(await logIn(ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
    },
  );

  test("G34: the owner of an account without a password logs in with a code there, whatever attackers do elsewhere", async () => {
    owner = await createUser(auth.current, { password: null });
    expect(await withoutPassword.code(HOME)).toMatchObject({ user: { id: owner.id } });
    await flood();
    expect(await withoutPassword.code(HOME)).toMatchObject({ user: { id: owner.id } });
    await expect(withoutPassword.code(ELSEWHERE)).rejects.toMatchObject({ code: "TOO_MANY_ATTEMPTS" });
  });

  test("G34: an address is known for 30 days after the last login there", async () => {
    expect(await logIn(HOME)).toBe("in");
    await rows.age(DAY / 2);
    expect(await logIn(HOME)).toBe("in");
    await rows.age(30 * DAY - 60);
    await flood();
    expect(await logIn(HOME)).toBe("in");
    await rows.age(31 * DAY);
    await flood();
    expect(await logIn(HOME)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("G34: a later login there does not restore its budget", async () => {
    expect(await logIn(HOME)).toBe("in");
    await rows.age(DAY + HOUR);
    await fail(auth.current, 40, owner.email, () => HOME);
    expect(await logIn(HOME)).toBe("in");
    await fail(auth.current, 10, owner.email, () => HOME);
    await flood();
    expect(await logIn(HOME)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("is known for one account only", async () => {
    const other = await createUser(auth.current);
    expect(await attempt(auth.current, other.email, PASSWORD, HOME)).toBe("in");
    await flood();
    expect(await logIn(HOME)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("a failed login makes no address known", async () => {
    expect(await logIn(HOME, WRONG)).toBe("wrong");
    await flood();
    expect(await logIn(HOME)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("an attacker at a known address has 50 failures and then 5 an hour, and then those of any other address", async () => {
    expect(await logIn(HOME)).toBe("in");
    expect(await failuresUntilRefused(auth.current, 100, owner.email, () => HOME)).toBe(50 + 10);
    await flood();
    await rows.age(HOUR / 5);
    expect(await logIn(HOME, WRONG)).toBe("wrong");
    expect(await logIn(HOME)).toBe("TOO_MANY_ATTEMPTS");
  });
});

describe("G34: what revokes a known address", () => {
  const endings: Readonly<Record<string, () => Promise<unknown>>> = {
    "a changed password": () => auth.current.setUserPassword(owner.id, PASSWORD),
    "a changed password in an update": () => auth.current.updateUser(owner.id, { password: PASSWORD, role: "x" }),
    "a reset password": async () => {
      await resetPassword(undefined, PASSWORD);
      await rows.age(HOUR);
    },
    "a ban": async () => {
      await auth.current.updateUser(owner.id, { bannedUntil: new Date("9999-01-01") });
      await auth.current.updateUser(owner.id, { bannedUntil: null });
    },
    "a deletion, also of an account that is created again": async () => {
      await auth.current.deleteUserById(owner.id);
      owner = await createUser(auth.current, { email: owner.email });
    },
  };

  test.each(Object.entries(endings))("G34: %s", async (_, end) => {
    expect(await logIn(HOME)).toBe("in");
    await end();
    await flood();
    expect(await logIn(HOME)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("other changes do not revoke it", async () => {
    expect(await logIn(HOME)).toBe("in");
    await auth.current.updateUser(owner.id, { role: "x", bannedUntil: new Date(0) });
    await auth.current.setUserEmail(owner.id, `new-${owner.email}`);
    owner = { ...owner, email: `new-${owner.email}` };
    await flood();
    expect(await logIn(HOME)).toBe("in");
  });

  test("a login during a password change makes no address known", async () => {
    const client = await database.pool.connect();
    let changed: Promise<unknown>;
    let loggedIn: Promise<string>;
    try {
      await client.query(`begin; select from pevensie."user" where id = '${owner.id}' for update`);
      changed = auth.current.setUserPassword(owner.id, NEW_PASSWORD);
      await waitsForLock('update pevensie."user" as account', 1);
      loggedIn = logIn(HOME);
      await waitsForLock('update pevensie."user"', 2);
      await client.query("commit");
    } finally {
      client.release();
    }
    await changed;
    expect(await loggedIn).toBe("wrong");
    expect(await rows.all()).toEqual([]);
  });

  /** Resolves when the given number of statements that contain the text wait for a lock. */
  async function waitsForLock(text: string, count: number): Promise<void> {
    for (;;) {
      const waiting = await database.rows<{ query: string }>(
        "select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      if (waiting.filter(({ query }) => query.includes(text)).length >= count) return;
    }
  }
});

describe("G34: after a password reset", () => {
  test("G34: a reset with an ip makes that address known", async () => {
    await flood();
    await resetPassword(HOME);
    await rows.age(2 * HOUR);
    await flood();
    expect(await logIn(HOME, NEW_PASSWORD)).toBe("in");
    expect(await logIn(ELSEWHERE, NEW_PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
  });

  test.each([
    ["from anywhere", ELSEWHERE],
    ["without an ip", undefined],
  ])("G34: for an hour the right password is accepted %s", async (_, ip) => {
    await flood();
    await resetPassword();
    expect(await logIn(ip, NEW_PASSWORD)).toBe("in");
    await resetPassword();
    expect(await check(auth.current, owner.email, NEW_PASSWORD, ip)).toBe("in");
  });

  test("G34: attackers have 100 guesses in that hour, and 10 from one address", async () => {
    await flood();
    await resetPassword();
    expect(await failuresUntilRefused(auth.current, 20, owner.email, () => ELSEWHERE)).toBe(10);
    expect(await logIn(HOME, NEW_PASSWORD)).toBe("in");
    expect(await failuresUntilRefused(auth.current, 200, owner.email, (index) => stranger(5000 + index))).toBe(90);
    expect(await logIn("192.0.2.200", NEW_PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
    expect(await logIn(HOME, NEW_PASSWORD)).toBe("in");
  });

  test("G34: a reset with an ip starts the budget of that address anew", async () => {
    expect(await logIn(HOME)).toBe("in");
    expect(await failuresUntilRefused(auth.current, 100, owner.email, () => HOME)).toBe(50 + 10);
    await resetPassword(HOME);
    expect(await logIn(HOME, NEW_PASSWORD)).toBe("in");
    expect(await failuresUntilRefused(auth.current, 100, owner.email, () => HOME)).toBe(50);
  });

  test("G34: a second reset starts a new hour", async () => {
    await flood();
    await resetPassword();
    await failuresUntilRefused(auth.current, 200, owner.email, (index) => stranger(5000 + index));
    expect(await logIn(ELSEWHERE, NEW_PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
    await resetPassword();
    expect(await logIn(ELSEWHERE, NEW_PASSWORD)).toBe("in");
  });

  test("G34: the hour ends", async () => {
    await resetPassword();
    await rows.age(HOUR);
    expect(await failuresUntilRefused(auth.current, 300, owner.email, stranger)).toBe(100);
    expect(await logIn(ELSEWHERE, NEW_PASSWORD)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("a reset with an invalid token makes no address known", async () => {
    await flood();
    const token = `pr_${"A".repeat(43)}`;
    await expect(auth.current.resetPassword({ token, password: NEW_PASSWORD, ip: HOME })).rejects.toMatchObject({
      code: "INVALID_ONE_TIME_TOKEN",
    });
    expect(await logIn(HOME)).toBe("TOO_MANY_ATTEMPTS");
  });

  test("an invalid ip is INVALID_INPUT that names the field, and the token can still be used", async () => {
    const token = await auth.current.createOneTimeToken({
      userId: owner.id,
      tokenType: "password-reset",
      ttlSeconds: 60,
    });
    const reset = (ip: string) => auth.current.resetPassword({ token, password: NEW_PASSWORD, ip });
    await expect(reset("nowhere")).rejects.toMatchObject({ code: "INVALID_INPUT", field: "ip" });
    await expect(reset(HOME)).resolves.toMatchObject({ id: owner.id });
    const checked = auth.current.getUserByEmailAndPassword(owner.email, NEW_PASSWORD, { ip: "nowhere" });
    await expect(checked).rejects.toMatchObject({ code: "INVALID_INPUT", field: "ip" });
  });
});

describe("G34: an attacker's guesses", () => {
  /** Returns how many guesses attackers get in the given days, with a round of attempts every six minutes. */
  async function guessesIn(days: number, between: () => Promise<unknown>, addressOf: (index: number) => string) {
    const perDay: number[] = [];
    let used = 0;
    for (let day = 0; day < days; day += 1) {
      let guesses = 0;
      for (let step = 0; step < 240; step += 1) {
        const allowed = await failuresUntilRefused(auth.current, 101, owner.email, (index) => addressOf(used + index));
        guesses += allowed;
        used += allowed + 1;
        if (step % 60 === 0) await between();
        await rows.age(360);
      }
      perDay.push(guesses);
    }
    return perDay;
  }

  test("G34: from any number of addresses: 340 on the first day, 240 on the next; the owner's logins renew none", async () => {
    expect(await logIn(HOME)).toBe("in");
    const perDay = await guessesIn(2, async () => expect(await logIn(HOME)).toBe("in"), stranger);
    // The day's last restored guess belongs to the next day, and the tests' own time passes, too.
    expect(perDay[0]).toBeGreaterThanOrEqual(339);
    expect(perDay[0]).toBeLessThanOrEqual(341);
    expect(perDay[1]).toBeGreaterThanOrEqual(239);
    expect(perDay[1]).toBeLessThanOrEqual(241);
  }, 240_000);

  test("G34: from one address: 10, then 2 an hour, without effect on an owner elsewhere", async () => {
    let allowed = 0;
    for (let hour = 0; hour < 12; hour += 1) {
      allowed += await failuresUntilRefused(auth.current, 20, owner.email, () => ELSEWHERE);
      expect(await logIn(`192.0.2.${hour}`)).toBe("in");
      await rows.age(HOUR);
    }
    expect(allowed).toBe(10 + 11 * 2);
  });

  test("G34: a pause renews only as many as its duration allows", async () => {
    await flood();
    await rows.age(5 * HOUR);
    expect(await failuresUntilRefused(auth.current, 200, owner.email, (index) => stranger(5000 + index))).toBe(50);
    await rows.age(365 * DAY);
    expect(await failuresUntilRefused(auth.current, 200, owner.email, (index) => stranger(2000 + index))).toBe(100);
  });

  test("G34: logging in to another account renews none", async () => {
    const own = await createUser(auth.current);
    expect(await failuresUntilRefused(auth.current, 20, owner.email, () => ELSEWHERE)).toBe(10);
    expect(await attempt(auth.current, own.email, PASSWORD, ELSEWHERE)).toBe("in");
    expect(await logIn(ELSEWHERE)).toBe("TOO_MANY_ATTEMPTS");
  });
});
