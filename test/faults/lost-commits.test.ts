import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import type { Cache } from "../../src/cache/index.js";
import { uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { ISSUER, type Subject, subjectOn, useAttempts } from "../support/lost-subject.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const database = useDatabase();
const attempts = useAttempts(database);

let proxy: TcpProxy;
beforeAll(async () => {
  proxy = await TcpProxy.start(database.url);
});
afterAll(() => proxy.stop());

/** One connection, so that the next call shows whether a dead one was kept. */
const throughProxy = <T>(work: (auth: Auth, cache: Cache) => Promise<T>) =>
  withDrivers({ connectionString: proxy.url, max: 1 }, work);

/** A function that is one transaction. */
interface Transacted {
  /** Part of the text of each statement, in their order, without those that begin and end the transaction. */
  readonly statements: readonly string[];
  /** Prepares the call. */
  readonly prepare: (subject: Subject) => Promise<() => Promise<unknown>>;
  /** Has a row once it took effect. */
  readonly effect: string;
}

const LOCK = "for no key update";
const USE = "delete from pevensie.user_token as token";
const LOG_IN = "with signed_in";
const IDENTITY = { issuer: ISSUER, subject: "new" };
const SUBJECTS_EMAIL = "subject@example.com";

const TRANSACTIONS: Readonly<Record<string, Transacted>> = {
  "createOneTimeToken, of the application's own": {
    statements: [LOCK, "insert into pevensie.user_token"],
    prepare:
      async ({ auth, user }) =>
      () =>
        auth.createOneTimeToken({ userId: user.id, tokenType: "application", purpose: "lost", ttlSeconds: 60 }),
    effect: "select from pevensie.user_token where purpose = 'lost'",
  },
  confirmEmail: {
    statements: [LOCK, USE, "set email_confirmed_at = coalesce"],
    prepare: async ({ auth, user }) => {
      const token = await auth.createOneTimeToken({
        userId: user.id,
        tokenType: "email-confirmation",
        ttlSeconds: 60,
      });
      return () => auth.confirmEmail({ token });
    },
    effect: `select from pevensie."user" where email_confirmed_at is not null`,
  },
  confirmEmailChange: {
    statements: [LOCK, USE, "refuse_taken", 'before.email as "previousEmail"', "with ended"],
    prepare: async ({ auth, user }) => {
      const token = await auth.createEmailChangeToken({ userId: user.id, email: SUBJECTS_EMAIL, ttlSeconds: 60 });
      return () => auth.confirmEmailChange({ token });
    },
    effect: `select from pevensie."user" where email = '${SUBJECTS_EMAIL}'`,
  },
  createPasswordResetToken: {
    statements: ["email operator(pg_catalog.=)", "insert into pevensie.one_time_token"],
    prepare:
      async ({ auth, user }) =>
      () =>
        auth.createPasswordResetToken({ email: user.email, ttlSeconds: 77 }),
    effect: "select from pevensie.one_time_token where expires_at - created_at = interval '77 s'",
  },
  createLogInToken: {
    statements: ["email operator(pg_catalog.=)", "insert into pevensie.user_token"],
    prepare:
      async ({ auth, user }) =>
      () =>
        auth.createLogInToken({ email: user.email, ttlSeconds: 77 }),
    effect: "select from pevensie.user_token where token_type = 'log-in' and expires_at - created_at = interval '77 s'",
  },
  createLogInCode: {
    statements: ["email operator(pg_catalog.=)", "insert into pevensie.user_token"],
    prepare:
      async ({ auth, user }) =>
      () =>
        auth.createLogInCode({ email: user.email, ttlSeconds: 77 }),
    effect: "select from pevensie.user_token where attempts_left = 5 and expires_at - created_at = interval '77 s'",
  },
  logInWithToken: {
    statements: [LOCK, USE, "email_confirmed_at is null", "with ended", LOG_IN],
    prepare: async ({ auth, user }) => {
      const { token = "" } = (await auth.createLogInToken({ email: user.email, ttlSeconds: 60 })) ?? {};
      return () => auth.logInWithToken({ token, userAgent: "lost" });
    },
    effect: "select from pevensie.session where user_agent = 'lost'",
  },
  logInWithIdentity: {
    statements: ["pg_advisory_xact_lock", "on conflict do nothing", LOG_IN, "insert into pevensie.identity"],
    prepare:
      async ({ auth }) =>
      () =>
        auth.logInWithIdentity({ ...IDENTITY, email: SUBJECTS_EMAIL, userAgent: "lost" }),
    effect: "select from pevensie.identity where subject = 'new'",
  },
  linkIdentity: {
    statements: ["pg_advisory_xact_lock", LOCK, "insert into pevensie.identity"],
    prepare:
      async ({ auth, user }) =>
      () =>
        auth.linkIdentity(user.id, IDENTITY),
    effect: "select from pevensie.identity where subject = 'new'",
  },
  unlinkIdentity: {
    statements: ["pg_advisory_xact_lock", LOCK, "hasOther", "delete from pevensie.identity"],
    prepare:
      async ({ auth, user }) =>
      () =>
        auth.unlinkIdentity(user.id, { issuer: ISSUER, subject: "subject" }),
    effect: "select where not exists (select from pevensie.identity where subject = 'subject')",
  },
  importUsers: {
    statements: ["pg_advisory_xact_lock", "jsonb_to_recordset"],
    prepare:
      async ({ auth }) =>
      () =>
        auth.importUsers([{ email: uniqueEmail(), role: "imported" }]),
    effect: `select from pevensie."user" where role = 'imported'`,
  },
  restoreUser: {
    statements: [LOCK, "refuse_taken", "set deleted_at = null"],
    prepare: async ({ auth, erased }) => {
      await auth.deleteUserById(erased.id);
      return () => auth.restoreUser(erased.id);
    },
    effect: `select from pevensie."user" where role = 'erased' and deleted_at is null`,
  },
};

test.each(Object.entries(TRANSACTIONS))(
  "F2: %s, whose commit's response is lost, fails with OUTCOME_UNKNOWN and is not retried",
  async (_, transacted) => {
    await throughProxy(async (auth, cache) => {
      const tried = [];
      for (const isLost of [false, true]) {
        const call = await transacted.prepare(await subjectOn(database, auth, cache));
        expect(await database.rows(transacted.effect)).toHaveLength(0);
        const before = await attempts();
        proxy.cuts = 0;
        if (isLost) proxy.cutReplyTo("commit\0");
        if (isLost) expect(await codeOf(call())).toBe("OUTCOME_UNKNOWN");
        else await call();
        expect(proxy.cuts).toBe(isLost ? 1 : 0);
        expect(await database.rows(transacted.effect)).toHaveLength(1);
        tried.push((await attempts()) - before);
      }
      expect(tried[1]).toBe(tried[0]);
    });
  },
);

test.each(Object.entries(TRANSACTIONS))(
  "F6: %s, whose connection is lost after any of its statements, changes nothing",
  async (_, transacted) => {
    await throughProxy(async (auth, cache) => {
      const call = await transacted.prepare(await subjectOn(database, auth, cache));
      const before = await everything();
      for (const marker of transacted.statements) {
        proxy.cuts = 0;
        proxy.cutReplyTo(marker);
        const error = await errorOf(call());
        expect({ marker, cuts: proxy.cuts, code: error.code }).toEqual({
          marker,
          cuts: 1,
          code: "CONNECTION_UNAVAILABLE",
        });
        expect(await everything()).toEqual(before);
      }
      await call();
      expect(await database.rows(transacted.effect)).toHaveLength(1);
    });
  },
);

test("F6: a transaction whose connection is lost before its work begins is run on another one", async () => {
  await throughProxy(async (auth) => {
    const email = uniqueEmail();
    let runs = 0;
    proxy.cuts = 0;
    proxy.cutReplyTo("begin");
    await auth.withTransaction((inside) => {
      runs += 1;
      return inside.createUserWithEmail({ email, password: null, userMetadata: {} });
    });
    expect({ cuts: proxy.cuts, runs }).toEqual({ cuts: 1, runs: 1 });
    expect(await auth.getUserByEmail(email)).not.toBeNull();
  });
});

test("F6: a commit that is not sent, since the connection was lost before, is CONNECTION_UNAVAILABLE and changes nothing", async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const isLost = new Promise((resolve) => pool.on("connect", (client) => client.on("error", resolve)));
  try {
    await withDrivers({ pool }, async (auth) => {
      const email = uniqueEmail();
      const call = auth.withTransaction(async (inner, client) => {
        await inner.createUserWithEmail({ email, password: null, userMetadata: {} });
        const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
        await terminate(database.pool, rows[0]?.pid ?? 0);
        await isLost;
      });
      expect(await codeOf(call)).toBe("CONNECTION_UNAVAILABLE");
      expect(await auth.getUserByEmail(email)).toBeNull();
    });
  } finally {
    await endPool(pool);
  }
});

test("F6: a commit that is not sent, since the driver has ended the connection, is CONNECTION_UNAVAILABLE and changes nothing", async () => {
  await withDrivers({ connectionString: database.url, max: 1 }, async (auth) => {
    const email = uniqueEmail();
    const call = auth.withTransaction(async (inner, client) => {
      await inner.createUserWithEmail({ email, password: null, userMetadata: {} });
      await client.query("set client_encoding to latin1");
    });
    expect(await codeOf(call)).toBe("CONNECTION_UNAVAILABLE");
    expect(await auth.getUserByEmail(email)).toBeNull();
  });
});

test("F6: a commit that is not sent, since its client was ended, is CONNECTION_UNAVAILABLE and changes nothing", async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await withDrivers({ connectionString: database.url }, async (auth) => {
    const email = uniqueEmail();
    let ended: Promise<void> | undefined;
    const call = auth.withTransaction(
      async (inner) => {
        await inner.createUserWithEmail({ email, password: null, userMetadata: {} });
        ended = client.end();
      },
      { client },
    );
    expect(await codeOf(call)).toBe("CONNECTION_UNAVAILABLE");
    await ended;
    expect(await auth.getUserByEmail(email)).toBeNull();
  });
});

/** Every row of the tables of an auth. */
function everything(): Promise<unknown[]> {
  const tables = ["user", "session", "one_time_token", "user_token", "identity", "api_key", "log_in_exemption"];
  const selects = tables.map(
    (table) => `select '${table}' as "table", to_jsonb(t) as row from pevensie."${table}" as t`,
  );
  return database.rows(`${selects.join(" union all ")} order by 1, 2`);
}
