import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Auth, User } from "../src/auth/index.js";
import type { PevensieEvent } from "../src/events.js";
import { authOn, createUser, PASSWORD } from "./support/auth.js";
import { authBackdoor } from "./support/auth-backdoor.js";
import { useDatabase } from "./support/database.js";
import { errorOf } from "./support/fault-outcome.js";
import { endPool } from "./support/fault-pool.js";
import { observedPool, statementsOf } from "./support/observed-pool.js";
import { type Refusal, whileRefusing } from "./support/refusals.js";

// The real thing, counted.
const argon2 = vi.hoisted(() => ({ hashes: 0 }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  return {
    ...real,
    hash: (...args: Parameters<typeof real.hash>) => {
      argon2.hashes += 1;
      return real.hash(...args);
    },
  };
});

const database = useDatabase();
const backdoor = authBackdoor(database);
const observed = observedPool({ connectionString: database.url, max: 1 });
const events: PevensieEvent[] = [];
const NEW_PASSWORD = "another horse, another battery";
const TYPE = "password-reset";

let auth: Auth;
beforeAll(async () => {
  auth = await authOn({ pool: observed.pool }, { onEvent: (event) => events.push(event) }).connect();
  // A second type, for tokens beside the one that is used.
  await database.pool.query("alter type pevensie.one_time_token_type add value 'other'");
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(observed.pool);
});
beforeEach(() => {
  observed.before = undefined;
  events.length = 0;
});

const issue = (userId: string) => auth.createOneTimeToken({ userId, tokenType: TYPE, ttlSeconds: 60 });

/** A user with two sessions, a token to reset the password with, and a live token of another type. */
async function newSubject() {
  const { id } = await createUser(auth);
  const user = await auth.updateUser(id, { emailConfirmedAt: new Date("2020-01-02T03:04:05.678Z") });
  const sessions = [await auth.createSession({ userId: user.id }), await auth.createSession({ userId: user.id })];
  const token = await issue(user.id);
  await database.rows(
    `insert into pevensie.one_time_token (user_id, token_type, token_hash, expires_at)
     values ($1, 'other', 'x', 'infinity')`,
    [user.id],
  );
  argon2.hashes = 0;
  return { user, sessions, token };
}

/** Everything that is stored of users, sessions and tokens. */
function everything(): Promise<unknown[]> {
  return database.rows(`
    select to_jsonb("user") as row from pevensie."user"
    union all select to_jsonb(session) from pevensie.session
    union all select to_jsonb(one_time_token) from pevensie.one_time_token
    union all select to_jsonb(user_token) from pevensie.user_token
    union all select to_jsonb(log_in_exemption) from pevensie.log_in_exemption
    order by row`);
}

/** A reset that fails, changes nothing, and can be repeated. */
async function expectNothingChanged(reset: () => Promise<unknown>, user: User): Promise<string> {
  const before = await everything();
  const { code } = await errorOf(reset());
  observed.before = undefined;
  expect(await everything()).toEqual(before);
  expect(events).not.toContainEqual(expect.objectContaining({ type: "password-changed" }));
  expect(await auth.getUserById(user.id)).toEqual(user);
  return code;
}

const reset = (token: string) => auth.resetPassword({ token, password: NEW_PASSWORD });

describe("a reset that succeeds", () => {
  test("G23: uses the token, sets the password, ends the sessions, voids other tokens and returns the user", async () => {
    const { user, sessions, token } = await newSubject();
    const bystander = await newSubject();
    await expect(reset(token)).resolves.toEqual({ ...user, updatedAt: expect.any(Date) });
    expect(argon2.hashes).toBe(1);
    for (const { id } of sessions) expect(await auth.getSession(id)).toBeNull();
    expect(await backdoor.sessionIds(user.id)).toEqual([]);
    expect(await backdoor.liveTokenCount(user.id)).toBe(0);
    const [used] = await database.rows(
      "select used_at is not null as used, deleted_at from pevensie.one_time_token where user_id = $1 and token_type = $2",
      [user.id, TYPE],
    );
    expect(used).toEqual({ used: true, deleted_at: null });
    expect(await auth.getUserByEmailAndPassword(user.email, PASSWORD)).toBeNull();
    expect(await auth.getUserByEmailAndPassword(user.email, NEW_PASSWORD)).toMatchObject({ id: user.id });
    // Other users are not affected.
    expect(await backdoor.sessionIds(bystander.user.id)).toHaveLength(2);
    expect(await backdoor.liveTokenCount(bystander.user.id)).toBe(2);
    expect(await auth.getUserByEmailAndPassword(bystander.user.email, PASSWORD)).toEqual(bystander.user);
  });

  test("G23: works for a user who has no password yet", async () => {
    const user = await createUser(auth, { password: null });
    await reset(await issue(user.id));
    expect(await auth.getUserByEmailAndPassword(user.email, NEW_PASSWORD)).toMatchObject({ id: user.id });
  });

  test("G23: is one transaction after one lookup", async () => {
    const { user, token } = await newSubject();
    await auth.updateUser(user.id, { emailConfirmedAt: null });
    const statements = await statementsOf(observed, () => reset(token));
    const expected = [
      /with holder as/,
      /^begin/,
      /from pevensie\."user"[\s\S]*for no key update/,
      /update pevensie\.one_time_token[\s\S]*used_at = /,
      // The first proof of the mailbox.
      /update pevensie\."user"\nset\s+email_confirmed_at = current_timestamp/,
      /delete from pevensie\.session[\s\S]*update pevensie\.one_time_token/,
      /delete from pevensie\.api_key[\s\S]*delete from pevensie\.identity/,
      /update pevensie\."user" as account/,
      /delete from pevensie\.session[\s\S]*update pevensie\.one_time_token/,
      /insert into pevensie\.log_in_exemption/,
      /^commit$/,
    ];
    expect(statements).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test("G23: of 20 concurrent resets with one token, one succeeds", async () => {
    const others = await Promise.all(
      Array.from({ length: 20 }, () => authOn({ connectionString: database.url, max: 1 }).connect()),
    );
    try {
      const { user, token } = await newSubject();
      const passwords = others.map((_, index) => `${NEW_PASSWORD} ${index}`);
      const outcomes = await Promise.allSettled(
        others.map((other, index) => other.resetPassword({ token, password: passwords[index] as string })),
      );
      const winners = outcomes.flatMap(({ status }, index) => (status === "fulfilled" ? [index] : []));
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
      }
      const winner = passwords[winners[0] as number] as string;
      expect(await auth.getUserByEmailAndPassword(user.email, winner)).toMatchObject({ id: user.id });
    } finally {
      await Promise.all(others.map((other) => other.disconnect()));
    }
  });
});

describe("a reset that fails half-way", () => {
  const refusals: Readonly<Record<string, Refusal>> = {
    "the token cannot be used up": { event: "update on pevensie.one_time_token", when: "new.used_at is not null" },
    "the password cannot be set": { event: 'update on pevensie."user"' },
    "sessions cannot be ended": { event: "delete on pevensie.session" },
    "other tokens cannot be voided": { event: "update on pevensie.one_time_token", when: "new.deleted_at is not null" },
    "no exemption can be granted": { event: "insert on pevensie.log_in_exemption" },
    "the commit is refused for the user": { event: 'update on pevensie."user"', atCommit: true, state: "23514" },
    "the commit is refused for a session": { event: "delete on pevensie.session", atCommit: true, state: "23503" },
    "the commit is refused for a token": { event: "update on pevensie.one_time_token", atCommit: true, state: "23505" },
  };

  test.each(Object.entries(refusals))("G23: changes nothing if %s", async (_, refusal) => {
    const { user, token } = await newSubject();
    const code = await whileRefusing(database, refusal, () => expectNothingChanged(() => reset(token), user));
    expect(code).toBe(refusal.atCommit ? "CONSTRAINT_VIOLATED" : "DATABASE_ERROR");
    await expect(reset(token)).resolves.toMatchObject({ id: user.id });
  });

  /** The lookup, begin, six statements and the commit. */
  const STATEMENTS = 9;

  test.each(Array.from({ length: STATEMENTS }, (_, index) => index))(
    "G23: changes nothing if the connection is lost after %i statements",
    async (sent) => {
      const { user, token } = await newSubject();
      const { rows } = await observed.pool.query<{ pid: number }>("select pg_backend_pid() as pid");
      let seen = 0;
      observed.before = () => {
        seen += 1;
        return seen === sent + 1 ? database.rows("select pg_terminate_backend($1, 10000)", [rows[0]?.pid]) : undefined;
      };
      if (sent <= 1) {
        // The lookup is a read, which is retried, and no work has begun before the answer to `begin`.
        await expect(reset(token)).resolves.toMatchObject({ id: user.id });
        return;
      }
      const code = await expectNothingChanged(() => reset(token), user);
      expect(["CONNECTION_UNAVAILABLE", "OUTCOME_UNKNOWN"]).toContain(code);
      expect(seen).toBe(sent + 1);
      await expect(reset(token)).resolves.toMatchObject({ id: user.id });
    },
  );
});

describe("an invalid token", () => {
  /** What makes a token invalid, by name. */
  const spoilers: Readonly<Record<string, (by: Auth, user: User, token: string) => Promise<unknown>>> = {
    expired: (_, user) => backdoor.expireTokens(user.id),
    used: (by, { id }, token) => by.useOneTimeToken({ userId: id, tokenType: TYPE, token }),
    "used by another reset": (by, _, token) => by.resetPassword({ token, password: PASSWORD }),
    "replaced by five newer ones": async (by, { id }) => {
      for (let newer = 0; newer < 5; newer += 1) {
        await by.createOneTimeToken({ userId: id, tokenType: TYPE, ttlSeconds: 60 });
      }
    },
    deleted: (by, { id }, token) => by.deleteOneTimeToken({ userId: id, tokenType: TYPE, token }),
    "of a deleted user": (by, user) => by.deleteUserById(user.id),
    "of a banned user": (by, user) => by.updateUser(user.id, { bannedUntil: new Date(8.64e15) }),
    "voided by a new password": (by, user) => by.setUserPassword(user.id, PASSWORD),
    "voided by a new email": (by, user) => by.setUserEmail(user.id, `new.${user.email}`),
  };

  test.each(Object.entries(spoilers))("G23: one that is %s is refused, and nothing is hashed", async (_, spoil) => {
    const { user, token } = await newSubject();
    await spoil(auth, user, token);
    const before = await everything();
    argon2.hashes = 0;
    await expect(reset(token)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    expect(argon2.hashes).toBe(0);
    expect(await everything()).toEqual(before);
  });

  test.each(Object.entries(spoilers))("G23: one that is %s while the hash is made is refused", async (_, spoil) => {
    const { user, token } = await newSubject();
    await using other = await authOn({ connectionString: database.url, max: 1 }).connect();
    let spoiling: Promise<unknown> | undefined;
    observed.before = (text) => {
      if (!text.startsWith("begin")) return undefined;
      spoiling = spoil(other, user, token);
      return spoiling;
    };
    await expect(reset(token)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    expect(argon2.hashes).toBeGreaterThan(0);
    await expect(spoiling).resolves.not.toBeInstanceOf(Error);
    expect(await other.getUserByEmailAndPassword(`new.${user.email}`, NEW_PASSWORD)).toBeNull();
    expect(await other.getUserByEmailAndPassword(user.email, NEW_PASSWORD)).toBeNull();
  });

  test.each([
    ["banned", "banned_until = 'infinity'"],
    ["deleted", "deleted_at = now()"],
  ])("G23: one of a user who is %s by other means is refused, and not consumed", async (_, change) => {
    const { user, token } = await newSubject();
    await database.rows(`update pevensie."user" set ${change} where id = $1`, [user.id]);
    const before = await everything();
    await expect(reset(token)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    expect(await everything()).toEqual(before);
  });

  test("G23: unknown and malformed ones are refused; the latter without a query", async () => {
    const { token } = await newSubject();
    const before = await everything();
    const unknown = `pr_${"A".repeat(43)}`;
    const malformed = ["", "pr_", token.slice(3), `${token}A`, token.slice(0, -1), ` ${token}`, `${token}=`];
    malformed.push(token.toUpperCase(), `pr_${Buffer.from(token.slice(3), "base64url").toString("hex")}`, "\0\ud800");
    const refused = async (guess: string) =>
      expect(reset(guess)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    expect(await statementsOf(observed, () => refused(unknown))).toHaveLength(1);
    for (const guess of malformed) expect(await statementsOf(observed, () => refused(guess))).toEqual([]);
    expect(argon2.hashes).toBe(0);
    expect(await everything()).toEqual(before);
  });
});

test.each(["short", "x".repeat(7), "x".repeat(1025), "\0".repeat(8), ""])(
  "G23: a password that is refused (%#) leaves the token usable, and is not hashed",
  async (password) => {
    const { user, token } = await newSubject();
    const attempt = () => expect(auth.resetPassword({ token, password })).rejects.toMatchObject(refusedPassword);
    const refusedPassword = { code: "INVALID_INPUT", field: "password" };
    expect(await statementsOf(observed, attempt)).toEqual([]);
    expect(argon2.hashes).toBe(0);
    await expect(reset(token)).resolves.toMatchObject({ id: user.id });
  },
);

test.each([
  [{ token: 1, password: NEW_PASSWORD }, "token"],
  [{ token: undefined, password: NEW_PASSWORD }, "token"],
  [{ token: ["pr_"], password: NEW_PASSWORD }, "token"],
  [{ token: "pr_", password: 12345678 }, "password"],
  [{ token: "pr_", password: null }, "password"],
  [{ token: "pr_" }, "password"],
  [{ token: "pr_", password: NEW_PASSWORD, userId: "x" }, "userId"],
])("arguments of the wrong type are refused before any SQL: %j", async (options, field) => {
  const call = () =>
    expect(auth.resetPassword(options as never)).rejects.toMatchObject({ code: "INVALID_INPUT", field });
  expect(await statementsOf(observed, call)).toEqual([]);
});
