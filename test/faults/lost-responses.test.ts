import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { generateApiKey } from "../../src/auth/secrets/api-keys.js";
import type { Cache } from "../../src/cache/index.js";
import { asRead, createUser, PASSWORD } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { INVITATION, RESET, type Subject, subjectOn, useAttempts } from "../support/lost-subject.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const database = useDatabase();
const attempts = useAttempts(database);

/** One connection, so that the next call shows whether a dead one was kept. */
const throughProxy = <T>(work: (auth: Auth, cache: Cache) => Promise<T>) =>
  withDrivers({ connectionString: proxy.url, max: 1 }, work);

let proxy: TcpProxy;

beforeAll(async () => {
  proxy = await TcpProxy.start(database.url);
});
afterAll(() => proxy.stop());
beforeEach(() => {
  proxy.cuts = 0;
});

interface Write {
  readonly name: string;
  /** Part of the statement's name or text. */
  readonly marker: string;
  readonly run: (subject: Subject) => Promise<unknown>;
  /** Has a row once it took effect. */
  readonly effect: string;
  /** How often the triggers above see it: an upsert counts twice, and so does a table with two parts of a statement. */
  readonly seen: number;
}

const tokenType = RESET;

/** Each write that is one statement. */
const WRITES: readonly Write[] = [
  {
    name: "createUserWithEmail",
    marker: "createUser",
    run: ({ auth }) => createUser(auth, { role: "lost" }),
    effect: `select from pevensie."user" where role = 'lost'`,
    seen: 1,
  },
  {
    name: "setUserRole",
    marker: "updateUser",
    run: ({ auth, user }) => auth.setUserRole(user.id, "changed"),
    effect: `select from pevensie."user" where role = 'changed'`,
    seen: 1,
  },
  {
    name: "createSession",
    marker: "createSession",
    run: ({ auth, user }) => auth.createSession({ userId: user.id, userAgent: "lost" }),
    effect: "select from pevensie.session where user_agent = 'lost'",
    seen: 1,
  },
  {
    name: "logInUser",
    marker: "logIn",
    run: ({ auth, user }) => auth.logInUser({ email: user.email, password: PASSWORD, userAgent: "log-in" }),
    effect: "select from pevensie.session where user_agent = 'log-in'",
    seen: 3,
  },
  {
    name: "deleteSession",
    marker: "deleteSession",
    run: ({ auth, session }) => auth.deleteSession(session.id),
    effect: "select where not exists (select from pevensie.session where user_agent = 'subject')",
    seen: 1,
  },
  {
    name: "createOneTimeToken",
    marker: "createOneTimeToken",
    run: ({ auth, user }) => auth.createOneTimeToken({ userId: user.id, tokenType, ttlSeconds: 77 }),
    effect: "select from pevensie.one_time_token where expires_at - created_at = interval '77 s'",
    seen: 2,
  },
  {
    name: "useOneTimeToken",
    marker: "useOneTimeToken",
    run: ({ auth, user, token }) => auth.useOneTimeToken({ userId: user.id, tokenType, token }),
    effect: "select from pevensie.one_time_token where used_at is not null",
    seen: 1,
  },
  {
    name: "deleteOneTimeToken",
    marker: "deleteOneTimeToken",
    run: ({ auth, user, token }) => auth.deleteOneTimeToken({ userId: user.id, tokenType, token }),
    effect: "select from pevensie.one_time_token where deleted_at is not null",
    seen: 1,
  },
  {
    name: "deleteSessions",
    marker: "deleteSessions",
    run: ({ auth, user }) => auth.deleteSessions(user.id),
    effect: "select where not exists (select from pevensie.session where user_agent = 'subject')",
    seen: 1,
  },
  {
    name: "reauthenticate",
    marker: "renewAuthentication",
    run: ({ auth, session }) =>
      auth.reauthenticate({ sessionId: session.id, password: PASSWORD, userAgent: "subject" }),
    effect: "select from pevensie.session where authenticated_at is not null",
    seen: 1,
  },
  {
    name: "useOneTimeToken, of the application's own",
    marker: "useUserToken",
    run: ({ auth, invitation }) => auth.useOneTimeToken({ ...INVITATION, token: invitation }),
    effect: "select where not exists (select from pevensie.user_token where purpose = 'subject')",
    seen: 1,
  },
  {
    name: "deleteOneTimeToken, of the application's own",
    marker: "deleteUserToken",
    run: ({ auth, invitation }) => auth.deleteOneTimeToken({ ...INVITATION, token: invitation }),
    effect: "select where not exists (select from pevensie.user_token where purpose = 'subject')",
    seen: 1,
  },
  {
    name: "logInWithCode, with a wrong code,",
    marker: "spendLogInCode",
    run: ({ auth, user }) => auth.logInWithCode({ email: user.email, code: "none" }),
    effect: "select from pevensie.user_token where attempts_left = 4",
    seen: 1,
  },
  {
    name: "createApiKey",
    marker: "createApiKey",
    run: ({ auth, user }) => auth.createApiKey({ userId: user.id, name: "lost" }),
    effect: "select from pevensie.api_key where name = 'lost'",
    seen: 1,
  },
  {
    name: "revokeApiKey",
    marker: "deleteApiKey",
    run: ({ auth, apiKeyId }) => auth.revokeApiKey(apiKeyId),
    effect: "select where not exists (select from pevensie.api_key where name = 'subject')",
    seen: 1,
  },
  {
    name: "eraseUser",
    marker: "eraseUser",
    run: ({ auth, erased }) => auth.eraseUser(erased.id),
    effect: `select where not exists (select from pevensie."user" where role = 'erased')`,
    // Each table that refers to the user sees it as well.
    seen: 6,
  },
  {
    name: "set",
    marker: "pevensie",
    run: ({ cache }) => cache.set("lost", "key", "value"),
    effect: "select from pevensie.cache where resource_type = 'lost'",
    seen: 2,
  },
  {
    name: "delete",
    marker: "pevensie",
    run: ({ cache }) => cache.delete("subject", "key"),
    effect: "select where not exists (select from pevensie.cache where resource_type = 'subject')",
    seen: 1,
  },
];

test.each(WRITES)("F2: $name, whose response is lost, fails with OUTCOME_UNKNOWN and is not retried", async (write) => {
  await throughProxy(async (auth, cache) => {
    const subject = await subjectOn(database, auth, cache);
    const before = await attempts();
    expect(await database.rows(write.effect)).toHaveLength(0);
    proxy.cutReplyTo(write.marker);
    expect(await codeOf(write.run(subject))).toBe("OUTCOME_UNKNOWN");
    expect(proxy.cuts).toBe(1);
    // Only the response was lost: the write took effect.
    expect(await database.rows(write.effect)).toHaveLength(1);
    expect(await attempts()).toBe(before + write.seen);
    expect(await auth.getUserById(subject.user.id)).not.toBeNull();
    expect(await cache.get("absent", "key")).toBeNull();
  });
});

test("F2: a read whose response is lost is retried once", async () => {
  await throughProxy(async (auth, cache) => {
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    const token = await auth.createOneTimeToken({ userId: user.id, tokenType, ttlSeconds: 60 });
    const invitation = await auth.createOneTimeToken({ userId: user.id, ...INVITATION, ttlSeconds: 60 });
    const contents = { userId: user.id, payload: null, expiresAt: expect.any(Date) };
    await database.rows("truncate pevensie.cache");
    await cache.set("type", "key", "value");
    for (const [read, answer] of [
      [() => auth.getUserById(user.id), user],
      [() => auth.getUserByEmail(user.email), user],
      [() => auth.listUsers({ filters: { id: [user.id] } }), [user]],
      [() => auth.getSession(randomUUID()), null],
      [() => auth.getSessionWithUser(session.id), { session: asRead(session), user }],
      [() => auth.listSessions(user.id), [asRead(session)]],
      [() => auth.countUsers({ filters: { id: [user.id] } }), 1],
      [() => auth.getOneTimeToken({ tokenType, token }), { tokenType, purpose: null, ...contents }],
      [() => auth.getOneTimeToken({ ...INVITATION, token: invitation }), { ...INVITATION, ...contents }],
      [() => auth.listIdentities(user.id), []],
      [() => auth.listApiKeys(user.id), []],
      [() => auth.getApiKeyWithUser(generateApiKey().key), null],
      [() => cache.get("type", "key"), "value"],
      [() => cache.getAll("key"), new Map([["type", "value"]])],
    ] as const) {
      proxy.cuts = 0;
      proxy.cutReplyTo("pevensie");
      expect(await read()).toEqual(answer);
      expect(proxy.cuts).toBe(1);
    }
  });
});

test("F2: a read whose response is lost twice fails with CONNECTION_UNAVAILABLE, and is not tried a third time", async () => {
  await throughProxy(async (auth, cache) => {
    const user = await createUser(auth);
    for (const read of [() => auth.getUserById(user.id), () => cache.get("type", "key")]) {
      proxy.cuts = 0;
      proxy.cutReplyTo("pevensie", 10);
      expect(await codeOf(read())).toBe("CONNECTION_UNAVAILABLE");
      expect(proxy.cuts).toBe(2);
      proxy.cutReplyTo("", 0);
    }
    expect(await auth.getUserById(user.id)).toEqual(user);
  });
});

test("F2: invalidateTags, whose response is lost twice, fails with an error that does not say that nothing was changed", async () => {
  await throughProxy(async (_, cache) => {
    await cache.set("tagged", "key", "value", { ttlSeconds: 600, tags: ["lost"] });
    proxy.cutReplyTo("pevensie", 2);
    const error = await errorOf(cache.invalidateTags(["lost"]));
    expect(error).toMatchObject({
      code: "CONNECTION_UNAVAILABLE",
      message: expect.stringContaining("can be repeated"),
    });
    expect(error.message).not.toContain("changed nothing");
    expect(proxy.cuts).toBe(2);
    // The server has executed it.
    await expect.poll(() => cache.get("tagged", "key")).toBeNull();
  });
});

test("F2: a commit whose response is lost fails with OUTCOME_UNKNOWN and is not retried", async () => {
  await throughProxy(async (auth) => {
    const user = await createUser(auth);
    await auth.createSession({ userId: user.id });
    const before = await attempts();
    // The request ends there; "read committed" does not.
    proxy.cutReplyTo("commit\0");
    expect(await codeOf(auth.deleteUserById(user.id))).toBe("OUTCOME_UNKNOWN");
    expect(proxy.cuts).toBe(1);
    expect(await auth.getUserById(user.id)).toBeNull();
    expect(await database.rows("select from pevensie.session where user_id = $1", [user.id])).toHaveLength(0);
    expect(await attempts()).toBe(before + 4);
  });
});

test("F2: a transaction whose connection is lost before its commit fails with CONNECTION_UNAVAILABLE and changes nothing", async () => {
  await throughProxy(async (auth) => {
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    for (const marker of ["deleted_at = pg_catalog.clock_timestamp()", "with ended"]) {
      proxy.cuts = 0;
      proxy.cutReplyTo(marker);
      const error = await errorOf(auth.deleteUserById(user.id));
      expect(proxy.cuts).toBe(1);
      expect(error.code).toBe("CONNECTION_UNAVAILABLE");
      expect(await auth.getUserById(user.id)).toEqual(user);
      expect(await auth.getSession(session.id)).toEqual(asRead(session));
    }
    await auth.deleteUserById(user.id);
  });
});
