import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth, AuthFunctions, User } from "../../src/auth/index.js";
import * as queries from "../../src/postgres/queries.js";
import { asRead, authOn, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool } from "../support/observed-pool.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const FUTURE = new Date("9999-01-01T00:00:00.000Z");

/** Everything that ends a user's access, by name. */
const ENDINGS: Readonly<Record<string, (auth: Auth, user: User) => Promise<unknown>>> = {
  deletion: (auth, { id }) => auth.deleteUserById(id),
  "a ban": (auth, { id }) => auth.updateUser(id, { bannedUntil: FUTURE }),
  "a new password": (auth, { id }) => auth.setUserPassword(id, null),
};

const issue = (userId: string) =>
  auth.current.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds: 60 });

describe("ending access", () => {
  const voiding = {
    ...ENDINGS,
    "a new password in an update": (auth: Auth, { id }: User) => auth.updateUser(id, { password: "another password" }),
    "a new email": (auth: Auth, { id }: User) => auth.setUserEmail(id, uniqueEmail()),
    "a new email in an update": (auth: Auth, { id }: User) => auth.updateUser(id, { email: uniqueEmail() }),
  };

  test.each(Object.entries(voiding))("G22: %s voids live tokens", async (_, end) => {
    const user = await createUser(auth.current, { password: null });
    const tokens = [await issue(user.id), await issue(user.id), await issue(user.id)];
    await end(auth.current, user);
    await expect(backdoor.liveTokenCount(user.id)).resolves.toBe(0);
    for (const token of tokens) {
      const options = { userId: user.id, tokenType: "password-reset", token } as const;
      await expect(auth.current.validateOneTimeToken(options)).resolves.toBe(false);
      await expect(auth.current.useOneTimeToken(options)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    }
  });

  test.each(Object.entries(voiding))("G22: %s fails if tokens cannot be voided", async (_, end) => {
    const user = await createUser(auth.current, { password: null });
    const session = await auth.current.createSession({ userId: user.id });
    await issue(user.id);
    await database.rows(`create function public.refuse() returns trigger language plpgsql as
      $$ begin raise exception 'refused'; end $$`);
    await database.rows(`create trigger refuse before update on pevensie.one_time_token
      for each row when (old.user_id = '${user.id}') execute function public.refuse()`);
    try {
      await expect(end(auth.current, user)).rejects.toMatchObject({ code: "DATABASE_ERROR" });
      await expect(auth.current.getUserById(user.id)).resolves.toEqual(user);
      await expect(auth.current.getSession(session.id)).resolves.toEqual(asRead(session));
    } finally {
      await database.rows("drop function public.refuse cascade");
    }
  });

  test.each(Object.entries(ENDINGS))("G25: %s ends all sessions", async (_, end) => {
    const user = await createUser(auth.current, { password: null });
    const bystander = await createUser(auth.current, { password: null });
    const kept = await auth.current.createSession({ userId: bystander.id });
    const sessions = [
      await auth.current.createSession({ userId: user.id }),
      await auth.current.createSession({ userId: user.id, ip: "::1", userAgent: "A", ttlSeconds: 60 }),
    ];
    await end(auth.current, user);
    for (const { id, ip, userAgent } of sessions) {
      await expect(auth.current.getSession(id, { ip, userAgent })).resolves.toBeNull();
    }
    await expect(backdoor.sessionIds(user.id)).resolves.toEqual([]);
    await expect(auth.current.getSession(kept.id)).resolves.toEqual(asRead(kept));
  });

  test("a change of password keeps the session to keep; a ban keeps none", async () => {
    const user = await createUser(auth.current);
    const [kept, ended] = [
      await auth.current.createSession({ userId: user.id }),
      await auth.current.createSession({ userId: user.id }),
    ];
    await auth.current.setUserPassword(user.id, "another password", { keepSessionId: kept.id });
    await expect(auth.current.getSession(kept.id)).resolves.toEqual(asRead(kept));
    await expect(auth.current.getSession(ended.id)).resolves.toBeNull();
  });

  test("a change of email ends no sessions", async () => {
    const user = await createUser(auth.current, { password: null });
    const session = await auth.current.createSession({ userId: user.id });
    await auth.current.setUserEmail(user.id, uniqueEmail());
    await expect(auth.current.getSession(session.id)).resolves.toEqual(asRead(session));
  });
});

describe("a session or token that is created concurrently", () => {
  const observed = observedPool({ connectionString: database.url, max: 4 });
  let racing: Auth;
  let passwordHash: string;
  beforeAll(async () => {
    racing = await authOn({ pool: observed.pool }).connect();
    passwordHash = (await backdoor.passwordHash((await createUser(racing)).id)) as string;
  });
  afterAll(async () => {
    await racing.disconnect();
    await endPool(observed.pool);
  });

  /** A user with {@link PASSWORD}, without the cost of hashing it. */
  async function newUser(): Promise<User> {
    const user = await createUser(auth.current, { password: null });
    await backdoor.setPasswordHash(user.id, passwordHash);
    return user;
  }

  /** Starts `meanwhile` at the moment at which the statement that makes a session or a token is sent. */
  async function race(begin: () => Promise<unknown>, meanwhile: () => Promise<unknown>, late: boolean): Promise<void> {
    let other: Promise<unknown> | undefined;
    observed.before = (text) => {
      if (other !== undefined || !/insert into pevensie\.(session|one_time_token)/.test(text)) return undefined;
      other = meanwhile();
      // In half of the rounds the other one starts some milliseconds earlier, which is what its first statement takes.
      return late ? new Promise((resolve) => setImmediate(resolve)) : undefined;
    };
    // The other side may come first: then no session is created.
    await begin().catch((error: { code?: unknown }) => expect(["USER_NOT_FOUND", "USER_BANNED"]).toContain(error.code));
    observed.before = undefined;
    expect(other).toBeDefined();
    await other;
  }

  test.each(Object.entries(ENDINGS))(
    "G25: a login concurrent with %s, 200 rounds, leaves no live session",
    async (_, end) => {
      for (let round = 0; round < 200; round += 1) {
        const user = await newUser();
        const logIn = () => racing.logInUser({ email: user.email, password: PASSWORD });
        await race(logIn, () => end(auth.current, user), round % 2 === 0);
        await expect(backdoor.sessionIds(user.id)).resolves.toEqual([]);
      }
    },
  );

  test.each(Object.entries(ENDINGS).slice(0, 2))(
    "G25: createSession concurrent with %s, 100 rounds, leaves no live session",
    async (_, end) => {
      for (let round = 0; round < 100; round += 1) {
        const user = await newUser();
        const create = () => racing.createSession({ userId: user.id, deleteOtherSessions: round % 4 > 1 });
        await race(create, () => end(auth.current, user), round % 2 === 0);
        await expect(backdoor.sessionIds(user.id)).resolves.toEqual([]);
      }
    },
  );

  test.each(Object.entries(ENDINGS).slice(0, 2))(
    "G22: a request for a token concurrent with %s, 100 rounds, leaves no live token",
    async (_, end) => {
      for (let round = 0; round < 100; round += 1) {
        const user = await newUser();
        const create = () =>
          racing.createOneTimeToken({ userId: user.id, tokenType: "password-reset", ttlSeconds: 60 });
        await race(create, () => end(auth.current, user), round % 2 === 0);
        await expect(backdoor.liveTokenCount(user.id)).resolves.toBe(0);
      }
    },
  );

  /** Waits until some work is done, or waits itself for a lock that a test holds. */
  async function settledOrWaiting(work: Promise<unknown>): Promise<void> {
    let settled = false;
    void work.finally(() => {
      settled = true;
    });
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    while (!settled && (await database.rows(waiting)).length === 0)
      await new Promise((resolve) => setImmediate(resolve));
  }

  /** Sends statements in a transaction, does something meanwhile that may have to wait for it, and commits. */
  async function duringTransaction<T>(
    statements: (client: pg.PoolClient) => Promise<unknown>,
    meanwhile: () => Promise<T>,
  ): Promise<PromiseSettledResult<T>> {
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      await statements(client);
      const outcome = Promise.allSettled([meanwhile()]);
      await settledOrWaiting(outcome);
      await client.query("commit");
      return (await outcome)[0];
    } finally {
      client.release();
    }
  }

  const key = (userId: string) => ({ id: randomUUID(), userId, ttlSeconds: 60 });
  const MAKERS: Readonly<Record<string, (userId: string, client: pg.PoolClient) => Promise<unknown>>> = {
    session: (userId, client) => queries.createSession.run(key(userId), client),
    "one-time token": (userId, client) =>
      queries.createOneTimeToken.run({ ...key(userId), tokenType: "password-reset", tokenHash: randomUUID() }, client),
  };
  const left = async (userId: string) =>
    (await backdoor.sessionIds(userId)).length + (await backdoor.liveTokenCount(userId));

  for (const [what, make] of Object.entries(MAKERS)) {
    test.each(Object.entries(ENDINGS))(
      `G25: a ${what} that is created, but not yet committed, is waited for and ended by %s`,
      async (_, end) => {
        const user = await newUser();
        const outcome = await duringTransaction(
          (client) => make(user.id, client),
          () => end(auth.current, user),
        );
        expect(outcome.status).toBe("fulfilled");
        await expect(left(user.id)).resolves.toBe(0);
      },
    );
  }

  test("G22: a token that is created, but not yet committed, is waited for and voided by a new email", async () => {
    const user = await newUser();
    const outcome = await duringTransaction(
      (client) => MAKERS["one-time token"]?.(user.id, client) as Promise<unknown>,
      () => auth.current.setUserEmail(user.id, uniqueEmail()),
    );
    expect(outcome.status).toBe("fulfilled");
    await expect(left(user.id)).resolves.toBe(0);
  });

  const isUsable = (userId: string, token: string) =>
    auth.current.validateOneTimeToken({ userId, tokenType: "password-reset", token });

  test("G22: a token that waits for a new email is void, since the old address asked for it; the next one is not", async () => {
    const user = await newUser();
    const change = { email: uniqueEmail(), setEmail: true };
    const unchanged = {
      setRole: false,
      setEmailConfirmedAt: false,
      setPhoneNumber: false,
      setPhoneNumberConfirmedAt: false,
      setPasswordHash: false,
      setLastSignIn: false,
      setAppMetadata: false,
      setUserMetadata: false,
      setBannedUntil: false,
    };
    const outcome = await duringTransaction(
      async (client) => {
        await queries.updateUser.run({ ...unchanged, ...change, id: user.id }, client);
        await queries.endUserAccess.run({ userId: user.id, endSessions: false, endExemptions: false }, client);
      },
      () => issue(user.id),
    );
    if (outcome.status === "rejected") throw outcome.reason;
    await expect(isUsable(user.id, outcome.value)).resolves.toBe(false);
    await expect(left(user.id)).resolves.toBe(0);
    const next = await issue(user.id);
    await expect(isUsable(user.id, next)).resolves.toBe(true);
    await expect(isUsable(user.id, outcome.value)).resolves.toBe(false);
  });

  test("a token that waits for another change of its user is valid", async () => {
    const user = await newUser();
    const outcome = await duringTransaction(
      (client) => client.query(`update pevensie."user" set role = 'other' where id = $1`, [user.id]),
      () => issue(user.id),
    );
    if (outcome.status === "rejected") throw outcome.reason;
    await expect(isUsable(user.id, outcome.value)).resolves.toBe(true);
  });

  test("G22: no token that is requested while an email changes is valid, 200 rounds", async () => {
    for (let round = 0; round < 200; round += 1) {
      const user = await newUser();
      let created: Promise<string> | undefined;
      const create = () => {
        created ??= auth.current.createOneTimeToken({ userId: user.id, tokenType: "password-reset", ttlSeconds: 60 });
      };
      if (round % 4 === 0) create();
      observed.before = (text) => {
        // Before the change, while it is made, or when it is made; its commit waits until the token has its snapshot.
        if (round % 4 === 1 || /^commit/.test(text)) create();
        if (round % 4 === 2 && /update pevensie\.one_time_token/.test(text)) create();
        return /^commit/.test(text) ? settledOrWaiting(created as Promise<string>) : undefined;
      };
      await racing.setUserEmail(user.id, uniqueEmail());
      observed.before = undefined;
      await expect(isUsable(user.id, (await created) as string)).resolves.toBe(false);
    }
  });

  test("G25: creating a session or token waits for a deletion that is not yet committed", async () => {
    const makers: Readonly<Record<string, (user: User) => Promise<unknown>>> = {
      createSession: (user) => auth.current.createSession({ userId: user.id }),
      "createSession, alone": (user) => auth.current.createSession({ userId: user.id, deleteOtherSessions: true }),
      createOneTimeToken: (user) => issue(user.id),
      logInUser: (user) => auth.current.logInUser({ email: user.email, password: PASSWORD }),
    };
    for (const [name, make] of Object.entries(makers)) {
      const user = await newUser();
      const outcome = await duringTransaction(
        async (client) => {
          await queries.deleteUser.run({ id: user.id }, client);
          await queries.endUserAccess.run({ userId: user.id, endSessions: true, endExemptions: true }, client);
        },
        () => make(user),
      );
      if (name === "logInUser") expect(outcome).toMatchObject({ status: "fulfilled", value: null });
      else expect(outcome).toMatchObject({ status: "rejected", reason: { code: "USER_NOT_FOUND" } });
      await expect(left(user.id)).resolves.toBe(0);
    }
  });

  test.each(Object.entries(ENDINGS))(
    "G25: %s waits for a login that is not yet committed, and ends its session",
    async (_, end) => {
      const user = await newUser();
      const logIn = (client: pg.PoolClient) =>
        client.query(
          `with signed_in as (update pevensie."user" set last_sign_in = now() where id = $1 returning id)
         insert into pevensie.session (user_id) select id from signed_in`,
          [user.id],
        );
      const outcome = await duringTransaction(logIn, () => end(auth.current, user));
      expect(outcome.status).toBe("fulfilled");
      await expect(left(user.id)).resolves.toBe(0);
    },
  );
});

describe("what waits for a change of the password, or for the first proof of the mailbox", () => {
  const changes: Readonly<Record<string, (auth: AuthFunctions, user: User) => Promise<unknown>>> = {
    "a new password": (inner, { id }) => inner.setUserPassword(id, null),
    "a reset": async (inner, { id }) => {
      const token = await inner.createOneTimeToken({ userId: id, tokenType: "password-reset", ttlSeconds: 60 });
      await inner.resetPassword({ token, password: "a new password" });
    },
    "a first login by mail": async (inner, { email }) => {
      const created = await inner.createLogInToken({ email, ttlSeconds: 60 });
      await inner.logInWithToken({ token: created?.token ?? "" });
    },
  };

  const creations: Readonly<Record<string, (userId: string) => Promise<() => Promise<boolean>>>> = {
    "a session": async (userId) => {
      const { id } = await auth.current.createSession({ userId });
      return async () => (await auth.current.getSession(id)) !== null;
    },
    "a session that ends the others": async (userId) => {
      const { id } = await auth.current.createSession({ userId, deleteOtherSessions: true });
      return async () => (await auth.current.getSession(id)) !== null;
    },
    "an API key": async (userId) => {
      const { key } = await auth.current.createApiKey({ userId, name: "x" });
      return async () => (await auth.current.getApiKeyWithUser(key)) !== null;
    },
    "a token for a reset": async (userId) => {
      const token = await issue(userId);
      return () => auth.current.validateOneTimeToken({ tokenType: "password-reset", token });
    },
    "a token of the application": async (userId) => {
      const kind = { tokenType: "application", purpose: "x" } as const;
      const token = await auth.current.createOneTimeToken({ userId, ...kind, ttlSeconds: 60 });
      return () => auth.current.validateOneTimeToken({ ...kind, token });
    },
    "a change of the email": async (userId) => {
      const token = await auth.current.createEmailChangeToken({ userId, email: uniqueEmail(), ttlSeconds: 60 });
      return () => auth.current.validateOneTimeToken({ tokenType: "email-change", token });
    },
    "an identity": async (userId) => {
      const identity = { issuer: "https://id.example", subject: randomUUID() };
      await auth.current.linkIdentity(userId, identity).catch(() => {});
      return async () => (await auth.current.listIdentities(userId)).length > 0;
    },
  };

  const cases = Object.entries(changes).flatMap(([change, make]) =>
    Object.entries(creations).map(([creation, create]) => [creation, change, make, create] as const),
  );

  test.each(cases)("G25: %s that waits for %s is void from the start", async (_, __, make, create) => {
    const user = await createUser(auth.current, { password: null });
    let waiting: ReturnType<typeof create> | undefined;
    await auth.current.withTransaction(async (inner, client) => {
      await make(inner, user);
      waiting = create(user.id);
      waiting.catch(() => {});
      // Until its statement waits for the user's row.
      await expect
        .poll(async () => {
          const { rows } = await database.pool.query<{ waits: boolean }>(
            `select exists (
               select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
             ) as waits`,
          );
          return rows[0]?.waits;
        })
        .toBe(true);
      await client.query("select 1");
    });
    const isUsable = await waiting;
    expect(await isUsable?.()).toBe(false);
    // What is asked for afterwards is usable.
    expect(await (await create(user.id))()).toBe(true);
  });
});
