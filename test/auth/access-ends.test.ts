import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth, AuthFunctions, User } from "../../src/auth/index.js";
import type { PevensieEvent } from "../../src/events.js";
import * as queries from "../../src/postgres/queries.js";
import { asRead, authOn, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool } from "../support/observed-pool.js";
import { gate } from "../support/own-rows.js";

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

const issue = (userId: string, by = auth.current) =>
  by.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds: 60 });

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

/** Changes of who has access, by name. */
const CHANGES: Readonly<Record<string, (auth: AuthFunctions, user: User) => Promise<unknown>>> = {
  "a new password": (inner, { id }) => inner.setUserPassword(id, null),
  "a reset": async (inner, { id }) => {
    const token = await inner.createOneTimeToken({ userId: id, tokenType: "password-reset", ttlSeconds: 60 });
    await inner.resetPassword({ token, password: "a new password" });
  },
  "a first login by mail": async (inner, { email }) => {
    const created = await inner.createLogInToken({ email, ttlSeconds: 60 });
    await inner.logInWithToken({ token: created?.token ?? "" });
  },
  "a new email": (inner, { id }) => inner.setUserEmail(id, uniqueEmail()),
  "a new email that is proved": async (inner, { id }) => {
    const token = await inner.createEmailChangeToken({ userId: id, email: uniqueEmail(), ttlSeconds: 60 });
    await inner.confirmEmailChange({ token });
  },
};

/** Resolves when the given number of statements wait for a lock. */
async function waiting(count: number): Promise<void> {
  const text = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await database.rows(text)).length).toBe(count);
}

/** Makes calls that wait for a change, and returns what came of them once it is committed. */
async function waitingFor<T>(
  change: (inner: AuthFunctions) => Promise<unknown>,
  ...calls: readonly (() => Promise<T>)[]
): Promise<PromiseSettledResult<T>[]> {
  let outcomes: Promise<PromiseSettledResult<T>[]> | undefined;
  await auth.current.withTransaction(async (inner) => {
    await change(inner);
    outcomes = Promise.allSettled(calls.map((call) => call()));
    await waiting(calls.length);
  });
  return (await outcomes) ?? [];
}

const CHANGED = { code: "CHANGED_CONCURRENTLY" };

describe("what waits for a change of the password or the email, or for the first proof of the mailbox", () => {
  const creations: Readonly<Record<string, (auth: Auth, userId: string) => Promise<() => Promise<boolean>>>> = {
    "a session": async (auth, userId) => {
      const { id } = await auth.createSession({ userId });
      return async () => (await auth.getSession(id)) !== null;
    },
    "a session that ends the others": async (auth, userId) => {
      const { id } = await auth.createSession({ userId, deleteOtherSessions: true });
      return async () => (await auth.getSession(id)) !== null;
    },
    "an API key": async (auth, userId) => {
      const { key } = await auth.createApiKey({ userId, name: "x" });
      return async () => (await auth.getApiKeyWithUser(key)) !== null;
    },
    "a token for a reset": async (auth, userId) => {
      const token = await auth.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds: 60 });
      return () => auth.validateOneTimeToken({ tokenType: "password-reset", token });
    },
    "a token of the application": async (auth, userId) => {
      const kind = { tokenType: "application", purpose: "x" } as const;
      const token = await auth.createOneTimeToken({ userId, ...kind, ttlSeconds: 60 });
      return () => auth.validateOneTimeToken({ ...kind, token });
    },
    "a change of the email": async (auth, userId) => {
      const token = await auth.createEmailChangeToken({ userId, email: uniqueEmail(), ttlSeconds: 60 });
      return () => auth.validateOneTimeToken({ tokenType: "email-change", token });
    },
    "an identity": async (auth, userId) => {
      const identity = { issuer: "https://id.example", subject: randomUUID() };
      await auth.linkIdentity(userId, identity);
      return async () => (await auth.listIdentities(userId)).length > 0;
    },
  };

  const cases = Object.entries(CHANGES).flatMap(([change, make]) =>
    Object.entries(creations).map(([creation, create]) => [creation, change, make, create] as const),
  );

  test.each(cases)("G25: %s that waits for %s is void from the start", async (_, __, make, create) => {
    const user = await createUser(auth.current, { password: null });
    const [outcome] = await waitingFor(
      (inner) => make(inner, user),
      () => create(auth.current, user.id),
    );
    if (outcome?.status === "fulfilled") expect(await outcome.value()).toBe(false);
    else expect(outcome?.reason).toMatchObject(CHANGED);
    // What is asked for afterwards is usable.
    expect(await (await create(auth.current, user.id))()).toBe(true);
  });

  describe.each(["repeatable read", "serializable"])("where the default isolation is %s", (isolation) => {
    const connectionParameters = { default_transaction_isolation: isolation };
    const changes = ["a new password", "a new email"] as const;

    test.each(
      changes.flatMap((change) => Object.entries(creations).map(([name, create]) => [name, change, create] as const)),
    )("G25: %s that waits for %s is void from the start", async (name, change, create) => {
      await using other = await authOn({ connectionString: database.url, connectionParameters }).connect();
      const user = await createUser(auth.current, { password: null });
      const [outcome] = await waitingFor(
        (inner) => CHANGES[change]?.(inner, user) as Promise<unknown>,
        () => create(other, user.id),
      );
      if (name === "an identity") expect(outcome).toMatchObject({ status: "rejected", reason: CHANGED });
      else expect(outcome?.status === "fulfilled" && (await outcome.value())).toBe(false);
      expect(outcome?.status).toBe(name === "an identity" ? "rejected" : "fulfilled");
      expect(await (await create(other, user.id))()).toBe(true);
    });

    test("G25: what waits for a login is usable", async () => {
      await using other = await authOn({ connectionString: database.url, connectionParameters }).connect();
      for (const [name, create] of Object.entries(creations)) {
        const user = await createUser(auth.current, { password: null });
        const [outcome] = await waitingFor(
          (inner) => inner.updateLastSignIn(user.id, new Date()),
          () => create(other, user.id),
        );
        expect(outcome?.status === "fulfilled" && (await outcome.value()), name).toBe(true);
      }
    });

    test.each(Object.entries(creations))(
      "G25: %s that waits for a new password is refused or void, also if the isolation was changed after connect()",
      async (_, create) => {
        const pool = new pg.Pool({ connectionString: database.url, max: 1 });
        try {
          await using other = await authOn({ pool }).connect();
          await pool.query(`set default_transaction_isolation = '${isolation}'`);
          const user = await createUser(auth.current, { password: null });
          const [outcome] = await waitingFor(
            (inner) => inner.setUserPassword(user.id, null),
            () => create(other, user.id),
          );
          if (outcome?.status === "fulfilled") expect(await outcome.value()).toBe(false);
          else expect(outcome?.reason).toMatchObject(CHANGED);
          expect(await (await create(other, user.id))()).toBe(true);
        } finally {
          await endPool(pool);
        }
      },
    );
  });

  describe("after a deadlock with SQL that changes access", () => {
    /** Makes a call that waits for rows which the rival has locked, and whose user the rival then changes. */
    async function deadlocked<T>(
      lock: string,
      user: User,
      call: (patient: Auth) => Promise<T>,
    ): Promise<PromiseSettledResult<T>> {
      const rival = new pg.Client({ connectionString: database.url });
      // PostgreSQL checks for a deadlock once in each wait for a lock. The rival has to wait by then.
      const pool = new pg.Pool({ connectionString: database.url, options: "-c deadlock_timeout=5s" });
      const patient = await authOn({ pool }).connect();
      await rival.connect();
      try {
        // The rival waits longer before it checks for a deadlock: the other one is the victim.
        await rival.query("begin; set local deadlock_timeout = '20s'");
        await rival.query(lock, [user.id]);
        const outcome = Promise.allSettled([call(patient)]);
        await waiting(1);
        await rival.query(`update pevensie."user" set device_tokens_valid_from = clock_timestamp() where id = $1`, [
          user.id,
        ]);
        await rival.query("commit");
        return (await outcome)[0];
      } finally {
        await rival.end();
        await patient.disconnect();
        await endPool(pool);
      }
    }

    test("G25: a session is void from the start, and ends no other", async () => {
      const user = await createUser(auth.current, { password: null });
      const kept = await auth.current.createSession({ userId: user.id });
      const outcome = await deadlocked("select from pevensie.session where user_id = $1 for update", user, (patient) =>
        patient.createSession({ userId: user.id, deleteOtherSessions: true }),
      );
      expect(outcome.status).toBe("fulfilled");
      expect(await auth.current.listSessions(user.id)).toEqual([asRead(kept)]);
    });

    test("G22: a token is void from the start", async () => {
      const user = await createUser(auth.current, { password: null });
      const kind = { tokenType: "application", purpose: "x" } as const;
      const create = (by = auth.current) => by.createOneTimeToken({ userId: user.id, ...kind, ttlSeconds: 60 });
      for (let count = 0; count < 5; count += 1) await create();
      const outcome = await deadlocked("select from pevensie.user_token where user_id = $1 for update", user, create);
      expect(outcome.status).toBe("fulfilled");
      const token = outcome.status === "fulfilled" ? outcome.value : "";
      expect(await auth.current.validateOneTimeToken({ ...kind, token })).toBe(false);
      expect(await auth.current.validateOneTimeToken({ ...kind, token: await create() })).toBe(true);
    });

    test("G22: a token for a reset is refused", async () => {
      const user = await createUser(auth.current, { password: null });
      await issue(user.id);
      const lock = "select from pevensie.one_time_token where user_id = $1 for update";
      const outcome = await deadlocked(lock, user, (patient) => issue(user.id, patient));
      expect(outcome).toMatchObject({ status: "rejected", reason: CHANGED });
      const token = await issue(user.id);
      expect(await auth.current.validateOneTimeToken({ tokenType: "password-reset", token })).toBe(true);
    });
  });

  test.each(Object.entries(CHANGES))(
    "G43: of two links of one identity that wait for %s, both are refused",
    async (_, make) => {
      const user = await createUser(auth.current, { password: null });
      const identity = { issuer: "https://id.example", subject: randomUUID() };
      const link = () => auth.current.linkIdentity(user.id, identity);
      const outcomes = await waitingFor((inner) => make(inner, user), link, link);
      expect(outcomes).toMatchObject([{ reason: CHANGED }, { reason: CHANGED }]);
      expect(await auth.current.listIdentities(user.id)).toEqual([]);
    },
  );

  test("G25: a session that is void from the start ends no other, and no event says so", async () => {
    const events: PevensieEvent[] = [];
    await using other = await authOn(
      { connectionString: database.url },
      { onEvent: (event) => events.push(event) },
    ).connect();
    const user = await createUser(auth.current, { password: null });
    const kept = await auth.current.createSession({ userId: user.id });
    const [outcome] = await waitingFor(
      (inner) => inner.setUserPassword(user.id, null, { keepSessionId: kept.id }),
      () => other.createSession({ userId: user.id, deleteOtherSessions: true }),
    );
    expect(outcome?.status).toBe("fulfilled");
    expect(await auth.current.listSessions(user.id)).toEqual([asRead(kept)]);
    expect(events.filter(({ type }) => type === "session-ended")).toEqual([]);
  });
});

describe("a change of the password or the email that was in progress when access changed", () => {
  const late: Readonly<Record<string, (auth: AuthFunctions, user: User) => Promise<unknown>>> = {
    setUserPassword: (auth, { id }) => auth.setUserPassword(id, "the stranger's"),
    "setUserPassword, of none": (auth, { id }) => auth.setUserPassword(id, null),
    "updateUser with a password": (auth, { id }) => auth.updateUser(id, { password: "the stranger's", role: "x" }),
    setUserEmail: (auth, { id }) => auth.setUserEmail(id, uniqueEmail()),
    "updateUser with an email": (auth, { id }) => auth.updateUser(id, { email: uniqueEmail(), role: "x" }),
  };
  const cases = Object.entries(CHANGES).flatMap(([change, make]) =>
    Object.entries(late).map(([name, call]) => [name, change, make, call] as const),
  );
  /** What a refused call may not have changed. */
  const stateOf = async ({ id }: User) => [
    await auth.current.getUserById(id),
    await backdoor.passwordHash(id),
    await backdoor.sessionIds(id),
  ];

  test.each(cases)("G25: %s that waits for %s is refused, and can be repeated", async (_, __, make, call) => {
    const user = await createUser(auth.current, { password: null });
    const [outcome] = await waitingFor(
      (inner) => make(inner, user),
      () => call(auth.current, user),
    );
    expect(outcome).toMatchObject({ status: "rejected", reason: CHANGED });
    expect((await auth.current.getUserById(user.id))?.role).toBeNull();
    await call(auth.current, user);
  });

  test.each(Object.entries(CHANGES))(
    "G25: one whose password is still checked when %s commits is refused",
    async (_, make) => {
      for (const [name, call] of Object.entries(late).filter(([name]) => name.endsWith("word"))) {
        const user = await createUser(auth.current, { password: null });
        let state: unknown;
        const checkPassword = async () => {
          await make(auth.current, user);
          state = await stateOf(user);
        };
        await using checking = await authOn({ connectionString: database.url }, { checkPassword }).connect();
        await expect(call(checking, user), name).rejects.toMatchObject(CHANGED);
        expect(await stateOf(user), name).toEqual(state);
      }
    },
  );

  test("of two concurrent changes of one password, the second to commit is refused", async () => {
    const user = await createUser(auth.current, { password: null });
    const passwords = ["the first password", "the second password"];
    // Each has read the user before the other one commits.
    const bothRead = gate();
    let checks = 0;
    const checkPassword = async () => {
      checks += 1;
      if (checks === passwords.length) bothRead.open();
      await bothRead.opened;
    };
    await using checking = await authOn({ connectionString: database.url }, { checkPassword }).connect();
    const outcomes = await Promise.allSettled(passwords.map((password) => checking.setUserPassword(user.id, password)));
    expect(outcomes.filter(({ status }) => status === "rejected")).toMatchObject([{ reason: CHANGED }]);
    const winner = passwords[outcomes.findIndex(({ status }) => status === "fulfilled")] as string;
    await expect(auth.current.logInUser({ email: user.email, password: winner })).resolves.not.toBeNull();
  });

  test("changes that are made one after another succeed, in one transaction too, awaited or not", async () => {
    const user = await createUser(auth.current, { password: null });
    await auth.current.setUserPassword(user.id, "one password");
    await auth.current.setUserEmail(user.id, uniqueEmail());
    await auth.current.updateUser(user.id, { password: "another password", email: uniqueEmail() });
    await auth.current.withTransaction(async (inner) => {
      await inner.setUserPassword(user.id, "a third password");
      await inner.setUserPassword(user.id, "a fourth password");
      await inner.linkIdentity(user.id, { issuer: "https://id.example", subject: randomUUID() });
      await Promise.all([inner.setUserEmail(user.id, uniqueEmail()), inner.setUserPassword(user.id, PASSWORD)]);
    });
    const email = (await auth.current.getUserById(user.id))?.email ?? "";
    await expect(auth.current.logInUser({ email, password: PASSWORD })).resolves.not.toBeNull();
  });

  test("a login, a ban's end or a change of another property in the meantime refuses nothing", async () => {
    const user = await createUser(auth.current);
    const checkPassword = async () => {
      await auth.current.logInUser({ email: user.email, password: PASSWORD });
      await auth.current.updateUser(user.id, { role: "x", phoneNumber: randomUUID(), emailConfirmedAt: new Date() });
      await auth.current.unbanUser(user.id);
    };
    await using checking = await authOn({ connectionString: database.url }, { checkPassword }).connect();
    await expect(checking.setUserPassword(user.id, "another password")).resolves.toMatchObject({ role: "x" });
  });

  test("one whose user is deleted in the meantime is USER_NOT_FOUND", async () => {
    const user = await createUser(auth.current);
    const checkPassword = async () => void (await auth.current.deleteUserById(user.id));
    await using checking = await authOn({ connectionString: database.url }, { checkPassword }).connect();
    const change = checking.setUserPassword(user.id, "another password");
    await expect(change).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
  });
});

describe("checking a session and then acting on it", () => {
  /** A first login by mail that commits after the session was checked; then an API key is created. */
  async function checkThenCreate(lock: boolean): Promise<{ readonly isUsable: boolean }> {
    const user = await createUser(auth.current);
    const { id } = await auth.current.createSession({ userId: user.id });
    const token = (await auth.current.createLogInToken({ email: user.email, ttlSeconds: 60 }))?.token ?? "";
    let proof: Promise<unknown> | undefined;
    const { key } = await auth.current.withTransaction(async (inner, client) => {
      if (lock) await client.query('select from pevensie."user" where id = $1 for no key update', [user.id]);
      expect(await inner.getSession(id)).not.toBeNull();
      proof = auth.current.logInWithToken({ token });
      await (lock ? waiting(1) : proof);
      return inner.createApiKey({ userId: user.id, name: "x" });
    });
    await proof;
    return { isUsable: (await auth.current.getApiKeyWithUser(key)) !== null };
  }

  test("in one transaction alone does not exclude that access ends in between: what is created counts as called afterwards", async () => {
    expect(await checkThenCreate(false)).toEqual({ isUsable: true });
  });

  test("G43: under a lock on the user's row, no first proof comes in between", async () => {
    expect(await checkThenCreate(true)).toEqual({ isUsable: false });
  });
});
