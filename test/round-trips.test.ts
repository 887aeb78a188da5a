import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth, User } from "../src/auth/index.js";
import { type Cache, createCache } from "../src/cache/index.js";
import { createCacheDriver } from "../src/postgres/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "./support/auth.js";
import { authBackdoor } from "./support/auth-backdoor.js";
import { cacheBackdoor } from "./support/cache-backdoor.js";
import { useDatabase } from "./support/database.js";
import { endPool } from "./support/fault-pool.js";
import { observedPool, statementsOf } from "./support/observed-pool.js";

const database = useDatabase();
const rows = { ...authBackdoor(database), ...cacheBackdoor(database) };
const observed = observedPool({ connectionString: database.url });
const UNKNOWN = "0190163d-8694-739b-aea5-966c26f8ad90";
const FUTURE = new Date("9999-01-01T00:00:00.000Z");

let auth: Auth;
let cache: Cache;
let user: User;
beforeAll(async () => {
  auth = await authOn({ pool: observed.pool }, { logInLimits: false }).connect();
  cache = await createCache({ driver: createCacheDriver({ pool: observed.pool }) }).connect();
  user = await createUser(auth, { phoneNumber: "+1 555 0100" });
});
afterAll(async () => {
  await auth.disconnect();
  await cache.disconnect();
  await endPool(observed.pool);
});

const owner = () => ({ userId: user.id, tokenType: "password-reset" }) as const;

/** The first word of each statement that some work sends, comments and the names of CTEs passed over. */
async function verbsOf(work: () => unknown): Promise<string[]> {
  const statements = await statementsOf(observed, work);
  return statements.map((text) => {
    const [verb = ""] = /\b(begin|commit|rollback|insert|update|delete|select)\b/i.exec(mainStatement(text)) ?? [];
    return verb.toLowerCase();
  });
}

/** What follows the CTEs, which are in parentheses. Comments have words of their own. */
function mainStatement(text: string): string {
  let outside = text.replaceAll(/^\s*--.*$/gm, "");
  for (let inner = ""; inner !== outside; ) {
    inner = outside;
    outside = outside.replace(/\([^()]*\)/g, "");
  }
  return outside;
}

describe("lookups", () => {
  const lookups: Readonly<Record<string, () => Promise<unknown>>> = {
    listUsers: () => auth.listUsers({ filters: { email: ["%"] } }),
    getUserById: () => auth.getUserById(user.id),
    "getUserById, of an unknown user": () => auth.getUserById(UNKNOWN),
    getUserByEmail: () => auth.getUserByEmail(user.email),
    getUserByPhoneNumber: () => auth.getUserByPhoneNumber("+1 555 0100"),
    "getUserByEmailAndPassword, of an unknown user": () => auth.getUserByEmailAndPassword(uniqueEmail(), PASSWORD),
    "getSession, of an unknown session": () => auth.getSession(UNKNOWN),
    "validateOneTimeToken, of an unknown token": () =>
      auth.validateOneTimeToken({ ...owner(), token: `pr_${"A".repeat(43)}` }),
    "cache.get, of an absent entry": () => cache.get("type", "absent"),
    "cache.getAll, of an absent key": () => cache.getAll("absent"),
  };

  test.each(Object.entries(lookups))("%s is one statement", async (_, lookup) => {
    await expect(verbsOf(lookup)).resolves.toEqual(["select"]);
  });

  test("getUserByEmailAndPassword is two statements: the user is read once the password is verified", async () => {
    await expect(verbsOf(() => auth.getUserByEmailAndPassword(user.email, PASSWORD))).resolves.toEqual([
      "select",
      "select",
    ]);
    await expect(verbsOf(() => auth.getUserByEmailAndPassword(user.email, "wrong password"))).resolves.toEqual([
      "select",
    ]);
  });

  test("getSession is one statement, also for another client", async () => {
    const { id } = await auth.createSession({ userId: user.id, ip: "::1", ttlSeconds: 60 });
    await expect(verbsOf(() => auth.getSession(id, { ip: "::1" }))).resolves.toEqual(["select"]);
    await expect(verbsOf(() => auth.getSession(id, { ip: "::2" }))).resolves.toEqual(["select"]);
  });

  test("validateOneTimeToken is one statement", async () => {
    const token = await auth.createOneTimeToken({ ...owner(), ttlSeconds: 60 });
    await expect(verbsOf(() => auth.validateOneTimeToken({ ...owner(), token }))).resolves.toEqual(["select"]);
  });

  test("cache.get and cache.getAll are one statement", async () => {
    await cache.set("type", "key", "value", { ttlSeconds: 60 });
    await expect(verbsOf(() => cache.get("type", "key"))).resolves.toEqual(["select"]);
    await expect(verbsOf(() => cache.getAll("key"))).resolves.toEqual(["select"]);
  });

  test("reading an expired row is one statement, and a transaction that deletes it", async () => {
    // The second select sets how long the removal waits for locks.
    const withRemoval = ["select", "begin", "select", "delete", "commit"];
    const { id } = await auth.createSession({ userId: user.id, ttlSeconds: 60 });
    await rows.expireSession(id);
    await expect(verbsOf(() => auth.getSession(id))).resolves.toEqual(withRemoval);
    await expect(verbsOf(() => auth.getSession(id))).resolves.toEqual(["select"]);
    const key = randomUUID();
    for (const read of [() => cache.get("type", key), () => cache.getAll(key)]) {
      await cache.set("type", key, "value", { ttlSeconds: 60 });
      await rows.expire({ resourceType: "type", key });
      await expect(verbsOf(read)).resolves.toEqual(withRemoval);
      await expect(verbsOf(read)).resolves.toEqual(["select"]);
    }
  });

  test("malformed ids and cookies send no statement", async () => {
    const session = await auth.createSession({ userId: user.id });
    await expect(verbsOf(() => auth.getUserById("nonsense"))).resolves.toEqual([]);
    await expect(verbsOf(() => auth.getSession("nonsense"))).resolves.toEqual([]);
    await expect(verbsOf(() => auth.validateOneTimeToken({ ...owner(), token: "nonsense" }))).resolves.toEqual([]);
    await expect(verbsOf(() => auth.validateSessionCookie(auth.createSessionCookie(session)))).resolves.toEqual([]);
  });
});

describe("plain writes", () => {
  const writes: Readonly<Record<string, readonly [string, () => Promise<unknown>]>> = {
    createUserWithEmail: ["insert", () => createUser(auth)],
    updateUser: ["update", () => auth.updateUser(user.id, { role: "x", appMetadata: {}, phoneNumber: null })],
    setUserRole: ["update", () => auth.setUserRole(user.id, "y")],
    updateLastSignIn: ["update", () => auth.updateLastSignIn(user.id, null)],
    updateUserMetadata: ["update", () => auth.updateUserMetadata(user.id, {})],
    createSession: ["insert", () => auth.createSession({ userId: user.id, ip: "::1", ttlSeconds: 60 })],
    deleteSession: ["delete", () => auth.deleteSession(UNKNOWN)],
    createOneTimeToken: ["insert", () => auth.createOneTimeToken({ ...owner(), ttlSeconds: 60 })],
    deleteOneTimeToken: ["update", () => auth.deleteOneTimeToken({ ...owner(), token: `pr_${"A".repeat(43)}` })],
    "cache.set": ["insert", () => cache.set("type", "key", "value", { ttlSeconds: 60 })],
    "cache.delete": ["delete", () => cache.delete("type", "key")],
  };

  test.each(Object.entries(writes))("%s is one statement", async (_, [verb, write]) => {
    await expect(verbsOf(write)).resolves.toEqual([verb]);
  });

  test("useOneTimeToken is one statement, whether or not it succeeds", async () => {
    const token = await auth.createOneTimeToken({ ...owner(), ttlSeconds: 60 });
    const use = () => auth.useOneTimeToken({ ...owner(), token });
    await expect(verbsOf(use)).resolves.toEqual(["update"]);
    await expect(verbsOf(() => expect(use()).rejects.toThrow())).resolves.toEqual(["update"]);
  });

  test("a login is a read and one write; a refused one is the read", async () => {
    const logIn = (email: string, password: string) => () => auth.logInUser({ email, password });
    await expect(verbsOf(logIn(user.email, PASSWORD))).resolves.toEqual(["select", "select"]);
    const [, write] = await statementsOf(observed, logIn(user.email, PASSWORD));
    expect(write).toMatch(/update pevensie\."user"[\s\S]*insert into pevensie\.session/);
    await expect(verbsOf(logIn(user.email, "wrong password"))).resolves.toEqual(["select"]);
    await expect(verbsOf(logIn(uniqueEmail(), PASSWORD))).resolves.toEqual(["select"]);
  });

  test("login limits add no statement to a successful login, and one to a failed one", async () => {
    await using limited = await authOn({ pool: observed.pool }).connect();
    const logIn = (password: string) => () => limited.logInUser({ email: user.email, password, ip: "::1" });
    await expect(verbsOf(logIn(PASSWORD))).resolves.toEqual(["select", "select"]);
    const [read, write] = await statementsOf(observed, logIn(PASSWORD));
    expect(read).toMatch(/pevensie\.log_in_budget/);
    expect(write).toMatch(/insert into pevensie\.session/);
    await expect(verbsOf(logIn("wrong password"))).resolves.toEqual(["select", "insert"]);
  });

  test("a second statement finds out why a session or token is refused", async () => {
    const create = () => auth.createSession({ userId: UNKNOWN });
    await expect(verbsOf(() => expect(create()).rejects.toThrow())).resolves.toEqual(["insert", "select"]);
  });
});

describe("ending access", () => {
  const ENDING = ["begin", "update", "update", "commit"];
  /** A new email is looked up first: the error of an update that violates the index would put it into the server's log. */
  const NEW_EMAIL = ["begin", "select", "update", "update", "commit"];

  test("a new password, a new email, a ban and a deletion change the user and then end access, in one transaction", async () => {
    // First, the version of the user's access is read: a change that comes in between refuses the call.
    const setPassword = () => auth.setUserPassword(user.id, "another password");
    await expect(verbsOf(setPassword)).resolves.toEqual(["select", ...ENDING]);
    const setEmail = () => auth.setUserEmail(user.id, uniqueEmail());
    await expect(verbsOf(setEmail)).resolves.toEqual(["select", ...NEW_EMAIL]);
    const update = () => auth.updateUser(user.id, { email: uniqueEmail(), role: "x" });
    await expect(verbsOf(update)).resolves.toEqual(["select", ...NEW_EMAIL]);
    await expect(verbsOf(() => auth.updateUser(user.id, { bannedUntil: FUTURE }))).resolves.toEqual(ENDING);
    const doomed = await createUser(auth, { password: null });
    const deletion = () => auth.deleteUserById(doomed.id);
    await expect(verbsOf(deletion)).resolves.toEqual(ENDING);
    await expect(verbsOf(() => expect(deletion()).rejects.toThrow())).resolves.toEqual(["begin", "update", "commit"]);
    const other = await createUser(auth, { password: null });
    const [, change, end] = await statementsOf(observed, () => auth.deleteUserById(other.id));
    expect(change).toMatch(/update pevensie\."user"/);
    expect(end).toMatch(/delete from pevensie\.session[\s\S]*update pevensie\.one_time_token/);
  });

  test("lifting a ban ends no access", async () => {
    const unban = () => auth.updateUser(user.id, { bannedUntil: null });
    await expect(verbsOf(unban)).resolves.toEqual(["begin", "update", "commit"]);
  });

  test("a session that replaces the user's others: lock, create, delete, in one transaction", async () => {
    const create = () => auth.createSession({ userId: user.id, deleteOtherSessions: true });
    await expect(verbsOf(create)).resolves.toEqual(["begin", "select", "insert", "delete", "commit"]);
  });
});
